"""Police stations: named after a place, within a list, or by a name that the article or the streets of its city know."""

from __future__ import annotations

from juanzong.index.facts.agencies.chains import BUREAU, RAILWAY_OFFICE, SUB, WORDS, ZONES, is_clean, police_of
from juanzong.index.facts.agencies.police import Police
from juanzong.index.facts.agencies.prefix_meanings import of_unit
from juanzong.index.facts.agencies.setting import AgencyHit
from juanzong.index.facts.places.gazetteer import TOWN_KINDS, gazetteer, streets, unit_of
from juanzong.index.facts.places.names import Place

REACH, NAME = 9, 8
"""Characters before 派出所 that are looked through, and those that its name may have."""


def station(police: Police, start: int, end: int) -> list[AgencyHit]:
    """The station whose 派出所 stands at start..end; in a list it may be of the bureau of the one before it."""
    found = _station(police, start, end)
    if len(found) == 1 and found[0].value is None and found[0].rule == "unknown_station":
        begin = found[0].start
        if (bureau := police.lent(begin)) is not None:
            value = bureau + police.text[begin:end]
            found = [AgencyHit(begin, end, value, "shared_bureau", "context", 0.7)]
    value = (found[0].value if found else None) or ""
    if BUREAU in value:
        police.lend(end, value[: _bureau_end(value)])
    return found


def _bureau_end(value: str) -> int:
    """Where the name of a station's bureau, or of its branch, ends."""
    branch = value.rfind(SUB)
    return branch + len(SUB) if branch >= 0 else value.rfind(BUREAU) + len(BUREAU)


def _station(police: Police, start: int, end: int) -> list[AgencyHit]:
    text, finder = police.text, police.finder
    window = text[max(0, start - REACH) : start]
    offset = start - len(window)
    cut = max((m.end() for m in WORDS.station_left.finditer(window)), default=0)
    place = next((p for p in finder.before(start, offset + cut) if p.start < start), None)
    if place and start - place.end <= NAME:
        found = _after_place(police, place, start, end)
        if found is not None:
            return found
    name = window[cut:]
    if (
        not 2 <= len(name) <= 7
        or not _is_han(name)
        or not is_clean(name)
        or WORDS.generic.search(name[:2])
        or name.endswith("公安")
    ):
        return []
    return _lookup(police, name, offset + cut, start, end)


def _after_place(police: Police, place: Place, start: int, end: int) -> list[AgencyHit] | None:
    """The station of a district, a county or a city; None where the place is none that has stations."""
    word, name = police.text[start:end], police.text[place.end : start]
    prefix = police.finder.place(place.end)
    if prefix is None or prefix.level not in ("district", "county", "city") or not name and prefix.level == "city":
        return None
    name = WORDS.town_before.sub("", name)
    if name and not is_clean(name):
        return []
    name = name.removeprefix("局")
    if name in WORDS.set("numbers"):
        return []
    if name.endswith("站") or place.surface.endswith("站"):
        # stations of the railway have a police of their own
        offices = police.memory.teams.get(RAILWAY_OFFICE, set())
        if len(offices) == 1:
            return [
                AgencyHit(
                    place.start, end, next(iter(offices)) + police.text[place.start : end], "station", "context", 0.7
                )
            ]
        return [AgencyHit(prefix.start, end, None, "railway_station", "context", 0)]
    if not name:
        return _lookup(police, place.surface, place.start, start, end)
    if prefix.level == "city":
        looked = _lookup(police, name, prefix.start, start, end, prefix.city)
        if looked and looked[0].value:
            return looked
        if zone := WORDS.zone_before.match(name):
            branch = ZONES.map("zone_short").get(zone[1], zone[1])
            return [
                AgencyHit(
                    prefix.start,
                    end,
                    f"{prefix.name}{BUREAU}{branch}{SUB}{name[zone.end() :]}{word}",
                    "station",
                    prefix.basis,
                    0.8,
                )
            ]
        if not prefix.name.endswith("市"):
            return []
    return [AgencyHit(prefix.start, end, f"{police_of(prefix)}{name}{word}", "station", prefix.basis, 0.8)]


def _lookup(police: Police, name: str, begin: int, start: int, end: int, in_city: str | None = None) -> list[AgencyHit]:
    """A station without its branch: named in full elsewhere in the article, or called after a street office or town of the city."""
    word = police.text[start:end]
    if known := police.memory.stations.get(name + word):
        return [AgencyHit(begin, end, known, "taken_up_again", "context", 0.75)]
    city = gazetteer().cities.get(in_city or police.setting.city or "")
    if city and city.code:
        areas = {
            area
            for suffix in TOWN_KINDS
            for code, found in streets().get(name + suffix, {}).items()
            if code.startswith(city.code[:4])
            for area in found
        }
        if len(areas) > 1:
            # the one whose street is named beside it
            named = {
                area
                for suffix in TOWN_KINDS
                if name + suffix in police.text
                for code, found in streets().get(name + suffix, {}).items()
                if code.startswith(city.code[:4])
                for area in found
            }
            areas = named or areas
        if len(areas) == 1 and (unit := unit_of(next(iter(areas)))):
            return [
                AgencyHit(
                    begin,
                    end,
                    f"{police_of(of_unit(unit, begin, 'context'))}{name}{word}",
                    "station_by_street",
                    "context",
                    0.7,
                )
            ]
    return (
        [AgencyHit(begin, end, None, "unknown_station", "context", 0)] if 2 <= len(name) <= 6 and _is_han(name) else []
    )


def _is_han(name: str) -> bool:
    return all("一" <= character <= "龥" for character in name)
