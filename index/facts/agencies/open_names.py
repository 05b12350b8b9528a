"""Bodies that no lexicon lists: a place, up to sixteen characters, and 局, 委员会, 指挥部 …; townships and street offices."""

from __future__ import annotations

import re
from collections.abc import Sequence

from juanzong.index.facts.agencies.lexicon import Lexicon
from juanzong.index.facts.agencies.prefixes import Prefix, PrefixFinder
from juanzong.index.facts.agencies.setting import AgencyHit, Setting
from juanzong.index.facts.agencies.towns import HAN_BEFORE, TOWN
from juanzong.index.text.spans import Spans

_SUFFIX = re.compile(
    r"(?:联防联控(?:工作)?机制|指挥部(?:办公室)?|领导小组(?:\(指挥部\))?(?:办公室)?|局(?<![结布格大全当书邮药开平残出僵破棋赛变定败首饭时战一治牌终政外棋个支乱危僵]局)(?![面势部限域促外中里内地])|厅(?<=[^大客餐展舞歌门影堂道正副]厅)(?!堂)|"
    r"委员会(?:办公室)?|办公室|管委会|支队|总队|管理处|街道办事处|管理总站|监测总站|管理所)"
)
_STOP = re.compile(
    r"^局|[两二三四五六七八九十几数这那每各]个|(?<![草平高太中固])原(?![种子料油始野煤州阳生])|[两二三四五六七八九][省市县区州]|该|结合|派驻|[支总]队|纪检组|欧盟|赶赴|体验|虚拟|各专门|^某|[了是在把被将使让给从由与或其这那没也都很就还又及等以于]|举行|召开|发布|印发|公司|集团|银行|学校|学院|医院|大学|部门|负责|记者|人员|市民|居民|群众|民警|以来|期间|今年|昨日|介绍|表示|组织|开展|联合|根据|按照|通过|批准|"
    r"要求|提出|进行|成立|决定|设立|参加|来自|担任|^原|副|公安|书记|主任|局长|厅长|队长|市长|县长|区长|省长|同意|报|向|(?<!应)对(?!外|口|台)|的|有(?!色|线|机|资|关)|，|上级|下级|本级|各级|相关|有关|人民|政府|派出所|分局|法院|工会|协会|学会|商会|志愿|救援队|业主|居民|村民|社区|项目|工程|酒店|业委|董事|监事|管理层|大厦|路|街道(?!办)|号|组委|供电|电业|电力局|铁路局|里面|截图|视频|图源|来源|直单位|走进|辖区|足协|青联|团委|工作站|首个|党组|党支部|领导(?!小组)|代表(?!大会|会议)|残联|第[一二三四五六七八九十]"
)
_HAN = re.compile(r"[一-龥、“”和]*")
# 市场, 市民, 市内: the level character belongs to a word
_TORN = frozenset("份场民内里面外值区域长中")
_OFFICE = re.compile(
    r"(?:工作|建设|管理|发展|应急|救援|事务|领导小组|委员会|指挥部|改革|保障|治理|服务|监督|安全|征收|规划|协调|统筹|整治|创建|保护|开发|合作|推进|交流|协作)$"
)
# border stations are called after their port of entry
_BORDER = re.compile(r"(?P<name>[一-龥]{2,6}?)(?:出入境)?(?:边防检查站|边检站)")
_LEFT = re.compile(
    r"[在由向对到和与及经据被是为于从将我本该获报市省区州县之悉受按照合会时日后前任了给请派让使同即随因以至达并、]|移民管理|联合|各地|所属|来到|民警"
)
_ZONE = re.compile(
    r"(?:开发区|高新区|经开区|保税区|港区|综保区|示范区|度假区|园区|新城|新区|片区|试验区|实验区|投资区|合作区|风景名胜区|管理区)$"
)
_WRITTEN = ("新区", "新城", "示范区")
"""Zones whose bodies are called as the text calls them: 烟台黄渤海新区, 郑州市郑东新区."""
_FREE_TRADE = re.compile(r"中国\([一-龥]{2,4}\)自由贸易试验区$")
# a zone that is called after no place of the lists: 柴达木循环经济试验区
_OWN_ZONE = re.compile(
    r"(?P<name>[一-龥]{2,14}?)(?:(?P<kind>开发区|高新区|示范区|试验区|实验区|保税区|度假区|风景名胜区|工业园区|产业园区|管理区|新区|口岸)(?:管委会|管理委员会)|(?P<park>(?:风景名胜|风景|景|自然保护)区管理局))"
)
_HEADQUARTERS = re.compile(r"(?<![^\W\d_a-z报由经向据与和及从请给])指挥部(?P<office>办公室)?")
_OWN_HEADQUARTERS = re.compile(r"[省市县区州旗](?P<body>指挥部(?P<office>办公室)?)")
_APPOINTED = re.compile(r"^[一-龥]{2,5}?[兼拟]?任")
_PARK = re.compile(r"(?P<name>[一-龥]{2,6}?)国家公园管理局")
_TOO_PLAIN = frozenset("办公室 委员会 支队 总队 管理处 局 厅 管理所".split())


