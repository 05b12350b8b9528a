"""From rows to an archive that can be searched: what the whole corpus decides, what readers are helped by, then the alias.

Every step works on what the cluster holds, so that it does not matter how many machines have read it.
"""

from __future__ import annotations

import io
import tempfile
import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

from juanzong.index.build import BuildSummary
from juanzong.index.build.intake import Progress
from juanzong.index.build.worker import single
from juanzong.index.cluster import ledger
from juanzong.index.cluster.archive import now
from juanzong.index.cluster.likeness import write_groups
from juanzong.index.cluster.rows import indexed, key_of
from juanzong.index.cluster.sending import action
from juanzong.index.cluster.tallies import SUGGESTIONS, TALLY, ArchiveCounts, records, tally_of, write_blob
from juanzong.index.cluster.values import FACETS, all_values
from juanzong.index.cluster.workshop import Workshop
from juanzong.index.corpus.pieces import Piece, pieces
from juanzong.index.errors import JuanzongError
from juanzong.index.records import Notice
from juanzong.index.store.suggestions import entries_of, write_entries

Json = dict[str, Any]
Place: TypeAlias = tuple[str, str, int]
"""A document by its file, its path and its line."""
KEYS = 500


def _place(row: Json) -> Place:
    return row["file"], row["path"], row["line"]


