"""Days that a text mentions: what is written, before any year is worked out.

Durations (48小时, 30日内), months and years alone, lunar dates and shares of a period (12月下旬) are no days.
"""

from __future__ import annotations

import datetime
import re
from typing import NamedTuple

from juanzong.index.text.spans import Spans

_DIGITS = {
    c: i for i, cs in enumerate(("〇零○o0", "一1", "二2", "三3", "四4", "五5", "六6", "七7", "八8", "九9")) for c in cs
}
FIRST_YEAR, LAST_YEAR = 1840, 2100

_YEAR_WORD = r"(?:(?:19|20|18)\d{2}|(?<!\d)\d{2}|[一二][〇零○o0一二三四五六七八九]{3})"
MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九元])"
_DAY = r"(?:3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|[一二三四五六七八九])"
_ARABIC_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
# the year before a month and day; kept apart, since a pattern that may begin with a year is tried at every character
_YEAR_AHEAD = re.compile(
    rf"(?:(?P<roc>民国)(?P<ry>[元一二三四五六七八九十]{{1,3}}|\d{{1,2}})年|(?P<y>{_YEAR_WORD})年|(?P<rel>今年|去年|前年|明年|当年|同年|本年|次年|翌年|转年|那一?年|这一?年|同一年|该年)(?:的|度)?)$"
)
_MONTH_AHEAD = re.compile(rf"(?<![\d十]){MONTH}$")
_DATE = re.compile(
    rf"月(?P<d>{_DAY})(?P<mark>[日号]|(?=(?:[、和及]{_ARABIC_DAY}){{1,9}}[日号])|(?=[-~至到](?:{MONTH}月)?{_DAY}[日号]))(?![龄号楼线])"
    rf"(?:[^\W\d_]{{0,3}}(?:\([^()]{{1,4}}\))?(?P<to>[-~至到])(?:(?P<m2>{MONTH})月)?(?P<d2>{_DAY})[日号](?!内|之内|龄))?"
)
# the look behind comes after what a search can run to
_ISO = re.compile(
    r"(?P<y>(?:19|20)(?<![\d./a-z-]\d\d)\d{2})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?:[-~至到](?P<y2>(?:19|20)\d{2})(?P=s)(?P<m2>\d{1,2})(?P=s)(?P<d2>\d{1,2}))?(?![\d/-])(?!\.\d)"
)
_EUROPEAN = re.compile(r"(?<![\d.])(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>(?:19|20)\d{2})(?![\d.])")
_EVENT = re.compile(
    r"(?<![\d.·])(?P<m>1[0-2]|0?[1-9])·(?P<d>3[01]|[12]\d|0?[1-9])(?![\d·])(?P<after>[\"”'’]?[^\W\d_]{0,4})"
)
_INCIDENT = re.compile(
    r"[\"”'’]?(?:[^\W\d_]{0,2}(?:疫情|案|事故|火灾|爆炸|事件|专案|专班|流调|处置|地震|袭击|暴雨|洪水|空难|坠|大火|命案|枪|特大|重大|较大))"
)
# days that stand for a movement or a yearly occasion, not for one day of one year
_OCCASIONS = {
    (3, 15),
    (9, 11),
    (5, 12),
    (4, 15),
    (12, 4),
    (6, 1),
    (10, 1),
    (7, 1),
    (8, 1),
    (5, 1),
    (12, 9),
    (9, 18),
    (11, 11),
    (6, 18),
    (5, 4),
    (3, 8),
    (1, 10),
    (8, 15),
    (12, 13),
    (5, 20),
    (7, 7),
    (4, 12),
    (6, 26),
    (11, 9),
    (12, 2),
    (2, 14),
    (10, 10),
    (2, 28),
    (4, 26),
}
_DAY_AHEAD = re.compile(r"(?<![\d.年月第/-])(?<!\d:)(?:3[01]|[12]\d|0?[1-9])$")
_BARE = re.compile(r"日(?<=[0-9]日)(?P<range>[-~至到](?:3[01]|[12]\d|0?[1-9])日)?")
# 11至12日
_RANGE_AHEAD = re.compile(rf"(?<![\d.年月第/:-]){_ARABIC_DAY}[-~至到]$")
# 昨(14)日
_BRACKETED = re.compile(rf"[昨今前]\((?P<d>{_ARABIC_DAY})\)日")
_SPOKEN = re.compile(r"号(?=上午|下午|早上|一早|中午|晚上|凌晨|清晨|傍晚|那天)")
_SPOKEN_AHEAD = re.compile(rf"(?<![\d第.月/a-z一二三四五六七八九十-]){_DAY}$")
# what tells a number of days, or a day of every month: 近5日, 拘留5日, 5日内, 5日均线
_DURATION_BEFORE = re.compile(
    r"(?:[每满达共近超约逾第留罚个收起假休隔续少足余几数内首拘+]|[最至]多|每次|(?<!日)期|(?<![此日目])前|连续|(?<!截)(?<!截止)至|工作|最后|为期|或者?|未满|"
    r"[少多低高短]于|不[大小长]于|每[^,。;]{0,4}月的?|延长|提前|推迟|停[业课水电产工]|整[顿改]|暂停|历时|耗时|长达|缓|再)$"
)
_DURATION_AFTER = re.compile(
    r"之?内|以[上下内后前]|之[后久间]|龄|游(?!行)|间|均|化|子|期|程|通知|书|元|圆(?!满)|志|语|式|债|线|立方|用|常|益|记(?!者)|历|份|净|拘|行政|资金|融|年化|无理由|有效|工作|冷静|平均|"
    r"移动|[套通]?票|卡|签证|自由行|自助|跟团|\d?晚(?:游|的)|滚动|生(?![成效产])|本(?![市报台网省区届周轮场次院所局])|来(?![到访华自电函我])|为(?=[期限]|单位)|的(?:行政|拘留|[^,。]{0,3}期|公示|隔离|假|时间|考察|缓)|"
    r"后(?!半夜)|前(?![往来去后])|以来|之?前"
)
# the end of a term, or the beginning of one, where a word or a mark before the day shows that it is no number of days
_TERM_AFTER = re.compile(r"之?[前后]|以[来后前]")
_TERM_BEFORE = re.compile(r"(?:^|[在于自从到请须应要、,;:。]|务必|力争|赶在|至迟|最迟)$")
_NO_TERM_BEFORE = re.compile(r"[的满开期庭飞行前]$")
_DAYS_NO_ONE_COUNTS = 8
_DAY_LEFT = re.compile(
    r"(?:^|[,。;:!?()\"“”‘、 -]|记者|昨|昨天|昨日|今天|今日|今|本月|截至|预计|计划|当地时间|北京时间|时间|本报|据悉|获悉|于|从|在|据|是|定于|自|已于|将于|周[一二三四五六日]|星期[一二三四五六日天]|讯|月)$"
)
_WORD_RIGHT = re.compile(r"(?:[、和及]\d{1,2}日)*[^\W_]")
_SAME_MONTH = re.compile(rf"(?P<word>[同当本上次下翌])月(?P<d>{_DAY})日")
_MONTH_SHIFT = {"本": 0, "上": -1, "下": 1}
_MONTH_SINCE = {"同": 0, "当": 0, "次": 1, "翌": 1}
_ALSO = re.compile(
    rf"(?:[、和及,]|以及)(?P<d>{_ARABIC_DAY})(?:[日号](?![内后前之以龄游])|(?=(?:[、和及]{_ARABIC_DAY}){{1,9}}[日号]))"
)
_LUNAR = re.compile(r"(?:[农阴旧夏藏]历|正月|农历年?)[^,。;]{0,4}$")
_ANNUAL = re.compile(r"(?:每年|历年|各年|每个?|逐年)(?:的)?$")
YEAR = re.compile(
    rf"(?P<y>(?:19|20)(?<![\d.]\d\d)\d{{2}}|[一二][〇零○o0一二三四五六七八九]{{3}})年(?:(?P<m>{MONTH})月(?!\d))?"
)
"""A year that a text names, with its month."""


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


