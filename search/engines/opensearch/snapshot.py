"""One generation of an archive as searches see it: what its manifest says, and what has been learned of it since."""

from __future__ import annotations

import os
import tempfile
import threading
import weakref
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from juanzong.index.cluster.archive import ClusterArchive, Generation
from juanzong.index.cluster.tallies import TALLY, ArchiveCounts, read_blob
from juanzong.index.cluster.values import all_values
from juanzong.index.store.fingerprint import OwnFiles, fingerprint
from juanzong.index.text.analysis import Segmenter
from juanzong.search.engines.opensearch.conditions import term
from juanzong.search.engines.opensearch.dictionary import Dictionary
from juanzong.search.execution.scoring import K1, B, inverse_document_frequency

Json = dict[str, Any]
MOST_KNOWN = 200_000


class Snapshot:
    """A published generation, which never changes. Safe between threads: what is learned twice is learned alike."""

    def __init__(self, archive: ClusterArchive, generation: Generation, segmenter: Segmenter) -> None:
        self.archive, self.generation, self.segmenter = archive, generation, segmenter
        self.connection = archive.connection
        self.index = generation.paragraphs
        manifest = generation.manifest
        self.paragraphs: int = manifest["counts"]["paragraphs"]
        self._lengths: Mapping[str, Mapping[str, int]] = manifest["lengths"]
        self.average = {
            field: found["tokens"] / max(1, self.paragraphs) or 1.0 for field, found in self._lengths.items()
        }
        self.deleted: int = manifest["deleted"]
        # the generation with which the first documents came in
        self.first_arrival: int = manifest["first_arrival"]
        articles = max(1, manifest["counts"]["articles"])
        self.article_average = {field: found["tokens"] / articles or 1.0 for field, found in self._lengths.items()}
        self._frequencies: dict[tuple[str, str], int] = {}
        self._poor = False
        self._values: dict[str, list[str]] = {}
        self._lock = threading.Lock()

    @cached_property
    def stale(self) -> bool:
        """Whether the running code would analyse text otherwise than the archive was built."""
        manifest = self.generation.manifest
        agencies = Path(manifest["agency_file"]) if manifest["agency_file"] else None
        return bool(manifest["fingerprint"] != fingerprint(OwnFiles(self.segmenter.userdict, agencies)))

    @cached_property
    def info(self) -> Json:
        """The `index` part of every answer."""
        manifest = self.generation.manifest
        info = {
            "generation": self.generation.number,
            "built_at": manifest["built_at"],
            "documents": manifest["counts"]["documents"],
            "paragraphs": manifest["counts"]["paragraphs"],
            "stale": self.stale,
        }
        if unread := manifest["counts"]["unread_pages"]:
            info["unread_pages"] = unread
        return info

    @cached_property
    def shards(self) -> int:
        """In how many parts the paragraphs lie."""
        found = self.connection.call("GET", f"/{self.index}/_settings/index.number_of_shards")
        return int(found[self.index]["settings"]["index"]["number_of_shards"])

    @cached_property
    def tally(self) -> ArchiveCounts:
        """What was counted of all texts while the archive was built."""
        data = read_blob(self.connection, self.generation, TALLY)
        return ArchiveCounts.decode(data) if data is not None else ArchiveCounts()

    @property
    def occurrences(self) -> Mapping[str, int]:
        """How often each word stands that studies count."""
        return self.tally.occurrences

    def values(self, name: str) -> Sequence[str]:
        """All values of a facet."""
        if name not in self._values:
            self._values[name] = [value for value, _ in all_values(self.archive, self.generation, name)]
        return self._values[name]

    # --- frequencies ---

    @cached_property
    def _dictionary(self) -> Dictionary:
        return Dictionary(self.connection, self.index, self.shards)

    def learn(self, terms: Iterable[tuple[str, str]]) -> None:
        """Asks for the frequencies of terms, given with their fields, that are not known yet: in texts and in titles."""
        new = [
            key
            for field, text in terms
            for key in ((field, text), (f"title_{field}", text))
            if key not in self._frequencies
        ]
        new = list(dict.fromkeys(new))
        if not new:
            return
        partial = self.connection.partial_answers
        counts = None if self.deleted else self._dictionary.frequencies(new)
        if counts is None:
            counts = self.connection.counts(self.index, [term(field, text) for field, text in new])
        with self._lock:
            if len(self._frequencies) > MOST_KNOWN or self._poor:
                self._frequencies.clear()
            # what was counted while a part was away is counted again
            self._poor = self.connection.partial_answers != partial
            self._frequencies.update(zip(new, counts))

    def frequency(self, field: str, text: str) -> int:
        """How many paragraphs have a term, or with `title_` stand in an article whose title has it."""
        if (field, text) not in self._frequencies:
            self.learn([(field.removeprefix("title_"), text)])
        return self._frequencies[field, text]

    def idf(self, field: str, text: str) -> float:
        """The inverse document frequency that a term scores with."""
        return inverse_document_frequency(self.paragraphs, self.frequency(field, text))

    def server_idf(self, field: str, text: str) -> float:
        """The least that the server may work with: of the paragraphs that have the field at all, and of those that were removed and are not forgotten yet."""
        base = field.removeprefix("title_")
        filled = self._lengths[base]["titled" if field != base else "filled"] + self.deleted
        return inverse_document_frequency(filled, min(filled, self.frequency(field, text) + self.deleted))

    def least_average(self, field: str) -> float:
        """The least share of the true average length that the server may work with, for the same reason."""
        filled = self._lengths[field]["filled"]
        return filled / max(1, filled + self.deleted)

    @cached_property
    def numerator(self) -> float:
        """1, or k1 + 1 where the server's BM25 has that factor, as the 2.x have: found out by looking at one score."""
        found = self.connection.search(
            self.index,
            {
                "size": 1,
                "query": {"range": {"chars_length": {"gte": 2}}},
                "sort": [{"chars_length": "asc"}],
                "_source": ["text"],
            },
        )["hits"]["hits"]
        from juanzong.index.cluster.rows import tokens

        folded = tokens(found[0]["_source"]["text"], self.segmenter)[1] if found else ""
        if len(folded) < 2:
            return 1 + K1
        self.learn([("chars", folded[:2])])
        frequency = sum(folded[place : place + 2] == folded[:2] for place in range(len(folded)))
        body = {
            "size": 1,
            "query": {
                "bool": {"filter": [{"ids": {"values": [found[0]["_id"]]}}], "must": [{"term": {"chars": folded[:2]}}]}
            },
        }
        score = self.connection.search(self.index, body, search_type="dfs_query_then_fetch")["hits"]["hits"][0][
            "_score"
        ]
        idf = inverse_document_frequency(self._lengths["chars"]["filled"], self.frequency("chars", folded[:2]))
        plain = idf * frequency / (frequency + K1 * (1 - B + B * len(folded) / self.average["chars"]))
        # what was removed makes the server's idf less, and hardly ever more
        return 1 + K1 if score > plain * (1 + K1) ** 0.5 else 1.0


def segmenter_of(userdict: bytes | None) -> Segmenter:
    """The word cutter of an archive, with the dictionary that came along with it."""
    if userdict is None:
        return Segmenter()
    descriptor, name = tempfile.mkstemp(prefix="juanzong-", suffix=".txt")
    with os.fdopen(descriptor, "wb") as file:
        file.write(userdict)
    made = Segmenter(Path(name))
    weakref.finalize(made, Path(name).unlink, missing_ok=True)
    return made
