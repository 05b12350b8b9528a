"""`juanzong serve`: the pages and the API behind waitress."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    import socket

    from flask import Flask

    from juanzong.web.settings import IndexPlace, Service

# Seconds between two looks at the files of the index, and after each file that is read.
_INSPECTED_EVERY, _PAUSE = 2.0, 0.01


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes a free one."
)
@click.option(
    "--processes",
    type=click.IntRange(min=1),
    help="Processes that answer.  [default: one a core, at most 4; 1 where the system cannot]",
)
@click.option(
    "--threads",
    default=8,
    show_default=True,
    type=click.IntRange(min=1),
    help="Requests that each process answers at the same time.",
)
@click.option(
    "--exports",
    default=4,
    show_default=True,
    type=click.IntRange(min=1),
    help="Exports at the same time, over all processes; one more is asked to come again.",
)
@click.option(
    "--query-seconds",
    default=20.0,
    show_default=True,
    type=click.FloatRange(min=0.1),
    help="A search that takes longer is given up; from half of it on, the finer ranking and corrections are left out.",
)
@click.option(
    "--proxy", is_flag=True, help="One reverse proxy stands before this: trust its X-Forwarded-For, -Proto and -Host."
)
@click.option(
    "--sources", is_flag=True, help="Let readers download the files of the corpus and see the images of their pages."
)
@click.option(
    "--log", is_flag=True, help="Write a line of JSON to standard error for every answer, without what was asked."
)
@click.option("--log-queries", is_flag=True, help="The same, with what was asked.")
@click.option(
    "--public",
    is_flag=True,
    help="Let everybody read who can reach the address; needed where that is not this machine alone.",
)
@click.option(
    "--host-name",
    "names",
    multiple=True,
    help="Answer only to this name (repeat for several).  [default: on this machine alone localhost, else any]",
)
@click.option(
    "--accounts",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file of those who may read.  [default: accounts.json in the index folder, where there is one]",
)
@click.option(
    "--audit",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Note logins and exports of accounts in this file.  [default: standard error]",
)
@click.option("--watch", is_flag=True, help="Follow the folders of the corpus, and update the index when they change.")
@click.pass_obj
def serve(
    index_dir: IndexPlace,
    host: str,
    port: int,
    processes: int | None,
    threads: int,
    exports: int,
    query_seconds: float,
    proxy: bool,
    sources: bool,
    log: bool,
    log_queries: bool,
    public: bool,
    names: tuple[str, ...],
    accounts: Path | None,
    audit: Path | None,
    watch: bool,
) -> None:
    """Serve the search page and the API until stopped.

    The index may be built or rebuilt while the server runs. For another WSGI server: `juanzong.web.app:create_app()`.
    """
    import logging

    from juanzong.index.errors import UsageError
    from juanzong.web.commands.watching import beside
    from juanzong.web.serving import workers
    from juanzong.web.settings import Service

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    # A request that waits a moment for a thread is no news.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    if (processes or 1) > 1 and not workers.is_possible():
        raise UsageError("This system cannot share a server between processes; use --processes 1.")
    service = Service(
        proxy=proxy,
        log=log,
        log_queries=log_queries,
        sources=sources,
        exports=exports,
        query_seconds=query_seconds,
        names=_names(host, names, proxy),
        accounts=accounts,
        closed=_is_closed(index_dir, host, accounts, public),
        audit=audit,
    )
    sockets = _listening(host, port, index_dir)
    with beside(index_dir) if watch and isinstance(index_dir, Path) else contextlib.nullcontext():
        told = _serve(index_dir, service, sockets, processes or workers.usual(), threads)
    click.echo("Stopped.", err=True)
    if told == signal.SIGINT:
        raise KeyboardInterrupt


def _is_closed(index_dir: IndexPlace, host: str, accounts: Path | None, public: bool) -> bool:
    """Whether nobody reads without an account. Raises UsageError where everybody could read who should not, and for accounts that cannot be read."""
    from juanzong.index.errors import UsageError
    from juanzong.web.service.accounts import FILE, read
    from juanzong.web.service.names import is_loopback

    known = accounts or (index_dir / FILE if isinstance(index_dir, Path) else None)
    if known is not None and (accounts is not None or os.path.lexists(known)):
        if public:
            raise UsageError(
                f"There are accounts in {known}, and --public would let everybody read. Leave out --public, or remove that file."
            )
        # better now than with the first reader
        read(known)
        return True
    if not is_loopback(host) and not public:
        raise UsageError(
            f"{host} can be reached from other machines, and everybody there could read the whole archive. Say --public if that is meant; "
            "otherwise make accounts first: juanzong user add NAME."
        )
    return False


def _names(host: str, given: tuple[str, ...], proxy: bool) -> frozenset[str]:
    """The names under which the server may be asked; all of them where there are none."""
    from juanzong.web.service.names import LOOPBACK, is_loopback

    names = frozenset(name.lower().rstrip(".") for name in given)
    return names | {*LOOPBACK, host} if is_loopback(host) and not proxy else names


def _listening(host: str, port: int, index_dir: IndexPlace) -> list[socket.socket]:
    """Sockets that listen, and a line for each that says so. Raises JuanzongError where none can."""
    from juanzong.index.errors import JuanzongError
    from juanzong.web.serving import workers

    try:
        sockets = workers.listening(host, port)
    except OSError as error:
        raise JuanzongError(
            f"Nothing can listen on {host}:{port} ({error.strerror or error}); choose another with --port or --host."
        ) from error
    for one in sockets:
        address, bound = one.getsockname()[:2]
        shown = f"[{address}]" if ":" in address else address
        click.echo(f"Serving http://{shown}:{bound}/ from {index_dir}; Ctrl-C stops.", err=True)
    return sockets


def _serve(index_dir: IndexPlace, service: Service, sockets: list[socket.socket], processes: int, threads: int) -> int:
    """Serves on sockets that listen, in this process or in several others, and gives the signal that ended it."""
    from waitress.server import create_server

    from juanzong.index.store import mapping
    from juanzong.web.app import create_app
    from juanzong.web.service.board import Board
    from juanzong.web.serving import patience, workers
    from juanzong.web.serving import process as server

    board = Board(processes)
    app = create_app(index_dir, service, board)
    settings: dict[str, Any] = {**patience.settings(), "clear_untrusted_proxy_headers": not service.proxy}
    mapping.guard()
    _warn_without_index(app)
    if processes == 1:
        entries: dict[int, Any] = {}
        served = create_server(app, map=entries, sockets=sockets, threads=threads, ident=server.IDENT, **settings)
        stop = server.Stop(lambda: server.wake(entries))
        _warm(app)
        server.serve(served, entries, stop)
        return stop.signals[0]
    name = sockets[0].getsockname()[:2]

    def work(_: int, handed: socket.socket) -> None:
        _warm(app)
        workers.work(app, handed, name, board, threads, settings)

    return workers.Workers(sockets, board, work).run()


def _warn_without_index(app: Flask) -> None:
    from juanzong.index.errors import JuanzongError
    from juanzong.web.service.requests import EXTENSION

    try:
        app.extensions[EXTENSION].whole()
    except JuanzongError as error:
        click.echo(f"juanzong: {error}", err=True)
    # Each process that answers opens it for itself; held here it would keep files of old generations.
    app.extensions[EXTENSION].close()


def _warm(app: Flask) -> None:
    """The first reader need not wait for the dictionary, nor the server for that. Afterwards the files of the index are looked after."""

    def warm() -> None:
        from juanzong.index.errors import JuanzongError
        from juanzong.web.service.requests import EXTENSION

        with contextlib.suppress(JuanzongError):
            app.extensions[EXTENSION].whole().warm()
        while True:
            app.extensions[EXTENSION].tend(_PAUSE)
            time.sleep(_INSPECTED_EVERY)

    threading.Thread(target=warm, name="warm", daemon=True).start()
