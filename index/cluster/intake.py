"""Files of a corpus become rows on a cluster: read and cut in worker processes, sent while more is read.

It is the reading of a build into a folder with another way out. Two things can only be told from the whole corpus and are left to the
publication: documents that other documents date, and ids that several documents claim.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from juanzong.index.build import pool
from juanzong.index.build.intake import Builder, Progress
from juanzong.index.build.inventory import InventoryRow, file_hash
from juanzong.index.build.worker import Batch, BatchResult, batches
from juanzong.index.cluster.archive import Generation
from juanzong.index.cluster.ledger import Ledger, kept
from juanzong.index.cluster.rows import article_rows, document_row, indexed, key_of, paragraph_rows
from juanzong.index.cluster.sending import Sender, action, operations_of
from juanzong.index.cluster.tallies import ArchiveCounts, tally_of
from juanzong.index.corpus.files import SourceFile
from juanzong.index.corpus.pieces import Piece
from juanzong.index.facts.dates.notices import bracket
from juanzong.index.records import Document, Notice
from juanzong.index.store.descriptions import clean
from juanzong.index.store.fingerprint import OwnFiles
from juanzong.index.text.analysis import Segmenter


@dataclass(frozen=True)
class RowWriter:
    """Writes documents as operations of bulk requests, in a worker process. A document that is new claims its id."""

    generation: Generation
    claim: bool
    ledger: Path | None = None

    def __call__(self, documents: Iterable[Document], place: Path, segmenter: Segmenter) -> None:
        total = ArchiveCounts()
        counted = [0, 0]
        known = kept(self.ledger) if self.ledger else Ledger.decode(b"")
        day, number = int(self.generation.manifest.get("day", 0)), self.generation.number
        with place.with_suffix(".rows").open("wb") as file:
            for document in documents:
                arrival = known.arrival(clean(document.id), day, number)
                rows = [indexed(row, segmenter) for row in paragraph_rows(document, arrival)]
                record = document_row(document, rows, arrival)
                file.write(
                    action("create" if self.claim else "index", self.generation.documents, key_of(record["id"]), record)
                )
                for row in rows:
                    file.write(action("index", self.generation.paragraphs, row["id"], row))
                for article in article_rows(document, rows):
                    file.write(action("index", self.generation.articles, key_of(article["id"]), article))
                total.add(tally_of(rows))
                counted[0] += 1
                counted[1] += len(rows)
        place.with_suffix(".tally").write_bytes(total.encode())
        place.with_suffix(".count").write_text(f"{counted[0]} {counted[1]}", encoding="ascii")


class Intake(Builder):
    """Reads files and sends what comes of them."""

    def __init__(
        self,
        folder: Path,
        own: OwnFiles,
        jobs: int,
        report: Callable[[Progress], None],
        generation: Generation,
        sender: Sender,
        ledger: Ledger | None = None,
    ) -> None:
        """`ledger` are the documents that earlier generations had."""
        super().__init__(folder, own, jobs, report)
        self.generation, self.sender = generation, sender
        self._ledger = folder / "ledger" if ledger else None
        if ledger and self._ledger:
            self._ledger.write_bytes(ledger.encode())
        self.tally = ArchiveCounts()

    def read(self, files: Sequence[SourceFile], known: Iterable[Notice] = ()) -> None:
        """Reads files for the first time. `known` is not needed: nothing is dated by others here."""
        sizes = {file.relative: file.size() for file in files}
        total = sum(sizes.values())
        self.inventory.update({file.relative: InventoryRow(file_hash(file)) for file in files})
        expanded: Counter[str] = Counter()
        for batch, result in pool.run(self._batches(batches(files), final=False), self.jobs, total):
            for path, notice in result.notices:
                self.inventory[path].notices.append(notice)
            for piece in result.deferred:
                self.inventory[piece.file.relative].undated.append(piece.first_line if piece.is_jsonl else 0)
            self._accept(batch, result, {})
            for piece in batch.pieces:
                expanded[piece.file.relative] += piece.size
            done = sum(min(sizes[path], size) for path, size in expanded.items())
            self.report(Progress("read", done, total, "bytes", self.documents, self.paragraphs))
        self.report(Progress("read", total, total, "bytes", self.documents, self.paragraphs))

    def read_again(self, pieces: Sequence[Piece], ids: dict[tuple[str, int], str], notices: Iterable[Notice]) -> None:
        """Reads single documents with what the whole corpus says; `ids` are those that a document gets instead of its own."""
        self.context = replace(self.context, notices=bracket(notices))
        groups = (tuple(pieces[i : i + 200]) for i in range(0, len(pieces), 200))
        for batch, result in pool.run(
            self._batches(groups, final=True, ids=ids), self.jobs, sum(piece.size for piece in pieces)
        ):
            self._accept(batch, result, ids)

    def _batches(
        self, groups: Iterable[tuple[Piece, ...]], final: bool, ids: dict[tuple[str, int], str] | None = None
    ) -> Iterator[Batch]:
        for batch in super()._batches(groups, final, ids):
            yield replace(batch, writer=RowWriter(self.generation, not final, self._ledger))

    def _accept(self, batch: Batch, result: BatchResult, ids: dict[tuple[str, int], str]) -> list[Piece]:
        self.unresolved.update(result.unresolved)
        self.unresolved_sources.update(result.unresolved_sources)
        for path, problem in result.warnings:
            self.warn(path, problem)
        for _, path, _ in result.ids:
            file = result.files.get(path, path)
            if file in self.inventory:
                self.inventory[file].documents += 1
        for path, pages in result.unread.items():
            if path in self.inventory:
                self.inventory[path].unread += pages
        for document_id, path, line in result.deferred_ids:
            row = {
                "id": document_id,
                "path": path,
                "file": result.files.get(path, path),
                "line": line,
                "articles": 0,
                "paragraphs": 0,
                "deferred": True,
            }
            self.sender.send([action("create", self.generation.documents, key_of(document_id), row)])
        for name in result.segments:
            self._add_part(name, set())
        return []

    def _add_part(self, name: str, without: set[tuple[str, int]]) -> None:
        place = self.folder / name
        self.sender.send(operations_of(place.with_suffix(".rows").read_bytes()))
        self.tally.add(ArchiveCounts.decode(place.with_suffix(".tally").read_bytes()))
        documents, paragraphs = place.with_suffix(".count").read_text(encoding="ascii").split()
        self.documents += int(documents)
        self.paragraphs += int(paragraphs)
        for suffix in (".rows", ".tally", ".count"):
            place.with_suffix(suffix).unlink()
        self._parts.append(name)

    def write_inventory(self, part: int) -> None:
        """Keeps what of each file matters to other files and to the next update."""
        for path, entry in self.inventory.items():
            row = {"kind": "file", "name": path, "part": part, "data": asdict(entry)}
            self.sender.send([action("index", self.generation.records, f"file-{key_of(path)}", row)])
