"""When the matches happened: counts by day, month or year, as fits the span."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from itertools import repeat

from juanzong.index.periods import period_label
from juanzong.search.answer.facets import Counts, in_dates
from juanzong.search.request import SearchRequest

DAYS = 62
MONTHS = 60


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
