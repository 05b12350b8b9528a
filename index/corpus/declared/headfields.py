"""Fields at the head of a plain text: 标题：…, Date: …, one a line, as crawlers and clipping tools write them."""

from __future__ import annotations

import re
from typing import Any

from juanzong.index.corpus.declared.declarations import ENTRY, declared_by, field_names, plain_key
from juanzong.index.datafiles import Words
from juanzong.index.records import Declared

WORDS = Words("page_words.yaml")
_BRACKETED = re.compile(r"[【\[](?P<key>[^】\]]{1,8})[】\]][ \t]*[:：]?[ \t]*(?P<value>.*)$")
_HEADING = re.compile(r"#[ \t]+(?P<title>[^\n]{1,200})$")
_ENDS = 1500
"""Characters at either end of a text in which it gives its address."""
_MOST_LINES = 14
_LONGEST = 300


def address_in(text: str) -> str | None:
    """The address that the first or the last lines of a text give as their own: 原文链接：…"""
    for part in (text[:_ENDS], text[-_ENDS:]):
        if found := WORDS.own_address.search(part):
            return found["url"]
    return None


def head_fields(text: str) -> tuple[Declared, int]:
    """What the first lines of a text declare where they are fields, and how many lines they take; (Declared(), 0) where they are none.

    A title and one more of day, source and address must be among them; the title may be the heading above them, and is left to stand.
    """
    values: dict[str, Any] = {}
    taken = last = 0
    headed = False
    for at, line in enumerate(text.split("\n", _MOST_LINES)[:_MOST_LINES], 1):
        stripped = line.strip(" \t\u3000\ufeff")
        if not stripped:
            if values and at - last > 1:
                break
            continue
        if at == 1 and (heading := _HEADING.match(stripped)):
            values["title"], headed = heading["title"].strip(), True
            last = at
            continue
        if headed and not taken and WORDS.above_fields.match(stripped):
            last = at
            continue
        stripped = stripped.removeprefix("- ").removeprefix("* ").lstrip() if headed else stripped
        entry = _BRACKETED.match(stripped) or ENTRY.match(stripped)
        key = plain_key(entry["key"]) if entry else ""
        if not entry or key not in field_names() or len(stripped) > _LONGEST:
            break
        if field_names()[key][0] == "text":
            taken = at if not entry["value"].strip() else taken
            break
        taken = last = at
        values.setdefault(key, entry["value"].strip())
    declared = declared_by(values)
    if headed and not taken:
        return Declared(), 0
    more = sum(value is not None for value in (declared.date, declared.source, declared.url))
    return (declared, taken) if declared.title and more else (Declared(), 0)
