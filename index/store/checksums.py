"""The checksums of a generation's files, block by block: what is read was published so, or DamagedIndex says which file is wrong, and where.

`checksums.bin` holds a number (uint64, XXH3 of 64 bits) for every BLOCK of every file, file after file in the order of the manifest, which has
the size of each file and the SHA-256 of `checksums.bin`, and is sealed itself. Small files are checked when a generation is opened, a block of a
large one before it is first used; what was seen whole is remembered until the file is touched.
"""

from __future__ import annotations

import hashlib
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from xxhash import xxh3_64_intdigest

from juanzong.index.errors import DamagedIndex
from juanzong.index.regularfiles import content, kind, opened
from juanzong.index.vectors import Array, unique

CHECKSUMS = "checksums.bin"
BLOCK_BITS = 16
BLOCK = 1 << BLOCK_BITS
# Files up to this size are read and checked when a generation is opened.
SMALL = BLOCK
_AT_ONCE = 16


@dataclass(frozen=True)
class Damage:
    """What is wrong with a file of an index. `name` is its path below the generation; a `foreign` file is none of its own."""

    name: str
    sentence: str
    foreign: bool = False

    def error(self) -> DamagedIndex:
        return DamagedIndex(f"{self.sentence} Run `juanzong repair`.", file=self.name)


class Blocks:
    """The checksums of one file. `whole` is set once all of it was seen to be as it was published. Safe between threads: each marks what it saw."""

    def __init__(self, path: Path, name: str, size: int, expected: Array) -> None:
        self.path, self.name, self.size = path, name, size
        self.whole = not size
        self._expected = expected
        self._seen = bytearray(len(expected))

    @classmethod
    def unknown(cls, path: Path) -> Blocks:
        """A file that no generation has yet: nothing of it can be checked."""
        found = cls(path, path.name, 0, np.empty(0, np.uint64))
        found.whole = True
        return found

    def require(self, data: Array, first: int, last: int) -> None:
        """Checks the bytes first … last − 1 of the file, which is mapped as `data` (uint8). Raises DamagedIndex."""
        if self.whole or last <= first:
            return
        block, end = first >> BLOCK_BITS, ((last - 1) >> BLOCK_BITS) + 1
        while (block := self._seen.find(0, block, end)) >= 0:
            self._check(block, data[block << BLOCK_BITS : (block + 1) << BLOCK_BITS])

    def require_all(self, data: Array) -> None:
        """The same for the whole file."""
        self.require(data, 0, self.size)
        self.whole = True

    def require_at(self, data: Array, places: Array) -> None:
        """The same for the blocks in which these bytes lie (integers, in any order)."""
        if self.whole or not len(places):
            return
        blocks = places >> BLOCK_BITS
        seen = np.frombuffer(self._seen, np.uint8)
        for block in unique(blocks[seen[blocks] == 0]).tolist():
            self._check(block, data[block << BLOCK_BITS : (block + 1) << BLOCK_BITS])

    def _check(self, block: int, data: Any) -> None:
        if xxh3_64_intdigest(data) != int(self._expected[block]):
            raise self.damaged(block).error()
        self._seen[block] = 1

    def damaged(self, block: int) -> Damage:
        first = block << BLOCK_BITS
        return Damage(
            self.name,
            f"The index file {self.name} is damaged between the bytes {first:,} and {min(first + BLOCK, self.size):,}: its checksum differs.",
        )

    def forget(self) -> None:
        """What was seen counts no longer."""
        self.whole = not self.size
        self._seen[:] = bytes(len(self._seen))

    def faults(self, again: bool = True) -> Iterator[Damage]:
        """Everything that is wrong with the file on disk. Blocks that were seen are read again only where `again`."""
        problem = self.stands()
        if problem is not None:
            yield problem
            return
        try:
            with opened(self.path) as file:
                for first in range(0, len(self._expected), _AT_ONCE):
                    if not again and self._seen.find(0, first, first + _AT_ONCE) < 0:
                        continue
                    file.seek(first * BLOCK)
                    data = memoryview(file.read(_AT_ONCE * BLOCK))
                    for block in range(first, min(first + _AT_ONCE, len(self._expected))):
                        at = (block - first) << BLOCK_BITS
                        if xxh3_64_intdigest(data[at : at + BLOCK]) != int(self._expected[block]):
                            self._seen[block] = 0
                            self.whole = False
                            yield self.damaged(block)
                        else:
                            self._seen[block] = 1
        except OSError as error:
            yield Damage(self.name, f"The index file {self.name} cannot be read ({error.strerror or error}).")
        self.whole = self._seen.find(0) < 0

    def stands(self) -> Damage | None:
        """What is wrong with the file to look at, without reading it."""
        try:
            found = self.path.lstat()
        except OSError as error:
            gone = isinstance(error, FileNotFoundError)
            return Damage(
                self.name,
                f"The index file {self.name} is missing."
                if gone
                else f"The index file {self.name} cannot be read ({error.strerror or error}).",
            )
        if not stat.S_ISREG(found.st_mode):
            return Damage(self.name, f"The index file {self.name} is no file but a {kind(found.st_mode)}.")
        if found.st_size != self.size:
            return Damage(
                self.name, f"The index file {self.name} has {found.st_size:,} bytes instead of {self.size:,}."
            )
        return None