_RELATIVE = {"今年": 0, "本年": 0, "去年": -1, "前年": -2, "明年": 1}
_SINCE = {
    "当年": 0,
    "同年": 0,
    "那年": 0,
    "那一年": 0,
    "这年": 0,
    "这一年": 0,
    "同一年": 0,
    "该年": 0,
    "次年": 1,
    "翌年": 1,
    "转年": 1,
}


def find_dates(text: str) -> list[DateHit]:
    """The days that a plain text mentions, in order. A range whose end is a bare day is one mention, that of its first day."""
    hits: list[DateHit] = []
    if "月" in text:
        _written(text, hits)
    if "20" in text or "19" in text:
        for m in _ISO.finditer(text):
            _numeric(m.start(), m.start("y2") - 1 if m["y2"] else m.end(), (m["y"], m["m"], m["d"]), hits)
            if m["y2"]:
                _numeric(m.start("y2"), m.end(), (m["y2"], m["m2"], m["d2"]), hits)
    if ".20" in text or ".19" in text:
        for m in _EUROPEAN.finditer(text):
            _numeric(m.start(), m.end(), (m["y"], m["m"], m["d"]), hits)
    if "·" in text:
        for m in _EVENT.finditer(text):
            month, day = int(m["m"]), int(m["d"])
            quoted = text[max(0, m.start() - 1) : m.start()] in "\"“'‘" and m.start() > 0
            if valid(None, month, day) and ((month, day) not in _OCCASIONS) and (quoted or _INCIDENT.match(m["after"])):
                hits.append(DateHit(m.start(), m.start("after"), "event", None, month, day))
    if "日" in text:
        _bare(text, hits)
        if ")日" in text:
            hits.extend(
                DateHit(m.start("d"), m.end(), "day", None, None, int(m["d"])) for m in _BRACKETED.finditer(text)
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
                    _MONTH_SHIFT.get(m["word"]),
                    _MONTH_SINCE.get(m["word"]),
                )
                for m in _SAME_MONTH.finditer(text)
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
    while m := _DATE.search(text, at):
        at = m.start() + 1
        written = _MONTH_AHEAD.search(text, max(0, m.start() - 2), m.start())
        if written is None:
            continue
        at = m.end()
        month, day = number(written.group()), number(m["d"])
        start, year, relative, since = _year_before(text, written.start())
        if not valid(year, month, day):
            continue
        before = text[max(0, start - 8) : start]
        if year is None and (_LUNAR.search(before) or _ANNUAL.search(before) or since and before.endswith("的")):
            # 形成之日的次年6月30日 is of no year in particular
            continue
        if not m["mark"] and not m["d2"] and not _ALSO.match(text, m.end()):
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
        while more := _ALSO.match(text, end):
            if valid(year, month, int(more["d"])):
                hits.append(
                    DateHit(more.start("d"), more.end(), "written", year, month, int(more["d"]), relative, since)
                )
            end = more.end()


