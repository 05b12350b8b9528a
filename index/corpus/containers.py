"""A file with everything inside it: the documents of a container, of containers in it, each under a path of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from juanzong.index.corpus.contents import DAMAGED, MAX_DEPTH, Contents, Entry, Opening, Refused
from juanzong.index.corpus.files import is_readable
from juanzong.index.corpus.formats.table import format_of
from juanzong.index.records import Declared, Problem

INSIDE = "!/"
"""What stands between the path of a container and that of a file inside it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A document that was found: its path inside the file ("" for the file itself), and either its contents or the bytes of a text.

    `number` counts the files that were opened, so that reading can go on after one that ended it.
    """

    number: int
    inside: str
    contents: Contents | None
    text: bytes = b""
    declared: Declared = Declared()


@dataclass(frozen=True, slots=True)
class Opened:
    """Said before a file is opened, so that it is known which one ended its reader."""

    number: int
    inside: str


def parts(data: bytes, opening: Opening, first: int = 0) -> Iterator[Part | Opened]:
    """Every document of a file. Before each it is said that it is opened; those before `first` are passed over.

    Never raises for bad content: what cannot be read is contents with a problem.
    """
    yield from _Walk(opening, first).walk(data, opening.name, "", 0, Declared())


class _Walk:
    def __init__(self, opening: Opening, first: int) -> None:
        self._opening, self._first = opening, first
        self._number = -1

    def walk(self, data: bytes, name: str, inside: str, depth: int, inherited: Declared) -> Iterator[Part | Opened]:
        format_ = format_of(name)
        self._number += 1
        number = self._number
        yield Opened(number, inside)
        if format_ is None:
            if number >= self._first:
                yield Part(number, inside, None, data, inherited)
            return
        if number < self._first and not format_.holds:
            return
        opening = replace(self._opening, name=name, path=self._opening.path if depth == 0 else None)
        try:
            for found in format_.reader()(data, opening):
                if isinstance(found, Contents):
                    if number >= self._first and (
                        found.lines or found.problems or found.pages or format_.name != "zip"
                    ):
                        yield Part(number, inside, found, declared=inherited)
                elif depth >= MAX_DEPTH:
                    raise Refused(
                        "too_large",
                        f"Containers stand in each other more than {MAX_DEPTH} deep; what lies deeper was left out. Unpack the file.",
                    )
                else:
                    yield from self._entry(found, inside, depth, inherited)
        except Refused as refused:
            yield Part(number, inside, Contents(format_.name, problems=[refused.problem]), declared=inherited)
        except MemoryError:
            message = "The file needs more memory than one file may have. Split it, or save it in a simpler form."
            yield Part(
                number, inside, Contents(format_.name, problems=[Problem("too_large", message)]), declared=inherited
            )
        except DAMAGED as error:
            message = f"The file could not be read to the end ({type(error).__name__}). Save it again in the program that made it."
            yield Part(
                number, inside, Contents(format_.name, problems=[Problem("unreadable", message)]), declared=inherited
            )

    def _entry(self, entry: Entry, inside: str, depth: int, inherited: Declared) -> Iterator[Part | Opened]:
        path = f"{inside}{INSIDE}{entry.name}" if inside else entry.name
        # what is packed in an attachment came with the same message
        declared = replace(entry.declared, date=entry.declared.date or inherited.date)
        if not is_readable(Path(entry.name).name):
            return
        try:
            data = entry.data()
        except Refused as refused:
            self._number += 1
            yield Part(self._number, path, Contents("", problems=[refused.problem]), declared=declared)
            if self._opening.budget.left < 0:
                raise
            return
        yield from self.walk(data, entry.name, path, depth + 1, declared)
        self._opening.progress()
