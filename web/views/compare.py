"""The page of two sets side by side as its template needs it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from markupsafe import Markup

from juanzong.search.address import pairs
from juanzong.search.study.addresses import compare_url
from juanzong.search.study.comparison import BY, ComparedWord, CompareRequest, Comparison, Side
from juanzong.web.language import Language
from juanzong.web.markup import is_traditional, marked, visible
from juanzong.web.views.links import Link, PageAddresses
from juanzong.web.views.phrases import span_said
from juanzong.web.views.plot import sample
from juanzong.web.views.trends import drawn, scale_told

_LONGEST_BAR = 100


def side_name(request: CompareRequest, value: str, t: Language) -> str:
    """What a set is called: a value, a period or a query; words for those that are empty."""
    if request.by == "date":
        if not value.strip("."):
            return t.plain("time.all")
        return span_said(value, t)
    if not value.strip():
        return t.plain("compare.everything" if request.by == "query" else "facet.none")
    return visible(value)


class CompareForm:
    """What is asked, for the form; also before anything is compared."""

    def __init__(self, request: CompareRequest, t: Language, choices: Sequence[tuple[str, str]] = ()) -> None:
        """`choices` are pairs of values that are worth comparing."""
        self.request, self.t = request, t
        self.pairs = [
            Link(compare_url(CompareRequest(request.search, request.by, a, b)), t.plain("compare.pair", a=a, b=b))
            for a, b in choices
        ]

    @property
    def kinds(self) -> list[Link]:
        return [Link(by, self.t.plain(f"compare.by.{by}"), by == self.request.by) for by in BY]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the form takes along in hidden fields."""
        return [
            (name, value)
            for name, value in pairs(self.request.search)
            if name not in ("q", "page", "size", "sort", "collapse", "view")
        ]


class CompareView(CompareForm):
    """What the page shows of one answer."""

    def __init__(self, comparison: Comparison, t: Language) -> None:
        super().__init__(comparison.request, t)
        self.comparison = comparison

    @cached_property
    def names(self) -> tuple[str, str]:
        return side_name(self.request, self.request.a, self.t), side_name(self.request, self.request.b, self.t)

    @property
    def sides(self) -> list[tuple[Markup, str, Side]]:
        return [
            (sample(place), name, side) for place, (name, side) in enumerate(zip(self.names, self.comparison.sides))
        ]

    @property
    def drawing(self) -> Markup | None:
        trend = self.comparison.trend
        return (
            drawn(trend, self.names, self.t, False)
            if trend.periods and any(side.paragraphs for side in self.comparison.sides)
            else None
        )

    @property
    def counted(self) -> Markup:
        """What the curves show, and by what scale."""
        return self.t("trends.counted.paragraphs") + scale_told(self.comparison.trend, False, self.t)

    @property
    def rows(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Every period, the latest first: the counts of both with what they lead to."""
        trend = self.comparison.trend
        columns = zip(*(series.points for series in trend.series))
        return [
            (self.t.date(period), [(self.t.number(point.count), point.url if point.count else "") for point in points])
            for period, points in zip(trend.periods, columns)
        ][::-1]

    @property
    def words(self) -> list[list[tuple[ComparedWord, int, str]]]:
        """The words of each set with the length of their bar, and how much more often, in words."""
        found = []
        for words in self.comparison.words:
            most = max((word.g2 for word in words), default=1.0)
            found.append([(word, max(1, round(_LONGEST_BAR * word.g2 / most)), self.times(word)) for word in words])
        return found

    def times(self, word: ComparedWord) -> str:
        """How many times as often the word is in the set that has more of it."""
        times = 2 ** abs(word.log_ratio)
        if min(word.counts) == 0:
            return self.t.plain("compare.only")
        return self.t.plain("compare.times", n=f"{times:.0f}" if times >= 10 else f"{times:.1f}")

    @property
    def texts(self) -> list[list[tuple[str, str, str, Markup, str]]]:
        """Texts that both have: for each set the address, title, facts, text and script of its first."""
        shown = []
        for pair in self.comparison.texts:
            row = []
            for side, hit in zip(self.request.sides, pair):
                facts = " · ".join(
                    part
                    for part in (
                        self.t.date(hit.date) if hit.date else self.t.plain("results.undated"),
                        hit.source or "",
                    )
                    if part
                )
                row.append(
                    (
                        PageAddresses(side).document(hit.doc, f"p-{hit.id}"),
                        visible(hit.title or hit.path),
                        visible(facts),
                        marked(hit.snippet.text, ()),
                        "zh-Hant" if is_traditional(hit.text) else "zh-Hans",
                    )
                )
            shown.append(row)
        return shown

    @property
    def csv_url(self) -> str:
        return compare_url(self.request, "/compare.csv")

    @property
    def json_url(self) -> str:
        return compare_url(self.request, "/api/compare")

    @property
    def swapped_url(self) -> str:
        asked = self.request
        return compare_url(CompareRequest(asked.search, asked.by, asked.b, asked.a))
