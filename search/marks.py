"""Where in a text the units of a query stand: offsets of the original, found through the folding."""
from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import cast

import numpy as np
from numpy.typing import NDArray

from index.folding import GONE, SEVERAL, SPACE, fold, fold_codes, fold_with_origins

from .query import Exact, Leaf, ParsedQuery, Prefix, leaves


@dataclass(frozen=True)
class Needle:
    """A folded text to be found. Where a side has a boundary, no Latin letter or digit may continue the run there."""

    text: str
    left_boundary: bool = False
    right_boundary: bool = False


def continues_run(c: str) -> bool:
    """Whether a folded character is a Latin letter or a digit, so that it makes one word with its like beside it."""
    if c < "\x80":
        return c.isalnum()
    return c.isdecimal() or ((c < "\u0250" or "\u1e00" <= c <= "\u1eff") and c.isalpha())


def needle(unit: Leaf) -> Needle:
    """What a unit of a query looks for in a folded paragraph."""
    text = fold(unit.text)
    if not text or isinstance(unit, Exact):
        return Needle(text)
    return Needle(text, continues_run(text[0]), not isinstance(unit, Prefix) and continues_run(text[-1]))


def needles(parsed: ParsedQuery, *, title: bool = False) -> tuple[Needle, ...]:
    """The needles of a query, without doubles. Nothing under Not and no value of a filter is among them.

    Units of `title:` belong to titles, and are given only where `title` is true.
    """
    found = (needle(unit) for unit, of_title in leaves(parsed.root) if title or not of_title)
    return tuple(dict.fromkeys(n for n in found if n.text))


def find_marks(text: str, needles: Iterable[Needle]) -> list[tuple[int, int]]:
    """The ranges [start, end) of `text`, in code points, where a needle stands; sorted, touching ranges made one.

    A range covers whole characters of the original, also where one of them folds to several, and the combining characters after it.
    """
    folded = fold(text)
    spans: list[tuple[int, int]] = []
    origins: Sequence[int] | None = None
    for n in needles:
        if not n.text or n.text not in folded:
            continue
        if not (n.left_boundary or n.right_boundary) and (direct := _places(n.text, text)) and len(direct) == len(_places(n.text, folded)):
            # it stands in the original as often as in the folded text
            length = len(n.text)
            spans.extend([(at, _past_combining(text, at + length)) for at in direct])
            continue
        if origins is None:
            origins = _origins(text)
        spans.extend(_spans(text, folded, origins, n))
    return merge(spans)


def marks_of(texts: Sequence[str], needles: Sequence[Needle]) -> list[list[tuple[int, int]]]:
    """`find_marks` for each of several texts, which are folded and searched in one go."""
    spans: list[list[tuple[int, int]]] = [[] for _ in texts]
    if not needles or not texts:
        return spans
    codes = np.frombuffer("\n".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    begins = [0, *accumulate(len(text) + 1 for text in texts)]
    codes = fold_codes(codes)
    # no needle holds the border between two texts
    codes[np.array(begins[1:-1], np.int64) - 1] = 0
    kept = (codes < GONE) & (codes != SPACE)
    origins = None if kept.all() else kept.nonzero()[0]
    folded = (codes if origins is None else codes[origins]).astype("<u4").tobytes().decode("utf-32-le")
    for n in needles:
        at = folded.find(n.text) if n.text else -1
        while at >= 0:
            end = at + len(n.text)
            start, last = (at, end - 1) if origins is None else (int(origins[at]), int(origins[end - 1]))
            number = bisect_right(begins, start) - 1
            text, begin = texts[number], begins[number]
            if not (n.left_boundary and at and _run_goes_on(text, folded, at, begin, origins)) and \
                    not (n.right_boundary and end < len(folded) and _run_goes_on(text, folded, end, begin, origins)):
                spans[number].append((start - begin, _past_combining(text, last + 1 - begin)))
            at = folded.find(n.text, at + 1)
    if origins is not None and (codes == SEVERAL).any():
        for number in {bisect_right(begins, place) - 1 for place in np.flatnonzero(codes == SEVERAL).tolist()}:
            spans[number] = find_marks(texts[number], needles)
    return [merge(found) if len(found) > 1 else found for found in spans]


def _run_goes_on(text: str, folded: str, at: int, begin: int, origins: NDArray[np.int64] | None) -> bool:
    """Whether the folded characters before and after `at` make one run in a text that begins at `begin`."""
    if not (continues_run(folded[at]) and continues_run(folded[at - 1])):
        return False
    return origins is None or not any(c.isspace() for c in text[int(origins[at - 1]) + 1 - begin:int(origins[at]) - begin])


def _places(part: str, text: str) -> list[int]:
    """Where a text holds a part, overlapping places included."""
    places = []
    at = text.find(part)
    while at >= 0:
        places.append(at)
        at = text.find(part, at + 1)
    return places


def _past_combining(text: str, at: int) -> int:
    while at < len(text) and text[at] > "\u02ff" and unicodedata.category(text[at]) == "Mn":
        at += 1
    return at


def matches(text: str, sought: Needle) -> bool:
    """Whether a needle stands in a text."""
    return bool(find_marks(text, (sought,)))


def merge(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same ranges in order, those that overlap or touch made one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            if end > merged[-1][1]:
                merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


# Characters whose fold is known to be one character, and none: nearly every text has only these, and then its offsets are plain.
_ONE: set[str] = set()
_NONE: set[str] = set()


def _origins(text: str) -> Sequence[int]:
    """For each character of `fold(text)` the offset in `text` of the one it came from."""
    characters = set(text)
    if not characters <= _ONE:
        for c in characters - _ONE - _NONE:
            length = len(fold(c))
            if length > 1:
                return cast("list[int]", fold_with_origins(text)[1].tolist())
            (_ONE if length else _NONE).add(c)
        if not characters <= _ONE:
            return [i for i, c in enumerate(text) if c in _ONE]
    return range(len(text))


def _spans(text: str, folded: str, origins: Sequence[int], n: Needle) -> Iterator[tuple[int, int]]:
    length = len(n.text)
    at = folded.find(n.text)
    while at >= 0:
        end = at + length
        if not (n.left_boundary and at and _joined(text, folded, origins, at)) and \
                not (n.right_boundary and end < len(folded) and _joined(text, folded, origins, end)):
            yield origins[at], _past_combining(text, origins[end - 1] + 1)
        at = folded.find(n.text, at + 1)


def _joined(text: str, folded: str, origins: Sequence[int], at: int) -> bool:
    """Whether the folded characters before and after `at` make one run: both letters or digits, and no white space between."""
    return continues_run(folded[at]) and continues_run(folded[at - 1]) and \
        not any(c.isspace() for c in text[origins[at - 1] + 1:origins[at]])
