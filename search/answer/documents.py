"""Records of documents and articles as they are shown, the same from either engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from juanzong.search.answer.result import ArticleView, DocumentView


def document_view(record: Mapping[str, Any], articles: list[ArticleView], info: Mapping[str, Any]) -> DocumentView:
    """A stored document with its articles; `info` says of which index."""
    return DocumentView(
        id=record["id"],
        path=record["path"],
        line=record["line"],
        title=record["title"],
        source=record["source"],
        format=record["format"],
        encoding=record["encoding"],
        url=record["url"],
        warnings=record["warnings"],
        articles=articles,
        index=info,
        container=record["container"],
        pages=record["pages"],
        pages_about=record["pages_about"],
        unread=tuple(record["unread"]),
    )


def article_view(record: Mapping[str, Any]) -> ArticleView:
    """A stored article, its paragraphs still to come."""
    date, basis = shown_date(record["published"])
    return ArticleView(
        id=record["id"],
        title=record["title"],
        kicker=record["kicker"],
        subtitle=record["subtitle"],
        byline=record["byline"],
        source=record["source"],
        source_detail=record.get("source_detail"),
        date=date,
        date_precision=record["published"].get("precision"),
        date_basis=basis,
        city=record["city"]["value"] if record["city"] else None,
        city_fact=record["city"],
        agencies=[fact["value"] for fact in record["agencies"]],
        paragraphs=[],
    )


def shown_date(published: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """The date that stands for an article, and where it comes from: publication, or the latest event told of."""
    date = published.get("date")
    if date and not date.startswith("-"):
        return date, published.get("basis")
    event = published.get("not_before")
    if published.get("basis") != "not_before" and event and not event.startswith("-"):
        return event, "latest_event"
    return None, None
