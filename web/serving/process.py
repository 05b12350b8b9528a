"""One process that answers, behind waitress: its loop, and an end that lets the answers under way arrive."""

from __future__ import annotations

import select
import signal
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from juanzong.web.serving.patience import limit

# Answers that are being written when the server is told to stop get this long.
GRACE_SECONDS = 5
IDENT = "juanzong"


class Stop:
    """SIGTERM and SIGINT, kept until somebody looks. `wake` is called when one comes, to end a wait."""

    def __init__(self, wake: Callable[[], object]) -> None:
        self.signals: list[int] = []
        self._wake = wake
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._told)

    def _told(self, number: int, frame: FrameType | None) -> None:
        self.signals.append(number)
        self._wake()


def serve(server: Any, sockets: dict[int, Any], stop: Stop, after: Callable[[], bool] = lambda: True) -> None:
    """Answers until told to stop, or until `after`, which is called whenever something happened, says that it is over."""
    from waitress.server import BaseWSGIServer

    for entry in list(sockets.values()):
        if isinstance(entry, BaseWSGIServer):
            limit(entry)
    while not stop.signals and after():
        _turn(sockets)
    _drain(server, sockets)


def wake(sockets: dict[int, Any]) -> None:
    """Ends the wait for something to happen."""
    for entry in list(sockets.values()):
        if hasattr(entry, "pull_trigger") and hasattr(entry, "accept"):
            entry.pull_trigger()


def _turn(sockets: dict[int, Any], seconds: float = 1.0) -> None:
    """Serves what is ready, or waits for it."""
    from waitress import wasyncore

    wasyncore.loop(timeout=seconds, use_poll=hasattr(select, "poll"), map=sockets, count=1)


def _drain(server: Any, sockets: dict[int, Any]) -> None:
    """Takes what has arrived and nothing more, finishes the answers that were begun, and closes."""
    from waitress.channel import HTTPChannel
    from waitress.server import BaseWSGIServer

    for _ in range(2):
        # connections first, then what was sent on them
        _turn(sockets, 0)
    for entry in list(sockets.values()):
        if isinstance(entry, BaseWSGIServer):
            entry.accepting = False
            entry.readable = lambda: False
    ends = time.monotonic() + GRACE_SECONDS
    while time.monotonic() < ends and any(
        entry.requests or entry.total_outbufs_len for entry in sockets.values() if isinstance(entry, HTTPChannel)
    ):
        _turn(sockets, 0.05)
    server.task_dispatcher.shutdown(cancel_pending=True, timeout=1)
    server.close()
