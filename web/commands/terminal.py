"""Text of the archive on a terminal: marks by weight and colour, nothing in it that could steer the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence

from juanzong.web.markup import merged, visible

_MARK, _BOLD, _DIM, _END = "\x1b[1;33m", "\x1b[1m", "\x1b[2m", "\x1b[0m"


def is_coloured() -> bool:
    """Whether standard output is a terminal that may be coloured (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


class Printer:
    """Writes to standard output, styled or not."""

    def __init__(self, coloured: bool) -> None:
        self.coloured = coloured

    def plain(self, text: str) -> str:
        """One line of harmless text."""
        return visible(" ".join(text.split("\n")).replace("\t", " "))

    def marked(self, text: str, marks: Iterable[Sequence[int]]) -> str:
        shown, at, pieces = self.plain(text), 0, []
        for start, end in merged(marks, len(text)):
            pieces += [shown[at:start], self._styled(_MARK, shown[start:end])]
            at = end
        return "".join([*pieces, shown[at:]])

    def bold(self, text: str) -> str:
        return self._styled(_BOLD, self.plain(text))

    def dim(self, text: str) -> str:
        return self._styled(_DIM, self.plain(text))

    def _styled(self, style: str, text: str) -> str:
        return f"{style}{text}{_END}" if self.coloured and text else text
