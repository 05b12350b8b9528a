"""Days that a text mentions: what is written, before any year is worked out.

Durations (48小时, 30日内), months and years alone, lunar dates and shares of a period (12月下旬) are no days.
"""
from __future__ import annotations

import datetime
import re
from typing import NamedTuple

from index.spans import Spans

_DIGITS = {c: i for i, cs in enumerate(("〇零○o0", "一1", "二2", "三3", "四4", "五5", "六6", "七7", "八8", "九9")) for c in cs}
FIRST_YEAR, LAST_YEAR = 1840, 2100

_YEAR_WORD = r"(?:(?:19|20|18)\d{2}|(?<!\d)\d{2}|[一二][〇零○o0一二三四五六七八九]{3})"
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY = r"(?:3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|[一二三四五六七八九])"
_ARABIC_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
# the year before a month and day; kept apart, since a pattern that may begin with a year is tried at every character
_YEAR_AHEAD = re.compile(rf"(?:(?P<roc>民国)(?P<ry>[元一二三四五六七八九十]{{1,3}}|\d{{1,2}})年|(?P<y>{_YEAR_WORD})年|(?P<rel>今年|去年|前年|明年|当年|同年|本年|次年|翌年|转年)(?:的|度)?)$")
_MONTH_AHEAD = re.compile(rf"(?<![\d十]){_MONTH}$")
_DATE = re.compile(
    rf"月(?P<d>{_DAY})(?P<mark>[日号]|(?=(?:[、和及]{_ARABIC_DAY}){{1,9}}[日号])|(?=[-~至到](?:{_MONTH}月)?{_DAY}[日号]))(?![龄号楼线])"
    rf"(?:[^\W\d_]{{0,3}}(?:\([^()]{{1,4}}\))?(?P<to>[-~至到])(?:(?P<m2>{_MONTH})月)?(?P<d2>{_DAY})[日号](?!内|之内|龄))?")
# the look behind comes after what a search can run to
_ISO = re.compile(r"(?P<y>(?:19|20)(?<![\d./a-z-]\d\d)\d{2})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?:[-~至到](?P<y2>(?:19|20)\d{2})(?P=s)(?P<m2>\d{1,2})(?P=s)(?P<d2>\d{1,2}))?(?![\d/-])(?!\.\d)")
_EUROPEAN = re.compile(r"(?<![\d.])(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>(?:19|20)\d{2})(?![\d.])")
_EVENT = re.compile(r"(?<![\d.·])(?P<m>1[0-2]|0?[1-9])·(?P<d>3[01]|[12]\d|0?[1-9])(?![\d·])(?P<after>[\"”'’]?[^\W\d_]{0,4})")
_INCIDENT = re.compile(r"[\"”'’]?(?:[^\W\d_]{0,2}(?:疫情|案|事故|火灾|爆炸|事件|专案|专班|流调|处置|地震|袭击|暴雨|洪水|空难|坠|大火|命案|枪|特大|重大|较大))")
# days that stand for a movement or a yearly occasion, not for one day of one year
_OCCASIONS = {(3, 15), (9, 11), (5, 12), (4, 15), (12, 4), (6, 1), (10, 1), (7, 1), (8, 1), (5, 1), (12, 9), (9, 18), (11, 11), (6, 18), (5, 4), (3, 8), (1, 10),
              (8, 15), (12, 13), (5, 20), (7, 7), (4, 12), (6, 26), (11, 9), (12, 2), (2, 14), (10, 10), (2, 28), (4, 26)}
