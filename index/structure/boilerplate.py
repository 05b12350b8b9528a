"""Lines that belong to the page and not to the story: editors' credits, sources, disclaimers, navigation, running heads.

They are searched only on demand, but they are mined for a source and a date.
"""

from __future__ import annotations

import re

from juanzong.index.corpus.markup.buttons import is_button_line
from juanzong.index.structure.wording import WORDS, is_closed

_TRAIL_MARK = re.compile(r">{1,2}|[＞»›]")
_LONGEST_MOMENT = 24
_NO_STEP = re.compile("[<，。；,;]")
_LETTER = "A-Za-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü"
_LATIN = re.compile(rf"[{_LETTER}][{_LETTER}' .·-]{{2,60}}$")


def is_boilerplate(text: str) -> bool:
    """Whether a line is furniture of a page, as far as it tells by itself."""
    size = len(text)
    if size > 300:
        return False
    if size <= 40 and is_button_line(text):
        return True
    if size <= 120 and WORDS.furniture.match(text):
        return size <= 60 or not is_closed(text) or WORDS.rights.search(text) is not None
    # a long paragraph with such words in its midst is a law on copyright, not a disclaimer
    end = size if size <= 60 else 32
    if WORDS.rights_hint.search(text, 0, end) and WORDS.rights.search(text, 0, end):
        return True
    if (
        size <= 80
        and not is_closed(text)
        and (
            (":" in text or "：" in text)
            and WORDS.clock.search(text)
            or (">" in text or "＞" in text or "»" in text or "›" in text)
            and _is_trail(text)
        )
    ):
        return True
    if size <= 80 and WORDS.named_stamp.match(text) or size <= 12 and WORDS.word_count.match(text):
        return True
    if size <= 120 and text[0] in WORDS.set("stamp_begins"):
        return (
            WORDS.stamp_line.match(text) is not None
            or size <= _LONGEST_MOMENT
            and WORDS.moment.match(text) is not None
            or WORDS.stamp_head.match(text) is not None
            and WORDS.stamp_beside.search(text) is not None
        )
    return False


def _is_trail(text: str) -> bool:
    """Whether a line tells where a page lies: 首页 > 新闻 > 本地."""
    steps = _TRAIL_MARK.split(text)
    return len(steps) >= 3 and all(0 < len(step.strip()) <= 30 and not _NO_STEP.search(step) for step in steps)


def opens_disclaimer(text: str) -> bool:
    """Whether from this line on a page holds only legal text and links."""
    return len(text) <= 40 and WORDS.disclaimer.match(text) is not None


def is_contact(text: str) -> bool:
    """Whether a line gives address or telephone of the house, as the foot of a page does."""
    return len(text) <= 120 and WORDS.contact.match(text) is not None


def names_host(text: str) -> bool:
    """Whether a line of a page's foot says whose page it is."""
    return len(text) <= 160 and WORDS.host.search(text) is not None


def is_page_label(text: str) -> bool:
    """Whether a line is the running head of a newspaper page: `防疫·攻坚`."""
    return len(text) <= 12 and WORDS.page_label.match(text) is not None


def is_latin(text: str) -> bool:
    """Whether a line holds Latin letters only, as the pinyin below a running head does."""
    return len(text) <= 64 and _LATIN.match(text) is not None
