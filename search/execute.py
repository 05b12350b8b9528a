"""A Whoosh query tree executed over the arrays of a segment.

Every node becomes ascending paragraph numbers (uint32) and, where asked for, their scores (float32). What is not known here is asked
of the stock matcher. Scores of an `AndMaybe` are gathered for the required paragraphs only.
"""
from __future__ import annotations

from collections.abc import Sequence as Many
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from whoosh import query

from index.analysis import LATIN_RUN
from index.arrays import Array
from index.postings import Postings
from index.segment import Segment
from search.marks import Needle
from search.nodes import DateQuery, FacetQuery, Sequence, TitleBonus, TitleQuery
from search.scoring import FieldScores, Statistics
from search.sets import NONE, SPARSE, Universe, located, without_repeats

OURS = (Sequence, FacetQuery, DateQuery, TitleQuery)


@dataclass(frozen=True)
class Matches:
    """Paragraphs in ascending order, and their scores where they were asked for."""

    docs: Array
    scores: Array | None = None


class Executor:
    """Runs queries on one segment. `leaf` is Whoosh's searcher on it, for the nodes that only Whoosh knows."""

    def __init__(self, segment: Segment, statistics: Statistics, leaf: Any = None) -> None:
        self.segment, self.statistics, self.leaf = segment, statistics, leaf
        self._scores: dict[str, FieldScores] = {}

    def run(self, node: query.Query, scored: bool = True) -> Matches:
        """The live paragraphs that meet the query."""
        found = _Run(self).evaluate(node, scored)
        if self.segment.live is not None:
            kept = self.segment.live[found.docs]
            found = Matches(found.docs[kept], None if found.scores is None else found.scores[kept])
        return found

    def field_scores(self, field: str) -> FieldScores:
        """Made when a field is first scored; two threads that make it at once make the same."""
        if field not in self._scores:
            self._scores[field] = FieldScores(self.segment.fields[field].lengths, self.statistics.average[field])
        return self._scores[field]


