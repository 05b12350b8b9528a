"""Many names sought at once: an automaton over the bytes of a text.

An Aho-Corasick node looks its next character up in a list, and thousands of first characters make the root's a long one. Two bytes a
character keep every list short, which is several times faster.
"""
from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_ENCODING = "utf-16-be"

Found = tuple[int, tuple[int, str]]
"""The offset of a match's last character, and what was stored with the word: its length and a name."""


class Automaton:
    """`find(text)` gives every occurrence of every word, those that end first coming first."""

    def __init__(self, words: Iterable[tuple[str, tuple[int, str]]]) -> None:
        import ahocorasick
        self._made: Any = ahocorasick.Automaton()
        for word, value in words:
            self._made.add_word(_bytes(word), value)
        self._made.make_automaton()

    def find(self, text: str) -> list[Found]:
        """(offset of the last character, stored value) for each occurrence."""
        written = _bytes(text)
        if len(written) != 2 * len(text):
            written = _bytes(_ASTRAL.sub("\ufffd", text))
        # a match that ends on the first byte of a character lies across characters
        return [(end >> 1, value) for end, value in self._made.iter(written) if end & 1]


def _bytes(text: str) -> str:
    return text.encode(_ENCODING, "surrogatepass").decode("latin-1")
