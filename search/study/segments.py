"""What studies ask, answered by mapped arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import repeat
from typing import Any

import numpy as np

from juanzong.index.store.segment import Segment
from juanzong.index.vectors import Array, starts, tally, unique
from juanzong.search.answer.hits import Display
from juanzong.search.answer.neighbours import distinct_articles
from juanzong.search.answer.result import Hit
from juanzong.search.execution.snapshot import Snapshot
from juanzong.search.study.findings import Collocates, Marks, PeriodCounts, WordCounts, near
from juanzong.search.study.timescale import Grain
from juanzong.search.study.word_numbers import WordNumbers

Show = Callable[[Segment, Array], Sequence[Hit]]


class FoundParagraphs:
    """What one search finds: for each segment the paragraphs (int64, ascending)."""

    def __init__(self, parts: Sequence[tuple[Segment, Array]]) -> None:
        self.parts = parts

    def tally(self, grain: Grain, unit: str, dates: str) -> PeriodCounts:
        found = PeriodCounts()
        for segment, docs in self.parts:
            if dates == "mentioned":
                _add_mentioned(found, segment, docs, grain, unit)
            else:
                own = docs if unit == "paragraphs" else _one_of_each_article(segment, docs)
                first, last, months = (segment.column(name).take(own) for name in ("first_day", "last_day", "period"))
                found.add_published(first, last, months, grain)
        return found

    def articles(self) -> int:
        return sum(distinct_articles(segment, docs) for segment, docs in self.parts)


def _one_of_each_article(segment: Segment, docs: Array) -> Array:
    """Of some paragraphs (ascending) the first of each article."""
    return docs[np.sort(np.unique(segment.column("article").take(docs), return_index=True)[1])] if len(docs) else docs


def _add_mentioned(found: PeriodCounts, segment: Segment, docs: Array, grain: Grain, unit: str) -> None:
    paragraphs, days = segment.mentioned_days
    wanted = np.zeros(segment.paragraphs, bool)
    wanted[docs] = True
    chosen = wanted.take(paragraphs)
    naming = paragraphs[chosen]
    if unit == "articles":
        of_paragraph = segment.column("article")
        docs, naming = unique(of_paragraph.take(docs)), of_paragraph.take(naming)
    found.total += len(docs)
    found.undated += len(docs) - len(unique(naming))
    found.add_mentioned(naming.astype(np.int64), days[chosen], grain)


class MatchedPair:
    """Two sets of paragraphs of one snapshot."""

    def __init__(
        self, snapshot: Snapshot, lexicon: WordNumbers, sides: Sequence[FoundParagraphs], boilerplate: bool, show: Show
    ) -> None:
        """`show` makes hits of paragraphs of a segment."""
        self._snapshot, self._lexicon, self._boilerplate, self._show = snapshot, lexicon, boilerplate, show
        self._sets: list[Mapping[str, Array]] = [{segment.name: docs for segment, docs in side.parts} for side in sides]

    def both(self) -> int:
        first, second = self._sets
        return sum(
            len(np.intersect1d(docs, second.get(name, docs[:0]), assume_unique=True)) for name, docs in first.items()
        )

    def words(self) -> WordCounts:
        lexicon, (first, second) = self._lexicon, (sum(map(len, chosen.values())) for chosen in self._sets)
        return WordCounts(
            lexicon.words,
            lexicon.counts(self._sets),
            (first, second, lexicon.paragraphs(self._boilerplate)),
            lambda numbers: lexicon.totals(self._boilerplate)[numbers],
        )

    def same_texts(self, most: int) -> tuple[int, tuple[tuple[Hit, Hit], ...]]:
        own: list[list[tuple[Segment, Array, Array]]] = [[], []]
        for segment in self._snapshot.segments:
            first, second = (chosen.get(segment.name, np.empty(0, np.int64)) for chosen in self._sets)
            overlap = np.intersect1d(first, second, assume_unique=True)
            for side, docs in enumerate((first, second)):
                docs = np.setdiff1d(docs, overlap, assume_unique=True)
                groups = self._snapshot.groups[segment.name].of(docs)
                own[side].append((segment, docs[groups > 0], groups[groups > 0]))
        groups_of = [np.concatenate([np.empty(0, np.uint32), *(groups for _, _, groups in parts)]) for parts in own]
        alike = np.intersect1d(unique(groups_of[0]), unique(groups_of[1]), assume_unique=True)
        leaders: list[dict[int, tuple[int, int, Segment, int]]] = []
        for parts in own:
            of_group: dict[int, tuple[int, int, Segment, int]] = {}
            for segment, docs, groups in parts:
                kept = np.isin(groups, alike)
                docs, groups = docs[kept], groups[kept]
                days = segment.column("first_day").take(docs).astype(np.int64)
                # undated ones come after all others
                for group, *entry in zip(
                    groups.tolist(),
                    np.where(days > 0, days, 1 << 30).tolist(),
                    segment.column("id").take(docs).tolist(),
                    docs.tolist(),
                ):
                    found = entry[0], entry[1], segment, entry[2]
                    if group not in of_group or found[:2] < of_group[group][:2]:
                        of_group[group] = found
            leaders.append(of_group)
        shared = sorted(leaders[0], key=lambda group: min(leaders[0][group][:2], leaders[1][group][:2]))
        pairs = []
        for group in shared[:most]:
            hits = [self._show(of_group[group][2], np.array([of_group[group][3]]))[0] for of_group in leaders]
            pairs.append((hits[0], hits[1]))
        return len(shared), tuple(pairs)


class SegmentPassages:
    """Paragraphs of a snapshot."""

    def __init__(
        self,
        snapshot: Snapshot,
        display: Display,
        lexicon: Callable[[], WordNumbers],
        paragraphs: Sequence[tuple[Segment, int]],
    ) -> None:
        self._segments, self._display, self._lexicon = snapshot.segments, display, lexicon
        place = {segment.name: number for number, segment in enumerate(self._segments)}
        self._of = np.array([place[segment.name] for segment, _ in paragraphs], np.int64)
        self._docs = np.array([doc for _, doc in paragraphs], np.int64)

    def __len__(self) -> int:
        return len(self._docs)

    def texts(self, paragraphs: Array) -> list[str]:
        return self._of_each(paragraphs, lambda segment, docs: segment.texts(docs))

    def hits(self, paragraphs: Array) -> list[Hit]:
        return self._of_each(paragraphs, lambda segment, docs: self._display.hits(segment, docs, repeat(0.0)))

    def cities(self, paragraphs: Array) -> list[str]:
        found = self._of_each(paragraphs, lambda segment, docs: segment.facets["city"].values_of(docs))
        return [cities[0] if cities else "" for cities in found]

    def _of_each(self, paragraphs: Array, made: Callable[[Segment, Array], Sequence[Any]]) -> list[Any]:
        """What is made of each paragraph, in their order, a segment at a time."""
        found: list[Any] = [None] * len(paragraphs)
        of = self._of[paragraphs]
        for number, segment in enumerate(self._segments):
            own = (of == number).nonzero()[0]
            # in the order in which they lie in the files
            own = own[self._docs[paragraphs[own]].argsort()]
            if len(own):
                for place, value in zip(own.tolist(), made(segment, self._docs[paragraphs[own]])):
                    found[place] = value
        return found

    def beside(self, marks: Marks, window: int) -> Collocates:
        lexicon = self._lexicon()
        before, after = (np.zeros(len(lexicon.words), np.int64) for _ in range(2))
        of = self._of[marks.paragraph]
        for number, (segment, numbers) in enumerate(zip(self._segments, lexicon.numbers)):
            own = marks.at((of == number).nonzero()[0])
            if len(own.paragraph):
                left, right = _beside(segment, self._docs[own.paragraph], own, window)
                before[numbers] += left
                after[numbers] += right

        def everywhere(words: Array) -> Array:
            found = np.zeros(len(lexicon.words), np.int64)
            for segment, numbers in zip(self._segments, lexicon.numbers):
                inside = np.flatnonzero(np.isin(numbers, words, assume_unique=True))
                found[numbers[inside]] += segment.word_occurrences(inside)
            return found[words]

        return Collocates(lexicon.words, before, after, everywhere)


def _beside(segment: Segment, docs: Array, marks: Marks, window: int) -> tuple[Array, Array]:
    """How often each term of a segment begins before and after marks (int64 each); `docs` is the paragraph of each mark.

    The folded characters of these paragraphs are laid end to end, those near a mark are flagged, and every occurrence of a word there is looked up."""
    postings, lengths = segment.fields["words"], segment.fields["chars"].lengths
    paragraphs, own = np.unique(docs, return_inverse=True)
    begins = starts(lengths.take(paragraphs).astype(np.int64))
    flags = near(marks, own, begins, window)
    wanted = np.zeros(segment.paragraphs, bool)
    wanted[paragraphs] = True
    # where a paragraph's characters begin, by its number in the segment
    begin_of = np.zeros(segment.paragraphs, np.int64)
    begin_of[paragraphs] = begins[:-1]
    before, after = (np.zeros(len(postings), np.int64) for _ in range(2))
    for terms, chosen, of in postings.within(wanted):
        which, positions = postings.positions_of(chosen)
        beside = flags.take(begin_of.take(of)[which] + positions)
        for counts, bit in ((before, 1), (after, 2)):
            tally(counts, terms[which[beside & bit > 0]])
    return before, after
