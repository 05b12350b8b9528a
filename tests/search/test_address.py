from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.errors import UsageError
from juanzong.search import address
from juanzong.search.request import MODES, SORTS, SearchRequest

FULL = SearchRequest(
    q="流调 溯源",
    city=("徐州市", ""),
    agency=("某局",),
    source=("日报",),
    date_from="2021-11",
    date_to="2022",
    mode="any",
    sort="-date",
    page=3,
    size=20,
    boilerplate=True,
)


def params(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query, keep_blank_values=True)


def test_the_order_is_fixed_and_defaults_are_left_out() -> None:
    assert address.search_url(SearchRequest()) == "/"
    assert (
        address.search_url(SearchRequest(q="流调", city="徐州市"))
        == "/?q=%E6%B5%81%E8%B0%83&city=%E5%BE%90%E5%B7%9E%E5%B8%82"
    )
    assert [name for name, _ in parse_qsl(urlsplit(address.search_url(FULL)).query, keep_blank_values=True)] == [
        "q",
        "city",
        "city",
        "agency",
        "source",
        "from",
        "to",
        "mode",
        "sort",
        "page",
        "size",
        "boilerplate",
    ]


def test_the_same_search_at_other_places() -> None:
    assert not {"page", "sort"} & set(params(address.feed_url(FULL)))


def test_a_change_goes_back_to_the_first_page() -> None:
    assert params(address.search_url(FULL, page=4))["page"] == ["4"]
    assert "page" not in params(address.search_url(FULL, sort="date"))
    assert "sort" not in params(address.search_url(FULL, sort="relevance", page=2))


def test_toggling() -> None:
    request = SearchRequest(q="流调", page=5)
    chosen = address.toggle(request, "city", "徐州市")
    assert (chosen.city, chosen.page) == (("徐州市",), 1)
    assert address.toggle(chosen, "city", "").city == ("徐州市", "")
    assert address.toggle(chosen, "city", "徐州市") == SearchRequest(q="流调")
    month = address.toggle(request, "date", "2021-11")
    assert (month.date_from, month.date_to) == ("2021-11", "2021-11")
    assert address.toggle(month, "date", "2021-11") == SearchRequest(q="流调")
    assert address.cleared(month, "date") == address.cleared(chosen, "city") == SearchRequest(q="流调")
    with pytest.raises(UsageError, match="colour"):
        address.toggle(request, "colour", "red")


def test_documents() -> None:
    assert (
        address.document_url("0a1b", "00ff", SearchRequest(q="流调", city="徐州市", page=2))
        == "/doc/0a1b?q=%E6%B5%81%E8%B0%83#p-00ff"
    )
    assert address.document_url("a/b?c#d") == "/doc/a%2Fb%3Fc%23d"
    assert address.document_url("x", "", SearchRequest(q="a", mode="exact")) == "/doc/x?q=a&mode=exact"


@pytest.mark.parametrize(
    ("given_params", "said"),
    [
        ({"colour": ["red"]}, "colour"),
        ({"date_from": ["2021"]}, "date_from"),
        ({"page": ["two"]}, "page"),
        ({"page": ["0"]}, "page"),
        ({"page": ["-9999999999999999999999"]}, "page"),
        ({"page": ["１"]}, "page"),
        ({"size": ["1_0"]}, "size"),
        ({"boilerplate": ["maybe"]}, "boilerplate"),
        ({"from": ["2021-13"]}, "from"),
        ({"to": ["x" * 1000]}, "to"),
        ({"mode": ["fuzzy"]}, "mode"),
        ({"sort": ["title"]}, "sort"),
        ({"q": ["a", "b"]}, "q is given 2 times"),
    ],
)
def test_bad_parameters_are_named(given_params: dict[str, list[str]], said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        address.parse(given_params)
    assert str(caught.value).endswith(".") and len(str(caught.value)) < 250


def test_what_is_left_empty_is_the_default() -> None:
    assert (
        address.parse(
            {
                "q": [""],
                "from": [""],
                "to": [""],
                "mode": [""],
                "sort": [""],
                "page": [""],
                "size": [""],
                "boilerplate": [""],
            }
        )
        == SearchRequest()
    )
    assert address.parse({"city": [""]}) == SearchRequest(city=("",))
    assert address.parse({"colour": ["red"], "q": ["a", "a"]}, strict=False) == SearchRequest(q="a")
    assert address.parse({"page": ["9" * 5000]}).page >= 10**18


text = st.text(max_size=20)
values = st.lists(text, max_size=3)
periods = st.none() | st.dates().map(str) | st.dates().map(lambda d: str(d)[:7]) | st.dates().map(lambda d: str(d)[:4])


searches = st.fixed_dictionaries(
    {
        "q": text,
        "city": values,
        "agency": values,
        "source": values,
        "date_from": periods,
        "mode": st.sampled_from(MODES),
        "sort": st.sampled_from(SORTS),
        "page": st.integers(1, 10**12),
        "size": st.integers(1, 1000),
        "boilerplate": st.booleans(),
    }
)


@given(searches)
def test_requests_survive_their_address(fields: dict[str, Any]) -> None:
    request = SearchRequest(**fields)
    url = address.search_url(request)
    assert url.isascii() and not set(url) & set("\"'<> \n")
    assert address.parse(params(url)) == request
    assert address.search_url(address.parse(params(url))) == url


@given(searches, st.sampled_from(["city", "agency", "province", "path"]), values)
def test_values_of_a_facet_toggle_one_by_one(fields: dict[str, Any], facet: str, offered: list[str]) -> None:
    request = SearchRequest(**fields)
    shown = [(value, value in getattr(request, facet)) for value in (*offered, *getattr(request, facet))]
    each = [address.search_url(address.toggle(request, facet, value)) for value, _ in shown]
    assert list(address.toggle_urls(request, facet, shown)) == each


@given(searches, st.lists(periods.filter(bool), max_size=3))
def test_dates_toggle_one_by_one(fields: dict[str, Any], offered: list[str]) -> None:
    request = SearchRequest(**{**fields, "date_to": fields["date_from"]})
    shown = [(period, period == request.date_from) for period in (*offered, *filter(None, [request.date_from]))]
    each = [address.search_url(address.toggle(request, "date", period)) for period, _ in shown]
    assert list(address.toggle_urls(request, "date", shown)) == each


@given(text, text)
def test_ids_survive_their_address(doc: str, paragraph: str) -> None:
    parts = urlsplit(address.document_url(doc, paragraph))
    assert unquote(parts.path.removeprefix("/doc/")) == doc
    assert "/" not in parts.path.removeprefix("/doc/")
    assert unquote(parts.fragment) == (f"p-{paragraph}" if paragraph else "")


def test_a_lone_surrogate_does_no_harm() -> None:
    assert address.search_url(SearchRequest(q="a\ud800")) == "/?q=a%3F"
