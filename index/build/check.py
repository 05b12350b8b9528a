"""`check`: whether an index is whole and current, and what of its documents a curator should look at."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from juanzong.index.build.publishing import REPORT
from juanzong.index.errors import DamagedIndex, NoIndex
from juanzong.index.regularfiles import content
from juanzong.index.store.arrays import ArrayReader
from juanzong.index.store.checksums import Damage
from juanzong.index.store.fingerprint import fingerprint
from juanzong.index.store.generations import Generation, IndexDirectory
from juanzong.index.store.segment import Segment

MAX_EXAMPLES = 200
# What a reader of the report should hear of first.
ORDER = (
    "damaged",
    "stale",
    "fault",
    "unreadable",
    "jsonl",
    "front_matter",
    "sidecar",
    "duplicate_id",
    "mojibake",
    "cut_character",
    "too_large",
    "long_paragraph",
    "future_date",
    "date",
    "city",
    "empty",
    "guessed_encoding",
    "undated",
    "no_city",
    "unresolved_agency",
    "not_read",
    "unresolved_source",
)

REMARKS = ("undated", "no_city", "unresolved_agency", "unresolved_source", "guessed_encoding", "not_read")
"""What a curator may want to know and no problem."""
_STALE = "The index was built with other dictionaries or rules than there are now. Run `juanzong update`, which reads anew what it must."
_NOT_READ = "Files of this format are not read. Save it as text, HTML, PDF or an office file to have it searched."


@dataclass(frozen=True)
class Finding:
    """One thing to look at. `line` is 0 where no line is meant."""

    code: str
    path: str
    line: int
    message: str


@dataclass(frozen=True)
class Report:
    """What was found. `counts` are complete, `findings` hold at most MAX_EXAMPLES of each code. `problems` are what makes `check` fail."""

    stale: bool
    damaged: str | None
    counts: dict[str, int]
    findings: list[Finding]
    unresolved: list[tuple[str, int]]
    index: dict[str, Any] = field(default_factory=dict)
    unresolved_sources: list[tuple[str, int]] = field(default_factory=list)

    @property
    def problems(self) -> list[Finding]:
        """The findings that are not mere remarks on what a text does not say."""
        return [finding for finding in self.findings if finding.code not in REMARKS]

    def to_dict(self) -> dict[str, Any]:
        return {
            "ok": not self.problems and not self.stale,
            "stale": self.stale,
            "damaged": self.damaged,
            "counts": self.counts,
            "index": self.index,
            "findings": [{"code": f.code, "path": f.path, "line": f.line, "message": f.message} for f in self.findings],
            "unresolved": [{"surface": surface, "count": count} for surface, count in self.unresolved],
            "unresolved_sources": [{"surface": surface, "count": count} for surface, count in self.unresolved_sources],
        }


def check(index_dir: Path | str) -> Report:
    """Reads every byte of the current generation, and reports all that is wrong. Raises NoIndex where there is none, or one of another version."""
    directory = IndexDirectory(Path(index_dir))
    directory.tidy()
    findings = [Finding("damaged", damage.name, 0, damage.sentence) for damage in _damages(directory)]
    try:
        generation, segments = directory.open()
    except DamagedIndex as error:
        findings = findings or [Finding("damaged", error.file, 0, str(error))]
        return Report(False, findings[0].message, {"damaged": len(findings)}, findings, [])
    if generation.fallback and not findings:
        findings.append(Finding("damaged", "", 0, generation.fallback))
    damaged = findings[0].message if findings else None
    stale = generation.manifest["fingerprint"] != fingerprint(generation.own_files)
    if stale:
        findings.append(Finding("stale", "", 0, _STALE))
    report = _report(generation.folder)
    counts = Counter(report["warning_counts"])
    counts["damaged"] = sum(finding.code == "damaged" for finding in findings)
    findings += warned(report["warnings"])
    for segment in segments:
        # what is damaged was reported above
        with suppress(DamagedIndex):
            _look_at(segment, counts, findings)
    counts["not_read"] = sum(report["not_read"].values())
    findings += [Finding("not_read", path, 0, _NOT_READ) for path in report["not_read_files"][:MAX_EXAMPLES]]
    counts["unresolved_agency"] = sum(count for _, count in report["unresolved"])
    counts["unresolved_source"] = sum(count for _, count in report["unresolved_sources"])
    index = {
        "generation": generation.number,
        "built_at": generation.manifest["built_at"],
        **generation.manifest["counts"],
    }
    return Report(
        stale,
        damaged,
        {code: count for code, count in counts.items() if count},
        ordered(findings),
        [(surface, count) for surface, count in report["unresolved"]],
        index,
        [(surface, count) for surface, count in report["unresolved_sources"]],
    )


def warned(warnings: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """The warnings of a build, at most MAX_EXAMPLES of each code."""
    shown: Counter[str] = Counter()
    findings = []
    for warning in warnings:
        shown[warning["code"]] += 1
        if shown[warning["code"]] <= MAX_EXAMPLES:
            findings.append(Finding(warning["code"], warning["path"], warning["line"], warning["message"]))
    return findings


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Findings as a reader should hear of them: by what they say, then by file and line."""
    rank = {code: number for number, code in enumerate(ORDER)}
    return sorted(findings, key=lambda finding: (rank.get(finding.code, len(ORDER)), finding.path, finding.line))


