"""The police: bureaus, their branches, stations and brigades, and the words that stand for them (警方, 公安)."""

from __future__ import annotations

import re

from juanzong.index.facts.agencies.prefixes import ZONE_WORDS, Prefix, PrefixFinder, of_unit
from juanzong.index.facts.agencies.setting import AgencyHit, Setting
from juanzong.index.facts.places.gazetteer import gazetteer, streets, unit_of
from juanzong.index.facts.places.names import county_short_before
from juanzong.index.text.spans import Spans

_BRANCHES = {
    "交警": "交通警察",
    "交通警察": "交通警察",
    "交巡警": "交通巡逻警察",
    "交管": "交通管理",
    "刑侦": "刑事侦查",
    "刑事侦查": "刑事侦查",
    "刑警": "刑警",
    "特警": "特警",
    "巡特警": "巡特警",
    "特巡警": "特巡警",
    "巡警": "巡警",
    "治安": "治安",
    "治安管理": "治安管理",
    "经侦": "经济犯罪侦查",
    "经济犯罪侦查": "经济犯罪侦查",
    "网安": "网络安全保卫",
    "网警": "网络安全保卫",
    "网络安全保卫": "网络安全保卫",
    "禁毒": "禁毒",
    "缉毒": "禁毒",
    "出入境": "出入境管理",
    "出入境管理": "出入境管理",
    "反诈": "反诈",
    "反恐": "反恐",
    "警务督察": "警务督察",
    "高速交警": "高速公路交通警察",
    "公交": "公交",
    "轨道": "轨道",
    "水上": "水上",
    "食药环": "食品药品环境犯罪侦查",
    "警犬": "警犬",
    "巡逻": "巡逻",
    "技侦": "技术侦查",
    "监管": "监管",
    "环侦": "环境犯罪侦查",
    "食药侦": "食品药品犯罪侦查",
    "图侦": "图侦",
    "高速公路交警": "高速公路交通警察",
    "公安交警": "交通警察",
    "公安交管": "交通管理",
    "公安交通管理": "公安交通管理",
    "交通管理": "交通管理",
    "森林警察": "森林警察",
    "森警": "森林警察",
    "水上警察": "水上警察",
    "旅游警察": "旅游警察",
}
_BRANCH = "|".join(sorted(_BRANCHES, key=len, reverse=True))
# what an anchor begins with; trying it first spares the long list at most characters
_BEGINS = "".join(sorted({branch[0] for branch in _BRANCHES} | set("公人铁森林警边派分交武")))
_ANCHOR = re.compile(
    rf"(?=[{_BEGINS}])(?:公安厅|公安局|公安处|公安(?:消防|边防)(?:总队|支队|大队)|(?:人民)?公安机关|铁路公安(?:局|处)|铁路(?:警方|公安)|林区公安局|森林公安(?:局|分局)?|公安分局|公安(?=(?:{_BRANCH})(?:支队|总队|大队))|公安(?!部|处|院校|大学|学院|工作|系统|队伍|战线|英雄|民警职|题材|文化|出版|干警职|边防|消防)|警方|警察局|边[境防]派出所|派出所|分局|"
    rf"(?:{_BRANCH})(?:支队|总队|大队)|交警|交巡警|交管局|边境管理(?:支队|大队)|武警(?:部队)?)"
)
_GAP = r"(?P<name>[^\W\d_a-z]{1,10}?|[^\W\d_a-z]{0,6}[\d一二三四五六七八九十]{1,3}[^\W\d_a-z]{0,4}?)"
_SUB = re.compile(_GAP + r"(?P<kind>公安分局|分局)")
_STATION = re.compile(_GAP + r"(?P<kind>(?:边[境防]|水上|车站|治安)?派出所)")
_RAILWAY_OFFICE = re.compile(r"(?P<name>[一-龥]{2,5}?(?:铁路)?)(?P<kind>公安处)")
_UNIT = re.compile(rf"(?P<branch>{_BRANCH})(?P<kind>支队|总队|大队|中队|局|处|科|中心)")
_TEAM = re.compile(_GAP + r"(?P<kind>大队|中队)")
_STOP = re.compile(
    r"[的了在和与及或将对向被把从到由就并各该等是有也都为会同请按据、]|民警|辅警|局长|联合|通报|发布|召开|成立|组织|启动|接到|报案|立案|依法|迅速|全力|所属|下属|辖区|派出所|分局|部门|警方|公安局|方面|工作|指导|党委|副|全体|全市|多个|相关|支队|大队|交给|移交|求助|联系|配合|拨打|决定|主动|前往|便|又|辗转|某|铁路|男子|女子|一名"
)
_NAMED_BRANCH = re.compile(
    r"(机场|空港|水上|港口|港航|海港|轨道交通|轨道|地铁|公交|铁路|森林|林业|风景区|景区|保税区|油田|高铁|经济技术开发区|高新技术产业开发区|经济开发区|开发区|经开区|高新区|经开|高新|度假区|自贸区|工业园区|新城|[一-龥]{2}新区|新区)$"
)
_STATION_LEFT = re.compile(
    r"[,。;:!?()\"“”‘’、 ]|[在由向对到了从是被把为与和及经据赴往抵送回给去找来]|目前|没想|只要|希望|沿线|自基层|需要|我局|该局|民警|辅警|辖区|分局|大队|支队|联合|会同|配合|移交|指派|协助|指导|组织|日|时|分|许|称|来到|走进|附近|当地|属地|随后|随即|就近|以来|今年|近日|日前|立即|上午|下午|中午|晚上|凌晨|致电|通过|前来|我们|报警"
)
_BOUNDARY = re.compile(
    r"(?:^|[,。;:!?()\"“”‘’、 \d]|[在由向对到从是被把为与和及经据将至说称赴]|日|时|随后|近日|日前|当地|通过|依法)$"
)
ZONE_SHORT = {"经开": "经济技术开发区", "高新": "高新技术产业开发区"} | ZONE_WORDS
# 麒麟、沾益两个分局
_COUNTED = re.compile(r"[两二三四五六七八九十]个?$")
_TRAFFIC = ("交通警察支队", "交通巡逻警察支队")
_RAILWAY_POLICE = "铁路公安处"
_SQUAD = re.compile(r"[一-龥]{2,4}?中队")
_ARMED_UNIT = re.compile(
    r"(?:第?[一二三四五六七八九十]|机动(?:第?[一二三四五六七八九十])?|执勤第?[一二三四五六七八九十]|船艇)支队"
)
_ARMED = re.compile(r"(?:省|市|区)?(总队|支队)")
_GENERIC_POLICE = re.compile(r"公安|居住|应当|户籍|常住|所在|[各多全]|两地|三地|当地|涉事|有关|相关|辖区|属地")


