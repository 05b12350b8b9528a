"""The document page as its template needs it: every mark numbered, every fact with where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from juanzong.index.ranges import ranges
from juanzong.search import DocumentView, SearchRequest
from juanzong.search.address import escaped
from juanzong.search.answer.boxes import mark_boxes
from juanzong.search.answer.result import ArticleView, ParagraphView
from juanzong.search.answer.snippets import opening
from juanzong.web.language import Language
from juanzong.web.markup import is_traditional, marked, merged, visible
from juanzong.web.views.facsimile import DRAWN, NOWHERE, Facsimile, Found, ReadersPlace, at
from juanzong.web.views.facts import ShownFact, line
from juanzong.web.views.hits import pages_said
from juanzong.web.views.links import PageAddresses, is_asked
from juanzong.web.views.phrases import bold


@dataclass(frozen=True, slots=True)
class Grounds:
    """A fact and, as a sentence, where it comes from."""

    facet: str
    value: str
    says: Markup


@dataclass(frozen=True, slots=True)
class ShownParagraph:
    """A paragraph with the numbers of its first and last mark, 0 where it has none. `seq` counts from 1 here."""

    id: str
    seq: int
    kind: str
    text: Markup
    lang: str
    is_title: bool
    first: int
    last: int
    facts: list[Grounds]
    why_url: str | None
    pages: str


@dataclass(frozen=True, slots=True)
class ShownArticle:
    """An article; `opening` is how one without a title begins."""

    id: str
    title: str | None
    opening: str | None
    separate_title: bool
    facts_first: bool
    lines: list[str]
    facts: Markup
    grounds: list[Grounds]
    paragraphs: list[ShownParagraph]
    hits: int


def _same(a: str | None, b: str | None) -> bool:
    return "".join((a or "").split()) == "".join((b or "").split())


class DocumentPage:
    """A document, its hits numbered through from 1."""

    def __init__(
        self,
        document: DocumentView,
        asked: SearchRequest,
        t: Language,
        json_url: str,
        sources: bool = False,
        place: ReadersPlace = NOWHERE,
    ) -> None:
        """`sources`: the file that was read may be downloaded, and its pages be looked at; `place` is where in it the reader is."""
        self.document, self.t, self.json_url = document, t, json_url
        self._address = PageAddresses(asked)
        self.asked = bool(asked.q.strip())
        self.file_url = f"/source/{quote(document.id, safe='')}" if sources else None
        self.id, self.path, self.source = document.id, document.path, document.source
        self.format, self.encoding = document.format, document.encoding
        self.pages, self.unread = document.pages, ranges(document.unread)
        self.source_url = document.url if document.url and document.url.startswith(("http://", "https://")) else None
        self.warnings = [str(problem["message"]) for problem in document.warnings]
        self.back_url = self._address() if is_asked(asked) else "/"
        self.hits = self.hit_paragraphs = 0
        self._drawn = sources and document.pages > 0 and document.format in DRAWN
        self._found: list[Found] = []
        self.articles = [self._article(article) for article in document.articles]
        self.sheet = self._facsimile(place) if self._drawn else None

    @property
    def title(self) -> str:
        return self.document.title or self.path

    @property
    def heading(self) -> str | None:
        """A title of the page apart from the articles' own: where there are several, or where the only one has none."""
        if len(self.articles) == 1:
            return None if any(p.is_title for p in self.articles[0].paragraphs) else self.title
        title = self.document.title
        own = title and not any(_same(title, article.title) for article in self.articles)
        return title if own else self.path.rsplit("/", 1)[-1]

    def _facsimile(self, place: ReadersPlace) -> Facsimile:
        lines = {p.id: p.boxes for article in self.document.articles for p in article.paragraphs if p.boxes}
        return Facsimile(self.document, place, self._found, lines, self._address.state, self.t)

    def hit_url(self, number: int) -> str:
        """A hit of this page; with the image of its page where there is one."""
        if self.sheet is None:
            return f"#hit-{number}"
        state = self._address.state
        return f"{at(escaped(self.id), state)}{'&' if state else '?'}hit={number}#hit-{number}"

    def _article(self, article: ArticleView) -> ShownArticle:
        before = self.hits
        title = next((p.id for p in article.paragraphs if p.kind == "heading" and _same(p.text, article.title)), None)
        paragraphs = [self._paragraph(p, p.id == title) for p in article.paragraphs]
        lines = [
            line
            for line in (article.subtitle, article.byline)
            if line and not any(_same(line, p.text) for p in article.paragraphs)
        ]
        return ShownArticle(
            id=article.id,
            title=article.title,
            opening=None if article.title else next((opening(p.text) for p in article.paragraphs), None),
            separate_title=bool(article.title) and title is None and len(self.document.articles) > 1,
            facts_first=title is None,
            lines=lines,
            facts=line(self._facts(article), self.t),
            grounds=list(self._grounds(article)),
            paragraphs=paragraphs,
            hits=self.hits - before,
        )

    def _facts(self, article: ArticleView) -> Iterator[ShownFact]:
        if article.date:
            yield ShownFact("date", article.date, article.date_basis)
        source = " · ".join(filter(None, (article.source, article.source_detail)))
        for value in (source, article.city, *article.agencies):
            if value:
                yield ShownFact("value", value)

    def _grounds(self, article: ArticleView) -> Iterator[Grounds]:
        t = self.t
        if article.date and article.date_basis:
            yield Grounds("date", t.date(article.date), t("grounds.basis", basis=t.basis(article.date_basis)))
        if article.city_fact:
            yield Grounds("city", str(article.city_fact["value"]), self._says(article.city_fact))

    def _says(self, fact: Mapping[str, Any]) -> Markup:
        """Where a fact was read, by which rule, and how sure it is."""
        t = self.t
        basis = t.basis(str(fact["basis"]))
        said = (
            t("grounds.surface", surface=bold(visible(str(fact["surface"]))), basis=basis)
            if fact["surface"]
            else t("grounds.basis", basis=basis)
        )
        sure = fact.get("confidence", 1.0)
        if fact.get("rule"):
            said += t("grounds.rule", rule=visible(str(fact["rule"])))
        return said if sure >= 1 else said + t("grounds.sure", percent=round(sure * 100))

    def _paragraph(self, paragraph: ParagraphView, is_title: bool) -> ShownParagraph:
        marks = merged(paragraph.marks, len(paragraph.text))
        first = self.hits + 1
        self.hits += len(marks)
        if self._drawn:
            begins = paragraph.pages[0] if paragraph.pages else 1
            boxed = list(mark_boxes(paragraph.text, marks, paragraph.boxes)) if paragraph.boxes else [[]] * len(marks)
            self._found += [Found(paragraph.id, boxes[0][0] if boxes else begins, boxes) for boxes in boxed]
        self.hit_paragraphs += bool(marks)
        return ShownParagraph(
            id=paragraph.id,
            seq=paragraph.seq + 1,
            kind=paragraph.kind,
            text=marked(paragraph.text, marks, first, paragraph.similar),
            lang="zh-Hant" if is_traditional(paragraph.text) else "zh-Hans",
            is_title=is_title,
            first=first if marks else 0,
            last=self.hits if marks else 0,
            facts=list(self._paragraph_facts(paragraph)),
            why_url=self._address.explanation(paragraph.id) if self.asked else None,
            pages=pages_said(paragraph.pages, self.document.pages_about, self.t) if paragraph.pages else "",
        )

    def _paragraph_facts(self, paragraph: ParagraphView) -> Iterator[Grounds]:
        t = self.t
        seen: set[tuple[str, ...]] = set()
        for mention in paragraph.mentions:
            key = tuple(str(mention[name]) for name in ("facet", "value", "surface", "rule", "basis"))
            if key not in seen:
                seen.add(key)
                value = str(mention["value"])
                yield Grounds(
                    str(mention["facet"]), t.date(value) if mention["facet"] == "date" else value, self._says(mention)
                )
        for facet, values in (("city", paragraph.city), ("agency", paragraph.agency)):
            for value in values:
                if not any(m["facet"] == facet and m["value"] == value for m in paragraph.mentions):
                    yield Grounds(facet, value, t("grounds.article"))
