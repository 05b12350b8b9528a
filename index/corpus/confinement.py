"""Files opened in a process of their own: what a hostile file does there ends that process, is reported, and harms nothing else."""

from __future__ import annotations

import atexit
import contextlib
import math
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import orjson

from juanzong.index.corpus import parcels
from juanzong.index.corpus.confined import LIMIT
from juanzong.index.corpus.containers import Part
from juanzong.index.corpus.contents import Contents
from juanzong.index.corpus.formats.table import format_of
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


@dataclass
class _Reader:
    """A process that reads files, and how much it has done."""

    process: subprocess.Popen[bytes]
    patience: float
    files: int = 0
    peak: int = 0
    buffer: bytearray = field(default_factory=bytearray)


class ReaderLost(Exception):
    """A reader ended or was ended while it read a file."""


Recognise = Literal["no", "kept", "now"]
"""Whether page images are left unread, taken where they were recognised before, or recognised now."""
_reader: _Reader | None = None


def read(path: Path, name: str, recognise: Recognise = "no", kept: Path | None = None) -> Generator[Part, None, None]:
    """The documents of a file and of everything inside it. `kept` is the folder of the pages that were recognised before.

    Never raises for bad content. A file inside a container that ends the reader is reported under its own path, and reading goes on after it.
    """
    first = failures = 0
    until = math.inf if recognise == "now" else time.monotonic() + FILE_SECONDS
    while True:
        opened = first
        inside = ""
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
                elif "contents" in frame:
                    part = parcels.unpacked(frame)
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
    reader.files += 1
    assert reader.process.stdin is not None and reader.process.stdout is not None
    try:
        reader.process.stdin.write(orjson.dumps(request) + b"\n")
        reader.process.stdin.flush()
    except OSError as error:
        raise ReaderLost(_why(reader)) from error
    with selectors.DefaultSelector() as selector:
        selector.register(reader.process.stdout, selectors.EVENT_READ)
        while True:
            frame = orjson.loads(
                _taken(reader, selector, parcels.length_of(_taken(reader, selector, parcels.HEAD, until)), until)
            )
            if "done" in frame:
                reader.peak = int(frame["done"])
                break
            yield frame
    most = RECOGNISING if request["recognise"] == "now" else RECYCLED[1]
    if reader.files >= RECYCLED[0] or reader.peak > most:
        _end()


def _taken(reader: _Reader, selector: selectors.BaseSelector, size: int, until: float) -> bytes:
    """So many bytes of the reader's answer."""
    assert reader.process.stdout is not None
    silent = time.monotonic() + reader.patience
    while len(reader.buffer) < size:
        left = min(silent, until) - time.monotonic()
        if left <= 0 or not selector.select(left):
            if time.monotonic() >= min(silent, until):
                seconds = FILE_SECONDS if time.monotonic() >= until else reader.patience
                raise ReaderLost(
                    f"The file was given up after {seconds:.0f} seconds. Open it in the program that made it, and save it again."
                )
            continue
        piece = os.read(reader.process.stdout.fileno(), 1 << 20)
        if not piece:
            raise ReaderLost(_why(reader))
        reader.buffer += piece
    taken = bytes(reader.buffer[:size])
    del reader.buffer[:size]
    return taken


def _why(reader: _Reader) -> str:
    """What ended a reader, for the user."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        code = reader.process.wait(5)
        if code == -signal.SIGXCPU if hasattr(signal, "SIGXCPU") else False:
            return "The file took more processor time than one file may have. Open it in the program that made it, and save it again."
        if code in (-signal.SIGABRT, -signal.SIGSEGV, -getattr(signal, "SIGBUS", 7), 1):
            return "The file needed more memory than one file may have, or is damaged in a way that ended its reader. Save it again, or split it."
        return f"The process that read the file ended (exit code {code}). The file was left out; build again to try once more."
    return "The process that read the file ended. The file was left out; build again to try once more."


def _started(recognise: bool) -> _Reader:
    global _reader
    patience = RECOGNISED_SECONDS if recognise else STEP_SECONDS
    if _reader is not None and (_reader.patience != patience or _reader.process.poll() is not None):
        _end()
    if _reader is None:
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            "OMP_NUM_THREADS": "1",
            LIMIT: str(RECOGNISED_MEMORY if recognise else MEMORY),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "juanzong.index.corpus.confined"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
        _reader = _Reader(process, patience)
    return _reader


def _end() -> None:
    """End the reader with everything that it started. The next file gets a new one."""
    global _reader
    reader, _reader = _reader, None
    if reader is None:
        return
    with contextlib.suppress(ProcessLookupError, PermissionError, AttributeError):
        os.killpg(reader.process.pid, signal.SIGKILL)
    with contextlib.suppress(OSError):
        reader.process.kill()
    reader.process.wait()
    for stream in (reader.process.stdin, reader.process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()


atexit.register(_end)
