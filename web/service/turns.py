"""Who goes first in a process: a page is made at a time, and an export goes on between pages."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

# An export that has waited so long goes on, whatever else is asked for.
_LONGEST = 1.0


class Turns:
    """`most` pages are made at the same time; more would only take the interpreter from each other, and all of them be late."""

    def __init__(self, most: int) -> None:
        self._places = threading.BoundedSemaphore(most)
        self._pages = 0
        self._changed = threading.Condition()

    @contextmanager
    def page(self) -> Iterator[None]:
        """While a page is made."""
        with self._changed:
            self._pages += 1
        try:
            with self._places:
                yield
        finally:
            with self._changed:
                self._pages -= 1
                self._changed.notify_all()

    def give_way(self) -> None:
        """Returns when no page is made or waited for; after a second at the latest."""
        with self._changed:
            self._changed.wait_for(lambda: not self._pages, timeout=_LONGEST)
