"""Word documents (Office Open XML, ISO/IEC 29500): the text that a reader sees, with headings, tables, notes, heads and feet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from juanzong.index.corpus.contents import Contents, Entry, Opening, Refused
from juanzong.index.corpus.formats.numbering import Numbering
from juanzong.index.corpus.formats.outline import Outline
from juanzong.index.corpus.lines import MAX_LINES, Line
from juanzong.index.corpus.packages import attribute, local, open_package, parse, part
from juanzong.index.records import Problem

_DROPPED = frozenset(
    (
        "del",
        "moveFrom",
        "instrText",
        "delText",
        "delInstrText",
        "rt",
        "Fallback",
        "rPr",
        "pPr",
        "sdtPr",
        "tblPr",
        "trPr",
        "tcPr",
        "fldData",
        "footnoteRef",
        "endnoteRef",
        "annotationRef",
        "binData",
    )
)
"""What a reader does not see: deleted text, codes of fields, the second version of a drawing, properties. Pinyin above characters is none of the text either."""
_DRAWN = ("word/diagrams/data", "word/charts/chart")
"""Parts that hold the words of drawings: organisation charts, diagrams."""
_LONGEST_CELL = 60
"""Characters up to which what stands alone in a row of a table is a cell, and no text that a table lays out."""
_MAX_DEPTH = 200


def read(data: bytes, opening: Opening) -> Iterator[Contents | Entry]:
    """The paragraphs of a document in order; then its notes, heads and feet, each once.

    What its properties say (title, author, days) is mostly that of a template or a machine, and is not taken.
    """
    package = open_package(data)
    names = set(package.namelist())
    main = next((name for name in sorted(names) if name.startswith("word/document") and name.endswith(".xml")), None)
    if main is None:
        raise Refused(
            "unreadable",
            "The file is no Word document, whatever its name says. Open it in a word processor and save it as .docx.",
        )

    def xml(name: str) -> Any:
        content = part(package, name, opening.budget) if name in names else None
        return parse(content) if content is not None else None

    body = xml(main)
    walker = _Walker(Outline(xml("word/styles.xml")), Numbering(xml("word/numbering.xml")), opening)
    result = Contents("docx", about=True)
    try:
        walker.blocks(body, 0)
        walker.finish()
        for name in ("word/footnotes.xml", "word/endnotes.xml"):
            walker.notes(xml(name))
        for name in sorted(name for name in names if name.startswith(_DRAWN) and name.endswith(".xml")):
            walker.drawn(xml(name))
        seen: set[str] = set()
        for name in sorted(
            name for name in names if name.startswith(("word/header", "word/footer")) and name.endswith(".xml")
        ):
            walker.furniture(xml(name), seen)
    except Refused as refused:
        result.problems.append(refused.problem)
    result.lines, result.pages = walker.lines, walker.page
    if len(walker.lines) >= MAX_LINES:
        result.problems.append(
            Problem(
                "too_large", f"The document has more than {MAX_LINES:,} paragraphs; the rest was left out. Split it."
            )
        )
    yield result


class _Paragraph:
    """The text of a paragraph in the making, and what stands on it apart from the running text."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.apart: list[Any] = []
        self.pages: list[int] = []
        self.total = self.bold = 0
        self.image = False


def _pieces(paragraph: _Paragraph, page: int) -> Iterator[tuple[str, int, int]]:
    """The lines of a paragraph that line breaks part, each with the pages on which it begins and ends."""
    held: list[str] = []
    pages: list[int] = []
    for text, on in [*zip(paragraph.parts, paragraph.pages, strict=True), ("\n", page)]:
        if text == "\n":
            whole = " ".join("".join(held).split())
            if whole:
                yield whole, pages[0], pages[-1]
            held, pages = [], []
            continue
        held.append(text)
        pages.append(on)


