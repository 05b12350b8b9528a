"""The police: bureaus, their brigades, and the words that stand for them (警方, 公安)."""

from __future__ import annotations

import re
from collections.abc import Callable

from juanzong.index.facts.agencies.branches import branch_of_town, branches_at
from juanzong.index.facts.agencies.chains import BUREAU, RAILWAY_OFFICE, STATION, SUB, WORDS, ZONES, chain, police_of
from juanzong.index.facts.agencies.listed import those
from juanzong.index.facts.agencies.naming import WORDS as BODIES
from juanzong.index.facts.agencies.naming import made
from juanzong.index.facts.agencies.prefix_meanings import NamePrefix, PrefixFinder
from juanzong.index.facts.agencies.rules import kinds_of
from juanzong.index.facts.agencies.setting import AgencyHit, Memory
from juanzong.index.facts.places.gazetteer import gazetteer
from juanzong.index.facts.places.names import county_short_before
from juanzong.index.text.spans import Spans

NEAR_BUREAU = 8
"""Characters behind a bureau in which its units are named without it."""


def may_hold(text: str) -> bool:
    """Whether a text has a word that the police are named by."""
    return WORDS.hint.search(text) is not None


def anchors(text: str) -> list[tuple[int, int, str]]:
    """Where a body of the police may be named: start, end and cue."""
    return [(m.start(), m.end(), m.lastgroup or "") for m in WORDS.anchor.finditer(text)] if may_hold(text) else []


