"""Places in a text: provinces, prefectures, counties and development areas, by one automaton over their names.

The names come from data/places.csv (division codes) and data/place_overrides.csv (aliases, abolished and newer units, words
that only look like places). What a name means in a given article is decided in `index.cities`.
"""
from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import accumulate
from typing import Any, NamedTuple

from index.automaton import Automaton, Found

MUNICIPALITIES = ("北京市", "天津市", "上海市", "重庆市")
_PEOPLES = ("蒙古族|回族|藏族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|哈尼族|哈萨克族?|傣族|黎族|傈僳族|佤族|畲族|高山族|拉祜族|水族|东乡族|纳西族|"
            "景颇族|柯尔克孜|土族|达斡尔族|仫佬族|羌族|布朗族|撒拉族|毛南族|仡佬族|锡伯|阿昌族|普米族|塔吉克|怒族|鄂温克族|德昂族|保安族|裕固族|独龙族|鄂伦春|赫哲族|门巴族|珞巴族|基诺族|各族|蒙古")
_AUTONOMOUS = re.compile(f"(?:{_PEOPLES})*自治[州县旗]$")
_PLAIN_SUFFIX = re.compile(r"(?:特别行政区|地区|林区|新区|矿区|[省市盟区县旗])$")


_PRECEDENCE = ("block", "province", "full", "short", "alias", "bare", "county", "zone", "weak", "foreign", "county_short")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the administration. `city` is the value of the city facet (None for a province), `level` one of province, city, county, zone."""

    name: str
    short: str
    level: str
    city: str | None
    province: str
    code: str
    until: int = 0

    @property
    def body_prefix(self) -> str:
        """What the names of its bodies begin with: a district carries its city, a county and a county-level city do not."""
        if self.level in ("county", "zone") and self.city and self.name.endswith(("区", "新城")) and not (
                self.level == "zone" and (not self.code and self.name.endswith("新区") or self.name.startswith((_PLAIN_SUFFIX.sub("", self.city), self.province[:2])))):
            return self.city + self.name
        return self.name


class PlaceHit(NamedTuple):
    """A name found in a text. `form` is one of province, full, short, alias, weak, bare, county, county_short, bare_short, zone, foreign."""

    start: int
    end: int
    surface: str
    form: str
    units: tuple[Unit, ...]


class Gazetteer:
    """The names and what they may stand for. Built once, by `gazetteer()`."""

    def __init__(self) -> None:
        self.units: dict[str, Unit] = {}
        self.cities: dict[str, Unit] = {}
        self.provinces: dict[str, Unit] = {}
        self.names: dict[str, dict[str, list[Unit]]] = defaultdict(dict)
        self.once: list[tuple[str, Unit]] = []
        self._read_codes()
        self._read_overrides()
        today = set(self.names)
        for name, unit in self.once:
            if name not in today:
                self._add(name, "county", unit)
        self.surfaces = [name for name, forms in self.names.items() if set(forms) - {"county_short"}]
        self.known = {name: self._meaning(name, forms) for name, forms in self.names.items()}
        self.short_names = frozenset(name for name, forms in self.names.items() if "county_short" in forms) - self.words
        self.bare_shorts = self.short_names - set(self.surfaces) - self.common - self.homonyms
        self.longest_short = max(map(len, self.short_names))

    def _meaning(self, name: str, forms: dict[str, list[Unit]]) -> tuple[str, tuple[Unit, ...]]:
        """The first form of a name with its units. Only a common word (朝阳) may also be the short name of a district."""
        form = min(forms, key=_PRECEDENCE.index)
        units = list(forms[form])
        for other in ("county_short",) if form == "short" and name in self.common else ("full", "short") if form == "province" else ():
            units += forms.get(other, [])
        return form, tuple(dict.fromkeys(units))

    def _add(self, name: str, form: str, unit: Unit | None) -> None:
        units = self.names[name].setdefault(form, [])
        if unit and unit not in units:
            units.append(unit)

    def _read_codes(self) -> None:
        for row in _rows("places.csv"):
            code, name = row["code"], row["name"]
            if len(code) == 2:
                self._province(code, name)
            elif len(code) == 4:
                self._city(code, name, self.units[code[:2]].name)
            else:
                self._county(code, name)
        for code, name in (("81", "香港特别行政区"), ("82", "澳门特别行政区")):
            self._province(code, name)

    def _province(self, code: str, name: str) -> None:
        short = re.sub(r"(?:省|市|特别行政区|回族自治区|维吾尔自治区|壮族自治区|自治区)$", "", name)
        is_city = name in MUNICIPALITIES or name.endswith("特别行政区")
        unit = Unit(name, short, "city" if is_city else "province", name if is_city else None, name, code)
        self.units[code] = self.provinces[name] = unit
        if is_city:
            self.cities[name] = unit
        self._add(name, "full" if is_city else "province", unit)
        self._add(short, "short" if is_city else "province", unit)

    def _city(self, code: str, name: str, province: str) -> None:
        unit = Unit(name, _short(name), "city", name, province, code)
        self.units[code] = self.cities[name] = unit
        self._add(name, "full", unit)
        if len(unit.short) > 1 and not name.endswith("州"):
            self._add(unit.short, "short", unit)
        elif name.endswith("自治州") and len(unit.short) > 1:
            # 湘西自治州
            self._add(unit.short + "自治州", "full", unit)

    def _county(self, code: str, name: str) -> None:
        parent = self.units.get(code[:4]) or self.units[code[:2]]
        # a county run by the province stands for itself
        city, alone = parent.city or name, not parent.city
        zone = re.search(r"开发区|园区|示范区|管理区|产业开发|工业园|滨湖新区|北戴河新区|冀南新区|渤海新区|镇江新区|天衢新区|兰州新区|管委会|试验区|行政委员会|白沟新城|群岛", name)
        unit = Unit(name, _short(name), "zone" if zone else "county", city, parent.province, code)
        self.units[code] = unit
        if zone:
            self._add(name, "zone", unit)
        elif alone:
            self.cities[name] = unit
            self._add(name, "full", unit)
            if len(unit.short) > 1:
                self._add(unit.short, "short", unit)
                if "自治" in name:
                    self._add(unit.short + name[-1], "full", unit)
        else:
            self._add(name, "county", unit)
            if len(unit.short) > 1 and unit.short != name:
                self._add(unit.short, "county_short", unit)
            if name[-1] in "市区" and len(unit.short) > 1:
                # most districts and cities were counties once: 番禺县
                self.once.append((unit.short + "县", Unit(unit.short + "县", unit.short, "county", city, parent.province, code)))
            if "自治" in name and len(unit.short) > 1:
                # 峨山彝族自治县 is written 峨山县 as well
                self._add(unit.short + name[-1], "county", unit)
                self._add(unit.short + "自治" + name[-1], "county", unit)

    def _read_overrides(self) -> None:
        self.common: set[str] = set()
        self.bare: set[str] = set()
        self.words: set[str] = set()
        self.homonyms: set[str] = set()
        self.blocked: set[str] = set()
        self.renamed: dict[str, tuple[str, int]] = {}
        self.moved: dict[str, tuple[str, int]] = {}
        for row in _rows("place_overrides.csv"):
            kind, target, year, names = row["kind"], row["target"], int(row["year"] or 0), row["names"].split()
            if kind in ("common", "bare", "block", "word", "homonym"):
                {"common": self.common, "bare": self.bare, "block": self.blocked, "word": self.words, "homonym": self.homonyms}[kind].update(names)
            elif kind == "moved":
                self.moved.update((name, (target, year)) for name in names)
            elif kind == "foreign":
                for name in names:
                    self._add(name, "foreign", None)
            else:
                for name in names:
                    self._override(kind, target, year, name)
        for name in self.bare:
            counties = self.names[name].get("county_short", [])
            if len({unit.city for unit in counties}) != 1:
                raise ValueError(f"place_overrides.csv calls {name} a short name that stands alone, but it belongs to {len(counties)} counties")
            self.names[name]["bare"] = counties
        for name in self.blocked:
            self.names[name] = {"block": []}

    def _override(self, kind: str, target: str, year: int, name: str) -> None:
        # a target that is no city of today (a county of a renamed prefecture) keeps its province unknown
        city = self.cities.get(target)
        if kind in ("alias", "short", "weak"):
            if not city:
                raise ValueError(f"place_overrides.csv names the city {target}, which places.csv does not have")
            self._add(name, {"alias": "alias", "short": "short", "weak": "weak"}[kind], city)
            return
        province = city.province if city else ""
        level = "city" if name.endswith(("地区", "盟")) or name in ("莱芜市", "襄樊市", "思茅市", "荆沙市", "大庸市", "锦西市", "浑江市", "万县市", "涪陵市", "淮阴市") else "county"
        if kind == "former" and level == "city":
            # a renamed prefecture is today's; one that was merged away was a city of its own as long as it stood
            merged = name in ("莱芜市",)
            unit = Unit(name, _short(name), "city", name if merged else target, province, "", year)
            if merged:
                self.renamed[name] = (target, year)
            self._add(name, "full", unit)
            # 松花江 and 徽州 are no short names of today's cities
            if len(unit.short) > 1 and unit.short not in self.names and (not name.endswith("地区") or city and unit.short == city.short):
                self._add(unit.short, "short", unit)
            return
        unit = Unit(name, _short(name), "zone" if kind == "zone" else "county", target, province, "", year)
        self._add(name, "zone" if kind == "zone" else "county", unit)
        if kind != "zone" and len(unit.short) > 1 and unit.short not in self.names:
            self._add(unit.short, "county_short", unit)


def _short(name: str) -> str:
    bare = _AUTONOMOUS.sub("", name)
    if bare != name:
        # 东乡族自治县 is called after the people alone
        return bare or re.sub(r"族?自治.$", "", name)
    short = _PLAIN_SUFFIX.sub("", name)
    # 浦东新区 is 浦东, but 清新区 is 清新
    return short if len(short) > 1 else name[:-1]


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (resources.files("index") / "data" / name).open(encoding="utf-8") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))


@cache
def gazetteer() -> Gazetteer:
    """The one gazetteer of the process."""
    return Gazetteer()


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


@cache
def streets() -> dict[str, dict[str, tuple[str, ...]]]:
    """Name of a street office or township → code of its prefecture → codes of its counties."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in _rows("streets.csv"):
        for name in row["names"].split():
            found[name][row["area"][:4]].append(row["area"])
    return {name: {city: tuple(areas) for city, areas in by_city.items()} for name, by_city in found.items()}


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
    r"(?:(?:[东西南北中一二三四]{0,2}(?:路|街(?!道)|大道|大街|胡同|里弄))(?!局|政)|新村|花园|家园|公寓|嘉园|雅苑|名苑|大?酒店|大?饭店|宾馆|大厦|小区|苑(?!口)|广场|公馆|商厦|商城|百货|"
    r"[^的等在是与和及、多名各这那些某有一\W\d_a-z]{0,6}?(?:大学(?!生)|学院|研究院|中学(?!生)|小学(?!生))|银行|证券|基金|日报|晚报|时报|晨报|早报|商报|青年报|卫视|电视台|广播电台|菜馆|火锅|拉面|啤酒|人家|味道|方言|话剧团|号[舰轮]|牌|舰|虎(?!门)|犬|菜(?!篮)|"
    r"(?:[^一两几多各某的有等在是与和到从了、，。()]{0,3}?)(?:牛肉面|鸡公煲|烤鸭|烤鱼|小面|热干面|米线|米粉|肠粉|凉皮|肉夹馍|炒饭|炸酱面|酸辣粉|麻辣烫|生煎|锅盔|冒菜|串串|小笼包?|酒楼|酒家|食府|饭庄|面馆|粉店|小馆))")
