"""What the second stage adds, by its formula."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.search.execution.rescoring import (
    ARTICLE_WEIGHT,
    LENT_WEIGHT,
    PREVIOUS_WEIGHT,
    added,
    lent,
    norms_of,
    text_scores,
)
from juanzong.search.execution.scoring import DELTA, K1, B

texts = st.tuples(st.integers(0, 40), st.floats(0, 50))


@given(st.lists(st.tuples(st.floats(0, 20), st.lists(texts, min_size=3, max_size=3)), min_size=1, max_size=20))
def test_scores_of_texts(terms: list[tuple[float, list[tuple[int, float]]]]) -> None:
    weights = np.array([weight for weight, _ in terms])
    frequencies = np.array([[frequency for frequency, _ in row] for _, row in terms])
    norms = norms_of(np.array([[length for _, length in row] for _, row in terms]))
    found = text_scores(weights, frequencies, norms)
    for text, score in enumerate(found.tolist()):
        expected = sum(
            weight * (DELTA + tf / (tf + K1 * (1 - B + B * length)))
            for weight, row in terms
            for tf, length in [row[text]]
            if tf
        )
        assert score == pytest.approx(expected)
        assert score >= 0
        alone = text_scores(weights, frequencies[:, text : text + 1], norms[:, text : text + 1])
        assert alone.tolist() == [score], "the score of a text does not depend on the others"


def test_weights() -> None:
    parts = np.eye(3)
    assert added(parts[0], parts[1], parts[2]).tolist() == [ARTICLE_WEIGHT, PREVIOUS_WEIGHT, LENT_WEIGHT]


def test_a_title_lends_the_weight_of_each_term_that_it_alone_has() -> None:
    only_title = np.array([[True, False, True], [False, False, True]])
    assert lent(np.array([2.0, 3.0]), only_title).tolist() == [2.0, 0.0, 5.0]
