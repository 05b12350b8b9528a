"""Cities, dates and agencies of a document that has been split into articles and paragraphs.

Places come first, since agencies are named by them; then the dates, which need the article's own; then the agencies. Boilerplate
is read for the source's date alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from juanzong.index.facts.agencies import AgencyHit, Setting, find_agencies, resolve_name
from juanzong.index.facts.chronology import date_articles
from juanzong.index.facts.dates.anchors import ResolvedDate, explicit_days
from juanzong.index.facts.dates.days import iso
from juanzong.index.facts.dates.publication import declared_date, outside_date
from juanzong.index.facts.places.meanings import candidates, ours, settle
from juanzong.index.facts.places.names import Place
from juanzong.index.facts.places.votes import Scope
from juanzong.index.facts.sheets import Sheet, add_counties, find_names
from juanzong.index.facts.situation import city_of, dominant_of, score_of, setting_of
from juanzong.index.records import Article, Declared, Document, Fact, Mention, Paragraph, Problem
from juanzong.index.text.plain import Plain

if TYPE_CHECKING:
    from juanzong.index.facts.context import ReadingContext

_ISSUER = re.compile(
    r"(?:发文机关|发布机构|发文机构|发文单位|制定机关|公布机关|发布单位|发布机关|印发机关)[: ]{1,2}([一-龥]{3,30})"
)
_CORE_OF = re.compile(r"^(?:中共)?(?:.+?(?:省|市|自治区|自治州|地区|盟|县|区|旗|特别行政区))+(?=.)")
_NO_ENDS: frozenset[int] = frozenset()
MOST_UNRESOLVED = 200


def annotate(document: Document, context: ReadingContext, given: Declared | None = None) -> Document:
    """The document with its facts: mentions of every paragraph, city and date of every article, notices, and unresolved surfaces.

    `given` is what a curator says of the document's date and city; it goes before whatever the source and the text say.
    """
    sheets = [Sheet.of(article) for article in document.articles]
    told = declared_date(given.date) if given else None
    outside = (told, "sidecar") if told else outside_date(document)
    page = Scope()
    for sheet in sheets:
        find_names(sheet, context.agency_file)
    year = _document_year(sheets, outside)
    for sheet in sheets:
        sheet.places = settle(sheet.hits, sheet.texts, year, page)
        score_of(sheet)
        if add_counties(sheet, None):
            sheet.places = settle(sheet.hits, sheet.texts, year, page)
            score_of(sheet)
        if len(sheets) > 1:
            page.merge(sheet.scope)
    declared = (city_of(given.city, "sidecar") if given else None) or city_of(
        document.declared.city, "front_matter" if document.front_matter else "declared"
    )
    for sheet in sheets:
        if len(sheets) > 1 and page.cities:
            # what one article leaves open, its neighbours may settle
            sheet.places = settle(sheet.hits, sheet.texts, year, page)
        sheet.city = declared or dominant_of(sheet, page if len(sheets) > 1 else None, document)
        if sheet.city and add_counties(sheet, sheet.city.value):
            sheet.places = settle(sheet.hits, sheet.texts, year, page)
        if sheet.city and sum(map(len, sheet.places)) < sum(
            hit.form != "foreign" for hits in sheet.hits for hit in hits
        ):
            # a district that several cities have is the article's own city's, if that has one
            own = Scope()
            own.cities[sheet.city.value] = 100
            sheet.places = settle(sheet.hits, sheet.texts, year, own)
    notices = date_articles(document, sheets, outside, context)
    unresolved: Counter[str] = Counter()
    articles = tuple(_assemble(document, sheet, year, context, unresolved) for sheet in sheets)
    return replace(
        document,
        articles=articles,
        notices=notices,
        unresolved=tuple(unresolved.elements())[:MOST_UNRESOLVED],
        warnings=(*document.warnings, *_not_understood(document)),
    )


def _not_understood(document: Document) -> Iterator[Problem]:
    """What the source declares, and what is no date or no city."""
    if document.declared.date and declared_date(document.declared.date) is None:
        yield Problem(
            "date",
            f"The declared date “{document.declared.date[:40]}” is none. Write YYYY-MM-DD, YYYY-MM or YYYY.",
            document.line,
        )
    for name in document.declared.city:
        if name.strip() and city_of((name,), "declared") is None:
            yield Problem(
                "city",
                f"The declared city “{name[:40]}” is not known. Write its full name, such as 徐州市.",
                document.line,
            )


def _document_year(sheets: list[Sheet], outside: tuple[str | None, str]) -> int | None:
    if outside[0]:
        return int(outside[0][:4])
    years = [day.year for sheet in sheets for hits in sheet.dates if hits for day in explicit_days(hits)]
    return max(years, default=None)


def _assemble(
    document: Document, sheet: Sheet, year: int | None, context: ReadingContext, unresolved: Counter[str]
) -> Article:
    foreign = [frozenset(hit.end for hit in hits if hit.form == "foreign") if hits else _NO_ENDS for hits in sheet.hits]
    setting = setting_of(sheet, sum(map(len, foreign)), year, context)
    found: list[list[AgencyHit]] = []
    for at, (kind, text) in enumerate(sheet.kinds):
        hits = (
            []
            if kind == "boilerplate"
            else find_agencies(text, sheet.places[at], foreign[at], setting, sheet.cores[at])
        )
        found.append(hits)
        for hit in hits:
            if hit.value and hit.basis != "context" and hit.rule in ("prefix_core", "open_name"):
                core = _core(hit.value)
                if core:
                    setting.known.setdefault(core, set()).add(hit.value)
    if setting.known or setting.stations:
        for at, hits in enumerate(found):
            if any(hit.value is None for hit in hits):
                # a body named in full further down may settle what was left open above
                found[at] = find_agencies(sheet.texts[at], sheet.places[at], foreign[at], setting, sheet.cores[at])
    paragraphs = tuple(
        [
            _mentions(paragraph, plain, places, hits, days, setting, unresolved)
            for paragraph, plain, places, hits, days in zip(
                sheet.article.paragraphs, sheet.plains, sheet.places, found, sheet.days
            )
        ]
    )
    issued = tuple(
        _issued(name, "front_matter" if document.front_matter else "declared", setting)
        for name in document.declared.agency
    )
    issued += tuple(_issued(name, "header_table", setting) for name in _header_agencies(sheet))
    return replace(sheet.article, city=sheet.city, published=sheet.published, agencies=issued, paragraphs=paragraphs)


def _core(value: str) -> str | None:
    m = _CORE_OF.match(value)
    return value[m.end() :] if m else None


def _header_agencies(sheet: Sheet) -> list[str]:
    """Who issued the article, by the line of a header table that says so."""
    return [
        m[1]
        for text in sheet.texts
        if len(text) <= 400 and ("机关" in text or "机构" in text or "单位" in text)
        for m in _ISSUER.finditer(text)
    ]


def _issued(name: str, basis: str, setting: Setting) -> Fact:
    plain = Plain(name).text
    places = settle([candidates(plain)], [plain], setting.year)[0]
    value = resolve_name(plain, places, setting)
    return Fact(
        value or name.strip(),
        name,
        "declared" if basis != "header_table" else "header_table",
        basis,
        1.0 if value else 0.8,
    )


def _mentions(
    paragraph: Paragraph,
    plain: Plain,
    places: list[Place],
    hits: list[AgencyHit],
    days: list[ResolvedDate],
    setting: Setting,
    unresolved: Counter[str],
) -> Paragraph:
    if paragraph.kind == "boilerplate":
        # a stamp tells its day; nothing else of such a line is a fact of the story
        implied, places, hits, days = [], [], [], [day for day in days if day.basis == "explicit"]
    else:
        implied = ours(plain.text, setting.city, places, {hit.start for hit in hits if hit.value})
    if not (places or hits or days or implied):
        return paragraph
    mentions: list[Mention] = []
    text, span = paragraph.text, plain.span

    def add(facet: str, value: str, start: int, end: int, rule: str, basis: str, confidence: float) -> None:
        first, last = span(start, end)
        mentions.append(Mention(facet, value, text[first:last], first, last, rule, basis, confidence))

    for place in places:
        if place.unit.city:
            add(
                "city",
                place.unit.city,
                place.start,
                place.end,
                place.form,
                place.basis,
                1.0 if place.form == "full" else 0.9,
            )
    for start, end, city in implied:
        add("city", city, start, end, "ours", "context", 0.8)
    for day in days:
        inferred = day.basis != "explicit"
        basis = day.basis if day.basis != "latest_event" else "context"
        add(
            "date",
            iso(day.year, day.month, day.day),
            day.start,
            day.end,
            day.kind,
            basis,
            0.7 if basis == "notice_number" else 0.5 if day.year is None else 0.9 if inferred else 1.0,
        )
    seen: set[tuple[int, int, str]] = set()
    for hit in hits:
        if hit.value is None:
            unresolved[plain.text[hit.start : hit.end]] += 1
        elif (hit.start, hit.end, hit.value) not in seen:
            seen.add((hit.start, hit.end, hit.value))
            add("agency", hit.value, hit.start, hit.end, hit.rule, hit.basis, hit.confidence)
    mentions.sort(key=lambda mention: (mention.start, -mention.end))
    return (
        Paragraph(
            paragraph.id,
            paragraph.seq,
            paragraph.kind,
            paragraph.text,
            paragraph.source_lines,
            paragraph.joins,
            paragraph.flags,
            tuple(mentions),
            paragraph.pages,
            paragraph.boxes,
        )
        if mentions
        else paragraph
    )
