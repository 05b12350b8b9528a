"""Numbers that the processes of one server share: each writes into a part of its own, all of them read the sums."""

from __future__ import annotations

import mmap
import threading

import numpy as np

from juanzong.index.vectors import Array

EXPORTS, CLOSED = "exports running", "connections closed"
VALUES = 16
_ROWS = 256
_KEY = 96
_ROW = np.dtype([("key", f"S{_KEY}"), ("values", np.float64, (VALUES,))])


class Board:
    """A table for each process, VALUES numbers a row, the rows named by keys. A process calls `claim` before it writes.

    The memory is anonymous and shared with processes that are forked later. Every number has one writer, and is written whole."""

    def __init__(self, parts: int = 1) -> None:
        self.parts = parts
        self._tables = np.frombuffer(mmap.mmap(-1, parts * _ROWS * _ROW.itemsize), _ROW).reshape(parts, _ROWS)
        self._lock = threading.Lock()
        self.claim(0)

    def claim(self, part: int) -> None:
        """Makes a part this process's own, with what its predecessor there has counted."""
        self.own = part
        self._keys, self._values = self._tables[part]["key"], self._tables[part]["values"]
        self._rows = {bytes(key): number for number, key in enumerate(self._keys) if key}

    def vacate(self, part: int) -> None:
        """Forgets what ended with the process that had a part; what it has counted stays."""
        for key in (EXPORTS, CLOSED):
            self.part(part, key)[:] = 0

    def row(self, key: str) -> Array:
        """This process's numbers under a key (float64, VALUES of them, to be written in place); where the table is full, numbers that nobody reads."""
        name = key.encode("utf-8", "replace")[:_KEY]
        number = self._rows.get(name)
        if number is None:
            with self._lock:
                number = self._rows.setdefault(name, len(self._rows))
                if number >= _ROWS:
                    return np.zeros(VALUES)
                self._keys[number] = name
        values: Array = self._values[number]
        return values

    def part(self, part: int, key: str) -> Array:
        """Another process's numbers under a key (float64); those of one that has none are 0."""
        found = np.flatnonzero(self._tables[part]["key"] == key.encode())
        values: Array = self._tables[part]["values"][found[0]] if len(found) else np.zeros(VALUES)
        return values

    def sums(self) -> dict[str, Array]:
        """The numbers of all processes added up, by key."""
        found: dict[str, Array] = {}
        for key, values in (
            (bytes(row["key"]), row["values"]) for table in self._tables for row in table[table["key"] != b""]
        ):
            name = key.decode()
            found[name] = found[name] + values if name in found else values.copy()
        return found

    def sum(self, key: str) -> float:
        """The first number under a key, added up over all processes."""
        name = key.encode()
        return float(self._tables["values"][self._tables["key"] == name][:, 0].sum())
