"""What an engine answers: hits, facets, and how the query was read. `to_dict` is the shape of the JSON interface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from juanzong.search.address import Addresses
from juanzong.search.answer.boxes import PageBox
from juanzong.search.answer.facets import Facet
from juanzong.search.answer.snippets import Snippet
from juanzong.search.language.parser import Note
from juanzong.search.request import FACET_FIELDS, SearchRequest


@dataclass(frozen=True)
class QueryReading:
    """How a query was read. `reading` are its parts in the query language; `unmatched` the terms that stand nowhere in the index;
    `did_you_mean` other queries that have hits, where this one, as it was asked and without a filter, has none."""

    q: str
    mode: str
    relaxed: bool
    terms: tuple[str, ...]
    filters: Mapping[str, Any]
    reading: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    unmatched: tuple[str, ...] = ()
    did_you_mean: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "q": self.q,
            "mode": self.mode,
            "relaxed": self.relaxed,
            "terms": list(self.terms),
            "filters": dict(self.filters),
            "reading": list(self.reading),
            "notes": [{"code": note.code, "args": list(note.args)} for note in self.notes],
            "unmatched": list(self.unmatched),
            "did_you_mean": list(self.did_you_mean),
        }


class Hit(NamedTuple):
    """A matching paragraph. `marks` are offsets into `text` in code points. `articles_other` counts further matches in its article.

    `pages` are the first and last page it stands on, zeros where its format has none; `pages_about` says that they are about right.
    `boxes` are where its marks stand: a page, and left, top, right and bottom in ten thousandths of it. A stream of hits has none.
    `similar` is what stands at marks that only look like what was sought, where a search forgives recognition.
    """

    id: str
    doc: str
    article: str
    title: str | None
    source: str | None
    kind: str
    seq: int
    text: str
    marks: list[tuple[int, int]]
    snippet: Snippet
    city: list[str]
    agency: list[str]
    date: str | None
    date_basis: str | None
    mentioned_dates: list[str]
    score: float
    url: str
    path: str
    articles_other: int = 0
    duplicates: int = 0
    byline: str | None = None
    declared_url: str | None = None
    pages: tuple[int, int] = (0, 0)
    pages_about: bool = False
    flags: tuple[str, ...] = ()
    added: str | None = None
    opening: str | None = None
    source_detail: str | None = None
    boxes: tuple[PageBox, ...] = ()
    similar: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "doc": self.doc,
            "article": self.article,
            "title": self.title,
            "source": self.source,
            "kind": self.kind,
            "seq": self.seq,
            "text": self.text,
            "marks": [list(mark) for mark in self.marks],
            "snippet": {"text": self.snippet.text, "marks": [list(mark) for mark in self.snippet.marks]},
            "city": list(self.city),
            "agency": list(self.agency),
            "date": self.date,
            "date_basis": self.date_basis,
            "mentioned_dates": list(self.mentioned_dates),
            "score": round(self.score, 4),
            "url": self.url,
            "articles_other": self.articles_other,
            "duplicates": self.duplicates,
            "pages": list(self.pages) if self.pages[0] else [],
            "pages_about": self.pages_about,
            "flags": list(self.flags),
            "added": self.added,
            "opening": self.opening,
            "source_detail": self.source_detail,
            "boxes": [list(box) for box in self.boxes],
            "similar": list(self.similar),
        }


@dataclass(frozen=True)
class SearchResult:
    """The answer to a request. `articles` counts the articles that the matches stand in, `entries` what the pages list: all matches, or one of
    each article or text where the request collapses them. `left_out` is what there was no time for: `ranking`, the second stage, and `did_you_mean`;
    totals and facets are never among it."""

    request: SearchRequest
    query: QueryReading
    total: int
    articles: int
    took_ms: float
    hits: Sequence[Hit]
    facets: Mapping[str, Facet]
    histogram: Sequence[tuple[str, int, bool]]
    index: Mapping[str, Any]
    elsewhere: Mapping[str, int] = field(default_factory=dict)
    entries: int = 0
    left_out: tuple[str, ...] = ()

    @property
    def page(self) -> int:
        return self.request.page

    @property
    def size(self) -> int:
        return self.request.size

    @property
    def pages(self) -> int:
        return -(-self.entries // self.request.size)

    def to_dict(self, with_facets: bool = True) -> dict[str, Any]:
        """The shape of the JSON interface; without facets where somebody else writes these."""
        request = self.request
        more = request.page * request.size < self.entries
        addresses = Addresses(request)
        return {
            "ok": True,
            "query": self.query.to_dict(),
            "total": self.total,
            "articles": self.articles,
            "entries": self.entries,
            "took_ms": round(self.took_ms, 3),
            "page": request.page,
            "size": request.size,
            "next_url": addresses(page=request.page + 1) if more else None,
            "hits": [hit.to_dict() for hit in self.hits],
            "facets": {name: _facet_dict(facet, addresses) for name, facet in self.facets.items()}
            if with_facets
            else {},
            **({"left_out": list(self.left_out)} if self.left_out else {}),
            "index": dict(self.index),
        }


def _facet_dict(facet: Facet, addresses: Addresses) -> dict[str, Any]:
    urls = addresses.toggled(facet.name, [(value.value, value.selected) for value in facet.values])
    return {
        "label": facet.label,
        "missing": facet.missing,
        "missing_selected": facet.missing_selected,
        "distinct": facet.distinct,
        "values": [
            {"value": value, "label": label, "count": count, "selected": selected, "toggle_url": url}
            for (value, label, count, selected), url in zip(facet.values, urls)
        ],
    }


@dataclass(frozen=True)
class ParagraphView:
    """A paragraph as the document page shows it.

    `pages` are the first and the last that it stands on, nothing where its format has none; `boxes` are where on them, a box a line of print: the code
    point from which it holds, the page, and left, top, right, bottom in ten thousandths of the page.
    """

    id: str
    seq: int
    kind: str
    text: str
    marks: list[tuple[int, int]]
    city: list[str]
    agency: list[str]
    mentions: list[dict[str, Any]]
    joins: list[dict[str, Any]]
    flags: list[str]
    source_lines: tuple[int, int]
    pages: tuple[int, ...] = ()
    boxes: tuple[tuple[int, ...], ...] = ()
    similar: tuple[str, ...] = ()


@dataclass(frozen=True)
class ArticleView:
    """An article with its paragraphs in the order of the document."""

    id: str
    title: str | None
    kicker: list[str]
    subtitle: str | None
    byline: str | None
    source: str | None
    source_detail: str | None
    date: str | None
    date_precision: str | None
    date_basis: str | None
    city: str | None
    city_fact: dict[str, Any] | None
    agencies: list[str]
    paragraphs: list[ParagraphView]


@dataclass(frozen=True)
class DocumentView:
    """A whole document, the words of a query marked in it.

    A file inside a container has the path of that in `container`; `unread` are pages that have to be recognised before they can be searched.
    """

    id: str
    path: str
    line: int
    title: str | None
    source: str | None
    format: str
    encoding: str
    url: str | None
    warnings: list[dict[str, Any]]
    articles: list[ArticleView]
    index: Mapping[str, Any]
    container: str | None = None
    pages: int = 0
    pages_about: bool = False
    unread: tuple[int, ...] = ()

    @property
    def file(self) -> str:
        """The path of the file of the corpus that it was read from."""
        return self.container or self.path

    @property
    def hits(self) -> int:
        """How many paragraphs have a mark."""
        return sum(bool(paragraph.marks) for article in self.articles for paragraph in article.paragraphs)

    def to_dict(self) -> dict[str, Any]:
        from dataclasses import asdict

        return {"ok": True, **asdict(self), "hits": self.hits}


def filters_of(request: SearchRequest) -> dict[str, Any]:
    """The filters of a request as the answer repeats them."""
    found: dict[str, Any] = {name: list(getattr(request, name)) for name in FACET_FIELDS if getattr(request, name)}
    found.update(
        {
            name: value
            for name, value in (("from", request.date_from), ("to", request.date_to), ("mentioned", request.mentioned))
            if value
        }
    )
    return found
