"""The results page as its template needs it: a search result with every link and sentence worked out."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from markupsafe import Markup

from juanzong.search import SearchRequest, SearchResult
from juanzong.search.address import cleared, feed_url, search_url
from juanzong.search.request import COLLAPSES, FACET_FIELDS, MAIN_FACETS, MODES, SORTS, SPAN_FIELDS
from juanzong.search.study.addresses import compare_url, places_url, trends_url
from juanzong.search.study.comparison import CompareRequest
from juanzong.search.study.trends import TrendRequest
from juanzong.web.language import Language
from juanzong.web.markup import visible
from juanzong.web.views import hits
from juanzong.web.views.choices import FacetView, facet_view, value_said
from juanzong.web.views.histogram import drawn, histogram
from juanzong.web.views.links import Link, PageAddresses, Paging
from juanzong.web.views.phrases import bold, counted, period_said, span_said

_PERIOD = "\x00"


NO_FILTERS: dict[str, Any] = {
    **dict.fromkeys(FACET_FIELDS, ()),
    **dict.fromkeys(SPAN_FIELDS, ""),
    "date_from": None,
    "date_to": None,
    "first": False,
    "fresh": False,
}


# the facets beside the results, and those that are there on demand
_BESIDE = ("province", "city", "agency", "source")
_ON_DEMAND = ("district", "kind", "format", "path")


class ResultsView(Paging):
    """What the results page shows of one result."""

    def __init__(
        self, result: SearchResult, t: Language, count: Callable[[SearchRequest], int], sources: bool = False
    ) -> None:
        """`count` gives the total of another request; it is asked only where nothing was found. `sources`: readers may see the pages."""
        self.result, self.request, self.t, self._count = result, result.request, t, count
        self.total, self.articles, self.pages = result.total, result.articles, result.pages
        self.address, self._sources = PageAddresses(self.request), sources
        self.url = self.address()
        self.feed_url = feed_url(self.request)
        self.undated = result.facets["date"].missing
        self.period = period_said(self.request, t)

    # --- how it was read ---

    @property
    def found(self) -> Markup:
        t = self.t
        return t(
            "results.found",
            paragraphs=counted(t, "paragraphs", self.total),
            articles=counted(t, "articles", self.articles),
        )

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
        words = t("read.or" if either else "read.and").join(
            Markup("<b>{}</b>").format(visible(part)) for part in query.reading
        )
        key = (
            ("read.relaxed" if len(query.reading) > 1 else "read.relaxed_one")
            if query.relaxed
            else f"read.{query.mode}"
            if len(query.reading) > 1 or query.mode == "exact"
            else "read.one"
        )
        return t(key, words=words)

    @cached_property
    def took(self) -> str:
        return self.t.plain("read.took", ms=f"{self.result.took_ms:.1f}")

    @cached_property
    def notes(self) -> list[Markup]:
        query, t = self.result.query, self.t
        found = []
        for note in query.notes:
            if note.code == "widened" and len(note.args) > 1:
                found.append(
                    t(
                        "note.widened",
                        word=bold(visible(note.args[0])),
                        others=t("list.and").join(bold(visible(other)) for other in note.args[1:]),
                    )
                )
            else:
                found.append(
                    t(
                        f"note.{note.code}" if t.known(f"note.{note.code}") else "note.other",
                        part=visible("、".join(note.args)),
                    )
                )
        if query.unmatched:
            words = t("list.and").join(Markup("<b>{}</b>").format(visible(word)) for word in query.unmatched)
            found.append(t("note.unmatched", n=len(query.unmatched), words=words))
        return found

    @cached_property
    def collapsed(self) -> str:
        """What the list holds where it is not every match; "" where it is."""
        by = self.request.collapse
        return (
            self.t.plain(f"read.collapsed.{by}", n=self.result.entries, count=self.t.number(self.result.entries))
            if by and self.total
            else ""
        )

    @cached_property
    def did_you_mean(self) -> list[Link]:
        return [Link(self.address(q=q), visible(q)) for q in self.result.query.did_you_mean]

    # --- filters ---

    @cached_property
    def _beside(self) -> tuple[str, ...]:
        """Districts are there for who has come that near."""
        request = self.request
        near = request.province or request.city or request.district
        return (*_BESIDE[:2], "district", *_BESIDE[2:]) if near else _BESIDE

    @cached_property
    def facets(self) -> list[FacetView]:
        return [
            facet_view(self.result.facets[name], self.request, self.address, self.t)
            for name in self._beside
            if name in self.result.facets
            and (name in MAIN_FACETS or self.result.facets[name].distinct > 1 or getattr(self.request, name))
        ]

    @cached_property
    def further(self) -> list[FacetView]:
        """The facets that are there on demand."""
        found = self.result.facets
        return [
            facet_view(found[name], self.request, self.address, self.t)
            for name in _ON_DEMAND
            if name in found and name not in self._beside and (found[name].distinct > 1 or getattr(self.request, name))
        ]

    @property
    def further_open(self) -> bool:
        return any(getattr(self.request, name) for name in (*_ON_DEMAND[1:], "added", "first"))

    @property
    def added_links(self) -> list[Link]:
        """What came in lately."""
        today = datetime.datetime.now(datetime.timezone.utc).date()
        found = []
        for name, days in (("week", 7), ("month", 30)):
            span = f"{today - datetime.timedelta(days=days)}.."
            chosen = self.request.added == span
            found.append(Link(self.address(added="" if chosen else span), self.t.plain(f"filter.{name}"), chosen))
        return found

    @cached_property
    def chips(self) -> list[Link]:
        """What is chosen, each with the address without it."""
        request, t = self.request, self.t
        found = []
        for name in FACET_FIELDS:
            chosen: Sequence[str] = getattr(request, name)
            for value in chosen:
                label = value_said(name, value, t) or t.plain("chip.none", facet=t.plain(f"facet.{name}"))
                found.append(Link(self.address(**{name: tuple(v for v in chosen if v != value)}), label))
        if self.period:
            found.append(Link(self.clear_dates_url or "", self.period))
        for name in SPAN_FIELDS:
            if span := getattr(request, name):
                found.append(Link(self.address(**{name: ""}), t.plain(f"chip.{name}", period=span_said(span, t))))
        if request.fresh:
            found.append(Link(self.address(fresh=False), t.plain("chip.fresh")))
        if request.first:
            found.append(Link(self.address(first=False), t.plain("chip.first")))
        if request.boilerplate:
            found.append(Link(self.address(boilerplate=False), t.plain("chip.boilerplate")))
        return found

    @property
    def clear_url(self) -> str:
        return self.address(**NO_FILTERS, boilerplate=False)

    @cached_property
    def clear_dates_url(self) -> str | None:
        return self.address(date_from=None, date_to=None) if self.period else None

    @property
    def bars(self) -> Markup | None:
        # All bars share one address but for the period, which no value can imitate: in a value "=" is written %3D.
        before, after = (self.address(date_from=_PERIOD, date_to=_PERIOD).split("from=%00&to=%00") + [""])[:2]
        found = histogram(self.result.histogram, lambda period: f"{before}from={period}&to={period}{after}")
        return drawn(found, self.t, self.t.plain("time.label")) if found else None

    @property
    def unread(self) -> int:
        """Pages that no search can find, because their text is not recognised."""
        return int(self.result.index.get("unread_pages", 0))

    @cached_property
    def outside(self) -> Markup | None:
        """How many dated paragraphs lie outside of what is drawn, with a way to see them."""
        drawn_here = sum(count for _, count, _ in self.result.histogram)
        dated = sum(value.count for value in self.result.facets["date"].values)
        if self.period or dated <= drawn_here:
            return None
        by_year = trends_url(TrendRequest(self.request.changed(q=""), (self.request.q,), grain="year"))
        link = Markup('<a href="{}">{}</a>').format(by_year, self.t.plain("time.by_year"))
        return self.t("time.outside", n=dated - drawn_here, count=self.t.number(dated - drawn_here), link=link)

    @cached_property
    def wider(self) -> list[Link]:
        """The ways out of a chosen period: all time, and from a month or a day the periods around it."""
        period = self.request.date_from
        if not period or period != self.request.date_to:
            return []
        around = [period[:length] for length in (4, 7) if length < len(period)]
        return [
            Link(self.address(date_from=None, date_to=None), self.t.plain("time.all")),
            *(Link(self.address(date_from=wide, date_to=wide), self.t.date(wide)) for wide in around),
        ]

    # --- order, pages, taking away ---

    @property
    def sorts(self) -> list[Link]:
        return [
            Link(self.address(sort=sort), self.t.plain(f"sort.{sort}"), sort == self.request.sort)
            for sort in (SORTS[0], *sorted(SORTS[1:]))
        ]

    @property
    def modes(self) -> list[Link]:
        return [
            Link(self.address(mode=mode), self.t.plain(f"mode.{mode}"), mode == self.request.mode) for mode in MODES
        ]

    @property
    def collapses(self) -> list[Link]:
        return [
            Link(self.address(collapse=by), self.t.plain(f"collapse.{by or 'none'}"), by == self.request.collapse)
            for by in COLLAPSES
        ]

    @property
    def views(self) -> list[Link]:
        """Other ways to look at what was found: as paragraphs, as a concordance, over time, side by side."""
        request, t = self.request, self.t
        by = "city" if len(request.city) > 1 else ""
        over_time = TrendRequest(
            request.changed(q=request.q if by else ""), () if by else (request.q,) if request.q.strip() else (), by
        )
        sides = [
            *request.city,
            *(
                value.value
                for value in self.result.facets["city"].values[: len(request.city) + 2]
                if value.value not in request.city
            ),
            "",
            "",
        ][:2]
        beside = CompareRequest(request.changed(city=()), "city", *sides)
        return [
            Link(
                self.address(view="", sort=request.sort if request.sort in SORTS else SORTS[0]),
                t.plain("views.paragraphs"),
                not request.view,
            ),
            Link(self.address(view="kwic"), t.plain("views.concordance"), request.view == "kwic"),
            Link(trends_url(over_time), t.plain("trends.title")),
            Link(compare_url(beside), t.plain("compare.title")),
            Link(places_url(request), t.plain("places.title")),
        ]

    @cached_property
    def last_url(self) -> str | None:
        """Where to go from a page past the end."""
        return self.address(page=self.pages) if self.total and self.request.page > self.pages else None

    @property
    def takes(self) -> list[Link]:
        found = [Link(self.address.export(form), self.t.plain(f"take.{form}")) for form in ("csv", "jsonl", "md")]
        return [*found, Link(self.feed_url, self.t.plain("take.feed"))]

    # --- hits ---

    @property
    def hits(self) -> Markup:
        return hits.listed(self.result.hits, self.address, self.t, self._sources)

    @cached_property
    def explain_url(self) -> str | None:
        """Where to ask why something else is not among the hits."""
        return self.address.explanation() if self.request.q.strip() not in ("", "*") else None

    # --- nothing found ---

    @cached_property
    def undo(self) -> list[Link]:
        """Where filters leave nothing: each filter taken away, and all of them, with what is then found."""
        if self.total or not self.chips:
            return []
        t, request = self.t, self.request
        ways = [
            (
                cleared(request, name),
                t.plain(
                    "undo.facet",
                    facet=t.plain(f"facet.{name}"),
                    values=t.plain("list.or").join(value or t.plain("facet.none") for value in getattr(request, name)),
                ),
            )
            for name in FACET_FIELDS
            if getattr(request, name)
        ]
        if self.period:
            ways.append(
                (cleared(request, "date"), t.plain("undo.facet", facet=t.plain("facet.date"), values=self.period))
            )
        for name in SPAN_FIELDS:
            if span := getattr(request, name):
                said = t.plain("undo.facet", facet=t.plain(f"facet.{name}"), values=span_said(span, t))
                ways.append((cleared(request, name), said))
        if len(ways) > 1:
            ways.append((replace(request, **NO_FILTERS, page=1), t.plain("undo.all")))
        links = [Link(search_url(way), visible(label), total=self._count(way)) for way, label in ways]
        return [link for link in links if link.total]

    @cached_property
    def forgiving(self) -> Link | None:
        """The search that also finds what recognition misread, where the words as they are stand nowhere and it finds more."""
        request = self.request
        if request.mode == "forgiving" or not request.q.strip() or (self.total and not self.result.query.relaxed):
            return None
        q = f'"{request.q.strip()}"' if request.mode == "exact" else request.q
        way = replace(request, q=q, mode="forgiving", page=1, view="")
        total = self._count(way)
        return (
            Link(search_url(way), self.t.plain("read.offer_forgiving", n=total, count=self.t.number(total)))
            if total
            else None
        )

    @property
    def ways(self) -> list[Link]:
        """Other ways to ask, where nothing was found."""
        t, request = self.t, self.request
        hidden = self.result.elsewhere.get("boilerplate", 0)
        found = [Link(self.address(boilerplate=True), t.plain("nothing.boilerplate", n=hidden))] if hidden else []
        if request.mode != "any" and len(self.result.query.reading) > 1:
            found.append(Link(self.address(mode="any"), t.plain("nothing.any")))
        if request.mode == "exact":
            found.append(Link(self.address(mode="all"), t.plain("nothing.all")))
        if request.q.strip():
            found.append(Link(self.address.explanation(), t.plain("nothing.explain")))
        return [
            *found,
            Link("", t.plain("nothing.shorter")),
            Link("/help", t.plain("nothing.help")),
            Link("/", t.plain("nothing.start")),
        ]
