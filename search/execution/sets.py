"""Sets of paragraphs as ascending arrays (int64): intersections, unions and differences by whichever way is cheaper, search or mask."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from juanzong.index.vectors import Array

# a set this many times smaller than the other is searched in it; sets nearer in size meet in a mask
SPARSE = 24
# reading off a mask is slow where less than one in so many is set
THIN = 8
NONE: Array = np.empty(0, np.int64)


class Universe:
    """The paragraphs 0 … size − 1, of which the sets are parts."""

    def __init__(self, size: int) -> None:
        self.size = size

    def all(self) -> Array:
        return np.arange(self.size)

    def mask(self, docs: Array) -> Array:
        """The set as a mask (bool, one a paragraph)."""
        mask = np.zeros(self.size, bool)
        mask[docs] = True
        return mask

    def both(self, few: Array, many: Array) -> Array:
        """What is in both sets."""
        if len(few) > len(many):
            few, many = many, few
        if not len(few) or few is many or len(many) == self.size:
            return few
        return few[self.membership(few, many)]

    def without(self, docs: Array, unwanted: Array) -> Array:
        """What is in the first set only."""
        return docs[~self.membership(docs, unwanted)] if len(docs) and len(unwanted) else docs

    def union(self, parts: Sequence[Array]) -> Array:
        """What is in any of the sets."""
        parts = [part for part in parts if len(part)]
        if len(parts) < 2:
            return parts[0] if parts else NONE
        return self.distinct(np.concatenate(parts))

    def distinct(self, docs: Array) -> Array:
        """The set of paragraphs that stand, in any order, in an array."""
        if len(docs) * THIN < self.size:
            # the narrower the type, the faster the sort
            return without_repeats(np.sort(docs.astype(np.uint32))).astype(np.int64)
        found: Array = self.mask(docs).nonzero()[0]
        return found

    def membership(self, docs: Array, own: Array) -> Array:
        """Which of `docs` are in the set `own` (bool)."""
        if docs is own:
            return np.ones(len(docs), bool)
        return located(own, docs)[1] if len(docs) * SPARSE < len(own) else self.mask(own).take(docs)

    def places(self, docs: Array, own: Array) -> Array:
        """Where each of `docs`, all of which are in `own`, stands there (int64)."""
        if len(docs) == len(own):
            return np.arange(len(own))
        if len(docs) * SPARSE < len(own):
            return own.searchsorted(docs)
        found: Array = self.mask(docs).take(own).nonzero()[0]
        return found


def located(where: Array, what: Array) -> tuple[Array, Array]:
    """Where each of `what` stands in the ascending array `where` (int64), and whether it does (bool)."""
    places = where.searchsorted(what)
    inside = np.minimum(places, max(0, len(where) - 1))
    return inside, (where[inside] == what) if len(where) else np.zeros(len(what), bool)


def without_repeats(ascending: Array) -> Array:
    """An ascending array without its repeats."""
    if len(ascending) < 2:
        return ascending
    kept = np.ones(len(ascending), bool)
    kept[1:] = ascending[1:] != ascending[:-1]
    return ascending[kept]
