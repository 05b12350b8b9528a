"""Every hit of a search as a file."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import chain, islice

from flask import Blueprint, Response, current_app, request

from juanzong.index.errors import JuanzongError
from juanzong.search.output.export import FORMATS, WRITERS, line_chunks
from juanzong.web.service.board import EXPORTS, Board
from juanzong.web.service.requests import archive, asked

exports = Blueprint("exports", __name__)


class Busy(JuanzongError):
    """More is asked for at the same time than the server gives."""

    status = 503


@exports.get("/export.<any(csv, jsonl, md):form>")
def export(form: str) -> Response:
    """Every hit, streamed: in the order of `sort` where the address has one, else in the order of ids.

    The first part is made before the answer begins, so that an error is still an error."""
    found = asked(strict=False)
    ranked = bool(request.args.get("sort"))
    place = _Place(current_app.extensions["exports"])
    try:
        engine = archive().engine()
        chunks: Iterator[str]
        if found.view == "kwic":
            chunks = line_chunks((line.to_dict() for line in engine.lines(found)), form, base_url=request.host_url)
        else:
            chunks = iter(WRITERS[form](engine.scan(found, ranked), base_url=request.host_url))
        first = list(islice(chunks, 2))
    except BaseException:
        place.leave()
        raise
    answer = Response(
        _gathered(chain(first, chunks), place),
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
    """How many exports run at the same time, over all processes of the server. Each process counts its own."""

    def __init__(self, board: Board, most: int) -> None:
        self._board, self._most = board, most
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Raises Busy where as many run as may."""
        with self._lock:
            # Counted first and looked at then, two processes never take the same last place.
            self._board.row(EXPORTS)[0] += 1
            if self._board.sum(EXPORTS) <= self._most:
                return
            self._board.row(EXPORTS)[0] -= 1
        raise Busy("Too many exports are running at the same time; try again in a few seconds.", code="busy")

    def end(self) -> None:
        with self._lock:
            self._board.row(EXPORTS)[0] -= 1


class _Place:
    """One of the exports that may run at the same time. Raises Busy where all are taken."""

    def __init__(self, exports: Exports) -> None:
        exports.begin()
        self._exports: Exports | None = exports

    def leave(self) -> None:
        exports, self._exports = self._exports, None
        if exports is not None:
            exports.end()


def _gathered(chunks: Iterator[str], place: _Place, size: int = 256) -> Iterator[bytes]:
    try:
        while part := "".join(islice(chunks, size)):
            yield part.encode("utf-8", "replace")
    finally:
        place.leave()
