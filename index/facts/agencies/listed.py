"""Lists of places whose body is named once: X、Y、Z市教育局, X、Y两省水利厅, 两地农业农村局 of the places that the sentence has named."""

from __future__ import annotations

import re

from juanzong.index.facts.agencies.naming import WORDS
from juanzong.index.facts.agencies.prefix_meanings import NamePrefix, PrefixFinder, of_unit
from juanzong.index.facts.places.gazetteer import gazetteer
from juanzong.index.facts.places.names import Place

REACH = 12
"""Characters that a list of letters of provinces may have."""


def is_full(place: Place) -> bool:
    """Whether a place stands by its full name, or by a long one."""
    return place.end - place.start > 2 or place.surface == place.unit.name


def is_last_of_short(finder: PrefixFinder, place: Place) -> bool:
    """Whether two cities at least stand before one in a list by their short names, the last alone having 市: X、Y、Z市教育局."""
    at, count = place.start, 0
    while (
        place.unit.level == "city"
        and WORDS.one_of_several.search(finder.text, max(0, at - 1), at)
        and (before := finder.by_end.get(at - 1))
        and before.unit.level == "city"
        and before.surface == before.unit.short
    ):
        at, count = before.start, count + 1
    return count > 1


def those(finder: PrefixFinder, both: re.Match[str]) -> list[NamePrefix]:
    """The places that a count stands for which none is right before: 赣湘两省水利厅; X县、Y县的渔船凭两地农业农村局的证明."""
    text, at = finder.text, both.start()
    count = WORDS.text("counts").find(both.group()[0]) + 2
    if letters := WORDS.province_letters.search(text, max(0, at - REACH), at):
        names = [WORDS.map("provinces")[letter] for letter in letters.group() if letter in WORDS.map("provinces")]
        units = [gazetteer().provinces[name] for name in names]
        return [of_unit(unit, letters.start(), "alias", 0.8) for unit in units] if len(units) == count else []
    last = next(iter(finder.before(at)), None)
    if last is None or count < 2 or WORDS.sentence.search(text, last.end, at):
        return []
    found, first = [last], last.start
    while WORDS.one_of_several.search(text, max(0, first - 1), first) and (one := finder.by_end.get(first - 1)):
        found.append(one)
        first = one.start
    if len(found) != count or len({place.unit.level for place in found}) > 1:
        return []
    return [of_unit(place.unit, at, "context", 0.7) for place in reversed(found)]
