"""Places in a text, by one automaton over the names of the gazetteer.

What a name means in a given article is decided in `index.cities`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import accumulate
from typing import Any, NamedTuple

from juanzong.index.facts.places.gazetteer import Unit, gazetteer
from juanzong.index.text.automaton import Automaton, Found


class PlaceHit(NamedTuple):
    """A name found in a text. `form` is one of province, full, short, alias, weak, bare, county, county_short, bare_short, zone, foreign."""

    start: int
    end: int
    surface: str
    form: str
    units: tuple[Unit, ...]


@cache
def _automaton() -> Automaton:
    return automaton_of(gazetteer().surfaces)


def automaton_of(words: Iterable[str], more: Iterable[str] = (), third: Iterable[str] = ()) -> Automaton:
    """An automaton that finds (end, (length, word)).

    For a word of `more` the length is negative, and for one that is in `words` too it comes after a `*`. A word of `third` comes after a `~`.
    """
    both = dict.fromkeys(words)
    values = {word: (len(word), word) for word in both}
    values.update((word, (-len(word), "*" + word if word in both else word)) for word in more)
    values.update((word, (len(word), "~" + word)) for word in third)
    return Automaton(values.items())


def leftmost_longest(found: Iterable[Found]) -> Iterator[tuple[int, int, str]]:
    """Matches that do not overlap, as (start, end, name), from what an automaton yields."""
    spans = sorted((end - length + 1, -length, name) for end, (length, name) in found)
    taken = 0
    for start, minus, name in spans:
        if start >= taken:
            taken = start - minus
            yield start, taken, name


# words that begin where a city's name ends and make it the name of a road, a house, a school, a paper or a firm
_NAMED_AFTER = re.compile(
    r"(?:(?:[东西南北中一二三四]{0,2}(?:路|街(?!道)|大道|大街|胡同|里弄)|道(?=$|[\W\d与和交至到段某沿旁附口边]|上的|一[处家带]))(?!局|政)|新村|花园|家园|公寓|嘉园|雅苑|名苑|大?酒店|大?饭店|宾馆|大厦|小区|苑(?!口)|广场|公馆|商厦|商城|百货|"
    r"[^的等在是与和及、多名各这那些某有一区县上\W\d_a-z]{0,6}?(?:大学(?!生)|学院|研究院|中学(?!生)|小学(?!生))|银行|证券|基金|日报|晚报|时报|晨报|早报|商报|青年报|卫视|电视台|广播电台|菜馆|火锅|拉面|啤酒|人家|味道|方言|话剧团|号[舰轮]|牌|舰|虎(?!门)|犬|菜(?!篮)|"
    r"(?:[^一两几多各某的有等在是与和到从了、，。,:;!?()\"“”《》]{0,3}?)(?:牛肉面|鸡公煲|烤鸭|烤鱼|小面|热干面|米线|米粉|肠粉|凉皮|肉夹馍|炒饭|炒面|牛肉汤|牛肉粉|羊肉汤|羊肉粉|羊汤|板面|烩面|胡辣汤|擀面皮|酿皮|臊子面|担担面|抄手|豆腐脑|豆皮|臭豆腐|米皮|米糕|扒鸡|烧鸡|熏肉|烧饼|盐水鸭|酱鸭|粉丝汤|麻花|汤圆|粽子|火腿|河粉|炒粉|炸酱面|酸辣粉|麻辣烫|生煎|锅盔|冒菜|串串|小笼包?|月饼|香醋|陈醋|黄酒|豆瓣|榨菜|牛肉店|海鲜[城店]|大排档|烧烤店|饺子馆|[饭餐]馆|餐厅|茶餐厅|茶楼|酒吧|酒楼|酒家|食府|饭庄|面馆|粉店|小馆))"
)
_QUOTES = frozenset('"“‘「『《')
# a shop that is called after a city stands in quotation marks: “北京超市”
_SHOP = re.compile(
    r"[^“”‘’\"「」『』《》,。]{0,6}?(?:超市|庄园|商店|饭庄|商行|便利店|小吃店?|[茶酒山]庄|影楼|照相馆|药店|理发店|发廊|歌舞厅|网吧|客栈|招待所|购物中心|糕点|点心|包子|烤肉|风味)[”’\"」』》]"
)
_JOINING = frozenset("和与及")
# 淮安委[2003]61号: who a document is from, in letters that need not be a place's name
_DOCUMENT_NUMBER = re.compile(r"[一-龥]{1,5}\[(?:19|20)\d{2}\]\d")
_FIRM = re.compile(
    r"[^的在是等一某多各个召开设了与和向从对为把被将有家地两市县区、。“”《》(),;:!?\s\d]{0,14}?(?:有限(?:责任)?公司|股份(?:有限)?公司|集团|公司|股份|药业|电子厂)"
)
# 科技(沈阳)有限公司
_BRACKETED = re.compile(r"[^的在是等、。“”《》(),;:!?\s\d]{0,14}?(?:公司|集团|合伙|基金|银行|中心)")
_UTILITY = re.compile(
    r"(?:市)?(?:地铁|公交|轨道|水务|供水|自来水|排水|供电|电力|燃气|热力|供热|物业|机场|港务|港口|铁路|交通|城投|城建|文旅|国资|农商)"
)
# a unit's name is followed by something that shows its last character to belong elsewhere: 上海市民, 中山区域, 义乌市场
_CITY_TAIL = re.compile(r"(?:民(?!政|族|防|宗|营|主)|场(?!监|局)|值|面(?!向|对|临|积)|价|占|盈|净|售|话|花|树|鸟)")
_NO_COUNTY = frozenset("江河湖山港湾村镇乡祠寺庙桥岭屯市县区旗")
_SHORT_FORMS = frozenset(("short", "alias", "bare", "weak"))
# surnames that are no words before a place, and what stands before a person's name
_SURNAMES = frozenset(
    "张王李刘陈杨赵黄周吴徐孙胡朱郭罗宋郑谢韩唐冯董萧程曹袁邓傅沈曾彭吕苏卢蒋蔡贾丁魏薛阎潘杜戴汪姜姚谭廖邹熊陆郝孔崔邱"
)
_PERSON_LEFT = re.compile(r"[^一-龥\d]|[和与及、]|$")
# characters that end no word and begin none with a name's
_LEADING = frozenset("在于由向从被与为的了是警")
_FOLLOWING = frozenset("市警的等和与及在是")
# what a longer name begins with that ends like a city's; more of it before the names of towns and counties
_NAME_BEGINNINGS = ("一二三四五六七八九十百千", "一二三四五六七八九十百千双上下东西南北前后内外大小老新高古")


@cache
def _cutter() -> Any:
    try:
        import rjieba

        rjieba.cut("", hmm=False)
        return lambda text: rjieba.cut(text, hmm=False)
    except (ImportError, TypeError):
        import jieba

        jieba.setLogLevel(60)
        return lambda text: jieba.lcut(text, HMM=False)


def _stands_alone(text: str, start: int, end: int, form: str) -> bool:
    """Whether a name begins, and a short one ends, where words do by the segmenter's dictionary: 扩大|连锁 and 大|庆祝 hold no city.

    A number before it, or for a county a direction, makes it part of another name: 五龙口 is not 龙口.
    """
    left, right = text[start - 1 : start], text[end : end + 1]
    if (
        end - start == 2
        and left in _SURNAMES
        and form in _SHORT_FORMS
        and _PERSON_LEFT.match(text[start - 2 : start - 1])
    ):
        # 张安阳, 李大同
        return False
    before = "一" <= left <= "龥" and left not in _LEADING
    after = form in _SHORT_FORMS and text[end - 1] not in "州盟" and "一" <= right <= "龥" and right not in _FOLLOWING
    if not before and not after:
        return True
    from_ = max(0, start - 5)
    edges = _edges(text[from_ : end + 4])
    start, end = start - from_, end - from_
    if before and left in _NAME_BEGINNINGS[form == "bare"] and start - 1 in edges:
        return False
    # 北京卫戍区 is one word, but begins with the name
    torn = after and end not in edges and any(start < edge < end for edge in edges)
    return (not before or start in edges) and not torn


@lru_cache(maxsize=1 << 16)
def _edges(window: str) -> tuple[int, ...]:
    """Where the words of a window begin and end."""
    return tuple(accumulate(map(len, _cutter()(window)), initial=0))


def is_bare_county(text: str, start: int, end: int) -> bool:
    """Whether the bare short name of a county at start..end (龙港人, 赴如皋调研) may be read as one: it is a word of its own, and names no road or river."""
    return (
        text[end : end + 1] not in _NO_COUNTY
        and not _NAMED_AFTER.match(text, end)
        and not _FIRM.match(text, end)
        and _stands_alone(text, start, end, "bare")
    )


def find_places(text: str, found: Iterable[Found] | None = None) -> list[PlaceHit]:
    """The places of a text, leftmost and longest first, without names of roads, houses, schools, papers and firms.

    `found` is what an automaton over the names yielded for this text, where that is known already.
    """
    known = gazetteer().known
    hits: list[PlaceHit] = []
    for start, end, name in leftmost_longest(_automaton().find(text) if found is None else found):
        form, units = known[name]
        if (
            name[0] in _JOINING
            and hits
            and hits[-1].end == start
            and (joined := known.get(name[1:]))
            and joined[0] not in ("block", "foreign")
        ):
            # 北川县和安县: the first character joins two names
            start, name, (form, units) = start + 1, name[1:], joined
        if form == "block":
            continue
        if form == "foreign":
            hits.append(PlaceHit(start, end, name, form, units))
            continue
        following = text[end : end + 1]
        if name[-1] == "县" and following == "级":
            continue
        if name[-1] in "市区" and following and form in ("full", "county"):
            if (name[-1] == "市" and _CITY_TAIL.match(text, end)) or (name[-1] == "区" and following in "域间别位"):
                short = name[:-1]
                if short in known and known[short][0] in ("short", "province", "bare"):
                    hits.append(PlaceHit(start, end - 1, short, known[short][0], known[short][1]))
                continue
            # 济南|市中区 reads as 济南市|中区 to the automaton
            if name[-1] == "市" and following in "中南北" and text[end + 1 : end + 2] == "区" and name[:-1] in known:
                district = known.get(text[end - 1 : end + 2])
                inside = tuple(unit for unit in district[1] if unit.city == name) if district else ()
                if inside:
                    hits.append(PlaceHit(start, end - 1, name[:-1], "short", units))
                    hits.append(PlaceHit(end - 1, end + 2, text[end - 1 : end + 2], "county", inside))
                    continue
        if form in ("short", "alias", "weak", "zone", "bare") and (len(name) == 2 or name[-1] not in "市区县州盟"):
            if _NAMED_AFTER.match(text, end) or text[start - 1 : start] in _QUOTES and _SHOP.match(text, end):
                continue
            if form == "bare" and following and following in _NO_COUNTY:
                continue
        if (
            len(name) < 4
            and form not in ("province", "zone")
            and (not hits or hits[-1].end != start)
            and not _stands_alone(text, start, end, form)
        ):
            continue
        if following == ")" and text[start - 1 : start] == "(" and _BRACKETED.match(text, end + 1):
            continue
        if form in ("full", "short") and _FIRM.match(text, end) and not _UTILITY.match(text, end):
            continue
        hits.append(
            PlaceHit(
                start, end, name, "weak" if form in _SHORT_FORMS and _DOCUMENT_NUMBER.match(text, end) else form, units
            )
        )
    return hits


def county_short_before(text: str, end: int) -> tuple[int, tuple[Unit, ...]] | None:
    """The longest short name of a county or district (松北, 铜山) that ends at an offset, with its start."""
    g = gazetteer()
    for length in range(min(g.longest_short, end), 1, -1):
        name = text[end - length : end]
        if name in g.short_names:
            return end - length, tuple(g.names[name]["county_short"])
    return None


class Place(NamedTuple):
    """A settled name: what `surface` at start..end means."""

    start: int
    end: int
    surface: str
    form: str
    unit: Unit

    @property
    def basis(self) -> str:
        """explicit, district or alias, as a mention says it."""
        if self.form in ("county", "county_short", "zone", "bare", "bare_short"):
            return "district"
        return "alias" if self.form in ("alias", "weak") else "explicit"
