"""Partial dates as numbers: `2021`, `2021-11` and `2021-11-03` as spans of days and as months."""

from __future__ import annotations

import calendar
import datetime
import re
from datetime import date, timedelta
from functools import lru_cache

UNDATED = 0
_MONTHS = 13
_SECONDS = re.compile(r"\d{10}(?:\d{3})?$")
_UNIVERSAL = re.compile(
    r"(?P<day>(?:19|20)\d{2}-\d{2}-\d{2})[T ](?P<time>\d{2}:\d{2})(?::\d{2}(?:\.\d{1,9})?)? ?(?:Z|[+-]00:?00)$"
)
_CHINA = datetime.timezone(datetime.timedelta(hours=8))


def days_of(date: str | None) -> tuple[int, int]:
    """The first and the last day of a partial ISO date, as proleptic Gregorian ordinals; (0, 0) where there is no year."""
    parts = _parts(date)
    if parts is None:
        return UNDATED, UNDATED
    year, month, day = parts
    first = datetime.date(year, month or 1, day or 1)
    last = datetime.date(year, month or 12, day or calendar.monthrange(year, month or 12)[1])
    return first.toordinal(), last.toordinal()


def period_of(date: str | None) -> int:
    """A number for the month of a date (or for its year, where no month is known) that sorts by time; 0 where there is no year."""
    parts = _parts(date)
    return parts[0] * _MONTHS + parts[1] if parts and parts[0] <= 5000 else UNDATED


@lru_cache(4096)
def period_label(period: int) -> str:
    """`2021-11`, or `2021` where no month is known."""
    year, month = divmod(period, _MONTHS)
    return f"{year:04}-{month:02}" if month else f"{year:04}"


def _parts(date: str | None) -> tuple[int, int, int] | None:
    if not date or date.startswith("-"):
        return None
    try:
        numbers = [int(part) for part in date.split("-")]
        year, month, day = (*numbers, 0, 0)[:3]
        datetime.date(year, month or 1, day or 1)
    except ValueError:
        return None
    return year, month, day


_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def date_span(text: str) -> tuple[int, int]:
    """The first and the last day of `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, as proleptic Gregorian ordinals (`date.toordinal`).

    Raises ValueError where the text is no such date.
    """
    match = _DATE.fullmatch(text)
    if not match:
        raise ValueError(text)
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    if day is not None and month is not None:
        first = last = date(year, month, day)
    elif month is not None:
        first = date(year, month, 1)
        last = date(year, 12, 31) if month == 12 else date(year, month + 1, 1) - timedelta(days=1)
    else:
        first, last = date(year, 1, 1), date(year, 12, 31)
    return first.toordinal(), last.toordinal()


def day_in(written: str | None) -> str | None:
    """A time as it was written; one counted in seconds or milliseconds, or given in universal time, as the day that it was in China."""
    if written and (universal := _UNIVERSAL.match(written.strip())):
        try:
            moment = datetime.datetime.fromisoformat(f"{universal['day']}T{universal['time']}+00:00")
            return moment.astimezone(_CHINA).date().isoformat()
        except (OverflowError, ValueError):
            return written
    if written and _SECONDS.match(written.strip()):
        try:
            return datetime.datetime.fromtimestamp(int(written.strip()[:10]), _CHINA).date().isoformat()
        except (OverflowError, ValueError, OSError):
            return None
    return written