class Police:
    """The police of one paragraph, read from its anchors."""

    def __init__(
        self, text: str, finder: PrefixFinder, memory: Memory, station: Callable[[Police, int, int], list[AgencyHit]]
    ) -> None:
        self.text, self.finder, self.setting, self.memory, self._station = text, finder, finder.setting, memory, station
        self._last, self._last_end = "", 0
        self._lent, self._lent_end = "", -9

    def find(self, found: list[tuple[int, int, str]]) -> list[AgencyHit]:
        """The bodies at these anchors; a chain (市公安局, 分局, 派出所) gives each body that is named in it."""
        hits: list[AgencyHit] = []
        taken = 0
        for start, end, cue in found:
            if start < taken:
                continue
            fresh = self._at(start, end, cue)
            hits.extend(fresh)
            for hit in fresh:
                if hit.value and BUREAU in hit.value and not hit.value.endswith((SUB, STATION)):
                    self._last, self._last_end = hit.value.split(BUREAU)[0] + BUREAU, max(hit.end for hit in fresh)
            taken = max((taken, *(hit.end for hit in fresh)))
            self._remember(fresh)
        if self.memory.teams and ("大队" in self.text or "中队" in self.text):
            hits.extend(self._teams_again(Spans(hits)))
        return hits

    def lend(self, end: int, bureau: str) -> None:
        """Keep the bureau of a station that ends at an offset, for the next one in a list."""
        self._lent, self._lent_end = bureau, end

    def lent(self, start: int) -> str | None:
        """The bureau of the station before one that begins at an offset in a list."""
        listed = self._lent_end == start - 1 and self.text[self._lent_end] in ZONES.set("listed")
        return self._lent if listed else None

    def _counted(self, start: int, end: int, cue: str) -> list[AgencyHit]:
        """The bureaus of the places that are counted right before one: X州、Y州两州公安局, 赣湘两省公安厅."""
        both = BODIES.both.search(self.text, max(0, start - 3), start)
        if both is None:
            return []
        at, places = both.start(), []
        while prefix := self.finder.of(at, ("place", "county")):
            places.append(prefix)
            if prefix.start < 1 or self.text[prefix.start - 1] not in ZONES.set("listed"):
                break
            at = prefix.start - 1
        places = places if len(places) > 1 else those(self.finder, both)
        found = [made(cue, prefix, end) for prefix in places]
        return [hit._replace(rule="shared_core", basis="context", confidence=0.7) for hit in found if hit]

    def _at(self, start: int, end: int, cue: str) -> list[AgencyHit]:
        if cue == "station":
            return self._station(self, start, end)
        special = self._SPECIAL.get(cue)
        if special:
            return special(self, start, end)
        cue = "force" if cue == "force_long" else cue
        if cue in ("department", "force") and (counted := self._counted(start, end, cue)):
            return counted
        prefix = self.finder.of(start, kinds_of(cue))
        if prefix is None and cue == "force" and (town := branch_of_town(self.text, self.finder, start, end)):
            return [town]
        if (
            prefix is None
            or prefix.name in WORDS.set("own_police")
            or cue == "prefecture_office"
            and not prefix.name.endswith(("地区", "盟", "州"))
        ):
            return []
        base = made(
            cue,
            prefix,
            end,
            surface=self.text[start:end],
            traffic="公安" if prefix.city in WORDS.set("traffic_offices") else "",
            railway=self._railway(start, end),
        )
        if base is None:
            return []
        if cue == "corps":
            return self._corps(base)
        return [base] if cue in ("force", "forest", "traffic_office") else chain(self.text, base)

    def _railway(self, start: int, end: int) -> str:
        """A railway's police: as it is written, or the bureau or the office that the city has."""
        place = self.finder.by_end.get(start)
        name, word = place.surface if place else "", self.text[start:end]
        if word[-1] in "局处":
            return name + word
        name = name.removesuffix("市")
        return f"{name}铁路公安{'局' if name in WORDS.set('railway_bureaus') else '处'}"

    def _bureau(self, start: int, end: int) -> list[AgencyHit]:
        if counted := self._counted(start, end, "bureau"):
            return counted
        prefix = self.finder.any(start)
        if prefix is None and (title := WORDS.title.search(self.text, max(0, start - 16), start)):
            # X市副市长、公安局局长
            prefix = self.finder.place(title.start()) or self.finder.level(title.start())
        base = made("bureau", prefix, end) if prefix else None
        if base:
            return chain(self.text, base)
        again = self.memory.only(BUREAU)
        if (
            prefix is None
            and again
            and self.text[start:end] == BUREAU
            and self.text[start - 1 : start] not in ("各", "地")
        ):
            return [AgencyHit(start, end, again, "taken_up_again", "context", 0.7)]
        return []

    def _corps(self, base: AgencyHit) -> list[AgencyHit]:
        """The fire and the border corps that were police until 2018, with the unit of a place named behind them."""
        inner = self.finder.by_start.get(base.end)
        if inner and (base.value or "").endswith("总队") and (m := WORDS.armed.match(self.text, inner.end)):
            longer = base._replace(end=m.end(), value=f"{base.value}{inner.surface}{m[1]}")
            return [*chain(self.text, longer), base]
        return chain(self.text, base)

    def _armed(self, start: int, end: int) -> list[AgencyHit]:
        text, by_start = self.text, self.finder.by_start
        place = by_start.get(end)
        if place is None or (m := WORDS.armed.match(text, place.end)) is None:
            return []
        whole = AgencyHit(start, m.end(), f"武警{place.unit.name}{m[1]}", "armed_police", "explicit", 0.9)
        inner = by_start.get(m.end())
        if m[1] == "总队" and inner and (n := WORDS.armed.match(text, inner.end)):
            return [whole._replace(end=n.end(), value=f"{whole.value}{inner.surface}{n[1]}"), whole]
        if m[1] == "总队" and (n := WORDS.armed_unit.match(text, m.end())):
            return [whole._replace(end=n.end(), value=f"{whole.value}{n.group()}", confidence=0.85), whole]
        return [whole]

    def _branch(self, start: int, end: int) -> list[AgencyHit]:
        """X公安分局 is the police's for certain; a bare 分局 where the article is of the police."""
        return branches_at(self.text, self.finder, start, end, sure=True)

    def _bare_branch(self, start: int, end: int) -> list[AgencyHit]:
        if not self.setting.police or self.text[start - 2 : start] == "铁路":
            return []
        return branches_at(self.text, self.finder, start, end, sure=False)

    def _team(self, start: int, end: int) -> list[AgencyHit]:
        text, finder = self.text, self.finder
        word = text[start:end]
        kind = next((k for k in ("支队", "总队", "大队") if word.endswith(k)), "")
        branch = WORDS.map("branches")[word.removesuffix(kind)]
        if kind and text[start - 1 : start] == "局" and (own := finder.level(start - 1)) and (bureau := police_of(own)):
            # 市局刑警支队二大队
            return chain(text, AgencyHit(own.start, start, bureau, "police_word", own.basis, own.confidence))
        cue = {"支队": "detachment", "总队": "team_corps", "大队": "brigade"}.get(kind, "traffic")
        at = start - 2 if text[start - 2 : start] == "公安" else start
        prefix = finder.of(at, kinds_of(cue))
        if prefix is None:
            return self._team_again(start, end, branch, kind)
        if not kind and (prefix.basis == "context" or WORDS.no_traffic_body.match(text, end)):
            return []
        base = made(cue, prefix, end, branch=branch)
        if base is None:
            return []
        if not kind and prefix.level == "city" and (m := WORDS.numbered_team.match(text, end)):
            return [base._replace(end=m.end(), value=f"{base.value}{m[1]}"), base]
        if not kind and prefix.level == "city" and (district := self._district_team(end, prefix)):
            return [base._replace(end=district[1], value=f"{base.value}{district[0]}大队"), base]
        return chain(text, base) if kind in ("支队", "总队") else [base]

    def _district_team(self, end: int, prefix: NamePrefix) -> tuple[str, int] | None:
        """The brigade of a district behind its city's traffic police: X交警Y大队."""
        m = WORDS.team.match(self.text, end)
        units = gazetteer().names.get(m["name"], {}).get("county_short", []) if m else []
        return (m["name"], m.end()) if m and any(unit.city == prefix.city for unit in units) else None

    def _team_again(self, start: int, end: int, branch: str, kind: str) -> list[AgencyHit]:
        text, setting = self.text, self.setting
        if not kind and (m := WORDS.team.match(text, end)):
            # 交警X大队, of the city that has such a district
            units = [
                unit
                for unit in gazetteer().names.get(m["name"], {}).get("county_short", [])
                if unit.city and unit.city == setting.city
            ]
            if units and (start == 0 or WORDS.boundary.search(text, max(0, start - 2), start)):
                return [
                    AgencyHit(
                        start,
                        m.end(),
                        f"{setting.city}{BUREAU}{branch}支队{m['name']}大队",
                        "police_team",
                        "context",
                        0.75,
                    )
                ]
        if (
            kind == "支队"
            and self._last
            and start - self._last_end <= NEAR_BUREAU
            and not WORDS.clause.search(text, self._last_end, start)
        ):
            # X市公安局抽调网安支队、经侦支队
            return chain(text, AgencyHit(start, end, f"{self._last}{branch}支队", "police_team", "context", 0.75))
        known = self.memory.teams.get(f"{branch}支队", set())
        if (
            kind != "支队"
            or not setting.city
            or setting.several_cities
            and len(known) != 1
            or start
            and not WORDS.boundary.search(text, max(0, start - 2), start)
        ):
            return []
        value = next(iter(known)) if setting.several_cities else f"{setting.city}{BUREAU}{branch}支队"
        return chain(text, AgencyHit(start, end, value, "police_team", "context", 0.75))

    def _remember(self, hits: list[AgencyHit]) -> None:
        for hit in hits:
            value = hit.value or ""
            if value.endswith(STATION):
                self.memory.stations.setdefault(short_station(self.text[hit.start : hit.end]), value)
            elif hit.rule == "railway_police" and value.endswith("公安处"):
                self.memory.teams.setdefault(RAILWAY_OFFICE, set()).add(value)
            elif value.endswith("支队"):
                self.memory.teams.setdefault(value.split(BUREAU)[-1], set()).add(value)

    def _teams_again(self, covered: Spans) -> list[AgencyHit]:
        """X大队, X大队Y中队 and then Y中队, where the traffic police of one city have been named."""
        text, stations = self.text, self.memory.stations
        traffic = set().union(*(self.memory.teams.get(name, ()) for name in WORDS.set("traffic_teams")))
        hits: list[AgencyHit] = []
        if len(traffic) != 1:
            return hits
        team = traffic.pop()
        for m in re.finditer("大队", text):
            found = county_short_before(text, m.start())
            if (
                found is None
                or covered.touch(found[0], m.end())
                or not any(unit.city and team.startswith(unit.city) for unit in found[1])
                or (found[0] and not WORDS.boundary.search(text, max(0, found[0] - 2), found[0]))
            ):
                continue
            base = AgencyHit(found[0], m.end(), team + text[found[0] : m.end()], "taken_up_again", "context", 0.75)
            if squad := WORDS.squad.match(text, m.end()):
                value = f"{base.value}{squad.group()}"
                stations.setdefault(squad.group(), value)
                hits.append(base._replace(end=squad.end(), value=value))
            hits.append(base)
        over = Spans(hits)
        for m in re.finditer("中队", text):
            start = next(
                (start for start in range(max(0, m.start() - 4), m.start() - 1) if text[start : m.end()] in stations),
                None,
            )
            if start is not None and not covered.touch(start, m.end()) and not over.touch(start, m.end()):
                hits.append(
                    AgencyHit(start, m.end(), stations[text[start : m.end()]], "taken_up_again", "context", 0.7)
                )
        return hits

    _SPECIAL = {
        "bureau": _bureau,
        "armed": _armed,
        "branch": _branch,
        "bare_branch": _bare_branch,
        "detachment": _team,
        "team_corps": _team,
        "brigade": _team,
        "traffic": _team,
    }


def short_station(surface: str) -> str:
    """The short name by which a station is taken up again."""
    return WORDS.station_parts.split(surface)[-1]