def may_hold(text: str) -> bool:
    """Whether a text has a word that the police are named by."""
    return (
        "警" in text
        or "公安" in text
        or "派出所" in text
        or "分局" in text
        or "支队" in text
        or "大队" in text
        or "中队" in text
    )


def find_police(text: str, finder: PrefixFinder, setting: Setting) -> list[AgencyHit]:
    """The police bodies of a paragraph; a chain (市公安局, 分局, 派出所) gives each body that is named in it."""
    hits: list[AgencyHit] = []
    taken = 0
    if not may_hold(text):
        return hits
    for m in _ANCHOR.finditer(text):
        if m.start() < taken:
            continue
        made = _anchor(text, m.group(), m.start(), m.end(), finder, setting)
        hits.extend(made)
        if made:
            taken = max(taken, max(hit.end for hit in made))
            for hit in made:
                if hit.value and hit.value.endswith("派出所"):
                    name = text[hit.start : hit.end]
                    setting.stations.setdefault(_tail_station(name), hit.value)
                elif hit.rule == "railway_police" and hit.value and hit.value.endswith("公安处"):
                    setting.teams.setdefault(_RAILWAY_POLICE, set()).add(hit.value)
                elif hit.value and hit.value.endswith("支队"):
                    setting.teams.setdefault(hit.value.split("公安局")[-1], set()).add(hit.value)
    if setting.teams and ("大队" in text or "中队" in text):
        hits.extend(_teams_again(text, Spans(hits), setting))
    return hits


