"""The places of a search equal counting by hand, level by level."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from juanzong.index.divisions import cities_of, districts_of, province_of, provinces
from juanzong.index.records import Mention
from juanzong.search import SearchRequest
from juanzong.search.address import search_url
from juanzong.search.engines.embedded import EmbeddedEngine
from juanzong.search.study.places import CountedPlace, places
from juanzong.web.views.places import flat
from tests.samples import make_document, publish
from tests.search.study.studying import Spec, archive_of, removed, specs


def walked(found: tuple[CountedPlace, ...]) -> Iterator[CountedPlace]:
    for place in found:
        yield place
        yield from walked(place.within)


@settings(max_examples=15, deadline=None)
@given(specs, removed, st.sampled_from(("", "流调", "清零")), st.sampled_from(((), ("徐州市",))))
def test_places_equal_counting_by_hand(
    made: list[Spec], deleted: frozenset[str], q: str, city: tuple[str, ...]
) -> None:
    with archive_of(made, 2, deleted) as engine:
        request = SearchRequest(q=q, city=city)
        found = places(engine.search, request)
        hits = list(engine.scan(SearchRequest(q=q)))
        cities = Counter(city for hit in hits for city in hit["city"])
        above = Counter(p for hit in hits for p in {province_of(city) for city in hit["city"]})
        assert found.total == len(hits) and found.missing == sum(not hit["city"] for hit in hits)
        assert {place.name: place.count for place in found.provinces} == above
        assert {city.name: city.count for place in found.provinces for city in place.within} == cities
        assert {place.name for place in walked(found.provinces) if place.selected} == set(city) & set(cities)
        for place in walked(found.provinces):
            chosen = {place.level: (place.name,)}
            asked = SearchRequest(q=q, **chosen)  # type: ignore[arg-type]
            assert engine.search(asked).total == place.count and place.url == search_url(asked)


def test_a_district_stands_below_its_city_and_counts_where_it_is_named(tmp_path: Path) -> None:
    city = next(
        city for province in provinces() for city in cities_of(province) if districts_of(city) and city != province
    )
    district = districts_of(city)[0]
    surface = district.removeprefix(city)
    named = Mention("city", city, surface, 0, len(surface), "test", "district")
    document = make_document("d", [f"{surface}今日通报", "没有地名", "别处"], city=city, mentions={0: [named]})
    publish(tmp_path, [[document]], frozenset())
    found = places(EmbeddedEngine(tmp_path).search, SearchRequest())
    assert [(place.level, place.name, place.count) for place in walked(found.provinces)] == [
        ("province", province_of(city), 3),
        ("city", city, 3),
        ("district", district, 1),
    ]
    assert list(flat(found.provinces))[-1] == (province_of(city), city, surface, 1)
