"""Branches of bureaus of the police: called after a district, a zone, a town or a name of their own, alone or counted."""

from __future__ import annotations

import re

from juanzong.index.facts.agencies.chains import BUREAU, SUB, WORDS, ZONES, chain, is_clean
from juanzong.index.facts.agencies.naming import made
from juanzong.index.facts.agencies.prefix_meanings import NamePrefix, PrefixFinder
from juanzong.index.facts.agencies.setting import AgencyHit
from juanzong.index.facts.places.gazetteer import TOWN_KINDS, towns_of
from juanzong.index.facts.places.names import Place

_HAN = re.compile("[一-龥]+")


def branches_at(text: str, finder: PrefixFinder, start: int, end: int, sure: bool) -> list[AgencyHit]:
    """The branch whose 分局 ends at `end`, its name before `start`, and what is named behind it; `sure` where it is the police's for certain."""
    if m := WORDS.counted.search(text, max(0, start - 2), start):
        return _counted(text, finder, m.start(), end)
    prefix = finder.of(start, ("place", "county"))
    if (
        prefix
        and prefix.city != finder.setting.city
        and (own := finder.of(start, ("county",)))
        and own.city == finder.setting.city
    ):
        # the article's own district, which is called like a province or a city elsewhere
        prefix = own
    if (
        prefix
        and not sure
        and text[prefix.start - 1 : prefix.start] == "局"
        and text[prefix.start - 3 : prefix.start] != BUREAU
    ):
        # the branch of another bureau
        return []
    if prefix and (around := finder.by_end.get(prefix.start)) and prefix.city and _is_elsewhere(around, prefix):
        # X市Y分局, where Y is called like a county of another city
        name = text[prefix.start : start]
        value = f"{around.unit.city}{BUREAU}{name}{SUB}"
        return chain(text, AgencyHit(around.start, end, value, "branch", around.basis, 0.8))
    if prefix is None and sure and text[start - 1 : start] == "区":
        prefix = finder.level(start)
    base = (
        made("branch", prefix, end)
        if prefix and (prefix.city or prefix.level == "county") and (sure or prefix.level != "county")
        else None
    )
    if prefix is None and (m := WORDS.named_branch.search(text, max(0, start - 10), start)):
        place = finder.place(m.start())
        city = place.city if place else finder.setting.city
        if city and (place or m.start() == 0 or WORDS.boundary.search(text, max(0, m.start() - 2), m.start())):
            name = ZONES.map("zone_short").get(m[1], m[1])
            base = AgencyHit(
                place.start if place else m.start(),
                end,
                f"{city}{BUREAU}{name}{SUB}",
                "branch",
                place.basis if place else "context",
                0.8,
            )
    if base is None and sure and prefix is None:
        base = _by_name(text, finder, start, end)
    if base:
        return chain(text, base)
    left = text[max(0, start - 2) : start]
    if sure and left and "一" <= left[-1] <= "龥" and not WORDS.generic.search(left) and left[-1] not in "区市县":
        return [AgencyHit(max(0, start - 2), end, None, "unknown_branch", "context", 0)]
    return []


def _by_name(text: str, finder: PrefixFinder, start: int, end: int) -> AgencyHit | None:
    """A branch that is called after no district, behind its city: X市温泉公安分局."""
    for place in finder.before(start - 2, start - 5):
        name = text[place.end : start]
        if place.unit.city == place.unit.name and _HAN.fullmatch(name) and is_clean(name):
            value = f"{place.unit.city}{BUREAU}{name}{SUB}"
            return AgencyHit(place.start, end, value, "branch", place.basis, 0.75)
        break
    return None


def branch_of_town(text: str, finder: PrefixFinder, start: int, end: int) -> AgencyHit | None:
    """The branch of a town in a city that has no districts: X市Y警方."""
    for length in range(4, 1, -1):
        at = start - length
        name = text[max(0, at) : start]
        around = finder.by_end.get(at)
        named = around.unit.city if around and around.unit.level == "city" else None
        if around is None and at > 0 and not WORDS.boundary.search(text, max(0, at - 2), at):
            continue
        city = named or finder.setting.city
        if any(unit.name == city for kind in TOWN_KINDS for unit in towns_of(name + kind)):
            value = f"{city}{BUREAU}{name}{SUB}"
            if around and named:
                return AgencyHit(around.start, end, value, "branch", around.basis, 0.75)
            return AgencyHit(at, end, value, "branch", "context", 0.7)
    return None


def _is_elsewhere(around: Place, prefix: NamePrefix) -> bool:
    """Whether what stands right behind a city lies in another one."""
    return around.unit.city == around.unit.name and around.unit.city != prefix.city


def _counted(text: str, finder: PrefixFinder, at: int, end: int) -> list[AgencyHit]:
    """The branches of a list that is counted: X、Y两个分局."""
    hits: list[AgencyHit] = []
    while (prefix := finder.of(at, ("place", "county"))) and prefix.level == "district" and prefix.city:
        hits.append(AgencyHit(prefix.start, end, f"{prefix.city}{BUREAU}{prefix.short}{SUB}", "branch", "context", 0.8))
        if prefix.start < 2 or text[prefix.start - 1] not in ZONES.set("listed"):
            break
        at = prefix.start - 1
    return hits if len(hits) > 1 else []
