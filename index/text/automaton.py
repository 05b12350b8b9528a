"""Many names sought at once: an automaton over symbols that stand for the characters of the names.

An Aho-Corasick node looks its next symbol up in a list, and thousands of first characters would make the root's a long one. So a
character is two symbols out of some fifty, which keeps every list short; the first and the second are different sets, hence no match
can begin or end inside a character. Every character that no name holds is the same pair.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import isqrt
from typing import Any

import numpy as np

MOST_CHARACTERS = 126 * 126
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")

Found = tuple[int, tuple[int, str]]
"""The offset of a match's last character, and what was stored with the word: its length and a name."""


class Automaton:
    """`find(text)` gives every occurrence of every word, those that end first coming first.

    A word with characters beyond the basic plane, or of more different ones than two bytes can tell apart, is never found.
    """

    def __init__(self, words: Iterable[tuple[str, tuple[int, str]]]) -> None:
        import ahocorasick

        entries = [(word, value) for word, value in words if not _ASTRAL.search(word)]
        # what is frequent in names comes first in every list
        alphabet = [
            character
            for character, _ in Counter(character for word, _ in entries for character in word).most_common(
                MOST_CHARACTERS
            )
        ]
        known = set(alphabet)
        side = isqrt(len(alphabet)) + 1
        self._symbols = np.full(0x10000, side | (2 * side + 1) << 8, np.uint16)
        for number, character in enumerate(alphabet):
            first, second = divmod(number, side)
            self._symbols[ord(character)] = first | (side + 1 + second) << 8
        self._made: Any = ahocorasick.Automaton()
        for word, value in entries:
            if known.issuperset(word):
                self._made.add_word(self._written(word), value)
        self._made.make_automaton()

    def _written(self, text: str) -> str:
        """The symbols of a text, two a character."""
        codes = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.dtype("<u2"))
        if len(codes) != len(text):
            codes = np.frombuffer(_ASTRAL.sub("\ufffd", text).encode("utf-16-le", "surrogatepass"), np.dtype("<u2"))
        return self._symbols.take(codes).astype("<u2", copy=False).tobytes().decode("latin-1")

    def find(self, text: str) -> list[Found]:
        """(offset of the last character, stored value) for each occurrence."""
        return [(end >> 1, value) for end, value in self._made.iter(self._written(text))]

    def each(self, texts: Sequence[str]) -> list[list[Found]]:
        """What `find` gives for every text, in one run over all of them; no word may hold a line feed."""
        found: list[list[Found]] = [[] for _ in texts]
        starts = [*accumulate((len(text) + 1 for text in texts), initial=0)]
        at = 0
        for end, value in self.find("\n".join(texts)):
            while end >= starts[at + 1]:
                at += 1
            found[at].append((end - starts[at], value))
        return found
