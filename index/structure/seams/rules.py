"""Line ends that rules decide: brackets, dates, times, numbers, list marks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from juanzong.index.corpus.lines import Line
from juanzong.index.structure.bylines import lead_of
from juanzong.index.structure.seams.layout import NEVER_FIRST, Layout, width_of
from juanzong.index.structure.wording import WORDS, is_agency_line, is_closed, is_colon

MAX_LOOK = 1000
"""Characters of a paragraph that are looked at to judge whether it goes on."""
_INSIDE = 30
"""Characters of the next line within which a 【 that a line leaves open is closed."""
GOES_ON = "，,、（(“‘《「『【〔[—·+&/－-"
OPENERS, CLOSERS = "（(“《「『【〔[", "）)”》」』】〕]"
_BRACKET = re.compile(f"[{re.escape(OPENERS + CLOSERS)}]")
_PAIR = dict(zip(CLOSERS, OPENERS, strict=True))
_TOKEN_CUT = re.compile(
    "|".join(
        (
            r"(?<!\d)\d{1,5}[.．]\n\d",
            r"(?<!\d)\d{1,2}[:：]\n[0-5]\d(?!\d)",
            r"\d[:：][0-5]\n\d(?!\d)",
            r"\d\n[:：][0-5]\d",
            r"[（(〔\[]\d{1,4}\n\d{0,4}[)）〕\]]",
            r"\d\n(?:年|月(?![球饼])|日(?![前常本报期益后])|时(?![间期代候常任]))",
            r"(?<!\d)(?:[12]|19\d?|20\d?)\n\d{1,3}(?:年\d{1,2}月|[-/]\d{1,2}[-/]\d)",
            r"\d{4}[-/]\d{0,2}\n\d{0,2}[-/]\d",
            r"-\d{3,6}\n\d{1,5}(?![\d、.])",
            r"[日时月年号][至到]\n\d",
            r"[次今去明前当同每]年\n\d{1,2}月",
            "来\n源[:：]",
            "责\n[任编]",
            "编\n辑[:：]",
            "作\n者[:：]",
            "记\n者[:： ]",
            "浏\n览",
            "点\n击[:：]",
            "校\n对[:：]",
            "审\n核[:：]",
        )
    )
)
"""What a line end cuts though nothing parts it: a decimal, a time of day, the year of a document's number, a date, a range, a telephone number, a credit."""
_TOKEN_LAST = frozenset(".．:：0123456789-/至到年来责编作记浏点校审")
_STAMP = re.compile(
    r"(?:19|20)\d{2}(?:[-/.]\d{1,2}[-/.]\d{1,2}|年\d{1,2}月\d{1,2}日)[ \u3000]+(?:\d{1,2}[:：]|来源|星期)|(?:来源|责任?编辑?)[:：]"
)
"""How a line begins that says when and where a page came out; nothing above goes on with it."""
_FULL_DATE = re.compile(r"\d{1,2} ?月 ?\d{1,2} ?日(?: ?\d{1,2} ?时?(?: ?\d{1,2})?)?$")
_TIME = re.compile(r"\d{0,2} ?[时点分许]|[上下中]午|凌晨|清晨|傍晚|晚|夜")
_DATE_ACROSS = re.compile(r"\d{1,4} ?[年月]$")


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
    if cuts_token(above, below) or dates_on(above, below) and _FULL_DATE.search(above):
        return Seam(0.95, "number")
    if is_stamp(below):
        return APART
    if is_closed(above) or lead_of(below) or layout.indented and lower.indented:
        return APART
    if layout.indented and upper.indented and lower.gap == 0 and width_of(above) > 20:
        return Seam(0.95, "indent")
    if WORDS.item.match(below):
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
    if above[-1] in "年月" and lower.text[0].isdigit() and _DATE_ACROSS.search(above[-6:]):
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
    return (
        " "
        if above[-1].isascii()
        and below[0].isascii()
        and (above[-1].isalpha() or above[-1] in ",.;:!?)")
        and below[0].isalpha()
        else ""
    )
