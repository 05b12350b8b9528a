"""The gate through which a process changes a disk: each call that writes, syncs, renames, makes or removes something is seen before it is made.

It is built once in a process and stays for its life, so it is built in children. Reading passes by.
"""

from __future__ import annotations

import builtins
import io
import os
import sys
from collections.abc import Callable
from typing import Any

_EVENTS = {
    "os.mkdir": "mkdir",
    "os.rename": "rename",
    "os.remove": "remove",
    "os.rmdir": "rmdir",
    "os.link": "link",
    "os.symlink": "symlink",
    "os.truncate": "truncate",
}
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


def build(before: Callable[[str], None], after_sync: Callable[[int], None] | None = None) -> None:
    """From now on `before` gets the name of each call; what it raises, the call raises. `after_sync` gets the descriptor of what was synced."""
    opened, synced = io.open, os.fsync

    class Watched(io.FileIO):
        def write(self, data: Any) -> Any:
            before("write")
            return super().write(data)

    def open_watched(
        file: Any,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        closefd: bool = True,
        opener: Any = None,
    ) -> Any:
        if not set(mode) & set("wax+"):
            return opened(file, mode, buffering, encoding, errors, newline, closefd, opener)
        raw = Watched(file, mode.replace("b", "").replace("t", ""), closefd, opener)
        if buffering == 0:
            return raw
        buffered = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
        return buffered if "b" in mode else io.TextIOWrapper(buffered, encoding or "utf-8", errors, newline)

    def sync(descriptor: Any) -> None:
        before("sync")
        synced(descriptor)
        if after_sync is not None:
            after_sync(descriptor if isinstance(descriptor, int) else descriptor.fileno())

    def heard(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _EVENTS:
            before(_EVENTS[event])
        elif event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITES:
            before("open")

    io.open = builtins.open = open_watched
    os.fsync = sync  # type: ignore[assignment]
    sys.addaudithook(heard)
