"""From text to agencies: prefix and core, lists that share a prefix, and names taken up again without it."""
from __future__ import annotations

import re
from collections.abc import Sequence

from index.agencies.lexicon import Core, Lexicon, lexicon
from index.agencies.open_names import find_open, find_towns
from index.agencies.police import find_police
from index.agencies.prefixes import AgencyHit, Prefix, PrefixFinder, Setting
from index.cities import Place
from index.places import leftmost_longest

__all__ = ["AgencyHit", "Setting", "find_agencies", "resolve_name"]

# cores that mean nothing in particular when the prefix is left out
_VAGUE = frozenset("人民政府 人民法院 中级人民法院 高级人民法院 人民检察院 海关 人民代表大会 政治协商会议 管理委员会 疾病预防控制中心 仲裁委员会 研究室 督查室 气象台 档案馆 政务服务中心 委办公室 委办公厅 "
                   "{s}海关 政协{p}委员会 监察委员会 知识产权法院 互联网法院 海事法院 金融法院 军分区 人民武装部 公共就业服务中心 公共资源交易中心 大数据中心".split())
_GOVERNMENT_TAIL = re.compile(r"部门|工作|采购|网|性|投资|债|补[贴助]|主导|引导|购买|奖|职能|机构|信息公开|规章|令|间|军|首脑|补偿|质量|定价|指导价|收|支出|预算|资[金助]|热线|购|平台|和社会资本|一般|基金|储备|行为|管理|规定")
_COURT_TAIL = re.compile(r"[对认以于作判裁已受也在将]|院")
_FOREIGN_LETTER = re.compile(r"(?:[美俄韩英德印澳乌][国方]?|(?<![\d今昨当次近每同连周])日|(?<![司依宪违执立])法|日方|各国|他国|两国|该国|外国|多国|别国)$")
_SHARED = re.compile(r"[、和及与]|以及")
_PARTY_HEAD = re.compile(r"(?<=[省市县区州盟旗])委(?:员会)?(?![员托派任婉内]|常)")
_BRANCH = re.compile(r"(?P<kind>税务局|监管局|监管分局|分局|分行|中心支行|支行|营业管理部|调查总队|调查队|监察局|特派员办事处|专员办事处|专员办|分署|办事处|管理局|监督局|地区管理局|代表处|派出局)")
_SUB = re.compile(r"(?P<name>[一-龥]{1,8}?)(?P<kind>分局)")
_MANY = re.compile(r"(?:[各两三多几全][省市县区州地]?|各地|等地|区县|县区|市县|[)）])$")
_TERM = re.compile(r"第?[一二三四五六七八九十]{1,3}届$")
_ORDINAL = re.compile(r"第[一二三四五六七]$")


def find_agencies(text: str, places: Sequence[Place], foreign_ends: frozenset[int], setting: Setting) -> list[AgencyHit]:
    """The agencies of a paragraph, most specific first where several share a surface, in order of place."""
    words = lexicon(setting.agency_file)
    finder = PrefixFinder(text, places, foreign_ends, setting)
    hits = find_police(text, finder, setting)
    covered = [(hit.start, hit.end) for hit in hits]
    last_prefix: Prefix | None = None
    last_end = -9
    found = [(start, end, name) for start, end, name in leftmost_longest(words.automaton.iter(text))]
    if "委" in text:
        found.extend((m.start(), m.end(), m.group()) for m in _PARTY_HEAD.finditer(text))
        found.sort(key=lambda item: (item[0], -item[1]))
    taken = 0
    for start, end, surface in found:
        if start < taken or any(a <= start < b for a, b in covered):
            continue
        core = words.cores.get(surface)
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
            elif surface[0] in "人政委纪" and (m := _TERM.search(text, max(0, start - 5), start)):
                at = m.start()
            prefix = finder.any(at)
            if prefix is None and last_prefix is not None and _SHARED.fullmatch(text[last_end:start]) and core.value not in _VAGUE:
                prefix = last_prefix._replace(start=start, basis="context", confidence=.8)
            if prefix and not _refused(text, end, core, prefix):
                made = _with_prefix(text, end, surface, core, prefix, ordinal, words)
            elif prefix is None and core.kind in ("local", "special") and core.value not in _VAGUE and not core.bare:
                made = _again(text, start, end, core, setting)
        if made:
            hits.extend(made)
            taken = max(hit.end for hit in made)
            if prefix:
                last_prefix, last_end = prefix, taken
    covered = [(hit.start, hit.end) for hit in hits]
    hits.extend(find_towns(text, finder, setting, covered))
    hits.extend(find_open(text, finder, setting, words, [(hit.start, hit.end) for hit in hits]))
    hits.sort(key=lambda hit: (hit.start, -hit.end))
    return hits


