"""A confined process as the one who asks sees it: requests go in, frames come out, and it is ended where it is silent for too long."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import orjson

from juanzong.index.corpus.confinement import parcels

LIMIT = "JUANZONG_READER_MEMORY"
"""The environment variable with the bytes that a confined process may map."""


class ReaderLost(Exception):
    """A process ended or was ended while it worked on a file; says what the user may do."""


class Confined:
    """A process of `juanzong.index.corpus.confinement.confined` that may map `memory` bytes and be silent for `patience` seconds.

    It belongs to one thread at a time."""

    def __init__(self, memory: int, patience: float) -> None:
        self.patience = patience
        self.asked = self.peak = 0
        self._buffer = bytearray()
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            "OMP_NUM_THREADS": "1",
            LIMIT: str(memory),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "juanzong.index.corpus.confinement.confined"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None

    def ask(self, request: dict[str, Any], until: float) -> Iterator[dict[str, Any]]:
        """The answers to a request, which has to be answered before `until` (monotonic seconds). Raises ReaderLost."""
        self.asked += 1
        assert self.process.stdin is not None and self.process.stdout is not None
        try:
            self.process.stdin.write(orjson.dumps(request) + b"\n")
            self.process.stdin.flush()
        except OSError as error:
            raise ReaderLost(self._why()) from error
        allowed = until - time.monotonic()
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while True:
                head = self._taken(selector, parcels.HEAD, until, allowed)
                frame = orjson.loads(self._taken(selector, parcels.length_of(head), until, allowed))
                if "done" in frame:
                    self.peak = int(frame["done"])
                    return
                yield frame

    def _taken(self, selector: selectors.BaseSelector, size: int, until: float, allowed: float) -> bytes:
        """So many bytes of the answer."""
        assert self.process.stdout is not None
        silent = time.monotonic() + self.patience
        while len(self._buffer) < size:
            left = min(silent, until) - time.monotonic()
            if left <= 0 or not selector.select(left):
                if time.monotonic() >= min(silent, until):
                    seconds = allowed if time.monotonic() >= until else self.patience
                    raise ReaderLost(
                        f"The file was given up after {seconds:.0f} seconds. Open it in the program that made it, and save it again."
                    )
                continue
            piece = os.read(self.process.stdout.fileno(), 1 << 20)
            if not piece:
                raise ReaderLost(self._why())
            self._buffer += piece
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def _why(self) -> str:
        """What ended the process, for the user."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            code = self.process.wait(5)
            if code == -signal.SIGXCPU if hasattr(signal, "SIGXCPU") else False:
                return "The file took more processor time than one file may have. Open it in the program that made it, and save it again."
            if code in (-signal.SIGABRT, -signal.SIGSEGV, -getattr(signal, "SIGBUS", 7), 1):
                return "The file needed more memory than one file may have, or is damaged in a way that ended its reader. Save it again, or split it."
            return f"The process that read the file ended (exit code {code}). The file was left out; build again to try once more."
        return "The process that read the file ended. The file was left out; build again to try once more."

    def end(self) -> None:
        """End the process with everything that it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError, AttributeError):
            os.killpg(self.process.pid, signal.SIGKILL)
        with contextlib.suppress(OSError):
            self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
