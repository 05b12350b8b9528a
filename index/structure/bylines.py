"""Who says so: the dateline that opens a news story, and the lines and brackets that name its reporters."""

from __future__ import annotations

import re

from juanzong.index.structure.wording import HAN, is_closed

_MEDIUM = (
    rf"(?:本报|本网|本刊|本台|新华社|中新[社网]|[A-Za-z{HAN}]{{0,10}}(?:报(?![告警名道案考销废])|网(?![络友民站点格上红约购传])|社(?![区会保团交])|台(?![风湾阶账词])|"
    r"刊(?![登发载])|新闻|在线|客户端|之声|频道|之家)|中新|央视)"
)
LEAD = re.compile(
    rf"[【\[（(]?据?(?P<medium>{_MEDIUM})[ \u3000]?(?P<where>[{HAN}、/·]{{0,12}}?)[ \u3000]?"
    r"(?P<when>\d{4}[-/.]\d{1,2}[-/.]\d{1,2}[ \u3000]?|(?:\d{4} ?年 ?)?(?:\d{1,2} ?月 ?)?(?:\d{1,2} ?日 ?)?)(?:[（(][^（()）]{1,30}[)）])?"
    r"(?P<kind>综合消息|综合电|快讯|专电|讯|电|消息)(?=[ \u3000\t（(：:，,】\])）]|$)"
)
"""`新华社X3月2日电（记者 …）`: the medium, where and when it was written, and the kind of report."""
TOPIC = re.compile(r"[ \u3000]{0,3}题[:：]")
"""After a dateline: the rest of the line is the title."""
_LEAD_END = re.compile(r"讯|电|消息")
_BRACKETED = re.compile(r"[】\])） \u3000]{0,2}[（(【\[](?P<names>[^（()）\]】]{2,60})[)）\]】]")
_OPEN = re.compile(
    r"[】\])）： :\u3000]{0,3}(?P<names>(?:全媒体|首席|实习|见习|特约)?(?:记者|通讯员)[ \u3000：:]?"
    rf"[{HAN}]{{2,4}}(?:[ \u3000、](?:通讯员|记者|实习生)?[ \u3000]?[{HAN}]{{2,4}}){{0,6}})(?=[ \u3000])"
)
_TAIL = re.compile(
    r"[（(](?P<names>(?:本报|本网|全媒体|新华社|特约)?(?:记者|通讯员|作者|文[/／:：])[^（()）。]{2,40})[)）]$"
)
_NAMED = re.compile(r"记者|通讯员|作者|文[/／]|实习生")
_NAMES_ONLY = re.compile(rf"[{HAN}·]{{2,4}}(?:[ \u3000、][{HAN}·]{{2,4}}){{0,5}}$")

_ROLE = re.compile(
    rf"(?:本报|本网|本刊|本台|新华社|中新[社网]|[{HAN}]{{2,6}}[报网社台])?(?:全媒体|融媒体?|特约|首席|实习|见习|特派|驻[{HAN}]{{1,4}})?"
    r"(?:记者|通讯员|评论员|摄影记者|摄影|撰稿人?|实习生)|(?<![工合制创写])作者|撰文|文图|图文|文字|供稿|"
    r"[文图摄](?=[/／|丨·:：])|(?:整理|策划)(?=[/／|丨:：])"
)
# one of these stands in whatever `_ROLE` finds
_ROLE_HINT = re.compile("记者|通讯员|评论员|摄影|撰稿|实习生|作者|撰文|文图|图文|文字|供稿|[文图摄理划][/／|丨·:：]")
_NAME_BREAK = re.compile(r"[ \t\u3000\xa0、/／|丨:：,，()（）·■□◆●▲◎★☆○◇▪•]+")
_NOT_NAMES = re.compile(
    r"手记|调查|观察|走访|体验|探访|来信|简介|感言|获悉|了解|采访|发现|看到|返回|查看|编辑|责任|更多|报道|协会|名单|下同|以下|简称|[证站说从在日]$|的|是|了"
)
_MARK = re.compile(r"[■□◆●▲◎★☆○◇▪]")
_EDGE = re.compile(r"^[A-Z](?=本报)|^[■□◆●▲◎★☆○◇▪\s（(【\[]+|[\s)）】\]]+$")


def lead_of(text: str) -> re.Match[str] | None:
    """The dateline that opens a news story (本报讯, 新华社X3月2日电)."""
    if not _LEAD_END.search(text, 0, 48):
        return None
    return LEAD.match(text)


def lead_names(text: str, end: int) -> str | None:
    """The reporters that are named right after a dateline which ends at `end`."""
    names = _BRACKETED.match(text, end) or _OPEN.match(text, end)
    return (
        names["names"].strip()
        if names
        and (
            _NAMED.search(names["names"]) or _NAMES_ONLY.match(names["names"]) and not _NOT_NAMES.search(names["names"])
        )
        else None
    )


def tail_names(text: str) -> str | None:
    """The reporters that are named in brackets at the end of a paragraph."""
    tail = _TAIL.search(text, max(0, len(text) - 60))
    return tail["names"].strip() if tail else None


def bare_names(text: str) -> str:
    """A byline without the marks around it."""
    return _EDGE.sub("", text)


def is_byline(text: str) -> bool:
    """Whether a line gives names of reporters and nothing else."""
    if len(text) > 60 or is_closed(text) or not _ROLE_HINT.search(text):
        return False
    body = text.strip("（()）[]【】")
    if (
        not _ROLE.search(body)
        or lead_of(text)
        or text.count("（") + text.count("(") != text.count("）") + text.count(")")
    ):
        return False
    rest = _ROLE.sub(" ", body)
    if not _MARK.match(text) and not _ROLE.match(body) and not _ROLE.search(body, 2):
        return False
    names = [name for name in _NAME_BREAK.split(rest) if name]
    return 0 < len(names) <= 12 and all(len(name) <= 4 and not _NOT_NAMES.search(name) for name in names)


def names_reporters(text: str) -> bool:
    """Whether a byline says outright that it names reporters."""
    return _NAMED.search(text) is not None
