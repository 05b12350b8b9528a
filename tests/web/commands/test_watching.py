"""A folder that is followed: a burst is one update, and an error ends nothing."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from juanzong.index.build import rebuild, update
from juanzong.index.errors import JuanzongError
from juanzong.index.store.generations import IndexDirectory
from juanzong.search import SearchRequest, open_engine
from juanzong.web.commands.watching import follow

pytest.importorskip("watchfiles")
SOON = 240
ROOT = Path(__file__).parents[3]


def until(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + SOON
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return False


def test_a_burst_is_one_update_and_an_error_ends_nothing(tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    (corpus / "a.txt").write_text("徐州市的流调队出发。\n", encoding="utf-8")
    rebuild(index, [corpus], jobs=1)
    calls: list[int] = []

    def run() -> None:
        calls.append(len(calls))
        if len(calls) == 1:
            # what is written while the first update runs is a change like any other
            (corpus / "meanwhile.txt").write_text("此间也说流调。\n", encoding="utf-8")
        elif len(calls) == 2:
            raise JuanzongError("The disk is full.")
        elif len(calls) == 3:
            raise ZeroDivisionError
        else:
            update(index, jobs=1)

    stop = threading.Event()
    thread = threading.Thread(target=follow, args=([corpus], run, stop, 400), daemon=True)
    thread.start()
    assert until(lambda: len(calls) == 2)
    for number in range(50):
        (corpus / f"n{number}.txt").write_text(f"第{number}号文件说流调。\n", encoding="utf-8")
    assert until(lambda: len(calls) == 3)
    (corpus / ".draft").write_text("不算", encoding="utf-8")
    (corpus / "last.txt").write_text("最后一份也说流调。\n", encoding="utf-8")
    engine = open_engine(index)
    assert until(lambda: engine.search(SearchRequest("流调", size=1)).total == 53)
    stop.set()
    thread.join(SOON)
    assert not thread.is_alive() and len(calls) == 4


@contextmanager
def started(index: Path, *command: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """A process of `juanzong`, and the lines that it has written to standard error."""
    with subprocess.Popen(
        [sys.executable, "-m", "juanzong", "--index", str(index), *command], stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        said: list[str] = []
        assert process.stderr is not None
        listener = threading.Thread(target=lambda: said.extend(iter(process.stderr.readline, "")), daemon=True)  # type: ignore[union-attr]
        listener.start()
        try:
            yield process, said
        finally:
            process.terminate()
            process.wait(SOON)


@pytest.mark.parametrize(
    ("command", "files"),
    [(("update", "--watch", "--jobs", "1"), 1_000), (("serve", "--watch", "--processes", "1", "--port", "0"), 100)],
)
def test_a_process_that_follows_publishes_a_burst_as_one_generation(
    tmp_path: Path, command: tuple[str, ...], files: int
) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    (corpus / "a.txt").write_text("徐州市的流调队出发。\n", encoding="utf-8")
    rebuild(index, [corpus], jobs=1)
    with started(index, *command) as (process, said), closing(open_engine(index)) as engine:

        def finds(total: int) -> bool:
            return until(lambda: process.poll() is None and engine.search(SearchRequest("流调", size=1)).total == total)

        assert until(lambda: any("Watching" in line for line in said)), said
        before = engine.info()["generation"]
        for number in range(files):
            (corpus / f"n{number}.txt").write_text(f"第{number}号文件说流调。\n", encoding="utf-8")
        assert finds(files + 1), said
        assert engine.info()["generation"] == before + 1
        if command[0] == "update":
            with IndexDirectory(index).writing():
                # another process builds: it is said, and ends nothing
                (corpus / "busy.txt").write_text("忙的时候也说流调。\n", encoding="utf-8")
                assert until(lambda: any("Another process is building" in line for line in said)), said
            (corpus / "after.txt").write_text("之后还说流调。\n", encoding="utf-8")
            assert finds(files + 3), said
