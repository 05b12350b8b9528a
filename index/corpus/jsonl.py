"""JSONL: one document a line, with `id, title, text` and what it declares."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from juanzong.index.corpus.decoding import clean
from juanzong.index.corpus.frontmatter import declared_by
from juanzong.index.corpus.lines import MAX_LINES, Line
from juanzong.index.corpus.yamltext import flat
from juanzong.index.records import Declared, Problem


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a JSONL file: its own id (or None), its lines, what it declares. A broken line has a problem and no text."""

    line: int
    id: str | None
    lines: tuple[Line, ...]
    declared: Declared
    problems: tuple[Problem, ...] = ()


def entries(text: str, first_line: int) -> Iterator[Entry]:
    """The documents of a run of lines. A broken line gives an entry with its problem; empty lines give none."""
    for number, raw in enumerate(text.split("\n"), first_line):
        if not raw.strip():
            continue
        try:
            value = json.loads(raw)
        except (ValueError, RecursionError) as error:
            reason = getattr(error, "msg", None) or "it is too deep or too large"
            yield _broken(number, f"Line {number} is not JSON ({reason}). Write one object a line.")
            continue
        if not isinstance(value, dict):
            yield _broken(number, f"Line {number} is not a JSON object. Write an object with `id`, `title` and `text`.")
            continue
        yield _entry(value, number)


def _broken(number: int, message: str) -> Entry:
    return Entry(number, None, (), Declared(), (Problem("jsonl", message, number),))


def _entry(value: dict[str, Any], number: int) -> Entry:
    text = value.get("text")
    problems: tuple[Problem, ...] = ()
    if isinstance(text, list) and all(isinstance(part, str) for part in text):
        text = "\n".join(text)
    elif not isinstance(text, str):
        problems = (
            (Problem("jsonl", f"Line {number} has no text. Give `text` as a string.", number),)
            if text is not None or "text" not in value
            else ()
        )
        text = ""
    own = value.get("id")
    identity = str(own).strip() if isinstance(own, (str, int)) and not isinstance(own, bool) else ""
    # a number too long for text, a null, an object: the line then gets an id from its place
    lines = tuple(
        Line(stripped, number, 0) for part in clean(text).split("\n", MAX_LINES) if (stripped := part.strip())
    )
    declared = declared_by({key: _plain(item) for key, item in value.items() if item and key != "text"})
    return Entry(number, clean(identity)[:200] or None, lines, declared, problems)


def _plain(value: Any) -> Any:
    """Values of the shapes that a declaration may have; anything deeper is left out."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [clean(flat(item)) for item in value[:100] if not isinstance(item, (list, dict))]
    return None if isinstance(value, dict) else clean(flat(value))
