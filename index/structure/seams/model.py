"""Whether a paragraph goes on across a line end, judged by the characters and words on both sides: a logistic regression over signs.

The numbers stand in data/seams.csv, which scripts/seams.py makes. They were counted in some 35,000 news stories and 1,700 laws: how much
more often than elsewhere a character or a pair of them begins a paragraph or ends a heading, how much more often than by chance two
characters stand together, and what each sign weighs when such texts are broken at random and the breaks are told from true ends.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import compress
from operator import mul

from juanzong.index.datafiles import rows
from juanzong.index.structure.wording import SEAMS, is_closed

COLUMNS = ("table", "value", "keys")
"""The columns of data/seams.csv."""

_QUOTE_ENDS = frozenset("”》’）)")
MEASURED = ("pair", "begins", "ends")
"""The signs that have a value, as `signs` gives them."""
TOLD = tuple(
    """
    seen half_seen word long_word single single_below number clause enumeration function_word function_below opening date says aspect attribute article
    numbered short_numbered cry short shortish medium long very_long long_clause spaced passed opening_below date_below number_below quoted quote_end colon
    first joined joined_clause first_long first_long_clause open_below short_below heading_below apart repeated body_end bracketed_below""".split()
)
"""The signs that hold or do not, as `signs` gives them."""
SHAPES = frozenset(("clause", "long_clause", "opening", "aspect", "attribute", "says", "date"))
"""The signs that a line is a sentence, wherever it ends."""
_ACROSS = 0.4
"""What these count where an empty line follows, since the headings within a story are sentences as often as not."""
_CUTS = tuple(name in ("word", "long_word", "number", "function_word") for name in TOLD)
"""The signs that something is cut, whatever stands below."""
REASONS = {
    "word": "word",
    "long_word": "word",
    "seen": "seen",
    "half_seen": "seen",
    "number": "number",
    "clause": "open_clause",
    "long_clause": "open_clause",
    "long": "open_clause",
    "very_long": "open_clause",
    "function_word": "function_word",
    "function_below": "function_word",
    "opening": "sentence_opening",
    "date": "sentence_opening",
    "says": "sentence_opening",
    "aspect": "sentence_opening",
    "attribute": "sentence_opening",
    "enumeration": "enumeration",
    "joined": "open_clause",
    "joined_clause": "open_clause",
    "article": "article",
}
"""The reason that a join is given when a sign speaks most for it."""
_LIKELY = (0.0, 0, "likelihood")
Evidence = tuple[float, str]
"""Odds and the strongest reason."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """What was counted: natural logarithms of how many times more often than elsewhere, and the weights of the signs.

    `bias` is added to every seam, `scales` belong to `MEASURED`; `shares` and `reasons` to `TOLD`, `across` those of them that count across an empty line, a reason with the weight and the rank by which it is chosen.
    """

    begins: dict[str, float]
    ends: dict[str, float]
    pairs: dict[str, float]
    weights: dict[str, float]
    bias: float
    scales: tuple[float, ...]
    shares: tuple[float, ...]
    across: tuple[float, ...]
    reasons: tuple[tuple[float, int, str], ...]


@cache
def numbers() -> Numbers:
    """The counted numbers, read once."""
    tables: dict[str, dict[str, float]] = {"begins": {}, "ends": {}, "weight": {}}
    pairs: dict[str, float] = {}
    for _, row in rows("seams.csv", COLUMNS):
        table, value, keys = row["table"], float(row["value"]), row["keys"]
        if table in tables:
            tables[table].update(dict.fromkeys(keys.split(" "), value))
        else:
            pairs.update(dict.fromkeys((table + character for character in keys), value))
    weights = tables["weight"]
    shares = tuple(weights.get(name, 0.0) for name in TOLD)
    reasons = tuple(
        (share, -rank, REASONS[name]) if name in REASONS and share > 0 else _LIKELY
        for rank, (name, share) in enumerate(zip(TOLD, shares, strict=True))
    )
    return Numbers(
        tables["begins"],
        tables["ends"],
        pairs,
        weights,
        weights.get("bias", 0.0),
        tuple(weights.get(name, 0.0) for name in MEASURED),
        shares,
        tuple(_ACROSS * share if name in SHAPES else share for name, share in zip(TOLD, shares, strict=True)),
        reasons,
    )


@cache
def _cutter() -> Callable[[str], list[str]]:
    from juanzong.index.text.analysis import Segmenter

    return Segmenter().cut


def coarse(text: str) -> str:
    """The text with every digit a 0 and every Latin letter an a, as it was counted."""
    return _DIGIT.sub("0", _LETTER.sub("a", text)) if _NARROW.search(text) else text


_NARROW, _DIGIT, _LETTER = re.compile("[0-9A-Za-z]"), re.compile("[0-9]"), re.compile("[A-Za-z]")


def signs(
    above: str, below: str, document: str, place: str, known: Numbers
) -> tuple[tuple[float, float, float], tuple[object, ...]]:
    """The signs of a seam between the open text `above` of a paragraph and the line `below`: the values of `MEASURED`, and for each of `TOLD` whether it holds.

    `document` is the text in which the characters on both sides may stand together elsewhere; `place` tells of the
    line that ends at the seam: "first" of the document, "joined" to the paragraph's beginning, or neither.
    """
    # each expression is asked only where a character that it needs is there
    number = SEAMS.numbering.match(above) if above[0] in SEAMS.set("numeral_first") or above[0].isdecimal() else None
    head = above[number.end() :] if number else above
    size, first_below = len(head), below[0]
    spans, long_word, single, single_below = _words(above[-8:], below[:8])
    numeral_below = first_below.isdecimal() or first_below in SEAMS.set("numeral_first")
    year = numeral_below and SEAMS.year.match(below) is not None
    last, next_ = coarse(above[-2:]), coarse(below[:2])
    pair = 0.0 if year else known.pairs.get(last[-1:] + next_[:1], 0.0)
    measured = (
        pair,
        -known.begins.get(next_, known.begins.get(next_[:1], 0.0)),
        -known.ends.get(last, known.ends.get(last[-1:], 0.0)),
    )
    clause = ("，" in head or "," in head) and SEAMS.comma.search(head) is not None
    function_word = not spans and _ends_in(head, SEAMS.set("function_words")) and not SEAMS.stays.search(head[-3:])
    open_below = not is_closed(below)
    article = number is not None and "条" in number[0]
    numbered = number is not None and not article
    first, joined, lasting = place == "first", place == "joined", clause and size >= 30
    seen = above[-2:] + below[:2] in document and len(above) > 1
    return measured, (
        seen,
        not seen and (above[-2:] + first_below in document or above[-1] + below[:2] in document),
        spans and not year,
        long_word and not year,
        single,
        single_below,
        not year
        and (head[-1:].isdecimal() or head[-1:] in SEAMS.set("numerals"))
        and (first_below.isdecimal() or first_below in SEAMS.set("measures")),
        clause,
        "、" in head,
        function_word,
        not spans and first_below in SEAMS.set("function_first") and SEAMS.function_below.match(below),
        SEAMS.opening.match(head),
        ("日" in head or "年" in head) and SEAMS.date.search(head),
        SEAMS.says_hint.search(head) and SEAMS.says.search(head),
        "了" in head,
        "的" in head,
        article,
        numbered,
        numbered and size < 20 and not clause,
        "！" in head or "？" in head or "!" in head or "?" in head,
        size < 10,
        10 <= size < 14,
        20 < size < 30,
        30 <= size < 45,
        size >= 45,
        lasting,
        (" " in head or "\u3000" in head) and SEAMS.spaced.search(head),
        head[-1:] in SEAMS.set("passed_last") and SEAMS.passed.search(head[-4:]),
        SEAMS.opening_below.match(below) and (open_below or not SEAMS.term_below.match(below)),
        numeral_below and SEAMS.date_below.match(below),
        numeral_below and SEAMS.numbering.match(below),
        "“" in head,
        head[-1:] in _QUOTE_ENDS,
        "：" in head or ":" in head,
        first,
        joined,
        joined and clause,
        first and size > 20,
        first and lasting,
        open_below,
        len(below) <= 14,
        open_below
        and len(below) <= 26
        and not spans
        and not clause
        and not function_word
        and not SEAMS.comma.search(below),
        not pair,
        above.endswith(below[:2]),
        _ends_in(head, SEAMS.set("body_ends")),
        first_below in "（(" and below[-1] in "）)",
    )


def _words(tail: str, start: str) -> tuple[bool, bool, bool, bool]:
    """Whether a word spans the seam between `tail` and `start`; it is long; a word of one character ends there, and one begins that seldom stands alone."""
    alone = "\u4e00" <= start[0] <= "\u9fff" and start[0] not in SEAMS.set("first_alone")
    position, size, words = 0, len(tail), iter(_cutter()(tail + start))
    for word in words:
        position += len(word)
        if position > size:
            return True, len(word) > 2, False, alone and len(_cutter()(start)[0]) == 1
        if position == size:
            return False, False, len(word) == 1, alone and len(next(words, "")) == 1
    return False, False, False, False


def _ends_in(text: str, words: frozenset[str]) -> bool:
    """Whether a text ends in one of these words of at most three characters."""
    return text[-1:] in words or text[-2:] in words or text[-3:] in words


def evidence(above: str, below: str, document: str, place: str = "", apart: bool = False) -> Evidence:
    """The odds that a paragraph goes on, against a heading above a paragraph, were both equally common; and the strongest reason.

    `apart` says that an empty line parts a short line from the next: then the characters at the seam tell more than the shape of the line.
    """
    known = numbers()
    measured, told = signs(above, below, document, place, known)
    shares = known.across if apart and not any(compress(told, _CUTS)) else known.shares
    score = known.bias + sum(map(mul, known.scales, measured)) + sum(compress(shares, told))
    return math.exp(max(-20.0, min(20.0, score))), max(compress(known.reasons, told), default=_LIKELY)[2]
