"""HTML to lines: block elements and line breaks make lines; headings, captions, tables and navigation keep their role."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from juanzong.index.corpus.buttons import COLUMNS, is_buttons
from juanzong.index.corpus.headline import Heading, headline
from juanzong.index.corpus.lines import MAX_LINES, Line
from juanzong.index.corpus.metadata import metadata_of
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
        "rt",
        "rp",
        "rtc",
    )
)
_FURNITURE = frozenset(("nav", "footer", "aside", "menu"))
_CROWDED = re.compile(r"<([A-Za-z][A-Za-z0-9]{0,20})\b[^<>]{60000,}(?:>|\Z)")
_DECLARATION = re.compile(r"<\?xml[^>]{0,200}\?>", re.IGNORECASE)
_BLANK = re.compile(r"[ \t\r\n\f\xa0\u200b\u3000]+")
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_HAN_END = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff01-\uff65]$")
_HAN_START = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff01-\uff65]")
# what the class or the id of an element says that it is
_HINT_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navi|menu|topbar|top-bar|breadcrumbs?|crumbs?|bread|location|position|share|sharebox|bdshare|toolbar|tools|footer|foot|copyright|sidebar|aside|related|relate|recommend|"
    r"hotlist|hot-list|rank|ranking|login|pagination|pager|pages?-nav|friendlinks?|qrcode|qr-code|bottom|report|jubao|tags?)(?:$|[\s_-]|\d)",
    re.IGNORECASE,
)
_HINT_TITLE = re.compile(
    r"(?:^|[\s_-])(?:title|tit|headline|biaoti|bt|article-?title|news-?title|post-?title|entry-?title|main-?title|activity-name|titname|content-title|index-module_articleTitle)(?:$|[\s_-]|\d)",
    re.IGNORECASE,
)
_PRE_STYLE = re.compile(r"white-space\s*:\s*(?:pre|pre-wrap|pre-line|break-spaces)\b", re.IGNORECASE)
_MOST_FURNITURE = 500
"""Characters of an element that is furniture by its class: what is longer is the story whatever its class says."""
_SENTENCE = re.compile("[^。！？]{30,}[。！？]")
_INLINE = frozenset(("span", "a", "em", "i", "b", "strong", "font", "time", "label", "small", "s", "u", "cite"))
_BESIDE = "\x00"
"""Where one inline element follows another without a space: a page sets them apart by its style where they are credits, not in running text."""
_CREDITS = re.compile("来源|作者|编辑|记者|责编|发布|时间|日期|浏览|阅读|字号|字体|\\d:\\d{2}|(?:19|20)\\d{2}[-/.年]")
_LONGEST_CREDITS = 160


def markup_lines(text: str, first_line: int = 1) -> tuple[list[Line], Declared, tuple[Problem, ...]]:
    """The lines of an HTML text, what its head declares, and problems. Never raises; nesting beyond the parser's limit (256) is cut."""
    parser = etree.HTMLParser(remove_comments=True, remove_pis=True, recover=True, no_network=True)
    declaration = _DECLARATION.match(text)
    text = text[declaration.end() :] if declaration else text
    # The parser compares every attribute of a tag with all others.
    text = _CROWDED.sub(r"<\1>", text)
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
    page = metadata_of(root)
    title, site = headline(
        page, walker.headings, [line.text for line in walker.lines if line.role not in ("link", "boilerplate")]
    )
    lines = _without_buttons(_without_navigation(walker.lines), title)
    return (
        lines,
        Declared(
            title,
            page.date,
            source=page.account or page.source,
            author=page.author,
            url=page.url,
            site=site,
            updated=page.updated,
        ),
        problems,
    )


