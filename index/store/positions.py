"""Where tokens stand in their paragraphs, occurrence after occurrence. Paragraphs are short, so a byte tells it, and the few that stand further on are told apart.

f.positions (uint8, one an occurrence): the lower halves of the positions; or all of them (uint16), in a segment of long paragraphs
f.far_place (uint32 or uint64): the occurrences at position 256 and beyond
f.far       (uint8): the upper halves of their positions
"""

from __future__ import annotations

from typing import Any

import numpy as np

from juanzong.index.store.arrays import ArrayReader, ArrayWriter
from juanzong.index.vectors import Array, unsigned

HALF = 256
# one that is told apart takes five bytes more, where both halves take one
_MOST_FAR = 1 / 5


def narrows(lengths: Array) -> bool:
    """Whether positions in paragraphs of these lengths (characters) are kept as bytes."""
    far = np.maximum(lengths.astype(np.int64) - HALF, 0).sum()
    return bool(far <= _MOST_FAR * lengths.sum(dtype=np.int64))


class PositionsWriter:
    """Appends positions to a folder."""

    def __init__(self, writer: ArrayWriter, field: str, narrow: bool) -> None:
        """`narrow`: see `narrows`."""
        self._writer, self._field, self._narrow = writer, field, narrow
        self._stream = writer.stream(f"{field}.positions", np.uint8 if narrow else np.uint16)
        self._written = 0
        self._places: list[Array] = []
        self._halves: list[Array] = []

    def write(self, positions: Array) -> None:
        """The next ones (uint16)."""
        if self._narrow:
            far = (positions >= HALF).nonzero()[0]
            self._places.append(far + self._written)
            self._halves.append((positions[far] >> 8).astype(np.uint8))
            positions = positions.astype(np.uint8)
        self._stream.write(positions)
        self._written += len(positions)

    def close(self) -> None:
        places = np.concatenate([np.empty(0, np.int64), *self._places])
        self._writer.add(f"{self._field}.far_place", unsigned(places))
        self._writer.add(f"{self._field}.far", np.concatenate([np.empty(0, np.uint8), *self._halves]))


class Positions:
    """Reads them. Safe between threads."""

    def __init__(self, arrays: ArrayReader, field: str) -> None:
        self._low = arrays.guarded(f"{field}.positions")
        # an index of before has both halves in one, and nothing apart
        apart = f"{field}.far_place" in arrays.names()
        self._far_place = arrays[f"{field}.far_place"] if apart else np.empty(0, np.uint32)
        self._far = arrays[f"{field}.far"] if apart else np.empty(0, np.uint8)

    def between(self, first: int, last: int) -> Array:
        """The positions of the occurrences first … last − 1 (uint16)."""
        found = self._low[first:last]
        if found.dtype != np.uint8:
            return found
        found = found.astype(np.uint16)
        a, b = self._edges(first, last)
        if b > a:
            found[self._far_place[a:b].astype(np.int64) - first] += self._far[a:b].astype(np.uint16) << 8
        return found

    def at(self, places: Array) -> Array:
        """The positions of some occurrences (int64, in any order; uint16)."""
        found = self._low[places]
        if found.dtype != np.uint8:
            return found
        found = found.astype(np.uint16)
        if not len(places):
            return found
        a, b = self._edges(places.min(), places.max() + 1)
        if b > a:
            near = self._far_place[a:b].astype(np.int64)
            if len(near) < len(places) and (places[1:] > places[:-1]).all():
                # few are looked for among many
                inside = places.searchsorted(near)
                there = places.take(inside, mode="clip") == near
                found[inside[there]] += self._far[a:b][there].astype(np.uint16) << 8
            else:
                inside = near.searchsorted(places)
                there = (near.take(inside, mode="clip") == places).nonzero()[0]
                found[there] += self._far[a:b].take(inside[there]).astype(np.uint16) << 8
        return found

    def _edges(self, first: Any, last: Any) -> tuple[int, int]:
        a, b = self._far_place.searchsorted(np.array((first, last)).astype(self._far_place.dtype)).tolist()
        return a, b

    def let_go(self) -> None:
        """What was read of them leaves this process's memory."""
        self._low.let_go()
