"""Hard-wrap repair: whether a paragraph goes on across a line end, with a reason and a confidence."""
from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from index import boilerplate, leads, linekinds
from index.leads import TOPIC, lead_of
from index.linekinds import ITEM, is_caption, is_closed, is_colon
from index.lines import Line
from index.records import Join

MAX_LOOK = 1000
"""Characters of a paragraph that are looked at to judge whether it goes on."""
MAX_SEEN = 20_000
"""Characters of a document in which a seam's characters are looked for."""
MAX_JOINED = 20_000
"""Characters beyond which a paragraph takes no further line."""
JOIN_AT = .5
"""Seams at least this sure are joined; those below .8 are joins in doubt that a sidecar may undo."""
_GOES_ON = "，,、（(“‘《「『【〔[—·+&/－-"
_NEVER_FIRST = "，。、；：！？,;!?)）》”’」』】〕]％%"
_OPENERS, _CLOSERS = "（(“《「『【〔[", "）)”》」』】〕]"
_BRACKET = re.compile(f"[{re.escape(_OPENERS + _CLOSERS)}]")
_PAIR = dict(zip(_CLOSERS, _OPENERS, strict=True))
_SENTENCE_END = re.compile(r"[。！？；]")
_COMMA = re.compile(r"[，,](?!\d)")
_SAYING = "[\u4e00-\u9fff]{2,4}(?:说|表示|介绍|认为|称)"
_WHEN = "近日|日前|近年|近期|今年|去年|昨|目前|当前|当日|当天|同时|此外|另外|据|随着|为了?|记者|截至|根据|按照|作为|面对|然而|不过|因此|此前|此次|本次|会上|与此|接下来|下一步"
_FUNCTION_END = re.compile(
    r"(?:[的和与及或在为对将把被从自向以于由使让给其而但并且也都就还又不已正所该此每这那某各第约至因当若如则即称是有等]|关于|对于|以及|或者|因为|由于|如果|根据|"
    r"按照|通过|进行|开展|以来|我们|他们|表示|认为|一个|可以|能够|需要|没有|更加|非常|主要|其中|包括)$")
_OPENING = re.compile(rf"\d{{1,4}} ?[年月日]|请|今|其中|在|从|对|针对|自|经|但|所以|这|该|他|她|我|有|如果|虽然|由于|一|{_WHEN}|{_SAYING}")
_OPENING_BELOW = re.compile(rf"\d{{1,4}} ?年|\d{{1,2}} ?[月日]|在|从|对|针对|自|经|“|《|{_WHEN}|{_SAYING}")
_STARTS_AFRESH = re.compile(
    r"据(?:了解|介绍|悉)|近日|日前|目前|当前|同时|此外|另外|与此同时|下一步|接下来|截至|随着|为了|本报|记者|\d{4}年|\d{1,2}月\d{1,2}日|第[一二三四五六七八九十百]+条")
_DATE = re.compile(r"\d{1,2}月\d{1,2}日|\d{4}年")
_NUMBER_END = re.compile(r"[\d一二三四五六七八九十百千万亿.％%]$")
_MEASURE = re.compile(r"[\d年月日时分秒名个人家次起件条辆台只座处万亿元吨米公多余%％．.]")
_SAYS = re.compile(r"表示|认为|介绍|[说称][，,]")
_SPACED = re.compile(r"[\u4e00-\u9fff”》][ \u3000]+[\u4e00-\u9fff“《]")
_FUNCTION_BELOW = re.compile(
    r"已|将(?!军)|是(?!否)|均|也|还(?!有)|被|把|并(?!非|不)|而(?!且|在)|且|的|了|等(?!待)|及(?!时)|与(?!此)|和(?!谐|平)|或|以(?=[^及来后前])")
_FIRST_ALONE = frozenset(
    "在从据为对此我他她它这该当自经由有但而因若如其各一两三四五六七八九十每某本今昨前后日与和以至于只不可要想说看到去来又再就更最还也都早晚夜春夏秋冬"
    "上中下东西南北大小老新多少请")
