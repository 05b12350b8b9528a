"""Counting facet values, each facet as if it had no filter of its own."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juanzong.index.store.segment import Segment
from juanzong.search.answer.facets import Counts, Facet, count, facets, totals_of
from juanzong.search.execution.filters import Filters
from juanzong.search.request import SearchRequest
from tests.samples import make_document, make_segments, mention

Build = Callable[..., Segment]


def counted(
    segments: list[Segment],
    request: SearchRequest,
    docs: list[int] | None = None,
    limit: int = 100,
    by_day: bool = False,
) -> tuple[dict[str, Facet], Counts]:
    counts = Counts()
    for segment in segments:
        chosen = np.arange(segment.paragraphs, dtype=np.uint32) if docs is None else np.array(docs, np.uint32)
        count(segment, chosen, Filters(request, segment).masks(chosen), counts, by_day)
    return facets(counts, request, limit), counts


def shown(facet: Facet) -> dict[str, int]:
    return {value.value: value.count for value in facet.values}


@pytest.fixture
def segment(segment_of: Build) -> Segment:
    both = "广州市和惠州市"
    return segment_of(
        make_document(
            "a",
            [both, "x"],
            mentions={0: [mention("city", "广州市", both), mention("city", "惠州市", both)]},
            date="2021-11-05",
        ),
        make_document("b", ["y"], city="广州市", source="人民日报", date="2021"),
        make_document("c", ["z"], agencies=["广州海关"]),
    )


def test_values_are_counted_once_a_paragraph_and_the_rest_is_missing(segment: Segment) -> None:
    found, _ = counted([segment], SearchRequest())
    assert shown(found["city"]) == {"广州市": 2, "惠州市": 1}
    assert (found["city"].missing, found["source"].missing, found["agency"].missing, found["date"].missing) == (
        2,
        3,
        3,
        1,
    )
    assert shown(found["date"]) == {"2021": 1, "2021-11": 2}


def test_a_chosen_value_narrows_the_other_facets_only(segment: Segment) -> None:
    found, _ = counted([segment], SearchRequest(city=["广州市"]))
    assert shown(found["city"]) == {"广州市": 2, "惠州市": 1}
    assert [value.selected for value in found["city"].values] == [True, False]
    assert shown(found["source"]) == {"人民日报": 1}
    assert found["source"].missing == 1


def test_the_bucket_without_a_value_is_a_choice(segment: Segment) -> None:
    found, _ = counted([segment], SearchRequest(city=[""]))
    assert found["city"].missing_selected
    assert (shown(found["agency"]), found["agency"].missing) == ({"广州海关": 1}, 1)


def test_a_chosen_value_is_shown_even_with_no_match(segment: Segment) -> None:
    found, _ = counted([segment], SearchRequest(city=["无锡市", "惠州市"], source=["人民日报"]))
    assert shown(found["city"]) == {"广州市": 1, "惠州市": 0, "无锡市": 0}


def test_segments_add_up(segment: Segment, segment_of: Build) -> None:
    other = segment_of(
        make_document("d", ["w"], city="惠州市"), make_document("e", ["v"], city="深圳市", date="2021-11-30")
    )
    found, counts = counted([segment, other], SearchRequest())
    assert shown(found["city"]) == {"广州市": 2, "惠州市": 2, "深圳市": 1}
    assert [value.value for value in found["city"].values] == ["广州市", "惠州市", "深圳市"]
    assert shown(found["date"]) == {"2021": 1, "2021-11": 3}
    assert totals_of(counts.values["city"]) == shown(found["city"])


def test_nothing_found_counts_nothing(segment: Segment) -> None:
    found, _ = counted([segment], SearchRequest(), docs=[])
    assert all(not facet.values and not facet.missing for facet in found.values())


@pytest.mark.parametrize("matches", [3, 500])
@pytest.mark.parametrize("segments", [1, 2])
def test_the_most_frequent_values_are_shown_in_order(segment_of: Build, matches: int, segments: int) -> None:
    opened = [
        segment_of(*(make_document(f"{s}-{n}", ["x"], city=f"城{n * n % 97:02}市") for n in range(500)))
        for s in range(segments)
    ]
    request = SearchRequest(city=["城96市", "城00市"])
    found, _ = counted(opened, request, docs=list(range(matches)), limit=5)
    totals: dict[str, int] = {}
    for n in range(matches):
        totals[f"城{n * n % 97:02}市"] = totals.get(f"城{n * n % 97:02}市", 0) + segments
    expected = dict(sorted(totals.items(), key=lambda item: (-item[1], item[0]))[:5])
    for value in request.city:
        expected.setdefault(value, totals.get(value, 0))
    assert shown(found["city"]) == expected
    assert list(shown(found["city"]))[: min(5, len(totals))] == list(expected)[: min(5, len(totals))]
    assert found["city"].distinct == len(totals)


@given(st.lists(st.tuples(*(st.integers(0, 3) for _ in range(4))), min_size=1, max_size=24), st.data())
@settings(max_examples=40)
def test_counts_equal_those_made_by_hand(rows: list[tuple[int, int, int, int]], data: st.DataObject) -> None:
    documents = [
        make_document(
            f"d{n}",
            ["x"],
            city=f"城{city}" if city else None,
            agencies=[f"局{k}" for k in range(agency)],
            source=f"源{source}" if source else None,
            date=f"2021-0{month}" if month else None,
        )
        for n, (city, agency, source, month) in enumerate(rows)
    ]
    docs = sorted(data.draw(st.sets(st.integers(0, len(rows) - 1))))
    with tempfile.TemporaryDirectory() as folder:
        found, _ = counted(make_segments(Path(folder), [documents]), SearchRequest(), docs)
    chosen = [rows[doc] for doc in docs]
    assert shown(found["city"]) == Counter(f"城{city}" for city, *_ in chosen if city)
    assert shown(found["agency"]) == Counter(f"局{k}" for _, agency, *_ in chosen for k in range(agency))
    assert shown(found["source"]) == Counter(f"源{source}" for _, _, source, _ in chosen if source)
    assert shown(found["date"]) == Counter(f"2021-0{month}" for *_, month in chosen if month)
    assert [found[name].missing for name in ("city", "agency", "source", "date")] == [
        sum(not row[place] for row in chosen) for place in range(4)
    ]


def test_days_are_counted_where_they_are_asked_for(segment: Segment) -> None:
    _, counts = counted([segment], SearchRequest(), by_day=True)
    assert list(counts.days.values()) == [2]
    _, counts = counted([segment], SearchRequest())
    assert counts.days == {}


def test_a_date_filter_keeps_every_date_that_may_lie_in_it(segment: Segment) -> None:
    chosen = np.arange(segment.paragraphs, dtype=np.uint32)
    for bounds, kept in (
        (("2021-11", "2021-11"), [True, True, True, False]),
        (("2021-12", None), [False, False, True, False]),
        ((None, "2020"), [False] * 4),
        (("2021-11-05", "2021-11-05"), [True, True, True, False]),
    ):
        request = SearchRequest(date_from=bounds[0], date_to=bounds[1])
        assert Filters(request, segment).masks(chosen)["date"].tolist() == kept
