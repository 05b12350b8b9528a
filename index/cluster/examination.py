"""`check` of an archive on a cluster: whether it is whole and current, and what of its documents a curator should look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from juanzong.index.build.check import MAX_EXAMPLES, Finding, Report, ordered, warned
from juanzong.index.cluster.address import parse_address
from juanzong.index.cluster.archive import ClusterArchive, Generation
from juanzong.index.cluster.reports import joined_report, userdict_of
from juanzong.index.store.fingerprint import OwnFiles, fingerprint

Json = dict[str, Any]
_STALE = "The index was built with other dictionaries or folding than are installed now. Run `juanzong rebuild`."
_REMARKS = (
    ("undated", {"term": {"dated": False}}, "No date was found. A sidecar can give one (published:)."),
    ("no_city", {"term": {"placed": False}}, "No city was found. A sidecar can give one (city:)."),
)


def check(address: str) -> Report:
    """Compares what the cluster holds with what was published, and reports. Raises NoIndex where there is no archive."""
    archive = ClusterArchive(parse_address(address))
    generation = archive.current()
    manifest = generation.manifest
    health = archive.health(generation)
    findings = list(_state(health, manifest["counts"]))
    damaged = next((finding.message for finding in findings if finding.code == "damaged"), None)
    if stale := _is_stale(archive, generation):
        findings.append(Finding("stale", "", 0, _STALE))
    counts: Counter[str] = Counter()
    unresolved: dict[str, list[tuple[str, int]]] = {"unresolved": [], "unresolved_sources": []}
    # what lies on no node cannot be asked for
    if health["status"] != "red":
        report = joined_report(archive, generation)
        counts.update(report["warning_counts"])
        findings += warned(report["warnings"])
        findings += _remarks(archive, generation, counts)
        unresolved = {name: [(surface, count) for surface, count in report[name]] for name in unresolved}
        counts["unresolved_agency"] = sum(count for _, count in unresolved["unresolved"])
        counts["unresolved_source"] = sum(count for _, count in unresolved["unresolved_sources"])
    index = {"generation": generation.number, "built_at": manifest["built_at"], **manifest["counts"], "cluster": health}
    return Report(
        stale,
        damaged,
        {code: count for code, count in counts.items() if count},
        ordered(findings),
        unresolved["unresolved"],
        index,
        unresolved["unresolved_sources"],
    )


def _state(health: Json, counts: Json) -> Iterator[Finding]:
    """What is wrong with the shards: some that no node has, counts that are not those of the build, copies that are missing."""
    away = health["unassigned"]
    if health["status"] == "red":
        message = f"{away} shards of the archive are on no node. Start the nodes that are away; if their disks are lost, run `juanzong rebuild`."
        yield Finding("damaged", "", 0, message)
        return
    wrong = [unit for unit in ("paragraphs", "documents") if health[unit] != counts[unit]]
    if wrong:
        said = " and ".join(f"{health[unit]:,} {unit} instead of {counts[unit]:,}" for unit in wrong)
        message = f"The cluster holds {said}: somebody changed the index. Run `juanzong rebuild`."
        yield Finding("damaged", "", 0, message)
    elif health["status"] == "yellow":
        message = f"{away} copies of shards are on no node, so that one more failure may cost answers. Start the nodes that are away."
        yield Finding("copies", "", 0, message)


def _is_stale(archive: ClusterArchive, generation: Generation) -> bool:
    agency_file = generation.manifest["agency_file"]
    with userdict_of(archive, generation) as userdict:
        own = OwnFiles(userdict, Path(agency_file) if agency_file else None)
        return bool(generation.manifest["fingerprint"] != fingerprint(own))


def _remarks(archive: ClusterArchive, generation: Generation, counts: Counter[str]) -> Iterator[Finding]:
    """Documents without a day or a city and those of days to come, at most MAX_EXAMPLES of each; all of them are counted."""
    later = (
        "future_date",
        {"range": {"day": {"gt": date.today().toordinal() + 1}}},
        "The date lies in the future. Check it, or give it in a sidecar (published:).",
    )
    for code, query, message in (*_REMARKS, later):
        answer = archive.connection.search(
            generation.documents,
            {
                "size": MAX_EXAMPLES,
                "track_total_hits": True,
                "query": query,
                "_source": ["path", "line"],
                "sort": [{"path": "asc"}, {"line": "asc"}],
            },
        )
        counts[code] += answer["hits"]["total"]["value"]
        for hit in answer["hits"]["hits"]:
            yield Finding(code, hit["_source"]["path"], hit["_source"]["line"], message)
