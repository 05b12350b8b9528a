"""The engine of an index: opened when first asked for, and tried again while there is none."""
from __future__ import annotations

import threading
from pathlib import Path

from search import Engine, open_engine


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
