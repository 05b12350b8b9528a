"""The engine of an index: opened when first asked for, and tried again while there is none."""

from __future__ import annotations

import threading
from typing import Any

from juanzong.search import Engine, open_engine
from juanzong.web.settings import IndexPlace


class Archive:
    """The engine of one index, for many threads."""

    def __init__(self, index_dir: IndexPlace) -> None:
        self.index_dir = index_dir
        self._engine: Engine | None = None
        self._stats: tuple[tuple[Any, Any], dict[str, Any]] | None = None
        self._lock = threading.Lock()

    def engine(self) -> Engine:
        """The open engine. Raises NoIndex or DamagedIndex; the next call tries again, so that a first build is found."""
        with self._lock:
            if self._engine is None:
                self._engine = open_engine(self.index_dir)
            return self._engine

    def stats(self) -> dict[str, Any]:
        """Counts over the whole index, worked out once a generation."""
        engine = self.engine()
        info = engine.info()
        generation = info["generation"], info["built_at"]
        held = self._stats
        if held is None or held[0] != generation:
            held = self._stats = generation, engine.stats()
        return held[1]

    def close(self) -> None:
        with self._lock:
            if self._engine is not None:
                self._engine.close()
            self._engine = None
