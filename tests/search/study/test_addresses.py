"""Addresses of trends and comparisons go there and back."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.errors import UsageError
from juanzong.search import SearchRequest
from juanzong.search.study.addresses import compare_url, parse_compare, parse_trends, trends_url
from juanzong.search.study.comparison import CompareRequest
from juanzong.search.study.trends import TrendRequest

words = st.text('流调=&+ %#?"清', min_size=1, max_size=6).filter(lambda text: text.strip())


@given(
    st.lists(words, max_size=6, unique=True),
    st.sampled_from(("", "month")),
    st.sampled_from(("paragraphs", "articles")),
    st.lists(words, max_size=2, unique=True),
)
def test_trends(queries: list[str], grain: str, unit: str, cities: list[str]) -> None:
    asked = TrendRequest(SearchRequest(city=cities), tuple(queries), grain=grain, unit=unit)
    assert parse_trends(parse_qs(urlsplit(trends_url(asked)).query, keep_blank_values=True)) == asked
    by = TrendRequest(SearchRequest(q="".join(queries[:1]), city=cities), by="city", scale="rate")
    assert parse_trends(parse_qs(urlsplit(trends_url(by)).query, keep_blank_values=True)) == by


@given(words, words, words)
def test_comparisons(q: str, a: str, b: str) -> None:
    asked = CompareRequest(SearchRequest(q, boilerplate=True), "query", a, b)
    assert parse_compare(parse_qs(urlsplit(compare_url(asked)).query, keep_blank_values=True)) == asked


@pytest.mark.parametrize(
    ("params", "code"),
    [({"colour": ["red"]}, "unknown"), ({"grain": ["day", "year"]}, "repeated"), ({"page": ["2"]}, "unknown")],
)
def test_strict_addresses(params: dict[str, list[str]], code: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_trends(params)
    assert error.value.code == code
    with pytest.raises(UsageError):
        parse_compare({**params, "a": ["1"]})
