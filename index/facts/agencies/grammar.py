"""From text to agencies: prefix and core, lists that share a prefix, and names taken up again without it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from juanzong.index.facts.agencies import open_names, police
from juanzong.index.facts.agencies.central import SMUGGLING, conferences, find_banks, find_central, office_of
from juanzong.index.facts.agencies.lexicon import Core, Lexicon, lexicon
from juanzong.index.facts.agencies.open_names import find_open
from juanzong.index.facts.agencies.police import find_police
from juanzong.index.facts.agencies.prefixes import Prefix, PrefixFinder
from juanzong.index.facts.agencies.setting import AgencyHit, Setting
from juanzong.index.facts.agencies.sharing import police_sharers, sharers, sought_again
from juanzong.index.facts.agencies.towns import find_towns
from juanzong.index.facts.places.gazetteer import gazetteer
from juanzong.index.facts.places.names import Place, leftmost_longest
from juanzong.index.text.automaton import Found
from juanzong.index.text.spans import Spans

__all__ = ["AgencyHit", "Setting", "find_agencies", "resolve_name"]

# cores that mean nothing in particular when the prefix is left out
_VAGUE = frozenset(
    "人民政府 人民法院 中级人民法院 高级人民法院 人民检察院 海关 人民代表大会 政治协商会议 管理委员会 疾病预防控制中心 仲裁委员会 研究室 督查室 气象台 档案馆 政务服务中心 卫生处 教育处 财政处 民政处 水利处 林业处 农牧处 商业处 文化处 委办公室 委办公厅 "
    "政协{p}委员会 监察委员会 人民武装部 看守所 拘留所 公共就业服务中心 公共资源交易中心 大数据中心".split()
)
_GOVERNMENT_TAIL = re.compile(
    r"部门|各(?=部门|委|办|局|有关|相关|直属|组成|单位|工作|级)|有关|相关|所属|工作|采购|网|性|投资|债|补[贴助]|主导|引导|购买|奖|职能|机构|信息公开|规章|令|间|军|首脑|补偿|质量|定价|指导价|收|支出|预算|资[金助]|热线|购|平台|和社会资本|一般|基金|储备|行为|管理|规定"
)
_SHARED = re.compile(r"[、和及与]|以及")
_PARTY_HEAD = re.compile(r"(?<=[省市县区州盟旗党地])(?<!(?<!治[区州])党)委(?:员会)?(?![员托派任婉内])")
# groups that the centre sends out by number
_SENT = re.compile(
    r"中央第[一二三四五六七八九十]{1,3}(?:(?:生态)?环境保护督察组|(?:生态)?环保督察组|巡视组|督导组|指导组)"
)
_UNDER_CUSTOMS = re.compile(r"(?<=海关所属)[一-龥]{2,6}?海关")
_SUB = re.compile(r"(?P<name>[一-龥]{1,8}?)(?P<kind>分局)")
_GOVERNMENT = re.compile(r"(?:(?:人民)?政府|行政公署|行署)$")
# the offices of a prefecture are 处 where others have 局
_REGION_OFFICE = re.compile(r"[一-龥]{2}处")
# what a corps of fire fighters, foresters or inspectors has in a city or a county: 消防救援支队隆阳大队
_PART = re.compile(r"(?:(?P<name>[一-龥]{2,4}?)[市州县区旗]?|特勤|[一二三四五六七八九十]{1,2})(?:支队|大队)")
_ENTRUSTED = re.compile(r"[托任婉屈员]")
# what stands between a city's name and its customs house
_CUSTOMS_SITE = re.compile(r"(?:港|机场|车站|邮局|邮轮港|综保区|综合保税区|保税区|出口加工区)$")
_BOTH = re.compile(r"[两二三四五六七八九](?:省|市|县|区|州|盟|旗|地)$")
# the committees of the youth league and of the other parties are no bodies of ours
_LEAGUE = re.compile(r"(?:^|[^集旅表军兵财师社剧察访工])团$|共青团|民[革盟建进]|台盟|致公党|农工党|九三学社|学社")
# what a bureau or a court of a county has in its towns: 启东市司法局汇龙司法所
_OUTPOSTS = {
    "司法局": "司法所",
    "市场监督管理局": "市场监督管理所 市场监管所",
    "工商行政管理局": "工商所 工商行政管理所",
    "人民法院": "人民法庭 法庭",
}
_OUTPOST = re.compile(
    r"(?P<name>[一-龥]{2,5}?)(?P<kind>司法所|市场监督管理所|市场监管所|工商行政管理所|工商所|(?:人民)?法庭)"
)
_NO_OUTPOST = re.compile(
    r"[的在和与及对由、向将等第庭]|派驻|所属|下属|各|审判|联合|创建|打造|建设|设立|式$|[我你他第首]|直击|走进|巡回|临时|模拟|旁听|流动|线上|智慧|数字|互联网"
)
_DIVISION = re.compile(r"(?:第?[一二三四五六七八九十]{1,2}|铁路运输|[一-龥]{2,3})分院")
_POLICE = ("公安局", "公安厅")
_POLICE_LISTED = re.compile(r"(?<=[、和及与])公安[局厅]")
_TERM = re.compile(r"第?[一二三四五六七八九十]{1,3}届$")
_ORDINAL = re.compile(r"第[一二三四五六七]$")


def find_agencies(
    text: str,
    places: Sequence[Place],
    foreign_ends: frozenset[int],
    setting: Setting,
    cores: Sequence[Found] | None = None,
) -> list[AgencyHit]:
    """The agencies of a paragraph, most specific first where several share a surface, in order of place.

    `cores` is what an automaton over the lexicon yielded for this text, where that is known already.
    """
    words = lexicon(setting.agency_file)
    if cores is None:
        cores = words.automaton.find(text)
    if not (
        cores
        or "委" in text
        or "人行" in text
        or "中央第" in text
        or police.may_hold(text)
        or open_names.may_hold(text)
    ):
        return []
    finder = PrefixFinder(text, places, foreign_ends, setting)
    hits = find_police(text, finder, setting)
    if hits:
        hits.extend([shared for hit in hits for shared in police_sharers(text, hit, finder)])
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
            made = find_central(text, start, end, surface, core, finder, setting)
        else:
            at, ordinal = start, ""
            if m := _ORDINAL.search(text, max(0, start - 2), start):
                at, ordinal = m.start(), m.group()
            elif (
                core.kind == "local"
                and core.value not in _VAGUE
                and (m := _GOVERNMENT.search(text, max(0, start - 4), start))
            ):
                at = m.start()
            if surface[0] == "委" and text[max(0, at - 4) : at] in ("自治区党", "自治州党"):
                at -= 1
            if at == start and surface[0] in "人政委纪" and (m := _TERM.search(text, max(0, start - 5), start)):
                at = m.start()
            prefix = finder.any(at)
            site = ""
            if (
                prefix is None
                and core.kind == "special"
                and core.value.endswith("海关")
                and (m := _CUSTOMS_SITE.search(text, max(0, start - 5), start))
                and (prefix := finder.place(m.start()))
            ):
                site = m.group()
            if (
                prefix is None
                and last_prefix is not None
                and _SHARED.fullmatch(text[last_end:start])
                and core.value not in _VAGUE
            ):
                prefix = last_prefix._replace(start=start, basis="context", confidence=0.8)
            if (
                prefix is None
                and core.value not in _VAGUE
                and (leader := leaders.get(start - 1) or leaders.get(start - 2))
                and _SHARED.fullmatch(text[leader.end : start])
            ):
                # 市公安局、卫健委
                at_police = text.find("公安", leader.start, leader.end)
                lent = finder.any(at_police) if at_police > 0 else None
                prefix = lent._replace(start=start, basis="context", confidence=0.8) if lent else None
            both = _BOTH.search(text, max(0, at - 2), at) if prefix is None and core.kind == "local" else None
            if both:
                # 湖南、江西两省交通运输厅
                prefix = finder.place(both.start())
            if (
                prefix
                and core.kind == "local"
                and prefix.name.endswith("市")
                and (region := finder.by_end.get(at))
                and region.surface.endswith("地区")
            ):
                # 怀化地区行署 is no body of the city that came after it
                prefix = prefix._replace(name=region.surface)
            if prefix and not _refused(text, end, core, prefix):
                made = _with_prefix(
                    text,
                    end,
                    surface,
                    core,
                    prefix._replace(short=prefix.short + site) if site else prefix,
                    ordinal,
                    words,
                )
                made += sharers(text, end, core, prefix, made, finder, both is not None)
            elif (
                prefix is None
                and core.kind in ("local", "special")
                and core.value not in _VAGUE
                and not core.bare
                and not core.value.startswith(("人民代表大会", "{s}"))
            ):
                made = sought_again(text, start, end, core, setting, words)
        if made:
            hits.extend(made)
            taken = max(hit.end for hit in made)
            if prefix and not (made[0].end > end and (made[0].value or "").endswith("大队")):
                last_prefix = prefix._replace(name=prefix.name + "区") if prefix.name.endswith("地") else prefix
                last_end = taken
    if "政协" in text or "政治协商" in text:
        hits.extend(conferences(text, finder, Spans(hits)))
    # 市政府侨办, 地区行署林业局 are one body each, not two
    if hits:
        longer = {
            hit.start: hit.end
            for hit in hits
            if hit.value and "人民政府" not in hit.value and not hit.value.endswith("行政公署")
        }
        hits = [
            hit
            for hit in hits
            if not (hit.value and hit.value.endswith(("人民政府", "行政公署")) and longer.get(hit.start, 0) > hit.end)
        ]
    if "中央第" in text:
        hits.extend(
            AgencyHit(m.start(), m.end(), m.group().replace("环保督察", "环境保护督察"), "central", "explicit", 1.0)
            for m in _SENT.finditer(text)
        )
    if "海关所属" in text:
        over = Spans(hits)
        hits.extend(
            AgencyHit(m.start(), m.end(), m.group(), "prefix_core", "explicit", 0.9)
            for m in _UNDER_CUSTOMS.finditer(text)
            if not over.touch(m.end() - 2, m.end())
        )
    if "人行" in text:
        hits.extend(find_banks(text, finder))
    hits.extend(find_towns(text, finder, setting, Spans(hits)))
    opened = find_open(text, finder, setting, words, [hit for hit in hits if hit.value])
    over = Spans(opened)
    hits = [hit for hit in hits if hit.value or not over.touch(hit.start, hit.end)] + opened
    if "指挥部" in text:
        setting.headquarters.update(
            hit.value.removesuffix("办公室")
            for hit in hits
            if hit.value and hit.value.endswith(("指挥部", "指挥部办公室"))
        )
        hits.extend(open_names.headquarters_again(text, finder, setting, Spans(hits)))
    hits.sort(key=lambda hit: (hit.start, -hit.end))
    return hits


def _refused(text: str, end: int, core: Core, prefix: Prefix) -> bool:
    following = text[end : end + 2]
    if core.value == "人民政府" and _GOVERNMENT_TAIL.match(text, end):
        return True
    if (
        core.value in ("人民法院",)
        and text[end - 2 : end] == "法院"
        and text[end - 4 : end - 2] != "人民"
        and prefix.level in ("city", "province")
    ):
        return True
    if core.bare and prefix.basis == "context":
        return True
    if _REGION_OFFICE.fullmatch(core.value) and not prefix.name.endswith(("地区", "盟", "州")):
        return True
    if core.kind == "special" and core.value.endswith("海关") and prefix.basis == "context":
        return True
    return following[:1] == "长" and core.value.endswith("会")


def _with_prefix(
    text: str, end: int, surface: str, core: Core, prefix: Prefix, ordinal: str, words: Lexicon
) -> list[AgencyHit]:
    start, name = prefix.start, prefix.name
    rule = "prefix_core" if prefix.basis != "context" else "context_core"
    party = text[start : start + 2] == "中共"
    if core.kind == "party":
        if core.value == "委员会":
            if text[max(0, start - 2) : start] == "政协" or text[max(0, start - 8) : start] == "中国人民政治协商会议":
                return [AgencyHit(start - 2, end, f"政协{name}委员会", rule, prefix.basis, prefix.confidence)]
            return [AgencyHit(start, end, f"中共{name}委", rule, prefix.basis, prefix.confidence)] if party else []
        if text[start - 1 : start] in ("团", "盟", "革", "建", "进", "社", "党") and (
            prefix.basis == "context" or _LEAGUE.search(text, max(0, start - 4), start)
        ):
            return []
        value = f"中共{name}{'党' if name.endswith('自治区') else ''}{core.value}"
    elif core.kind == "special":
        value = core.value.format(p=name, s=prefix.short, level=name[-1])
        if core.second:
            second = core.second.format(p=name, s=prefix.short, level=name[-1])
            return [
                AgencyHit(start, end, value, rule, prefix.basis, prefix.confidence),
                AgencyHit(start, end, second, rule, prefix.basis, prefix.confidence),
            ]
    else:
        value = words.body(prefix, surface) or name + ordinal + core.value
    hits = [AgencyHit(start, end, value, rule, prefix.basis, prefix.confidence)]
    if value.endswith("人民检察院") and (m := _DIVISION.match(text, end)):
        hits.insert(0, AgencyHit(start, m.end(), value + m.group(), rule, prefix.basis, prefix.confidence))
    if core.kind != "party" and (m := office_of(text, end, value)):
        hits.insert(0, AgencyHit(start, m.end(), value + "办公室", rule, prefix.basis, prefix.confidence))
    if (
        core.kind == "local"
        and value.endswith(("总队", "支队"))
        and (m := _PART.match(text, end))
        and _parted(m["name"], prefix)
    ):
        hits.insert(0, AgencyHit(start, m.end(), value + m.group(), rule, prefix.basis, prefix.confidence * 0.95))
    if value.endswith("海关") and (m := SMUGGLING.match(text, end)):
        hits.insert(0, AgencyHit(start, m.end(), value + m.group(), rule, prefix.basis, prefix.confidence * 0.95))
    if (
        core.kind == "local"
        and (kinds := _OUTPOSTS.get(core.value))
        and (m := _OUTPOST.match(text, end))
        and m["kind"] in kinds.split()
        and not _NO_OUTPOST.search(m["name"])
    ):
        hits.insert(
            0,
            AgencyHit(
                start,
                m.end(),
                value + m.group().replace("监管所", "监督管理所"),
                rule,
                prefix.basis,
                prefix.confidence * 0.9,
            ),
        )
    if value.endswith("局") and (m := _SUB.match(text, end)) and not re.search(r"[、和及与的在对]", m["name"]):
        hits.insert(
            0, AgencyHit(start, m.end(), value + m["name"] + m["kind"], rule, prefix.basis, prefix.confidence * 0.9)
        )
    return hits


def _parted(name: str | None, prefix: Prefix) -> bool:
    """Whether a corps may have a part of that name: one of its own (特勤), a known place, or for a city's corps a county of the city."""
    forms = gazetteer().names.get(name, {}) if name else None
    return (
        forms is None
        or bool(forms)
        and (prefix.city is None or any(unit.city == prefix.city for units in forms.values() for unit in units))
    )


def resolve_name(name: str, places: Sequence[Place], setting: Setting) -> str | None:
    """The canonical form of a name that stands alone (a declared agency, a line of a header table); None where it is not understood."""
    best = [
        hit
        for hit in find_agencies(name, places, frozenset(), setting)
        if hit.value and hit.start == 0 and hit.end == len(name)
    ]
    return best[0].value if best else None
