"""What a build keeps beside the rows: the user's dictionary, who claims which id, and what a curator should see of what was read."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from juanzong.index.build.intake import MAX_REPORTED
from juanzong.index.cluster.archive import ClusterArchive, Generation
from juanzong.index.cluster.rows import key_of
from juanzong.index.cluster.sending import action
from juanzong.index.cluster.tallies import USERDICT, read_blob, records, write_blob
from juanzong.index.cluster.workshop import Workshop

Json = dict[str, Any]
_SURFACES = ("unresolved", "unresolved_sources")


def write_userdict(shop: Workshop, userdict: Path | None) -> None:
    if userdict is not None:
        write_blob(shop.sender, shop.generation, USERDICT, userdict.read_bytes())


@contextmanager
def userdict_of(archive: ClusterArchive, generation: Generation) -> Iterator[Path | None]:
    """The user dictionary that a generation was built with, as a file."""
    data = read_blob(archive.connection, generation, USERDICT)
    if data is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="juanzong-") as folder:
        path = Path(folder) / "userdict.txt"
        path.write_bytes(data)
        yield path


def write_claims(shop: Workshop) -> None:
    """Notes which documents claim an id that is another's."""
    taken = shop.sender.wait().taken
    for number, row in enumerate(taken):
        data = {name: row[name] for name in ("id", "file", "path", "line")}
        key = f"claim-{key_of(row['path'])}-{row['line']}"
        shop.sender.send(
            [action("index", shop.generation.records, key, {"kind": "claim", "number": number, "data": data})]
        )
    taken.clear()


def write_report(shop: Workshop, report: Json, part: int) -> None:
    """What a curator should see of what a build has read."""
    row = {"kind": "report", "part": part, "data": report}
    shop.sender.send([action("index", shop.generation.records, f"report-{part}", row)])


def joined_report(archive: ClusterArchive, generation: Generation) -> Json:
    """The reports of all parts as one."""
    warnings: list[Json] = []
    counted: Counter[str] = Counter()
    surfaces: dict[str, Counter[str]] = {name: Counter() for name in _SURFACES}
    for row in records(archive.connection, generation, "report"):
        data = row["data"]
        warnings += data["warnings"]
        counted.update(data["warning_counts"])
        for name, found in surfaces.items():
            found.update(dict(data.get(name, ())))
    told = {name: found.most_common(MAX_REPORTED) for name, found in surfaces.items()}
    return {"warnings": warnings, "warning_counts": dict(counted), **told}


def write_updated_report(shop: Workshop, before: Generation, dropped: set[str]) -> None:
    """The last report without what it says of the files that were read again or are gone, and what was seen now."""
    report, old = shop.intake.data_report(), joined_report(shop.archive, before)
    for row in records(shop.archive.connection, before, "report", ["part"]):
        shop.sender.send([action("delete", shop.generation.records, f"report-{row['part']}")])
    shop.sender.wait()
    stay = [warning for warning in old["warnings"] if warning["path"] not in dropped]
    report["warnings"] = stay + report["warnings"]
    report["warning_counts"] = dict(Counter(warning["code"] for warning in report["warnings"]))
    write_report(shop, report, 1)
