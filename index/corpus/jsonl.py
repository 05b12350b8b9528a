"""JSONL: one document a line, with `id, title, text` and what it declares."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from juanzong.index.corpus.declared.declarations import declared_by
from juanzong.index.corpus.declared.yamltext import flat
from juanzong.index.corpus.encoding.decoding import clean
from juanzong.index.corpus.lines import MAX_LINES, Line
from juanzong.index.corpus.markup.html import markup_lines
from juanzong.index.corpus.markup.inline import bare, unescaped
from juanzong.index.records import Declared, Problem

# what only a text that was cut out of a page holds
_TAGS = re.compile(
    r"</?(?:p|br|div|span|img|section|strong|em|h[1-6]|li|ul|ol|td|tr|table|a)(?:\s[^<>]{0,1000})?/?>", re.IGNORECASE
)
_ESCAPED_TAGS = re.compile(r"&lt;/?(?:p|br|div|span|img|section|strong|li|h[1-6])\b", re.IGNORECASE)
# line ends that were escaped twice
_ESCAPED_ENDS = re.compile(r"(?:\\r)?\\n(?![A-Za-z])")
_OTHER_ENDS = re.compile(rb"\xe2\x80[\xa8\xa9]|\xc2\x85")
_REFERENCE = re.compile(r"&(?:nbsp|[lr][sd]quo|quot|hellip|middot|mdash|ensp|emsp|amp|#\d{2,5});")


@dataclass(frozen=True, slots=True)
class JsonlRow:
    """One line of a JSONL file: its own id (or None), its lines, what it declares. A broken line has a problem and no text."""

    line: int
    id: str | None
    lines: tuple[Line, ...]
    declared: Declared
    problems: tuple[Problem, ...] = ()


def plain_ends(data: bytes) -> bytes:
    """The bytes of a JSONL file in which a string may hold other marks that end a line (U+2028, U+2029, U+0085): as the escape of a plain one."""
    if not _OTHER_ENDS.search(data):
        return data
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return data
    return _OTHER_ENDS.sub(rb"\\n", data)


def entries(text: str, first_line: int) -> Iterator[JsonlRow]:
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


def _broken(number: int, message: str) -> JsonlRow:
    return JsonlRow(number, None, (), Declared(), (Problem("jsonl", message, number),))


def _entry(value: dict[str, Any], number: int) -> JsonlRow:
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
    lines = _lines(clean(text), number)
    declared = declared_by({key: _plain(item) for key, item in value.items() if item and key != "text"})
    if declared.title and ("<" in declared.title or "&" in declared.title):
        declared = replace(declared, title=" ".join(unescaped(bare(declared.title)).split()) or None)
    return JsonlRow(number, clean(identity)[:200] or None, lines, declared, problems)


def _lines(text: str, number: int) -> tuple[Line, ...]:
    if "&lt;" in text and len(_ESCAPED_TAGS.findall(text[:20_000])) >= 2:
        text = unescaped(text)
    if "\\n" in text and "\n" not in text:
        text = _ESCAPED_ENDS.sub("\n", text)
    if "<" in text and (len(_TAGS.findall(text[:20_000])) >= 2 or _TAGS.match(text)):
        lines, _, _ = markup_lines(text)
        for line in lines:
            line.number = number
        return tuple(lines)
    if "&" in text and _REFERENCE.search(text):
        text = unescaped(text)
    return tuple(Line(stripped, number, 0) for part in text.split("\n", MAX_LINES) if (stripped := part.strip()))


def _plain(value: Any) -> Any:
    """Values of the shapes that a declaration may have; anything deeper is left out."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [clean(flat(item)) for item in value[:100] if not isinstance(item, (list, dict))]
    if isinstance(value, dict):
        # exporters of databases wrap a value twice: {"$date": {"$numberLong": "…"}}
        told = {
            key: next(iter(item.values())) if isinstance(item, dict) and len(item) == 1 else item
            for key, item in value.items()
        }
        return {str(key): clean(str(item)) for key, item in told.items() if isinstance(item, (str, int))}
    return clean(flat(value))
