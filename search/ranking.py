"""The first so many of many matches, in an order that never changes between two runs."""
from __future__ import annotations

import numpy as np

from index.arrays import Array
from index.segment import Segment

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
        places = np.flatnonzero(keys <= limit)
    else:
        places = np.arange(len(keys))
    second = ties[places] if ties is not None else rank[docs[places]] if rank is not None and docs is not None else None
    if second is None:
        return places[np.argsort(keys[places], kind="stable")][:wanted]
    if len(places) > 4 * wanted + 1_000:
        # a plateau of equal keys: only its first by the second order can be among the wanted
        below = keys[places] < keys[places].max()
        plateau = np.flatnonzero(~below)
        need = wanted - int(below.sum())
        kept = plateau[np.argpartition(second[plateau], need - 1)[:need]] if len(plateau) > need else plateau
        chosen = np.concatenate((np.flatnonzero(below), kept))
        places, second = places[chosen], second[chosen]
    return places[np.lexsort((second, keys[places]))][:wanted]
