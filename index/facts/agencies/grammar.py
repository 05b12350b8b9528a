"""From text to agencies: prefix and core, lists that share a prefix, and names taken up again without it."""
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from juanzong.index.facts.agencies import open_names, police
from juanzong.index.facts.agencies.lexicon import Core, Lexicon, lexicon
from juanzong.index.facts.agencies.open_names import find_open, find_towns
from juanzong.index.facts.agencies.police import find_police
from juanzong.index.facts.agencies.prefixes import AgencyHit, Prefix, PrefixFinder, Setting
from juanzong.index.facts.places.gazetteer import gazetteer
from juanzong.index.facts.places.meanings import Place
from juanzong.index.facts.places.names import leftmost_longest
from juanzong.index.text.automaton import Found
from juanzong.index.text.spans import Spans

__all__ = ["AgencyHit", "Setting", "find_agencies", "resolve_name"]

# cores that mean nothing in particular when the prefix is left out
_VAGUE = frozenset("人民政府 人民法院 中级人民法院 高级人民法院 人民检察院 海关 人民代表大会 政治协商会议 管理委员会 疾病预防控制中心 仲裁委员会 研究室 督查室 气象台 档案馆 政务服务中心 卫生处 教育处 财政处 民政处 水利处 林业处 农牧处 商业处 文化处 委办公室 委办公厅 "
                   "政协{p}委员会 监察委员会 人民武装部 看守所 拘留所 公共就业服务中心 公共资源交易中心 大数据中心".split())
