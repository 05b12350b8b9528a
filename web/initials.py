"""The letters under which names are listed: the first letter of their pinyin, from a table, since all of pinyin is too much for a server to hold."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from string import ascii_uppercase

from juanzong.index.datafiles import rows, wrong
from juanzong.index.text.folding import fold

# digits, signs, and characters that the table does not know
OTHER = "0"
LETTERS = (*ascii_uppercase, OTHER)
_FILE, _COLUMNS = "initials.csv", ("letter", "kind", "text")


@cache
def _table() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The letter of each character, and of each beginning of a name that is read otherwise. Raises UsageError for a row that is wrong."""
    characters: dict[str, str] = {}
    words: dict[str, str] = {}
    for line, row in rows(_FILE, _COLUMNS, "juanzong.web"):
        if row["letter"] not in ascii_uppercase or row["kind"] not in ("characters", "words"):
            raise wrong(_FILE, line, "give a letter from A to Z, and characters or words")
        if row["kind"] == "characters":
            characters |= dict.fromkeys(row["text"], row["letter"])
        else:
            words |= dict.fromkeys(row["text"].split(), row["letter"])
    return characters, words


def initial(name: str) -> str:
    """One of LETTERS."""
    first = name[:1]
    if first.isascii():
        return first.upper() if first.isalpha() else OTHER
    characters, words = _table()
    if (known := words.get(name[:2])) is not None:
        return known
    if (known := characters.get(first)) is not None:
        return known
    # traditional script and full width
    folded = fold(name[:2])
    return initial(folded) if folded[:1] and folded[:1] != first else OTHER
