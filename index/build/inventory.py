"""The files that an index was made of, and what of them matters to other files: an update reads only what changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from juanzong.index.corpus.files import SIDECAR_SUFFIX, SourceFile
from juanzong.index.records import Notice
from juanzong.index.regularfiles import json_bytes, opened

INVENTORY = "inventory.json"
UNREADABLE = b"\0unreadable"


@dataclass
class InventoryRow:
    """One file. `undated` are the lines of its documents (0 for a text file) whose year was asked of the whole corpus,
    `unread` its pages whose text is not known."""

    sha256: str
    documents: int = 0
    notices: list[Notice] = field(default_factory=list)
    undated: list[int] = field(default_factory=list)
    unread: int = 0


class Inventory(dict[str, InventoryRow]):
    """Entries by relative path."""

    def write(self, folder: Path) -> None:
        entries = {path: asdict(entry) for path, entry in sorted(self.items())}
        (folder / INVENTORY).write_bytes(json_bytes(entries))

    @classmethod
    def read(cls, folder: Path) -> Inventory:
        entries = json.loads((folder / INVENTORY).read_text(encoding="utf-8"))
        return cls(
            {
                path: InventoryRow(
                    entry["sha256"],
                    entry["documents"],
                    [Notice(**notice) for notice in entry["notices"]],
                    entry["undated"],
                    entry.get("unread", 0),
                )
                for path, entry in entries.items()
            }
        )

    def notices(self) -> Iterable[Notice]:
        """Every notice that is cited anywhere."""
        return (notice for entry in self.values() for notice in entry.notices)


def file_hash(file: SourceFile) -> str:
    """SHA-256 of a file and of its sidecar, in hex; an unreadable one has a hash of its own that no content has."""
    digest = hashlib.sha256()
    for path in (file.path, file.path.with_name(file.path.name + SIDECAR_SUFFIX)):
        try:
            with opened(path) as stream:
                while chunk := stream.read(1 << 20):
                    digest.update(chunk)
        except FileNotFoundError:
            digest.update(b"\0none")
        except OSError:
            digest.update(UNREADABLE)
    return digest.hexdigest()


def is_readable(file: SourceFile) -> bool:
    """Whether a file can be opened."""
    try:
        opened(file.path).close()
    except OSError:
        return False
    return True
