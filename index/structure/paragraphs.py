"""Lines to paragraphs: which lines belong together, and of what kind each paragraph is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from juanzong.index.corpus.lines import Line
from juanzong.index.records import Join, Problem
from juanzong.index.structure import tables
from juanzong.index.structure.bylines import is_byline, lead_of
from juanzong.index.structure.kinds import SENTENCE, Block, finish_kinds, kind_of, line_kinds
from juanzong.index.structure.running_heads import without_running_heads
from juanzong.index.structure.script import restored, simplified
from juanzong.index.structure.seams.columns import unwrapped
from juanzong.index.structure.seams.judge import JOIN_AT, Judge, judge_of, measured
from juanzong.index.structure.seams.layout import Layout
from juanzong.index.structure.seams.print import printed
from juanzong.index.structure.seams.rules import Seam, closes, cuts_token, dates_on, heads_days, joint
from juanzong.index.structure.wording import SEAMS, begins_caption, is_closed, is_colon, is_signature
from juanzong.index.text.analysis import MAX_CHARACTERS, fits, fitting


def blocks_of(lines: Sequence[Line], trusted: bool = False) -> list[Block]:
    """The paragraphs of a document, in its order. `trusted` says that each line is a paragraph in the source (JSONL, HTML)."""
    if not trusted and not any(line.place is not None for line in lines):
        lines = without_running_heads(lines)
    originals = lines
    lines = simplified(lines)
    traditional = lines is not originals
    if any(line.place is not None for line in lines):
        lines, trusted, layout = printed(lines), True, Layout()
    else:
        layout = measured(lines)
        lines = unwrapped(lines, layout, trusted)
    kinds = line_kinds(lines)
    judge = judge_of(
        lines, [kind == "text" and not line.bold for line, kind in zip(lines, kinds, strict=True)], layout, trusted
    )
    blocks = _joined(lines, kinds, judge)
    finish_kinds(blocks, judge.layout)
    for block in blocks:
        block.plain = block.text
    if traditional:
        for block, text in zip(blocks, restored([block.text for block in blocks], originals), strict=True):
            block.text = text
    return blocks


def _joined(lines: Sequence[Line], kinds: Sequence[str], judge: Judge) -> list[Block]:
    blocks: list[Block] = []
    upper: Line | None = None
    for line, kind in zip(lines, kinds, strict=True):
        block = blocks[-1] if blocks else None
        if (
            block is not None
            and upper is not None
            and _append(block, upper, line, kind, judge, first=upper is lines[0])
        ):
            upper = line
            continue
        text = line.text
        if kind == "header":
            text = tables.header_row(text, beside=True) or text
        blocks.append(
            Block(
                text,
                kind,
                line.number,
                line.last or line.number,
                line.gap,
                line.level,
                line.joins,
                list(line.flags),
                bold=line.bold,
                image=line.image,
                pages=_pages(line),
                boxes=list(line.boxes),
            )
        )
        upper = line
    for block in blocks:
        if (
            block.kind == "text"
            and block.joins
            and (kind := kind_of(block.text)) in ("byline", "caption", "boilerplate")
        ):
            block.kind = kind
        if block.kind == "text":
            block.lead = lead_of(block.text) is not None
    return blocks


def _pages(line: Line) -> tuple[int, int]:
    """The first and the last page of a line."""
    pages = [line.page, line.last_page or line.page, *(box.page for box in line.boxes)]
    return min(pages), max(pages)


def _take(block: Block, line: Line) -> None:
    """Note where a line stands that was put at the end of a block."""
    start = len(block.text) - len(line.text)
    block.boxes += [replace(box, offset=box.offset + start) for box in line.boxes]
    first, last = _pages(line)
    if first:
        block.pages = min(block.pages[0] or first, first), max(block.pages[1], last)


def _append(block: Block, upper: Line, line: Line, kind: str, judge: Judge, first: bool) -> bool:
    """Add a line to the block above it, if it belongs there."""
    return (
        _append_row(block, upper, line, kind)
        or _append_header(block, line, kind)
        or _append_value(block, line, kind)
        or _append_text(block, upper, line, kind, judge, first)
    )


def _append_row(block: Block, upper: Line, line: Line, kind: str) -> bool:
    """A row below the rows of a table."""
    if not (kind == block.kind == "table" and line.gap == 0 and ("\t" in line.text) == ("\t" in upper.text)):
        return False
    block.text += "\n" + line.text
    block.last = line.number
    _take(block, line)
    return True


def _append_header(block: Block, line: Line, kind: str) -> bool:
    """A row of a document's head below another one, or the value that the last of them lacks."""
    if block.kind != "header" or line.gap > 2:
        return False
    if kind == "header":
        block.text += "\n" + (tables.header_row(line.text, beside=True) or line.text)
    elif tables.lacks_value(block.text) and len(line.text) <= 60 and not is_colon(line.text):
        block.text += "\t" + line.text
    else:
        return False
    block.last = line.number
    _take(block, line)
    return True


