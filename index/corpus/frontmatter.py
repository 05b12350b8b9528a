"""YAML at the head of a document, and YAML sidecars: every scalar stays the text that was written.

The parser's events are built into plain strings, lists and mappings by hand: no object is ever constructed, `2021-10-04`, `no` and
`12:30` stay what they are, and depth, size and aliases are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from juanzong.index.corpus.yamltext import YamlError, flat, read_yaml, several
from juanzong.index.records import Declared, Problem

MAX_FRONT_MATTER = 64 << 10
"""Characters."""
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


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """`body` is the text after the front matter, whose first line is line `first_line` of the text that was given."""

    body: str
    first_line: int = 1
    values: Mapping[str, str] = field(default_factory=dict)
    declared: Declared = Declared()
    problems: tuple[Problem, ...] = ()


def declared_by(values: Mapping[str, Any]) -> Declared:
    """What front matter or a JSONL line declares, by the usual names of its keys; of two names for one thing the more usual one."""
    best: dict[str, tuple[int, Any]] = {}
    for key, value in values.items():
        name, rank = _RANKS.get(key) or _RANKS.get(str(key).strip().lower()) or ("", 0)
        if name and value and (name not in best or rank < best[name][0]) and flat(value):
            best[name] = rank, value
    found = {name: value for name, (_, value) in best.items()}
    title, date, source, author, url = (
        flat(found[name]) if name in found else None for name in ("title", "date", "source", "author", "url")
    )
    return Declared(title, date, several(found.get("city")), several(found.get("agency")), source, author, url)


def split_front_matter(text: str) -> FrontMatter:
    """Cut the front matter off a text. Blank lines may stand before it; what does not parse stays part of the text, with a problem.

    A rule of dashes that merely opens a text is not taken for front matter: a key must follow, and a closing line.
    """
    opening = _OPENING.match(text)
    if not opening:
        return FrontMatter(text)
    closing = _CLOSING.search(text, opening.end(), opening.end() + MAX_FRONT_MATTER)
    inside = text[opening.end() : closing.start() if closing else opening.end() + MAX_FRONT_MATTER]
    if not _KEY.search(inside):
        return FrontMatter(text)
    start = text.count("\n", 0, opening.end())
    if not closing:
        return FrontMatter(
            text,
            problems=(
                Problem(
                    "front_matter",
                    f"The front matter is not closed within {MAX_FRONT_MATTER >> 10} KB. End it with a line of three dashes.",
                    start,
                ),
            ),
        )
    try:
        values = read_yaml(inside)
    except YamlError as error:
        return FrontMatter(
            text,
            problems=(
                Problem(
                    "front_matter",
                    f"The front matter does not parse: {error}. Mend its YAML; until then it is read as text.",
                    start + error.line,
                ),
            ),
        )
    if not isinstance(values, dict):
        return FrontMatter(
            text,
            problems=(
                Problem(
                    "front_matter",
                    "The front matter is not a list of keys and values. Write `key: value` lines.",
                    start,
                ),
            ),
        )
    body = text[closing.end() + 1 :]
    return FrontMatter(
        body,
        text.count("\n", 0, closing.end()) + 2,
        {str(key): flat(value) for key, value in values.items()},
        declared_by(values),
    )
