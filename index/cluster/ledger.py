"""When each document first came into an archive: a day and a generation, which outlive every rebuild.

It is the ledger of an index in a folder (see `store/arrivals.py`), kept among the records of a generation. Workers look documents up in it
while they write rows; what it does not know comes in with the generation that is built.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from juanzong.index.build.publishing import today
from juanzong.index.cluster.archive import ClusterArchive, Generation
from juanzong.index.cluster.connection import Connection
from juanzong.index.cluster.sending import Sender
from juanzong.index.cluster.tallies import read_blob, write_blob
from juanzong.index.store.arrivals import hashes_of
from juanzong.index.vectors import Array, unique

LEDGER = "ledger"
_ROW = np.dtype([("id", "<u8"), ("day", "<i4"), ("generation", "<u4")])


class Ledger:
    """The documents that earlier generations had."""

    def __init__(self, rows: Array) -> None:
        """`rows` (see _ROW) are in the order of their ids, which are hashes."""
        self.rows = rows

    @classmethod
    def read(cls, connection: Connection, generation: Generation) -> Ledger:
        """That of a generation; an empty one where it has none."""
        return cls.decode(read_blob(connection, generation, LEDGER) or b"")

    @classmethod
    def decode(cls, data: bytes) -> Ledger:
        return cls(np.frombuffer(data, _ROW))

    def encode(self) -> bytes:
        return self.rows.tobytes()

    def arrival(self, document_id: str, day: int, generation: int) -> tuple[int, int]:
        """The day and the generation with which a document came in: those given, where it is new."""
        wanted = hashes_of([document_id])[0]
        place = int(self.rows["id"].searchsorted(wanted))
        if place < len(self.rows) and self.rows["id"][place] == wanted:
            return int(self.rows["day"][place]), int(self.rows["generation"][place])
        return day, generation

    def with_documents(self, hashes: Array, day: int, generation: int) -> Ledger:
        """The ledger with some documents (uint64) that came in now."""
        fresh = np.setdiff1d(unique(hashes), self.rows["id"], assume_unique=True)
        added = np.empty(len(fresh), _ROW)
        added["id"], added["day"], added["generation"] = fresh, day, generation
        rows = np.concatenate((self.rows, added))
        return Ledger(rows[rows["id"].argsort()])

    def first(self, generation: int) -> int:
        """The generation with which the first documents came in. What came with it is not news."""
        return int(self.rows["generation"].min(initial=generation))


def begun(archive: ClusterArchive) -> dict[str, int]:
    """What the manifest of a new generation says of the ledger: the day on which new documents come in, and the generation whose ledger is gone on with."""
    newest = archive.newest()
    return {"day": today().toordinal(), "before": newest.number if newest else 0}


def before(archive: ClusterArchive, generation: Generation) -> Ledger:
    """The ledger that a generation which is built goes on with."""
    number = int(generation.manifest.get("before", 0))
    return (
        Ledger.read(archive.connection, Generation(number, archive.name(number), {})) if number else Ledger.decode(b"")
    )


def close(archive: ClusterArchive, generation: Generation, sender: Sender) -> int:
    """Keeps the ledger of a generation that is whole; gives the generation with which its first documents came in."""
    number = generation.number
    new = archive.connection.scroll(generation.documents, {"term": {"arrival": number}}, ["_doc"], ["id"])
    hashes = hashes_of([hit["_source"]["id"] for hit in new])
    ledger = before(archive, generation).with_documents(hashes, generation.manifest["day"], number)
    write_blob(sender, generation, LEDGER, ledger.encode())
    return ledger.first(number)


@lru_cache(1)
def kept(path: Path) -> Ledger:
    """A ledger that was written to a file, for the workers of one build."""
    return Ledger.decode(path.read_bytes())
