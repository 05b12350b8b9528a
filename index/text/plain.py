"""A paragraph as the resolvers see it: one width, one script, no stray spaces, with a way back to the original offsets."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from juanzong.index.datafiles import Words
from juanzong.index.text.folding import fold

if TYPE_CHECKING:
    import numpy.typing as npt

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
    if 0xD800 <= code <= 0xDFFF:
        # half a character; two halves must not become one
        return 0xFFFD
    if character in "“”‘’":
        return code
    folded = fold(character)
    plain = ord(folded) if len(folded) == 1 else code if folded else ord(_DROPPED)
    return plain if plain < _UNKNOWN else code if code < _UNKNOWN else ord(_DROPPED)


def _folded(text: str) -> str:
    codes = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.uint16)
    if len(codes) != len(text):
        # beyond the basic plane lie emoji and rare characters, none of which a name of ours has
        codes = np.frombuffer(_ASTRAL.sub("\ufffd", text).encode("utf-16-le", "surrogatepass"), np.uint16)
    plain = _decoded(codes)
    if chr(_UNKNOWN) in plain:
        for code in np.unique(codes[_TABLE.take(codes) == _UNKNOWN]).tolist():
            _TABLE[code] = _plain(code)
        plain = _decoded(codes)
    return plain


def _decoded(codes: npt.NDArray[np.uint16]) -> str:
    return _TABLE.take(codes).tobytes().decode("utf-16-le")


WORDS = Words("text_words.yaml")
# spaces beside digits (8 月 16 日), spaces that spread a name over a line (公 告), and what cannot be seen; each begins with what it drops,
# so that a search runs from space to space
_LOOSE = re.compile(
    r"\u200b+| (?:(?<=[^\W\d_a-z] ) *(?=\d)|(?<=\d ) *(?=[^\W\d_a-z])|(?<=[,、。;:()] ) *|(?<= [一-龥] )(?=[一-龥](?: |$))|(?<=^[一-龥] )(?=[一-龥] [一-龥]))"
)

# a text whose words a recogniser set apart: every space between characters of words goes, but not one beside a Latin word
_SPREAD = re.compile(r"\u200b+| +(?:(?<=[^a-z] )(?=[^a-z])|(?<=[a-z] )(?=[^a-z\d ])|(?<=[^a-z\d] )(?=[a-z]))")
_SINGLE = re.compile(r"(?:^|(?<= ))[^ a-z](?= |$)")
SPACES, SPACE_SHARE, SINGLE_SHARE = 4, 0.2, 0.2
"""Spaces from which a text may be spread, their share of all characters, and that of the pieces between them that are one character."""


def _is_spread(text: str) -> bool:
    """Whether spaces stand between the words of a text, as a recogniser leaves them (X 市 公安局 的 民警); lists of names are not spread."""
    spaces = text.count(" ")
    if spaces < SPACES or spaces < SPACE_SHARE * len(text):
        return False
    return len(_SINGLE.findall(text)) >= SINGLE_SHARE * (spaces + 1) and WORDS.particle.search(text) is not None


class Plain:
    """`text` is the plain form; `origin(offset)` is where that character stands in the original."""

    __slots__ = ("_starts", "_shifts", "text")

    def __init__(self, original: str, folded: str | None = None) -> None:
        text = _folded(original) if folded is None else folded
        self._starts: Sequence[int] = ()
        self._shifts: Sequence[int] = ()
        if " " in text or _DROPPED in text:
            pieces, starts, shifts, at, shift = [], [], [], 0, 0
            for gap in (_SPREAD if _is_spread(text) else _LOOSE).finditer(text):
                pieces.append(text[at : gap.start()])
                at = gap.end()
                shift += at - gap.start()
                starts.append(at - shift)
                shifts.append(shift)
            if shift:
                text = "".join(pieces) + text[at:]
                self._starts, self._shifts = starts, shifts
        self.text = text

    @classmethod
    def each(cls, originals: Sequence[str]) -> list[Plain]:
        """The plain form of every text, folded in one go."""
        # what stands between two texts keeps half a character at the end of one from meeting its other half in the next
        folded = _folded("\n".join(originals))
        starts = accumulate((len(original) + 1 for original in originals), initial=0)
        return [cls(original, folded[start : start + len(original)]) for original, start in zip(originals, starts)]

    def origin(self, offset: int) -> int:
        """The offset in the original of the character at `offset` of the plain text."""
        at = bisect_right(self._starts, offset)
        return offset + self._shifts[at - 1] if at else offset

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original span of a plain one; what was dropped inside it belongs to it, what was dropped after it does not."""
        return (self.origin(start), self.origin(end - 1) + 1) if self._starts else (start, end)
