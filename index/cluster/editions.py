"""`rebuild` and `update` of an archive on a cluster."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from juanzong.index.build import BuildSummary
from juanzong.index.build.intake import require
from juanzong.index.build.inventory import file_hash
from juanzong.index.cluster import mapping, parts
from juanzong.index.cluster.address import parse_address
from juanzong.index.cluster.archive import ClusterArchive, Generation, sign_of_life
from juanzong.index.cluster.publication import Publication
from juanzong.index.cluster.reports import userdict_of, write_claims, write_report, write_updated_report, write_userdict
from juanzong.index.cluster.rows import key_of
from juanzong.index.cluster.sending import action
from juanzong.index.cluster.tallies import ArchiveCounts, entries_by_path, tally_of_generation
from juanzong.index.cluster.workshop import Reporter, Workshop, manifest_of, workshop
from juanzong.index.corpus.files import find_files
from juanzong.index.corpus.shares import Share
from juanzong.index.errors import IndexBusy, NoIndex, UnreadableInput
from juanzong.index.facts.dates.notices import bracket
from juanzong.index.store.fingerprint import OwnFiles, fingerprint

Json = dict[str, Any]


def rebuild(
    address: str,
    corpora: Sequence[Path | str] = (),
    *,
    jobs: int | None = None,
    userdict: Path | None = None,
    progress: Reporter | None = None,
    agency_file: Path | None = None,
    part: Share | None = None,
    publish: bool = False,
) -> BuildSummary:
    """Builds an archive anew and publishes it; with `part` only sends that share, with `publish` only publishes what the parts have sent.

    Raises as the `rebuild` of a folder does, and ClusterUnavailable; in all cases the archive that is searched is what it was before."""
    started, archive, report = time.monotonic(), ClusterArchive(parse_address(address)), progress or (lambda _: None)
    if publish:
        return parts.publish_parts(archive, corpora, jobs, report)
    folders = [Path(corpus) for corpus in corpora] or _last_corpora(archive)
    files = find_files(folders)
    own = OwnFiles(userdict, agency_file)
    require(own)
    manifest = manifest_of(archive, own, folders)
    if part is not None:
        return parts.send_part(archive, manifest, own, files, part, jobs, report)
    generation = archive.create(archive.next_number(), {**manifest, "builder": sign_of_life()})
    if generation is None:
        raise IndexBusy(f"Another build of {archive.address} has just begun. Wait until it has finished, or stop it.")
    with workshop(archive, generation, own, files, jobs, report) as shop:
        intake = shop.intake
        intake.read(files)
        if not intake.documents and not intake.inventory:
            intake.require()
        intake.write_inventory(1)
        write_userdict(shop, userdict)
        write_claims(shop)
        write_report(shop, intake.data_report(), 1)
        shop.sender.wait()
        if not intake.paragraphs and not _has_deferred(shop):
            intake.require()
        return Publication(shop).finish(intake.tally, started)


def update(
    address: str, corpora: Sequence[Path | str] = (), *, jobs: int | None = None, progress: Reporter | None = None
) -> BuildSummary:
    """Sends only what changed: a copy of the generation that shares its files on the disks of the cluster gets the changes and is published.

    Where that could differ from a rebuild (other dictionaries, several documents of one id) everything is built anew. Raises as `rebuild` does."""
    started, archive, report = time.monotonic(), ClusterArchive(parse_address(address)), progress or (lambda _: None)
    try:
        before = archive.current()
    except NoIndex:
        return rebuild(address, corpora, jobs=jobs, progress=progress)
    manifest = before.manifest
    folders = [Path(corpus) for corpus in corpora] or [Path(corpus) for corpus in manifest["corpora"]]
    files = find_files(folders)
    agency_file = Path(manifest["agency_file"]) if manifest["agency_file"] else None
    with userdict_of(archive, before) as userdict:
        own = OwnFiles(userdict, agency_file)
        if manifest["fingerprint"] != fingerprint(own) or manifest["renamed"]:
            return rebuild(address, folders, jobs=jobs, userdict=userdict, progress=progress, agency_file=agency_file)
        old = entries_by_path(archive, before)
        hashes = {file.relative: file_hash(file) for file in files}
        added = set(hashes) - set(old)
        changed = {path for path in hashes if path in old and old[path].sha256 != hashes[path]}
        removed = set(old) - set(hashes)
        told = manifest_of(archive, own, folders)
        if not (added or changed or removed) and told["corpora"] == manifest["corpora"]:
            return BuildSummary(
                before.number,
                **manifest["counts"],
                values={name: manifest["values"][name] for name in ("city", "agency", "source")},
                warnings=[],
                unresolved=[],
                seconds=time.monotonic() - started,
                corpora=manifest["corpora"],
            )
        if not hashes:
            raise UnreadableInput(
                "No document is left in the corpus, so the archive was left as it was. Give the folder of your documents."
            )
        generation = _clone(archive, before, {**told, "builder": sign_of_life()})
        with workshop(archive, generation, own, files, jobs, report) as shop:
            intake, gone = shop.intake, removed | changed
            tally = tally_of_generation(archive, before)
            publication = Publication(shop, copied=True)
            tally.subtract(publication.remove(files=gone))
            shop.sender.send(action("delete", generation.records, f"file-{key_of(path)}") for path in gone)
            intake.read([file for file in files if file.relative in added | changed])
            tally.add(intake.tally)
            kept = {path: entry for path, entry in old.items() if path not in gone}
            notices = [notice for entry in (*kept.values(), *intake.inventory.values()) for notice in entry.notices]
            if bracket(notices) != bracket([notice for entry in old.values() for notice in entry.notices]):
                again = {path for path, entry in kept.items() if entry.undated}
                tally.subtract(publication.remove(files=again))
                intake.tally = ArchiveCounts()
                intake.read([file for file in files if file.relative in again])
                tally.add(intake.tally)
            intake.write_inventory(1)
            write_claims(shop)
            write_updated_report(shop, before, gone | set(intake.inventory))
            shop.sender.wait()
            summary = publication.finish(tally, started)
            return replace(summary, added=len(added), changed=len(changed), removed=len(removed))


def _last_corpora(archive: ClusterArchive) -> list[Path]:
    newest = archive.newest()
    folders = [Path(corpus) for corpus in newest.manifest["corpora"]] if newest else []
    if not folders:
        raise UnreadableInput(
            "There is nothing to build from. Give the folder of your documents: `juanzong rebuild FOLDER`."
        )
    return folders


def _clone(archive: ClusterArchive, before: Generation, manifest: Json) -> Generation:
    """A new generation with all that the old one holds: the server links the files of the old one, so that it costs neither time nor room."""
    number = archive.next_number()
    name = archive.name(number)
    for index in before.indices[::-1]:
        target = name + index.removeprefix(before.paragraphs)
        # a copy has as many copies as its index says, not as the one that it is made of
        settings: Json = {"index.blocks.write": None, "index": mapping.copies(archive.address.replicas)}
        archive.connection.call("PUT", f"/{index}/_settings", {"index.blocks.write": True})
        archive.connection.call("POST", f"/{index}/_clone/{target}", {"settings": settings}, wait_for_active_shards=1)
    kept = {key: value for key, value in before.manifest.items() if key not in ("state", "parts")}
    return archive.write_manifest(
        Generation(number, name, {}), {**kept, **manifest, "generation": number, "state": "building"}
    )


def _has_deferred(shop: Workshop) -> bool:
    shop.refresh()
    found = shop.archive.connection.counts(shop.generation.documents, [{"term": {"deferred": True}}])
    return found[0] > 0
