"""What a study asks of what searches find. Each engine answers it in its own way, and the studies are the same for all."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np

from juanzong.index.vectors import Array
from juanzong.search.answer.result import Hit
from juanzong.search.request import SearchRequest
from juanzong.search.study import timescale
from juanzong.search.study.timescale import Grain


@dataclass
class Tally:
    """What one search has of each period: of `total`, `undated` have no date, `coarse` one that is not known to the grain. Days are ordinals, 0 where none is known."""

    total: int = 0
    undated: int = 0
    coarse: int = 0
    of_period: dict[int, int] = field(default_factory=dict)
    first_day: int = 0
    last_day: int = 0

    def add_published(
        self, first: Array, last: Array, months: Array, grain: Grain, counts: Array | None = None
    ) -> None:
        """Adds dates of publication: the first and the last day and the month of each (0 for undated), which is there so many times, or once."""
        each = np.ones(len(first), np.int64) if counts is None else counts
        dated, exact = first > 0, (first > 0) & (first == last)
        self.total += int(each.sum())
        self.undated += int(each[~dated].sum())
        self.reach(first[exact])
        if grain == "day":
            numbers, kept = first[exact].astype(np.int64), each[exact]
        else:
            numbers, kept = timescale.numbers_of_months(months[dated], grain), each[dated]
            numbers, kept = numbers[numbers >= 0], kept[numbers >= 0]
        self.coarse += int(each[dated].sum()) - int(kept.sum())
        self.add(numbers, kept)

    def add_mentioned(self, units: Array, days: Array, grain: Grain) -> None:
        """Adds days that units name (both int64): a unit counts once in each period that it names."""
        self.reach(days)
        pairs = np.unique((units << 24) | timescale.numbers_of_days(days, grain))
        self.add(pairs & 0xFFFFFF, np.ones(len(pairs), np.int64))

    def add(self, numbers: Array, counts: Array) -> None:
        """Adds so many to each of some periods."""
        periods, own = np.unique(numbers, return_inverse=True)
        summed = np.bincount(own, weights=counts, minlength=len(periods)).astype(np.int64)
        for number, count in zip(periods.tolist(), summed.tolist()):
            self.of_period[number] = self.of_period.get(number, 0) + count

    def reach(self, days: Array) -> None:
        """Widens the first and last day to these (above 0)."""
        if len(days):
            first, last = int(days.min()), int(days.max())
            self.first_day = min(self.first_day or first, first)
            self.last_day = max(self.last_day, last)


class Findings(Protocol):
    """What one search finds, all filters applied."""

    def tally(self, grain: Grain, unit: str, dates: str) -> Tally:
        """How much of each period it has: paragraphs or articles (`unit`), by when they were published or by the days that they name (`dates`)."""

    def articles(self) -> int:
        """How many articles the paragraphs stand in."""


Finder = Callable[[SearchRequest], Findings]


@dataclass(frozen=True)
class WordCounts:
    """In how many paragraphs words stand. `words` are in order, in UTF-8; `counts` those of two sets (int64, 2 × words); `sizes` the paragraphs of the two
    sets and of all that is shown; `totals` gives for some words, by number, in how many of all these they stand (int64)."""

    words: Sequence[bytes]
    counts: Array
    sizes: tuple[int, int, int]
    totals: Callable[[Array], Array]


class Pair(Protocol):
    """Two sets of paragraphs side by side."""

    def both(self) -> int:
        """How many paragraphs are in either set."""

    def words(self) -> WordCounts:
        """The words of both sets; those of one character and numbers may be missing."""

    def same_texts(self, most: int) -> tuple[int, tuple[tuple[Hit, Hit], ...]]:
        """How many groups of near-duplicates have paragraphs in both sets, and of the earliest `most` of them the first paragraph in each. What is in both
        sets itself is left out: it says the same as itself."""


class Place(NamedTuple):
    """Where a hit stands: its paragraph, as the engine knows it, and the marked range of the text."""

    paragraph: Hashable
    start: int
    end: int


@dataclass(frozen=True)
class Beside:
    """Words that begin near hits: so often before and after them (int64, one a word). `words` are in order, in UTF-8; `everywhere` gives for some of them, by
    number, how often they stand in the whole archive (int64)."""

    words: Sequence[bytes]
    before: Array
    after: Array
    everywhere: Callable[[Array], Array]


class Passages(Protocol):
    """Paragraphs whose hits become lines."""

    def texts(self, paragraphs: Sequence[Hashable]) -> list[str]:
        """Their texts."""

    def cities(self, paragraphs: Sequence[Hashable]) -> list[str]:
        """Their first cities, "" where they have none."""

    def hits(self, paragraphs: Sequence[Hashable]) -> list[Hit]:
        """What a reader sees of them."""

    def beside(self, places: Sequence[Place], window: int) -> Beside:
        """The words that begin within so many folded characters of hits, of which there is one at least."""
