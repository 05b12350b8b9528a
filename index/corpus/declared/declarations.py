"""What a source declares about a document by keys and values, under the names that people and programs use for them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

from juanzong.index.corpus.declared.media import medium
from juanzong.index.corpus.declared.yamltext import flat, several
from juanzong.index.datafiles import Words, rows
from juanzong.index.records import Declared

WORDS = Words("page_words.yaml")
_DEEPER = 100
"""How much less usual the name of a key is inside another value."""
_WRAPPED = ("$date", "name", "#text", "_text")
"""Keys under which exporters put the one value of a mapping."""
_ADDRESS = re.compile(r"https?://\S+$")
_CHANGED = re.compile(r"updat|modif|last_?mod|修改|更新")
_BETWEEN_WORDS = re.compile(r"[\s_-]+")
_SECTION = re.compile(r"\[{1,2}[\w.-]{1,60}\]{1,2}$")
ENTRY = re.compile(r"(?P<key>[^\s#\-:=：\[\]{}][^\n:=：]{0,60}?)[ \t]*(?:::|[:：=])[ \t]*(?P<value>.*)$")
"""A line that gives a key and its value."""


@lru_cache(maxsize=1024)
def plain_key(key: object) -> str:
    """The name of a field without case, spaces and the marks between its words."""
    return _BETWEEN_WORDS.sub("", str(key).lower())


@cache
def field_names() -> Mapping[str, tuple[str, int]]:
    """For each plain name of a field what it declares, and its rank among the names of that field, the most usual first."""
    ranks: Counter[str] = Counter()
    names: dict[str, tuple[str, int]] = {}
    for _, row in rows("field_names.csv", ("field", "name")):
        names.setdefault(plain_key(row["name"]), (row["field"], ranks[row["field"]]))
        ranks[row["field"]] += 1
    return names


@cache
def _declaring() -> Mapping[str, tuple[str, int]]:
    return {name: field for name, field in field_names().items() if field[0] not in ("text", "other")}


def declared_by(values: Mapping[str, Any]) -> Declared:
    """What front matter or a JSONL line declares, by the usual names of its keys; of two names for one thing the more usual one."""
    best: dict[str, tuple[int, Any]] = {}
    for depth, key, value in _entries(values):
        name, rank = _declaring().get(plain_key(key), ("", 0))
        if name == "source" and WORDS.device.search(flat(value)):
            # posts say there with what they were sent
            rank += 2 * _DEEPER
        rank += depth * _DEEPER
        if name and value and (name not in best or rank < best[name][0]) and flat(value):
            best[name] = rank, value
    found = {name: value for name, (_, value) in best.items()}
    title, date, source, author, url, site = (
        flat(found[name]) if name in found else None for name in ("title", "date", "source", "author", "url", "site")
    )
    site = site if site and medium(site) else None
    url = url or (source if source and _ADDRESS.match(source) else None)
    updated = None
    if url and date and _is_clipped(values):
        date, updated = None, date
    return Declared(
        title, date, several(found.get("city")), several(found.get("agency")), source, author, url, site, updated
    )


def _is_clipped(values: Mapping[str, Any]) -> bool:
    """Whether the only days are those on which a note of a page was made and changed: they say nothing of the page."""
    keys = [key for key in map(plain_key, values) if _declaring().get(key, ("",))[0] == "date" or _CHANGED.match(key)]
    return any(map(_CHANGED.match, keys)) and all(key.startswith("creat") or _CHANGED.match(key) for key in keys)


def _entries(values: Mapping[str, Any]) -> Iterator[tuple[int, str, Any]]:
    """Keys and values with their depth, of a mapping and of those directly in it; a mapping that wraps one value or names something is that value."""
    for key, value in values.items():
        if not isinstance(value, Mapping):
            yield 0, key, value
        elif told := next((value[name] for name in _WRAPPED if isinstance(value.get(name), (str, int))), None):
            yield 0, key, told
        else:
            for name, inner in value.items():
                if not isinstance(inner, (Mapping, list)):
                    yield 1, name, inner


def by_lines(inside: str) -> dict[str, Any] | None:
    """Keys and values of a head that is not quite YAML, or TOML, line by line; None where other lines stand among them, or none of a known name."""
    values: dict[str, Any] = {}
    last = ""
    within = False
    for line in inside.split("\n"):
        stripped = line.strip()
        if within:
            # the lines of a list in brackets
            within = "]" not in stripped
            continue
        if not stripped or stripped.startswith("#") or _SECTION.match(stripped):
            continue
        if last and (line[0] in " \t" or stripped.startswith("- ")):
            more = stripped.removeprefix("- ").strip("\"'")
            values[last] = [*(values[last] if isinstance(values[last], list) else filter(None, [values[last]])), more]
            continue
        entry = ENTRY.match(stripped)
        if not entry:
            return None
        last = entry["key"].strip()
        value = entry["value"].strip()
        within = value == "["
        quoted = len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'"
        values.setdefault(last, value[1:-1] if quoted else value)
    return values if any(plain_key(key) in _declaring() for key in values) else None
