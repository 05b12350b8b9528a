"""What an index depends on beside its documents. An index whose fingerprint is not that of the running code is stale: it answers, and says so."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from juanzong.index.errors import UnreadableInput
from juanzong.index.text.analysis import Segmenter

READING = 31
"""The version of the rules by which documents are read. `tests/corpus/test_reading_version.py` fails where the truth set reads differently and this
number did not go up."""

USERDICT, AGENCIES = "userdict.txt", "agencies.yaml"


@dataclass(frozen=True, slots=True)
class OwnFiles:
    """Files of the user's own that decide how texts are read: words for the dictionary, and names of agencies."""

    userdict: Path | None = None
    agencies: Path | None = None

    def copied(self, folder: Path) -> OwnFiles:
        """Copies of them in the folder of a generation, which stays what it is when they are edited. Raises UnreadableInput."""
        return OwnFiles(
            _copied("user dictionary", self.userdict, folder / USERDICT),
            _copied("agency file", self.agencies, folder / AGENCIES),
        )

    def to_manifest(self) -> dict[str, str | None]:
        """Where they lie, to be asked again whether they changed."""
        return {"userdict": _written(self.userdict), "agencies": _written(self.agencies)}

    def stamp(self) -> tuple[object, ...]:
        """Changes whenever one of them is written. Two calls of stat at most."""
        return tuple(_stamp(path) for path in (self.userdict, self.agencies))


def own_files(manifest: dict[str, Any], folder: Path) -> OwnFiles:
    """The files that an index was built with: as the user has them now, or its copy of one that is gone."""
    told = manifest.get("own_files") or {}
    return OwnFiles(*(_found(told.get(name), folder / copy) for name, copy in _COPIES.items()))


_COPIES = {"userdict": USERDICT, "agencies": AGENCIES}


def fingerprint(own: OwnFiles) -> dict[str, str]:
    """What an index that is built now, with these files, depends on."""
    return {
        **Segmenter(own.userdict).fingerprint(),
        "agencies": _digest(own.agencies),
        "reading": str(READING),
        "data": _shipped(),
    }


@cache
def _shipped() -> str:
    """A digest of the vocabularies in `index/data`."""
    digest = hashlib.sha256()
    for entry in sorted(resources.files("juanzong.index.data").iterdir(), key=lambda entry: entry.name):
        if entry.is_file() and not entry.name.endswith(".py"):
            digest.update(entry.name.encode() + b"\0" + entry.read_bytes())
    return digest.hexdigest()


def _digest(path: Path | None) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() if path else ""
    except OSError:
        return "gone"


def _copied(name: str, source: Path | None, target: Path) -> Path | None:
    if source is None:
        return None
    try:
        shutil.copyfile(source, target)
    except OSError as error:
        raise UnreadableInput(
            f"The {name} {source} cannot be read ({error.strerror}). Give another, or build without it."
        ) from None
    return target


def _written(path: Path | None) -> str | None:
    return str(path.resolve()) if path else None


def _found(told: str | None, copy: Path) -> Path | None:
    if told and Path(told).is_file():
        return Path(told)
    return copy if copy.is_file() else None


def _stamp(path: Path | None) -> tuple[int, int] | None:
    try:
        found = path.stat() if path else None
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size) if found else None
