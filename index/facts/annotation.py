"""Cities, dates and agencies of a document that has been split into articles and paragraphs.

Places come first, since agencies are named by them; then the dates, which need the article's own; then the agencies. Boilerplate
is read for the source's date alone.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from juanzong.index.datafiles import Words
from juanzong.index.facts.agencies import AgencyHit, Setting, candidates, find_bodies, resolve_name
from juanzong.index.facts.agencies.lexicon import lexicon
from juanzong.index.facts.chronology import date_articles
from juanzong.index.facts.dates.anchors import ResolvedDate, explicit_days
from juanzong.index.facts.dates.days import iso
from juanzong.index.facts.dates.publication import declared_date, outside_date
from juanzong.index.facts.places.meanings import candidates as place_names
from juanzong.index.facts.places.meanings import letters, ours, settle
from juanzong.index.facts.places.names import Place
from juanzong.index.facts.places.votes import Scope
from juanzong.index.facts.sheets import Sheet, add_counties, find_names
from juanzong.index.facts.situation import city_of, dominant_of, score_of, setting_of
from juanzong.index.records import Article, Basis, Declared, Document, Fact, Mention, MentionFacet, Paragraph, Problem
from juanzong.index.text.plain import Plain

if TYPE_CHECKING:
    from juanzong.index.facts.context import ReadingContext

WORDS = Words("article_words.yaml")
_NO_ENDS: frozenset[int] = frozenset()
MOST_UNRESOLVED = 200
_FIRST_YEAR, _MARGIN = 1995, 2
"""A file that says to be older has lost the time of its writing; days by which a clock or a time zone may be wrong."""


def annotate(document: Document, context: ReadingContext, given: Declared | None = None) -> Document:
    """The document with its facts: mentions of every paragraph, city and date of every article, notices, and unresolved surfaces.

    `given` is what a curator says of the document's date and city; it goes before whatever the source and the text say.
    """
    sheets = [Sheet.of(article) for article in document.articles]
    told = declared_date(given.date) if given else None
    outside: tuple[str | None, Basis | None] = (told, "sidecar") if told else outside_date(document)
    early = _is_too_early(outside, context)
    if early:
        # nobody has written down a day that was still to come
        outside = None, None
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
    notices = date_articles(sheets, outside, context)
    unresolved: Counter[str] = Counter()
    articles = tuple(_assemble(document, sheet, year, context, unresolved) for sheet in sheets)
    return replace(
        document,
        articles=articles,
        notices=notices,
        unresolved=tuple(unresolved.elements())[:MOST_UNRESOLVED],
        warnings=(*document.warnings, *_not_understood(document), *([_too_early(document)] if early else [])),
    )


def _is_too_early(outside: tuple[str | None, Basis | None], context: ReadingContext) -> bool:
    """Whether the file was written before the day that it gives as that of publication. What a copy leaves of the time of writing may be none."""
    date, basis = outside
    written = context.written
    if date is None or basis == "sidecar" or written is None or written.year < _FIRST_YEAR:
        return False
    return date > (written + datetime.timedelta(days=_MARGIN)).isoformat()[: len(date)]


def _too_early(document: Document) -> Problem:
    return Problem(
        "date",
        f"The date “{(document.declared.date or document.declared.url or document.path)[:40]}” lies after the day on which the file was written, so it is not taken. Mend it, or give it in a sidecar.",
        document.line,
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
                f"The declared city “{name[:40]}” is not known. Write its full name, with its 市.",
                document.line,
            )


def _document_year(sheets: list[Sheet], outside: tuple[str | None, Basis | None]) -> int | None:
    if outside[0]:
        return int(outside[0][:4])
    years = [day.year for sheet in sheets for hits in sheet.dates if hits for day in explicit_days(hits)]
    return max(years, default=None)


def _assemble(
    document: Document, sheet: Sheet, year: int | None, context: ReadingContext, unresolved: Counter[str]
) -> Article:
    foreign = [frozenset(hit.end for hit in hits if hit.form == "foreign") if hits else _NO_ENDS for hits in sheet.hits]
    setting = setting_of(sheet, sum(map(len, foreign)), year, context)
    words = lexicon(context.agency_file)
    found = find_bodies(
        [
            None if kind == "boilerplate" else candidates(text, places, ends, cores, words)
            for (kind, text), places, ends, cores in zip(sheet.kinds, sheet.places, foreign, sheet.cores)
        ],
        setting,
    )
    paragraphs = tuple(
        [
            _mentions(paragraph, plain, places, hits, days, setting, sheet.scope.cities, unresolved)
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


def _header_agencies(sheet: Sheet) -> list[str]:
    """Who issued the article, by the line of a header table that says so."""
    return [
        m[1]
        for text in sheet.texts
        if len(text) <= 400 and ("机关" in text or "机构" in text or "单位" in text)
        for m in WORDS.issuer.finditer(text)
    ]


def _issued(name: str, basis: Basis, setting: Setting) -> Fact:
    plain = Plain(name).text
    places = settle([place_names(plain)], [plain], setting.year)[0]
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
    named: Collection[str],
    unresolved: Counter[str],
) -> Paragraph:
    """The paragraph with what was found in it. Bodies of which it is not known which ones they are go into `unresolved`."""
    implied: list[tuple[int, int, str, str]] = []
    if paragraph.kind == "boilerplate":
        # a stamp tells its day; nothing else of such a line is a fact of the story
        places, hits, days = [], [], [day for day in days if day.basis == "explicit"]
    else:
        implied = _implied_cities(plain, places, hits, setting, named)
    if not (places or hits or days or implied):
        return paragraph
    mentions: list[Mention] = []
    text, span = paragraph.text, plain.span

    def add(facet: MentionFacet, value: str, start: int, end: int, rule: str, basis: Basis, confidence: float) -> None:
        first, last = span(start, end)
        mentions.append(Mention(facet, value, text[first:last], first, last, rule, basis, confidence))

    for place in places:
        if place.unit.city:
            sure = 1.0 if place.form == "full" else 0.9
            add("city", place.unit.city, place.start, place.end, place.form, place.basis, sure)
    for start, end, city, rule in implied:
        add("city", city, start, end, rule, "context", 0.8)
    for day in days:
        basis = day.basis if day.basis != "latest_event" else "context"
        add("date", iso(day.year, day.month, day.day), day.start, day.end, day.kind, basis, _sure_of_day(day))
    seen: set[tuple[int, int, str]] = set()
    for hit in hits:
        if hit.value is None:
            unresolved[plain.text[hit.start : hit.end]] += 1
        elif (hit.start, hit.end, hit.value) not in seen:
            seen.add((hit.start, hit.end, hit.value))
            add("agency", hit.value, hit.start, hit.end, hit.rule, hit.basis, hit.confidence)
    if not mentions:
        return paragraph
    mentions.sort(key=lambda mention: (mention.start, -mention.end))
    # written out, since `replace` takes more than twice the time
    return Paragraph(
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


def _implied_cities(
    plain: Plain, places: list[Place], hits: list[AgencyHit], setting: Setting, named: Collection[str]
) -> list[tuple[int, int, str, str]]:
    """Cities that are meant without their name (our city, a letter for one): start, end, city and rule."""
    known = {hit.start for hit in hits if hit.value}
    return [
        *((*found, "ours") for found in ours(plain.text, setting.city, places, known)),
        *((*found, "letter") for found in letters(plain.text, setting.city, named)),
    ]


def _sure_of_day(day: ResolvedDate) -> float:
    """How sure a day is: as it is written, less where its year was inferred, least where it has none."""
    if day.basis == "notice_number":
        return 0.7
    if day.year is None:
        return 0.5
    return 1.0 if day.basis == "explicit" else 0.9
