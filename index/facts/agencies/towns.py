"""Street offices and the governments of townships, by the table of their names or after the county that is named before them."""

from __future__ import annotations

import re

from juanzong.index.facts.agencies.open_names import WORDS
from juanzong.index.facts.agencies.prefix_meanings import PrefixFinder, of_unit
from juanzong.index.facts.agencies.setting import AgencyHit, Memory
from juanzong.index.facts.places.gazetteer import TOWN_KINDS, Unit, gazetteer, streets, towns_of, unit_of
from juanzong.index.records import Basis
from juanzong.index.text.spans import Spans

STREET, JUSTICE = "街道", "司法所"
_OF_ALL = ("人大", JUSTICE)
_OF_STREETS = ("办", "办事处", "党工委", "纪工委")
_COMMITTEES = ("党委", "党工委")
NAME, BARE = 8, 4
"""Characters that a town's name may have after its county, and without one."""


class Towns:
    """The towns of one paragraph; one lends its county to the next in a list."""

    def __init__(self, text: str, finder: PrefixFinder, memory: Memory) -> None:
        self.text, self.finder, self.setting, self.memory = text, finder, finder.setting, memory
        self._last: tuple[int, str] | None = None
        self._counties: set[Unit] = set()

    def find(self, covered: Spans) -> list[AgencyHit]:
        """The bodies of towns outside of what is covered."""
        for named in self.finder.places:
            if named.unit.level == "county":
                self._counties.add(named.unit)
                if m := WORDS.town_named.match(self.text, named.end):
                    self.memory.town_parents.setdefault(m.group(), named.unit.body_prefix)
        if self.setting.city:
            for seen in WORDS.town_seen.finditer(self.text):
                if looked := self._by_table(seen.start(), seen.group()):
                    self.memory.towns_seen.setdefault(seen.group(), set()).add(looked[2] + looked[1] + seen.group())
        hits: list[AgencyHit] = []
        for m in WORDS.town.finditer(self.text):
            if not covered.touch(m.start(), m.end()) and (
                m["body"] in _OF_ALL or (m["body"] in _OF_STREETS) == (m["kind"] == STREET)
            ):
                hits.extend(self._at(m))
        for m in WORDS.justice_office.finditer(self.text) if JUSTICE in self.text else ():
            if not covered.touch(m.start(), m.end()) and (office := self._office(m)):
                hits.append(office)
        for m in WORDS.street_office.finditer(self.text):
            if not covered.touch(m.start(), m.end()):
                hits.extend(self._street(m.start(), m.end()))
        return hits

    def _office(self, m: re.Match[str]) -> AgencyHit | None:
        """The office of justice of a town that is called without its kind, of the article's own city."""
        for at in range(len(m["name"]) - 1):
            name, start = m["name"][at:], m.start("name") + at
            units = {unit for kind in TOWN_KINDS for unit in towns_of(name + kind) if unit.city == self.setting.city}
            if len(units) == 1:
                value = f"{of_unit(units.pop(), start, 'context').name}司法局{name}{JUSTICE}"
                return AgencyHit(start, m.end(), value, "town", "context", 0.7)
        return None

    def _street(self, at: int, end: int) -> list[AgencyHit]:
        """A street office that is called without 街道, right behind its district, which has such a street: X区Y路办事处."""
        for place in self.finder.before(at - 2, at - NAME):
            prefix, name = self.finder.place(place.end), self.text[place.end : at]
            areas = streets().get(name + STREET, {}) if prefix and place.unit.level == "county" else {}
            if prefix and any(unit_of(area) == place.unit for found in areas.values() for area in found):
                return [AgencyHit(prefix.start, end, f"{prefix.name}{name}{STREET}办事处", "town", prefix.basis, 0.85)]
        return []

    def _counted(self, m: re.Match[str]) -> list[AgencyHit]:
        """The towns that are counted right before one body: X镇、Y镇两镇政府."""
        at = m.start() - 1
        last = self.text[at - len(m["kind"]) : at] == m["kind"] and self.text[at] in WORDS.set("counts")
        if not last or m["body"] not in WORDS.map("town_bodies"):
            return []
        end = at - len(m["kind"])
        found = self._after_county(end, m["kind"]) or self._by_table(end, m["kind"]) or self._by_context(end, m["kind"])
        if found is None:
            return []
        _, name, parent = found[:3]
        value = self._value(m["kind"], m["body"], parent + name, parent)
        first = AgencyHit(end - len(name), m.end(), value, "shared_core", "context", 0.7)
        return [first, *self._sharers(end - len(name), m, parent)]

    def _at(self, m: re.Match[str]) -> list[AgencyHit]:
        if counted := self._counted(m):
            return counted
        kind = m["kind"]
        found = self._after_county(m.start(), kind)
        if found:
            start, name, parent, basis = found
        else:
            looked = self._by_table(m.start(), kind) or self._by_context(m.start(), kind)
            if looked is None:
                return self._again(m)
            (start, name, parent), basis = looked, "context"
        hit = self._hit(m, start, name, parent, basis)
        hits = [hit]
        if hit.value and m["body"] in WORDS.map("town_bodies"):
            self.memory.towns.setdefault(kind, set()).add(hit.value)
            hits += self._sharers(m.start() - len(name), m, parent)
        elif hit.value and (n := WORDS.town_also.match(self.text, m.end())):
            # X镇党委、政府
            also = AgencyHit(
                n.start("body"), n.end(), self._value(kind, n["body"], parent + name, parent), "town", "context", 0.75
            )
            if n["body"] in WORDS.map("town_bodies"):
                self.memory.towns.setdefault(kind, set()).add(also.value or "")
            hits.append(also)
        self._last = (m.end(), parent)
        return hits

    def _hit(self, m: re.Match[str], start: int, name: str, parent: str, basis: Basis) -> AgencyHit:
        kind = m["kind"]
        return AgencyHit(
            start,
            m.end(),
            self._value(kind, m["body"], parent + name, parent),
            "town",
            basis,
            0.85 if basis != "context" else 0.75,
        )

    def _value(self, kind: str, written: str, town: str, parent: str) -> str:
        """The full name of a town's body, the town given with its county, the `parent`, and without its kind."""
        if body := WORDS.map("town_bodies").get(written):
            return f"{town}{kind}{body}"
        if written == "人大":
            return f"{town}{kind}人民代表大会"
        if written == JUSTICE:
            return f"{parent}司法局{town.removeprefix(parent)}{JUSTICE}"
        return f"中共{town}{kind}{WORDS.map('town_committees')[written]}"

    def _after_county(self, end: int, kind: str) -> tuple[int, str, str, Basis] | None:
        """A town right behind its county: start, name, parent and basis."""
        text, finder = self.text, self.finder
        place = next((p for p in finder.before(end - 1, end - NAME - 2) if p.unit.level in ("county", "city")), None)
        prefix = finder.place(place.end) if place else None
        if place is None or prefix is None:
            return None
        name = WORDS.town_government.sub("", text[place.end : end])
        if not 1 <= len(name) <= NAME or not WORDS.all_han.fullmatch(name) or WORDS.before_town.search(name):
            return None
        parent = prefix.name
        if prefix.level == "city" and (unit := _only_county(name + kind, prefix.city)):
            parent = unit.body_prefix
        return prefix.start, name, parent, prefix.basis

    def _by_table(self, end: int, kind: str) -> tuple[int, str, str] | None:
        """A town that one county of the article, or of its city, has: start, name and parent."""
        setting = self.setting
        for length in range(min(NAME, end), 0, -1):
            name = self.text[end - length : end]
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

    def _by_context(self, end: int, kind: str) -> tuple[int, str, str] | None:
        """A town that the table does not have in the article's counties.

        Its parent is the county that it was named with, that of the town before it in a list, a city without counties, or, for a town that
        the table does not have at all, the one county of the paragraph or the one that the article moves in.
        """
        text, setting = self.text, self.setting
        for start in range(max(0, end - BARE), end - 1):
            name = text[start:end]
            left = text[start - 1] if start else ""
            if (
                not WORDS.all_han.fullmatch(name)
                or WORDS.no_town.search(name)
                or left
                and WORDS.han.match(left)
                and left not in WORDS.set("town_left")
            ):
                continue
            if parent := self.memory.town_parents.get(name + kind):
                return start, name, parent
            if self._last and self._last[0] == start - 1 and left in WORDS.set("listed"):
                return start, name, self._last[1]
            city = gazetteer().cities.get(setting.city or "")
            if (
                city
                and city.level == "county"
                and not any(code == city.code[:4] for code in streets().get(name + kind, {}))
            ):
                return start, name, city.name
            if name + kind not in streets() and (unit := self._own_county()):
                return start, name, unit.body_prefix
        return None

    def _own_county(self) -> Unit | None:
        if self._counties:
            return next(iter(self._counties)) if len(self._counties) == 1 else None
        own = self.setting.own_counties
        return self.setting.own_county_city or own.get("县") or own.get("旗")

    def _sharers(self, at: int, m: re.Match[str], parent: str) -> list[AgencyHit]:
        """The towns of a list before the one whose name begins at an offset, where their body is named once: X镇、Y镇人民政府."""
        hits: list[AgencyHit] = []
        text, body = self.text, WORDS.map("town_bodies")[m["body"]]
        while at and text[at - 1] in WORDS.set("listed"):
            end = at - 1
            start = max((place.end for place in self.finder.before(end - 2, end - NAME)), default=0)
            if not start:
                start = next(
                    (i + 1 for i in range(end - 1, end - BARE - 4, -1) if i < 0 or not WORDS.han.match(text, i)), -1
                )
            named = WORDS.town_name.fullmatch(text, start, end) if start >= 0 else None
            if named is None or WORDS.no_town.search(named["name"]):
                break
            hits.append(AgencyHit(start, m.end(), f"{parent}{named.group()}{body}", "shared_core", "context", 0.7))
            at = start
        return hits

    def _again(self, m: re.Match[str]) -> list[AgencyHit]:
        """镇政府, 街道党工委 of the one town whose government the article has named, or of the one that it has named at all."""
        seen = self.memory.towns_seen.get(m["kind"], set())
        known = self.memory.towns.get(m["kind"]) or {town + WORDS.map("town_of_kind")[m["kind"]] for town in seen}
        if (
            len(known) != 1
            or m["body"] not in WORDS.set("again_bodies")
            or m.start()
            and not WORDS.before_town.match(self.text, m.start() - 1)
        ):
            return []
        value = next(iter(known))
        if m["body"] not in WORDS.map("town_bodies"):
            town = next(value.removesuffix(body) for body in WORDS.map("town_bodies").values() if value.endswith(body))
            value = self._value(m["kind"], m["body"], town.removesuffix(m["kind"]), "")
        hits = [AgencyHit(m.start(), m.end(), value, "taken_up_again", "context", 0.7)]
        if m["body"] in _COMMITTEES and (n := WORDS.town_also.match(self.text, m.end())):
            also = self._value(m["kind"], n["body"], town.removesuffix(m["kind"]), "")
            hits.append(AgencyHit(n.start("body"), n.end(), also, "taken_up_again", "context", 0.7))
        return hits


def _only_county(name: str, city: str | None) -> Unit | None:
    """The one county of a city that has a town of this name."""
    unit = gazetteer().cities.get(city or "")
    if not unit or not unit.code:
        return None
    areas = {
        area for code, found in streets().get(name, {}).items() if code.startswith(unit.code[:4]) for area in found
    }
    return unit_of(next(iter(areas))) if len(areas) == 1 else None
