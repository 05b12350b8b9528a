"""What an engine holds of the generation that answers: what its reader may know of it, its words, and what helps while one types."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from juanzong.index.errors import NoIndex
from juanzong.search.execution.snapshot import Snapshot
from juanzong.search.execution.succession import Succession

if TYPE_CHECKING:
    from juanzong.search.study.word_numbers import WordNumbers
    from juanzong.search.suggestion.assistance import Assistance


class Holdings:
    """Shared by all threads. `seen` are the collections that its reader may know, None for all of them."""

    def __init__(self, folder: Path, generations: Succession, seen: frozenset[str] | None = None) -> None:
        self.folder, self.generations, self.seen = folder, generations, seen
        self._lexicon: tuple[Snapshot, WordNumbers] | None = None
        self._assistance: Assistance | None = None
        self._restricted: tuple[Snapshot, Snapshot] | None = None
        self._restricting = threading.Lock()

    def snapshot(self) -> Snapshot:
        """The generation that answers now, as far as the reader may know it. Raises NoIndex where the index is gone."""
        found = self._within(self.generations.current())
        for held in (self._assistance and self._assistance.snapshot, self._lexicon and self._lexicon[0]):
            if held is not None and held is not found:
                # what was put together of another generation would keep its files
                self._assistance = self._lexicon = None
        return found

    def _within(self, whole: Snapshot) -> Snapshot:
        if self.seen is None:
            return whole
        with self._restricting:
            held = self._restricted
            if held is None or held[0] is not whole:
                # first let go, then opened: no two generations are held
                self._restricted = held = None
                held = self._restricted = whole, whole.within(self.seen, self.folder)
        held[1].fallback = whole.fallback
        return held[1]

    def inspect(self, pause: float) -> None:
        """Takes up what was published, and reads through what was not verified yet."""
        self.generations.inspect(pause)
        if self.seen is not None:
            # what is derived anew after a publication is there before somebody asks
            with contextlib.suppress(NoIndex):
                self.snapshot()

    def assistance(self, snapshot: Snapshot) -> Assistance:
        """Suggestions and corrections of a snapshot, loaded when first needed: most searches find something."""
        from juanzong.search.suggestion.assistance import Assistance

        held = self._assistance
        if held is None or held.snapshot is not snapshot:
            held = self._assistance = Assistance(snapshot)
        return held

    def words(self, snapshot: Snapshot) -> WordNumbers:
        """The words of a snapshot, put together once."""
        from juanzong.search.study.word_numbers import WordNumbers

        held = self._lexicon
        if held is None or held[0] is not snapshot:
            held = self._lexicon = snapshot, WordNumbers(snapshot.segments)
        return held[1]
