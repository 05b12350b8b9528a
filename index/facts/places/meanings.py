"""What the place names of a document stand for, and the dominant city of each article.

An ambiguous name is settled by the place before it, the paragraph, the article, the page, and otherwise stays
open. A name that is also a common word counts only where the city or its province is named besides.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from operator import itemgetter

from juanzong.index.datafiles import Words, rows, wrong
from juanzong.index.facts.places.gazetteer import TOWN_KINDS, Unit, gazetteer, streets, towns_of
from juanzong.index.facts.places.names import Place, PlaceHit, county_short_before, find_places, is_bare_county
from juanzong.index.facts.places.votes import NOWHERE, Scope
from juanzong.index.text.automaton import Found

WORDS = Words("place_words.yaml")
_TOWN_FORMS = frozenset(("short", "bare", "county_short", "bare_short"))


def year_fits(unit: Unit, year: int | None) -> Unit:
    """A merged prefecture is the city it went into, once the document is younger than the merger; long after, X地区 is said of X市."""
    if unit.name not in gazetteer().dated:
        return unit
    if (
        unit.until
        and unit.level == "city"
        and year is not None
        and year > unit.until + 10
        and unit.name.endswith("地区")
    ):
        return gazetteer().cities.get(unit.short + "市", unit)
    renamed = gazetteer().renamed.get(unit.name)
    if renamed and year is not None and year > renamed[1]:
        return gazetteer().cities[renamed[0]]
    moved = gazetteer().moved.get(unit.name)
    if moved and year is not None and year < moved[1]:
        return Unit(unit.name, unit.short, unit.level, moved[0], unit.province, unit.code, unit.until)
    return unit


def candidates(text: str, found: Iterable[Found] | None = None) -> list[PlaceHit]:
    """The names of a text (`found` by an automaton, where that was run already), with the short names of counties where a police force, a court and the like follows."""
    hits = find_places(text, found)
    more: list[PlaceHit] = []
    ends = [hit.end for hit in hits]
    for cue in WORDS.cue.finditer(text):
        short = county_short_before(text, cue.start())
        # hits do not overlap, so the first that ends behind the name's begin is the only one that can cover it
        at = bisect_right(ends, short[0]) if short else 0
        if short and (at == len(ends) or hits[at].start >= cue.start()):
            more.append(PlaceHit(short[0], cue.start(), text[short[0] : cue.start()], "county_short", short[1]))
    return sorted(hits + more) if more else hits


def bare_counties(
    text: str,
    found: Iterable[tuple[int, str]],
    hits: Sequence[PlaceHit],
    places: Sequence[Place],
    named: Collection[str],
    city: str | None,
) -> list[PlaceHit]:
    """Bare short names of counties that the article allows to be read as places, from (start, name) of where they occur.

    One of `named` counties was named in full; or a larger place stands right before; or the county lies in the article's own `city`.
    A prefecture, and a county that has its name alone, may also stand in a list with places of its province, or in one that is counted.
    """
    more: list[PlaceHit] = []
    ends = [hit.end for hit in hits]
    units_by_end = {place.end: place.unit for place in places}
    units_by_start = {place.start: place.unit for place in places}
    for start, name in found:
        end = start + len(name)
        at = bisect_right(ends, start)
        if (at < len(hits) and hits[at].start < end) or (more and more[-1].end > start):
            continue
        units = gazetteer().names[name]["county_short"]
        before = units_by_end.get(start)
        chosen = (
            [unit for unit in units if unit.name in named]
            or [
                unit
                for unit in units
                if before
                and before.level in ("province", "city")
                and unit.name != before.name
                and before.name in (unit.province, unit.city)
            ]
            or [unit for unit in units if city and unit.city == city]
            or [unit for unit in units if _has_town(unit, text, end)]
            or [
                unit
                for unit in units
                if unit.level == "city"
                and (
                    _listed(text, start, end, unit, units_by_end, units_by_start) or WORDS.prefectures.match(text, end)
                )
            ]
            or (
                units
                if len(units) == 1
                and (
                    _listed(text, start, end, units[0], units_by_end, units_by_start) or WORDS.counted.match(text, end)
                )
                else []
            )
        )
        if len({unit.city for unit in chosen}) == 1 and is_bare_county(text, start, end):
            more.append(PlaceHit(start, end, name, "bare_short", (chosen[0],)))
            units_by_end[end] = chosen[0]
    return more


def _has_town(unit: Unit, text: str, end: int) -> bool:
    """Whether one of a county's own towns is named right behind it."""
    m = WORDS.town_behind.match(text, end)
    return m is not None and any(unit.code in areas for areas in streets().get(m.group(), {}).values())


