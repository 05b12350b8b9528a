"""Rows on their way to a cluster: several streams of bulk requests, no more under way than the cluster takes."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

import orjson

from juanzong.index.cluster.archive import Generation
from juanzong.index.cluster.connection import ClusterFull, ClusterUnavailable, Connection
from juanzong.index.errors import JuanzongError

Json = dict[str, Any]
STREAMS = 3
BYTES = 4 << 20
ROWS = 1_000
WAITING = 6
# seconds that a cluster which refuses or cannot be reached is tried again
PATIENCE = 120.0
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
_LATER = (429, 503)


@dataclass
class Sent:
    """What came of all rows so far. `taken` are records of documents whose id another document had already."""

    rows: int = 0
    bytes: int = 0
    retried: int = 0
    taken: list[Json] = field(default_factory=list)


def action(kind: str, index: str, key: str, row: Json | None = None) -> bytes:
    """One operation of a bulk request: `index`, `create` or `delete`."""
    head = orjson.dumps({kind: {"_index": index, "_id": key}}) + b"\n"
    return head if row is None else head + _dumped(row) + b"\n"


def _dumped(row: Json) -> bytes:
    try:
        return orjson.dumps(row)
    except TypeError:
        # text that cannot be encoded
        return json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=asdict).encode("utf-8", "replace")


class Sender:
    """Sends operations by several threads. `send` waits while all of them are busy; what goes wrong in one is raised by the next call."""

    def __init__(self, connection: Connection, streams: int = STREAMS) -> None:
        self._connection = connection
        self._waiting: queue.Queue[list[bytes] | None] = queue.Queue(WAITING)
        self._held: list[bytes] = []
        self._size = 0
        self._lock = threading.Lock()
        self._failure: Exception | None = None
        self.sent = Sent()
        self._threads = [
            threading.Thread(target=self._work, name=f"bulk-{number}", daemon=True) for number in range(streams)
        ]
        for thread in self._threads:
            thread.start()

    def send(self, operations: Iterable[bytes]) -> None:
        """Takes operations, each as `action` writes it. Raises what a stream met."""
        for operation in operations:
            self._held.append(operation)
            self._size += len(operation)
            if self._size >= BYTES or len(self._held) >= ROWS:
                self.flush()

    def flush(self) -> None:
        if self._held:
            self._put(self._held)
            self._held, self._size = [], 0

    def _put(self, operations: list[bytes] | None) -> None:
        while True:
            self._require()
            try:
                self._waiting.put(operations, timeout=0.5)
                return
            except queue.Full:
                continue

    def wait(self) -> Sent:
        """Waits until everything has arrived. Raises what a stream met."""
        self.flush()
        while self._waiting.unfinished_tasks:
            self._require()
            time.sleep(0.01)
        self._require()
        return self.sent

    def close(self) -> None:
        """Ends the streams; what waits is dropped if one has failed."""
        for _ in self._threads:
            try:
                self._put(None)
            except JuanzongError:
                break
        for thread in self._threads:
            thread.join(timeout=1 if self._failure else None)

    def __enter__(self) -> Sender:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None and self._failure is None:
            self._failure = JuanzongError("The build was given up.")
        self.close()

    def _require(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _work(self) -> None:
        while True:
            operations = self._waiting.get()
            try:
                if operations is None:
                    return
                if self._failure is None:
                    self._deliver(operations)
            except Exception as error:
                self._failure = self._failure or error
            finally:
                self._waiting.task_done()

    def _deliver(self, operations: list[bytes]) -> None:
        """Sends operations until each was taken, with longer and longer pauses."""
        deadline, pause = time.monotonic() + PATIENCE, FIRST_PAUSE
        while True:
            try:
                answer = self._connection.call(
                    "POST", "/_bulk", b"".join(operations), filter_path="errors,items.*.error,items.*.status"
                )
            except (ClusterUnavailable, ClusterFull):
                if time.monotonic() > deadline:
                    raise
            else:
                operations = self._again(operations, answer)
                if not operations:
                    return
                if time.monotonic() > deadline:
                    raise ClusterUnavailable(
                        f"The cluster at {self._connection.address} has refused rows for {PATIENCE:.0f} s; it has too much to do or no room. "
                        "The archive that is searched is unchanged."
                    )
            with self._lock:
                self.sent.retried += 1
            if self._failure is not None:
                return
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _again(self, operations: list[bytes], answer: Json) -> list[bytes]:
        """The operations that were not taken for now. Raises for one that never will be."""
        later, taken, problem = [], [], ""
        if answer["errors"]:
            for operation, item in zip(operations, answer["items"], strict=True):
                ((kind, told),) = item.items()
                status = int(told["status"])
                if status in _LATER or (status == 403 and "block" in str(told.get("error"))):
                    later.append(operation)
                elif kind == "create" and status == 409:
                    taken.append(orjson.loads(operation.split(b"\n", 2)[1]))
                elif "error" in told and not (kind == "delete" and status == 404):
                    problem = problem or f"{told['error'].get('type')}: {told['error'].get('reason')}"[:300]
        if problem:
            raise JuanzongError(
                f"The cluster at {self._connection.address} refused a row ({problem}). The archive that is searched is unchanged."
            )
        with self._lock:
            self.sent.rows += len(operations) - len(later)
            self.sent.bytes += sum(map(len, operations))
            self.sent.taken += taken
        return later


def operations_of(data: bytes) -> Iterator[bytes]:
    """The operations in a file of them, `create` and `index` only."""
    begin = 0
    while begin < len(data):
        end = data.index(b"\n", data.index(b"\n", begin) + 1) + 1
        yield data[begin:end]
        begin = end


def indexing(generation: Generation, rows: Iterable[Json], prepare: Callable[[Json], Json]) -> Iterator[bytes]:
    """Paragraphs to be written, anew or again."""
    for row in rows:
        yield action("index", generation.paragraphs, row["id"], prepare(row))
