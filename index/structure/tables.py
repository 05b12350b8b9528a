"""Rows of tables: cells between tabs, names with telephone numbers, and the header table of an official bulletin."""

from __future__ import annotations

import re
from functools import cache

from juanzong.index.structure.wording import SEAMS

_SPACES = " \t\u3000\xa0"


@cache
def _cells() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """How a cell with a label begins, and where the next one does. Spaces may set the characters of a label apart."""
    label = "|".join("[ \u3000]{0,4}".join(word) for word in sorted(SEAMS.set("header_labels")))
    return (
        re.compile(rf"[【\[]?(?P<label>{label})[】\]]?[ \u3000]{{0,3}}(?:[:：]|\t|(?<=[】\]])|$)"),
        re.compile(rf"[ \u3000\t]{{1,20}}(?=[【\[]?(?:{label})[】\]]?[ \u3000]{{0,3}}[:：])"),
    )


def header_row(text: str, beside: bool = False) -> str | None:
    """A row of an official bulletin's header table as tab-separated cells, each label followed by its value; None for other lines.

    `beside` says that a row of such a table stands beside this line: then labels count that ordinary text has too (标题, 名称).
    """
    text = text.lstrip("•·●◆■ ")
    labelled, next_cell = _cells()
    first = labelled.match(text) if len(text) <= 300 else None
    if not first or "".join(first["label"].split()) in SEAMS.set("weak_labels") and not beside:
        return None
    parts = []
    for part in next_cell.split(text):
        cell = labelled.match(part)
        label = "".join(cell["label"].split()) if cell else ""
        parts.append(
            "\t".join(filter(None, (label, part[cell.end() :].strip(_SPACES)))) if cell else part.strip(_SPACES)
        )
    return "\t".join(parts)


def lacks_value(row: str) -> bool:
    """Whether a header table ends with a label whose value must stand on the next line."""
    last = row.rsplit("\n", 1)[-1].rsplit("\t", 1)[-1]
    return last in SEAMS.set("header_labels")


def is_row(text: str) -> bool:
    """Whether a line is a row of a table: cells between tabs, or a name with its telephone number."""
    if "\t" in text and len(text) <= 2000:
        cells = [cell for cell in text.split("\t") if cell.strip(_SPACES)]
        return len(cells) >= 2 and max(map(len, cells)) <= 300
    return (
        len(text) <= 90
        and (text[-1].isdecimal() or text[-1] in "()（）、，, /—-")
        and SEAMS.name_and_phone.match(text) is not None
    )
