"""Files opened in a process of their own: what a hostile file does there ends that process, is reported, and harms nothing else."""

from __future__ import annotations

import atexit
import math
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, Literal

from juanzong.index.corpus.confinement import parcels
from juanzong.index.corpus.confinement.processes import Confined, ReaderLost
from juanzong.index.corpus.containers import Part
from juanzong.index.corpus.contents import Contents
from juanzong.index.corpus.formats.table import format_of
from juanzong.index.corpus.lines import Line
from juanzong.index.records import Problem

STEP_SECONDS = 45.0
"""How long a reader may be silent: one page, one sheet, one file of an archive takes less."""
RECOGNISED_SECONDS = 300.0
"""The same while pages are recognised, which takes some twenty seconds of a processor that others may use too."""
MEMORY, RECOGNISED_MEMORY = 1536 << 20, 3 << 30
"""Bytes that a reader may map: for text, and for recognising pages."""
FILE_SECONDS = 3600.0
"""How long a file may take in all. Where pages are recognised there is no such limit: a volume of ten thousand pages takes hours."""
RECYCLED = 300, 700 << 20
"""Files after which a reader is replaced, and the bytes it may have held at most to be kept."""
RECOGNISING = 1300 << 20
"""The same bytes of a reader that recognises pages, whose models alone are half of it."""
MAX_FAILURES = 20
"""Files inside one container that may end a reader before the container is given up."""


Recognise = Literal["no", "kept", "now"]
"""Whether page images are left unread, taken where they were recognised before, or recognised now."""
_reader: Confined | None = None


def read(path: Path, name: str, recognise: Recognise = "no", kept: Path | None = None) -> Generator[Part, None, None]:
    """The documents of a file and of everything inside it. `kept` is the folder of the pages that were recognised before.

    Never raises for bad content. A file inside a container that ends the reader is reported under its own path, and reading goes on after it.
    """
    first = failures = 0
    until = math.inf if recognise == "now" else time.monotonic() + FILE_SECONDS
    while True:
        opened = first
        inside = ""
        lines: list[Line] = []
        try:
            for frame in _frames(
                {
                    "path": str(path.resolve()),
                    "name": name,
                    "first": first,
                    "recognise": recognise,
                    "kept": str(kept) if kept else "",
                },
                until,
            ):
                if "opens" in frame:
                    opened, inside = int(frame["opens"]), str(frame["inside"])
                elif "lines" in frame:
                    lines += parcels.lines_of(frame)
                elif "contents" in frame:
                    part, lines = parcels.unpacked(frame, lines), []
                    if part.number >= first:
                        yield part
            return
        except GeneratorExit:
            # an answer that nobody reads to its end must not stand before the next
            _end()
            raise
        except (ReaderLost, ValueError, TypeError, LookupError) as error:
            _end()
            failures += 1
            format_ = format_of(name)
            problem = Problem(
                "reader_lost",
                str(error)
                if isinstance(error, ReaderLost)
                else "The file made its reader answer nonsense; it was left out.",
            )
            yield Part(opened, inside, Contents(format_.name if format_ is not None else "", problems=[problem]))
            if format_ is None or opened < first or failures > MAX_FAILURES or not opened:
                return
            first = opened + 1


def _frames(request: dict[str, Any], until: float) -> Iterator[dict[str, Any]]:
    """The answers to a request. Raises ReaderLost."""
    reader = _started(request["recognise"] == "now")
    yield from reader.ask(request, until)
    most = RECOGNISING if request["recognise"] == "now" else RECYCLED[1]
    if reader.asked >= RECYCLED[0] or reader.peak > most:
        _end()


def _started(recognise: bool) -> Confined:
    global _reader
    patience = RECOGNISED_SECONDS if recognise else STEP_SECONDS
    if _reader is not None and (_reader.patience != patience or _reader.ended):
        _end()
    if _reader is None:
        _reader = Confined(RECOGNISED_MEMORY if recognise else MEMORY, patience)
    return _reader


def _end() -> None:
    """End the reader. The next file gets a new one."""
    global _reader
    reader, _reader = _reader, None
    if reader is not None:
        reader.end()


def stop() -> None:
    """End the process that opens files, if there is one; the next file gets a new one."""
    _end()


atexit.register(_end)
