"""The years, and for a bare day the months, of days that a text mentions without them.

In order: what is written; the year that 同年 or 次年 goes on from; a dated sentence before it in the paragraph; the article's own
date; other dated mentions of the article, or of the page, that lie near; a month of a year that the story began with; the year that
the text moves in; a numbered notice of the corpus; else the year stays open.
"""
from __future__ import annotations

import datetime
import re
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from index.dates import YEAR, DateHit, valid

_FUTURE = re.compile(r"将|拟|起施行|起实施|起执行|截止|预计|计划|起至|前完成")
_FORECAST = re.compile(r"预计|预报|将|天气|白天|夜间|未来|有雨|降雨|明天|后天|计划")
_SENTENCE_END = re.compile(r"[。!?;]")
_TARGET = re.compile(r"(?:到|至|力争|截至|截止|早于|起至|[-~—])$")
CHAIN_DAYS = 150
NEXT_DAYS = 15
BEFORE, AFTER = -31, 62
"""Days from one that is written with its year within which another of the article is of the same turn of events."""
MOST_ANCHORS = 40
STORY_MONTHS = 3


class ResolvedDate(NamedTuple):
    """A day with what could be worked out: `year` None where nothing tells it."""

    start: int
    end: int
    kind: str
    year: int | None
    month: int
    day: int
    basis: str


@dataclass(slots=True)
class Reference:
    """What an article is measured by: its own day where known (`day`), else a span of years; `basis` says where from.

    `last` is the last day written with its year in the paragraphs read so far, `told` the last year that they name, with its month or
    None; `texts` are the paragraphs, of which number `at` is being read.
    """

    day: datetime.date | None = None
    year: int | None = None
    month: int | None = None
    basis: str = "context"
    notice_year: int | None = None
    explicit: list[datetime.date] = field(default_factory=list)
    sure_year: int | None = None
    month_days: list[tuple[int, int]] = field(default_factory=list)
    incidents: dict[tuple[int, int], int] = field(default_factory=dict)
    last: datetime.date | None = None
    told: tuple[int, int | None] | None = None
    texts: Sequence[str] = ()
    at: int = 0
    _read: int = field(default=0, init=False, repr=False)
    _anchors: list[datetime.date] | None = field(default=None, init=False, repr=False)

    def anchors(self) -> list[datetime.date]:
        """The latest days written with their year, and those without that go on from the last of them; to be asked for when all are known."""
        if self._anchors is None:
            self._anchors = sorted(set(self.explicit))[-MOST_ANCHORS:]
            while self._anchors and len(self._anchors) < 2 * MOST_ANCHORS:
                last = self._anchors[-1]
                ahead = [day for month_day in set(self.month_days) if (day := _date(nearest_year(*month_day, last), *month_day)) and 0 < (day - last).days <= AFTER]
                if not ahead:
                    break
                self._anchors.append(min(ahead))
        return self._anchors

    def last_told(self) -> tuple[int, int | None] | None:
        """`told`, once the paragraphs up to this one have been looked through."""
        for text in self.texts[self._read:self.at]:
            if "年" in text:
                self.told = last_named(text) or self.told
        self._read = max(self._read, self.at)
        return self.told


def looks_ahead(text: str, start: int, end: int) -> bool:
    """Whether the day at start..end is yet to come, by the words around it (将于, 起施行)."""
    return bool(_FUTURE.search(text, max(0, start - 6), start) or _FUTURE.match(text, end))


def nearest_year(month: int, day: int, to: datetime.date, future: bool = False) -> int:
    """The year that puts a month and day nearest to a date that looks back on it: half a year ahead at most, more than that is the year before."""
    here = _date(to.year, month, day)
    if here is None:
        return to.year
    ahead = (here - to).days
    if ahead > (330 if future else 182):
        return to.year - 1
    return to.year + 1 if ahead < -300 or (future and ahead < -182) else to.year


def near_year(month: int, day: int, reference: Reference) -> int | None:
    """The year of a day that lies near one written with its year, or near the days that go on from that; None far from them, where it may be another year's."""
    best: tuple[int, int] | None = None
    for to in reference.anchors():
        year = nearest_year(month, day, to)
        here = _date(year, month, day)
        if here and BEFORE <= (gap := (here - to).days) <= AFTER and (best is None or abs(gap) <= best[0]):
            best = abs(gap), year
    return best[1] if best else None


