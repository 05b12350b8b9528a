"""The years of days that a text mentions without them.

In order: what is written; the year that 同年 or 次年 goes on from; a dated sentence before it in the paragraph; a story of another time
that goes on; the article's own date; other dated mentions of the article, or of the page, that lie near; a month of a year that the
story began with; the year that the text moves in; a numbered notice of the corpus; else the year stays open.
"""

from __future__ import annotations

import datetime
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from juanzong.index.datafiles import Words
from juanzong.index.facts.dates.anchors import (
    CHAIN_DAYS,
    Reference,
    ResolvedDate,
    date_of,
    explicit_days,
    looks_ahead,
    near_year,
    nearest_year,
)
from juanzong.index.facts.dates.bare_days import bare_day
from juanzong.index.facts.dates.days import DateHit, number, valid
from juanzong.index.records import Basis

WORDS = Words("date_words.yaml")
_SENTENCE_END = re.compile(r"[。!?;]")
_BEGINS = re.compile(r"(?:^|[。!?;:])[^,。!?;:]{0,4}$")
YEAR_DAYS, SOON = 330, 31
"""Days by which one day of a story follows another at most where the article's own year would put it ahead, and how far ahead that is."""
RECENT = 10
"""Days before the article's own that even a long story of another time does not reach."""
LONG_AGO = 60
"""Days before the article's own from which a sentence that began with an older year is believed to go on in that year."""
LONG_STORY = 3
STORY_MONTHS = 3


class _Named(NamedTuple):
    """A year that a text names, with its month if it has one; `opens` tells that a sentence begins with it."""

    start: int
    year: int
    month: int | None
    opens: bool


def resolve(text: str, hits: list[DateHit], reference: Reference, page: Reference, at: int = 0) -> list[ResolvedDate]:
    """The hits of one paragraph, the article's number `at`, with years and months filled in; a bare day whose month nothing tells is left out."""
    out: list[ResolvedDate] = []
    reference.at = at
    reference.heading()
    open_hits = any(hit.year is None for hit in hits)
    years = list(_named(text, reference)) if open_hits and "年" in text else []
    sentences = [m.end() for m in _SENTENCE_END.finditer(text)] if open_hits else []
    for hit in hits:
        if hit.kind == "day":
            found = bare_day(text, hit, out, reference, page)
            if found:
                out.append(found)
            continue
        assert hit.month is not None
        if hit.year is not None:
            out.append(ResolvedDate(hit.start, hit.end, hit.kind, hit.year, hit.month, hit.day, "explicit"))
            continue
        year, basis = _year(text, hit, out, years, sentences, reference, page)
        if year is not None and not valid(year, hit.month, hit.day):
            continue
        out.append(ResolvedDate(hit.start, hit.end, hit.kind, year, hit.month, hit.day, basis))
    written = explicit_days(hits)
    if written:
        reference.last = written[-1]
    _tell(text, out, reference)
    return out


def _named(text: str, reference: Reference) -> Iterator[_Named]:
    """The years that a paragraph names, without those of plans, classes and models (2022年度)."""
    told = reference.story.year if reference.story else None
    for m in WORDS.year_or_same.finditer(text):
        if m["y"] is None and told is None or text[m.end() : m.end() + 1] in WORDS.set("no_time"):
            continue
        told = number(m["y"]) if m["y"] else told
        assert told is not None
        month = m["m"] or m["m2"]
        yield _Named(
            m.start(),
            told,
            number(month) if month else None,
            _BEGINS.search(text, max(0, m.start() - 8), m.start()) is not None,
        )


def _tell(text: str, told: list[ResolvedDate], reference: Reference) -> None:
    """Note how far the story has come with a paragraph."""
    own = reference.day
    for day in told:
        when = date_of(day.year, day.month, day.day) if day.year is not None else None
        # a year that stands within a sentence is an aside: 成立于2019年5月20日
        aside = day.basis == "explicit" and not _BEGINS.search(text, max(0, day.start - 8), day.start)
        if not aside or reference.latest is None:
            reference.latest = day
        if when is None:
            continue
        if own is not None:
            reference.ahead = reference.ahead or 1 < (when - own).days <= CHAIN_DAYS
        if own is not None and when.year == own.year:
            reference.story, reference.steps = None, 0
        elif not aside or own is not None and when > own:
            reference.story, reference.steps = when, reference.steps + 1


