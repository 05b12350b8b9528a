"""The engine of an index: opened when first asked for, and tried again while there is none. Each reader gets one that knows what he may see."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import islice
from typing import Any

from juanzong.index.errors import JuanzongError
from juanzong.search import Engine, open_engine
from juanzong.web.settings import IndexPlace

Sight = frozenset[str] | None
# kinds of readers whose engines are kept
_MOST = 32


class Archive:
    """The engine of one index, for many threads. `sight` says what who asks may see: the collections, or None for everything; `expected` what those who
    may come could see."""

    def __init__(
        self,
        index_dir: IndexPlace,
        sight: Callable[[], Sight] = lambda: None,
        expected: Callable[[], Iterable[Sight]] = tuple,
    ) -> None:
        self.index_dir = index_dir
        self._sight, self._expected = sight, expected
        self._engine: Engine | None = None
        self._restricted: OrderedDict[Sight, Engine] = OrderedDict()
        self._stats: dict[Sight, tuple[tuple[Any, Any], dict[str, Any]]] = {}
        self._warmed: dict[Sight, int] = {}
        self._lock = threading.Lock()

    def engine(self) -> Engine:
        """The engine for who asks. Raises NoIndex or DamagedIndex; the next call tries again, so that a first build is found."""
        return self._engine_for(self._sight())

    def _engine_for(self, seen: Sight) -> Engine:
        whole = self.whole()
        if seen is None:
            return whole
        with self._lock:
            if (found := self._restricted.get(seen)) is None:
                found = self._restricted[seen] = whole.restricted(seen)
                if len(self._restricted) > _MOST:
                    self._restricted.popitem(last=False)
            self._restricted.move_to_end(seen)
            return found

    def whole(self) -> Engine:
        """The engine that knows everything: for the server itself, not for its readers. Raises NoIndex or DamagedIndex."""
        with self._lock:
            if self._engine is None:
                self._engine = open_engine(self.index_dir)
            return self._engine

    def tend(self, pause: float) -> None:
        """Makes ready what its readers will ask of a new generation, and looks after the files of the index."""
        with suppress(JuanzongError):
            for seen in islice(self._expected(), _MOST):
                self._engine_for(seen)
        with self._lock:
            held = list(self._restricted.items())
        for seen, engine in held:
            with suppress(JuanzongError):
                engine.inspect(pause)
                self._warm(seen, engine)
        with suppress(JuanzongError):
            self._warm(None, self.whole())
            self.whole().inspect(pause)

    def _warm(self, seen: Sight, engine: Engine) -> None:
        """Loads what the first answer of a generation would load."""
        generation = engine.info()["generation"]
        if self._warmed.get(seen) != generation:
            engine.warm()
            self._warmed[seen] = generation

    def stats(self) -> dict[str, Any]:
        """Counts over all that who asks may see, worked out once a generation."""
        engine, seen = self.engine(), self._sight()
        info = engine.info()
        generation = info["generation"], info["built_at"]
        held = self._stats.get(seen)
        if held is None or held[0] != generation:
            held = self._stats[seen] = generation, engine.stats()
            if len(self._stats) > _MOST:
                self._stats.pop(next(iter(self._stats)), None)
        return held[1]

    def close(self) -> None:
        with self._lock:
            if self._engine is not None:
                self._engine.close()
            self._engine = None
            self._restricted.clear()
            self._warmed.clear()
