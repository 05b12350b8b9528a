"""The part of a paragraph that a result shows: around the marks, in whole sentences where they fit."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from itertools import chain
from typing import NamedTuple

from juanzong.index.text.folding import fold

ELLIPSIS = "……"
SHORTEST, LIMIT = 16, 120
# The window is chosen among the first marks of a paragraph; a Latin word longer than LONG_WORD may be cut.
MARKS_WEIGHED = 1_000
# between these lie no combining characters, no Latin letters and no half of anything
_PLAIN, _PLAIN_END = "\u3105", "\u9fff"
LONG_WORD = 40

_PAIRS = {"《": "》", "“": "”", "（": "）", "(": ")", "「": "」", "『": "』", "【": "】", "〈": "〉", "‘": "’"}
_OPENER_OF = {closer: opener for opener, closer in _PAIRS.items()}
_BRACKET = re.compile("[" + re.escape("".join(_PAIRS) + "".join(_OPENER_OF)) + "]")
_SENTENCE_END = re.compile(r"[。！？；…!?;\n]+[”’」』）)》】〉\n]*")
_CLAUSE_END = re.compile(r"[，、：,:]|\s+")
# A control character that is white space would break a line or a cell; U+3000 and plain spaces stay as they are.
_BREAK = re.compile("[\t-\r\x1c-\x1f\x85\u2028\u2029]")
_SPACES = dict.fromkeys((*range(0x09, 0x0E), *range(0x1C, 0x20), 0x85, 0x2028, 0x2029), " ")


class Snippet(NamedTuple):
    """`marks` are offsets into this `text`, in code points, a leading …… counted. `cut_left`, `cut_right`: whether something was left out."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()
    cut_left: bool = False
    cut_right: bool = False


def snippet(
    text: str, marks: Sequence[tuple[int, int]], limit: int = LIMIT, layout: Callable[[], CutPlaces] | None = None
) -> Snippet:
    """The best window of at most `limit` code points (SHORTEST at least), …… included. `layout` gives that of the text, where it is known and the
    limit is LIMIT.

    `marks` are sorted and apart, as `find_marks` gives them. The window holds the most distinct marked texts, then the most marks, then lies
    furthest to the front. It cuts no pair of brackets or quotes, no combining sequence, and a mark or a Latin word only where one is longer
    than the window. White space that breaks lines becomes a space.
    """
    limit = max(limit, SHORTEST)
    if len(text) <= limit:
        return Snippet(_on_one_line(text), tuple(marks))
    budget = limit - 2 * len(ELLIPSIS)
    start, end = _Window(text, marks, layout() if layout is not None else CutPlaces(text, budget), budget).choose()
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    cut_left = start > 0 and not text[:start].isspace()
    cut_right = end < len(text) and not text[end:].isspace()
    shift = (len(ELLIPSIS) if cut_left else 0) - start
    shown = tuple(
        [
            ((a if a > start else start) + shift, (b if b < end else end) + shift)
            for a, b in marks
            if a < end and b > start
        ]
    )
    return Snippet(
        ELLIPSIS * cut_left + _on_one_line(text[start:end]) + ELLIPSIS * cut_right, shown, cut_left, cut_right
    )


def _on_one_line(text: str) -> str:
    return text.translate(_SPACES) if _BREAK.search(text) else text


class CutPlaces:
    """Where a text may be cut whatever is marked in it. Nothing is cut inside of a pair that fits into `budget` code points. The borders of longer pairs
    are never crossed: a window lies within or without."""

    __slots__ = ("_stops", "borders", "inside", "text")

    def __init__(self, text: str, budget: int = LIMIT - 2 * len(ELLIPSIS)) -> None:
        self.text = text
        self.inside = inside = bytearray(len(text) + 1)
        self.borders = [0, len(text)]
        self._stops: list[int] | None = None
        for start, end in bracket_pairs(text):
            if end - start > budget:
                self.borders += (start, start + 1, end - 1, end)
            else:
                inside[start + 1 : end] = b"\1" * (end - start - 1)
        if len(self.borders) > 2:
            self.borders = sorted(set(self.borders))

    @property
    def stops(self) -> list[int]:
        """The ends of sentences where it may be cut."""
        if self._stops is None:
            inside, text = self.inside, self.text
            self._stops = [at for match in _SENTENCE_END.finditer(text) if _is_free(text, inside, at := match.end())]
        return self._stops


