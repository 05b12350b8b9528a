"""What a page says of itself besides its text: elements of its head, structured data, marked times, variables of its scripts.

Values stay as they were written, but for times counted in seconds, which become days of China's time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from juanzong.index.corpus.declared.media import is_platform, medium
from juanzong.index.corpus.markup.inline import bare, unescaped
from juanzong.index.corpus.markup.times import marked_time
from juanzong.index.periods import day_in

_TITLES = ("articletitle", "og:title", "headline", "twitter:title", "dc.title", "citation_title")
_PUBLISHED = (
    "article:published_time",
    "datepublished",
    "pubdate",
    "publishdate",
    "publish_date",
    "publish-date",
    "publishtime",
    "publish_time",
    "pubtime",
    "pub_time",
    "firstpublishedtime",
    "apub:time",
    "bytedance:published_time",
    "og:published_time",
    "og:time",
    "og:pubdate",
    "og:release_date",
    "og:article:published_time",
    "weibo:article:create_at",
    "article:create_at",
    "create_at",
    "releasedate",
    "release_date",
    "issuedate",
    "issued",
    "sailthru.date",
    "parsely-pub-date",
    "cxenseparse:recs:publishtime",
    "rnews:datepublished",
    "originalpublicationdate",
    "citation_publication_date",
    "citation_date",
    "dc.date",
    "dc.date.issued",
    "dcterms.date",
    "dcterms.created",
    "dcterms.issued",
    "contentdate",
    "articledate",
    "newsdate",
    "date_published",
    "createdate",
    "create_time",
    "createtime",
    "created",
    "date",
)
_UPDATED = (
    "dateupdate",
    "datemodified",
    "article:modified_time",
    "og:updated_time",
    "article:updated_time",
    "lastmodified",
    "last-modified",
    "lastmod",
    "updated",
    "update_time",
    "updatetime",
    "revised",
    "dcterms.modified",
    "dc.date.modified",
    "modified",
)
_SOURCES = (
    "contentsource",
    "source",
    "article:source",
    "og:article:source",
    "mediaid",
    "media",
    "copyrightholder",
    "dc.source",
    "dcterms.source",
)
_AUTHORS = ("article:author", "og:article:author", "author", "dc.creator", "creator", "byl")
_SITES = (
    "og:site_name",
    "sitename",
    "site_name",
    "application-name",
    "apple-mobile-web-app-title",
    "dc.publisher",
    "publisher",
)
_SOURCE_CLASSES = re.compile(
    r"(?:^|[\s_-])(?:source|sources|source-?name|article-source(?:-name)?|news-?source|post-?source|media-?source|ent-source|copyfrom|laiyuan|origin|publisher|from|src|ly)(?:$|[\s_-])",
    re.IGNORECASE,
)
_LONGEST_NAME = 30
_SOURCE_LABEL = re.compile(r"(?:来源|稿源)[\s\u3000]*[:：][\s\u3000]*$")
_SHORTEST_ACCOUNT, _LONGEST_ACCOUNT = 4, 12
"""Characters of a name that nothing but its place tells; a shorter one may be somebody's own."""
_ACCOUNT_IDS = ("js_name", "js_wx_follow_nickname")
_ACCOUNT_CLASSES = re.compile(
    r"(?:^|[\s_-])(?:profile_nickname|head_name|account_nickname_inner|author-?name|authorName|up-?name|index-module_authorName|m-text-cut|media-name|user-?name|nickname|article-author-name)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NICKNAME = re.compile(
    r"(?:\bnick_?[nN]ame|\bscreen_?[nN]ame|\bmedia_name|\bmedia|\bsource_?[nN]ame|\bmediaName|\baccountName|\baccount_name)[\"']?\s*[:=]\s*(?:\w{1,20}\()?[\"'](?P<name>[^\"'<>\\]{1,40})[\"']"
)
_PROFILE = re.compile(
    r"[\"']?\b(?:profile|account|userInfo|user_info|mediaInfo|media_info)[\"']?\s*:\s*\{[^{}]{0,200}?[\"']?\bname[\"']?\s*:\s*[\"'](?P<name>[^\"'<>\\]{1,40})[\"']"
)
_SOURCE_VARIABLE = re.compile(
    r"[\"']?\b(?:source|origin|media_?source|copyfrom|laiyuan)[\"']?\s*[:=]\s*[\"'](?P<name>[\u4e00-\u9fff][^\"'<>\\]{1,30})[\"']"
)
_SCRIPT_TIME = re.compile(
    r"(?:\b|[\"'_])(?:publish_?time|pub_?time|pub_?date|publish_?date|pubDate|datePublished|ptime|ct|ori_?create_?time|create_?time|created_?at|create_?date|release_?(?:time|date)|publish(?:ed)?_?(?:at|on|time|date)|post_?(?:time|date)|issue_?date|display_?time|news_?time)[\"']?\s*[:=]\s*"
    r"(?:(?:new )?\w{1,20}\()?[\"']?(?P<value>\d{13}|\d{10}|(?:19|20)\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}[^\"'<>;,}]{0,30}|[A-Z][a-z]{2} [A-Z][a-z]{2} \d{1,2} [\d:]{8} [+-]\d{4} \d{4})",
    re.IGNORECASE,
)
# the time beside the name of the source: source:'…',time:'…'
_NEAR_SOURCE = re.compile(
    r"\b(?:source|media|origin|author)[\"']?\s*[:=]\s*[\"'][^\"'<>\\\n]{0,40}[\"']\s*,\s*[\"']?(?:time|date)[\"']?\s*[:=]\s*[\"'](?P<value>(?:19|20)\d{2}-\d{1,2}-\d{1,2})"
)
_NEAR_PUBLISH = re.compile(r"[\"'](?P<value>(?:19|20)\d{2}-\d{2}-\d{2})[\"'][^\n]{0,400}?publish_?time", re.IGNORECASE)
# what the name of a field for the day of publication looks like on sites that invent their own
_DATE_NAME = re.compile(
    r"(?:pub|publish(?:ed)?|post|issue|release|news|article|upload)[_:.-]?(?:time|date|at|on|ed)$|publish(?:ed)?$|publish.*time|(?:^|[_:.-])(?:date|rq|riqi|fbsj|fbrq)$"
)
_TITLED_DAY = re.compile(
    r"(?:^|[-_|｜—–\s\u3000])(?P<value>(?:19|20)\d{2}(?:年\d{1,2}月\d{1,2}日|[-/.]\d{1,2}[-/.]\d{1,2}))(?=$|[-_|｜—–\s\u3000])"
)
_MADE = re.compile(r"(?:19|20)\d{2}-\d{1,2}-\d{1,2}")
_WRAPPING = re.compile(r"//\s*<!\[CDATA\[|//\s*\]\]>|<!\[CDATA\[|\]\]>|<!--|-->|/\*.{0,200}?\*/", re.DOTALL)
_NEEDLESS = re.compile(r",(\s*[}\]])")
_PAIR = re.compile(r'"(datePublished|pubDate|dateModified|headline)"\s*:\s*"([^"\\]{1,300})"')
_MOST_SCRIPT = 400_000
_MOST_DATA = 200_000


