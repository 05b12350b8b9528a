"""`rebuild`, `update` and `repair`: a corpus becomes a new generation, while the old one goes on serving."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import numpy as np

from juanzong.index.build.intake import Progress, require
from juanzong.index.build.inventory import INVENTORY, Inventory
from juanzong.index.build.publishing import BuildSummary
from juanzong.index.build.rebuilding import kept, out_of_sight, publish_all, say_space
from juanzong.index.build.refusals import writing
from juanzong.index.build.tasks import Changes, Task, corpora_of, listed, made_of, own_of
from juanzong.index.build.updating import go_on
from juanzong.index.errors import DamagedIndex, NoIndex, UnreadableInput
from juanzong.index.store.fingerprint import OwnFiles, fingerprint
from juanzong.index.store.generations import Generation, IndexDirectory
from juanzong.index.store.segment import Segment

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
    given = listed([Path(corpus) for corpus in corpora]) if corpora else None
    own = OwnFiles(userdict, agency_file)
    require(own)
    with writing(directory) as folder:
        before = directory.remembered()
        if given is None:
            given = listed(corpora_of(directory, before))
            if before is not None:
                last = own_of(directory, before)
                own = OwnFiles(own.userdict or last.userdict, own.agencies or last.agencies)
        return _rebuild(made_of(directory, folder, given, own, jobs, progress, started))


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
    given = listed([Path(corpus) for corpus in corpora]) if corpora else None
    with writing(directory) as folder:
        before = directory.remembered()
        listing = given or listed(corpora_of(directory, before))
        own = own_of(directory, before) if before else OwnFiles()
        task = made_of(directory, folder, listing, own, jobs, progress, started)
        base = _base(directory)
        if base is None or base[0].manifest["renamed"] or not _is_alike(task, base[0]):
            return _rebuild(task)
        return go_on(task, *base)


def repair(
    index_dir: Path | str, *, jobs: int | None = None, progress: Callable[[Progress], None] | None = None
) -> BuildSummary | None:
    """Makes a whole generation out of one that is damaged; None where nothing is damaged.

    Suggestions and duplicates are made anew from the segments. The documents of a damaged segment are read anew, where it still tells which
    they are; otherwise everything is. Raises as `rebuild` does."""
    directory, started = IndexDirectory(Path(index_dir)), time.monotonic()
    if not directory.exists():
        raise NoIndex(f"There is no index in {directory.folder}. Run `juanzong rebuild FOLDER`.")
    with writing(directory) as folder:
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
        own = own_of(directory, before) if before else OwnFiles()
        task = made_of(directory, folder, listed(corpora_of(directory, before)), own, jobs, progress, started)
        if generation is None or not _is_alike(task, generation):
            return _rebuild(task)
        damaged = {fault.name.split("/", 1)[0] for fault in faults if not fault.foreign}
        if INVENTORY in damaged:
            return _rebuild(task)
        try:
            segments, lost = _whole_segments(generation, damaged)
        except DamagedIndex:
            return _rebuild(task)
        return go_on(task, generation, segments, lost, force=True)


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


def _rebuild(task: Task) -> BuildSummary:
    """Reads everything; what cannot be read this time stays as it was, if the index has it."""
    lost = out_of_sight(task, _inventory_of(task.directory))
    if lost:
        base = _base(task.directory)
        if base is None or not _is_alike(task, base[0]):
            named = sorted(lost)[0]
            raise UnreadableInput(
                f"{len(lost):,} files of the index cannot be read now, the first of them {named}, and a rebuild would drop their documents. "
                "The index was left as it is. Give the one who builds it the right to read them, or give other folders."
            )
        return go_on(task, *base, again=True)
    say_space(task)
    return publish_all(task, Changes(kept=kept(task, lost)))


def _inventory_of(directory: IndexDirectory) -> Inventory:
    """What the last build read; empty where that cannot be told."""
    current = directory.current()
    try:
        return Inventory.read(directory.generations / str(current[0])) if current else Inventory()
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Inventory()
