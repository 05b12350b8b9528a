"""From rows to an archive that can be searched: what the whole corpus decides, what readers are helped by, then the alias.

Every step works on what the cluster holds, so that it does not matter how many machines have read it.
"""

from __future__ import annotations

import io
import tempfile
import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from juanzong.index.build.intake import Progress
from juanzong.index.build.inventory import Entry
from juanzong.index.build.worker import single
from juanzong.index.cluster.archive import ClusterArchive, Generation, now, sign_of_life
from juanzong.index.cluster.intake import Intake
from juanzong.index.cluster.rows import indexed, key_of
from juanzong.index.cluster.sending import Sender, action
from juanzong.index.cluster.tallies import SUGGESTIONS, TALLY, Tally, read_blob, records, tally_of, write_blob
from juanzong.index.corpus.files import Piece, SourceFile, pieces
from juanzong.index.errors import JuanzongError
from juanzong.index.records import Notice
from juanzong.index.store.duplicates import grouped, joined, shingles
from juanzong.index.store.suggestions import entries_of, write_entries
from juanzong.index.text.analysis import Segmenter
from juanzong.index.vectors import Array

Json = dict[str, Any]
Place: TypeAlias = tuple[str, str, int]
"""A document by its file, its path and its line."""
FACETS = ("city", "agency", "source")
ROWS = 500
KEYS = 500


def _place(row: Json) -> Place:
    return row["file"], row["path"], row["line"]


