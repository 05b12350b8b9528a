"""Parts of a text that are taken."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import Protocol


class _Hit(Protocol):
    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


class Spans:
    """Spans of hits, merged, to ask whether a span touches any of them."""

    def __init__(self, hits: Iterable[_Hit]) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        for start, end in sorted((hit.start, hit.end) for hit in hits):
            if self.ends and start < self.ends[-1]:
                self.ends[-1] = max(self.ends[-1], end)
            else:
                self.starts.append(start)
                self.ends.append(end)

    def touch(self, start: int, end: int) -> bool:
        """Whether start..end shares a character with a span."""
        at = bisect_right(self.ends, start)
        return at < len(self.starts) and self.starts[at] < end
