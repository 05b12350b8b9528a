"""What the days of an article are measured by: its own day, days written with their year, and how far its story has come."""

from __future__ import annotations

import datetime
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from juanzong.index.facts.dates.days import YEAR, DateHit, number

_FUTURE = re.compile(r"将|拟|起施行|起实施|起执行|截止|预计|计划|起至|前完成")
_FUTURE_AFTER = re.compile(rf"{_FUTURE.pattern}|之?前(?![往来去后已])")
_UNTIL = re.compile(r"(?:期|效|限|延长|顺延|推迟|持续|保质)[至到]$")
_TARGET = re.compile(r"(?:到|至|力争|截至|截止|早于|起至|[-~—])$")
BEFORE, AFTER = -31, 62
"""Days from one that is written with its year within which another of the article is of the same turn of events."""
CHAIN_DAYS = 150
"""Days by which one day of a story follows another at most."""
OLDER, LATER = 5, 15
"""Days by which a day of an older year, one for each year, and one that only goes on from the last written one, count as farther."""
MOST_ANCHORS = 40


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

    Of the paragraphs read so far, `last` is the last day written with its year, `latest` the last day of all, `told` the last year that
    they name, with its month or None, and `story` where a story of another time than the article's own stands, told in `steps` days so far;
    `ahead` tells that the article speaks of days after its own. `texts` are the paragraphs, of which number `at` is being read.
    """

    day: datetime.date | None = None
    year: int | None = None
    basis: str = "context"
    notice_year: int | None = None
    explicit: list[datetime.date] = field(default_factory=list)
    sure_year: int | None = None
    month_days: list[tuple[int, int]] = field(default_factory=list)
    incidents: dict[tuple[int, int], int] = field(default_factory=dict)
    last: datetime.date | None = None
    latest: ResolvedDate | None = None
    told: tuple[int, int | None] | None = None
    story: datetime.date | None = None
    steps: int = 0
    ahead: bool = False
    texts: Sequence[str] = ()
    at: int = 0
    _read: int = field(default=0, init=False, repr=False)
    _anchors: list[datetime.date] | None = field(default=None, init=False, repr=False)
    _written: int = field(default=0, init=False, repr=False)
    _years: dict[tuple[int, int], int] | None = field(default=None, init=False, repr=False)

    def anchors(self) -> tuple[list[datetime.date], int]:
        """The latest days written with their year, and those without that go on from the last of them; and how many of them are written.

        To be asked for when all are known.
        """
        if self._anchors is None:
            self._anchors = sorted(set(self.explicit))[-MOST_ANCHORS:]
            self._written = len(self._anchors)
            while self._anchors and len(self._anchors) < 2 * MOST_ANCHORS:
                last = self._anchors[-1]
                ahead = [
                    day
                    for month_day in set(self.month_days)
                    if (day := date_of(nearest_year(*month_day, last), *month_day)) and 0 < (day - last).days <= AFTER
                ]
                if not ahead:
                    break
                self._anchors.append(min(ahead))
        return self._anchors, self._written

    def year_of(self, month: int, day: int) -> int | None:
        """The year with which a day is first written; to be asked for when all are known."""
        if self._years is None:
            self._years = {(written.month, written.day): written.year for written in reversed(self.explicit)}
        return self._years.get((month, day))

    def last_told(self) -> tuple[int, int | None] | None:
        """`told`, once the paragraphs up to this one have been looked through."""
        for text in self.texts[self._read : self.at]:
            if "年" in text:
                self.told = last_named(text) or self.told
        self._read = max(self._read, self.at)
        return self.told


def looks_ahead(text: str, start: int, end: int) -> bool:
    """Whether the day at start..end is yet to come, by the words around it (将于, 起施行)."""
    return bool(_FUTURE.search(text, max(0, start - 6), start) or _FUTURE_AFTER.match(text, end))


def ends_term(text: str, start: int) -> bool:
    """Whether the day at an offset is that on which a term ends (有效期至)."""
    return _UNTIL.search(text, max(0, start - 3), start) is not None


def nearest_year(month: int, day: int, to: datetime.date, future: bool = False) -> int:
    """The year that puts a month and day nearest to a date that looks back on it: half a year ahead at most, more than that is the year before."""
    here = date_of(to.year, month, day)
    if here is None:
        return to.year
    ahead = (here - to).days
    if ahead > (330 if future else 182):
        return to.year - 1
    return to.year + 1 if ahead < -300 or (future and ahead < -182) else to.year


def near_year(month: int, day: int, reference: Reference, story: datetime.date | None = None) -> int | None:
    """The year of a day that goes on from the `story`, or lies near one written with its year, or near the days that go on from the last one written.

    None far from them all, where it may be another year's.
    """
    if (
        story
        and (then := date_of(story.year + int(month < story.month - 6), month, day))
        and BEFORE <= (then - story).days <= CHAIN_DAYS
    ):
        return then.year
    best: tuple[int, int] | None = None
    anchors, written = reference.anchors()
    for at, to in enumerate(anchors):
        year = nearest_year(month, day, to)
        here = date_of(year, month, day)
        if here is None or not BEFORE <= (gap := (here - to).days) <= AFTER:
            continue
        cost = abs(gap) + (LATER if at >= written else OLDER * (anchors[written - 1].year - to.year))
        if best is None or cost <= best[0]:
            best = cost, year
    return best[1] if best else None


def date_of(year: int, month: int, day: int) -> datetime.date | None:
    """A day; None where there is none such."""
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def named_years(text: str) -> list[int]:
    """The years that a text names, without goals (到2035年)."""
    return [number(m["y"]) for m in _named(text)]


def last_named(text: str) -> tuple[int, int | None] | None:
    """The year that a text names last, goals aside, with its month if it has one."""
    last = next(iter(deque(_named(text), 1)), None)
    return (number(last["y"]), number(last["m"]) if last["m"] else None) if last else None


def _named(text: str) -> Iterator[re.Match[str]]:
    return (m for m in YEAR.finditer(text) if not _TARGET.search(text[max(0, m.start() - 2) : m.start()]))


def explicit_days(hits: list[DateHit]) -> list[datetime.date]:
    """The days among the hits that are written with their year."""
    found = (date_of(hit.year, hit.month, hit.day) for hit in hits if hit.year is not None and hit.month is not None)
    return [day for day in found if day]


# incidents that are called by their day alone, with the words that show which one is meant
_INCIDENTS = {
    (7, 20): (2021, re.compile("郑州|河南")),
    (7, 21): (2012, re.compile("北京|房山")),
    (8, 12): (2015, re.compile("天津|滨海")),
    (5, 12): (2008, re.compile("汶川|地震")),
    (3, 21): (2022, re.compile("东航|客机")),
}
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
    return (
        years[0]
        if len(set(years)) == 1 and (early and len(years) > 1 or "年" in title and named_years(title))
        else None
    )


def incident_years(text: str, hits: list[DateHit]) -> dict[tuple[int, int], int]:
    """The years of incidents called by their day: named right before (2021年“7·20”), or known."""
    found: dict[tuple[int, int], int] = {}
    for hit in hits:
        if hit.kind == "event" and hit.month is not None:
            near = list(YEAR.finditer(text, max(0, hit.start - 14), hit.start))
            if near:
                found[hit.month, hit.day] = number(near[-1]["y"])
            elif (known := _INCIDENTS.get((hit.month, hit.day))) and known[1].search(
                text, max(0, hit.start - 20), hit.end + 20
            ):
                found[hit.month, hit.day] = known[0]
    return found