class Publication:
    """Finishes a generation whose rows have all been sent."""

    def __init__(
        self,
        archive: ClusterArchive,
        generation: Generation,
        intake: Intake,
        sender: Sender,
        files: Sequence[SourceFile],
        segmenter: Segmenter,
        report: Callable[[Progress], None],
    ) -> None:
        self.archive, self.generation, self.intake, self.sender = archive, generation, intake, sender
        self.connection = archive.connection
        self.files = {file.relative: file for file in files}
        self.segmenter, self._report = segmenter, report
        self.renamed = 0
        self._seen = time.monotonic()

    def finish(self, manifest: Json, tally: Tally) -> Generation:
        """Everything from the second reading to the alias. `tally` is of what has been read."""
        self._step("dates")
        self.refresh()
        self.read_again(tally)
        self._step("duplicates")
        self.refresh()
        self.write_groups()
        self.refresh()
        self._step("suggestions")
        counts, lengths = self.counts()
        values = {name: self.values(name) for name in FACETS}
        self.write_suggestions(values, tally)
        write_blob(self.sender, self.generation, TALLY, tally.encode())
        self.sender.wait()
        self._step("publish")
        return self.archive.publish(
            self.generation,
            {
                **manifest,
                "built_at": now(),
                "counts": counts,
                "lengths": lengths,
                "values": {name: len(found) for name, found in values.items()},
                "renamed": self.renamed,
            },
        )

    def refresh(self) -> None:
        self.sender.wait()
        self.connection.call("POST", f"/{','.join(self.generation.indices)}/_refresh")

    def _step(self, name: str) -> None:
        self._report(Progress("publish", 0, 1, name, self.intake.documents, self.intake.paragraphs))
        self.generation = self.archive.write_manifest(self.generation, {"builder": sign_of_life()})
        self.intake.generation = self.generation

    # --- the second reading ---

    def read_again(self, tally: Tally) -> None:
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
            self.intake.tally = Tally()
            self.intake.read_again(list(self.pieces(again)), names, notices)
            self.intake.tally = Tally()
            self.intake.read_again(list(self.pieces(deferred)), names, notices)
            tally.add(self.intake.tally)
        self.refresh()

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

    def remove(self, documents: Iterable[str] = (), files: Iterable[str] = ()) -> Tally:
        """Removes documents by id or by the file that they were read from, with their paragraphs; gives what these had added to the tally."""
        gone = Tally()
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
                gone.add(tally_of([{**row, **indexed(row, self.segmenter)} for row in rows]))
                self.sender.send(action("delete", self.generation.paragraphs, row["id"]) for row in rows)
                for index, key in (
                    (self.generation.documents, "id" if field == "document" else "file"),
                    (self.generation.articles, field),
                ):
                    found = self.connection.scroll(index, {"terms": {key: chosen}}, ["_doc"], False)
                    self.sender.send(action("delete", index, hit["_id"]) for hit in found)
        if documents or files:
            self.refresh()
        return gone

    # --- near-duplicates ---

    def write_groups(self) -> None:
        """Finds near-duplicates among all paragraphs, and writes those again whose group is another than before."""
        ids: list[str] = []
        before: dict[int, str] = {}
        found: list[Array] = []
        texts: list[str] = []

        def take() -> None:
            found.append(shingles(texts, np.arange(len(ids) - len(texts), len(ids))))
            texts.clear()

        for hit in self.connection.scroll(
            self.generation.paragraphs, {"match_all": {}}, ["id"], ["id", "text", "same"], size=2_000
        ):
            row = hit["_source"]
            if "same" in row:
                before[len(ids)] = row["same"]
            ids.append(row["id"])
            texts.append(row["text"])
            if len(texts) >= 1_000:
                take()
        if texts:
            take()
        members, groups = grouped(joined(found), len(ids))
        leader: dict[int, str] = {}
        after = {
            member: leader.setdefault(group, ids[member]) for member, group in zip(members.tolist(), groups.tolist())
        }
        changed = [number for number in sorted({*before, *after}) if before.get(number) != after.get(number)]
        for first in range(0, len(changed), ROWS):
            chosen = changed[first : first + ROWS]
            answer = self.connection.call(
                "POST", f"/{self.generation.paragraphs}/_mget", {"ids": [ids[number] for number in chosen]}
            )
            for number, of_row in zip(chosen, answer["docs"], strict=True):
                row = {**of_row["_source"], "same": after.get(number)}
                self.sender.send([action("index", self.generation.paragraphs, row["id"], indexed(row, self.segmenter))])

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

    def values(self, name: str) -> Counter[str]:
        """Every value of a facet and how many paragraphs have it."""
        return Counter(dict(all_values(self.archive, self.generation, name)))

    def write_suggestions(self, values: dict[str, Counter[str]], tally: Tally) -> None:
        with tempfile.TemporaryDirectory(prefix="juanzong-") as temporary:
            folder = Path(temporary) / SUGGESTIONS
            words = Counter({word: count for word, count in tally.words.items() if count > 1})
            write_entries(folder, entries_of(values["city"], values["agency"], words, tally.titles), self.segmenter)
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
                for path in sorted(folder.iterdir()):
                    archive.write(path, path.name)
        write_blob(self.sender, self.generation, SUGGESTIONS, packed.getvalue())


def all_values(
    archive: ClusterArchive, generation: Generation, name: str, query: Json | None = None
) -> Iterator[tuple[str, int]]:
    """Every value of a keyword field and its paragraphs, exact however many there are."""
    after: Json | None = None
    while True:
        composite: Json = {
            "size": 5_000,
            "sources": [{"value": {"terms": {"field": name}}}],
            **({"after": after} if after else {}),
        }
        found = archive.connection.search(
            generation.paragraphs,
            {"size": 0, "query": query or {"match_all": {}}, "aggs": {"all": {"composite": composite}}},
        )
        part = found["aggregations"]["all"]
        yield from ((bucket["key"]["value"], bucket["doc_count"]) for bucket in part["buckets"])
        after = part.get("after_key")
        if after is None or not part["buckets"]:
            return


def tally_of_generation(archive: ClusterArchive, generation: Generation) -> Tally:
    """What was counted when a generation was built."""
    data = read_blob(archive.connection, generation, TALLY)
    return Tally.decode(data) if data is not None else Tally()


def entries_by_path(archive: ClusterArchive, generation: Generation) -> dict[str, Entry]:
    """The files that a generation was made of."""
    found = {}
    for row in records(archive.connection, generation, "file"):
        data = row["data"]
        found[row["name"]] = Entry(**{**data, "notices": [Notice(**notice) for notice in data["notices"]]})
    return found
