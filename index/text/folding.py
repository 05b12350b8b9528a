"""Folding: variants of a character become one, character by character, with an exact way back to the original.

The rule never looks at context, so the fold of a part is the part of the fold: drop formatting, control and combining
characters and white space; map look-alikes; NFKC (Unicode Standard Annex 15), but the marks of voiced kana stand apart, as
those of half width do; traditional to simplified by single character (OpenCC's t2s); lower case.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from juanzong.index.datafiles import rows

if TYPE_CHECKING:
    from opencc import OpenCC

FOLDING_VERSION = 3
SPACE = 0x20
# in the table of folds: a character that folds to nothing, and one that folds to several
_GONE, _SEVERAL = 0x110000, 0x110001

_ALIKE = {
    ord(variant): to
    for to, variants in {
        "x": "×✕╳",
        "·": "•・‧∙･",
        '"': "“”„‟″«»",
        "'": "‘’‚‛′",
        "[": "〔【",
        "]": "〕】",
        "-": "—–‐‑−―─",
        "~": "〜",
    }.items()
    for variant in variants
}

# the marks of voiced kana, combining, spacing and of half width
_VOICED = {0x3099: "\u309b", 0xFF9E: "\u309b", 0x309B: "\u309b", 0x309A: "\u309c", 0xFF9F: "\u309c", 0x309C: "\u309c"}
_FIRST_KANA, _LAST_KANA = "\u3041", "\u30ff"


@cache
def _alike() -> dict[int, str]:
    return _ALIKE | {ord(row["radical"]): row["character"] for _, row in rows("radicals.csv", ("radical", "character"))}


@cache
def converter() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")


def _fold_character(character: str) -> str:
    if mark := _VOICED.get(ord(character)):
        return mark
    category = unicodedata.category(character)
    if category in ("Cf", "Cc", "Mn") or character.isspace():
        return ""
    if category == "Cs":
        return "\ufffd"
    composed = unicodedata.normalize("NFKC", character.translate(_alike()))
    composed = "".join(c for c in composed if not c.isspace()).translate(_alike())
    if any(_FIRST_KANA <= c <= _LAST_KANA for c in composed):
        composed = unicodedata.normalize("NFD", composed).translate(_VOICED)
    if not composed.isascii():
        composed = "".join(map(converter().convert, composed))
    return composed.lower()


class _FoldingTable(dict[int, str]):
    """Folds a character the first time it is met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        return folded


class _SpacedTable(dict[int, str]):
    """The same, but white space stays as one space: words of Latin letters end there."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = self[code] = " " if character.isspace() else _TABLE[code]
        return folded


# characters; of more of them the codes and their places would be in memory at once
_TOGETHER = 1 << 17
_TABLE = _FoldingTable()
_SPACED = _SpacedTable()


def fold(text: str) -> str:
    """The folded form of a text."""
    return text.translate(_TABLE)


def fold_spaced(text: str) -> str:
    """The folded form in which each white space character is one space. Without the spaces it equals `fold(text)`."""
    return text.translate(_SPACED)


def fold_with_origins(text: str) -> tuple[str, NDArray[np.int64]]:
    """The folded form, and for each of its characters the offset in `text` of the character it came from (int64)."""
    pieces = [_TABLE[ord(character)] for character in text]
    return "".join(pieces), np.repeat(np.arange(len(text)), np.fromiter(map(len, pieces), np.int64, len(pieces)))


@cache
def _codes() -> NDArray[np.uint32]:
    # 0 is not known yet; the system gives memory only to the parts that are written
    return np.zeros(_GONE, np.uint32)


def fold_codes(codes: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.int64] | None]:
    """The folds of many code points (uint32), white space as SPACE, and for each of them the place in `codes` that it came from (int64), None where
    every code point folds to one."""
    table = _codes()
    folded = table.take(codes)
    if not folded.all():
        for code in np.unique(codes[folded == 0]).tolist():
            text = _SPACED[code]
            table[code] = ord(text) if len(text) == 1 else _SEVERAL if text else _GONE
        folded = table.take(codes)
    if int(folded.max(initial=0)) < _GONE:
        return folded, None
    lengths = (folded != _GONE).astype(np.int64)
    several = (folded == _SEVERAL).nonzero()[0]
    of_several = codes[several]
    distinct = {code: _SPACED[code] for code in np.unique(of_several).tolist()}
    for code, text in distinct.items():
        lengths[several[of_several == code]] = len(text)
    first = lengths.cumsum() - lengths
    folded = folded.repeat(lengths)
    for code, text in distinct.items():
        for offset, character in enumerate(text):
            folded[first[several[of_several == code]] + offset] = ord(character)
    return folded, np.arange(len(codes)).repeat(lengths)


def fold_all(texts: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """`fold_spaced` of several texts in a row, as code points (uint32), and where each text begins there (int64, one more than there are texts)."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    begins = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)), out=begins[1:])
    folded, origins = fold_codes(codes)
    return folded, begins if origins is None else origins.searchsorted(begins)


def fold_each(texts: Sequence[str]) -> list[str]:
    """`fold` of several texts at once, as many as are _TOGETHER long."""
    found: list[str] = []
    first = length = 0
    for number, text in enumerate(texts, 1):
        length += len(text)
        if length >= _TOGETHER or number == len(texts):
            folded, begins = fold_all(texts[first:number])
            whole = folded.tobytes().decode("utf-32-le", "surrogatepass")
            found += [whole[begin:end].replace(" ", "") for begin, end in pairwise(begins.tolist())]
            first, length = number, 0
    return found
