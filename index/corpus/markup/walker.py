"""The walk through a page: the text of inline elements is collected until a block begins or ends, which makes a line."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from juanzong.index.corpus.lines import MAX_LINES, Line
from juanzong.index.corpus.markup.cells import is_data, text_of
from juanzong.index.corpus.markup.elements import DROPPED, FURNITURE, INLINE, hints, is_block
from juanzong.index.corpus.markup.headline import Heading
from juanzong.index.datafiles import Words

WORDS = Words("page_words.yaml")
_BLANK = re.compile(r"[ \t\r\n\f\xa0\u200b\u3000]+")
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_HAN_END = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff01-\uff65]$")
_HAN_START = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff01-\uff65]")
_BESIDE = "\x00"
"""Where one inline element follows another without a space: a page sets them apart by its style where they are credits, not in running text."""
_BREAK = "\x01"
"""Where a line of a heading ends: a long title is set in several lines."""
_OWN_LINE = re.compile(r"[\s\u3000]*(?:[—–―-]{1,2}|[（(【\[])")
_LONGEST_TITLE = 80
_LONGEST_CREDITS = 160
_STAMPS = frozenset(("small", "span", "em", "i", "time", "sub", "font"))


class Walker:
    """Collects the text of inline elements until a block begins or ends.

    `titled` is what the head calls the page, `dropped` are the elements that are passed by.
    """

    def __init__(self, first_line: int, titled: str = "", dropped: frozenset[str] = DROPPED) -> None:
        self.lines: list[Line] = []
        self.hidden: list[Line] = []
        self._titled = titled
        self._dropped = dropped
        self.headings: list[Heading] = []
        self._offset = first_line - 1
        self._parts: list[str] = []
        self._number = 1
        self._strong = self._linked = self._total = 0
        self._bold = self._link = self._furniture = self._item = 0
        self._level = 0
        self._caption = 0
        self._image = 0
        self._breaks = 0
        self._kept = 0
        self._title = self._hidden = self._stamp = 0
        self._beside = False
        self._stamped: Any = None
        self._marked: dict[Any, tuple[bool, bool, bool, bool]] = {}

    def walk(self, root: Any) -> None:
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            tag = element.tag if isinstance(element.tag, str) else ""
            if event == "start":
                if tag in self._dropped:
                    walk.skip_subtree()
                elif tag == "table" and is_data(element):
                    self._flush()
                    self._table(element)
                    walk.skip_subtree()
                else:
                    self._enter(tag, element)
                    if self._beside and tag in INLINE and self._parts:
                        self._parts.append(_BESIDE)
                    self._beside = False
                    self._text(element.text)
            else:
                if tag not in self._dropped:
                    self._leave(tag, element)
                if element is not root:
                    self._beside = tag in INLINE and not (element.tail or "").strip(" ")
                    if tag == "a" and self._parts and _HAN_START.match(element.tail or ""):
                        self._parts.append(_BESIDE)
                    self._text(element.tail)
        self._flush()
        if 2 * sum(len(line.text) for line in self.hidden) < sum(len(line.text) for line in self.lines):
            # where most of a page is hidden, it is what a script shows
            for line in self.hidden:
                line.role = "boilerplate"

    def _enter(self, tag: str, element: Any) -> None:
        if tag == "br":
            if (self._level or self._title) and self._parts:
                self._parts.append(_BREAK)
            else:
                self._flush()
            self._breaks += 1
        elif tag == "img":
            if self._parts and self._total:
                self._flush()
            self._image = 2
        if self._level and not self._stamp and tag in _STAMPS and self._total and _is_stamp(element):
            self._flush()
            self._stamp = 1
            self._stamped = element
        if is_block(tag, element):
            self._flush()
            self._number = element.sourceline or self._number
            if self._image == 2 and tag not in ("figcaption",):
                self._image = 1
        self._mark(tag, element)
        self._count(tag, element, 1)

    def _mark(self, tag: str, element: Any) -> None:
        """Note what class, id and style of an element say of all that it holds."""
        marks = hints(tag, element)
        if not any(marks):
            return
        furniture, title, kept, hidden = marks
        if furniture or title or hidden:
            self._flush()
        self._marked[element] = marks
        self._furniture += furniture
        self._title += title
        self._kept += kept
        self._hidden += hidden

    def _leave(self, tag: str, element: Any) -> None:
        if self._stamped is element:
            self._flush()
            self._stamp, self._stamped = 0, None
        if is_block(tag, element):
            self._flush()
            self._breaks = 0
            if self._image == 2:
                self._image = 1
        if element in self._marked:
            furniture, title, kept, hidden = self._marked.pop(element)
            self._flush()
            self._furniture -= furniture
            self._title -= title
            self._kept -= kept
            self._hidden -= hidden
        self._count(tag, element, -1)

    def _count(self, tag: str, element: Any, step: int) -> None:
        if (
            tag in ("b", "strong")
            or tag in ("span", "p", "font", "section")
            and _BOLD_STYLE.search(element.get("style") or "")
        ):
            self._bold += step
        elif tag == "a" and element.get("href"):
            self._link += step
        elif tag in FURNITURE:
            self._furniture += step
        elif tag == "li":
            self._item += step
        elif tag == "figcaption":
            self._caption += step
        elif len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
            self._level = int(tag[1]) if step > 0 else 0

    def _text(self, text: str | None) -> None:
        if not text:
            return
        if self._kept and "\n" in text:
            for part in text.split("\n"):
                self._piece(part)
                self._flush()
                self._number += 1
            return
        self._piece(text)

    def _piece(self, text: str) -> None:
        self._parts.append(text)
        size = len(text) - text.count(" ") - text.count("\n")
        self._total += size
        self._strong += size if self._bold else 0
        self._linked += size if self._link else 0

    def _flush(self) -> None:
        parts, self._parts = self._parts, []
        total, strong, linked = self._total, self._strong, self._linked
        self._total = self._strong = self._linked = 0
        if not total or len(self.lines) >= MAX_LINES:
            return
        raw, rest = _title_lines("".join(parts), self._titled)
        if _BESIDE in raw:
            raw = raw.replace(_BESIDE, " " if len(raw) <= _LONGEST_CREDITS and WORDS.credits.search(raw) else "")
        text = collapse(raw)
        if not text:
            return
        line = Line(
            text,
            self._number + self._offset,
            1 if self._breaks != 1 else 0,
            image=self._image,
            bold=strong == total,
            item=self._item > 0,
        )
        line.indented = raw.startswith(("\u3000", "\xa0\xa0"))
        if self._level and not self._stamp:
            line.role, line.level = "heading", self._level
        elif self._caption:
            line.role = "caption"
        elif self._furniture:
            line.role = "boilerplate"
        elif linked == total and len(text) <= 60:
            line.role = "link"
        if (self._level or self._title) and not self._stamp and len(text) <= 200:
            self.headings.append(Heading(text, self._level, linked == total))
        self.lines.append(line)
        if self._hidden:
            self.hidden.append(line)
        self._breaks = self._image = 0
        for piece in rest:
            self._parts.append(piece)
            self._total = len(piece)
            self._flush()

    def _table(self, table: Any) -> None:
        for row in table.iter("tr"):
            cells = [collapse(text_of(cell)) for cell in row if cell.tag in ("td", "th")]
            while cells and not cells[-1]:
                cells.pop()
            if cells and any(cells) and len(self.lines) < MAX_LINES:
                number = (row.sourceline or self._number) + self._offset
                filled = [cell for cell in cells if cell]
                self.lines.append(
                    Line("\t".join(cells), number, 0 if self._image == -1 else 1, "table")
                    if len(filled) > 1
                    else Line(filled[0], number, 1)
                )
                self._image = -1
        self._image = self._breaks = 0


def collapse(text: str) -> str:
    """White space as it is shown: runs become one space; a line end between Han characters vanishes."""
    if "\n" not in text:
        return _BLANK.sub(" ", text).strip()
    pieces = [_BLANK.sub(" ", piece).strip() for piece in text.split("\n")]
    parts: list[str] = []
    for piece in filter(None, pieces):
        if parts and not (_HAN_END.search(parts[-1]) and _HAN_START.match(piece)):
            parts.append(" ")
        parts.append(piece)
    return "".join(parts)


def _title_lines(raw: str, titled: str) -> tuple[str, list[str]]:
    """The title that the first lines of a heading make, and the lines below it: a subtitle, or credits."""
    if _BREAK not in raw:
        return raw, []
    pieces = [piece for piece in raw.split(_BREAK) if piece.strip()]
    title = pieces[0] if pieces else ""
    for at, piece in enumerate(pieces[1:], 1):
        if _OWN_LINE.match(piece) or WORDS.credits.search(piece) or len(title) + len(piece) > _LONGEST_TITLE:
            return title, pieces[at:]
        whole = title.strip() + piece.strip()
        title = whole if WORDS.goes_on.match(piece) or whole in titled else f"{title.strip()} {piece.strip()}"
    return title, []


def _is_stamp(element: Any) -> bool:
    """Whether an element inside a heading holds the credits that its page sets beside the title."""
    text = "".join(element.itertext())
    return len(text) <= _LONGEST_CREDITS and WORDS.credits.search(text) is not None and any(map(str.isdigit, text))
