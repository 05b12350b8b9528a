"""What a source declares about a document by keys and values, under the names that people and programs use for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from juanzong.index.corpus.yamltext import flat, several
from juanzong.index.records import Declared

_FIELDS = {
    "title": ("title", "标题", "題名", "题名", "headline", "subject"),
    "date": (
        "date",
        "published",
        "pubdate",
        "publish_date",
        "publishdate",
        "pubtime",
        "publish_time",
        "publishtime",
        "published_at",
        "post_time",
        "news_date",
        "created_at",
        "create_time",
        "created",
        "datetime",
        "time",
        "日期",
        "发布日期",
        "发布时间",
        "时间",
        "发表时间",
        "发表日期",
    ),
    "city": ("city", "城市", "place"),
    "agency": ("agency", "agencies", "发文机关", "发布机构"),
    "source": (
        "source",
        "来源",
        "media",
        "site",
        "source_name",
        "media_name",
        "publisher",
        "newspaper",
        "account",
        "nickname",
        "公众号",
        "媒体",
        "来源媒体",
    ),
    "author": ("author", "authors", "作者"),
    "url": ("url", "link", "permalink", "original_url", "source_url", "href", "链接", "网址", "原文链接"),
}
FIELDS = {key: (name, rank) for name, keys in _FIELDS.items() for rank, key in enumerate(keys)}
"""For each name of a key what it declares, and how usual the name is."""
ENTRY = re.compile(r"(?P<key>[^\s#\-:=：\[\]{}][^\n:=：]{0,60}?)[ \t]*(?:[:：=])[ \t]*(?P<value>.*)$")
"""A line that gives a key and its value."""


def declared_by(values: Mapping[str, Any]) -> Declared:
    """What front matter or a JSONL line declares, by the usual names of its keys; of two names for one thing the more usual one."""
    best: dict[str, tuple[int, Any]] = {}
    for key, value in values.items():
        name, rank = FIELDS.get(key) or FIELDS.get(str(key).strip().lower()) or ("", 0)
        if name and value and (name not in best or rank < best[name][0]) and flat(value):
            best[name] = rank, value
    found = {name: value for name, (_, value) in best.items()}
    title, date, source, author, url = (
        flat(found[name]) if name in found else None for name in ("title", "date", "source", "author", "url")
    )
    return Declared(title, date, several(found.get("city")), several(found.get("agency")), source, author, url)


def by_lines(inside: str) -> dict[str, Any] | None:
    """Keys and values of a head that is not quite YAML, or TOML, line by line; None where other lines stand among them, or none of a known name."""
    values: dict[str, Any] = {}
    last = ""
    for line in inside.split("\n"):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
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
        quoted = len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'"
        values[last] = value[1:-1] if quoted else value
    return values if any(str(key).strip().lower() in FIELDS for key in values) else None
