"""Text that was damaged before it was saved: bytes read as the wrong encoding and written again, and single bytes lost or added.

What can be undone without loss is undone; what cannot is left as it is and told.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from juanzong.index.corpus.encoding.commonness import characters, commonness

_LATIN_SIGNS = ("ï¼", "ã€", "£¬", "¡£", "µÄ", "¡C", "ªº", "¡A")
_HAN_SIGNS = ("锛", "銆", "鐨勪", "锟斤拷")
"""What the commonest marks of a Chinese text become when its bytes are read as Latin-1 or as GBK."""
_SHORT = 2_000
"""Characters up to which a text is looked through though none of these stands in it."""
_LATIN_RUN = re.compile(
    "[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]{4,}"
)
_HAN = re.compile("[\u4e00-\u9fff]")
_LOST = "\ufffd"
_GAIN = 0.15
"""How much more common a text must have become for a repair that lost something to be kept."""
_COST_OF_LOSS = 1.0
_MOST_BYTES = 20_000
"""Bytes of a line that is decoded byte by byte."""


@dataclass(frozen=True, slots=True)
class Repair:
    """A text after the damage was undone. `lines` counts the lines that were changed, `lossy` those where something is still missing or in doubt."""

    text: str
    lines: int = 0
    lossy: int = 0
    first: int = 0


@cache
def _latin_bytes() -> dict[str, int]:
    """The byte that each character was, where bytes were read as Windows-1252; as Latin-1 where that has no character."""
    table = {chr(byte): byte for byte in range(0x80, 0x100)}
    for byte in range(0x80, 0xA0):
        character = bytes((byte,)).decode("cp1252", "ignore")
        if character:
            table[character] = byte
    return table


def undone(text: str) -> Repair:
    """The text with every line restored whose bytes were read as Latin-1, Windows-1252 or GBK and are text in their own encoding."""
    latin = any(sign in text for sign in _LATIN_SIGNS) or len(text) <= _SHORT and _LATIN_RUN.search(text) is not None
    han = any(sign in text for sign in _HAN_SIGNS)
    if not latin and not han:
        return Repair(text)
    lines = text.split("\n")
    changed = lossy = first = 0
    for number, line in enumerate(lines, 1):
        if line.isascii():
            continue
        found = (_from_latin(line) if latin else None) or (_from_han(line) if han else None)
        if found is None:
            if "锟斤拷" in line:
                lossy += 1
                first = first or number
            continue
        lines[number - 1], whole = found
        changed += 1
        lossy += not whole
        first = first or number
    return Repair("\n".join(lines), changed, lossy, first) if changed or lossy else Repair(text)


def _from_latin(line: str) -> tuple[str, bool] | None:
    if not _LATIN_RUN.search(line):
        return None
    table = _latin_bytes()
    data = bytearray()
    for character in line:
        if character < "\x80":
            data.append(ord(character))
        elif (byte := table.get(character)) is not None:
            data.append(byte)
        else:
            return None
    return _best(line, [_decoded(bytes(data), encoding) for encoding in ("utf-8", "gb18030", "big5hkscs")])


def _from_han(line: str) -> tuple[str, bool] | None:
    try:
        data = line.replace(_LOST, "?").encode("gb18030")
    except UnicodeEncodeError:
        return None
    # the last byte of a full stop or a comma had no partner and became a question mark
    data = data.replace(b"\xe3\x80?", "。".encode()).replace(b"\xef\xbc?", "，".encode())
    return _best(line, [_decoded(data, "utf-8")])


def _decoded(data: bytes, encoding: str) -> str:
    return data.decode(encoding, "replace")


def _best(line: str, readings: list[str]) -> tuple[str, bool] | None:
    """The reading that is most like text, and whether nothing is missing in it; None where none is better than the line."""
    readings = [reading for reading in readings if _HAN.search(reading)]
    if not readings:
        return None
    score, best = max(
        (commonness(reading) - _COST_OF_LOSS * reading.count(_LOST) / len(reading), reading) for reading in readings
    )
    whole = _LOST not in best
    return (best, whole) if score > commonness(line) + (0 if whole else _GAIN) and score > 0.35 else None


def resynchronised(line: bytes, encoding: str) -> str:
    """A line of GB 18030 or Big5 in which bytes are wrong: the likeliest text, each bad byte one U+FFFD.

    Dynamic programming over the bytes: the reading of least cost, where a rare character is dear and a skipped byte dearer, so that one bad byte
    never shifts what follows. 0x80 is the euro sign of code page 936.
    """
    if len(line) > _MOST_BYTES:
        return line.decode(encoding, "replace")
    wide = _gb_characters if encoding == "gb18030" else _double_bytes
    size = len(line)
    cost = [0.0] + [float("inf")] * size
    back: list[tuple[int, str]] = [(0, "")] * (size + 1)
    for at in range(size):
        here = cost[at]
        for length, character, price in _steps(line, at, encoding, wide):
            if here + price < cost[at + length]:
                cost[at + length] = here + price
                back[at + length] = at, character
    parts = []
    at = size
    while at:
        at, character = back[at]
        parts.append(character)
    return "".join(reversed(parts))


def _steps(
    line: bytes, at: int, encoding: str, wide: Callable[[bytes, int], list[int]]
) -> list[tuple[int, str, float]]:
    byte = line[at]
    if byte < 0x80:
        return [(1, chr(byte), 0.0)]
    steps = [(1, "€", 3.0) if byte == 0x80 and encoding == "gb18030" else (1, _LOST, 6.0)]
    for length in wide(line, at):
        if price := _price(line[at : at + length], encoding):
            steps.append((length, *price))
    # a byte that came between the two of one character
    between = len(steps) == 1 and at + 2 < len(line) and line[at + 1] in (0x7F, 0x80, 0xFF)
    if between and (inside := _price(line[at : at + 1] + line[at + 2 : at + 3], encoding)):
        steps.append((3, inside[0] + _LOST, inside[1] + steps[0][2]))
    return steps


def _price(data: bytes, encoding: str) -> tuple[str, float] | None:
    """The character that bytes are, and how dear it is; None where they are none."""
    try:
        character = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    if len(character) != 1 or "\ue000" <= character <= "\uf8ff":
        return character, 5.0
    frequent, ordinary = characters()
    return character, 0.2 if character in frequent else 0.6 if character in ordinary else 2.5


def _gb_characters(line: bytes, at: int) -> list[int]:
    following = line[at + 1] if at + 1 < len(line) else 0
    if 0x30 <= following <= 0x39:
        return [4] if at + 4 <= len(line) else []
    return [2] if following >= 0x40 else []


def _double_bytes(line: bytes, at: int) -> list[int]:
    return [2] if at + 1 < len(line) and line[at + 1] >= 0x40 else []
