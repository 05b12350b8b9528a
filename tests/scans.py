"""A scan with what a recogniser read on it kept beside it, so that it is read without one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from juanzong.index.corpus.contents import RecognisedLine
from juanzong.index.corpus.pages.recognitions import BESIDE, keep, page_key

SIZE = 1240, 1754
LEFT, TOP, EM, PITCH = 150, 200, 40, 72
"""Pixels: where the first line begins, the side of a character, from line to line."""


def scan(path: Path, lines: Sequence[str]) -> None:
    """Writes an A4 page at 150 dots an inch with a grey bar for each line, and keeps the lines beside it."""
    from PIL import Image, ImageDraw

    image: Any = Image.new("L", SIZE, "white")
    brush = ImageDraw.Draw(image)
    found = []
    for number, line in enumerate(lines):
        top = TOP + number * PITCH
        right = LEFT + EM * len(line)
        brush.rectangle((LEFT, top, right, top + EM), fill=(90 + number) % 200)
        corners = ((LEFT, top), (right, top), (right, top + EM), (LEFT, top + EM))
        found.append(RecognisedLine(line, tuple((float(x), float(y)) for x, y in corners), 0.98))
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)
    keep(path.with_name(BESIDE), page_key(image), found)