@dataclass(slots=True)
class Metadata:
    """The values that a page gives, each as it was written; several titles in the order of trust."""

    titles: list[str] = field(default_factory=list)
    whole_title: str = ""
    date: str | None = None
    updated: str | None = None
    source: str | None = None
    account: str | None = None
    author: str | None = None
    site: str | None = None
    url: str | None = None


def metadata_of(root: Any) -> Metadata:
    """What a parsed page says of itself."""
    found = Metadata()
    element = root.find(".//title")
    found.whole_title = " ".join("".join(element.itertext()).split())[:500] if element is not None else ""
    values = _head(root)
    for entry in _linked_data(root):
        for name, value in entry:
            values.setdefault(name, value)
    found.titles = list(dict.fromkeys(bare(values[name]) for name in _TITLES if name in values))
    found.source = _first(values, _SOURCES) or _marked_source(root, found.whole_title) or _linked_source(root)
    found.author = _first(values, _AUTHORS)
    found.site = _first(values, _SITES)
    found.url = _first(values, ("og:url", "url", "canonical"))
    scripts = _scripts(root)
    found.account = _account(root, scripts)
    found.date = day_in(
        _first(values, _PUBLISHED)
        or next((value for name, value in values.items() if _DATE_NAME.search(name)), None)
        or marked_time(root)
        or _script_time(scripts)
        or _titled_day(found.whole_title)
    )
    found.updated = day_in(_first(values, _UPDATED)) or _made(values)
    if found.site and (is_platform(found.site) or found.site == "mp.weixin.qq.com"):
        found.site = None
    return found


