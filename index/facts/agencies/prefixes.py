"""What may stand before the core of a body's name: a place, 省 市 县 区 for the article's own, a development zone, the corps.

`PrefixReader` says what stands there in one paragraph, by its text and its places alone; `prefix_meanings` says what that is in an article.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, get_args

from juanzong.index.datafiles import Words
from juanzong.index.facts.places.gazetteer import Unit
from juanzong.index.facts.places.names import Place, county_short_before, word_edges

WORDS = Words("prefix_words.yaml")
LEVELS = "省市县区州盟旗"
"""The characters that alone stand for the article's own unit of a level."""
DISTRICT_OF_OLD = "专区"
"""What prefectures called themselves until about 1970."""
FOREST = "林区"
"""What a district of forests that is run by its province calls itself."""
FREE = 64
"""Characters before a level within which a sentence may tell that it begins a word of its own."""
PrefixKind = Literal["place", "own", "ours", "region", "corps", "zone", "county"]
PREFIX_KINDS: tuple[PrefixKind, ...] = get_args(PrefixKind)
ANY: tuple[PrefixKind, ...] = ("place", "own", "region", "corps", "zone", "county")


class Span(NamedTuple):
    """What stands before a core, from `start`, and still has to be given its meaning.

    place: `place`, with the larger places before it. own: `word` is 省, 市, 自治区 and the like, said of the article's own unit; `at` is
    where it begins. region: 地区 and 地, likewise. corps: `word` is a division, or empty. zone: `word` after `place`, if one is there.
    county: `units` that a bare short name may be.
    """

    kind: PrefixKind
    start: int
    at: int
    place: Place | None = None
    word: str = ""
    units: tuple[Unit, ...] = ()