def _year_before(text: str, at: int) -> tuple[int, int | None, int | None, int | None]:
    """Where a date begins whose month begins at an offset, its year, and what a word like 去年 or 同年 shifts it by."""
    if text[at - 1 : at] not in ("年", "的", "度") or (m := _YEAR_AHEAD.search(text, max(0, at - 9), at)) is None:
        return at, None, None, None
    if m["y"]:
        return m.start(), _full_year(m["y"]), None, None
    if m["roc"]:
        return m.start(), 1911 + number(m["ry"]), None, None
    return m.start(), None, _RELATIVE.get(m["rel"]), _SINCE.get(m["rel"])


def _bare(text: str, hits: list[DateHit]) -> None:
    taken = Spans(hits)
    after = 0
    while m := _BARE.search(text, after):
        after = m.start() + 1
        written = _DAY_AHEAD.search(text, max(0, m.start() - 2), m.start())
        span = None
        if written is None or text[written.start() - 1 : written.start()] in "-~至到":
            span = _RANGE_AHEAD.search(
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
        if _DURATION_BEFORE.search(left) or _LUNAR.search(left):
            continue
        if _DURATION_AFTER.match(right):
            term = _TERM_AFTER.match(right)
            # beside other days 16日前 is a day too; by itself it may be a number of days (开会10日前)
            beside = hits and int(day) >= _DAYS_NO_ONE_COUNTS and not _NO_TERM_BEFORE.search(left)
            if not term or not _TERM_BEFORE.search(left) and not (beside and term.group()[-1] == "前"):
                continue
        elif not (_DAY_LEFT.search(left) or span or m["range"] or _WORD_RIGHT.match(right)):
            continue
        hits.append(DateHit(start, m.end(), "day", None, None, int(day)))


def _spoken(text: str, hits: list[DateHit]) -> None:
    """Days as they are said: 十九号一早, 5号下午."""
    taken = Spans(hits)
    for m in _SPOKEN.finditer(text):
        written = _SPOKEN_AHEAD.search(text, max(0, m.start() - 3), m.start())
        if written and not taken.touch(written.start(), m.end()):
            hits.append(DateHit(written.start(), m.end(), "day", None, None, number(written.group())))


def iso(year: int | None, month: int, day: int) -> str:
    """`2021-11-03`, or `--11-03` without a year."""
    return f"{year:04}-{month:02}-{day:02}" if year is not None else f"--{month:02}-{day:02}"
