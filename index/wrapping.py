"""Hard-wrap repair: whether a paragraph goes on across a line end, with a reason and a confidence."""
from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from index.lines import Line
from index.linekinds import ITEM, is_closed, is_colon, lead_of

JOIN_AT = .5
"""Seams at least this sure are joined; those below `SOFT` are joins in doubt that a sidecar may undo."""
SOFT = .8
_GOES_ON = "，,、（(“‘《「『【〔[—·+&/－-"
_NEVER_FIRST = "，。、；：！？,;!?)）》”’」』】〕]％%…·"
_OPENERS, _CLOSERS = "（(“《「『【〔[", "）)”》」』】〕]"
_PAIR = dict(zip(_CLOSERS, _OPENERS))
_SENTENCE_END = re.compile(r"[。！？；]")
_COMMA = re.compile(r"[，,](?!\d)")
_FUNCTION_END = re.compile(
    r"(?:[的和与及或在为对将把被从向以于由使让给其而但并且也都就还又不已正所该此每这那某各第约至因当若如则即称是有等]|关于|对于|以及|或者|因为|由于|如果|根据|按照|"
    r"通过|进行|开展|以来|我们|他们|表示|认为|一个|可以|能够|需要|没有|更加|非常|主要|其中|包括)$")
_OPENING = re.compile(
    r"(?:\d{1,4} ?[年月日]|近日|日前|近年|近期|今年|去年|昨|今|目前|当前|当日|当天|同时|此外|另外|其中|据|随着|为了?|记者|在|从|对于?|针对|截至|自|根据|按照|作为|面对|经|"
    r"然而|但|不过|因此|所以|这|该|他|她|我|有|如果|虽然|由于|此前|此次|本次|会上|与此|接下来|下一步|一|[一-龥]{2,4}(?:说|表示|介绍|认为|称))")
_OPENING_BELOW = re.compile(
    r"(?:\d{1,4} ?年|\d{1,2} ?月|\d{1,2} ?日|近日|日前|近年|近期|今年|去年|昨|目前|当前|当日|当天|同时|此外|另外|据|随着|为了?|记者|在|从|对于?|针对|截至|自|根据|按照|作为|"
    r"面对|经|然而|不过|因此|此前|此次|本次|会上|与此|接下来|下一步|“|《|[一-龥]{2,4}(?:说|表示|介绍|认为|称))")
_DATE = re.compile(r"\d{1,2}月\d{1,2}日|\d{4}年")
_NUMBER_END = re.compile(r"[\d一二三四五六七八九十百千万亿.％%]$")
_MEASURE = re.compile(r"[\d年月日时分秒名个人家次起件条辆台只座处万亿元吨米公多余%％．.]")
_SAYS = re.compile(r"表示|认为|介绍|[说称][，,]")
_SPACED = re.compile(r"[\u4e00-\u9fff”》][ \u3000]+[\u4e00-\u9fff“《]")
# Weights of a logistic regression between first lines of cut paragraphs and headings, equal numbers of both.
_WEIGHTS = {"word": 4.8, "long_word": .5, "clause": 2.8, "enumeration": 1.8, "spaced": -1.5, "short": -.2, "medium": .3, "long": -1.2, "function_word": 1.95,
            "sentence_opening": 1.7, "opening_below": -1.7, "number": 2.2, "quoted": -1.5, "aspect": 1.5, "attribute": 1.4, "says": 1.3, "single": .6}
_BIAS = -1.7
_REASONS = ("word", "number", "clause", "function_word", "sentence_opening", "enumeration", "says", "aspect", "attribute")
_REWRITTEN, _HEADED = 1.0, 5.0
"""Before a document is looked at, one open line in six is taken to be cut."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a document is laid out: whether empty lines part its paragraphs, whether paragraphs are indented, and the width it is wrapped at."""

    spaced: bool = False
    indented: bool = False
    width: float = 0.0
    gap: int = 0


@dataclass(frozen=True, slots=True)
class Seam:
    """A verdict on one line end."""

    confidence: float
    rule: str


APART = Seam(0.0, "apart")


def width_of(text: str) -> float:
    """The printed width in Han characters; ASCII counts half."""
    return len(text) - len(text.encode("ascii", "ignore")) / 2


