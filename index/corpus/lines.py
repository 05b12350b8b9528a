"""Lines: what every format is turned into before paragraphs are made of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from juanzong.index.records import Box, Join

MAX_LINES = 400_000
"""Lines of one document that are read."""


# how a line of text is set: blanks, an indent, a heading marked with #, a rule
SPACE = " \t\u3000\xa0\u2002\u2003\u2009\u200b\ufeff"
INDENT = re.compile(r"(?:\u3000|  |\t|\xa0\xa0|\u2003| \xa0|\xa0 )")
ATX = re.compile(r"(#{1,6})[ \t\u3000]+")
RULE = re.compile(r"(?:[-*_=—─＝~～·.][ \t]?){3,300}$")


@dataclass(frozen=True, slots=True)
class LinePlace:
    """Where a line stands on its page, in points. `begin` and `end` are along the line, `before` and `after` across it; both grow in the order of reading,
    so that they mean the same for vertical lines. `size` is that of a Han character, `column` the edges of the column along the line, `box` the left, top,
    right and bottom on the page as it is shown, in ten thousandths of it.
    """

    page: int
    begin: float
    end: float
    before: float
    after: float
    size: float
    column: tuple[float, float]
    vertical: bool = False
    box: tuple[int, int, int, int] = (0, 0, 0, 0)


@dataclass(slots=True)
class Line:
    """One line of a document, without the white space around it.

    `number` is its line in the file, from 1; `gap` the empty lines before it; `role` the kind of paragraph that the format says it is,
    or ""; `level` that of a heading, 1 to 6; `indented` says that it began with white space, as paragraphs do in print;
    `image` that a picture stands right before it (2: in the same block); `bold` that all of it is bold; `item` that it is an item of a list.
    Where lines of a fixed width were joined into this one, `last` is the last of them, `joins` the seams and `boxes` where each of them stands.
    `page` is the page it begins on, from 1, 0 for none, `last_page` the one it ends on where that is another; `place` where on it; `aside` says that it stands outside the flow, as a footnote does;
    `confidence` is that of a recogniser, `flags` are handed on to its paragraph.
    """

    text: str
    number: int
    gap: int = 0
    role: str = ""
    level: int = 0
    indented: bool = False
    image: int = 0
    bold: bool = False
    item: bool = False
    last: int = 0
    joins: list[Join] = field(default_factory=list)
    page: int = 0
    last_page: int = 0
    place: LinePlace | None = None
    boxes: list[Box] = field(default_factory=list)
    aside: bool = False
    confidence: float = 1.0
    flags: tuple[str, ...] = ()