_DAY_AHEAD = re.compile(r"(?<![\d.年月第/-])(?<!\d:)(?:3[01]|[12]\d|0?[1-9])$")
_BARE = re.compile(r"日(?<=[0-9]日)(?P<range>[-~至到](?:3[01]|[12]\d|0?[1-9])日)?")
# 昨(14)日
_BRACKETED = re.compile(rf"[昨今前]\((?P<d>{_ARABIC_DAY})\)日")
_SPOKEN = re.compile(r"号(?=上午|下午|早上|一早|中午|晚上|凌晨|清晨|傍晚|那天)")
_SPOKEN_AHEAD = re.compile(rf"(?<![\d第.月/a-z一二三四五六七八九十-]){_DAY}$")
_DURATION_AFTER = re.compile(r"内|后(?!半夜)|前(?![往来去])|来|之|以|的|龄|游|间|为|均|化|子|期|程|通知|书|元|圆|本|志|军|语|产|系|韩|式|企|媒|美|方|债|线|均|立方|生|用|常|益|记|历|份|均|净|拘|行政|资金|融")
_DAY_LEFT = re.compile(r"(?:^|[,。;:!?()\"“”‘、 -]|记者|昨|昨天|昨日|今天|今日|今|本月|截至|预计|计划|当地时间|北京时间|时间|本报|据悉|获悉|于|从|在|据|是|定于|自|已于|将于|周[一二三四五六日]|星期[一二三四五六日天]|讯|月)$")
_DAY_RIGHT = re.compile(r"[,()至。;、-]|有(?:[小中大暴阵雷]?雨|雪|雾)|白天|夜间|后半夜|前半夜|全天|多云|阴|晴|小雨|大雨|前往|上午|下午|中午|晚|凌晨|清晨|早|傍晚|深夜|夜|午|零时|\d|在|从|发|召|举|宣|表|说|透|介|报|获|开|闭|抵|会|起|消|电|讯|公|晨|记|对|向|就|率|通|一|与|同|给|因|当|警|接|赴|到|全|正|收|揭|启|签|出|凌|结果|检测|采样|核酸|复[查核检]|确诊|居家|居住|乘|返|转|已|累计|共|局部|大部|部分|气温|最[高低]|沿海|我[市省县区]")
_DAY_STRONG = re.compile(r"专门|专程|正式|首次|再次|开[秤工业馆放]|看望|慰问|视察|调研|考察|检查|成立|抵达|到达|进驻|挂牌|揭牌|赶到|回访|立案|宣判|公布|发表|援引|提出|证实|声明|声称|通报|下发|印发|前往|前来|访问|会晤|会谈|出席|启动|签署|批准|发射|白天|夜间|后半夜|前半夜|全天|多云|\d{1,2}[时:]|组织|返|返回|投票|宣誓|向|起|独家|如期|"
                         r"开始|率|在|赴|电|讯|消息|上午|下午|凌晨|清晨|傍晚|晚|从|在|宣布|发布|召开|表示|透露|介绍|获悉|举行|说|报道|开幕|闭幕|抵达|会见|早|夜|就|对|称")
_DAY_NOT_LEFT = re.compile(r"(?:[每满达共近超约逾第留罚期个期收起假休隔行连续少多不足余几数前后内首次]|(?<!截)(?<!截止)至|工作|最后|为期|或者?|不少于|不得少于|未满|其中)$")
_ALSO = re.compile(rf"(?:[、和及,]|以及)(?P<d>{_ARABIC_DAY})(?:[日号](?![内后前之以龄游])|(?=(?:[、和及]{_ARABIC_DAY}){{1,9}}[日号]))")
_LUNAR = re.compile(r"(?:[农阴旧夏藏]历|正月|农历年?)[^,。;]{0,4}$")
_ANNUAL = re.compile(r"(?:每年|历年|各年|每个?|逐年)(?:的)?$")
YEAR = re.compile(r"(?P<y>(?:19|20)(?<![\d.]\d\d)\d{2})年(?:(?P<m>1[0-2]|0?[1-9])月(?!\d))?")


class DateHit(NamedTuple):
    """A day as written. `year`, `month` are None where the text leaves them out.

    `relative` shifts the article's year (去年: -1), `since` the year that was named before (同年: 0, 次年: 1); None without such a word.
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
_SINCE = {"当年": 0, "同年": 0, "次年": 1, "翌年": 1, "转年": 1}


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
            quoted = text[max(0, m.start() - 1):m.start()] in "\"“'‘" and m.start() > 0
            if valid(None, month, day) and ((month, day) not in _OCCASIONS) and (quoted or _INCIDENT.match(m["after"])):
                hits.append(DateHit(m.start(), m.start("after"), "event", None, month, day))
    if "日" in text:
        _bare(text, hits)
        if ")日" in text:
            hits.extend(DateHit(m.start("d"), m.end(), "day", None, None, int(m["d"])) for m in _BRACKETED.finditer(text))
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
        before = text[max(0, start - 8):start]
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
                hits.append(DateHit(more.start("d"), more.end(), "written", year, month, int(more["d"]), relative, since))
            end = more.end()


def _year_before(text: str, at: int) -> tuple[int, int | None, int | None, int | None]:
    """Where a date begins whose month begins at an offset, its year, and what a word like 去年 or 同年 shifts it by."""
    if text[at - 1:at] not in ("年", "的", "度") or (m := _YEAR_AHEAD.search(text, max(0, at - 9), at)) is None:
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
        if written is None:
            continue
        after, start = m.end(), written.start()
        if taken.touch(start, start + 1):
            continue
        left, right = text[max(0, start - 6):start], text[m.end():m.end() + 4]
        if _DURATION_AFTER.match(right) or _DAY_NOT_LEFT.search(left) or _LUNAR.search(left):
            continue
        if (_DAY_LEFT.search(left) and (_DAY_RIGHT.match(right) or m["range"])) or _DAY_STRONG.match(right):
            hits.append(DateHit(start, m.end(), "day", None, None, int(written.group())))


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
