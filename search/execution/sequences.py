"""Where a run of folded characters stands: the paragraphs whose character pairs lie at the right distances.

A pair at every second offset covers the run. A single character is the range of all pairs that begin with it. Where the run must not
go on as a word of Latin letters or digits, a word of the text must begin or end where it does.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from juanzong.index.store.postings import Postings
from juanzong.index.store.segment import Segment
from juanzong.index.text.analysis import LATIN_RUN
from juanzong.index.vectors import Array
from juanzong.search.execution.sets import NONE, Universe, located, without_repeats
from juanzong.search.language.needles import Needle


class Lists:
    """The paragraphs of terms in one segment, decoded once, so that the same list is the same object."""

    def __init__(self, segment: Segment) -> None:
        self.segment = segment
        self._known: dict[tuple[str, int], Array] = {}

    def of(self, field: str, number: int) -> Array:
        """The paragraphs of a term (int64, ascending), deleted ones among them."""
        if (docs := self._known.get((field, number))) is None:
            docs = self._known[field, number] = self.segment.fields[field].docs(number, np.int64)
        return docs


class Runs:
    """Looks for runs of characters in one segment."""

    def __init__(self, lists: Lists, sets: Universe) -> None:
        self._lists, self._sets, self._segment = lists, sets, lists.segment

    def paragraphs(self, needle: Needle) -> Array:
        """The paragraphs where a needle stands (int64, ascending)."""
        docs, positions = self._occurrences(needle.text, needle.left_boundary or needle.right_boundary)
        if positions is None or not len(docs):
            return docs
        length = len(needle.text)
        if needle.left_boundary:
            run = _run_at_start(needle.text)
            begins = [(run[:k], 0) for k in range(1, len(run) + 1)]
            kept = self._token_stands(
                begins, docs, positions, run if len(run) == length and not needle.right_boundary else ""
            )
            docs, positions = docs[kept], positions[kept]
        if needle.right_boundary:
            run = _run_at_start(needle.text[::-1])[::-1]
            kept = self._token_stands([(run[-k:], length - k) for k in range(1, len(run) + 1)], docs, positions)
            docs = docs[kept]
        return without_repeats(docs if len(needle.text) > 1 else np.sort(docs))

    def _occurrences(self, text: str, with_positions: bool) -> tuple[Array, Array | None]:
        """The paragraphs that hold a folded text (int64); one entry an occurrence, with its position (int64), where those are asked for."""
        postings = self._segment.fields["chars"]
        if not text:
            return NONE, None
        if len(text) == 1:
            first, last = postings.vocabulary.prefixed(text.encode())
            if not with_positions:
                return self._sets.distinct(postings.rows(first, last).astype(np.int64)), None
            docs, positions = postings.all_positions(first, last)
            return docs.astype(np.int64), positions.astype(np.int64)
        offsets = list(range(0, len(text) - 1, 2))
        if offsets[-1] != len(text) - 2:
            offsets.append(len(text) - 2)
        terms = []
        for offset in offsets:
            number = postings.vocabulary.find(text[offset : offset + 2].encode())
            if number < 0:
                return NONE, NONE if with_positions else None
            terms.append((postings.document_frequency(number), number, offset))
        if len(terms) == 1 and not with_positions:
            return self._lists.of("chars", terms[0][1]), None
        terms.sort()
        docs = self._lists.of("chars", terms[0][1])
        for _, number, _ in terms[1:]:
            docs = self._sets.both(docs, self._lists.of("chars", number))
        return self._adjacent(postings, docs, [(number, offset) for _, number, offset in terms], with_positions)

    def _adjacent(
        self, postings: Postings, docs: Array, terms: Sequence[tuple[int, int]], with_positions: bool
    ) -> tuple[Array, Array | None]:
        """Of paragraphs that have all terms, the occurrences where each term stands at its offset from the first."""
        keys: Array | None = None
        for number, offset in terms:
            begin, _ = postings.span(number)
            which, positions = postings.positions_of(begin + self._sets.places(docs, self._lists.of("chars", number)))
            found = (which << 16) + positions.astype(np.int64) - offset
            found = found[positions >= offset]
            keys = found if keys is None else keys[located(found, keys)[1]]
        assert keys is not None
        hits = docs[keys >> 16]
        return (hits, keys & 0xFFFF) if with_positions else (without_repeats(hits), None)

    def _token_stands(
        self, tokens: Sequence[tuple[str, int]], docs: Array, positions: Array, prefix: str = ""
    ) -> Array:
        """At which occurrences (bool) one of these tokens begins, each at its offset from the occurrence, or one that begins with `prefix`."""
        postings = self._segment.fields["words"]
        occurrences = (docs << 17) + positions
        kept = np.zeros(len(docs), bool)
        for token, offset in tokens:
            number = postings.vocabulary.find(token.encode())
            if number >= 0:
                begin, end = postings.span(number)
                own = self._lists.of("words", number)
                chosen = (
                    np.arange(begin, end)
                    if len(own) <= len(docs)
                    else begin + np.flatnonzero(self._sets.membership(own, without_repeats(np.sort(docs))))
                )
                which, where = postings.positions_of(chosen)
                keys = (own[chosen - begin][which] << 17) + where.astype(np.int64) - offset
                kept |= located(keys, occurrences)[1]
        if prefix:
            own, where = postings.all_positions(*postings.vocabulary.prefixed(prefix.encode()))
            kept |= np.isin(occurrences, (own.astype(np.int64) << 17) + where)
        return kept


def _run_at_start(text: str) -> str:
    run = LATIN_RUN.match(text)
    return run.group() if run else ""
