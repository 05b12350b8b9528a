"""Ranking: BM25 with a coverage constant, over words and over character pairs.

    score = Σ boost · idf · (δ + tf / (tf + k1 · (1 − b + b · length / average length)))

δ is a bonus for every term that is there at all, as in BM25+ (Lv and Zhai, CIKM 2011); idf = ln(1 + (N − df + ½) / (df + ½)). One
Whoosh weighting model serves the stock matchers; the executor computes the same numbers for whole arrays.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from whoosh.scoring import BaseScorer, WeightingModel

from juanzong.index.store.postings import Postings
from juanzong.index.store.segment import Segment
from juanzong.index.vectors import Array, diff
from juanzong.search.execution.sets import located

FIELDS = ("words", "chars")
K1 = 0.6
B = 0.4
DELTA = 0.5


def inverse_document_frequency(paragraphs: int, document_frequency: int) -> float:
    return math.log(1 + (paragraphs - document_frequency + 0.5) / (document_frequency + 0.5))


class CoverageBM25(WeightingModel):  # type: ignore[misc]
    """The weighting model for Whoosh."""

    def idf(self, searcher: Any, fieldname: str, text: bytes) -> float:
        parent = searcher.get_parent()
        return inverse_document_frequency(parent.doc_count(), parent.doc_frequency(fieldname, text))

    def scorer(self, searcher: Any, fieldname: str, text: bytes, qf: int = 1) -> CoverageScorer:
        parent = searcher.get_parent()
        average = parent.field_length(fieldname) / max(1, parent.doc_count()) or 1.0
        return CoverageScorer(searcher, fieldname, parent.idf(fieldname, text), average)


class CoverageScorer(BaseScorer):  # type: ignore[misc]
    """Scores the current posting of a stock matcher."""

    def __init__(self, searcher: Any, fieldname: str, idf: float, average: float) -> None:
        self._searcher, self._fieldname, self._idf, self._average = searcher, fieldname, idf, average

    def score(self, matcher: Any) -> float:
        length = self._searcher.doc_field_length(matcher.id(), self._fieldname, 1)
        frequency = matcher.weight()
        return float(self._idf * (DELTA + frequency / (frequency + K1 * (1 - B + B * length / self._average))))


class FieldScores:
    """The parts of the score of one field in one segment that do not depend on the query. They depend on a paragraph's length only, so there is
    one for each length (float32)."""

    def __init__(self, lengths: Array, average: float) -> None:
        """`lengths` (uint16) are the tokens of each paragraph, `average` those of one in the whole index."""
        self.lengths, self.average = lengths, average
        self._norm = np.float32(K1) * (
            np.float32(1 - B) + np.float32(B / average) * np.arange(int(lengths.max(initial=0)) + 1, dtype=np.float32)
        )
        self._once = np.float32(DELTA) + 1 / (1 + self._norm)

    def gains(self, docs: Array, place: Array, frequency: Array) -> Array:
        """δ + tf / (tf + norm) of each of these paragraphs (float32), where tf is 1 but at `place`, where it is `frequency`."""
        lengths = self.lengths.take(docs)
        gains: Array = self._once.take(lengths)
        if len(place):
            gains[place] = np.float32(DELTA) + frequency / (frequency + self._norm.take(lengths.take(place)))
        return gains


class Statistics:
    """What scoring knows of the whole index: paragraphs, average lengths, document frequencies. Deleted paragraphs do not count, so that an
    updated index scores as a rebuilt one."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments
        self.paragraphs = sum(segment.live_paragraphs for segment in segments)
        self.average = {
            field: sum(segment.total_lengths[field] for segment in segments) / max(1, self.paragraphs) or 1.0
            for field in FIELDS
        }

    @cached_property
    def article_average(self) -> dict[str, float]:
        """The tokens of an article, for each field."""
        articles = max(1, sum(segment.live_articles for segment in self._segments))
        return {field: self.average[field] * self.paragraphs / articles or 1.0 for field in FIELDS}

    def frequency(self, field: str, term: bytes | str, known: Segment | None = None, known_number: int = -1) -> int:
        """How many paragraphs have a term; its number in one segment may be known already."""
        term = term.encode() if isinstance(term, str) else term
        frequency = 0
        for segment in self._segments:
            number = known_number if segment is known else segment.fields[field].vocabulary.find(term)
            if number >= 0:
                frequency += segment.document_frequency(field, number)
        return frequency

    def idf(self, field: str, term: bytes | str, known: Segment | None = None, known_number: int = -1) -> float:
        """The inverse document frequency of a term."""
        return inverse_document_frequency(self.paragraphs, self.frequency(field, term, known, known_number))


