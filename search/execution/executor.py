"""A Whoosh query tree executed over the arrays of a segment.

Every node becomes ascending paragraph numbers (int64, with which arrays are indexed fastest); scores (float32) are made afterwards, of
those paragraphs that they are asked for. What is not known here is asked of the stock matcher.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from whoosh import query

from juanzong.index.store.segment import Segment
from juanzong.index.vectors import Array, unique
from juanzong.search import budget
from juanzong.search.execution.nodes import (
    AddedQuery,
    DateQuery,
    FacetQuery,
    FirstQuery,
    MentionedQuery,
    RunQuery,
    Titled,
    TitleQuery,
)
from juanzong.search.execution.scoring import Buffers, FieldScores, ScoredTerm, ScoreSum, Statistics, scores_everywhere
from juanzong.search.execution.sequences import Lists, Runs
from juanzong.search.execution.sets import NONE, Universe, located
from juanzong.search.execution.surroundings import Surroundings

# terms whose lists are on average less than this many times longer than what is scored are scored wherever they stand
DENSE = 5
OURS = (RunQuery, FacetQuery, DateQuery, TitleQuery, MentionedQuery, AddedQuery, FirstQuery)


class Scores:
    """What a query scores in the paragraphs that meet it. The score of a paragraph does not depend on the others that it is asked for with."""

    def __init__(self, run: _Run, node: query.Query) -> None:
        self._run, self._node = run, node

    def of(self, docs: Array) -> Array:
        """The scores (float32) of some paragraphs (int64, in any order)."""
        return self._run.score(self._node, docs, True)

    def added(self, docs: Array) -> Array:
        """What the second stage adds to the scores of some paragraphs (`docs`: int64, fastest where they ascend; float64)."""
        return self._run.added(self._node, docs)


@dataclass(frozen=True)
class Matches:
    """Paragraphs in ascending order, and their scores where they were asked for."""

    docs: Array
    scores: Scores | None = None


class Executor:
    """Runs queries on one segment. `leaf` is Whoosh's searcher on it, for the nodes that only Whoosh knows."""

    def __init__(self, segment: Segment, statistics: Statistics, leaf: Any = None) -> None:
        self.segment, self.statistics, self.leaf = segment, statistics, leaf
        self.buffers = Buffers(segment.paragraphs)
        self._scores: dict[str, FieldScores] = {}
        self._surroundings: Surroundings | None = None

    def run(self, node: query.Query, scored: bool = True) -> Matches:
        """The live paragraphs that meet the query."""
        run = _Run(self)
        docs = run.docs(node)
        if self.segment.live is not None:
            docs = docs[self.segment.live[docs]]
        return Matches(docs, Scores(run, node) if scored else None)

    def field_scores(self, field: str) -> FieldScores:
        """Made when a field is first scored; two threads that make it at once make the same."""
        if field not in self._scores:
            self._scores[field] = FieldScores(self.segment.fields[field].lengths, self.statistics.average[field])
        return self._scores[field]

    def surroundings(self) -> Surroundings:
        """Made when a query is first ranked again; two threads that make it at once make the same."""
        if self._surroundings is None:
            self._surroundings = Surroundings(self.segment, self.statistics)
        return self._surroundings


