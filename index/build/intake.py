"""Files become a segment: read in batches, dated by the whole corpus where they must be, merged into one."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from juanzong.index.build import pool
from juanzong.index.build.inventory import Inventory, InventoryRow, file_hash
from juanzong.index.build.worker import Batch, BatchResult, batches, single
from juanzong.index.corpus.files import SourceFile
from juanzong.index.corpus.pieces import Piece
from juanzong.index.errors import UnreadableInput
from juanzong.index.facts.agencies.lexicon import lexicon
from juanzong.index.facts.context import ReadingContext
from juanzong.index.facts.dates.notices import bracket
from juanzong.index.records import Notice, Problem
from juanzong.index.store.arrays import ArrayReader
from juanzong.index.store.fingerprint import OwnFiles
from juanzong.index.store.merge import Source, merge
from juanzong.index.store.segment import Segment
from juanzong.index.text.analysis import Segmenter

MAX_REPORTED = 2_000
AGAIN = 900_000
AGAIN_PIECES = 200


@dataclass(frozen=True)
class Progress:
    """How far a build is. `stage` is read, merge or publish; `done` and `total` count `unit`s; `documents` and `paragraphs` so far.

    Before all of them `space` tells how many bytes of the disk the build may need (`done`), and how many are free (`total`)."""

    stage: str
    done: int
    total: int
    unit: str
    documents: int = 0
    paragraphs: int = 0


def require(own: OwnFiles) -> None:
    """Raises UnreadableInput or UsageError for a file of the user's own that cannot be understood."""
    if own.userdict is not None:
        Segmenter(own.userdict).cut("")
    if own.agencies is not None:
        lexicon(str(own.agencies))


