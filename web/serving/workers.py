"""Several processes that answer at one address. The parent takes the connections and hands each to the worker that has the fewest; a worker that
dies is replaced, and the connections that it had not yet taken wait for the next one."""

from __future__ import annotations

import errno
import gc
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import click
from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from juanzong.web.service.board import CLOSED, Board
from juanzong.web.serving.process import GRACE_SECONDS, IDENT, Stop, serve, wake

BACKLOG = 1024
_SOONEST = 1.0


def is_possible() -> bool:
    """Whether this system can share a server between processes."""
    return hasattr(os, "fork") and hasattr(socket, "send_fds")


def usual() -> int:
    """As many processes as there are cores for this one, at most 4; one where the system cannot share a server."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(4, cores) if is_possible() else 1


def listening(host: str, port: int) -> list[socket.socket]:
    """Sockets on every address of a host, all on the same port; addresses that this machine does not have are left out. Raises OSError."""
    found: list[socket.socket] = []
    absent: OSError | None = None
    for family, kind, protocol, _, address in dict.fromkeys(
        socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    ):
        try:
            found.append(
                _bound(family, kind, protocol, (address[0], found[0].getsockname()[1] if found else port, *address[2:]))
            )
        except OSError as error:
            # As where "localhost" names an IPv6 address on a machine without IPv6.
            absent = error
            if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                break
    else:
        if found:
            return found
    for one in found:
        one.close()
    raise absent or OSError(errno.EADDRNOTAVAIL, "no such address")


def _bound(family: int, kind: int, protocol: int, address: tuple[Any, ...]) -> socket.socket:
    made = socket.socket(family, kind, protocol)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind(address)
        made.listen(BACKLOG)
        made.setblocking(False)
    except OSError:
        made.close()
        raise
    return made


@dataclass
class _Worker:
    """A place among the workers. Its two ends of a socket stay when a process is replaced, and what lies between them with them."""

    part: int
    near: socket.socket
    far: socket.socket
    pid: int = 0
    begun: float = 0.0
    handed: int = field(default=0)


class Workers:
    """The parent. `work` is the life of a worker: it gets its number and the socket that connections come from, and returns when told to stop."""

    def __init__(
        self, sockets: Sequence[socket.socket], board: Board, work: Callable[[int, socket.socket], None]
    ) -> None:
        self._sockets, self._board, self._work = sockets, board, work
        self._workers = []
        for part in range(board.parts):
            near, far = socket.socketpair()
            near.setblocking(False)
            self._workers.append(_Worker(part, near, far))

    def run(self) -> int:
        """Serves until SIGTERM or SIGINT, and gives that signal. Workers are told to stop, and waited for."""
        reader, writer = socket.socketpair()
        for end in (reader, writer):
            end.setblocking(False)
        signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        stop = Stop(lambda: None)
        gc.freeze()
        with selectors.DefaultSelector() as selector:
            for one in (*self._sockets, reader):
                selector.register(one, selectors.EVENT_READ)
            while not stop.signals:
                self._fill()
                for key, _ in selector.select(1.0):
                    if key.fileobj is reader:
                        with suppress(BlockingIOError):
                            reader.recv(4096)
                    elif isinstance(key.fileobj, socket.socket):
                        self._take(key.fileobj)
        for one in self._sockets:
            one.close()
        self._end()
        return stop.signals[0]

    # --- connections ---

    def _take(self, listener: socket.socket) -> None:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            for worker in sorted(self._workers, key=self._load):
                with suppress(BlockingIOError):
                    socket.send_fds(worker.near, [b"+"], [connection.fileno()])
                    worker.handed += 1
                    return

    def _load(self, worker: _Worker) -> tuple[bool, float]:
        return not worker.pid, worker.handed - self._board.part(worker.part, CLOSED)[0]

    # --- lives ---

    def _fill(self) -> None:
        """Buries who is dead, and starts who is missing; not twice within a second, lest one that cannot live takes all the time."""
        for worker in self._workers:
            if worker.pid:
                pid, status = os.waitpid(worker.pid, os.WNOHANG)
                if pid:
                    click.echo(f"juanzong: Worker {pid} ended ({_said(status)}); another takes its place.", err=True)
                    worker.pid = 0
            if not worker.pid and time.monotonic() - worker.begun >= _SOONEST:
                self._start(worker)

    def _start(self, worker: _Worker) -> None:
        self._board.vacate(worker.part)
        worker.handed, worker.begun = 0, time.monotonic()
        sys.stdout.flush()
        sys.stderr.flush()
        ours = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)
        signal.pthread_sigmask(signal.SIG_BLOCK, ours)
        worker.pid = os.fork()
        if not worker.pid:
            code = 1
            try:
                signal.set_wakeup_fd(-1)
                for number in ours:
                    signal.signal(number, signal.SIG_DFL)
                signal.pthread_sigmask(signal.SIG_UNBLOCK, ours)
                for one in self._sockets:
                    one.close()
                for other in self._workers:
                    # While nobody else holds the near ends, a worker notices when its parent is gone.
                    other.near.close()
                self._board.claim(worker.part)
                self._work(worker.part, worker.far)
                code = 0
            except BaseException:
                sys.excepthook(*sys.exc_info())
            finally:
                sys.stderr.flush()
                os._exit(code)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ours)

    def _end(self) -> None:
        ends = time.monotonic() + GRACE_SECONDS + 3
        living = [worker.pid for worker in self._workers if worker.pid]
        for number in (signal.SIGTERM, signal.SIGKILL):
            for pid in living:
                with suppress(ProcessLookupError):
                    os.kill(pid, number)
            while living and (time.monotonic() < ends or number == signal.SIGKILL):
                living = [pid for pid in living if not os.waitpid(pid, os.WNOHANG)[0]]
                time.sleep(0.02)


def _said(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"signal {-code}" if code < 0 else f"exit code {code}"


class _Handed(TcpWSGIServer):  # type: ignore[misc]
    """waitress's server on connections that a parent hands over. `orphan`: the parent is gone."""

    def __init__(
        self,
        application: Any,
        handed: socket.socket,
        name: tuple[str, int],
        sockets: dict[int, Any],
        threads: int,
        settings: dict[str, Any],
    ) -> None:
        self._name = name
        self.orphan = False
        self.taken = 0
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.set_thread_count(threads)
        super().__init__(
            application,
            sockets,
            True,
            handed,
            dispatcher=dispatcher,
            adj=Adjustments(threads=threads, ident=IDENT, **settings),
            bind_socket=False,
            sockinfo=(socket.AF_INET, socket.SOCK_STREAM, 0, name),
        )

    def set_reuse_addr(self) -> None:
        """Nothing is bound here."""

    def getsockname(self) -> tuple[str, int]:
        return self._name

    def accept_connections(self) -> None:
        self.accepting = True

    def handle_close(self) -> None:
        self.orphan = True

    def accept(self) -> tuple[socket.socket, Any] | None:
        try:
            sign, descriptors, _, _ = socket.recv_fds(self.socket, 1, 1)
        except BlockingIOError:
            return None
        self.orphan = self.orphan or not sign
        if not descriptors:
            return None
        self.taken += 1
        connection = socket.socket(fileno=descriptors[0])
        try:
            return connection, connection.getpeername()
        except OSError:
            connection.close()
            return None


def work(
    application: Any, handed: socket.socket, name: tuple[str, int], board: Board, threads: int, settings: dict[str, Any]
) -> None:
    """The life of a worker: answers on the connections that come through `handed`, until told to stop or until the parent is gone."""
    sockets: dict[int, Any] = {}
    server = _Handed(application, handed, name, sockets, threads, settings)

    def after() -> bool:
        board.row(CLOSED)[0] = server.taken - len(server.active_channels)
        return not server.orphan

    serve(server, sockets, Stop(lambda: wake(sockets)), after)