def _teams_again(text: str, covered: Spans, setting: Setting) -> list[AgencyHit]:
    """潮阳大队, 潮阳大队和平中队 and then 和平中队, where the traffic police of one city have been named."""
    traffic = set().union(*(setting.teams.get(name, ()) for name in _TRAFFIC))
    hits: list[AgencyHit] = []
    if len(traffic) != 1:
        return hits
    team = traffic.pop()
    for m in re.finditer("大队", text):
        found = county_short_before(text, m.start())
        if (
            found is None
            or covered.touch(found[0], m.end())
            or not any(unit.city and team.startswith(unit.city) for unit in found[1])
            or found[0]
            and not _BOUNDARY.search(text, max(0, found[0] - 2), found[0])
        ):
            continue
        base = AgencyHit(found[0], m.end(), team + text[found[0] : m.end()], "taken_up_again", "context", 0.75)
        if squad := _SQUAD.match(text, m.end()):
            value = f"{base.value}{squad.group()}"
            setting.stations.setdefault(squad.group(), value)
            hits.append(base._replace(end=squad.end(), value=value))
        hits.append(base)
    over = Spans(hits)
    for m in re.finditer("中队", text):
        start = next(
            (
                start
                for start in range(max(0, m.start() - 4), m.start() - 1)
                if text[start : m.end()] in setting.stations
            ),
            None,
        )
        if start is not None and not covered.touch(start, m.end()) and not over.touch(start, m.end()):
            hits.append(
                AgencyHit(start, m.end(), setting.stations[text[start : m.end()]], "taken_up_again", "context", 0.7)
            )
    return hits


def _tail_station(surface: str) -> str:
    return re.split(r"分局|公安局|[省市县区]", surface)[-1]


def _anchor(text: str, word: str, start: int, end: int, finder: PrefixFinder, setting: Setting) -> list[AgencyHit]:
    if word in ("公安局", "警察局"):
        return _bureau(text, start, end, finder, setting)
    if word == "公安处":
        # that of a prefecture, in its day
        prefix = finder.place(start) or finder.level(start)
        return (
            [AgencyHit(prefix.start, end, prefix.name + word, "prefix_core", prefix.basis, prefix.confidence)]
            if prefix and prefix.name.endswith(("地区", "盟", "州"))
            else []
        )
    if word == "公安厅":
        prefix = finder.any(start)
        if prefix is None or prefix.level != "province":
            return []
        base_hit = AgencyHit(prefix.start, end, prefix.name + word, "prefix_core", prefix.basis, prefix.confidence)
        return _chain(text, base_hit, [base_hit])
    if word.startswith("铁路"):
        place = finder.by_end.get(start)
        if place is None or place.unit.level != "city":
            return []
        base_hit = AgencyHit(place.start, end, _railway(place.surface, word), "railway_police", place.basis, 0.9)
        return _chain(text, base_hit, [base_hit])
    if word == "林区公安局" or word.startswith("边境管理"):
        prefix = finder.place(start) or finder.short_county(start)
        if prefix is None:
            return []
        base_hit = AgencyHit(
            prefix.start,
            end,
            (prefix.name if word == "林区公安局" else prefix.short) + word,
            "prefix_core",
            prefix.basis,
            0.9,
        )
        return _chain(text, base_hit, [base_hit])
    if word.startswith(("公安消防", "公安边防")):
        return _corps(text, word, start, end, finder)
    if word.startswith("森林公安"):
        prefix = finder.any(start)
        return (
            [AgencyHit(prefix.start, end, prefix.name + word, "prefix_core", prefix.basis, prefix.confidence)]
            if prefix and len(word) > 4
            else []
        )
    if word in ("公安", "警方", "公安机关", "人民公安机关"):
        return _force(text, start, end, finder, setting)
    if word in ("公安分局", "分局"):
        return _branch_office(text, word, start, end, finder, setting)
    if word.endswith("派出所"):
        return _station(text, word, start, end, finder, setting)
    if word == "交管局":
        prefix = finder.place(start) or finder.level(start)
        head = "公安" if prefix and prefix.city in ("北京市", "天津市") else ""
        return (
            [AgencyHit(prefix.start, end, f"{prefix.name}公安局{head}交通管理局", "police_team", prefix.basis, 0.85)]
            if prefix and prefix.level == "city"
            else []
        )
    if word.startswith("武警"):
        return _armed(text, start, end, finder)
    return _team(text, word, start, end, finder, setting)


