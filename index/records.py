"""What a corpus is read into: documents have articles, articles have paragraphs, paragraphs have mentions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

Kind = Literal["heading", "body", "caption", "byline", "table", "boilerplate"]
MentionFacet = Literal["city", "date", "agency"]
Precision = Literal["day", "month", "year"]
Basis = Literal[
    # the words themselves
    "explicit",
    "alias",
    "district",
    # what stands around them
    "context",
    "dominant",
    "inherited_article",
    "inherited_page",
    "notice_number",
    # what the page or its owner declares
    "front_matter",
    "declared",
    "header_table",
    "masthead",
    "signature",
    "dateline",
    "url",
    "filename",
    "updated",
    "sidecar",
    # an event that is told of
    "latest_event",
    "not_before",
]
"""Where a fact comes from."""

DECLARED: frozenset[Basis] = frozenset(("sidecar", "declared", "front_matter"))
"""What was written down as the fact goes before whatever the text says."""
PRECISIONS: dict[int, Precision] = {4: "year", 7: "month", 10: "day"}
"""By the length of an ISO date."""
KINDS: tuple[Kind, ...] = get_args(Kind)
BASES: tuple[Basis, ...] = get_args(Basis)
FACETS: tuple[MentionFacet, ...] = get_args(MentionFacet)


@dataclass(frozen=True, slots=True)
class Mention:
    """One occurrence of a facet value in a paragraph.

    `start` and `end` are code points of the paragraph's text, and `surface` is what stands there. A value that stands nowhere in the
    text (given by a sidecar or by front matter) has start == end == 0 and the surface it was given in. Dates are ISO days,
    `--MM-DD` where no year is known. `confidence` is between 0 and 1.
    """

    facet: MentionFacet
    value: str
    surface: str
    start: int
    end: int
    rule: str
    basis: Basis
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact about an article that no single place in a paragraph carries: its city, or an agency that issued it."""

    value: str
    surface: str
    rule: str
    basis: Basis
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Join:
    """A seam inside a paragraph where two source lines were joined. `offset` is a code point of the text."""

    offset: int
    rule: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Box:
    """Where a part of a paragraph, from code point `offset` on, stands on a page as it is shown, in ten thousandths of its width and height."""

    offset: int
    page: int
    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Published:
    """When an article was published. `date` is `YYYY`, `YYYY-MM` or `YYYY-MM-DD` (`--MM-DD` without a year) or None.

    `not_before` is the latest event that the article tells of, where nothing says when it was published: with the basis `latest_event` it stands
    for that day, with the basis `not_before` it only bounds it, as `not_after` does, the last day of the records around it.
    """

    date: str | None = None
    precision: Precision | None = None
    basis: Basis | None = None
    not_before: str | None = None
    not_after: str | None = None

    @property
    def event(self) -> str | None:
        """The event that stands for the day of publication: the latest one, where the article reports that very day."""
        return self.not_before if self.basis != "not_before" else None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The unit that is searched. `seq` is its place in the document; `source_lines` the first and last line of the file, from 1.

    `pages` are the first and last page that it stands on, (0, 0) where the format has none; `boxes` where on them, a box a line of print.
    """

    id: str
    seq: int
    kind: Kind
    text: str
    source_lines: tuple[int, int] = (0, 0)
    joins: tuple[Join, ...] = ()
    flags: tuple[str, ...] = ()
    mentions: tuple[Mention, ...] = ()
    pages: tuple[int, int] = (0, 0)
    boxes: tuple[Box, ...] = ()

    def values(self, facet: str) -> tuple[str, ...]:
        """The distinct values of a facet that this paragraph itself mentions, in order of appearance."""
        return tuple(dict.fromkeys([m.value for m in self.mentions if m.facet == facet])) if self.mentions else ()


@dataclass(frozen=True, slots=True)
class Article:
    """A story or a notice. `agencies` are bodies that issued it, as told by a header table, front matter, JSONL or a sidecar.

    `source_detail` is the channel or the desk that was named with its source.
    """

    id: str
    title: str | None = None
    kicker: tuple[str, ...] = ()
    subtitle: str | None = None
    byline: str | None = None
    dateline: str | None = None
    source: str | None = None
    published: Published = Published()
    city: Fact | None = None
    agencies: tuple[Fact, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()
    source_detail: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about a document that a curator should see. `line` counts from 1; 0 where no line is meant."""

    code: str
    message: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """A numbered notice that a document cites (`第67号公告`), with the date of the citing text where it is known (ISO, or `--MM-DD`)."""

    series: str
    number: int
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Declared:
    """What the source itself declares about a document: front matter, JSONL fields, HTML meta elements. Values as they were written.

    `site` is the medium or body whose site a page stands on, `updated` when it was last changed.
    """

    title: str | None = None
    date: str | None = None
    city: tuple[str, ...] = ()
    agency: tuple[str, ...] = ()
    source: str | None = None
    author: str | None = None
    url: str | None = None
    site: str | None = None
    updated: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One file, one line of a JSONL file, or one file inside a container, whose path then stands in `container`.

    `pages` counts its pages, 0 where the format has none; `pages_about` says that they are those of the program that saved it last.
    `unread` are the pages whose text is not known, because they have to be recognised. `unresolved` are names of bodies,
    `unresolved_sources` names in credits that could not be told; a curator may list them.
    """

    id: str
    path: str
    sha256: str
    encoding: str
    format: str
    line: int = 0
    front_matter: Mapping[str, str] = field(default_factory=dict)
    declared: Declared = Declared()
    warnings: tuple[Problem, ...] = ()
    notices: tuple[Notice, ...] = ()
    unresolved: tuple[str, ...] = ()
    unresolved_sources: tuple[str, ...] = ()
    articles: tuple[Article, ...] = ()
    container: str = ""
    pages: int = 0
    pages_about: bool = False
    unread: tuple[int, ...] = ()

    @property
    def file(self) -> str:
        """The path of the file of the corpus that it was read from."""
        return self.container or self.path

    def paragraphs(self) -> Iterator[tuple[Article, Paragraph]]:
        """Every paragraph with its article, in the order of the document."""
        pairs = [(article, paragraph) for article in self.articles for paragraph in article.paragraphs]
        return iter(sorted(pairs, key=lambda pair: pair[1].seq))

    @property
    def title(self) -> str | None:
        """The declared title, or that of the first article that has one."""
        return self.declared.title or next((article.title for article in self.articles if article.title), None)


def effective_cities(article: Article, paragraph: Paragraph) -> tuple[str, ...]:
    """What the city filter matches: the paragraph's own cities and its article's dominant one."""
    inherited = (article.city.value,) if article.city else ()
    return tuple(dict.fromkeys(own_values(paragraph, "city") + inherited))


def effective_agencies(article: Article, paragraph: Paragraph) -> tuple[str, ...]:
    """What the agency filter matches: the paragraph's own agencies and the bodies that issued its article."""
    issued = () if paragraph.kind == "boilerplate" else tuple(fact.value for fact in article.agencies)
    return tuple(dict.fromkeys(own_values(paragraph, "agency") + issued))


