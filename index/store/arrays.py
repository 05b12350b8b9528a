"""Named arrays in one folder: written as streams, read as memory maps, with a checksum each.

`contents.json` lists every array with its dtype, its length and the CRC-32 of its bytes. Readers map a file when an array is first
asked for; the operating system shares the pages between processes. Nothing is pickled. Of a published generation every byte is checked before
it is first used: an array as a whole, or, where it is `guarded`, the blocks that are asked for.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from juanzong.index.errors import DamagedIndex
from juanzong.index.regularfiles import content
from juanzong.index.store.checksums import Blocks, Checksums, Damage
from juanzong.index.store.mapping import let_go, mapped
from juanzong.index.vectors import Array, starts, unsigned

CONTENTS = "contents.json"


class ArrayStream:
    """An array that grows at its end while it is written."""

    def __init__(self, path: Path, dtype: np.dtype[Any]) -> None:
        self.dtype = dtype
        self.length = 0
        self.crc = 0
        self._file: BinaryIO = path.open("wb")

    def write(self, values: Array | Sequence[int]) -> None:
        data = np.ascontiguousarray(values, self.dtype).view(np.uint8).data
        self.crc = zlib.crc32(data, self.crc)
        self.length += len(data) // self.dtype.itemsize
        self._file.write(data)

    def close(self) -> None:
        self._file.close()

    def __del__(self) -> None:
        # a build that failed, for want of space perhaps, leaves its streams open
        if hasattr(self, "_file"):
            with suppress(OSError):
                self._file.close()


class ArrayWriter:
    """Writes arrays and attributes into a new folder. Nothing can be read before `close`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.attributes: dict[str, Any] = {}
        self._streams: dict[str, ArrayStream] = {}
        folder.mkdir(parents=True)

    def stream(self, name: str, dtype: Any) -> ArrayStream:
        stream = self._streams[name] = ArrayStream(self.folder / f"{name}.bin", np.dtype(dtype).newbyteorder("<"))
        return stream

    def add(self, name: str, values: Array) -> None:
        self.stream(name, values.dtype).write(values)

    def add_strings(self, name: str, values: Iterable[bytes]) -> None:
        """A list of byte strings: the bytes in a row, and where each starts (one more than there are strings)."""
        values = list(values)
        self.add(f"{name}.bytes", np.frombuffer(b"".join(values), np.uint8))
        self.add(f"{name}.starts", unsigned(starts(np.fromiter(map(len, values), np.int64, len(values)))))

    def close(self) -> None:
        for stream in self._streams.values():
            stream.close()
        arrays = {
            name: {"dtype": s.dtype.str, "length": s.length, "crc32": s.crc}
            for name, s in sorted(self._streams.items())
        }
        path = self.folder / CONTENTS
        path.write_text(
            json.dumps({"attributes": self.attributes, "arrays": arrays}, ensure_ascii=False, sort_keys=True),
            encoding="utf-8",
        )


