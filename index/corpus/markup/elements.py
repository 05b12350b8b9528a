"""What the elements of HTML are by their name, class and style: blocks, furniture, titles, hidden parts."""

from __future__ import annotations

import re
from typing import Any

BLOCKS = frozenset(
    """p div section article main header footer nav aside ul ol li dl dt dd blockquote pre figure figcaption h1 h2 h3 h4 h5 h6 table thead tbody tfoot tr td th caption form fieldset address center body hr details summary""".split()
)
DROPPED = frozenset(
    """script style noscript template head select option textarea button svg iframe object video audio canvas input rt rp rtc""".split()
)
"""Elements whose text is not shown, or shown on something that is no text."""
FURNITURE = frozenset(("nav", "footer", "aside", "menu"))
INLINE = frozenset(("span", "a", "em", "i", "b", "strong", "font", "time", "label", "small", "s", "u", "cite"))
# what the class or the id of an element says that it is
_HINT_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navi|menu|topbar|top-bar|breadcrumbs?|crumbs?|bread|location|position|share|sharebox|bdshare|toolbar|tools|footer|foot|copyright|sidebar|aside|related|relate|recommend|"
    r"hotlist|hot-list|rank|ranking|login|pagination|pager|pages?-nav|friendlinks?|qrcode|qr-code|bottom|report|jubao|tags?)(?:$|[\s_-]|\d)",
    re.IGNORECASE,
)
_HINT_TITLE = re.compile(
    r"(?:^|[\s_-])(?:title|tit|headline|biaoti|bt|article-?title|news-?title|post-?title|entry-?title|main-?title|activity-name|titname|content-title|index-module_articleTitle|zbt|zhubiaoti|tit1|(?:news|article|arti|art|content|cont|con|doc|main|info|detail|post|text)_?(?:title|tit|bt))(?:$|[\s_-]|\d)",
    re.IGNORECASE,
)
_PRE_STYLE = re.compile(r"white-space\s*:\s*(?:pre|pre-wrap|pre-line|break-spaces)\b", re.IGNORECASE)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_BLOCK_STYLE = re.compile(r"display\s*:\s*(?:block|flex|grid|table|list-item)\b", re.IGNORECASE)
_LARGE_STYLE = re.compile(
    r"font-size\s*:\s*(?:(?:2[0-9]|3[0-9])(?:\.\d+)?px|(?:1[6-9]|2[0-9])(?:\.\d+)?pt|(?:x{1,2}-)large)", re.IGNORECASE
)
_LONGEST_TITLE = 60
_MOST_FURNITURE = 500
"""Characters of an element that is furniture by its class: what is longer is the story whatever its class says."""
_SENTENCE = re.compile("[^。！？]{30,}[。！？]")


def is_block(tag: str, element: Any) -> bool:
    """Whether an element begins and ends a line."""
    return tag in BLOCKS or tag in INLINE and _BLOCK_STYLE.search(element.get("style") or "") is not None


def hints(tag: str, element: Any) -> tuple[bool, bool, bool, bool]:
    """What class, id and style of an element say of all that it holds: furniture, a title, text whose line ends are kept, and that it is hidden."""
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    style = element.get("style") or ""
    whole = tag in ("body", "html", "main", "article")
    furniture = named != " " and not whole and _HINT_FURNITURE.search(named) is not None and _is_small(element)
    title = (
        not whole and not furniture and (named != " " and _HINT_TITLE.search(named) is not None or _is_large(element))
    )
    kept = tag == "pre" or _PRE_STYLE.search(style) is not None
    hidden = not whole and (element.get("hidden") is not None or _HIDDEN_STYLE.search(style) is not None)
    return furniture, title, kept, hidden


def _is_large(element: Any) -> bool:
    """Whether a page sets a few words in large print, as old pages set their titles."""
    large = element.tag == "font" and (element.get("size") or "").strip("+ ") in ("4", "5", "6", "7")
    large = (
        large
        or element.tag in ("span", "p", "div", "td", "strong", "b")
        and _LARGE_STYLE.search(element.get("style") or "") is not None
    )
    return large and 4 <= len("".join(element.itertext()).strip()) <= _LONGEST_TITLE


def _is_small(element: Any) -> bool:
    """Whether an element holds little text and no sentence of a story."""
    text = "".join(element.itertext())
    return len(text) <= _MOST_FURNITURE and not _SENTENCE.search(text)
