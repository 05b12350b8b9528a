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
from juanzong.index.facts.dates.anchors import ResolvedDate
from juanzong.index.facts.dates.completion import explicit_days
from juanzong.index.facts.dates.days import iso
from juanzong.index.facts.dates.publication import declared_date, outside_date
from juanzong.index.facts.places.gazetteer import Unit, gazetteer
from juanzong.index.facts.places.meanings import NOWHERE, Place, Scope, candidates, dominant, ours, score, settle
from juanzong.index.facts.sheets import Sheet, add_counties, find_names
from juanzong.index.records import Article, Declared, Document, Fact, Mention, Paragraph, Problem
from juanzong.index.text.plain import Plain

if TYPE_CHECKING:
    from juanzong.index.facts.context import ReadingContext

_POLICE = re.compile(r"公安|民警|警方|派出所|辅警|刑侦|交警")
_HOME = re.compile(r"中国|我国|中方|中共|习近平|新华社|中新[社网]")
_ISSUER = re.compile(r"(?:发文机关|发布机构|发文机构|发文单位|制定机关|公布机关|发布单位|发布机关|印发机关)[: ]{1,2}([一-龥]{3,30})")
_OUR_CITY = re.compile(r"(?:我市|全市|本市|(?<![一-龥])市委|(?<![一-龥])市政府|市[一-龥]{2,6}局)")
_PAPER = re.compile(r"([一-龥]{2,5}?)(?:日报|晚报|晨报|时报|早报|商报|都市报|发布|电视台|广播|新闻网|新闻|政府网|在线)")
_CORE_OF = re.compile(r"^(?:中共)?(?:.+?(?:省|市|自治区|自治州|地区|盟|县|区|旗|特别行政区))+(?=.)")
_SECTION = re.compile(r"第[一二三四五六七八九十百零\d]{1,5}条")
_NO_ENDS: frozenset[int] = frozenset()
MOST_UNRESOLVED = 200
ASIDE = .25
"""The share of the votes for its own city below which an article names another by the way."""


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
        _score(sheet)
        if add_counties(sheet, None):
            sheet.places = settle(sheet.hits, sheet.texts, year, page)
            _score(sheet)
        if len(sheets) > 1:
            page.merge(sheet.scope)
    declared = (_city_of(given.city, "sidecar") if given else None) or _city_of(document.declared.city, "front_matter" if document.front_matter else "declared")
    for sheet in sheets:
        if len(sheets) > 1 and page.cities:
            # what one article leaves open, its neighbours may settle
            sheet.places = settle(sheet.hits, sheet.texts, year, page)
        sheet.city = declared or _dominant(sheet, page if len(sheets) > 1 else None, document)
        if sheet.city and add_counties(sheet, sheet.city.value):
            sheet.places = settle(sheet.hits, sheet.texts, year, page)
        if sheet.city and sum(map(len, sheet.places)) < sum(hit.form != "foreign" for hits in sheet.hits for hit in hits):
            # a district that several cities have is the article's own city's, if that has one
            own = Scope()
            own.cities[sheet.city.value] = 100
            sheet.places = settle(sheet.hits, sheet.texts, year, own)
    notices = date_articles(document, sheets, outside, context)
    unresolved: Counter[str] = Counter()
    articles = tuple(_assemble(document, sheet, year, context, unresolved) for sheet in sheets)
    return replace(document, articles=articles, notices=notices, unresolved=tuple(unresolved.elements())[:MOST_UNRESOLVED],
                   warnings=(*document.warnings, *_not_understood(document)))


def _not_understood(document: Document) -> Iterator[Problem]:
    """What the source declares, and what is no date or no city."""
    if document.declared.date and declared_date(document.declared.date) is None:
        yield Problem("date", f"The declared date “{document.declared.date[:40]}” is none. Write YYYY-MM-DD, YYYY-MM or YYYY.", document.line)
    for name in document.declared.city:
        if name.strip() and _city_of((name,), "declared") is None:
            yield Problem("city", f"The declared city “{name[:40]}” is not known. Write its full name, such as 徐州市.", document.line)


def _document_year(sheets: list[Sheet], outside: tuple[str | None, str]) -> int | None:
    if outside[0]:
        return int(outside[0][:4])
    years = [day.year for sheet in sheets for hits in sheet.dates if hits for day in explicit_days(hits)]
    return max(years, default=None)


