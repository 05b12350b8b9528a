"""When an article was published: from what its source declares, its header table, signature, stamp, dateline, address or latest event.

A date that was written down as such (front matter, a field, the head of a page) goes before whatever the text says.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Sequence
from email.utils import parsedate_to_datetime
from functools import lru_cache

from juanzong.index.datafiles import Words
from juanzong.index.facts.dates.anchors import ResolvedDate, nearest_year
from juanzong.index.facts.dates.days import find_dates
from juanzong.index.periods import day_in, days_of
from juanzong.index.records import DECLARED, PRECISIONS, Basis, Document, Precision, Published
from juanzong.index.text.plain import Plain

WORDS = Words("publication_words.yaml")
_BARE = 1
"""The rank of a day that is called nothing but a date, among those of `header_order`."""
_MASTHEAD, _LISTED = 2, 4
"""The ranks of a stamp of the page, and of a line with a day that may be one in a list of stories."""
_BESIDE = 12
"""Characters that may stand beside a day of the Republic: the hour, the day of the week."""
_STAMP = re.compile(
    r"^[^。]{0,30}?(?P<date>(?:19|20)\d{2}(?:[-/.]\d{1,2}[-/.]\d{1,2}|年\d{1,2}月\d{1,2}日)) ?(?:\d{1,2}:\d{2}(?::\d{2})?)?[^。]{0,30}$"
)
_SLASHED = re.compile(r"(?<=[年月])/(?=\d)")
"""What parts year, month and day where an archive files its pages: 2022年/8月/20日."""
_TWO_DIGITS = re.compile(r"(?P<y>[012]\d)-(?P<m>1[0-2]|0?[1-9])-(?P<d>3[01]|[12]\d|0?[1-9])(?!\d)")
_CLOSED = re.compile(r"[。!?;]")
_CLOCK = re.compile(r"(?:19|20)\d{2}(?:[-/.]\d{1,2}[-/.]\d{1,2}|年\d{1,2}月\d{1,2}日) ?\d{1,2}:\d{2}")
OPENING = 6
"""Paragraphs in which an article gives its date before it begins."""
_URL_DATE = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d{2})(?P<s>[-/_.年]?)(?P<m>0[1-9]|1[0-2]|(?<=[-/_.年])[1-9])(?:(?P=s)|月|/)(?P<d>0[1-9]|[12]\d|3[01]|(?<=[-/_.月])[1-9])(?!\d)"
)
_ADDRESS_DATE = re.compile(r"/(?P<y>(?:19|20)\d{2})/?(?P<m>0[1-9]|1[0-2])/?(?P<d>0[1-9]|[12]\d|3[01])(?=[/_.?]|$)")
_WESTERN = re.compile(r"(?P<m>\d{1,2})[/.-](?P<d>\d{1,2})[/.-](?P<y>(?:19|20)\d{2})(?!\d)")
_MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec"
_NAMED = re.compile(
    rf"\b(?P<m1>{'|'.join(_MONTHS[at : at + 3] for at in range(0, 36, 3))})[a-z]{{0,6}}\.? ?(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?,?(?: \d{{1,2}}:\d{{2}}:\d{{2}})? ?(?P<y1>(?:19|20)\d{{2}})|"
    rf"\b(?P<d2>\d{{1,2}})(?:st|nd|rd|th)? (?P<m2>{'|'.join(_MONTHS[at : at + 3] for at in range(0, 36, 3))})[a-z]{{0,6}}\.?,? ?(?P<y2>(?:19|20)\d{{2}})",
    re.IGNORECASE,
)
_REPUBLIC = re.compile(
    r"(?:民国|中华民国)?(?P<y>(?<=国)\d{2,3}|(?:9\d|1\d{2})) ?[-/.年] ?(?P<m>1[0-2]|0?[1-9]) ?[-/.月] ?(?P<d>3[01]|[12]\d|0?[1-9])(?!\d)日?"
)
"""A day of the Republic's years, as Taiwan counts them."""
_PACKED = re.compile(r"(?P<y>(?:19|20)\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])$")
_WEEKDAY = re.compile(
    r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}[,. ] ?|\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]m)?| ?(?:gmt|utc|cst|[+-]\d{4})$",
    re.IGNORECASE,
)
_PARTIAL = re.compile(r"^\s*(?P<y>(?:19|20)\d{2})(?:[-/.年](?P<m>1[0-2]|0?[1-9])月?)?\s*年?\s*$")