_GOVERNMENT_TAIL = re.compile(r"部门|各(?=部门|委|办|局|有关|相关|直属|组成|单位|工作|级)|有关|相关|所属|工作|采购|网|性|投资|债|补[贴助]|主导|引导|购买|奖|职能|机构|信息公开|规章|令|间|军|首脑|补偿|质量|定价|指导价|收|支出|预算|资[金助]|热线|购|平台|和社会资本|一般|基金|储备|行为|管理|规定")
_FOREIGN_LETTER = re.compile(r"(?:[美俄韩英德印澳乌][国方]?|(?<![\d今昨当次近每同连周])日|(?<![司依宪违执立])法|日方|各国|他国|两国|该国|外国|多国|别国)$")
_SHARED = re.compile(r"[、和及与]|以及")
_PARTY_HEAD = re.compile(r"(?<=[省市县区州盟旗党地])(?<!(?<!治[区州])党)委(?:员会)?(?![员托派任婉内])")
_BRANCH = re.compile(r"(?P<kind>局(?![部面势长])|税务局|监管局|监管分局|分局|分行|中心支行|支行|营业管理部|调查总队|调查队|监察局|特派员办事处|专员办事处|专员办|分署|办事处|管理局|监督局|地区管理局|代表处|派出局)")
# groups that the centre sends out by number
_SENT = re.compile(r"中央第[一二三四五六七八九十]{1,3}(?:(?:生态)?环境保护督察组|(?:生态)?环保督察组|巡视组|督导组|指导组)")
_UNDER_CUSTOMS = re.compile(r"(?<=海关所属)[一-龥]{2,6}?海关")
_BANK = re.compile(r"(?:省|市|县)?(?:分行|中心支行|支行|营业管理部)")
_SUB = re.compile(r"(?P<name>[一-龥]{1,8}?)(?P<kind>分局)")
_MANY = re.compile(r"(?:[各两三多几全四五六七八九十\d][省市县区州地盟]?|[在属各本异住]地|以上|等地|区县|县区|市县|[)）])$")
_GOVERNMENT = re.compile(r"(?:(?:人民)?政府|行政公署|行署)$")
_VILLAGE = re.compile(r"(?:镇|街道|乡|社区|各级|一级|两级|三级|多级|地方|当地|基层|相关|有关|部分|多个)$")
# who else stands near a ministry that is not China's
_ABROAD = re.compile(r"白宫|国会|首相|内阁|总统|内政部|议会|国务卿|克里姆林|五角大楼|参议院|众议院|联邦|王室|[^中]国?总理|大使")
_HOME = re.compile(r"中国|我国|中方|国务院|中共|全国|王毅|秦刚|习近平|国家[发卫税市统]|工信|工业和信息化|发展改革|人社|公安部|汪文斌|毛宁|林剑|谭克非|吴谦|赵立坚|华春莹")
# branches for a sea or a part of the country
_REGIONAL = re.compile(r"(?:[东南北黄]海|华[东南北中]|东北|西[南北]|中南)区?(?:分局|地区管理局|管理局|监管局|督察局|监督管理局|渔政局|局)(?![部势面])|直属第[一二三四五六]局")
# a department inside a ministry: 教育部基础教育司
_DEPARTMENT = re.compile(r"(?P<name>[一-龥]{2,14}?)(?P<kind>司(?![法机令])|局(?![面势部限域])|办公厅|署)")
_DEPARTMENT_STOP = re.compile(r"[的和与及、了在对将已就等向为也于从被把让给有是]|(?<!社)会(?!计)|部门|联合|发布|印发|公布|国家|日前|近日|要求|召开|公司|负责|官网|网站|部长|直属|所属|派出|副|原|中国|通报|部署|指导|组织")
# 澳门特区政府教育及青年发展局 is listed as 澳门教育及青年发展局
_REGION_BODY = re.compile(r"(?P<name>[一-龥]{2,12}?)(?:局(?![面势限])|署(?!理)|处(?![理罚分在])|厅|司(?![长法机]))")
_REGION_STOP = re.compile(r"[的和与、了在对将已就向为也于从被把让给有是称]|会同|表示|发布|宣布|公布|决定|联合|通过|授权|政府|内地|驻")
_OFFICE = re.compile(r"办公室|办(?![公理事法案学好成得了])")
_SUPREME = re.compile(r"第[一二三四五六七八九十]{1,2}检察厅|(?:刑事|民事|行政|知识产权|环境资源)审判(?:第[一二三四五六]庭|庭)|第[一二三四五六]巡回法庭|国际商事法庭|知识产权法庭")
_CONFERENCE = re.compile(r"(?:中国人民政治协商会议|人民政协|政协)")
_OF_TERM = re.compile(r"(?:第?[一二三四五六七八九十]{1,3}届)(?:委员会)?(?P<standing>常务委员会|常委会)?")
# 集中办公, 大国办赛: the short names of the offices of the centre and of the State Council are torn from other words
_AT_WORK = re.compile(r"[公理事法案学好成得了证班赛签]")
_BEFORE_OFFICE = frozenset("由经据和与及在对向被为将从照同报合到请给送办")
# the offices of a prefecture are 处 where others have 局
_REGION_OFFICE = re.compile(r"[一-龥]{2}处")
# what a corps of fire fighters, foresters or inspectors has in a city or a county: 消防救援支队隆阳大队
_PART = re.compile(r"(?:(?P<name>[一-龥]{2,4}?)[市州县区旗]?|特勤|[一二三四五六七八九十]{1,2})(?:支队|大队)")
# what all bureaus of the police have alike
_POLICE_TAIL = re.compile(r"公安局(?:[一-龥]{2,8}?(?:支队|大队))?")
_ENTRUSTED = re.compile(r"[托任婉屈员]")
# bodies of the State Council that no list holds: 国务院三峡工程建设委员会
_OF_COUNCIL = re.compile(r"(?P<name>[一-龥]{2,20}?)(?:委员会|领导小组|指挥部|协调小组|联席会议)(?:办公室)?")
_CLAUSE = frozenset(",。;:!?")
# people between a foreign country and its ministry
_GOVERNED = re.compile(r"[一-龥]{0,4}(?:议员|总理|首相|总统|主席|大臣|国王|政府|联邦|前|原|副|时任|、|和|以及|及|与){1,4}")
# what stands between a city's name and its customs house
_CUSTOMS_SITE = re.compile(r"(?:港|机场|车站|邮局|邮轮港|综保区|综合保税区|保税区|出口加工区)$")
_ONE_OF_SEVERAL = re.compile(r"[、和及与]$")
_BOTH = re.compile(r"[两二三四五六七八九](?:省|市|县|区|州|盟|旗|地)$")
# the committees of the youth league and of the other parties are no bodies of ours
_LEAGUE = re.compile(r"(?:^|[^集旅表军兵财师社剧察访工])团$|共青团|民[革盟建进]|台盟|致公党|农工党|九三学社|学社")
# what a bureau or a court of a county has in its towns: 启东市司法局汇龙司法所
_OUTPOSTS = {"司法局": "司法所", "市场监督管理局": "市场监督管理所 市场监管所", "工商行政管理局": "工商所 工商行政管理所", "人民法院": "人民法庭 法庭"}
_OUTPOST = re.compile(r"(?P<name>[一-龥]{2,5}?)(?P<kind>司法所|市场监督管理所|市场监管所|工商行政管理所|工商所|(?:人民)?法庭)")
_NO_OUTPOST = re.compile(r"[的在和与及对由、向将等第庭]|派驻|所属|下属|各|审判|联合|创建|打造|建设|设立|式$|[我你他第首]|直击|走进|巡回|临时|模拟|旁听|流动|线上|智慧|数字|互联网")
_SMUGGLING = re.compile(r"缉私(?:分局|支局|局|支队|处)")
_DIVISION = re.compile(r"(?:第?[一二三四五六七八九十]{1,2}|铁路运输|[一-龥]{2,3})分院")
_POLICE = ("公安局", "公安厅")
_POLICE_LISTED = re.compile(r"(?<=[、和及与])公安[局厅]")
_TERM = re.compile(r"第?[一二三四五六七八九十]{1,3}届$")
_ORDINAL = re.compile(r"第[一二三四五六七]$")


