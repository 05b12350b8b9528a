"""Numbered notices (第67号公告) that a document cites, and the year that their place in a dated series tells."""
from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from index.records import Document, Notice

_CITED = re.compile(r"(?<!年)第(?P<numbers>\d{1,4}号?(?:(?:[、和及]|至)第?\d{1,4}号?){0,5})号?(?P<kind>公告|通告|通知|令|通报)")
_NUMBER = re.compile(r"\d{1,4}")
MOST_NOTICES = 200


@dataclass(frozen=True)
class NoticeTable:
    """For each series the notices that dated documents cite: (number, ISO day), sorted. It pickles."""

    series: Mapping[str, tuple[tuple[int, str], ...]] = field(default_factory=dict)

    def year(self, series: str, number: int, month: int, day: int) -> int | None:
        """The one year in which `--month-day` lies between the last lower and the first higher notice of the series; None where none or several do."""
        dated = self.series.get(series, ())
        below = [date for n, date in dated if n < number]
        above = [date for n, date in dated if n > number]
        same = [date for n, date in dated if n == number]
        if not same and not (below and above):
            return None
        if same:
            # a notice is cited soon after its issue; more than half a year off is another year's
            years = {int(date[:4]) for date in same if abs(int(date[5:7]) - month) <= 6}
            return years.pop() if len(years) == 1 else None
        low, high = max(below), min(above)
        if low > high:
            return None
        fitting = [year for year in range(int(low[:4]), int(high[:4]) + 1) if low <= f"{year:04}-{month:02}-{day:02}" <= high]
        return fitting[0] if len(fitting) == 1 else None


def find_notices(text: str, city: str | None, date: str | None) -> list[Notice]:
    """The notices that a plain text cites. A series is the city's; the number alone says nothing about another city's."""
    if "号" not in text:
        return []
    found = []
    for m in _CITED.finditer(text):
        for number in _NUMBER.findall(m["numbers"])[:6]:
            found.append(Notice(f"{city or ''}{m['kind']}", int(number), date))
    return found[:MOST_NOTICES]


def bracket(notices: Iterable[Notice]) -> NoticeTable:
    """The table of the notices that are cited with a full date. Where documents disagree on a number, the earliest day counts."""
    earliest: dict[str, dict[int, str]] = defaultdict(dict)
    for notice in notices:
        if notice.date and len(notice.date) == 10 and not notice.date.startswith("-"):
            days = earliest[notice.series]
            days[notice.number] = min(notice.date, days.get(notice.number, notice.date))
    return NoticeTable({series: tuple(sorted(days.items())) for series, days in sorted(earliest.items())})


def needs_year(document: Document) -> bool:
    """Whether a second reading with the corpus's notices may find years: there are days without one, and notices to go by."""
    return bool(document.notices) and any(m.facet == "date" and m.value.startswith("--") for _, paragraph in document.paragraphs() for m in paragraph.mentions)