_NUMBERING = re.compile(r"第[一二三四五六七八九十百千零〇\d]{1,6}条[ \u3000]?|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.．、]")
_DATE_ACROSS = re.compile(r"\d{1,4} ?[年月]$")
# Weights of a logistic regression between first lines of cut paragraphs and headings, equal numbers of both.
_WEIGHTS = {
    "word": 4.4, "long_word": .6, "number": 2.2, "clause": 2.9, "function_word": 2.0, "sentence_opening": 1.4, "date": 1.1, "enumeration": 1.7,
    "says": 1.3, "aspect": 1.5, "attribute": 1.45, "function_below": 1.5, "single": .7, "single_below": .9, "seen": 3.0, "half_seen": 1.5,
    "article": 2.5, "medium": .3, "short": -.3, "long": -1.2, "spaced": -1.2, "opening_below": -1.6, "quoted": -1.3, "quote_end": -.7,
    "numbered": -1.5, "heading_below": -2.5,
}
_BIAS = -1.8
_REASONS = ("word", "seen", "number", "clause", "function_word", "function_below", "sentence_opening", "enumeration", "article", "says", "aspect",
            "attribute")
_REWRITTEN, _HEADED = 1.0, 5.0
"""Before a document is looked at, one open line in six is taken to be cut."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a document is laid out.

    `spaced`: empty lines part its paragraphs; `blocks`: and its lines are wrapped between them; `indented`: paragraphs begin with white
    space; `width`, `slack`: the printed width it is wrapped at, and how far full lines fall short of it; `gap`: the usual empty lines.
    """

    spaced: bool = False
    blocks: bool = False
    indented: bool = False
    width: float = 0.0
    slack: float = 2.5
    gap: int = 0

    def is_full(self, line: Line) -> bool:
        """Whether a line reaches the width at which the document is wrapped."""
        if not self.width:
            return False
        width = width_of(line.text) + (2 if line.indented and self.indented else 0)
        return self.width - self.slack <= width <= self.width + 1


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
    # indents tell paragraphs only where lines without them go on
    further = sum(not lower.indented and not lower.gap and len(upper.text) >= 10 and not is_closed(upper.text) for upper, lower in pairwise(plain))
    indented = starts >= 2 and starts >= .05 * len(plain) and further >= 2
    width, slack = _width(plain, indented)
    blocks = width > 0 and blank >= 2 and count - 1 - blank >= max(3, .2 * count)
    return Layout(spaced or blocks, blocks, indented, width, slack, usual)


def _width(lines: Sequence[Line], indented: bool) -> tuple[float, float]:
    """The width at which lines are wrapped and how far they fall short of it; 0 where they are not wrapped at one width.

    Many lines must end there, most of them in mid-sentence.
    """
    if len(lines) < 4:
        return 0.0, 0.0
    widths = [width_of(line.text) + (2 if line.indented and indented else 0) for line in lines]
    tally = Counter(round(width) for width in widths if 8 <= width <= 100)
    best, most = 0, 0
    for width in tally:
        near = tally[width] + tally[width - 1] + tally[width - 2]
        if (near, width) > (most, best):
            best, most = width, near
    full = [line for line, width in zip(lines, widths, strict=True) if best - 2.5 <= width <= best + .5]
    broken = sum(not is_closed(line.text) and not is_colon(line.text) for line in full)
    longer = [line for line, width in zip(lines, widths, strict=True) if width > best + 1]
    exact = sum(best - 1.1 <= width <= best + .5 for width in widths)
    many = most >= 3 and most >= .35 * len(lines) and broken >= .6 * len(full) and len(longer) <= .2 * len(lines)
    if not many and not (broken >= max(4, .8 * exact) and exact >= .8 * len(full) and not longer and best >= 14):
        return 0.0, 0.0
    return float(best), 1.1 if exact >= .9 * len(full) else 2.5


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
    """Judges the line ends of one document. `cut` is the share of its open lines, headings among them, that are cut paragraphs."""

    layout: Layout
    trusted: bool
    cut: float
    document: str = ""

    def seam(self, block: str, upper: Line, lower: Line, joined: bool) -> Seam:
        """Whether `lower` goes on with the paragraph `block`, whose last line is `upper`; `joined` says that it already has a seam."""
        if self.trusted or len(block) > MAX_JOINED:
            return APART
        block = block[-MAX_LOOK:]
        ruled = _ruled(block, upper, lower, self.layout, joined)
        if ruled is not None:
            return ruled
        odds, reason = evidence(block, lower.text, self.document)
        odds *= self.cut / (1 - self.cut)
        if self.layout.spaced and lower.gap == 0:
            odds *= 6
        confidence = odds / (1 + odds)
        return Seam(round(confidence, 2), reason) if confidence >= JOIN_AT else APART


