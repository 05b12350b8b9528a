"""Words that a page shows on its buttons and above its columns: no part of what it tells."""

from __future__ import annotations

import re

from juanzong.index.datafiles import Words

WORDS = Words("page_words.yaml")
_LONGEST_RUN = 12
_BETWEEN = re.compile(r"[\s\u3000|｜丨/／·•>＞]+|(?<=\D)(?=\d)|(?<=\d)(?=\D)")


def is_column(text: str) -> bool:
    """Whether a line is the name of a column of a site, as menus have it."""
    return text in WORDS.set("columns")


def heads_list(text: str) -> bool:
    """Whether a line heads a list of other stories."""
    return WORDS.list_head.match(text) is not None


def is_buttons(text: str) -> bool:
    """Whether a line of a page holds nothing but the words of its buttons, and numbers between them."""
    buttons = WORDS.set("buttons")
    if 4 <= len(text) <= _LONGEST_RUN and _are_run_together(text, buttons):
        return True
    words = [word for word in _BETWEEN.split(text) if word]
    return (
        bool(words)
        and all(word in buttons or word.isdecimal() for word in words)
        and any(word in buttons for word in words)
    )


def _are_run_together(text: str, buttons: frozenset[str]) -> bool:
    """Whether a text is two buttons between which a page set no space."""
    return any(text[:at] in buttons and text[at:] in buttons for at in range(2, len(text) - 1))


def is_button_line(text: str) -> bool:
    """Whether a line of plain text can be nothing but buttons: several of their words, one with its count, or one that is no word besides."""
    if len(text) > 40:
        return False
    words = [word for word in _BETWEEN.split(text) if word and not word.isdecimal()]
    return (
        WORDS.counted.match(text) is not None
        or is_buttons(text)
        and (len(words) > 1 or text in WORDS.set("sure_buttons"))
    )
