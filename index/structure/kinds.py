"""What a block of lines is: heading, body, caption, byline, table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from juanzong.index.corpus.lines import Line
from juanzong.index.records import Box, Join
from juanzong.index.structure import boilerplate, tables
from juanzong.index.structure.bylines import is_byline, lead_of
from juanzong.index.structure.seams.layout import Layout
from juanzong.index.structure.wording import (
    SEAMS,
    WORDS,
    is_agency_line,
    is_caption,
    is_closed,
    is_colon,
    is_document_number,
    is_signature,
)

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_LABELLED = re.compile(r"[^：:，。]{1,10}[：:]\s*\S")
_FACTS = re.compile(r"\d{5,}|[@＠]|https?:|www\.|\d{3,4}-\d{7}")
_DIVISION = re.compile(r"第.{1,5}[章节编篇]")
SENTENCE = re.compile(r"[。！？；!?]")


@dataclass(slots=True)
class Block:
    """A paragraph in the making. `lead` tells that a dateline opens it; `gap` the empty lines before it.

    `plain` is the text in simplified characters, by which it is judged; the same text where the script is not traditional.
    """

    text: str
    kind: str
    first: int
    last: int
    gap: int = 0
    level: int = 0
    joins: list[Join] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    lead: bool = False
    bold: bool = False
    image: int = 0
    plain: str = ""
    pages: tuple[int, int] = (0, 0)
    boxes: list[Box] = field(default_factory=list)

    def as_written(self, found: str | None) -> str | None:
        """A part of `plain` as it stands in the text."""
        if not found or self.plain is self.text or len(self.plain) != len(self.text):
            return found
        start = self.plain.find(found)
        return self.text[start : start + len(found)] if start >= 0 else found


def line_kinds(lines: Sequence[Line]) -> list[str]:
    """The kind that each line tells by itself; "text" where it tells none, "legal" below a disclaimer."""
    kinds: list[str] = []
    legal = False
    for index, line in enumerate(lines):
        text = line.text
        kind = line.role or "text"
        if kind == "text":
            if len(text) > 300 and not legal:
                kinds.append(kind)
                continue
            kind = kind_of(text)
            if kind == "text" and line.image and not line.bold and _is_below_picture(text, line.image):
                kind = "caption"
        if legal:
            if lead_of(text) or is_signature(text):
                legal = False
            elif kind in ("text", "byline", "caption", "heading"):
                kind = "legal"
        elif (
            kind in ("text", "boilerplate", "heading")
            and index > len(lines) * 0.3
            and boilerplate.opens_disclaimer(text)
        ):
            legal, kind = True, "boilerplate"
        kinds.append(kind)
        if line.role == "table" and tables.header_row(text) is not None:
            kinds[-1] = "header"
    for index, kind in enumerate(kinds):
        beside = "header" in kinds[max(0, index - 1) : index + 2]
        if (
            beside
            and kind in ("text", "boilerplate", "table")
            and tables.header_row(lines[index].text, beside=True) is not None
        ):
            kinds[index] = "header"
    _mark_foot(lines, kinds)
    return kinds


def _mark_foot(lines: Sequence[Line], kinds: list[str]) -> None:
    """The last lines of a page that give its host, with address and telephone, are its foot."""
    start = len(lines)
    host = False
    while start and (kinds[start - 1] == "boilerplate" or boilerplate.is_contact(lines[start - 1].text)):
        start -= 1
        host = host or boilerplate.names_host(lines[start].text)
    if host:
        kinds[start:] = ["boilerplate"] * (len(lines) - start)


def _is_below_picture(text: str, image: int) -> bool:
    """Whether a line describes the picture in its own block (2) or right before it (1): it is short, and one sentence."""
    return len(text) <= 30 * image and text.count("。") < 2 and not lead_of(text)


def kind_of(text: str) -> str:
    """The kind that the wording of a line tells by itself; "text" where it tells none."""
    if len(text) <= 70 and is_signature(text):
        return "byline"
    if boilerplate.is_boilerplate(text):
        return "boilerplate"
    if len(text) > 160:
        return "table" if "\t" in text and tables.is_row(text) else "text"
    if tables.header_row(text) is not None:
        return "header"
    if tables.is_row(text):
        return "table"
    if is_byline(text):
        return "byline"
    if is_caption(text):
        return "caption"
    if boilerplate.is_page_label(text):
        return "boilerplate"
    return "text"


def finish_kinds(blocks: list[Block], layout: Layout) -> None:
    """Decide what each block of plain text is, from what stands above and below it."""
    flow = [block for block in blocks if not _is_furniture(block)]
    for index, block in enumerate(flow):
        if block.kind == "header":
            block.kind = "table"
            block.flags.append("header_table")
        elif block.kind == "legal":
            block.kind = "boilerplate"
        elif block.kind == "text":
            above = flow[index - 1] if index else None
            below = flow[index + 1] if index + 1 < len(flow) else None
            block.kind = _text_kind(block, above, below, layout)


def _is_furniture(block: Block) -> bool:
    """Whether a block is a head, a foot or a number of a printed page, by its place and not by its words: the text goes on past it."""
    return block.kind == "boilerplate" and bool(block.boxes) and kind_of(block.text) == "text"


def _text_kind(block: Block, above: Block | None, below: Block | None, layout: Layout) -> str:
    text = block.text
    if len(text) > 80 or block.lead and not _is_topic(text):
        return "body"
    closed = is_closed(text)
    if closed and below is not None and _stands_alone(block, layout):
        return "caption"
    if block.lead:
        return "heading"
    if _is_signed(block, above, below):
        return "byline"
    if boilerplate.is_latin(text) and (
        above is not None
        and boilerplate.is_page_label(above.text)
        or below is not None
        and boilerplate.is_page_label(below.text)
    ):
        return "boilerplate"
    if _leads_nowhere(above, below) or not _is_chinese(text, below):
        return "body"
    if closed:
        return "heading" if _is_cry(text, above, below) else "body"
    if is_colon(text):
        return "heading" if _is_kicker(text, above, below) else "body"
    return "heading" if _is_heading(block, above, below) else "body"


def _is_topic(text: str) -> bool:
    lead = lead_of(text)
    return lead is not None and WORDS.topic.match(text, lead.end()) is not None


def _stands_alone(block: Block, layout: Layout) -> bool:
    """One short sentence after a wide gap, where a picture stood."""
    wide = layout.spaced and block.gap >= max(3, layout.gap + 2)
    return wide and len(block.text) <= 50 and not block.joins and len(SENTENCE.findall(block.text)) == 1


def _is_signed(block: Block, above: Block | None, below: Block | None) -> bool:
    """The name of a body below a closed paragraph, at the end or above a date."""
    if above is None or not is_agency_line(block.text):
        return False
    if below is not None and is_signature(below.text):
        return above.kind in ("body", "table", "byline")
    ended = below is None or is_agency_line(below.text) and len(below.text) <= 40
    return ended and (is_closed(above.text) or above.kind == "byline")


def _leads_nowhere(above: Block | None, below: Block | None) -> bool:
    """Nothing follows that this could be the heading of: the end of the document, or a signature."""
    if below is None:
        return above is not None
    if above is None or above.kind != "body" or is_document_number(below.text):
        return False
    return is_signature(below.text) or below.kind == "text" and is_closed(above.text) and is_agency_line(below.text)


def _is_chinese(text: str, below: Block | None) -> bool:
    return (
        len(_HAN.findall(text[:60])) >= 2
        or below is not None
        and len(text) <= 30
        and _HAN.search(below.text) is not None
    )


def _is_short_and_open(block: Block | None, limit: int = 40) -> bool:
    return (
        block is not None
        and block.kind in ("text", "heading")
        and len(block.text) <= limit
        and not is_closed(block.text)
    )


def _is_cry(text: str, above: Block | None, below: Block | None) -> bool:
    """A heading that ends in an exclamation or a question: above a heading, a byline or a lead, or at the top."""
    if below is None or len(text) > 40 or not text.rstrip("”’」』)）").endswith(("！", "？", "!", "?", "…", "...")):
        return False
    top = above is None or above.kind == "boilerplate" and below.kind == "boilerplate"
    if below.kind in ("byline", "heading") or below.lead or top:
        return True
    return len(text) <= 30 and _is_short_and_open(below) and not is_colon(below.text)


def _is_kicker(text: str, above: Block | None, below: Block | None) -> bool:
    """A line that ends in a colon, above a heading: who the story is about."""
    if len(text) > 40 or below is None or not _is_short_and_open(below) or WORDS.item.match(below.text):
        return False
    return above is None or is_closed(above.text) or above.kind != "body"


def _is_heading(block: Block, above: Block | None, below: Block | None) -> bool:
    """Whether a line without an end is a heading and not an item, a label or a cut sentence."""
    text = block.text
    if len(text) > 45 and not block.bold and " " not in text and above is not None:
        return False
    if WORDS.item.match(text) and text[0] not in "【[":
        return _is_numbered_heading(text, below)
    beside = (
        block
        for block in (above, below)
        if block is not None and block.kind in ("body", "text") and len(block.text) <= 80
    )
    if (
        above is not None
        and _LABELLED.match(text)
        and (_FACTS.search(text) or any(_LABELLED.match(block.text) for block in beside))
    ):
        return False
    bracketed = text[0] in "(（" and text[-1] in ")）"
    return not bracketed and not (
        text.endswith(tuple(SEAMS.set("enacted"))) and any(character.isdigit() for character in text[:5])
    )


def _is_numbered_heading(text: str, below: Block | None) -> bool:
    """A numbered line without an end heads a text, unless the next line is another item of the same list."""
    if not WORDS.chapter.match(text):
        return below is not None and below.kind == "text" and not WORDS.item.match(below.text)
    if _DIVISION.match(text) or below is None or below.kind != "text" or not WORDS.chapter.match(below.text):
        return True
    deeper = below.text[0] in "（("
    return deeper or below.text[0] == text[0] or len(below.text) > 45 or is_closed(below.text)
