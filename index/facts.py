"""Cities, dates and agencies of a document that has been split into articles and paragraphs.

Places come first, since agencies are named by them; then the dates, which need the article's own; then the agencies. Boilerplate
is read for the source's date alone.
"""
from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

from index.agencies import AgencyHit, Setting, find_agencies, resolve_name
from index.agencies.lexicon import lexicon
from index.automaton import Automaton
from index.cities import Place, Scope, bare_counties, candidates, dominant, ours, score, settle
from index.dates import DateHit, find_dates, iso
from index.notices import OPENING, find_notices, own_notice
from index.places import PlaceHit, automaton_of, gazetteer
from index.plain import Plain
from index.published import dateline, day_of, declared_date, latest_event, outside_date, publish
from index.records import Article, Declared, Document, Fact, Mention, Notice, Paragraph, Problem, Published
from index.years import Reference, ResolvedDate, explicit_days, incident_years, looks_ahead, resolve, sure_year

if TYPE_CHECKING:
    from index.context import ReadingContext

_POLICE = re.compile(r"公安|民警|警方|派出所|辅警|刑侦|交警")
_HOME = re.compile(r"中国|我国|中方|中共|习近平|新华社|中新[社网]")
_ISSUER = re.compile(r"(?:发文机关|发布机构|发文机构|发文单位|制定机关|公布机关|发布单位|发布机关|印发机关)[: ]{1,2}([一-龥]{3,30})")
_OUR_CITY = re.compile(r"(?:我市|全市|本市|(?<![一-龥])市委|(?<![一-龥])市政府|市[一-龥]{2,6}局)")
_PAPER = re.compile(r"([一-龥]{2,5}?)(?:日报|晚报|晨报|时报|早报|商报|都市报|发布|电视台|广播|新闻网|新闻|政府网|在线)")
_CORE_OF = re.compile(r"^(?:中共)?(?:.+?(?:省|市|自治区|自治州|地区|盟|县|区|旗|特别行政区))+(?=.)")
MOST_UNRESOLVED = 200


@dataclass(slots=True)
class _Reading:
    """One article on its way: plain paragraphs with what was found in them."""

    article: Article
    plains: list[Plain] = field(default_factory=list)
    cores: list[list[tuple[int, tuple[int, str]]]] = field(default_factory=list)
    hits: list[list[PlaceHit]] = field(default_factory=list)
    shorts: list[list[tuple[int, str]]] = field(default_factory=list)
    places: list[list[Place]] = field(default_factory=list)
    dates: list[list[DateHit]] = field(default_factory=list)
    days: list[list[ResolvedDate]] = field(default_factory=list)
    scope: Scope = field(default_factory=Scope)
    reference: Reference = field(default_factory=Reference)
    published: Published = Published()
    city: Fact | None = None
    line: tuple[int | None, int | None, int] | None = None

    @property
    def texts(self) -> list[tuple[str, str]]:
        return [(paragraph.kind, plain.text) for paragraph, plain in zip(self.article.paragraphs, self.plains)]


def annotate(document: Document, context: ReadingContext, given: Declared | None = None) -> Document:
    """The document with its facts: mentions of every paragraph, city and date of every article, notices, and unresolved surfaces.

    `given` is what a curator says of the document's date and city; it goes before whatever the source and the text say.
    """
    readings = [_Reading(article, [Plain(paragraph.text) for paragraph in article.paragraphs]) for article in document.articles]
    told = declared_date(given.date) if given else None
    outside = (told, "sidecar") if told else outside_date(document)
    page = Scope()
    for reading in readings:
        _find_places(reading, context.agency_file)
    year = _document_year(readings, outside)
    for reading in readings:
        reading.places = settle(reading.hits, [plain.text for plain in reading.plains], year, page)
        _score(reading)
        if _add_counties(reading, None):
            reading.places = settle(reading.hits, [plain.text for plain in reading.plains], year, page)
            _score(reading)
        page.merge(reading.scope)
    declared = (_city_of(given.city, "sidecar") if given else None) or _city_of(document.declared.city, "front_matter" if document.front_matter else "declared")
    for reading in readings:
        if len(readings) > 1 and page.cities:
            # what one article leaves open, its neighbours may settle
            reading.places = settle(reading.hits, [plain.text for plain in reading.plains], year, page)
        reading.city = declared or _dominant(reading, page if len(readings) > 1 else None, document)
        if reading.city and _add_counties(reading, reading.city.value):
            reading.places = settle(reading.hits, [plain.text for plain in reading.plains], year, page)
        if reading.city and sum(map(len, reading.places)) < sum(hit.form != "foreign" for hits in reading.hits for hit in hits):
            # a district that several cities have is the article's own city's, if that has one
            own = Scope()
            own.cities[reading.city.value] = 100
            reading.places = settle(reading.hits, [plain.text for plain in reading.plains], year, own)
    notices = _dates(document, readings, outside, context)
    unresolved: Counter[str] = Counter()
    articles = tuple(_assemble(document, reading, year, context, unresolved) for reading in readings)
    return replace(document, articles=articles, notices=notices, unresolved=tuple(unresolved.elements())[:MOST_UNRESOLVED],
                   warnings=(*document.warnings, *_not_understood(document)))


