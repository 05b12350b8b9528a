"""The first of many, in an order that never changes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.search.answer.ranking import leaders, top

SORTS = ("relevance", "date", "-date")


class Column:
    """As much of a segment as ranking looks at: days and, by them and by id, ranks."""

    def __init__(self, days: list[int]) -> None:
        order = sorted(range(len(days)), key=lambda n: (-days[n], n))
        rank = np.empty(len(days), np.uint32)
        rank[order] = np.arange(len(days))
        self.columns = {"rank": rank, "first_day": np.array(days, np.int32)}

    def column(self, name: str) -> np.ndarray:
        return self.columns[name]


def expected(days: list[int], docs: list[int], scores: list[float] | None, sort: str) -> list[int]:
    def key(place: int) -> tuple[object, ...]:
        day = days[docs[place]]
        if sort == "date":
            return (day == 0, day, docs[place])
        return (0 if scores is None or sort == "-date" else -scores[place], -day, docs[place])

    return sorted(range(len(docs)), key=key)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.sampled_from((0.0, 0.5, 1.0))), max_size=60),
    st.integers(1, 70),
    st.sampled_from(SORTS),
    st.booleans(),
)
def test_top_equals_sorting_everything(
    rows: list[tuple[int, bool, float]], wanted: int, sort: str, scored: bool
) -> None:
    days = [day for day, _, _ in rows]
    docs = [number for number, (_, matches, _) in enumerate(rows) if matches]
    scores = [score for _, matches, score in rows if matches] if scored else None
    found = top(
        Column(days),  # type: ignore[arg-type]
        np.array(docs, np.uint32),
        None if scores is None else np.array(scores, np.float32),
        sort,
        wanted,
    )
    assert found.tolist() == expected(days, docs, scores, sort)[:wanted]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("different", [1, 3, 5000])
def test_a_plateau_of_equal_keys_is_cut_in_order(sort: str, different: int) -> None:
    days = [n % different for n in range(6000)]
    docs = list(range(0, 6000, 1))
    scores = [float(n % different) for n in range(6000)]
    for wanted in (1, 10, 300, 5999):
        found = top(Column(days), np.array(docs, np.uint32), np.array(scores, np.float32), sort, wanted)  # type: ignore[arg-type]
        assert found.tolist() == expected(days, docs, scores, sort)[:wanted]


@given(st.lists(st.integers(0, 4), max_size=20))
def test_leaders_are_the_first_of_their_key_and_all_without_one(keys: list[int]) -> None:
    order = np.arange(len(keys)) * 10
    expected_places = [n for n, key in enumerate(keys) if not key or key not in keys[:n]]
    assert leaders(order, np.array(keys, np.int64)).tolist() == [10 * n for n in expected_places]