def _date(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def explicit_days(hits: list[DateHit]) -> list[datetime.date]:
    """The days among the hits that are written with their year."""
    found = (_date(hit.year, hit.month, hit.day) for hit in hits if hit.year is not None and hit.month is not None)
    return [day for day in found if day]


# incidents that are called by their day alone, with the words that show which one is meant
_INCIDENTS = {(7, 20): (2021, re.compile("郑州|河南")), (7, 21): (2012, re.compile("北京|房山")), (8, 12): (2015, re.compile("天津|滨海")), (5, 12): (2008, re.compile("汶川|地震")),
              (3, 21): (2022, re.compile("东航|客机"))}
_SURE_YEAR = re.compile(r"((?:19|20)(?<![\d.]\d\d)\d{2})年(?:[上下]半年|第?[一二三四]季度|暑|1[0-2]?[至-])")
LEAD = 2
"""Paragraphs that tell an article's own time; further down it may tell of an older one."""


def sure_year(texts: list[str], title: str = "") -> int | None:
    """The year that a text moves in: one that it names as its own time (2023年上半年), or that alone is named, twice and early or in the title (守堤日记(1998年))."""
    found: set[int] = set()
    years: list[int] = []
    early = False
    for at, text in enumerate(texts):
        if "年" in text:
            found.update(int(m[1]) for m in _SURE_YEAR.finditer(text))
            years += named_years(text)
            early = early or at < LEAD and bool(years)
    if len(found) == 1:
        return found.pop()
    return years[0] if len(set(years)) == 1 and (early and len(years) > 1 or "年" in title and named_years(title)) else None


def incident_years(text: str, hits: list[DateHit]) -> dict[tuple[int, int], int]:
    """The years of incidents called by their day: named right before (2021年“7·20”), or known."""
    found: dict[tuple[int, int], int] = {}
    for hit in hits:
        if hit.kind == "event" and hit.month is not None:
            near = list(YEAR.finditer(text, max(0, hit.start - 14), hit.start))
            if near:
                found[hit.month, hit.day] = int(near[-1]["y"])
            elif (known := _INCIDENTS.get((hit.month, hit.day))) and known[1].search(text, max(0, hit.start - 20), hit.end + 20):
                found[hit.month, hit.day] = known[0]
    return found


def named_years(text: str) -> list[int]:
    """The years that a text names, without goals (到2035年)."""
    return [int(m["y"]) for m in _named(text)]


def last_named(text: str) -> tuple[int, int | None] | None:
    """The year that a text names last, goals aside, with its month if it has one."""
    last = next(iter(deque(_named(text), 1)), None)
    return (int(last["y"]), int(last["m"]) if last["m"] else None) if last else None


def _named(text: str) -> Iterator[re.Match[str]]:
    return (m for m in YEAR.finditer(text) if not _TARGET.search(text[max(0, m.start() - 2):m.start()]))


def resolve(text: str, hits: list[DateHit], reference: Reference, page: Reference, at: int = 0) -> list[ResolvedDate]:
    """The hits of one paragraph, the article's number `at`, with years and months filled in; a bare day whose month nothing tells is left out."""
    out: list[ResolvedDate] = []
    reference.at = at
    open_hits = any(hit.year is None for hit in hits)
    years = [(m.start(), int(m["y"]), int(m["m"]) if m["m"] else None) for m in YEAR.finditer(text)] if open_hits and "年" in text else []
    sentences = [m.end() for m in _SENTENCE_END.finditer(text)] if open_hits else []
    for hit in hits:
        if hit.kind == "day":
            found = _bare_day(text, hit, out, reference, page)
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
    return out


def _year(text: str, hit: DateHit, before: list[ResolvedDate], years: list[tuple[int, int, int | None]], sentences: list[int],
          reference: Reference, page: Reference) -> tuple[int | None, str]:
    month = hit.month or 1
    own = reference.day.year if reference.day else reference.year
    if hit.relative is not None:
        if own is None and reference.last:
            return reference.last.year + hit.relative, "context"
        return (own + hit.relative, reference.basis) if own is not None else (None, "context")
    if hit.since is not None and (told := _told(hit, before, years, reference)) is not None:
        return told + hit.since, "context"
    future = looks_ahead(text, hit.start, hit.end)
    sentence = sentences[at - 1] if (at := bisect_right(sentences, hit.start)) else 0
    previous = before[-1] if before else None
    named = years[bisect_left(years, (hit.start,)) - 1] if years and years[0][0] < hit.start else None
    if hit.kind == "event":
        # an incident is known by its day; the mention of that very day tells the year, else the last such day
        same = [day for day in reference.explicit + page.explicit if (day.month, day.day) == (hit.month, hit.day)]
        if (month, hit.day) in reference.incidents:
            return reference.incidents[month, hit.day], "context"
        if same:
            return same[0].year, "context"
    elif previous and previous.year is not None and (not named or named[0] <= previous.end):
        year = previous.year + (1 if month < previous.month - 6 else 0)
        # an older story told inside a dated article ends with its sentence, unless the days go on where it stopped
        day, last = _date(year, month, hit.day), _date(previous.year, previous.month, previous.day)
        near = bool(day and last and -7 <= (day - last).days <= CHAIN_DAYS)
        if previous.start >= sentence or reference.day is None or near or (own == previous.year):
            return year, "context" if previous.basis == "explicit" else previous.basis
    elif named and hit.kind != "event":
        began, year, named_month = named
        if began >= sentence or (named_month and reference.day is None):
            return year + (1 if named_month and month < named_month - 6 else 0), "context"
    if reference.day:
        year = nearest_year(month, hit.day, reference.day, future)
        guess = _date(year, month, hit.day)
        # a story of last year goes on: its next days would lie after the day on which it was told
        if reference.last and not future and guess and guess > reference.day and (then := _date(reference.last.year, month, hit.day)) and 0 <= (then - reference.last).days <= NEXT_DAYS:
            return then.year, "context"
        return year, reference.basis
    for scope in (reference, page):
        if scope.explicit:
            if (told := near_year(month, hit.day, scope)) is not None:
                return told, "context"
            break
    if page.day:
        return nearest_year(month, hit.day, page.day, future), page.basis
    if (story := reference.last_told()) and story[1] and (month - story[1]) % 12 <= STORY_MONTHS:
        # 2020年10月 began a story that goes on with 11月3日
        return story[0] + int(month < story[1]), "context"
    if reference.year is not None:
        return reference.year, reference.basis
    for scope in (reference, page):
        if scope.sure_year is not None:
            return scope.sure_year, "context"
    if reference.notice_year is not None:
        return reference.notice_year, "notice_number"
    return None, "context"


def _told(hit: DateHit, before: list[ResolvedDate], years: list[tuple[int, int, int | None]], reference: Reference) -> int | None:
    """The year named last before a hit: what 同年 and 次年 go on from."""
    at = bisect_left(years, (hit.start,))
    named = years[at - 1] if at else None
    if before and before[-1].year is not None and not (named and named[0] > before[-1].start):
        return before[-1].year
    return named[1] if named else story[0] if (story := reference.last_told()) else None


def _bare_day(text: str, hit: DateHit, before: list[ResolvedDate], reference: Reference, page: Reference) -> ResolvedDate | None:
    year: int | None
    if before:
        last = before[-1]
        year, month, basis = last.year, last.month, last.basis if last.basis != "explicit" else "context"
        if hit.day < last.day - 20 and last.kind != "event":
            year, month = (year + 1 if year is not None and month == 12 else year), month % 12 + 1
    elif reference.day:
        year, month, basis = reference.day.year, reference.day.month, reference.basis
        ahead = hit.day - reference.day.day
        if ahead > 1 and not (ahead <= 8 and _FORECAST.search(text, max(0, hit.start - 30), hit.end + 12)):
            year, month = (year - 1, 12) if month == 1 else (year, month - 1)
    else:
        scope = next((s for s in (reference, page) if s.explicit or s.month_days), None)
        if scope is None:
            return None
        if scope.explicit and not scope.month_days:
            latest = max(scope.explicit)
            year, month, basis = latest.year, latest.month, "context"
        else:
            month = scope.month_days[-1][0] if scope is reference else max(scope.month_days)[0]
            year, basis = reference.notice_year, "notice_number" if reference.notice_year else "context"
            if scope.explicit:
                year, basis = near_year(month, hit.day, scope), "context"
            elif scope.sure_year is not None:
                year, basis = scope.sure_year, "context"
    if not valid(year, month, hit.day):
        return None
    return ResolvedDate(hit.start, hit.end, hit.kind, year, month, hit.day, basis)
