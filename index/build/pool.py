"""Batches processed one after another or by worker processes, in order either way."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any

from juanzong.index.build.worker import Batch, BatchResult, process

# below this many bytes starting processes takes longer than it saves
POOL_WORTHWHILE = 4 << 20


@contextmanager
def beside(function: Callable[..., object], *arguments: Any, apart: bool) -> Iterator[None]:
    """Calls a function while the body runs, in a process of its own where `apart`; afterwards otherwise. What it raises is raised at the end."""
    if not apart:
        yield
        function(*arguments)
        return
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        future = pool.submit(function, *arguments)
        yield
        future.result()


def run(work: Iterator[Batch], jobs: int, total: int) -> Iterator[tuple[Batch, BatchResult]]:
    """Each batch with its result, in order. At most three batches a worker wait, so that memory stays bounded. `total` is the size of all work in bytes."""
    if jobs < 2 or total < POOL_WORTHWHILE:
        for batch in work:
            yield batch, process(batch)
        return
    waiting: deque[tuple[Batch, Future[BatchResult]]] = deque()
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        try:
            for batch in work:
                waiting.append((batch, pool.submit(process, batch)))
                if len(waiting) >= 3 * jobs:
                    first, future = waiting.popleft()
                    yield first, future.result()
            while waiting:
                first, future = waiting.popleft()
                yield first, future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
