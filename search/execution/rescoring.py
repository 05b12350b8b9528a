"""The second stage of ranking: the best of the first, in the light of what they stand in.

    score = first stage + ARTICLE_WEIGHT · article + PREVIOUS_WEIGHT · previous + LENT_WEIGHT · lent

`article` is the formula of `scoring.py` over all paragraphs of the article as one text, with the average length of articles; `previous` the
same of the paragraph before, where that is in the same article; `lent` the sum of boost · idf of the terms that the article's title has and the
paragraph lacks: a place or a subject that is named in the title is meant in all that follows. All take the inverse document frequencies of
paragraphs: those of articles, tried on seven collections, rank no better. The weights are measured (`benchmarks/README.md`); between .6 and 1 the
article's is not sharp.

A fixed number of matches is rescored, whatever page is asked for, so that pages continue each other. What is added is never negative: no
match behind them comes to score more than one of them.
"""

from __future__ import annotations

import numpy as np

from juanzong.index.vectors import Array
from juanzong.search.execution.scoring import DELTA, K1, B

DEPTH = 200
ARTICLE_WEIGHT = 0.8
PREVIOUS_WEIGHT = 0.1
LENT_WEIGHT = 0.2


def norms_of(lengths: Array) -> Array:
    """What is added to the frequency of a term below the line (float64), for texts of these lengths: tokens divided by the average."""
    norms = lengths * (K1 * B)
    norms += K1 * (1 - B)
    return norms


def text_scores(weights: Array, frequencies: Array, norms: Array) -> Array:
    """What terms score in n texts (float64, n).

    `weights` (float, one a term) are boost · idf; `frequencies` (terms × n) how often each term stands in each text; `norms` (float64, terms × n)
    those of each text in the term's field."""
    gains = norms + frequencies
    np.divide(frequencies, gains, out=gains)
    # δ where the term is there at all, which is at least once; a mask would take three times as long
    gains += np.minimum(frequencies, DELTA)
    gains *= weights[:, None]
    # term by term, so that the score of a text does not depend on the others
    total: Array = gains[0]
    for row in gains[1:]:
        total += row
    return total


def lent(weights: Array, only_title: Array) -> Array:
    """What the titles of articles lend to n paragraphs (float64, n). `only_title` (bool, terms × n): the title has the term, the paragraph lacks it."""
    total: Array = np.zeros(only_title.shape[1])
    for weight, there in zip(weights, only_title):
        total += weight * there
    return total


def added(articles: Array, previous: Array, lent_by_titles: Array | float) -> Array:
    """What the second stage adds, given what the terms score in each one's article and in the paragraph before it, and what its title lends it."""
    return ARTICLE_WEIGHT * articles + PREVIOUS_WEIGHT * previous + LENT_WEIGHT * lent_by_titles
