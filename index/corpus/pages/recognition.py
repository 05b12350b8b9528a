"""Page images to lines, through a recogniser: what it finds is put in order as the text of any page is."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import median
from typing import Any

from juanzong.index.corpus.contents import Opening, RecognisedLine
from juanzong.index.corpus.lines import Line
from juanzong.index.corpus.pages.composition import PageContent, lines_of_page
from juanzong.index.corpus.pages.glyphs import Run
from juanzong.index.corpus.pages.recognitions import Recognitions
from juanzong.index.corpus.pages.runs import is_wide

_DOTS = 200 / 72
"""Pixels a point at which a page is recognised."""
_MAX_PIXELS, _MAX_SIDE = 40_000_000, 8_000
"""Limits of a page image."""
_MOST_SLANTED = 0.12
"""Radians beyond which what looks like a slant is none: about seven degrees."""
_TELLING = 6.0
"""Characters from which the length of a line tells their size better than its height does."""
_SAME, _SAME_SHORT = (0.75, 1.3), (0.6, 1.6)
"""Sizes that are taken for that of the running text, to its size: of lines, and of a few characters."""
_ROOM = 1.22
"""How high a recogniser takes a line to be, to the size of its characters."""


def recognised_page(
    image: Callable[[float], Any], width: float, height: float, number: int, opening: Opening
) -> list[Line]:
    """The lines of a page that is `width` × `height` points; `image` gives it at so many pixels a point."""
    assert opening.recogniser is not None
    scale = min(_DOTS, math.sqrt(_MAX_PIXELS / max(1.0, width * height)), _MAX_SIDE / max(1.0, width, height))
    found = [line for line in opening.recogniser(image(scale)) if line.text.strip()]
    upside_down = sum(len(line.text) if line.corners[1] < line.corners[0] else -len(line.text) for line in found) > 0
    if upside_down:
        found = [_turned(line, width * scale, height * scale) for line in found]
    slant = slant_of(found)
    runs = [_run(line, scale, slant) for line in found]
    _directed(runs)
    return lines_of_page(
        PageContent(
            number,
            width,
            height,
            _evened(runs),
            recognised=True,
            recognised_here=True,
            turned=2 * upside_down,
            slant=slant,
        )
    )


def _directed(runs: list[Run]) -> None:
    """Give single characters, which are as high as wide, the direction of the nearest line."""
    lines = [run for run in runs if len(run.text) > 2]
    for run in runs:
        if len(run.text) == 1 and lines:
            run.vertical = min(lines, key=lambda line: _distance(run, line)).vertical


def _distance(a: Run, b: Run) -> float:
    """The room between two runs, across or down, whichever is more."""
    return max(a.left - b.right, b.left - a.right, a.top - b.bottom, b.top - a.bottom)


def _turned(line: RecognisedLine, width: float, height: float) -> RecognisedLine:
    """A line on its page turned by half; both in pixels."""
    return replace(line, corners=tuple((width - x, height - y) for x, y in line.corners))


def _evened(runs: list[Run]) -> list[Run]:
    """The runs with one size for all lines of the running text, which a recogniser's boxes do not show exactly."""
    if runs:
        usual = median(run.size for run in runs for _ in range(min(len(run.text), 40)))
        for run in runs:
            low, high = _SAME if len(run.text) > 4 else _SAME_SHORT
            if low * usual < run.size < high * usual:
                run.size = usual
    return runs


def slant_of(lines: Sequence[RecognisedLine]) -> float:
    """The angle (radians, positive where lines fall to the right) by which a page is turned: that of the middle line, the long ones counting more."""
    angles: list[tuple[float, float]] = []
    for line in lines:
        (x0, y0), (x1, y1), _, (x3, y3) = line.corners
        across, down = math.hypot(x1 - x0, y1 - y0), math.hypot(x3 - x0, y3 - y0)
        if across > 4 * down:
            angles.append((math.atan2(y1 - y0, x1 - x0), across))
        elif down > 4 * across:
            angles.append((math.atan2(x0 - x3, y3 - y0), down))
    half, seen = sum(weight for _, weight in angles) / 2, 0.0
    for angle, weight in sorted(angles):
        seen += weight
        if seen >= half:
            return angle if abs(angle) < _MOST_SLANTED else 0.0
    return 0.0


def _run(line: RecognisedLine, scale: float, slant: float) -> Run:
    """A recognised line as a run on the straightened page, in points. Its box is the upright one around the line turned straight."""
    cos, sin = math.cos(slant), math.sin(slant)
    points = [((x * cos + y * sin) / scale, (y * cos - x * sin) / scale) for x, y in line.corners]
    xs, ys = sorted(x for x, _ in points), sorted(y for _, y in points)
    # corners are seldom exact: the means of the two on each side
    left, right, top, bottom = (xs[0] + xs[1]) / 2, (xs[2] + xs[3]) / 2, (ys[0] + ys[1]) / 2, (ys[2] + ys[3]) / 2
    width, height = right - left, bottom - top
    vertical = height > 1.6 * width and len(line.text) > 1
    # what a Han character takes up of its line; half of it for others
    ems = sum(1.0 if is_wide(character) else 0.5 for character in line.text)
    along = (height if vertical else width) / max(0.5, ems)
    across = width if vertical else height
    size = along if ems >= _TELLING else across / _ROOM
    return Run(line.text, left, top, right, bottom, size, vertical, line.confidence)


def advice(opening: Opening) -> str:
    """What to do about pages that need recognition."""
    reads = opening.recogniser
    if reads is None or isinstance(reads, Recognitions) and not reads.recognises:
        return "Install juanzong[ocr] and build again to have them recognised."
    return "They could not be recognised either."
