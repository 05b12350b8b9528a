"""A folder that is followed: a burst is one update, and an error ends nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from juanzong.index.build import rebuild, update
from juanzong.index.errors import JuanzongError
from juanzong.search import SearchRequest, open_engine
from juanzong.web.commands.watching import follow

pytest.importorskip("watchfiles")
SOON = 60


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
            raise JuanzongError("The disk is full.")
        update(index, jobs=1)

    stop = threading.Event()
    thread = threading.Thread(target=follow, args=([corpus], run, stop, 400), daemon=True)
    thread.start()
    time.sleep(1)
    for number in range(300):
        (corpus / f"n{number}.txt").write_text(f"第{number}号文件说流调。\n", encoding="utf-8")
    assert until(lambda: len(calls) == 1)
    (corpus / ".draft").write_text("不算", encoding="utf-8")
    (corpus / "last.txt").write_text("最后一份也说流调。\n", encoding="utf-8")
    engine = open_engine(index)
    assert until(lambda: engine.search(SearchRequest("流调", size=1)).total == 302)
    stop.set()
    thread.join(SOON)
    assert not thread.is_alive() and len(calls) == 2
