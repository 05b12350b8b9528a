"""Hard-wrap repair: whether a paragraph goes on across a line end, with a reason and a confidence."""
from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from juanzong.index.corpus.lines import Line
from juanzong.index.structure.bylines import TOPIC, lead_of
from juanzong.index.structure.seams.layout import NEVER_FIRST, Layout, layout_of, width_of
from juanzong.index.structure.seams.model import Evidence, evidence
from juanzong.index.structure.wording import ITEM, is_agency_line, is_closed, is_colon

MAX_LOOK = 1000
"""Characters of a paragraph that are looked at to judge whether it goes on."""
MAX_SEEN = 20_000
"""Characters of a document in which a seam's characters are looked for."""
MAX_JOINED = 20_000
"""Characters beyond which a paragraph takes no further line."""
JOIN_AT = .5
"""Seams at least this sure are joined; those below .8 are joins in doubt that a sidecar may undo."""
GOES_ON = "，,、（(“‘《「『【〔[—·+&/－-"
_OPENERS, _CLOSERS = "（(“《「『【〔[", "）)”》」』】〕]"
_BRACKET = re.compile(f"[{re.escape(_OPENERS + _CLOSERS)}]")
_PAIR = dict(zip(_CLOSERS, _OPENERS, strict=True))
_TOKEN_CUT = re.compile("|".join((
    r"(?<!\d)\d{1,5}[.．]\n\d", r"(?<!\d)\d{1,2}[:：]\n[0-5]\d(?!\d)", r"\d[:：][0-5]\n\d(?!\d)", r"\d\n[:：][0-5]\d", r"[（(〔\[]\d{1,4}\n\d{0,4}[)）〕\]]",
    r"\d\n(?:年|月(?![球饼])|日(?![前常本报期益后])|时(?![间期代候常任]))", r"(?<!\d)(?:[12]|19\d?|20\d?)\n\d{1,3}(?:年\d{1,2}月|[-/]\d{1,2}[-/]\d)", r"\d{4}[-/]\d{0,2}\n\d{0,2}[-/]\d",
    r"-\d{3,6}\n\d{1,5}(?![\d、.])", r"[日时月年号][至到]\n\d", r"[次今去明前当同每]年\n\d{1,2}月",
    "来\n源[:：]", "责\n[任编]", "编\n辑[:：]", "作\n者[:：]", "记\n者[:： ]", "浏\n览", "点\n击[:：]", "校\n对[:：]", "审\n核[:：]")))
"""What a line end cuts though nothing parts it: a decimal, a time of day, the year of a document's number, a date, a range, a telephone number, a credit."""
_TOKEN_LAST = frozenset(".．:：0123456789-/至到年来责编作记浏点校审")
_STAMP = re.compile(r"(?:19|20)\d{2}(?:[-/.]\d{1,2}[-/.]\d{1,2}|年\d{1,2}月\d{1,2}日)[ \u3000]+(?:\d{1,2}[:：]|来源|星期)|(?:来源|责任?编辑?)[:：]")
"""How a line begins that says when and where a page came out; nothing above goes on with it."""
_DATED = re.compile(r"(?:\d{4} ?年 ?)?(?:\d{1,2} ?月 ?)?\d{1,2} ?日[^，,。起]{0,8}[，,]")
"""How a sentence begins that tells what happened on a day, and no heading does."""
_FULL_DATE = re.compile(r"\d{1,2} ?月 ?\d{1,2} ?日(?: ?\d{1,2} ?时?(?: ?\d{1,2})?)?$")
_TIME = re.compile(r"\d{0,2} ?[时点分许]|[上下中]午|凌晨|清晨|傍晚|晚|夜")
_DATE_ACROSS = re.compile(r"\d{1,4} ?[年月]$")
MAX_SEAMS = 2000
"""Line ends of a document that are looked at to tell how many of its paragraphs are cut."""
_SHARES = (.005, .5), (.05, .2), (.2, .12), (.4, .08), (.6, .06), (.8, .04)
"""How many of the open lines of a document are cut, and how likely that is before it is looked at."""
_SHORT = .02
"""How much less likely a line goes on for ending short of the width at which the document is wrapped."""
_FIRST, _TITLED = .5, .02
"""How much less likely the first line of a document goes on, since most begin with a title; and how likely where no other line is open."""
_SURE = 1000.0
"""The odds of a cut that a rule tells."""
_LONG = 40
"""Characters from which a paragraph would have been cut where most are."""


@dataclass(frozen=True, slots=True)
class Seam:
    """A verdict on one line end."""

    confidence: float
    rule: str


APART = Seam(0.0, "apart")


def unclosed(text: str) -> str:
    """The opening marks of a text that nothing closes, innermost last; at most the last `MAX_LOOK` characters are looked at."""
    stack: list[str] = []
    for character in _BRACKET.findall(text[-MAX_LOOK:]):
        if character in _OPENERS:
            stack.append(character)
        elif _PAIR[character] in stack:
            while stack.pop() != _PAIR[character]:
                pass
    return "".join(stack)


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
        settled, found = self.weighed.get(lower.number) or _weighed(block, upper, lower, place, self.layout, self.document)
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
        weighed[lower.number] = _, found = _weighed(upper.text, upper, lower, "first" if upper is lines[0] else "", layout, document)
        if not isinstance(found, Seam):
            odds.append(found[0])
        elif found.confidence > .9 and found.rule != "indent":
            odds.append(_SURE)
    titled = whole and len(odds) == 1 and lines[1].number in weighed and not isinstance(weighed[lines[1].number][1], Seam)
    return Judge(layout, False, _TITLED if titled else _share(odds, whole), document, weighed)


