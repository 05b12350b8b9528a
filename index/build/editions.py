"""`rebuild` and `update`: a corpus becomes a new generation, while the old one goes on serving."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from juanzong.index.build.intake import Builder, Progress
from juanzong.index.build.inventory import Inventory, file_hash
from juanzong.index.build.publishing import REPORT, BuildSummary, publish
from juanzong.index.build.worker import Batch, batches, process
from juanzong.index.corpus.files import SourceFile, find_files
from juanzong.index.errors import JuanzongError, NoIndex, UnreadableInput
from juanzong.index.facts.dates.notices import bracket
from juanzong.index.store.fingerprint import OwnFiles, fingerprint
from juanzong.index.store.generations import Generation, IndexDirectory
from juanzong.index.store.merge import Source, merge
from juanzong.index.store.segment import Segment
from juanzong.index.vectors import Array

MAX_SEGMENTS = 6
MAX_DELETED = 0.3

__all__ = ["BuildSummary", "Progress", "rebuild", "update"]


def rebuild(
    index_dir: Path | str,
    corpora: Sequence[Path | str] = (),
    *,
    jobs: int | None = None,
    userdict: Path | None = None,
    progress: Callable[[Progress], None] | None = None,
    agency_file: Path | None = None,
) -> BuildSummary:
    """Builds the whole index anew and publishes it. Without corpora those of the last build are read, or `seeds`.

    Raises UnreadableInput where there is nothing to read, IndexBusy where another build runs, and JuanzongError where the disk is full;
    in all these cases the index is what it was before."""
    directory, started = IndexDirectory(Path(index_dir)), time.monotonic()
    folders = [Path(corpus) for corpus in corpora] or _last_corpora(directory)
    files = find_files(folders)
    own = OwnFiles(userdict, agency_file)
    return _guarded(lambda: _rebuild(directory, folders, files, jobs, own, progress, started))


def update(
    index_dir: Path | str,
    corpora: Sequence[Path | str] = (),
    *,
    jobs: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> BuildSummary:
    """Reads only the files whose content changed, drops those that are gone, and publishes a generation that shares the rest.

    What cannot be told apart from a rebuild's result is done: an index of other dictionaries, or with two documents of one id, is rebuilt.
    Raises as `rebuild` does."""
    directory, started = IndexDirectory(Path(index_dir)), time.monotonic()
    try:
        generation, segments = directory.open()
    except NoIndex:
        return rebuild(index_dir, corpora, jobs=jobs, progress=progress)
    manifest = generation.manifest
    folders = [Path(corpus) for corpus in corpora] or _last_corpora(directory)
    files = find_files(folders)
    own = generation.own_files
    if manifest["fingerprint"] != fingerprint(own) or manifest["renamed"] or generation.fallback:
        return _guarded(lambda: _rebuild(directory, folders, files, jobs, own, progress, started))
    return _guarded(lambda: _update(directory, generation, segments, folders, files, jobs, own, progress, started))


def _guarded(build: Callable[[], BuildSummary]) -> BuildSummary:
    try:
        return build()
    except OSError as error:
        raise JuanzongError(
            f"The index could not be written ({error.strerror or error}). The old index is unchanged; free some space and try again."
        ) from error


def _rebuild(
    directory: IndexDirectory,
    folders: Sequence[Path],
    files: Sequence[SourceFile],
    jobs: int | None,
    own: OwnFiles,
    progress: Callable[[Progress], None] | None,
    started: float,
) -> BuildSummary:
    with directory.writing() as folder:
        builder = Builder(folder, own, jobs or os.cpu_count() or 1, progress or (lambda _: None))
        return _publish_all(directory, folder, builder, files, folders, own, started)


def _update(
    directory: IndexDirectory,
    generation: Generation,
    segments: Sequence[Segment],
    folders: Sequence[Path],
    files: Sequence[SourceFile],
    jobs: int | None,
    own: OwnFiles,
    progress: Callable[[Progress], None] | None,
    started: float,
) -> BuildSummary:
    manifest, old = generation.manifest, Inventory.read(generation.folder)
    hashes = {file.relative: file_hash(file) for file in files}
    added = {path for path in hashes if path not in old}
    changed = {path for path in hashes if path in old and old[path].sha256 != hashes[path]}
    removed = set(old) - set(hashes)
    if not (added or changed or removed) and [str(folder.resolve()) for folder in folders] == manifest["corpora"]:
        return BuildSummary(
            generation.number,
            **manifest["counts"],
            values=manifest["values"],
            warnings=[],
            unresolved=[],
            seconds=time.monotonic() - started,
            corpora=manifest["corpora"],
        )
    with directory.writing() as folder:
        builder = Builder(folder, own, jobs or os.cpu_count() or 1, progress or (lambda _: None))
        kept = Inventory({path: entry for path, entry in old.items() if path not in removed | changed})
        again = set(added | changed)
        if again or removed:
            # a notice that came or went may date documents of files that did not change
            again |= _redated(builder, kept, old, [file for file in files if file.relative in again])
        kept = Inventory({path: entry for path, entry in kept.items() if path not in again})
        builder.read([file for file in files if file.relative in again], kept.notices())
        dropped = removed | again
        shared = [(segment, _deleted(segment, dropped)) for segment in segments]
        if builder.renamed or _ids_taken(builder, shared):
            shutil.rmtree(folder)
            folder.mkdir()
            fresh = Builder(folder, own, builder.jobs, builder.report)
            return _publish_all(directory, folder, fresh, files, folders, own, started, (added, changed, removed))
        number = generation.number + 1
        fresh_names = [f"s{number}"] if builder.merge(f"s{number}") else []
        live = [(segment, deleted) for segment, deleted in shared if len(deleted) < segment.documents]
        if not live and not fresh_names:
            raise UnreadableInput(
                "No document is left in the corpus, so the index was left as it is. Give the folder of your documents."
            )
        entries = _share(folder, live, fresh_names, number)
        builder.inventory.update(kept)
        builder.inventory.write(folder)
        report = _joined_report(generation, builder, dropped)
        return publish(directory, folder, builder, entries, folders, own, started, report, (added, changed, removed))


def _redated(builder: Builder, kept: Inventory, old: Inventory, files: Sequence[SourceFile]) -> set[str]:
    """The unchanged files with documents that must be dated again, because the notices of the corpus are others now."""
    undated = {path for path, entry in kept.items() if entry.undated}
    if not undated:
        return set()
    notices = list(kept.notices())
    probe = builder.folder / "probe"
    for number, pieces in enumerate(batches(files)):
        result = process(Batch(number, pieces, builder.context, probe, builder.userdict))
        notices += [notice for _, notice in result.notices]
    shutil.rmtree(probe, ignore_errors=True)
    return undated if bracket(notices) != bracket(old.notices()) else set()


def _deleted(segment: Segment, paths: set[str]) -> Array:
    """The documents (uint32) of a segment that no longer count when these files are dropped."""
    names = np.array([name.decode() in paths for name in segment.arrays.strings("file.names")], bool)
    gone = names[segment.arrays["document.file"]] if len(names) else np.zeros(segment.documents, bool)
    gone[segment.deleted_documents] = True
    return np.flatnonzero(gone).astype(np.uint32)


def _ids_taken(builder: Builder, shared: Iterable[tuple[Segment, Array]]) -> bool:
    """Whether a document that was read has the id of one that stays."""
    for segment, deleted in shared:
        gone = set(deleted.tolist())
        for number, document_id in enumerate(segment.document_ids()):
            if number not in gone and builder.has_id(document_id):
                return True
    return False


def _share(
    folder: Path, live: Sequence[tuple[Segment, Array]], fresh: Sequence[str], number: int
) -> list[tuple[str, list[int]]]:
    """Links the segments that stay, or merges all into one where they have become many or hollow."""
    documents = sum(segment.documents for segment, _ in live)
    hollow = sum(len(deleted) for _, deleted in live) > MAX_DELETED * documents
    if len(live) + len(fresh) > MAX_SEGMENTS or hollow:
        sources = []
        for segment, deleted in live:
            mask = np.ones(segment.documents, bool)
            mask[deleted] = False
            sources.append(Source(segment.arrays, mask if len(deleted) else None))
        sources += [Source(Segment(folder / name).arrays) for name in fresh]
        merge(sources, folder / f"m{number}")
        for name in fresh:
            shutil.rmtree(folder / name)
        return [(f"m{number}", [])]
    for segment, _ in live:
        shutil.copytree(segment.arrays.folder, folder / segment.name, copy_function=_link)
    return [(segment.name, deleted.tolist()) for segment, deleted in live] + [(name, []) for name in fresh]


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _joined_report(generation: Generation, builder: Builder, dropped: set[str]) -> dict[str, Any]:
    """The last report without what it says of the files that were read again, and what was seen now."""
    report = builder.data_report()
    try:
        before = json.loads((generation.folder / REPORT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return report
    stay = [warning for warning in before["warnings"] if warning["path"] not in dropped]
    report["warnings"] = stay + report["warnings"]
    counts: dict[str, int] = {}
    for warning in report["warnings"]:
        counts[warning["code"]] = counts.get(warning["code"], 0) + 1
    report["warning_counts"] = counts
    return report


def _last_corpora(directory: IndexDirectory) -> list[Path]:
    try:
        folders = [Path(corpus) for corpus in directory.open()[0].manifest["corpora"]]
    except NoIndex:
        folders = []
    if folders:
        return folders
    seeds = Path("seeds")
    if not seeds.exists():
        seeds = Path(__file__).parents[3] / "seeds"
    if not seeds.exists():
        raise UnreadableInput(
            "There is nothing to build from. Give the folder of your documents: `juanzong rebuild FOLDER`."
        )
    return [seeds]


def _publish_all(
    directory: IndexDirectory,
    folder: Path,
    builder: Builder,
    files: Sequence[SourceFile],
    corpora: Sequence[Path],
    own: OwnFiles,
    started: float,
    counted: tuple[set[str], set[str], set[str]] = (set(), set(), set()),
) -> BuildSummary:
    """Reads everything into one segment and publishes it."""
    builder.read(files)
    builder.require()
    builder.merge("s1")
    builder.inventory.write(folder)
    return publish(directory, folder, builder, [("s1", [])], corpora, own, started, builder.data_report(), counted)