def _score(sheet: Sheet) -> None:
    sheet.scope = Scope() if any(sheet.places) else NOWHERE
    bodies = 0
    for (kind, text), places in zip(sheet.kinds, sheet.places):
        if places:
            score(places, text, "title" if kind == "heading" and bodies == 0 else "lead" if bodies < 2 else "body", sheet.scope)
        bodies += kind == "body"


def _dominant(sheet: Sheet, page: Scope | None, document: Document) -> Fact | None:
    lead: list[str] = []
    bodies = 0
    for (kind, _), places in zip(sheet.kinds, sheet.places):
        lead.extend(place.unit.city for place in places if place.unit.city)
        bodies += kind == "body"
        if bodies == 2:
            break
    abroad = sum(hit.form == "foreign" for hits in sheet.hits for hit in hits)
    found = dominant(sheet.scope, page, lead, abroad)
    if not found:
        return _paper_city(sheet, document)
    city, basis = found
    place = sheet.scope.first.get(city) or (page.first.get(city) if page else None)
    return Fact(city, place.surface if place else city, "dominant", "inherited_page" if basis == "inherited_page" else "dominant", .7 if basis == "inherited_page" else .9)


def _paper_city(sheet: Sheet, document: Document) -> Fact | None:
    """The city of the local paper, for a text that speaks of 我市 or 市委 and names no city."""
    if sheet.scope.cities or not any(_OUR_CITY.search(text) for text in sheet.texts if "市" in text):
        return None
    sources = [document.declared.source or "", sheet.article.source or "", *(text for text in sheet.texts if len(text) <= 120)]
    for source in sources:
        for m in _PAPER.finditer(Plain(source).text):
            for length in (4, 3, 2):
                name = m[1][-length:]
                form, units = gazetteer().known.get(name, ("", ()))
                if form in ("short", "bare") and len({unit.city for unit in units}) == 1 and units[0].city:
                    return Fact(units[0].city, m[0], "paper", "context", .6)
    return None


def _city_of(names: tuple[str, ...], basis: str) -> Fact | None:
    """The first of the declared names that is a city's."""
    for written in names:
        found = settle([candidates(Plain(written).text)], [written], None)[0]
        cities = [place.unit.city for place in found if place.unit.city]
        if cities:
            return Fact(cities[0], written, "declared", basis)
    return None


def _setting(sheet: Sheet, abroad: int, year: int | None, context: ReadingContext) -> Setting:
    """What the article says about itself; `abroad` counts the foreign places that it names."""
    g = gazetteer()
    city = sheet.city.value if sheet.city else None
    provinces = sheet.scope.provinces.most_common(1)
    own = g.cities.get(city or "")
    setting = Setting(city=city, province=own.province if own else provinces[0][0] if provinces else None, year=year, agency_file=context.agency_file)
    setting.counties = sheet.scope.counties
    counted: Counter[str] = Counter()
    named = 0
    for places in sheet.places:
        for place in places:
            unit = place.unit
            if unit.level in ("county", "zone"):
                setting.county_units.setdefault(unit.name, unit)
                if unit.level == "county" and unit.name.endswith("市") and unit.city != unit.name:
                    counted[unit.name] += 1
            elif unit.level == "city" and unit.city == city:
                named += 1
    title = next((places for paragraph, places in zip(sheet.article.paragraphs, sheet.places) if paragraph.kind == "heading" and places), [])
    # a title that names the prefecture's city alone speaks for that city
    prefectural = any(place.unit.level == "city" and place.unit.city == city for place in title) and not any(place.unit.level == "county" for place in title)
    if counted and not prefectural:
        name, n = counted.most_common(1)[0]
        unit = setting.county_units[name]
        if unit.city == city and n >= 2 and n > named:
            setting.own_county_city = unit
    if city and setting.county_units:
        setting.own_counties = _own_counties(sheet, city, setting.county_units)
    if len([1 for votes in sheet.scope.cities.values() if votes >= 30]) > 1:
        # a statute speaks of its own city, whatever others it names
        setting.several_cities = sum(_SECTION.match(text) is not None for text in sheet.texts) < 2
        most = sheet.scope.cities.get(city or "", 0)
        setting.asides = frozenset(name for name, votes in sheet.scope.cities.items() if votes < ASIDE * most)
    setting.home = not abroad or sum(len(_HOME.findall(text)) for text in sheet.texts) > abroad // 3
    setting.police = any("分局" in text for text in sheet.texts) and any(_POLICE.search(text) for text in sheet.texts)
    return setting