def _append_value(block: Block, line: Line, kind: str) -> bool:
    """What a label that stands alone on its line is for."""
    if not (
        line.gap <= 2
        and len(line.text) <= 24
        and is_colon(block.text)
        and SEAMS.label_alone.match(block.text)
        and kind in ("text", "byline")
        and not is_closed(line.text)
    ):
        return False
    block.joins.append(Join(len(block.text), "label", 0.9))
    block.text += line.text
    block.kind = kind_of(block.text)
    block.last = line.number
    _take(block, line)
    return True


def _append_text(block: Block, upper: Line, line: Line, kind: str, judge: Judge, first: bool) -> bool:
    """A line on which a paragraph goes on, as the judge of line ends has it."""
    kind, was_cut = _cut_kind(block, upper, line, kind, judge)
    names = _split_byline(block, line, kind, judge.layout)
    same = (
        block.kind == kind in ("text", "legal")
        or not judge.trusted
        and closes(line.text)
        and {block.kind, kind} <= {"text", "boilerplate"}
    )
    text = same and not upper.bold and not line.bold and not names
    if not text and not names:
        return False
    verdict = (
        Seam(0.85, "one_block")
        if not text
        else judge.seam(block.text, upper, line, "joined" if block.joins else "first" if first else "")
    )
    if verdict.confidence < JOIN_AT:
        return False
    between = " " if not text else joint(block.text, line.text)
    block.text += between + line.text
    start = len(block.text) - len(line.text)
    block.joins += [
        Join(start, verdict.rule, verdict.confidence),
        *(Join(join.offset + start, join.rule, join.confidence) for join in line.joins),
    ]
    block.last = line.last or line.number
    _take(block, line)
    if not text and is_byline(block.text):
        block.kind = "byline"
    if was_cut or verdict.rule == "number":
        whole = kind_of(block.text)
        if was_cut or whole in ("byline", "boilerplate"):
            block.kind = whole
    return True


def _cut_kind(block: Block, upper: Line, line: Line, kind: str, judge: Judge) -> tuple[str, bool]:
    """The kind of a line when its block is known, and whether only both together tell what they are: half a sentence may look like a caption
    or a byline. A block that was taken for one becomes text."""
    if judge.trusted:
        return kind, False
    ends_caption = kind == "caption" and block.kind == "text" and not begins_caption(line.text)
    if ends_caption:
        kind = "text"
    if (
        kind == "text"
        and block.kind in ("byline", "caption", "boilerplate")
        and not is_closed(block.text)
        and (
            closes(line.text)
            or block.kind == "byline"
            and dates_on(block.text, line.text)
            and not heads_days(upper, line)
        )
    ):
        block.kind = "text"
    if (
        {block.kind, kind} <= {"text", "byline", "boilerplate"}
        and not block.kind == kind == "text"
        and line.gap <= 2
        and cuts_token(block.text, line.text)
    ):
        block.kind = "text"
        return "text", True
    return kind, ends_caption


def _split_byline(block: Block, line: Line, kind: str, layout: Layout) -> bool:
    """A byline in a narrow column: its words stand on lines of their own, without empty lines between."""
    return (
        layout.spaced
        and line.gap == 0
        and block.kind in ("text", "byline")
        and kind in ("text", "byline")
        and len(block.text) + len(line.text) <= 40
        and not is_signature(line.text)
        and is_byline(block.text + " " + line.text)
    )


def split_long(blocks: list[Block]) -> tuple[list[Block], tuple[Problem, ...]]:
    """Cut paragraphs that are longer than can be indexed at the end of a sentence."""
    if all(fits(block.text) for block in blocks):
        return blocks, ()
    result: list[Block] = []
    problems: list[Problem] = []
    for block in blocks:
        text, start = block.text, 0
        if fits(text):
            result.append(block)
            continue
        message = f"A paragraph of {len(text):,} characters was split. Break it into lines where its paragraphs end."
        problems.append(Problem("long_paragraph", message, block.first))
        while start < len(text):
            end = start + len(fitting(text[start : start + MAX_CHARACTERS]))
            if end < len(text):
                marks = [found.end() for found in SENTENCE.finditer(text, end - 2000, end)]
                end = marks[-1] if marks else end
            joins = [
                Join(join.offset - start, join.rule, join.confidence)
                for join in block.joins
                if start < join.offset < end
            ]
            boxes = [
                replace(box, offset=max(0, box.offset - start))
                for at, box in enumerate(block.boxes)
                if box.offset < end and (at + 1 == len(block.boxes) or block.boxes[at + 1].offset > start)
            ]
            pages = (boxes[0].page, boxes[-1].page) if boxes else block.pages
            result.append(
                replace(
                    block,
                    text=text[start:end],
                    plain=block.plain[start:end],
                    joins=joins,
                    boxes=boxes,
                    pages=pages,
                    flags=[*block.flags, "split_long"],
                    lead=block.lead and not start,
                )
            )
            start = end
    return result, tuple(problems)