class _Run:
    """One query on one segment. Lists of paragraphs are decoded once, so that the same list is the same object."""

    def __init__(self, executor: Executor) -> None:
        self.executor = executor
        self.segment, self.statistics, self.leaf = executor.segment, executor.statistics, executor.leaf
        self._sets = Universe(self.segment.paragraphs)
        self._lists: dict[tuple[str, int], Array] = {}
        self._terms: dict[tuple[str, bytes], tuple[int, np.float32]] = {}
        self._gains: dict[tuple[str, int], Array] = {}

    def evaluate(self, node: query.Query, scored: bool) -> Matches:
        if isinstance(node, query.AndMaybe):
            return self._and_maybe(node, scored)
        docs = self._docs(node)
        return Matches(docs, self._score(node, docs, True) if scored else None)

    def _and_maybe(self, node: Any, scored: bool) -> Matches:
        required = self.evaluate(node.a, scored)
        if not scored or required.scores is None:
            return Matches(required.docs)
        return Matches(required.docs, required.scores + self._score(node.b, required.docs, False))

    # --- which paragraphs ---

    def _docs(self, node: Any) -> Array:
        """The paragraphs that meet a node, deleted ones among them."""
        if isinstance(node, query.Term):
            return self._term_docs(node.fieldname, _bytes(node.text))
        if isinstance(node, query.And):
            return self._intersect([sub for sub in node.subqueries if not isinstance(sub, query.Not)],
                                   [sub.query for sub in node.subqueries if isinstance(sub, query.Not)])
        if isinstance(node, query.Or) and not node.minmatch:
            return self._sets.union([self._docs(sub) for sub in node.subqueries])
        if isinstance(node, query.Not):
            return self._sets.without(self._sets.all(), self._docs(node.query))
        if isinstance(node, query.AndNot):
            return self._sets.without(self._docs(node.a), self._docs(node.b))
        if isinstance(node, query.Require):
            return self._sets.both(self._docs(node.a), self._docs(node.b))
        if isinstance(node, query.AndMaybe):
            return self._docs(node.a)
        if isinstance(node, query.ConstantScoreQuery):
            return self._docs(node.child)
        if isinstance(node, query.Every) and node.fieldname is None:
            return self._sets.all()
        if isinstance(node, Sequence):
            return self.sequence(node.needle)
        if isinstance(node, TitleQuery):
            titles = self.sequence(node.needle)
            return node.docs(self.segment, titles[self.segment.column("title")[titles] == 1])
        if isinstance(node, (FacetQuery, DateQuery)):
            return node.docs(self.segment)
        if isinstance(node, query.Phrase):
            return self._phrase(node)
        if isinstance(node, (query.Prefix, query.Wildcard, query.TermRange)):
            return self._sets.union([self._term_docs(node.fieldname, term) for term in node._btexts(self.leaf.reader())])
        if node == query.NullQuery:
            return NONE
        return self._stock(node)[0]

    def _stock(self, node: Any) -> tuple[Array, Array]:
        """What the stock matcher finds: paragraphs and scores."""
        matcher = node.matcher(self.leaf, self.leaf.context())
        pairs = []
        while matcher.is_active():
            pairs.append((matcher.id(), matcher.score()))
            matcher.next()
        return np.array([doc for doc, _ in pairs], np.uint32), np.array([score for _, score in pairs], np.float32)

    def _term_docs(self, field: str, term: bytes) -> Array:
        number = self.segment.fields[field].vocabulary.find(term)
        return NONE if number < 0 else self._list(field, number)

    def _list(self, field: str, number: int) -> Array:
        """The paragraphs of a term."""
        if (docs := self._lists.get((field, number))) is None:
            docs = self._lists[field, number] = self.segment.fields[field].docs(number)
        return docs

    def _intersect(self, wanted: Many[Any], unwanted: Many[Any]) -> Array:
        found = sorted((self._docs(node) for node in wanted), key=len)
        docs = found[0] if found else self._sets.all()
        for other in found[1:]:
            docs = self._sets.both(docs, other)
        for node in unwanted:
            docs = self._sets.without(docs, self._docs(node))
        return docs

    # --- runs of characters ---

    def sequence(self, needle: Needle) -> Array:
        """The paragraphs where a folded text stands in a row."""
        docs, positions = self._occurrences(needle.text, needle.left_boundary or needle.right_boundary)
        if positions is None or not len(docs):
            return docs
        length = len(needle.text)
        if needle.left_boundary:
            run = _run_at_start(needle.text)
            starts = [(run[:k], 0) for k in range(1, len(run) + 1)]
            kept = self._token_stands(starts, docs, positions, run if len(run) == length and not needle.right_boundary else "")
            docs, positions = docs[kept], positions[kept]
        if needle.right_boundary:
            run = _run_at_start(needle.text[::-1])[::-1]
            kept = self._token_stands([(run[-k:], length - k) for k in range(1, len(run) + 1)], docs, positions)
            docs = docs[kept]
        return without_repeats(docs) if len(needle.text) > 1 else np.unique(docs)

    def _occurrences(self, text: str, with_positions: bool) -> tuple[Array, Array | None]:
        """The paragraphs that hold a folded text (uint32); one entry an occurrence, with its position (int64), where those are asked for."""
        postings = self.segment.fields["chars"]
        if not text:
            return NONE, None
        if len(text) == 1:
            first, last = postings.vocabulary.prefixed(text.encode())
            if not with_positions:
                return self._sets.distinct(postings.rows(first, last)), None
            docs, positions = postings.all_positions(first, last)
            return docs, positions.astype(np.int64)
        offsets = list(range(0, len(text) - 1, 2))
        if offsets[-1] != len(text) - 2:
            offsets.append(len(text) - 2)
        terms = []
        for offset in offsets:
            number = postings.vocabulary.find(text[offset:offset + 2].encode())
            if number < 0:
                return NONE, NONE.astype(np.int64) if with_positions else None
            terms.append((postings.document_frequency(number), number, offset))
        if len(terms) == 1 and not with_positions:
            return self._list("chars", terms[0][1]), None
        terms.sort()
        docs = self._list("chars", terms[0][1])
        for _, number, _ in terms[1:]:
            docs = self._sets.both(docs, self._list("chars", number))
        return self._adjacent(postings, docs, [(number, offset) for _, number, offset in terms], with_positions)

    def _adjacent(self, postings: Postings, docs: Array, terms: Many[tuple[int, int]], with_positions: bool) -> tuple[Array, Array | None]:
        """Of paragraphs that have all terms, the occurrences where each term stands at its offset from the first."""
        keys: Array | None = None
        for number, offset in terms:
            begin, _ = postings.span(number)
            own = self._list("chars", number)
            where = np.arange(len(own)) if len(own) == len(docs) else np.searchsorted(own, docs)
            which, positions = postings.positions_of(begin + where)
            found = (which << 16) + positions.astype(np.int64) - offset
            found = found[positions >= offset]
            keys = found if keys is None else keys[located(found, keys)[1]]
        assert keys is not None
        hits = docs[keys >> 16]
        return (hits, keys & 0xFFFF) if with_positions else (without_repeats(hits), None)

    def _token_stands(self, tokens: Many[tuple[str, int]], docs: Array, positions: Array, prefix: str = "") -> Array:
        """At which occurrences (bool) one of these tokens begins, each at its offset from the occurrence, or one that begins with `prefix`."""
        postings = self.segment.fields["words"]
        occurrences = (docs.astype(np.int64) << 17) + positions
        kept = np.zeros(len(docs), bool)
        for token, offset in tokens:
            number = postings.vocabulary.find(token.encode())
            if number >= 0:
                begin, end = postings.span(number)
                own = self._list("words", number)
                chosen = np.arange(begin, end) if len(own) <= len(docs) else begin + np.flatnonzero(self._sets.membership(own, without_repeats(np.sort(docs))))
                which, where = postings.positions_of(chosen)
                keys = (own[chosen - begin].astype(np.int64)[which] << 17) + where.astype(np.int64) - offset
                kept |= located(keys, occurrences)[1]
        if prefix:
            own, where = postings.all_positions(*postings.vocabulary.prefixed(prefix.encode()))
            kept |= np.isin(occurrences, (own.astype(np.int64) << 17) + where)
        return kept

    def _phrase(self, node: Any) -> Array:
        """Words within `slop` positions of each other, in order, as Whoosh's SpanNear2 has it."""
        postings = self.segment.fields[node.fieldname]
        numbers = [postings.vocabulary.find(_bytes(word)) for word in node.words]
        if not numbers or min(numbers) < 0:
            return NONE
        docs = self._list(node.fieldname, numbers[0])
        for number in numbers[1:]:
            docs = self._sets.both(docs, self._list(node.fieldname, number))
        if not len(docs) or len(numbers) == 1:
            return docs
        reached: Array | None = None
        for number in numbers:
            which, positions = postings.positions_of(postings.span(number)[0] + np.searchsorted(self._list(node.fieldname, number), docs))
            keys = (which << 17) + positions.astype(np.int64)
            if reached is not None:
                if not len(reached):
                    return NONE
                before = np.searchsorted(reached, keys)
                nearest = reached[np.maximum(before - 1, 0)]
                keys = keys[(before > 0) & (keys - nearest <= node.slop) & (keys >> 17 == nearest >> 17)]
            reached = keys
        assert reached is not None
        return docs[np.unique(reached >> 17)]

    # --- scores ---

    def _score(self, node: Any, docs: Array, whole: bool) -> Array:
        """The scores (float32) that a node gives these paragraphs, 0 where it does not match. With `whole` it is known to match all."""
        total = np.zeros(len(docs), np.float32)
        if len(docs):
            self._add_score(node, docs, total, 1.0, whole)
        return total

    def _add_score(self, node: Any, docs: Array, total: Array, boost: float, whole: bool) -> None:
        if isinstance(node, query.Term):
            self._add_term(node.fieldname, _bytes(node.text), docs, total, boost * node.boost)
        elif isinstance(node, TitleBonus):
            self._add_title(node, docs, total, boost)
        elif isinstance(node, query.Or) and not node.minmatch:
            for sub in node.subqueries:
                self._add_score(sub, docs, total, boost * _own_boost(node), whole and len(node.subqueries) == 1)
        elif isinstance(node, (query.Prefix, query.Wildcard, query.TermRange)):
            for term in node._btexts(self.leaf.reader()):
                self._add_term(node.fieldname, term, docs, total, boost * node.boost)
        elif node == query.NullQuery or (isinstance(node, query.ConstantScoreQuery) and not node.score):
            pass
        elif not whole and isinstance(node, (query.And, query.AndMaybe, query.AndNot, query.Not, query.Require, query.Phrase, query.ConstantScoreQuery,
                                             *OURS)):
            there = self._sets.membership(docs, self._docs(node))
            part = np.zeros(np.count_nonzero(there), np.float32)
            self._add_score(node, docs[there], part, boost, True)
            total[there] += part
        elif isinstance(node, query.And):
            for sub in node.subqueries:
                self._add_score(sub, docs, total, boost * _own_boost(node), True)
        elif isinstance(node, query.AndMaybe):
            self._add_score(node.a, docs, total, boost, True)
            self._add_score(node.b, docs, total, boost, False)
        elif isinstance(node, (query.AndNot, query.Require)):
            self._add_score(node.a, docs, total, boost, True)
        elif isinstance(node, query.Phrase):
            for word in node.words:
                self._add_term(node.fieldname, _bytes(word), docs, total, boost * node.boost)
        elif isinstance(node, query.Not):
            total += np.float32(boost)
        elif isinstance(node, (query.ConstantScoreQuery, *OURS)) or (isinstance(node, query.Every) and node.fieldname is None):
            total += np.float32(boost * getattr(node, "score", getattr(node, "boost", 1.0)))
        else:
            found, scores = self._stock(node)
            where, there = located(found, docs)
            total[there] += np.float32(boost) * scores[where[there]]

    def _add_title(self, node: TitleBonus, docs: Array, total: Array, boost: float) -> None:
        """Adds the score of the title to all paragraphs of its article."""
        titles, articles = self.segment.title_paragraphs, self.segment.column("article")
        scores = self._score(node.child, titles, False)
        telling = np.flatnonzero(scores)
        if len(telling):
            of_article = np.zeros(self.segment.articles, np.float32)
            np.maximum.at(of_article, articles[titles[telling]], scores[telling])
            total += np.float32(boost * node.weight) * of_article[articles[docs]]

    def _add_term(self, field: str, term: bytes, docs: Array, total: Array, boost: float) -> None:
        number, idf = self._term(field, term)
        if number < 0:
            return
        own = self._list(field, number)
        if len(docs) * SPARSE < len(own) and (field, number) not in self._gains:
            self._add_few(field, number, docs, total, np.float32(boost) * idf)
            return
        gains = self._term_gains(field, number, idf)
        if boost != 1:
            gains = gains * np.float32(boost)
        if own is docs or (len(own) == len(docs) and np.array_equal(own, docs)):
            total += gains
        elif len(own) * SPARSE < len(docs):
            where, there = located(docs, own)
            total[where[there]] += gains[there]
        elif len(docs) * SPARSE < len(own):
            where, there = located(own, docs)
            total[there] += gains[where[there]]
        else:
            self._dense[own] = gains
            total += self._dense[docs]
            self._dense[own] = 0

    def _add_few(self, field: str, number: int, docs: Array, total: Array, weight: np.float32) -> None:
        """The same for so few paragraphs that only their postings are looked at."""
        postings = self.segment.fields[field]
        where, there = located(self._list(field, number), docs)
        chosen = postings.span(number)[0] + where[there]
        frequency = postings.position_starts(chosen + 1) - postings.position_starts(chosen)
        repeated = np.flatnonzero(frequency > 1)
        total[there] += weight * self.executor.field_scores(field).gains(docs[there], repeated, frequency[repeated].astype(np.float32))

    def _term(self, field: str, term: bytes) -> tuple[int, np.float32]:
        """The number of a term, -1 where the segment has none, and its inverse document frequency."""
        if (known := self._terms.get((field, term))) is None:
            number = self.segment.fields[field].vocabulary.find(term)
            idf = self.statistics.idf(field, term, self.segment, number) if number >= 0 else 0.0
            known = self._terms[field, term] = number, np.float32(idf)
        return known

    def _term_gains(self, field: str, number: int, idf: np.float32) -> Array:
        """idf · (δ + tf / (tf + norm)) of all postings of a term (float32). A title is scored by the same terms as its paragraphs."""
        if (gains := self._gains.get((field, number))) is None:
            place, extra = self.segment.fields[field].repeats(*self.segment.fields[field].span(number))
            gains = self.executor.field_scores(field).gains(self._list(field, number), place, (extra + 1).astype(np.float32))
            gains *= idf
            self._gains[field, number] = gains
        return gains

    @cached_property
    def _dense(self) -> Array:
        """A score for every paragraph (float32), all 0 between two uses."""
        return np.zeros(self.segment.paragraphs, np.float32)


def _own_boost(node: Any) -> float:
    # Whoosh forgets the boost of a compound query that has a single part
    return float(node.boost) if len(node.subqueries) > 1 else 1.0


def _run_at_start(text: str) -> str:
    run = LATIN_RUN.match(text)
    return run.group() if run else ""


def _bytes(term: Any) -> bytes:
    return term if isinstance(term, bytes) else str(term).encode()