def may_hold(text: str) -> bool:
    """Whether a text has a word that the open grammar or a township begins from."""
    return bool(_SUFFIX.search(text) or TOWN.search(text) or "边防检查站" in text or "边检站" in text)


def find_open(
    text: str, finder: PrefixFinder, setting: Setting, words: Lexicon, known: Sequence[AgencyHit]
) -> list[AgencyHit]:
    """Bodies by the open grammar, outside of those that are `known`. The core keeps the words of the text."""
    hits: list[AgencyHit] = []
    covered = Spans(known)
    if "边防检查站" in text or "边检站" in text:
        for m in _BORDER.finditer(text):
            place = finder.by_end.get(m.end("name"))
            name = place.surface.removesuffix("市") if place else _LEFT.split(m["name"])[-1]
            if len(name) > 1 and not covered.touch(m.end("name") - len(name), m.end()):
                hits.append(
                    AgencyHit(
                        m.end("name") - len(name), m.end(), f"{name}出入境边防检查站", "border_station", "explicit", 0.8
                    )
                )
    if "国家公园管理局" in text:
        for m in _PARK.finditer(text):
            name = _LEFT.split(m["name"])[-1]
            if len(name) > 1 and m.end("name") not in finder.foreign_ends:
                hits.append(
                    AgencyHit(m.end() - len(name) - 7, m.end(), f"{name}国家公园管理局", "open_name", "explicit", 0.8)
                )
    # some seats of county rank are committees by their very name
    hits.extend(
        AgencyHit(place.start, place.end, place.unit.name, "place_name", place.basis, 0.9)
        for place in finder.places
        if place.surface.endswith("行政委员会")
    )
    covered = Spans([*known, *hits])
    last = -1
    for m in _SUFFIX.finditer(text):
        if covered.touch(m.start(), m.end()) or last >= m.start():
            continue
        headquarters = m.group().startswith(("指挥部", "领导小组", "联防联控"))
        window = max(0, m.start() - (26 if headquarters else 16))
        found = _prefix_before(text, window, m.start(), finder)
        if found is None:
            continue
        cut, prefix = found
        body = text[cut : m.start()]
        core = body + m.group()
        if (
            (prefix.basis == "context" and body[:1] in _TORN)
            or body[:1] == "级"
            or body in ("支队", "总队", "大队")
            or (m.group() == "办公室" and not _OFFICE.search(body))
        ):
            continue
        if (
            core in ("监管局", "监管分局")
            or covered.touch(cut, m.end())
            or not _HAN.fullmatch(body)
            or _STOP.search(body.replace("感染的肺炎", "感染肺炎"))
            or (("、" in body or body.count("和") > 1) and not headquarters)
        ):
            continue
        value = words.body(prefix, core)
        if value is None:
            if (
                not body
                or core in _TOO_PLAIN
                or (len(body) < 2 and not headquarters)
                or (m.group() in ("支队", "总队", "管理所") and prefix.level not in ("city", "province"))
            ):
                continue
            if m.group() == "厅" and prefix.level != "province":
                continue
            # a development zone is called after its city by the short name
            zone = (
                (m.group() == "管委会" or core.endswith("管理委员会"))
                and (prefix.level == "city" or prefix.name.endswith("市"))
                and _ZONE.search(core[:-3] if m.group() == "管委会" else core[:-5])
            )
            own = finder.by_end.get(cut)
            value = (
                own.surface if zone and own and zone.group() in _WRITTEN else prefix.short if zone else prefix.name
            ) + _expand(core)
        start = prefix.start
        if free := _FREE_TRADE.search(text, max(0, start - 14), start):
            start, value = free.start(), free.group() + value
        hits.append(AgencyHit(start, m.end(), value, "open_name", prefix.basis, 0.6))
        last = m.end()
    return hits + _own_zones(text, Spans([*known, *hits])) if "区管" in text or "口岸管" in text else hits


