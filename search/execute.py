"""A Whoosh query tree executed over the arrays of a segment.

Every node becomes ascending paragraph numbers (int64, with which arrays are indexed fastest) and, where asked for, their scores (float32). What is not known here is asked
of the stock matcher. Scores of an `AndMaybe` are gathered for the required paragraphs only.
"""
from __future__ import annotations

from collections.abc import Sequence as Many
from dataclasses import dataclass
from typing import Any

import numpy as np
from whoosh import query

from index.arrays import Array
from index.segment import Segment
from search.nodes import DateQuery, FacetQuery, Sequence, Titled, TitleQuery
from search.runs import Lists, Runs
from search.scoring import FieldScores, Statistics
from search.sets import NONE, Universe, located
from search.tally import Buffers, Tally

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
        self.buffers = Buffers(segment.paragraphs)
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
    """One query on one segment."""

    def __init__(self, executor: Executor) -> None:
        self.executor = executor
        self.segment, self.statistics, self.leaf = executor.segment, executor.statistics, executor.leaf
        self._sets = Universe(self.segment.paragraphs)
        self._lists = Lists(self.segment)
        self._runs = Runs(self._lists, self._sets)

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
            return self._runs.paragraphs(node.needle)
        if isinstance(node, TitleQuery):
            titles = self._runs.paragraphs(node.needle)
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
        return np.array([doc for doc, _ in pairs], np.int64), np.array([score for _, score in pairs], np.float32)

    def _term_docs(self, field: str, term: bytes) -> Array:
        number = self.segment.fields[field].vocabulary.find(term)
        return NONE if number < 0 else self._lists.of(field, number)

    def _intersect(self, wanted: Many[Any], unwanted: Many[Any]) -> Array:
        found = sorted((self._docs(node) for node in wanted), key=len)
        docs = found[0] if found else self._sets.all()
        for other in found[1:]:
            docs = self._sets.both(docs, other)
        for node in unwanted:
            docs = self._sets.without(docs, self._docs(node))
        return docs

    def _phrase(self, node: Any) -> Array:
        """Words within `slop` positions of each other, in order, as Whoosh's SpanNear2 has it."""
        postings = self.segment.fields[node.fieldname]
        numbers = [postings.vocabulary.find(_bytes(word)) for word in node.words]
        if not numbers or min(numbers) < 0:
            return NONE
        docs = self._lists.of(node.fieldname, numbers[0])
        for number in numbers[1:]:
            docs = self._sets.both(docs, self._lists.of(node.fieldname, number))
        if not len(docs) or len(numbers) == 1:
            return docs
        reached: Array | None = None
        for number in numbers:
            which, positions = postings.positions_of(postings.span(number)[0] + self._sets.places(docs, self._lists.of(node.fieldname, number)))
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
        tally = Tally(docs, self.executor.buffers)
        if len(docs):
            self._add_score(node, tally, 1.0, whole)
        return tally.close()

    def _add_score(self, node: Any, tally: Tally, boost: float, whole: bool) -> None:
        if isinstance(node, query.Term):
            self._add_term(node.fieldname, _bytes(node.text), tally, boost * node.boost)
        elif isinstance(node, Titled):
            self._add_titled(node, tally, boost)
        elif isinstance(node, query.Or) and not node.minmatch:
            for sub in node.subqueries:
                self._add_score(sub, tally, boost * _own_boost(node), whole and len(node.subqueries) == 1)
        elif isinstance(node, (query.Prefix, query.Wildcard, query.TermRange)):
            for term in node._btexts(self.leaf.reader()):
                self._add_term(node.fieldname, term, tally, boost * node.boost)
        elif node == query.NullQuery or (isinstance(node, query.ConstantScoreQuery) and not node.score):
            pass
        elif not whole and isinstance(node, (query.And, query.AndMaybe, query.AndNot, query.Not, query.Require, query.Phrase, query.ConstantScoreQuery,
                                             *OURS)):
            there = self._sets.membership(tally.docs, self._docs(node))
            tally.total[there] += np.float32(boost) * self._score(node, tally.docs[there], True)
        elif isinstance(node, query.And):
            for sub in node.subqueries:
                self._add_score(sub, tally, boost * _own_boost(node), True)
        elif isinstance(node, query.AndMaybe):
            self._add_score(node.a, tally, boost, True)
            self._add_score(node.b, tally, boost, False)
        elif isinstance(node, (query.AndNot, query.Require)):
            self._add_score(node.a, tally, boost, True)
        elif isinstance(node, query.Phrase):
            for word in node.words:
                self._add_term(node.fieldname, _bytes(word), tally, boost * node.boost)
        elif isinstance(node, query.Not):
            tally.total += np.float32(boost)
        elif isinstance(node, (query.ConstantScoreQuery, *OURS)) or (isinstance(node, query.Every) and node.fieldname is None):
            tally.total += np.float32(boost * getattr(node, "score", getattr(node, "boost", 1.0)))
        else:
            found, scores = self._stock(node)
            where, there = located(found, tally.docs)
            tally.total[there] += np.float32(boost) * scores[where[there]]

    def _add_titled(self, node: Titled, tally: Tally, boost: float) -> None:
        """Paragraphs and the titles of their articles are scored together: they have the same terms."""
        docs = tally.docs
        titles = self.segment.title_of_article.take(self.segment.column("article").take(docs))
        titled = (titles >= 0).nonzero()[0]
        scores = self._score(node.child, np.concatenate((docs, titles[titled])) if len(titled) else docs, False)
        tally.total += np.float32(boost) * scores[:len(docs)]
        if len(titled):
            tally.total[titled] += np.float32(boost * node.weight) * scores[len(docs):]

    def _add_term(self, field: str, term: bytes, tally: Tally, boost: float) -> None:
        postings = self.segment.fields[field]
        number = postings.vocabulary.find(term)
        if number >= 0:
            weight = np.float32(boost * self.statistics.idf(field, term, self.segment, number))
            tally.add_term(postings, number, self._lists.of(field, number), self.executor.field_scores(field), weight)


def _own_boost(node: Any) -> float:
    # Whoosh forgets the boost of a compound query that has a single part
    return float(node.boost) if len(node.subqueries) > 1 else 1.0


def _bytes(term: Any) -> bytes:
    return term if isinstance(term, bytes) else str(term).encode()


