"""Words that mean the same: an unquoted word is also found by the forms that a list gives for it.

Two lists count: the one that comes with the program (`data/synonyms.txt`, whose head describes the form) and a curator's own,
`synonyms.txt` in the folder of the index, which is read again whenever it changes. What is widened is only a plain word of the query:
never a quoted string, nothing after a minus, no value of a field, no word with `*`, and nothing in the mode `exact`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

from juanzong.index.text.folding import fold
from juanzong.search.language.parser import And, Equivalent, Node, Note, Or, ParsedQuery, Word, written

NAME = "synonyms.txt"
MAX_BYTES = 1 << 20
MAX_FORMS = 20
LONGEST_FORM = 40
LONGEST_STEM = 8
SHIPPED = Path(__file__).parents[1] / "data" / NAME


# one list is like no other but itself: what was planned with it is kept under it
@dataclass(frozen=True, eq=False)
class Synonyms:
    """For each folded form the other forms of the same meaning, as they were written, in the order of the list."""

    others: Mapping[str, tuple[str, ...]]
    longest: int = 0

    def of(self, word: str) -> tuple[str, ...]:
        """What a word is also called: the longest form that it is, or that it ends with after a short stem (徐州市), replaced by the
        others. Forms that contain the word are left out: it finds them anyway."""
        folded = fold(word)
        for length in range(min(len(folded), self.longest), max(0, len(folded) - LONGEST_STEM - 1), -1):
            if (others := self.others.get(folded[-length:])) is not None:
                stem = folded[:-length]
                return tuple(stem + other for other in others if folded not in fold(stem + other))
        return ()

    def widen(self, parsed: ParsedQuery) -> ParsedQuery:
        """The query with each plain word widened, and a note `widened` (the word, its other forms) for each; the same query where none is."""
        notes: list[Note] = []
        root = self._widened(parsed.root, notes)
        if not notes:
            return parsed
        parts = root.children if isinstance(root, And) else (root,)
        return replace(
            parsed, root=root, reading=tuple(map(written, parts)), notes=tuple(dict.fromkeys((*parsed.notes, *notes)))
        )

    def _widened(self, node: Node, notes: list[Note]) -> Node:
        if isinstance(node, Word):
            if not (others := self.of(node.text)):
                return node
            notes.append(Note("widened", (node.text, *others)))
            return Or((node, *map(Equivalent, others)))
        if isinstance(node, And):
            return And(tuple(self._widened(child, notes) for child in node.children))
        if isinstance(node, Or):
            widened = [self._widened(child, notes) for child in node.children]
            return Or(
                tuple(
                    dict.fromkeys(
                        leaf for child in widened for leaf in (child.children if isinstance(child, Or) else (child,))
                    )
                )
            )
        return node


def read(texts: Iterable[str]) -> Synonyms:
    """The synonyms of several lists, later ones in addition to earlier ones. A line that gives no meaning is passed over."""
    groups: dict[str, list[str]] = {}
    for text in texts:
        for line in text.splitlines():
            forms = [form for part in line.partition("#")[0].replace("＝", "=").split("=") if (form := part.strip())][
                :MAX_FORMS
            ]
            forms = [form for form in forms if fold(form) and len(form) <= LONGEST_FORM]
            if len(forms) == 1 and "=" in line.replace("＝", "="):
                _forget(groups, fold(forms[0]))
            for form in forms if len(forms) > 1 else ():
                own = groups.setdefault(fold(form), [])
                own += [other for other in forms if fold(other) != fold(form) and other not in own]
    others = {form: tuple(found[:MAX_FORMS]) for form, found in groups.items() if found}
    return Synonyms(others, max(map(len, others), default=0))


def _forget(groups: dict[str, list[str]], folded: str) -> None:
    groups.pop(folded, None)
    for own in groups.values():
        own[:] = [other for other in own if fold(other) != folded]


def synonyms_for(index_dir: Path) -> Synonyms:
    """The shipped synonyms and those of the curator of an index, as they are now. A list that cannot be read counts as none."""
    return synonyms_in(os.path.join(index_dir, NAME))


def synonyms_stamp(index_dir: Path) -> str:
    """Changes with the curator's list; "" where there is none."""
    return stamp_of(os.path.join(index_dir, NAME))


def synonyms_in(path: str) -> Synonyms:
    """The shipped synonyms and those of a list, as it is now; "" for none."""
    stamp = stamp_of(path)
    return _with_own(path, stamp) if stamp else _shipped()


def stamp_of(path: str) -> str:
    """Changes with a list; "" where there is none."""
    try:
        found = os.stat(path) if path else None
    except OSError:
        found = None
    return f"{found.st_mtime_ns:x}-{found.st_size:x}" if found else ""


@cache
def _shipped() -> Synonyms:
    return read([SHIPPED.read_text("utf-8")])


@lru_cache(8)
def _with_own(path: str, _stamp: str) -> Synonyms:
    try:
        with Path(path).open("rb") as file:
            own = file.read(MAX_BYTES).decode("utf-8-sig", "replace")
    except OSError:
        return _shipped()
    return read([SHIPPED.read_text("utf-8"), own])
