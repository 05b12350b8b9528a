"""When it was said: one to six searches counted by day, month, quarter or year, as they are or beside all that the archive has of that time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from juanzong.index.errors import UsageError
from juanzong.search import address
from juanzong.search.request import FACET_FIELDS, SearchRequest
from juanzong.search.study import timescale
from juanzong.search.study.findings import Finder, Findings, PeriodCounts
from juanzong.search.study.timescale import GRAINS, Grain

UNITS = ("paragraphs", "articles")
SCALES = ("count", "rate")
DATES = ("published", "mentioned")
MOST_SERIES = 6
MOST_POINTS = 400
# a span of so many days is shown by day
DAYS = 62
# what shares are given of
PER = 10_000
# a share of fewer than so many is drawn as uncertain
THIN = 30
# two or three points of months would be no curve
_MONTHS_IN_DAYS = 3

# no value of a filter, and needs no escape
_HOLE = "HOLE"


@dataclass(frozen=True)
class TrendRequest:
    """What to count. `search` holds the filters that all series share, and the query where the series are the values of the facet `by`; `queries` are the
    series otherwise. `grain` is empty where it shall suit what is found. Nothing is checked before `validate` is called."""

    search: SearchRequest = field(default_factory=SearchRequest)
    queries: Sequence[str] = ()
    by: str = ""
    grain: str = ""
    unit: str = "paragraphs"
    scale: str = "count"
    dates: str = "published"

    def validate(self) -> None:
        """Raises UsageError with a sentence about the first part that cannot be understood."""
        self.search.validate()
        for name, allowed in (
            ("grain", ("", *GRAINS)),
            ("unit", UNITS),
            ("scale", SCALES),
            ("dates", DATES),
            ("by", ("", *FACET_FIELDS)),
        ):
            value = getattr(self, name)
            if value not in allowed:
                choices = ", ".join(choice for choice in allowed if choice)
                raise UsageError(
                    f'{name} is "{value[:40]}"; use one of {choices}.',
                    code="choice",
                    args_=(name, f'"{value[:40]}"', choices),
                )
        if self.by and len(self.queries) > 1:
            raise UsageError(
                f"Series are either several queries or the values of a facet; leave out by={self.by}, or give one query.",
                code="series_both",
                args_=(self.by,),
            )
        wanted = len(getattr(self.search, self.by)) if self.by else len(self.queries)
        if wanted > MOST_SERIES:
            raise UsageError(
                f"There are {wanted} series; compare at most {MOST_SERIES} at a time.",
                code="series",
                args_=(wanted, MOST_SERIES),
            )

    def series(self, values: Sequence[str] = ()) -> list[tuple[str, SearchRequest]]:
        """The searches, each with its label. `values` are those of the facet to take where none is chosen."""
        if self.by:
            chosen = tuple(getattr(self.search, self.by)) or tuple(values)[:MOST_SERIES]
            changes: list[dict[str, Any]] = [{self.by: (value,)} for value in chosen]
            return [(value, replace(self.search, **change)) for value, change in zip(chosen, changes)]
        return [(q, replace(self.search, q=q)) for q in (self.queries or (self.search.q,))]


@dataclass(frozen=True)
class Point:
    """One period of a series. `base` is how much the archive has of it under the same filters, `rate` the count per PER of these, None where it has
    none; `thin` says that the base is too small for the rate to mean much."""

    period: str
    count: int
    base: int
    rate: float | None
    thin: bool
    url: str

    def to_dict(self) -> dict[str, Any]:
        return {
            "period": self.period,
            "count": self.count,
            "base": self.base,
            "rate": None if self.rate is None else round(self.rate, 3),
            "thin": self.thin,
            "url": self.url,
        }


@dataclass(frozen=True)
class Series:
    """One search over time. `total` are all that it finds; of them `undated` have no date, `coarse` one that is not known to the grain, and `before` and
    `after` lie outside of the periods that are shown. `first` and `last` are the first and last day, where any is known."""

    label: str
    url: str
    total: int
    undated: int
    coarse: int
    before: int
    after: int
    first: str | None
    last: str | None
    points: tuple[Point, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            **{
                name: getattr(self, name)
                for name in ("label", "url", "total", "undated", "coarse", "before", "after", "first", "last")
            },
            "points": [point.to_dict() for point in self.points],
        }


@dataclass(frozen=True)
class Trend:
    """The answer: the series over the same periods."""

    request: TrendRequest
    grain: Grain
    periods: tuple[str, ...]
    series: tuple[Series, ...]
    index: Mapping[str, Any]

    def to_dict(self) -> dict[str, Any]:
        asked = self.request
        return {
            "ok": True,
            "by": asked.by,
            "grain": self.grain,
            "unit": asked.unit,
            "scale": asked.scale,
            "dates": asked.dates,
            "per": PER,
            "thin_below": THIN,
            "periods": list(self.periods),
            "series": [series.to_dict() for series in self.series],
            "index": dict(self.index),
        }


def trends(find: Finder, request: TrendRequest, values: Callable[[], Sequence[str]], index: Mapping[str, Any]) -> Trend:
    """Counts the series. `values` gives the most frequent values of the facet, asked for where none is chosen. Raises UsageError."""
    request.validate()
    return over_time(
        find, request, request.series(values() if request.by and not getattr(request.search, request.by) else ()), index
    )


def over_time(
    find: Finder, request: TrendRequest, asked: Sequence[tuple[str, SearchRequest]], index: Mapping[str, Any]
) -> Trend:
    """Counts these searches, each with its label, as a request says. Raises UsageError where there would be too many periods."""
    found = [find(search) for _, search in asked]
    grain, first, last = _scale(request, found)
    # what is asked for without words is its own base
    bases: dict[SearchRequest, PeriodCounts] = {}
    series = []
    for (label, search), findings in zip(asked, found):
        own = findings.tally(grain, request.unit, request.dates)
        everything = replace(search, q="*", mode="all")
        if search.q.strip() in ("", "*"):
            bases[everything] = own
        elif everything not in bases:
            bases[everything] = find(everything).tally(grain, request.unit, request.dates)
        url = _urls(search, grain, request.dates)
        points = tuple(_point(number, grain, own, bases[everything], url) for number in range(first, last + 1))
        before = sum(count for number, count in own.of_period.items() if number < first)
        after = sum(count for number, count in own.of_period.items() if number > last)
        reach = [timescale.label(day, "day") if day else None for day in (own.first_day, own.last_day)]
        series.append(
            Series(
                label,
                address.search_url(search),
                own.total,
                own.undated,
                own.coarse,
                before,
                after,
                reach[0],
                reach[1],
                points,
            )
        )
    return Trend(
        request, grain, tuple(timescale.label(number, grain) for number in range(first, last + 1)), tuple(series), index
    )


def _scale(request: TrendRequest, found: Sequence[Findings]) -> tuple[Grain, int, int]:
    """The grain, and the first and last period to show. Raises UsageError where that would be too many."""
    months: dict[int, int] = {}
    for findings in found:
        of_months = findings.tally("month", request.unit, request.dates)
        for number, count in of_months.of_period.items():
            months[number] = months.get(number, 0) + count
    grain: Grain
    bounds = request.search.date_bounds() if request.dates == "published" else (None, None)
    if not months:
        # months are not known, or nothing was found: years, of which there may be none either
        years: dict[int, int] = {}
        for findings in found:
            years |= findings.tally("year", request.unit, request.dates).of_period
        first, last = _bounded(*(timescale.core(years) if years else (1, 0)), bounds, "year")
        return _checked("year", first, last)
    first, last = _bounded(*timescale.core(_within(months, bounds)), bounds, "month")
    if not request.grain:
        grain = (
            "day"
            if (bounds[0] is not None and bounds[1] is not None and bounds[1] - bounds[0] < DAYS)
            or (last - first < _MONTHS_IN_DAYS and _known_to_the_day(found, request, sum(months.values())))
            else timescale.fitting(first, last)
        )
    else:
        grain = request.grain  # type: ignore[assignment]
    if grain == "day":
        return _checked("day", *_bounded(*_days(found, request, bounds), bounds, "day"))
    size = {"month": 1, "quarter": 3, "year": 12}[grain]
    return _checked(grain, first // size, last // size)


def _known_to_the_day(found: Sequence[Findings], request: TrendRequest, dated: int) -> bool:
    """Whether hardly anything of what is known to the month is missing where days are drawn."""
    exact = (sum(findings.tally("day", request.unit, request.dates).of_period.values()) for findings in found)
    return sum(exact) >= (1 - timescale.STRAY) * dated


def _within(months: dict[int, int], bounds: tuple[int | None, int | None]) -> dict[int, int]:
    """The months that meet the days asked for, all of them where none does."""
    first, last = (None if day is None else timescale.number_of_day(day, "month") for day in bounds)
    return {
        number: count
        for number, count in months.items()
        if (first is None or number >= first) and (last is None or number <= last)
    } or months


def _days(found: Sequence[Findings], request: TrendRequest, bounds: tuple[int | None, int | None]) -> tuple[int, int]:
    days: dict[int, int] = {}
    for findings in found:
        for number, count in findings.tally("day", request.unit, request.dates).of_period.items():
            if (bounds[0] is None or number >= bounds[0]) and (bounds[1] is None or number <= bounds[1]):
                days[number] = days.get(number, 0) + count
    return timescale.core(days) if days else (1, 0)


def _bounded(first: int, last: int, bounds: tuple[int | None, int | None], grain: Grain) -> tuple[int, int]:
    """Periods that were asked for are shown from the first to the last, with matches or without."""
    begin, end = bounds
    return (
        first if begin is None else timescale.number_of_day(begin, grain),
        last if end is None else timescale.number_of_day(end, grain),
    )


def _checked(grain: Grain, first: int, last: int) -> tuple[Grain, int, int]:
    if last - first >= MOST_POINTS:
        raise UsageError(
            f"That would be {last - first + 1:,} periods; choose a coarser grain or fewer years, for at most {MOST_POINTS}.",
            code="periods",
            args_=(f"{last - first + 1:,}", MOST_POINTS),
        )
    return grain, first, last


def _urls(search: SearchRequest, grain: Grain, dates: str) -> Callable[[int], str]:
    """Gives the search of a period: all of them share one address but for the period, which no value can imitate, since in a value "=" is written %3D."""
    if dates == "mentioned":
        before, after = (address.search_url(search, mentioned=_HOLE).split(f"mentioned={_HOLE}") + [""])[:2]
        return lambda number: f"{before}mentioned={'..'.join(dict.fromkeys(timescale.bounds(number, grain)))}{after}"
    before, after = (
        address.search_url(search, date_from=_HOLE, date_to=_HOLE).split(f"from={_HOLE}&to={_HOLE}") + [""]
    )[:2]
    return lambda number: f"{before}{'from={}&to={}'.format(*timescale.bounds(number, grain))}{after}"


def _point(number: int, grain: Grain, own: PeriodCounts, base: PeriodCounts, url: Callable[[int], str]) -> Point:
    count, of_base = own.of_period.get(number, 0), base.of_period.get(number, 0)
    return Point(
        timescale.label(number, grain),
        count,
        of_base,
        PER * count / of_base if of_base else None,
        of_base < THIN,
        url(number),
    )