def _bureau(text: str, start: int, end: int, finder: PrefixFinder, setting: Setting) -> list[AgencyHit]:
    prefix = finder.any(start)
    if prefix is None and (office := _OFFICE.search(text, max(0, start - 16), start)):
        # 盘锦市副市长、公安局局长
        prefix = finder.place(office.start()) or finder.level(office.start())
    if prefix is None or prefix.level == "province":
        values = setting.known.get("公安局", set())
        if (
            prefix is None
            and text[start:end] == "公安局"
            and len(values) == 1
            and text[start - 1 : start] not in ("各", "地")
        ):
            return [AgencyHit(start, end, next(iter(values)), "taken_up_again", "context", 0.7)]
        return []
    base = AgencyHit(
        prefix.start,
        end,
        prefix.name + "公安局",
        "prefix_core" if prefix.basis != "context" else "context_core",
        prefix.basis,
        prefix.confidence,
    )
    return _chain(text, base, [base])


# where the railways' police have a bureau; elsewhere they have offices
_RAILWAY_BUREAUS = frozenset(
    "哈尔滨 沈阳 北京 太原 呼和浩特 郑州 武汉 西安 济南 上海 南昌 广州 南宁 成都 昆明 兰州 乌鲁木齐".split()
)


def _railway(name: str, word: str) -> str:
    if word in ("铁路公安局", "铁路公安处"):
        return name + word
    name = name.removesuffix("市")
    return f"{name}铁路公安{'局' if name in _RAILWAY_BUREAUS else '处'}"


_OFFICE = re.compile(
    r"(?:(?:人民)?政府)?(?:党组成员、?|党组副?书记、?|委常委、|委政法委书记、|副[市县区州]长、|常务副[市县区州]长、|[市县区州]长助理、)+$"
)


def _clean(name: str) -> bool:
    """Whether what stands before 分局 or 派出所 is a name; some names hold a character that else ends one (向阳, 共和, 新都)."""
    return (
        not _STOP.search(name)
        or name in gazetteer().short_names
        or any(name + suffix in streets() for suffix in ("街道", "镇", "乡"))
    )


def _chain(text: str, base: AgencyHit, hits: list[AgencyHit]) -> list[AgencyHit]:
    """The bodies named right behind a bureau: branch, brigade, station. Each is put before its parent."""
    while True:
        end, value = base.end, base.value or ""
        m = _UNIT.match(text, end)
        if m:
            made = AgencyHit(
                base.start, m.end(), value + _BRANCHES[m["branch"]] + m["kind"], base.rule, base.basis, base.confidence
            )
        else:
            m = next(
                (
                    n
                    for pattern in (_RAILWAY_OFFICE, _SUB, _STATION, _TEAM)
                    if (n := pattern.match(text, end))
                    and (_clean(n["name"]) or pattern is _RAILWAY_OFFICE)
                    and (pattern is not _RAILWAY_OFFICE or value.endswith("铁路公安局"))
                    and (pattern is not _SUB or not value.endswith("分局"))
                    and (pattern is not _TEAM or value.endswith(("支队", "总队", "大队", "局")))
                ),
                None,
            )
            if m is None:
                return hits
            name = m["name"]
            if m["kind"].endswith("分局"):
                name = ZONE_SHORT.get(name, name)
                made = AgencyHit(base.start, m.end(), f"{value}{name}分局", base.rule, base.basis, base.confidence)
            else:
                for short, full in _BRANCHES.items():
                    if name.startswith(short) and m["kind"] in ("大队", "中队"):
                        name = full + name[len(short) :]
                        break
                made = AgencyHit(base.start, m.end(), value + name + m["kind"], base.rule, base.basis, base.confidence)
        hits.insert(0, made)
        base = made
        if not made.value or made.value.endswith(("派出所", "中队")):
            return hits


