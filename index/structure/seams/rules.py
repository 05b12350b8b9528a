"""Line ends that rules decide: brackets, dates, times, numbers, list marks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from juanzong.index.corpus.lines import Line
from juanzong.index.structure.bylines import lead_of
from juanzong.index.structure.seams.layout import NEVER_FIRST, Layout, width_of
from juanzong.index.structure.wording import SEAMS, WORDS, is_agency_line, is_closed, is_colon

MAX_LOOK = 1000
"""Characters of a paragraph that are looked at to judge whether it goes on."""
_INSIDE = 30
"""Characters of the next line within which a 【 that a line leaves open is closed."""
GOES_ON = "，,、（(“‘《「『【〔[—·+&/－-"
_SIGNED = 16
"""Characters at the end of a line within which its writer is named."""
OPENERS, CLOSERS = "（(“《「『【〔[", "）)”》」』】〕]"
_BRACKET = re.compile(f"[{re.escape(OPENERS + CLOSERS)}]")
_PAIR = dict(zip(CLOSERS, OPENERS, strict=True))


@dataclass(frozen=True, slots=True)
class Seam:
    """A verdict on one line end."""

    confidence: float
    rule: str


APART = Seam(0.0, "apart")

_LONGEST_DAY = 24


def unclosed(text: str) -> str:
    """The opening marks of a text that nothing closes, innermost last; at most the last `MAX_LOOK` characters are looked at."""
    stack: list[str] = []
    for character in _BRACKET.findall(text[-MAX_LOOK:]):
        if character in OPENERS:
            stack.append(character)
        elif _PAIR[character] in stack:
            while stack.pop() != _PAIR[character]:
                pass
    return "".join(stack)


def ruled(block: str, upper: Line, lower: Line, layout: Layout) -> Seam | None:
    """What rules say of a seam; None where only the likelihood of the two lines can tell."""
    settled = settled_seam(upper, lower, layout)
    return open_seam(block, upper.text, lower, layout) if settled is None and not layout.width else settled


def settled_seam(upper: Line, lower: Line, layout: Layout) -> Seam | None:
    """What two lines tell, whatever stands above them."""
    above, below = upper.text, lower.text
    if closes(below):
        return Seam(0.98, "closing_mark")
    if heads_days(upper, lower):
        return APART
    if cuts_token(above, below) or dates_on(above, below) and SEAMS.dated.search(above):
        return Seam(0.95, "number")
    if is_stamp(below):
        return APART
    if is_closed(above) or lead_of(below) or layout.indented and lower.indented:
        return APART
    if layout.indented and upper.indented and lower.gap == 0 and width_of(above) > 20:
        return Seam(0.95, "indent")
    if WORDS.item.match(below) or SEAMS.signed.search(above, max(0, len(above) - _SIGNED)):
        return APART
    if above[-1] in GOES_ON and not (above[-1] == "—" and len(below) <= 30 and not is_closed(below)):
        return Seam(0.98, "goes_on")
    return APART if is_colon(above) else None


def open_seam(block: str, above: str, lower: Line, layout: Layout) -> Seam | None:
    """What rules say of a seam below a line that neither ends a sentence nor announces anything."""
    if block[:2] == "——" and len(block) <= 30 or block[:2] == "附件" and is_agency_line(lower.text):
        return APART
    lead = lead_of(block)
    if lead and not WORDS.topic.match(block, lead.end()):
        return Seam(0.95, "open_lead")
    if above[-1] in "年月" and lower.text[0].isdigit() and SEAMS.date_across.search(above[-6:]):
        return Seam(0.95, "number")
    open_marks = unclosed(block)
    if any(mark in "“《（(「『" for mark in open_marks) or "【" in open_marks and 0 <= lower.text.find("】") <= _INSIDE:
        return Seam(0.95, "open_bracket")
    if "。" in block[:-1] or "；" in block[:-1]:
        return Seam(0.95, "open_sentence")
    if layout.spaced and lower.gap == 0 and len(block) + len(lower.text) <= 14:
        return Seam(0.85, "one_block")
    return None


def closes(text: str) -> bool:
    """Whether a line begins with a mark that never begins a paragraph."""
    return text[0] in NEVER_FIRST


def heads_days(upper: Line, lower: Line) -> bool:
    """Whether a line between empty ones is a year or a day, and what follows a paragraph of its own."""
    return (
        lower.gap > 0
        and (upper.gap > 0 or upper.number <= 1)
        and len(upper.text) <= _LONGEST_DAY
        and (
            SEAMS.year_alone.match(upper.text) is not None
            # an hour at the end may be cut from its minutes
            or upper.text[-1] in "日)）"
            and WORDS.date_line.match(upper.text) is not None
        )
    )


def is_list_mark(text: str) -> bool:
    """Whether a line begins with the mark of a list that no wrapped line begins with."""
    return text[0] in "■□◆●▲◎★☆○◇▪▶►※①②③④⑤⑥⑦⑧⑨【"


def is_stamp(text: str) -> bool:
    """Whether a line says when and where a page came out."""
    return text[0] in "12来责" and SEAMS.stamp.match(text) is not None


def dates_on(above: str, below: str) -> bool:
    """Whether a date goes on with the time of day."""
    return above[-1] in "日时0123456789" and SEAMS.hour.match(below) is not None


def cuts_token(above: str, below: str) -> bool:
    """Whether the line end cuts a number, a date or the label of a credit."""
    return above[-1] in SEAMS.set("cut_last") and SEAMS.cut.search(f"{above[-10:]}\n{below[:10]}") is not None


def joint(above: str, below: str) -> str:
    """What stands between two joined lines: a space between Latin words, else nothing."""
    return (
        " "
        if above[-1].isascii()
        and below[0].isascii()
        and (above[-1].isalpha() or above[-1] in ",.;:!?)")
        and below[0].isalpha()
        else ""
    )
