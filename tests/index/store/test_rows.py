"""Rows of a segment: the numbers of names, and how wide those of sets are."""

from __future__ import annotations

import numpy as np
import pytest

from juanzong.index.store.rows import Names, narrowest


def test_names_that_cannot_be_encoded_share_a_number_with_what_is_written() -> None:
    names = Names()
    assert [names[name] for name in ("a", "\ud800", "b", "\udfff", "\ufffd", "a")] == [0, 1, 2, 1, 1, 0]
    assert names.written == [b"a", "\ufffd".encode(), b"b"]


@pytest.mark.parametrize(
    ("values", "dtype"), [(0, np.uint8), (256, np.uint8), (257, np.uint16), (65_536, np.uint16), (65_537, np.uint32)]
)
def test_sets_are_numbered_in_the_narrowest_type(values: int, dtype: type) -> None:
    assert narrowest(values) is dtype
