"""Rows as what a reader sees: hits with marks and snippets, whole documents."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from juanzong.search import address
from juanzong.search.answer.boxes import boxes_of
from juanzong.search.answer.documents import article_view, document_view, shown_date
from juanzong.search.answer.hits import STREAMED
from juanzong.search.answer.result import ArticleView, DocumentView, Hit, ParagraphView
from juanzong.search.answer.snippets import opening, snippet
from juanzong.search.engines.opensearch.scores import ScoredRow
from juanzong.search.language.needles import Needle, marks_of, similar_surfaces
from juanzong.search.request import SearchRequest

Json = dict[str, Any]
NONE: Mapping[str, int] = {}
# what a hit is made of
HIT = (
    "id",
    "document",
    "article",
    "kind",
    "seq",
    "same",
    "is_title",
    "city",
    "agency",
    "source",
    "text",
    "title_text",
    "first_day",
    "added",
    "shown",
    "facts.boxes",
    "facts.boxes",
)


def hits(
    entries: Sequence[ScoredRow],
    request: SearchRequest,
    needles: Sequence[Needle],
    others: Mapping[str, int] = NONE,
    copies: Mapping[str, int] = NONE,
) -> list[Hit]:
    """Rows as hits. `others` are the matches in each article, `copies` those in each group of near-duplicates."""
    found = []
    texts = [entry.row["text"] for entry in entries]
    found_marks = marks_of(texts, needles)
    similar = similar_surfaces(texts, found_marks, needles)
    for entry, marks, alike in zip(entries, found_marks, similar):
        row, text = entry.row, entry.row["text"]
        shown = row["shown"]
        date, basis = shown_date(shown["published"])
        found.append(
            Hit(
                row["id"],
                row["document"],
                row["article"],
                shown.get("title"),
                row.get("source"),
                row["kind"],
                row["seq"],
                text,
                marks,
                snippet(text, marks),
                row.get("city", []),
                row.get("agency", []),
                date,
                basis,
                shown.get("dates", []),
                entry.score,
                address.document_url(row["document"], row["id"], request),
                shown["path"],
                max(0, others.get(row["article"], 1) - 1),
                max(0, copies.get(row.get("same", ""), 1) - 1),
                shown.get("byline"),
                shown.get("url"),
                (shown["pages"][0], shown["pages"][1]),
                shown["pages_about"],
                tuple(shown["flags"]),
                datetime.date.fromordinal(row["added"]).isoformat() if row.get("added") else None,
                similar=alike,
                opening=_opening(shown),
                source_detail=shown.get("source_detail"),
                boxes=boxes_of(text, marks, row.get("facts", {}).get("boxes", ())),
            )
        )
    return found


def _opening(shown: Json) -> str | None:
    """How an article opens that has no title."""
    return opening(shown["opening"]) if not shown.get("title") and shown.get("opening") else None


def stream(entries: Iterable[ScoredRow], request: SearchRequest, needles: Sequence[Needle]) -> Iterator[Hit]:
    """Any number of hits, a few at a time, without what stands beside them."""
    entries = iter(entries)
    while some := list(islice(entries, STREAMED)):
        yield from hits(some, request, needles)


def document(record: Json, rows: Sequence[Json], needles: Sequence[Needle], info: Mapping[str, Any]) -> DocumentView:
    """A document with its paragraphs in order."""
    articles = {article["id"]: article for article in record["articles"]}
    views: dict[str, ArticleView] = {}
    texts = [row["text"] for row in rows]
    found_marks = marks_of(texts, needles)
    for row, marks, alike in zip(rows, found_marks, similar_surfaces(texts, found_marks, needles)):
        if row["article"] not in views:
            views[row["article"]] = article_view(articles[row["article"]])
        views[row["article"]].paragraphs.append(_paragraph(row, marks, alike))
    return document_view(record, list(views.values()), info)


def _paragraph(row: Json, marks: list[tuple[int, int]], similar: tuple[str, ...]) -> ParagraphView:
    facts = row["facts"]
    return ParagraphView(
        id=row["id"],
        seq=row["seq"],
        kind=row["kind"],
        text=row["text"],
        marks=marks,
        city=row.get("city", []),
        agency=row.get("agency", []),
        mentions=facts.get("mentions", []),
        joins=facts.get("joins", []),
        flags=row["shown"]["flags"],
        source_lines=tuple(facts["lines"]),
        pages=tuple(facts.get("pages", ())),
        boxes=tuple(map(tuple, facts.get("boxes", ()))),
        similar=similar,
    )
