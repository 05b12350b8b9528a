"""When the articles of a document came out, and the years and months of the days that they mention."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from juanzong.index.facts.dates.anchors import (
    Reference,
    Written,
    ends_term,
    explicit_days,
    incident_years,
    looks_ahead,
    near_year,
    sure_year,
)
from juanzong.index.facts.dates.completion import resolve
from juanzong.index.facts.dates.notices import OPENING, find_notices, own_notice
from juanzong.index.facts.dates.publication import dateline, day_of, declared_date, latest_event, publish
from juanzong.index.facts.sheets import Sheet
from juanzong.index.records import DECLARED, Basis, Document, Notice, Published
from juanzong.index.structure.bylines import lead_of

if TYPE_CHECKING:
    from juanzong.index.facts.context import ReadingContext

FEWEST, MAX_SPAN = 5, 800
"""Dated records of a file by which the others are bounded, and the days that they span at most."""
A_YEAR = 366
NEAR = datetime.timedelta(days=62)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?=年)")
EARLY = 60
"""Characters of a paragraph in which the day of what it reports stands."""
LEAD_REACH = 40
"""Characters of a story's first paragraph in which its day stands."""


def date_articles(
    sheets: list[Sheet], outside: tuple[str | None, Basis | None], context: ReadingContext
) -> tuple[Notice, ...]:
    """Fill in `published` and `days` of every sheet; gives the notices that their document cites.

    `outside` is what the source declares of its date, and its basis.
    """
    page = Reference()
    # who knows the day need not look for the year
    known = day_of(outside[0])
    for sheet in sheets:
        sheet.line = dateline(sheet.kinds)
        sheet.reference.written = _written(sheet, known is None)
    page.written = Written.joined([sheet.reference.written for sheet in sheets])
    for sheet in sheets:
        _publish(sheet, page, outside, context)
    _share_masthead(sheets)
    _share_page(sheets, page, context)
    for sheet in sheets:
        sheet.reference.texts = sheet.texts
        sheet.days = [
            resolve(text, hits, sheet.reference, page, at) if hits else []
            for at, (text, hits) in enumerate(zip(sheet.texts, sheet.dates))
        ]
    _bound_undated(sheets, context)
    return tuple(
        notice for sheet in sheets for notice in _notices(sheet, sheet.published.date or sheet.published.not_before)
    )


def _publish(sheet: Sheet, page: Reference, outside: tuple[str | None, Basis | None], context: ReadingContext) -> None:
    """When an article came out, and the day that its own days lean on; the page leans on the first that is known."""
    own = sheet.reference
    near = day_of(outside[0]) or _near_year(sheet, page)
    if near is None and context.around and (context.around[1] - context.around[0]).days < A_YEAR:
        near = context.around[1]
    if sheet.line and sheet.line[0] is None and near is None and outside[0]:
        near = datetime.date(int(outside[0][:4]), 12, 31)
    sheet.published = _bounded(publish(sheet.kinds, sheet.line, near, outside), context)
    _set_day(sheet)
    own.day = own.day or _lead_day(sheet)
    if not page.day and own.day:
        page.day, page.basis = own.day, own.basis
    if context.notices:
        own.notice_year = _notice_year(sheet, page, context)


def _share_page(sheets: list[Sheet], page: Reference, context: ReadingContext) -> None:
    """What a page tells besides is told on its day; and where no article writes a whole day, all are of the one year that their notices tell."""
    for sheet in sheets:
        if sheet.reference.day is None and page.day:
            sheet.reference.day, sheet.reference.basis = page.day, page.basis
    if context.notices and not any(sheet.reference.written.explicit for sheet in sheets):
        years = {sheet.reference.notice_year for sheet in sheets if sheet.reference.notice_year}
        if len(years) == 1:
            page.notice_year = next(iter(years))
            for sheet in sheets:
                sheet.reference.notice_year = page.notice_year


def _bound_undated(sheets: list[Sheet], context: ReadingContext) -> None:
    """The articles of one page came out on one day, not before the latest event that any of them tells of."""
    undated = [sheet for sheet in sheets if sheet.published.date is None]
    if not undated:
        return
    event = latest_event(
        [
            day
            for sheet in sheets
            for (kind, text), days in zip(sheet.kinds, sheet.days)
            if kind != "boilerplate"
            for day in days
            if not looks_ahead(text, day.start, day.end)
        ]
    )
    last = context.around[1].isoformat() if context.around else None
    if event or last:
        basis: Basis = "latest_event" if event and _is_reported(event, sheets, context) else "not_before"
        for sheet in undated:
            sheet.published = Published(None, "day", basis, event, last)


def _written(sheet: Sheet, is_undated: bool) -> Written:
    explicit: list[datetime.date] = []
    month_days: list[tuple[int, int]] = []
    incidents: dict[tuple[int, int], int] = {}
    for hits, text in zip(sheet.dates, sheet.texts):
        if hits:
            explicit.extend(explicit_days([hit for hit in hits if not ends_term(text, hit.start)]))
            incidents.update(incident_years(text, hits))
            month_days.extend((hit.month, hit.day) for hit in hits if hit.month is not None)
    heading = next((text for kind, text in sheet.kinds[:3] if kind == "heading"), "")
    return Written(
        tuple(explicit), tuple(month_days), incidents, sure_year(sheet.texts, heading) if is_undated else None
    )


