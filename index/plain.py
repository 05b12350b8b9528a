"""A paragraph as the resolvers see it: one width, one script, no stray spaces, with a way back to the original offsets."""
from __future__ import annotations

import re
from bisect import bisect_right

from index.folding import fold

_DROPPED = "\u200b"


class _Table(dict[int, str]):
    """One character for one character, so that most texts keep their offsets."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character.isspace():
            plain = " "
        elif character in "“”‘’":
            plain = character
        else:
            folded = fold(character)
            plain = folded if len(folded) == 1 else character if folded else _DROPPED
        self[code] = plain
        return plain


_TABLE = _Table()
# spaces beside digits (8 月 16 日), spaces that spread a name over a line (公 告), and what cannot be seen
_LOOSE = re.compile(r"\u200b+|(?<=[^\W\d_a-z]) +(?=\d)|(?<=\d) +(?=[^\W\d_a-z])|(?<=[,、。;:()]) +|(?<= [一-龥]) (?=[一-龥](?: |$))|(?<=^[一-龥]) (?=[一-龥] [一-龥])")


class Plain:
    """`text` is the plain form; `origin(offset)` is where that character stands in the original."""

    __slots__ = ("_starts", "_shifts", "text")

    def __init__(self, original: str) -> None:
        text = original.translate(_TABLE)
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