def find_agencies(text: str, places: Sequence[Place], foreign_ends: frozenset[int], setting: Setting,
                  cores: Sequence[Found] | None = None) -> list[AgencyHit]:
    """The agencies of a paragraph, most specific first where several share a surface, in order of place.

    `cores` is what an automaton over the lexicon yielded for this text, where that is known already.
    """
    words = lexicon(setting.agency_file)
    if cores is None:
        cores = words.automaton.find(text)
    if not (cores or "委" in text or "人行" in text or "中央第" in text or police.may_hold(text) or open_names.may_hold(text)):
        return []
    finder = PrefixFinder(text, places, foreign_ends, setting)
    hits = find_police(text, finder, setting)
    if hits:
        hits.extend([shared for hit in hits for shared in _police_sharers(text, hit, finder)])
    covered = Spans(hits)
    last_prefix: Prefix | None = None
    last_end = -9
    found = list(leftmost_longest(cores))
    if "委" in text:
        found.extend((m.start(), m.end(), m.group()) for m in _PARTY_HEAD.finditer(text))
        found.sort(key=lambda item: (item[0], -item[1]))
    if hits or "公安" in text:
        # 省教育厅、公安厅: the second shares the first one's place
        found.extend((m.start(), m.end(), m.group()) for m in _POLICE_LISTED.finditer(text))
        found.sort(key=lambda item: (item[0], -item[1]))
    leaders = {hit.end: hit for hit in hits}
    taken = 0
    for start, end, surface in found:
        if start < taken:
            continue
        if covered.touch(start, start + 1) or (surface[-1] == "委" and _ENTRUSTED.match(text, end)):
            continue
        core = Core("local", surface) if surface in _POLICE else words.cores.get(surface)
        if core and core.kind == "local" and core.then and not (setting.year and setting.year <= (core.until or 0)):
            core = words.cores[core.then]
        if surface in _POLICE and (last_prefix is None or last_end < start - 2):
            continue
        if core is None and surface[0] != "委":
            taken = end
            continue
        made: list[AgencyHit] = []
        prefix: Prefix | None = None
        if core is None:
            core = Core("party", surface)
        if core.kind == "central":
            made = _central(text, start, end, surface, core, finder, setting)
        else:
            at, ordinal = start, ""
            if m := _ORDINAL.search(text, max(0, start - 2), start):
                at, ordinal = m.start(), m.group()
            elif core.kind == "local" and core.value not in _VAGUE and (m := _GOVERNMENT.search(text, max(0, start - 4), start)):
                at = m.start()
            if surface[0] == "委" and text[max(0, at - 4):at] in ("自治区党", "自治州党"):
                at -= 1
            if at == start and surface[0] in "人政委纪" and (m := _TERM.search(text, max(0, start - 5), start)):
                at = m.start()
            prefix = finder.any(at)
            site = ""
            if prefix is None and core.kind == "special" and core.value.endswith("海关") and (m := _CUSTOMS_SITE.search(text, max(0, start - 5), start)) and (prefix := finder.place(m.start())):
                site = m.group()
            if prefix is None and last_prefix is not None and _SHARED.fullmatch(text[last_end:start]) and core.value not in _VAGUE:
                prefix = last_prefix._replace(start=start, basis="context", confidence=.8)
            if prefix is None and core.value not in _VAGUE and (leader := leaders.get(start - 1) or leaders.get(start - 2)) and _SHARED.fullmatch(text[leader.end:start]):
                # 市公安局、卫健委
                at_police = text.find("公安", leader.start, leader.end)
                lent = finder.any(at_police) if at_police > 0 else None
                prefix = lent._replace(start=start, basis="context", confidence=.8) if lent else None
            both = _BOTH.search(text, max(0, at - 2), at) if prefix is None and core.kind == "local" else None
            if both:
                # 湖南、江西两省交通运输厅
                prefix = finder.place(both.start())
            if prefix and core.kind == "local" and prefix.name.endswith("市") and (region := finder.by_end.get(at)) and region.surface.endswith("地区"):
                # 怀化地区行署 is no body of the city that came after it
                prefix = prefix._replace(name=region.surface)
            if prefix and not _refused(text, end, core, prefix):
                made = _with_prefix(text, end, surface, core, prefix._replace(short=prefix.short + site) if site else prefix, ordinal, words)
                made += _sharers(text, end, core, prefix, made, finder, both is not None)
            elif prefix is None and core.kind in ("local", "special") and core.value not in _VAGUE and not core.bare and not core.value.startswith(("人民代表大会", "{s}")):
                made = _again(text, start, end, core, setting, words)
        if made:
            hits.extend(made)
            taken = max(hit.end for hit in made)
            if prefix and not (made[0].end > end and (made[0].value or "").endswith("大队")):
                last_prefix = prefix._replace(name=prefix.name + "区") if prefix.name.endswith("地") else prefix
                last_end = taken
    if "政协" in text or "政治协商" in text:
        hits.extend(_conferences(text, finder, Spans(hits)))
    # 市政府侨办, 地区行署林业局 are one body each, not two
    if hits:
        longer = {hit.start: hit.end for hit in hits if hit.value and "人民政府" not in hit.value and not hit.value.endswith("行政公署")}
        hits = [hit for hit in hits if not (hit.value and hit.value.endswith(("人民政府", "行政公署")) and longer.get(hit.start, 0) > hit.end)]
    if "中央第" in text:
        hits.extend(AgencyHit(m.start(), m.end(), m.group().replace("环保督察", "环境保护督察"), "central", "explicit", 1.0) for m in _SENT.finditer(text))
    if "海关所属" in text:
        over = Spans(hits)
        hits.extend(AgencyHit(m.start(), m.end(), m.group(), "prefix_core", "explicit", .9) for m in _UNDER_CUSTOMS.finditer(text) if not over.touch(m.end() - 2, m.end()))
    if "人行" in text:
        hits.extend(_banks(text, finder))
    hits.extend(find_towns(text, finder, setting, Spans(hits)))
    opened = find_open(text, finder, setting, words, [hit for hit in hits if hit.value])
    over = Spans(opened)
    hits = [hit for hit in hits if hit.value or not over.touch(hit.start, hit.end)] + opened
    if "指挥部" in text:
        setting.headquarters.update(hit.value.removesuffix("办公室") for hit in hits if hit.value and hit.value.endswith(("指挥部", "指挥部办公室")))
        hits.extend(open_names.headquarters_again(text, finder, setting, Spans(hits)))
    hits.sort(key=lambda hit: (hit.start, -hit.end))
    return hits


