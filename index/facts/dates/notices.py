"""Numbered notices (第67号公告) that a document cites or is, and the year that their place in a dated series tells.

A dated document shows that every number it carries was out by then. So of a series, numbers that only later documents know came
after the last day on which lower ones were the highest known, and before the first day on which a higher one was.
"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from juanzong.index.datafiles import Words
from juanzong.index.records import Document, Notice

WORDS = Words("publication_words.yaml")
_NUMBER = re.compile(r"\d{1,4}")
_OWN = re.compile(r"(?<![年\d])\(?第(?P<number>\d{1,4})号\)?$")
MOST_NOTICES = 200
OPENING = 6
"""Paragraphs in which a notice gives its own number."""
_NEAR_DAYS = 150


@dataclass(frozen=True)
class NoticeTable:
    """For each series the notices that dated documents carry: (number, the earliest ISO day by which it was known), sorted. It pickles."""

    series: Mapping[str, tuple[tuple[int, str], ...]] = field(default_factory=dict)

    def year(self, series: str, number: int, month: int, day: int) -> int | None:
        """The year of a day told by a document that carries this notice; None where the series does not decide between years.

        The day lies between the last day on which only lower numbers were known and the first on which a higher one was. Without such
        bounds it is the one nearest to a dated document that carries the same number, five months off at most.
        """
        known = self.series.get(series, ())
        low, high = _span(known, number)
        if low and low <= high:
            fitting = [year for year in range(int(low[:4]), int(high[:4]) + 1) if low <= _iso(year, month, day) <= high]
            if len(fitting) == 1:
                return fitting[0]
        same = next((date for n, date in known if n == number), None)
        return _nearest(month, day, same) if same else None


def _iso(year: int, month: int, day: int) -> str:
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return ""


def _span(known: Sequence[tuple[int, str]], number: int) -> tuple[str, str]:
    """The last day before this number or a higher one was known, and the first on which a higher one was; empty where there is none."""
    out = min((date for n, date in known if n >= number), default="")
    return max((date for _, date in known if date < out), default=""), min(
        (date for n, date in known if n > number), default=""
    )


def _nearest(month: int, day: int, date: str) -> int | None:
    known = datetime.date.fromisoformat(date)
    days = [
        datetime.date.fromisoformat(iso)
        for year in (known.year - 1, known.year, known.year + 1)
        if (iso := _iso(year, month, day))
    ]
    best = min(days, key=lambda found: abs((found - known).days), default=None)
    return best.year if best and abs((best - known).days) <= _NEAR_DAYS else None


def find_notices(text: str, city: str | None, date: str | None) -> list[Notice]:
    """The notices that a plain text cites. A series is the city's; the number alone says nothing about another city's."""
    if "号" not in text:
        return []
    found = []
    for m in WORDS.cited_notices.finditer(text):
        for number in _NUMBER.findall(m["numbers"])[:6]:
            found.append(Notice(f"{city or ''}{m['kind']}", int(number), date))
    return found[:MOST_NOTICES]


def own_notice(texts: Sequence[str], city: str | None, date: str | None) -> Notice | None:
    """The notice that an article is, by its title (…通告) and the number that stands in it or alone below it; None for a district's."""
    title = ""
    for text in texts[:OPENING]:
        if len(text) > 60:
            return None
        if m := WORDS.notice_title.search(text):
            title, kind = title or text, m["kind"]
        number = _OWN.search(text)
        if number and title and not WORDS.of_district.search(title):
            return Notice(f"{city or ''}{kind}", int(number["number"]), date)
    return None


def bracket(notices: Iterable[Notice]) -> NoticeTable:
    """The table of the notices that documents with a full date carry. Where they disagree on a number, the earliest day counts."""
    earliest: dict[str, dict[int, str]] = defaultdict(dict)
    for notice in notices:
        if notice.date and len(notice.date) == 10 and not notice.date.startswith("-"):
            days = earliest[notice.series]
            days[notice.number] = min(notice.date, days.get(notice.number, notice.date))
    return NoticeTable({series: tuple(sorted(days.items())) for series, days in sorted(earliest.items())})


def needs_year(document: Document) -> bool:
    """Whether a second reading with the corpus's notices may find years: there are days without one, and notices to go by."""
    return bool(document.notices) and any(
        m.facet == "date" and m.value.startswith("--")
        for _, paragraph in document.paragraphs()
        for m in paragraph.mentions
    )