class _Walker:
    def __init__(self, outline: Outline, numbering: Numbering, opening: Opening) -> None:
        self.lines: list[Line] = []
        self.page = 1
        self._outline, self._numbering, self._opening = outline, numbering, opening
        self._field: list[bool] = []
        self._fresh = True
        self._open: _Paragraph | None = None
        self._number = 0
        self._image = 0

    def blocks(self, parent: Any, depth: int) -> None:
        """The paragraphs and tables of a body, a content control or a text box."""
        if depth > _MAX_DEPTH:
            raise Refused("too_large", "The document is nested too deeply; what lies deeper was left out.")
        for element in parent:
            tag = local(element)
            if tag == "p":
                self._paragraph(element, depth)
            elif tag == "tbl":
                self.finish()
                self._table(element, depth)
            elif tag == "AlternateContent":
                choice = next((child for child in element if local(child) == "Choice"), None)
                self.blocks(choice if choice is not None else element, depth + 1)
            elif tag and tag not in _DROPPED:
                self.blocks(element, depth + 1)

    def notes(self, root: Any) -> None:
        """Footnotes or endnotes, each a paragraph."""
        for note in root if root is not None else ():
            if local(note) in ("footnote", "endnote") and attribute(note, "type") in (None, "normal"):
                self.blocks(note, 1)

    def drawn(self, root: Any) -> None:
        """The words of a drawing, a paragraph of it a line."""
        for paragraph in root.iter() if root is not None else ():
            if local(paragraph) == "p":
                self._add(" ".join("".join(part.text or "" for part in paragraph.iter() if local(part) == "t").split()))

    def furniture(self, root: Any, seen: set[str]) -> None:
        """A head or foot; one that was there before is left out."""
        start = len(self.lines)
        if root is not None:
            self.blocks(root, 1)
        kept = []
        for line in self.lines[start:]:
            if line.text not in seen:
                seen.add(line.text)
                line.role, line.level, line.page = "boilerplate", 0, 0
                kept.append(line)
        self.lines[start:] = kept

    def _add(self, text: str, role: str = "", **more: Any) -> None:
        if text and len(self.lines) < MAX_LINES:
            self._number += 1
            self.lines.append(Line(text, self._number, 1, role, image=self._image, **{"page": self.page, **more}))
            self._image = 0
            if self._number % 500 == 0:
                self._opening.progress()

    def _paragraph(self, element: Any, depth: int) -> None:
        # a paragraph whose end was deleted goes on in the next
        paragraph, self._open = self._open or _Paragraph(), None
        level, prefix = self._properties(element)
        self._inline(element, paragraph, depth)
        if _end_is_deleted(element):
            self._open = paragraph
            return
        self._put(paragraph, level, prefix, depth)

    def finish(self) -> None:
        """Put down the paragraph that waits for one to go on in."""
        paragraph, self._open = self._open, None
        if paragraph is not None:
            self._put(paragraph, 0, "", 1)

    def _put(self, paragraph: _Paragraph, level: int, prefix: str, depth: int) -> None:
        for piece, first, last in _pieces(paragraph, self.page):
            self._add(
                prefix + piece,
                "heading" if level else "",
                level=level,
                bold=paragraph.bold == paragraph.total > 0,
                page=first,
                last_page=last,
            )
            prefix = ""
        if paragraph.image:
            self._image = 1
        for box in paragraph.apart:
            self.blocks(box, depth + 1)

    def _properties(self, element: Any) -> tuple[int, str]:
        """The level of the heading that a paragraph is, and its automatic number."""
        properties = next((child for child in element if local(child) == "pPr"), ())
        numbered = next((child for child in properties if local(child) == "numPr"), None)
        return self._outline.level(properties), self._numbering.next(numbered)

    def _inline(self, parent: Any, paragraph: _Paragraph, depth: int) -> None:
        if depth > _MAX_DEPTH:
            return
        for element in parent:
            tag = local(element)
            if not tag or tag in _DROPPED:
                continue
            if tag == "r":
                self._run(element, paragraph, depth)
            elif tag in ("txbxContent", "tbl"):
                paragraph.apart.append(element)
            elif tag == "AlternateContent":
                choice = next((child for child in element if local(child) == "Choice"), None)
                self._inline(choice if choice is not None else element, paragraph, depth + 1)
            elif tag in ("blip", "imagedata"):
                paragraph.image = True
            else:
                self._inline(element, paragraph, depth + 1)

    def _run(self, run: Any, paragraph: _Paragraph, depth: int) -> None:
        bold = False
        for child in run:
            if local(child) == "rPr":
                marks = {local(mark): attribute(mark, "val") for mark in child}
                if marks.get("vanish", "0") in (None, "1", "true", "on") and "vanish" in marks:
                    return
                bold = "b" in marks and marks["b"] not in ("0", "false", "off")
        for child in run:
            tag = local(child)
            text = ""
            if tag == "fldChar":
                kind = attribute(child, "fldCharType")
                if kind == "begin":
                    self._field.append(True)
                elif kind == "separate" and self._field:
                    self._field[-1] = False
                elif kind == "end" and self._field:
                    self._field.pop()
            elif tag == "t":
                text = child.text or ""
            elif tag in ("tab", "ptab"):
                text = " "
            elif tag in ("noBreakHyphen", "softHyphen"):
                text = "-" if tag == "noBreakHyphen" else ""
            elif tag == "sym":
                text = _symbol(child)
            elif tag in ("br", "cr"):
                if attribute(child, "type") == "page":
                    paragraph.parts.append("\n")
                    paragraph.pages.append(self.page)
                    self._turn(noted=False)
                elif attribute(child, "type") is None:
                    text = "\n"
            elif tag == "lastRenderedPageBreak":
                self._turn(noted=True)
            elif tag not in _DROPPED and len(child):
                self._inline([child] if tag == "AlternateContent" else child, paragraph, depth + 1)
            if text and not any(self._field):
                self._fresh = False
                paragraph.parts.append(text)
                paragraph.pages.append(self.page)
                size = len(text.strip())
                paragraph.total += size
                paragraph.bold += size if bold else 0

    def _turn(self, noted: bool) -> None:
        """A page ends. A break that the program `noted` right after one that the author set is the same."""
        if not (noted and self._fresh):
            self.page += 1
        self._fresh = True

    def _table(self, table: Any, depth: int) -> None:
        """A row a line, with tabs between the cells. A cell that spans rows is given once; a table inside a cell follows its row."""
        if depth > _MAX_DEPTH:
            return
        for row in _children(table, "tr"):
            cells: list[str] = []
            inner: list[Any] = []
            for cell in _children(row, "tc"):
                cells.append(self._cell(cell, inner, depth + 1))
            while cells and not cells[-1]:
                cells.pop()
            filled = [cell for cell in cells if cell]
            if len(filled) > 1:
                self._add("\t".join(cells), "table")
            elif filled and len(cells) > 1 and len(filled[0]) <= _LONGEST_CELL:
                self._add(filled[0], "table")
            elif filled:
                for text in filled[0].split("\n"):
                    self._add(text)
            for nested in inner:
                self._table(nested, depth + 1)

    def _cell(self, cell: Any, inner: list[Any], depth: int) -> str:
        parts: list[str] = []

        def walk(parent: Any, level: int) -> None:
            for element in parent if level < _MAX_DEPTH else ():
                tag = local(element)
                if tag == "p":
                    paragraph = _Paragraph()
                    _, prefix = self._properties(element)
                    self._inline(element, paragraph, level)
                    text = " ".join("".join(paragraph.parts).split())
                    if text:
                        parts.append(prefix + text)
                    for box in paragraph.apart:
                        walk(box, level + 1)
                elif tag == "tbl":
                    inner.append(element)
                elif tag and tag not in _DROPPED:
                    walk(element, level + 1)

        walk(cell, depth)
        return " ".join(parts)


def _end_is_deleted(element: Any) -> bool:
    """Whether the mark that ends a paragraph is one of the tracked deletions."""
    for properties in element:
        if local(properties) == "pPr":
            return any(
                local(mark) in ("del", "moveFrom") for part in properties if local(part) == "rPr" for mark in part
            )
    return False


def _symbol(element: Any) -> str:
    """A character of a symbol font; those of the private area have no meaning outside it."""
    code = attribute(element, "char") or ""
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    return chr(number) if 0x20 <= number < 0xE000 and not 0xD800 <= number < 0xE000 else ""


def _children(parent: Any, name: str) -> Iterator[Any]:
    """The children of a name, also inside content controls and insertions."""
    for element in parent:
        tag = local(element)
        if tag == name:
            yield element
        elif tag in ("sdt", "sdtContent", "ins", "moveTo", "customXml"):
            yield from _children(element, name)
