"""What a build is to make, and from what: the folders that were given, or those of the last build, with the dictionaries of their index."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from juanzong.index.build.intake import Builder, Progress
from juanzong.index.corpus.files import SourceFile, Unlisted, find_files
from juanzong.index.errors import DamagedIndex, NoIndex, UnreadableInput, UsageError
from juanzong.index.store.fingerprint import OwnFiles
from juanzong.index.store.generations import IndexDirectory, Remembered


@dataclass(frozen=True)
class Task:
    """What is to be built of what: into `folder`, which is empty, from `files` of the `corpora`, with the settings of the index."""

    directory: IndexDirectory
    folder: Path
    corpora: tuple[Path, ...]
    files: tuple[SourceFile, ...]
    unlisted: tuple[Unlisted, ...]
    unread: tuple[str, ...]
    own: OwnFiles
    jobs: int
    progress: Callable[[Progress], None]
    started: float

    def builder(self) -> Builder:
        return Builder(self.folder, self.own, self.jobs, self.progress)

    @property
    def sources(self) -> list[str]:
        """The corpora as the manifest has them."""
        return [str(corpus.resolve()) for corpus in self.corpora]


@dataclass(frozen=True)
class Changes:
    """The files that came, changed and went since the last build, and those that could not be read this time."""

    added: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    kept: tuple[str, ...] = ()


class CorpusListing(NamedTuple):
    """What the folders hold. `unlisted` are folders that cannot be listed, `unread` files of other formats."""

    corpora: tuple[Path, ...]
    files: tuple[SourceFile, ...]
    unlisted: tuple[Unlisted, ...]
    unread: tuple[str, ...]


def listed(corpora: Sequence[Path]) -> CorpusListing:
    unlisted: list[Unlisted] = []
    unread: list[str] = []
    files = find_files(corpora, unlisted, unread)
    return CorpusListing(tuple(corpora), tuple(files), tuple(unlisted), tuple(unread))


def made_of(
    directory: IndexDirectory,
    folder: Path,
    listing: CorpusListing,
    own: OwnFiles,
    jobs: int | None,
    progress: Callable[[Progress], None] | None,
    started: float,
) -> Task:
    """The task of a build that began at `started`, in seconds of the monotonic clock."""
    shown = progress or (lambda _: None)
    return Task(directory, folder, *listing, own, jobs or os.cpu_count() or 1, shown, started)


def corpora_of(directory: IndexDirectory, before: Remembered | None) -> list[Path]:
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


def own_of(directory: IndexDirectory, before: Remembered) -> OwnFiles:
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
