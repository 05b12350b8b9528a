"""The months of days that a text mentions by their number alone: 5日, 同月19日."""

from __future__ import annotations

import datetime
import re

from juanzong.index.datafiles import Words
from juanzong.index.facts.dates.anchors import Reference, ResolvedDate, date_of, looks_ahead, near_year
from juanzong.index.facts.dates.days import DateHit, valid
from juanzong.index.records import Basis

WORDS = Words("date_words.yaml")
_SENTENCE_END = re.compile(r"[。!?]")
FUTURE = 1.5
"""How much farther a day that is yet to come counts."""
AWAY, LEAP = 20, 14
"""Days from the article's own beyond which a mention is of another time; and days that a story seldom skips."""


def bare_day(
    text: str, hit: DateHit, before: list[ResolvedDate], reference: Reference, page: Reference
) -> ResolvedDate | None:
    """A day with the month and the year of the mention before it, of the story so far, or of the article's own day; None where nothing tells the month."""
    told = _told(text, hit, before, reference, page)
    if told is None or not valid(told[0], told[1], hit.day):
        return None
    year, month, basis = told
    return ResolvedDate(hit.start, hit.end, hit.kind, year, month, hit.day, basis)


def _told(
    text: str, hit: DateHit, before: list[ResolvedDate], reference: Reference, page: Reference
) -> tuple[int | None, int, Basis] | None:
    latest = before[-1] if before else reference.latest
    if hit.relative is not None:
        return (
            (*_shifted(reference.day.year, reference.day.month, hit.relative), reference.basis)
            if reference.day
            else None
        )
    if hit.since is not None:
        return (*_shifted(latest.year, latest.month, hit.since), "context") if latest else None
    own = _beside(text, hit, reference, reference.day) if reference.day else None
    if own is not None and reference.day:
        if latest is None or not _goes_on(text, hit, latest, bool(before), own, reference.day):
            return own.year, own.month, reference.basis
        return _after(hit, latest)
    if latest is not None:
        return _after(hit, latest, WORDS.term.match(text, hit.end) is not None)
    for scope in (reference, page):
        written = {(day.month, day.day) for day in scope.written.explicit}
        months = [month for month, day in scope.written.month_days if (month, day) not in written]
        if months:
            return _of_month(hit, months[0] if scope is reference else max(months), scope, reference)
    if reference.written.explicit or not page.written.explicit:
        # what comes later and has its year is of another time
        return None
    last = max(page.written.explicit)
    return last.year, last.month, "context"


def _of_month(hit: DateHit, month: int, scope: Reference, reference: Reference) -> tuple[int | None, int, Basis]:
    """A day of a month that other days of the article, or of the page, are written with."""
    if scope.written.explicit:
        return near_year(month, hit.day, scope), month, "context"
    if scope.written.sure_year is not None:
        return scope.written.sure_year, month, "context"
    return reference.notice_year, month, "notice_number" if reference.notice_year else "context"


def _goes_on(
    text: str, hit: DateHit, latest: ResolvedDate, inside: bool, own: datetime.date, day: datetime.date
) -> bool:
    """Whether a day goes on from the mention before it, rather than lies beside the article's own day; `inside` tells that both stand in one paragraph."""
    year, month, _ = _after(hit, latest)
    last, then = (
        date_of(y if y is not None else day.year, m, d)
        for y, m, d in ((latest.year, latest.month, latest.day), (year, month, hit.day))
    )
    if last is None or then is None:
        return inside
    step, aside = abs((then - last).days), abs((own - day).days)
    if not inside:
        return step <= aside
    if not _SENTENCE_END.search(text, latest.end, hit.start):
        return True
    # a new sentence may come back from an old story, or from what is yet to come
    away = abs((last - day).days) > AWAY
    return not (step > aside + LEAP or away and (step > aside + 2 or last.year != day.year and step > aside <= 7))


def _shifted(year: int | None, month: int, by: int) -> tuple[int | None, int]:
    years, month = divmod(month - 1 + by, 12)
    return None if year is None else year + years, month + 1


def _after(hit: DateHit, last: ResolvedDate, is_term: bool = False) -> tuple[int | None, int, Basis]:
    """The month in which a day goes on from another: the same, or the next where that one ends, or where the day ends a term."""
    ahead = hit.day < last.day and is_term
    year, month = _shifted(last.year, last.month, int(ahead or hit.day < last.day - 20 and last.kind != "event"))
    return year, month, last.basis if last.basis != "explicit" else "context"


def _beside(text: str, hit: DateHit, reference: Reference, own: datetime.date) -> datetime.date | None:
    """The day of that number nearest to the article's own; one that is yet to come counts as farther, unless the text looks ahead."""
    ahead = (
        reference.ahead
        or looks_ahead(text, hit.start, hit.end)
        or WORDS.forecast.search(text, max(0, hit.start - 30), hit.end + 12) is not None
    )
    months = (divmod(own.year * 12 + own.month - 1 + more, 12) for more in (-1, 0, 1))
    gaps = {day: (day - own).days for year, month in months if (day := date_of(year, month + 1, hit.day))}
    return min(
        gaps, key=lambda day: gaps[day] * (1.0 if ahead else FUTURE) if gaps[day] > 0 else -gaps[day], default=None
    )
