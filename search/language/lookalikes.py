"""Search that forgives recognition: a unit of a query is also found where a recogniser took some of its characters for others that look alike.

The sets of such characters are `search/data/lookalikes.csv`. What is forgiven are the units of the query in the mode `forgiving`, and what stands behind
`similar:` in any mode; never what stands after a minus, nor a value of a filter. Latin letters and digits that were typed stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations, product

from juanzong.index.datafiles import rows
from juanzong.index.text.folding import fold
from juanzong.search.language.tree import And, Exact, Field, Leaf, Node, Or, Prefix, Similar, Word

MAX_FORMS = 128
"""Forms of a unit that are sought; of a long one those with the fewest characters changed."""
MAX_ALL = 512
"""Forms of all units of a query."""
_NAME = "lookalikes.csv"


@dataclass(frozen=True, slots=True)
class Forms:
    """Other forms of a folded text. `changed` is how many characters at most differ in them; `whole` that there are none with more."""

    texts: tuple[str, ...]
    changed: int
    whole: bool


@cache
def lookalikes() -> Mapping[str, str]:
    """For each character those that are taken for it. Raises UsageError for a bad row."""
    found: dict[str, dict[str, None]] = {}
    for _, row in rows(_NAME, ("characters",), "juanzong.search"):
        for character in row["characters"]:
            others = found.setdefault(character, {})
            others.update(dict.fromkeys(other for other in row["characters"] if other != character))
    return {character: "".join(others) for character, others in found.items()}


def forms(text: str, most: int = MAX_FORMS) -> Forms:
    """The forms in which a recogniser may have read a text, fewest changes first: all with one character changed, all with two, and so on, as long as
    there are at most `most` of them in all."""
    folded = fold(text)
    places = [
        (place, others)
        for place, character in enumerate(folded)
        if not character.isascii() and (others := lookalikes().get(character))
    ]
    found: list[str] = []
    for changed in range(1, len(places) + 1):
        level: list[str] = []
        for form in _level(folded, places, changed):
            level.append(form)
            if len(found) + len(level) > most:
                return Forms(tuple(found), changed - 1, False)
        found += level
    return Forms(tuple(found), len(places), True)


def _level(text: str, places: Sequence[tuple[int, str]], changed: int) -> Iterator[str]:
    for chosen in combinations(places, changed):
        for others in product(*(others for _, others in chosen)):
            letters = list(text)
            for (place, _), other in zip(chosen, others, strict=True):
                letters[place] = other
            yield "".join(letters)


def forgiving(node: Node) -> Node:
    """The query in which every unit that is sought may stand in any of its forms."""
    return _Widening().widened(node)


class _Widening:
    def __init__(self) -> None:
        self._left = MAX_ALL

    def widened(self, node: Node) -> Node:
        if isinstance(node, (Word, Exact, Prefix)):
            similar = self._similar(node)
            return Or((node, *similar)) if similar else node
        if isinstance(node, Field) and node.name == "title" and isinstance(node.child, (Word, Exact, Prefix)):
            similar = self._similar(node.child)
            return Or((node, *(replace(node, child=other) for other in similar))) if similar else node
        if isinstance(node, And):
            return And(tuple(self.widened(child) for child in node.children))
        if isinstance(node, Or):
            flat: dict[Node, None] = {}
            for child in node.children:
                wide = self.widened(child)
                flat.update(dict.fromkeys(wide.children if isinstance(wide, Or) else (wide,)))
            return Or(tuple(flat))
        return node

    def _similar(self, unit: Leaf) -> tuple[Similar, ...]:
        if isinstance(unit, Similar):
            return ()
        found = tuple(map(Similar, forms(unit.text, min(MAX_FORMS, self._left)).texts))
        self._left -= len(found)
        return found