def _own_zones(text: str, covered: Spans) -> list[AgencyHit]:
    """The committees of zones that no place stands before; a zone's name begins where its clause does."""
    hits = []
    for m in _OWN_ZONE.finditer(text):
        name = (
            _LEFT.split(m["name"])[-1]
            if m.start() and HAN_BEFORE.match(text, m.start() - 1)
            else _APPOINTED.sub("", m["name"])
        )
        start = m.end("name") - len(name)
        if (
            len(name) >= 2
            and not covered.touch(start, m.end())
            and not (_LEFT if m["kind"] == "口岸" else _STOP).search(name)
            and (start == 0 or start > m.start() or not HAN_BEFORE.match(text, start - 1))
        ):
            hits.append(
                AgencyHit(start, m.end(), name + (m["park"] or f"{m['kind']}管理委员会"), "open_name", "explicit", 0.5)
            )
    return hits


def headquarters_again(text: str, finder: PrefixFinder, setting: Setting, covered: Spans) -> list[AgencyHit]:
    """指挥部办公室 of the one headquarters that the article has named; 市指挥部 of the one that it has named of that city."""
    if not setting.headquarters:
        return []
    hits = []
    for m in _OWN_HEADQUARTERS.finditer(text):
        prefix = finder.level(m.start("body"))
        values = [value for value in setting.headquarters if value.startswith(prefix.name)] if prefix else []
        if prefix and len(values) == 1 and not covered.touch(prefix.start, m.end()):
            hits.append(
                AgencyHit(prefix.start, m.end(), values[0] + (m["office"] or ""), "taken_up_again", "context", 0.7)
            )
    if len(setting.headquarters) != 1:
        return hits
    value = next(iter(setting.headquarters))
    return hits + [
        AgencyHit(m.start(), m.end(), value + (m["office"] or ""), "taken_up_again", "context", 0.7)
        for m in _HEADQUARTERS.finditer(text)
        if not covered.touch(m.start(), m.end())
    ]


def _expand(core: str) -> str:
    return re.sub(
        r"管委会$",
        "管理委员会",
        re.sub(
            r"^(?:高新区|高新技术开发区)(?=管)",
            "高新技术产业开发区",
            re.sub(r"^(?:经开区)(?=管)", "经济技术开发区", core),
        ),
    )


def _prefix_before(text: str, low: int, end: int, finder: PrefixFinder) -> tuple[int, Prefix] | None:
    best: tuple[int, Prefix] | None = None
    for place in finder.before(end, low):
        if place.start < end and place.form != "weak" and (prefix := finder.place(place.end)):
            best = (place.end, prefix)
            break
    for at in range(end - 1, max(low, best[0] if best else low) - 1, -1):
        if text[at] in "省市县区州盟旗" and at + 1 <= end and (prefix := finder.level(at + 1)):
            return at + 1, prefix
    return best
