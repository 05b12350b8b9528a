"""The postings of one field as contiguous arrays: inverted in one sort, written in a row, read as slices.

For a field `f` with T terms, P postings and O occurrences the folder holds
  f.terms          the vocabulary, in term order (see `vocabulary.py`)
  f.posting_starts (uint32 or uint64, T + 1): where the postings of each term begin
  …                paragraph numbers, ascending within a term (see `paragraphlists.py`)
  …                places in the folded paragraph, ascending within a posting (see `positions.py`)
  f.repeat_place   (uint32 or uint64, R): the postings that have more than one occurrence
  f.repeat_total   (uint32 or uint64, R + 1): occurrences beyond the first, summed up before each of them
  f.lengths        (uint16, one a paragraph): its number of tokens
Most postings have one occurrence, so term frequencies cost nothing but the exceptions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from juanzong.index.store.arrays import ArrayReader, ArrayWriter
from juanzong.index.store.paragraphlists import ParagraphLists, ParagraphListWriter
from juanzong.index.store.positions import Positions, PositionsWriter, narrows
from juanzong.index.store.vocabulary import PairVocabulary, Vocabulary, WordVocabulary
from juanzong.index.vectors import Array, diff, distinct, runs, starts, unsigned

POSITION_BITS = 22
MAX_BATCH = 1 << POSITION_BITS
_PARTS_IN_MEMORY = 64


@dataclass(frozen=True)
class Inverted:
    """A batch turned inside out. `terms` (uint64) are the distinct term numbers, ascending; `counts` (int64) their postings;
    `docs` (uint32), `frequencies` (int64) are per posting, `positions` (uint16) per occurrence."""

    terms: Array
    counts: Array
    docs: Array
    frequencies: Array
    positions: Array


def invert(term: Array, position: Array, text_starts: Array) -> Inverted:
    """Inverts a batch. Raises ValueError where it is larger than MAX_BATCH. `term` (below 2^42) and `position` (place in the batch, below MAX_BATCH) are per token,
    `text_starts` (int64, one more than there are texts) says where each text begins."""
    if text_starts[-1] > MAX_BATCH:
        raise ValueError(f"a batch of {int(text_starts[-1]):,} characters cannot be inverted at once")
    key = term.astype(np.uint64)
    key <<= np.uint64(POSITION_BITS)
    key |= position.astype(np.uint32, copy=False)
    key.sort()
    lengths = np.diff(text_starts)
    text_of_place = np.arange(len(lengths), dtype=np.uint32).repeat(lengths)
    # differences of numbers that were cut to 16 bits are right in 16 bits
    position_of_place = np.arange(text_starts[-1], dtype=np.uint32).astype(np.uint16) - text_starts[:-1].astype(
        np.uint16
    ).repeat(lengths)
    place = (key & np.uint64(MAX_BATCH - 1)).view(np.int64)
    docs = text_of_place.take(place)
    key >>= np.uint64(POSITION_BITS)
    new_term, new_posting = np.ones(len(key), bool), np.ones(len(key), bool)
    np.not_equal(key[1:], key[:-1], out=new_term[1:])
    np.not_equal(docs[1:], docs[:-1], out=new_posting[1:])
    new_posting |= new_term
    first = new_posting.nonzero()[0]
    first_of_term = new_term.take(first).nonzero()[0]
    return Inverted(
        terms=key.take(first.take(first_of_term)),
        counts=np.diff(first_of_term, append=len(first)),
        docs=docs.take(first),
        frequencies=np.diff(first, append=len(key)),
        positions=position_of_place.take(place),
    )


def joined(parts: Sequence[Inverted], bases: Array) -> Inverted:
    """Batches that follow each other, as one. `bases` is the number of texts before each; the terms are numbered alike in all of them."""
    if len(parts) == 1:
        return parts[0]
    term = np.concatenate([part.terms.repeat(part.counts) for part in parts])
    docs = np.concatenate([part.docs + np.uint32(base) for part, base in zip(parts, bases, strict=True)])
    frequencies, positions = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("frequencies", "positions")
    )
    order = term.argsort(kind="stable")
    terms, counts = distinct(term[order])
    places = runs(starts(frequencies)[:-1][order], frequencies[order])
    return Inverted(terms, counts, docs[order], frequencies[order], positions[places])


def repeats_in(frequencies: Array) -> tuple[Array, Array]:
    """Which postings have more than one occurrence, and how many more than one (both int64)."""
    place = (frequencies > 1).nonzero()[0]
    return place, frequencies[place] - 1


class PostingsWriter:
    """Appends the postings of ascending terms to a folder."""

    def __init__(self, writer: ArrayWriter, field: str, characters: Array) -> None:
        """`characters` are those of each paragraph."""
        self._writer, self._field = writer, field
        self._docs = ParagraphListWriter(writer, field, len(characters))
        self._written = 0
        self._positions = PositionsWriter(writer, field, narrows(characters))
        self._counts: list[Array] = []
        self._repeat_place: list[Array] = []
        self._repeat_extra: list[Array] = []

    def write(self, counts: Array, docs: Array, place: Array, extra: Array, positions: Array) -> None:
        """The next terms: how many postings each has, the paragraphs of the postings, which of them are repeated and how often more (see `repeats_in`),
        and the positions of all occurrences."""
        self._repeat_place.append(place + self._written)
        self._repeat_extra.append(extra)
        self._counts.append(counts)
        self._docs.write(counts, docs)
        self._written += len(docs)
        self._positions.write(positions)

    def close(self, lengths: Array) -> None:
        """Writes what is known at the end only. `lengths` is the number of tokens of each paragraph."""
        self._docs.close()
        self._positions.close()
        counts, place, extra = (
            np.concatenate([np.empty(0, np.int64), *parts])
            for parts in (self._counts, self._repeat_place, self._repeat_extra)
        )
        for name, values in (
            ("posting_starts", starts(counts)),
            ("repeat_place", place),
            ("repeat_total", starts(extra)),
        ):
            self._writer.add(f"{self._field}.{name}", unsigned(values))
        self._writer.add(f"{self._field}.lengths", lengths.astype(np.uint16))


class Postings:
    """The postings of one field of a segment. All methods are safe between threads; arrays are read-only views of the map."""

    def __init__(self, arrays: ArrayReader, field: str) -> None:
        self._arrays, self._field = arrays, field
        self.total_length = int(arrays.attributes[f"{field}.total_length"])

    # Arrays are mapped, and checked, when they are first needed: an index opens at once, however large it is.

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return (PairVocabulary if self._field == "chars" else WordVocabulary)(self._arrays, self._field)

    @cached_property
    def posting_starts(self) -> Array:
        """Where the postings of each term begin."""
        return self._arrays[f"{self._field}.posting_starts"]

    @cached_property
    def lengths(self) -> Array:
        """The number of tokens of each paragraph (uint16)."""
        return self._arrays[f"{self._field}.lengths"]

    @cached_property
    def _lists(self) -> ParagraphLists:
        return ParagraphLists(
            self._arrays, self._field, self.posting_starts, int(self._arrays.attributes["paragraphs"])
        )

    @cached_property
    def _positions(self) -> Positions:
        return Positions(self._arrays, self._field)

    @cached_property
    def _repeat_place(self) -> Array:
        return self._arrays[f"{self._field}.repeat_place"]

    @cached_property
    def _repeat_total(self) -> Array:
        return self._arrays[f"{self._field}.repeat_total"]

    def __len__(self) -> int:
        return len(self.vocabulary)

    def span(self, first: int, last: int | None = None) -> tuple[int, int]:
        """Where the postings of the terms first … last − 1 lie (of one term where `last` is left out)."""
        return int(self.posting_starts[first]), int(self.posting_starts[first + 1 if last is None else last])

    def document_frequency(self, term: int) -> int:
        begin, end = self.span(term)
        return end - begin

    def docs(self, term: int, dtype: Any = np.uint32) -> Array:
        """The paragraphs that have the term (uint32 or another type that holds them, ascending)."""
        return self._lists.docs(term, dtype)

    def rows(self, first: int, last: int) -> Array:
        """The paragraphs of the terms first … last − 1, term after term (uint32)."""
        return self._lists.rows(first, last)

    def sums(self, weights: Array) -> Array:
        """For each term the sum of the weights (one a paragraph, of a type that holds the sums) of its paragraphs."""
        totals = np.zeros(len(self), weights.dtype)
        for terms, begins, docs in self._lists.parts():
            totals[terms] = np.add.reduceat(weights.take(docs), begins[:-1])
        return totals

    def within(self, wanted: Array) -> Iterator[tuple[Array, Array, Array]]:
        """All postings of some paragraphs (bool, one a paragraph), bit by bit: their terms, ascending in each bit, their numbers and their paragraphs
        (int64 each; none of them is empty). What was read of the lists and of positions does not stay in memory."""
        for number, (terms, begins, docs) in enumerate(self._lists.parts(), 1):
            chosen = wanted.take(docs).nonzero()[0]
            if len(chosen):
                place = begins.searchsorted(chosen, "right") - 1
                own = terms[place]
                yield (
                    own,
                    self.posting_starts[own].astype(np.int64) + chosen - begins[place],
                    docs[chosen].astype(np.int64),
                )
            if number % _PARTS_IN_MEMORY == 0:
                self._lists.let_go()
                self._positions.let_go()

    def document_frequencies(self) -> Array:
        """How many paragraphs each term has (int64)."""
        return diff(self.posting_starts)

    def occurrences_of(self, terms: Array) -> Array:
        """How many occurrences each of these terms has (int64)."""
        first, last = (
            self.position_starts(self.posting_starts[terms].astype(np.int64)),
            self.position_starts(self.posting_starts[terms + 1].astype(np.int64)),
        )
        found: Array = last - first
        return found

    def repeats(self, begin: int, end: int) -> tuple[Array, Array]:
        """Of the postings begin … end − 1: which have more than one occurrence (counted from begin), and how many more than one."""
        a, b = self._repeats_before(np.array((begin, end)))
        return self._repeat_place[a:b].astype(np.int64) - begin, diff(self._repeat_total[a : b + 1])

    def frequencies(self, begin: int, end: int) -> Array:
        """The term frequency of each posting begin … end − 1 (int64)."""
        frequencies = np.ones(end - begin, np.int64)
        place, extra = self.repeats(begin, end)
        frequencies[place] += extra
        return frequencies

    def occurrences(self, begin: int, end: int) -> int:
        """How many occurrences the postings begin … end − 1 have."""
        a, b = self._repeats_before(np.array((begin, end)))
        return end - begin + int(self._repeat_total[b]) - int(self._repeat_total[a])

    def term_repeats(self, term: int) -> tuple[Array, Array]:
        """Where in the list of a term the postings are that have more than one occurrence (int64), and how many occurrences beyond the first those
        before each of them have, counted from anywhere (one more than there are of these)."""
        bounds = self.posting_starts[term : term + 2]
        a, b = self._repeats_before(bounds).tolist()
        return np.subtract(self._repeat_place[a:b], bounds[0], dtype=np.int64), self._repeat_total[a : b + 1]

    def position_starts(self, postings: Array) -> Array:
        """Where the positions of each of these postings begin (int64)."""
        return postings + self._repeat_total[self._repeats_before(postings)].astype(np.int64)

    def _repeats_before(self, postings: Array) -> Array:
        # searchsorted would copy the whole map into a wider type if the two differed
        return self._repeat_place.searchsorted(postings.astype(self._repeat_place.dtype))

    def all_positions(self, first_term: int, last_term: int) -> tuple[Array, Array]:
        """Every occurrence of the terms first_term … last_term − 1: the paragraph (uint32) and the position (uint16)."""
        docs = self.rows(first_term, last_term)
        begin, end = self.span(first_term, last_term)
        first, last = self.position_starts(np.array((begin, end)))
        if last - first > end - begin:
            docs = np.repeat(docs, self.frequencies(begin, end))
        return docs, self._positions.between(first, last)

    def positions_of(self, postings: Array) -> tuple[Array, Array]:
        """The occurrences of chosen postings, in their order: for each the place in `postings` (int64), and the position (uint16)."""
        before, repeated, extra = self._repeated(postings)
        first = postings + self._repeat_total[before]
        if not len(repeated):
            return np.arange(len(postings)), self._positions.at(first)
        counts = np.ones(len(postings), np.int64)
        counts[repeated] += extra
        return np.arange(len(postings)).repeat(counts), self._positions.at(runs(first, counts))

    def repeats_of(self, postings: Array) -> tuple[Array, Array]:
        """Of chosen postings: which have more than one occurrence (places in `postings`), and how many more than one."""
        return self._repeated(postings)[1:]

    def _repeated(self, postings: Array) -> tuple[Array, Array, Array]:
        """For each of these postings how many repeated ones lie before it; which are repeated themselves; and how many occurrences more they have."""
        if not len(postings):
            return postings, postings, postings
        wanted = postings.astype(self._repeat_place.dtype)
        # the part of the map between the least and the greatest is much smaller than the map
        first, last = self._repeat_place.searchsorted(np.array((wanted.min(), wanted.max()))).tolist()
        near = self._repeat_place[first : last + 1]
        inside = near.searchsorted(wanted)
        repeated = (near.take(inside, mode="clip") == wanted).nonzero()[0] if len(near) else inside[:0]
        before = inside + first
        own = before[repeated]
        return before, repeated, self._repeat_total[own + 1].astype(np.int64) - self._repeat_total[own]

    def slices(self, first_term: int, last_term: int) -> tuple[Array, Array, Array, Array]:
        """The postings of the terms first_term … last_term − 1 as they lie: docs, `repeats`, positions."""
        begin, end = self.span(first_term, last_term)
        first, last = self.position_starts(np.array((begin, end)))
        return self.rows(first_term, last_term), *self.repeats(begin, end), self._positions.between(first, last)


def write_field(
    writer: ArrayWriter, field: str, terms: Any, inverted: Inverted, lengths: Array, characters: Array
) -> None:
    """Writes a whole field of a batch: `terms` is its vocabulary as `vocabulary.write_*` takes it, `lengths` are the tokens and `characters` the characters
    of each paragraph."""
    postings = PostingsWriter(writer, field, characters)
    postings.write(inverted.counts, inverted.docs, *repeats_in(inverted.frequencies), inverted.positions)
    postings.close(lengths)
    writer.attributes[f"{field}.total_length"] = int(lengths.sum())
    (PairVocabulary if field == "chars" else WordVocabulary).write(writer, field, terms)
