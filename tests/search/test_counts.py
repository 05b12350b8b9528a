"""Totals and facets against brute force."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from juanzong.search import SearchRequest
from tests.contract import examples
from tests.search.drawn import Spec, engine_for, expected_rows, requests, specs, stands


@given(
    specs, st.integers(1, 3), st.frozensets(st.sampled_from(("d0", "d1"))), st.lists(requests, min_size=4, max_size=4)
)
@examples(40)
def test_totals_and_disjunctive_facets_equal_brute_force(
    made: list[Spec], segments: int, deleted: frozenset[str], asked: list[SearchRequest]
) -> None:
    with engine_for(made, segments, deleted) as (engine, rows):
        for request in asked:
            result = engine.search(request)
            if result.query.relaxed or not any(stands(request.q, row.text) for row in rows) and request.q != "*":
                assert not [row for row in rows if request.q == "*" or stands(request.q, row.text)]
                continue
            matching = expected_rows(rows, request)
            assert result.total == len(matching)
            assert result.articles == len({row.document for row in matching})
            for facet in ("city", "agency", "source"):
                others = expected_rows(rows, request, without=facet)
                shown = {
                    value.value: value.count
                    for value in result.facets[facet].values
                    if value.count or not value.selected
                }
                assert shown == Counter(value for row in others for value in row.values(facet)), facet
                assert result.facets[facet].missing == sum(not row.values(facet) for row in others)
                chosen = set(getattr(request, facet))
                assert {value.value for value in result.facets[facet].values if value.selected} == chosen - {""}
                assert result.facets[facet].missing_selected == ("" in chosen)
                assert engine.values(request, facet).values == result.facets[facet].values
            dated = expected_rows(rows, request, without="date")
            months = {value.value: value.count for value in result.facets["date"].values}
            assert months == Counter(row.date[:7] for row in dated if row.date)
            assert result.facets["date"].missing == sum(row.date is None for row in dated)