_FIRM = re.compile(r"[^的在是等一某多各个召开设了与和向从对为把被将有家地两市县区、。“”《》(),;:!?\s\d]{0,14}?(?:有限(?:责任)?公司|股份(?:有限)?公司|集团|公司|股份|药业|电子厂)")
# 科技(沈阳)有限公司
_BRACKETED = re.compile(r"[^的在是等、。“”《》(),;:!?\s\d]{0,14}?(?:公司|集团|合伙|基金|银行|中心)")
_UTILITY = re.compile(r"(?:市)?(?:地铁|公交|轨道|水务|供水|自来水|排水|供电|电力|燃气|热力|供热|物业|机场|港务|港口|铁路|交通|城投|城建|文旅|国资|农商)")
# a unit's name is followed by something that shows its last character to belong elsewhere: 上海市民, 中山区域, 义乌市场
_CITY_TAIL = re.compile(r"(?:民(?!政|族|防|宗|营|主)|场(?!监|局)|值|面(?!向|对|临|积)|价|占|盈|净|售|话|花|树|鸟)")
_NO_COUNTY = frozenset("江河湖山港湾村镇乡祠寺庙桥岭屯市县区旗")
_SHORT_FORMS = frozenset(("short", "alias", "bare", "weak"))
# characters that end no word and begin none with a name's
_LEADING = frozenset("在于由向从被与为的了是")
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
    left, right = text[start - 1:start], text[end:end + 1]
    before = "一" <= left <= "龥" and left not in _LEADING
    after = form in _SHORT_FORMS and text[end - 1] not in "州盟" and "一" <= right <= "龥" and right not in _FOLLOWING
    if not before and not after:
        return True
    from_ = max(0, start - 5)
    edges = list(accumulate(map(len, _cutter()(text[from_:end + 4])), initial=from_))
    if before and text[start - 1] in _NAME_BEGINNINGS[form == "bare"] and start - 1 in edges:
        return False
    # 北京卫戍区 is one word, but begins with the name
    torn = after and end not in edges and any(start < edge < end for edge in edges)
    return (not before or start in edges) and not torn


