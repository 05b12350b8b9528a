"""Page images for readers: drawn in a confined process, one at a time, and kept, so that no file can hold up or end a server."""

from __future__ import annotations

import atexit
import base64
import threading
import time
from collections import OrderedDict
from dataclasses import asdict
from pathlib import Path

from juanzong.index.corpus.confinement.drawing import PageView
from juanzong.index.corpus.confinement.processes import Confined, ReaderLost
from juanzong.index.corpus.contents import Refused

MEMORY = 1 << 30
"""Bytes that the process which draws may map."""
SECONDS = 10.0
"""How long a page may take; one of a newspaper takes a fifth of a second."""
WAITED = 8.0
"""Seconds that a page waits for those before it."""
_RECYCLED = 500, 500 << 20
"""Pages after which the process is replaced, and the bytes it may have held at most to be kept."""
_MOST = 4_000
"""Pages that are kept, and those of which it is known that they cannot be drawn."""


class NoTurn(Exception):
    """So many pages are being drawn that this one would come too late."""


class PageImages:
    """Draws pages for many threads, and keeps those that were last asked for, up to `capacity` bytes in all; what cannot be drawn is not tried twice.

    The process is started with the first page. It is not the one that reads files: there a font stands in for all.
    """

    def __init__(self, capacity: int = 32 << 20) -> None:
        self._capacity, self._held = capacity, 0
        self._kept: OrderedDict[object, bytes | str] = OrderedDict()
        self._shelf, self._turn = threading.Lock(), threading.Lock()
        self._process: Confined | None = None
        atexit.register(self.close)

    def page(self, path: Path, inside: str, view: PageView) -> bytes:
        """A JPEG of a page of a file, or of the file `inside` it. Raises Refused where there is none, also where the file took too much of anything;
        NoTurn; and OSError where the file is gone."""
        state = path.stat()
        key = str(path), state.st_mtime_ns, state.st_size, inside, view
        found = self._taken(key)
        if found is None:
            if not self._turn.acquire(timeout=WAITED):
                raise NoTurn
            try:
                # it may have been drawn while this one waited
                found = self._taken(key)
                if found is None:
                    found = self._drawn(path, inside, view)
                    self._put(key, found)
            finally:
                self._turn.release()
        if isinstance(found, str):
            raise Refused("not_drawn", found)
        return found

    def _taken(self, key: object) -> bytes | str | None:
        with self._shelf:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def _put(self, key: object, found: bytes | str) -> None:
        with self._shelf:
            self._kept[key] = found
            self._held += len(found)
            while self._held > self._capacity or len(self._kept) > _MOST:
                self._held -= len(self._kept.popitem(last=False)[1])

    def _drawn(self, path: Path, inside: str, view: PageView) -> bytes | str:
        """The picture, or the sentence that says why there is none."""
        if self._process is not None and self._process.ended:
            self._end()
        if self._process is None:
            self._process = Confined(MEMORY, SECONDS)
        process = self._process
        request = {"path": str(path.resolve()), "name": path.name, "inside": inside, "draw": asdict(view)}
        answer: dict[str, str] = {}
        try:
            for frame in process.ask(request, time.monotonic() + SECONDS):
                answer.update(frame)
            picture = base64.b64decode(answer["picture"]) if "picture" in answer else None
        except (ReaderLost, ValueError, TypeError, LookupError):
            self._end()
            return "The page takes too much time or memory to be drawn."
        if process.asked >= _RECYCLED[0] or process.peak > _RECYCLED[1]:
            self._end()
        return picture if picture is not None else answer.get("refused", "The page cannot be drawn.")

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.end()

    def close(self) -> None:
        """End the process; another page starts a new one."""
        with self._turn:
            self._end()
