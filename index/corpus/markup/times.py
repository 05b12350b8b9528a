"""The day that the elements of a page mark as its own: <time>, attributes of seconds, a day set in pieces."""

from __future__ import annotations

import re
from typing import Any

_STALE = re.compile(r"updat|modif", re.IGNORECASE)
_DATED = re.compile(
    r"(?:^|[\s_-])(?:pub|publish(?:ed)?|post|news|article|[a-z])?[_-]?(?:time|date|day|rq|riqi|pubtime|shijian)s?(?:$|[\s_-])",
    re.IGNORECASE,
)
"""What the class or the id of an element with the day of publication looks like."""
_ATTRIBUTES = (
    "data-time",
    "data-timestamp",
    "data-val",
    "data-date",
    "data-published",
    "data-publish-time",
    "datetime",
    "title",
)
_MOMENT = re.compile(r"\d{13}$|\d{10}$|(?:19|20)\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}")
# a day in pieces: 18 | 2021-06, 2021 | 06/18, 06/18 | 2021
_PIECES = (
    re.compile(r"(?P<d>\d{1,2}) (?P<y>(?:19|20)\d{2}) ?[-/.年] ?(?P<m>\d{1,2})月?(?!\d)"),
    re.compile(r"(?P<y>(?:19|20)\d{2})年? (?P<m>\d{1,2}) ?[-/.月] ?(?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?P<m>\d{1,2}) ?[-/.月] ?(?P<d>\d{1,2})日? (?P<y>(?:19|20)\d{2})(?![\d-])"),
)
_LONGEST = 60
_BESIDE = ("nav", "aside", "footer", "li")


def marked_time(root: Any) -> str | None:
    """The first <time> of the page that is neither one of an update nor in a list beside the article."""
    found: list[str] = []
    for element in root.iter("time"):
        value = (element.get("datetime") or "").strip() or " ".join("".join(element.itertext()).split())
        if not re.search(r"(?:19|20)\d{2}", value) or _STALE.search(
            f"{element.get('class') or ''} {element.get('itemprop') or ''}"
        ):
            continue
        if any(parent.tag in ("nav", "aside", "footer", "li") for parent in element.iterancestors()):
            continue
        if element.get("pubdate") is not None or "publish" in (element.get("class") or ""):
            return value[:100]
        found.append(value[:100])
    return found[0] if found else _in_attributes(root)


def _in_attributes(root: Any) -> str | None:
    """The day in an attribute or in the pieces of an element whose class or id says that it is one."""
    for element in root.iterfind(".//*[@class]"):
        named = f"{element.get('class')} {element.get('id') or ''}"
        if not _DATED.search(named) and "published" not in named or _STALE.search(named):
            continue
        if any(parent.tag in _BESIDE for parent in (element, *element.iterancestors())):
            continue
        for name in _ATTRIBUTES:
            if _MOMENT.match(value := (element.get(name) or "").strip()):
                return value[:100]
        text = " ".join(" ".join(element.itertext()).split())
        if len(text) <= _LONGEST and (found := next(filter(None, (form.match(text) for form in _PIECES)), None)):
            return f"{found['y']}-{int(found['m']):02}-{int(found['d']):02}"
    return None