def _central(text: str, start: int, end: int, surface: str, core: Core, finder: PrefixFinder, setting: Setting) -> list[AgencyHit]:
    ours = text[max(0, start - 2):start] in ("中国", "我国") or text[max(0, start - 7):start] == "中华人民共和国"
    if start in finder.foreign_ends or (core.guard and (_FOREIGN_LETTER.search(text, max(0, start - 3), start) or _of_abroad(text, start, finder.foreign_ends))):
        setting.foreign_bodies.add(surface)
        return []
    if ours:
        setting.own_bodies.add(surface)
    elif core.guard and surface in setting.foreign_bodies and surface not in setting.own_bodies:
        return []
    if core.bare and not ours and text[start - 1:start] and "一" <= text[start - 1] <= "龥":
        return []
    if surface in ("中办", "国办") and (_AT_WORK.match(text, end) or "一" <= text[start - 1:start] <= "龥" and text[start - 1] not in _BEFORE_OFFICE):
        return []
    if (text[end:end + 1] == "门" or core.guard and text[start - 1:start] == "部") and surface.endswith("部"):
        return []
    if core.until and not core.then and setting.year and setting.year > core.until:
        return []
    if core.value == "国家公园管理局" and text[start - 1:start] and "一" <= text[start - 1] <= "龥":
        # each park has one of its own
        return []
    if core.guard and not ours and finder.foreign_ends and not _HOME.search(text, max(0, start - 30), end + 30) and (
            _ABROAD.search(text, max(0, start - 18), end + 18) or any(at in finder.foreign_ends for at in range(start - 40, start))) and not setting.home:
        return []
    value = core.then if core.then and core.until and setting.year and setting.year > core.until else core.value
    if value.startswith("最高人民") and (m := _SUPREME.match(text, end)):
        return [AgencyHit(start, m.end(), value + m.group(), "department", "explicit", .9), AgencyHit(start, end, value, "central", "explicit", 1.0)]
    # a branch of a central body: 国家税务总局 + 哈尔滨市 + 税务局
    place = finder.by_start.get(end)
    if place and (m := _BRANCH.match(text, place.end)) and (m["kind"] != "局" or value.endswith("监察局")) and (prefix := finder.place(place.end)):
        full = prefix.name if prefix.level == "city" and m["kind"] == "税务局" else text[place.start:place.end]
        return [AgencyHit(start, m.end(), value + full + m["kind"], "branch", "explicit", .95)]
    whole = AgencyHit(start, end, value, "central", "explicit", 1.0)
    if value.endswith("海关") and (m := _SMUGGLING.match(text, end)):
        return [AgencyHit(start, m.end(), value + m.group(), "department", "explicit", .95), whole]
    if m := _REGIONAL.match(text, end):
        return [AgencyHit(start, m.end(), value + m.group(), "branch", "explicit", .9), whole]
    if m := _office_of(text, end, value):
        return [AgencyHit(start, m.end(), value + "办公室", "central", "explicit", 1.0), whole]
    if value == "国务院" and (m := _OF_COUNCIL.match(text, end)) and not _DEPARTMENT_STOP.search(m["name"]):
        return [AgencyHit(start, m.end(), value + m.group(), "department", "explicit", .85)]
    if value.endswith("特别行政区政府") and (m := _REGION_BODY.match(text, end)) and not _REGION_STOP.search(m["name"]):
        listed = lexicon(setting.agency_file).cores.get(value[:2] + m.group())
        return [AgencyHit(start, m.end(), listed.value if listed else value + m.group(), "department", "explicit", .85), whole]
    if value.endswith(("部", "总局", "委员会", "署", "人民银行")) and value[:2] != "中共" and (m := _DEPARTMENT.match(text, end)) and not _DEPARTMENT_STOP.search(m["name"]):
        return [AgencyHit(start, m.end(), value + m["name"] + m["kind"], "department", "explicit", .85), whole]
    return [whole]