def _titled_day(title: str) -> str | None:
    """The day that stands by itself in a <title>, as electronic papers have it: X日报-2022年11月05日-第04版-…"""
    day = _TITLED_DAY.search(title)
    return day["value"] if day else None


def _marked_source(root: Any, whole_title: str) -> str | None:
    """The medium in an element whose class or id says that it is the source; what a page keeps for its scripts goes there too.

    A name of any form is one where the <title> ends in it.
    """
    for element in root.iterfind(".//*[@class]"):
        if not _SOURCE_CLASSES.search(f"{element.get('class')} {element.get('id') or ''}"):
            continue
        if any(parent.tag in ("nav", "aside", "footer", "li") for parent in (element, *element.iterancestors())):
            continue
        name = " ".join("".join(_shown(element)).split())
        if not name or len(name) > _LONGEST_NAME:
            continue
        if (found := medium(name)) and found.kind != "account" or len(name) > 2 and whole_title.endswith(name):
            return name
    return None


def _linked_source(root: Any) -> str | None:
    """The name that is all of a link behind the label of the source: 来源: <a>…</a>. An account of any name is one there."""
    for element in root.iter("a"):
        before = element.getprevious()
        parent = element.getparent()
        label = (before.tail if before is not None else parent.text if parent is not None else None) or ""
        if not _SOURCE_LABEL.search(label[-12:]):
            continue
        name = " ".join("".join(element.itertext()).split())
        if (_SHORTEST_ACCOUNT <= len(name) <= _LONGEST_ACCOUNT or medium(name)) and not any(
            above.tag in ("nav", "aside", "footer", "li") for above in element.iterancestors()
        ):
            return name
    return None


def _made(values: dict[str, str]) -> str | None:
    """The time at which a content system says that it made the page."""
    made = _MADE.search(values.get("others", ""))
    return made[0] if made else None


def _shown(element: Any) -> Iterator[str]:
    """The text of an element without that of scripts."""
    for part in element.iter():
        if part.tag not in ("script", "style"):
            yield part.text or ""
        if part is not element:
            yield part.tail or ""


