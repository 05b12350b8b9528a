"""卷宗 juanzong: what a program needs to build an index and to search it.

The code lies in `index/`, `search/` and `web/` at the top of the project and installs as `juanzong.index`, `juanzong.search` and `juanzong.web`,
so that nothing else in an environment is called `index` or `web` because of us. Names are loaded when they are first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from juanzong.index.build.editions import rebuild, update
    from juanzong.index.build.publishing import BuildSummary
    from juanzong.index.errors import (
        DamagedIndex,
        IndexBusy,
        JuanzongError,
        NoIndex,
        NotFound,
        UnreadableInput,
        UsageError,
    )
    from juanzong.search import DocumentView, Engine, SearchRequest, SearchResult, open_engine

_HOMES = {
    "juanzong.search": ("DocumentView", "Engine", "SearchRequest", "SearchResult", "open_engine"),
    "juanzong.index.build": ("BuildSummary", "rebuild", "update"),
    "juanzong.index.errors": (
        "DamagedIndex",
        "IndexBusy",
        "JuanzongError",
        "NoIndex",
        "NotFound",
        "UnreadableInput",
        "UsageError",
    ),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "BuildSummary",
    "DamagedIndex",
    "DocumentView",
    "Engine",
    "IndexBusy",
    "JuanzongError",
    "NoIndex",
    "NotFound",
    "SearchRequest",
    "SearchResult",
    "UnreadableInput",
    "UsageError",
    "open_engine",
    "rebuild",
    "update",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOME[name]), name)
    return value