class Builder:
    """Reads files into a folder of its own."""

    def __init__(self, folder: Path, own: OwnFiles, jobs: int, report: Callable[[Progress], None]) -> None:
        self.folder, self.jobs, self.report = folder, jobs, report
        copies = own.copied(folder)
        self.userdict = copies.userdict
        self.context = ReadingContext(agency_file=str(copies.agencies) if copies.agencies else None)
        require(copies)
        self.inventory = Inventory()
        self.warnings: list[tuple[str, Problem]] = []
        self.warning_counts: Counter[str] = Counter()
        self.unresolved: Counter[str] = Counter()
        self.unresolved_sources: Counter[str] = Counter()
        self.documents = self.paragraphs = 0
        self.renamed = 0
        self._parts: list[str] = []
        self._ids: set[int] = set()

    def read(self, files: Sequence[SourceFile], known: Iterable[Notice] = ()) -> None:
        """Reads all files into parts; documents that need the whole corpus, or whose id is taken, are read again at the end.

        `known` are notices of documents that are not read here."""
        sizes = {file.relative: file.size() for file in files}
        total = sum(sizes.values())
        self.inventory.update({file.relative: InventoryRow(file_hash(file)) for file in files})
        notices = list(known)
        again: list[Piece] = []
        ids: dict[tuple[str, int], str] = {}
        expanded: Counter[str] = Counter()
        for batch, result in pool.run(self._batches(batches(files), final=False), self.jobs, total):
            for path, notice in result.notices:
                self.inventory[path].notices.append(notice)
                notices.append(notice)
            for piece in result.deferred:
                self.inventory[piece.file.relative].undated.append(piece.first_line if piece.is_jsonl else 0)
            again += result.deferred + self._accept(batch, result, ids)
            for piece in batch.pieces:
                expanded[piece.file.relative] += piece.size
            done = sum(min(sizes[path], size) for path, size in expanded.items())
            self.report(Progress("read", done, total, "bytes", self.documents, self.paragraphs))
        if again:
            self.context = replace(self.context, notices=bracket(notices))
            groups = (tuple(again[i : i + AGAIN_PIECES]) for i in range(0, len(again), AGAIN_PIECES))
            for batch, result in pool.run(
                self._batches(groups, final=True, ids=ids), self.jobs, sum(piece.size for piece in again)
            ):
                self._accept(batch, result, ids)
        self.report(Progress("read", total, total, "bytes", self.documents, self.paragraphs))

    def _batches(
        self, groups: Iterable[tuple[Piece, ...]], final: bool, ids: dict[tuple[str, int], str] | None = None
    ) -> Iterator[Batch]:
        for number, group in enumerate(groups):
            yield Batch(
                number + (AGAIN if final else 0), group, self.context, self.folder, self.userdict, final, ids or {}
            )

    def _accept(self, batch: Batch, result: BatchResult, ids: dict[tuple[str, int], str]) -> list[Piece]:
        """Takes over what a worker made; gives the pieces of documents whose id is taken, and notes the id that they get instead."""
        self.unresolved.update(result.unresolved)
        for path, pages in result.unread.items():
            self.inventory[path].unread += pages
        self.unresolved_sources.update(result.unresolved_sources)
        for path, problem in result.warnings:
            self.warn(path, problem)
        taken: set[tuple[str, int]] = set()
        for document_id, path, line in result.ids:
            if hash(document_id) in self._ids and not batch.final:
                taken.add((path, line))
                ids[path, line] = self._free_id(document_id)
            self._ids.add(hash(document_id))
            self.inventory[result.files.get(path, path)].documents += (path, line) not in taken
        for document_id, path, line in result.deferred_ids:
            if hash(document_id) in self._ids:
                ids[path, line] = self._free_id(document_id)
                self.renamed += 1
            self._ids.add(hash(document_id))
        self.renamed += len(taken)
        for name in result.segments:
            self._add_part(name, taken)
        pieces = {}
        for piece in batch.pieces if taken else ():
            for path, line in taken:
                if piece.file.relative == result.files.get(path, path) and (
                    not piece.is_jsonl or 0 <= line - piece.first_line < piece.data.count(b"\n") + 1
                ):
                    pieces[path, line] = single(piece, path, line)
        return list(pieces.values())

    def warn(self, path: str, problem: Problem) -> None:
        """Notes a problem for the report."""
        self.warning_counts[problem.code] += 1
        if len(self.warnings) < MAX_REPORTED:
            self.warnings.append((path, problem))

    def _add_part(self, name: str, without: set[tuple[str, int]]) -> None:
        arrays = ArrayReader(self.folder / name)
        if without:
            segment = Segment(self.folder / name)
            places = [(record["path"], record["line"]) for record in map(segment.document, range(segment.documents))]
            live = np.array([place not in without for place in places], bool)
            if not live.all():
                merge([Source(arrays, live)], self.folder / f"{name}-kept")
                name = f"{name}-kept"
                arrays = ArrayReader(self.folder / name)
        self._parts.append(name)
        self.documents += arrays.attributes["documents"]
        self.paragraphs += arrays.attributes["paragraphs"]

    def has_id(self, document_id: str) -> bool:
        """Whether a document that was read here has this id."""
        return hash(document_id) in self._ids

    def _free_id(self, wanted: str) -> str:
        number = 2
        while hash(f"{wanted}~{number}") in self._ids:
            number += 1
        self._ids.add(hash(f"{wanted}~{number}"))
        return f"{wanted}~{number}"

    def merge(self, name: str) -> bool:
        """Makes one segment of all parts under this name; says whether there was anything."""
        self.report(Progress("merge", 0, 1, "segments", self.documents, self.paragraphs))
        if len(self._parts) == 1:
            os.rename(self.folder / self._parts[0], self.folder / name)
        elif self._parts:
            merge([Source(ArrayReader(self.folder / part)) for part in self._parts], self.folder / name)
        for leftover in self.folder.glob("part-*"):
            shutil.rmtree(leftover)
        self.report(Progress("merge", 1, 1, "segments", self.documents, self.paragraphs))
        return bool(self._parts)

    def data_report(self) -> dict[str, Any]:
        """What a curator should see, as JSON."""
        return {
            "warnings": [{"path": path, **asdict(problem)} for path, problem in self.warnings],
            "warning_counts": dict(self.warning_counts),
            "unresolved": self.unresolved.most_common(MAX_REPORTED),
            "unresolved_sources": self.unresolved_sources.most_common(MAX_REPORTED),
        }

    def require(self) -> None:
        """Raises UnreadableInput where nothing could be read."""
        if not self._parts:
            first = f" First: {self.warnings[0][0]}: {self.warnings[0][1].message}" if self.warnings else ""
            raise UnreadableInput(f"No document could be read, so the index was left as it is.{first}")
