"""Articles as one text: where their paragraphs lie and how long they are, also where articles lie in each other."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.store.article_rows import ArticleRows


def in_the_way_of_a_segment(found: list[int]) -> np.ndarray:
    """Articles numbered in the order in which they come."""
    numbers: dict[int, int] = {}
    return np.array([numbers.setdefault(article, len(numbers)) for article in found], np.uint32)


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 300)), max_size=40), st.lists(st.integers(0, 5), max_size=8)
)
def test_rows_and_lengths(made: list[tuple[int, int]], asked: list[int]) -> None:
    column = in_the_way_of_a_segment([article for article, _ in made])
    lengths = np.array([length for _, length in made], np.uint16)
    articles = len(set(column.tolist()))
    rows = ArticleRows(column, articles, [lengths])
    assert rows.lengths[0].tolist() == [int(lengths[column == article].sum()) for article in range(articles)]
    wanted = np.array([article for article in asked if article < articles], np.int64)
    first, last, run = rows.of(wanted)
    bounds = [*(range(len(wanted)) if run is None else run.tolist()), len(first)]
    for article, begin, end in zip(wanted.tolist(), bounds, bounds[1:]):
        found = [row for a, b in zip(first[begin:end].tolist(), last[begin:end].tolist()) for row in range(a, b)]
        assert found == np.flatnonzero(column == article).tolist()


def test_articles_in_a_row_are_one_run_each() -> None:
    first, last, run = ArticleRows(np.array([0, 0, 1, 2, 2], np.uint32), 3, []).of(np.array([2, 0]))
    assert (first.tolist(), last.tolist(), run) == ([3, 0], [5, 2], None)