def is_bare_county(text: str, start: int, end: int) -> bool:
    """Whether the bare short name of a county at start..end (龙港人, 赴如皋调研) may be read as one: it is a word of its own, and names no road or river."""
    return text[end:end + 1] not in _NO_COUNTY and not _NAMED_AFTER.match(text, end) and not _FIRM.match(text, end) and _stands_alone(text, start, end, "bare")


def find_places(text: str, found: Iterable[Found] | None = None) -> list[PlaceHit]:
    """The places of a text, leftmost and longest first, without names of roads, houses, schools, papers and firms.

    `found` is what an automaton over the names yielded for this text, where that is known already.
    """
    known = gazetteer().known
    hits: list[PlaceHit] = []
    for start, end, name in leftmost_longest(_automaton().find(text) if found is None else found):
        form, units = known[name]
        if form == "block":
            continue
        if form == "foreign":
            hits.append(PlaceHit(start, end, name, form, units))
            continue
        following = text[end:end + 1]
        if name[-1] == "县" and following == "级":
            continue
        if name[-1] in "市区" and following and form in ("full", "county"):
            if (name[-1] == "市" and _CITY_TAIL.match(text, end)) or (name[-1] == "区" and following in "域间别位"):
                short = name[:-1]
                if short in known and known[short][0] in ("short", "province", "bare"):
                    hits.append(PlaceHit(start, end - 1, short, known[short][0], known[short][1]))
                continue
            # 济南|市中区 reads as 济南市|中区 to the automaton
            if name[-1] == "市" and following in "中南北" and text[end + 1:end + 2] == "区" and name[:-1] in known:
                district = known.get(text[end - 1:end + 2])
                inside = tuple(unit for unit in district[1] if unit.city == name) if district else ()
                if inside:
                    hits.append(PlaceHit(start, end - 1, name[:-1], "short", units))
                    hits.append(PlaceHit(end - 1, end + 2, text[end - 1:end + 2], "county", inside))
                    continue
        if form in ("short", "alias", "weak", "zone", "bare") and (len(name) == 2 or name[-1] not in "市区县州盟"):
            if _NAMED_AFTER.match(text, end):
                continue
            if form == "bare" and following and following in _NO_COUNTY:
                continue
        if len(name) < 4 and form not in ("province", "zone") and (not hits or hits[-1].end != start) and not _stands_alone(text, start, end, form):
            continue
        if following == ")" and text[start - 1:start] == "(" and _BRACKETED.match(text, end + 1):
            continue
        if form in ("full", "short") and _FIRM.match(text, end) and not _UTILITY.match(text, end):
            continue
        hits.append(PlaceHit(start, end, name, form, units))
    return hits


def county_short_before(text: str, end: int) -> tuple[int, tuple[Unit, ...]] | None:
    """The longest short name of a county or district (松北, 铜山) that ends at an offset, with its start."""
    g = gazetteer()
    for length in range(min(g.longest_short, end), 1, -1):
        name = text[end - length:end]
        if name in g.short_names:
            return end - length, tuple(g.names[name]["county_short"])
    return None
