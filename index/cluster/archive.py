"""The generations of an archive on a cluster, and the alias that says which of them answers.

A generation is three indices with one number (see `mapping.py`). While it is built its manifest says `building`, and who builds; the alias
is moved to it in one call when it is whole. It is never changed afterwards. The one before it stays until the next is published.
"""

from __future__ import annotations

import datetime
import os
import re
import socket
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from juanzong.index.cluster import mapping
from juanzong.index.cluster.address import ClusterAddress
from juanzong.index.cluster.connection import NONE, Connection, Limit
from juanzong.index.errors import DamagedIndex, IndexBusy, JuanzongError, NoIndex

Json = dict[str, Any]
SCHEMA = 3
KEY = "juanzong"
# a build that has given no sign of life for so many seconds is taken for dead
SILENT = 90
GREEN = 600.0
# copies tell each other every half minute what they have, and keep removed rows until then; a small index does not wait for that
LETTING_GO, MANY = 40.0, 10_000
_KEPT = "indices.*.shards.*.seq_no.max_seq_no,indices.*.shards.*.retention_leases.leases.retaining_seq_no"
_KINDS = ("", "-documents", "-articles", "-records")


class SeveralIndices(DamagedIndex):
    """The alias points to several generations, so that every count would be that of all of them. The next build mends it."""


@dataclass(frozen=True)
class Generation:
    """One generation: its number, the names of its indices, its manifest."""

    number: int
    paragraphs: str
    manifest: Json

    @property
    def documents(self) -> str:
        return f"{self.paragraphs}-documents"

    @property
    def articles(self) -> str:
        return f"{self.paragraphs}-articles"

    @property
    def records(self) -> str:
        return f"{self.paragraphs}-records"

    @property
    def indices(self) -> list[str]:
        return [self.paragraphs, self.documents, self.articles, self.records]


