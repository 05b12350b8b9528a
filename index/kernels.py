"""Which form of the inner loops answers: compiled, where the package `juanzong_kernels` is installed, or numpy.

Every kernel stands as the first lines of the function that says in Python or numpy what it means, and both forms answer alike to the last bit.
The package is made from the folder `kernels/` where there is a Rust compiler; nothing needs it. `JUANZONG_KERNELS=numpy` leaves it out.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from juanzong.index.vectors import Array

VERSION = 1
VARIABLE = "JUANZONG_KERNELS"
Mark = tuple[int, int]


class TermList(NamedTuple):
    """A term to be scored: its paragraphs (int64, ascending), its first posting and its weight; of its field the length of each paragraph (uint16),
    by length the gain of one occurrence and the norm (float32), and the repeated postings (see `store/postings.py`)."""

    docs: Array
    begin: int
    weight: float
    lengths: Array
    once: Array
    norms: Array
    places: Array
    totals: Array


class Folds(Protocol):
    """The folds of characters, as far as they were learned, for marks and snippets."""

    def learn(self, code: int, fold: str) -> None: ...

    def excerpts(
        self, texts: Sequence[str], needles: Sequence[tuple[str, bool, bool]], limit: int
    ) -> list[tuple[list[Mark], str, list[Mark], bool, bool] | None]: ...


class Kernels(Protocol):
    """The compiled forms. Each raises IndexError where a number in the index points beyond its array."""

    VERSION: int
    Folds: type[Folds]

    def decoded(self, low: Array, blocks: Array) -> Array: ...

    def sought(self, data: Array, starts: Array, term: bytes) -> int: ...

    def both(self, few: Array, many: Array) -> Array: ...

    def union(self, lists: Sequence[Array], size: int) -> Array: ...

    def adjacent(
        self, lists: Sequence[tuple[Array, int, int]], positions: Array, places: Array, totals: Array, every: bool
    ) -> tuple[Array, Array]: ...

    def scores(self, terms: Sequence[TermList], docs: Array, delta: float) -> Array: ...

    def titled_scores(
        self,
        terms: Sequence[TermList],
        docs: Array,
        delta: float,
        articles: Array,
        titles: Array,
        is_title: Array,
        boost: float,
        own: float,
        weight: float,
    ) -> Array: ...

    def best(self, scores: Array, docs: Array, ranks: Array, wanted: int) -> Array: ...

    def tally(self, docs: Array, numbers: Array, size: int) -> tuple[Array, Array]: ...

    def values(
        self, found: Array, totals: Array, columns: Array, starts: Array, values: Array, size: int
    ) -> tuple[Array, Array, int]: ...

    def sums(self, found: Array, totals: Array, column: Array, size: int) -> tuple[Array, Array]: ...

    def others(self, docs: Array, hits: Array, articles: Array, documents: Array, bounds: Array) -> list[int]: ...

    def changes(self, docs: Array, column: Array) -> int: ...

    def leading(self, numbers: Array, totals: Array, order: Array, limit: int) -> tuple[list[int], list[int]]: ...


def _installed() -> Kernels | None:
    if os.environ.get(VARIABLE) == "numpy":
        return None
    try:
        import juanzong_kernels
    except ImportError:
        return None
    # what an older checkout has left behind does not count
    found: Kernels = juanzong_kernels
    return found if found.VERSION == VERSION else None


compiled: Kernels | None = _installed()


def form() -> str:
    """`compiled` or `numpy`."""
    return "numpy" if compiled is None else "compiled"
