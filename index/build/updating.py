"""A generation that goes on from another: files that changed are read, the segments of all others are shared."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from juanzong.index.build.intake import Builder
from juanzong.index.build.inventory import Inventory, file_hash, is_readable
from juanzong.index.build.publishing import REPORT, BuildSummary, publish
from juanzong.index.build.rebuilding import kept as kept_paths
from juanzong.index.build.rebuilding import out_of_sight, publish_all, warn
from juanzong.index.build.tasks import Changes, Task
from juanzong.index.build.worker import Batch, batches, process
from juanzong.index.corpus.files import SourceFile
from juanzong.index.errors import UnreadableInput
from juanzong.index.facts.dates.notices import bracket
from juanzong.index.regularfiles import content
from juanzong.index.store.generations import Generation
from juanzong.index.store.merge import Source, merge
from juanzong.index.store.segment import Segment
from juanzong.index.vectors import Array

MAX_SEGMENTS = 6
MAX_DELETED = 0.3


def go_on(
    task: Task,
    generation: Generation,
    segments: Sequence[Segment],
    missing: Collection[str] = (),
    again: bool = False,
    force: bool = False,
) -> BuildSummary:
    """Goes on from a generation. Files of `missing` are read though they did not change; with `again` all are. With `force` it is published whether or
    not anything changed."""
    manifest, old = generation.manifest, Inventory.read(generation.folder)
    unlisted = out_of_sight(task, old)
    unreadable = {
        file.relative
        for file in task.files
        if file.relative in old and old[file.relative].documents and not is_readable(file)
    }
    hashes = {file.relative: file_hash(file) for file in task.files if file.relative not in unreadable}
    added = {path for path in hashes if path not in old}
    changed = {
        path for path in hashes if path in old and (old[path].sha256 != hashes[path] or again or path in missing)
    }
    removed = set(old) - set(hashes) - unlisted - unreadable
    if (unlisted | unreadable) & set(missing):
        raise UnreadableInput(
            "Files whose part of the index is damaged cannot be read now. The index was left as it is; make them readable, and try again."
        )
    changes = Changes(frozenset(added), frozenset(changed), frozenset(removed), kept_paths(task, unreadable))
    if not (added or changed or removed or force or again) and task.sources == manifest["corpora"]:
        return _unchanged(task, generation, changes, unreadable)
    builder = task.builder()
    warn(task, builder, sorted(unreadable))
    kept = Inventory({path: entry for path, entry in old.items() if path not in removed | changed})
    reread = set(added | changed)
    if reread or removed:
        # a notice that came or went may date documents of files that did not change
        reread |= (
            _redated(builder, kept, old, [file for file in task.files if file.relative in reread])
            - unreadable
            - unlisted
        )
    kept = Inventory({path: entry for path, entry in kept.items() if path not in reread})
    builder.read([file for file in task.files if file.relative in reread], kept.notices())
    dropped = removed | reread
    shared = [(segment, _deleted(segment, dropped)) for segment in segments]
    if builder.renamed or _ids_taken(builder, shared):
        if unlisted or unreadable:
            raise UnreadableInput(
                "Two documents have one id, so that all files must be read, and some cannot be. The index was left as it is."
            )
        shutil.rmtree(task.folder)
        task.folder.mkdir()
        return publish_all(task, changes)
    number = max(task.directory.numbers(), default=0) + 1
    fresh_names = [f"s{number}"] if builder.merge(f"s{number}") else []
    live = [(segment, deleted) for segment, deleted in shared if len(deleted) < segment.documents]
    if not live and not fresh_names:
        raise UnreadableInput(
            "No document is left in the corpus, so the index was left as it is. Give the folder of your documents."
        )
    entries, lent = _share(task.folder, live, fresh_names, number, generation)
    builder.inventory.update(kept)
    builder.inventory.write(task.folder)
    return publish(task, builder, entries, _joined_report(generation, builder, dropped), changes, lent)


def _unchanged(task: Task, generation: Generation, changes: Changes, unreadable: Collection[str]) -> BuildSummary:
    manifest, warnings = generation.manifest, []
    if changes.kept:
        builder = task.builder()
        warn(task, builder, sorted(unreadable))
        warnings = builder.warnings
    return BuildSummary(
        generation.number,
        **manifest["counts"],
        values=manifest["values"],
        warnings=warnings,
        unresolved=[],
        seconds=time.monotonic() - task.started,
        corpora=manifest["corpora"],
        kept=list(changes.kept),
    )


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
    folder: Path, live: Sequence[tuple[Segment, Array]], fresh: Sequence[str], number: int, generation: Generation
) -> tuple[list[tuple[str, list[int]]], list[str]]:
    """Links the segments that stay, or merges all into one where they have become many or hollow. Gives the segments, and the names of the linked ones."""
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
        return [(f"m{number}", [])], []
    for segment, _ in live:
        (folder / segment.name).mkdir()
        for name in generation.checksums.blocks:
            if name.startswith(f"{segment.name}/"):
                _link(generation.folder / name, folder / name)
    entries = [(segment.name, deleted.tolist()) for segment, deleted in live] + [(name, []) for name in fresh]
    return entries, [segment.name for segment, _ in live]


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _joined_report(generation: Generation, builder: Builder, dropped: set[str]) -> dict[str, Any]:
    """The last report without what it says of the files that were read again, and what was seen now."""
    report = builder.data_report()
    try:
        before = json.loads(content(generation.folder / REPORT))
        stay = [warning for warning in before["warnings"] if warning["path"] not in dropped]
    except (OSError, ValueError, KeyError, TypeError):
        return report
    report["warnings"] = stay + report["warnings"]
    counts: dict[str, int] = {}
    for warning in report["warnings"]:
        counts[warning["code"]] = counts.get(warning["code"], 0) + 1
    report["warning_counts"] = counts
    return report
