"""A result as JSON."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest

from juanzong.search.answer.facets import Facet, FacetValue
from juanzong.search.answer.result import QueryReading, SearchResult
from juanzong.search.output.writing import written
from juanzong.search.request import SearchRequest

HOSTILE = ["徐州市", 'a"b\\c', "</script>&=?", "x\n\x00", ""]


def result(request: SearchRequest) -> SearchResult:
    values = tuple(FacetValue(value, value, 3, value in request.city) for value in HOSTILE)
    months = (FacetValue("2021-11", "2021-11", 2, False), FacetValue("2021", "二〇二一年", 1, True))
    facets = {
        "city": Facet("city", "城市", 1, "" in request.city, values, 5),
        "date": Facet("date", "日期", 0, False, months, 2),
    }
    reading = QueryReading(request.q, "all", False, (request.q,), {})
    return SearchResult(request, reading, 7, 3, 1.25, (), facets, (), {"generation": 1}, entries=7)


@pytest.mark.parametrize(
    "request_",
    [
        SearchRequest("流调"),
        SearchRequest('"&', city=("", "徐州市"), date_from="2021", date_to="2021", page=3, size=2),
        SearchRequest(source="日报", kind="body", mode="any"),
    ],
)
def test_it_is_the_dictionary(request_: SearchRequest) -> None:
    made = result(request_)
    assert written(made) == orjson.dumps(made.to_dict()) + b"\n"


def test_what_cannot_be_encoded_is_said() -> None:
    made = result(SearchRequest("流调"))
    facet = replace(made.facets["city"], values=(FacetValue("\ud800", "\ud800", 1, False),))
    with pytest.raises(TypeError):
        written(replace(made, facets={"city": facet}))