def _conferences(text: str, finder: PrefixFinder, covered: Spans) -> Iterator[AgencyHit]:
    """政协四川省第十一届委员会: the name stands before the place."""
    for m in _CONFERENCE.finditer(text):
        place = finder.by_start.get(m.end())
        while place and (inner := finder.by_start.get(place.end)):
            place = inner
        if place and (n := _OF_TERM.match(text, place.end)) and (prefix := finder.place(place.end)) and not covered.touch(m.start(), n.end()):
            yield AgencyHit(m.start(), n.end(), f"政协{prefix.name}委员会{'常务委员会' if n['standing'] else ''}", "prefix_core", prefix.basis, prefix.confidence)


def _banks(text: str, finder: PrefixFinder) -> Iterator[AgencyHit]:
    """The central bank's branches by its short name: 人行广安市分行."""
    for place in finder.places:
        if text[max(0, place.start - 2):place.start] == "人行" and (m := _BANK.match(text, place.end)):
            yield AgencyHit(place.start - 2, m.end(), f"中国人民银行{place.surface}{m.group()}", "branch", "explicit", .9)


def _of_abroad(text: str, start: int, foreign_ends: frozenset[int]) -> bool:
    """Whether a foreign place governs the words before a ministry: 马来西亚国会议员、交通部前部长."""
    for at in range(start - 1, max(0, start - 12) - 1, -1):
        if text[at] in _CLAUSE:
            return False
        if at in foreign_ends:
            return _GOVERNED.fullmatch(text, at, start) is not None
    return False


