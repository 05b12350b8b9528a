"""Where on its pages a paragraph stands, and where in it a hit: boxes in ten thousandths of a page as it is shown."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

Line = Sequence[int]
"""A line of print: the code point from which it holds, the page, and left, top, right, bottom."""
PageBox = tuple[int, int, int, int, int]
"""The page, and left, top, right, bottom on it."""
_VERTICAL = 1.6
"""How much higher than wide a line is that runs down the page."""


def mark_boxes(text: str, marks: Iterable[Sequence[int]], lines: Sequence[Line]) -> Iterator[list[PageBox]]:
    """For each mark (offsets in code points) its boxes, one a line of print that it touches; none where no line is known.

    A part of a line is measured by its characters, of which Latin letters are half as wide as Han; of a row of a table the whole row is given, since
    its cells stand where they like.
    """
    ends = [*(int(line[0]) for line in lines[1:]), len(text)] if lines else []
    for mark in marks:
        start, end = mark[0], mark[1]
        yield [
            _part(text[line[0] : stop], line, max(0, start - line[0]), min(stop, end) - line[0])
            for line, stop in zip(lines, ends, strict=True)
            if line[0] < end and start < stop
        ]


def boxes_of(text: str, marks: Iterable[Sequence[int]], lines: Sequence[Line]) -> tuple[PageBox, ...]:
    """The boxes of all marks."""
    return tuple(box for boxes in mark_boxes(text, marks, lines) for box in boxes)


def _part(text: str, line: Line, start: int, end: int) -> PageBox:
    _, page, left, top, right, bottom = line
    if "\t" in text:
        return page, left, top, right, bottom
    widths = [1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.5 for character in text]
    whole = sum(widths) or 1.0
    begin, stop = sum(widths[:start]) / whole, sum(widths[:end]) / whole
    if bottom - top > _VERTICAL * (right - left) and len(text) > 1:
        down = bottom - top
        return page, left, round(top + begin * down), right, round(top + stop * down)
    across = right - left
    return page, round(left + begin * across), top, round(left + stop * across), bottom


def regions(lines: Sequence[Line], page: int) -> list[tuple[int, int, int, int]]:
    """What a paragraph covers of a page: one box for its lines in each column."""
    found: list[tuple[int, int, int, int]] = []
    for _, on, left, top, right, bottom in lines:
        if on != page:
            continue
        if found and _goes_on(found[-1], (left, top, right, bottom)):
            before = found[-1]
            found[-1] = min(before[0], left), min(before[1], top), max(before[2], right), max(before[3], bottom)
        else:
            found.append((left, top, right, bottom))
    return found


def _goes_on(before: tuple[int, int, int, int], line: tuple[int, int, int, int]) -> bool:
    """Whether a line stands right below what came before it, or left of it where lines run down the page."""
    across = min(before[2], line[2]) - max(before[0], line[0])
    down = min(before[3], line[3]) - max(before[1], line[1])
    width, height = line[2] - line[0], line[3] - line[1]
    if height > _VERTICAL * width:
        return down > 0.5 * height and abs(before[0] - line[2]) < 3 * max(1, width)
    return (
        across > 0.5 * min(width, before[2] - before[0])
        and line[1] - before[3] < 3 * max(1, height)
        and line[1] > before[1] - height
    )
