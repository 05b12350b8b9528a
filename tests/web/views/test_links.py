from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from juanzong.search import SearchRequest
from juanzong.search.address import parse, search_url
from juanzong.web.views.explanation import paragraph_id
from juanzong.web.views.links import PageAddresses

TEXTS = st.text(max_size=6)
REQUESTS = st.builds(
    SearchRequest,
    q=TEXTS,
    city=st.lists(TEXTS, max_size=2),
    agency=st.lists(TEXTS, max_size=1),
    date_from=st.sampled_from([None, "2021", "2021-11"]),
    date_to=st.sampled_from([None, "2022"]),
    mode=st.sampled_from(["all", "any"]),
    sort=st.sampled_from(["relevance", "-date"]),
    page=st.integers(1, 5),
    size=st.sampled_from([10, 20]),
    boilerplate=st.booleans(),
    collapse=st.sampled_from(["", "article"]),
)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "page": st.integers(1, 3),
        "sort": st.sampled_from(["relevance", "date"]),
        "mode": st.sampled_from(["all", "exact"]),
        "q": TEXTS,
        "collapse": st.sampled_from(["", "text"]),
        "boilerplate": st.booleans(),
        "city": st.lists(TEXTS, max_size=3).map(lambda v: tuple(dict.fromkeys(v))),
        "date_from": st.sampled_from([None, "2020"]),
        "date_to": st.sampled_from([None, "2020-12"]),
    },
)


@given(REQUESTS, CHANGES)
def test_addresses_are_those_of_the_one_scheme(asked: SearchRequest, changes: dict[str, object]) -> None:
    assert PageAddresses(asked)(**changes) == search_url(asked, **changes)


@given(REQUESTS, TEXTS)
def test_a_document_and_an_explanation_keep_the_search(asked: SearchRequest, document: str) -> None:
    address = PageAddresses(asked)
    for url in (address.document(document, "p-1"), address.explanation("1")):
        given_back = {
            name: values
            for name, values in parse_qs(urlsplit(url).query, keep_blank_values=True).items()
            if name != "id"
        }
        assert search_url(parse(given_back)) == address() if address.state else not given_back


def test_the_id_of_a_paragraph_is_found_in_what_is_pasted() -> None:
    identifier = "0123456789abcdef"
    for pasted in (
        identifier,
        f" {identifier.upper()} ",
        f"p-{identifier}",
        f"https://a.example/doc/x?q=y#p-{identifier}",
        f"第 3 段 {identifier}。",
    ):
        assert paragraph_id(pasted) == identifier, pasted
    for pasted in ("", "流调", identifier[:-1], identifier + "0"):
        assert paragraph_id(pasted) == "", pasted