def _first(values: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((values[name] for name in names if name in values), None)


def _head(root: Any) -> dict[str, str]:
    values: dict[str, str] = {}
    for element in root.iter("meta"):
        name = "".join(
            (element.get("name") or element.get("property") or element.get("itemprop") or "").split()
        ).lower()
        content = " ".join((element.get("content") or "").split())
        if not name and (element.get("http-equiv") or "").lower() in ("last-modified", "date"):
            name = "last-modified"
        if name and content:
            values.setdefault(name, content[:1000])
    for element in root.iterfind(".//*[@itemprop]"):
        name = (element.get("itemprop") or "").strip().lower()
        if element.tag == "meta" or name not in (
            "headline",
            "datepublished",
            "publisher",
            "datemodified",
            "datecreated",
        ):
            continue
        content = element.get("content") or element.get("datetime") or "".join(element.itertext())
        if content := " ".join(content.split())[:300]:
            values.setdefault(
                "pubdate" if name == "datecreated" else "article:source" if name == "publisher" else name, content
            )
    link = root.find(".//link[@rel='canonical']")
    if link is not None and link.get("href"):
        values["canonical"] = link.get("href")[:1000]
    return values


def _linked_data(root: Any) -> Iterator[Iterator[tuple[str, str]]]:
    """Name and value of what structured data (JSON-LD) says of the article, most telling entry first."""
    entries: list[dict[str, Any]] = []
    for element in root.iter("script"):
        if "ld+json" not in (element.get("type") or "").lower():
            continue
        try:
            entries += list(_objects(_parsed((element.text or "")[:_MOST_DATA])))
        except RecursionError:
            continue
    for entry in sorted(entries, key=_rank):
        yield _said_by(entry)


def _parsed(text: str) -> Any:
    """Structured data as pages write it: between comments, with line ends in strings and commas too many; where it does not parse, its days."""
    text = _WRAPPING.sub("", text)
    try:
        return json.loads(_NEEDLESS.sub(r"\1", text), strict=False)
    except ValueError:
        return dict(reversed(_PAIR.findall(text)))


def _objects(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > 6:
        return
    if isinstance(value, list):
        for item in value[:100]:
            yield from _objects(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        yield from _objects(value.get("@graph") or value.get("mainEntity") or [], depth + 1)


def _rank(entry: dict[str, Any]) -> int:
    kinds = " ".join(map(str, entry["@type"])) if isinstance(entry.get("@type"), list) else str(entry.get("@type", ""))
    return (
        0
        if re.search(r"Article|Posting|Report", kinds)
        else 1
        if not kinds or "datePublished" in entry or "pubDate" in entry or "uploadDate" in entry
        else 2
    )


def _said_by(entry: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if _rank(entry) == 2:
        if isinstance(entry.get("name"), str) and str(entry.get("@type")) == "WebSite":
            yield "sitename", entry["name"][:200]
        return
    for key, name in (
        ("headline", "headline"),
        ("title", "headline"),
        ("datePublished", "datepublished"),
        ("pubDate", "datepublished"),
        ("dateCreated", "pubdate"),
        ("uploadDate", "pubdate"),
        ("dateModified", "datemodified"),
        ("upDate", "datemodified"),
    ):
        if isinstance(value := entry.get(key), (str, int)) and str(value).strip():
            yield name, " ".join(unescaped(str(value)).split())[:500]
    for key, name in (("publisher", "sitename"), ("author", "author"), ("sourceOrganization", "source")):
        value = entry.get(key)
        value = value[0] if isinstance(value, list) and value else value
        if isinstance(value, dict) and isinstance(value.get("name"), str):
            value = value["name"]
        if isinstance(value, str) and value.strip():
            yield name, " ".join(value.split())[:200]


def _scripts(root: Any) -> str:
    parts, size = [], 0
    for element in root.iter("script"):
        text = element.text or ""
        if text[:12].lstrip()[:3].upper() == "%7B":
            # the state of a page as part of an address
            text = unquote(text[:_MOST_SCRIPT])
        if text and "ld+json" not in (element.get("type") or ""):
            parts.append(text[: _MOST_SCRIPT - size])
            size += len(parts[-1])
            if size >= _MOST_SCRIPT:
                break
    # a state that is kept as one string has its quotes escaped
    return "\n".join(parts).replace('\\"', '"')


def _account(root: Any, scripts: str) -> str | None:
    """The account under which a saved post was published."""
    for identity in _ACCOUNT_IDS:
        element = root.find(f".//*[@id='{identity}']")
        if element is not None and (name := " ".join("".join(element.itertext()).split())):
            return name[:60]
    for element in root.iterfind(".//*[@class]"):
        if (
            _ACCOUNT_CLASSES.search(element.get("class"))
            and (name := " ".join("".join(element.itertext()).split()))
            and len(name) <= 30
        ):
            return name
    for element in root.iterfind(".//*[@class='name']"):
        parent = element.getparent()
        if (
            parent is not None
            and "meta" in (parent.get("class") or "")
            and (name := " ".join("".join(element.itertext()).split())[:60])
        ):
            return name
    named = _NICKNAME.search(scripts) or _PROFILE.search(scripts)
    if named:
        return unescaped(named["name"]).strip()
    told = (unescaped(found["name"]).strip() for found in _SOURCE_VARIABLE.finditer(scripts))
    return next((name for name in told if medium(name)), None)


def _script_time(scripts: str) -> str | None:
    for found in _SCRIPT_TIME.finditer(scripts):
        value = found["value"].strip()
        day = day_in(value)
        if day and not day.startswith("19700"):
            return day
    near = _NEAR_PUBLISH.search(scripts) or _NEAR_SOURCE.search(scripts)
    return near["value"] if near else None