def _bounded(published: Published, context: ReadingContext) -> Published:
    """What is told of a day, unless the file was written before it, or it lies far from the days of the records around."""
    day = day_of(published.date)
    if day is None or published.basis in DECLARED:
        return published
    if context.written and day > context.written + datetime.timedelta(days=1):
        return Published()
    if context.around and not _is_near(day, context.around):
        return Published(None, "day", "not_before", published.date, context.around[1].isoformat())
    return published


def _is_near(day: datetime.date, around: tuple[datetime.date, datetime.date]) -> bool:
    return around[0] - NEAR <= day <= around[1] + NEAR


def _is_reported(event: str, sheets: list[Sheet], context: ReadingContext) -> bool:
    """Whether an article reports the very day of an event: it stands in its heading or opens its first paragraph, no later year is spoken of,
    the file was written after it, and it lies near the days of the records around."""
    day = day_of(event)
    if day is None:
        return event.startswith("--")
    if context.written and day > context.written or context.around and not _is_near(day, context.around):
        return False
    if any(int(year[0]) > day.year for sheet in sheets for text in sheet.texts for year in _YEAR.finditer(text)):
        return False
    return any(_opens(sheet, day) for sheet in sheets)


def _opens(sheet: Sheet, day: datetime.date) -> bool:
    """Whether a story opens with a day: in its heading, a byline or a caption, or early in one of its first paragraphs."""
    stories = 0
    for (kind, _), days in zip(sheet.kinds, sheet.days):
        reach = EARLY if kind == "body" else 10_000
        if any(
            (found.year, found.month, found.day) == (day.year, day.month, day.day) and found.start <= reach
            for found in days
        ):
            return True
        stories += kind == "body"
        if stories >= 2:
            return False
    return False


def days_around(documents: Sequence[Document]) -> tuple[datetime.date, datetime.date] | None:
    """The first and the last day that records of one file declare, stragglers aside; None for fewer than `FEWEST` or for more than `MAX_SPAN` days."""
    if len(documents) < FEWEST:
        return None
    days = sorted(day for document in documents if (day := day_of(declared_date(document.declared.date))))
    aside = len(days) // 50
    days = days[aside : len(days) - aside]
    return (days[0], days[-1]) if len(days) >= FEWEST and (days[-1] - days[0]).days <= MAX_SPAN else None


def _set_day(sheet: Sheet) -> None:
    """Measure the days of an article by the day on which it came out."""
    date, own = sheet.published.date, sheet.reference
    own.day = day_of(date)
    own.year = int(date[:4]) if date and not date.startswith("-") else None
    own.basis = sheet.published.basis or "context"


def _lead_day(sheet: Sheet) -> datetime.date | None:
    """The day with its year that opens a story right after its 本报讯: the story is told by it, though it came out later."""
    for paragraph, text, hits in zip(sheet.article.paragraphs[:OPENING], sheet.texts, sheet.dates):
        if hits and hits[0].start <= LEAD_REACH and lead_of(paragraph.text) and "。" not in text[: hits[0].start]:
            return next(iter(explicit_days(hits[:1])), None)
    return None


def _share_masthead(sheets: list[Sheet]) -> None:
    """The day on which a page came out, where one line of it says so, is that of all its articles."""
    days = {sheet.published.date for sheet in sheets if sheet.published.basis == "masthead"}
    if len(sheets) > 1 and len(days) == 1:
        for sheet in sheets:
            if sheet.published.date is None:
                sheet.published = Published(next(iter(days)), "day", "masthead")
                _set_day(sheet)


def _notices(sheet: Sheet, date: str | None) -> list[Notice]:
    """The notices that an article cites, and the one that it is."""
    city = sheet.city.value if sheet.city else None
    found = [notice for text in sheet.texts for notice in find_notices(text, city, date)]
    own = own_notice([plain.text for plain in sheet.plains[:OPENING]], city, date)
    return [own, *found] if own and own not in found else found


def _near_year(sheet: Sheet, page: Reference) -> datetime.date | None:
    for scope in (sheet.reference, page):
        if scope.written.explicit:
            latest = max(scope.written.explicit)
            # a dateline far from the days that the text dates may be of another year
            if sheet.line is None or sheet.line[1] and near_year(sheet.line[1], sheet.line[2], scope) is not None:
                return latest
            break
        if scope.written.sure_year:
            return datetime.date(scope.written.sure_year, 12, 31)
    return None


def _notice_year(sheet: Sheet, page: Reference, context: ReadingContext) -> int | None:
    assert context.notices is not None
    years = set()
    for notice in _notices(sheet, None):
        for month, day in sheet.reference.written.month_days or page.written.month_days:
            year = context.notices.year(notice.series, notice.number, month, day)
            if year:
                years.add(year)
    return years.pop() if len(years) == 1 else None
