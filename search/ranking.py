"""The first so many of many matches, in an order that never changes between two runs."""
from __future__ import annotations

from typing import Any

import numpy as np

from index.arrays import Array
from index.segment import Segment
from search.request import SearchRequest
from search.snapshot import Snapshot

UNDATED_LAST = np.int64(1 << 40)


def top(segment: Segment, docs: Array, scores: Array | None, sort: str, wanted: int) -> Array:
    """Places in `docs` of the first `wanted` matches, in order. By relevance, ties break by date (latest first), then id.

    `sort` is relevance, date (earliest first) or -date (latest first); undated matches come last in both.
    """
    rank = segment.column("rank")
    if sort == "-date" or (sort == "relevance" and scores is None):
        return _smallest(rank[docs].astype(np.int64), None, wanted)
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


def _smallest(keys: Array, ties: Array | None, wanted: int, rank: Array | None = None, docs: Array | None = None) -> Array:
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


class Ranking:
    """The matches of all segments in one order, and the page that was asked for. `entries` is what the pages list: all matches, or one of each
    article or text where the request collapses them. `matches` are the paragraphs that were added, by segment."""

    def __init__(self, snapshot: Snapshot, request: SearchRequest) -> None:
        self._snapshot, self._request = snapshot, request
        self._wanted = min(request.page * request.size, max(1, snapshot.statistics.paragraphs))
        self._best: list[tuple[Any, Segment, int, float]] = []
        self._groups: list[Array] = []
        self.matches: dict[str, Array] = {}
        self.entries = 0

    def add(self, segment: Segment, docs: Array, scores: Array | None) -> None:
        """The matches of one segment, after all filters, with their scores (None where the order does not need them)."""
        self.matches[segment.name] = docs
        if not len(docs):
            return
        collapse, sort = self._request.collapse, self._request.sort
        places = top(segment, docs, scores, sort, len(docs) if collapse else self._wanted)
        if collapse:
            groups = self._snapshot.groups[segment.name].of(docs[places])
            places = leaders(places, groups if collapse == "text" else segment.column("article")[docs[places]].astype(np.int64) + 1)
            self.entries += len(places)
            self._groups.append(self._snapshot.groups[segment.name].of(docs[places]))
        else:
            self.entries += len(docs)
        for place in places[:self._wanted].tolist():
            doc = int(docs[place])
            score = 0.0 if scores is None else float(scores[place])
            self._best.append((_key(segment, doc, score, sort) if len(self._snapshot.segments) > 1 else None, segment, doc, score))

    def page(self) -> list[tuple[Segment, int, float]]:
        """The hits of the page, in order: segment, paragraph, score."""
        if len(self.matches) > 1:
            self._best.sort(key=lambda entry: entry[0])
            if self._request.collapse == "text":
                self._join_groups()
        first = (self._request.page - 1) * self._request.size
        return [(segment, doc, score) for _, segment, doc, score in self._best[first:self._wanted]]

    def _join_groups(self) -> None:
        """Leaves the first of each group of near-duplicates that lies in several segments."""
        several = np.concatenate([np.empty(0, np.uint32), *self._groups])
        several = several[several > 0]
        self.entries -= len(several) - len(np.unique(several))
        seen: set[int] = set()
        kept = []
        for entry in self._best:
            group = int(self._snapshot.groups[entry[1].name].of(np.array([entry[2]]))[0])
            if not group or group not in seen:
                seen.add(group)
                kept.append(entry)
        self._best = kept


def _key(segment: Segment, doc: int, score: float, sort: str) -> tuple[Any, ...]:
    """A key that puts the hits of several segments in one order."""
    day, identifier = int(segment.column("first_day")[doc]), int(segment.column("id")[doc])
    if sort == "date":
        return (day == 0, day, identifier)
    return (-score if sort == "relevance" else 0.0, -day, identifier)
