"""Numbers as they are said."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.ranges import ranges


@pytest.mark.parametrize(
    ("numbers", "said"), [([], ""), ([4], "4"), ([1, 2, 3, 7], "1–3, 7"), ([1, 2], "1–2"), (range(1, 46, 2), None)]
)
def test_runs_are_drawn_together(numbers: list[int], said: str | None) -> None:
    found = ranges(numbers)
    assert found == said if said is not None else found.endswith("and 3 more")


@given(st.sets(st.integers(1, 30)))
def test_all_numbers_are_said(numbers: set[int]) -> None:
    said: set[int] = set()
    for part in re.findall(r"\d+(?:–\d+)?", ranges(sorted(numbers))):
        first, _, last = part.partition("–")
        said |= set(range(int(first), int(last or first) + 1))
    assert said == numbers
