"""Tables of HTML: which hold data, and the text of their cells."""

from __future__ import annotations

from typing import Any

from lxml import etree

from juanzong.index.corpus.markup.elements import BLOCKS, DROPPED


def is_data(table: Any) -> bool:
    """A table of data, not one that lays out a page: several columns of small cells, no table inside, no picture."""
    if next(table.iterdescendants("table", "img", "h1", "h2"), None) is not None:
        return False
    cells = list(table.iter("td", "th"))
    if len(cells) < 2 or all(len(row.findall("td") + row.findall("th")) < 2 for row in table.iter("tr")):
        return False
    for cell in cells[:2000]:
        size = len("".join(cell.itertext()))
        if size > 400 or len(cell.findall(".//p")) > 2 or size > 60 and cell.find(".//br") is not None:
            return False
    return True


def text_of(cell: Any) -> str:
    """The text of a cell of data: its lines by spaces, without readings and scripts."""
    parts = [cell.text or ""]
    for event, element in etree.iterwalk(cell, events=("start", "end")):
        if element is cell or not isinstance(element.tag, str):
            continue
        if event == "start" and not any(
            parent.tag in DROPPED
            for parent in (element, *element.iterancestors())
            if isinstance(parent.tag, str) and parent is not cell
        ):
            parts.append((" " if element.tag in BLOCKS or element.tag == "br" else "") + (element.text or ""))
        elif event == "end":
            parts.append(element.tail or "")
    return "".join(parts)