class _Window:
    def __init__(self, text: str, marks: Sequence[tuple[int, int]], layout: CutPlaces, budget: int) -> None:
        self.text, self.marks, self.budget = text, marks, budget
        self.borders, self._layout = layout.borders, layout
        # nothing is cut inside of a mark either
        self.inside = inside = layout.inside[:]
        for start, end in marks:
            inside[start + 1 : end] = b"\1" * (end - start - 1)

    def choose(self) -> tuple[int, int]:
        """Start and end of the window."""
        left, right = self.core()
        low, high = self.between(left, right)
        # a sentence end that lies further away than a window is long is in none
        known, inside = self._layout.stops, self.inside
        first = bisect_right(known, max(low, left - self.budget))
        last = bisect_right(known, min(high, right + self.budget + 1), first)
        stops = [low, *[at for at in known[first:last] if not inside[at]], high]
        start = stops[max(0, bisect_right(stops, left) - 1)]
        end = stops[min(len(stops) - 1, bisect_left(stops, right))]
        if end - start <= self.budget:
            start, end = self.more_sentences(stops, start, end)
            if end - start < self.budget // 2:
                end = max(end, self.back(min(high, start + self.budget), end))
                start = min(start, self.forth(max(low, end - self.budget), start))
        elif right - start <= self.budget:
            end = self.back(min(high, start + self.budget), right)
        elif end - left <= self.budget:
            start = self.forth(max(low, end - self.budget), left)
        else:
            spare = self.budget - (right - left)
            start = self.forth(max(low, left - spare // 2), left)
            end = self.back(min(high, start + self.budget), right)
        return start, end

    def core(self) -> tuple[int, int]:
        """The span, on permitted cuts, that the best run of marks needs."""
        if not self.marks:
            return 0, 0
        if len(self.borders) == 2 and self.marks[-1][1] - self.marks[0][0] <= self.budget:
            left, right = self.around(self.marks[0][0], self.marks[-1][1])
            if right - left <= self.budget:
                return left, right
        weighed = self.marks[:MARKS_WEIGHED]
        names = _atoms([fold(self.text[a:b]) for a, b in weighed])
        spans = [self.permitted(a, b) for a, b in weighed]
        inside: dict[str, int] = {}
        best, chosen, first = (0, 0), spans[0], 0
        for last, (_, right) in enumerate(spans):
            for name in names[last]:
                inside[name] = inside.get(name, 0) + 1
            while first < last and (right - spans[first][0] > self.budget or not self.together(spans[first][0], right)):
                for name in names[first]:
                    inside[name] -= 1
                    if not inside[name]:
                        del inside[name]
                first += 1
            score = len(inside), last - first + 1
            if score > best:
                best, chosen = score, (spans[first][0], right)
        return chosen

    def permitted(self, start: int, end: int) -> tuple[int, int]:
        """The smallest span around a mark whose ends are permitted cuts, or as much of the mark as fits."""
        left, right = self.around(start, end)
        if right - left <= self.budget and self.together(left, right):
            return left, right
        right = min(end, start + self.budget)
        while right > start + 1 and not _separable(self.text, right):
            right -= 1
        return start, right

    def together(self, start: int, end: int) -> bool:
        """Whether no border of a long pair lies inside."""
        return len(self.borders) == 2 or bisect_right(self.borders, start) >= bisect_left(self.borders, end)

    def between(self, left: int, right: int) -> tuple[int, int]:
        """The borders around a span: how far a window may grow."""
        if len(self.borders) == 2:
            return 0, len(self.text)
        low = self.borders[max(0, bisect_right(self.borders, left) - 1)]
        high = self.borders[min(len(self.borders) - 1, bisect_left(self.borders, max(right, left + 1)))]
        return low, high

    def more_sentences(self, stops: list[int], start: int, end: int) -> tuple[int, int]:
        at = bisect_right(stops, end)
        while at < len(stops) and stops[at] - start <= self.budget:
            end = stops[at]
            at += 1
        at = bisect_left(stops, start) - 1
        while at >= 0 and end - stops[at] <= self.budget:
            start = stops[at]
            at -= 1
        return start, end

    def free(self, at: int) -> bool:
        """Whether a cut at an offset splits no short pair, no mark, no combining sequence and no Latin word."""
        return _is_free(self.text, self.inside, at)

    def around(self, start: int, end: int) -> tuple[int, int]:
        """The nearest permitted cuts at or before a start and at or after an end."""
        if not self.free(start):
            start = self.nearest(range(start, max(-1, start - self.budget), -1))
        if not self.free(end):
            end = self.nearest(range(end, min(len(self.text) + 1, end + self.budget)))
        return start, end

    def nearest(self, offsets: range) -> int:
        possible = (i for i in offsets if not self.inside[i] and _separable(self.text, i))
        first = next(possible, offsets[0])
        if not _in_word(self.text, first):
            return first
        return next((i for i in offsets[:LONG_WORD] if self.free(i)), first)

    def back(self, at: int, least: int) -> int:
        """The best end of a window at or before an offset, `least` at the least: after a clause if one ends in the last third."""
        clauses = [m.end() for m in _CLAUSE_END.finditer(self.text, max(least, at - self.budget // 3), at)]
        return next(filter(self.free, chain(reversed(clauses), range(at, least, -1))), least)

    def forth(self, at: int, most: int) -> int:
        """The best start of a window at or after an offset, `most` at the most: after a clause if one ends in the first third."""
        reach = min(most, at + self.budget // 3)
        clause = next(
            (
                m.end()
                for m in _CLAUSE_END.finditer(self.text, max(0, at - 1), reach)
                if m.end() >= at and self.free(m.end())
            ),
            None,
        )
        return clause if clause is not None else next((i for i in range(at, most) if self.free(i)), most)


def _is_free(text: str, inside: bytearray, at: int) -> bool:
    if inside[at]:
        return False
    return (
        not 0 < at < len(text)
        or (_PLAIN <= text[at] <= _PLAIN_END and text[at - 1] != "\u200d")
        or (_separable(text, at) and not _in_word(text, at))
    )


def _in_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and _latin(text[at - 1]) and _latin(text[at])


def _atoms(names: list[str]) -> list[tuple[str, ...]]:
    """For each marked text the shortest marked texts that it consists of: marks that touch are one mark, but speak for several."""
    distinct = sorted(set(names), key=len)[:64]
    shortest: list[str] = []
    for name in distinct:
        if not any(other in name for other in shortest):
            shortest.append(name)
    atoms = {name: tuple(atom for atom in shortest if atom in name) for name in set(names)}
    return [atoms[name] for name in names]


def _separable(text: str, at: int) -> bool:
    """Whether what stands at an offset is no continuation of the character before it: combining, joiner or variation selector."""
    if not 0 < at < len(text):
        return True
    c = text[at]
    if c < "\u0300":
        return not (c == "\n" and text[at - 1] == "\r")
    return (
        unicodedata.category(c) not in ("Mn", "Mc", "Me")
        and c != "\u200d"
        and text[at - 1] != "\u200d"
        and not "\U0001f3fb" <= c <= "\U0001f3ff"
        and not "\udc00" <= c <= "\udfff"
    )


def _latin(c: str) -> bool:
    return c < "\u0250" and c.isalnum() or "\uff10" <= c <= "\uff5a" and c.isalnum()


def bracket_pairs(text: str) -> list[tuple[int, int]]:
    """The matched pairs of brackets and quotes as [start, end)."""
    found: list[tuple[int, int]] = []
    opened: list[tuple[str, int]] = []
    waiting: dict[str, int] = {}
    for match in _BRACKET.finditer(text):
        c = match[0]
        if c in _PAIRS:
            opened.append((c, match.start()))
            waiting[c] = waiting.get(c, 0) + 1
        elif waiting.get(partner := _OPENER_OF[c]):
            opener = ""
            while opener != partner:
                opener, start = opened.pop()
                waiting[opener] -= 1
            found.append((start, match.end()))
    return found


# a longer first sentence is cut, at a comma where one is near
LONGEST_OPENING = 32
_OPENING_END = re.compile(r"[。！？；!?;\n]")
_PAUSE = re.compile(r"[，、：,:]")


def opening(text: str) -> str:
    """The first sentence of a text without the sign that ends it, in place of a title; what is cut ends in ……."""
    text = " ".join(text.split())
    end = _OPENING_END.search(text)
    first = text[: end.start()] if end and end.start() else text
    if len(first) <= LONGEST_OPENING:
        return first
    pauses = [pause.start() for pause in _PAUSE.finditer(first, 12, LONGEST_OPENING)]
    return first[: pauses[-1] if pauses else LONGEST_OPENING] + "……"
