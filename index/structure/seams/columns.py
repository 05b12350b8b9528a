"""Documents that are wrapped at one width: full lines are joined before anything else is read from them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from juanzong.index.corpus.lines import Line
from juanzong.index.records import Join
from juanzong.index.structure import boilerplate
from juanzong.index.structure.bylines import is_byline, lead_of
from juanzong.index.structure.seams.judge import JOIN_AT, MAX_JOINED, text_of
from juanzong.index.structure.seams.layout import Layout
from juanzong.index.structure.seams.model import evidence
from juanzong.index.structure.seams.rules import (
    APART,
    GOES_ON,
    MAX_LOOK,
    Seam,
    closes,
    cuts_token,
    is_list_mark,
    is_stamp,
    joint,
    open_seam,
)
from juanzong.index.structure.wording import SEAMS, WORDS, is_caption, is_closed, is_colon, is_signature

_FULL, _ITEM = 100.0, 0.01
"""How much likelier a line goes on for being full, and for what follows looking like an item of a list."""
_NO_HEADING, _NO_TITLE = 60, 30
"""Characters beyond which an open line that is full is no heading, and from which one with a comma is none."""


@dataclass(frozen=True, slots=True)
class Column:
    """A document wrapped at one width, and the characters of its usual paragraph."""

    layout: Layout
    document: str
    usual: float

    def seam(self, whole: Line, upper: Line, lower: Line, place: str) -> Seam:
        """Whether `lower` goes on with the paragraph `whole`, whose last line is `upper`; `place` is that of `seams.signs`."""
        above, below, layout = upper.text, lower.text, self.layout
        full = layout.is_full(upper, lower) or layout.blocks and lower.gap == 0 and layout.is_nearly_full(upper)
        if (
            not full
            and (not layout.is_nearly_full(upper) or is_closed(above) or is_colon(above))
            and (above[-1] not in "，,、" or lower.gap)
        ):
            return APART
        if closes(below):
            return Seam(0.98, "closing_mark")
        if layout.indented and lower.indented or is_list_mark(below) or lead_of(below) or "\t" in above:
            return APART
        if cuts_token(above, below):
            return Seam(0.95, "number")
        if is_stamp(below):
            return APART
        inside = layout.spaced and lower.gap == 0
        if not inside and (
            layout.blocks or layout.spaced and is_closed(above) or self._stands_apart(whole.text, lower)
        ):
            return APART
        item = WORDS.item.match(below) is not None and above[-1] not in GOES_ON and below[0] != "—"
        if is_closed(above):
            return (
                APART
                if item
                else Seam(0.95, "one_block")
                if inside
                else Seam(0.9, "indent")
                if layout.indented
                else self._after_sentence(whole.text, lower)
            )
        block = whole.text[-MAX_LOOK:]
        if is_colon(above) and below[0] not in "“「":
            inner = not item and SEAMS.comma.search(block) and not SEAMS.announces.search(above[-12:])
            return Seam(0.6, "fixed_width_colon") if inner else APART
        if not item and (
            len(block) > _NO_HEADING
            or place != "first"
            and len(block) >= _NO_TITLE
            and SEAMS.comma.search(block)
            or open_seam(block, above, lower, layout) is not None
        ):
            return Seam(0.98, "fixed_width")
        odds = (_FULL if full else 1.0) * (_ITEM if item else 1.0) * evidence(block, below, self.document, place)[0]
        return Seam(round(odds / (1 + odds), 2), "fixed_width") if odds >= 1 else APART

    def _stands_apart(self, block: str, lower: Line) -> bool:
        """Whether a line that does not fill the column is a paragraph by itself, or what stands above it a caption."""
        return self.layout.size(lower) < self.layout.width - 1 and (
            _is_apart(lower.text) or len(block) <= _NO_HEADING and is_caption(block)
        )

    def _after_sentence(self, block: str, lower: Line) -> Seam:
        """Whether a paragraph goes on below a full line that a sentence happens to end: it is as likely not to."""
        below, last, width = lower.text, block[-1], self.layout.width
        score = (
            1.4 * math.log(self.usual / len(block))
            + 1.2 * (len(block) <= width)
            + 3.5 * (last in "；;")
            - 2.5 * (last in "！？!?")
            - 0.65
        )
        score -= 0.7 * (SEAMS.afresh.match(below) is not None)
        if len(below) < width - 2:
            score += 1.2 if is_closed(below) else -1.5
        return Seam(round(1 / (1 + math.exp(-score)), 2), "fixed_width_sentence") if score >= 0 else APART


def column_of(lines: Sequence[Line], layout: Layout) -> Column:
    """Measure the paragraphs of a document that is wrapped at one width, by the lines that end short of it."""
    ends = 1 + sum(is_closed(upper.text) and not layout.is_full(upper, lower) for upper, lower in pairwise(lines))
    return Column(layout, text_of(lines), sum(len(line.text) for line in lines) / ends)


def unwrapped(lines: Sequence[Line], layout: Layout, trusted: bool = False) -> Sequence[Line]:
    """The lines with full ones joined to what they go on with.

    Where the source itself parts paragraphs (`trusted`), most of the lines must be full for that.
    """
    if (
        not layout.width
        or trusted
        and sum(layout.is_full(upper, lower) for upper, lower in pairwise(lines)) < max(5, 0.6 * len(lines))
    ):
        return lines
    column = column_of(lines, layout)
    result = [lines[0]]
    for upper, line in pairwise(lines):
        whole = result[-1]
        verdict = APART
        if (
            not (upper.role or line.role)
            and upper.bold == line.bold
            and line.gap <= layout.gap
            and len(whole.text) <= MAX_JOINED
        ):
            verdict = column.seam(whole, upper, line, "joined" if whole.joins else "first" if whole is lines[0] else "")
        if verdict.confidence < JOIN_AT:
            result.append(line)
            continue
        if not whole.joins:
            whole = result[-1] = replace(whole, joins=[])
        whole.text += joint(whole.text, line.text) + line.text
        whole.joins.append(Join(len(whole.text) - len(line.text), verdict.rule, verdict.confidence))
        whole.last = line.number
    return result


def _is_apart(text: str) -> bool:
    """Whether a line is a paragraph by itself, whatever stands above it."""
    return len(text) <= 120 and (
        is_signature(text) or is_byline(text) or boilerplate.is_page_label(text) or boilerplate.is_boilerplate(text)
    )
