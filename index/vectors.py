"""Small operations on arrays of numbers that every room needs."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]


def starts(counts: Array) -> Array:
    """Where each run begins when runs of these lengths stand in a row; one more than there are runs (int64)."""
    offsets = np.zeros(len(counts) + 1, np.int64)
    counts.cumsum(out=offsets[1:])
    return offsets


def diff(offsets: Array) -> Array:
    """The length of each run between these offsets (int64)."""
    offsets = offsets.astype(np.int64, copy=False)
    return offsets[1:] - offsets[:-1]


def narrow(values: Array) -> Array:
    """Numbers from 0 up in the narrowest unsigned type that holds them."""
    largest = int(values.max(initial=0))
    return values.astype(
        next(dtype for dtype in (np.uint8, np.uint16, np.uint32, np.uint64) if largest <= np.iinfo(dtype).max),
        copy=False,
    )


def unsigned(values: Array) -> Array:
    """Ascending numbers in the narrower of uint32 and uint64."""
    return values.astype(np.uint32 if not len(values) or values[-1] < 1 << 32 else np.uint64)


def counted(values: Array) -> tuple[Array, Array]:
    """The distinct values, ascending, and how often each is there (int64)."""
    return distinct(np.sort(values))


def distinct(ordered: Array) -> tuple[Array, Array]:
    """The same of values that ascend."""
    new = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    first = new.nonzero()[0]
    return ordered[first], diff(np.append(first, len(ordered)))


def unique(values: Array) -> Array:
    """The distinct values, ascending. numpy's own function hashes them where nothing else is asked for, which takes thirty times as long as sorting."""
    ordered = np.sort(values)
    new = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    found: Array = ordered[new]
    return found


def summed(values: Array, weights: Array) -> tuple[Array, Array]:
    """The distinct values (integers), ascending, and the sum of the weights (integers) of each (both int64); those of no weight may be missing."""
    least = int(values.min()) if len(values) else 0
    if len(values) and int(values.max()) - least < 4 * len(values) + 1_000:
        totals = np.bincount(values - least, weights).astype(np.int64)
        found = totals.nonzero()[0]
        return found + least, totals[found]
    found, places = np.unique(values, return_inverse=True)
    return found, np.bincount(places, weights, len(found)).astype(np.int64)


def tally(totals: Array, values: Array, weights: Array | None = None) -> None:
    """Adds one, or its weight (an integer), for each of these values to `totals` (int64), in which the values are places."""
    if len(values):
        least = int(values.min())
        found = np.bincount(values - least, weights)
        totals[least : least + len(found)] += found.astype(np.int64, copy=False)


def nonzero(values: Array) -> Array:
    """Where an array is not zero (int64). Of masks numpy finds this many times faster than of numbers."""
    found: Array = (values != 0).nonzero()[0]
    return found


def runs(first: Array, counts: Array) -> Array:
    """The integers first[i] … first[i] + counts[i] − 1 of every i, in a row (int64)."""
    found: Array = (first.astype(np.int64) - starts(counts)[:-1]).repeat(counts)
    found += np.arange(len(found))
    return found
