"""Traditional script: lines are judged in simplified characters, one for one, so that every offset holds in the original."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from juanzong.index.corpus.lines import Line
from juanzong.index.structure.wording import WORDS

if TYPE_CHECKING:
    from opencc import OpenCC

_INSERTED = "\t\n "


class _SimplifyingTable(dict[int, str]):
    """Converts a character the first time it is met; one that would become several stays."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        converted = _converter().convert(character) if code > 0x2E7F else character
        found = self[code] = converted if len(converted) == 1 else character
        return found


@cache
def _converter() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")


_SIMPLE = _SimplifyingTable()


def simplified(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines in simplified characters, each as long as before; the same lines where the script is not traditional."""
    sample = "".join(line.text for line in lines[:60])[:3000]
    if len(WORDS.traditional.findall(sample)) < 0.02 * len(sample):
        return lines
    return [replace(line, text=line.text.translate(_SIMPLE)) for line in lines]


def restored(texts: Sequence[str], lines: Sequence[Line]) -> list[str]:
    """The texts that were made of simplified lines, in the characters of the original `lines`.

    The texts take up the lines' characters in order; white space was inserted in places, and marks of table cells were left out.
    """
    source = "".join(line.text for line in lines)
    simple = source.translate(_SIMPLE)
    at = 0
    result = []
    for text in texts:
        characters = []
        for character in text:
            if character in _INSERTED and simple[at : at + 1] != character:
                characters.append(character)
                continue
            found = simple.find(character, at, at + 60)
            if found < 0:
                characters.append(character)
                continue
            characters.append(source[found])
            at = found + 1
        result.append("".join(characters))
    return result
