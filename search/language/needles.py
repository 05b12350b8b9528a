"""Where in a text the units of a query stand: offsets of the original, found through the folding."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from codecs import utf_32_le_decode, utf_32_le_encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from juanzong.index.text.folding import SPACE, fold, fold_codes, fold_with_origins
from juanzong.search.language.parser import Exact, Leaf, ParsedQuery, Prefix, Similar, leaves

_Origins: TypeAlias = NDArray[np.int64] | NDArray[np.uint32]
# stands between two texts while they are folded, since it folds to itself
BORDER = "\ufdd0"


@dataclass(frozen=True)
class Needle:
    """A folded text to be found. Where a side has a boundary, no Latin letter or digit may continue the run there. `similar`: it only looks like
    what was sought."""

    text: str
    left_boundary: bool = False
    right_boundary: bool = False
    similar: bool = False


def continues_run(c: str) -> bool:
    """Whether a folded character is a Latin letter or a digit, so that it makes one word with its like beside it."""
    if c < "\x80":
        return c.isalnum()
    return c.isdecimal() or ((c < "\u0250" or "\u1e00" <= c <= "\u1eff") and c.isalpha())


def needle(unit: Leaf) -> Needle:
    """What a unit of a query looks for in a folded paragraph."""
    text = fold(unit.text)
    if not text or isinstance(unit, Exact):
        return Needle(text, similar=isinstance(unit, Similar))
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
    folded, origins = fold_with_origins(text)
    spans: list[tuple[int, int]] = []
    for n in needles:
        spans += [
            (int(origins[at]), past_combining(text, int(origins[at + len(n.text) - 1]) + 1))
            for at in _places(n, text, folded, origins)
        ]
    return merge(spans)


def marks_of(texts: Sequence[str], needles: Sequence[Needle]) -> list[list[tuple[int, int]]]:
    """`find_marks` for each of several texts, which are folded and searched in one go."""
    spans: list[list[tuple[int, int]]] = [[] for _ in texts]
    if not needles or not texts:
        return spans
    whole = BORDER.join(texts)
    begins = [0, *accumulate([len(text) + 1 for text in texts])]
    codes, origins = fold_codes(np.frombuffer(utf_32_le_encode(whole, "surrogatepass")[0], np.uint32))
    # they fold to nothing, so where every character folds to one there are none
    combining = origins is not None
    kept = codes != SPACE
    if not kept.all():
        codes, origins = codes[kept], kept.nonzero()[0] if origins is None else origins[kept]
    folded = utf_32_le_decode(codes.astype("<u4", copy=False).data)[0]
    for n in needles:
        beyond = len(n.text) - 1
        for at in _places(n, whole, folded, origins):
            start, end = (at, at + beyond + 1) if origins is None else (int(origins[at]), int(origins[at + beyond]) + 1)
            number = bisect_right(begins, start) - 1
            begin = begins[number]
            # a noncharacter that is sought itself may be the border
            if end < begins[number + 1]:
                spans[number].append((start - begin, (past_combining(whole, end) if combining else end) - begin))
    return [merge(found) if len(found) > 1 else found for found in spans]


class Folded(NamedTuple):
    """A text folded, and for each of its folded characters the offset that it came from (uint32), None where every character folds to one."""

    text: str
    origins: NDArray[np.uint32] | None


def folded(texts: Sequence[str]) -> list[Folded]:
    """Several texts folded in one go."""
    whole = BORDER.join(texts)
    begins = np.array([0, *accumulate([len(text) + 1 for text in texts])], np.int64)
    codes, origins = fold_codes(np.frombuffer(utf_32_le_encode(whole, "surrogatepass")[0], np.uint32))
    kept = codes != SPACE
    if origins is None and kept.all():
        flat = utf_32_le_decode(codes.astype("<u4", copy=False).data)[0]
        return [Folded(flat[first : last - 1], None) for first, last in pairwise(begins.tolist())]
    places = kept.nonzero()[0] if origins is None else origins[kept]
    flat = utf_32_le_decode(codes[kept].astype("<u4", copy=False).data)[0]
    found = []
    bounds = places.searchsorted(begins).tolist()
    # behind each but the last stands a border
    bounds[-1] += 1
    for text, begin, first, last in zip(texts, begins.tolist(), bounds, [bound - 1 for bound in bounds[1:]]):
        own = (places[first:last] - begin).astype(np.uint32)
        even = len(own) == len(text) and (origins is None or bool((own == np.arange(len(own))).all()))
        found.append(Folded(flat[first:last], None if even else own))
    return found


def marks_in(text: str, flat: Folded, needles: Iterable[Needle]) -> list[tuple[int, int]]:
    """`find_marks` for a text that is folded already."""
    origins, spans = flat.origins, []
    for n in needles:
        for at in _places(n, text, flat.text, origins):
            end = at + len(n.text)
            spans.append(
                (at, end) if origins is None else (int(origins[at]), past_combining(text, int(origins[end - 1]) + 1))
            )
    return merge(spans) if len(spans) > 1 else spans


def similar_surfaces(
    texts: Sequence[str], marks: Sequence[Sequence[tuple[int, int]]], needles: Sequence[Needle]
) -> list[tuple[str, ...]]:
    """For each text what stands at those of its marks that only look like what was sought."""
    if not any(found.similar for found in needles):
        return [()] * len(texts)
    meant = marks_of(texts, [found for found in needles if not found.similar])
    return [
        tuple(
            dict.fromkeys(
                text[start:end]
                for start, end in own
                if not any(first < end and start < last for first, last in certain)
            )
        )
        for text, own, certain in zip(texts, marks, meant, strict=True)
    ]


def _places(n: Needle, text: str, folded: str, origins: _Origins | None) -> Iterator[int]:
    """Where the folded text holds a needle with the boundaries that it has, overlapping places included."""
    at = folded.find(n.text) if n.text else -1
    while at >= 0:
        if stands_apart(n, at, text, folded, origins):
            yield at
        at = folded.find(n.text, at + 1)


def stands_apart(n: Needle, at: int, text: str, folded: str, origins: _Origins | None) -> bool:
    """Whether a needle that stands somewhere in a folded text has the boundaries there that it asks for."""
    end = at + len(n.text)
    return not (n.left_boundary and at and _joined(text, folded, at, origins)) and not (
        n.right_boundary and end < len(folded) and _joined(text, folded, end, origins)
    )


def _joined(text: str, folded: str, at: int, origins: _Origins | None) -> bool:
    """Whether the folded characters before and after `at` make one run: both letters or digits, and no white space between. Without `origins`
    every character folds to one."""
    if not (continues_run(folded[at]) and continues_run(folded[at - 1])):
        return False
    return origins is None or not any(c.isspace() for c in text[int(origins[at - 1]) + 1 : int(origins[at])])


def past_combining(text: str, at: int) -> int:
    """The first place from here on where no combining character stands."""
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
