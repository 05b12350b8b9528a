"""HTML to lines: block elements and line breaks make lines; headings, captions, tables and navigation keep their role."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from juanzong.index.corpus.lines import MAX_LINES, Line
from juanzong.index.records import Declared, Problem

_BLOCKS = frozenset(
    (
        "p",
        "div",
        "section",
        "article",
        "main",
        "header",
        "footer",
        "nav",
        "aside",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "blockquote",
        "pre",
        "figure",
        "figcaption",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "td",
        "th",
        "caption",
        "form",
        "fieldset",
        "address",
        "center",
        "body",
        "hr",
        "details",
        "summary",
    )
)
_DROPPED = frozenset(
    (
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "select",
        "option",
        "textarea",
        "button",
        "svg",
        "iframe",
        "object",
        "video",
        "audio",
        "canvas",
        "input",
    )
)
_FURNITURE = frozenset(("nav", "footer", "aside", "menu"))
_DECLARATION = re.compile(r"<\?xml[^>]{0,200}\?>", re.IGNORECASE)
_BLANK = re.compile(r"[ \t\r\n\f\xa0\u200b\u3000]+")
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_HAN_END = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff01-\uff65]$")
_HAN_START = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff01-\uff65]")
_META = {
    "title": ("articletitle", "og:title", "twitter:title"),
    "date": ("pubdate", "publishdate", "article:published_time", "og:release_date", "publish_time", "date", "dc.date"),
    "source": ("contentsource", "source", "article:source", "mediaid", "og:site_name", "sitename"),
    "author": ("author", "article:author", "og:article:author"),
    "url": ("og:url", "url"),
}
_SITE_NAME = re.compile(r"(?:[_|｜]| [-–—] |(?<=[\u4e00-\u9fff])[-–—]{1,2}(?=[\u4e00-\u9fff]{2,12}$)).{0,200}$")


def markup_lines(text: str, first_line: int = 1) -> tuple[list[Line], Declared, tuple[Problem, ...]]:
    """The lines of an HTML text, what its head declares, and problems. Never raises; nesting beyond the parser's limit (256) is cut."""
    parser = etree.HTMLParser(remove_comments=True, remove_pis=True, recover=True, no_network=True)
    declaration = _DECLARATION.match(text)
    text = text[declaration.end() :] if declaration else text
    try:
        root = etree.fromstring(text, parser)
    except (etree.XMLSyntaxError, ValueError, AssertionError):
        root = None
    if root is None:
        return [], Declared(), ()
    problems: tuple[Problem, ...] = ()
    if any("xcessive depth" in entry.message or "nodes depth" in entry.message for entry in parser.error_log):
        problems = (
            Problem(
                "too_large", "The page is nested too deeply; what lies deeper was left out. Save its text instead."
            ),
        )
    walker = _Walker(first_line)
    walker.walk(root)
    return _without_navigation(walker.lines), _declared(root, walker.lines), problems


def _declared(root: Any, lines: list[Line]) -> Declared:
    meta: dict[str, str] = {}
    for element in root.iter("meta"):
        name = (element.get("name") or element.get("property") or element.get("itemprop") or "").strip().lower()
        content = " ".join((element.get("content") or "").split())
        if name and content:
            meta.setdefault(name, content[:1000])
    found = {field: next((meta[name] for name in names if name in meta), None) for field, names in _META.items()}
    if not found["title"]:
        element = root.find(".//head/title")
        whole = " ".join("".join(element.itertext()).split()) if element is not None else ""
        short = _SITE_NAME.sub("", whole)
        heading = next(
            (
                line.text
                for line in lines
                if line.role == "heading" and len(line.text) >= 6 and whole.startswith(line.text)
            ),
            None,
        )
        found["title"] = heading or (short if len(short) >= 4 else whole) or None
    return Declared(found["title"], found["date"], source=found["source"], author=found["author"], url=found["url"])


def _without_navigation(lines: list[Line]) -> list[Line]:
    """Three links in a row, each a line of its own, are navigation."""
    start = 0
    for end in range(len(lines) + 1):
        if end < len(lines) and lines[end].role == "link":
            continue
        for line in lines[start:end]:
            line.role = "boilerplate" if end - start >= 3 else ""
        start = end + 1
    return lines


class _Walker:
    """Collects the text of inline elements until a block begins or ends."""

    def __init__(self, first_line: int) -> None:
        self.lines: list[Line] = []
        self._offset = first_line - 1
        self._parts: list[str] = []
        self._number = 1
        self._strong = self._linked = self._total = 0
        self._bold = self._link = self._furniture = self._item = 0
        self._level = 0
        self._caption = 0
        self._image = 0
        self._breaks = 0

    def walk(self, root: Any) -> None:
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            tag = element.tag if isinstance(element.tag, str) else ""
            if event == "start":
                if tag in _DROPPED:
                    walk.skip_subtree()
                elif tag == "table" and _is_data(element):
                    self._flush()
                    self._table(element)
                    walk.skip_subtree()
                else:
                    self._enter(tag, element)
                    self._text(element.text)
            else:
                if tag not in _DROPPED:
                    self._leave(tag, element)
                if element is not root:
                    self._text(element.tail)
        self._flush()

    def _enter(self, tag: str, element: Any) -> None:
        if tag == "br":
            self._flush()
            self._breaks += 1
        elif tag == "img":
            if self._parts and self._total:
                self._flush()
            self._image = 2
        if tag in _BLOCKS:
            self._flush()
            self._number = element.sourceline or self._number
            if self._image == 2 and tag not in ("figcaption",):
                self._image = 1
        self._count(tag, element, 1)

    def _leave(self, tag: str, element: Any) -> None:
        if tag in _BLOCKS:
            self._flush()
            self._breaks = 0
            if self._image == 2:
                self._image = 1
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
        elif tag in _FURNITURE:
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
        raw = "".join(parts)
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
        if self._level:
            line.role, line.level = "heading", self._level
        elif self._caption:
            line.role = "caption"
        elif self._furniture:
            line.role = "boilerplate"
        elif linked == total and len(text) <= 60:
            line.role = "link"
        self.lines.append(line)
        self._breaks = self._image = 0

    def _table(self, table: Any) -> None:
        for row in table.iter("tr"):
            cells = [collapse("".join(cell.itertext())) for cell in row if cell.tag in ("td", "th")]
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


def _is_data(table: Any) -> bool:
    """A table of data, not one that lays out a page: small cells, no table inside, no picture."""
    if next(table.iterdescendants("table", "img", "h1", "h2"), None) is not None:
        return False
    cells = list(table.iter("td", "th"))
    return bool(cells) and all(
        len("".join(cell.itertext())) <= 400 and len(cell.findall(".//p")) <= 2 for cell in cells[:2000]
    )


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
