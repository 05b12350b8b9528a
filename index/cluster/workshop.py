"""Where a generation is built: a folder to work in, worker processes that read, streams to the cluster, and what is told of it at the end."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from juanzong.index.build import BuildSummary
from juanzong.index.build.intake import Progress
from juanzong.index.cluster import ledger
from juanzong.index.cluster.archive import ClusterArchive, Generation, sign_of_life
from juanzong.index.cluster.intake import Intake
from juanzong.index.cluster.sending import Sender
from juanzong.index.corpus.files import SourceFile
from juanzong.index.errors import JuanzongError
from juanzong.index.store.fingerprint import OwnFiles, fingerprint
from juanzong.index.text.analysis import Segmenter

Json = dict[str, Any]
Reporter = Callable[[Progress], None]
HEARTBEAT = 15.0


@dataclass
class Workshop:
    """One generation that is built of some files."""

    archive: ClusterArchive
    generation: Generation
    intake: Intake
    sender: Sender
    files: Sequence[SourceFile]
    segmenter: Segmenter
    report: Reporter
    # when it last gave a sign of life
    seen: float = field(default_factory=time.monotonic)

    def refresh(self) -> None:
        """Waits until all that was sent can be searched."""
        self.sender.wait()
        self.archive.connection.call("POST", f"/{','.join(self.generation.indices)}/_refresh")

    def step(self, name: str) -> None:
        """Tells that a step of the publication begins."""
        self.report(Progress("publish", 0, 1, name, self.intake.documents, self.intake.paragraphs))
        self.stay_alive()

    def stay_alive(self) -> None:
        """Gives a sign of life, where the last was some time ago."""
        if time.monotonic() - self.seen > HEARTBEAT:
            self.seen = time.monotonic()
            self.generation = self.archive.write_manifest(self.generation, {"builder": sign_of_life()})

    def summary(self, counts: Mapping[str, int], started: float) -> BuildSummary:
        """What was made; `started` is a time of the monotonic clock."""
        manifest, intake = self.generation.manifest, self.intake
        return BuildSummary(
            self.generation.number,
            counts["documents"],
            counts["articles"],
            counts["paragraphs"],
            values={name: manifest["values"][name] for name in ("city", "agency", "source") if "values" in manifest},
            warnings=intake.warnings,
            unresolved=intake.unresolved.most_common(50),
            seconds=time.monotonic() - started,
            corpora=manifest["corpora"],
            unread_pages=counts.get("unread_pages", 0),
            warning_counts=dict(intake.warning_counts),
        )


@contextmanager
def workshop(
    archive: ClusterArchive,
    generation: Generation,
    own: OwnFiles,
    files: Sequence[SourceFile],
    jobs: int | None,
    report: Reporter,
) -> Iterator[Workshop]:
    """Opens one, and tidies it up. Raises JuanzongError where there is no room for its files."""
    folder = Path(tempfile.mkdtemp(prefix="juanzong-"))
    seen = time.monotonic()

    def told(progress: Progress) -> None:
        nonlocal seen
        # parts are no matter of one machine, and wait for the others without a sign
        if time.monotonic() - seen > HEARTBEAT and not generation.manifest.get("parts"):
            seen = time.monotonic()
            archive.write_manifest(generation, {"builder": sign_of_life()})
        report(progress)

    try:
        known = ledger.before(archive, generation)
        with Sender(archive.connection) as sender:
            intake = Intake(folder, own, jobs or os.cpu_count() or 1, told, generation, sender, known)
            yield Workshop(archive, generation, intake, sender, files, Segmenter(own.userdict), report)
    except OSError as error:
        raise JuanzongError(
            f"The build could not write its working files ({error.strerror or error}). The archive is unchanged; free some space and try again."
        ) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def manifest_of(archive: ClusterArchive, own: OwnFiles, folders: Sequence[Path]) -> Json:
    """What the manifest of a generation says from its beginning."""
    return {
        "fingerprint": fingerprint(own),
        "corpora": [str(folder.resolve()) for folder in folders],
        "agency_file": str(own.agencies.resolve()) if own.agencies else None,
        "server": archive.version,
        **ledger.begun(archive),
    }
