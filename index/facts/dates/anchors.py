"""What the days of an article are measured by: its own day, days written with their year, and how far its story has come."""

from __future__ import annotations

import datetime
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import NamedTuple

from juanzong.index.datafiles import Words, rows, wrong
from juanzong.index.facts.dates.days import DateHit, number
from juanzong.index.records import Basis

WORDS = Words("date_words.yaml")
BEFORE, AFTER = -31, 62
"""Days from one that is written with its year within which another of the article is of the same turn of events."""
CHAIN_DAYS = 150
"""Days by which one day of a story follows another at most."""
OLDER, LATER = 5, 15
"""Days by which a day of an older year, one for each year, and one that only goes on from the last written one, count as farther."""
MOST_ANCHORS = 40
NEAR_INCIDENT, SOON_MONTHS = 3, 5
"""Days from an incident on that are told of its year, and months ahead in which a plan of the year lies."""
MOST_HEADING = 20
"""Characters of a line that is a year and nothing else."""


class ResolvedDate(NamedTuple):
    """A day with what could be worked out: `year` None where nothing tells it."""

    start: int
    end: int
    kind: str
    year: int | None
    month: int
    day: int
    basis: Basis


@dataclass(frozen=True)
class Written:
    """What an article, or a page of articles, writes of days, whatever the order: days with their year (`explicit`), months and days (`month_days`),
    incidents with their years, and the year that it is surely of."""

    explicit: tuple[datetime.date, ...] = ()
    month_days: tuple[tuple[int, int], ...] = ()
    incidents: Mapping[tuple[int, int], int] = field(default_factory=dict)
    sure_year: int | None = None

    @staticmethod
    def joined(parts: Sequence[Written]) -> Written:
        """Of a page: all that its articles write, and the first sure year."""
        return Written(
            tuple(day for part in parts for day in part.explicit),
            tuple(pair for part in parts for pair in part.month_days),
            {pair: year for part in parts for pair, year in part.incidents.items()},
            next((part.sure_year for part in parts if part.sure_year), None),
        )

    @cached_property
    def anchors(self) -> tuple[tuple[datetime.date, ...], int]:
        """The latest days written with their year, and those without that go on from the last of them; and how many of them are written."""
        found = sorted(set(self.explicit))[-MOST_ANCHORS:]
        written = len(found)
        while found and len(found) < 2 * MOST_ANCHORS:
            last = found[-1]
            ahead = [
                day
                for month_day in set(self.month_days)
                if (day := date_of(nearest_year(*month_day, last), *month_day)) and 0 < (day - last).days <= AFTER
            ]
            if not ahead:
                break
            found.append(min(ahead))
        return tuple(found), written

    @cached_property
    def _years(self) -> Mapping[tuple[int, int], int]:
        return {(written.month, written.day): written.year for written in reversed(self.explicit)}

    def year_of(self, month: int, day: int) -> int | None:
        """The year with which a day is first written."""
        return self._years.get((month, day))

    def near_incident(self, month: int, day: int) -> int | None:
        """The year of an incident that the article is about, where a day lies near it."""
        for (other, on), year in self.incidents.items():
            here, then = date_of(year, month, day), date_of(year, other, on)
            if here and then and 0 <= (here - then).days <= NEAR_INCIDENT:
                return year
        return None


@dataclass(slots=True)
class Reference:
    """What a paragraph is measured by: the article's own day where known (`day`), else a span of years; `basis` says where from; and what the article
    writes of days.

    Of the paragraphs read so far, `last` is the last day written with its year, `latest` the last day of all, `told` the last year that
    they name, with its month or None, and `story` where a story of another time than the article's own stands, told in `steps` days so far;
    `ahead` tells that the article speaks of days after its own. `texts` are the paragraphs, of which number `at` is being read.
    """

    day: datetime.date | None = None
    year: int | None = None
    basis: Basis = "context"
    notice_year: int | None = None
    written: Written = Written()
    last: datetime.date | None = None
    latest: ResolvedDate | None = None
    told: tuple[int, int | None] | None = None
    story: datetime.date | None = None
    steps: int = 0
    ahead: bool = False
    texts: Sequence[str] = ()
    at: int = 0
    headed: tuple[int, int | None] | None = None
    _read: int = field(default=0, init=False, repr=False)
    _planned: list[tuple[int, int]] | None = field(default=None, init=False, repr=False)
    _headed_to: int = field(default=0, init=False, repr=False)

    def heading(self) -> tuple[int, int | None] | None:
        """The year, with its month if it has one, of the last line above this paragraph that is nothing else: it governs what stands below."""
        for text in self.texts[self._headed_to : self.at]:
            if len(text) <= MOST_HEADING and ("年" in text or len(text) == 4) and (m := WORDS.headed.match(text)):
                self.headed = number(m["y"]), number(m["m"]) if m["m"] else None
                if self.headed[1]:
                    self.latest = ResolvedDate(0, 0, "heading", self.headed[0], self.headed[1], 1, "context")
        self._headed_to = max(self._headed_to, self.at)
        return self.headed

    def planned_year(self, month: int) -> int | None:
        """The one year that an article names, with a month that comes soon after another: what is to be done by then is told in that year."""
        if self._planned is None:
            named = [m for text in self.texts if "年" in text for m in WORDS.year.finditer(text)]
            years = {number(m["y"]) for m in named}
            planned = [m for m in named if m["m"] and _is_plan(m)] if len(years) == 1 else []
            self._planned = [(number(m["y"]), number(m["m"])) for m in planned]
        return next((year for year, then in self._planned if 0 <= then - month <= SOON_MONTHS), None)

    def last_told(self) -> tuple[int, int | None] | None:
        """`told`, once the paragraphs up to this one have been looked through."""
        for text in self.texts[self._read : self.at]:
            if "年" in text:
                self.told = last_named(text) or self.told
        self._read = max(self._read, self.at)
        return self.told