def own_values(paragraph: Paragraph, facet: str) -> tuple[str, ...]:
    """A paragraph's own values of a facet; boilerplate has dates only."""
    return () if paragraph.kind == "boilerplate" and facet != "date" else paragraph.values(facet)


def inspection(document: Document) -> dict[str, Any]:
    """The shape of `juanzong inspect --json`."""

    def paragraph_shape(article: Article, p: Paragraph) -> dict[str, Any]:
        return {
            "id": p.id,
            "seq": p.seq,
            "kind": p.kind,
            "text": p.text,
            "source_lines": list(p.source_lines),
            "pages": list(p.pages) if p.pages[0] else [],
            "boxes": [[getattr(box, name) for name in Box.__slots__] for box in p.boxes],
            "joins": [{"offset": j.offset, "rule": j.rule, "confidence": j.confidence} for j in p.joins],
            "flags": list(p.flags),
            "cities": list(own_values(p, "city")),
            "city": list(effective_cities(article, p)),
            "dates": list(own_values(p, "date")),
            "agencies": list(own_values(p, "agency")),
            "mentions": [{name: getattr(m, name) for name in Mention.__dataclass_fields__} for m in p.mentions],
        }

    def fact_shape(fact: Fact | None) -> dict[str, Any] | None:
        return None if fact is None else {name: getattr(fact, name) for name in Fact.__dataclass_fields__}

    return {
        "document": {
            "id": document.id,
            "path": document.path,
            "encoding": document.encoding,
            "format": document.format,
            "sha256": document.sha256,
            "container": document.container or None,
            "pages": document.pages,
            "pages_about": document.pages_about,
            "unread_pages": list(document.unread),
            "front_matter": dict(document.front_matter),
            "unresolved": list(document.unresolved),
            "unresolved_sources": list(document.unresolved_sources),
            "warnings": [{"code": w.code, "message": w.message, "line": w.line} for w in document.warnings],
        },
        "articles": [
            {
                "id": a.id,
                "title": a.title,
                "kicker": list(a.kicker),
                "subtitle": a.subtitle,
                "byline": a.byline,
                "dateline": a.dateline,
                "source": a.source,
                "source_detail": a.source_detail,
                "published": {
                    "date": a.published.date,
                    "precision": a.published.precision,
                    "basis": a.published.basis,
                    "not_before": a.published.not_before,
                    "not_after": a.published.not_after,
                },
                "city": a.city.value if a.city else None,
                "city_fact": fact_shape(a.city),
                "agencies": [fact_shape(f) for f in a.agencies],
                "paragraphs": [paragraph_shape(a, p) for p in a.paragraphs],
            }
            for a in document.articles
        ],
    }