_NEVER = frozenset(("1970-01-01", "1900-01-01", "0001-01-01"))
"""Days that programs write where they know none."""


@lru_cache(maxsize=4096)
def declared_date(written: str | None) -> str | None:
    """A declared date in ISO form (`YYYY`, `YYYY-MM` or `YYYY-MM-DD`), from any usual spelling; None where it is none."""
    date = _declared(written.strip()[:80]) if written else None
    return date if days_of(date)[0] and date not in _NEVER else None


def _declared(written: str) -> str | None:
    written = day_in(written) or written
    if western := _WESTERN.match(written):
        year, month, day = (int(western[part]) for part in "ymd")
        # the month goes first or last; where both may be, nothing is told
        return (
            f"{year}-{min(month, day) if max(month, day) > 12 else month:02}-{max(month, day):02}"
            if max(month, day) > 12 or month == day
            else None
        )
    if named := _NAMED.search(written):
        month = _MONTHS.index((named["m1"] or named["m2"])[:3].lower()) // 3 + 1
        return f"{named['y1'] or named['y2']}-{month:02}-{int(named['d1'] or named['d2']):02}"
    if partial := _PARTIAL.match(written):
        return f"{partial['y']}-{int(partial['m']):02}" if partial["m"] else partial["y"]
    found = next(
        (hit for hit in find_dates(Plain(written).text) if hit.year is not None and hit.month is not None), None
    )
    if found and found.year and found.month:
        return f"{found.year:04}-{found.month:02}-{found.day:02}"
    if packed := _URL_DATE.search(written):
        return f"{packed['y']}-{int(packed['m']):02}-{int(packed['d']):02}"
    try:
        return parsedate_to_datetime(written).date().isoformat()
    except (TypeError, ValueError, IndexError):
        return None


def day_of(date: str | None) -> datetime.date | None:
    """An ISO day as a date; None for a month, a year, or nothing."""
    try:
        return datetime.date.fromisoformat(date) if date and len(date) == 10 else None
    except ValueError:
        return None


def address_date(text: str) -> str | None:
    """The day that an address or a file name carries (`/2021/10/04/`, `20211004`)."""
    found = _URL_DATE.search(text) or _ADDRESS_DATE.search(text)
    if not found:
        return None
    date = f"{found['y']}-{int(found['m']):02}-{int(found['d']):02}"
    return date if day_of(date) else None


def outside_date(document: Document) -> tuple[str | None, Basis | None]:
    """The date that the source declares about the whole document, and its basis: declared or front matter, URL, file name, last change."""
    if date := declared_date(document.declared.date):
        return date, "front_matter" if document.front_matter else "declared"
    if document.declared.url and (date := address_date(document.declared.url)):
        return date, "url"
    if date := address_date(document.path.rsplit("/", 1)[-1]):
        return date, "filename"
    if date := declared_date(document.declared.updated):
        return date, "updated"
    return None, None


def _iso_in(text: str) -> str | None:
    hit = next((h for h in find_dates(text) if h.year is not None), None)
    return f"{hit.year:04}-{hit.month:02}-{hit.day:02}" if hit and hit.year and hit.month else None


def _short_year(text: str, labelled: bool) -> str | None:
    """A day with two digits for its year, as old pages write it behind a label: 发布时间:21-06-18."""
    found = _TWO_DIGITS.match(text) if labelled else None
    return f"20{found['y']}-{int(found['m']):02}-{int(found['d']):02}" if found else None


def _of_republic(text: str) -> str | None:
    found = _REPUBLIC.match(text)
    return f"{int(found['y']) + 1911}-{int(found['m']):02}-{int(found['d']):02}" if found else None


