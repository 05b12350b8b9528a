"""When the matches happened: counts by day, month or year, as fits the span."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from itertools import repeat

from juanzong.index.periods import period_label
from juanzong.search.answer.facets import Counts, in_dates
from juanzong.search.request import SearchRequest

DAYS = 62
MONTHS = 60
# of the dated matches so many may lie outside of what is drawn, where that makes the rest readable
STRAY = 0.02


def core(counts: Mapping[int, int], stray: float = STRAY) -> tuple[int, int]:
    """The first and last of the periods that hold all but the stray few at either end; as many may be left out as are `stray` of all, half at each end.

    Raises ValueError where there are no counts."""
    ordered = sorted(period for period, count in counts.items() if count)
    if not ordered:
        raise ValueError("no periods")
    allowed = sum(counts[period] for period in ordered) * stray / 2
    return _inward(ordered, counts, allowed), _inward(ordered[::-1], counts, allowed)


def _inward(periods: Iterable[int], counts: Mapping[int, int], allowed: float) -> int:
    left_out = 0
    for period in periods:
        left_out += counts[period]
        if left_out > allowed:
            break
    return period


def grain(request: SearchRequest) -> str:
    """`day` where the request spans two months or less, else `month`."""
    first, last = request.date_bounds()
    return "day" if first is not None and last is not None and last - first < DAYS else "month"


def histogram(counts: Counts, request: SearchRequest) -> list[tuple[str, int, bool]]:
    """Periods in order of time with their counts and whether they are chosen: days, months, or years where months would be too many.

    Periods without matches between others are there with 0. Dates that are known to the year only count where years are shown.
    """
    first, last = request.date_bounds()
    if grain(request) == "day":
        assert first is not None and last is not None
        return [
            (datetime.date.fromordinal(day).isoformat(), counts.days.get(day, 0), True)
            for day in range(first, last + 1)
        ]
    if not counts.periods:
        return []
    months = sorted(period for period in counts.periods if period % 13)
    span = (max(counts.periods) // 13 - min(counts.periods) // 13 + 1) * 12
    if months and span > MONTHS and first is None and last is None:
        # a few stray years would make all others too thin to be seen
        begin, end = core({month: counts.periods[month] for month in months})
        if (end // 13 - begin // 13) * 12 + end % 13 - begin % 13 < MONTHS:
            months = [month for month in months if begin <= month <= end]
            span = 0
    if not months or (span > MONTHS and first is None and last is None):
        years: dict[int, int] = {}
        for period, total in counts.periods.items():
            years[period // 13] = years.get(period // 13, 0) + total
        return [
            (label, years.get(year, 0), in_dates(label, first, last))
            for year in range(min(years), max(years) + 1)
            for label in (period_label(year * 13),)
        ]
    if span > MONTHS:
        months = [period for period in months if in_dates(period_label(period), first, last)] or months
    filled = [period for period in range(months[0], months[-1] + 1) if period % 13]
    labels = list(map(period_label, filled))
    chosen: Iterable[bool] = (
        repeat(False) if first is last is None else [in_dates(label, first, last) for label in labels]
    )
    return list(zip(labels, map(counts.periods.get, filled, repeat(0)), chosen))
