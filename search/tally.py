"""Scores of paragraphs, added up term by term.

A term that stands in far more paragraphs than are scored is looked up for each of these; any other is spread over an array of all
paragraphs, from which the scores are gathered. Either way the terms of a paragraph are added one by one and in their order, so that its
score does not depend on what else is scored.
"""
from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from juanzong.index.store.arrays import Array
from juanzong.index.store.postings import Postings
from juanzong.search.execution.scoring import FieldScores
from juanzong.search.execution.sets import located

# a list this many times longer than what is scored is searched
SPARSE = 4
# where more than one in so many scores is not 0, all of them are made 0
FILLED = 8


class ScoredTerm(NamedTuple):
    """A term of a query, where it stands in a segment (`docs`: int64, ascending), and what its gains are multiplied with."""

    postings: Postings
    number: int
    docs: Array
    field: FieldScores
    weight: np.float32

    def scores(self) -> Array:
        """weight · (δ + tf / (tf + norm)) of all its paragraphs (float32)."""
        repeated, more = self.postings.repeats(*self.postings.span(self.number))
        return self._scores(self.docs, repeated, more)

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


class Tally:
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
