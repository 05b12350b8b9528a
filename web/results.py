"""The results page as its template needs it: a search result with every link and sentence worked out."""
from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from markupsafe import Markup, escape

from search import SearchRequest, SearchResult
from search.address import cleared, export_url, feed_url, search_url
from search.citation import INFERRED, gbt7714, work
from search.facets import Facet
from search.request import FACET_FIELDS, MODES, SORTS
from search.result import Hit
from web.histogram import Histogram, histogram
from web.language import Language
from web.links import Link, Value, document_address, page_links
from web.markup import is_traditional, marked, visible

SHOWN_VALUES = 8
_SHOWN_AGENCIES = 4


@dataclass(frozen=True, slots=True)
class FacetView:
    """A facet as a list of choices. `rest` values lie behind “more”; `unlisted` ones are too many to list at all."""

    name: str
    shown: Sequence[Value]
    more: Sequence[Value]
    distinct: int
    unlisted: int
    clear_url: str | None

    @property
    def rest(self) -> int:
        return len(self.more) + self.unlisted


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact about a hit or an article, on one line with the others. `kind` is date, value or note."""

    kind: str
    text: str
    basis: str | None = None

    @property
    def inferred(self) -> bool:
        return self.basis in INFERRED


@dataclass(frozen=True, slots=True)
class HitView:
    url: str
    title: str | None
    lang: str
    facts: Sequence[Fact]
    text: Markup
    place: str
    others: int
    article_url: str
    citation: str


def facet_view(facet: Facet, request: SearchRequest) -> FacetView:
    """Chosen values first, then by count; the bucket without a value last, or first where it is chosen."""
    values = [Value(v.value, v.count, v.selected) for v in sorted(facet.values, key=lambda v: not v.selected)]
    missing = Value("", facet.missing, facet.missing_selected)
    chosen = sum(v.selected for v in values)
    if missing.selected:
        values.insert(chosen, missing)
    cut = max(SHOWN_VALUES, chosen + 1)
    cut = len(values) if len(values) <= cut + 1 else cut
    shown, more = values[:cut], values[cut:]
    if missing.count and not missing.selected:
        shown.append(missing)
    return FacetView(facet.name, shown, more, facet.distinct, max(0, facet.distinct - len(facet.values)),
                     search_url(cleared(request, facet.name)) if getattr(request, facet.name) else None)


def period_said(request: SearchRequest, t: Language) -> str:
    """The date filter in words; "" where there is none."""
    first, last = request.date_from, request.date_to
    if first and last:
        return t.date(first) if first == last else t.plain("period.between", first=t.date(first), last=t.date(last))
    if first:
        return t.plain("period.since", first=t.date(first))
    return t.plain("period.until", last=t.date(last)) if last else ""


class ResultsView:
    """What the results page shows of one result."""

    def __init__(self, result: SearchResult, t: Language, base_url: str, count: Callable[[SearchRequest], int]) -> None:
        """`count` gives the total of another request; it is asked only where nothing was found."""
        self.result, self.request, self.t, self.base_url, self._count = result, result.request, t, base_url, count
        self.total, self.articles, self.pages = result.total, result.articles, result.pages
        self.url = search_url(self.request)
        self.feed_url = feed_url(self.request)
        self.undated = result.facets["date"].missing
        self.period = period_said(self.request, t)

    # --- how it was read ---

    @property
    def found(self) -> Markup:
        t = self.t
        return t("results.found", paragraphs=counted(t, "paragraphs", self.total), articles=counted(t, "articles", self.articles))

    @property
    def reading(self) -> Markup:
        query, t = self.result.query, self.t
        if not query.q.strip():
            return t("read.filtered")
        if query.reading == ("*",):
            return t("read.everything")
        if not query.reading:
            return t("read.nothing")
        either = query.relaxed or query.mode == "any"
        words = t("read.or" if either else "read.and").join(Markup("<b>{}</b>").format(visible(part)) for part in query.reading)
        key = ("read.relaxed" if len(query.reading) > 1 else "read.relaxed_one") if query.relaxed else f"read.{query.mode}" if len(query.reading) > 1 or query.mode == "exact" else "read.one"
        return t(key, words=words)

    @property
    def took(self) -> str:
        return self.t.plain("read.took", ms=f"{self.result.took_ms:.1f}")

    @property
    def notes(self) -> list[Markup]:
        query, t = self.result.query, self.t
        found = [t(f"note.{note.code}" if t.known(f"note.{note.code}") else "note.other", part=visible("、".join(note.args))) for note in query.notes]
        if query.unmatched:
            words = t("list.and").join(Markup("<b>{}</b>").format(visible(word)) for word in query.unmatched)
            found.append(t("note.unmatched", n=len(query.unmatched), words=words))
        return found

    # --- filters ---

    @cached_property
    def facets(self) -> list[FacetView]:
        return [facet_view(self.result.facets[name], self.request) for name in FACET_FIELDS if name in self.result.facets]

    @cached_property
    def chips(self) -> list[Link]:
        """What is chosen, each with the address without it."""
        request, t = self.request, self.t
        found = []
        for name in FACET_FIELDS:
            chosen: Sequence[str] = getattr(request, name)
            for value in chosen:
                label = value or t.plain("chip.none", facet=t.plain(f"facet.{name}"))
                found.append(Link(search_url(request, **{name: tuple(v for v in chosen if v != value)}), label))
        if self.period:
            found.append(Link(self.clear_dates_url or "", self.period))
        if request.boilerplate:
            found.append(Link(search_url(request, boilerplate=False), t.plain("chip.boilerplate")))
        return found

    @property
    def clear_url(self) -> str:
        return search_url(replace(self.request, city=(), agency=(), source=(), date_from=None, date_to=None, boilerplate=False, page=1))

    @property
    def clear_dates_url(self) -> str | None:
        return search_url(cleared(self.request, "date")) if self.period else None

    @cached_property
    def drawing(self) -> Histogram | None:
        return histogram(self.result.histogram, lambda period: search_url(self.request, date_from=period, date_to=period))

    @property
    def wider(self) -> list[Link]:
        """The ways out of a chosen period: all time, and from a month or a day the periods around it."""
        period = self.request.date_from
        if not period or period != self.request.date_to:
            return []
        around = [period[:length] for length in (4, 7) if length < len(period)]
        return [Link(search_url(cleared(self.request, "date")), self.t.plain("time.all")),
                *(Link(search_url(self.request, date_from=wide, date_to=wide), self.t.date(wide)) for wide in around)]

    # --- order, pages, taking away ---

    @property
    def sorts(self) -> list[Link]:
        return [Link(search_url(self.request, sort=sort), self.t.plain(f"sort.{sort}"), sort == self.request.sort)
                for sort in (SORTS[0], *sorted(SORTS[1:]))]

    @property
    def modes(self) -> list[Link]:
        return [Link(search_url(self.request, mode=mode), self.t.plain(f"mode.{mode}"), mode == self.request.mode) for mode in MODES]

    @property
    def first(self) -> int:
        return (self.request.page - 1) * self.request.size + 1

    @property
    def previous_url(self) -> str | None:
        return search_url(self.request, page=min(self.request.page - 1, max(1, self.pages))) if self.request.page > 1 else None

    @property
    def next_url(self) -> str | None:
        return search_url(self.request, page=self.request.page + 1) if self.request.page < self.pages else None

    @property
    def last_url(self) -> str | None:
        """Where to go from a page past the end."""
        return search_url(self.request, page=self.pages) if self.total and self.request.page > self.pages else None

    @property
    def page_links(self) -> list[Link | None]:
        return page_links(self.request, self.pages)

    @property
    def takes(self) -> list[Link]:
        found = [Link(export_url(self.request, form), self.t.plain(f"take.{form}")) for form in ("csv", "jsonl", "md")]
        return [*found, Link(self.feed_url, self.t.plain("take.feed"))]

    # --- hits ---

    @cached_property
    def hits(self) -> list[HitView]:
        return [self._hit(hit) for hit in self.result.hits]

    def _hit(self, hit: Hit) -> HitView:
        t = self.t
        cited = {**hit.to_dict(), "source_url": hit.declared_url}
        return HitView(
            url=document_address(hit.doc, f"p-{hit.id}", self.request), title=hit.title, lang="zh-Hant" if is_traditional(hit.text) else "zh-Hans",
            facts=self._facts(hit), text=marked(hit.snippet.text, hit.snippet.marks),
            place=t.plain("results.place", kind=t.plain(f"kind.{hit.kind}"), n=hit.seq + 1), others=hit.articles_other,
            article_url=document_address(hit.doc, f"a-{hit.article}", self.request),
            citation=gbt7714(work(cited, base_url=self.base_url, authors=hit.byline or (), accessed=datetime.date.today())))

    def _facts(self, hit: Hit) -> list[Fact]:
        found = [Fact("date", hit.date, hit.date_basis)] if hit.date else [Fact("note", self.t.plain("results.undated"))]
        if hit.source:
            found.append(Fact("value", hit.source))
        found += [Fact("value", city) for city in hit.city]
        found += [Fact("value", agency) for agency in hit.agency[:_SHOWN_AGENCIES]]
        if len(hit.agency) > _SHOWN_AGENCIES:
            found.append(Fact("note", self.t.plain("results.agencies", n=len(hit.agency))))
        if hit.duplicates:
            found.append(Fact("note", self.t.plain("results.duplicates", n=hit.duplicates)))
        return found

    # --- nothing found ---

    @cached_property
    def undo(self) -> list[Link]:
        """Where filters leave nothing: each filter taken away, and all of them, with what is then found."""
        if self.total or not self.chips:
            return []
        t, request = self.t, self.request
        ways = [(cleared(request, name), t.plain("undo.facet", facet=t.plain(f"facet.{name}"), values=t.plain("list.or").join(
            value or t.plain("facet.none") for value in getattr(request, name)))) for name in FACET_FIELDS if getattr(request, name)]
        if self.period:
            ways.append((cleared(request, "date"), t.plain("undo.facet", facet=t.plain("facet.date"), values=self.period)))
        if len(ways) > 1:
            ways.append((replace(request, city=(), agency=(), source=(), date_from=None, date_to=None, page=1), t.plain("undo.all")))
        links = [Link(search_url(way), visible(label), total=self._count(way)) for way, label in ways]
        return [link for link in links if link.total]

    @property
    def ways(self) -> list[Link]:
        """Other ways to ask, where nothing was found."""
        t, request = self.t, self.request
        hidden = self.result.elsewhere.get("boilerplate", 0)
        found = [Link(search_url(request, boilerplate=True), t.plain("nothing.boilerplate", n=hidden))] if hidden else []
        if request.mode != "any" and len(self.result.query.reading) > 1:
            found.append(Link(search_url(request, mode="any"), t.plain("nothing.any")))
        if request.mode == "exact":
            found.append(Link(search_url(request, mode="all"), t.plain("nothing.all")))
        return [*found, Link("", t.plain("nothing.shorter")), Link("/help", t.plain("nothing.help")), Link("/", t.plain("nothing.start"))]


def counted(t: Language, things: str, number: int) -> Markup:
    """A number of documents, articles or paragraphs, the number in bold."""
    return t(f"count.{things}", n=number, count=bold(t.number(number)))


def bold(text: object) -> Markup:
    return Markup("<b>") + escape(text) + Markup("</b>")
