from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.vectors import summed

pairs = st.lists(st.tuples(st.one_of(st.integers(-3, 9), st.integers(-(10**12), 10**12)), st.integers(1, 5)))


@given(pairs)
def test_weights_are_summed_by_value(given_pairs: list[tuple[int, int]]) -> None:
    expected: Counter[int] = Counter()
    for value, weight in given_pairs:
        expected[value] += weight
    values, totals = summed(*(np.array([pair[place] for pair in given_pairs], np.int64) for place in (0, 1)))
    assert list(zip(values.tolist(), totals.tolist())) == sorted(expected.items())
