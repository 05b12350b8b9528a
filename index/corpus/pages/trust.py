"""Whether the text of a page is what a reader sees on it: signs that separate good text layers from broken and recognised ones."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

from juanzong.index.text.folding import fold

_LEAST = 20
"""Characters from which the shares below tell anything."""
_UNMAPPED, _ODD, _RARE = 0.3, 0.12, 0.3
"""Shares of characters beyond which a layer is not believed: without a Unicode value; of no writing; Han characters that are hardly ever used.

Measured: unmapped 1.0 against 0 (.06 on a textbook with some broken fonts), odd .31 against .007, rare .68 against .04 once folded to simplified.
"""


@dataclass(frozen=True, slots=True)
class Layer:
    """The text layer of a page. `unmapped` and `invisible` are shares of its characters, `covered` the share of the page under pictures."""

    text: str
    unmapped: float
    invisible: float
    covered: float


@cache
def _usual() -> frozenset[str]:
    """The first level of GB 2312: 3,755 characters, ordered by sound, that make up more than 99 % of running text."""
    return frozenset(
        "".join(
            bytes((high, low)).decode("gb2312", "ignore") for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF)
        )
    )


def verdict(layer: Layer) -> str:
    """ "" for text that can be believed, else why not: `no_text`, `unmapped`, `odd`, `rare`, or `recognised` for the layer of a recogniser."""
    text = "".join(layer.text.split())
    if len(text) < _LEAST:
        return "no_text" if layer.covered > 0.5 and len(text) < _LEAST else ""
    # the fonts of recognisers have no glyphs, and no names for them
    if layer.unmapped > _UNMAPPED and layer.invisible <= 0.5:
        return "unmapped"
    if sum(map(_is_odd, text)) > _ODD * len(text):
        return "odd"
    han = [character for character in text if "\u3400" <= character <= "\u9fff"]
    if len(han) >= _LEAST and sum(character not in _usual() for character in fold("".join(han))) > _RARE * len(han):
        return "rare"
    return "recognised" if layer.invisible > 0.5 else ""


@cache
def _is_odd(character: str) -> bool:
    """Whether a character stands in no text: unassigned, private, a control character, or what takes the place of a broken one."""
    return character == "\ufffd" or unicodedata.category(character) in ("Cn", "Co", "Cc", "Cs")


def closed(text: str) -> str:
    """A recognised text without the spaces between Han characters that recognisers put there, where most pairs are parted by one."""
    parts = text.split(" ")
    if len(parts) < 3:
        return text
    result = parts[0]
    for part in parts[1:]:
        result += part if result and part and _is_han(result[-1]) and _is_han(part[0]) else " " + part
    return result


def _is_han(character: str) -> bool:
    return "\u2e80" <= character <= "\u9fff" or "\uff00" <= character <= "\uff65" or character in "“”‘’—…"
