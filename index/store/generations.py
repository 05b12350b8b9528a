"""Immutable index generations behind a pointer.

    INDEX/generations/<n>/manifest.json, <segment>/…      complete and never changed once published
    INDEX/CURRENT                                         "<n> <sha256 of the manifest>", replaced by an atomic rename
    INDEX/write.lock                                      held by the one process that builds

A build writes into a folder of its own, checks and syncs it, and only then moves the pointer. The generation before stays until the next
one is published, so that a damaged generation can be refused and the one before it serve.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from juanzong.index.errors import DamagedIndex, IndexBusy, NoIndex
from juanzong.index.store.arrays import ArrayReader, checksum, sync_file, sync_folder
from juanzong.index.store.fingerprint import USERDICT, OwnFiles, own_files
from juanzong.index.store.segment import Segment

SCHEMA_VERSION = 5
MANIFEST = "manifest.json"
# No answer depends on these; they are left out where they are not whole.
DISPENSABLE = ("report.json", "suggestions")


@dataclass(frozen=True)
class Generation:
    """A complete index. `fallback` tells why an older generation serves, where the newest is damaged."""

    number: int
    folder: Path
    manifest: dict[str, Any]
    fallback: str | None = None

    def segments(self) -> list[Segment]:
        """The segments, opened and with their files checked against the manifest. Raises DamagedIndex with a file's name."""
        _require(self.folder, self.manifest["files"])
        return [
            Segment(self.folder / entry["name"], np.array(entry["deleted"], np.uint32))
            for entry in self.manifest["segments"]
        ]

    @property
    def userdict(self) -> Path | None:
        """The user dictionary that the index was built with."""
        path = self.folder / USERDICT
        return path if path.exists() else None

    @property
    def own_files(self) -> OwnFiles:
        """The user's own files that the index was built with, as they are now."""
        return own_files(self.manifest, self.folder)


def _require(folder: Path, files: dict[str, tuple[int, int, int]]) -> None:
    """Raises DamagedIndex where a file is not what was published: by its size, and by its checksum where it was touched since."""
    for name, (size, stamp, crc) in files.items():
        try:
            found = (folder / name).stat()
            altered = found.st_mtime_ns != stamp and found.st_size == size and checksum(folder / name) != crc
        except OSError:
            raise DamagedIndex(f"The index file {name} is missing or cannot be read. Run `juanzong rebuild`.") from None
        if found.st_size != size:
            raise DamagedIndex(
                f"The index file {name} has {found.st_size} bytes instead of {size}. Run `juanzong rebuild`."
            )
        if altered:
            raise DamagedIndex(f"The index file {name} was altered: its checksum differs. Run `juanzong rebuild`.")


class IndexDirectory:
    """The folder of an index: its generations, its pointer, its lock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.generations = folder / "generations"
        self._pointer = folder / "CURRENT"

    def stamp(self) -> tuple[int, int] | None:
        """Changes whenever another generation is published; None without an index. Cheap: one stat."""
        try:
            found = self._pointer.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino

    def open(self) -> tuple[Generation, list[Segment]]:
        """The newest generation that is whole, and its segments. Raises NoIndex, or DamagedIndex where none is whole."""
        try:
            number, digest = self._pointer.read_text("ascii").split()
            current = int(number)
        except (OSError, ValueError):
            if self._pointer.exists():
                return self._fall_back(None, DamagedIndex(f"{self._pointer} is damaged. Run `juanzong rebuild`."))
            raise NoIndex(
                f"There is no index in {self.folder} yet. Run `juanzong rebuild FOLDER` with the folder of your documents."
            ) from None
        try:
            generation = self._load(current, digest)
            return generation, generation.segments()
        except DamagedIndex as error:
            return self._fall_back(current, error)

    def _load(self, number: int, digest: str | None) -> Generation:
        folder = self.generations / str(number)
        try:
            data = (folder / MANIFEST).read_bytes()
            manifest = json.loads(data)
        except (OSError, ValueError):
            raise DamagedIndex(
                f"The index file {number}/{MANIFEST} is missing or damaged. Run `juanzong rebuild`."
            ) from None
        if digest is not None and hashlib.sha256(data).hexdigest() != digest:
            raise DamagedIndex(f"The index file {number}/{MANIFEST} was altered. Run `juanzong rebuild`.")
        if manifest.get("schema") != SCHEMA_VERSION:
            raise NoIndex(
                "The index was built by another version of juanzong and cannot be read. Run `juanzong rebuild`."
            )
        return Generation(number, folder, manifest)

    def _fall_back(self, damaged: int | None, error: DamagedIndex) -> tuple[Generation, list[Segment]]:
        for number in sorted(self._numbers(), reverse=True):
            if number != damaged:
                try:
                    generation = self._load(number, None)
                    return Generation(number, generation.folder, generation.manifest, str(error)), generation.segments()
                except NoIndex:
                    continue
        raise error

    def _numbers(self) -> list[int]:
        try:
            return [int(path.name) for path in self.generations.iterdir() if path.name.isdigit()]
        except OSError:
            return []

    @contextmanager
    def writing(self) -> Iterator[Path]:
        """Takes the lock and gives an empty folder to build in, which is gone afterwards if it was not published.

        Raises IndexBusy where another process builds."""
        from filelock import FileLock, Timeout

        self.generations.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / "write.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise IndexBusy(
                f"Another process is building the index in {self.folder}. Wait until it has finished, or stop it."
            ) from None
        try:
            for leftover in self.generations.glob("building-*"):
                shutil.rmtree(leftover, ignore_errors=True)
            folder = self.generations / f"building-{os.getpid()}"
            folder.mkdir()
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
        finally:
            lock.release()

    def publish(self, folder: Path, manifest: dict[str, Any], segments: list[tuple[str, list[int]]]) -> int:
        """Makes a built folder the current generation. `segments` are names and deleted documents. Gives its number."""
        number = max(self._numbers(), default=0) + 1
        known: dict[str, int] = {}
        for name, _ in segments:
            arrays = ArrayReader(folder / name)
            arrays.verify()
            known.update({f"{name}/{file}": crc for file, crc in arrays.checksums().items()})
        files = {}
        for path in sorted(folder.rglob("*")):
            if path.is_dir():
                sync_folder(path)
                continue
            sync_file(path)
            name = path.relative_to(folder).as_posix()
            if name.split("/")[0] not in DISPENSABLE:
                found = path.stat()
                files[name] = (found.st_size, found.st_mtime_ns, known[name] if name in known else checksum(path))
        entries = [{"name": name, "deleted": deleted} for name, deleted in segments]
        manifest = {**manifest, "schema": SCHEMA_VERSION, "generation": number, "segments": entries, "files": files}
        data = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        _write_synced(folder / MANIFEST, data)
        sync_folder(folder)
        os.rename(folder, self.generations / str(number))
        sync_folder(self.generations)
        temporary = self._pointer.with_suffix(".new")
        _write_synced(temporary, f"{number} {hashlib.sha256(data).hexdigest()}\n".encode())
        os.replace(temporary, self._pointer)
        sync_folder(self.folder)
        for old in sorted(self._numbers())[:-2]:
            shutil.rmtree(self.generations / str(old), ignore_errors=True)
        return number


def _write_synced(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
