"""Lines to paragraphs: which lines belong together, and of what kind each paragraph is."""
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from index import linekinds, wrapping
from index.lines import Line
from index.linekinds import CHAPTER, ITEM, is_closed, is_colon, lead_of
from index.records import Join, Problem

MAX_PARAGRAPH = 60_000
"""Characters. A longer paragraph is split at the end of a sentence."""
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_LABELLED = re.compile(r"[^：:，。]{1,10}[：:]\s*\S")
_FACTS = re.compile(r"\d{5,}|[@＠]|https?:|www\.|\d{3,4}-\d{7}")
_SENTENCE = re.compile(r"[。！？；!?]")


@dataclass(slots=True)
class Block:
    """A paragraph in the making. `lead` tells that a dateline opens it; `gap` the empty lines before it."""

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


def blocks_of(lines: Sequence[Line], trusted: bool = False) -> list[Block]:
    """The paragraphs of a document, in its order. `trusted` says that each line is a paragraph in the source (JSONL, HTML)."""
    kinds = _line_kinds(lines)
    judge = wrapping.judge_of(lines, [kind == "text" and not line.bold for line, kind in zip(lines, kinds)], trusted)
    blocks = _joined(lines, kinds, judge)
    _finish_kinds(blocks, judge.layout)
    return blocks


def _line_kinds(lines: Sequence[Line]) -> list[str]:
    """The kind that each line tells by itself; "text" where it tells none."""
    kinds: list[str] = []
    legal = False
    for index, line in enumerate(lines):
        text = line.text
        kind = line.role or "text"
        if kind == "text":
            if len(text) > 300 and not legal:
                kinds.append(kind)
                continue
            kind = _kind_of(text)
            if kind == "text" and line.image and len(text) <= 60 and not line.bold and (line.image == 2 or len(text) <= 50) and not lead_of(text):
                kind = "caption"
        if legal:
            if lead_of(text) or linekinds.is_signature(text):
                legal = False
            elif kind in ("text", "byline", "caption", "heading"):
                kind = "boilerplate"
        elif kind in ("text", "boilerplate", "heading") and linekinds.opens_disclaimer(text) and index > len(lines) * .3:
            legal, kind = True, "boilerplate"
        kinds.append(kind)
    return kinds


def _kind_of(text: str) -> str:
    if len(text) <= 70 and linekinds.is_signature(text):
        return "byline"
    if linekinds.is_boilerplate(text):
        return "boilerplate"
    if len(text) > 160:
        return "table" if "\t" in text and linekinds.is_row(text) else "text"
    if linekinds.header_row(text) is not None:
        return "header"
    if linekinds.is_row(text):
        return "table"
    if linekinds.is_byline(text):
        return "byline"
    if linekinds.is_caption(text):
        return "caption"
    if linekinds.is_page_label(text):
        return "boilerplate"
    return "text"


def _joined(lines: Sequence[Line], kinds: Sequence[str], judge: wrapping.Judge) -> list[Block]:
    blocks: list[Block] = []
    upper: Line | None = None
    for line, kind in zip(lines, kinds):
        block = blocks[-1] if blocks else None
        if block is not None and upper is not None and _append(block, upper, line, kind, judge):
            upper = line
            continue
        text = line.text
        if kind == "header":
            text = linekinds.header_row(text) or text
        blocks.append(Block(text, kind, line.number, line.number, line.gap, line.level, bold=line.bold, image=line.image))
        upper = line
    for block in blocks:
        if block.kind == "text":
            block.lead = lead_of(block.text) is not None
    return blocks


def _append(block: Block, upper: Line, line: Line, kind: str, judge: wrapping.Judge) -> bool:
    """Add a line to the block above it, if it belongs there."""
    if kind == block.kind == "table" and line.gap == 0:
        block.text += "\n" + line.text
        block.last = line.number
        return True
    if kind == block.kind == "header" and line.gap == 0:
        block.text += "\n" + (linekinds.header_row(line.text) or line.text)
        block.last = line.number
        return True
    text = block.kind == kind == "text" and not upper.bold and not line.bold
    names = _split_byline(block, line, kind, judge.layout)
    text = text and not names
    if not text and not names:
        return False
    verdict = wrapping.Seam(.85, "one_block") if not text else judge.seam(block.text, upper, line, bool(block.joins))
    if verdict.confidence < wrapping.JOIN_AT:
        return False
    joint = " " if not text else wrapping.joint(block.text, line.text)
    block.text += joint + line.text
    block.joins.append(Join(len(block.text) - len(line.text), verdict.rule, verdict.confidence))
    block.last = line.number
    if not text and linekinds.is_byline(block.text):
        block.kind = "byline"
    return True


def _split_byline(block: Block, line: Line, kind: str, layout: wrapping.Layout) -> bool:
    """A byline in a narrow column: its words stand on lines of their own, without empty lines between."""
    return (layout.spaced and line.gap == 0 and block.kind in ("text", "byline") and kind in ("text", "byline") and len(block.text) + len(line.text) <= 40
            and not linekinds.is_signature(line.text) and linekinds.is_byline(block.text + " " + line.text))