def _damages(directory: IndexDirectory) -> Iterator[Damage]:
    """Everything that is wrong with the generation that should serve, and that its data do not fit together."""
    current = directory.current()
    if current is None:
        if directory.exists():
            yield Damage("CURRENT", "The pointer CURRENT is missing or damaged.")
        return
    try:
        generation = directory.load(*current)
        sums = generation.checksums
    except DamagedIndex as error:
        yield Damage(error.file, str(error))
        return
    except NoIndex:
        return
    found = list(sums.faults())
    yield from found
    if not found:
        yield from _contradictions(generation)


def _contradictions(generation: Generation) -> Iterator[Damage]:
    """Offsets that lead out of what they divide: a segment that was published so was written wrongly."""
    for entry in generation.manifest["segments"]:
        arrays = ArrayReader(generation.folder / entry["name"], generation.checksums)
        for name in arrays.names():
            whole = name.removesuffix(".starts") + ".bytes"
            if name.endswith(".starts") and whole in arrays.names():
                offsets = arrays[name]
                if (
                    not len(offsets)
                    or int(offsets[-1]) != len(arrays.guarded(whole))
                    or bool((offsets[1:] < offsets[:-1]).any())
                ):
                    yield Damage(
                        f"{entry['name']}/{name}.bin",
                        f"The index file {entry['name']}/{name}.bin was written wrongly: its offsets do not fit.",
                    )


def _report(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads(content(folder / REPORT))
        return {
            "warnings": list(found["warnings"]),
            "warning_counts": dict(found["warning_counts"]),
            "unresolved": list(found["unresolved"]),
            "unresolved_sources": list(found["unresolved_sources"]),
            "not_read": dict(found["not_read"]),
            "not_read_files": list(found["not_read_files"]),
        }
    except (OSError, ValueError, KeyError, TypeError):
        return {
            "warnings": [],
            "warning_counts": {},
            "unresolved": [],
            "unresolved_sources": [],
            "not_read": {},
            "not_read_files": [],
        }


def _look_at(segment: Segment, counts: Counter[str], findings: list[Finding]) -> None:
    """Documents without a date, dated in the future, or without a city."""
    documents = segment.column("document")
    live = segment.live_documents if segment.live_documents is not None else np.ones(segment.documents, bool)
    dated, placed, later = (np.zeros(segment.documents, bool) for _ in range(3))
    dated[documents[segment.column("first_day") > 0]] = True
    later[documents[segment.column("first_day") > date.today().toordinal() + 1]] = True
    city = segment.facets["city"]
    placed[documents[(np.diff(city.set_starts) > 0)[city.sets]]] = True
    for code, found, message in (
        ("undated", ~dated, "No date was found. A sidecar can give one (published:)."),
        ("future_date", later, "The date lies in the future. Check it, or give it in a sidecar (published:)."),
        ("no_city", ~placed, "No city was found. A sidecar can give one (city:)."),
    ):
        numbers = np.flatnonzero(found & live)
        counts[code] += len(numbers)
        for number in numbers[:MAX_EXAMPLES].tolist():
            record = segment.document(number)
            findings.append(Finding(code, record["path"], record["line"], message))