def _listed(text: str, start: int, end: int, unit: Unit, by_end: dict[int, Unit], by_start: dict[int, Unit]) -> bool:
    """Whether a unit's short name stands in a list beside a place of its province."""
    beside = (
        by_end.get(start - 1) if text[start - 1 : start] in WORDS.set("between") else None,
        by_start.get(end + 1) if text[end : end + 1] in WORDS.set("between") else None,
    )
    return any(other and other.province == unit.province for other in beside)


def settle(
    hits_by_paragraph: Sequence[Sequence[PlaceHit]], texts: Sequence[str], year: int | None, outer: Scope | None = None
) -> list[list[Place]]:
    """What the names of one article stand for. `outer` holds the votes of the page, or of what was declared."""
    if not any(hits_by_paragraph):
        return [[] for _ in texts]
    votes = Scope()
    for hits, text in zip(hits_by_paragraph, texts):
        for hit in hits:
            if (
                _is_plain(hit)
                and not (hit.form == "county_short" and text.startswith("分局", hit.end))
                and not (hit.form in _TOWN_FORMS and WORDS.of_town.match(text, hit.end))
                and (
                    hit.form == "province"
                    or len(hit.units) == 1
                    or len({(unit.name, unit.city) for unit in hit.units}) == 1
                )
            ):
                unit = year_fits(hit.units[0], year)
                if unit.city:
                    votes.cities[unit.city] += 10
                votes.provinces[unit.province] += 1
    outer = outer or NOWHERE
    return [_paragraph(hits, text, votes, outer, year) if hits else [] for hits, text in zip(hits_by_paragraph, texts)]


def _is_plain(hit: PlaceHit) -> bool:
    """Whether a name counts without another one beside it."""
    return (
        hit.form not in ("foreign", "weak")
        and hit.surface not in gazetteer().common
        and hit.surface not in WORDS.set("generic_districts")
    )


def _paragraph(hits: Sequence[PlaceHit], text: str, article: Scope, outer: Scope, year: int | None) -> list[Place]:
    places: list[Place] = []
    for i, hit in enumerate(hits):
        if hit.form == "foreign":
            continue
        before = (
            places[-1]
            if places
            and 0 <= hit.start - places[-1].end <= 1
            and text[places[-1].end : hit.start] in ("", "·", " ", "省", "市")
            else None
        )
        foreign_before = bool(i and hits[i - 1].form == "foreign" and hits[i - 1].end == hit.start)
        unit = (
            None
            if foreign_before or _inside(hit, before, article) or _is_town(hit, text, article)
            else _settle(hit, hits, text, before, article, outer)
        )
        if unit:
            places.append(
                Place(
                    hit.start,
                    hit.end,
                    hit.surface,
                    "province" if unit.level == "province" else hit.form,
                    year_fits(unit, year),
                )
            )
    return places