def _own_counties(sheet: Sheet, city: str, units: dict[str, Unit]) -> dict[str, Unit]:
    """The county, the district and the banner of its own city that an article moves in, by 县, 区, 旗.

    The title names it alone, and no other is named more often; or the first paragraphs do, and it is named at least twice as often as any other.
    """
    title: set[str] = set()
    lead: set[str] = set()
    bodies = 0
    for (kind, _), places in zip(sheet.kinds, sheet.places):
        names = {place.unit.name for place in places if place.unit.level == "county"}
        lead |= names
        if kind == "heading" and not bodies:
            title |= names
        bodies += kind == "body"
        if bodies == 2:
            break
    found: dict[str, Unit] = {}
    counted = sheet.scope.counties
    for suffix in "县区旗":
        for names, times in ((title, 1), (lead, 2)):
            own = [name for name in names if name.endswith(suffix)]
            if len(own) == 1 and units[own[0]].city == city:
                others = max((n for name, n in counted.items() if name.endswith(suffix) and name != own[0]), default=0)
                if counted[own[0]] >= times * max(others, 1):
                    found.setdefault(suffix, units[own[0]])
    return found


def _assemble(document: Document, sheet: Sheet, year: int | None, context: ReadingContext, unresolved: Counter[str]) -> Article:
    foreign = [frozenset(hit.end for hit in hits if hit.form == "foreign") if hits else _NO_ENDS for hits in sheet.hits]
    setting = _setting(sheet, sum(map(len, foreign)), year, context)
    found: list[list[AgencyHit]] = []
    for at, (kind, text) in enumerate(sheet.kinds):
        hits = [] if kind == "boilerplate" else find_agencies(text, sheet.places[at], foreign[at], setting, sheet.cores[at])
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
    paragraphs = tuple([_mentions(paragraph, plain, places, hits, days, setting, unresolved)
                        for paragraph, plain, places, hits, days in zip(sheet.article.paragraphs, sheet.plains, sheet.places, found, sheet.days)])
    issued = tuple(_issued(name, "front_matter" if document.front_matter else "declared", setting) for name in document.declared.agency)
    issued += tuple(_issued(name, "header_table", setting) for name in _header_agencies(sheet))
    return replace(sheet.article, city=sheet.city, published=sheet.published, agencies=issued, paragraphs=paragraphs)


def _core(value: str) -> str | None:
    m = _CORE_OF.match(value)
    return value[m.end():] if m else None


def _header_agencies(sheet: Sheet) -> list[str]:
    """Who issued the article, by the line of a header table that says so."""
    return [m[1] for text in sheet.texts if len(text) <= 400 and ("机关" in text or "机构" in text or "单位" in text) for m in _ISSUER.finditer(text)]


def _issued(name: str, basis: str, setting: Setting) -> Fact:
    plain = Plain(name).text
    places = settle([candidates(plain)], [plain], setting.year)[0]
    value = resolve_name(plain, places, setting)
    return Fact(value or name.strip(), name, "declared" if basis != "header_table" else "header_table", basis, 1.0 if value else .8)


def _mentions(paragraph: Paragraph, plain: Plain, places: list[Place], hits: list[AgencyHit], days: list[ResolvedDate], setting: Setting, unresolved: Counter[str]) -> Paragraph:
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
            add("city", place.unit.city, place.start, place.end, place.form, place.basis, 1.0 if place.form == "full" else .9)
    for start, end, city in implied:
        add("city", city, start, end, "ours", "context", .8)
    for day in days:
        inferred = day.basis != "explicit"
        basis = day.basis if day.basis != "latest_event" else "context"
        add("date", iso(day.year, day.month, day.day), day.start, day.end, day.kind, basis, .7 if basis == "notice_number" else .5 if day.year is None else .9 if inferred else 1.0)
    seen: set[tuple[int, int, str]] = set()
    for hit in hits:
        if hit.value is None:
            unresolved[plain.text[hit.start:hit.end]] += 1
        elif (hit.start, hit.end, hit.value) not in seen:
            seen.add((hit.start, hit.end, hit.value))
            add("agency", hit.value, hit.start, hit.end, hit.rule, hit.basis, hit.confidence)
    mentions.sort(key=lambda mention: (mention.start, -mention.end))
    return Paragraph(paragraph.id, paragraph.seq, paragraph.kind, paragraph.text, paragraph.source_lines, paragraph.joins, paragraph.flags, tuple(mentions)) if mentions else paragraph
