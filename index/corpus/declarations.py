"""What a source declares about a document by keys and values, under the names that people and programs use for them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from juanzong.index.corpus.yamltext import flat, several
from juanzong.index.records import Declared

_FIELDS = {
    "title": (
        "title",
        "标题",
        "標題",
        "題名",
        "题名",
        "headline",
        "subject",
        "article_title",
        "news_title",
        "文章标题",
        "名称",
    ),
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
        "publishedat",
        "publish_at",
        "published_time",
        "pubdatetime",
        "pub_date",
        "pub_time",
        "release_date",
        "releasedate",
        "release_time",
        "issue_date",
        "issuedate",
        "post_date",
        "posted",
        "post_time",
        "news_date",
        "created_at",
        "create_time",
        "created",
        "createdat",
        "createtime",
        "create_date",
        "created_time",
        "ctime",
        "datetime",
        "timestamp",
        "time",
        "日期",
        "发布日期",
        "发布时间",
        "时间",
        "发表时间",
        "发表日期",
        "发布于",
        "发表于",
        "公开日期",
        "刊登日期",
        "出版日期",
        "成文日期",
        "发信站",
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
        "account_name",
        "nickname",
        "screen_name",
        "channel_name",
        "公众号",
        "媒体",
        "来源媒体",
    ),
    "author": ("author", "authors", "作者", "发信人"),
    "url": ("url", "link", "permalink", "original_url", "source_url", "href", "链接", "网址", "原文链接"),
}
FIELDS = {key: (name, rank) for name, keys in _FIELDS.items() for rank, key in enumerate(keys)}
"""For each name of a key what it declares, and how usual the name is."""
_DEEPER = 100
"""How much less usual the name of a key is inside another value."""
_DEVICE = re.compile(r"weibo\.com|微博|iPhone|iPad|Android|HUAWEI|网页版|^.{0,8}客户端$", re.IGNORECASE)
_WRAPPED = ("$date", "name", "#text", "_text")
"""Keys under which exporters put the one value of a mapping."""
_SECTION = re.compile(r"\[{1,2}[\w.-]{1,60}\]{1,2}$")
ENTRY = re.compile(r"(?P<key>[^\s#\-:=：\[\]{}][^\n:=：]{0,60}?)[ \t]*(?:[:：=])[ \t]*(?P<value>.*)$")
"""A line that gives a key and its value."""


def declared_by(values: Mapping[str, Any]) -> Declared:
    """What front matter or a JSONL line declares, by the usual names of its keys; of two names for one thing the more usual one."""
    best: dict[str, tuple[int, Any]] = {}
    for depth, key, value in _entries(values):
        name, rank = FIELDS.get(key) or FIELDS.get(str(key).strip().lower()) or ("", 0)
        if name == "source" and _DEVICE.search(flat(value)):
            # posts say there with what they were sent
            rank += _DEEPER
        rank += depth * _DEEPER
        if name and value and (name not in best or rank < best[name][0]) and flat(value):
            best[name] = rank, value
    found = {name: value for name, (_, value) in best.items()}
    title, date, source, author, url = (
        flat(found[name]) if name in found else None for name in ("title", "date", "source", "author", "url")
    )
    return Declared(title, date, several(found.get("city")), several(found.get("agency")), source, author, url)


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
    return values if any(str(key).strip().lower() in FIELDS for key in values) else None
