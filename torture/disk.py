"""A model of a disk that loses its power: what was synced is there afterwards, of the rest whatever chance left.

A file keeps the bytes that it had when it was last synced, a folder the names that it had then. What came later may be lost, be there in part, or
be there as names without bytes: file systems promise no more (POSIX, fsync).
"""

from __future__ import annotations

import os
import random
import stat
from collections.abc import Mapping
from pathlib import Path

Tree = Mapping[str, bytes | None]
"""What a disk holds: the bytes of each file by its path below the root, None for a folder."""

Names = Mapping[str, int]


class Disk:
    """What is safe of a folder, of which all that is there now is."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._bytes: dict[int, bytes] = {}
        self._names: dict[int, Names] = {}
        # what is open keeps its number, though nothing names it any more
        self._held: dict[int, int] = {}
        self._read: dict[int, tuple[tuple[int, int], bytes]] = {}
        for path in [root, *root.rglob("*")]:
            descriptor = os.open(path, os.O_RDONLY)
            self.synced(descriptor)
            os.close(descriptor)

    def synced(self, descriptor: int) -> None:
        """A file or a folder was synced; those of elsewhere are no matter."""
        path = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
        if path != self.root and self.root not in path.parents:
            return
        found = os.fstat(descriptor)
        self._hold(found.st_ino, path)
        if stat.S_ISDIR(found.st_mode):
            self._names[found.st_ino] = self._listed(path)
        else:
            self._bytes[found.st_ino] = path.read_bytes()

    def _listed(self, folder: Path) -> Names:
        names = {}
        for entry in os.scandir(folder):
            names[entry.name] = entry.inode()
            self._hold(entry.inode(), Path(entry.path))
        return names

    def _hold(self, number: int, path: Path) -> None:
        if number not in self._held:
            self._held[number] = os.open(path, os.O_RDONLY)

    def release(self) -> None:
        for descriptor in self._held.values():
            os.close(descriptor)

    def after(self, chance: random.Random, kind: str) -> Tree:
        """What is there after a loss of power now. Of what was not synced, `nothing` is; or the `names` are and no bytes; or it is `mixed` by chance."""
        tree: dict[str, bytes | None] = {}
        self._fill(tree, "", os.stat(self.root).st_ino, self.root, kind, chance)
        return tree

    def _fill(
        self, tree: dict[str, bytes | None], above: str, number: int, now: Path | None, kind: str, chance: random.Random
    ) -> None:
        safe = self._names.get(number, {})
        found = self._listed(now) if now is not None and now.is_dir() else None
        present = safe if found is None else found
        if kind == "nothing":
            names = safe
        elif kind == "names":
            names = present
        else:
            chosen = {name: chance.choice((safe, present)).get(name) for name in {**safe, **present}}
            names = {name: child for name, child in chosen.items() if child is not None}
        for name, child in sorted(names.items()):
            path = f"{above}{name}"
            place = now / name if now is not None and found is not None and found.get(name) == child else None
            descriptor = self._held[child]
            found_now = os.fstat(descriptor)
            if stat.S_ISDIR(found_now.st_mode):
                tree[path] = None
                self._fill(tree, f"{path}/", child, place or _where(descriptor), kind, chance)
            else:
                tree[path] = self._file(child, descriptor, found_now, kind, chance)

    def _file(self, number: int, descriptor: int, found: os.stat_result, kind: str, chance: random.Random) -> bytes:
        safe = self._bytes.get(number, b"")
        if kind == "nothing":
            return safe
        stamp = found.st_size, found.st_mtime_ns
        if number not in self._read or self._read[number][0] != stamp:
            self._read[number] = stamp, os.pread(descriptor, found.st_size, 0)
        present = self._read[number][1]
        if safe == present:
            return safe
        if kind == "names":
            return chance.choice((safe, bytes(len(present))))
        return chance.choice((safe, present, present[: chance.randint(0, len(present))], bytes(len(present))))


def _where(descriptor: int) -> Path | None:
    path = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
    return path if path.exists() else None


def write(tree: Tree, folder: Path, pool: Path) -> None:
    """Makes an empty folder hold a tree. Equal files are links to one, which `pool` has."""
    folder.mkdir()
    for path, data in tree.items():
        if data is None:
            (folder / path).mkdir()
            continue
        kept = pool / str(hash(data))
        if not kept.exists():
            kept.write_bytes(data)
        os.link(kept, folder / path)
