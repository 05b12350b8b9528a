"""The terms of a field, in byte order: words as strings, character pairs as numbers.

A term is known by its number, its place in the order. Code points and UTF-8 bytes sort alike, so a pair packed into one number
(first code point × 2^21 + second) keeps the order, and all pairs that begin with a character lie in a row.
"""
from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from index.arrays import Array, ArrayReader, ArrayWriter

PAIR_BITS = 21


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

    def lower(self, term: bytes) -> int:
        return bisect_left(self._terms, term)

    def all(self) -> list[bytes]:
        """Every term, in order."""
        return list(self._terms)

    @staticmethod
    def write(writer: ArrayWriter, field: str, terms: Sequence[bytes]) -> None:
        writer.add_strings(f"{field}.terms", terms)


class PairVocabulary(Vocabulary):
    """Terms of two characters, or of one and the sentinel."""

    def __init__(self, arrays: ArrayReader, field: str) -> None:
        self.keys = arrays[f"{field}.terms"]

    def __len__(self) -> int:
        return len(self.keys)

    def term(self, number: int) -> bytes:
        key = int(self.keys[number])
        return (chr(key >> PAIR_BITS) + chr(key & (1 << PAIR_BITS) - 1)).encode()

    def lower(self, term: bytes) -> int:
        return int(self.keys.searchsorted(np.uint64(_least_key(term))))

    @staticmethod
    def write(writer: ArrayWriter, field: str, terms: Array) -> None:
        writer.add(f"{field}.terms", terms.astype(np.uint64))


def _least_key(term: bytes) -> int:
    """The least key whose term is not less than these bytes, which may end inside a character (an upper bound of a prefix)."""
    low, high = 0, 1 << 2 * PAIR_BITS
    text = term.decode("utf-8", "strict") if _is_text(term) else None
    if text is not None and len(text) == 2:
        return (ord(text[0]) << PAIR_BITS) | ord(text[1])
    if text is not None and len(text) == 1:
        return ord(text[0]) << PAIR_BITS
    while low < high:
        middle = (low + high) // 2
        if _bytes_of(middle) < term:
            low = middle + 1
        else:
            high = middle
    return low


def _is_text(term: bytes) -> bool:
    try:
        term.decode()
    except UnicodeDecodeError:
        return False
    return True


def _bytes_of(key: int) -> bytes:
    first, second = key >> PAIR_BITS, key & (1 << PAIR_BITS) - 1
    return (chr(min(first, 0x10FFFF)) + chr(min(second, 0x10FFFF))).encode("utf-8", "surrogatepass")
