"""Where a search finds something: provinces, their cities, their districts, each with the paragraphs that name it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from juanzong.index.divisions import districts_of, province_of
from juanzong.search.address import search_url
from juanzong.search.answer.facets import Facet
from juanzong.search.answer.result import SearchResult
from juanzong.search.request import SearchRequest

LEVELS = ("province", "city", "district")
# more units than there are in any of the levels
_ALL = 10_000


@dataclass(frozen=True, slots=True)
class CountedPlace:
    """A unit with the paragraphs that are of it, and the units within it, the most frequent first. A paragraph of two cities counts for both, and once
    for their province."""

    level: str
    name: str
    count: int
    selected: bool
    url: str
    within: tuple[CountedPlace, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "level": self.level,
            "name": self.name,
            "count": self.count,
            "selected": self.selected,
            "url": self.url,
            "places": [place.to_dict() for place in self.within],
        }


@dataclass(frozen=True)
class Places:
    """The places of a search, its own filters by place left aside: whoever chooses a place sees the others. `missing` paragraphs are of no known city."""

    request: SearchRequest
    total: int
    missing: int
    provinces: tuple[CountedPlace, ...]
    # cities of which no province is known
    elsewhere: tuple[CountedPlace, ...]
    index: Mapping[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """The answer of `/api/places`."""
        return {
            "ok": True,
            "q": self.request.q,
            "total": self.total,
            "missing": self.missing,
            "places": [place.to_dict() for place in (*self.provinces, *self.elsewhere)],
            "index": self.index,
        }


def anywhere(request: SearchRequest) -> SearchRequest:
    """The request without its filters by place."""
    return replace(request, province=(), city=(), district=(), page=1)


def places(search: Callable[..., SearchResult], request: SearchRequest) -> Places:
    """The places that a search finds; `search` is that of an engine. Raises UsageError."""
    free = anywhere(request)
    result = search(replace(free, size=1, sort="-date", view="", collapse=""), _ALL, LEVELS)
    found = {level: _counted(level, result.facets[level], request, free) for level in LEVELS}
    districts: dict[str, list[CountedPlace]] = {}
    named = {district.name: district for district in found["district"]}
    cities: dict[str | None, list[CountedPlace]] = {}
    for city in found["city"]:
        districts[city.name] = [named[name] for name in districts_of(city.name) if name in named]
        within = replace(city, within=_ordered(districts[city.name]))
        cities.setdefault(province_of(city.name), []).append(within)
    provinces = tuple(replace(place, within=_ordered(cities.get(place.name, ()))) for place in found["province"])
    return Places(
        request, result.total, result.facets["city"].missing, provinces, tuple(cities.get(None, ())), result.index
    )


def _counted(level: str, facet: Facet, request: SearchRequest, free: SearchRequest) -> list[CountedPlace]:
    chosen = getattr(request, level)
    return [
        CountedPlace(
            level, value.value, value.count, value.value in chosen, search_url(free, **{level: (value.value,)})
        )
        for value in facet.values
        if value.count
    ]


def _ordered(found: Iterable[CountedPlace]) -> tuple[CountedPlace, ...]:
    # the order of the codes settles ties
    return tuple(sorted(found, key=lambda place: -place.count))
