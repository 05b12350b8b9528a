"""Page images to lines, through a recogniser: what it finds is put in order as the text of any page is."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from juanzong.index.corpus.contents import Opening, RecognisedLine
from juanzong.index.corpus.lines import Line
from juanzong.index.corpus.pages.composition import PageContent, lines_of_page
from juanzong.index.corpus.pages.glyphs import Run
from juanzong.index.corpus.pages.runs import is_wide

_DOTS = 200 / 72
"""Pixels a point at which a page is recognised."""
_MAX_PIXELS, _MAX_SIDE = 40_000_000, 8_000
"""Limits of a page image."""


def recognised_page(
    image: Callable[[float], Any], width: float, height: float, number: int, opening: Opening
) -> list[Line]:
    """The lines of a page that is `width` × `height` points; `image` gives it at so many pixels a point."""
    assert opening.recogniser is not None
    scale = min(_DOTS, math.sqrt(_MAX_PIXELS / max(1.0, width * height)), _MAX_SIDE / max(1.0, width, height))
    found = opening.recogniser(image(scale))
    return lines_of_page(
        PageContent(number, width, height, [_run(line, scale) for line in found if line.text.strip()], recognised=True)
    )


def _run(line: RecognisedLine, scale: float) -> Run:
    left, top, right, bottom = (value / scale for value in line.box)
    width, height = right - left, bottom - top
    vertical = height > 1.6 * width and len(line.text) > 1
    # what a Han character takes up of its line; half of it for others
    ems = sum(1.0 if is_wide(character) else 0.5 for character in line.text)
    along = (height if vertical else width) / max(0.5, ems)
    across = width if vertical else height
    size = along if len(line.text) >= 4 else min(along, across)
    return Run(line.text, left, top, right, bottom, size, vertical, line.confidence)


def advice(opening: Opening) -> str:
    """What to do about pages that need recognition."""
    return (
        "Install juanzong[ocr] and build again to have them recognised."
        if opening.recogniser is None
        else "They could not be recognised either."
    )
