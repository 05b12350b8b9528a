"""Lines: what every format is turned into before paragraphs are made of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from juanzong.index.records import Join


@dataclass(slots=True)
class Line:
    """One line of a document, without the white space around it.

    `number` is its line in the file, from 1; `gap` the empty lines before it; `role` the kind of paragraph that the format says it is,
    or ""; `level` that of a heading, 1 to 6; `indented` says that it began with white space, as paragraphs do in print;
    `image` that a picture stands right before it (2: in the same block); `bold` that all of it is bold; `item` that it is an item of a list.
    Where lines of a fixed width were joined into this one, `last` is the last of them and `joins` the seams.
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
