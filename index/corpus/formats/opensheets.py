"""OpenDocument spreadsheets (ISO/IEC 26300): every sheet with its name as heading, every row a line of what its cells show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from juanzong.index.corpus.contents import Contents, Entry, Opening
from juanzong.index.corpus.formats import spreadsheets
from juanzong.index.corpus.formats.opendocument import body_of, repeated
from juanzong.index.corpus.packages import attribute, local

_ROWS = frozenset(("table-row-group", "table-header-rows", "table-rows"))
_COLUMNS = frozenset(("table-cell", "covered-table-cell"))
_MAX_DEPTH = 100
_MOST_REPEATED = 1000
"""Rows of the same text that are read: a program that fills a sheet to its end repeats its last row a million times."""


def read(data: bytes, opening: Opening) -> Iterator[Contents | Entry]:
    """Cells as they are shown, hidden sheets too; notes on cells and text boxes follow their sheet."""
    sheets = [
        (attribute(table, "name") or "", _rows(table))
        for table in body_of(data, opening, "spreadsheet")[0]
        if local(table) == "table"
    ]
    yield spreadsheets.contents_of("ods", sheets, opening)


def _rows(table: Any) -> Iterator[list[str]]:
    notes: list[str] = []
    yield from _rows_in(table, notes)
    yield from ([note] for note in notes)


def _rows_in(parent: Any, notes: list[str]) -> Iterator[list[str]]:
    for element in parent:
        tag = local(element)
        if tag == "table-row":
            row = _row(element, notes)
            for _ in range(repeated(element, "number-rows-repeated", _MOST_REPEATED) if any(row) else 0):
                yield row
        elif tag in _ROWS:
            yield from _rows_in(element, notes)
        elif tag == "shapes":
            notes += filter(None, map(_paragraph, element.iter("{*}p")))


def _row(row: Any, notes: list[str]) -> list[str]:
    cells: list[str] = []
    for cell in row:
        if local(cell) not in _COLUMNS:
            continue
        shown = []
        for element in cell:
            if local(element) in ("p", "h"):
                shown.append(_paragraph(element))
            else:
                # a note on the cell, or a box that is drawn upon it
                notes += filter(None, map(_paragraph, element.iter("{*}p")))
        text = " ".join(filter(None, shown))
        cells += [text] * repeated(cell, "number-columns-repeated", spreadsheets.MAX_COLUMNS if text else 20_000)
    return cells


def _paragraph(element: Any) -> str:
    """The text of a paragraph; marks of spaces are blanks, what stands above characters is left out."""

    def pieces(parent: Any, depth: int) -> Iterator[str]:
        yield parent.text or ""
        for child in parent if depth < _MAX_DEPTH else ():
            tag = local(child)
            if tag in ("s", "tab", "line-break"):
                yield " "
            elif tag != "ruby-text":
                yield from pieces(child, depth + 1)
            yield child.tail or ""

    return " ".join("".join(pieces(element, 0)).split())
