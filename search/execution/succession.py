"""Which generation answers: the newest that is whole. It is replaced when another is published, left when it turns out to be damaged, and void when
its files are cut short under it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from juanzong.index.errors import DamagedIndex, NoIndex
from juanzong.index.store.generations import DISPENSABLE, IndexDirectory
from juanzong.index.store.mapping import faults
from juanzong.search.execution.snapshot import Snapshot

Answer = TypeVar("Answer")
_TRIES = 4


class Succession:
    """The snapshots of an index folder, one after the other. Safe between threads."""

    def __init__(self, folder: Path) -> None:
        """Raises NoIndex or DamagedIndex."""
        self.directory = IndexDirectory(folder)
        self._lock = threading.RLock()
        self._own = threading.local()
        # Generations that were found damaged while they were read, and what was found.
        self._refused: dict[int, str] = {}
        self._problem: NoIndex | None = None
        self._stamp = self.directory.stamp()
        self._faults = faults()
        self._snapshot: Snapshot | None = Snapshot(*self.directory.open())

    def current(self) -> Snapshot:
        """The generation that answers now. A request takes it once and keeps it to its end. Raises NoIndex where the index is gone."""
        stamp = self.directory.stamp()
        found = self._snapshot
        if found is not None and stamp == self._stamp and faults() == self._faults:
            return found
        # Whoever has nothing to answer with waits; the others go on with what they have.
        void = found is None or stamp is None or faults() != self._faults
        if self._lock.acquire(blocking=void):
            try:
                self._renew(stamp)
            finally:
                self._lock.release()
        found = self._snapshot
        if found is None:
            raise self._problem or NoIndex(f"There is no index in {self.directory.folder}.")
        return found

    def answer(self, make: Callable[[], Answer], origin: Callable[[], Snapshot] | None = None) -> Answer:
        """What is made of the generation that answers; of the one before, where this one turns out to be damaged. Raises DamagedIndex.

        `origin` gives the generation of which it is made, where that may be an earlier one."""
        if getattr(self._own, "answering", False):
            # a part of an answer is tried again with the whole of it
            return make()
        self._own.answering = True
        try:
            return self._tried(make, origin or self.current)
        finally:
            self._own.answering = False

    def stream(
        self, make: Callable[[], Iterator[Answer]], origin: Callable[[], Snapshot] | None = None
    ) -> Iterator[Answer]:
        """The same for what is given bit by bit; damage that shows when some of it was given ends it with DamagedIndex."""
        before = faults()
        return self._undisturbed(self.answer(make, origin), before)

    @staticmethod
    def _undisturbed(found: Iterator[Answer], before: int) -> Iterator[Answer]:
        for one in found:
            if faults() != before:
                raise DamagedIndex("The files of the index were changed while it was read. Ask again.")
            yield one

    def _tried(self, make: Callable[[], Answer], origin: Callable[[], Snapshot]) -> Answer:
        for _ in range(_TRIES):
            snapshot, before = origin(), faults()
            try:
                found = make()
            except DamagedIndex as error:
                self._refuse(snapshot, error)
                continue
            except Exception:
                # zeros in the place of a page that is gone may be taken for anything
                if faults() == before:
                    raise
                continue
            if faults() == before:
                return found
        raise DamagedIndex("The files of the index are being changed while it is read. Ask again.")

    def inspect(self, pause: float = 0.0) -> None:
        """Reads what was not yet seen of the generation that answers, and anew what was written to since; leaves it where it is damaged.

        A server calls this now and then, so that damage is found before it is asked for. `pause` is in seconds, after each file."""
        try:
            snapshot = self.current()
            sums = snapshot.generation.checksums
            sums.touched()
            damage = sums.scrub(without=DISPENSABLE, pause=pause)
            if damage is not None:
                self._refuse(snapshot, damage.error())
        except NoIndex:
            # whoever asks is told
            pass

    def _renew(self, stamp: tuple[int, int] | None) -> None:
        """Opens the index anew where it changed, went away, or was cut short under its maps."""
        torn = faults() != self._faults
        if self._snapshot is not None and stamp == self._stamp and not torn:
            return
        if stamp != self._stamp:
            self._refused = {}
        self._stamp, self._faults = stamp, faults()
        try:
            self._snapshot, self._problem = Snapshot(*self.directory.open(self._refused)), None
        except NoIndex as error:
            if self._snapshot is None or torn or stamp is None:
                self._snapshot, self._problem = None, error
            else:
                # what is open goes on answering, and says why it is not the newest
                self._snapshot.fallback = str(error)

    def _refuse(self, snapshot: Snapshot, error: DamagedIndex) -> None:
        """Leaves a generation that turned out to be damaged. Raises the error where there is no other."""
        with self._lock:
            if self._snapshot is not snapshot:
                return
            self._refused[snapshot.generation.number] = str(error)
            try:
                self._snapshot = Snapshot(*self.directory.open(self._refused))
            except NoIndex:
                # What is whole of it still answers; the rest is an error each time, and nothing that was kept hides it.
                snapshot.fallback = str(error)
                snapshot.forget()
                raise error from None
