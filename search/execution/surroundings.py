"""What stands around paragraphs of one segment: how often terms stand in their articles and in the paragraphs before them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from juanzong.index.store.article_rows import ArticleRows
from juanzong.index.store.segment import Segment
from juanzong.index.vectors import Array
from juanzong.search.execution.rescoring import added, text_scores
from juanzong.search.execution.scoring import FIELDS, ScoredTerm, Statistics


class Surroundings:
    """Made when a query is first ranked again. Safe between threads: nothing changes afterwards."""

    def __init__(self, segment: Segment, statistics: Statistics) -> None:
        self._article = segment.column("article")
        self._lengths = [segment.fields[field].lengths for field in FIELDS]
        self._rows = ArticleRows(self._article, segment.articles, self._lengths)
        self._averages = np.array([(statistics.article_average[field], statistics.average[field]) for field in FIELDS])

    def added(self, terms: Sequence[ScoredTerm], docs: Array) -> Array:
        """What their articles and the paragraphs before them add to the scores of some paragraphs (`docs`: int64, fastest where they ascend)."""
        articles = self._article.take(docs)
        before = docs - 1
        # the one before the first of all is the last of all, whose article is another, or this one's own only paragraph
        has_previous = (self._article.take(before, mode="wrap") == articles) & (docs > 0)
        first, last, run = self._rows.of(articles)
        # the paragraph before is a run of its own, and an empty one where there is none
        edges = np.concatenate((first, docs - has_previous, last, docs))
        frequencies = np.array([term.frequencies_between(edges) for term in terms])
        if run is not None:
            of_articles = np.add.reduceat(frequencies[:, : len(first)], run, axis=1)
            frequencies = np.concatenate((of_articles, frequencies[:, len(first) :]), axis=1)
        lengths = np.empty((len(FIELDS), 2, len(docs)))
        for place, of_paragraphs in enumerate(self._lengths):
            lengths[place] = self._rows.lengths[place].take(articles), of_paragraphs.take(before, mode="wrap")
        lengths /= self._averages[:, :, None]
        fields = [FIELDS.index(term.name) for term in terms]
        weights = np.array([term.weight for term in terms], np.float64)
        scores = text_scores(weights, frequencies, lengths.reshape(len(FIELDS), -1).take(fields, axis=0))
        return added(scores[: len(docs)], scores[len(docs) :])