# a list this many times longer than what is scored is searched
SPARSE = 4
# where more than one in so many scores is not 0, all of them are made 0
FILLED = 8


class ScoredTerm:
    """A term of the field `name`, where it stands in a segment (`docs`: int64, ascending), and what its gains are multiplied with (`weight`: float32).
    Use it in one thread."""

    __slots__ = ("_repeats", "docs", "field", "name", "number", "postings", "weight")

    def __init__(
        self, name: str, postings: Postings, number: int, docs: Array, field: FieldScores, weight: np.float32
    ) -> None:
        self.name, self.postings, self.number, self.docs, self.field = name, postings, number, docs, field
        self.weight = weight
        self._repeats: tuple[Array, Array] | None = None

    @property
    def repeats(self) -> tuple[Array, Array]:
        """Where in `docs` it stands more than once (int64), and how many times more in all before each of these and in all (one more)."""
        if self._repeats is None:
            self._repeats = self.postings.term_repeats(self.number)
        return self._repeats

    def scores(self) -> Array:
        """weight · (δ + tf / (tf + norm)) of all its paragraphs (float32)."""
        repeated, totals = self.repeats
        return self._scores(self.docs, repeated, diff(totals))

    def stands_in(self, rows: Array) -> Array:
        """Whether it stands in each of some paragraphs (int64; bool)."""
        places = self.docs.searchsorted(rows)
        there: Array = self.docs.take(places, mode="clip") == rows if len(self.docs) else places > 0
        return there

    def count_between(self, edges: Array, found: Array) -> None:
        """How often it stands in n runs of paragraphs, into `found` (float64, n). `edges` (int64) are first the beginnings, then the ends of the runs."""
        places, runs = self.docs.searchsorted(edges), len(found)
        np.subtract(places[runs:], places[:runs], out=found)
        repeated, totals = self.repeats
        if len(repeated):
            more = totals.take(repeated.searchsorted(places))
            found += more[runs:]
            found -= more[:runs]

    def scores_at(self, places: Array) -> Array:
        """The same of those at some places in `docs`."""
        repeated, more = self.postings.repeats_of(self.postings.span(self.number)[0] + places)
        return self._scores(self.docs.take(places), repeated, more)

    def _scores(self, docs: Array, repeated: Array, more: Array) -> Array:
        gains = self.field.gains(docs, repeated, (more + 1).astype(np.float32))
        gains *= self.weight
        return gains


class Buffers:
    """Arrays with a score for every paragraph of a segment (float32), all 0, lent to one user at a time. Safe between threads."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._free: list[Array] = []

    def lend(self) -> Array:
        try:
            return self._free.pop()
        except IndexError:
            return np.zeros(self.size, np.float32)

    def take_back(self, buffer: Array) -> None:
        """The buffer must be all 0 again."""
        self._free.append(buffer)


class ScoreSum:
    """The scores (float32) of some paragraphs (int64, in any order, repeats allowed). Use it in one thread."""

    def __init__(self, docs: Array, buffers: Buffers) -> None:
        self.docs = docs
        self.total = np.zeros(len(docs), np.float32)
        self._buffers = buffers

    def add_term(self, term: ScoredTerm) -> None:
        if term.docs is self.docs:
            self.total += term.scores()
        elif len(self.docs) * SPARSE < len(term.docs):
            where, there = located(term.docs, self.docs)
            self.total[there] += term.scores_at(where[there])
        else:
            self.total += scores_everywhere((term,), (self.docs,), self._buffers)[0]


def scores_everywhere(terms: Sequence[ScoredTerm], wanted: Sequence[Array], buffers: Buffers) -> list[Array]:
    """What terms together score in several lists of paragraphs (int64, in any order)."""
    buffer = buffers.lend()
    for term in terms:
        np.add.at(buffer, term.docs, term.scores())
    scores = [buffer.take(docs) for docs in wanted]
    if sum(len(term.docs) for term in terms) * FILLED > buffers.size:
        buffer.fill(0)
    else:
        for term in terms:
            buffer[term.docs] = 0
    buffers.take_back(buffer)
    return scores