class ClusterArchive:
    """The generations behind one alias."""

    def __init__(self, address: ClusterAddress, limit: Limit = NONE) -> None:
        """`limit` is how long who asks may wait. Raises UsageError where the client is not installed or the server is none that we speak to, and ClusterUnavailable."""
        self.address = address
        self.connection = Connection(address, limit)
        self.version = self.connection.require()
        self._name = re.compile(rf"{re.escape(address.name)}-([0-9]{{6}})(-documents|-articles|-records)?")

    def name(self, number: int) -> str:
        return f"{self.address.name}-{number:06}"

    def current(self) -> Generation:
        """The generation that answers. Raises NoIndex, or DamagedIndex where the alias is not what a build makes of it."""
        found: Json = self.connection.call(
            "GET", f"/{self.address.name}/_mapping", missing={}, filter_path="*.mappings._meta"
        )
        if not found:
            # nothing that has a manifest
            bare = self.connection.call("GET", f"/_alias/{self.address.name}", missing={})
            if bare:
                raise DamagedIndex(
                    f"The alias {self.address.name} at {self.address} points to {', '.join(sorted(bare))}, which juanzong did not build. Choose another name."
                )
            raise NoIndex(
                f"There is no archive “{self.address.name}” at {self.address} yet. Run `juanzong --index {self.address} rebuild FOLDER`."
            )
        if len(found) > 1:
            raise SeveralIndices(
                f"The alias {self.address.name} at {self.address} points to several indices ({', '.join(sorted(found))}), so every count would be wrong. "
                "Run `juanzong rebuild`, or leave it on the newest alone."
            )
        ((name, of_index),) = found.items()
        return self._generation(name, of_index["mappings"]["_meta"].get(KEY) or {})

    def _generation(self, name: str, manifest: Json) -> Generation:
        match = self._name.fullmatch(name)
        if not match or match[2] or manifest.get("schema") != SCHEMA:
            raise NoIndex(
                f"The archive at {self.address} was built by another version of juanzong and cannot be read. Run `juanzong rebuild`."
            )
        return Generation(int(match[1]), name, manifest)

    def generations(self) -> dict[int, Generation]:
        """All generations that there are, whole or not, by number."""
        names = self.connection.call(
            "GET",
            f"/{self.address.name}-*/_mapping",
            missing={},
            filter_path="*.mappings._meta,*.mappings.dynamic",
            expand_wildcards="all",
        )
        found = {}
        for name, of_index in names.items():
            if match := self._name.fullmatch(name):
                manifest = (of_index["mappings"].get("_meta") or {}).get(KEY) or {}
                number = int(match[1])
                if not match[2] or number not in found:
                    found[number] = Generation(number, self.name(number), manifest if not match[2] else {})
        return found

    def newest(self) -> Generation | None:
        """The last generation that became whole, whether or not it is the one that answers."""
        whole = [found for found in self.generations().values() if found.manifest.get("state") == "whole"]
        return max(whole, key=lambda found: found.number, default=None)

    def write_manifest(self, generation: Generation, changes: Json) -> Generation:
        """Changes the manifest of a generation that is being built."""
        manifest = {**generation.manifest, **changes}
        self.connection.call("PUT", f"/{generation.paragraphs}/_mapping", {"_meta": {KEY: manifest}})
        return Generation(generation.number, generation.paragraphs, manifest)

    def create(self, number: int, manifest: Json) -> Generation | None:
        """Makes the empty indices of a generation; None where somebody else has just done so."""
        generation = Generation(
            number, self.name(number), {**manifest, "schema": SCHEMA, "generation": number, "state": "building"}
        )
        # the paragraphs first: their manifest says at once who builds, and who makes them has the number
        made = self._make(generation.paragraphs, {**mapping.paragraphs(), "_meta": {KEY: generation.manifest}})
        if made:
            self.complete(generation)
        return generation if made else None

    def complete(self, generation: Generation) -> None:
        """Makes those indices of a generation that are not there yet."""
        others = (
            (generation.records, mapping.records(), 1),
            (generation.articles, mapping.articles(), None),
            (generation.documents, mapping.documents(), None),
        )
        # each waits for its shards to start
        with ThreadPoolExecutor(len(others)) as pool:
            for made in [pool.submit(self._make, *other) for other in others]:
                made.result()

    def _make(self, name: str, mappings: Json, shards: int | None = None) -> bool:
        """Makes an empty index, of so many shards, or as many as the address says; False where there is one of this name."""
        settings = mapping.settings(shards or self.address.shards, self.address.replicas)
        if "_meta" not in mappings:
            settings["index"] = {
                key: value for key, value in settings["index"].items() if key not in mapping.OF_PARAGRAPHS
            }
        try:
            body = {"settings": settings, "mappings": mappings}
            self.connection.call("PUT", f"/{name}", body, wait_for_active_shards=1)
        except JuanzongError as error:
            if "resource_already_exists" in str(error):
                return False
            raise
        return True

    def remove(self, numbers: Iterable[int]) -> None:
        """Removes whole generations, none of which may be the one that answers."""
        for number in numbers:
            names = ",".join(f"{self.name(number)}{kind}" for kind in _KINDS)
            self.connection.call("DELETE", f"/{names}", missing=None, ignore_unavailable=True)

    def compact(self, generation: Generation, fully: bool) -> Iterator[None]:
        """Merges what was sent on the server, so that what was removed or sent twice counts in no score; `fully` into one segment a shard, over which searches
        are quickest. Gives a sign while it lasts."""
        how: Json = {"max_num_segments": 1} if fully else {"only_expunge_deletes": True}
        place = f"/{','.join(generation.indices[:3])}"
        self.connection.call("POST", f"{place}/_flush")
        yield from self._let_go(generation.paragraphs)
        task = self.connection.call("POST", f"{place}/_forcemerge", wait_for_completion=False, **how)["task"]
        pause = 0.02
        # a task that nobody knows any longer has ended, or its node has
        while not self.connection.call("GET", f"/_tasks/{task}", missing={"completed": True})["completed"]:
            yield
            time.sleep(pause)
            pause = min(2 * pause, 1.0)

    def _let_go(self, index: str) -> Iterator[None]:
        """Waits until no copy of a large index keeps what was removed of it for another that may have missed that: no merge takes it before."""
        self.connection.call("POST", f"/{index}/_refresh")
        if not self._removed(index) or self.connection.counts(index, [{"match_all": {}}])[0] < MANY:
            return
        deadline = time.monotonic() + LETTING_GO
        while time.monotonic() < deadline:
            yield
            found = self.connection.call("GET", f"/{index}/_stats", level="shards", filter_path=_KEPT)
            copies = [copy for shard in found["indices"][index]["shards"].values() for copy in shard]
            if all(
                lease["retaining_seq_no"] > copy["seq_no"]["max_seq_no"]
                for copy in copies
                for lease in copy["retention_leases"]["leases"]
            ):
                return
            time.sleep(0.2)

    def _removed(self, index: str) -> int:
        """The rows that were removed from an index and not forgotten yet, in all copies."""
        stored = self.connection.call("GET", f"/{index}/_stats/docs", filter_path="_all.total.docs.deleted")
        return int(stored["_all"]["total"]["docs"]["deleted"])

    def publish(self, generation: Generation, manifest: Json) -> Generation:
        """Makes a whole generation the one that answers: refreshed, on all nodes, counted, closed to changes; then the alias moves in one call.

        Raises JuanzongError where the cluster does not hold what was sent."""
        connection = self.connection
        names = ",".join(generation.indices)
        connection.call("POST", f"/{names}/_refresh")
        for index, unit in ((generation.paragraphs, "paragraphs"), (generation.documents, "documents")):
            held = connection.counts(index, [{"match_all": {}}])[0]
            if held != manifest["counts"][unit]:
                raise JuanzongError(
                    f"The cluster holds {held:,} {unit} of {manifest['counts'][unit]:,} that were sent, so the archive was left as it was. Run the build again."
                )
        connection.wait_green(names, GREEN)
        # what was removed counts in the server's frequencies until it has merged the last of it
        deleted = self._removed(generation.paragraphs)
        generation = self.write_manifest(generation, {**manifest, "deleted": deleted, "state": "whole"})
        connection.call("PUT", f"/{names}/_settings", {"index.blocks.write": True})
        alias = self.address.name
        connection.call(
            "POST",
            "/_aliases",
            {
                "actions": [
                    {"remove": {"index": f"{alias}-*", "alias": alias, "must_exist": False}},
                    {"add": {"index": generation.paragraphs, "alias": alias}},
                ]
            },
        )
        older = [number for number in sorted(self.generations()) if number < generation.number]
        connection.quietly(lambda: self.remove(older[:-1]))
        return generation

    def health(self, generation: Generation) -> Json:
        """How the cluster holds a generation: `status` (green, yellow where copies are missing, red where a part is), nodes, shards, those that are on
        no node, and the paragraphs and documents that it counts, None where it cannot."""
        found = self.connection.call("GET", f"/_cluster/health/{','.join(generation.indices)}")
        held: Json = {"paragraphs": None, "documents": None}
        if found["status"] != "red":
            held["paragraphs"] = self.connection.counts(generation.paragraphs, [{"match_all": {}}])[0]
            held["documents"] = self.connection.counts(generation.documents, [{"match_all": {}}])[0]
        return {
            "status": found["status"],
            "nodes": found["number_of_nodes"],
            "shards": found["active_shards"],
            "unassigned": found["unassigned_shards"],
            **held,
        }

    # --- one writer at a time ---

    def next_number(self, fresh: bool = True) -> int:
        """The number of the next generation, after the remains of builds that died were removed. Raises IndexBusy where one runs."""
        try:
            current = self.current().number
        except SeveralIndices:
            current = 0
        except DamagedIndex:
            raise
        except NoIndex:
            current = 0
        found = self.generations()
        for number, generation in sorted(found.items()):
            if (
                number != current
                and generation.manifest.get("state") != "whole"
                and (fresh or not generation.manifest.get("parts"))
            ):
                if is_alive(generation.manifest.get("builder", {})):
                    raise IndexBusy(
                        f"Another build of {self.address} runs ({generation.manifest['builder'].get('host')}). Wait until it has finished, or stop it."
                    )
                self.remove([number])
        return (
            max(
                [
                    0,
                    current,
                    *(number for number, generation in found.items() if generation.manifest.get("state") == "whole"),
                ]
            )
            + 1
        )


def sign_of_life() -> Json:
    """Who builds, and when it was last seen."""
    return {"host": socket.gethostname(), "process": os.getpid(), "seen": time.time()}


def is_alive(builder: Json) -> bool:
    """Whether a build goes on: by its process where it is ours to see, by its last sign of life elsewhere."""
    if not builder:
        return False
    if builder.get("host") == socket.gethostname():
        try:
            os.kill(int(builder["process"]), 0)
        except ProcessLookupError:
            return False
        except (PermissionError, OverflowError, ValueError, KeyError):
            pass
        else:
            return int(builder["process"]) != os.getpid()
    return time.time() - float(builder.get("seen", 0)) < SILENT


@contextmanager
def timed() -> Iterator[list[float]]:
    """How long something took, in seconds."""
    held = [time.monotonic()]
    yield held
    held[0] = time.monotonic() - held[0]


def now() -> str:
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