def _force(text: str, start: int, end: int, finder: PrefixFinder, setting: Setting) -> list[AgencyHit]:
    prefix = finder.place(start) or finder.short_county(start)
    if prefix is None and text[start - 2 : start] in ("我市", "本市", "我县", "我省"):
        prefix = finder.level(start)
    if prefix is None:
        return []
    if text[start:end] == "公安" and re.match(r"部|厅|局|分局|处|大学|学院", text[end : end + 2]):
        return []
    value = police_of(prefix)
    return [AgencyHit(prefix.start, end, value, "police_word", "alias", prefix.confidence * 0.95)] if value else []


def _zone(prefix: Prefix) -> str:
    """The name of a zone without its city's; 长春新区 keeps it."""
    city = prefix.city or ""
    name = prefix.name.removeprefix(city).removeprefix(city[:-1])
    return prefix.name if name == "新区" else ZONE_SHORT.get(name, name)


def police_of(prefix: Prefix) -> str | None:
    """The police body that a place's 警方 or 公安 means."""
    if prefix.level == "province":
        return prefix.name + "公安厅"
    if prefix.level == "district" and prefix.city:
        return f"{prefix.city}公安局{prefix.short if len(prefix.short) > 1 else prefix.name[len(prefix.city) :]}分局"
    if prefix.level == "zone" and prefix.city:
        return f"{prefix.city}公安局{_zone(prefix)}分局"
    return prefix.name + "公安局"


def _branch_office(
    text: str, word: str, start: int, end: int, finder: PrefixFinder, setting: Setting
) -> list[AgencyHit]:
    sure = word == "公安分局"
    if not sure and (not setting.police or text[start - 2 : start] == "铁路"):
        return []
    if m := _COUNTED.search(text, max(0, start - 2), start):
        return _counted_branches(text, m.start(), end, finder, setting)
    prefix = finder.place(start) or finder.short_county(start)
    if (
        prefix
        and not sure
        and text[prefix.start - 1 : prefix.start] == "局"
        and text[prefix.start - 3 : prefix.start] != "公安局"
    ):
        # 工商行政管理局魏都分局
        return []
    if prefix is None and sure and text[start - 1 : start] == "区":
        prefix = finder.level(start)
    base: AgencyHit | None = None
    if prefix and prefix.level == "district" and prefix.city:
        base = AgencyHit(
            prefix.start,
            end,
            f"{prefix.city}公安局{prefix.short if len(prefix.short) > 1 else prefix.name}分局",
            "branch",
            prefix.basis,
            0.9,
        )
    elif prefix and prefix.level == "zone" and prefix.city:
        base = AgencyHit(prefix.start, end, f"{prefix.city}公安局{_zone(prefix)}分局", "branch", prefix.basis, 0.85)
    elif prefix and prefix.level == "county" and sure:
        base = AgencyHit(prefix.start, end, f"{prefix.name}公安分局", "branch", prefix.basis, 0.8)
    elif prefix is None and (m := _NAMED_BRANCH.search(text[max(0, start - 10) : start])):
        begin = start - len(m[1])
        place = finder.place(begin)
        city = place.city if place else setting.city
        if city and (place or begin == 0 or _BOUNDARY.search(text[:begin][-2:])):
            base = AgencyHit(
                place.start if place else begin,
                end,
                f"{city}公安局{ZONE_SHORT.get(m[1], m[1])}分局",
                "branch",
                place.basis if place else "context",
                0.8,
            )
    if base is None:
        return [] if not sure else _open_branch(text, start, end)
    return _chain(text, base, [base])


def _counted_branches(text: str, at: int, end: int, finder: PrefixFinder, setting: Setting) -> list[AgencyHit]:
    """The branches of a list that is counted: 麒麟、沾益两个分局."""
    hits: list[AgencyHit] = []
    while (prefix := finder.place(at) or finder.short_county(at)) and prefix.level == "district" and prefix.city:
        hits.append(AgencyHit(prefix.start, end, f"{prefix.city}公安局{prefix.short}分局", "branch", "context", 0.8))
        if prefix.start < 2 or text[prefix.start - 1] not in "、和及与":
            break
        at = prefix.start - 1
    return hits if len(hits) > 1 else []