def _without_buttons(lines: list[Line], title: str | None) -> list[Line]:
    """Buttons and names of columns that are no links: words known as such; above the title any run of short words."""
    at_title = next((at for at, line in enumerate(lines) if line.text == title), 0) if title else 0
    run: list[Line] = []
    for at, line in enumerate([*lines, Line("", 0)]):
        short = (
            line.text
            and not line.role
            and len(line.text) <= 8
            and line.text[-1] not in "。！？：:；"
            and not any(character.isdigit() for character in line.text)
        )
        if short and at != at_title:
            run.append(line)
            continue
        known = [item for item in run if item.text in COLUMNS]
        if len(run) >= 3 and (len(known) >= 2 or at <= at_title):
            for item in run:
                item.role = "boilerplate"
        run = []
    for line in lines:
        if not line.role and len(line.text) <= 40 and line.text != title and is_buttons(line.text):
            line.role = "boilerplate"
    return lines


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
        self._title = 0
        self._beside = False
        self._marked: dict[Any, tuple[bool, bool, bool]] = {}

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
                    if self._beside and tag in _INLINE and self._parts:
                        self._parts.append(_BESIDE)
                    self._beside = False
                    self._text(element.text)
            else:
                if tag not in _DROPPED:
                    self._leave(tag, element)
                if element is not root:
                    self._beside = tag in _INLINE and not (element.tail or "").strip(" ")
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
        self._hints(tag, element)
        self._count(tag, element, 1)

    def _hints(self, tag: str, element: Any) -> None:
        """What class, id and style of an element say of all that it holds."""
        named = f"{element.get('class') or ''} {element.get('id') or ''}"
        furniture = title = False
        if named != " " and tag not in ("body", "html", "main", "article"):
            furniture = _HINT_FURNITURE.search(named) is not None and _is_small(element)
            title = not furniture and _HINT_TITLE.search(named) is not None
        kept = tag == "pre" or _PRE_STYLE.search(element.get("style") or "") is not None
        if furniture or title or kept:
            if title or furniture:
                self._flush()
            self._marked[element] = furniture, title, kept
            self._furniture += furniture
            self._title += title
            self._kept += kept

    def _leave(self, tag: str, element: Any) -> None:
        if tag in _BLOCKS:
            self._flush()
            self._breaks = 0
            if self._image == 2:
                self._image = 1
        if element in self._marked:
            furniture, title, kept = self._marked.pop(element)
            if title or furniture or kept:
                self._flush()
            self._furniture -= furniture
            self._title -= title
            self._kept -= kept
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
        raw = "".join(parts)
        if _BESIDE in raw:
            raw = raw.replace(_BESIDE, " " if len(raw) <= _LONGEST_CREDITS and _CREDITS.search(raw) else "")
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
        if (self._level or self._title) and len(text) <= 200:
            self.headings.append(Heading(text, self._level, linked == total))
        self.lines.append(line)
        self._breaks = self._image = 0

    def _table(self, table: Any) -> None:
        for row in table.iter("tr"):
            cells = [collapse(_text_of(cell)) for cell in row if cell.tag in ("td", "th")]
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
    if len(cells) < 2:
        return False
    for cell in cells[:2000]:
        size = len("".join(cell.itertext()))
        if size > 400 or len(cell.findall(".//p")) > 2 or size > 60 and cell.find(".//br") is not None:
            return False
    return True


def _text_of(cell: Any) -> str:
    """The text of a cell of data: its lines by spaces, without readings and scripts."""
    parts = [cell.text or ""]
    for event, element in etree.iterwalk(cell, events=("start", "end")):
        if element is cell or not isinstance(element.tag, str):
            continue
        if event == "start" and not any(
            parent.tag in _DROPPED
            for parent in (element, *element.iterancestors())
            if isinstance(parent.tag, str) and parent is not cell
        ):
            parts.append((" " if element.tag in _BLOCKS or element.tag == "br" else "") + (element.text or ""))
        elif event == "end":
            parts.append(element.tail or "")
    return "".join(parts)


def _is_small(element: Any) -> bool:
    """Whether an element holds little text and no sentence of a story."""
    text = "".join(element.itertext())
    return len(text) <= _MOST_FURNITURE and not _SENTENCE.search(text)


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
