"""Which city an article is about: what its mentions weigh."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from juanzong.index.datafiles import Words
from juanzong.index.facts.places.names import Place

WORDS = Words("place_words.yaml")
# votes of a name by its form, in tenths
WEIGHT = {
    "full": 30,
    "short": 20,
    "alias": 20,
    "bare": 20,
    "county": 20,
    "county_short": 20,
    "zone": 20,
    "weak": 10,
    "bare_short": 8,
}
DATELINE_WEIGHT = 50
CAPITAL_DATELINE_WEIGHT = 9
LISTED_WEIGHT = 3
MANY_CITIES = 5
LEAST_SHARE = 0.29
ALIKE, EQUALS = 0.8, 3
"""The share of the votes for the first city from which another is its equal, and how many equals leave an article without a city."""
OTHER_THAN_DATELINE = 40
"""Votes for a city that is told of, beside one that only dates the report."""
LENDING = 0.5
"""The share of a page's articles that must name a city for the others to have it."""


@dataclass(slots=True)
class Scope:
    """Votes for cities, provinces and counties within an article or a page; of a page also how many of its articles name a city, and how many it has."""

    cities: Counter[str] = field(default_factory=Counter)
    provinces: Counter[str] = field(default_factory=Counter)
    counties: Counter[str] = field(default_factory=Counter)
    first: dict[str, Place] = field(default_factory=dict)
    articles: Counter[str] = field(default_factory=Counter)
    size: int = 0

    def add(self, place: Place, weight: int) -> None:
        """Count a settled place with its votes."""
        unit = place.unit
        if unit.city:
            self.cities[unit.city] += weight
            self.first.setdefault(unit.city, place)
        self.provinces[unit.province] += 1
        if unit.level in ("county", "zone"):
            self.counties[unit.name] += 1

    def merge(self, other: Scope) -> None:
        """Take over the votes of another scope."""
        self.cities.update(other.cities)
        self.articles.update(other.cities.keys())
        self.size += 1
        self.provinces.update(other.provinces)
        self.counties.update(other.counties)
        for city, place in other.first.items():
            self.first.setdefault(city, place)


NOWHERE = Scope()
"""The scope of what names no place. Nothing is ever added to it."""


def score(places: Sequence[Place], text: str, role: str, scope: Scope) -> None:
    """Add a paragraph's places to an article's votes: datelines 5, full names 3, others 2, and twice that in a title (in tenths)."""
    for i, place in enumerate(places):
        weight = WEIGHT.get(place.form, 20)
        if (
            place.unit.level == "city"
            and WORDS.dateline_near.match(text, place.end)
            and WORDS.wire.search(text, max(0, place.start - 6), place.start)
        ):
            # the wires date all news of the state from the capital
            weight = CAPITAL_DATELINE_WEIGHT if place.unit.name in WORDS.set("capital") else DATELINE_WEIGHT
        elif (
            place.unit.level != "city"
            and i
            and places[i - 1].end == place.start
            and places[i - 1].unit.city == place.unit.city
        ):
            # a district behind its city is the same place said again
            weight = LISTED_WEIGHT
        elif (
            place.unit.name in WORDS.set("municipalities")
            and _among_provinces(i, places)
            or WORDS.native.match(text, place.end)
        ):
            weight = LISTED_WEIGHT
        scope.add(place, weight * (2 if role == "title" else 1))


def _among_provinces(i: int, places: Sequence[Place]) -> bool:
    """Whether a municipality stands in a list of provinces."""
    here = places[i]
    around = [
        place for place in (places[i - 1] if i else None, places[i + 1] if i + 1 < len(places) else None) if place
    ]
    return any(
        place.unit.level == "province" and (place.start - here.end in (1, 2) or here.start - place.end in (1, 2))
        for place in around
    )


def dominant(
    scope: Scope,
    page: Scope | None,
    lead_cities: Iterable[str],
    abroad: int = 0,
    local: bool = True,
    own: Collection[str] = (),
) -> tuple[str, str] | None:
    """The city that an article is about and the basis; None where no city is named enough, or several are named alike.

    `abroad` counts foreign places. `local` tells that the article speaks of 我市 and the like, so that a page may lend it its city. `own` are
    the cities of whose districts and counties it speaks as of its own: one of them goes before its equals.
    """
    ranked = sorted(scope.cities.items(), key=itemgetter(1), reverse=True)[:2]
    lead = set(lead_cities)
    if ranked:
        city, best = ranked[0]
        second = ranked[1][1] if len(ranked) > 1 else 0
        if best == DATELINE_WEIGHT and second >= OTHER_THAN_DATELINE and ranked[1][0] in lead:
            # the wires date from the capital of the province what happened elsewhere in it
            return ranked[1][0], "context"
        plain = scope.first.get(city)
        alone = best >= 20 and not second and plain is not None and plain.form in ("full", "county")
        if best < 30 and abroad > 2:
            return None
        if len(scope.cities) >= MANY_CITIES and best < LEAST_SHARE * sum(scope.cities.values()):
            # a story of the whole province, or of a journey
            return _page_city(page, local) if page else None
        if sum(votes >= ALIKE * best for votes in scope.cities.values()) >= EQUALS:
            return None
        if (best >= 30 or (best >= 15 and city in lead) or alone) and (
            best >= 1.25 * second or city in lead and best > second
        ):
            return city, "context"
        if second and best > 0:
            tied = [name for name, votes in scope.cities.items() if votes >= 0.8 * best and name in lead]
            if len(tied) == 1 and best >= 30:
                return tied[0], "context"
            spoken_for = [name for name, votes in scope.cities.items() if votes >= ALIKE * best and name in own]
            if len(spoken_for) == 1:
                return spoken_for[0], "context"
    return _page_city(page, local) if page else None


def _page_city(page: Scope, local: bool) -> tuple[str, str] | None:
    """The city that a page lends to its articles: most of them name it, or the one that asks speaks as of its own city."""
    total = sum(page.cities.values())
    for city, votes in page.cities.most_common(1):
        if votes >= 40 and votes >= 0.6 * total and (local or page.articles[city] >= LENDING * page.size):
            return city, "inherited_page"
    return None
