"""What an article's words stand in: its city, its paper, the section that it is read under."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from juanzong.index.datafiles import Words
from juanzong.index.facts.agencies import Setting
from juanzong.index.facts.places.gazetteer import Unit, gazetteer, towns_of
from juanzong.index.facts.places.meanings import candidates, settle
from juanzong.index.facts.places.names import Place
from juanzong.index.facts.places.votes import NOWHERE, Scope, dominant, score
from juanzong.index.facts.sheets import Sheet
from juanzong.index.records import Basis, Document, Fact
from juanzong.index.text.plain import Plain

if TYPE_CHECKING:
    from juanzong.index.facts.context import ReadingContext

WORDS = Words("article_words.yaml")
SEVERAL, MOST, EDGE = 3, 0.5, 60
"""Cities among which one must have this share of the votes where a province or the state speaks, and the length of a line that says so."""
BRIEF_CITIES, BRIEF_SHARE = 3, 0.34
"""Cities that news in brief tells of at least, and the share of its paragraphs that one of them has at most."""
ASIDE = 0.25
"""The share of the votes for its own city below which an article names another by the way."""


def score_of(sheet: Sheet) -> None:
    sheet.scope = Scope() if any(sheet.places) else NOWHERE
    bodies = 0
    for (kind, text), places in zip(sheet.kinds, sheet.places):
        if places and not WORDS.footer.search(text):
            score(
                places,
                text,
                "title" if kind == "heading" and bodies == 0 else "lead" if bodies < 2 else "body",
                sheet.scope,
            )
        bodies += kind == "body"


def dominant_of(sheet: Sheet, page: Scope | None, document: Document) -> Fact | None:
    lead: list[str] = []
    bodies = 0
    for (kind, text), places in zip(sheet.kinds, sheet.places):
        if places and WORDS.footer.search(text):
            continue
        lead.extend(place.unit.city for place in places if place.unit.city)
        bodies += kind == "body"
        if bodies == 2:
            break
    abroad = sum(hit.form == "foreign" for hits in sheet.hits for hit in hits)
    found = (
        None
        if _is_brief(sheet) or _is_from_above(sheet)
        else dominant(sheet.scope, page, lead, abroad, _is_local(sheet), _own_level(sheet))
    )
    if not found:
        return _paper_city(sheet, document)
    city, basis = found
    place = sheet.scope.first.get(city) or (page.first.get(city) if page else None)
    return Fact(
        city,
        place.surface if place else city,
        "dominant",
        "inherited_page" if basis == "inherited_page" else "dominant",
        0.7 if basis == "inherited_page" else 0.9,
    )


def _is_from_above(sheet: Sheet) -> bool:
    """Whether a province or the state speaks, of several cities none of which has the most of it or stands in the title."""
    votes = sheet.scope.cities
    told = next((m["name"] for text in sheet.texts[:2] if (m := WORDS.newscast.match(text))), None)
    if told is not None and (not told or gazetteer().known.get(told, ("",))[0] == "province"):
        return True
    if len(votes) < SEVERAL or max(votes.values()) >= MOST * sum(votes.values()):
        return False
    top = votes.most_common(1)[0][0]
    if any(
        place.unit.city == top
        for (kind, _), places in zip(sheet.kinds, sheet.places)
        if kind == "heading"
        for place in places
    ):
        return False
    edges = [*sheet.texts[:2], *sheet.texts[-2:]]
    return any(len(text) <= EDGE and WORDS.from_above.search(text) for text in edges)


def _own_level(sheet: Sheet) -> frozenset[str]:
    """The cities whose districts or counties an article names and then speaks of as its own: 区民政局, 县委."""
    if len(sheet.scope.cities) < 2:
        return frozenset()
    letters = {m["level"] for text in sheet.texts for m in WORDS.own_unit.finditer(text)}
    return frozenset(
        place.unit.city
        for places in sheet.places
        for place in places
        if place.unit.city and place.unit.level == "county" and place.unit.name[-1] in letters
    )


def _is_local(sheet: Sheet) -> bool:
    """Whether an article speaks as of its own city: 我市, 市X局."""
    return any(WORDS.our_city.search(text) for text in sheet.texts if "市" in text)


def _is_brief(sheet: Sheet) -> bool:
    """Whether an article is news in brief: each of its paragraphs is of another city, and its title names none of them."""
    cities: Counter[str] = Counter()
    told = 0
    for (kind, _), places in zip(sheet.kinds, sheet.places):
        own = {place.unit.city for place in places if place.unit.city}
        if kind == "heading" and not told and own:
            return False
        if kind == "body" and len(own) == 1:
            cities.update(own)
            told += 1
    return len(cities) >= BRIEF_CITIES and cities.most_common(1)[0][1] <= BRIEF_SHARE * told


def _paper_city(sheet: Sheet, document: Document) -> Fact | None:
    """The city of the local paper, for a text that speaks of 我市 or 市委 and names no city."""
    if sheet.scope.cities or not _is_local(sheet):
        return None
    sources = [
        document.declared.source or "",
        sheet.article.source or "",
        *(text for text in sheet.texts if len(text) <= 120),
    ]
    for source in sources:
        for m in WORDS.paper.finditer(Plain(source).text):
            for length in (4, 3, 2):
                name = m[1][-length:]
                form, units = gazetteer().known.get(name, ("", ()))
                if form in ("short", "bare") and len({unit.city for unit in units}) == 1 and units[0].city:
                    return Fact(units[0].city, m[0], "paper", "context", 0.6)
    return None


def city_of(names: tuple[str, ...], basis: Basis) -> Fact | None:
    """The first of the declared names that is a city's."""
    for written in names:
        found = settle([candidates(Plain(written).text)], [written], None)[0]
        cities = [place.unit.city for place in found if place.unit.city]
        if cities:
            return Fact(cities[0], written, "declared", basis)
    return None


