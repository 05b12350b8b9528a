"""How much a text looks like Chinese or English: what tells one reading of the same bytes from another."""

from __future__ import annotations

from functools import cache

from juanzong.index.datafiles import Words

WORDS = Words("text_words.yaml")

SAMPLE = 1 << 16
"""Characters or bytes by which a text is judged."""


@cache
def characters() -> tuple[frozenset[str], frozenset[str]]:
    """The characters that every Chinese text is full of, and the ordinary ones: first planes of GB 2312 and Big5, ASCII, punctuation."""
    frequent = WORDS.set("frequent")
    plane = {bytes((high, low)).decode("gb2312", "ignore") for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF)}
    plane |= {
        bytes((high, low)).decode("big5", "ignore")
        for high in range(0xA4, 0xC7)
        for low in (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    }
    ascii_letters = {chr(code) for code in range(0x20, 0x7F)} | {"\n", "\t", "\r"}
    return frequent, frozenset("".join(plane)) | ascii_letters | frequent


def commonness(text: str) -> float:
    """How much a text looks like Chinese or English: between 0 and 1, about .6 and more for real text."""
    if not text:
        return 0.0
    frequent, ordinary = characters()
    sample = text[:SAMPLE]
    wide = [character for character in sample if character > "\x7f"]
    share = sum(character in ordinary for character in sample) / len(sample)
    return share * (
        0.5 + 0.5 * min(1.0, 2.5 * sum(character in frequent for character in wide) / len(wide)) if wide else 0.9
    )
