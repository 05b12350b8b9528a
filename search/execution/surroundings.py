"""What stands around paragraphs of one segment: how often terms stand in their articles and in the paragraphs before them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from juanzong.index.store.article_rows import ArticleRows
from juanzong.index.store.segment import Segment
from juanzong.index.vectors import Array
from juanzong.search.execution.rescoring import added, lent, norms_of, text_scores
from juanzong.search.execution.scoring import FIELDS, ScoredTerm, Statistics


class Surroundings:
    """Made when a query is first ranked again. Safe between threads: nothing changes afterwards."""

    def __init__(self, segment: Segment, statistics: Statistics) -> None:
        article = self._article = segment.column("article")
        # whether the paragraph before is of the same article
        self._continued = np.zeros(len(article), bool)
        np.equal(article[1:], article[:-1], out=self._continued[1:])
        self._title_of_article = segment.title_of_article if len(segment.titles) else None
        self._lengths = [segment.fields[field].lengths for field in FIELDS]
        self._rows = ArticleRows(article, segment.articles, self._lengths)
        self._of_articles = [
            norms_of(lengths / statistics.article_average[field]) for field, lengths in zip(FIELDS, self._rows.lengths)
        ]
        # those of paragraphs, for each length
        self._of_lengths = [
            norms_of(np.arange(int(lengths.max(initial=0)) + 1) / statistics.average[field])
            for field, lengths in zip(FIELDS, self._lengths)
        ]

    def added(self, terms: Sequence[ScoredTerm], docs: Array) -> Array:
        """What their articles and the paragraphs before them add to the scores of some paragraphs (`docs`: int64, fastest where they ascend)."""
        articles, count = self._article.take(docs), len(docs)
        first, last, run = self._rows.of(articles)
        # the paragraph before is a run of its own, and an empty one where there is none
        before = docs - self._continued.take(docs)
        edges = np.concatenate((first, before, last, docs))
        if run is None:
            frequencies = np.empty((len(terms), 2 * count))
            for found, term in zip(frequencies, terms):
                term.count_between(edges, found)
        else:
            by_run = np.empty((len(terms), len(first) + count))
            for found, term in zip(by_run, terms):
                term.count_between(edges, found)
            of_articles = np.add.reduceat(by_run[:, : len(first)], run, axis=1)
            frequencies = np.concatenate((of_articles, by_run[:, len(first) :]), axis=1)
        norms = [
            np.concatenate((of_articles.take(articles), of_lengths.take(lengths.take(before))))
            for of_articles, of_lengths, lengths in zip(self._of_articles, self._of_lengths, self._lengths)
        ]
        weights = np.array([term.weight for term in terms], np.float64)
        scores = text_scores(weights, frequencies, np.array([norms[FIELDS.index(term.name)] for term in terms]))
        return added(scores[:count], scores[count:], self._lent(terms, weights, docs, articles))

    def _lent(self, terms: Sequence[ScoredTerm], weights: Array, docs: Array, articles: Array) -> Array | float:
        if self._title_of_article is None:
            return 0.0
        titles = self._title_of_article.take(articles)
        if titles.max() < 0:
            return 0.0
        titled = ((titles >= 0) & (titles != docs)).nonzero()[0]
        rows = np.concatenate((docs.take(titled), titles.take(titled)))
        only_title = np.zeros((len(terms), len(docs)), bool)
        for found, term in zip(only_title, terms):
            there = term.stands_in(rows)
            found[titled] = there[len(titled) :] > there[: len(titled)]
        return lent(weights, only_title)