def _inside(hit: PlaceHit, before: Place | None, article: Scope) -> bool:
    """Whether a city's name right behind another city's or a county's is a quarter there (a street office of a county-level city): it is named nowhere else."""
    if (
        hit.form not in ("short", "alias")
        or before is None
        or before.end != hit.start
        or before.form not in ("short", "full", "county")
        or before.unit.level not in ("city", "county")
    ):
        return False
    cities = {unit.city for unit in hit.units}
    return (
        len(cities) == 1
        and before.unit.city not in cities
        and article.cities[next(iter(cities)) or ""] <= 10
        and (before.form == "county" or article.cities[before.unit.city or ""] > 10)
    )


def _is_town(hit: PlaceHit, text: str, article: Scope) -> bool:
    """Whether a short name is a town's: its kind stands behind it and no unit of the name has it, or the article's own city has such a town."""
    if hit.form not in _TOWN_FORMS:
        return False
    m = WORDS.of_town.match(text, hit.end)
    if m is None:
        return False
    kinds = (m["kind"],) if m["kind"] else TOWN_KINDS
    owners = [unit for kind in kinds for unit in towns_of(hit.surface + kind)]
    if not owners or any(unit.code and owner.code.startswith(unit.code) for owner in owners for unit in hit.units):
        return False
    if m["kind"]:
        return not any(article.cities[unit.city or ""] for unit in hit.units)
    own = max([article.cities[unit.city or ""] for unit in hit.units], default=0)
    return any(unit.city and article.cities[unit.city] >= max(own, 1) for unit in owners)


def _settle(
    hit: PlaceHit, hits: Sequence[PlaceHit], text: str, before: Place | None, article: Scope, outer: Scope
) -> Unit | None:
    units = hit.units
    if hit.form == "province":
        # a name that a province and a city share: the province, unless its namesake city can only be meant
        return _namesake(hit.surface) or units[0] if WORDS.prefectures.match(text, hit.end) else units[0]
    if before:
        inside = [
            unit
            for unit in units
            if (before.unit.city and unit.city == before.unit.city)
            or (before.unit.level == "province" and unit.province == before.unit.province)
        ]
        if len({unit.city for unit in inside}) == 1:
            return inside[0]
        if (
            before.end == hit.start
            and hit.form == "county"
            and hit.surface.endswith("区")
            and (before.surface.endswith("市") or hit.surface.endswith("新区") and before.unit.level == "city")
            and not inside
        ):
            # X市Y区: a quarter that the codes do not list, not the district of another city
            return None
        if (
            before.end == hit.start
            and hit.form == "county_short"
            and before.unit.city == before.unit.name
            and not inside
        ):
            # X市Y公安分局, where Y is called like a county elsewhere
            return None
    if hit.form == "county_short" and text[hit.end : hit.end + 2] == "分局":
        # a bare branch is one of the article's own city, or nobody's
        known = {**outer.cities, **article.cities}
        # and a county's bureau has stations, no branches
        units = tuple(
            unit for unit in units if (not known or unit.city in known) and (unit.name[-1] != "县" or not unit.code)
        )
        if not units:
            return None
    common = hit.surface in gazetteer().common or hit.form == "weak"
    if common and hit.surface in gazetteer().common and hit.form == "short" and WORDS.cue.match(text, hit.end):
        common = False
    if len(units) == 1 and not common and hit.surface not in WORDS.set("generic_districts"):
        return units[0]
    if hit.surface in WORDS.set("generic_districts"):
        return _beside(hit, hits, text) or _governed(hit, text, outer)
    local = Counter(
        city for other in hits if len(other.units) == 1 and (city := other.units[0].city) and _is_plain(other)
    )
    for votes in (local, article.cities, outer.cities):
        inside = [unit for unit in units if unit.city and votes.get(unit.city)]
        if len({unit.city for unit in inside}) == 1:
            return inside[0]
        if inside:
            ranked = sorted(inside, key=lambda unit: -votes[unit.city or ""])
            if votes[ranked[0].city or ""] > votes[ranked[1].city or ""]:
                return ranked[0]
    for provinces in (article.provinces, outer.provinces):
        inside = [unit for unit in units if provinces.get(unit.province)]
        if len({unit.city for unit in inside}) == 1:
            return inside[0]
    return None


