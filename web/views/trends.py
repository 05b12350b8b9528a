"""The trends page as its template needs it: the curves, the table of the same numbers, and every way to count otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from markupsafe import Markup

from juanzong.search.address import pairs
from juanzong.search.study.addresses import trends_url
from juanzong.search.study.timescale import GRAINS
from juanzong.search.study.trends import DATES, MOST_SERIES, PER, SCALES, THIN, UNITS, Point, Series, Trend
from juanzong.web.language import Language
from juanzong.web.markup import visible
from juanzong.web.views.links import Link
from juanzong.web.views.plot import Curve, Dot, chart, sample
from juanzong.web.views.scaling import is_skewed

BY = ("province", "city", "agency", "source")


@dataclass(frozen=True)
class Row:
    """A period of the table, with what each series has of it."""

    period: str
    points: Sequence[Point]


class TrendsView:
    """What the page shows of one answer."""

    def __init__(self, trend: Trend, t: Language) -> None:
        self.trend, self.request, self.t = trend, trend.request, t
        self.rates = self.request.scale == "rate"
        self.queries = [*self.request.queries, *([""] if len(self.request.queries) < MOST_SERIES else [])]

    def name(self, series: Series) -> str:
        """What a series is called: a query or a value; words for those that are empty."""
        if series.label.strip() in ("", "*"):
            return self.t.plain("facet.none" if self.request.by else "trends.everything")
        return visible(series.label)

    @cached_property
    def names(self) -> list[str]:
        return [self.name(series) for series in self.trend.series]

    @property
    def found(self) -> bool:
        return any(series.total for series in self.trend.series)

    @property
    def drawing(self) -> Markup | None:
        return drawn(self.trend, self.names, self.t, self.rates) if self.trend.periods and self.found else None

    @property
    def counted(self) -> Markup:
        """What the curves show, and by what scale."""
        told = self.per if self.rates else self.t(f"trends.counted.{self.request.unit}")
        return told + scale_told(self.trend, self.rates, self.t)

    @property
    def legend(self) -> list[tuple[Markup, str, Series]]:
        return [
            (sample(place), name, series) for place, (name, series) in enumerate(zip(self.names, self.trend.series))
        ]

    @property
    def rows(self) -> list[Row]:
        """Every period, the latest first."""
        columns = zip(*(series.points for series in self.trend.series))
        return [Row(self.t.date(period), points) for period, points in zip(self.trend.periods, columns)][::-1]

    def cell(self, point: Point) -> Markup:
        """A number of the table: a link where it is not none, marked where it says little."""
        shown = rate(point) if self.rates else self.t.number(point.count)
        if not point.count:
            return Markup(shown)
        thin = (
            Markup(' <span class="thin" title="{0}">*<span class="sr">{0}</span></span>').format(
                self.t.plain("trends.thin_mark")
            )
            if self.rates and point.thin
            else ""
        )
        return Markup('<a href="{}" rel="nofollow">{}</a>{}').format(point.url, shown, thin)

    def outside(self, series: Series) -> list[str]:
        """What of a series is not drawn, in words."""
        t = self.t
        told = [
            ("undated", series.undated),
            ("coarse", series.coarse),
            ("before", series.before),
            ("after", series.after),
        ]
        return [
            t.plain(
                f"trends.{self.request.dates}.{what}" if what == "undated" else f"trends.{what}", n=n, count=t.number(n)
            )
            for what, n in told
            if n
        ]

    @property
    def per(self) -> Markup:
        """What is divided by what, where shares are shown."""
        t = self.t
        return t(f"trends.per.{self.request.unit}", per=t.number(PER), thin=THIN)

    @property
    def csv_url(self) -> str:
        return trends_url(self.request, "/trends.csv")

    @property
    def json_url(self) -> str:
        return trends_url(self.request, "/api/trends")

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the form takes along in hidden fields: the filters that it has no fields for."""
        return [
            (name, value)
            for name, value in pairs(self.request.search)
            if name not in ("q", "from", "to", "page", "size", "sort", "collapse", "view")
        ]

    @property
    def grains(self) -> list[Link]:
        t = self.t
        chosen = self.request.grain
        return [
            Link("", t.plain("grain.auto", grain=t.plain(f"grain.{self.trend.grain}")), not chosen),
            *(Link(grain, t.plain(f"grain.{grain}"), grain == chosen) for grain in GRAINS),
        ]

    def options(self, name: str) -> list[Link]:
        """The choices of a field of the form: what it sends, what it says, whether it is chosen."""
        values = {"unit": UNITS, "scale": SCALES, "dates": DATES, "by": ("", *BY)}[name]
        return [
            Link(value, self.t.plain(f"{name}.{value or 'none'}"), value == getattr(self.request, name))
            for value in values
        ]

    def without(self, place: int) -> str:
        """The page without one of its queries."""
        return trends_url(
            replace(self.request, queries=tuple(q for number, q in enumerate(self.request.queries) if number != place))
        )


def rate(point: Point) -> str:
    """A share as it is written: none where there is nothing to divide by."""
    return "–" if point.rate is None else f"{point.rate:,.0f}" if point.rate >= 100 else f"{point.rate:.1f}"


def scale_told(trend: Trend, rates: bool, t: Language) -> str:
    """That the curves are drawn by square roots, where they are."""
    points = (point for series in trend.series for point in series.points)
    values = ((point.rate or 0.0) if rates else float(point.count) for point in points)
    return f" {t.plain('scale.roots')}" if is_skewed(values) else ""


def drawn(trend: Trend, names: Sequence[str], t: Language, rates: bool) -> Markup:
    """The curves of an answer, also beside two sets that are compared."""
    unit = trend.request.unit

    def dot(name: str, point: Point) -> Dot:
        said = t.plain(
            f"trends.point.{unit}", name=name, period=t.date(point.period), n=point.count, count=t.number(point.count)
        )
        if rates:
            said += t.plain("trends.point.rate", rate=rate(point), base=t.number(point.base))
        return Dot(point.rate if rates else point.count, rates and point.thin, point.url, said)

    curves = [Curve(name, [dot(name, point) for point in series.points]) for name, series in zip(names, trend.series)]
    return chart(curves, [t.date(period, True) for period in trend.periods], t.plain("trends.chart"))
