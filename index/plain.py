"""A paragraph as the resolvers see it: one width, one script, no stray spaces, with a way back to the original offsets."""
from __future__ import annotations

import re
from bisect import bisect_right

import numpy as np

from index.folding import fold

_DROPPED = "\u200b"
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


_UNKNOWN = 0xFFFF
# plain characters by code, each worked out when it is first met; U+FFFF is no character
_TABLE = np.full(0x10000, _UNKNOWN, np.uint16)


def _plain(code: int) -> int:
    """One character for one character, so that most texts keep their offsets."""
    character = chr(code)
    if character.isspace():
        return 0x20
    if character in "“”‘’" or 0xD800 <= code <= 0xDFFF:
        return code
    folded = fold(character)
    plain = ord(folded) if len(folded) == 1 else code if folded else ord(_DROPPED)
    return plain if plain < _UNKNOWN else code if code < _UNKNOWN else ord(_DROPPED)


def _folded(text: str) -> str:
    codes = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.uint16)
    if len(codes) != len(text):
        # beyond the basic plane lie emoji and rare characters, none of which a name of ours has
        codes = np.frombuffer(_ASTRAL.sub("\ufffd", text).encode("utf-16-le", "surrogatepass"), np.uint16)
    plain = _TABLE[codes]
    if _UNKNOWN in plain:
        for code in np.unique(codes[plain == _UNKNOWN]).tolist():
            _TABLE[code] = _plain(code)
        plain = _TABLE[codes]
    return plain.tobytes().decode("utf-16-le", "surrogatepass")


# spaces beside digits (8 月 16 日), spaces that spread a name over a line (公 告), and what cannot be seen
_LOOSE = re.compile(r"\u200b+|(?<=[^\W\d_a-z]) +(?=\d)|(?<=\d) +(?=[^\W\d_a-z])|(?<=[,、。;:()]) +|(?<= [一-龥]) (?=[一-龥](?: |$))|(?<=^[一-龥]) (?=[一-龥] [一-龥])")


class Plain:
    """`text` is the plain form; `origin(offset)` is where that character stands in the original."""

    __slots__ = ("_starts", "_shifts", "text")

    def __init__(self, original: str) -> None:
        text = _folded(original)
        self._starts: list[int] = []
        self._shifts: list[int] = []
        if " " in text or _DROPPED in text:
            pieces, at, shift = [], 0, 0
            for gap in _LOOSE.finditer(text):
                pieces.append(text[at:gap.start()])
                at = gap.end()
                shift += at - gap.start()
                self._starts.append(at - shift)
                self._shifts.append(shift)
            pieces.append(text[at:])
            text = "".join(pieces)
        self.text = text

    def origin(self, offset: int) -> int:
        """The offset in the original of the character at `offset` of the plain text."""
        at = bisect_right(self._starts, offset)
        return offset + self._shifts[at - 1] if at else offset

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original span of a plain one; what was dropped inside it belongs to it, what was dropped after it does not."""
        return self.origin(start), self.origin(end - 1) + 1