def _foreign(text: str) -> str | None:
    """A line that is a day as English, Taiwan or a program writes it: Oct 8, 2022; 民国111年10月8日; 20221008."""
    if packed := _PACKED.match(text):
        date = f"{packed['y']}-{packed['m']}-{packed['d']}"
        return date if day_of(date) else None
    if text.startswith(("民国", "中华民国")) and (era := _REPUBLIC.match(text)) and len(text) - era.end() <= _BESIDE:
        return _of_republic(text)
    bare = _WEEKDAY.sub("", text).strip(" ,|")
    named = _NAMED.match(bare)
    return _declared(bare) if named and named.end() == len(bare) else None


def signature_date(texts: Sequence[tuple[str, str]]) -> str | None:
    """The date of a signature: a last paragraph that is a date, or a body and a date. `texts` are (kind, plain text)."""
    tail = [text for kind, text in texts if kind not in ("boilerplate", "caption", "table") and text]
    if any(WORDS.references.match(text) for text in tail[-12:]):
        return None
    if texts and (credited := WORDS.credited.match(texts[-1][1][:100])) and len(texts[-1][1]) <= 100:
        return _iso_in(credited["date"])
    for text in reversed(tail[-3:]):
        if len(text) <= 60 and (given := WORDS.cited.match(text)):
            return _iso_in(given["date"])
    for at in range(len(texts) - 1, max(0, len(texts) - 3), -1):
        text = texts[at][1]
        if not any(kind == "body" for kind, _ in texts[:at]):
            break
        if len(text) <= 60 and (m := WORDS.print_mark.match(text)) and WORDS.print_beside.search(text):
            return _iso_in(m["date"])
    if tail and (m := WORDS.behind.search(tail[-1], max(0, len(tail[-1]) - 30))):
        return _iso_in(m["date"])
    if tail and (western := _WESTERN.match(tail[-1])) and western.end() == len(tail[-1]):
        return declared_date(tail[-1])
    for text in reversed(tail[-4:]):
        if len(text) <= 60 and (m := WORDS.signature.match(text)) and not WORDS.no_signature.search(text):
            return _iso_in(m["date"])
    return None


def header_date(texts: Sequence[tuple[str, str]]) -> tuple[str | None, Basis, bool]:
    """The date of a header table (发布日期, else 成文日期), of a masthead or of a stamp line (2020-02-06 07:46 来源: …), its basis, and whether it is called that of publication."""
    best: tuple[int, str] | None = None
    basis: Basis = "header_table"
    stamped = _stamp_line(texts)
    times = Counter(text for _, text in texts)
    for number, (kind, text) in enumerate(texts):
        if len(text) > 400 or times[text] > 1 and _CLOCK.match(text):
            # what stands on every sheet is the time of printing
            continue
        text = _SLASHED.sub("", text) if "/" in text else text
        for m in WORDS.header.finditer(text):
            date = (
                _iso_in(text[m.end() : m.end() + 14])
                or _short_year(text[m.end() : m.end() + 9], m["bare"] is None)
                or _of_republic(text[m.end() : m.end() + 14])
            )
            rank = int(WORDS.map("header_order")[m["what"]]) if m["what"] else 0 if m["said"] else _BARE
            if (
                date
                and m["bare"]
                and (WORDS.meeting.search(text) or number >= OPENING or len(text) > 90 or _CLOSED.search(text))
            ):
                continue
            if date and (best is None or rank < best[0]):
                best, basis = (rank, date), "header_table"
        if number < stamped:
            continue
        if (
            best is None
            and number < OPENING
            and len(text) <= 60
            and (
                m3 := WORDS.alone.match(text)
                or (WORDS.masthead.search(text) if WORDS.beside.search(text) and not _CLOSED.search(text) else None)
            )
        ):
            date = _iso_in(m3["date"])
            if date:
                best, basis = (2, date), "masthead"
        if best is None and number < OPENING and len(text) <= 40 and (date := _foreign(text)):
            best, basis = (_MASTHEAD, date), "masthead"
        if best is None and number < OPENING and (date := _promulgated(text)):
            best, basis = (_MASTHEAD, date), "masthead"
        if best is None and number < OPENING and (m4 := WORDS.noted.search(text)):
            date = _iso_in(m4["date"])
            if date:
                best, basis = (2, date), "masthead"
        if (
            (best is None or best[0] > _MASTHEAD)
            and kind in ("boilerplate", "byline", "table", "heading")
            and len(text) <= 90
            and (m2 := _STAMP.match(text))
            and ((worded := WORDS.stamp_word.search(text) is not None) or kind == "boilerplate")
        ):
            date = _iso_in(m2["date"])
            # a day behind other words may be that of another story in a list
            rank = _MASTHEAD if worded or m2.start("date") <= 2 else _LISTED
            if date and (best is None or rank < best[0]):
                best, basis = (rank, date), "masthead"
    return (best[1], basis, best[0] == 0) if best else (None, basis, False)


