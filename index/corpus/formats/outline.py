"""Which paragraphs of a Word document are headings: by their own outline level, or by that of a style (ECMA-376 part 1, 17.3.1.20 and 17.7.4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from juanzong.index.corpus.packages import attribute, local

_DEEPEST = 6
"""The level up to which a paragraph counts as a heading."""
_MAX_BASES = 20
"""Styles that are followed, each based on the next: a file may let them run in a circle."""


class Outline:
    """The levels that the styles of a document give; none where it has no styles."""

    def __init__(self, styles: Any) -> None:
        self._styles = {
            attribute(style, "styleId") or "": _level_and_base(style)
            for style in (styles if styles is not None else ())
            if local(style) == "style" and attribute(style, "type") == "paragraph"
        }

    def level(self, properties: Iterable[Any]) -> int:
        """The level of the heading that a paragraph with these properties is, from 1; 0 where it is none."""
        style = None
        level = 0
        for element in properties:
            tag = local(element)
            if tag == "pStyle":
                style = attribute(element, "val")
            elif tag == "outlineLvl":
                level = _outline_level(element)
        steps = 0
        while not level and style in self._styles and steps < _MAX_BASES:
            level, style = self._styles[style]
            steps += 1
        return level if level <= _DEEPEST else 0


def _level_and_base(style: Any) -> tuple[int, str | None]:
    """The level of heading that a style gives by itself (0 for none), and the style it is based on."""
    name = based = None
    level = 0
    for element in style.iter():
        tag = local(element)
        if tag == "name":
            name = (attribute(element, "val") or "").lower()
        elif tag == "basedOn":
            based = attribute(element, "val")
        elif tag == "outlineLvl":
            level = _outline_level(element)
    if name == "title":
        level = 1
    elif name and name.startswith("heading ") and name[8:].isdigit():
        level = level or int(name[8:])
    return level if level <= _DEEPEST else 0, based


def _outline_level(element: Any) -> int:
    """A level as it is written, from 0, counted from 1; body text, which is the tenth, for what makes no sense."""
    value = attribute(element, "val") or ""
    return int(value) + 1 if value.isdecimal() and len(value) < 9 else 10
