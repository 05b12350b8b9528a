"""Immutable index generations behind a pointer.

    INDEX/generations/<n>/manifest.json, origin.json, checksums.bin, <segment>/…   complete and never changed once published
    INDEX/CURRENT                                         "<n> <sha256 of the manifest>", replaced by an atomic rename
    INDEX/write.lock                                      held by the one process that builds
    INDEX/views/<n>-…/                                    what is derived of some collections of a generation (`collections.py`)

A build writes into a folder of its own, checks and syncs it, and only then moves the pointer. The generation before stays until the next
one is published, so that a damaged generation can be refused and the one before it serve. The manifest has the checksums of all files
(`checksums.py`) and one of itself.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from juanzong.index.errors import DamagedIndex, IndexBusy, JuanzongError, NoIndex
from juanzong.index.regularfiles import content, json_bytes
from juanzong.index.store import checksums
from juanzong.index.store.arrays import ArrayReader, sync_file, sync_folder
from juanzong.index.store.checksums import Checksums, Damage
from juanzong.index.store.fingerprint import USERDICT, OwnFiles, own_files
from juanzong.index.store.segment import Segment

SCHEMA_VERSION = 7
MANIFEST = "manifest.json"
# of what the manifest says the one part that nothing else tells: where everything came from
ORIGIN = "origin.json"
_OF_ORIGIN = ("corpora", "own_files")
SEAL = "seal"
VIEWS = "views"
# No answer depends on these; they are left out where they are not whole.
DISPENSABLE = (ORIGIN, "report.json", "suggestions")
_LONGEST_POINTER = 200


class NotSynced(JuanzongError):
    """The new generation serves, but the disk did not confirm that it has it."""


@dataclass(frozen=True)
class Remembered:
    """What an index folder still tells of its last build, however damaged it is."""

    corpora: tuple[Path, ...]
    own: OwnFiles
    folder: Path


@dataclass(frozen=True)
class Generation:
    """A complete index. `fallback` tells why an older generation serves, where the newest is damaged."""

    number: int
    folder: Path
    manifest: dict[str, Any]
    fallback: str | None = None

    @cached_property
    def checksums(self) -> Checksums:
        """The checksums of its files. Raises DamagedIndex where they are damaged themselves."""
        return Checksums.read(self.folder, self.manifest)

    def segments(self) -> list[Segment]:
        """The segments, opened; their files are checked as far as they are small. Raises DamagedIndex with a file's name."""
        self.checksums.require_standing(without=DISPENSABLE)
        return [
            Segment(self.folder / entry["name"], np.array(entry["deleted"], np.uint32), self.checksums)
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


class IndexDirectory:
    """The folder of an index: its generations, its pointer, its lock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.generations = folder / "generations"
        self._pointer = folder / "CURRENT"
        # every request looks, and a path is put together anew for each look
        self._pointer_path = os.fspath(self._pointer)

    def stamp(self) -> tuple[int, int] | None:
        """Changes whenever another generation is published; None without an index. Cheap: one stat."""
        try:
            found = os.stat(self._pointer_path)
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino

    def open(self, refused: Mapping[int, str] | None = None) -> tuple[Generation, list[Segment]]:
        """The newest generation that is whole, and its segments. Raises NoIndex, or DamagedIndex where none is whole.

        `refused` are numbers of generations that were found damaged while they were read, and what was said then."""
        refused = refused or {}
        try:
            number, digest = content(self._pointer, _LONGEST_POINTER).decode("ascii").split()
            current = int(number)
        except (OSError, ValueError):
            if not self.exists():
                raise NoIndex(
                    f"There is no index in {self.folder} yet. Run `juanzong rebuild FOLDER` with the folder of your documents."
                ) from None
            state = "damaged" if self._pointer.exists() else "missing"
            return self._fall_back(
                None, DamagedIndex(f"{self._pointer} is {state}. Run `juanzong repair`.", file="CURRENT"), refused
            )
        try:
            if current in refused:
                raise DamagedIndex(refused[current])
            generation = self.load(current, digest)
            return generation, generation.segments()
        except DamagedIndex as error:
            return self._fall_back(current, error, refused)

    def exists(self) -> bool:
        """Whether anything of an index is here, damaged or not."""
        return self._pointer.is_symlink() or self._pointer.exists() or bool(self.numbers())

    def remembered(self) -> Remembered | None:
        """What the newest manifest that can be read, or what stands beside it for that case, says of its build: one that is sealed, else any, of this
        version or another; None where none can be read."""
        found = [
            (*told, number, name == MANIFEST)
            for number in self.numbers()
            for name in (MANIFEST, ORIGIN)
            if (told := _remembered(self.generations / str(number), name)) is not None
        ]
        return max(found, key=lambda entry: (entry[0], *entry[2:]))[1] if found else None

    def load(self, number: int, digest: str | None = None) -> Generation:
        """A generation by its number. Raises DamagedIndex, and NoIndex where it is of another version."""
        folder, name = self.generations / str(number), f"{number}/{MANIFEST}"
        try:
            data = content(folder / MANIFEST)
            manifest = json.loads(data)
            schema = manifest.get("schema")
        except (OSError, ValueError, AttributeError):
            raise Damage(name, f"The index file {name} is missing or damaged.").error() from None
        altered = digest is not None and hashlib.sha256(data).hexdigest() != digest
        if not altered and schema != SCHEMA_VERSION:
            raise NoIndex(
                "The index was built by another version of juanzong and cannot be read. Run `juanzong rebuild`."
            )
        if altered or not is_sealed(manifest):
            raise Damage(name, f"The index file {name} was altered: its checksum differs.").error()
        return Generation(number, folder, manifest)

    def current(self) -> tuple[int, str] | None:
        """The number and the digest that the pointer has; None where it cannot be read."""
        try:
            number, digest = content(self._pointer, _LONGEST_POINTER).decode("ascii").split()
            return int(number), digest
        except (OSError, ValueError):
            return None

    def _fall_back(
        self, damaged: int | None, error: DamagedIndex, refused: Mapping[int, str]
    ) -> tuple[Generation, list[Segment]]:
        for number in sorted(self.numbers(), reverse=True):
            if number != damaged and number not in refused:
                try:
                    generation = replace(self.load(number), fallback=str(error))
                    return generation, generation.segments()
                except NoIndex:
                    continue
        raise error

    def folders(self) -> list[Path]:
        """The folders of the generations that there are, the newest first."""
        return [self.generations / str(number) for number in sorted(self.numbers(), reverse=True)]

    def next_number(self) -> int:
        """The number that the next generation will have."""
        return max(self.numbers(), default=0) + 1

    def numbers(self) -> list[int]:
        """The numbers of the generations that are here."""
        try:
            return [
                int(path.name) for path in self.generations.iterdir() if path.name.isascii() and path.name.isdigit()
            ]
        except OSError:
            return []

    @contextmanager
    def writing(self) -> Iterator[Path]:
        """Takes the lock and gives an empty folder to build in, which is gone afterwards if it was not published.

        Raises IndexBusy where another process builds."""
        self._make()
        with self._locked():
            self._clear()
            folder = self.generations / f"building-{os.getpid()}"
            folder.mkdir()
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    def tidy(self) -> None:
        """Removes what a killed build left, unless one is running or this process may not."""
        if any(self.generations.glob("building-*")):
            with suppress(IndexBusy, OSError), self._locked():
                self._clear()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        from filelock import FileLock, Timeout

        lock = FileLock(self.folder / "write.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise IndexBusy(
                f"Another process is building the index in {self.folder}. Wait until it has finished, or stop it."
            ) from None
        try:
            yield
        finally:
            lock.release()

    def _make(self) -> None:
        """The folders of an index, so that a loss of power does not take them."""
        absent = []
        at = self.generations
        while not at.exists():
            absent.append(at)
            at = at.parent
        self.generations.mkdir(parents=True, exist_ok=True)
        for made in absent:
            sync_folder(made.parent)

    def _clear(self) -> None:
        for leftover in self.generations.glob("building-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        with suppress(OSError):
            self._pointer.with_suffix(".new").unlink(missing_ok=True)

    def publish(self, folder: Path, manifest: dict[str, Any], segments: list[tuple[str, list[int]]]) -> int:
        """Makes a built folder the current generation. `segments` are names and deleted documents. Gives its number.

        Raises NotSynced where the pointer was moved and the disk did not confirm it; the new generation serves then."""
        number = self.next_number()
        for name, _ in segments:
            ArrayReader(folder / name).verify()
        (folder / ORIGIN).write_bytes(sealed({name: manifest[name] for name in _OF_ORIGIN if name in manifest}))
        names = []
        for path in sorted(folder.rglob("*")):
            if path.is_dir():
                sync_folder(path)
            else:
                sync_file(path)
                names.append(path.relative_to(folder).as_posix())
        files, digest = checksums.write(folder, names)
        sync_file(folder / checksums.CHECKSUMS)
        entries = [{"name": name, "deleted": deleted} for name, deleted in segments]
        data = sealed(
            {
                **manifest,
                "schema": SCHEMA_VERSION,
                "generation": number,
                "segments": entries,
                "files": files,
                "checksums": digest,
            }
        )
        _write_synced(folder / MANIFEST, data)
        self._install(folder, number, data)
        return number

    def adopt(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        """Makes a whole generation that came from elsewhere the current one. Raises NotSynced as `publish` does."""
        for path in sorted(folder.rglob("*")):
            (sync_folder if path.is_dir() else sync_file)(path)
        self._install(folder, int(manifest["generation"]), content(folder / MANIFEST))

    def _install(self, folder: Path, number: int, data: bytes) -> None:
        """Puts a folder into its place, and moves the pointer. `data` is its manifest."""
        sync_folder(folder)
        os.rename(folder, self.generations / str(number))
        sync_folder(self.generations)
        temporary = self._pointer.with_suffix(".new")
        _write_synced(temporary, f"{number} {hashlib.sha256(data).hexdigest()}\n".encode())
        os.replace(temporary, self._pointer)
        try:
            sync_folder(self.folder)
        except OSError as error:
            raise NotSynced(
                f"Generation {number} is built and serves, but the disk did not confirm that it is safe there ({error.strerror or error}). "
                "Check the disk; after a loss of power the generation before may answer."
            ) from error
        for old in sorted(self.numbers())[:-2]:
            shutil.rmtree(self.generations / str(old), ignore_errors=True)
        kept = {str(number) for number in self.numbers()}
        for view in self.folder.glob(f"{VIEWS}/*-*"):
            if view.name.partition("-")[0] not in kept:
                shutil.rmtree(view, ignore_errors=True)


def _remembered(folder: Path, name: str) -> tuple[bool, Remembered] | None:
    """Whether a manifest, or its part, is sealed, and what it says; None where it cannot be read."""
    try:
        told = json.loads(content(folder / name))
        corpora = tuple(Path(corpus) for corpus in told["corpora"])
        return is_sealed(told), Remembered(corpora, own_files(told, folder), folder)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def sealed(manifest: Mapping[str, Any]) -> bytes:
    """A manifest with a checksum of the rest of it."""
    return json_bytes({**manifest, SEAL: _seal(manifest)}, indent=1)


def is_sealed(manifest: Mapping[str, Any]) -> bool:
    """Whether a manifest is what was sealed."""
    return manifest.get(SEAL) == _seal({name: value for name, value in manifest.items() if name != SEAL})


def _seal(manifest: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(manifest, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _write_synced(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