class _Run:
    """One query on one segment."""

    def __init__(self, executor: Executor) -> None:
        self.executor = executor
        self.segment, self.statistics, self.leaf = executor.segment, executor.statistics, executor.leaf
        self.sets = Universe(self.segment.paragraphs)
        self._lists = Lists(self.segment)
        self._runs = Runs(self._lists, self.sets)
        self._terms: dict[tuple[str, bytes, float], ScoredTerm | None] = {}
        self._terms_of_node: dict[int, list[ScoredTerm] | None] = {}

    # --- which paragraphs ---

    def docs(self, node: Any) -> Array:
        """The paragraphs that meet a node, deleted ones among them. Raises OverBudget."""
        budget.require()
        if isinstance(node, query.Term):
            return self._term_docs(node.fieldname, _bytes(node.text))
        if isinstance(node, query.And):
            return self._intersect(
                [sub for sub in node.subqueries if not isinstance(sub, query.Not)],
                [sub.query for sub in node.subqueries if isinstance(sub, query.Not)],
            )
        if isinstance(node, query.Or) and not node.minmatch:
            return self.sets.union([self.docs(sub) for sub in node.subqueries])
        if isinstance(node, query.Not):
            return self.sets.without(self.sets.all(), self.docs(node.query))
        if isinstance(node, query.AndNot):
            return self.sets.without(self.docs(node.a), self.docs(node.b))
        if isinstance(node, query.Require):
            return self.sets.both(self.docs(node.a), self.docs(node.b))
        if isinstance(node, query.AndMaybe):
            return self.docs(node.a)
        if isinstance(node, query.ConstantScoreQuery):
            return self.docs(node.child)
        if isinstance(node, query.Every) and node.fieldname is None:
            return self.sets.all()
        if isinstance(node, RunQuery):
            return self._runs.paragraphs(node.needle)
        if isinstance(node, TitleQuery):
            titles = self._runs.paragraphs(node.needle)
            return node.docs(self.segment, titles[self.segment.column("title")[titles] == 1])
        if isinstance(node, (FacetQuery, DateQuery, MentionedQuery, AddedQuery, FirstQuery)):
            return node.docs(self.segment)
        if isinstance(node, query.Phrase):
            return self._phrase(node)
        if isinstance(node, (query.Prefix, query.Wildcard, query.TermRange)):
            return self.sets.union([self._term_docs(node.fieldname, term) for term in node._btexts(self.leaf.reader())])
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

    def _intersect(self, wanted: Sequence[Any], unwanted: Sequence[Any]) -> Array:
        found = sorted((self.docs(node) for node in wanted), key=len)
        docs = found[0] if found else self.sets.all()
        for other in found[1:]:
            docs = self.sets.both(docs, other)
        for node in unwanted:
            docs = self.sets.without(docs, self.docs(node))
        return docs

    def _phrase(self, node: Any) -> Array:
        """Words within `slop` positions of each other, in order, as Whoosh's SpanNear2 has it."""
        postings = self.segment.fields[node.fieldname]
        numbers = [postings.vocabulary.find(_bytes(word)) for word in node.words]
        if not numbers or min(numbers) < 0:
            return NONE
        docs = self._lists.of(node.fieldname, numbers[0])
        for number in numbers[1:]:
            docs = self.sets.both(docs, self._lists.of(node.fieldname, number))
        if not len(docs) or len(numbers) == 1:
            return docs
        reached: Array | None = None
        for number in numbers:
            which, positions = postings.positions_of(
                postings.span(number)[0] + self.sets.places(docs, self._lists.of(node.fieldname, number))
            )
            keys = (which << 17) + positions.astype(np.int64)
            if reached is not None:
                if not len(reached):
                    return NONE
                before = np.searchsorted(reached, keys)
                nearest = reached[np.maximum(before - 1, 0)]
                keys = keys[(before > 0) & (keys - nearest <= node.slop) & (keys >> 17 == nearest >> 17)]
            reached = keys
        assert reached is not None
        return docs[unique(reached >> 17)]

    # --- scores ---

    def score(self, node: Any, docs: Array, whole: bool) -> Array:
        """The scores (float32) that a node gives these paragraphs, 0 where it does not match. With `whole` it is known to match all."""
        tally = ScoreSum(docs, self.executor.buffers)
        if len(docs):
            self._add_score(node, tally, 1.0, whole)
        return tally.total

    def _add_score(self, node: Any, tally: ScoreSum, boost: float, whole: bool) -> None:
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
        elif not whole and isinstance(
            node,
            (
                query.And,
                query.AndMaybe,
                query.AndNot,
                query.Not,
                query.Require,
                query.Phrase,
                query.ConstantScoreQuery,
                *OURS,
            ),
        ):
            there = self.sets.membership(tally.docs, self.docs(node))
            tally.total[there] += np.float32(boost) * self.score(node, tally.docs[there], True)
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
        elif isinstance(node, (query.ConstantScoreQuery, *OURS)) or (
            isinstance(node, query.Every) and node.fieldname is None
        ):
            tally.total += np.float32(boost * getattr(node, "score", getattr(node, "boost", 1.0)))
        else:
            found, scores = self._stock(node)
            where, there = located(found, tally.docs)
            tally.total[there] += np.float32(boost) * scores[where[there]]

    def _add_titled(self, node: Titled, tally: ScoreSum, boost: float) -> None:
        """Paragraphs and the titles of their articles are scored together: they have the same terms."""
        docs, articles = tally.docs, self.segment.column("article").take(tally.docs)
        own = self._own_weights(docs, boost, node.own)
        terms = self._terms_of(node.child)
        if terms is not None and len(self.segment.titles) + sum(len(term.docs) for term in terms) < DENSE * len(
            docs
        ) * len(terms):
            of_article = np.zeros(self.segment.articles, np.float32)
            scores, of_article[self.segment.titled] = scores_everywhere(
                terms, (docs, self.segment.titles), self.executor.buffers
            )
            tally.total += own * scores
            tally.total += np.float32(boost * node.weight) * of_article.take(articles)
            return
        titles = self.segment.title_of_article.take(articles)
        titled = (titles >= 0).nonzero()[0]
        both = ScoreSum(np.concatenate((docs, titles[titled])) if len(titled) else docs, self.executor.buffers)
        if terms is None:
            self._add_score(node.child, both, 1.0, False)
        else:
            for term in terms:
                both.add_term(term)
        tally.total += own * both.total[: len(docs)]
        if len(titled):
            tally.total[titled] += np.float32(boost * node.weight) * both.total[len(docs) :]

    def _own_weights(self, docs: Array, boost: float, of_titles: float) -> Array:
        """What to multiply the paragraphs' own scores with (float32): one number, or one each."""
        if of_titles == 1:
            return np.array(boost, np.float32)
        weights = np.array((boost, boost * of_titles), np.float32)
        return weights.take(self.segment.column("title").take(docs))

    def added(self, node: Any, docs: Array) -> Array:
        """What the articles of paragraphs and the paragraphs before them add to their scores (float64)."""
        terms = (
            self._terms_of(node.b.child) if isinstance(node, query.AndMaybe) and isinstance(node.b, Titled) else None
        )
        if not terms or not len(docs):
            return np.zeros(len(docs))
        return self.executor.surroundings().added(terms, docs)

    def _terms_of(self, node: Any) -> list[ScoredTerm] | None:
        """The terms that a node is made of, where it is nothing but terms of which any may be there."""
        # the tree outlives the run, so that no other node has the number of one of its nodes
        if id(node) not in self._terms_of_node:
            self._terms_of_node[id(node)] = self._found_terms(node)
        return self._terms_of_node[id(node)]

    def _found_terms(self, node: Any) -> list[ScoredTerm] | None:
        boost, nodes = (
            (_own_boost(node), node.subqueries) if isinstance(node, query.Or) and not node.minmatch else (1.0, [node])
        )
        if not all(isinstance(sub, query.Term) for sub in nodes):
            return None
        return [
            term
            for sub in nodes
            if (term := self._term(sub.fieldname, _bytes(sub.text), boost * sub.boost)) is not None
        ]

    def _add_term(self, field: str, text: bytes, tally: ScoreSum, boost: float) -> None:
        if (term := self._term(field, text, boost)) is not None:
            tally.add_term(term)

    def _term(self, field: str, text: bytes, boost: float) -> ScoredTerm | None:
        """A term ready to be scored, None where the segment does not have it."""
        if (field, text, boost) not in self._terms:
            self._terms[field, text, boost] = self._found_term(field, text, boost)
        return self._terms[field, text, boost]

    def _found_term(self, field: str, text: bytes, boost: float) -> ScoredTerm | None:
        budget.require()
        postings = self.segment.fields[field]
        number = postings.vocabulary.find(text)
        if number < 0:
            return None
        weight = np.float32(boost * self.statistics.idf(field, text, self.segment, number))
        docs = self._lists.of(field, number)
        return ScoredTerm(field, postings, number, docs, self.executor.field_scores(field), weight)


def _own_boost(node: Any) -> float:
    # Whoosh forgets the boost of a compound query that has a single part
    return float(node.boost) if len(node.subqueries) > 1 else 1.0


def _bytes(term: Any) -> bytes:
    return term if isinstance(term, bytes) else str(term).encode()
