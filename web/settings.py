"""What a process is told from outside: which index, which version it is. Light enough to be read before anything else."""
from __future__ import annotations

import os
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

VARIABLE = "JUANZONG_INDEX"
DEFAULT_INDEX = ".juanzong"


def index_directory(given: str | os.PathLike[str] | None = None) -> Path:
    """The index folder: the one given, else `$JUANZONG_INDEX`, else `./.juanzong`."""
    return Path(given or os.environ.get(VARIABLE) or DEFAULT_INDEX)


@cache
def release() -> str:
    """The version of the program; "0" where it runs without being installed."""
    try:
        return version("juanzong")
    except PackageNotFoundError:
        return "0"