def judge_of(lines: Sequence[Line], text: Sequence[bool], layout: Layout, trusted: bool) -> Judge:
    """Measure how many of a document's open lines are cut (expectation and maximisation over the evidence).

    `text` says which lines are running text, neither caption nor byline nor table.
    """
    if trusted:
        return Judge(layout, True, 0.0)
    document = "\n".join(line.text for line in lines)[:MAX_SEEN]
    ruled = 0
    odds: list[float] = []
    for (upper, lower), (here, there) in zip(pairwise(lines), pairwise(text), strict=True):
        if not here or not there or len(odds) >= 2000:
            continue
        verdict = _ruled(upper.text, upper, lower, layout, False)
        if verdict is None:
            odds.append(evidence(upper.text, lower.text, document)[0])
        elif verdict.confidence > .9 and not verdict.rule.startswith(("fixed", "indent")):
            ruled += 1
    cut = _REWRITTEN / (_REWRITTEN + _HEADED)
    for _ in range(12 if odds else 0):
        expected = sum(cut * odd / (cut * odd + 1 - cut) for odd in odds)
        cut = (_REWRITTEN + ruled + expected) / (_REWRITTEN + _HEADED + ruled + len(odds))
    return Judge(layout, False, min(cut, .95), document)


def unwrapped(lines: Sequence[Line], layout: Layout, trusted: bool = False) -> Sequence[Line]:
    """Join the lines of a document that is wrapped at one width, before anything else is read from them.

    Where the source itself parts paragraphs (`trusted`), most of the lines must be full for that.
    """
    if not layout.width or trusted and sum(map(layout.is_full, lines)) < max(5, .6 * len(lines)):
        return lines
    result: list[Line] = []
    upper: Line | None = None
    for line in lines:
        verdict = _fixed_seam(result[-1], upper, line, layout) if upper is not None else APART
        if verdict.confidence < JOIN_AT or len(result[-1].text) > MAX_JOINED:
            result.append(line)
        else:
            whole = result[-1] = replace(result[-1], joins=list(result[-1].joins))
            whole.text += joint(whole.text, line.text) + line.text
            whole.joins.append(Join(len(whole.text) - len(line.text), verdict.rule, verdict.confidence))
            whole.last = line.number
        upper = line
    return result


def _fixed_seam(whole: Line, upper: Line, lower: Line, layout: Layout) -> Seam:
    above, below = upper.text, lower.text
    joined = bool(whole.joins)
    if upper.role or lower.role or upper.bold != lower.bold or lower.gap > layout.gap:
        return APART
    if not layout.is_full(upper) and (above[-1] not in "，,、" or lower.gap):
        return APART
    if closes(below):
        return Seam(.98, "closing_mark")
    if layout.indented and lower.indented or lead_of(below) or "\t" in above or is_list_mark(below):
        return APART
    inside = layout.spaced and lower.gap == 0
    if not inside and (layout.blocks or layout.spaced and is_closed(above) or _is_apart(below)):
        return APART
    if ITEM.match(below) and above[-1] not in _GOES_ON and not (inside and not is_closed(above) and not is_colon(above)):
        return APART
    if not inside and is_caption(whole.text):
        return APART
    if not is_closed(above) and (not is_colon(above) or below[0] in "“「"):
        return Seam(.98, "fixed_width")
    if inside:
        return Seam(.95, "one_block")
    if layout.indented:
        return Seam(.9, "indent")
    apart = is_colon(above) or not joined and not layout.is_full(lower) or _STARTS_AFRESH.match(below) or _is_apart(below)
    return APART if apart else Seam(.6, "fixed_width_sentence")


def _is_apart(text: str) -> bool:
    """Whether a line is a paragraph by itself, whatever stands above it."""
    return len(text) <= 120 and (
        linekinds.is_signature(text) or leads.is_byline(text) or boilerplate.is_page_label(text) or boilerplate.is_boilerplate(text))


def _ruled(block: str, upper: Line, lower: Line, layout: Layout, joined: bool) -> Seam | None:
    """What rules say of a seam; None where only the likelihood of the two lines can tell."""
    above, below = upper.text, lower.text
    if closes(below):
        return Seam(.98, "closing_mark")
    if is_closed(above) or lead_of(below) or layout.indented and lower.indented:
        return APART
    if layout.width and not layout.is_full(upper) and not upper.joins and above[-1] not in "，,、":
        return APART
    if layout.indented and upper.indented and lower.gap == 0 and width_of(above) > 20:
        return Seam(.95, "indent")
    if ITEM.match(below):
        return APART
    if above[-1] in _GOES_ON and not (above[-1] == "—" and len(below) <= 30 and not is_closed(below)):
        return Seam(.98, "goes_on")
    if is_colon(above):
        return APART
    return _ruled_open(block, above, lower, layout, joined)


