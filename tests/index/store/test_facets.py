"""Combinations of columns."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.store.facets import Combinations


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.sampled_from((0, 1, 65_535))), max_size=60))
def test_each_row_has_the_number_of_its_combination_and_no_two_are_alike(rows: list[tuple[int, int, int]]) -> None:
    columns = {
        name: np.array([row[place] for row in rows], dtype)
        for place, (name, dtype) in enumerate({"a": np.uint8, "b": np.uint32, "c": np.uint16}.items())
    }
    made = Combinations(columns)
    assert len(made) == len(set(rows))
    for name, column in columns.items():
        assert made.columns[name][made.number].tolist() == column.tolist()


def test_wide_columns_do_not_overflow() -> None:
    great = (1 << 31) - 1
    columns = {name: np.array([great, 0, great, great], np.uint32) for name in "abcd"}
    made = Combinations({**columns, "e": np.array([0, 0, 0, great], np.uint32)})
    assert made.number.tolist() == [1, 0, 1, 2]