def _not_understood(document: Document) -> Iterator[Problem]:
    """What the source declares, and what is no date or no city."""
    if document.declared.date and declared_date(document.declared.date) is None:
        yield Problem("date", f"The declared date “{document.declared.date[:40]}” is none. Write YYYY-MM-DD, YYYY-MM or YYYY.", document.line)
    for name in document.declared.city:
        if name.strip() and _city_of((name,), "declared") is None:
            yield Problem("city", f"The declared city “{name[:40]}” is not known. Write its full name, such as 徐州市.", document.line)


@cache
def _names(agency_file: str | None) -> Automaton:
    """One automaton over the names of places and of agencies, since running over a text is what costs. Short names of counties are marked with a `~`."""
    agencies = [*lexicon(agency_file).cores, *lexicon(agency_file).generic]
    return automaton_of(gazetteer().surfaces, agencies, gazetteer().bare_shorts.difference(agencies))


def _find_places(reading: _Reading, agency_file: str | None) -> None:
    automaton = _names(agency_file)
    for paragraph, plain in zip(reading.article.paragraphs, reading.plains):
        text = plain.text
        places: list[tuple[int, tuple[int, str]]] = []
        cores: list[tuple[int, tuple[int, str]]] = []
        shorts: list[tuple[int, str]] = []
        if paragraph.kind != "boilerplate":
            for end, (length, word) in automaton.find(text):
                if length > 0:
                    if word[0] == "~":
                        shorts.append((end - length + 1, word[1:]))
                    else:
                        places.append((end, (length, word)))
                    continue
                if word[0] == "*":
                    word = word[1:]
                    places.append((end, (-length, word)))
                cores.append((end, (-length, word)))
        reading.cores.append(cores)
        reading.shorts.append(shorts)
        reading.hits.append(candidates(text, places) if places or cores or "公安" in text or "警" in text else [])
        reading.dates.append(find_dates(text))


def _add_counties(reading: _Reading, city: str | None) -> bool:
    """Whether bare short names of counties were found that the article, and its city where known, allow to be read."""
    named = reading.scope.counties
    added = False
    for at, shorts in enumerate(reading.shorts):
        if shorts and (more := bare_counties(reading.plains[at].text, shorts, reading.hits[at], reading.places[at], named, city)):
            reading.hits[at] = sorted(reading.hits[at] + more, key=lambda hit: hit.start)
            added = True
    return added


def _document_year(readings: list[_Reading], outside: tuple[str | None, str]) -> int | None:
    if outside[0]:
        return int(outside[0][:4])
    years = [day.year for reading in readings for hits in reading.dates for day in explicit_days(hits)]
    return max(years, default=None)


def _score(reading: _Reading) -> None:
    reading.scope = Scope()
    bodies = 0
    for paragraph, plain, places in zip(reading.article.paragraphs, reading.plains, reading.places):
        role = "title" if paragraph.kind == "heading" and bodies == 0 else "lead" if bodies < 2 else "body"
        bodies += paragraph.kind == "body"
        score(places, plain.text, role, reading.scope)


def _dominant(reading: _Reading, page: Scope | None, document: Document) -> Fact | None:
    lead: list[str] = []
    bodies = 0
    for paragraph, places in zip(reading.article.paragraphs, reading.places):
        if bodies < 2:
            lead.extend(place.unit.city for place in places if place.unit.city)
        bodies += paragraph.kind == "body"
    abroad = sum(hit.form == "foreign" for hits in reading.hits for hit in hits)
    found = dominant(reading.scope, page, lead, abroad)
    if not found:
        return _paper_city(reading, document)
    city, basis = found
    place = reading.scope.first.get(city) or (page.first.get(city) if page else None)
    return Fact(city, place.surface if place else city, "dominant", "inherited_page" if basis == "inherited_page" else "dominant", .7 if basis == "inherited_page" else .9)