def _central(text: str, start: int, end: int, surface: str, core: Core, finder: PrefixFinder, setting: Setting) -> list[AgencyHit]:
    if start in finder.foreign_ends or (core.guard and _FOREIGN_LETTER.search(text, max(0, start - 3), start)):
        setting.foreign_bodies.add(surface)
        return []
    if surface in setting.foreign_bodies and core.guard:
        return []
    if core.bare and text[start - 1:start] and "一" <= text[start - 1] <= "龥":
        return []
    if text[end:end + 1] == "门" and surface.endswith("部"):
        return []
    value = core.then if core.then and core.until and setting.year and setting.year > core.until else core.value
    # a branch of a central body: 国家税务总局 + 哈尔滨市 + 税务局
    for place in finder.places:
        if place.start == end and (m := _BRANCH.match(text, place.end)):
            prefix = finder.place(place.end)
            if prefix:
                full = text[place.start:place.end] if prefix.level != "city" or m["kind"] not in ("税务局",) else prefix.name
                return [AgencyHit(start, m.end(), value + full + m["kind"], "branch", "explicit", .95)]
    return [AgencyHit(start, end, value, "central", "explicit", 1.0)]


def _refused(text: str, end: int, core: Core, prefix: Prefix) -> bool:
    following = text[end:end + 2]
    if core.value == "人民政府" and _GOVERNMENT_TAIL.match(text, end):
        return True
    if core.value in ("人民法院",) and text[end - 2:end] == "法院" and text[end - 4:end - 2] != "人民" and prefix.level in ("city", "province"):
        return True
    if core.bare and prefix.basis == "context":
        return True
    if core.kind == "special" and core.value.endswith("海关") and prefix.basis == "context":
        return True
    return following[:1] == "长" and core.value.endswith("会")


def _with_prefix(text: str, end: int, surface: str, core: Core, prefix: Prefix, ordinal: str, words: Lexicon) -> list[AgencyHit]:
    start, name = prefix.start, prefix.name
    rule = "prefix_core" if prefix.basis != "context" else "context_core"
    party = text[start:start + 2] == "中共"
    if party and core.kind != "party":
        name_start = start
    else:
        name_start = start
    if core.kind == "party":
        if core.value == "委员会":
            if text[max(0, start - 2):start] == "政协" or text[max(0, start - 8):start] == "中国人民政治协商会议":
                return [AgencyHit(start - 2, end, f"政协{name}委员会", rule, prefix.basis, prefix.confidence)]
            return [AgencyHit(name_start, end, f"中共{name}委", rule, prefix.basis, prefix.confidence)] if party else []
        if text[start - 1:start] in ("团", "盟", "革", "建", "进", "社", "党") and prefix.basis == "context":
            return []
        value = f"中共{name}{core.value}"
    elif core.kind == "special":
        value = core.value.format(p=name, s=prefix.short, level=name[-1])
        if core.second:
            second = core.second.format(p=name, s=prefix.short, level=name[-1])
            return [AgencyHit(name_start, end, value, rule, prefix.basis, prefix.confidence), AgencyHit(name_start, end, second, rule, prefix.basis, prefix.confidence)]
    else:
        value = name + ordinal + core.value
        body = words.bodies.get((prefix.name, "市" + surface))
        value = body or value
    hits = [AgencyHit(name_start, end, value, rule, prefix.basis, prefix.confidence)]
    if value.endswith("局") and (m := _SUB.match(text, end)) and not re.search(r"[、和及与的在对]", m["name"]):
        hits.insert(0, AgencyHit(name_start, m.end(), value + m["name"] + m["kind"], rule, prefix.basis, prefix.confidence * .9))
    return hits


def _again(text: str, start: int, end: int, core: Core, setting: Setting) -> list[AgencyHit]:
    if _MANY.search(text, max(0, start - 3), start):
        return []
    values = setting.known.get(core.value, set())
    if len(values) == 1:
        return [AgencyHit(start, end, next(iter(values)), "taken_up_again", "context", .7)]
    return [AgencyHit(start, end, None, "no_prefix", "context", 0)]


def resolve_name(name: str, places: Sequence[Place], setting: Setting) -> str | None:
    """The canonical form of a name that stands alone (a declared agency, a line of a header table); None where it is not understood."""
    best = [hit for hit in find_agencies(name, places, frozenset(), setting) if hit.value and hit.start == 0 and hit.end == len(name)]
    return best[0].value if best else None