def _year(
    text: str,
    hit: DateHit,
    before: list[ResolvedDate],
    years: list[_Named],
    sentences: list[int],
    reference: Reference,
    page: Reference,
) -> tuple[int | None, Basis]:
    month = hit.month or 1
    own = reference.day.year if reference.day else reference.year
    if hit.relative is not None:
        if own is None and reference.last:
            return reference.last.year + hit.relative, "context"
        return (own + hit.relative, reference.basis) if own is not None else (None, "context")
    if hit.since is not None and (since := _told(hit, before, years, reference)) is not None:
        return since + hit.since, "context"
    if hit.kind == "event" and (known := _incident(hit, reference, page)) is not None:
        return known, "context"
    future = looks_ahead(text, hit.start, hit.end)
    sentence = sentences[at - 1] if (at := bisect_right(sentences, hit.start)) else 0
    previous, named = (
        (before[-1] if before else None, _before(years, hit.start)) if hit.kind != "event" else (None, None)
    )
    story, steps = reference.story, reference.steps
    if previous and previous.year is not None and (not named or named.start <= previous.end):
        # an older story told inside a dated article ends with its sentence, unless the days go on where it stopped
        if previous.start >= sentence or reference.day is None or own == previous.year:
            return previous.year + (
                1 if month < previous.month - 6 else 0
            ), "context" if previous.basis == "explicit" else previous.basis
        story, steps = date_of(previous.year, previous.month, previous.day), steps + len(before)
    elif named:
        if named.start >= sentence or (named.month and reference.day is None):
            return named.year + (1 if named.month and month < named.month - 6 else 0), "context"
        ago = _ago(hit, reference.day) if reference.day and named.year < reference.day.year else 0
        if not future and (ago < -1 or named.opens and ago > LONG_AGO):
            return named.year, "context"
        if named.month and named.opens:
            # 1986年8月，霍乱流行。8月21日，……
            story = datetime.date(named.year, named.month, 1)
    if not previous and not named and reference.headed and hit.kind != "event":
        return reference.headed[0], "context"
    if reference.day is None:
        return _undated(hit, story if steps >= LONG_STORY else None, reference, page)
    year = nearest_year(month, hit.day, reference.day, future)
    goes_on = _goes_on(hit, story, steps, year, reference.day) if story and not future else None
    return (year, reference.basis) if goes_on is None else (goes_on, "context")


def _incident(hit: DateHit, reference: Reference, page: Reference) -> int | None:
    """The year of an incident that is known by its day: the mention of that very day tells it; else it is like any other day."""
    month, day = hit.month or 1, hit.day
    return (
        reference.written.incidents.get((month, day))
        or reference.written.year_of(month, day)
        or page.written.year_of(month, day)
    )


def _undated(
    hit: DateHit, story: datetime.date | None, reference: Reference, page: Reference
) -> tuple[int | None, Basis]:
    """The year of a day in an article whose own day is not known."""
    month = hit.month or 1
    scope = next((scope for scope in (reference, page) if scope.written.explicit), None)
    if scope and (near := near_year(month, hit.day, scope, story)) is not None:
        return near, "context"
    if (last := reference.last_told()) and last[1] and (month - last[1]) % 12 <= STORY_MONTHS:
        # 2020年10月 began a story that goes on with 11月3日
        return last[0] + int(month < last[1]), "context"
    if reference.year is not None:
        return reference.year, reference.basis
    sure = next((scope.written.sure_year for scope in (reference, page) if scope.written.sure_year is not None), None)
    if sure is not None:
        return sure, "context"
    if reference.notice_year is not None:
        return reference.notice_year, "notice_number"
    return reference.written.near_incident(month, hit.day) or reference.planned_year(month), "context"


def _ago(hit: DateHit, day: datetime.date) -> int:
    """Days from a day, in the year that puts it nearest, to the article's own."""
    guess = date_of(nearest_year(hit.month or 1, hit.day, day), hit.month or 1, hit.day)
    return (day - guess).days if guess else 0


def _goes_on(hit: DateHit, story: datetime.date, steps: int, year: int, own: datetime.date) -> int | None:
    """The year of a day with which a story of another time goes on, told in `steps` days so far; None where `year`, by the article's own day, is likelier."""
    month = hit.month or 1
    then, guess = date_of(story.year + int(month < story.month - 6), month, hit.day), date_of(year, month, hit.day)
    if then is None or guess is None or year in (story.year, then.year):
        return None
    ago, gap = (own - guess).days, (then - story).days
    if story > own:
        return then.year if abs(gap) < abs(ago) else None
    if then > own or not -7 <= gap <= (CHAIN_DAYS if ago >= -SOON else YEAR_DAYS):
        return None
    # a story seldom goes back
    return (
        then.year
        if ago < -1 or (gap if gap >= 0 else -3 * gap) <= abs(ago) or steps >= LONG_STORY and ago > RECENT
        else None
    )


def _told(hit: DateHit, before: list[ResolvedDate], years: list[_Named], reference: Reference) -> int | None:
    """The year named last before a hit: what 同年 and 次年 go on from."""
    named = _before(years, hit.start)
    if before and before[-1].year is not None and not (named and named.start > before[-1].start):
        return before[-1].year
    if named or reference.story:
        return named.year if named else reference.story.year if reference.story else None
    return story[0] if (story := reference.last_told()) else None


def _before(years: list[_Named], start: int) -> _Named | None:
    at = bisect_left(years, start, key=lambda named: named.start)
    return years[at - 1] if at else None