class Checksums:
    """The checksums of all files of a generation, as its manifest has them."""

    def __init__(self, folder: Path, files: Mapping[str, tuple[int, int]], table: Array) -> None:
        """`files` gives the size of each file and the place of its first block in `table` (uint64)."""
        self.folder = folder
        self.blocks = {
            name: Blocks(folder / name, name, size, table[first : first + -(-size // BLOCK)])
            for name, (size, first) in files.items()
        }
        self._touched: dict[str, tuple[int, int, int, int]] = {}

    @classmethod
    def read(cls, folder: Path, manifest: Mapping[str, Any]) -> Checksums:
        """The checksums of a generation; none where it is not published yet. Raises DamagedIndex where they are not those of the manifest."""
        if "checksums" not in manifest:
            return cls(folder, {}, np.empty(0, np.uint64))
        try:
            data = content(folder / CHECKSUMS)
        except OSError as error:
            raise Damage(
                CHECKSUMS, f"The index file {CHECKSUMS} is missing or cannot be read ({error.strerror or error})."
            ).error() from None
        if hashlib.sha256(data).hexdigest() != manifest["checksums"]:
            raise Damage(CHECKSUMS, f"The index file {CHECKSUMS} is damaged: it is not that of the manifest.").error()
        return cls(folder, manifest["files"], np.frombuffer(data, "<u8"))

    def file(self, path: Path) -> Blocks | None:
        """The checksums of a file of the generation; None where it has none."""
        try:
            return self.blocks.get(path.relative_to(self.folder).as_posix())
        except ValueError:
            return None

    def require_standing(self, without: Iterable[str] = ()) -> None:
        """Looks at every file, and reads the small ones; not those below the folders and files `without`. Raises DamagedIndex."""
        left_out = frozenset(without)
        self.touched()
        for name, blocks in self.blocks.items():
            if name.split("/", 1)[0] in left_out:
                continue
            problem = next(blocks.faults(), None) if blocks.size <= SMALL else blocks.stands()
            if problem is not None:
                raise problem.error()

    def faults(self) -> Iterator[Damage]:
        """Every damage of every file, read from disk; files that do not belong there as well."""
        for blocks in self.blocks.values():
            yield from blocks.faults()
        for path in sorted(self.folder.rglob("*")):
            name = path.relative_to(self.folder).as_posix()
            if (
                (path.is_symlink() or not path.is_dir())
                and name not in self.blocks
                and name not in (CHECKSUMS, "manifest.json")
            ):
                yield Damage(
                    name, f"The file {name} does not belong to the index: it was put there later.", foreign=True
                )

    def scrub(self, without: Iterable[str] = (), pause: float = 0.0) -> Damage | None:
        """Reads what was not seen yet, with a pause after each file; gives the first damage."""
        left_out = frozenset(without)
        for name, blocks in self.blocks.items():
            if not blocks.whole and name.split("/", 1)[0] not in left_out:
                problem = next(blocks.faults(again=False), None)
                if problem is not None:
                    return problem
                time.sleep(pause)
        return None

    def touched(self) -> bool:
        """Forgets what was seen of files that were written to since this was last asked. Says whether there were any."""
        before, self._touched = self._touched, {name: _stamp(blocks.path) for name, blocks in self.blocks.items()}
        changed = [name for name, stamp in self._touched.items() if before.get(name, stamp) != stamp]
        for name in changed:
            self.blocks[name].forget()
        return bool(changed)


def _stamp(path: Path) -> tuple[int, int, int, int]:
    # The time of change, unlike that of modification, is set by nobody but the system.
    try:
        found = path.lstat()
    except OSError:
        return 0, 0, 0, 0
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def write(folder: Path, names: Iterable[str]) -> tuple[dict[str, tuple[int, int]], str]:
    """Reads these files and writes `checksums.bin` beside them. Gives size and first block of each file, and the SHA-256 of what was written."""
    files: dict[str, tuple[int, int]] = {}
    table: list[int] = []
    for name in names:
        first, size = len(table), 0
        with (folder / name).open("rb") as file:
            while data := file.read(_AT_ONCE * BLOCK):
                view = memoryview(data)
                table += [xxh3_64_intdigest(view[at : at + BLOCK]) for at in range(0, len(data), BLOCK)]
                size += len(data)
        files[name] = size, first
    written = np.array(table, "<u8").tobytes()
    (folder / CHECKSUMS).write_bytes(written)
    return files, hashlib.sha256(written).hexdigest()
