"""Fields at the head of a plain text: 标题：…, Date: …, one a line, as crawlers and clipping tools write them."""

from __future__ import annotations

from typing import Any

from juanzong.index.corpus.declarations import ENTRY, FIELDS, declared_by
from juanzong.index.records import Declared

_TEXT = frozenset(("正文", "内容", "content", "text", "body"))
_KEYS = (
    frozenset(FIELDS)
    | _TEXT
    | frozenset(("编辑", "责任编辑", "栏目", "关键词", "关键字", "tags", "标签", "category", "分类", "id", "编号"))
)
_MOST_LINES = 14
_LONGEST = 300


def head_fields(text: str) -> tuple[Declared, int]:
    """What the first lines of a text declare where they are fields, and how many lines they take; (Declared(), 0) where they are none.

    A title and one more of day, source and address must be among them.
    """
    values: dict[str, Any] = {}
    taken = 0
    for at, line in enumerate(text.split("\n", _MOST_LINES)[:_MOST_LINES], 1):
        stripped = line.strip(" \t\u3000\ufeff")
        if not stripped:
            if values and at - taken > 1:
                break
            continue
        entry = ENTRY.match(stripped)
        key = entry["key"].strip().lower() if entry else ""
        if not entry or key not in _KEYS or len(stripped) > _LONGEST:
            break
        if key in _TEXT:
            taken = at if not entry["value"].strip() else taken
            break
        taken = at
        values[key] = entry["value"].strip()
    declared = declared_by(values)
    more = sum(value is not None for value in (declared.date, declared.source, declared.url))
    return (declared, taken) if declared.title and more else (Declared(), 0)
