"""Running heads and page numbers that stand inside a sentence, where a page of the print ended: they are put aside, so that the sentence goes on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from juanzong.index.corpus.lines import Line
from juanzong.index.structure.wording import is_closed, is_colon

_FRAME = r"[·•・\-—–―~～|｜\s\u3000]*"
_NUMBER = re.compile(
    rf"{_FRAME}(?:[Pp]age\s)?第?\s?(?P<number>\d{{1,4}})\s?页?(?:\s?[/／]\s?共?\s?\d{{1,4}}\s?页?|\s?共\s?\d{{1,4}}\s?页|\sof\s\d{{1,4}})?{_FRAME}$"
)
_HEAD = re.compile(
    r"(?:(?P<before>[^\d\s].{0,28}?)[\s\u3000·|｜]+第?(?P<number>\d{1,4})页?|第?(?P<first>\d{1,4})页?[\s\u3000·|｜]+(?P<after>[^\d\s].{0,28}))$"
)
_DIGIT = re.compile(r"\d").search
_OF_ALL = re.compile(rf"{_FRAME}第\s?\d{{1,4}}\s?页\s?[,，/／]?\s?共\s?\d{{1,4}}\s?页{_FRAME}$")
"""The number of a page with that of all pages, which is nothing else: 第 3 页 共 9 页."""
_LONGEST = 34
_FEWEST = 3
"""Page numbers, or repeats of one head, that a document must have."""
_OPEN, _OPEN_ABOVE_NUMBER = 8, 4
"""Characters of a line that a page's end may cut: above a head that is merely repeated, and above the number of a page."""


def without_running_heads(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines with every running head that cuts a sentence put at the end, as boilerplate; the same lines where there is none."""
    short = [
        at for at, line in enumerate(lines) if 0 < at < len(lines) - 1 and not line.role and len(line.text) <= _LONGEST
    ]
    if len(short) < _FEWEST and not any(_OF_ALL.match(lines[at].text) for at in short):
        return lines
    numbered = frozenset(_numbered(lines, short))
    heads = numbered | frozenset(_repeated(lines, short, numbered))
    moved = {at for at in heads if _cuts(lines, at, heads, _least(at, numbered))}
    if not moved:
        return lines
    kept = [line for at, line in enumerate(lines) if at not in moved]
    return [*kept, *(replace(lines[at], role="boilerplate") for at in sorted(moved))]


def _numbered(lines: Sequence[Line], short: Sequence[int]) -> Iterator[int]:
    """Lines that are page numbers, with a head or without: their numbers rise."""
    found: list[tuple[int, int, str]] = []
    for at in short:
        text = lines[at].text
        if not _DIGIT(text):
            continue
        if number := _NUMBER.match(text):
            found.append((at, int(number["number"]), ""))
        elif head := _HEAD.match(text):
            found.append((at, int(head["number"] or head["first"]), "".join((head["before"] or head["after"]).split())))
    times = Counter(head for _, _, head in found if head)
    title = "".join(lines[0].text.split())
    found = [(at, number, head) for at, number, head in found if not head or times[head] > 1 or head == title]
    rising = sum(later[1] > earlier[1] for earlier, later in zip(found, found[1:], strict=False))
    if (len(found) >= _FEWEST or all(_OF_ALL.match(lines[at].text) for at, _, _ in found)) and rising >= 0.8 * (
        len(found) - 1
    ):
        yield from (at for at, _, _ in found)


def _repeated(lines: Sequence[Line], short: Sequence[int], numbered: frozenset[int]) -> Iterator[int]:
    """Lines that stand there again and again, each time within a sentence."""
    times = Counter(lines[at].text for at in short if not is_closed(lines[at].text))
    for text, count in times.items():
        if count >= _FEWEST:
            places = [at for at in short if lines[at].text == text]
            if sum(_cuts(lines, at, numbered, _least(at, numbered)) for at in places) >= 0.7 * len(places):
                yield from places


def _least(at: int, numbered: frozenset[int]) -> int:
    """How long a line must be to be cut by the head at a place."""
    return _OPEN_ABOVE_NUMBER if numbered & {at - 1, at, at + 1} else _OPEN


def _cuts(lines: Sequence[Line], at: int, passed: frozenset[int], least: int) -> bool:
    """Whether the line above one ends in the middle of a sentence, and the one below goes on; `passed` are other heads beside it."""
    first, last = at - 1, at + 1
    while first > 0 and first in passed:
        first -= 1
    while last < len(lines) - 1 and last in passed:
        last += 1
    above, below = lines[first].text, lines[last].text
    return (
        len(above) >= least
        and not is_closed(above)
        and not is_colon(above)
        and not lines[first].role
        and not lines[last].role
        and len(below) >= 2
    )
