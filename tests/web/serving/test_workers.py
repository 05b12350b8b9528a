"""Several processes at one address: what one of them dying, stopping or counting means for the others. Real processes, and no clock decides."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from juanzong.web.routes.exports import Exports, ExportsBusy
from juanzong.web.service.board import CLOSED, EXPORTS, VALUES, Board
from juanzong.web.serving import workers

ROOT = Path(__file__).parents[3]
DEADLINE = 60
shared = pytest.mark.skipif(
    not workers.is_possible(), reason="needs a system that can share a server between processes"
)

# Answers with the number of its process; at /slow it says that it has begun, and waits until it may end.
APPLICATION = """
import logging, os, sys, time
logging.getLogger("waitress.queue").setLevel("ERROR")
from pathlib import Path
from juanzong.web.serving import workers
from juanzong.web.service.board import Board
folder = Path(sys.argv[1])
def application(environ, start_response):
    if environ["PATH_INFO"] == "/slow":
        (folder / "begun").touch()
        while not (folder / "go").exists():
            time.sleep(0.01)
    body = str(os.getpid()).encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
sockets, board = workers.listening("127.0.0.1", 0), Board(2)
name = sockets[0].getsockname()
print(name[1], flush=True)
workers.Workers(sockets, board, lambda part, handed: workers.work(application, handed, name, board, 2, {})).run()
"""


@contextlib.contextmanager
def running(*command: str | Path, first: str = "") -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A server and its port, which the first line on standard output, or on standard error after `first`, says."""
    with subprocess.Popen(
        [sys.executable, *map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as server:
        try:
            assert server.stdout is not None and server.stderr is not None
            line = server.stderr.readline() if first else server.stdout.readline()
            assert line.startswith(first), line
            found = re.search(r"(\d+)/?( from|\n|$)", line)
            assert found, line
            yield server, int(found[1])
        finally:
            server.terminate()
            server.wait(DEADLINE)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    with running("-c", APPLICATION, tmp_path) as served:
        yield served


@contextlib.contextmanager
def connected(port: int) -> Iterator[http.client.HTTPConnection]:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)) as connection:
        yield connection


def get(connection: http.client.HTTPConnection, path: str = "/") -> str:
    connection.request("GET", path)
    answer = connection.getresponse()
    assert answer.status == 200
    return answer.read().decode()


def until(holds: Callable[[], bool]) -> None:
    """Waits for something that must come to hold."""
    ends = time.monotonic() + DEADLINE
    while not holds():
        assert time.monotonic() < ends, "it never came"
        time.sleep(0.01)


@shared
def test_connections_are_shared_out(two: tuple[subprocess.Popen[str], int]) -> None:
    with connected(two[1]) as one, connected(two[1]) as other:
        first, second = get(one), get(other)
        assert first != second
        assert (get(one), get(other)) == (first, second), "a connection stays with its worker"


@shared
def test_a_worker_that_is_killed_is_replaced_and_the_other_goes_on(two: tuple[subprocess.Popen[str], int]) -> None:
    server, port = two

    def newcomer() -> bool:
        with connected(port) as another:
            return get(another) not in (killed, living)

    with connected(port) as one, connected(port) as other:
        killed, living = get(one), get(other)
        os.kill(int(killed), signal.SIGKILL)
        assert get(other) == living
        assert server.stderr is not None and f"Worker {killed} ended (signal 9)" in server.stderr.readline()
        until(newcomer)
        assert get(other) == living


@shared
def test_answers_under_way_arrive_when_the_server_is_told_to_stop(
    two: tuple[subprocess.Popen[str], int], tmp_path: Path
) -> None:
    server, port = two

    def refused() -> bool:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            return True
        return False

    with connected(port) as one:
        worker = get(one)
        one.request("GET", "/slow")
        until((tmp_path / "begun").exists)
        server.send_signal(signal.SIGTERM)
        until(refused)
        (tmp_path / "go").touch()
        assert one.getresponse().read().decode() == worker
    assert server.wait(DEADLINE) == 0


@shared
def test_workers_end_with_their_parent(two: tuple[subprocess.Popen[str], int]) -> None:
    server, port = two
    with connected(port) as one:
        get(one)
        server.kill()
        assert one.sock is not None and one.sock.recv(1) == b"", "the worker closed it"


@shared
def test_metrics_are_those_of_all_processes(index_dir: Path) -> None:
    command = ("-m", "juanzong", "--index", index_dir, "serve", "--port", "0", "--processes", "2")
    with running(*command, first="Serving ") as (_, port), connected(port) as one, connected(port) as other:
        for connection, times in ((one, 3), (other, 4)):
            for _ in range(times):
                get(connection, "/robots.txt")
        for connection in (one, other):
            text = get(connection, "/metrics")
            assert 'juanzong_requests_total{route="/robots.txt",status="200"} 7\n' in text
            assert 'juanzong_request_seconds_count{route="/robots.txt"} 7\n' in text
            assert "juanzong_processes 2\n" in text


def test_every_address_of_a_host_is_listened_on() -> None:
    sockets = workers.listening("localhost", 0)
    try:
        assert len({one.getsockname()[1] for one in sockets}) == 1
        with pytest.raises(OSError):
            workers.listening("127.0.0.1", sockets[0].getsockname()[1])
    finally:
        for one in sockets:
            one.close()
    with pytest.raises(OSError):
        workers.listening("192.0.2.1", 0)


# --- the board ---


def test_the_board_adds_up_and_outlives_a_process() -> None:
    board = Board(2)
    board.row("a")[0] += 2
    board.row("a")[1] += 5
    board.claim(1)
    board.row("b")[0] += 1
    board.row("a")[0] += 1
    board.row(CLOSED)[0] += 7
    assert {key: values[:2].tolist() for key, values in board.sums().items()} == {
        "a": [3, 5],
        "b": [1, 0],
        CLOSED: [7, 0],
    }
    board.vacate(1)
    board.claim(1)
    board.row("a")[0] += 1
    assert board.sum("a") == 4 and board.part(1, CLOSED)[0] == 0 and board.part(0, "nothing").tolist() == [0] * VALUES


def test_a_full_board_counts_what_it_knows() -> None:
    board = Board()
    for number in range(1000):
        board.row(f"row {number}")[0] += 1
    board.row("row 0")[0] += 1
    assert board.sum("row 0") == 2 and board.sum("row 999") == 0 and len(board.sums()) > 100


def test_exports_are_limited_over_all_processes() -> None:
    board = Board(2)
    here = Exports(board, 1)
    here.begin("a")
    board.claim(1)
    elsewhere = Exports(board, 1)
    with pytest.raises(ExportsBusy):
        elsewhere.begin("a")
    board.vacate(0)
    elsewhere.begin("a")
    elsewhere.end("a")
    assert board.sum(EXPORTS) == 0