class ArrayReader:
    """The arrays of a folder. Raises DamagedIndex, with the file's name, where the folder is not what was written."""

    def __init__(self, folder: Path, sums: Checksums | None = None) -> None:
        """`sums` are the checksums of the generation that the folder belongs to; without them nothing is checked but sizes."""
        self.folder = folder
        self._sums = sums
        try:
            contents = json.loads(content(folder / CONTENTS))
            self.attributes: dict[str, Any] = contents["attributes"]
            self._arrays: dict[str, dict[str, Any]] = contents["arrays"]
            sizes = {name: entry["length"] * np.dtype(entry["dtype"]).itemsize for name, entry in self._arrays.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise self._damaged(CONTENTS, f"cannot be read ({error})") from None
        self._bytes: dict[str, tuple[Array, Blocks]] = {}
        self._open: dict[str, Array] = {}
        self._guarded: dict[str, Guarded] = {}
        for name, expected in sizes.items():
            size = len(self._map(name)[0]) if sums is not None else self._size(name)
            if size != expected:
                raise self._damaged(f"{name}.bin", f"has {size:,} bytes instead of {expected:,}")

    def _size(self, name: str) -> int:
        try:
            return (self.folder / f"{name}.bin").stat().st_size
        except OSError:
            raise self._damaged(f"{name}.bin", "is missing") from None

    def _damaged(self, file: str, fault: str) -> DamagedIndex:
        name = f"{self.folder.name}/{file}"
        return Damage(name, f"The index file {name} {fault}.").error()

    def names(self) -> list[str]:
        return list(self._arrays)

    def __getitem__(self, name: str) -> Array:
        """The array, mapped and read-only, all of it checked."""
        if (found := self._open.get(name)) is None:
            data, blocks = self._map(name)
            blocks.require_all(data)
            found = self._open[name] = data.view(self._arrays[name]["dtype"])
        return found

    def guarded(self, name: str) -> Guarded:
        """The array, mapped; what is taken from it is checked first. For arrays that are large and of which a query needs little."""
        if (found := self._guarded.get(name)) is None:
            found = self._guarded[name] = Guarded(*self._map(name), np.dtype(self._arrays[name]["dtype"]))
        return found

    def _map(self, name: str) -> tuple[Array, Blocks]:
        # A published array is mapped when the generation is opened: afterwards nobody can take it away from an answer that needs it.
        if (found := self._bytes.get(name)) is None:
            path = self.folder / f"{name}.bin"
            try:
                data = mapped(path)
            except OSError as error:
                raise self._damaged(path.name, f"cannot be opened ({error.strerror or error})") from None
            blocks = self._sums.file(path) if self._sums is not None else None
            if blocks is not None and len(data) != blocks.size:
                raise self._damaged(path.name, f"has {len(data):,} bytes instead of {blocks.size:,}")
            found = self._bytes[name] = data, blocks or Blocks.unknown(path)
        return found

    def strings(self, name: str) -> Strings:
        return Strings(self.guarded(f"{name}.bytes"), self[f"{name}.starts"])

    def verify(self) -> None:
        """Reads every byte of all arrays. Raises DamagedIndex where a checksum differs."""
        for name, entry in self._arrays.items():
            if checksum(self.folder / f"{name}.bin") != entry["crc32"]:
                raise self._damaged(f"{name}.bin", "was altered: its checksum differs")

    def bytes(self) -> int:
        """The size of all arrays on disk."""
        return sum(entry["length"] * np.dtype(entry["dtype"]).itemsize for entry in self._arrays.values())


class Guarded:
    """An array of which every part is checked before it is given. Safe between threads."""

    __slots__ = ("_blocks", "_bytes", "_size", "_values")

    def __init__(self, data: Array, blocks: Blocks, dtype: np.dtype[Any]) -> None:
        """`data` (uint8) are the bytes of the array."""
        self._bytes, self._blocks, self._size = data, blocks, dtype.itemsize
        self._values: Array = data.view(dtype)

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, wanted: Any) -> Array:
        """A slice (without a step), or the values at some places (integers, in any order). Raises DamagedIndex."""
        if not self._blocks.whole:
            if isinstance(wanted, slice):
                first, last, _ = wanted.indices(len(self._values))
                self._blocks.require(self._bytes, first * self._size, last * self._size)
            else:
                self._blocks.require_at(self._bytes, np.asarray(wanted).ravel().astype(np.int64) * self._size)
        found: Array = self._values[wanted]
        return found

    def let_go(self) -> None:
        """What was read of it leaves this process's memory (`mapping.let_go`)."""
        let_go(self._bytes)

    def all(self) -> Array:
        """The whole array, checked."""
        self._blocks.require_all(self._bytes)
        return self._values


class Strings(Sequence[bytes]):
    """A mapped list of byte strings; sorted lists can be searched by bisection."""

    def __init__(self, data: Guarded, offsets: Array) -> None:
        self._data = data
        self._starts = offsets

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, place: Any) -> Any:
        return self._data[int(self._starts[place]) : int(self._starts[place + 1])].tobytes()

    def several(self, first: int, last: int) -> list[bytes]:
        """Those from `first` to before `last`, as far as there are any."""
        bounds: list[int] = self._starts[first : last + 1].tolist()
        if len(bounds) < 2:
            return []
        data, begin = self._data[bounds[0] : bounds[-1]].tobytes(), bounds[0]
        return [data[start - begin : end - begin] for start, end in zip(bounds, bounds[1:])]

    def sampled(self, step: int) -> list[bytes]:
        """The first of every `step`."""
        data = self._data.all()
        return [
            data[first:last].tobytes()
            for first, last in zip(self._starts[:-1:step].tolist(), self._starts[1::step].tolist())
        ]

    def __iter__(self) -> Iterator[bytes]:
        bounds, data = self._starts.tolist(), self._data.all().tobytes()
        return (data[first:last] for first, last in zip(bounds, bounds[1:]))


def checksum(path: Path) -> int:
    """The CRC-32 of a file."""
    crc = 0
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            crc = zlib.crc32(chunk, crc)
    return crc


def sync_file(path: Path) -> None:
    """Writes a file to disk."""
    # some systems sync only what could be written to
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Writes a folder's entries to disk, where the system can."""
    if hasattr(os, "O_DIRECTORY"):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