def layout_of(lines: Sequence[Line]) -> Layout:
    """Measure a document's lines."""
    count = len(lines)
    if count < 3:
        return Layout(gap=max((line.gap for line in lines[1:]), default=0))
    gaps = Counter(line.gap for line in lines[1:])
    blank = sum(times for gap, times in gaps.items() if gap)
    spaced = blank >= 3 and blank >= .5 * (count - 1)
    usual = max((gap for gap in gaps if gap or not spaced), key=lambda gap: gaps[gap])
    plain = [line for line in lines if not line.role]
    starts = sum(line.indented for line in plain)
    indented = 2 <= starts <= .9 * len(plain) and starts >= .05 * len(plain)
    return Layout(spaced, indented, _width(plain, indented), usual)


def _width(lines: Sequence[Line], indented: bool) -> float:
    """The width at which lines are wrapped, 0 where they are not: many lines end at it, most of them in mid-sentence."""
    if len(lines) < 4:
        return 0.0
    widths = [width_of(line.text) + (2 if line.indented and indented else 0) for line in lines]
    tally = Counter(round(width) for width in widths if 8 <= width <= 100)
    best, most = 0, 0
    for width in tally:
        near = tally[width] + tally[width - 1] + tally[width - 2]
        if (near, width) > (most, best):
            best, most = width, near
    if most < 3 or most < .4 * len(lines):
        return 0.0
    full = [line for line, width in zip(lines, widths) if best - 2.5 <= width <= best + .5]
    broken = sum(not is_closed(line.text) and not is_colon(line.text) for line in full)
    longer = [line for line, width in zip(lines, widths) if width > best + 1]
    if broken < .6 * len(full) or len(longer) > .15 * len(lines):
        return 0.0
    return float(best)