def _sharers(text: str, end: int, core: Core, prefix: Prefix, made: list[AgencyHit], finder: PrefixFinder, counted: bool) -> list[AgencyHit]:
    """The bodies of the places that share a core with the one before it: 东台市、射阳县人民政府; short names where they are `counted` (湖南、江西两省)."""
    shared: list[AgencyHit] = []
    if not made or core.kind not in ("local", "special") or prefix.basis == "context" or not (place := finder.by_start.get(prefix.start)) or not (counted or place.end - place.start >= 3):
        return shared
    at, value = prefix.start, made[-1].value or ""
    while _ONE_OF_SEVERAL.search(text, max(0, at - 1), at) and (before := finder.by_end.get(at - 1)) and (
            counted or before.surface[-1] in "市县区旗州盟" and before.end - before.start >= 3):
        other = finder.place(before.end)
        if other is None or not value.startswith(prefix.name) or (other.level != prefix.level if counted else other.level == "province"):
            break
        at = other.start
        shared.append(AgencyHit(at, end, other.name + value[len(prefix.name):], "shared_core", "context", .7))
    return shared


def _police_sharers(text: str, hit: AgencyHit, finder: PrefixFinder) -> list[AgencyHit]:
    """The police of the places that share a bureau with the last one: 铅山县、弋阳县公安局交警大队."""
    if hit.rule != "prefix_core" or not hit.value or not _ONE_OF_SEVERAL.search(text, max(0, hit.start - 1), hit.start) or not (place := finder.by_start.get(hit.start)):
        return []
    while inner := finder.by_start.get(place.end):
        place = inner
    prefix = finder.place(place.end)
    if prefix is None or prefix.start != hit.start or not hit.value.startswith(prefix.name) or not _POLICE_TAIL.fullmatch(hit.value, len(prefix.name)):
        return []
    return _sharers(text, hit.end, Core("local", "公安局"), prefix, [hit], finder, False)


def _office_of(text: str, end: int, value: str) -> re.Match[str] | None:
    """The office of a committee, headquarters or leading group, where it is named behind it."""
    return _OFFICE.match(text, end) if value.endswith(("委员会", "指挥部", "领导小组")) else None


def _refused(text: str, end: int, core: Core, prefix: Prefix) -> bool:
    following = text[end:end + 2]
    if core.value == "人民政府" and _GOVERNMENT_TAIL.match(text, end):
        return True
    if core.value in ("人民法院",) and text[end - 2:end] == "法院" and text[end - 4:end - 2] != "人民" and prefix.level in ("city", "province"):
        return True
    if core.bare and prefix.basis == "context":
        return True
    if _REGION_OFFICE.fullmatch(core.value) and not prefix.name.endswith(("地区", "盟", "州")):
        return True
    if core.kind == "special" and core.value.endswith("海关") and prefix.basis == "context":
        return True
    return following[:1] == "长" and core.value.endswith("会")


