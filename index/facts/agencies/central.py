"""Bodies of the state: ministries, their branches and regional offices, banks, missions abroad."""

from __future__ import annotations

import re
from collections.abc import Iterator

from juanzong.index.facts.agencies.lexicon import Core, lexicon
from juanzong.index.facts.agencies.prefixes import PrefixFinder
from juanzong.index.facts.agencies.setting import AgencyHit, Setting
from juanzong.index.text.spans import Spans

_FOREIGN_LETTER = re.compile(
    r"(?:[美俄韩英德印澳乌][国方]?|(?<![\d今昨当次近每同连周])日|(?<![司依宪违执立])法|日方|各国|他国|两国|该国|外国|多国|别国)$"
)
_BRANCH = re.compile(
    r"(?P<kind>局(?![部面势长])|税务局|监管局|监管分局|分局|分行|中心支行|支行|营业管理部|调查总队|调查队|监察局|特派员办事处|专员办事处|专员办|分署|办事处|管理局|监督局|地区管理局|代表处|派出局)"
)
_BANK = re.compile(r"(?:省|市|县)?(?:分行|中心支行|支行|营业管理部)")
# who else stands near a ministry that is not China's
_ABROAD = re.compile(
    r"白宫|国会|首相|内阁|总统|内政部|议会|国务卿|克里姆林|五角大楼|参议院|众议院|联邦|王室|[^中]国?总理|大使"
)
_HOME = re.compile(
    r"中国|我国|中方|国务院|中共|全国|王毅|秦刚|习近平|国家[发卫税市统]|工信|工业和信息化|发展改革|人社|公安部|汪文斌|毛宁|林剑|谭克非|吴谦|赵立坚|华春莹"
)
# branches for a sea or a part of the country
_REGIONAL = re.compile(
    r"(?:[东南北黄]海|华[东南北中]|东北|西[南北]|中南)区?(?:分局|地区管理局|管理局|监管局|督察局|监督管理局|渔政局|局)(?![部势面])|直属第[一二三四五六]局"
)
# a department inside a ministry: 教育部基础教育司
_DEPARTMENT = re.compile(r"(?P<name>[一-龥]{2,14}?)(?P<kind>司(?![法机令])|局(?![面势部限域])|办公厅|署)")
_DEPARTMENT_STOP = re.compile(
    r"[的和与及、了在对将已就等向为也于从被把让给有是]|(?<!社)会(?!计)|部门|联合|发布|印发|公布|国家|日前|近日|要求|召开|公司|负责|官网|网站|部长|直属|所属|派出|副|原|中国|通报|部署|指导|组织"
)
# 澳门特区政府教育及青年发展局 is listed as 澳门教育及青年发展局
_REGION_BODY = re.compile(r"(?P<name>[一-龥]{2,12}?)(?:局(?![面势限])|署(?!理)|处(?![理罚分在])|厅|司(?![长法机]))")
_REGION_STOP = re.compile(
    r"[的和与、了在对将已就向为也于从被把让给有是称]|会同|表示|发布|宣布|公布|决定|联合|通过|授权|政府|内地|驻"
)
_OFFICE = re.compile(r"办公室|办(?![公理事法案学好成得了])")
_SUPREME = re.compile(
    r"第[一二三四五六七八九十]{1,2}检察厅|(?:刑事|民事|行政|知识产权|环境资源)审判(?:第[一二三四五六]庭|庭)|第[一二三四五六]巡回法庭|国际商事法庭|知识产权法庭"
)
_CONFERENCE = re.compile(r"(?:中国人民政治协商会议|人民政协|政协)")
_OF_TERM = re.compile(r"(?:第?[一二三四五六七八九十]{1,3}届)(?:委员会)?(?P<standing>常务委员会|常委会)?")
# 集中办公, 大国办赛: the short names of the offices of the centre and of the State Council are torn from other words
_AT_WORK = re.compile(r"[公理事法案学好成得了证班赛签]")
_BEFORE_OFFICE = frozenset("由经据和与及在对向被为将从照同报合到请给送办")
# bodies of the State Council that no list holds: 国务院三峡工程建设委员会
_OF_COUNCIL = re.compile(r"(?P<name>[一-龥]{2,20}?)(?:委员会|领导小组|指挥部|协调小组|联席会议)(?:办公室)?")
_CLAUSE = frozenset(",。;:!?")
# people between a foreign country and its ministry
_GOVERNED = re.compile(
    r"[一-龥]{0,4}(?:议员|总理|首相|总统|主席|大臣|国王|政府|联邦|前|原|副|时任|、|和|以及|及|与){1,4}"
)
SMUGGLING = re.compile(r"缉私(?:分局|支局|局|支队|处)")


