"""Scores of paragraphs, added up term by term.

A term that stands in far more paragraphs than are scored is looked up for each of these; any other is spread over an array of all
paragraphs, from which the scores are gathered once at the end.
"""
from __future__ import annotations

import numpy as np

from index.arrays import Array
from index.postings import Postings
from search.scoring import FieldScores
from search.sets import SPARSE, located


class Buffers:
    """Arrays with a score for every paragraph of a segment (float32), all 0, lent to one tally at a time. Safe between threads."""

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
    """The scores of some paragraphs (int64, in any order, repeats allowed). Use it in one thread, call `close` once."""

    def __init__(self, docs: Array, buffers: Buffers) -> None:
        self.docs = docs
        self.total = np.zeros(len(docs), np.float32)
        self._buffers = buffers
        self._buffer: Array | None = None
        self._spread: list[Array] = []

    def add_term(self, postings: Postings, number: int, own: Array, field: FieldScores, weight: np.float32) -> None:
        """Adds weight · (δ + tf / (tf + norm)) of a term, given by its number and its paragraphs."""
        begin, end = postings.span(number)
        if len(self.docs) * SPARSE < len(own):
            where, there = located(own, self.docs)
            place, extra = postings.repeats_of(begin + where[there])
            self.total[there] += weight * field.gains(self.docs[there], place, (extra + 1).astype(np.float32))
            return
        place, extra = postings.repeats(begin, end)
        gains = field.gains(own, place, (extra + 1).astype(np.float32))
        gains *= weight
        if own is self.docs:
            self.total += gains
            return
        if self._buffer is None:
            self._buffer = self._buffers.lend()
            self._buffer[own] = gains
        else:
            self._buffer[own] += gains
        self._spread.append(own)

    def close(self) -> Array:
        """The scores (float32)."""
        if self._buffer is not None:
            self.total += self._buffer.take(self.docs)
            for own in self._spread:
                self._buffer[own] = 0
            self._buffers.take_back(self._buffer)
        return self.total
