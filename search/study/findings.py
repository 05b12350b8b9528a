"""What a study asks of what searches find. Each engine answers it in its own way, and the studies are the same for all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np

from juanzong.index.vectors import Array, runs, summed, unique
from juanzong.search.answer.result import Hit
from juanzong.search.request import SearchRequest
from juanzong.search.study import timescale
from juanzong.search.study.timescale import Grain


@dataclass
class PeriodCounts:
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
        pairs = unique((units << 24) | timescale.numbers_of_days(days, grain))
        self.add(pairs & 0xFFFFFF, np.ones(len(pairs), np.int64))

    def add(self, numbers: Array, counts: Array) -> None:
        """Adds so many to each of some periods."""
        periods, totals = summed(numbers, counts)
        for number, count in zip(periods.tolist(), totals.tolist()):
            self.of_period[number] = self.of_period.get(number, 0) + count

    def reach(self, days: Array) -> None:
        """Widens the first and last day to these (above 0)."""
        if len(days):
            first, last = int(days.min()), int(days.max())
            self.first_day = min(self.first_day or first, first)
            self.last_day = max(self.last_day, last)


class Findings(Protocol):
    """What one search finds, all filters applied."""

    def tally(self, grain: Grain, unit: str, dates: str) -> PeriodCounts:
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


class Marks(NamedTuple):
    """Marks of paragraphs, each with the number of its paragraph among those that were found, its range in the text, and the same range among the folded
    characters of the text (int64, one a mark)."""

    paragraph: Array
    start: Array
    end: Array
    first: Array
    last: Array

    def at(self, chosen: Array) -> Marks:
        """Some of them."""
        return Marks(*(values[chosen] for values in self))


@dataclass(frozen=True)
class Collocates:
    """Words that begin near marks: so often before and after them (int64, one a word). `words` are in order, in UTF-8; `everywhere` gives for some of them, by
    number, how often they stand in the whole archive (int64)."""

    words: Sequence[bytes]
    before: Array
    after: Array
    everywhere: Callable[[Array], Array]


class Passages(Protocol):
    """Paragraphs whose marks become lines; they are asked for by their numbers (int64), which follow the order of the pages."""

    def __len__(self) -> int: ...

    def texts(self, paragraphs: Array) -> list[str]:
        """Their texts."""

    def cities(self, paragraphs: Array) -> list[str]:
        """Their first cities, "" where they have none."""

    def hits(self, paragraphs: Array) -> list[Hit]:
        """What a reader sees of them."""

    def beside(self, marks: Marks, window: int) -> Collocates:
        """The words that begin within so many folded characters of marks, of which there is one at least."""


def near(marks: Marks, texts: Array, begins: Array, window: int) -> Array:
    """Which folded characters of some texts, laid end to end, stand within so many before a mark (1), after one (2) or both (3) (uint8). `texts` (int64) is the
    number of each mark's text; `begins` (int64) says where each text begins, and at last where they end."""
    flags = np.zeros(int(begins[-1]), np.uint8)
    base, limit = begins[texts], begins[texts + 1]
    for bit, first, last in (
        (1, np.maximum(base, base + marks.first - window), base + marks.first),
        (2, base + marks.last, np.minimum(limit, base + marks.last + window)),
    ):
        flags[runs(first, np.maximum(last - first, 0))] |= bit
    return flags
