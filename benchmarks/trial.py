"""An engine in a process of its own, so that its memory is its own: a build, or a server of queries at the other end of a pipe."""

from __future__ import annotations

import gc
import multiprocessing
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks import memory
from benchmarks.corpus import Row, read_rows
from benchmarks.peers import Answer, peer
from benchmarks.queries import Query

_SPAWN = multiprocessing.get_context("spawn")
_RUN = 2_000


class TrialError(RuntimeError):
    """An engine's process ended without an answer."""


def _runs(paragraphs: Path, words: Path | None) -> Iterator[list[Row]]:
    held: list[Row] = []
    for row in read_rows(paragraphs, words):
        held.append(row)
        if len(held) == _RUN:
            yield held
            held = []
    if held:
        yield held


def _build(pipe: Connection, name: str, folder: Path, paragraphs: Path, words: Path, jobs: int) -> None:
    engine = peer(name)
    folder.mkdir(parents=True)
    before = sum(os.times()[:4])
    if name == "juanzong":
        built = engine.build_from(paragraphs, folder, jobs)  # type: ignore[attr-defined]
    else:
        built = engine.build(_runs(paragraphs, words if engine.reading == "words" else None), folder)
    pipe.send(
        {
            **asdict(built),
            "cpu_s": sum(os.times()[:4]) - before,
            "peak_mb": memory.peak(),
            "bytes": memory.folder_bytes(folder),
        }
    )


def build(name: str, folder: Path, paragraphs: Path, words: Path, jobs: int = 1) -> dict[str, Any]:
    """Builds an index in a new process: `Built` as a dict, with `cpu_s`, `peak_mb` and `bytes` of the index. Raises TrialError."""
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=_build, args=(theirs, name, folder, paragraphs, words, jobs))
    process.start()
    theirs.close()
    try:
        result: dict[str, Any] = ours.recv()
    except EOFError:
        raise TrialError(f"{name} did not finish its build; its error stands above.") from None
    finally:
        process.join()
    return result


def _serve(pipe: Connection, name: str, folder: Path) -> None:
    engine = peer(name)
    gc.collect()
    started = time.perf_counter()
    engine.open(folder)
    opened = (time.perf_counter() - started) * 1e3
    queries: Sequence[Query] = ()
    while (order := pipe.recv()) != "end":
        if order == "opened":
            pipe.send(opened)
        elif order == "round":
            used = time.process_time()
            spent = [_timed(engine.ask, query) for query in queries]
            pipe.send((spent, (time.process_time() - used) * 1e3 / len(queries)))
        elif order == "answers":
            pipe.send([engine.read(engine.ask(query)) for query in queries])
        elif order == "memory":
            pipe.send(memory.private(folder))
        else:
            queries = order
            pipe.send(_timed(engine.ask, queries[0]))


def _timed(ask: Any, query: Query) -> float:
    started = time.perf_counter()
    ask(query)
    return (time.perf_counter() - started) * 1e3


class Server:
    """An engine that answers queries in a process of its own. Close it, or use it as a context."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._pipe, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_serve, args=(theirs, name, folder))
        self._process.start()
        theirs.close()
        self.open_ms: float = self._ask("opened")

    def _ask(self, order: Any) -> Any:
        try:
            self._pipe.send(order)
            return self._pipe.recv()
        except (EOFError, OSError):
            raise TrialError(f"{self.name} did not answer; its error stands above.") from None

    def prepare(self, queries: Sequence[Query]) -> float:
        """Takes the queries of the rounds to come and answers the first. Gives its milliseconds: the first answer after opening."""
        return self._ask(list(queries))  # type: ignore[no-any-return]

    def round(self) -> tuple[list[float], float]:
        """Answers every query once. Gives the milliseconds of each, and the mean of their processor time in milliseconds."""
        return self._ask("round")  # type: ignore[no-any-return]

    def answers(self) -> list[Answer]:
        return self._ask("answers")  # type: ignore[no-any-return]

    def memory(self) -> tuple[float, float] | None:
        """MB of its own and MB of mapped index now; None where the system does not tell."""
        return self._ask("memory")  # type: ignore[no-any-return]

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.is_alive():
            self._pipe.send("end")
        self._process.join()