def _ruled_open(block: str, above: str, lower: Line, layout: Layout, joined: bool) -> Seam | None:
    lead = lead_of(block)
    if lead and not TOPIC.match(block, lead.end()):
        return Seam(.95, "open_lead")
    if _DATE_ACROSS.search(above[-6:]) and lower.text[0].isdigit():
        return Seam(.95, "number")
    if any(mark in "“《（(「『" for mark in unclosed(block)):
        return Seam(.95, "open_bracket")
    if _SENTENCE_END.search(block[:-1]):
        return Seam(.95, "open_sentence")
    size = len(block)
    if size >= 30 and _COMMA.search(block) or size >= 45 or joined and _COMMA.search(block):
        return Seam(.9, "open_clause")
    if layout.spaced and lower.gap == 0 and size + len(lower.text) <= 14:
        return Seam(.85, "one_block")
    return None


@cache
def _cutter() -> Callable[[str], list[str]]:
    from index.analysis import Segmenter
    return Segmenter().cut


def evidence(above: str, below: str, document: str) -> tuple[float, str]:
    """The odds that a paragraph goes on, against a heading above a paragraph, were both equally common; and the strongest reason.

    `document` is the text in which the characters on both sides of the seam may stand together elsewhere.
    """
    if len(above) <= 12 and len(below) <= 12 and not is_closed(below):
        return .01, "likelihood"
    number = _NUMBERING.match(above)
    head = above[number.end():] if number else above
    size = len(head)
    tail = above[-8:]
    position, spans, long_word, single = 0, False, False, False
    for word in _cutter()(tail + below[:8]):
        end = position + len(word)
        across = position < len(tail) < end
        spans, long_word, single = spans or across, long_word or across and len(word) > 2, single or end == len(tail) and len(word) == 1
        position = end
    first = _cutter()(below[:8])[0]
    seen = len(above) > 1 and above[-2:] + below[:2] in document
    comma = _COMMA.search(head)
    function_word = not spans and _FUNCTION_END.search(head)
    signs = {
        "word": spans, "long_word": long_word, "single": single,
        "single_below": len(first) == 1 and first not in _FIRST_ALONE and "\u4e00" <= first <= "\u9fff",
        "number": _NUMBER_END.search(head) and _MEASURE.match(below), "clause": comma, "enumeration": "、" in head,
        "function_word": function_word, "function_below": not spans and _FUNCTION_BELOW.match(below),
        "sentence_opening": _OPENING.match(head), "date": _DATE.search(head), "says": _SAYS.search(head), "aspect": "了" in head, "attribute": "的" in head,
        "seen": seen, "half_seen": not seen and (above[-2:] + below[0] in document or above[-1] + below[:2] in document),
        "article": number and "条" in number[0], "numbered": number and "条" not in number[0],
        "short": size < 14, "medium": 14 <= size <= 20, "long": size > 20, "spaced": _SPACED.search(head),
        "opening_below": _OPENING_BELOW.match(below), "quoted": "“" in head, "quote_end": head[-1:] in ("”", "》", "’", "）", ")"),
        "heading_below": len(below) <= 26 and not is_closed(below) and not _COMMA.search(below) and not spans and not comma and not function_word,
    }
    score = _BIAS + sum(_WEIGHTS[name] for name, found in signs.items() if found)
    reason = max((name for name in _REASONS if signs[name]), key=lambda name: _WEIGHTS[name], default="likelihood")
    return math.exp(score), reason


def closes(text: str) -> bool:
    """Whether a line begins with a mark that never begins a paragraph."""
    return text[0] in _NEVER_FIRST


def is_list_mark(text: str) -> bool:
    """Whether a line begins with the mark of a list that no wrapped line begins with."""
    return text[0] in "■□◆●▲◎★☆○◇▪▶►※①②③④⑤⑥⑦⑧⑨【"


def joint(above: str, below: str) -> str:
    """What stands between two joined lines: nothing beside a Han character, a space between Latin words."""
    return " " if above[-1].isascii() and below[0].isascii() and (above[-1].isalnum() or above[-1] in ",.;:!?)") and below[0].isalnum() else ""
