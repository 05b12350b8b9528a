"""A built folder becomes the generation that serves: what is counted over all of it, what is written beside its segments, the summary."""

from __future__ import annotations

import datetime
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from juanzong.index.build import pool
from juanzong.index.build.intake import Builder, Progress
from juanzong.index.build.tasks import Changes, Task
from juanzong.index.corpus.files import suffixes
from juanzong.index.records import Problem
from juanzong.index.regularfiles import json_bytes
from juanzong.index.store.arrivals import write_arrivals
from juanzong.index.store.duplicates import write_groups
from juanzong.index.store.fingerprint import fingerprint, own_files
from juanzong.index.store.segment import Segment
from juanzong.index.store.suggestions import FOLDER as SUGGESTIONS
from juanzong.index.store.suggestions import write as write_suggestions
from juanzong.index.text.analysis import Segmenter

REPORT = "report.json"
MAX_LISTED = 2_000
"""Files that are not read of which the report has the names."""
# from so many paragraphs on, a process of its own for the suggestions saves more than it costs to start
PUBLISHED_APART = 50_000


@dataclass(frozen=True)
class BuildSummary:
    """What a build made. `values` counts the distinct values of each facet; `added`, `changed` and `removed` count files, `unread_pages`
    pages that have to be recognised before they can be searched. `kept` are folders and files that could not be read this time, whose documents
    are those of the last build. `not_read` counts the files of other formats, by their ending; `warning_counts` the warnings, by their code."""

    generation: int
    documents: int
    articles: int
    paragraphs: int
    values: dict[str, int]
    warnings: list[tuple[str, Problem]]
    unresolved: list[tuple[str, int]]
    seconds: float
    corpora: list[str] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    removed: int = 0
    unread_pages: int = 0
    kept: list[str] = field(default_factory=list)
    not_read: dict[str, int] = field(default_factory=dict)
    warning_counts: dict[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "warnings": [{"path": path, **asdict(problem)} for path, problem in self.warnings]}


def publish(
    task: Task,
    builder: Builder,
    entries: list[tuple[str, list[int]]],
    report: dict[str, Any],
    changes: Changes,
    lent: Sequence[str] = (),
) -> BuildSummary:
    """Publishes segments, given by name with their deleted documents. `lent` are those whose files the generation before has too."""
    task.progress(Progress("publish", 0, 1, "generations", builder.documents, builder.paragraphs))
    folder = task.folder
    segments = _opened(folder, entries)
    counts = {
        "documents": sum(s.documents - len(s.deleted_documents) for s in segments),
        "articles": sum(s.live_articles for s in segments),
        "paragraphs": sum(s.live_paragraphs for s in segments),
        "unread_pages": sum(entry.unread for entry in builder.inventory.values()),
    }
    values = {
        name: len(set().union(*(segment.facets[name].labels_of(segment.live) for segment in segments)))
        for name in ("city", "agency", "source")
    }
    not_read = dict(Counter(suffixes(path)[0] for path in task.unread).most_common())
    report = {**report, "not_read": not_read, "not_read_files": list(task.unread[:MAX_LISTED])}
    (folder / REPORT).write_bytes(json_bytes(report, indent=1))
    manifest: dict[str, Any] = {
        "fingerprint": fingerprint(own_files({}, folder)),
        "corpora": task.sources,
        "own_files": task.own.to_manifest(),
        "built_at": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - task.started, 3),
        "counts": counts,
        "values": values,
        "renamed": builder.renamed,
        "lent": list(lent),
    }
    # these two only read the segments and write folders of their own
    with pool.beside(
        _write_suggestions,
        folder,
        entries,
        builder.userdict,
        apart=builder.jobs > 1 and counts["paragraphs"] > PUBLISHED_APART,
    ):
        write_groups(folder, segments)
        before, number = task.directory.folders(), task.directory.next_number()
        write_arrivals(folder, segments, before, today().toordinal(), number)
    del segments
    number = task.directory.publish(folder, manifest, entries)
    task.progress(Progress("publish", 1, 1, "generations", builder.documents, builder.paragraphs))
    return BuildSummary(
        number,
        **counts,
        values=values,
        warnings=builder.warnings,
        unresolved=builder.unresolved.most_common(50),
        seconds=time.monotonic() - task.started,
        corpora=manifest["corpora"],
        added=len(changes.added),
        changed=len(changes.changed),
        removed=len(changes.removed),
        kept=list(changes.kept),
        not_read=not_read,
        warning_counts=dict(report["warning_counts"]),
    )


def today() -> datetime.date:
    """The day on which new documents come in (UTC)."""
    return datetime.datetime.now(datetime.timezone.utc).date()


def _write_suggestions(folder: Path, entries: Sequence[tuple[str, list[int]]], userdict: Path | None) -> None:
    write_suggestions(folder / SUGGESTIONS, _opened(folder, entries), Segmenter(userdict))


def _opened(folder: Path, entries: Sequence[tuple[str, list[int]]]) -> list[Segment]:
    return [Segment(folder / name, np.array(deleted, np.uint32)) for name, deleted in entries]
