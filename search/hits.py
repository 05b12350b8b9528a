"""Matches made into what a reader sees: texts with marks, facts, snippets, whole documents."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from index.arrays import Array
from index.segment import Segment
from search import address
from search.marks import Needle, find_marks
from search.neighbours import duplicates, others_in_article
from search.request import SearchRequest
from search.result import ArticleView, DocumentView, Hit, ParagraphView
from search.snapshot import Snapshot
from search.snippets import snippet


class Display:
    """Shows matches of one request over one snapshot. Articles and documents are read once a page."""

    def __init__(self, snapshot: Snapshot, request: SearchRequest, needles: Sequence[Needle]) -> None:
        self._snapshot, self._request, self._needles = snapshot, request, needles
        self._articles: dict[tuple[str, int], dict[str, Any]] = {}
        self._documents: dict[tuple[str, int], dict[str, Any]] = {}

    def _article(self, segment: Segment, number: int) -> dict[str, Any]:
        key = (segment.name, number)
        if key not in self._articles:
            self._articles[key] = segment.article(number)
        return self._articles[key]

    def _document(self, segment: Segment, number: int) -> dict[str, Any]:
        key = (segment.name, number)
        if key not in self._documents:
            self._documents[key] = segment.document(number)
        return self._documents[key]

    def hit(self, segment: Segment, paragraph: int, score: float, others: int = 0, same: int = 0) -> Hit:
        text = segment.text(paragraph)
        marks = find_marks(text, self._needles) if self._needles else []
        article = self._article(segment, int(segment.column("article")[paragraph]))
        document = self._document(segment, int(segment.column("document")[paragraph]))
        identifier = paragraph_id(segment, paragraph)
        date, basis = shown_date(article["published"])
        return Hit(
            id=identifier, doc=document["id"], article=article["id"], title=article["title"] or document["title"], source=article["source"],
            kind=segment.kind(paragraph), seq=int(segment.column("seq")[paragraph]), text=text, marks=marks, snippet=snippet(text, marks),
            city=segment.facets["city"].values(paragraph), agency=segment.facets["agency"].values(paragraph), date=date, date_basis=basis,
            mentioned_dates=segment.mentioned(paragraph, "date"), score=score, url=address.document_url(document["id"], identifier, self._request),
            path=document["path"], articles_other=others, duplicates=same, byline=article["byline"], declared_url=document["url"],
        )

    def page(self, hits: Sequence[tuple[Segment, int, float]], matches: dict[str, Array]) -> list[Hit]:
        """The hits of a page, given as segment, paragraph and score, among all matches by segment."""
        others: dict[tuple[str, int], tuple[int, int]] = {}
        for segment in {segment.name: segment for segment, _, _ in hits}.values():
            docs = matches[segment.name]
            own = np.array([paragraph for of, paragraph, _ in hits if of is segment], docs.dtype)
            for paragraph, *counts in zip(own.tolist(), others_in_article(segment, docs, own), duplicates(self._snapshot, matches, segment, own)):
                others[segment.name, paragraph] = (counts[0], counts[1])
        return [self.hit(segment, paragraph, score, *others[segment.name, paragraph]) for segment, paragraph, score in hits]

    def document(self, segment: Segment, number: int) -> DocumentView:
        document = self._document(segment, number)
        articles: dict[int, ArticleView] = {}
        for place in segment.document_paragraphs(number):
            of = int(segment.column("article")[place])
            if of not in articles:
                articles[of] = self._article_view(segment, of)
            articles[of].paragraphs.append(self._paragraph_view(segment, place))
        return DocumentView(
            id=document["id"], path=document["path"], line=document["line"], title=document["title"], source=document["source"], format=document["format"],
            encoding=document["encoding"], url=document["url"], warnings=document["warnings"], articles=list(articles.values()), index=self._snapshot.info)

    def _article_view(self, segment: Segment, number: int) -> ArticleView:
        article = self._article(segment, number)
        date, basis = shown_date(article["published"])
        return ArticleView(
            id=article["id"], title=article["title"], kicker=article["kicker"], subtitle=article["subtitle"], byline=article["byline"],
            source=article["source"], date=date, date_precision=article["published"].get("precision"), date_basis=basis,
            city=article["city"]["value"] if article["city"] else None, city_fact=article["city"], agencies=[f["value"] for f in article["agencies"]],
            paragraphs=[])

    def _paragraph_view(self, segment: Segment, place: int) -> ParagraphView:
        text = segment.text(place)
        return ParagraphView(
            id=paragraph_id(segment, place), seq=int(segment.column("seq")[place]), kind=segment.kind(place), text=text,
            marks=find_marks(text, self._needles) if self._needles else [], city=segment.facets["city"].values(place),
            agency=segment.facets["agency"].values(place), mentions=[asdict(mention) for mention in segment.mentions(place)],
            joins=[asdict(join) for join in segment.joins(place)], flags=segment.facets["flags"].values(place),
            source_lines=(int(segment.column("first_line")[place]), int(segment.column("last_line")[place])))


def paragraph_id(segment: Segment, paragraph: int) -> str:
    return f"{int(segment.column('id')[paragraph]):016x}"


def shown_date(published: dict[str, Any]) -> tuple[str | None, str | None]:
    """The date that stands for an article, and where it comes from: publication, or the latest event told of."""
    date = published.get("date")
    if date and not date.startswith("-"):
        return date, published.get("basis")
    event = published.get("not_before")
    if event and not event.startswith("-"):
        return event, "latest_event"
    return None, None
