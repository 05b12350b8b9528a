"""`rebuild`, `update` and `repair`: a corpus becomes a new generation, while the old one goes on serving."""

from __future__ import annotations

import errno
import json
import os
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from juanzong.index.build.intake import Builder, Progress, require
from juanzong.index.build.inventory import INVENTORY, Inventory, file_hash, is_readable
from juanzong.index.build.publishing import REPORT, BuildSummary, Changes, Task, publish
from juanzong.index.build.worker import Batch, batches, process
from juanzong.index.corpus import recognitions
from juanzong.index.corpus.files import SourceFile, Unlisted, find_files
from juanzong.index.errors import DamagedIndex, JuanzongError, NoIndex, UnreadableInput, UsageError
from juanzong.index.facts.dates.notices import bracket
from juanzong.index.records import Problem
from juanzong.index.regularfiles import content
from juanzong.index.store.fingerprint import OwnFiles, fingerprint
from juanzong.index.store.generations import Generation, IndexDirectory, Remembered
from juanzong.index.store.merge import Source, merge
from juanzong.index.store.segment import Segment
from juanzong.index.vectors import Array

MAX_SEGMENTS = 6
MAX_DELETED = 0.3
# The index of a text takes about four times its bytes, and as much again while its parts are merged.
SPACE = 8

__all__ = ["BuildSummary", "Progress", "rebuild", "repair", "update"]


def rebuild(
    index_dir: Path | str,
    corpora: Sequence[Path | str] = (),
    *,
    jobs: int | None = None,
    userdict: Path | None = None,
    progress: Callable[[Progress], None] | None = None,
    agency_file: Path | None = None,
) -> BuildSummary:
    """Builds the whole index anew and publishes it. Without corpora those of the last build are read, with its dictionary and agencies; `seeds`
    where there was never an index.

    Folders that cannot be listed keep the documents that the index has of them. Raises UnreadableInput where there is nothing to read, IndexBusy
    where another build runs, UsageError where the index is too damaged to tell its corpora, and JuanzongError where the disk is full; in all these
    cases the index is what it was before."""
    directory, started = IndexDirectory(Path(index_dir)), time.monotonic()
    given = _listed([Path(corpus) for corpus in corpora]) if corpora else None
    own = OwnFiles(userdict, agency_file)
    require(own)
    with _writing(directory) as folder:
        before = directory.remembered()
        if given is None:
            given = _listed(_corpora_of(directory, before))
            if before is not None:
                last = _own_of(directory, before)
                own = OwnFiles(own.userdict or last.userdict, own.agencies or last.agencies)
        return _rebuild(_task(directory, folder, given, own, jobs, progress, started))


