"""Places in a text, by one automaton over the names of the gazetteer.

What a name means in a given article is decided in `index.cities`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import accumulate
from typing import Any, Literal, NamedTuple

from juanzong.index.datafiles import Words
from juanzong.index.facts.places.gazetteer import Unit, gazetteer
from juanzong.index.records import Basis
from juanzong.index.text.automaton import Automaton, Found, Keyword

WORDS = Words("place_words.yaml")


class PlaceHit(NamedTuple):
    """A name found in a text. `form` is one of province, full, short, alias, weak, bare, county, county_short, bare_short, zone, foreign."""

    start: int
    end: int
    surface: str
    form: str
    units: tuple[Unit, ...]


NameUse = Literal["place", "body", "county"]
"""What a name may be: a place, a body (or a word that hides one), or the bare short name of a county, which the article has to allow."""


@cache
def _automaton() -> Automaton:
    return automaton_of({"place": gazetteer().surfaces})


def automaton_of(names: Mapping[NameUse, Iterable[str]]) -> Automaton:
    """An automaton over names by their uses; a name that has several is found once, with all of them."""
    uses: dict[str, tuple[NameUse, ...]] = {}
    for use, words in names.items():
        for word in words:
            if use not in uses.get(word, ()):
                uses[word] = (*uses.get(word, ()), use)
    return Automaton((word, Keyword(len(word), word, found)) for word, found in uses.items())


def leftmost_longest(found: Iterable[Found]) -> Iterator[tuple[int, int, str]]:
    """Matches that do not overlap, as (start, end, name), from what an automaton yields."""
    spans = sorted((end - word.length + 1, -word.length, word.name) for end, word in found)
    taken = 0
    for start, minus, name in spans:
        if start >= taken:
            taken = start - minus
            yield start, taken, name


_QUOTES = frozenset('"“‘「『《')
_SHORT_FORMS = frozenset(("short", "alias", "bare", "weak", "zone"))
_WEAKENED = _SHORT_FORMS - {"zone"}


@cache
def _cutter() -> Any:
    try:
        import rjieba

        rjieba.cut("", hmm=False)
        return lambda text: rjieba.cut(text, hmm=False)
    except (ImportError, TypeError):
        import jieba

        jieba.setLogLevel(60)
        return lambda text: jieba.lcut(text, HMM=False)


def _stands_alone(text: str, start: int, end: int, form: str) -> bool:
    """Whether a name begins, and a short one ends, where words do by the segmenter's dictionary: 扩大|连锁 and 大|庆祝 hold no city.

    A number before it, or for a county a direction, makes it part of another name.
    """
    left, right = text[start - 1 : start], text[end : end + 1]
    if end - start == 2 and form in _WEAKENED and _is_person(text, start, end):
        return False
    if WORDS.called.search(text, max(0, start - 4), start) and not WORDS.called_place.match(text, end):
        return False
    if text[start:end] in WORDS.set("verbs") and WORDS.helping.search(text, max(0, start - 2), start):
        return False
    before = "一" <= left <= "龥" and left not in WORDS.set("leading")
    after = (
        form in _WEAKENED
        and text[end - 1] not in "州盟"
        and "一" <= right <= "龥"
        and right not in WORDS.set("following")
    )
    if not before and not after:
        return True
    from_ = max(0, start - 5)
    edges = word_edges(text[from_ : end + 4])
    start, end = start - from_, end - from_
    if before and left in WORDS.set("before_county" if form == "bare" else "before_city") and start - 1 in edges:
        return False
    # a longer word may be one, but begins with the name
    torn = after and end not in edges and any(start < edge < end for edge in edges)
    return (not before or start in edges) and not torn


def _is_person(text: str, start: int, end: int) -> bool:
    """Whether a city's name is a person's: with a surname before it, or with one in it and a title behind it."""
    before = text[start - 2 : start - 1]
    if text[start - 1 : start] in WORDS.set("surnames") and (
        WORDS.person_left.match(before)
        or before in WORDS.set("to_person")
        or WORDS.role_before.search(text, max(0, start - 5), start - 1)
    ):
        return True
    m = WORDS.titled.match(text, end) if text[start] in WORDS.set("surnames") else None
    # X市程女士 has a surname of her own
    return m is not None and m["given"] not in WORDS.set("surnames")


@lru_cache(maxsize=1 << 16)
def word_edges(window: str) -> tuple[int, ...]:
    """Where the words of a window begin and end."""
    return tuple(accumulate(map(len, _cutter()(window)), initial=0))


def is_bare_county(text: str, start: int, end: int) -> bool:
    """Whether the bare short name of a county at start..end may be read as one: it is a word of its own, and names no road or river."""
    return (
        text[end : end + 1] not in WORDS.set("no_county")
        and not WORDS.named_after.match(text, end)
        and not WORDS.firm.match(text, end)
        and _stands_alone(text, start, end, "bare")
    )


def find_places(text: str, found: Iterable[Found] | None = None) -> list[PlaceHit]:
    """The places of a text, leftmost and longest first, without names of roads, houses, schools, papers and firms.

    `found` is what an automaton over the names yielded for this text, where that is known already.
    """
    known = gazetteer().known
    hits: list[PlaceHit] = []
    for start, end, name in leftmost_longest(_automaton().find(text) if found is None else found):
        form, units = known[name]
        if (
            name[0] in WORDS.set("joining")
            and hits
            and hits[-1].end == start
            and (joined := known.get(name[1:]))
            and joined[0] not in ("block", "foreign")
        ):
            # X县和Y县: the first character joins two names
            start, name, (form, units) = start + 1, name[1:], joined
        if form == "foreign":
            hits.append(PlaceHit(start, end, name, form, units))
        elif form != "block":
            hits.extend(_read(text, PlaceHit(start, end, name, form, units), hits[-1].end if hits else -1))
    return hits


def _read(text: str, hit: PlaceHit, last: int) -> list[PlaceHit]:
    """What a name that was found is: itself, shorter ones, or nothing. `last` is where the name before it ends."""
    start, end, name, form, _ = hit
    following = text[end : end + 1]
    if name[-1] == "县" and (
        following == "级"
        or name in WORDS.set("word_counties")
        and last != start
        and WORDS.county_after.match(text, end)
    ):
        return []
    if name[-1] == "县" and following in ("区", "市", "县", "域") and hit.units and hit.units[0].until:
        # the counties and districts of a city that was a county once
        return []
    if name[-1] in "市区" and following and form in ("full", "county"):
        parts = _torn(text, hit)
        if parts is not None:
            return parts
    if form in _SHORT_FORMS and _names_something(text, hit, last):
        return []
    if (
        len(name) < 4
        and form not in ("province", "zone")
        and last != start
        and not _stands_alone(text, start, end, form)
    ):
        return []
    if following == ")" and text[start - 1 : start] == "(" and WORDS.bracketed.match(text, end + 1):
        return []
    if form in ("full", "short") and WORDS.firm.match(text, end) and not WORDS.utility.match(text, end):
        return []
    if WORDS.fictional.search(text, max(0, start - 6), start):
        return []
    return [hit._replace(form="weak") if form in _WEAKENED and WORDS.document_number.match(text, end) else hit]


def _torn(text: str, hit: PlaceHit) -> list[PlaceHit] | None:
    """What is left of a city's or a district's name whose last character belongs to what follows; None where it belongs to the name."""
    known = gazetteer().known
    start, end, name, _, units = hit
    following = text[end]
    if name[-1] == "市" and WORDS.city_tail.match(text, end) or name[-1] == "区" and following in "域间别位":
        short = name[:-1]
        return (
            [PlaceHit(start, end - 1, short, *known[short])]
            if short in known and known[short][0] in ("short", "province", "bare")
            else []
        )
    # X and the name of its district 市中 read as X市 and another word to the automaton
    if name[-1] == "市" and following in "中南北" and text[end + 1 : end + 2] == "区" and name[:-1] in known:
        district = known.get(text[end - 1 : end + 2])
        inside = tuple(unit for unit in district[1] if unit.city == name) if district else ()
        if inside:
            return [
                PlaceHit(start, end - 1, name[:-1], "short", units),
                PlaceHit(end - 1, end + 2, text[end - 1 : end + 2], "county", inside),
            ]
    return None


def _names_something(text: str, hit: PlaceHit, last: int) -> bool:
    """Whether a short name is part of the name of a road, a dish, a shop, an estate or a river."""
    start, end, name, form, _ = hit
    if len(name) > 2 and name[-1] in "市区县州盟":
        return False
    if WORDS.named_after.match(text, end) or text[start - 1 : start] in _QUOTES and WORDS.shop.match(text, end):
        return True
    left = text[start - 1] if start else ""
    if WORDS.estate.match(text, end) and "一" <= left <= "龥" and last != start and left not in WORDS.set("leading"):
        return True
    return form == "bare" and text[end : end + 1] in WORDS.set("no_county") and end < len(text)


def county_short_before(text: str, end: int) -> tuple[int, tuple[Unit, ...]] | None:
    """The longest short name of a county or district (松北, 铜山) that ends at an offset, with its start."""
    g = gazetteer()
    for length in range(min(g.longest_short, end), 1, -1):
        name = text[end - length : end]
        if name in g.short_names:
            return end - length, tuple(g.names[name]["county_short"])
    return None


class Place(NamedTuple):
    """A settled name: what `surface` at start..end means."""

    start: int
    end: int
    surface: str
    form: str
    unit: Unit

    @property
    def basis(self) -> Basis:
        """explicit, district or alias, as a mention says it."""
        if self.form in ("county", "county_short", "zone", "bare", "bare_short"):
            return "district"
        return "alias" if self.form in ("alias", "weak") else "explicit"
