"""YAML at the head of a document, and YAML sidecars: every scalar stays the text that was written.

The parser's events are built into plain strings, lists and mappings by hand: no object is ever constructed, `2021-10-04`, `no` and
`12:30` stay what they are, and depth, size and aliases are bounded.
"""
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from juanzong.index.records import Declared, Problem

MAX_FRONT_MATTER = 64 << 10
"""Characters."""
MAX_DEPTH = 12
_OPENING = re.compile(r"[ \t\n]*---[ \t]*\n")
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_KEY = re.compile(r"^[^\s#-][^\n:]{0,100}:(?:\s|$)", re.MULTILINE)
_FIELDS = {
    "title": ("title", "标题", "題名", "题名"),
    "date": ("date", "published", "pubdate", "publish_date", "publishdate", "日期", "发布日期", "发布时间"),
    "city": ("city", "城市", "place"),
    "agency": ("agency", "agencies", "发文机关", "发布机构"),
    "source": ("source", "来源", "media", "site"),
    "author": ("author", "authors", "作者"),
    "url": ("url", "link", "permalink", "original_url", "链接", "网址"),
}
_RANKS = {key: (name, rank) for name, keys in _FIELDS.items() for rank, key in enumerate(keys)}


class YamlError(ValueError):
    """YAML that cannot be read. `line` counts from 1 inside the text that was given."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """`body` is the text after the front matter, whose first line is line `first_line` of the text that was given."""

    body: str
    first_line: int = 1
    values: Mapping[str, str] = field(default_factory=dict)
    declared: Declared = Declared()
    problems: tuple[Problem, ...] = ()


def read_yaml(text: str) -> Any:
    """A YAML text as strings, lists and mappings with string keys; an empty scalar is None.

    Raises YamlError for what does not parse, is nested deeper than `MAX_DEPTH`, or uses aliases.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    root: list[Any] = []
    stack: list[list[Any]] = [root]
    shapes: list[type] = [list]
    try:
        for event in yaml.parse(text, Loader=loader):
            if isinstance(event, yaml.AliasEvent):
                raise YamlError("it uses an alias (*name), which is not read", _line_of(event))
            if isinstance(event, yaml.ScalarEvent):
                plain = event.style is None
                stack[-1].append(None if plain and event.value in ("", "~", "null", "Null", "NULL") else event.value)
            elif isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
                if len(stack) > MAX_DEPTH:
                    raise YamlError(f"it is nested deeper than {MAX_DEPTH} levels", _line_of(event))
                stack.append([])
                shapes.append(list if isinstance(event, yaml.SequenceStartEvent) else dict)
            elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
                items = stack.pop()
                stack[-1].append(items if shapes.pop() is list else {str(key): value for key, value in zip(items[::2], items[1::2], strict=True)})
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise YamlError(str(getattr(error, "problem", None) or "it does not parse"), mark.line + 1 if mark else 0) from error
    return root[0] if root else None


def _line_of(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


def flat(value: Any) -> str:
    """A value as one line of text: lists by commas, mappings as `key: value`."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(flat, value)))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {flat(item)}" for key, item in value.items())
    return "" if value is None else " ".join(str(value).split())


def several(value: Any) -> tuple[str, ...]:
    """The texts of a value that may be one or a list."""
    if not value:
        return ()
    items = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(text for text in map(flat, items) if text))


def declared_by(values: Mapping[str, Any]) -> Declared:
    """What front matter or a JSONL line declares, by the usual names of its keys; of two names for one thing the more usual one."""
    best: dict[str, tuple[int, Any]] = {}
    for key, value in values.items():
        name, rank = _RANKS.get(key) or _RANKS.get(str(key).strip().lower()) or ("", 0)
        if name and value and (name not in best or rank < best[name][0]) and flat(value):
            best[name] = rank, value
    found = {name: value for name, (_, value) in best.items()}
    title, date, source, author, url = (flat(found[name]) if name in found else None for name in ("title", "date", "source", "author", "url"))
    return Declared(title, date, several(found.get("city")), several(found.get("agency")), source, author, url)


def split_front_matter(text: str) -> FrontMatter:
    """Cut the front matter off a text. Blank lines may stand before it; what does not parse stays part of the text, with a problem.

    A rule of dashes that merely opens a text is not taken for front matter: a key must follow, and a closing line.
    """
    opening = _OPENING.match(text)
    if not opening:
        return FrontMatter(text)
    closing = _CLOSING.search(text, opening.end(), opening.end() + MAX_FRONT_MATTER)
    inside = text[opening.end():closing.start() if closing else opening.end() + MAX_FRONT_MATTER]
    if not _KEY.search(inside):
        return FrontMatter(text)
    start = text.count("\n", 0, opening.end())
    if not closing:
        return FrontMatter(text, problems=(Problem(
            "front_matter", f"The front matter is not closed within {MAX_FRONT_MATTER >> 10} KB. End it with a line of three dashes.", start),))
    try:
        values = read_yaml(inside)
    except YamlError as error:
        return FrontMatter(text, problems=(Problem(
            "front_matter", f"The front matter does not parse: {error}. Mend its YAML; until then it is read as text.", start + error.line),))
    if not isinstance(values, dict):
        return FrontMatter(text, problems=(Problem("front_matter", "The front matter is not a list of keys and values. Write `key: value` lines.", start),))
    body = text[closing.end() + 1:]
    return FrontMatter(body, text.count("\n", 0, closing.end()) + 2, {str(key): flat(value) for key, value in values.items()}, declared_by(values))
