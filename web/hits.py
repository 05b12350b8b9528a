"""The hits of a results page: title, facts, text, and quiet links below."""
from __future__ import annotations

import datetime
from html import escape

from markupsafe import Markup

from search import SearchResult
from search.citation import gbt7714, work
from search.result import Hit
from web.facts import Fact, line
from web.language import Language
from web.links import Addresses
from web.markup import is_traditional, marked, safe, visible

_SHOWN_AGENCIES = 4


def listed(result: SearchResult, address: Addresses, base_url: str, t: Language) -> Markup:
    """The items of the list. `base_url` makes the addresses in citations absolute."""
    today = datetime.date.today()
    texts = {key: escape(t.plain(key)) for key in ("results.cite", "results.untitled", "results.why")}
    return Markup("\n".join(_item(hit, address, base_url, t, today, texts) for hit in result.hits))


def facts_of(hit: Hit, t: Language) -> list[Fact]:
    found = [Fact("date", hit.date, hit.date_basis)] if hit.date else [Fact("note", t.plain("results.undated"))]
    if hit.source:
        found.append(Fact("value", hit.source))
    found += [Fact("value", city) for city in hit.city]
    found += [Fact("value", agency) for agency in hit.agency[:_SHOWN_AGENCIES]]
    if len(hit.agency) > _SHOWN_AGENCIES:
        found.append(Fact("note", t.plain("results.agencies", n=len(hit.agency))))
    if hit.duplicates:
        found.append(Fact("note", t.plain("results.duplicates", n=hit.duplicates)))
    return found


def citation(hit: Hit, base_url: str, today: datetime.date) -> str:
    """The hit as a reference after GB/T 7714."""
    facts = {"id": hit.id, "date": hit.date, "date_basis": hit.date_basis, "url": hit.url, "source_url": hit.declared_url, "title": hit.title, "source": hit.source}
    return gbt7714(work(facts, base_url=base_url, authors=hit.byline or (), accessed=today))


def _item(hit: Hit, address: Addresses, base_url: str, t: Language, today: datetime.date, texts: dict[str, str]) -> str:
    lang = "zh-Hant" if is_traditional(hit.text) else "zh-Hans"
    title = safe(hit.title) if hit.title else texts["results.untitled"]
    place = t.plain("results.place", kind=t.plain(f"kind.{hit.kind}"), n=hit.seq + 1)
    others = ""
    if hit.articles_other:
        others = f' <a href="{escape(address.document(hit.doc, f"a-{hit.article}"))}">{escape(t.plain("results.others", n=hit.articles_other))}</a>'
    return (
        f'<li><article><h2><a href="{escape(address.document(hit.doc, f"p-{hit.id}"))}"><bdi lang="{lang}">{title}</bdi></a></h2>'
        f'<p class="facts">{line(facts_of(hit, t), t)}</p>'
        f'<p class="text" lang="{lang}">{marked(hit.snippet.text, hit.snippet.marks)}</p>'
        f'<div class="foot"><span>{escape(place)}</span>{others}'
        f'<a href="{escape(address.explanation(hit.id))}" rel="nofollow">{texts["results.why"]}</a>'
        f'<details class="cite"><summary>{texts["results.cite"]}</summary><p lang="zh">{escape(visible(citation(hit, base_url, today)))}</p>'
        f'<p class="forms"><a href="/cite/{hit.id}.bib" rel="nofollow">BibTeX</a> <a href="/cite/{hit.id}.json" rel="nofollow">CSL JSON</a></p></details></div></article></li>')