def _beside(hit: PlaceHit, hits: Sequence[PlaceHit], text: str) -> Unit | None:
    """The district of a common name that stands in a list with another one of its city."""
    at = bisect_left(hits, hit.start, key=itemgetter(0))
    near = [
        other
        for other in (*hits[max(0, at - 1) : at], *hits[at + 1 : at + 2])
        if other.form == "county"
        and len(other.units) == 1
        and other.surface.endswith("区")
        and _is_plain(other)
        and (
            other.end == hit.start - 1
            and text[other.end] in WORDS.set("between")
            or other.start == hit.end + 1
            and text[hit.end] in WORDS.set("between")
        )
    ]
    inside = [unit for unit in hit.units if any(unit.city and unit.city == other.units[0].city for other in near)]
    return inside[0] if len(inside) == 1 else None


def _governed(hit: PlaceHit, text: str, outer: Scope) -> Unit | None:
    """The district of a common name that the article's own city has, where its government or one of its streets is named with it (X区副区长)."""
    if hit.form != "county" or not outer.cities or not WORDS.governed.match(text, hit.end):
        return None
    city = outer.cities.most_common(1)[0][0]
    return next((unit for unit in hit.units if unit.city == city), None)


def _namesake(name: str) -> Unit | None:
    """The prefecture that is called like a province (X、Y两州)."""
    return next(
        (unit for unit in gazetteer().cities.values() if unit.short == name and unit.name.endswith("自治州")), None
    )


def ours(
    text: str, city: str | None, places: Sequence[Place] = (), bodies: Collection[int] = ()
) -> list[tuple[int, int, str]]:
    """Implicit names of the article's own city, as (start, end, city): 我市, 全市, 本市.

    全市 in a paragraph that has told of one other city alone is that city's, where a body of its begins at one of the offsets `bodies`.
    """
    if not city or "市" not in text:
        return []
    found = []
    told: set[str] = set()
    bodied: set[str] = set()
    at = 0
    for m in WORDS.ours.finditer(text):
        while at < len(places) and places[at].start < m.start():
            if own := places[at].unit.city:
                told.add(own)
                if own == places[at].unit.name and places[at].start in bodies:
                    bodied.add(own)
            at += 1
        found.append(
            (
                m.start(),
                m.end(),
                next(iter(told)) if m.group() == "全市" and len(told) == 1 and told == bodied else city,
            )
        )
    return found


@cache
def _letters() -> dict[str, tuple[str, bool]]:
    """The one-letter names of cities: city, and whether the letter is said of it alone."""
    found: dict[str, tuple[str, bool]] = {}
    for line, row in rows("city_letters.csv", ("letter", "city", "always")):
        if row["city"] not in gazetteer().cities or len(row["letter"]) != 1 or row["always"] not in ("", "yes"):
            raise wrong("city_letters.csv", line, "a letter, a city's full name, and yes or nothing must stand here")
        found[row["letter"]] = (row["city"], row["always"] == "yes")
    return found


def letters(text: str, city: str | None, named: Collection[str]) -> list[tuple[int, int, str]]:
    """The cities that somebody goes to or comes from by a letter (抵X, 离X), as (start, end, city).

    A letter that is said of one city alone is always understood; another one where the article is about the city, or has `named` it. The
    first character of the own city's name is understood in the same way, after some more verbs.
    """
    found = []
    for m in WORDS.went.finditer(text):
        letter = m["letter"]
        if m.group() in WORDS.set("no_letter"):
            continue
        known, always = _letters().get(letter, ("", False))
        if city and (known == city or letter == city[0]):
            found.append((m.start("letter"), m.end("letter"), city))
        elif m["own"] is None and known and (always or known in named):
            found.append((m.start("letter"), m.end("letter"), known))
    return found
