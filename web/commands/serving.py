"""`juanzong serve`: the pages and the API behind waitress."""
from __future__ import annotations

import contextlib
import select
import signal
import threading
import time
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from flask import Flask

# Answers that are being written when the server is told to stop get this long.
_GRACE_SECONDS = 5


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes a free one.")
@click.option("--threads", default=8, show_default=True, type=click.IntRange(min=1), help="Requests answered at the same time.")
@click.option("--exports", default=4, show_default=True, type=click.IntRange(min=1), help="Exports at the same time; one more is asked to come again.")
@click.option("--proxy", is_flag=True, help="One reverse proxy stands before this: trust its X-Forwarded-For, -Proto and -Host.")
@click.option("--sources", is_flag=True, help="Let readers download the files of the corpus.")
@click.option("--log", is_flag=True, help="Write a line of JSON to standard error for every answer, without what was asked.")
@click.option("--log-queries", is_flag=True, help="The same, with what was asked.")
@click.pass_obj
def serve(index_dir: Path, host: str, port: int, threads: int, exports: int, proxy: bool, sources: bool, log: bool, log_queries: bool) -> None:
    """Serve the search page and the API until stopped.

    The index may be built or rebuilt while the server runs. For another WSGI server: `web.app:create_app()`.
    """
    import logging

    from waitress.server import create_server

    from index.errors import JuanzongError
    from web.app import create_app
    from web.settings import Service
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    # A request that waits a moment for a thread is no news.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    app = create_app(index_dir, Service(proxy=proxy, log=log, log_queries=log_queries, sources=sources, exports=exports))
    sockets: dict[int, Any] = {}
    try:
        server = create_server(app, host=host, port=port, threads=threads, map=sockets, ident="juanzong",
                               clear_untrusted_proxy_headers=not proxy)
    except OSError as error:
        raise JuanzongError(f"Nothing can listen on {host}:{port} ({error.strerror or error}); choose another with --port or --host.") from error

    signals: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        signals.append(number)
        _wake(sockets)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    for address, bound in getattr(server, "effective_listen", None) or [(server.effective_host, server.effective_port)]:
        shown = f"[{address}]" if ":" in address else address
        click.echo(f"Serving http://{shown}:{bound}/ from {index_dir}; Ctrl-C stops.", err=True)
    _warn_without_index(app)
    threading.Thread(target=_warm, args=(app,), name="warm", daemon=True).start()
    while not signals:
        _turn(sockets)
    _drain(server, sockets)
    click.echo("Stopped.", err=True)
    if signals[0] == signal.SIGINT:
        raise KeyboardInterrupt


def _warn_without_index(app: Flask) -> None:
    from index.errors import JuanzongError
    from web.requests import EXTENSION
    try:
        app.extensions[EXTENSION].engine()
    except JuanzongError as error:
        click.echo(f"juanzong: {error}", err=True)


def _warm(app: Flask) -> None:
    """The first reader need not wait for the dictionary."""
    from index.errors import JuanzongError
    from web.requests import EXTENSION
    with contextlib.suppress(JuanzongError):
        app.extensions[EXTENSION].engine().warm()


def _turn(sockets: dict[int, Any], seconds: float = 1.0) -> None:
    """Serves what is ready, or waits for it."""
    from waitress import wasyncore
    wasyncore.loop(timeout=seconds, use_poll=hasattr(select, "poll"), map=sockets, count=1)


def _wake(sockets: dict[int, Any]) -> None:
    for entry in list(sockets.values()):
        if hasattr(entry, "pull_trigger") and hasattr(entry, "accept"):
            entry.pull_trigger()


def _drain(server: Any, sockets: dict[int, Any]) -> None:
    """Takes no more connections, finishes the answers that were begun, and closes."""
    from waitress.channel import HTTPChannel
    from waitress.server import BaseWSGIServer
    for entry in list(sockets.values()):
        if isinstance(entry, BaseWSGIServer):
            entry.accepting = False
            entry.readable = lambda: False
    ends = time.monotonic() + _GRACE_SECONDS
    while time.monotonic() < ends and any(entry.requests or entry.total_outbufs_len for entry in sockets.values() if isinstance(entry, HTTPChannel)):
        _turn(sockets, 0.05)
    server.task_dispatcher.shutdown(cancel_pending=True, timeout=1)
    server.close()
