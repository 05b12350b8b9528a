"""What stands before the core of a body's name, given its meaning by the article."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from juanzong.index.facts.agencies.prefixes import ANY, DISTRICT_OF_OLD, FOREST, WORDS, PrefixKind, PrefixReader, Span
from juanzong.index.facts.agencies.setting import Setting
from juanzong.index.facts.places.gazetteer import Unit, gazetteer
from juanzong.index.facts.places.names import Place
from juanzong.index.records import Basis

CORPS = "corps"
_LONG = ("州", "盟")
"""How cities are called whose zones carry their full name."""
OWN_SHARE = 0.75
"""The share of an article's counties that one must have to be what 县 means in it."""


class NamePrefix(NamedTuple):
    """`name` begins the canonical name; `short` is the place without its suffix; `level` is province, city, county, district, zone or corps."""

    start: int
    name: str
    short: str
    level: str
    city: str | None
    basis: Basis
    confidence: float


def of_unit(unit: Unit, start: int, basis: Basis, confidence: float = 1.0) -> NamePrefix:
    """The prefix that a settled place makes."""
    level = unit.level
    if level == "county" and unit.city == unit.name:
        level = "city"
    elif level == "county" and unit.name.endswith(("区", "新区")):
        level = "district"
    short = unit.short
    if level == "zone" and unit.city and short.startswith(city := unit.city[:-1]):
        short = short[len(city) :] or short
    return NamePrefix(start, unit.body_prefix, short, level, unit.city, basis, confidence)


