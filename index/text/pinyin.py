"""Pinyin as it is typed, without tones: 拼音 becomes pin, yin.

The readings come from pypinyin, which is asked at build time only; what a search needs of them lies in the index.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

_TYPED = re.compile("[a-z]+")
_LONGEST_PHRASE = 8


@cache
def _dictionaries() -> tuple[Mapping[str, list[list[str]]], Mapping[int, str]]:
    """The phrases, each character with its readings, and the single characters, each with its readings and commas between."""
    from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

    return PHRASES_DICT, PINYIN_DICT


@cache
def _toneless(syllable: str) -> str:
    from pypinyin.contrib.tone_convert import to_normal

    plain: str = to_normal(syllable)
    return plain if _TYPED.fullmatch(plain) else ""


@cache
def readings(character: str) -> tuple[str, ...]:
    """The readings of a character, the usual one first; none where it has no pinyin."""
    given = _dictionaries()[1].get(ord(character), "")
    return tuple(dict.fromkeys(plain for syllable in given.split(",") if (plain := _toneless(syllable))))


@lru_cache(1 << 17)
def syllables(word: str) -> tuple[str, ...]:
    """One syllable for each character of a word; what is no Han character stands for itself. Phrases decide between readings, longest first."""
    phrases = _dictionaries()[0]
    found: list[str] = []
    at = 0
    while at < len(word):
        for length in range(min(_LONGEST_PHRASE, len(word) - at), 1, -1):
            phrase = phrases.get(word[at : at + length])
            if phrase is not None and len(phrase) == length:
                found.extend(_toneless(options[0]) or word[at + place] for place, options in enumerate(phrase))
                at += length
                break
        else:
            found.append(next(iter(readings(word[at])), word[at]))
            at += 1
    return tuple(found)


def all_readings() -> dict[str, tuple[str, ...]]:
    """The characters of everyday simplified text (those of GB 2312) with their readings."""
    common = (chr(code) for code in range(0x4E00, 0xA000) if chr(code).encode("gb2312", "ignore"))
    return {character: found for character in common if (found := readings(character))}


def collated(name: str) -> bytes:
    """The key by which a name is sorted. GB 18030 begins with the order of GB 2312 and holds every other character behind it."""
    return name.encode("gb18030", "replace")


@cache
def _ranks() -> NDArray[np.uint32]:
    # 0 is not known yet; the system gives memory only to the parts that are written
    return np.zeros(sys.maxunicode + 1, np.uint32)


def ranks(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """For each code point (uint32) a number by which characters come in the order of `collated`; 0 for 0, which comes first."""
    table = _ranks()
    found = table.take(codes)
    if not found.all():
        # no code of GB 18030 begins another, so that they may be filled up
        for code in set(codes[found == 0].tolist()) - {0}:
            table[code] = int.from_bytes(collated(chr(code)).ljust(4, b"\0"), "big")
        found = table.take(codes)
    return found