def _stamp_line(texts: Sequence[tuple[str, str]]) -> int:
    """The first of the opening lines that gives day and time beside the credits of a story; a day above it is that of the site."""
    return next(
        (
            number
            for number, (_, text) in enumerate(texts[:OPENING])
            if len(text) <= 90 and _CLOCK.match(text) and WORDS.credited_stamp.search(text) and not _CLOSED.search(text)
        ),
        0,
    )


def _promulgated(text: str) -> str | None:
    """The day on which a rule was promulgated, as the note in brackets below its title says; the last one where it was amended."""
    told = list(WORDS.promulgated.finditer(text[:200])) if text.startswith("(") else []
    return _iso_in(told[-1]["date"]) if told else None


def _told_by_clock(texts: Sequence[tuple[str, str]]) -> bool:
    """Whether one of the first lines gives day and time, as pages do."""
    return any(len(text) <= 90 and _CLOCK.search(text) and not _CLOSED.search(text) for _, text in texts[:OPENING])


def dateline(texts: Sequence[tuple[str, str]]) -> tuple[int | None, int | None, int] | None:
    """Year, month and day of a dateline (新华社X8月16日电) among the first paragraphs."""
    for _kind, text in texts[:8]:
        head = text[:70]
        if (
            ("日" in head or "-" in head or "/" in head)
            and WORDS.sent.search(head)
            and (m := WORDS.dateline.match(head))
        ):
            hit = next(iter(find_dates(m["date"] + ("电" if "日" in m["date"] else " "))), None)
            if hit:
                return hit.year, hit.month, hit.day
    return None


def publish(
    texts: Sequence[tuple[str, str]],
    line: tuple[int | None, int | None, int] | None,
    year_near: datetime.date | None,
    outside: tuple[str | None, Basis | None],
) -> Published:
    """What the article and its source say of its date; without `not_before`. `year_near` is a day that lends a dateline its year."""
    date, basis = outside
    if date and basis in DECLARED:
        # what was written down as the date goes before whatever the text says
        return Published(date, _precision(date), basis)
    header, header_basis, exact = header_date(texts)
    if header and exact:
        # a line that says 发布日期 says what is asked for; a signature is the day of writing
        return Published(header, "day", "header_table")
    if header and _told_by_clock(texts):
        # the page says when it came out; a signature and a dateline, when the story was written and sent
        return Published(header, "day", header_basis)
    if signed := signature_date(texts):
        return Published(signed, "day", "signature")
    if line:
        year, month, day = line
        near = year_near or day_of(header) or day_of(date)
        if year is None and near:
            month = month or (near.month if day <= near.day + 1 else (near.month - 2) % 12 + 1)
            year = nearest_year(month, day, near)
        if year is not None and month is not None:
            return Published(f"{year:04}-{month:02}-{day:02}", "day", "dateline")
    if header:
        return Published(header, "day", header_basis)
    if date:
        return Published(date, _precision(date), basis)
    if line and line[1] is not None:
        return Published(f"--{line[1]:02}-{line[2]:02}", "day", "dateline")
    return Published()


def _precision(date: str) -> Precision:
    return PRECISIONS.get(len(date), "day")


def latest_event(found: Sequence[ResolvedDate]) -> str | None:
    """The latest day that the article tells of, as ISO (`--MM-DD` where no year is known): it was not published before."""
    days = [f"{d.year:04}-{d.month:02}-{d.day:02}" for d in found if d.year is not None]
    if days:
        return max(days)
    open_days = [f"--{d.month:02}-{d.day:02}" for d in found if d.year is None]
    return max(open_days, default=None)
