"""What is kept of a document, an article and a paragraph beside its text: the same in a segment and in a cluster."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import orjson

from juanzong.index.divisions import district_of
from juanzong.index.periods import days_of, period_of
from juanzong.index.records import Article, Document, Paragraph
from juanzong.index.text.folding import fold

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def districts(paragraph: Paragraph) -> tuple[str, ...]:
    """The districts and counties that a paragraph itself names, each with its city: X市Y区."""
    if paragraph.kind == "boilerplate":
        return ()
    named = [m for m in paragraph.mentions if m.facet == "city" and m.basis == "district"]
    return tuple(dict.fromkeys(name for m in named if (name := district_of(m.value, fold(m.surface)))))


@lru_cache(4096)
def dated(date: str | None, not_before: str | None) -> tuple[int, int, int]:
    """The first and the last day and the month of an article's date, or of the day before which it was not published."""
    date = date if days_of(date)[0] else not_before
    return *days_of(date), period_of(date)


def clean(text: str) -> str:
    """Text that can be encoded: a lone surrogate becomes U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _LONE_SURROGATE.sub("\ufffd", text)
    return text


def is_title(article: Article, paragraph: Paragraph) -> bool:
    return paragraph.kind == "heading" and bool(article.title) and fold(article.title or "") == fold(paragraph.text)


def document_record(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "path": document.path,
        "line": document.line,
        "encoding": document.encoding,
        "format": document.format,
        "front_matter": dict(document.front_matter),
        "title": document.title,
        "url": document.declared.url,
        "source": document.declared.source,
        "unresolved": document.unresolved,
        "warnings": document.warnings,
        "container": document.container,
        "pages": document.pages,
        "pages_about": document.pages_about,
        "unread": document.unread,
    }


def article_record(article: Article) -> dict[str, Any]:
    published = {name: value for name, value in _fields(article.published).items() if value is not None}
    return {
        "id": article.id,
        "title": article.title,
        "kicker": article.kicker,
        "subtitle": article.subtitle,
        "byline": article.byline,
        "dateline": article.dateline,
        "source": article.source,
        "source_detail": article.source_detail,
        "published": published,
        "city": article.city,
        "agencies": article.agencies,
    }


def encoded(record: Mapping[str, Any]) -> bytes:
    """A record as JSON, without what is empty."""
    kept = {name: value for name, value in record.items() if value not in (None, "", 0, (), {})}
    try:
        return orjson.dumps(kept)
    except TypeError:
        # text that cannot be encoded
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":"), default=_fields).encode("utf-8", "replace")


def _fields(record: Any) -> dict[str, Any]:
    # asdict copies deeply, which costs ten times as much
    return {name: getattr(record, name) for name in record.__slots__}
