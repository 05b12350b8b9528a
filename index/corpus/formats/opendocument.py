"""OpenDocument texts (ISO/IEC 26300): paragraphs, headings, lists, tables, notes; the pages that the program noted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from juanzong.index.corpus.contents import Contents, Entry, Opening, Refused
from juanzong.index.corpus.lines import MAX_LINES, Line
from juanzong.index.corpus.packages import attribute, local, open_package, parse, part

_DROPPED = frozenset(
    (
        "tracked-changes",
        "annotation",
        "annotation-end",
        "ruby-text",
        "note-citation",
        "sequence-decls",
        "forms",
        "variable-decls",
        "bookmark",
        "script",
    )
)
_MAX_DEPTH = 200
_BEFORE_XML = b"\xef\xbb\xbf \t\r\n"
_MOST_REPEATED = 100


def read(data: bytes, opening: Opening) -> Iterator[Contents | Entry]:
    """The paragraphs of a text in order, its notes where they are called."""
    body, styles = body_of(data, opening, "text")
    reader = _TextReader()
    reader.blocks(body, 0)
    if styles is not None:
        reader.furniture(styles)
    yield Contents("odt", reader.lines, pages=reader.page if reader.noted else 0, about=True)


def body_of(data: bytes, opening: Opening, kind: str) -> tuple[Any, Any]:
    """The body of this kind (text, spreadsheet), and the styles or None: of a package, or of a document that is one XML file. Raises Refused."""
    if data.lstrip(_BEFORE_XML).startswith(b"<?xml"):
        opening.budget.take(len(data))
        content = parse(data)
        styles = next((element for element in content if local(element) == "master-styles"), None)
    else:
        package = open_package(data)
        manifest = part(package, "META-INF/manifest.xml", opening.budget) or b""
        if b"encryption-data" in manifest:
            raise Refused(
                "encrypted", "The file is protected by a password. Open it with the password and save it without."
            )
        packed = part(package, "content.xml", opening.budget)
        content = parse(packed) if packed is not None else ()
        packed = part(package, "styles.xml", opening.budget)
        styles = parse(packed) if packed is not None else None
    for element in content:
        if local(element) == "body":
            for body in element:
                if local(body) == kind:
                    return body, styles
    raise Refused(
        "unreadable",
        f"The file is no OpenDocument {kind}, whatever its name says. Open it in an office program and save it again.",
    )


def repeated(element: Any, name: str, most: int) -> int:
    """How often a cell or a row stands there."""
    times = attribute(element, name) or "1"
    return min(most, int(times)) if times.isdigit() and len(times) < 9 else 1


class _TextReader:
    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.page = 1
        self.noted = False
        self._notes: list[Any] = []

    def blocks(self, parent: Any, depth: int) -> None:
        for element in parent if depth < _MAX_DEPTH else ():
            tag = local(element)
            if tag in ("p", "h"):
                level = (
                    int(attribute(element, "outline-level") or 1)
                    if tag == "h" and (attribute(element, "outline-level") or "1").isdigit()
                    else 0
                )
                for text in self._text(element, depth).split("\n"):
                    self._add(" ".join(text.split()), "heading" if tag == "h" else "", level=min(6, level))
                notes, self._notes = self._notes, []
                for note in notes:
                    self.blocks(note, depth + 1)
            elif tag == "table":
                self._table(element, depth)
            elif tag == "soft-page-break":
                self._turn()
            elif tag and tag not in _DROPPED:
                self.blocks(element, depth + 1)

    def furniture(self, styles: Any) -> None:
        """Heads and feet, each once."""
        start = len(self.lines)
        for element in styles.iter():
            if local(element) in ("header", "footer", "header-left", "footer-left", "header-first", "footer-first"):
                self.blocks(element, 1)
        kept = {line.text: line for line in self.lines[start:]}
        for line in kept.values():
            line.role, line.page = "boilerplate", 0
        self.lines[start:] = kept.values()

    def _turn(self) -> None:
        self.page += 1
        self.noted = True

    def _add(self, text: str, role: str = "", level: int = 0) -> None:
        if text and len(self.lines) < MAX_LINES:
            self.lines.append(Line(text, len(self.lines) + 1, 1, role, level, page=self.page))

    def _text(self, element: Any, depth: int) -> str:
        parts = [element.text or ""]
        for child in element if depth < _MAX_DEPTH else ():
            tag = local(child)
            if tag == "s":
                parts.append(
                    " " * min(100, int(attribute(child, "c") or 1) if (attribute(child, "c") or "1").isdigit() else 1)
                )
            elif tag == "tab":
                parts.append(" ")
            elif tag == "line-break":
                parts.append("\n")
            elif tag == "soft-page-break":
                self._turn()
            elif tag in ("note", "text-box"):
                body = next((inner for inner in child if local(inner) == "note-body"), child)
                self._notes.append(body)
            elif tag == "table":
                self._notes.append([child])
            elif tag and tag not in _DROPPED:
                parts.append(self._text(child, depth + 1))
            parts.append(child.tail or "")
        return "".join(parts)

    def _table(self, table: Any, depth: int) -> None:
        for row in table.iter("{*}table-row"):
            if next(ancestor for ancestor in row.iterancestors() if local(ancestor) == "table") is not table:
                continue
            cells: list[str] = []
            for cell in row:
                if local(cell) not in ("table-cell", "covered-table-cell"):
                    continue
                text = " ".join(" ".join(self._text(inner, depth + 1).split()) for inner in cell.iter("{*}p", "{*}h"))
                cells += [text] * repeated(cell, "number-columns-repeated", _MOST_REPEATED)
            while cells and not cells[-1]:
                cells.pop()
            filled = [cell for cell in cells if cell]
            self._notes = []
            if filled:
                self._add("\t".join(cells) if len(filled) > 1 else filled[0], "table" if len(filled) > 1 else "")
