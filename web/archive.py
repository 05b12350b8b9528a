"""Which index a process serves, and its engine: opened when first asked for, and asked for again while there is none."""
from __future__ import annotations

import os
import threading
from pathlib import Path

from search import Engine, open_engine

VARIABLE = "JUANZONG_INDEX"
DEFAULT = ".juanzong"


def index_directory(given: str | os.PathLike[str] | None = None) -> Path:
    """The index folder: the one given, else `$JUANZONG_INDEX`, else `./.juanzong`."""
    return Path(given or os.environ.get(VARIABLE) or DEFAULT)


class Archive:
    """The engine of one index folder, for many threads."""

    def __init__(self, index_dir: Path) -> None:
        self.index_dir = index_dir
        self._engine: Engine | None = None
        self._lock = threading.Lock()

    def engine(self) -> Engine:
        """The open engine. Raises NoIndex or DamagedIndex; the next call tries again, so that a first build is found."""
        with self._lock:
            if self._engine is None:
                self._engine = open_engine(self.index_dir)
            return self._engine

    def close(self) -> None:
        with self._lock:
            if self._engine is not None:
                self._engine.close()
            self._engine = None
