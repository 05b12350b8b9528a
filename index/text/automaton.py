"""Many names sought at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

# half of a pair, which a JSONL file may write, is no character that a name holds
_SURROGATE = re.compile("[\ud800-\udfff]")


class Keyword(NamedTuple):
    """A word that is sought: its length, the name that it stands for, and what the name may be used as."""

    length: int
    name: str
    uses: tuple[str, ...] = ()


Found = tuple[int, Keyword]
"""The offset of a match's last character, and the word."""


class Automaton:
    """`find(text)` gives every occurrence of every word, those that end first coming first, and of these the longest."""

    def __init__(self, words: Iterable[tuple[str, Keyword]]) -> None:
        from ahocorasick_rs import AhoCorasick

        entries = dict(words)
        self._values = list(entries.values())
        self._made = AhoCorasick(entries)

    def find(self, text: str) -> list[Found]:
        """(offset of the last character, stored value) for each occurrence."""
        try:
            matches = self._made.find_matches_as_indexes(text, overlapping=True)
        except UnicodeEncodeError:
            matches = self._made.find_matches_as_indexes(_SURROGATE.sub("\ufffd", text), overlapping=True)
        return [(end - 1, self._values[word]) for word, _, end in matches]

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
