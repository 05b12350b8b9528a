"""The terms of a field, in byte order: words as strings, character pairs as numbers.

A term is known by its number, its place in the order. Code points and UTF-8 bytes sort alike, so a pair packed into one number
(first code point × 2^21 + second) keeps the order, and all pairs that begin with a character lie in a row. On disk the characters are
numbered, so that a pair takes 32 bits.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from juanzong.index.store.arrays import ArrayReader, ArrayWriter
from juanzong.index.vectors import Array

PAIR_BITS = 21
_SECOND = (1 << PAIR_BITS) - 1
_STEP = 16


class Vocabulary(ABC):
    """Terms by number and numbers by term; terms are UTF-8, as Whoosh has them."""

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def term(self, number: int) -> bytes: ...

    @abstractmethod
    def lower(self, term: bytes) -> int:
        """The number of the first term that is not less than this one."""

    def find(self, term: bytes) -> int:
        """The number of a term, −1 where there is none."""
        number = self.lower(term)
        return number if number < len(self) and self.term(number) == term else -1

    def prefixed(self, prefix: bytes) -> tuple[int, int]:
        """The numbers first … last − 1 of the terms that begin with a prefix (which ends on a character)."""
        if not prefix:
            return 0, len(self)
        last = bytearray(prefix)
        while last and last[-1] == 0xFF:
            last.pop()
        last[-1] += 1
        return self.lower(prefix), self.lower(bytes(last))


class WordVocabulary(Vocabulary):
    """Terms of any length."""

    def __init__(self, arrays: ArrayReader, field: str) -> None:
        self._terms = arrays.strings(f"{field}.terms")

    def __len__(self) -> int:
        return len(self._terms)

    def term(self, number: int) -> bytes:
        return self._terms[number]  # type: ignore[no-any-return]

    @cached_property
    def _heads(self) -> list[bytes]:
        """Every so many terms one, so that a term is sought among few of the map."""
        return self._terms.sampled(_STEP)

    def lower(self, term: bytes) -> int:
        first = max(0, bisect_right(self._heads, term) - 1) * _STEP
        return first + bisect_left(self._terms.several(first, first + _STEP), term)

    def all(self) -> list[bytes]:
        """Every term, in order."""
        return list(self._terms)

    @staticmethod
    def write(writer: ArrayWriter, field: str, terms: Sequence[bytes]) -> None:
        writer.add_strings(f"{field}.terms", terms)


class PairVocabulary(Vocabulary):
    """Terms of two characters, or of one and the sentinel. Where pairs are asked for or given in numbers, they are packed (uint64).

    `f.characters` (uint32) are the code points of all characters, ascending; `f.terms` (uint32, or uint64 where there are more than 65,536
    characters) the pairs as place of the first × number of characters + place of the second.
    """

    def __init__(self, arrays: ArrayReader, field: str) -> None:
        self._characters = arrays[f"{field}.characters"]
        self._terms = arrays[f"{field}.terms"]

    def __len__(self) -> int:
        return len(self._terms)

    @cached_property
    def _place(self) -> dict[int, int]:
        return {code: place for place, code in enumerate(self._characters.tolist())}

    def term(self, number: int) -> bytes:
        first, second = divmod(int(self._terms[number]), len(self._characters))
        return (chr(self._characters[first]) + chr(self._characters[second])).encode()

    def packed(self) -> Array:
        """All pairs, in order (uint64)."""
        first, second = np.divmod(self._terms, max(1, len(self._characters)))
        codes = self._characters.astype(np.uint64)
        found: Array = (codes[first] << np.uint64(PAIR_BITS)) | codes[second]
        return found

    def holds(self, pairs: Array) -> Array:
        """Which of these pairs are terms (bool)."""
        if not len(self):
            return np.zeros(len(pairs), bool)
        parts = pairs >> np.uint64(PAIR_BITS), pairs & np.uint64(_SECOND)
        places = [
            np.minimum(np.searchsorted(self._characters, part.astype(np.uint32)), len(self._characters) - 1)
            for part in parts
        ]
        known = (self._characters[places[0]] == parts[0]) & (self._characters[places[1]] == parts[1])
        keys = (places[0] * len(self._characters) + places[1]).astype(self._terms.dtype)
        found: Array = known & (self._terms[np.minimum(self._terms.searchsorted(keys), len(self) - 1)] == keys)
        return found

    def followers(self, character: str) -> Array:
        """The code points of the characters that follow one in a pair (uint64, ascending; 0 for the sentinel)."""
        first, last = self.prefixed(character.encode())
        found: Array = self._characters[self._terms[first:last] % max(1, len(self._characters))].astype(np.uint64)
        return found

    def find(self, term: bytes) -> int:
        text = term.decode("utf-8", "replace")
        if len(text) != 2:
            return -1
        first, second = self._place.get(ord(text[0]), -1), self._place.get(ord(text[1]), -1)
        if first < 0 or second < 0:
            return -1
        key = first * len(self._characters) + second
        terms = self._terms
        number = int(terms.searchsorted(terms.dtype.type(key)))
        return number if number < len(terms) and terms[number] == key else -1

    def lower(self, term: bytes) -> int:
        first, second = _least_pair(term)
        place = int(self._characters.searchsorted(np.uint32(first)))
        if place == len(self._characters):
            return len(self)
        key = place * len(self._characters)
        if self._characters[place] == first:
            key += int(self._characters.searchsorted(np.uint32(second)))
        return (
            int(np.searchsorted(self._terms, np.array(key, np.uint64).astype(self._terms.dtype)))
            if key < len(self._characters) ** 2
            else len(self)
        )

    @staticmethod
    def write(writer: ArrayWriter, field: str, terms: Array) -> None:
        """`terms` are packed pairs (uint64), ascending."""
        first, second = (terms >> np.uint64(PAIR_BITS)).astype(np.int64), (terms & np.uint64(_SECOND)).astype(np.int64)
        used = np.zeros(max(int(first.max(initial=0)), int(second.max(initial=0))) + 1, bool)
        used[first] = used[second] = True
        characters, place = used.nonzero()[0], used.cumsum() - 1
        keys = place[first] * len(characters) + place[second]
        writer.add(f"{field}.characters", characters.astype(np.uint32))
        writer.add(f"{field}.terms", keys.astype(np.uint32 if len(characters) <= 1 << 16 else np.uint64))


def _least_pair(term: bytes) -> tuple[int, int]:
    """The code points of the least pair that is not less than these bytes, which may end inside a character (an upper bound of a prefix)."""
    if _is_text(term) and 1 <= len(text := term.decode()) <= 2:
        return ord(text[0]), ord(text[1]) if len(text) == 2 else 0
    low, high = 0, 1 << 2 * PAIR_BITS
    while low < high:
        middle = (low + high) // 2
        if _bytes_of(middle) < term:
            low = middle + 1
        else:
            high = middle
    return low >> PAIR_BITS, low & _SECOND


def _is_text(term: bytes) -> bool:
    try:
        term.decode()
    except UnicodeDecodeError:
        return False
    return True


def _bytes_of(key: int) -> bytes:
    first, second = key >> PAIR_BITS, key & _SECOND
    return (chr(min(first, 0x10FFFF)) + chr(min(second, 0x10FFFF))).encode("utf-8", "surrogatepass")
