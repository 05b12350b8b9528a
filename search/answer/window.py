"""The best of all segments together, which the second stage puts into a new order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from juanzong.index.store.segment import Segment
from juanzong.index.vectors import Array
from juanzong.search.execution.executor import Scores


class SegmentMatches(NamedTuple):
    """Matches of one segment in order (`docs`: int64), what they score (None where the order does not need it), and where the scores come from."""

    segment: Segment
    docs: Array
    scores: Array | None
    source: Scores | None

    def at(self, places: Array) -> SegmentMatches:
        """Those at some places, in the order of these."""
        return self._replace(docs=self.docs[places], scores=None if self.scores is None else self.scores[places])


def reordered(runs: Sequence[SegmentMatches], depth: int) -> list[SegmentMatches]:
    """The runs with the best `depth` matches of all of them in the order of the second stage, and the rest behind them as before.

    What is added to a score is never negative, so the best stay before the rest, and runs can go on being merged by score."""
    return [_reordered(run, count) for run, count in zip(runs, _best(runs, depth))]


def _best(runs: Sequence[SegmentMatches], depth: int) -> list[int]:
    """How many of each run's first are among the best of all; ties break as they do within a run."""
    if len(runs) < 2 or sum(len(run.docs) for run in runs) <= depth:
        return [min(depth, len(run.docs)) for run in runs]
    heads = [run.docs[:depth] for run in runs]
    of_run = np.arange(len(runs)).repeat(list(map(len, heads)))
    scores = np.concatenate([run.scores[:depth] for run in runs if run.scores is not None])
    days = np.concatenate([run.segment.column("first_day")[head] for run, head in zip(runs, heads)])
    ids = np.concatenate([run.segment.column("id")[head] for run, head in zip(runs, heads)])
    chosen = np.lexsort((ids, -days.astype(np.int64), -scores))[:depth]
    counts: list[int] = np.bincount(of_run[chosen], minlength=len(runs)).tolist()
    return counts


def _reordered(run: SegmentMatches, count: int) -> SegmentMatches:
    if run.scores is None or run.source is None or not count:
        return run
    ascending = run.docs[:count].argsort()
    docs = run.docs.take(ascending)
    scores = run.scores.take(ascending) + run.source.added(docs)
    order = (-scores).argsort(kind="stable")
    docs, scores = docs.take(order), scores.take(order)
    if (scores[1:] == scores[:-1]).any():
        order = np.lexsort((run.segment.column("rank").take(docs), -scores))
        docs, scores = docs.take(order), scores.take(order)
    if count < len(run.docs):
        docs = np.concatenate((docs, run.docs[count:]))
        scores = np.concatenate((scores, run.scores[count:]))
    return run._replace(docs=docs, scores=scores)
