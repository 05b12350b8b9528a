"""Days, months, quarters and years as numbers that follow one another, so that time can be counted like anything else."""

from __future__ import annotations

import datetime
from typing import Literal

import numpy as np

from juanzong.index.vectors import Array
from juanzong.search.answer.histogram import STRAY, core

__all__ = [
    "DRAWN",
    "GRAINS",
    "STRAY",
    "Grain",
    "bounds",
    "core",
    "fitting",
    "label",
    "number_of_day",
    "numbers_of_days",
    "numbers_of_months",
]

Grain = Literal["day", "month", "quarter", "year"]
GRAINS: tuple[Grain, ...] = ("day", "month", "quarter", "year")
DRAWN = 60
# 1970-01-01 as a proleptic Gregorian ordinal
_EPOCH = 719163


def numbers_of_days(days: Array, grain: Grain) -> Array:
    """The numbers (int64) of the periods of some days, which are proleptic Gregorian ordinals from 1 up."""
    days = np.asarray(days, np.int64)
    if grain == "day":
        return days
    months = (days - _EPOCH).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12
    return months // {"month": 1, "quarter": 3, "year": 12}[grain]


def numbers_of_months(months: Array, grain: Grain) -> Array:
    """The same of months as an index keeps them (year · 13 + month, a month of 0 where only the year is known): −1 where the period is not known."""
    year, month = np.divmod(np.asarray(months, np.int64), 13)
    if grain == "year":
        return np.where(year > 0, year, -1)
    number = year * 12 + month - 1
    return np.where(month > 0, number // (3 if grain == "quarter" else 1), -1)


def label(number: int, grain: Grain) -> str:
    """`2021`, `2021-Q3`, `2021-08` or `2021-08-12`."""
    if grain == "day":
        return datetime.date.fromordinal(number).isoformat()
    if grain == "year":
        return f"{number:04}"
    per_year = 4 if grain == "quarter" else 12
    year, part = divmod(number, per_year)
    return f"{year:04}-Q{part + 1}" if grain == "quarter" else f"{year:04}-{part + 1:02}"


def bounds(number: int, grain: Grain) -> tuple[str, str]:
    """What `from` and `to` of a search are for a period: partial ISO dates."""
    if grain == "quarter":
        year, part = divmod(number, 4)
        return f"{year:04}-{part * 3 + 1:02}", f"{year:04}-{part * 3 + 3:02}"
    written = label(number, grain)
    return written, written


def number_of_day(day: int, grain: Grain) -> int:
    """The number of the period of one day."""
    return int(numbers_of_days(np.array([day]), grain)[0])


def fitting(first: int, last: int) -> Grain:
    """The finest of month, quarter and year in which the months first … last are at most DRAWN periods; years where there are more."""
    if last - first < DRAWN:
        return "month"
    return "quarter" if last // 3 - first // 3 < DRAWN else "year"
