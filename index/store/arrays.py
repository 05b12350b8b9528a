"""Named arrays in one folder: written as streams, read as memory maps, with a checksum each.

`contents.json` lists every array with its dtype, its length and the CRC-32 of its bytes. Readers map a file when an array is first
asked for; the operating system shares the pages between processes. Nothing is pickled.
"""

from __future__ import annotations

import json
import mmap
import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from juanzong.index.errors import DamagedIndex
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

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            contents = json.loads((folder / CONTENTS).read_bytes())
            self.attributes: dict[str, Any] = contents["attributes"]
            self._arrays: dict[str, dict[str, Any]] = contents["arrays"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DamagedIndex(
                f"The index file {folder.name}/{CONTENTS} cannot be read ({error}). Run `juanzong rebuild`."
            ) from None
        for name, entry in self._arrays.items():
            expected = entry["length"] * np.dtype(entry["dtype"]).itemsize
            try:
                size = (folder / f"{name}.bin").stat().st_size
            except OSError:
                raise DamagedIndex(
                    f"The index file {folder.name}/{name}.bin is missing. Run `juanzong rebuild`."
                ) from None
            if size != expected:
                raise DamagedIndex(
                    f"The index file {folder.name}/{name}.bin has {size} bytes instead of {expected}. Run `juanzong rebuild`."
                )
        self._open: dict[str, Array] = {}

    def names(self) -> list[str]:
        return list(self._arrays)

    def __getitem__(self, name: str) -> Array:
        """The array, mapped and read-only."""
        if (found := self._open.get(name)) is None:
            found = self._open[name] = self._map(name)
        return found

    def _map(self, name: str) -> Array:
        entry = self._arrays[name]
        dtype = np.dtype(entry["dtype"])
        if not entry["length"]:
            return np.empty(0, dtype)
        with (self.folder / f"{name}.bin").open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return np.frombuffer(mapped, dtype)

    def strings(self, name: str) -> Strings:
        return Strings(self[f"{name}.bytes"], self[f"{name}.starts"])

    def verify(self) -> None:
        """Reads every byte of all arrays. Raises DamagedIndex where a checksum differs."""
        for name, entry in self._arrays.items():
            if checksum(self.folder / f"{name}.bin") != entry["crc32"]:
                raise DamagedIndex(
                    f"The index file {self.folder.name}/{name}.bin was altered: its checksum differs. Run `juanzong rebuild`."
                )

    def checksums(self) -> dict[str, int]:
        """The CRC-32 of each array as it was written, by the name of its file."""
        return {f"{name}.bin": entry["crc32"] for name, entry in self._arrays.items()}

    def bytes(self) -> int:
        """The size of all arrays on disk."""
        return sum(entry["length"] * np.dtype(entry["dtype"]).itemsize for entry in self._arrays.values())


class Strings(Sequence[bytes]):
    """A mapped list of byte strings; sorted lists can be searched by bisection."""

    def __init__(self, data: Array, offsets: Array) -> None:
        self._data = data.data
        self._starts = offsets

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, place: Any) -> Any:
        return bytes(self._data[int(self._starts[place]) : int(self._starts[place + 1])])

    def __iter__(self) -> Iterator[bytes]:
        bounds, data = self._starts.tolist(), bytes(self._data)
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
