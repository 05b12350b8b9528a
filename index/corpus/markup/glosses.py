"""Pinyin that some sites put in brackets after every few characters, 發(fā)現(xiàn): it parts words, and is left out."""

from __future__ import annotations

import re
import unicodedata

from juanzong.index.text.pinyin import readings

_GLOSS = re.compile(r"(?P<character>[\u3400-\u9fff])\((?P<syllable>[a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]{1,7})\)")
_FEWEST = 5
"""Glosses of a document below which it is not one that was filled with them."""


def without_pinyin(text: str) -> tuple[str, int]:
    """A text without the pinyin in brackets that reads the character before it, and how often such stood there.

    Nothing else in brackets is touched: no word, no unit, no letter of a list.
    """
    if "(" not in text or sum(1 for _, _ in zip(range(_FEWEST), _GLOSS.finditer(text), strict=False)) < _FEWEST:
        return text, 0
    found = 0

    def bare(match: re.Match[str]) -> str:
        nonlocal found
        if not _reads(match["character"], match["syllable"]):
            return match[0]
        found += 1
        return match["character"]

    shorter = _GLOSS.sub(bare, text)
    return (shorter, found) if found >= _FEWEST else (text, 0)


def _reads(character: str, syllable: str) -> bool:
    decomposed = unicodedata.normalize("NFD", syllable)
    plain = "".join(mark for mark in decomposed if not unicodedata.combining(mark) or mark == "\u0308")
    toneless = unicodedata.normalize("NFC", plain)
    return any(
        reading in (toneless, toneless.replace("ü", "v"), toneless.replace("ü", "u")) for reading in readings(character)
    )
