"""Clients that stand still: a real server, whose patience is shortened."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from waitress.server import create_server

from juanzong.web.serving import patience

DEADLINE = 30


def application(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    if environ["PATH_INFO"] == "/endless":
        return iter(lambda: b"x" * 65536, None)
    return iter([b"here"])


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(patience, "SILENCE", 1.0)
    monkeypatch.setattr(patience, "REQUEST", 1.0)
    told = {**patience.settings(), "connection_limit": 20, "cleanup_interval": 1, "outbuf_high_watermark": 1 << 18}
    server = create_server(application, host="127.0.0.1", port=0, threads=2, **told)
    patience.limit(server)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server.effective_port
    server.trigger.pull_trigger(lambda: server.asyncore.close_all(server._map, ignore_all=True))
    thread.join(DEADLINE)
    server.task_dispatcher.shutdown()


def connected(port: int, sent: bytes = b"") -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port), timeout=DEADLINE)
    made.sendall(sent)
    return made


def answer(port: int) -> bytes:
    with connected(port, b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n") as one:
        return b"".join(iter(lambda: one.recv(4096), b""))


def test_idle_connections_make_room_for_others(port: int) -> None:
    with contextlib.ExitStack() as held:
        for _ in range(60):
            held.enter_context(connected(port))
        assert b"here" in answer(port)


def test_readers_that_stop_reading_are_left(port: int) -> None:
    """As many as there are threads ask for an answer without an end, and read nothing of it."""
    with contextlib.ExitStack() as held:
        for _ in range(2):
            held.enter_context(connected(port, b"GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        assert b"here" in answer(port)


def test_a_request_that_never_arrives_whole_is_left(port: int) -> None:
    with connected(port, b"GET / HT") as one:
        ends = time.monotonic() + DEADLINE
        one.settimeout(0.2)
        while time.monotonic() < ends:
            with contextlib.suppress(TimeoutError, OSError):
                one.sendall(b"T")
                if one.recv(1) == b"":
                    return
        pytest.fail("it was waited for without end")


def test_the_limit_of_files_is_raised_as_far_as_it_may() -> None:
    assert patience.settings()["connection_limit"] >= 16
    assert patience.handles() > 0
