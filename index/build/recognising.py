"""`recognise`: the scanned pages of a corpus are recognised ahead of a build, which then finds them kept."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from juanzong.index.build import pool
from juanzong.index.build.intake import Progress
from juanzong.index.corpus.confinement import reader as confinement
from juanzong.index.corpus.contents import Contents
from juanzong.index.corpus.files import SourceFile, find_files
from juanzong.index.corpus.formats.table import format_of
from juanzong.index.corpus.shares import Share

# the formats that may hold page images, alone or in what they contain
_WITH_PAGES = frozenset({"pdf", "image", "zip", "eml", "mht"})


@dataclass(frozen=True)
class RecognitionSummary:
    """What was done: `pages` were recognised now, `kept` says how many files had nothing left to do; `failed` are files with pages still unread."""

    files: int
    kept: int
    pages: int
    seconds: float
    failed: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def recognise(
    corpora: Sequence[Path | str],
    folder: Path,
    *,
    jobs: int | None = None,
    share: Share | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> RecognitionSummary:
    """Recognises what is not kept yet in `folder`, one page a worker at a time. It may be stopped at any instant, and goes on where it was.

    Raises UnreadableInput where there is nothing to read."""
    started, report = time.monotonic(), progress or (lambda _: None)
    wanted = share or Share()
    files = [file for file in find_files([Path(corpus) for corpus in corpora]) if _may_hold_pages(file)]
    files = [file for file in files if wanted.has(file.relative)]
    workers = jobs or os.cpu_count() or 1
    open_pages: dict[SourceFile, int] = {}
    for number, (file, unread) in enumerate(pool.each(_unread, [(file, folder, False) for file in files], workers), 1):
        report(Progress("look", number, len(files), "files"))
        if unread:
            open_pages[file] = unread
    total, done, failed = sum(open_pages.values()), 0, []
    report(Progress("recognise", 0, total, "pages"))
    for file, unread in pool.each(_unread, [(file, folder, True) for file in open_pages], workers):
        done += open_pages[file]
        report(Progress("recognise", done, total, "pages"))
        if unread:
            failed.append(file.relative)
    left = len(failed)
    return RecognitionSummary(
        len(files),
        len(files) - len(open_pages),
        total if not left else done,
        time.monotonic() - started,
        sorted(failed),
    )


def _may_hold_pages(file: SourceFile) -> bool:
    format_ = format_of(file.path.name)
    return format_ is not None and format_.name in _WITH_PAGES


def _unread(task: tuple[SourceFile, Path, bool]) -> tuple[SourceFile, int]:
    """A file, and how many of its pages nobody has recognised; where asked for they are recognised first."""
    file, folder, now = task
    parts = confinement.read(file.path, file.path.name, "now" if now else "kept", folder)
    return file, sum(_open_pages(part.contents) for part in parts if part.contents is not None)


def _open_pages(contents: Contents) -> int:
    """Pages that nobody has recognised; one at least where the reader was lost over them."""
    lost = any(problem.code == "reader_lost" for problem in contents.problems)
    return max(len(contents.unread), int(lost))