class PrefixReader:
    """What stands before an offset of one paragraph."""

    def __init__(self, text: str, places: Sequence[Place], foreign_ends: frozenset[int]) -> None:
        self.text, self.places, self.foreign_ends = text, places, foreign_ends
        self.by_end = {place.end: place for place in places}
        self.by_start = {place.start: place for place in places}
        self._ends = [place.end for place in places]

    def spans(self, end: int, kinds: Sequence[PrefixKind] = ANY) -> Iterator[Span]:
        """What ends at an offset, in the order of `kinds`."""
        for kind in kinds:
            found = self._READERS[kind](self, end)
            if found:
                yield found

    def before(self, at: int, low: int = 0) -> list[Place]:
        """The places that end in low..at, the nearest first, at most sixty of them."""
        last = bisect_right(self._ends, at)
        first = max(bisect_left(self._ends, low), last - 60)
        return list(self.places[first:last][::-1])

    def first(self, place: Place) -> int:
        """Where the larger places right before a place begin: its province, its city."""
        start = place.start
        for _ in range(3):
            if (before := self.by_end.get(start)) is None:
                break
            start = before.start
        return start

    def outer(self, place: Place) -> int:
        """The same for the larger places of its own province, as a body's name has them, with the party's name before them."""
        start = place.start
        while (
            (before := self.by_end.get(start))
            and before.unit.province == place.unit.province
            and before.unit.name != place.unit.name
        ):
            start = before.start
        return self._with_party(start)

    def _with_party(self, start: int) -> int:
        return start - 2 if start >= 2 and self.text[start - 2 : start] == "中共" else start

    def _place(self, end: int) -> Span | None:
        """A place that ends here, with the larger places right before it."""
        place = self.by_end.get(end)
        # a city's name without its last character, which the core begins with: 市场监管局
        if (
            place is None
            and self.text[end : end + 1] == "市"
            and (longer := self.by_end.get(end + 1))
            and longer.surface.endswith("市")
        ):
            place = longer
        if place is None or self.text[end - 1 : end] == "市" and place.unit.level == "province":
            return None
        return Span("place", self.outer(place), place.start, place)

    def _own(self, end: int) -> Span | None:
        text = self.text
        if text[max(0, end - 3) : end] == "自治区" and end not in self.by_end:
            return Span("own", end - 3, end - 3, word="自治区")
        if text[max(0, end - 2) : end] == FOREST and end not in self.by_end:
            return Span("own", end - 2, end - 2, word=FOREST)
        letter, start = text[end - 1 : end], end - 1
        if not letter or letter not in LEVELS or start in self.foreign_ends or end in self.foreign_ends:
            return None
        # the level repeats the place: X县县委
        if (place := self.by_end.get(start)) and place.unit.name.endswith(letter) and place.surface.endswith(letter):
            return Span("place", place.start, place.start, place)
        before = text[start - 1 : start] if start else ""
        if WORDS.own.match(before):
            start -= 1
        elif before == "入" and text[start - 2 : start - 1] in WORDS.set("into"):
            pass
        elif before and self._is_part_of_word(letter, before, start):
            return None
        if letter == "区" and "市辖区" in text[max(0, start - 24) : start]:
            return None
        start = self._with_party(start)
        return Span("own", start, start, word=letter)

    def _ours(self, end: int) -> Span | None:
        """我市, 本县: said of the article's own outright."""
        return self._own(end) if WORDS.own.match(self.text, max(0, end - 2)) else None

    def _is_part_of_word(self, letter: str, before: str, start: int) -> bool:
        """Whether a level's character belongs to the word before it (城区), or to a list of levels (省、市、区)."""
        if WORDS.free_before.search(self.text, max(0, start - FREE), start):
            return False
        if before in WORDS.map("not_level")[letter] or before == "、" and self.text[start - 2 : start - 1] in LEVELS:
            return True
        if letter not in "区县" or not "一" <= before <= "龥" or before in WORDS.set("before_level"):
            return False
        # behind a verb that the segmenter knows 县 begins a word of its own: 审议县政府
        low = max(0, start - 4)
        return (
            letter == "区"
            or start - low not in word_edges(self.text[low : start + 3])
            or start - 1 - low in word_edges(self.text[low : start + 3])
        )

    def _region(self, end: int) -> Span | None:
        """A prefecture: after its short name before its committee (X地委), or said of the article's own."""
        text = self.text
        if (
            text[end - 1 : end] == "地"
            and text[end : end + 1] in ("委", "直")
            and (place := self.by_end.get(end - 1))
            and place.unit.level == "city"
        ):
            return Span("region", place.start, place.start, place, "地")
        if text[max(0, end - 2) : end] == DISTRICT_OF_OLD and (
            m := WORDS.old_district.search(text, max(0, end - 6), end)
        ):
            before = self.by_end.get(end - 2)
            start = before.start if before else m.start("name")
            return Span("region", start, start, word=text[start:end])
        if text[end - 1 : end + 1] == "地委" and self._may_be_region(end - 1):
            return Span("region", end - 1, end - 1, word="地")
        if text[max(0, end - 2) : end] == "地区" and self._may_be_region(end - 2):
            return Span("region", end - 2, end - 2, word="地区")
        return None

    def _may_be_region(self, start: int) -> bool:
        left = self.text[start - 1] if start else ""
        return not (
            start in self.by_end
            or left in WORDS.set("any_region")
            or "一" <= left <= "龥"
            and left not in WORDS.set("before_level")
        )

    def _corps(self, end: int) -> Span | None:
        if (
            self.text[end - 1 : end] not in ("团", "师")
            or (m := WORDS.corps.search(self.text, max(0, end - 16), end)) is None
        ):
            return None
        if not m.group():
            return None
        return Span("corps", m.start(), m.start() if m["corps"] else end, word=m["division"] or "")

    def _zone(self, end: int) -> Span | None:
        window = self.text[max(0, end - 14) : end]
        m = WORDS.zone.search(window)
        if m and m["zone"] == "新区":
            m = WORDS.named_zone.search(window) or m
        if not m or end in self.by_end:
            return None
        start = end - len(window) + m.start("zone")
        around = self._place(start)
        if around:
            return Span("zone", around.start, start, around.place, m["zone"])
        # a zone that no place names is the city's own, if nothing but a function word stands before it
        own = WORDS.own_zone.search(m["zone"])
        for word in (m["zone"], own.group()) if own else ():
            start = end - len(word)
            if (
                start == 0
                or not "一" <= self.text[start - 1] <= "龥"
                or self.text[start - 1] in WORDS.set("before_zone")
            ):
                return Span("zone", start, start, word=word)
        return None

    def _county(self, end: int) -> Span | None:
        found = county_short_before(self.text, end)
        return Span("county", found[0], found[0], units=found[1]) if found else None

    _READERS = {
        "place": _place,
        "own": _own,
        "ours": _ours,
        "region": _region,
        "corps": _corps,
        "zone": _zone,
        "county": _county,
    }
