"""`rebuild` and `update` of an archive on a cluster, in one go or in parts that several machines read."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from juanzong.index.build import BuildSummary
from juanzong.index.build.intake import MAX_REPORTED, Progress, require
from juanzong.index.build.inventory import file_hash
from juanzong.index.cluster.address import parse_address
from juanzong.index.cluster.archive import ClusterArchive, Generation, sign_of_life
from juanzong.index.cluster.intake import Intake
from juanzong.index.cluster.publication import Publication, entries_by_path, tally_of_generation
from juanzong.index.cluster.rows import key_of
from juanzong.index.cluster.sending import Sender, action
from juanzong.index.cluster.tallies import USERDICT, Tally, read_blob, records, write_blob
from juanzong.index.corpus.files import SourceFile, find_files
from juanzong.index.corpus.shares import Share
from juanzong.index.errors import IndexBusy, JuanzongError, NoIndex, UnreadableInput, UsageError
from juanzong.index.facts.dates.notices import bracket
from juanzong.index.store.fingerprint import OwnFiles, fingerprint
from juanzong.index.text.analysis import Segmenter

Json = dict[str, Any]
_SURFACES = ("unresolved", "unresolved_sources")
HEARTBEAT = 15.0
Reporter = Callable[[Progress], None]


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
        return _publish_parts(archive, corpora, jobs, report, started)
    folders = [Path(corpus) for corpus in corpora] or _last_corpora(archive)
    files = find_files(folders)
    own = OwnFiles(userdict, agency_file)
    require(own)
    segmenter = Segmenter(userdict)
    manifest = _manifest(archive, own, folders)
    if part is not None:
        return _send_part(archive, manifest, files, part, jobs, userdict, agency_file, report, started)
    generation = archive.create(archive.next_number(), {**manifest, "builder": sign_of_life()})
    if generation is None:
        raise IndexBusy(f"Another build of {archive.address} has just begun. Wait until it has finished, or stop it.")
    with _workshop(archive, generation, jobs, userdict, agency_file, report) as (intake, sender):
        intake.read(files)
        if not intake.documents and not intake.inventory:
            intake.require()
        intake.write_inventory(1)
        _keep(sender, generation, intake, userdict)
        _write_claims(sender, archive, generation)
        _write_report(sender, generation, intake.data_report(), 1)
        sender.wait()
        if not intake.paragraphs and not _has_deferred(archive, generation):
            intake.require()
        return _finish(
            archive, generation, intake, sender, files, segmenter, report, {"seconds": 0.0}, intake.tally, started
        )


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
        segmenter = Segmenter(userdict)
        own = OwnFiles(userdict, agency_file)
        if manifest["fingerprint"] != fingerprint(own) or manifest["renamed"]:
            return rebuild(address, folders, jobs=jobs, userdict=userdict, progress=progress, agency_file=agency_file)
        old = entries_by_path(archive, before)
        hashes = {file.relative: file_hash(file) for file in files}
        added = {path for path in hashes if path not in old}
        changed = {path for path in hashes if path in old and old[path].sha256 != hashes[path]}
        removed = set(old) - set(hashes)
        if not (added or changed or removed) and [str(folder.resolve()) for folder in folders] == manifest["corpora"]:
            return BuildSummary(
                before.number,
                **manifest["counts"],
                values=manifest["values"],
                warnings=[],
                unresolved=[],
                seconds=time.monotonic() - started,
                corpora=manifest["corpora"],
            )
        if len(hashes) == len(removed & set(hashes)):
            raise UnreadableInput(
                "No document is left in the corpus, so the archive was left as it was. Give the folder of your documents."
            )
        generation = _clone(archive, before, {**_manifest(archive, own, folders), "builder": sign_of_life()})
        with _workshop(archive, generation, jobs, userdict, agency_file, report) as (intake, sender):
            tally = tally_of_generation(archive, before)
            publication = Publication(archive, generation, intake, sender, files, segmenter, report)
            tally.subtract(publication.remove(files=removed | changed))
            sender.send(action("delete", generation.records, f"file-{key_of(path)}") for path in removed | changed)
            intake.read([file for file in files if file.relative in added | changed])
            tally.add(intake.tally)
            kept = {path: entry for path, entry in old.items() if path not in removed | changed}
            notices = [notice for entry in (*kept.values(), *intake.inventory.values()) for notice in entry.notices]
            if bracket(notices) != bracket([notice for entry in old.values() for notice in entry.notices]):
                again = {path for path, entry in kept.items() if entry.undated}
                tally.subtract(publication.remove(files=again))
                intake.tally = Tally()
                intake.read([file for file in files if file.relative in again])
                tally.add(intake.tally)
            intake.write_inventory(1)
            _write_claims(sender, archive, generation)
            for row in records(archive.connection, before, "report", ["part"]):
                sender.send([action("delete", generation.records, f"report-{row['part']}")])
            sender.wait()
            dropped = removed | changed | set(intake.inventory)
            _write_report(sender, generation, _updated_report(archive, before, intake, dropped), 1)
            summary = _finish(archive, generation, intake, sender, files, segmenter, report, {}, tally, started)
            return BuildSummary(
                **{
                    **{name: getattr(summary, name) for name in BuildSummary.__dataclass_fields__},
                    "added": len(added),
                    "changed": len(changed),
                    "removed": len(removed),
                }
            )


# --- parts ---


def _send_part(
    archive: ClusterArchive,
    manifest: Json,
    files: Sequence[SourceFile],
    part: Share,
    jobs: int | None,
    userdict: Path | None,
    agency_file: Path | None,
    report: Reporter,
    started: float,
) -> BuildSummary:
    own = [file for file in files if part.has(file.relative)]
    generation = _joined(archive, manifest, part)
    with _workshop(archive, generation, jobs, userdict, agency_file, report) as (intake, sender):
        publication = Publication(archive, generation, intake, sender, own, Segmenter(userdict), report)
        publication.refresh()
        before = [
            row["name"]
            for row in records(archive.connection, generation, "file", ["name", "part"])
            if row["part"] == part.number
        ]
        if before:
            # a part that was begun and did not come to its end is done again
            publication.remove(files=before)
        intake.inventory.clear()
        intake.read(own)
        intake.write_inventory(part.number)
        if part.number == 1:
            _keep(sender, generation, intake, userdict)
        _write_claims(sender, archive, generation)
        _write_report(sender, generation, intake.data_report(), part.number)
        write_blob(sender, generation, f"tally-{part.number}", intake.tally.encode())
        sender.wait()
        sender.send(
            [
                action(
                    "index",
                    generation.records,
                    f"part-{part.number}",
                    {"kind": "part", "part": part.number, "number": part.total, "data": {"rows": sender.sent.rows}},
                )
            ]
        )
        sender.wait()
        return _summary(
            generation,
            intake,
            {"documents": intake.documents, "articles": 0, "paragraphs": intake.paragraphs},
            {},
            manifest["corpora"],
            started,
        )


def _joined(archive: ClusterArchive, manifest: Json, part: Share) -> Generation:
    """The generation that the parts fill; whichever machine comes first makes it."""
    for _ in range(3):
        number = archive.next_number(fresh=False)
        made = archive.create(number, {**manifest, "parts": part.total})
        if made is not None:
            return made
        for _ in range(100):
            # the manifest comes last, with the paragraphs
            found = archive.generations().get(number)
            if found is not None and found.manifest:
                break
            time.sleep(0.1)
        if found is None:
            continue
        same = ("fingerprint", "corpora", "agency_file", "parts")
        if all(found.manifest.get(name) == {**manifest, "parts": part.total}[name] for name in same):
            return found
        raise IndexBusy(
            f"Parts of another build of {archive.address} are there ({found.manifest.get('parts')} parts of {', '.join(found.manifest.get('corpora', []))}). "
            "Give the same corpus, dictionary and number of parts, or begin anew with `juanzong rebuild`."
        )
    raise IndexBusy(f"The build of {archive.address} could not be joined. Try again.")


def _publish_parts(
    archive: ClusterArchive, corpora: Sequence[Path | str], jobs: int | None, report: Reporter, started: float
) -> BuildSummary:
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
    archive.connection.call("POST", f"/{generation.records}/_refresh")
    done = {row["part"] for row in records(archive.connection, generation, "part", ["part"])}
    missing = sorted(set(range(1, generation.manifest["parts"] + 1)) - done)
    if missing:
        raise UsageError(
            f"Part {', '.join(map(str, missing[:20]))} of {generation.manifest['parts']} has not been sent to its end. Run it (again), then publish."
        )
    manifest = generation.manifest
    folders = [Path(corpus) for corpus in corpora] or [Path(corpus) for corpus in manifest["corpora"]]
    agency_file = Path(manifest["agency_file"]) if manifest["agency_file"] else None
    files = find_files(folders)
    with (
        userdict_of(archive, generation) as userdict,
        _workshop(archive, generation, jobs, userdict, agency_file, report) as (intake, sender),
    ):
        tally = Tally()
        for number in sorted(done):
            tally.add(Tally.decode(read_blob(archive.connection, generation, f"tally-{number}") or Tally().encode()))
        return _finish(archive, generation, intake, sender, files, Segmenter(userdict), report, {}, tally, started)


# --- what they share ---


@contextmanager
def _workshop(
    archive: ClusterArchive,
    generation: Generation,
    jobs: int | None,
    userdict: Path | None,
    agency_file: Path | None,
    report: Reporter,
) -> Iterator[tuple[Intake, Sender]]:
    """A folder to work in, and the streams to the cluster."""
    folder = Path(tempfile.mkdtemp(prefix="juanzong-"))
    seen = time.monotonic()

    def told(progress: Progress) -> None:
        nonlocal seen
        if time.monotonic() - seen > HEARTBEAT and not generation.manifest.get("parts"):
            seen = time.monotonic()
            archive.write_manifest(generation, {"builder": sign_of_life()})
        report(progress)

    try:
        with Sender(archive.connection) as sender:
            yield (
                Intake(folder, OwnFiles(userdict, agency_file), jobs or os.cpu_count() or 1, told, generation, sender),
                sender,
            )
    except OSError as error:
        raise JuanzongError(
            f"The build could not write its working files ({error.strerror or error}). The archive is unchanged; free some space and try again."
        ) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _finish(
    archive: ClusterArchive,
    generation: Generation,
    intake: Intake,
    sender: Sender,
    files: Sequence[SourceFile],
    segmenter: Segmenter,
    report: Reporter,
    manifest: Json,
    tally: Tally,
    started: float,
) -> BuildSummary:
    publication = Publication(archive, generation, intake, sender, files, segmenter, report)
    made = publication.finish(
        {**generation.manifest, **manifest, "seconds": round(time.monotonic() - started, 3)}, tally
    )
    report(
        Progress(
            "publish", 1, 1, "generations", made.manifest["counts"]["documents"], made.manifest["counts"]["paragraphs"]
        )
    )
    return _summary(made, intake, made.manifest["counts"], made.manifest["values"], made.manifest["corpora"], started)


def _summary(
    generation: Generation,
    intake: Intake,
    counts: dict[str, int],
    values: dict[str, int],
    corpora: list[str],
    started: float,
) -> BuildSummary:
    return BuildSummary(
        generation.number,
        **counts,
        values=values,
        warnings=intake.warnings,
        unresolved=intake.unresolved.most_common(50),
        seconds=time.monotonic() - started,
        corpora=corpora,
        kept=[],
        not_read={},
        warning_counts={},
    )


def _manifest(archive: ClusterArchive, own: OwnFiles, folders: Sequence[Path]) -> Json:
    return {
        "fingerprint": fingerprint(own),
        "corpora": [str(folder.resolve()) for folder in folders],
        "agency_file": str(own.agencies.resolve()) if own.agencies else None,
        "server": archive.version,
    }


def _last_corpora(archive: ClusterArchive) -> list[Path]:
    try:
        folders = [Path(corpus) for corpus in archive.current().manifest["corpora"]]
    except NoIndex:
        folders = []
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
        settings: Json = {"index.blocks.write": None}
        archive.connection.call("PUT", f"/{index}/_settings", {"index.blocks.write": True})
        archive.connection.call("POST", f"/{index}/_clone/{target}", {"settings": settings}, wait_for_active_shards=1)
    kept = {key: value for key, value in before.manifest.items() if key not in ("state", "parts")}
    return archive.write_manifest(
        Generation(number, name, {}), {**kept, **manifest, "generation": number, "state": "building"}
    )


def _has_deferred(archive: ClusterArchive, generation: Generation) -> bool:
    archive.connection.call("POST", f"/{generation.documents}/_refresh")
    return archive.connection.counts(generation.documents, [{"term": {"deferred": True}}])[0] > 0


def _write_claims(sender: Sender, archive: ClusterArchive, generation: Generation) -> None:
    """Notes which documents claim an id that is another's."""
    taken = sender.wait().taken
    for number, row in enumerate(taken):
        data = {name: row[name] for name in ("id", "file", "path", "line")}
        sender.send(
            [
                action(
                    "index",
                    generation.records,
                    f"claim-{key_of(row['path'])}-{row['line']}",
                    {"kind": "claim", "number": number, "data": data},
                )
            ]
        )
    taken.clear()


def _write_report(sender: Sender, generation: Generation, report: Json, part: int) -> None:
    """What a curator should see of what a build has read."""
    sender.send(
        [action("index", generation.records, f"report-{part}", {"kind": "report", "part": part, "data": report})]
    )


def _updated_report(archive: ClusterArchive, before: Generation, intake: Intake, dropped: set[str]) -> Json:
    """The last report without what it says of the files that were read again or are gone, and what was seen now."""
    report, old = intake.data_report(), joined_report(archive, before)
    stay = [warning for warning in old["warnings"] if warning["path"] not in dropped]
    report["warnings"] = stay + report["warnings"]
    report["warning_counts"] = dict(Counter(warning["code"] for warning in report["warnings"]))
    return report


def _keep(sender: Sender, generation: Generation, intake: Intake, userdict: Path | None) -> None:
    if userdict is not None:
        write_blob(sender, generation, USERDICT, userdict.read_bytes())


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