def _open_branch(text: str, start: int, end: int) -> list[AgencyHit]:
    if (
        start
        and re.match(r"[一-龥]", text[start - 1])
        and not _GENERIC_POLICE.search(text[max(0, start - 2) : start])
        and text[start - 1] not in "区市县"
    ):
        return [AgencyHit(max(0, start - 2), end, None, "unknown_branch", "context", 0)]
    return []


def _station(text: str, word: str, start: int, end: int, finder: PrefixFinder, setting: Setting) -> list[AgencyHit]:
    window = text[max(0, start - 9) : start]
    offset = start - len(window)
    cut = max((m.end() for m in _STATION_LEFT.finditer(window)), default=0)
    place = next((p for p in finder.before(start, offset + cut) if p.start < start), None)
    if place and start - place.end <= 8:
        name = text[place.end : start]
        prefix = finder.place(place.end)
        if prefix and prefix.level in ("district", "county", "city") and (name or prefix.level != "city"):
            name = re.sub(r"^公安|^[一-龥]{1,5}?(?:镇|乡|街道)(?=[一-龥])", "", name)
            if name and not _clean(name):
                return []
            name = re.sub(r"^局", "", name)
            if name in ("一", "二", "三"):
                return []
            if name.endswith("站") or place.surface.endswith("站"):
                # stations of the railway have a police of their own
                offices = setting.teams.get(_RAILWAY_POLICE, set())
                if len(offices) == 1:
                    return [
                        AgencyHit(
                            place.start, end, next(iter(offices)) + text[place.start : end], "station", "context", 0.7
                        )
                    ]
                return [AgencyHit(prefix.start, end, None, "railway_station", "context", 0)]
            if not name:
                return _lookup(place.surface, word, place.start, end, setting)
            if (
                prefix.level == "city"
                and (looked := _lookup(name, word, prefix.start, end, setting, prefix.city))
                and looked[0].value
            ):
                return looked
            if (
                zone := re.match(
                    r"(经开区|高新区|开发区|经济技术开发区|高新技术产业开发区|[一-龥]{2}新区)(?=[一-龥])", name
                )
            ) and prefix.level == "city":
                return [
                    AgencyHit(
                        prefix.start,
                        end,
                        f"{prefix.name}公安局{ZONE_SHORT.get(zone[1], zone[1])}分局{name[zone.end() :]}{word}",
                        "station",
                        prefix.basis,
                        0.8,
                    )
                ]
            parent = police_of(prefix) or ""
            if prefix.level == "city" and not prefix.name.endswith("市"):
                return []
            return [AgencyHit(prefix.start, end, f"{parent}{name}{word}", "station", prefix.basis, 0.8)]
    name = window[cut:]
    if (
        not 2 <= len(name) <= 7
        or not re.fullmatch(r"[一-龥]+", name)
        or not _clean(name)
        or _GENERIC_POLICE.search(name[:2])
        or name.endswith("公安")
    ):
        return []
    return _lookup(name, word, offset + cut, end, setting)


def _lookup(
    name: str, word: str, start: int, end: int, setting: Setting, in_city: str | None = None
) -> list[AgencyHit]:
    """A station without its branch: named in full elsewhere in the article, or called after a street office or town of the city."""
    if known := setting.stations.get(name + word):
        return [AgencyHit(start, end, known, "taken_up_again", "context", 0.75)]
    city = gazetteer().cities.get(in_city or setting.city or "")
    if city and city.code:
        areas = {
            area
            for suffix in ("街道", "镇", "乡")
            for code, found in streets().get(name + suffix, {}).items()
            if code.startswith(city.code[:4])
            for area in found
        }
        if len(areas) == 1 and (unit := unit_of(next(iter(areas)))):
            parent = police_of(of_unit(unit, start, "context"))
            return [AgencyHit(start, end, f"{parent}{name}{word}", "station_by_street", "context", 0.7)]
    if re.fullmatch(r"[一-龥]{2,6}", name):
        return [AgencyHit(start, end, None, "unknown_station", "context", 0)]
    return []