class Publication:
    """Finishes a generation whose rows have all been sent."""

    def __init__(self, shop: Workshop, copied: bool = False) -> None:
        """`copied`: the generation began as a copy of the one before."""
        self.copied = copied
        self.shop, self.archive, self.sender = shop, shop.archive, shop.sender
        self.connection = shop.archive.connection
        self.generation = shop.generation
        self.files = {file.relative: file for file in shop.files}
        self.renamed = 0

    def finish(self, tally: ArchiveCounts, started: float) -> BuildSummary:
        """Everything from the second reading to the alias. `tally` is of what has been read, `started` a time of the monotonic clock."""
        shop = self.shop
        shop.step("dates")
        shop.refresh()
        self.read_again(tally)
        shop.step("duplicates")
        write_groups(shop)
        shop.step("suggestions")
        counts, lengths = self.counts()
        values = {name: Counter(dict(all_values(self.archive, self.generation, name))) for name in FACETS}
        self.write_suggestions(values, tally)
        write_blob(self.sender, self.generation, TALLY, tally.encode())
        first = ledger.close(self.archive, self.generation, self.sender)
        self.sender.wait()
        shop.step("merge")
        # a copy of the generation before shares its files, which are not written again for a few changes
        for _ in self.archive.compact(self.generation, fully=not self.copied):
            shop.stay_alive()
        shop.step("publish")
        shop.generation = self.archive.publish(
            shop.generation,
            {
                **shop.generation.manifest,
                "built_at": now(),
                "seconds": round(time.monotonic() - started, 3),
                "counts": counts,
                "lengths": lengths,
                "values": {name: len(found) for name, found in values.items()},
                "renamed": self.renamed,
                "first_arrival": first,
            },
        )
        shop.report(Progress("publish", 1, 1, "generations", counts["documents"], counts["paragraphs"]))
        return shop.summary(counts, started)

    # --- the second reading ---

    def read_again(self, tally: ArchiveCounts) -> None:
        """Dates documents by the notices of the whole corpus, and gives each of several documents with one id its own."""
        placed = self.connection.scroll(
            self.generation.documents, {"term": {"deferred": True}}, ["_doc"], ["file", "path", "line"]
        )
        deferred = {_place(hit["_source"]) for hit in placed}
        names, claimed = self._claims()
        self.remove(documents=claimed)
        again = {place for places in claimed.values() for place in places} - deferred
        if deferred or again:
            notices = [
                Notice(**notice)
                for row in records(self.connection, self.generation, "file", ["data"])
                for notice in row["data"]["notices"]
            ]
            # what is read for the second time has been counted; its words are the same under another id
            self.shop.intake.tally = ArchiveCounts()
            self.shop.intake.read_again(list(self.pieces(again)), names, notices)
            self.shop.intake.tally = ArchiveCounts()
            self.shop.intake.read_again(list(self.pieces(deferred)), names, notices)
            tally.add(self.shop.intake.tally)
            self.shop.refresh()

    def _claims(self) -> tuple[dict[tuple[str, int], str], dict[str, list[Place]]]:
        """The ids that documents get instead of their own, by path and line; and for each id that several claim, who does, in corpus order."""
        claims: dict[str, list[Place]] = defaultdict(list)
        for row in records(self.connection, self.generation, "claim", ["data"]):
            claims[row["data"]["id"]].append(_place(row["data"]))
        names: dict[tuple[str, int], str] = {}
        disputed: dict[str, list[Place]] = {}
        for document_id, places in sorted(claims.items()):
            owner = self.connection.call(
                "GET", f"/{self.generation.documents}/_doc/{key_of(document_id)}", missing=None
            )
            if owner is None:
                continue
            everyone = sorted({_place(owner["_source"]), *places})
            if len(everyone) < 2:
                # a row that was sent twice because its answer was lost
                continue
            disputed[document_id] = everyone
            number = 2
            for _, path, line in everyone[1:]:
                while self._exists(f"{document_id}~{number}"):
                    number += 1
                names[path, line] = f"{document_id}~{number}"
                number += 1
        self.renamed += len(names)
        return names, disputed

    def _exists(self, document_id: str) -> bool:
        return (
            self.connection.call(
                "GET", f"/{self.generation.documents}/_doc/{key_of(document_id)}", missing=None, _source=False
            )
            is not None
        )

    def pieces(self, places: Iterable[Place]) -> Iterator[Piece]:
        """The pieces of single documents, in corpus order."""
        wanted: dict[str, set[tuple[str, int]]] = defaultdict(set)
        for file, path, line in places:
            wanted[file].add((path, line))
        for file in sorted(wanted):
            if file not in self.files:
                raise JuanzongError(
                    f"The file {file} was read before and is not there now. Do not change the corpus while it is read; run the build again."
                )
            for piece in pieces(self.files[file]):
                if piece.is_opened:
                    yield replace(piece, only=frozenset(wanted[file]))
                elif not piece.is_jsonl:
                    yield piece
                else:
                    last = piece.first_line + piece.data.count(b"\n")
                    for path, line in sorted(wanted[file]):
                        if piece.first_line <= line <= last:
                            yield single(piece, path, line)

    def remove(self, documents: Iterable[str] = (), files: Iterable[str] = ()) -> ArchiveCounts:
        """Removes documents by id or by the file that they were read from, with their paragraphs; gives what these had added to the tally."""
        gone = ArchiveCounts()
        for field, names in (("document", list(documents)), ("file", list(files))):
            for first in range(0, len(names), KEYS):
                chosen = names[first : first + KEYS]
                found = self.connection.scroll(
                    self.generation.paragraphs,
                    {"terms": {field: chosen}},
                    ["document", "seq"],
                    ["id", "document", "article", "is_title", "text", "title_text"],
                )
                rows = [hit["_source"] for hit in found]
                gone.add(tally_of([{**row, **indexed(row, self.shop.segmenter)} for row in rows]))
                self.sender.send(action("delete", self.generation.paragraphs, row["id"]) for row in rows)
                for index, key in (
                    (self.generation.documents, "id" if field == "document" else "file"),
                    (self.generation.articles, field),
                ):
                    found = self.connection.scroll(index, {"terms": {key: chosen}}, ["_doc"], False)
                    self.sender.send(action("delete", index, hit["_id"]) for hit in found)
        if documents or files:
            self.shop.refresh()
        return gone

    # --- counts and suggestions ---

    def counts(self) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
        """Documents, articles and paragraphs; and for each field the tokens of all paragraphs and how many paragraphs have any."""
        fields = ("words", "chars")
        sums: Json = {f"{field}_length": {"sum": {"field": f"{field}_length"}} for field in fields}
        filled: Json = {field: {"filter": {"range": {f"{field}_length": {"gt": 0}}}} for field in fields}
        titled: Json = {f"title_{field}": {"filter": {"exists": {"field": f"title_{field}"}}} for field in fields}
        found = self.connection.search(
            self.generation.paragraphs, {"size": 0, "track_total_hits": True, "aggs": {**sums, **filled, **titled}}
        )
        of = found["aggregations"]
        documents = self.connection.search(
            self.generation.documents,
            {"size": 0, "track_total_hits": True, "aggs": {"articles": {"sum": {"field": "articles"}}}},
        )
        counts = {
            "documents": documents["hits"]["total"]["value"],
            "articles": round(documents["aggregations"]["articles"]["value"]),
            "paragraphs": found["hits"]["total"]["value"],
            "unread_pages": sum(
                row["data"]["unread"] for row in records(self.connection, self.generation, "file", ["data.unread"])
            ),
        }
        lengths = {
            field: {
                "tokens": round(of[f"{field}_length"]["value"]),
                "filled": of[field]["doc_count"],
                "titled": of[f"title_{field}"]["doc_count"],
            }
            for field in fields
        }
        return counts, lengths

    def write_suggestions(self, values: dict[str, Counter[str]], tally: ArchiveCounts) -> None:
        with tempfile.TemporaryDirectory(prefix="juanzong-") as temporary:
            folder = Path(temporary) / SUGGESTIONS
            words = Counter({word: count for word, count in tally.words.items() if count > 1})
            write_entries(
                folder, entries_of(values["city"], values["agency"], words, tally.titles), self.shop.segmenter
            )
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
                for path in sorted(folder.iterdir()):
                    archive.write(path, path.name)
        write_blob(self.sender, self.generation, SUGGESTIONS, packed.getvalue())
