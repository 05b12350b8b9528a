"""Hard-wrap repair: whether a paragraph goes on across a line end, with a reason and a confidence."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from juanzong.index.corpus.lines import Line
from juanzong.index.structure.seams.layout import Layout, layout_of
from juanzong.index.structure.seams.model import Evidence, evidence
from juanzong.index.structure.seams.rules import APART, MAX_LOOK, Seam, open_seam, settled_seam
from juanzong.index.structure.wording import is_closed

MAX_SEEN = 20_000
"""Characters of a document in which a seam's characters are looked for."""
MAX_JOINED = 20_000
"""Characters beyond which a paragraph takes no further line."""
JOIN_AT = 0.5
"""Seams at least this sure are joined; those below .8 are joins in doubt that a sidecar may undo."""
_DATED = re.compile(r"(?:\d{4} ?年 ?)?(?:\d{1,2} ?月 ?)?\d{1,2} ?日[^，,。起]{0,8}[，,]")
"""How a sentence begins that tells what happened on a day, and no heading does."""
MAX_SEAMS = 2000
"""Line ends of a document that are looked at to tell how many of its paragraphs are cut."""
_SHARES = (0.005, 0.5), (0.05, 0.2), (0.2, 0.12), (0.4, 0.08), (0.6, 0.06), (0.8, 0.04)
"""How many of the open lines of a document are cut, and how likely that is before it is looked at."""
_SHORT = 0.02
"""How much less likely a line goes on for ending short of the width at which the document is wrapped."""
_FIRST, _TITLED = 0.5, 0.02
"""How much less likely the first line of a document goes on, since most begin with a title; and how likely where no other line is open."""
_SURE = 1000.0
"""The odds of a cut that a rule tells."""
_HEADING = 24
"""Characters up to which an open line above an empty one may be a heading, however much it looks like a sentence."""
_LONG = 40
"""Characters from which a paragraph would have been cut where most are."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges the line ends of one document.

    `cut` is the share of its open lines, headings among them, that are cut paragraphs; `weighed` holds, by the number of the lower line,
    what the two lines by themselves settle, and what was found to tell it.
    """

    layout: Layout
    trusted: bool
    cut: float
    document: str = ""
    weighed: dict[int, tuple[Seam | None, Seam | Evidence]] = field(default_factory=dict)

    def seam(self, block: str, upper: Line, lower: Line, place: str) -> Seam:
        """Whether `lower` goes on with the paragraph `block`, whose last line is `upper`; `place` is that of `seams.signs`."""
        if self.trusted or len(block) > MAX_JOINED:
            return APART
        settled, found = self.weighed.get(lower.number) or _weighed(
            block, upper, lower, place, self.layout, self.document
        )
        if settled is None and (place == "joined" or len(block) != len(upper.text)):
            found = _open(block, upper, lower, place, self.layout, self.document)
        if isinstance(found, Seam):
            return found
        odds, reason = found
        odds *= self.cut / (1 - self.cut)
        if self.layout.width:
            odds *= _SHORT
        elif self.layout.spaced and lower.gap == 0:
            odds *= 6
        confidence = odds / (1 + odds)
        return Seam(round(confidence, 2), reason) if confidence >= JOIN_AT else APART


def judge_of(lines: Sequence[Line], text: Sequence[bool], layout: Layout, trusted: bool) -> Judge:
    """Measure how many of a document's open lines are cut.

    `text` says which lines are running text, neither caption nor byline nor table.
    """
    if trusted:
        return Judge(layout, True, 0.0)
    document = text_of(lines)
    odds: list[float] = []
    weighed: dict[int, tuple[Seam | None, Seam | Evidence]] = {}
    whole, above = 0, ""
    for line in lines:
        whole += len(line.text) >= _LONG and is_closed(line.text) and (not above or is_closed(above))
        above = line.text
    for (upper, lower), (here, there) in zip(pairwise(lines), pairwise(text), strict=True):
        if not here or not there or len(odds) >= MAX_SEAMS:
            continue
        weighed[lower.number] = _, found = _weighed(
            upper.text, upper, lower, "first" if upper is lines[0] else "", layout, document
        )
        if not isinstance(found, Seam):
            odds.append(found[0])
        elif found.confidence > 0.9 and found.rule != "indent":
            odds.append(_SURE)
    titled = (
        whole and len(odds) == 1 and lines[1].number in weighed and not isinstance(weighed[lines[1].number][1], Seam)
    )
    return Judge(layout, False, _TITLED if titled else _share(odds, whole), document, weighed)


def _weighed(
    block: str, upper: Line, lower: Line, place: str, layout: Layout, document: str
) -> tuple[Seam | None, Seam | Evidence]:
    """What two lines by themselves settle, and what tells their seam."""
    settled = settled_seam(upper, lower, layout)
    return settled, _open(block, upper, lower, place, layout, document) if settled is None else settled


def _open(block: str, upper: Line, lower: Line, place: str, layout: Layout, document: str) -> Seam | Evidence:
    """What rules say of a seam that two lines do not settle; where they say nothing, the evidence."""
    block = block[-MAX_LOOK:]
    ruling = None if layout.width else open_seam(block, upper.text, lower, layout)
    if ruling is None and place != "first" and _DATED.match(block):
        ruling = Seam(0.95, "sentence_opening")
    if ruling is not None:
        return ruling
    apart = lower.gap > 0 and place != "joined" and len(block) <= _HEADING
    odds, reason = evidence(block, lower.text, document, place, apart)
    return odds * (_FIRST if place == "first" else 1.0), reason


def _share(odds: Sequence[float], whole: int) -> float:
    """The share of cut lines among a document's open ones, from the odds of each: the mean of what is likely after seeing them.

    `whole` is the number of long paragraphs that are not cut.
    """
    logs = [
        math.log(before) + whole * math.log(1 - share) + sum(math.log(share * odd + 1 - share) for odd in odds)
        for share, before in _SHARES
    ]
    top = max(logs)
    weights = [math.exp(log - top) for log in logs]
    return sum(share * weight for (share, _), weight in zip(_SHARES, weights, strict=True)) / sum(weights)


def measured(lines: Sequence[Line]) -> Layout:
    """How the lines of a document are laid out."""
    return layout_of(lines, lambda above, below: evidence(above, below, "")[0] > 1)


def text_of(lines: Sequence[Line]) -> str:
    """The text of a document in which the characters of a seam are looked for."""
    return "\n".join(line.text for line in lines)[:MAX_SEEN]