def update(
    index_dir: Path | str,
    corpora: Sequence[Path | str] = (),
    *,
    jobs: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> BuildSummary:
    """Reads only the files whose content changed, drops those that are gone, and publishes a generation that shares the rest.

    What cannot be told apart from a rebuild's result is done: an index that is damaged, of other dictionaries, or with two documents of one id,
    is rebuilt. Files and folders that cannot be read keep their documents. Raises as `rebuild` does."""
    directory, started = IndexDirectory(Path(index_dir)), time.monotonic()
    given = _listed([Path(corpus) for corpus in corpora]) if corpora else None
    with _writing(directory) as folder:
        before = directory.remembered()
        listing = given or _listed(_corpora_of(directory, before))
        own = _own_of(directory, before) if before else OwnFiles()
        task = _task(directory, folder, listing, own, jobs, progress, started)
        base = _base(directory)
        if base is None or base[0].manifest["renamed"] or not _is_alike(task, base[0]):
            return _rebuild(task)
        return _update(task, *base)


def repair(
    index_dir: Path | str, *, jobs: int | None = None, progress: Callable[[Progress], None] | None = None
) -> BuildSummary | None:
    """Makes a whole generation out of one that is damaged; None where nothing is damaged.

    Suggestions and duplicates are made anew from the segments. The documents of a damaged segment are read anew, where it still tells which
    they are; otherwise everything is. Raises as `rebuild` does."""
    directory, started = IndexDirectory(Path(index_dir)), time.monotonic()
    if not directory.exists():
        raise NoIndex(f"There is no index in {directory.folder}. Run `juanzong rebuild FOLDER`.")
    with _writing(directory) as folder:
        before = directory.remembered()
        current = directory.current()
        generation = None
        if current is not None:
            try:
                generation = directory.load(*current)
                faults = list(generation.checksums.faults())
                if not faults:
                    return None
            except DamagedIndex:
                generation = None
            except NoIndex:
                faults = []
        own = _own_of(directory, before) if before else OwnFiles()
        task = _task(directory, folder, _listed(_corpora_of(directory, before)), own, jobs, progress, started)
        if generation is None or not _is_alike(task, generation):
            return _rebuild(task)
        damaged = {fault.name.split("/", 1)[0] for fault in faults if not fault.foreign}
        if INVENTORY in damaged:
            return _rebuild(task)
        try:
            segments, lost = _whole_segments(generation, damaged)
        except DamagedIndex:
            return _rebuild(task)
        return _update(task, generation, segments, lost, force=True)


# --- what is built, and from what ---

Listing = tuple[list[Path], list[SourceFile], list[Unlisted], list[str]]


def _listed(corpora: list[Path]) -> Listing:
    unlisted: list[Unlisted] = []
    unread: list[str] = []
    return corpora, find_files(corpora, unlisted, unread), unlisted, unread


def _task(
    directory: IndexDirectory,
    folder: Path,
    listing: Listing,
    own: OwnFiles,
    jobs: int | None,
    progress: Callable[[Progress], None] | None,
    started: float,
) -> Task:
    corpora, files, unlisted, unread = listing
    shown = progress or (lambda _: None)
    return Task(
        directory,
        folder,
        tuple(corpora),
        tuple(files),
        tuple(unlisted),
        tuple(unread),
        own,
        jobs or os.cpu_count() or 1,
        shown,
        started,
    )


def _corpora_of(directory: IndexDirectory, before: Remembered | None) -> list[Path]:
    """The folders of the last build. What exists is never filled from the samples. Raises UsageError where it does not tell them."""
    if before is not None and before.corpora:
        return list(before.corpora)
    if directory.exists():
        raise UsageError(
            f"The index in {directory.folder} is too damaged to tell which folders it was built of. Give them: `juanzong rebuild FOLDER`."
        )
    seeds = Path("seeds")
    if not seeds.exists():
        seeds = Path(__file__).resolve().parents[2] / "seeds"
    if not seeds.exists():
        raise UnreadableInput(
            "There is nothing to build from. Give the folder of your documents: `juanzong rebuild FOLDER`."
        )
    return [seeds]


def _own_of(directory: IndexDirectory, before: Remembered) -> OwnFiles:
    """The user's own files of the last build. Raises UsageError where a copy of one is damaged, and the file itself gone."""
    home = directory.generations.resolve()
    copies = [
        path for path in (before.own.userdict, before.own.agencies) if path and path.resolve().is_relative_to(home)
    ]
    for copy in copies:
        advice = f"Give {copy.name} again, with --userdict or --agencies: `juanzong rebuild … FOLDER`."
        try:
            blocks = directory.load(int(copy.parent.name)).checksums.blocks.get(copy.name)
        except (DamagedIndex, ValueError) as error:
            raise UsageError(f"Whether {copy.name} is whole in the index cannot be told ({error}) {advice}") from None
        except NoIndex:
            # of another version, which had other checksums
            continue
        damage = next(blocks.faults(), None) if blocks is not None else None
        if damage is not None:
            raise UsageError(f"{damage.sentence} {advice}")
    return before.own


def _base(directory: IndexDirectory) -> tuple[Generation, list[Segment]] | None:
    """The generation to go on from, all of it read and checked; None where there is none that is whole."""
    try:
        generation, segments = directory.open()
        damaged = generation.fallback or next(generation.checksums.faults(), None)
    except NoIndex:
        return None
    return None if damaged else (generation, segments)


def _is_alike(task: Task, generation: Generation) -> bool:
    """Whether the documents of a generation were read as they would be now."""
    return bool(generation.manifest["fingerprint"] == fingerprint(task.own))


def _whole_segments(generation: Generation, damaged: Collection[str]) -> tuple[list[Segment], set[str]]:
    """The segments without damage, and the files of which the others had documents. Raises DamagedIndex where that cannot be told."""
    segments, lost = [], set()
    for entry in generation.manifest["segments"]:
        segment = Segment(
            generation.folder / entry["name"], np.array(entry["deleted"], np.uint32), generation.checksums
        )
        if entry["name"] in damaged:
            lost |= {name.decode() for name in segment.arrays.strings("file.names")}
        else:
            segments.append(segment)
    return segments, lost


# --- what may go wrong ---


@contextmanager
def _writing(directory: IndexDirectory) -> Iterator[Path]:
    """A folder to build in. What the system refuses is said so that a reader knows what to do."""
    try:
        with recognitions.kept_in(directory.folder / recognitions.NAME), directory.writing() as folder:
            yield folder
    except OSError as error:
        raise JuanzongError(
            f"The index could not be written: {_said(error, directory.folder)} The old index is unchanged."
        ) from error
    except MemoryError as error:
        raise JuanzongError(
            "There is not enough memory to build the index. Run it with --jobs 1, or free some. The old index is unchanged."
        ) from error
    except BrokenProcessPool as error:
        raise JuanzongError(
            "A worker process was ended from outside, perhaps because memory ran out. Run it again, with --jobs 1 if that recurs. "
            "The old index is unchanged."
        ) from error


_ADVICE = {
    errno.ENOSPC: "Free some space, or put the index on another disk with --index.",
    errno.EDQUOT: "Your quota is used up: free some space, or put the index elsewhere with --index.",
    errno.EROFS: "The disk is mounted read-only: put the index elsewhere with --index.",
    errno.EACCES: "The folder belongs to somebody else: run this as its owner, or put the index elsewhere with --index.",
    errno.EPERM: "The folder belongs to somebody else: run this as its owner, or put the index elsewhere with --index.",
    errno.EMFILE: "This process may not open more files: raise the limit (ulimit -n 4096).",
    errno.ENFILE: "The system may not open more files: end other programs, or raise its limit.",
    errno.ENOMEM: "Memory ran out: free some, or use --jobs 1.",
    errno.EIO: "The disk failed: check it before you go on.",
    errno.EFBIG: "A file became larger than is allowed (ulimit -f, or the file system).",
}


def _said(error: OSError, folder: Path) -> str:
    where = f", {error.filename}" if error.filename else ""
    return f"{error.strerror or error}{where}. {_ADVICE.get(error.errno or 0, f'Check the folder {folder}, and try again.')}"


def _say_space(task: Task) -> None:
    """What the build will need of the disk, and what is there."""
    needed = SPACE * sum(_size(file.path) for file in task.files)
    task.progress(Progress("space", needed, shutil.disk_usage(task.folder).free, "bytes"))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


# --- all anew ---


def _rebuild(task: Task) -> BuildSummary:
    """Reads everything; what cannot be read this time stays as it was, if the index has it."""
    lost = _lost(task, _inventory_of(task.directory))
    if lost:
        base = _base(task.directory)
        if base is None or not _is_alike(task, base[0]):
            named = sorted(lost)[0]
            raise UnreadableInput(
                f"{len(lost):,} files of the index cannot be read now, the first of them {named}, and a rebuild would drop their documents. "
                "The index was left as it is. Give the one who builds it the right to read them, or give other folders."
            )
        return _update(task, *base, again=True)
    _say_space(task)
    return _publish_all(task, Changes(kept=_kept(task, lost)))


def _publish_all(task: Task, changes: Changes) -> BuildSummary:
    """Reads everything into one segment and publishes it."""
    builder = task.builder()
    _warn(task, builder, ())
    builder.read(task.files)
    builder.require()
    builder.merge("s1")
    builder.inventory.write(task.folder)
    return publish(task, builder, [("s1", [])], builder.data_report(), changes)


def _inventory_of(directory: IndexDirectory) -> Inventory:
    """What the last build read; empty where that cannot be told."""
    current = directory.current()
    try:
        return Inventory.read(directory.generations / str(current[0])) if current else Inventory()
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Inventory()


def _lost(task: Task, old: Inventory) -> set[str]:
    """The files whose documents the index has, and that lie in folders that cannot be listed."""
    listed = {file.relative for file in task.files}
    return {
        path
        for path, entry in old.items()
        if path not in listed and entry.documents and any(folder.holds(path) for folder in task.unlisted)
    }


def _kept(task: Task, files: Iterable[str]) -> tuple[str, ...]:
    return (*(folder.relative for folder in task.unlisted), *sorted(files))


def _warn(task: Task, builder: Builder, files: Iterable[str]) -> None:
    """Reports what cannot be read this time."""
    for folder in task.unlisted:
        builder.warn(
            folder.relative,
            Problem(
                "unreadable",
                f"The folder cannot be listed ({folder.reason}). Documents that the index has of it stay as they were; "
                "give the one who builds it the right to read it.",
            ),
        )
    for path in files:
        builder.warn(
            path,
            Problem(
                "unreadable",
                "The file cannot be opened. Its documents stay as they were; give the one who builds the index the right to read it.",
            ),
        )


# --- only what changed ---


def _update(
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
    unlisted = _lost(task, old)
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
    changes = Changes(frozenset(added), frozenset(changed), frozenset(removed), _kept(task, unreadable))
    if not (added or changed or removed or force or again) and task.sources == manifest["corpora"]:
        return _unchanged(task, generation, changes, unreadable)
    builder = task.builder()
    _warn(task, builder, sorted(unreadable))
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
        return _publish_all(task, changes)
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
        _warn(task, builder, sorted(unreadable))
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
