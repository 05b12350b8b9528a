"""`rebuild`: a corpus becomes a new generation, while the old one goes on serving."""
from __future__ import annotations

import datetime
import json
import multiprocessing
import os
import shutil
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from index.analysis import Segmenter
from index.arrays import ArrayReader
from index.batches import Batch, BatchResult, batches, process
from index.context import ReadingContext
from index.errors import JuanzongError, NoIndex, UnreadableInput
from index.generation import USERDICT, IndexDirectory
from index.merge import Source, merge
from index.notices import bracket
from index.records import Problem
from index.sources import Piece, SourceFile, find_files

POOL_WORTHWHILE = 4 << 20
REPORT = "report.json"
MAX_REPORTED = 2_000


@dataclass(frozen=True)
class Progress:
    """How far a build is. `stage` is read, merge or publish; `done` and `total` count `unit`s; `documents` and `paragraphs` so far."""

    stage: str
    done: int
    total: int
    unit: str
    documents: int = 0
    paragraphs: int = 0


@dataclass(frozen=True)
class BuildSummary:
    """What a build made. `values` counts the distinct values of each facet."""

    generation: int
    documents: int
    articles: int
    paragraphs: int
    values: dict[str, int]
    warnings: list[tuple[str, Problem]]
    unresolved: list[tuple[str, int]]
    seconds: float
    corpora: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "warnings": [{"path": path, **asdict(problem)} for path, problem in self.warnings]}


def rebuild(index_dir: Path | str, corpora: Sequence[Path | str] = (), *, jobs: int | None = None, userdict: Path | None = None,
            progress: Callable[[Progress], None] | None = None, agency_file: Path | None = None) -> BuildSummary:
    """Builds the whole index anew and publishes it. Without corpora those of the last build are read, or `seeds`.

    Raises UnreadableInput where there is nothing to read, IndexBusy where another build runs, and JuanzongError where the disk is full;
    in all these cases the index is what it was before."""
    started = time.monotonic()
    directory = IndexDirectory(Path(index_dir))
    folders = [Path(corpus) for corpus in corpora] or _last_corpora(directory)
    files = find_files(folders)
    if userdict is not None:
        Segmenter(userdict).cut("")
    context = ReadingContext(agency_file=str(agency_file) if agency_file else None)
    try:
        with directory.writing() as folder:
            builder = _Builder(folder, context, userdict, jobs or os.cpu_count() or 1, progress or (lambda _: None))
            builder.read(files)
            builder.merge()
            summary = builder.publish(directory, folders, started)
    except OSError as error:
        raise JuanzongError(f"The index could not be written ({error.strerror or error}). The old index is unchanged; free some space and try again.") from error
    return summary


def _last_corpora(directory: IndexDirectory) -> list[Path]:
    try:
        manifest = directory.open()[0].manifest
        folders = [Path(corpus) for corpus in manifest["corpora"]]
    except NoIndex:
        folders = []
    if folders:
        return folders
    seeds = Path("seeds")
    if not seeds.exists():
        seeds = Path(__file__).parent.parent / "seeds"
    if not seeds.exists():
        raise UnreadableInput("There is nothing to build from. Give the folder of your documents: `juanzong rebuild FOLDER`.")
    return [seeds]


