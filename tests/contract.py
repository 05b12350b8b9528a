"""What every engine must do is tested once: on an index in a folder, or, where JUANZONG_TEST_ENGINE is `cluster`, on the test cluster."""

from __future__ import annotations

import atexit
import hashlib
import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from hypothesis import settings

from juanzong.index.build.intake import Progress
from juanzong.index.cluster.address import parse_address
from juanzong.index.cluster.archive import ClusterArchive
from juanzong.index.cluster.intake import RowWriter
from juanzong.index.cluster.publication import Publication
from juanzong.index.cluster.sending import operations_of
from juanzong.index.cluster.tallies import ArchiveCounts
from juanzong.index.cluster.workshop import manifest_of, workshop
from juanzong.index.records import Document
from juanzong.index.store.fingerprint import OwnFiles
from juanzong.search import Engine
from juanzong.search.engine import open_engine as open_any
from juanzong.search.engines.opensearch.engine import FRESH
from tests import samples
from tests.clusters import remove, required

ON_CLUSTER = os.environ.get("JUANZONG_TEST_ENGINE", "folder") == "cluster"
folder_only = pytest.mark.skipif(ON_CLUSTER, reason="speaks of the files of an index in a folder")
# no test needs more archives at once, and each is many shards
MOST = 6
_made: dict[str, None] = {}


def examples(number: int) -> settings:
    """So many drawn cases in a folder; a cluster takes a second to publish what a folder takes a hundredth for."""
    return settings(max_examples=max(3, number // 10) if ON_CLUSTER else number)


def publish(place: Path, groups: Iterable[Sequence[Document]], deleted: Iterable[str] = ()) -> int:
    """Publishes documents as a new generation, without those that are deleted; gives its number."""
    if not ON_CLUSTER:
        return samples.publish(place, groups, deleted)
    gone = set(deleted)
    documents = [document for group in groups for document in group if document.id not in gone]
    archive = ClusterArchive(parse_address(address_of(place)))
    manifest = manifest_of(archive, OwnFiles(), [Path("/corpus")])
    generation = archive.create(archive.next_number(), manifest)
    assert generation is not None
    with workshop(archive, generation, OwnFiles(), (), 1, _silent) as shop:
        part = shop.intake.folder / "part"
        RowWriter(generation, claim=False)(documents, part, shop.segmenter)
        shop.sender.send(operations_of(part.with_suffix(".rows").read_bytes()))
        tally = ArchiveCounts.decode(part.with_suffix(".tally").read_bytes())
        return Publication(shop).finish(tally, 0.0).generation


def open_engine(place: Path | str) -> Engine:
    """The engine for what was published there."""
    return open_any(address_of(Path(place)) if ON_CLUSTER else place)


def await_publication() -> None:
    """Until an open engine looks for a newer generation, which on a cluster it does once a second."""
    if ON_CLUSTER:
        time.sleep(FRESH)


def address_of(place: Path) -> str:
    """The archive that stands for a folder; all of them go when the tests end."""
    cluster = required()
    name = "test-" + hashlib.blake2b(f"{os.getpid()} {place}".encode(), digest_size=6).hexdigest()
    if not _made:
        atexit.register(_tidy)
    _made.pop(name, None)
    _made[name] = None
    while len(_made) > MOST:
        oldest = next(iter(_made))
        del _made[oldest]
        remove(cluster, oldest)
    return f"opensearch+http://{','.join(cluster.hosts)}/{name}?shards=2&replicas=0"


def _silent(_: Progress) -> None:
    """Nobody looks on."""


def _tidy() -> None:
    for name in _made:
        remove(required(), name)
