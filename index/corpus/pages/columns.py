"""The edges of columns, where the lines of one do not show them: those of columns at the same place, or beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from juanzong.index.corpus.lines import Line, LinePlace

_Edges = tuple[int, int, bool]
_FEW = 8
"""Lines of a column up to which the columns beside it tell its edges."""


def measure(pages: Sequence[Sequence[Line]]) -> None:
    """Give the lines of columns too short to show their edges those of columns at the same place, on the page or anywhere in the document."""
    whole = Counter(_edges(line.place) for page in pages for line in page if line.place is not None and not line.role)
    for page in pages:
        placed = [(line, line.place) for line in page if line.place is not None and not line.role]
        own = Counter(_edges(place) for _, place in placed)
        members: dict[_Edges, list[LinePlace]] = {}
        for _, place in placed:
            members.setdefault(_edges(place), []).append(place)
        for line, place in placed:
            key = _edges(place)
            near = members[key]
            if _shows_edges(near):
                continue
            for source in (own, whole):
                wider = [
                    (count, edges)
                    for edges, count in source.items()
                    if edges[2] == place.vertical
                    and count > own[key]
                    and _is_inside((place.column[0] - edges[0]) / place.size)
                    and edges[1] + place.size >= place.column[1]
                ]
                if wider:
                    edges = max(wider)[1]
                    line.place = replace(place, column=(min(edges[0], place.column[0]), max(edges[1], place.column[1])))
                    break
            else:
                if len(near) <= _FEW:
                    line.place = _beside(place, near, members.items())


def _shows_edges(places: Sequence[LinePlace]) -> bool:
    """Whether lines show both edges of their column: some end there, some begin there and others are indented."""
    full = sum(place.end > place.column[1] - 0.6 * place.size for place in places)
    inner = sum(place.begin > place.column[0] + 0.7 * place.size for place in places)
    return full >= 2 and 0 < inner < len(places) - 1


def _is_inside(indent: float) -> bool:
    """Whether lines that begin so many sizes of a character inside a column may be lines of it: at its edge, or with the usual indent."""
    return -0.3 < indent < 0.4 or 1.5 < indent < 2.6


def _edges(place: LinePlace) -> _Edges:
    return round(place.column[0]), round(place.column[1]), place.vertical


def _beside(
    place: LinePlace, own: Sequence[LinePlace], columns: Iterable[tuple[_Edges, Sequence[LinePlace]]]
) -> LinePlace:
    """A line of a short column with the edges that the columns beside it show: all have one width, and begin at even distances."""
    top, bottom = min(line.before for line in own), max(line.after for line in own)
    beside = [
        edges
        for edges, lines in columns
        if edges[2] == place.vertical
        and abs(lines[0].size - place.size) < 0.06 * place.size
        and min(bottom, max(line.after for line in lines)) > max(top, min(line.before for line in lines))
        and (edges[0] > place.column[1] or edges[1] < place.column[0])
    ]
    if not beside:
        return place
    width = max(edges[1] - edges[0] for edges in beside)
    low, high = place.column
    if width <= high - low + 0.5 * place.size:
        return place
    whole = sorted(edges[0] for edges in beside if edges[1] - edges[0] > width - 0.5 * place.size)
    left = low
    if len(whole) > 1:
        off = (low - whole[0]) % max(1, min(b - a for a, b in pairwise(whole)))
        if _is_indent(off / place.size):
            left = low - off
    elif _is_indent((low - (high - width)) / place.size):
        left = high - width
    return replace(place, column=(left, max(high, left + width)))


def _is_indent(sizes: float) -> bool:
    return 1.6 < sizes < 2.4
