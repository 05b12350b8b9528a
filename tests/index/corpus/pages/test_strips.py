"""Large pages in parts, and lines divided at gutters, on drawn pages."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from juanzong.index.corpus.pages import gutters, strips


def box(left: float, top: float, right: float, bottom: float) -> list[list[float]]:
    return [[left, top], [right, top], [right, bottom], [left, bottom]]


def found(part: NDArray[np.uint8]) -> strips.Boxes | None:
    """The connected rows of ink of a drawn page: a stand-in for the eyes of a recogniser, which sees no further than its strip."""
    ink = part[:, :, 0] < 128
    rows = np.flatnonzero(np.diff(np.concatenate([[False], ink.any(axis=1), [False]]).astype(int)))
    boxes = []
    for top, bottom in zip(rows[::2], rows[1::2]):
        columns = np.flatnonzero(ink[top:bottom].any(axis=0))
        boxes.append(box(columns[0], top, columns[-1] + 1, bottom))
    return np.asarray(boxes, dtype=np.float32) if boxes else None


@pytest.mark.parametrize("turned", [False, True])
def test_lines_found_in_strips_are_those_of_the_page(turned: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strips, "MAX_PIXELS", 100_000)
    page = np.full((900, 600, 3), 255, dtype=np.uint8)
    for top in range(20, 880, 30):
        page[top : top + 16, 40:560] = 0
    page[400:470, 100:500] = 0
    whole = found(page)
    assert whole is not None
    if turned:

        def down(part: NDArray[np.uint8]) -> strips.Boxes | None:
            boxes = found(part.transpose(1, 0, 2))
            return None if boxes is None else boxes[:, [0, 3, 2, 1], ::-1].copy()

        there = strips.found_in_strips(page.transpose(1, 0, 2).copy(), whole[:, [0, 3, 2, 1], ::-1].copy(), down)
        there = there[:, [0, 3, 2, 1], ::-1]
    else:
        there = strips.found_in_strips(page, whole, found)
    assert sorted(map(tuple, there[:, 0].tolist())) == sorted(map(tuple, whole[:, 0].tolist()))


def line(length: int, clear: tuple[int, int] | None = None) -> NDArray[np.uint8]:
    """A line of strokes, 20 pixels high, with a clear stretch."""
    crop = np.full((20, length, 3), 255, dtype=np.uint8)
    crop[4:16, ::2] = 0
    if clear:
        crop[:, clear[0] : clear[1]] = 255
    return crop


def test_a_line_across_a_gutter_is_divided_where_other_lines_begin() -> None:
    boxes = [box(100, 100, 700, 120)]
    crops = [line(600, (280, 310))]
    for row in range(1, 5):
        boxes += [box(100, 100 + 30 * row, 380, 120 + 30 * row), box(410, 100 + 30 * row, 700, 120 + 30 * row)]
        crops += [line(280), line(290)]
    divided = gutters.divided(np.asarray(boxes, dtype=np.float32), crops)
    assert len(divided) == len(boxes) + 1
    assert divided[0, 1, 0] == pytest.approx(395, abs=3) == divided[1, 0, 0]


def test_a_blank_inside_a_line_is_no_gutter() -> None:
    boxes = np.asarray([box(100, 100 + 30 * row, 700, 120 + 30 * row) for row in range(6)], dtype=np.float32)
    crops = [line(600, (60 + 90 * row, 90 + 90 * row)) for row in range(6)]
    assert len(gutters.divided(boxes, crops)) == 6


@pytest.mark.parametrize("down", [False, True])
def test_lines_end_where_their_ink_does(down: bool) -> None:
    crop = line(600)
    crop[:, :14] = crop[:, 580:] = 255
    corners = box(100, 100, 120, 700) if down else box(100, 100, 700, 120)
    [trimmed] = gutters.trimmed(np.asarray([corners], dtype=np.float32), [crop])
    along = trimmed[:, 1 if down else 0]
    assert sorted(along.tolist()) == pytest.approx([114, 114, 680, 680], abs=3)


def test_the_edge_of_a_character_in_the_next_column_is_cut_off() -> None:
    crop = line(600, (570, 594))
    [trimmed] = gutters.trimmed(np.asarray([box(0, 0, 600, 20)], dtype=np.float32), [crop])
    assert trimmed[1, 0] == pytest.approx(576, abs=7)


def test_the_noise_of_paper_is_no_ink() -> None:
    noise = np.random.default_rng(3).normal(200, 12, (20, 600, 3)).clip(0, 255).astype(np.uint8)
    crop = np.minimum(line(600, (500, 600)), noise)
    [trimmed] = gutters.trimmed(np.asarray([box(0, 0, 600, 20)], dtype=np.float32), [crop])
    assert trimmed[1, 0] == pytest.approx(576, abs=4), "a height is cut off at most"


def test_an_indent_below_a_comma_is_no_gutter() -> None:
    boxes, crops = [], []
    for row in range(24):
        indent = 40 if row % 4 == 0 else 0
        boxes.append(box(100 + indent, 100 + 30 * row, 700, 120 + 30 * row))
        crops.append(line(600 - indent, (26, 40) if row % 4 == 2 else None))
    assert len(gutters.divided(np.asarray(boxes, dtype=np.float32), crops)) == len(boxes)


def test_columns_of_a_page_on_its_side_are_divided_too() -> None:
    boxes, crops = [box(100, 100, 120, 700)], [line(600, (280, 310))]
    for row in range(1, 5):
        left = 100 + 30 * row
        boxes += [box(left, 100, left + 20, 380), box(left, 410, left + 20, 700)]
        crops += [line(280), line(290)]
    divided = gutters.divided(np.asarray(boxes, dtype=np.float32), crops)
    assert len(divided) == len(boxes) + 1
    assert divided[0, 3, 1] == pytest.approx(395, abs=3) == divided[1, 0, 1]


def test_a_short_part_of_a_page_is_divided_as_the_rest_of_it_shows() -> None:
    boxes, crops = [box(100, 1000, 700, 1020)], [line(600, (280, 310))]
    for row in range(5):
        boxes += [box(100, 100 + 30 * row, 380, 120 + 30 * row), box(410, 100 + 30 * row, 700, 120 + 30 * row)]
        crops += [line(280), line(290)]
    boxes += [box(100, 1030, 380, 1050), box(410, 1030, 600, 1050)]
    crops += [line(280), line(190)]
    assert len(gutters.divided(np.asarray(boxes, dtype=np.float32), crops)) == len(boxes) + 1


def test_a_blank_in_a_headline_is_no_gutter_of_the_columns_below() -> None:
    headline = line(900, (400, 460)).repeat(3, axis=0)
    boxes, crops = [box(50, 20, 950, 80)], [headline]
    for row in range(6):
        boxes += [box(50, 100 + 30 * row, 440, 120 + 30 * row), box(510, 100 + 30 * row, 900, 120 + 30 * row)]
        crops += [line(390), line(390)]
    assert len(gutters.divided(np.asarray(boxes, dtype=np.float32), crops)) == len(boxes)
