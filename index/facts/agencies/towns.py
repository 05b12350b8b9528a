"""Bodies of towns and streets."""

from __future__ import annotations

import re

from juanzong.index.facts.agencies.prefixes import PrefixFinder, of_unit
from juanzong.index.facts.agencies.setting import AgencyHit, Setting
from juanzong.index.facts.places.gazetteer import Unit, gazetteer, streets, unit_of
from juanzong.index.text.spans import Spans

HAN_BEFORE = re.compile(r"[一-龥]")
TOWN = re.compile(r"(?:街道|镇|乡|苏木)(?P<body>人民政府|政府|党委|办事处|党工委|办(?![公理法事])|人大(?!会))")
_TOWN_BODIES = {"人民政府": "人民政府", "政府": "人民政府", "办事处": "办事处", "办": "办事处"}
_TOWN_NAMED = re.compile(r"[一-龥]{2,4}?(?:街道|镇|乡|苏木)(?![一-龥]?(?:派出所|法庭))")
_ALL_HAN = re.compile(r"[一-龥]+")
_LISTED = frozenset("、和及与")
# what may stand before a town's bare name, and what none holds
_TOWN_LEFT = frozenset("在由向到与和及经被是为将从给赴原")
_NO_TOWN = re.compile(
    r"^原|后$|事发|目前|此前|[届第]|[在由向对到和与及经据被是为各了的将从把给等该本某每全我乡镇县市省区两几多]|所在|居住|属地|驻地|当地|联合|会同|街道|中心|有关|相关|基层|地方|[感答]谢|来[到自]|走进|配合|协助|陪同|带领|督促|邀请|要求|支持|听取|帮助|依托|组织|指导|报告|推动|通过|提供"
)
_BEFORE_TOWN = re.compile(
    r"[^一-龥]|[在由向对到和与及经据被是为各了的将从把给等该]|来自|所在|居住|当地|联合|会同|要求|组织|指导|督促|安排|责成|邀请|协助|召集|走进|来到"
)


def find_towns(text: str, finder: PrefixFinder, setting: Setting, covered: Spans) -> list[AgencyHit]:
    """Street offices and township governments, by the table of their names or after the county that is named before them."""
    hits: list[AgencyHit] = []
    last: tuple[int, str] | None = None
    counties: set[Unit] = set()
    for named in finder.places:
        if named.unit.level == "county":
            counties.add(named.unit)
            if m := _TOWN_NAMED.match(text, named.end):
                setting.town_parents.setdefault(m.group(), named.unit.body_prefix)
    for m in TOWN.finditer(text):
        if covered.touch(m.start(), m.end()):
            continue
        kind = text[m.start() : m.start("body")]
        if (m["body"] in ("办", "办事处", "党工委")) != (kind == "街道"):
            continue
        place = next(
            (p for p in finder.before(m.start() - 1, m.start() - 10) if p.unit.level in ("county", "city")), None
        )
        prefix = finder.place(place.end) if place else None
        name = text[place.end : m.start()] if place else ""
        name = re.sub(r"^(?:人民)?政府", "", name)
        if prefix and 1 <= len(name) <= 8 and _ALL_HAN.fullmatch(name) and not _BEFORE_TOWN.search(name):
            start, parent, basis = prefix.start, prefix.name, prefix.basis
            if prefix.level == "city" and (unit := _only_county(name + kind, prefix.city)):
                parent = unit.body_prefix
        else:
            looked = _by_table(text, m.start(), kind, setting) or _by_context(
                text, m.start(), kind, counties, setting, last
            )
            if looked is None:
                hits.extend(_town_again(text, m, kind, setting))
                continue
            start, name, parent, basis = looked[0], looked[1], looked[2], "context"
        body = _TOWN_BODIES.get(m["body"])
        if body:
            value = f"{parent}{name}{kind}{body}"
            setting.towns.setdefault(kind, set()).add(value)
        elif m["body"] == "人大":
            value = f"{parent}{name}{kind}人民代表大会"
        else:
            value = f"中共{parent}{name}{kind}{'工作委员会' if m['body'] == '党工委' else '委员会'}"
        hits.append(AgencyHit(start, m.end(), value, "town", basis, 0.85 if basis != "context" else 0.75))
        last = (m.end(), parent)
    return hits


def _by_context(
    text: str, end: int, kind: str, counties: set[Unit], setting: Setting, last: tuple[int, str] | None
) -> tuple[int, str, str] | None:
    """A town that the table does not have in the article's counties: start, name and parent.

    Its parent is the county that it was named with (建始县长梁乡), that of the town before it in a list, a city without counties, or, for
    a town that the table does not have at all, the one county of the paragraph or the one that the article moves in.
    """
    for start in range(max(0, end - 4), end - 1):
        name = text[start:end]
        if (
            not _ALL_HAN.fullmatch(name)
            or _NO_TOWN.search(name)
            or start
            and HAN_BEFORE.match(text, start - 1)
            and text[start - 1] not in _TOWN_LEFT
        ):
            continue
        if parent := setting.town_parents.get(name + kind):
            return start, name, parent
        if last and last[0] == start - 1 and text[start - 1] in _LISTED:
            return start, name, last[1]
        city = gazetteer().cities.get(setting.city or "")
        if (
            city
            and city.level == "county"
            and not any(code == city.code[:4] for code in streets().get(name + kind, {}))
        ):
            return start, name, city.name
        if name + kind not in streets():
            unit = (
                next(iter(counties))
                if len(counties) == 1
                else None
                if counties
                else setting.own_county_city or setting.own_counties.get("县") or setting.own_counties.get("旗")
            )
            if unit:
                return start, name, unit.body_prefix
    return None


def _town_again(text: str, m: re.Match[str], kind: str, setting: Setting) -> list[AgencyHit]:
    """镇政府 of the one town whose government the article has named."""
    known = setting.towns.get(kind, set())
    if len(known) != 1 or m["body"] not in _TOWN_BODIES or (m.start() and not _BEFORE_TOWN.match(text, m.start() - 1)):
        return []
    return [AgencyHit(m.start(), m.end(), next(iter(known)), "taken_up_again", "context", 0.7)]


def _only_county(name: str, city: str | None) -> Unit | None:
    unit = gazetteer().cities.get(city or "")
    if not unit or not unit.code:
        return None
    areas = {
        area for code, found in streets().get(name, {}).items() if code.startswith(unit.code[:4]) for area in found
    }
    return unit_of(next(iter(areas))) if len(areas) == 1 else None


def _by_table(text: str, end: int, kind: str, setting: Setting) -> tuple[int, str, str] | None:
    for length in range(min(8, end), 0, -1):
        name = text[end - length : end]
        found = streets().get(name + kind)
        if not found:
            continue
        areas = [area for by_city in found.values() for area in by_city]
        inside = [area for area in areas if (u := unit_of(area)) and u.name in setting.counties] or [
            area for area in areas if (u := unit_of(area)) and setting.city and u.city == setting.city
        ]
        if len(inside) == 1 and (unit := unit_of(inside[0])):
            return end - length, name, of_unit(unit, 0, "context").name
    return None
