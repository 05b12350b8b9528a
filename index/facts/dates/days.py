"""Days that a text mentions: what is written, before any year is worked out.

Durations (48小时, 30日内), months and years alone, lunar dates and shares of a period (12月下旬) are no days.
"""

from __future__ import annotations

import datetime
import re
from typing import NamedTuple

from juanzong.index.datafiles import Words
from juanzong.index.text.spans import Spans

WORDS = Words("date_words.yaml")
_DIGITS = {
    c: i for i, cs in enumerate(("〇零○o0", "一1", "二2", "三3", "四4", "五5", "六6", "七7", "八8", "九9")) for c in cs
}
FIRST_YEAR, LAST_YEAR = 1840, 2100

_EUROPEAN = re.compile(r"(?<![\d.])(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>(?:19|20)\d{2})(?![\d.])")
_SLASHED = re.compile(r"(?<![\d/])(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<y>(?:19|20)\d{2})(?![\d/])")
_EVENT = re.compile(
    r"(?<![\d.·])(?P<m>1[0-2]|0?[1-9])·(?P<d>3[01]|[12]\d|0?[1-9])(?![\d·])(?P<after>[\"”'’]?[^\W\d_]{0,4})"
)
_DAYS_NO_ONE_COUNTS, MONTHS = 8, 12


class DateHit(NamedTuple):
    """A day as written. `year`, `month` are None where the text leaves them out.

    `relative` shifts the article's year (去年: -1), `since` the year that was named before (同年: 0, 次年: 1); None without such a word.
    Of a day without a month they shift the month (上月5日, 同月19日).
    """

    start: int
    end: int
    kind: str
    year: int | None
    month: int | None
    day: int
    relative: int | None = None
    since: int | None = None


def number(text: str) -> int:
    """An Arabic or Chinese number below a hundred, or a year written digit by digit."""
    if text.isdigit() and text.isascii():
        return int(text)
    if text == "元":
        return 1
    text = text.replace("廿", "二十")
    if "十" in text:
        tens, _, units = text.partition("十")
        return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[units] if units else 0)
    return int("".join(str(_DIGITS[c]) for c in text))


def valid(year: int | None, month: int, day: int) -> bool:
    """Whether such a day exists; without a year in some leap year."""
    try:
        datetime.date(year if year is not None else 2000, month, day)
    except ValueError:
        return False
    return year is None or FIRST_YEAR <= year <= LAST_YEAR


def _full_year(text: str) -> int:
    year = number(text)
    return year if year > 99 else year + (1900 if year >= 50 else 2000)


def find_dates(text: str) -> list[DateHit]:
    """The days that a plain text mentions, in order. A range whose end is a bare day is one mention, that of its first day."""
    hits: list[DateHit] = []
    if "月" in text:
        _written(text, hits)
    if "20" in text or "19" in text:
        for m in WORDS.iso.finditer(text):
            _numeric(m.start(), m.start("y2") - 1 if m["y2"] else m.end(), (m["y"], m["m"], m["d"]), hits)
            if m["y2"]:
                _numeric(m.start("y2"), m.end(), (m["y2"], m["m2"], m["d2"]), hits)
        if " " in text:
            for m in WORDS.spaced.finditer(text):
                _numeric(m.start(), m.end(), (m["y"], m["m"], m["d"]), hits)
    if ".20" in text or ".19" in text:
        for m in _EUROPEAN.finditer(text):
            _numeric(m.start(), m.end(), (m["y"], m["m"], m["d"]), hits)
    if "/20" in text or "/19" in text:
        for m in _SLASHED.finditer(text):
            day, month = sorted((m["a"], m["b"]), key=int, reverse=True)
            # the day goes first or second; where both may be, nothing is told
            if int(day) > MONTHS or int(day) == int(month):
                _numeric(m.start(), m.end(), (m["y"], month, day), hits)
    if "·" in text:
        for m in _EVENT.finditer(text):
            month, day = int(m["m"]), int(m["d"])
            quoted = text[max(0, m.start() - 1) : m.start()] in "\"“'‘" and m.start() > 0
            if (
                valid(None, month, day)
                and f"{month}-{day}" not in WORDS.set("occasions")
                and (quoted or WORDS.incident.match(m["after"]))
            ):
                hits.append(DateHit(m.start(), m.start("after"), "event", None, month, day))
    if "日" in text:
        _bare(text, hits)
        if ")日" in text:
            hits.extend(
                DateHit(m.start("d"), m.end(), "day", None, None, int(m["d"])) for m in WORDS.bracketed.finditer(text)
            )
        if "月" in text:
            hits.extend(
                DateHit(
                    m.start(),
                    m.end(),
                    "day",
                    None,
                    None,
                    number(m["d"]),
                    _shift("relative_months", m["word"]),
                    _shift("since_months", m["word"]),
                )
                for m in WORDS.same_month.finditer(text)
            )
    if "号" in text:
        _spoken(text, hits)
    if len(hits) > 1:
        hits.sort()
    return hits


