"""Regular files, opened without waiting: a pipe or a device under a file's name is an error, not a wait for somebody to write into it."""

from __future__ import annotations

import errno
import json
import os
import stat
from io import BufferedReader
from pathlib import Path
from typing import Any

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def opened(path: Path) -> BufferedReader:
    """A regular file to be read. Raises OSError, also where something else has its name."""
    descriptor = os.open(path, _FLAGS)
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, f"it is no file but a {kind(mode)}", str(path))
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def content(path: Path, most: int = 1 << 32) -> bytes:
    """All bytes of a regular file. Raises OSError, also where there are more than `most`."""
    with opened(path) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"it has more than {most:,} bytes", str(path))
    return data


def json_bytes(value: Any, indent: int | None = None) -> bytes:
    """JSON in UTF-8; escaped where a text holds what cannot be encoded, as names of files may."""
    try:
        return json.dumps(value, ensure_ascii=False, indent=indent).encode()
    except UnicodeEncodeError:
        return json.dumps(value, indent=indent).encode()


def kind(mode: int) -> str:
    """What a file is that is not regular."""
    return next(
        (
            name
            for test, name in (
                (stat.S_ISLNK, "link"),
                (stat.S_ISDIR, "folder"),
                (stat.S_ISFIFO, "pipe"),
                (stat.S_ISSOCK, "socket"),
            )
            if test(mode)
        ),
        "device",
    )
