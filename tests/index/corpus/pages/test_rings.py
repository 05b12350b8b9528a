"""Naughts that a recogniser left out are seen as rings in the gaps of a line."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from juanzong.index.corpus.pages.rings import restored

PITCH, HEIGHT = 20, 30


def line(shapes: str) -> tuple[str, list[float], NDArray[np.uint8]]:
    """A line as it was drawn, without its naughts: ○ a ring, □ a box, blank a gap, and any other character some strokes."""
    crop = np.full((HEIGHT, PITCH * len(shapes), 3), 230, dtype=np.uint8)
    crop -= np.random.default_rng(3).integers(0, 25, crop.shape, dtype=np.uint8)
    rows, columns = np.mgrid[0:HEIGHT, 0:PITCH]
    text, places = "", []
    for at, shape in enumerate(shapes):
        cell = crop[:, at * PITCH : (at + 1) * PITCH]
        away = np.hypot(rows - HEIGHT / 2, columns - PITCH / 2)
        if shape == "○":
            cell[(away > 6.5) & (away < 8.5)] = 40
        elif shape == "□":
            cell[6:24, 2:18] = 40
            cell[9:21, 5:15] = 230
        elif shape != " ":
            cell[5:25, 4:16:5] = 40
            cell[14:16, 2:18] = 40
            text += shape
            places.append((at + 0.5) / len(shapes))
    return text, places, crop


@pytest.mark.parametrize(
    "shapes",
    ["一九八○年五月", "二○○○年间", "二○○八年", "成立于一九五○", "第一○三条规定", "一九八 年五月", "一九八五年五月"],
)
def test_a_ring_between_digits_is_a_naught(shapes: str) -> None:
    assert restored(*line(shapes), "○") == shapes.replace(" ", "")


@pytest.mark.parametrize("shapes", ["门○口有人", "一九八□年五月", "甲○乙丙丁"])
def test_what_stands_elsewhere_or_is_no_ring_is_left(shapes: str) -> None:
    text, places, crop = line(shapes)
    assert restored(text, places, crop, "○") == text


def test_where_the_places_are_not_known_nothing_is_put_in() -> None:
    text, _, crop = line("一九八○年")
    assert restored(text, [], crop, "○") == text
