from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.vectors import summed, tally, unique

pairs = st.lists(st.tuples(st.one_of(st.integers(-3, 9), st.integers(-(10**12), 10**12)), st.integers(1, 5)))


@given(pairs)
def test_weights_are_summed_by_value(given_pairs: list[tuple[int, int]]) -> None:
    expected: Counter[int] = Counter()
    for value, weight in given_pairs:
        expected[value] += weight
    values, totals = summed(*(np.array([pair[place] for pair in given_pairs], np.int64) for place in (0, 1)))
    assert list(zip(values.tolist(), totals.tolist())) == sorted(expected.items())


@given(st.lists(st.integers(0, 20)), st.integers(1, 3))
def test_values_are_tallied_in_their_places(places: list[int], weight: int) -> None:
    totals = np.ones(25, np.int64)
    tally(totals, np.array(places, np.int64))
    tally(totals, np.array(places, np.int64), np.full(len(places), weight, np.int64))
    assert totals.tolist() == [1 + (1 + weight) * places.count(place) for place in range(25)]


@given(st.lists(st.integers(-(2**62), 2**62)))
def test_distinct_values_ascend(values: list[int]) -> None:
    assert unique(np.array(values, np.int64)).tolist() == sorted(set(values))