def _armed(text: str, start: int, end: int, finder: PrefixFinder) -> list[AgencyHit]:
    place = finder.by_start.get(end)
    if place and (m := _ARMED.match(text, place.end)):
        whole = AgencyHit(start, m.end(), f"武警{place.unit.name}{m[1]}", "armed_police", "explicit", 0.9)
        inner = finder.by_start.get(m.end())
        if m[1] == "总队" and inner and (n := _ARMED.match(text, inner.end)):
            return [
                AgencyHit(start, n.end(), f"{whole.value}{inner.surface}{n[1]}", "armed_police", "explicit", 0.9),
                whole,
            ]
        if m[1] == "总队" and (n := _ARMED_UNIT.match(text, m.end())):
            return [AgencyHit(start, n.end(), f"{whole.value}{n.group()}", "armed_police", "explicit", 0.85), whole]
        return [whole]
    return []


def _corps(text: str, word: str, start: int, end: int, finder: PrefixFinder) -> list[AgencyHit]:
    """The fire and the border corps that were police until 2018, with the unit of a place named behind them: 广东省公安边防总队汕头支队."""
    prefix = finder.any(start)
    if prefix is None:
        return []
    base = AgencyHit(
        prefix.start,
        end,
        prefix.name + word,
        "prefix_core" if prefix.basis != "context" else "context_core",
        prefix.basis,
        prefix.confidence,
    )
    hits = [base]
    inner = finder.by_start.get(end)
    if inner and word.endswith("总队") and (m := _ARMED.match(text, inner.end)):
        base = base._replace(end=m.end(), value=f"{base.value}{inner.surface}{m[1]}")
        hits.insert(0, base)
    return _chain(text, base, hits)


def _team(text: str, word: str, start: int, end: int, finder: PrefixFinder, setting: Setting) -> list[AgencyHit]:
    kind = next((k for k in ("支队", "总队", "大队") if word.endswith(k)), "")
    branch = _BRANCHES[word[:-2]] if kind else _BRANCHES[word]
    if kind and text[start - 1 : start] == "局" and (own := finder.level(start - 1)) and (bureau := police_of(own)):
        # 市局刑警支队二大队
        above = AgencyHit(own.start, start, bureau, "police_word", own.basis, own.confidence)
        return _chain(text, above, [above])
    at = start - 2 if text[start - 2 : start] == "公安" else start
    prefix = finder.place(at) or finder.level(at) or finder.short_county(at)
    basis, begin, confidence = ("context", start, 0.75)
    if prefix is None:
        known = setting.teams.get(f"{branch}支队", set())
        if (
            kind != "支队"
            or not setting.city
            or (setting.several_cities and len(known) != 1)
            or (start and not _BOUNDARY.search(text[:start][-2:]))
        ):
            return []
        value = next(iter(known)) if setting.several_cities else f"{setting.city}公安局{branch}支队"
    else:
        if not kind and (prefix.basis == "context" or re.match(r"部门|提醒您|指挥|手势|蓝|岗|服", text[end : end + 3])):
            return []
        basis, begin, confidence = prefix.basis, prefix.start, prefix.confidence * 0.95
        if prefix.level == "province":
            value = f"{prefix.name}公安厅{branch}{kind or '总队'}"
        elif prefix.level == "district" and prefix.city:
            value = (
                f"{prefix.city}公安局{branch}支队{prefix.short}大队"
                if kind != "支队"
                else f"{prefix.city}公安局{prefix.short}分局{branch}支队"
            )
        elif prefix.level == "zone":
            value = f"{prefix.city}公安局{branch}支队{prefix.short}大队"
        elif prefix.level == "county":
            value = f"{prefix.name}公安局{branch}{kind or '大队'}"
        else:
            value = f"{prefix.name}公安局{branch}{kind or '支队'}"
    base = AgencyHit(begin, end, value, "police_team", basis, confidence)
    if (
        not kind
        and prefix
        and prefix.level == "city"
        and (m := re.compile(r"(?:第)?([\d一二三四五六七八九十]{1,3}大队)").match(text, end))
    ):
        return [AgencyHit(begin, m.end(), value + m[1], "police_team", basis, confidence), base]
    return _chain(text, base, [base]) if kind in ("支队", "总队") else [base]