class _Builder:
    """One build in its folder."""

    def __init__(self, folder: Path, context: ReadingContext, userdict: Path | None, jobs: int, report: Callable[[Progress], None]) -> None:
        self.folder, self.context, self.jobs, self.report = folder, context, jobs, report
        self.userdict = userdict
        self.parts: list[str] = []
        self.warnings: list[tuple[str, Problem]] = []
        self.warning_counts: Counter[str] = Counter()
        self.unresolved: Counter[str] = Counter()
        self.seen: set[int] = set()
        self.sources: Counter[str] = Counter()
        self.documents = self.articles = self.paragraphs = 0
        if userdict is not None:
            shutil.copyfile(userdict, folder / USERDICT)
            self.userdict = folder / USERDICT

    # --- read ---

    def read(self, files: Sequence[SourceFile]) -> None:
        """Reads all files into parts, then the documents that needed the whole corpus first."""
        total = sum(file.path.stat().st_size for file in files if file.path.exists())
        done = {"bytes": 0}
        sizes = {file.relative: file.path.stat().st_size for file in files if file.path.exists()}
        notices, deferred, taken = [], [], []
        finished: set[str] = set()
        expanded: Counter[str] = Counter()
        for batch, result in self._run(self._batches(batches(files), final=False), total):
            notices += result.notices
            deferred += result.deferred
            taken += self._accept(result, batch)
            for piece in batch.pieces:
                expanded[piece.file.relative] += len(piece.data)
                if piece.file.relative not in finished:
                    finished.add(piece.file.relative)
            done["bytes"] = sum(min(sizes.get(name, 0), expanded[name]) for name in finished)
            self.report(Progress("read", done["bytes"], total, "bytes", self.documents, self.paragraphs))
        again = [*deferred, *(piece for piece, _ in taken)]
        if again:
            ids = {key: self._free_id(wanted) for _, (wanted, *key_parts) in taken for key in [tuple(key_parts)]}
            self.context = replace(self.context, notices=bracket(notices))
            groups = (tuple(again[i:i + 200]) for i in range(0, len(again), 200))
            for batch, result in self._run(self._batches(groups, final=True, ids=ids), total):
                self._accept(result, batch)
        self.report(Progress("read", total, total, "bytes", self.documents, self.paragraphs))

    def _batches(self, groups: Iterable[tuple[Piece, ...]], final: bool, ids: dict[Any, str] | None = None) -> Iterator[Batch]:
        base = 900_000 if final else 0
        for number, group in enumerate(groups):
            yield Batch(base + number, group, self.context, self.folder, self.userdict, final, ids or {})

    def _run(self, work: Iterator[Batch], total: int) -> Iterator[tuple[Batch, BatchResult]]:
        """Processes batches in order; at most three a worker wait, so that memory stays bounded."""
        if self.jobs < 2 or total < POOL_WORTHWHILE:
            for batch in work:
                yield batch, process(batch)
            return
        waiting: deque[tuple[Batch, Future[BatchResult]]] = deque()
        with ProcessPoolExecutor(self.jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
            try:
                for batch in work:
                    waiting.append((batch, pool.submit(process, batch)))
                    if len(waiting) >= 3 * self.jobs:
                        first, future = waiting.popleft()
                        yield first, future.result()
                while waiting:
                    first, future = waiting.popleft()
                    yield first, future.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _accept(self, result: BatchResult, batch: Batch) -> list[tuple[Piece, tuple[str, str, int]]]:
        """Takes over what a worker made; gives the documents whose id is taken, which must be read again under another."""
        self.documents += result.documents
        self.articles += result.articles
        self.paragraphs += result.paragraphs
        self.unresolved.update(result.unresolved)
        for path, problem in result.warnings:
            self.warning_counts[problem.code] += 1
            if len(self.warnings) < MAX_REPORTED:
                self.warnings.append((path, problem))
        self.parts += result.segments
        taken = []
        for document_id, path, line in result.ids:
            self.sources[path] += 1
            key = hash(document_id)
            if key in self.seen and not batch.final:
                taken.append((document_id, path, line))
            self.seen.add(key)
        return self._drop(result, taken, batch) if taken else []

    def _drop(self, result: BatchResult, taken: list[tuple[str, str, int]], batch: Batch) -> list[tuple[Piece, tuple[str, str, int]]]:
        """Takes documents with a taken id out of the parts and gives their pieces."""
        from index.batches import single
        places = {(path, line) for _, path, line in taken}
        for name in result.segments:
            arrays = ArrayReader(self.folder / name)
            live = np.array([(record["path"], record["line"]) not in places for record in map(json.loads, arrays.strings("document.records"))])
            if not live.all():
                merge([Source(arrays, live)], self.folder / f"{name}-kept")
                self.parts[self.parts.index(name)] = f"{name}-kept"
                self.paragraphs -= arrays.attributes["paragraphs"] - ArrayReader(self.folder / f"{name}-kept").attributes["paragraphs"]
        self.documents -= len(taken)
        by_place = {}
        for piece in batch.pieces:
            for document_id, path, line in taken:
                if piece.file.relative == path and (not piece.is_jsonl or piece.first_line <= line):
                    by_place[path, line] = (single(piece, line), (document_id, path, line))
        return list(by_place.values())

    def _free_id(self, wanted: str) -> str:
        number = 2
        while hash(f"{wanted}~{number}") in self.seen:
            number += 1
        self.seen.add(hash(f"{wanted}~{number}"))
        return f"{wanted}~{number}"

    # --- merge and publish ---

    def merge(self) -> None:
        """Makes one segment of all parts."""
        self.report(Progress("merge", 0, 1, "segments", self.documents, self.paragraphs))
        if not self.parts:
            raise UnreadableInput("No document could be read; the problems are listed above. The old index is unchanged.")
        if len(self.parts) == 1:
            os.rename(self.folder / self.parts[0], self.folder / "s1")
        else:
            merge([Source(ArrayReader(self.folder / name)) for name in self.parts], self.folder / "s1")
        for leftover in self.folder.glob("part-*"):
            shutil.rmtree(leftover)
        self.report(Progress("merge", 1, 1, "segments", self.documents, self.paragraphs))

    def publish(self, directory: IndexDirectory, corpora: Sequence[Path], started: float) -> BuildSummary:
        self.report(Progress("publish", 0, 1, "generations", self.documents, self.paragraphs))
        arrays = ArrayReader(self.folder / "s1")
        counts = {name: int(arrays.attributes[name]) for name in ("documents", "articles", "paragraphs")}
        values = {name: len(arrays.strings(f"{name}.names")) for name in ("city", "agency", "source")}
        unresolved = self.unresolved.most_common(MAX_REPORTED)
        report = {"warnings": [{"path": path, **asdict(problem)} for path, problem in self.warnings],
                  "warning_counts": dict(self.warning_counts), "unresolved": unresolved}
        (self.folder / REPORT).write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
        seconds = time.monotonic() - started
        manifest: dict[str, Any] = {
            "fingerprint": Segmenter(self.userdict).fingerprint(), "corpora": [str(corpus.resolve()) for corpus in corpora],
            "built_at": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"), "seconds": round(seconds, 3),
            "counts": counts, "values": values,
        }
        number = directory.publish(self.folder, manifest, [("s1", [])])
        self.report(Progress("publish", 1, 1, "generations", self.documents, self.paragraphs))
        return BuildSummary(number, **counts, values=values, warnings=self.warnings, unresolved=unresolved,
                            seconds=time.monotonic() - started, corpora=manifest["corpora"])
