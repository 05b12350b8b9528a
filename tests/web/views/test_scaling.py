from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.web.views.histogram import histogram
from juanzong.web.views.scaling import ceiling, is_skewed, part, ticks


@given(st.one_of(st.integers(0, 10**9).map(float), st.floats(0.01, 10_000)), st.booleans())
def test_figures_of_a_scale_are_round_and_stand_apart(most: float, skewed: bool) -> None:
    top = ceiling(most)
    written = ticks(top, skewed)
    assert most <= top * (1 + 1e-9) and top <= max(1.0, 2 * most)
    assert (written[0], written[-1]) == (0, top) and 2 <= len(written) <= 8
    assert all(part(high, top, skewed) - part(low, top, skewed) > 0.1 for low, high in pairwise(written))
    assert all(float(f"{value:.1e}") == pytest.approx(value) for value in written)


@pytest.mark.parametrize(
    ("values", "expected"),
    [([3, 4, 2, 9, 7], False), ([1, 2, 1, 3, 100], True), ([1, 100], False), ([0, 0, 0, 0, 0, 5], False), ([], False)],
)
def test_one_that_outgrows_all_others_changes_the_scale(values: list[float], expected: bool) -> None:
    assert is_skewed(values) is expected


def test_bars_beside_one_that_outgrows_them_can_be_told_apart() -> None:
    drawing = histogram([(f"{2000 + n}", count, False) for n, count in enumerate((4, 16, 1, 36, 10_000))], str)
    assert drawing is not None and drawing.skewed
    heights = [bar.height for bar in drawing.bars]
    assert heights[4] > heights[3] >= heights[1] >= heights[0] >= 2