def _is_plan(m: re.Match[str]) -> bool:
    """Whether a month of a year is one by which something has to be done (2021年9月底前)."""
    return (
        WORDS.plan_after.match(m.string, m.end()) is not None
        or WORDS.future.search(m.string, max(0, m.start() - 6), m.start()) is not None
    )


def looks_ahead(text: str, start: int, end: int) -> bool:
    """Whether the day at start..end is yet to come, by the words around it (将于, 起施行)."""
    return bool(WORDS.future.search(text, max(0, start - 6), start) or WORDS.future_after.match(text, end))


def ends_term(text: str, start: int) -> bool:
    """Whether the day at an offset is that on which a term ends (有效期至)."""
    return WORDS.until.search(text, max(0, start - 3), start) is not None


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
    anchors, written = reference.written.anchors
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
    return (m for m in WORDS.year.finditer(text) if not WORDS.target.search(text[max(0, m.start() - 2) : m.start()]))


def explicit_days(hits: list[DateHit]) -> list[datetime.date]:
    """The days among the hits that are written with their year."""
    found = (date_of(hit.year, hit.month, hit.day) for hit in hits if hit.year is not None and hit.month is not None)
    return [day for day in found if day]


NEAR, BEFORE_YEAR = 20, 14
"""Characters around an incident's day in which words show which one is meant, and before it in which its year is named."""


@cache
def _incidents() -> dict[tuple[int, int], list[tuple[int, re.Pattern[str]]]]:
    """The incidents that are called by their day alone, by month and day: years, and words that show which one is meant."""
    found: dict[tuple[int, int], list[tuple[int, re.Pattern[str]]]] = {}
    for line, row in rows("incidents.csv", ("day", "year", "words")):
        written = re.fullmatch(r"(\d\d)-(\d\d)", row["day"])
        if (
            not written
            or not row["year"].isdigit()
            or date_of(int(row["year"]), int(written[1]), int(written[2])) is None
        ):
            raise wrong("incidents.csv", line, f"{row['year']} {row['day']} is no day")
        found.setdefault((int(written[1]), int(written[2])), []).append((int(row["year"]), re.compile(row["words"])))
    return found


LEAD = 2
"""Paragraphs that tell an article's own time; further down it may tell of an older one."""


def sure_year(texts: list[str], title: str = "") -> int | None:
    """The year that a text moves in: one that it names as its own time (2023年上半年), or that alone is named, early and twice or of an occasion, or in the title (守堤日记(1998年))."""
    found: set[int] = set()
    years: list[int] = []
    early = False
    for at, text in enumerate(texts):
        if "年" in text:
            found.update(int(m[1]) for m in WORDS.sure_year.finditer(text))
            years += named_years(text)
            early = early or at < LEAD and bool(years)
    if len(found) == 1:
        return found.pop()
    if len(set(years)) != 1:
        return None
    occasion = early and any("年" in text and WORDS.year_event.search(text) for text in texts[:LEAD])
    return years[0] if occasion or early and len(years) > 1 or "年" in title and named_years(title) else None


def incident_years(text: str, hits: list[DateHit]) -> dict[tuple[int, int], int]:
    """The years of incidents called by their day: named right before (2021年“7·20”), or known."""
    found: dict[tuple[int, int], int] = {}
    for hit in hits:
        if hit.kind == "event" and hit.month is not None:
            near = list(WORDS.year.finditer(text, max(0, hit.start - BEFORE_YEAR), hit.start))
            if near:
                found[hit.month, hit.day] = number(near[-1]["y"])
                continue
            known = _incidents().get((hit.month, hit.day), ())
            years = {year for year, words in known if words.search(text, max(0, hit.start - NEAR), hit.end + NEAR)}
            if len(years) == 1:
                found[hit.month, hit.day] = years.pop()
    return found
