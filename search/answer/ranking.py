"""The first so many of many matches, in an order that never changes between two runs."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice, repeat
from typing import Any, TypeAlias

import numpy as np

from juanzong.index.store.segment import Segment
from juanzong.index.vectors import Array, unique
from juanzong.search.answer.window import SegmentMatches, reordered
from juanzong.search.execution.executor import Scores
from juanzong.search.execution.rescoring import DEPTH
from juanzong.search.execution.snapshot import Snapshot
from juanzong.search.request import SORTS, SearchRequest

UNDATED_LAST = np.int64(1 << 40)


def top(segment: Segment, docs: Array, scores: Array | None, sort: str, wanted: int) -> Array:
    """Places in `docs` of the first `wanted` matches, in order. By relevance, ties break by date (latest first), then id.

    `sort` is relevance, date (earliest first) or -date (latest first), with undated matches last in both, or added: what came in last first.
    """
    rank = segment.column("rank")
    if sort == "-date" or (sort == "relevance" and scores is None):
        return _smallest(rank[docs].astype(np.int64), None, wanted)
    if sort == "added":
        return _smallest(-segment.arrival[docs].astype(np.int64), rank[docs], wanted)
    if sort == "date":
        days = segment.column("first_day")[docs].astype(np.int64)
        return _smallest(np.where(days == 0, UNDATED_LAST, days), rank[docs], wanted)
    assert scores is not None
    return _smallest(-scores, None, wanted, rank, docs)


def leaders(order: Array, keys: Array) -> Array:
    """Of matches in order, the first of each key; those with the key 0 all stay."""
    single = np.flatnonzero(keys == 0)
    _, first = np.unique(keys, return_index=True)
    first = first[keys[first] != 0]
    places = np.concatenate((single, first))
    places.sort()
    found: Array = order[places]
    return found


def _smallest(
    keys: Array, ties: Array | None, wanted: int, rank: Array | None = None, docs: Array | None = None
) -> Array:
    """Places of the `wanted` smallest keys in order; equal keys in the order of `ties`, or of `rank[docs]`, which is only looked up where needed."""
    places: Array
    if len(keys) > wanted:
        limit = np.partition(keys, wanted - 1)[wanted - 1]
        places = (keys <= limit).nonzero()[0]
    else:
        places = np.arange(len(keys))
    second = ties[places] if ties is not None else rank[docs[places]] if rank is not None and docs is not None else None
    if second is None:
        return places[keys[places].argsort(kind="stable")][:wanted]
    if len(places) > 4 * wanted + 1_000:
        # a plateau of equal keys: only its first by the second order can be among the wanted
        below = keys[places] < keys[places].max()
        plateau = np.flatnonzero(~below)
        need = wanted - int(below.sum())
        kept = plateau[np.argpartition(second[plateau], need - 1)[:need]] if len(plateau) > need else plateau
        chosen = np.concatenate((np.flatnonzero(below), kept))
        places, second = places[chosen], second[chosen]
    return places[np.lexsort((second, keys[places]))][:wanted]


Entry: TypeAlias = tuple[Segment, int, float]


class Ranking:
    """The matches of all segments in one order, and the page that was asked for. `matches` are the paragraphs that were added, by segment."""

    def __init__(self, snapshot: Snapshot, request: SearchRequest, in_context: bool = False) -> None:
        """`in_context`: the best by relevance are ranked again by what they stand in."""
        self._snapshot, self._request = snapshot, request
        # orders of lines are those of the lines alone
        self._sort = request.sort if request.sort in SORTS else "-date"
        self._depth = DEPTH if in_context and self._sort == "relevance" else 0
        self._wanted = min(request.page * request.size, max(1, snapshot.statistics.paragraphs))
        self._runs: list[SegmentMatches] = []
        self.matches: dict[str, Array] = {}

    def add(self, segment: Segment, docs: Array, scores: Scores | None) -> None:
        """The matches of one segment, after all filters, and what they score (None where the order does not need it)."""
        self.matches[segment.name] = docs
        if not len(docs):
            return
        of_docs = None if scores is None else scores.of(docs)
        wanted = len(docs) if self._request.collapse else max(self._wanted, self._depth)
        places = top(segment, docs, of_docs, self._sort, wanted)
        self._runs.append(SegmentMatches(segment, docs[places], None if of_docs is None else of_docs[places], scores))

    def shorten(self) -> bool:
        """Leaves the second stage out, before anything was asked for; gives whether there was one."""
        there, self._depth = bool(self._depth), 0
        return there

    @cached_property
    def _arranged(self) -> list[SegmentMatches]:
        """The matches of each segment in their last order, as far as pages need them; where the request collapses them, the first of each group."""
        runs = reordered(self._runs, self._depth) if self._depth else self._runs
        return [self._collapsed(run) for run in runs] if self._request.collapse else runs

    def _collapsed(self, run: SegmentMatches) -> SegmentMatches:
        if self._request.collapse == "text":
            groups = self._snapshot.groups[run.segment.name].of(run.docs)
        else:
            groups = run.segment.column("article")[run.docs].astype(np.int64) + 1
        return run.at(leaders(np.arange(len(run.docs)), groups))

    @property
    def entries(self) -> int:
        """What the pages list: all matches, or one of each article or text where the request collapses them."""
        if not self._request.collapse:
            return sum(map(len, self.matches.values()))
        listed = sum(len(run.docs) for run in self._arranged)
        if self._request.collapse == "article":
            return listed
        # what lies in several segments was counted in each
        groups = [self._snapshot.groups[run.segment.name].of(run.docs) for run in self._arranged]
        grouped = np.concatenate([np.empty(0, np.uint32), *groups])
        grouped = grouped[grouped > 0]
        return listed - len(grouped) + len(unique(grouped))

    def page(self) -> list[Entry]:
        """The hits of the page, in order: segment, paragraph, score."""
        first = min((self._request.page - 1) * self._request.size, self._wanted)
        return list(islice(self.in_order(), first, self._wanted))

    def in_order(self) -> Iterator[Entry]:
        """The hits up to the end of the page, one by one."""
        runs = [
            zip(repeat(run.segment), run.docs.tolist(), repeat(0.0) if run.scores is None else run.scores.tolist())
            for run in self._arranged
        ]
        if len(runs) < 2:
            return iter(runs[0] if runs else ())
        merged = heapq.merge(*runs, key=lambda entry: _key(entry, self._sort))
        return self._leading(merged) if self._request.collapse == "text" else merged

    def _leading(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """The first of each group of near-duplicates that lies in several segments, and what stands alone."""
        seen: set[int] = set()
        for entry in entries:
            group = int(self._snapshot.groups[entry[0].name].of(np.array([entry[1]]))[0])
            if not group or group not in seen:
                seen.add(group)
                yield entry


def _key(entry: Entry, sort: str) -> tuple[Any, ...]:
    """A key that puts the hits of several segments in one order."""
    segment, doc, score = entry
    day, identifier = int(segment.column("first_day")[doc]), int(segment.column("id")[doc])
    if sort == "added":
        return (-int(segment.arrival[doc]), -day, identifier)
    if sort == "date":
        return (day == 0, day, identifier)
    return (-score if sort == "relevance" else 0.0, -day, identifier)
