"""`check` of an archive on a cluster: whether it is whole and current, and what of its documents a curator should look at."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from juanzong.index.build.check import MAX_EXAMPLES, ORDER, Finding, Report
from juanzong.index.cluster.address import parse_address
from juanzong.index.cluster.archive import ClusterArchive
from juanzong.index.cluster.reports import joined_report, userdict_of
from juanzong.index.store.fingerprint import OwnFiles, fingerprint

Json = dict[str, Any]
_REMARKS = (
    ("undated", {"term": {"dated": False}}, "No date was found. A sidecar can give one (published:)."),
    ("no_city", {"term": {"placed": False}}, "No city was found. A sidecar can give one (city:)."),
)


def check(address: str) -> Report:
    """Compares what the cluster holds with what was published, and reports. Raises NoIndex where there is no archive."""
    archive = ClusterArchive(parse_address(address))
    generation = archive.current()
    manifest = generation.manifest
    findings: list[Finding] = []
    found = archive.health(generation)
    damaged = None
    if found["status"] == "red":
        damaged = f"{found['unassigned']} shards of the archive are on no node. Start the nodes that are away; if their disks are lost, run `juanzong rebuild`."
    else:
        wrong = [unit for unit in ("paragraphs", "documents") if found[unit] != manifest["counts"][unit]]
        if wrong:
            said = " and ".join(f"{found[unit]:,} {unit} instead of {manifest['counts'][unit]:,}" for unit in wrong)
            damaged = f"The cluster holds {said}: somebody changed the index. Run `juanzong rebuild`."
        elif found["status"] == "yellow":
            findings.append(
                Finding(
                    "copies",
                    "",
                    0,
                    f"{found['unassigned']} copies of shards are on no node, so that one more failure may cost answers. Start the nodes that are away.",
                )
            )
    if damaged:
        findings.append(Finding("damaged", "", 0, damaged))
    with userdict_of(archive, generation) as userdict:
        stale = manifest["fingerprint"] != fingerprint(
            OwnFiles(userdict, Path(told) if (told := manifest["agency_file"]) else None)
        )
    if stale:
        findings.append(
            Finding(
                "stale",
                "",
                0,
                "The index was built with other dictionaries or folding than are installed now. Run `juanzong rebuild`.",
            )
        )
    counts: Counter[str] = Counter()
    unresolved: list[tuple[str, int]] = []
    sources: list[tuple[str, int]] = []
    if found["status"] != "red":
        report = joined_report(archive, generation)
        unresolved = [(surface, count) for surface, count in report["unresolved"]]
        counts.update(report["warning_counts"])
        shown: Counter[str] = Counter()
        for warning in report["warnings"]:
            shown[warning["code"]] += 1
            if shown[warning["code"]] <= MAX_EXAMPLES:
                findings.append(Finding(warning["code"], warning["path"], warning["line"], warning["message"]))
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
            findings += [
                Finding(code, hit["_source"]["path"], hit["_source"]["line"], message) for hit in answer["hits"]["hits"]
            ]
        counts["unresolved_agency"] = sum(count for _, count in unresolved)
        sources = [(surface, count) for surface, count in report["unresolved_sources"]]
        counts["unresolved_source"] = sum(count for _, count in sources)
    findings.sort(
        key=lambda finding: (
            ORDER.index(finding.code) if finding.code in ORDER else len(ORDER),
            finding.path,
            finding.line,
        )
    )
    index = {"generation": generation.number, "built_at": manifest["built_at"], **manifest["counts"], "cluster": found}
    return Report(
        stale, damaged, {code: count for code, count in counts.items() if count}, findings, unresolved, index, sources
    )