def _paper_city(reading: _Reading, document: Document) -> Fact | None:
    """The city of the local paper, for a text that speaks of 我市 or 市委 and names no city."""
    if reading.scope.cities or not any(_OUR_CITY.search(plain.text) for plain in reading.plains):
        return None
    sources = [document.declared.source or "", reading.article.source or "", *(plain.text for plain in reading.plains if len(plain.text) <= 120)]
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


def _dates(document: Document, readings: list[_Reading], outside: tuple[str | None, str], context: ReadingContext) -> tuple[Notice, ...]:
    page = Reference()
    for reading in readings:
        own = reading.reference
        for hits, plain in zip(reading.dates, reading.plains):
            own.explicit.extend(explicit_days(hits))
            own.incidents.update(incident_years(plain.text, hits))
            own.month_days.extend((hit.month, hit.day) for hit in hits if hit.month is not None)
        reading.line = dateline(reading.texts)
        page.explicit.extend(own.explicit)
        own.sure_year = sure_year([plain.text for plain in reading.plains])
        page.sure_year = page.sure_year or own.sure_year
        page.incidents.update(own.incidents)
        page.month_days.extend(own.month_days)
    cited: list[Notice] = []
    for reading in readings:
        own = reading.reference
        near = day_of(outside[0]) or _near_year(reading, page)
        if reading.line and reading.line[0] is None and near is None and outside[0]:
            near = datetime.date(int(outside[0][:4]), 12, 31)
        reading.published = publish(reading.article, document, reading.texts, reading.line, near, outside)
        own.day = day_of(reading.published.date)
        own.year = int(reading.published.date[:4]) if reading.published.date and not reading.published.date.startswith("-") else None
        own.basis = reading.published.basis or "context"
        if not page.day and own.day:
            page.day, page.basis = own.day, own.basis
        if context.notices:
            own.notice_year = _notice_year(reading, page, context)
    if context.notices and not any(reading.reference.explicit for reading in readings):
        years = {reading.reference.notice_year for reading in readings if reading.reference.notice_year}
        if len(years) == 1:
            for reading in readings:
                reading.reference.notice_year = next(iter(years))
            page.notice_year = next(iter(years))
    for reading in readings:
        for plain, hits in zip(reading.plains, reading.dates):
            reading.days.append(resolve(plain.text, hits, reading.reference, page) if hits else [])
    # the articles of one page came out on one day, not before the latest event that any of them tells of
    event = latest_event([day for reading in readings for paragraph, plain, days in zip(reading.article.paragraphs, reading.plains, reading.days)
                          if paragraph.kind != "boilerplate" for day in days if not looks_ahead(plain.text, day.start, day.end)])
    for reading in readings:
        if reading.published.date is None and event:
            reading.published = Published(None, "day", "latest_event", event)
        date = reading.published.date or reading.published.not_before
        cited.extend(_notices(reading, date))
    return tuple(cited)


def _notices(reading: _Reading, date: str | None) -> list[Notice]:
    """The notices that an article cites, and the one that it is."""
    city = reading.city.value if reading.city else None
    found = [notice for plain in reading.plains for notice in find_notices(plain.text, city, date)]
    own = own_notice([plain.text for plain in reading.plains[:OPENING]], city, date)
    return [own, *found] if own and own not in found else found


def _near_year(reading: _Reading, page: Reference) -> datetime.date | None:
    for scope in (reading.reference, page):
        if scope.explicit:
            latest = max(scope.explicit)
            # a dateline long before or after the days that the text dates is of another year
            if reading.line and reading.line[1] and abs((latest.month - reading.line[1] + 6) % 12 - 6) <= 4:
                return latest
            return latest if reading.line is None else None
        if scope.sure_year:
            return datetime.date(scope.sure_year, 12, 31)
    return None


def _notice_year(reading: _Reading, page: Reference, context: ReadingContext) -> int | None:
    assert context.notices is not None
    years = set()
    for notice in _notices(reading, None):
        for month, day in reading.reference.month_days or page.month_days:
            year = context.notices.year(notice.series, notice.number, month, day)
            if year:
                years.add(year)
    return years.pop() if len(years) == 1 else None


