"""The hits of a results page: title, facts, text, and quiet links below."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from markupsafe import Markup

from juanzong.search.address import escaped as encoded
from juanzong.search.answer.result import Hit
from juanzong.web.language import Language
from juanzong.web.markup import escaped, is_traditional, marked, safe
from juanzong.web.views.facsimile import cutting
from juanzong.web.views.facts import ShownFact, line
from juanzong.web.views.links import PageAddresses

_SHOWN_AGENCIES = 4
# what stands between the path of a container and that of a file inside it
INSIDE = "!/"


def listed(hits: Sequence[Hit], address: PageAddresses, t: Language, sources: bool = False) -> Markup:
    """The items of the list. With `sources` a hit of a scan comes with a cutting of its page."""
    untitled, why, cite = [escaped(t.plain(f"results.{key}")) for key in ("untitled", "why", "cite")]
    # of the two addresses that each hit ends with only its id is its own
    state = _href(address.state)
    foot = (
        f'<a href="/explain?id=%s{"&amp;" if state else ""}{_literal(state)}" rel="nofollow">{_literal(why)}</a>'
        f'<a class="cite" href="/cite/%s{"?" if state else ""}{_literal(state)}" rel="nofollow">{_literal(cite)}</a></div></article></li>'
    )
    return Markup("\n".join([_item(hit, address, t, untitled, foot, sources) for hit in hits]))


def _literal(text: str) -> str:
    return text.replace("%", "%%")


def facts(hit: Hit, t: Language) -> Markup:
    """What is known of a hit, on one line; the hits of an article share it."""
    agencies = tuple(hit.agency[:_SHOWN_AGENCIES])
    return _facts(hit.date, hit.date_basis, hit.source, tuple(hit.city), agencies, len(hit.agency), t)


@lru_cache(2048)
def _facts(
    date: str | None,
    basis: str | None,
    source: str | None,
    cities: tuple[str, ...],
    agencies: tuple[str, ...],
    of_agencies: int,
    t: Language,
) -> Markup:
    found = [ShownFact("date", date, basis)] if date else [ShownFact("note", t.plain("results.undated"))]
    found += [ShownFact("value", value) for value in ((source,) if source else ()) + cities + agencies]
    if of_agencies > len(agencies):
        found.append(ShownFact("note", t.plain("results.agencies", n=of_agencies)))
    return line(found, t)


@lru_cache(1024)
def _place(kind: str, number: int, t: Language) -> str:
    return escaped(t.plain("results.place", kind=t.plain(f"kind.{kind}"), n=number))


def pages_said(pages: Sequence[int], about: bool, t: Language) -> str:
    """On which pages something stands, as a phrase."""
    said = "–".join(map(t.number, dict.fromkeys(pages)))
    return t.plain("results.pages_about" if about else "results.pages", pages=said)


def _cutting(hit: Hit, url: str, t: Language) -> str:
    """Where a hit stands on its scanned page: a picture that leads there."""
    page = hit.boxes[0][0]
    boxes = [box[1:] for box in hit.boxes if box[0] == page]
    alt = escaped(t.plain("sheet.cutting", n=t.number(page)))
    return (
        f'<a class="cutting" href="{url}"><img src="{_href(cutting(encoded(hit.doc), page, boxes))}" width="640" height="120" alt="{alt}" loading="lazy"'
        ' decoding="async"></a>'
    )


def _item(hit: Hit, address: PageAddresses, t: Language, untitled: str, foot: str, sources: bool) -> str:
    lang = "zh-Hant" if is_traditional(hit.text) else "zh-Hans"
    title = safe(hit.title or hit.opening or "") or untitled
    kind = "" if hit.title else ' class="opening"'
    place = _place(hit.kind, hit.seq + 1, t)
    if hit.pages[0]:
        place += " · " + escaped(pages_said(hit.pages, hit.pages_about, t))
    boxed = sources and bool(hit.boxes)
    url = _href(address.document(hit.doc, f"p-{hit.id}", hit.id if boxed else ""))
    picture = _cutting(hit, url, t) if boxed and "recognised" in hit.flags else ""
    if INSIDE in hit.path:
        place += f" · {safe(hit.path)}"
    if hit.similar:
        place += " · " + escaped(t.plain("results.similar"))
    others = same = ""
    if hit.duplicates:
        same = f' · <a href="{_href(address.copies(hit.id))}" rel="nofollow">{escaped(t.plain("results.duplicates", n=hit.duplicates))}</a>'
    if hit.articles_other:
        others = f'<a href="{_href(address.document(hit.doc, f"a-{hit.article}"))}">{escaped(t.plain("results.others", n=hit.articles_other))}</a>'
    return (
        f'<li><article><h2{kind}><a href="{url}"><bdi lang="{lang}">{title}</bdi></a></h2>'
        f'<p class="facts">{facts(hit, t)}{same}</p>'
        f'<p class="text" lang="{lang}">{marked(hit.snippet.text, hit.snippet.marks, similar=hit.similar)}</p>{picture}'
        f'<div class="foot"><span>{place}</span>{others}{foot % (hit.id, hit.id)}'
    )


def _href(url: str) -> str:
    """An address of ours in HTML: everything else that means something there is percent-encoded."""
    return url.replace("&", "&amp;")