def find_central(
    text: str, start: int, end: int, surface: str, core: Core, finder: PrefixFinder, setting: Setting
) -> list[AgencyHit]:
    ours = text[max(0, start - 2) : start] in ("中国", "我国") or text[max(0, start - 7) : start] == "中华人民共和国"
    if start in finder.foreign_ends or (
        core.guard
        and (_FOREIGN_LETTER.search(text, max(0, start - 3), start) or _of_abroad(text, start, finder.foreign_ends))
    ):
        setting.foreign_bodies.add(surface)
        return []
    if ours:
        setting.own_bodies.add(surface)
    elif core.guard and surface in setting.foreign_bodies and surface not in setting.own_bodies:
        return []
    if core.bare and not ours and text[start - 1 : start] and "一" <= text[start - 1] <= "龥":
        return []
    if surface in ("中办", "国办") and (
        _AT_WORK.match(text, end) or "一" <= text[start - 1 : start] <= "龥" and text[start - 1] not in _BEFORE_OFFICE
    ):
        return []
    if (text[end : end + 1] == "门" or core.guard and text[start - 1 : start] == "部") and surface.endswith("部"):
        return []
    if core.until and not core.then and setting.year and setting.year > core.until:
        return []
    if core.value == "国家公园管理局" and text[start - 1 : start] and "一" <= text[start - 1] <= "龥":
        # each park has one of its own
        return []
    if (
        core.guard
        and not ours
        and finder.foreign_ends
        and not _HOME.search(text, max(0, start - 30), end + 30)
        and (
            _ABROAD.search(text, max(0, start - 18), end + 18)
            or any(at in finder.foreign_ends for at in range(start - 40, start))
        )
        and not setting.home
    ):
        return []
    value = core.then if core.then and core.until and setting.year and setting.year > core.until else core.value
    if value.startswith("最高人民") and (m := _SUPREME.match(text, end)):
        return [
            AgencyHit(start, m.end(), value + m.group(), "department", "explicit", 0.9),
            AgencyHit(start, end, value, "central", "explicit", 1.0),
        ]
    # a branch of a central body: 国家税务总局 + 哈尔滨市 + 税务局
    place = finder.by_start.get(end)
    if (
        place
        and (m := _BRANCH.match(text, place.end))
        and (m["kind"] != "局" or value.endswith("监察局"))
        and (prefix := finder.place(place.end))
    ):
        full = prefix.name if prefix.level == "city" and m["kind"] == "税务局" else text[place.start : place.end]
        return [AgencyHit(start, m.end(), value + full + m["kind"], "branch", "explicit", 0.95)]
    whole = AgencyHit(start, end, value, "central", "explicit", 1.0)
    if value.endswith("海关") and (m := SMUGGLING.match(text, end)):
        return [AgencyHit(start, m.end(), value + m.group(), "department", "explicit", 0.95), whole]
    if m := _REGIONAL.match(text, end):
        return [AgencyHit(start, m.end(), value + m.group(), "branch", "explicit", 0.9), whole]
    if m := office_of(text, end, value):
        return [AgencyHit(start, m.end(), value + "办公室", "central", "explicit", 1.0), whole]
    if value == "国务院" and (m := _OF_COUNCIL.match(text, end)) and not _DEPARTMENT_STOP.search(m["name"]):
        return [AgencyHit(start, m.end(), value + m.group(), "department", "explicit", 0.85)]
    if value.endswith("特别行政区政府") and (m := _REGION_BODY.match(text, end)) and not _REGION_STOP.search(m["name"]):
        listed = lexicon(setting.agency_file).cores.get(value[:2] + m.group())
        return [
            AgencyHit(start, m.end(), listed.value if listed else value + m.group(), "department", "explicit", 0.85),
            whole,
        ]
    if (
        value.endswith(("部", "总局", "委员会", "署", "人民银行"))
        and value[:2] != "中共"
        and (m := _DEPARTMENT.match(text, end))
        and not _DEPARTMENT_STOP.search(m["name"])
    ):
        return [AgencyHit(start, m.end(), value + m["name"] + m["kind"], "department", "explicit", 0.85), whole]
    return [whole]


def conferences(text: str, finder: PrefixFinder, covered: Spans) -> Iterator[AgencyHit]:
    """政协四川省第十一届委员会: the name stands before the place."""
    for m in _CONFERENCE.finditer(text):
        place = finder.by_start.get(m.end())
        while place and (inner := finder.by_start.get(place.end)):
            place = inner
        if (
            place
            and (n := _OF_TERM.match(text, place.end))
            and (prefix := finder.place(place.end))
            and not covered.touch(m.start(), n.end())
        ):
            yield AgencyHit(
                m.start(),
                n.end(),
                f"政协{prefix.name}委员会{'常务委员会' if n['standing'] else ''}",
                "prefix_core",
                prefix.basis,
                prefix.confidence,
            )


def find_banks(text: str, finder: PrefixFinder) -> Iterator[AgencyHit]:
    """The central bank's branches by its short name: 人行广安市分行."""
    for place in finder.places:
        if text[max(0, place.start - 2) : place.start] == "人行" and (m := _BANK.match(text, place.end)):
            yield AgencyHit(
                place.start - 2, m.end(), f"中国人民银行{place.surface}{m.group()}", "branch", "explicit", 0.9
            )


def _of_abroad(text: str, start: int, foreign_ends: frozenset[int]) -> bool:
    """Whether a foreign place governs the words before a ministry: 马来西亚国会议员、交通部前部长."""
    for at in range(start - 1, max(0, start - 12) - 1, -1):
        if text[at] in _CLAUSE:
            return False
        if at in foreign_ends:
            return _GOVERNED.fullmatch(text, at, start) is not None
    return False


def office_of(text: str, end: int, value: str) -> re.Match[str] | None:
    """The office of a committee, headquarters or leading group, where it is named behind it."""
    return _OFFICE.match(text, end) if value.endswith(("委员会", "指挥部", "领导小组")) else None
