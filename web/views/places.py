"""The page of the places of a search as its template needs it: the country, one of its provinces, and the same as a list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property

from markupsafe import Markup

from juanzong.search.address import pairs, search_url
from juanzong.search.study.addresses import SHARED, places_url
from juanzong.search.study.places import CountedPlace, Places, anywhere
from juanzong.web.language import Language
from juanzong.web.views.links import Link
from juanzong.web.views.tilemap import COUNTRY, Cell, drawn, has_map, legend


class PlacesView:
    """What the page shows of one answer. A province that is chosen is drawn beside the country."""

    def __init__(self, found: Places, t: Language) -> None:
        self.found, self.t = found, t
        self.free = anywhere(found.request)
        chosen = {*found.request.province, *(p.name for p in found.provinces if any(c.selected for c in p.within))}
        self.open = [place for place in found.provinces if place.name in chosen]
        self.csv_url, self.json_url = (places_url(found.request, path) for path in ("/places.csv", "/api/places"))
        self.results_url = search_url(self.free)

    @property
    def asked(self) -> list[tuple[str, str]]:
        """What the form takes along in hidden fields."""
        return [(name, value) for name, value in pairs(self.free) if name in SHARED and name != "q"]

    def _opened(self, place: CountedPlace) -> str:
        """The page with a province chosen, or no longer; one of a single city leads to its paragraphs."""
        if not has_map(place.name):
            return place.url
        return places_url(self.free if place in self.open else replace(self.free, province=(place.name,)))

    @cached_property
    def country(self) -> Markup:
        cells = {p.name: Cell(p.count, p in self.open, self._opened(p)) for p in self.found.provinces}
        return drawn(COUNTRY, cells.get, self.t, self.t.plain("map.country"))

    @cached_property
    def shades(self) -> list[tuple[int, str]]:
        return legend((place.count for place in self.found.provinces), self.t)

    @cached_property
    def maps(self) -> list[tuple[CountedPlace, Markup | None, list[tuple[int, str]]]]:
        """Each chosen province with its map, which one of a single city has not; where none is chosen, the first that has one."""
        first = next(([place] for place in self.found.provinces if has_map(place.name)), [])
        return [(place, *self._map(place)) for place in self.open or first]

    def _map(self, place: CountedPlace) -> tuple[Markup | None, list[tuple[int, str]]]:
        if not has_map(place.name):
            return None, []
        cells = {city.name: Cell(city.count, city.selected, city.url) for city in place.within}
        drawing = drawn(place.name, cells.get, self.t, self.t.plain("map.province", place=place.name))
        return drawing, legend((city.count for city in place.within), self.t)

    @property
    def listed(self) -> list[tuple[CountedPlace, Link | None]]:
        """Every province with where its map is."""
        return [
            (place, Link(self._opened(place), self.t.plain("map.open")) if has_map(place.name) else None)
            for place in (*self.found.provinces, *self.found.elsewhere)
        ]

    def within(self, place: CountedPlace) -> str:
        """How many cities and districts of a province are named."""
        cities = [city for city in place.within if city.name != place.name]
        districts = sum(len(city.within) for city in place.within)
        said = [self.t.plain("places.cities", n=len(cities))] if cities else []
        return self.t.plain("list.and").join(
            [*said, *([self.t.plain("places.districts", n=districts)] if districts else [])]
        )

    @property
    def missing_url(self) -> str:
        return search_url(self.free, city=("",))


def flat(found: Iterable[CountedPlace], above: tuple[str, ...] = ()) -> Iterable[tuple[str, str, str, int]]:
    """The tree as rows of a table: province, city, district, paragraphs."""
    for place in found:
        names = (*above, place.name) if place.level != "district" else (*above, place.name.removeprefix(above[-1]))
        padded = (*names, "", "", "")[:3]
        yield padded[0], padded[1], padded[2], place.count
        yield from flat(place.within, names)