class PrefixFinder:
    """The prefixes of one paragraph in its article."""

    def __init__(self, reader: PrefixReader, setting: Setting) -> None:
        self.reader, self.setting, self.text = reader, setting, reader.text
        self.by_end, self.by_start, self.places, self.foreign_ends = (
            reader.by_end,
            reader.by_start,
            reader.places,
            reader.foreign_ends,
        )
        self.before = reader.before

    def of(self, end: int, kinds: Sequence[PrefixKind] = ANY) -> NamePrefix | None:
        """The first prefix of these kinds that ends here and means something."""
        return next((prefix for span in self.reader.spans(end, kinds) if (prefix := self._mean(span))), None)

    def any(self, end: int) -> NamePrefix | None:
        """The prefix that ends here, of whatever kind."""
        return self.of(end)

    def place(self, end: int) -> NamePrefix | None:
        """A place that ends here."""
        return self.of(end, ("place",))

    def level(self, end: int) -> NamePrefix | None:
        """省, 市, 县, 区 for the article's own unit of that level."""
        return self.of(end, ("own", "region"))

    def _mean(self, span: Span) -> NamePrefix | None:
        place, setting = span.place, self.setting
        if span.kind == "place" and place:
            prefix = of_unit(place.unit, span.start, place.basis)
            city = self.by_end.get(place.start)
            if prefix.level == "zone" and city and prefix.city == city.unit.name and city.unit.short not in prefix.name:
                # a new area behind its city: as the text has it
                return prefix._replace(name=city.surface + prefix.name)
            return prefix
        if span.kind == "own":
            unit = self.own(span.word, span.at)
            return of_unit(unit, span.start, "context", 0.85) if unit else None
        if span.kind == "region" and span.word.endswith(DISTRICT_OF_OLD):
            return NamePrefix(span.start, span.word, span.word[: -len(DISTRICT_OF_OLD)], "city", None, "explicit", 0.8)
        if span.kind == "region":
            region = place.unit if place else self.region(span.at)
            if region is None:
                return None
            made = (
                of_unit(region, span.start, place.basis, 1.0) if place else of_unit(region, span.start, "context", 0.85)
            )
            return made._replace(name=region.short + "地") if span.word == "地" else made
        if span.kind == "corps":
            name = WORDS.text("corps_name")
            named = span.at == span.start
            if not named and setting.province != WORDS.text("corps_province"):
                return None
            return NamePrefix(span.start, name + span.word, name, CORPS, None, "explicit" if named else "context", 0.9)
        return self._zone(span) if span.kind == "zone" else self._county(span)

    def _zone(self, span: Span) -> NamePrefix | None:
        word = WORDS.map("zone_words").get(span.word, span.word)
        around = span.place
        if around:
            place = of_unit(around.unit, span.start, around.basis)
            # a zone is called after its city by the short name
            plain = around.surface == around.unit.short and place.level == "district"
            named = place.short if place.level == "city" or place.name.endswith("市") or plain else place.name
            if place.name.endswith(_LONG) and around.surface != around.unit.short or WORDS.of_whole_city.search(word):
                named = place.name
            if (
                around.unit.level == "county"
                and named == around.surface
                and (outer := self.by_end.get(around.start))
                and outer.unit.level == "city"
            ):
                named = outer.unit.short + named
            return NamePrefix(span.start, named + word, word, "zone", place.city, place.basis, 0.9)
        city = self.setting.city
        unit = self.setting.own_county_city or gazetteer().cities.get(city or "")
        return NamePrefix(span.start, unit.short + word, word, "zone", city, "context", 0.7) if unit else None

    def _county(self, span: Span) -> NamePrefix | None:
        city = self.setting.city
        inside = [u for u in span.units if u.name in self.setting.counties] or [
            u for u in span.units if city and u.city == city
        ]
        if len({u.name for u in inside}) > 1:
            # a county that is called like its prefecture is nearer to its short name
            inside = [u for u in inside if u.level != "city"]
        return of_unit(inside[0], span.start, "district", 0.9) if len({u.name for u in inside}) == 1 else None

    def region(self, start: int) -> Unit | None:
        """The prefecture that 地区 means at an offset."""
        near = next((place.unit for place in self.before(start) if place.unit.name.endswith("地区")), None)
        city = gazetteer().cities.get(self.setting.city or "")
        if near or city is None or city.name.endswith("地区"):
            return near or city
        # a city that was a 地区 in the days of which the story tells
        former = gazetteer().names.get(city.short + "地区", {}).get("full")
        return former[0] if former else None

    def own(self, word: str, at: int) -> Unit | None:
        """The unit that 市 and the like mean at an offset: the nearest one named before it where the article tells of several, else the article's own."""
        places = self._antecedents(at)
        if word == "市":
            unit = self._own_city(places, at)
            if unit is None or unit.name.endswith(word):
                return unit
            # a prefecture is no 市: the county-level city that it was named with
            return next((p.unit for p in places if _is_county_city(p.unit) and p.unit.city == unit.city), unit)
        if word in ("县", "区", "旗"):
            return self._own_county(word, places, at)
        if word == FOREST:
            city = gazetteer().cities.get(self.setting.city or "")
            return city if city and city.name.endswith(FOREST) else None
        return self._own_province(word, places, at) if word in ("省", "自治区") else self._own_prefecture(places)

    def _own_province(self, word: str, places: Sequence[Place], at: int) -> Unit | None:
        own = gazetteer().provinces.get(self.setting.province or "")
        if word == "自治区":
            near = next((place.unit for place in places if place.unit.name.endswith(word)), None)
            return own if own and own.name.endswith(word) else near
        named = next((place for place in places if place.unit.level == "province"), None)
        near = named.unit if named else None
        # 资金流向X、Y等地。省公安厅: the article's own
        past = named and own and near is not own and self._is_in_list(named, at)
        if near and near.name.endswith(word) and (self.setting.several_cities or not own) and not past:
            return near
        return own if own and own.name.endswith(word) else None

    def _is_in_list(self, place: Place, at: int) -> bool:
        """Whether a place was named in a list, in a sentence that has ended."""
        text, listed = self.text, WORDS.set("listed")
        return bool(WORDS.sentence_end.search(text, place.end, at)) and (
            text[place.start - 1 : place.start] in listed or text[place.end : place.end + 1] in (*listed, "等")
        )

    def _own_prefecture(self, places: Sequence[Place]) -> Unit | None:
        near = next((place.unit for place in places if place.unit.level == "city"), None)
        if near and near.name.endswith(("州", "盟")):
            return near
        city = self.setting.city
        return gazetteer().cities.get(city) if city and city.endswith(("州", "盟")) else None

    def _own_city(self, places: Sequence[Place], at: int) -> Unit | None:
        s, cities = self.setting, gazetteer().cities
        close = next((place for place in self.before(at, at - 9)), None)
        if (
            close
            and _is_county_city(close.unit)
            and not WORDS.parted.search(self.text, close.end, at)
            and not self._is_one_of_several(close)
        ):
            # X市委、市政府
            return close.unit
        if (
            close
            and close.unit.level == "city"
            and close.unit.city
            and WORDS.goes_on.fullmatch(self.text, close.end, at)
        ):
            # X市委、市政府 of a city, in a story of one of its county-level cities
            return cities.get(close.unit.city)
        around = next(
            (
                place
                for place in places
                if place.unit.city and (place.unit.level == "city" or place.unit.name.endswith("市"))
            ),
            None,
        )
        near = around.unit if around else None
        if s.own_county_city and (near is None or near.city == s.own_county_city.city):
            return s.own_county_city
        if s.several_cities and near:
            nearest = next(place for place in places if place.unit.city)
            past = nearest.unit.city in s.asides and bool(WORDS.sentence_end.search(self.text, nearest.end, at))
            first = self.reader.first(nearest)
            # one of a list is no city of which more is told
            past = past or nearest.unit.city != s.city and self.text[first - 1 : first] in WORDS.set("listed")
            within = (
                nearest.unit is near
                and near.level == "county"
                and near.city == s.city
                and WORDS.parted.search(self.text, nearest.end, at)
            )
            if not past and not within:
                return near if nearest.unit is near else cities.get(nearest.unit.city or "", near)
        return cities.get(s.city or "") or near

    def _is_one_of_several(self, place: Place) -> bool:
        """Whether a body of a county-level city stands in a list behind that of another: X市水务局、Y市水务局."""
        first = self.reader.first(place)
        other = next(iter(self.before(first, first - 12)), None)
        return (
            other is not None
            and self.setting.city == place.unit.city == other.unit.city
            and _is_county_city(other.unit)
            and other.unit is not place.unit
            and self.text[first - 1 : first] in WORDS.set("listed")
        )

    def _own_county(self, suffix: str, places: Sequence[Place], at: int) -> Unit | None:
        s = self.setting
        named = [place for place in places if place.unit.level == "county" and place.unit.name.endswith(suffix)]
        if named and not self._is_past(named[0], at):
            return named[0].unit
        if own := next((place.unit for place in named if place.unit.city == s.city), None) or s.own_counties.get(
            suffix
        ):
            return own
        if named:
            return named[0].unit
        counted = sorted(((n, name) for name, n in s.counties.items() if name.endswith(suffix)), reverse=True)
        total = sum(n for n, _ in counted)
        return s.county_units.get(counted[0][1]) if counted and counted[0][0] >= OWN_SHARE * total else None

    def _is_past(self, place: Place, at: int) -> bool:
        """Whether a place of another city than the article's was named by the way, or in a list, in a sentence that has ended."""
        s = self.setting
        if not s.city or place.unit.city == s.city or not WORDS.sentence_end.search(self.text, place.end, at):
            return False
        first = self.reader.first(place)
        return (
            not s.several_cities or place.unit.city in s.asides or self.text[first - 1 : first] in WORDS.set("listed")
        )

    def _antecedents(self, at: int) -> list[Place]:
        """The places before an offset, without those of other cities that somebody has only been to, where one of the article's own city is left."""
        places, city = self.before(at), self.setting.city
        if not city or len(places) < 2 or not 0 < sum([place.unit.city == city for place in places]) < len(places):
            return places
        return [
            place
            for place in places
            if place.unit.city == city
            or not WORDS.passed.search(self.text, max(0, (first := self.reader.first(place)) - 2), first)
        ]


def _is_county_city(unit: Unit) -> bool:
    return unit.level == "county" and unit.name.endswith("市")