def _numeric(start: int, end: int, written: tuple[str, str, str], hits: list[DateHit]) -> None:
    year, month, day = map(int, written)
    if valid(year, month, day):
        hits.append(DateHit(start, end, "iso", year, month, day))


def _written(text: str, hits: list[DateHit]) -> None:
    # a search for 月 is quick; what may stand before it is not
    at = 0
    while m := WORDS.date.search(text, at):
        at = m.start() + 1
        written = WORDS.month_ahead.search(text, max(0, m.start() - 2), m.start())
        if written is None:
            continue
        at = m.end()
        month, day = number(written.group()), number(m["d"])
        start, year, relative, since = _year_before(text, written.start())
        if not valid(year, month, day):
            continue
        before = text[max(0, start - 8) : start]
        if year is None and (
            WORDS.lunar.search(before) or WORDS.annual.search(before) or since and before.endswith("的")
        ):
            # 形成之日的次年6月30日 is of no year in particular
            continue
        if not m["mark"] and not m["d2"] and not WORDS.also.match(text, m.end()):
            continue
        end = m.end()
        if m["m2"]:
            # the end of a range that names its own month is a day of its own
            second, last = number(m["m2"]), number(m["d2"])
            cut = m.start("to")
            hits.append(DateHit(start, cut, "written", year, month, day, relative, since))
            if valid(year, second, last):
                later = year + 1 if year is not None and second < month else year
                hits.append(DateHit(m.start("m2"), end, "written", later, second, last, relative, since))
        else:
            hits.append(DateHit(start, end, "written", year, month, day, relative, since))
        while more := WORDS.also.match(text, end):
            if valid(year, month, int(more["d"])):
                hits.append(
                    DateHit(more.start("d"), more.end(), "written", year, month, int(more["d"]), relative, since)
                )
            end = more.end()


def _year_before(text: str, at: int) -> tuple[int, int | None, int | None, int | None]:
    """Where a date begins whose month begins at an offset, its year, and what a word like 去年 or 同年 shifts it by."""
    if text[at - 1 : at] not in ("年", "的", "度") or (m := WORDS.year_ahead.search(text, max(0, at - 9), at)) is None:
        return at, None, None, None
    if m["y"]:
        return m.start(), _full_year(m["y"]), None, None
    if m["roc"]:
        return m.start(), 1911 + number(m["ry"]), None, None
    return m.start(), None, _shift("relative_years", m["rel"]), _shift("since_years", m["rel"])


def _bare(text: str, hits: list[DateHit]) -> None:
    taken = Spans(hits)
    after = 0
    while m := WORDS.bare.search(text, after):
        after = m.start() + 1
        written = WORDS.day_ahead.search(text, max(0, m.start() - 2), m.start())
        span = None
        if written is None or text[written.start() - 1 : written.start()] in "-~至到":
            span = WORDS.range_ahead.search(
                text, max(0, m.start() - 5), written.start() if written else max(0, m.start() - 2)
            )
        start, day = (
            (span.start(), span.group()[:-1]) if span else (written.start(), written.group()) if written else (0, "")
        )
        if not day:
            continue
        after = m.end()
        if taken.touch(start, start + 1):
            continue
        left, right = text[max(0, start - 6) : start], text[m.end() : m.end() + 16]
        if WORDS.duration_before.search(left) or WORDS.lunar.search(left):
            continue
        if WORDS.duration_after.match(right):
            term = WORDS.term_after.match(right)
            # beside other days 16日前 is a day too; by itself it may be a number of days (开会10日前)
            beside = hits and int(day) >= _DAYS_NO_ONE_COUNTS and not WORDS.no_term_before.search(left)
            if not term or not WORDS.term_before.search(left) and not (beside and term.group()[-1] == "前"):
                continue
        elif not (WORDS.day_left.search(left) or span or m["range"] or WORDS.word_right.match(right)):
            continue
        hits.append(DateHit(start, m.end(), "day", None, None, int(day)))


def _spoken(text: str, hits: list[DateHit]) -> None:
    """Days as they are said: 十九号一早, 5号下午."""
    taken = Spans(hits)
    for m in WORDS.spoken.finditer(text):
        written = WORDS.spoken_ahead.search(text, max(0, m.start() - 3), m.start())
        if written and not taken.touch(written.start(), m.end()):
            hits.append(DateHit(written.start(), m.end(), "day", None, None, number(written.group())))


def iso(year: int | None, month: int, day: int) -> str:
    """`2021-11-03`, or `--11-03` without a year."""
    return f"{year:04}-{month:02}-{day:02}" if year is not None else f"--{month:02}-{day:02}"


def _shift(of: str, word: str) -> int | None:
    """By how much a word shifts a year or a month; None for one that does not."""
    shift = WORDS.map(of).get(word)
    return int(shift) if shift is not None else None