def _finish_kinds(blocks: list[Block], layout: wrapping.Layout) -> None:
    for index, block in enumerate(blocks):
        below = blocks[index + 1] if index + 1 < len(blocks) else None
        above = blocks[index - 1] if index else None
        if block.kind == "header":
            lone = "\t" not in block.text.replace("\t", "", 1) and "\n" not in block.text and not any(
                other is not None and other.kind in ("header", "table") for other in (above, below))
            block.kind = "table"
            block.flags.append("header_table")
            if lone:
                block.kind = "boilerplate" if linekinds.is_boilerplate(block.text) else "table"
        elif block.kind == "text":
            block.kind = _text_kind(block, above, below, layout, index)


def _text_kind(block: Block, above: Block | None, below: Block | None, layout: wrapping.Layout, index: int) -> str:
    text = block.text
    size = len(text)
    if size > 80 or block.lead and not linekinds.TOPIC.match(text[linekinds.LEAD.match(text).end():]):  # type: ignore[union-attr]
        return "body"
    closed = is_closed(text)
    if layout.spaced and block.gap >= max(3, layout.gap + 2) and size <= 50 and closed and not block.joins and len(_SENTENCE.findall(text)) == 1 and below is not None:
        return "caption"
    if block.lead:
        return "heading"
    if linekinds.is_agency_line(text) and above is not None and is_closed(above.text) and (below is None or linekinds.is_signature(below.text)):
        return "byline"
    if below is None and index or below is not None and (below.kind == "byline" and linekinds.is_signature(below.text) and index > 2
                                                          or below.kind == "text" and linekinds.is_agency_line(below.text) and index > 2 and above is not None and is_closed(above.text)):
        return "body"
    if len(_HAN.findall(text[:60])) < 2 and (below is None or len(text) > 30 or not _HAN.search(below.text)):
        return "body"
    if closed:
        shout = text.rstrip("”’」』)）")[-1:] in "！？!?…"
        above_is_heading = above is None or above.kind == "heading"
        if shout and size <= 40 and below is not None and (below.kind in ("byline", "heading") or index == 0 and above_is_heading or below.lead):
            return "heading"
        if shout and size <= 30 and below is not None and below.kind == "text" and not is_closed(below.text) and len(below.text) <= 40 and not is_colon(below.text):
            return "heading"
        return "body"
    if is_colon(text):
        titled = below is not None and size <= 40 and below.kind in ("text", "heading") and len(below.text) <= 40 and not is_closed(below.text) and not ITEM.match(below.text)
        return "heading" if titled and (above is None or is_closed(above.text) or above.kind != "body") else "body"
    if size > 45 and not block.bold and " " not in text and index:
        return "body"
    if ITEM.match(text):
        if not CHAPTER.match(text) and (below is None or below.kind != "text" or ITEM.match(below.text) is not None):
            return "body"
        same = below is not None and below.kind == "text" and CHAPTER.match(below.text) is not None and below.text[:1] != text[:1] and len(below.text) <= 45 \
            and not is_closed(below.text) and "章" not in text[:6] and "节" not in text[:6] and below.text[0] not in "（("
        return "body" if same else "heading"
    if index and _LABELLED.match(text) and (_FACTS.search(text) or below is not None and _LABELLED.match(below.text) and len(below.text) <= 80):
        return "body"
    if text[0] in "(（" and text[-1] in ")）" or text.endswith(("通过", "施行", "修正", "修订", "公布")) and any(c.isdigit() for c in text[:5]):
        return "body"
    return "heading"


def split_long(blocks: list[Block]) -> tuple[list[Block], tuple[Problem, ...]]:
    """Cut paragraphs longer than `MAX_PARAGRAPH` at the end of a sentence."""
    if all(len(block.text) <= MAX_PARAGRAPH for block in blocks):
        return blocks, ()
    result: list[Block] = []
    problems: list[Problem] = []
    for block in blocks:
        text, start = block.text, 0
        if len(text) <= MAX_PARAGRAPH:
            result.append(block)
            continue
        problems.append(Problem("long_paragraph", f"A paragraph of {len(text):,} characters was split. Break it into lines where its paragraphs end.", block.first))
        while start < len(text):
            end = min(start + MAX_PARAGRAPH, len(text))
            if end < len(text):
                marks = [found.end() for found in _SENTENCE.finditer(text, end - 2000, end)]
                end = marks[-1] if marks else end
            joins = [Join(join.offset - start, join.rule, join.confidence) for join in block.joins if start < join.offset < end]
            result.append(Block(text[start:end], block.kind, block.first, block.last, block.gap if not start else 0, joins=joins, flags=[*block.flags, "split_long"],
                                lead=block.lead and not start))
            start = end
    return result, tuple(problems)
