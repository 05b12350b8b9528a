"""What suggestions and spelling need to know of all texts, counted while they are read: words, titles, and character pairs.

Counts can be added and taken away, so that parts read on several machines add up, and what an update removes counts no more. Pairs are only
ever added: that one stands nowhere any longer is found out by searching for it.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import orjson

from juanzong.index.build.inventory import InventoryRow
from juanzong.index.cluster.archive import ClusterArchive, Generation
from juanzong.index.cluster.connection import Connection
from juanzong.index.cluster.rows import is_telling, pairs_of
from juanzong.index.cluster.sending import Sender, action
from juanzong.index.records import Notice
from juanzong.index.text.analysis import HAN
from juanzong.index.vectors import Array, unique

Json = dict[str, Any]
CHUNK = 4 << 20
SUGGESTIONS, TALLY, USERDICT = "suggestions", "tally", "userdict"
_WORD = re.compile(f"[{HAN}]{{2,16}}")
NO_PAIRS: Array = np.empty(0, np.uint64)
# pairs that may wait to be united with the others
MANY = 100_000


@dataclass
class ArchiveCounts:
    """Paragraphs with each word of two Han characters and more, articles with each title, how often each word stands that studies count, and the
    distinct pairs of characters."""

    words: Counter[str] = field(default_factory=Counter)
    titles: Counter[str] = field(default_factory=Counter)
    occurrences: Counter[str] = field(default_factory=Counter)
    # in pieces, each without repeats, the largest first
    held: list[Array] = field(default_factory=lambda: [NO_PAIRS])

    @property
    def pairs(self) -> Array:
        """The distinct pairs (uint64, ascending)."""
        if len(self.held) > 1:
            self.held = [unique(np.concatenate(self.held))]
        return self.held[0]

    def add(self, other: ArchiveCounts) -> None:
        self.words.update(other.words)
        self.titles.update(other.titles)
        self.occurrences.update(other.occurrences)
        self.held += other.held
        if sum(map(len, self.held[1:])) > len(self.held[0]) + MANY:
            self.held = [self.pairs]

    def subtract(self, other: ArchiveCounts) -> None:
        self.words -= other.words
        self.titles -= other.titles
        self.occurrences -= other.occurrences

    def encode(self) -> bytes:
        counters = {"words": self.words, "titles": self.titles, "occurrences": self.occurrences}
        text = orjson.dumps(
            {name: {key: count for key, count in held.items() if count > 0} for name, held in counters.items()}
        )
        return len(text).to_bytes(8, "little") + text + self.pairs.astype("<u8").tobytes()

    @classmethod
    def decode(cls, data: bytes) -> ArchiveCounts:
        end = 8 + int.from_bytes(data[:8], "little")
        read = orjson.loads(data[8:end])
        words, titles, occurrences = (Counter(read[name]) for name in ("words", "titles", "occurrences"))
        return cls(words, titles, occurrences, [np.frombuffer(data, "<u8", offset=end)])


def tally_of(rows: Iterable[Json]) -> ArchiveCounts:
    """What some paragraphs add; rows with their tokens, all those of an article together."""
    words: Counter[str] = Counter()
    occurrences: Counter[str] = Counter()
    titles: dict[str, str] = {}
    folded: list[str] = []
    for row in rows:
        own = row.get("words", "").split(" ")
        words.update({word for word in own if _WORD.fullmatch(word)})
        occurrences.update(word for word in own if is_telling(word))
        if row.get("chars"):
            folded.append(row["chars"])
        if row.get("is_title"):
            titles.setdefault(row["article"], row["title_text"])
    return ArchiveCounts(
        words, Counter(" ".join(title.split()) for title in titles.values()), occurrences, [pairs_of(folded)]
    )


def write_blob(sender: Sender, generation: Generation, name: str, data: bytes) -> None:
    """Keeps bytes under a name among the records of a generation."""
    import base64

    packed = zlib.compress(data, 6)
    chunks = range(0, max(1, len(packed)), CHUNK)
    for number, first in enumerate(chunks):
        row = {
            "kind": "blob",
            "name": name,
            "number": number,
            "data": {"chunks": len(chunks)},
            "bytes": base64.b64encode(packed[first : first + CHUNK]).decode(),
        }
        sender.send([action("index", generation.records, f"blob-{name}-{number}", row)])


def read_blob(connection: Connection, generation: Generation, name: str) -> bytes | None:
    """What was kept under a name; None where nothing was, or not all of it."""
    import base64

    parts: list[bytes] = []
    wanted = 1
    while len(parts) < wanted:
        found = connection.call("GET", f"/{generation.records}/_doc/blob-{name}-{len(parts)}", missing=None)
        if found is None:
            return None
        wanted = found["_source"]["data"]["chunks"]
        parts.append(base64.b64decode(found["_source"]["bytes"]))
    return zlib.decompress(b"".join(parts))


def records(connection: Connection, generation: Generation, kind: str, source: Any = True) -> Iterator[Json]:
    """The records of a kind."""
    for hit in connection.scroll(generation.records, {"term": {"kind": kind}}, ["_doc"], source):
        yield hit["_source"]


def tally_of_generation(archive: ClusterArchive, generation: Generation) -> ArchiveCounts:
    """What was counted when a generation was built."""
    data = read_blob(archive.connection, generation, TALLY)
    return ArchiveCounts.decode(data) if data is not None else ArchiveCounts()


def entries_by_path(archive: ClusterArchive, generation: Generation) -> dict[str, InventoryRow]:
    """The files that a generation was made of."""
    found = {}
    for row in records(archive.connection, generation, "file"):
        data = row["data"]
        found[row["name"]] = InventoryRow(**{**data, "notices": [Notice(**notice) for notice in data["notices"]]})
    return found
