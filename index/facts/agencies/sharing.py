"""Several bodies behind one prefix or one tail: 市、区公安局; 甲、乙派出所."""

from __future__ import annotations

import re

from juanzong.index.facts.agencies.lexicon import Core, Lexicon
from juanzong.index.facts.agencies.prefixes import Prefix, PrefixFinder
from juanzong.index.facts.agencies.setting import AgencyHit, Setting

_MANY = re.compile(
    r"(?:[各两三多几全四五六七八九十\d][省市县区州地盟]?|[在属各本异住]地|以上|等地|区县|县区|市县|[)）])$"
)
_VILLAGE = re.compile(r"(?:镇|街道|乡|社区|各级|一级|两级|三级|多级|地方|当地|基层|相关|有关|部分|多个)$")
# what all bureaus of the police have alike
_POLICE_TAIL = re.compile(r"公安局(?:[一-龥]{2,8}?(?:支队|大队))?")
_ONE_OF_SEVERAL = re.compile(r"[、和及与]$")


def sharers(
    text: str, end: int, core: Core, prefix: Prefix, made: list[AgencyHit], finder: PrefixFinder, counted: bool
) -> list[AgencyHit]:
    """The bodies of the places that share a core with the one before it: 东台市、射阳县人民政府; short names where they are `counted` (湖南、江西两省)."""
    shared: list[AgencyHit] = []
    if (
        not made
        or core.kind not in ("local", "special")
        or prefix.basis == "context"
        or not (place := finder.by_start.get(prefix.start))
        or not (counted or place.end - place.start >= 3)
    ):
        return shared
    at, value = prefix.start, made[-1].value or ""
    while (
        _ONE_OF_SEVERAL.search(text, max(0, at - 1), at)
        and (before := finder.by_end.get(at - 1))
        and (counted or before.surface[-1] in "市县区旗州盟" and before.end - before.start >= 3)
    ):
        other = finder.place(before.end)
        if (
            other is None
            or not value.startswith(prefix.name)
            or (other.level != prefix.level if counted else other.level == "province")
        ):
            break
        at = other.start
        shared.append(AgencyHit(at, end, other.name + value[len(prefix.name) :], "shared_core", "context", 0.7))
    return shared


def police_sharers(text: str, hit: AgencyHit, finder: PrefixFinder) -> list[AgencyHit]:
    """The police of the places that share a bureau with the last one: 铅山县、弋阳县公安局交警大队."""
    if (
        hit.rule != "prefix_core"
        or not hit.value
        or not _ONE_OF_SEVERAL.search(text, max(0, hit.start - 1), hit.start)
        or not (place := finder.by_start.get(hit.start))
    ):
        return []
    while inner := finder.by_start.get(place.end):
        place = inner
    prefix = finder.place(place.end)
    if (
        prefix is None
        or prefix.start != hit.start
        or not hit.value.startswith(prefix.name)
        or not _POLICE_TAIL.fullmatch(hit.value, len(prefix.name))
    ):
        return []
    return sharers(text, hit.end, Core("local", "公安局"), prefix, [hit], finder, False)


def sought_again(text: str, start: int, end: int, core: Core, setting: Setting, words: Lexicon) -> list[AgencyHit]:
    if (
        text[start - 1 : start] in ("区", "县")
        or text[max(0, start - 2) : start] in ("中国", "国家", "全国")
        or _MANY.search(text, max(0, start - 3), start)
        or _VILLAGE.search(text, max(0, start - 2), start)
    ):
        return []
    if core.value == "行政公署" and "一" <= text[start - 1 : start] <= "龥":
        # 苏南行政公署
        return []
    city = setting.city or ""
    # 房管局 is another body in 上海市 than elsewhere
    own = [
        words.bodies.get((city, letter + text[start:end]), "").replace("{p}", "").removeprefix(city)
        for letter in "市区县"
    ]
    values = set().union(*(setting.known.get(name, ()) for name in (core.value, *filter(None, own))))
    if len(values) == 1:
        return [AgencyHit(start, end, next(iter(values)), "taken_up_again", "context", 0.7)]
    return [AgencyHit(start, end, None, "no_prefix", "context", 0)]
