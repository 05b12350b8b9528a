"""Every hit of a search as a file."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice

from flask import Blueprint, Response, current_app, request

from juanzong.index.errors import JuanzongError
from juanzong.search.output.export import FORMATS, WRITERS, line_chunks
from juanzong.web.service.audit import audit
from juanzong.web.service.board import EXPORTS, Board
from juanzong.web.service.requests import archive, asked
from juanzong.web.service.turns import Turns
from juanzong.web.settings import Service

exports = Blueprint("exports", __name__)


class ExportsBusy(JuanzongError):
    """More is asked for at the same time than the server gives."""

    status = 503


@exports.get("/export.<any(csv, jsonl, md):form>")
def export(form: str) -> Response:
    """Every hit, streamed: in the order of `sort` where the address has one, else in the order of ids.

    The first part is made before the answer begins, so that an error is still an error."""
    found = asked(strict=False)
    ranked = bool(request.args.get("sort"))
    service: Service = current_app.extensions["service"]
    place = _Place(current_app.extensions["exports"], request.remote_addr or "")
    try:
        engine = archive().engine()
        chunks: Iterator[str]
        if found.view == "kwic":
            chunks = line_chunks(
                (line.to_dict() for line in engine.concordance_lines(found)), form, base_url=request.host_url
            )
        else:
            chunks = iter(WRITERS[form](engine.scan(found, ranked), base_url=request.host_url))
        first = list(islice(chunks, 2))
        audit("export", with_address=True)
    except BaseException:
        place.leave()
        raise
    answer = Response(
        _gathered(chain(first, chunks), place, current_app.extensions["turns"], service.export_seconds),
        content_type=FORMATS[form],
        headers={
            "Content-Disposition": f'attachment; filename="juanzong.{form}"',
            "Cache-Control": "private, no-store",
        },
    )
    # An asker who goes away, or wants only the head, never comes to the end of the stream.
    answer.call_on_close(place.leave)
    return answer


class Exports:
    """How many exports run at the same time, over all processes of the server. Each process counts its own, and gives one client no more than its
    share of half of them."""

    def __init__(self, board: Board, most: int) -> None:
        self._board, self._most = board, most
        self._each = max(1, most // 2 // board.parts)
        self._clients: Counter[str] = Counter()
        self._lock = threading.Lock()

    def begin(self, client: str) -> None:
        """Raises ExportsBusy where as many run as may, or as this client may have."""
        with self._lock:
            # Counted first and looked at then, two processes never take the same last place.
            self._board.row(EXPORTS)[0] += 1
            if self._board.sum(EXPORTS) <= self._most and (self._most == 1 or self._clients[client] < self._each):
                self._clients[client] += 1
                return
            self._board.row(EXPORTS)[0] -= 1
        raise ExportsBusy("Too many exports are running at the same time; try again in a few seconds.", code="busy")

    def end(self, client: str) -> None:
        with self._lock:
            self._board.row(EXPORTS)[0] -= 1
            self._clients[client] -= 1
            # what is 0 is forgotten
            self._clients += Counter()


class _Place:
    """One of the exports that may run at the same time. Raises ExportsBusy where all are taken."""

    def __init__(self, exports: Exports, client: str) -> None:
        exports.begin(client)
        self._exports: Exports | None = exports
        self._client = client

    def leave(self) -> None:
        exports, self._exports = self._exports, None
        if exports is not None:
            exports.end(self._client)


def _gathered(chunks: Iterator[str], place: _Place, turns: Turns, seconds: float, size: int = 64) -> Iterator[bytes]:
    """The parts of an export. Pages go first; one that takes too long is broken off, which its reader sees as an answer without an end."""
    ends = time.monotonic() + seconds
    try:
        while part := "".join(islice(chunks, size)):
            yield part.encode("utf-8", "replace")
            if time.monotonic() > ends:
                raise ExportsBusy("An export took too long, and was broken off.")
            turns.give_way()
    finally:
        place.leave()
