"""A generation that several machines fill: each sends a share of the files, then one of them publishes what all have sent."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from juanzong.index.build import BuildSummary
from juanzong.index.cluster.archive import ClusterArchive, Generation
from juanzong.index.cluster.publication import Publication
from juanzong.index.cluster.reports import userdict_of, write_claims, write_report, write_userdict
from juanzong.index.cluster.sending import action
from juanzong.index.cluster.tallies import ArchiveCounts, read_blob, records, write_blob
from juanzong.index.cluster.workshop import Reporter, workshop
from juanzong.index.corpus.files import SourceFile, find_files
from juanzong.index.corpus.shares import Share
from juanzong.index.errors import IndexBusy, UsageError
from juanzong.index.store.fingerprint import OwnFiles

Json = dict[str, Any]
_SAME = ("fingerprint", "corpora", "agency_file", "parts")


def send_part(
    archive: ClusterArchive,
    manifest: Json,
    own: OwnFiles,
    files: Sequence[SourceFile],
    part: Share,
    jobs: int | None,
    report: Reporter,
) -> BuildSummary:
    """Reads and sends one share. Raises IndexBusy where the parts of another build are there."""
    started = time.monotonic()
    chosen = [file for file in files if part.has(file.relative)]
    generation = _joined(archive, {**manifest, "parts": part.total})
    with workshop(archive, generation, own, chosen, jobs, report) as shop:
        intake, sender = shop.intake, shop.sender
        shop.refresh()
        rows = records(archive.connection, generation, "file", ["name", "part"])
        if before := [row["name"] for row in rows if row["part"] == part.number]:
            # a part that was begun and did not come to its end is done again
            Publication(shop).remove(files=before)
        intake.read(chosen)
        intake.write_inventory(part.number)
        if part.number == 1:
            write_userdict(shop, own.userdict)
        write_claims(shop)
        write_report(shop, intake.data_report(), part.number)
        write_blob(sender, generation, f"tally-{part.number}", intake.tally.encode())
        sender.wait()
        row = {"kind": "part", "part": part.number, "number": part.total, "data": {"rows": sender.sent.rows}}
        sender.send([action("index", generation.records, f"part-{part.number}", row)])
        sender.wait()
        counts = {"documents": intake.documents, "articles": 0, "paragraphs": intake.paragraphs}
        return shop.summary(counts, started)


def _joined(archive: ClusterArchive, manifest: Json) -> Generation:
    """The generation that the parts fill; whichever machine comes first makes it."""
    for _ in range(3):
        number = archive.next_number(fresh=False)
        made = archive.create(number, manifest)
        if made is not None:
            return made
        found = archive.generations().get(number)
        if found is None or not found.manifest:
            # it was removed in between
            continue
        if all(found.manifest.get(name) == manifest[name] for name in _SAME):
            archive.complete(found)
            return found
        raise IndexBusy(
            f"Parts of another build of {archive.address} are there ({found.manifest.get('parts')} parts of {', '.join(found.manifest.get('corpora', []))}). "
            "Give the same corpus, dictionary and number of parts, or begin anew with `juanzong rebuild`."
        )
    raise IndexBusy(f"The build of {archive.address} could not be joined. Try again.")


def publish_parts(
    archive: ClusterArchive, corpora: Sequence[Path | str], jobs: int | None, report: Reporter
) -> BuildSummary:
    """Publishes what the parts have sent. Raises UsageError where not all of them are there."""
    started = time.monotonic()
    found = [
        generation
        for generation in archive.generations().values()
        if generation.manifest.get("state") == "building" and generation.manifest.get("parts")
    ]
    if not found:
        raise UsageError(
            f"There are no parts to publish at {archive.address}. Send them first: `juanzong rebuild --part 1/2 FOLDER`."
        )
    generation = max(found, key=lambda one: one.number)
    manifest = generation.manifest
    archive.connection.call("POST", f"/{generation.records}/_refresh")
    done = {row["part"] for row in records(archive.connection, generation, "part", ["part"])}
    if missing := sorted(set(range(1, manifest["parts"] + 1)) - done):
        raise UsageError(
            f"Part {', '.join(map(str, missing[:20]))} of {manifest['parts']} has not been sent to its end. Run it (again), then publish."
        )
    files = find_files([Path(corpus) for corpus in corpora] or [Path(corpus) for corpus in manifest["corpora"]])
    agency_file = Path(manifest["agency_file"]) if manifest["agency_file"] else None
    with (
        userdict_of(archive, generation) as userdict,
        workshop(archive, generation, OwnFiles(userdict, agency_file), files, jobs, report) as shop,
    ):
        tally = ArchiveCounts()
        for number in sorted(done):
            tally.add(
                ArchiveCounts.decode(
                    read_blob(archive.connection, generation, f"tally-{number}") or ArchiveCounts().encode()
                )
            )
        return Publication(shop).finish(tally, started)
