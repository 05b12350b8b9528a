"""Batches processed one after another or by worker processes, in order either way.

A worker ends at once when its parent does, however that ended: a thread in it waits on a pipe of which only the parent has the other end. An
interrupt is the parent's; workers never hear of it.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Any

from juanzong.index.build.worker import Batch, BatchResult, process
from juanzong.index.faults import log_fault

# below this many bytes starting processes takes longer than it saves
POOL_WORTHWHILE = 4 << 20
MOST_LOST = 3
"""Times that workers may be killed in a build."""


@contextmanager
def beside(function: Callable[..., object], *arguments: Any, apart: bool) -> Iterator[None]:
    """Calls a function while the body runs, in a process of its own where `apart`; afterwards otherwise. What it raises is raised at the end."""
    if not apart:
        yield
        function(*arguments)
        return
    with _workers(1) as pool:
        future = _submitted(pool, function, *arguments)
        yield
        future.result()


def run(work: Iterator[Batch], jobs: int, total: int) -> Iterator[tuple[Batch, BatchResult]]:
    """Each batch with its result, in order. At most three batches a worker wait, so that memory stays bounded. `total` is the size of all work in bytes.

    Where a worker is killed, what waits is handed to new ones. Raises BrokenProcessPool where that happens again and again."""
    if jobs < 2 or total < POOL_WORTHWHILE:
        for batch in work:
            yield batch, process(batch)
        return
    waiting: deque[Batch] = deque()
    for lost in range(MOST_LOST + 1):
        try:
            yield from _answered(work, waiting, jobs)
            return
        except BrokenProcessPool as error:
            if lost == MOST_LOST:
                raise
            log_fault("A worker process was ended from outside; what it was reading is read again", error)


def _answered(work: Iterator[Batch], waiting: deque[Batch], jobs: int) -> Iterator[tuple[Batch, BatchResult]]:
    """The batches that wait, then those of `work`, with their results. Raises BrokenProcessPool; what was not answered then waits."""
    with _workers(jobs) as pool:
        try:
            futures = deque(_submitted(pool, process, batch) for batch in waiting)
            for batch in work:
                waiting.append(batch)
                futures.append(_submitted(pool, process, batch))
                if len(waiting) >= 3 * jobs:
                    result = futures.popleft().result()
                    yield waiting.popleft(), result
            while waiting:
                result = futures.popleft().result()
                yield waiting.popleft(), result
        except BrokenProcessPool:
            # no worker may write any more when others write the same
            pool.shutdown(wait=True)
            raise


def each(function: Callable[[Any], Any], items: Sequence[Any], jobs: int) -> Iterator[Any]:
    """What a function gives for each item, whichever is ready first. Raises BrokenProcessPool where a worker was killed."""
    if jobs < 2 or len(items) < 2:
        yield from map(function, items)
        return
    with _workers(min(jobs, len(items))) as pool:
        for future in as_completed([_submitted(pool, function, item) for item in items]):
            yield future.result()


@contextmanager
def _workers(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that end with this one, and at once where the body raises."""
    context = multiprocessing.get_context("spawn")
    far, near = context.Pipe(duplex=False)
    try:
        with ProcessPoolExecutor(jobs, mp_context=context, initializer=_follow, initargs=(far,)) as pool:
            try:
                yield pool
            except BaseException:
                near.close()
                pool.shutdown(wait=False, cancel_futures=True)
                raise
    finally:
        near.close()
        far.close()


def _submitted(pool: ProcessPoolExecutor, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
    """Hands work over. Processes are started meanwhile, and inherit that interrupts are blocked."""
    if not hasattr(signal, "pthread_sigmask") or threading.current_thread() is not threading.main_thread():
        return pool.submit(function, *arguments)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return pool.submit(function, *arguments)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _follow(parent: Connection) -> None:
    """Runs in a worker: ends it when the parent is gone."""
    with suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def wait() -> None:
        with suppress(EOFError, OSError):
            parent.recv_bytes()
        os._exit(1)

    threading.Thread(target=wait, name="follow", daemon=True).start()
