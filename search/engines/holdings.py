"""What an engine holds of the generation that answers: what its reader may know of it, its words, and what helps while one types."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from juanzong.index.errors import DamagedIndex, NoIndex
from juanzong.index.store.mapping import faults
from juanzong.search.execution.snapshot import Snapshot
from juanzong.search.execution.succession import Succession

if TYPE_CHECKING:
    from juanzong.search.study.word_numbers import WordNumbers
    from juanzong.search.suggestion.assistance import Assistance

Answer = TypeVar("Answer")
# seconds for which an earlier generation answers while the newest is derived; afterwards who asks waits for it
_PATIENCE = 600.0


class Part(NamedTuple):
    """A generation, what is seen of it, and the count of faults under its maps when it was opened."""

    whole: Snapshot
    seen: Snapshot
    faults: int


class Holdings:
    """Shared by all threads. `seen` are the collections that its reader may know, None for all of them.

    What is seen of a generation takes seconds to derive. Where a server inspects its engines, the generation before goes on answering meanwhile."""

    def __init__(self, folder: Path, generations: Succession, seen: frozenset[str] | None = None) -> None:
        self.folder, self.generations, self.seen = folder, generations, seen
        self._lexicon: tuple[Snapshot, WordNumbers] | None = None
        self._assistance: Assistance | None = None
        self._part: Part | None = None
        self._restricting = threading.Lock()
        # until when an earlier generation may answer, on the monotonic clock
        self._behind_until = 0.0

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
        part = self._part
        if part is None or part.whole is not whole and not self._may_lag(part, whole):
            with self._restricting:
                part = self._part
                if part is None or part.whole is not whole:
                    # first let go, then opened: no two generations are held
                    self._part = part = None
                    part = self._part = self._derived(whole)
        part.seen.fallback = whole.fallback
        return part.seen

    def _derived(self, whole: Snapshot) -> Part:
        return Part(whole, whole.within(self.seen or (), self.folder), faults())

    def _may_lag(self, part: Part, whole: Snapshot) -> bool:
        """Whether what is seen of an earlier generation may answer: it is no older one that answers for want of a whole one, and nothing is wrong with it."""
        earlier = part.whole.generation.number < whole.generation.number
        return earlier and part.faults == faults() and time.monotonic() < self._behind_until

    def answer(self, make: Callable[[], Answer]) -> Answer:
        """What is made of the generation that answers: see `Succession.answer`."""
        if self.seen is None:
            return self.generations.answer(make)
        return self.generations.answer(lambda: self._caught_up(make), self._origin)

    def stream(self, make: Callable[[], Iterator[Answer]]) -> Iterator[Answer]:
        """The same for what is given bit by bit."""
        if self.seen is None:
            return self.generations.stream(make)
        return self.generations.stream(lambda: self._caught_up(make), self._origin)

    def _origin(self) -> Snapshot:
        """The generation of which `snapshot` shows what may be seen. Raises NoIndex."""
        self.snapshot()
        part = self._part
        return self.generations.current() if part is None else part.whole

    def _caught_up(self, make: Callable[[], Answer]) -> Answer:
        """What is made; where an earlier generation turns out to be damaged, it answers no more."""
        try:
            return make()
        except DamagedIndex:
            self._behind_until = 0.0
            raise

    def inspect(self, pause: float) -> None:
        """Takes up what was published, and reads through what was not verified yet."""
        if self.seen is None:
            self.generations.inspect(pause)
            return
        with contextlib.suppress(NoIndex):
            whole = self.generations.current()
            self._behind_until = time.monotonic() + _PATIENCE
            if self._part is None or self._part.whole is not whole:
                self._part = self._derived(whole)

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