def _setting(reading: _Reading, document: Document, year: int | None, context: ReadingContext) -> Setting:
    g = gazetteer()
    city = reading.city.value if reading.city else None
    provinces = reading.scope.provinces.most_common(1)
    own = g.cities.get(city or "")
    setting = Setting(city=city, province=own.province if own else provinces[0][0] if provinces else None, year=year, agency_file=context.agency_file)
    setting.counties = reading.scope.counties
    counted: Counter[str] = Counter()
    named = 0
    for places in reading.places:
        for place in places:
            unit = place.unit
            if unit.level in ("county", "zone"):
                setting.county_units.setdefault(unit.name, unit)
                if unit.level == "county" and unit.name.endswith("市") and unit.city != unit.name:
                    counted[unit.name] += 1
            elif unit.level == "city" and unit.city == city:
                named += 1
    title = next((places for paragraph, places in zip(reading.article.paragraphs, reading.places) if paragraph.kind == "heading" and places), [])
    # a title that names the prefecture's city alone speaks for that city
    prefectural = any(place.unit.level == "city" and place.unit.city == city for place in title) and not any(place.unit.level == "county" for place in title)
    if counted and not prefectural:
        name, n = counted.most_common(1)[0]
        unit = setting.county_units[name]
        if unit.city == city and n >= 2 and n > named:
            setting.own_county_city = unit
    setting.several_cities = len([1 for votes in reading.scope.cities.values() if votes >= 30]) > 1
    setting.home = sum(len(_HOME.findall(plain.text)) for plain in reading.plains) > sum(hit.form == "foreign" for hits in reading.hits for hit in hits) // 3
    setting.police = any(_POLICE.search(plain.text) for plain in reading.plains)
    return setting


def _assemble(document: Document, reading: _Reading, year: int | None, context: ReadingContext, unresolved: Counter[str]) -> Article:
    setting = _setting(reading, document, year, context)
    found: list[list[AgencyHit]] = []
    ends = [frozenset(hit.end for hit in hits if hit.form == "foreign") for hits in reading.hits]
    for paragraph, plain, places, foreign, cores in zip(reading.article.paragraphs, reading.plains, reading.places, ends, reading.cores):
        hits = [] if paragraph.kind == "boilerplate" else find_agencies(plain.text, places, foreign, setting, cores)
        found.append(hits)
        for hit in hits:
            if hit.value and hit.basis != "context" and hit.rule in ("prefix_core", "open_name"):
                core = _core(hit.value)
                if core:
                    setting.known.setdefault(core, set()).add(hit.value)
    paragraphs = []
    for paragraph, plain, places, hits, foreign, cores, days in zip(reading.article.paragraphs, reading.plains, reading.places, found, ends, reading.cores, reading.days):
        if any(hit.value is None for hit in hits) and (setting.known or setting.stations):
            # a body named in full further down may settle what was left open above
            hits = find_agencies(plain.text, places, foreign, setting, cores)
        paragraphs.append(_mentions(paragraph, plain, places, hits, days, setting, unresolved))
    issued = tuple(_issued(name, "front_matter" if document.front_matter else "declared", setting) for name in document.declared.agency)
    issued += tuple(_issued(name, "header_table", setting) for name in _header_agencies(reading))
    return replace(reading.article, city=reading.city, published=reading.published, agencies=issued, paragraphs=tuple(paragraphs))


def _core(value: str) -> str | None:
    m = _CORE_OF.match(value)
    return value[m.end():] if m else None


def _header_agencies(reading: _Reading) -> list[str]:
    """Who issued the article, by the line of a header table that says so."""
    return [m[1] for kind, text in reading.texts if len(text) <= 400 for m in _ISSUER.finditer(text)]


def _issued(name: str, basis: str, setting: Setting) -> Fact:
    plain = Plain(name).text
    places = settle([candidates(plain)], [plain], setting.year)[0]
    value = resolve_name(plain, places, setting)
    return Fact(value or name.strip(), name, "declared" if basis != "header_table" else "header_table", basis, 1.0 if value else .8)


def _mentions(paragraph: Paragraph, plain: Plain, places: list[Place], hits: list[AgencyHit], days: list[ResolvedDate], setting: Setting, unresolved: Counter[str]) -> Paragraph:
    mentions: list[Mention] = []

    def add(facet: str, value: str, start: int, end: int, rule: str, basis: str, confidence: float) -> None:
        first, last = plain.span(start, end)
        mentions.append(Mention(facet, value, paragraph.text[first:last], first, last, rule, basis, confidence))

    if paragraph.kind != "boilerplate":
        for place in places:
            if place.unit.city:
                add("city", place.unit.city, place.start, place.end, place.form, place.basis, 1.0 if place.form == "full" else .9)
        for start, end, basis in ours(plain.text, setting.city, setting.province):
            add("city", setting.city or "", start, end, "ours", basis, .8)
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
