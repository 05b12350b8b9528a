from __future__ import annotations

import calendar
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.errors import UsageError
from juanzong.index.periods import date_span
from juanzong.search.request import SearchRequest


def test_values_are_tuples_without_doubles() -> None:
    request = SearchRequest(q="流调", city=["徐州市", "", "徐州市"], agency="某局", source=())
    assert (request.city, request.agency, request.source) == (("徐州市", ""), ("某局",), ())
    assert request == SearchRequest(q="流调", city=("徐州市", ""), agency=["某局"], date_from="")
    assert len({request, SearchRequest(q="流调", city=("徐州市", ""), agency=["某局"])}) == 1


def test_an_empty_string_is_the_bucket_without_a_value() -> None:
    assert SearchRequest(city="").city == ("",)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2021", date(2021, 1, 1), date(2021, 12, 31)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2021-12", date(2021, 12, 1), date(2021, 12, 31)),
        ("2021-09-21", date(2021, 9, 21), date(2021, 9, 21)),
        ("9999", date(9999, 1, 1), date(9999, 12, 31)),
    ],
)
def test_a_partial_date_is_all_its_days(text: str, first: date, last: date) -> None:
    assert date_span(text) == (first.toordinal(), last.toordinal())


@given(st.dates())
def test_spans_contain_their_days(day: date) -> None:
    iso = day.isoformat()
    assert date_span(iso) == (day.toordinal(), day.toordinal())
    month = date_span(iso[:7])
    assert month[1] - month[0] + 1 == calendar.monthrange(day.year, day.month)[1]
    assert date_span(iso[:4])[0] <= month[0] <= day.toordinal() <= month[1] <= date_span(iso[:4])[1]


def test_bounds() -> None:
    assert SearchRequest().date_bounds() == (None, None)
    assert SearchRequest(date_from="2021-11").date_bounds() == (date(2021, 11, 1).toordinal(), None)
    assert SearchRequest(date_from="2021-05", date_to="2021").date_bounds() == (
        date(2021, 5, 1).toordinal(),
        date(2021, 12, 31).toordinal(),
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"date_from": "2021-13"}, 'from is "2021-13"'),
        ({"date_to": "2021-02-30"}, 'to is "2021-02-30"'),
        ({"date_from": "abc"}, "YYYY-MM-DD"),
        ({"date_from": "２０２１"}, "no date"),
        ({"date_from": "2021-1"}, "no date"),
        ({"date_from": "0000"}, "no date"),
        ({"date_from": "2021-01-01\n"}, "no date"),
        ({"date_from": "2022", "date_to": "2021-12"}, "lies after"),
        ({"mode": "fuzzy"}, "mode"),
        ({"sort": "title"}, "sort"),
        ({"page": 0}, "page"),
        ({"size": -1}, "size"),
        ({"size": True}, "size"),
        ({"page": "2"}, "page"),
        ({"city": [1]}, "city"),
    ],
)
def test_bad_parameters_are_named(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        SearchRequest(**changes).validate()
    assert str(caught.value).endswith(".")


def test_large_pages_are_fine() -> None:
    SearchRequest(page=10**18, size=10_000, mode="exact", sort="-date", date_from="2021", date_to="2021").validate()
