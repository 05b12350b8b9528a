"""Ranking: BM25 with a coverage constant, over words and over character pairs.

    score = Σ boost · idf · (δ + tf / (tf + k1 · (1 − b + b · length / average length)))

δ is a bonus for every term that is there at all, as in BM25+ (Lv and Zhai, CIKM 2011); idf = ln(1 + (N − df + ½) / (df + ½)). One
Whoosh weighting model serves the stock matchers; the executor computes the same numbers for whole arrays.
"""
from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from whoosh.scoring import BaseScorer, WeightingModel

from juanzong.index.store.arrays import Array
from juanzong.index.store.segment import Segment

K1 = 0.6
B = 0.4
DELTA = 0.5


def inverse_document_frequency(paragraphs: int, document_frequency: int) -> float:
    return math.log(1 + (paragraphs - document_frequency + 0.5) / (document_frequency + 0.5))


class CoverageBM25(WeightingModel):  # type: ignore[misc]
    """The weighting model for Whoosh."""

    def idf(self, searcher: Any, fieldname: str, text: bytes) -> float:
        parent = searcher.get_parent()
        return inverse_document_frequency(parent.doc_count(), parent.doc_frequency(fieldname, text))

    def scorer(self, searcher: Any, fieldname: str, text: bytes, qf: int = 1) -> CoverageScorer:
        parent = searcher.get_parent()
        average = parent.field_length(fieldname) / max(1, parent.doc_count()) or 1.0
        return CoverageScorer(searcher, fieldname, parent.idf(fieldname, text), average)


class CoverageScorer(BaseScorer):  # type: ignore[misc]
    """Scores the current posting of a stock matcher."""

    def __init__(self, searcher: Any, fieldname: str, idf: float, average: float) -> None:
        self._searcher, self._fieldname, self._idf, self._average = searcher, fieldname, idf, average

    def score(self, matcher: Any) -> float:
        length = self._searcher.doc_field_length(matcher.id(), self._fieldname, 1)
        frequency = matcher.weight()
        return float(self._idf * (DELTA + frequency / (frequency + K1 * (1 - B + B * length / self._average))))


class FieldScores:
    """The parts of the score of one field in one segment that do not depend on the query. They depend on a paragraph's length only, so there is
    one for each length (float32)."""

    def __init__(self, lengths: Array, average: float) -> None:
        """`lengths` (uint16) are the tokens of each paragraph, `average` those of one in the whole index."""
        self._lengths = lengths
        self._norm = np.float32(K1) * (np.float32(1 - B) + np.float32(B / average) * np.arange(int(lengths.max(initial=0)) + 1, dtype=np.float32))
        self._once = np.float32(DELTA) + 1 / (1 + self._norm)

    def gains(self, docs: Array, place: Array, frequency: Array) -> Array:
        """δ + tf / (tf + norm) of each of these paragraphs (float32), where tf is 1 but at `place`, where it is `frequency`."""
        lengths = self._lengths.take(docs)
        gains: Array = self._once.take(lengths)
        if len(place):
            gains[place] = np.float32(DELTA) + frequency / (frequency + self._norm.take(lengths.take(place)))
        return gains


class Statistics:
    """What scoring knows of the whole index: paragraphs, average lengths, document frequencies. Deleted paragraphs do not count, so that an
    updated index scores as a rebuilt one."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments
        self.paragraphs = sum(segment.live_paragraphs for segment in segments)
        self.average = {field: sum(segment.total_lengths[field] for segment in segments) / max(1, self.paragraphs) or 1.0
                        for field in ("words", "chars")}

    def idf(self, field: str, term: bytes, known: Segment | None = None, known_number: int = -1) -> float:
        """The inverse document frequency of a term; its number in one segment may be known already."""
        frequency = 0
        for segment in self._segments:
            number = known_number if segment is known else segment.fields[field].vocabulary.find(term)
            if number >= 0:
                frequency += segment.document_frequency(field, number)
        return inverse_document_frequency(self.paragraphs, frequency)
