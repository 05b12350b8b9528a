"""What a process is told from outside: which index, which version it is. Light enough to be read before anything else."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

from juanzong.index.cluster.address import is_cluster, parse_address

VARIABLE = "JUANZONG_INDEX"
DEFAULT_INDEX = ".juanzong"
IndexPlace: TypeAlias = Path | str
"""A folder, or the address of an archive on a cluster."""


@dataclass(frozen=True)
class Service:
    """How the application serves. Everything that tells more, or trusts more, than the least is off by default.

    `proxy`: one reverse proxy stands before it, and its X-Forwarded headers are true. `log`: a line of JSON on standard error for every
    answer; `log_queries`: with what was asked. `sources`: the files of the corpus may be downloaded, and their pages looked at. `exports`: so many at the same time,
    each for at most `export_seconds`; a search takes at most `query_seconds`. `names`: those under which the server may be asked; all of them where there are none. `accounts`: the file
    of those who may read; without one it is looked for in the index folder. `closed`: nobody reads without an account. `audit`: where logins and
    exports are noted; standard error without it.
    """

    proxy: bool = False
    log: bool = False
    log_queries: bool = False
    sources: bool = False
    exports: int = 4
    export_seconds: float = 900.0
    query_seconds: float = 20.0
    names: frozenset[str] = frozenset()
    accounts: Path | None = None
    closed: bool = False
    audit: Path | None = None


def index_place(given: str | os.PathLike[str] | None = None) -> IndexPlace:
    """Where the index is: as given, else `$JUANZONG_INDEX`, else `./.juanzong`."""
    place = given or os.environ.get(VARIABLE) or DEFAULT_INDEX
    return str(place) if is_cluster(place) else Path(place)


def searches_folder(place: IndexPlace) -> Path | None:
    """Where the saved searches of an index are: in its folder, or in the one that the address of a cluster names."""
    if isinstance(place, Path):
        return place
    folder = parse_address(place).searches
    return Path(folder) if folder else None


@cache
def release() -> str:
    """The version of the program; "0" where it runs without being installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("juanzong")
    except PackageNotFoundError:
        return "0"