def setting_of(sheet: Sheet, abroad: int, year: int | None, context: ReadingContext) -> Setting:
    """What the article says about itself; `abroad` counts the foreign places that it names."""
    g = gazetteer()
    city = sheet.city.value if sheet.city else None
    provinces = sheet.scope.provinces.most_common(1)
    own = g.cities.get(city or "")
    units: dict[str, Unit] = {}
    for place in (place for places in sheet.places for place in places):
        if place.unit.level in ("county", "zone"):
            units.setdefault(place.unit.name, place.unit)
    several = len([1 for votes in sheet.scope.cities.values() if votes >= 30]) > 1
    most = sheet.scope.cities.get(city or "", 0)
    return Setting(
        city=city,
        province=own.province if own else provinces[0][0] if provinces else None,
        own_county_city=_own_county_city(sheet, city, units),
        counties=sheet.scope.counties,
        own_counties=_own_counties(sheet, city, units) if city else {},
        county_units=units,
        year=year,
        police=any("分局" in text for text in sheet.texts) and any(WORDS.police.search(text) for text in sheet.texts),
        # a statute speaks of its own city, whatever others it names
        several_cities=several and sum(WORDS.section.match(text) is not None for text in sheet.texts) < 2,
        asides=frozenset(name for name, votes in sheet.scope.cities.items() if votes < ASIDE * most)
        if several
        else frozenset(),
        home=not abroad or sum(len(WORDS.home.findall(text)) for text in sheet.texts) > abroad // 3,
        agency_file=context.agency_file,
    )


def _own_county_city(sheet: Sheet, city: str | None, units: dict[str, Unit]) -> Unit | None:
    """The county-level city that an article moves in.

    It is named twice, and more often than its prefecture, which the title does not name alone and the text not first. Where the prefecture
    is named nowhere, or is no 市 itself, the only one that is named will do.
    """
    counted: Counter[str] = Counter()
    named = 0
    first: Place | None = None
    for place in (place for places in sheet.places for place in places):
        unit = place.unit
        if unit.level == "county" and unit.name.endswith("市") and unit.city != unit.name:
            counted[unit.name] += 1
        named += unit.level == "city" and unit.city == city
        if first is None and unit.city == city:
            first = place
    title = next(
        (
            places
            for paragraph, places in zip(sheet.article.paragraphs, sheet.places)
            if paragraph.kind == "heading" and places
        ),
        [],
    )
    prefectural = any(place.unit.level == "city" and place.unit.city == city for place in title) and (
        not any(place.unit.level == "county" for place in title) or _issues(sheet, title[0])
    )
    if not counted or prefectural:
        return None
    name, times = counted.most_common(1)[0]
    if units[name].city != city:
        return None
    alone = len(counted) == 1 and (not named and len(units) == 1 or city is not None and not city.endswith("市"))
    if first is not None and first.unit.level == "city":
        named *= 2
    elif first is not None and first.unit.name == name and times >= named and first in sheet.places[0]:
        # the first words are of its own body
        alone = alone or WORDS.body_behind.match(sheet.texts[0], first.end) is not None
    return units[name] if alone or times >= 2 and times > named else None


def _issues(sheet: Sheet, place: Place) -> bool:
    """Whether the title begins with a place whose body has issued the text."""
    return place.unit.level == "city" and any(
        places and places[0] is place and WORDS.issuing.match(text, place.end)
        for text, places in zip(sheet.texts, sheet.places)
    )


def _own_counties(sheet: Sheet, city: str, units: dict[str, Unit]) -> dict[str, Unit]:
    """The county, the district and the banner of its own city that an article moves in, by 县, 区, 旗.

    The title names it alone, and no other is named more often; or the first paragraphs do, and it is named at least twice as often as any other.
    """
    if not any(unit.city == city for unit in units.values()):
        return dict(_counties_of_towns(sheet, city))
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
                others = max(
                    (
                        n
                        for name, n in counted.items()
                        if name.endswith(suffix) and name != own[0] and (name not in units or units[name].city == city)
                    ),
                    default=0,
                )
                if counted[own[0]] >= (times if others > 1 or len(names) > 1 else 1) * max(others, 1):
                    found.setdefault(suffix, units[own[0]])
        if suffix not in found and suffix != "区":
            # the one of whose bodies the article speaks
            acting = {
                place.unit.name
                for text, places in zip(sheet.texts, sheet.places)
                for place in places
                if place.unit.level == "county"
                and place.unit.name.endswith(suffix)
                and WORDS.body_behind.match(text, place.end)
            }
            if len(acting) == 1 and units[name := acting.pop()].city == city:
                found[suffix] = units[name]
    return found


def _counties_of_towns(sheet: Sheet, city: str) -> Iterator[tuple[str, Unit]]:
    """The county or district of a city whose towns alone an article names, where it speaks of one as its own: Y镇, 区体育局."""
    levels = {m["level"] for text in sheet.texts for m in WORDS.own_unit.finditer(text)}
    if not levels:
        return
    found: set[Unit] = set()
    for text in sheet.texts:
        for m in WORDS.town.finditer(text):
            for at in range(len(m.group()) - 2):
                inside = {unit for unit in towns_of(m.group()[at:]) if unit.city == city}
                if inside:
                    found.update(inside if len(inside) == 1 else ())
                    break
    if len(found) == 1 and (unit := found.pop()).name[-1] in levels:
        yield unit.name[-1], unit