def _with_prefix(text: str, end: int, surface: str, core: Core, prefix: Prefix, ordinal: str, words: Lexicon) -> list[AgencyHit]:
    start, name = prefix.start, prefix.name
    rule = "prefix_core" if prefix.basis != "context" else "context_core"
    party = text[start:start + 2] == "中共"
    if core.kind == "party":
        if core.value == "委员会":
            if text[max(0, start - 2):start] == "政协" or text[max(0, start - 8):start] == "中国人民政治协商会议":
                return [AgencyHit(start - 2, end, f"政协{name}委员会", rule, prefix.basis, prefix.confidence)]
            return [AgencyHit(start, end, f"中共{name}委", rule, prefix.basis, prefix.confidence)] if party else []
        if text[start - 1:start] in ("团", "盟", "革", "建", "进", "社", "党") and (prefix.basis == "context" or _LEAGUE.search(text, max(0, start - 4), start)):
            return []
        value = f"中共{name}{'党' if name.endswith('自治区') else ''}{core.value}"
    elif core.kind == "special":
        value = core.value.format(p=name, s=prefix.short, level=name[-1])
        if core.second:
            second = core.second.format(p=name, s=prefix.short, level=name[-1])
            return [AgencyHit(start, end, value, rule, prefix.basis, prefix.confidence), AgencyHit(start, end, second, rule, prefix.basis, prefix.confidence)]
    else:
        value = words.body(prefix, surface) or name + ordinal + core.value
    hits = [AgencyHit(start, end, value, rule, prefix.basis, prefix.confidence)]
    if value.endswith("人民检察院") and (m := _DIVISION.match(text, end)):
        hits.insert(0, AgencyHit(start, m.end(), value + m.group(), rule, prefix.basis, prefix.confidence))
    if core.kind != "party" and (m := _office_of(text, end, value)):
        hits.insert(0, AgencyHit(start, m.end(), value + "办公室", rule, prefix.basis, prefix.confidence))
    if core.kind == "local" and value.endswith(("总队", "支队")) and (m := _PART.match(text, end)) and _parted(m["name"], prefix):
        hits.insert(0, AgencyHit(start, m.end(), value + m.group(), rule, prefix.basis, prefix.confidence * .95))
    if value.endswith("海关") and (m := _SMUGGLING.match(text, end)):
        hits.insert(0, AgencyHit(start, m.end(), value + m.group(), rule, prefix.basis, prefix.confidence * .95))
    if core.kind == "local" and (kinds := _OUTPOSTS.get(core.value)) and (m := _OUTPOST.match(text, end)) and m["kind"] in kinds.split() and not _NO_OUTPOST.search(m["name"]):
        hits.insert(0, AgencyHit(start, m.end(), value + m.group().replace("监管所", "监督管理所"), rule, prefix.basis, prefix.confidence * .9))
    if value.endswith("局") and (m := _SUB.match(text, end)) and not re.search(r"[、和及与的在对]", m["name"]):
        hits.insert(0, AgencyHit(start, m.end(), value + m["name"] + m["kind"], rule, prefix.basis, prefix.confidence * .9))
    return hits


def _parted(name: str | None, prefix: Prefix) -> bool:
    """Whether a corps may have a part of that name: one of its own (特勤), a known place, or for a city's corps a county of the city."""
    forms = gazetteer().names.get(name, {}) if name else None
    return forms is None or bool(forms) and (prefix.city is None or any(unit.city == prefix.city for units in forms.values() for unit in units))


def _again(text: str, start: int, end: int, core: Core, setting: Setting, words: Lexicon) -> list[AgencyHit]:
    if text[start - 1:start] in ("区", "县") or text[max(0, start - 2):start] in ("中国", "国家", "全国") or _MANY.search(text, max(0, start - 3), start) or _VILLAGE.search(text, max(0, start - 2), start):
        return []
    if core.value == "行政公署" and "一" <= text[start - 1:start] <= "龥":
        # 苏南行政公署
        return []
    city = setting.city or ""
    # 房管局 is another body in 上海市 than elsewhere
    own = [words.bodies.get((city, letter + text[start:end]), "").replace("{p}", "").removeprefix(city) for letter in "市区县"]
    values = set().union(*(setting.known.get(name, ()) for name in (core.value, *filter(None, own))))
    if len(values) == 1:
        return [AgencyHit(start, end, next(iter(values)), "taken_up_again", "context", .7)]
    return [AgencyHit(start, end, None, "no_prefix", "context", 0)]


def resolve_name(name: str, places: Sequence[Place], setting: Setting) -> str | None:
    """The canonical form of a name that stands alone (a declared agency, a line of a header table); None where it is not understood."""
    best = [hit for hit in find_agencies(name, places, frozenset(), setting) if hit.value and hit.start == 0 and hit.end == len(name)]
    return best[0].value if best else None
