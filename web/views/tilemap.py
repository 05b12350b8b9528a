"""Maps of tiles as SVG: every unit has one tile of the same size, where data/tiles.csv puts it, shaded by its count, with the count written in it.

A tile with matches is a link; what is told by its shade is told by its number, too."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from markupsafe import Markup

from juanzong.index.datafiles import rows, wrong
from juanzong.index.divisions import province_of, unit_of
from juanzong.web.language import Language
from juanzong.web.markup import escaped

COUNTRY = ""
SHADES = 5
_FILE, _COLUMNS = "tiles.csv", ("code", "label", "letter", "column", "row")
_STEP, _SIDE = 64, 60
# how large a compact map is beside a full one
_COMPACT = 0.5
# a label of more characters takes two lines
_LONGEST = 3
# numbers of more digits are shortened
_DIGITS = {False: 6, True: 4}
CURRENT = ' aria-current="true"'


@dataclass(frozen=True, slots=True)
class Tile:
    """Where a unit stands, in whole tiles from the west and from the north."""

    name: str
    label: str
    letter: str
    column: int
    row: int


class Cell(NamedTuple):
    """What a map says of a unit."""

    count: int  # type: ignore[assignment]
    selected: bool
    url: str


@cache
def tiles() -> Mapping[str, tuple[Tile, ...]]:
    """The tiles of the country (COUNTRY) and of each province that is more than one city. Raises UsageError for a row that is wrong."""
    found: dict[str, list[Tile]] = {}
    taken: set[tuple[str, int, int]] = set()
    for line, row in rows(_FILE, _COLUMNS, "juanzong.web"):
        name = unit_of(row["code"])
        if name is None or not (row["column"].isdecimal() and row["row"].isdecimal()):
            raise wrong(_FILE, line, "give a code of the divisions, and column and row as whole numbers")
        on = COUNTRY if len(row["code"]) == 2 else province_of(name) or ""
        tile = Tile(name, row["label"], row["letter"], int(row["column"]), int(row["row"]))
        if (on, tile.column, tile.row) in taken:
            raise wrong(_FILE, line, "another unit stands there")
        taken.add((on, tile.column, tile.row))
        found.setdefault(on, []).append(tile)
    # read and reached by the keyboard from the north, each row from the west
    return {on: tuple(sorted(own, key=lambda tile: (tile.row, tile.column))) for on, own in found.items()}


def has_map(province: str) -> bool:
    return province != COUNTRY and province in tiles()


def steps(counts: Iterable[int]) -> tuple[int, ...]:
    """The least count of each shade, at most SHADES of them. Counts of places differ by powers, so each is as many times the one before."""
    known = sorted(set(counts))
    if len(known) <= SHADES:
        return tuple(known)
    least, most = known[0], known[-1]
    found = [least]
    for number in range(1, SHADES):
        found.append(max(found[-1] + 1, _rounded(least * (most / least) ** (number / SHADES))))
    return tuple(found)


def _rounded(number: float) -> int:
    """What a legend can say: fives from 20 up, two digits from 100 up."""
    unit = 1 if number < 20 else 5 if number < 100 else 10 ** (len(str(int(number))) - 2)
    return int(round(number / unit) * unit)


def drawn(on: str, cell: Callable[[str], Cell | None], t: Language, label: str, compact: bool = False) -> Markup:
    """The map of the country or of a province. `cell` gives what is known of a unit, None where nothing is found there. A compact one has one
    character for a province."""
    own = tiles()[on]
    cells = [cell(tile.name) for tile in own]
    shades = steps(found.count for found in cells if found)
    # a few counts take the darker shades: what is there is seen
    faint = SHADES - len(shades)
    width, height = (max(tile.column for tile in own) + 1) * _STEP, (max(tile.row for tile in own) + 1) * _STEP
    scale = _COMPACT if compact else 1.0
    pieces = [
        f'<svg class="tiles{" compact" if compact else ""}" viewBox="0 0 {width} {height}" width="{width * scale:.0f}" height="{height * scale:.0f}" role="group" aria-label="{escaped(label)}">'
    ]
    digits = _DIGITS[compact]
    for tile, found in zip(own, cells):
        if found is None:
            pieces.append(_empty(tile, compact))
            continue
        count, selected, url = found
        before, after = t.around("map.tile", "count", count == 1, place=tile.name)
        says = f"{before}{t.number(count)}{after}"
        pieces.append(
            f'<a class="t{faint + bisect_right(shades, count)}{" on" if selected else ""}" href="{url.replace("&", "&amp;")}"'
            f' aria-label="{says}"{CURRENT if selected else ""}><title>{says}</title>{_counted(tile, compact)}{brief(count, t, digits)}</text></a>'
        )
    pieces.append("</svg>")
    return Markup("".join(pieces))


@cache
def _empty(tile: Tile, compact: bool) -> str:
    return f'<g class="none" aria-hidden="true">{_written(tile, compact, False)}</g>'


@cache
def _counted(tile: Tile, compact: bool) -> str:
    """A tile up to its count."""
    return f'{_written(tile, compact, True)}<text class="count" x="{tile.column * _STEP + 32}" y="{tile.row * _STEP + 53}">'


def _written(tile: Tile, compact: bool, counted: bool) -> str:
    """The square of a unit and its name; without a count below it the name stands in the middle."""
    left, top = tile.column * _STEP, tile.row * _STEP
    text = (compact and tile.letter) or tile.label
    square = f'<rect x="{left + 2}" y="{top + 2}" width="{_SIDE}" height="{_SIDE}" rx="3"/>'
    if len(text) <= _LONGEST:
        mid = ' class="mid"' if compact and len(text) == _LONGEST else ""
        return square + f'<text{mid} x="{left + 32}" y="{top + (28 if counted else 40)}">{text}</text>'
    half = (len(text) + 1) // 2
    first = top + (19 if counted else 29)
    return (
        square
        + f'<text class="small" x="{left + 32}" y="{first}">{text[:half]}</text><text class="small" x="{left + 32}" y="{first + 16}">{text[half:]}</text>'
    )


def brief(number: int, t: Language, digits: int) -> str:
    """A number in about so many characters: 123,456 is 12万, or 123k."""
    if len(str(number)) <= digits - (digits > 4):
        return t.number(number)
    unit, key = int(t.plain("number.unit")), "number.brief"
    if number > unit * unit // 2:
        unit, key = unit * unit, "number.briefer"
    parts = number / unit
    return t.plain(key, n=f"{parts:.1f}".removesuffix(".0") if parts < 9.95 else f"{parts:.0f}")


def legend(counts: Iterable[int], t: Language) -> list[tuple[int, str]]:
    """The shades that are used, each with the counts that it stands for."""
    least = steps(counts)
    spans = zip(least, (*(next_ - 1 for next_ in least[1:]), None))
    return [
        (
            shade,
            t.number(first)
            if last == first
            else t.plain("map.from", first=t.number(first))
            if last is None
            else f"{t.number(first)}–{t.number(last)}",
        )
        for shade, (first, last) in enumerate(spans, SHADES + 1 - len(least))
    ]
