"""The hits of a results page: title, facts, text, and quiet links below."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from juanzong.search.address import escaped as encoded
from juanzong.search.answer.result import Hit
from juanzong.web.language import Language
from juanzong.web.markup import escaped, is_traditional, marked, safe, visible
from juanzong.web.views.facsimile import cutting
from juanzong.web.views.facts import Fact, line
from juanzong.web.views.links import Addresses

_SHOWN_AGENCIES = 4
# what stands between the path of a container and that of a file inside it
INSIDE = "!/"


def listed(hits: Sequence[Hit], address: Addresses, t: Language, sources: bool = False) -> Markup:
    """The items of the list. With `sources` a hit of a scan comes with a cutting of its page."""
    texts = {key: escaped(t.plain(key)) for key in ("results.cite", "results.untitled", "results.why")}
    return Markup("\n".join([_item(hit, address, t, texts, sources) for hit in hits]))


def facts_of(hit: Hit, t: Language) -> list[Fact]:
    found = [Fact("date", hit.date, hit.date_basis)] if hit.date else [Fact("note", t.plain("results.undated"))]
    if hit.source:
        found.append(Fact("value", hit.source))
    found += [Fact("value", city) for city in hit.city]
    found += [Fact("value", agency) for agency in hit.agency[:_SHOWN_AGENCIES]]
    if len(hit.agency) > _SHOWN_AGENCIES:
        found.append(Fact("note", t.plain("results.agencies", n=len(hit.agency))))
    return found


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


def _item(hit: Hit, address: Addresses, t: Language, texts: dict[str, str], sources: bool) -> str:
    lang = "zh-Hant" if is_traditional(hit.text) else "zh-Hans"
    title = safe(hit.title or hit.opening or "") or texts["results.untitled"]
    kind = "" if hit.title else ' class="opening"'
    place = t.plain("results.place", kind=t.plain(f"kind.{hit.kind}"), n=hit.seq + 1)
    if hit.pages[0]:
        place += " · " + pages_said(hit.pages, hit.pages_about, t)
    boxed = sources and bool(hit.boxes)
    url = _href(address.document(hit.doc, f"p-{hit.id}", hit.id if boxed else ""))
    picture = _cutting(hit, url, t) if boxed and "recognised" in hit.flags else ""
    if INSIDE in hit.path:
        place += f" · {visible(hit.path)}"
    if hit.similar:
        place += " · " + t.plain("results.similar")
    others = same = ""
    if hit.duplicates:
        same = f' · <a href="{_href(address.copies(hit.id))}" rel="nofollow">{escaped(t.plain("results.duplicates", n=hit.duplicates))}</a>'
    if hit.articles_other:
        others = f'<a href="{_href(address.document(hit.doc, f"a-{hit.article}"))}">{escaped(t.plain("results.others", n=hit.articles_other))}</a>'
    return (
        f'<li><article><h2{kind}><a href="{url}"><bdi lang="{lang}">{title}</bdi></a></h2>'
        f'<p class="facts">{line(facts_of(hit, t), t)}{same}</p>'
        f'<p class="text" lang="{lang}">{marked(hit.snippet.text, hit.snippet.marks, similar=hit.similar)}</p>{picture}'
        f'<div class="foot"><span>{escaped(place)}</span>{others}'
        f'<a href="{_href(address.explanation(hit.id))}" rel="nofollow">{texts["results.why"]}</a>'
        f'<a class="cite" href="{_href(address.citation(hit.id))}" rel="nofollow">{texts["results.cite"]}</a></div></article></li>'
    )


def _href(url: str) -> str:
    """An address of ours in HTML: everything else that means something there is percent-encoded."""
    return url.replace("&", "&amp;")
