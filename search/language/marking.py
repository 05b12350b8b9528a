"""The marks of many texts at once, as arrays: where they stand in the texts and among the folded characters, and what stands beside them."""

from __future__ import annotations

from codecs import utf_32_le_decode, utf_32_le_encode
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from juanzong.index.text.folding import SPACE, fold_codes
from juanzong.search.language.needles import BORDER, Needle, past_combining, stands_apart


@dataclass(frozen=True)
class Marked:
    """The marks of several texts as arrays, text after text. `text` is the number of a mark's text, `start` and `end` are what `find_marks` gives, `first` and
    `last` the same range among the folded characters of the text (int64, one a mark). `codes` (uint32) are the folded characters of all texts, each text followed
    by a border, and `begins` (int64, one more than there are texts) says where each begins."""

    text: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    codes: NDArray[np.uint32]
    begins: NDArray[np.int64]

    def beside(self, after: bool, many: int) -> NDArray[np.uint32]:
        """The folded characters that stand before or after each mark, read away from it, 0 beyond the text (marks × many)."""
        bases, steps = self.begins[self.text], np.arange(many)
        if after:
            places = (bases + self.last)[:, None] + steps
            inside = places < (self.begins[self.text + 1] - 1)[:, None]
        else:
            places = (bases + self.first - 1)[:, None] - steps
            inside = places >= bases[:, None]
        found: NDArray[np.uint32] = np.where(inside, self.codes.take(places, mode="clip"), np.uint32(0))
        return found


def marked(texts: Sequence[str], needles: Sequence[Needle]) -> Marked:
    """`find_marks` for each of many texts, all at once."""
    whole = "".join([text + BORDER for text in texts])
    begins = np.array([0, *accumulate([len(text) + 1 for text in texts])], np.int64)
    codes, origins = fold_codes(np.frombuffer(utf_32_le_encode(whole, "surrogatepass")[0], np.uint32))
    kept = (codes != SPACE).nonzero()[0]
    codes = codes[kept]
    origins = kept if origins is None else origins[kept]
    text_begins = origins.searchsorted(begins)
    folded = utf_32_le_decode(codes.astype("<u4", copy=False).data)[0] if any(_bounded(n) for n in needles) else ""
    found = [np.empty((0, 2), np.int64)]
    for n in needles:
        at = _places_of(n.text, codes)
        # a noncharacter that is sought itself may be the border
        at = at[at + len(n.text) < text_begins[text_begins.searchsorted(at, "right")]]
        if _bounded(n):
            at = np.array([place for place in at.tolist() if stands_apart(n, place, whole, folded, origins)], np.int64)
        found.append(np.column_stack((origins[at], _ends(whole, origins, at + len(n.text)))))
    start, end = _merged(np.concatenate(found))
    text = begins.searchsorted(start, "right") - 1
    first, last = (origins.searchsorted(side) - text_begins[text] for side in (start, end))
    return Marked(text, start - begins[text], end - begins[text], first, last, codes, text_begins)


def _bounded(n: Needle) -> bool:
    return n.left_boundary or n.right_boundary


def _places_of(text: str, codes: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Where a folded text stands among folded characters, overlapping places included."""
    sought = np.frombuffer(utf_32_le_encode(text, "surrogatepass")[0], np.uint32)
    at = (codes[: max(0, len(codes) - len(sought) + 1)] == sought[0]).nonzero()[0] if len(sought) else np.empty(0, int)
    for beyond, code in enumerate(sought[1:], 1):
        at = at[codes[at + beyond] == code]
    return at


def _ends(whole: str, origins: NDArray[np.int64], after: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where ranges end that go up to these folded characters: behind the character that the last one came from, and the combining ones after it."""
    ends = origins[after - 1] + 1
    # what folds to nothing stands between
    for place in (origins.take(after, mode="clip") != ends).nonzero()[0].tolist():
        ends[place] = past_combining(whole, int(ends[place]))
    return ends


def _merged(spans: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where ranges begin and end, in order, those that overlap or touch made one."""
    spans = spans[spans[:, 0].argsort(kind="stable")]
    if not len(spans):
        return spans[:, 0], spans[:, 1]
    reach = np.maximum.accumulate(spans[:, 1])
    new = np.append(True, spans[1:, 0] > reach[:-1]).nonzero()[0]
    return spans[new, 0], reach[np.append(new[1:], len(reach)) - 1]
