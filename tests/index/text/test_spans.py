"""Spans of hits."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.text.spans import Spans


class Hit(NamedTuple):
    start: int
    end: int


HITS = st.builds(lambda start, size: Hit(start, start + size), st.integers(0, 30), st.integers(1, 8))


@given(st.lists(HITS, max_size=12), HITS)
def test_a_span_touches_where_it_shares_a_character(hits: list[Hit], asked: Hit) -> None:
    assert Spans(hits).touch(*asked) == any(hit.start < asked.end and asked.start < hit.end for hit in hits)
