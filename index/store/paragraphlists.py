"""The paragraph numbers of all postings of a field, term after term, in as few bytes as lets them be read at once.

A segment of up to 65,536 paragraphs keeps 16 bits a posting. A larger one keeps 32 bits for the postings of rare terms; those of frequent
terms keep the lower 16 bits, and for each block of 65,536 paragraphs where in the term's list it begins.

  f.docs            (uint16 or uint32): the postings of rare terms
  f.low             (uint16): the lower halves of the postings of frequent terms
  f.frequent        (uint32, F): the numbers of the frequent terms
  f.frequent_starts (uint32 or uint64, F + 1): where the postings of each begin in `low`
  f.blocks          (uint32, F × (B − 1)): where blocks 1 … B − 1 begin in a term's list
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from juanzong.index.store.arrays import ArrayReader, ArrayWriter
from juanzong.index.vectors import Array, diff, runs, starts, unsigned

BLOCK_BITS = 16
BLOCK = 1 << BLOCK_BITS
# postings that are passed over together: what is made of them stays in the processor's cache
AT_ONCE = 1 << 16


class ParagraphListWriter:
    """Appends the lists of ascending terms. `paragraphs` is the size of the segment."""

    def __init__(self, writer: ArrayWriter, field: str, paragraphs: int) -> None:
        self._writer, self._field = writer, field
        self._blocks = max(1, -(-paragraphs // BLOCK))
        self._terms = 0
        self._docs = writer.stream(f"{field}.docs", np.uint16 if self._blocks == 1 else np.uint32)
        self._low = writer.stream(f"{field}.low", np.uint16)
        self._block_starts = writer.stream(f"{field}.blocks", np.uint32)
        self._frequent: list[Array] = []
        self._counts: list[Array] = []

    def write(self, counts: Array, docs: Array) -> None:
        """The next terms: how many postings each has (int64), and their paragraphs."""
        frequent = np.flatnonzero(counts >= 8 * self._blocks) if self._blocks > 1 else np.empty(0, np.int64)
        if len(frequent):
            of_frequent = counts[frequent]
            chosen = runs(starts(counts)[:-1][frequent], of_frequent)
            own = docs[chosen]
            self._low.write(own.astype(np.uint16))
            block = np.repeat(np.arange(len(frequent)) * self._blocks, of_frequent) + (own >> BLOCK_BITS)
            in_block = np.bincount(block, minlength=len(frequent) * self._blocks).reshape(-1, self._blocks)
            self._block_starts.write(np.cumsum(in_block, axis=1)[:, :-1].ravel())
            rest = np.ones(len(docs), bool)
            rest[chosen] = False
            docs = docs[rest]
            self._frequent.append(frequent + self._terms)
            self._counts.append(of_frequent)
        self._docs.write(docs)
        self._terms += len(counts)

    def close(self) -> None:
        frequent, counts = (np.concatenate([np.empty(0, np.int64), *parts]) for parts in (self._frequent, self._counts))
        self._writer.add(f"{self._field}.frequent", frequent.astype(np.uint32))
        self._writer.add(f"{self._field}.frequent_starts", unsigned(starts(counts)))


class ParagraphLists:
    """Reads the lists. `posting_starts` says where the postings of each term begin, frequent or not."""

    def __init__(self, arrays: ArrayReader, field: str, posting_starts: Array, paragraphs: int) -> None:
        self._posting_starts = posting_starts
        self._docs, self._low = arrays.guarded(f"{field}.docs"), arrays.guarded(f"{field}.low")
        self._frequent, self._frequent_starts = arrays[f"{field}.frequent"], arrays[f"{field}.frequent_starts"]
        self._splits = max(1, -(-paragraphs // BLOCK)) - 1
        self._blocks = (
            arrays[f"{field}.blocks"].reshape(-1, self._splits) if self._splits else arrays[f"{field}.blocks"]
        )
        self._bases = np.arange(self._splits + 1, dtype=np.uint32) << BLOCK_BITS

    def docs(self, term: int, dtype: Any = np.uint32) -> Array:
        """The paragraphs of a term (uint32 or another type that holds them, ascending)."""
        place = self._place(term)
        if place < len(self._frequent) and self._frequent[place] == term:
            return self._decode(place, dtype)
        shift = int(self._frequent_starts[place])
        begin, end = int(self._posting_starts[term]), int(self._posting_starts[term + 1])
        return self._docs[begin - shift : end - shift].astype(dtype, copy=False)

    def rows(self, first: int, last: int) -> Array:
        """The paragraphs of the terms first … last − 1, term after term (uint32)."""
        if last - first == 1:
            return self.docs(first)
        begin, end = int(self._posting_starts[first]), int(self._posting_starts[last])
        a, b = self._place(first), self._place(last)
        rare = self._docs[begin - int(self._frequent_starts[a]) : end - int(self._frequent_starts[b])].astype(
            np.uint32, copy=False
        )
        if a == b:
            return rare
        rows = np.empty(end - begin, np.uint32)
        written = taken = 0
        for place in range(a, b):
            term = int(self._frequent[place])
            start, stop = int(self._posting_starts[term]) - begin, int(self._posting_starts[term + 1]) - begin
            rows[written:start] = rare[taken : taken + start - written]
            taken += start - written
            rows[start:stop] = self._decode(place)
            written = stop
        rows[written:] = rare[taken:]
        return rows

    def parts(self, postings: int = AT_ONCE) -> Iterator[tuple[Array, Array, Array]]:
        """All lists, about so many postings at a time: terms (int64, ascending), where the list of each begins and the last ends among these (int64), and
        their paragraphs (unsigned or int64), list after list. The rare terms come before the frequent ones."""
        rare = np.ones(len(self._posting_starts) - 1, bool)
        rare[self._frequent] = False
        terms = rare.nonzero()[0]
        ends = starts(diff(self._posting_starts)[terms])
        for first, last in _cut(ends, postings):
            begin = ends[first]
            yield terms[first:last], ends[first : last + 1] - begin, self._docs[begin : ends[last]]
        terms, ends = self._frequent.astype(np.int64), self._frequent_starts.astype(np.int64)
        bases, splits = self._bases.astype(np.int64), self._splits
        for first, last in _cut(ends, postings):
            begins = ends[first : last + 1] - ends[first]
            edges = np.empty((last - first, splits + 2), np.int64)
            edges[:, 0], edges[:, -1] = 0, begins[1:] - begins[:-1]
            edges[:, 1:-1] = self._blocks[first:last]
            docs = np.tile(bases, last - first).repeat((edges[:, 1:] - edges[:, :-1]).ravel())
            docs += self._low[ends[first] : ends[last]]
            yield terms[first:last], begins, docs

    def let_go(self) -> None:
        """What was read of them leaves this process's memory."""
        self._docs.let_go()
        self._low.let_go()

    def _place(self, term: int) -> int:
        return int(self._frequent.searchsorted(np.uint32(term)))

    def _decode(self, place: int, dtype: Any = np.uint32) -> Array:
        low = self._low[int(self._frequent_starts[place]) : int(self._frequent_starts[place + 1])]
        edges = np.empty(self._splits + 2, np.int64)
        edges[0], edges[-1] = 0, len(low)
        edges[1:-1] = self._blocks[place]
        return self._bases.astype(dtype).repeat(edges[1:] - edges[:-1]) + low


def _cut(ends: Array, postings: int) -> Iterator[tuple[int, int]]:
    """Runs of lists, given by where each begins and the last ends, of about so many postings."""
    first = 0
    while first < len(ends) - 1:
        last = max(first + 1, int(ends.searchsorted(ends[first] + postings, "right")) - 1)
        yield first, last
        first = last