def _weighed(block: str, upper: Line, lower: Line, place: str, layout: Layout, document: str) -> tuple[Seam | None, Seam | Evidence]:
    """What two lines by themselves settle, and what tells their seam."""
    settled = _settled(upper, lower, layout)
    return settled, _open(block, upper, lower, place, layout, document) if settled is None else settled


def _open(block: str, upper: Line, lower: Line, place: str, layout: Layout, document: str) -> Seam | Evidence:
    """What rules say of a seam that two lines do not settle; where they say nothing, the evidence."""
    block = block[-MAX_LOOK:]
    ruling = None if layout.width else open_seam(block, upper.text, lower, layout)
    if ruling is None and place != "first" and _DATED.match(block):
        ruling = Seam(.95, "sentence_opening")
    if ruling is not None:
        return ruling
    odds, reason = evidence(block, lower.text, document, place)
    return odds * (_FIRST if place == "first" else 1.0), reason


def _share(odds: Sequence[float], whole: int) -> float:
    """The share of cut lines among a document's open ones, from the odds of each: the mean of what is likely after seeing them.

    `whole` is the number of long paragraphs that are not cut.
    """
    logs = [math.log(before) + whole * math.log(1 - share) + sum(math.log(share * odd + 1 - share) for odd in odds) for share, before in _SHARES]
    top = max(logs)
    weights = [math.exp(log - top) for log in logs]
    return sum(share * weight for (share, _), weight in zip(_SHARES, weights, strict=True)) / sum(weights)


def measured(lines: Sequence[Line]) -> Layout:
    """How the lines of a document are laid out."""
    return layout_of(lines, lambda above, below: evidence(above, below, "")[0] > 1)


def text_of(lines: Sequence[Line]) -> str:
    """The text of a document in which the characters of a seam are looked for."""
    return "\n".join(line.text for line in lines)[:MAX_SEEN]


def ruled(block: str, upper: Line, lower: Line, layout: Layout) -> Seam | None:
    """What rules say of a seam; None where only the likelihood of the two lines can tell."""
    settled = _settled(upper, lower, layout)
    return open_seam(block, upper.text, lower, layout) if settled is None and not layout.width else settled


def _settled(upper: Line, lower: Line, layout: Layout) -> Seam | None:
    """What two lines tell, whatever stands above them."""
    above, below = upper.text, lower.text
    if closes(below):
        return Seam(.98, "closing_mark")
    if cuts_token(above, below) or dates_on(above, below) and _FULL_DATE.search(above):
        return Seam(.95, "number")
    if is_stamp(below):
        return APART
    if is_closed(above) or lead_of(below) or layout.indented and lower.indented:
        return APART
    if layout.indented and upper.indented and lower.gap == 0 and width_of(above) > 20:
        return Seam(.95, "indent")
    if ITEM.match(below):
        return APART
    if above[-1] in GOES_ON and not (above[-1] == "—" and len(below) <= 30 and not is_closed(below)):
        return Seam(.98, "goes_on")
    return APART if is_colon(above) else None


def open_seam(block: str, above: str, lower: Line, layout: Layout) -> Seam | None:
    """What rules say of a seam below a line that neither ends a sentence nor announces anything."""
    if block[:2] == "——" and len(block) <= 30 or block[:2] == "附件" and is_agency_line(lower.text):
        return APART
    lead = lead_of(block)
    if lead and not TOPIC.match(block, lead.end()):
        return Seam(.95, "open_lead")
    if above[-1] in "年月" and lower.text[0].isdigit() and _DATE_ACROSS.search(above[-6:]):
        return Seam(.95, "number")
    if any(mark in "“《（(「『" for mark in unclosed(block)):
        return Seam(.95, "open_bracket")
    if "。" in block[:-1] or "；" in block[:-1]:
        return Seam(.95, "open_sentence")
    if layout.spaced and lower.gap == 0 and len(block) + len(lower.text) <= 14:
        return Seam(.85, "one_block")
    return None


def closes(text: str) -> bool:
    """Whether a line begins with a mark that never begins a paragraph."""
    return text[0] in NEVER_FIRST


def is_list_mark(text: str) -> bool:
    """Whether a line begins with the mark of a list that no wrapped line begins with."""
    return text[0] in "■□◆●▲◎★☆○◇▪▶►※①②③④⑤⑥⑦⑧⑨【"


def is_stamp(text: str) -> bool:
    """Whether a line says when and where a page came out."""
    return text[0] in "12来责" and _STAMP.match(text) is not None


def dates_on(above: str, below: str) -> bool:
    """Whether a date goes on with the time of day."""
    return above[-1] in "日时0123456789" and _TIME.match(below) is not None


def cuts_token(above: str, below: str) -> bool:
    """Whether the line end cuts a number, a date or the label of a credit."""
    return above[-1] in _TOKEN_LAST and _TOKEN_CUT.search(f"{above[-10:]}\n{below[:10]}") is not None


def joint(above: str, below: str) -> str:
    """What stands between two joined lines: a space between Latin words, else nothing."""
    return " " if above[-1].isascii() and below[0].isascii() and (above[-1].isalpha() or above[-1] in ",.;:!?)") and below[0].isalpha() else ""