def unclosed(text: str) -> str:
    """The opening marks of a text that nothing closes, innermost last; at most the last 2,000 characters are looked at."""
    stack: list[str] = []
    for character in text[-2000:]:
        if character in _OPENERS:
            stack.append(character)
        elif character in _CLOSERS and _PAIR[character] in stack:
            while stack.pop() != _PAIR[character]:
                pass
    return "".join(stack)


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges the line ends of one document. `cut` is the share of its open lines, headings among them, that are cut paragraphs."""

    layout: Layout
    trusted: bool
    cut: float

    def seam(self, block: str, upper: Line, lower: Line, joined: bool) -> Seam:
        """Whether `lower` goes on with the paragraph `block`, whose last line is `upper`; `joined` says that it already has a seam."""
        ruled = _ruled(block, upper, lower, self.layout, joined, self.trusted)
        if ruled is not None:
            return ruled
        odds, reason = evidence(block, lower.text)
        odds *= self.cut / (1 - self.cut)
        if self.layout.spaced and lower.gap == 0:
            odds *= 6
        confidence = odds / (1 + odds)
        return Seam(round(confidence, 2), reason) if confidence >= JOIN_AT else APART


def judge_of(lines: Sequence[Line], text: Sequence[bool], trusted: bool) -> Judge:
    """Measure a document: its layout, and how many of its open lines are cut (expectation and maximisation over the evidence).

    `text` says which lines are running text, neither caption nor byline nor table.
    """
    layout = layout_of(lines)
    if trusted:
        return Judge(layout, True, 0.0)
    ruled = 0
    odds: list[float] = []
    for upper, lower, here, there in zip(lines, lines[1:], text, text[1:]):
        if not here or not there or len(odds) >= 2000:
            continue
        verdict = _ruled(upper.text, upper, lower, layout, False, False)
        if verdict is None:
            odds.append(evidence(upper.text, lower.text)[0])
        elif verdict.confidence > .9 and not verdict.rule.startswith(("fixed", "indent")):
            ruled += 1
    cut = _REWRITTEN / (_REWRITTEN + _HEADED)
    for _ in range(12 if odds else 0):
        expected = sum(cut * odd / (cut * odd + 1 - cut) for odd in odds)
        cut = (_REWRITTEN + ruled + expected) / (_REWRITTEN + _HEADED + ruled + len(odds))
    return Judge(layout, False, min(cut, .95))


def _ruled(block: str, upper: Line, lower: Line, layout: Layout, joined: bool, trusted: bool) -> Seam | None:
    """What rules say of a seam; None where only the likelihood of the two lines can tell."""
    above, below = upper.text, lower.text
    closed = is_closed(above)
    full = layout.width and layout.width - 2.5 <= width_of(above) + (2 if upper.indented and layout.indented else 0) <= layout.width + 1
    if trusted and not full:
        return APART
    if below[0] in _NEVER_FIRST and not (below[0] in "·…【[" or below[:2] == "——"):
        return Seam(.98, "closing_mark")
    if closed and not full or lead_of(below) or layout.indented and lower.indented:
        return APART
    item = ITEM.match(below)
    if full:
        if item:
            return Seam(.9, "fixed_width") if above[-1] in _GOES_ON and not is_list_mark(below) else APART
        if not closed:
            return APART if is_colon(above) and not joined else Seam(.98, "fixed_width")
        if layout.indented:
            return Seam(.9, "indent")
        return Seam(.6, "fixed_width_sentence") if joined and lower.gap <= layout.gap else APART
    if layout.indented and not lower.indented and upper.indented and lower.gap == 0 and width_of(above) > 20:
        return Seam(.95, "indent")
    if item:
        return APART
    if above[-1] in _GOES_ON:
        return Seam(.98, "goes_on")
    if is_colon(above):
        return APART
    return _ruled_open(block, above, lower, layout, joined)


def _ruled_open(block: str, above: str, lower: Line, layout: Layout, joined: bool) -> Seam | None:
    if any(mark in "“《（(「『" for mark in unclosed(block)):
        return Seam(.95, "open_bracket")
    if _SENTENCE_END.search(block[:-1]):
        return Seam(.95, "open_sentence")
    size = len(block)
    if size >= 30 and _COMMA.search(block) or size >= 45 or joined and _COMMA.search(block):
        return Seam(.9, "open_clause")
    if layout.spaced and lower.gap == 0 and size + len(lower.text) <= 40:
        return Seam(.85, "one_block")
    return None


@cache
def _cutter() -> Callable[[str], list[str]]:
    from index.analysis import Segmenter
    return Segmenter().cut


def evidence(above: str, below: str) -> tuple[float, str]:
    """The odds that a paragraph goes on, against a heading above a paragraph, were both equally common; and the strongest reason."""
    size = len(above)
    position, long_word, spans, single = 0, False, False, False
    tail = above[-8:]
    for word in _cutter()(tail + below[:8]):
        end = position + len(word)
        spans = spans or position < len(tail) < end
        long_word = long_word or position < len(tail) < end and len(word) > 2
        single = single or end == len(tail) and len(word) == 1
        position = end
    signs = {
        "word": spans, "long_word": long_word, "single": single,
        "clause": _COMMA.search(above), "enumeration": "、" in above, "spaced": _SPACED.search(above),
        "short": size < 14, "medium": 14 <= size <= 20, "long": size > 20,
        "function_word": not spans and _FUNCTION_END.search(above), "sentence_opening": _OPENING.match(above) or _DATE.search(above),
        "opening_below": _OPENING_BELOW.match(below), "number": _NUMBER_END.search(above) and _MEASURE.match(below),
        "quoted": "“" in above, "aspect": "了" in above, "attribute": "的" in above, "says": _SAYS.search(above),
    }
    score = _BIAS + sum(_WEIGHTS[name] for name, found in signs.items() if found)
    reason = max((name for name in _REASONS if signs[name]), key=lambda name: _WEIGHTS[name], default="likelihood")
    return math.exp(score), reason


def is_list_mark(text: str) -> bool:
    """Whether a line begins with the mark of a list that no wrapped line begins with."""
    return text[0] in "■□◆●▲◎★☆○◇▪▶►※①②③④⑤⑥⑦⑧⑨【"


def joint(above: str, below: str) -> str:
    """What stands between two joined lines: nothing beside a Han character, a space between Latin words."""
    return " " if above[-1].isascii() and below[0].isascii() and (above[-1].isalnum() or above[-1] in ",.;:!?)") and below[0].isalnum() else ""
