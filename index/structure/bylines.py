"""Who says so: the dateline that opens a news story, and the lines and brackets that name its reporters."""

from __future__ import annotations

import re

from juanzong.index.structure.wording import WORDS, is_closed

_NAME_BREAK = re.compile(r"[ \t\u3000\xa0、/／|丨:：,，()（）·■□◆●▲◎★☆○◇▪•]+")
_MARK = re.compile(r"[■□◆●▲◎★☆○◇▪]")


def lead_of(text: str) -> re.Match[str] | None:
    """The dateline that opens a news story (本报讯, 新华社X3月2日电)."""
    if not WORDS.lead_end.search(text, 0, 48):
        return None
    return WORDS.lead.match(text)


def lead_names(text: str, end: int) -> str | None:
    """The reporters that are named right after a dateline which ends at `end`."""
    names = WORDS.bracketed_names.match(text, end) or WORDS.open_names.match(text, end)
    return (
        names["names"].strip()
        if names
        and (
            WORDS.said_names.search(names["names"])
            or WORDS.names_only.match(names["names"])
            and not WORDS.not_names.search(names["names"])
        )
        else None
    )


def tail_names(text: str) -> str | None:
    """The reporters that are named in brackets at the end of a paragraph."""
    tail = WORDS.tail_names.search(text, max(0, len(text) - 60))
    return tail["names"].strip() if tail else None


def bare_names(text: str) -> str:
    """A byline without the marks around it."""
    return WORDS.byline_edge.sub("", text)


def is_byline(text: str) -> bool:
    """Whether a line gives names of reporters and nothing else."""
    if len(text) > 60 or is_closed(text) or not WORDS.role_hint.search(text):
        return False
    body = text.strip("（()）[]【】")
    if (
        not WORDS.role.search(body)
        or lead_of(text)
        or text.count("（") + text.count("(") != text.count("）") + text.count(")")
    ):
        return False
    rest = WORDS.role.sub(" ", body)
    if not _MARK.match(text) and not WORDS.role.match(body) and not WORDS.role.search(body, 2):
        return False
    names = [name for name in _NAME_BREAK.split(rest) if name]
    return 0 < len(names) <= 12 and all(len(name) <= 4 and not WORDS.not_names.search(name) for name in names)


def names_reporters(text: str) -> bool:
    """Whether a byline says outright that it names reporters."""
    return WORDS.said_names.search(text) is not None
