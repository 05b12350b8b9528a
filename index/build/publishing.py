"""Publishing: what was built is opened, described, completed by suggestions and groups, and made the index."""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from juanzong.index.build import pool
from juanzong.index.build.intake import Builder, Progress
from juanzong.index.records import Problem
from juanzong.index.store.duplicates import write_groups
from juanzong.index.store.fingerprint import OwnFiles, fingerprint, own_files
from juanzong.index.store.generations import IndexDirectory
from juanzong.index.store.segment import Segment
from juanzong.index.store.suggestions import FOLDER as SUGGESTIONS
from juanzong.index.store.suggestions import write as write_suggestions
from juanzong.index.text.analysis import Segmenter

REPORT = "report.json"
# from so many paragraphs on, a process of its own for the suggestions saves more than it costs to start
PUBLISHED_APART = 50_000


@dataclass(frozen=True)
class BuildSummary:
    """What a build made. `values` counts the distinct values of each facet; `added`, `changed` and `removed` count files, `unread_pages`
    pages that have to be recognised before they can be searched."""

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

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "warnings": [{"path": path, **asdict(problem)} for path, problem in self.warnings]}


def _write_suggestions(folder: Path, entries: Sequence[tuple[str, list[int]]], userdict: Path | None) -> None:
    write_suggestions(folder / SUGGESTIONS, _opened(folder, entries), Segmenter(userdict))


def _opened(folder: Path, entries: Sequence[tuple[str, list[int]]]) -> list[Segment]:
    return [Segment(folder / name, np.array(deleted, np.uint32)) for name, deleted in entries]


def publish(
    directory: IndexDirectory,
    folder: Path,
    builder: Builder,
    entries: list[tuple[str, list[int]]],
    corpora: Sequence[Path],
    own: OwnFiles,
    started: float,
    report: dict[str, Any],
    files: tuple[set[str], set[str], set[str]] = (set(), set(), set()),
) -> BuildSummary:
    builder.report(Progress("publish", 0, 1, "generations", builder.documents, builder.paragraphs))
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
    (folder / REPORT).write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    manifest: dict[str, Any] = {
        "fingerprint": fingerprint(own_files({}, folder)),
        "corpora": [str(corpus.resolve()) for corpus in corpora],
        "own_files": own.to_manifest(),
        "built_at": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - started, 3),
        "counts": counts,
        "values": values,
        "renamed": builder.renamed,
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
    del segments
    number = directory.publish(folder, manifest, entries)
    builder.report(Progress("publish", 1, 1, "generations", builder.documents, builder.paragraphs))
    added, changed, removed = files
    return BuildSummary(
        number,
        **counts,
        values=values,
        warnings=builder.warnings,
        unresolved=builder.unresolved.most_common(50),
        seconds=time.monotonic() - started,
        corpora=manifest["corpora"],
        added=len(added),
        changed=len(changed),
        removed=len(removed),
    )
