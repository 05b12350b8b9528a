"""Two plain rankings to compare with: BM25 over jieba's words, and over character pairs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from juanzong.index.text.analysis import Segmenter

K1, B = 1.2, 0.75
_RUN = re.compile("[\u3400-\u9fff]+|[^\\W_\u3400-\u9fff]+")


_SEGMENTER = Segmenter()


def jieba_words(text: str) -> list[str]:
    """jieba's precise words of each run of Han characters; other runs whole, without punctuation."""
    return [
        word
        for run in _RUN.findall(text.lower())
        for word in (_SEGMENTER.cut(run) if "\u3400" <= run[0] <= "\u9fff" else [run])
    ]


def pairs(text: str) -> list[str]:
    """Overlapping pairs of each run of Han characters; other runs whole."""
    return [
        token
        for run in _RUN.findall(text.lower())
        for token in (
            [run[i : i + 2] for i in range(len(run) - 1)] or [run] if "\u3400" <= run[0] <= "\u9fff" else [run]
        )
    ]


class BM25:
    """BM25 of whole texts, k1 1.2 and b 0.75, each distinct term of a query once for each time it stands there."""

    def __init__(self, texts: Sequence[str], cut: Callable[[str], list[str]]) -> None:
        self._cut = cut
        counts = [Counter(cut(text)) for text in texts]
        lengths = np.array([sum(count.values()) for count in counts], float)
        norm = K1 * (1 - B + B * lengths / lengths.mean())
        postings: dict[str, list[tuple[int, int]]] = {}
        for text, count in enumerate(counts):
            for term, frequency in count.items():
                postings.setdefault(term, []).append((text, frequency))
        self._size = len(texts)
        self._postings: dict[str, tuple[Any, Any]] = {}
        for term, found in postings.items():
            numbers, frequencies = np.array(found).T
            idf = np.log(1 + (self._size - len(found) + 0.5) / (len(found) + 0.5))
            self._postings[term] = numbers, idf * frequencies * (K1 + 1) / (frequencies + norm[numbers])

    def rank(self, query: str, limit: int) -> list[int]:
        """The texts that score, best first; of equals the earlier one first."""
        scores = np.zeros(self._size)
        for term, times in Counter(self._cut(query)).items():
            if term in self._postings:
                numbers, impacts = self._postings[term]
                scores[numbers] += times * impacts
        order = np.argsort(-scores, kind="stable")[:limit]
        return [int(number) for number in order if scores[number] > 0]
