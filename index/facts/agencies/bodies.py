"""Bodies of a place: prefix and core, lists that share either, and names taken up again without their place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from juanzong.index.facts.agencies.lexicon import LENDER, Core, Lexicon
from juanzong.index.facts.agencies.listed import is_full, is_last_of_short, those
from juanzong.index.facts.agencies.naming import WORDS, district_of, made, with_tail
from juanzong.index.facts.agencies.prefix_meanings import CORPS, NamePrefix, PrefixFinder, of_unit
from juanzong.index.facts.agencies.prefixes import LEVELS
from juanzong.index.facts.agencies.prefixes import WORDS as PREFIX_WORDS
from juanzong.index.facts.agencies.setting import AgencyHit, Memory
from juanzong.index.facts.places.gazetteer import gazetteer

POLICE, GOVERNMENT, NEW_AREA, COURT, COMMITTEE = "公安局", "人民政府", "新区", "人民法院", "管理委员会"
_COURTS = {"省": "高级人民法院", "市": "中级人民法院", "州": "中级人民法院", "盟": "中级人民法院"}
"""The courts that 法院 means behind a unit above the county, by the last character of what is written of it."""
_DISTRICT = "{p}军区"
PREFECTURE, _PREFECTURES, _REGION_WORDS = "行政公署", ("地区", "盟"), ("地委", "地区")
_UNPLACED = ("人民代表大会", "{s}")
"""What the cores begin with that are never taken up again without their place."""


class Cue(NamedTuple):
    """A core in a text. `at` is where its prefix ends: before 第一, 政府 or 第十届, where these stand between them."""

    start: int
    end: int
    at: int
    surface: str
    core: Core
    ordinal: str = ""


class Bodies:
    """The bodies of places in one paragraph, from left to right: each may lend its place to the next."""

    def __init__(
        self, text: str, finder: PrefixFinder, memory: Memory, words: Lexicon, police: Sequence[AgencyHit]
    ) -> None:
        self.text, self.finder, self.setting, self.memory, self.words = text, finder, finder.setting, memory, words
        self._leaders = {hit.end: hit for hit in police}
        self._last: NamePrefix | None = None
        self._last_end = -9
        self._last_is_party = False
        self._run = 1
        self._generic_end = -9

    def find(self, cue: Cue) -> list[AgencyHit]:
        """What a cue names: the body, its longer names, and those that share its core."""
        core = cue.core
        if cue.surface in WORDS.set("police_cores") and (self._last is None or self._last_end < cue.start - 2):
            return []
        if listed := self._levels(cue):
            return listed
        prefix, site = self._prefix(cue)
        if core.kind == LENDER:
            if prefix:
                self._last, self._last_end, self._last_is_party = prefix, cue.end, False
            return []
        both = None
        if (
            prefix is None
            and core.kind in ("local", "party")
            and (both := WORDS.both.search(self.text, max(0, cue.at - 3), cue.at))
        ):
            # X、Y两省交通运输厅
            prefix = self.finder.place(both.start())
            if prefix is None:
                return [hit for one in those(self.finder, both) for hit in self._named(cue, one)]
        if prefix is None:
            return self._again(cue)
        if (
            core.kind == "local"
            and prefix.name.endswith("市")
            and (region := self.finder.by_end.get(cue.at))
            and region.surface.endswith("地区")
        ):
            # a prefecture's body is none of the city that came after it
            prefix = prefix._replace(name=region.surface)
        if self._is_refused(cue, prefix):
            return []
        found = self._named(cue, prefix._replace(short=prefix.short + site) if site else prefix)
        found += self.sharers(cue.end, core, prefix, found, both is not None)
        if found:
            self._remember(found, prefix, cue.end)
        return found

    def _prefix(self, cue: Cue) -> tuple[NamePrefix | None, str]:
        """What stands before a core, or the place that the body before it lends; and the site of a customs house."""
        text, finder, core = self.text, self.finder, cue.core
        if prefix := finder.any(cue.at):
            return self._in_list(prefix), ""
        if (
            core.kind == "special"
            and core.value.endswith("海关")
            and (m := WORDS.customs_site.search(text, max(0, cue.start - 5), cue.start))
        ):
            return finder.place(m.start()), m.group()
        if (
            core.value == GOVERNMENT
            and self._last
            and self._last_is_party
            and WORDS.listed.fullmatch(text[self._last_end : cue.start])
        ):
            # 自治区党委、政府
            return self._last._replace(start=cue.start, basis="context", confidence=0.8), ""
        if (
            core.value == COMMITTEE
            and self._last
            and (self._last.level == "zone" or self._last.name.endswith(NEW_AREA))
            and (self._last_end == cue.start or WORDS.shared.fullmatch(text[self._last_end : cue.start]))
        ):
            # X开发区党工委、管委会
            return self._last._replace(start=cue.start, basis="context", confidence=0.8), ""
        if core.value.startswith(PREFECTURE):
            # 地委、行署 in an article of a prefecture
            named = any(word in text for word in _REGION_WORDS)
            city = self.finder.region(cue.start) if named else gazetteer().cities.get(self.setting.city or "")
            if city and city.name.endswith(_PREFECTURES) and _may_begin(text[cue.start - 1 : cue.start]):
                return of_unit(city, cue.start, "context", 0.8), ""
        if core.value in WORDS.set("vague"):
            return None, ""
        if self._last and WORDS.shared.fullmatch(text[self._last_end : cue.start]):
            return self._last._replace(start=cue.start, basis="context", confidence=0.8), ""
        leader = self._leaders.get(cue.start - 1) or self._leaders.get(cue.start - 2)
        if leader and WORDS.shared.fullmatch(text[leader.end : cue.start]):
            # 市公安局、卫健委
            at = text.find("公安", leader.start, leader.end)
            lent = finder.any(at) if at > 0 else None
            return (lent._replace(start=cue.start, basis="context", confidence=0.8) if lent else None), ""
        return None, ""

    def _in_list(self, prefix: NamePrefix) -> NamePrefix:
        """市X, in a list behind a body of a place that 市 may mean: that place, unless the list has several such already."""
        if prefix.basis != "context":
            return prefix
        last = self._last if self._last and WORDS.shared.fullmatch(self.text[self._last_end : prefix.start]) else None
        leader = self._leaders.get(prefix.start - 1)
        if leader and leader.value and WORDS.shared.fullmatch(self.text[leader.end : prefix.start]):
            at = self.text.find("公安", leader.start, leader.end)
            last = (self.finder.any(at) if at > 0 else None) or last
        if (
            last is None
            or last.name[-1] != prefix.name[-1]
            or last.level not in ("city", "county", "district")
            or (last.level == "county" and self._run > 1)
        ):
            return prefix
        return last._replace(start=prefix.start, basis="context", confidence=prefix.confidence)

    def _is_refused(self, cue: Cue, prefix: NamePrefix) -> bool:
        text, core, end = self.text, cue.core, cue.end
        if core.value == GOVERNMENT and WORDS.government_tail.match(text, end) or WORDS.site.match(text, end):
            return True
        if _is_short_court(cue) and prefix.level in ("city", "province") and text[cue.at - 1] not in _COURTS:
            return True
        if (
            core.value == _DISTRICT
            and (inner := self.finder.by_start.get(end))
            and text.startswith("军分区", inner.end)
        ):
            # 省军区X军分区 is one body
            return True
        if core.value in WORDS.set("of_members") and WORDS.member.match(text, end):
            return True
        if prefix.basis == "context" and (core.bare or core.kind == "special" and core.value.endswith("海关")):
            return True
        if prefix.level == "city" and WORDS.of_province.search(core.value):
            return True
        if core.value in WORDS.set("of_zone") and prefix.level != "zone" and not prefix.name.endswith(NEW_AREA):
            return True
        if core.value.startswith("{c}") and (prefix.level not in ("district", "county") or not prefix.city):
            # the branch of a city's bureau in a district or a county
            return True
        if WORDS.region_office.fullmatch(core.value) and not WORDS.region_name.search(prefix.name):
            return True
        return text[end : end + 1] == "长" and core.value.endswith("会")

    def _named(self, cue: Cue, prefix: NamePrefix) -> list[AgencyHit]:
        core, start = cue.core, prefix.start
        if core.kind == "party":
            return self._party(cue, prefix)
        if core.kind == "special":
            level = prefix.name[-1]
            short = prefix.name.removeprefix(prefix.city or "") if prefix.level == "zone" else prefix.short
            names = [
                name.format(p=prefix.name, s=short, c=prefix.city, d=district_of(prefix), level=level)
                for name in (core.value, core.second)
                if name
            ]
            bases = [base for name in names if (base := made("special", prefix, cue.end, core=name))]
            if len(bases) == 1:
                return with_tail(self.text, bases[0], "special", self._accepts(prefix))
            return bases
        own = self.words.body(prefix, cue.surface)
        if core.value in WORDS.set("of_branches") and (place := self.finder.by_end.get(cue.at)):
            outer = self.finder.by_end.get(place.start)
            if place.surface == place.unit.short and outer and outer.surface == prefix.city:
                # X市Y生态环境局 is the city's, in its district
                own = outer.surface + place.surface + core.value
        value = core.value
        if _is_short_court(cue) and prefix.level in ("city", "province"):
            value = _COURTS[self.text[cue.at - 1]]
        base = made("local", prefix, cue.end, ordinal=cue.ordinal, core=value)
        if base is None:
            return []
        if own:
            base = base._replace(value=own)
        return with_tail(self.text, base._replace(start=start), "local", self._accepts(prefix))

    def _party(self, cue: Cue, prefix: NamePrefix) -> list[AgencyHit]:
        text, start = self.text, prefix.start
        if cue.core.value == "委员会":
            if text[max(0, start - 2) : start] == "政协" or text[max(0, start - 8) : start] == "中国人民政治协商会议":
                return [
                    AgencyHit(
                        start - 2, cue.end, f"政协{prefix.name}委员会", "prefix_core", prefix.basis, prefix.confidence
                    )
                ]
            hit = made("committee", prefix, cue.end) if text[start : start + 2] == "中共" else None
        elif text[start - 1 : start] in WORDS.set("other_committees") and (
            prefix.basis == "context" or WORDS.league.search(text, max(0, start - 4), start)
        ):
            hit = None
        else:
            hit = made("party", prefix, cue.end, core=cue.core.value)
        return with_tail(text, hit, "party", self._accepts(prefix)) if hit else []

    def _accepts(self, prefix: NamePrefix) -> _Accepts:
        return _Accepts(prefix)

    def sharers(
        self, end: int, core: Core, prefix: NamePrefix, found: Sequence[AgencyHit], counted: bool
    ) -> list[AgencyHit]:
        """The bodies of the places that share a core with the one before it: X市、Y县人民政府; short names where they are `counted` (X、Y两省)."""
        shared: list[AgencyHit] = []
        finder, text = self.finder, self.text
        if not found or core.kind not in ("local", "special", "party"):
            return shared
        value = found[-1].value or ""
        if prefix.level == CORPS:
            return self._divisions(prefix, end, value)
        place = finder.by_start.get(prefix.start)
        short = core.kind == "special" and place is not None and is_last_of_short(finder, place)
        if prefix.basis == "context" or not place or not (counted or short or is_full(place)):
            return shared
        at = prefix.start
        counted = counted or is_last_of_short(finder, place)
        while (
            WORDS.one_of_several.search(text, max(0, at - 1), at)
            and (before := finder.by_end.get(at - 1))
            and (counted or before.surface[-1] in "市县区旗州盟" and is_full(before))
        ):
            other = finder.place(before.end)
            full = prefix.name in value
            if (
                other is None
                or not full
                and prefix.short not in value
                or (other.level != prefix.level if counted else other.level == "province")
            ):
                break
            at = other.start
            named = value.replace(*((prefix.name, other.name) if full else (prefix.short, other.short)), 1)
            shared.append(AgencyHit(at, end, named, "shared_core", "context", 0.7))
        return shared

    def _levels(self, cue: Cue) -> list[AgencyHit]:
        """The bodies of several levels whose core is named once: 市、区教育局; those of the levels that the article has."""
        text = self.text
        m = (
            WORDS.levels_listed.search(text, max(0, cue.at - 8), cue.at)
            if cue.core.kind in ("local", "special")
            else None
        )
        letters = [(m.start() + at, letter) for at, letter in enumerate(m.group()) if letter in LEVELS] if m else []
        ranks = [LEVELS.index(letter) for _, letter in letters]
        left = text[letters[0][0] - 1] if letters and letters[0][0] else ""
        if (
            not letters
            or ranks != sorted(set(ranks))
            or not _may_begin(left)
            or {"县", "区"} <= {letter for _, letter in letters}
        ):
            return []
        found: list[AgencyHit] = []
        for offset, letter in letters:
            unit = self.finder.own(letter, letters[0][0])
            # a city has a court of its own name
            if unit and (cue.core.value != COURT or letter not in "省市"):
                found += self._named(cue, of_unit(unit, offset, "context", 0.8))
        return found

    def _divisions(self, prefix: NamePrefix, end: int, value: str) -> list[AgencyHit]:
        """The bodies of the corps' divisions before the last one of a list: 第一师、第八师农业农村局."""
        shared: list[AgencyHit] = []
        at, tail = prefix.start, value.removeprefix(prefix.name)
        while m := WORDS.division_before.search(self.text, max(0, at - 8), at):
            shared.append(
                AgencyHit(m.start("division"), end, prefix.short + m["division"] + tail, "shared_core", "context", 0.7)
            )
            at = m.start("division")
        return shared

    def police_sharers(self, hit: AgencyHit) -> list[AgencyHit]:
        """The police of the places that share a bureau with the last one: X县、Y县公安局交警大队."""
        text, finder = self.text, self.finder
        if (
            hit.rule != "prefix_core"
            or not hit.value
            or not WORDS.one_of_several.search(text, max(0, hit.start - 1), hit.start)
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
            or not WORDS.police_tail.fullmatch(hit.value, len(prefix.name))
        ):
            return []
        return self.sharers(hit.end, Core("local", POLICE), prefix, [hit], False)

    def _again(self, cue: Cue) -> list[AgencyHit]:
        """A body without its place: the one that was named before by this core; else one that could not be resolved."""
        text, core, start = self.text, cue.core, cue.start
        if (
            core.kind not in ("local", "special")
            or core.value in WORDS.set("vague")
            or core.bare
            or core.value.startswith(_UNPLACED)
        ):
            return []
        if self._is_generic(start):
            self._generic_end = cue.end
            return []
        if core.value == PREFECTURE and "一" <= text[start - 1 : start] <= "龥":
            # of a region that is none today
            return []
        city = self.setting.city or ""
        # a body may have another name in one city than elsewhere
        own = [
            self.words.bodies.get((city, letter + cue.surface), "").replace("{p}", "").removeprefix(city)
            for letter in "市区县"
        ]
        value = self.memory.only(core.value, *filter(None, own))
        return [
            AgencyHit(start, cue.end, value, "taken_up_again" if value else "no_prefix", "context", 0.7 if value else 0)
        ]

    def _is_generic(self, start: int) -> bool:
        """Whether a core is of bodies that are none in particular, or goes on a list of such: 各市教育局、财政局."""
        text = self.text
        if 0 < self._generic_end < start and WORDS.shared.fullmatch(text, self._generic_end, start):
            return True
        return (
            text[start - 1 : start] in ("区", "县")
            or WORDS.state_before.match(text, max(0, start - 2)) is not None
            or WORDS.many.search(text, max(0, start - 5), start) is not None
            or WORDS.village.search(text, max(0, start - 2), start) is not None
        )

    def _remember(self, found: Sequence[AgencyHit], prefix: NamePrefix, end: int) -> None:
        if found[0].end > end and (found[0].value or "").endswith("大队"):
            return
        joined = self._last is not None and WORDS.shared.fullmatch(self.text[self._last_end : prefix.start]) is not None
        new = prefix.basis != "context" and self._last is not None and self._last.name != prefix.name
        self._run = self._run + int(new) if joined else 1
        self._last = prefix._replace(name=prefix.name + "区") if prefix.name.endswith("地") else prefix
        self._last_end = max(hit.end for hit in found)
        self._last_is_party = (found[0].value or "").endswith("委")


def _is_short_court(cue: Cue) -> bool:
    """Whether a court is called 法院 alone: that of a city or a province has a longer name."""
    return cue.core.value == COURT and cue.surface == cue.core.value[2:] and not cue.ordinal


def _may_begin(left: str) -> bool:
    """Whether a list of levels may begin behind a character: 各市、区 are none in particular."""
    return left not in WORDS.set("before_all") and (
        not "一" <= left <= "龥" or left in PREFIX_WORDS.set("before_level")
    )


class _Accepts:
    """Whether a tail may follow a body of a place."""

    def __init__(self, prefix: NamePrefix) -> None:
        self._prefix = prefix

    def __call__(self, tail: str, m: re.Match[str]) -> bool:
        """A corps may have a part of its own (特勤), of a known place, or for a city's corps of a county of the city."""
        if tail not in ("part", "kept"):
            return True
        name = m.groupdict().get("name")
        forms = gazetteer().names.get(name, {}) if name else None
        city = self._prefix.city
        if forms is None:
            return tail == "part"
        return bool(forms) and (city is None or any(unit.city == city for units in forms.values() for unit in units))
