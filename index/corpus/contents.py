"""What the reader of a format gives: the lines of a document, or the files that a container holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from juanzong.index.corpus.lines import Line
from juanzong.index.records import Declared, Problem

MAX_EXPANDED = 1 << 30
"""Bytes that all files inside one container may unpack to."""
MAX_ENTRY = 256 << 20
"""Bytes of one file inside a container, or of one part of an office file."""
MAX_ENTRIES = 50_000
"""Files of one container that are opened."""
_SHOWN = 5
"""Names that a message gives."""
MAX_DEPTH = 5
"""Containers inside each other."""


def unread_kinds(names: Iterable[str]) -> list[Problem]:
    """What is said of the files inside a container whose kind is not read; nothing where there are none."""
    found = list(names)
    if not found:
        return []
    shown = "、".join(found[:_SHOWN]) + (" …" if len(found) > _SHOWN else "")
    which = "A file inside is" if len(found) == 1 else f"{len(found):,} files inside are"
    return [Problem("not_read", f"{which} of a kind that is not read: {shown}.")]


DAMAGED = (RecursionError, ValueError, LookupError, TypeError, ArithmeticError, AttributeError, AssertionError, OSError)
"""What a reader raises where a damaged file leads it anywhere."""


class Refused(Exception):
    """A file that cannot be read, or not further; carries the code of the problem and the sentence that the user sees."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.problem = Problem(code, message)


@dataclass(slots=True)
class Budget:
    """How many bytes the containers of one file may still unpack to."""

    left: int = MAX_EXPANDED

    def take(self, size: int) -> None:
        """Raises Refused where it is used up."""
        self.left -= size
        if self.left < 0:
            raise Refused(
                "too_large",
                f"What the file holds unpacks to more than {MAX_EXPANDED >> 20} MB. Unpack it and check what is inside.",
            )


@dataclass(frozen=True, slots=True)
class RecognisedLine:
    """A line that was recognised on a page image. `corners` are in pixels, clockwise from the top left one of the line."""

    text: str
    corners: tuple[tuple[float, float], ...]
    confidence: float


class Recogniser(Protocol):
    """Reads page images. `image` is a PIL image; `key` tells the page apart in a cache."""

    def __call__(self, image: object) -> list[RecognisedLine]: ...


@dataclass(slots=True)
class Opening:
    """What a reader is given beside the bytes: the name of the file, the budget, the recogniser where there is one.

    `progress` is called after every page, so that a large document is not taken for one that hangs. `path` is given instead of the bytes of a large file.
    """

    name: str
    budget: Budget = field(default_factory=Budget)
    recogniser: Recogniser | None = None
    progress: Callable[[], None] = lambda: None
    path: Path | None = None


@dataclass(slots=True)
class Contents:
    """A document as its format gives it.

    `trusted` says that each line is a paragraph in the source. `pages` is how many pages it has, 0 where the format knows none;
    `about` that they are those of the program that saved it last. `unread` are the pages whose text has to be recognised.
    """

    format: str
    lines: list[Line] = field(default_factory=list)
    declared: Declared = Declared()
    problems: list[Problem] = field(default_factory=list)
    trusted: bool = True
    encoding: str = ""
    pages: int = 0
    about: bool = False
    unread: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Entry:
    """A file inside a container. `data` is given when asked for, so that nothing is unpacked before its turn; it may raise Refused."""

    name: str
    data: Callable[[], bytes]
    declared: Declared = Declared()


Read = Callable[[bytes, Opening], Iterator[Contents | Entry]]
"""The reader of a format: what the bytes of a file hold. Raises Refused where they cannot be read."""
