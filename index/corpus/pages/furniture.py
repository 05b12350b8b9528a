"""Running heads, feet and page numbers, which repeat over the pages of a document; footnotes; the size of the text."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from juanzong.index.corpus.lines import Line, LinePlace
from juanzong.index.datafiles import Words

WORDS = Words("text_words.yaml")
_ROWS = 3
"""Lines at the top and at the bottom of a page that may be furniture."""
_SMALLER = 0.93
"""The size of a footnote at most, to that of the running text."""
_SMALL, _LOW, _ROOM = 0.97, 0.9, 0.9
"""Of a head or foot that stands on one page only: its size at most, to that of the text; its height where it is recognised; the least room between."""
_ROW = 60
"""How much lines of one row differ in height, in ten thousandths of the page."""
_LONGEST, _FEWEST = 50, 4
"""Characters of such a head at most, and other lines of its page at least."""


def mark(pages: Sequence[Sequence[Line]]) -> None:
    """Mark, in the lines of each page, what is furniture."""
    seen: dict[tuple[str, bool], list[tuple[int, float]]] = defaultdict(list)
    edges = [_edges(page) for page in pages]
    for number, (top, bottom) in enumerate(edges):
        for is_top, lines in ((True, top), (False, bottom)):
            for line in lines:
                seen[WORDS.page_digits.sub("0", line.text), is_top].append((number, _height(line)))
    least = max(2, min(4, len(pages) // 4))
    body = _body_of(pages)
    for page, (top, bottom) in zip(pages, edges, strict=True):
        alone = _apart(page, top, body), _apart(page, bottom, body)
        for is_top, lines in ((True, top), (False, bottom)):
            for at, line in enumerate(lines):
                level = _height(line)
                near = {
                    number
                    for number, height in seen[WORDS.page_digits.sub("0", line.text), is_top]
                    if abs(height - level) < 150
                }
                outermost = at == 0 or all(other.role == "boilerplate" for other in lines[:at])
                if outermost and (
                    len(near) >= least
                    or line in alone[not is_top]
                    or WORDS.page_number.match(line.text)
                    and len(line.text) <= 16
                    and _is_marginal(level)
                ):
                    line.role = "boilerplate"


@dataclass(frozen=True, slots=True)
class _Body:
    """The running text of a document: its size, and the height of its lines, which tells more of a recognised page."""

    size: float
    height: float


def _body_of(pages: Sequence[Sequence[Line]]) -> _Body:
    places = (line.place for page in pages for line in page if len(line.text) >= 8)
    heights = [place.after - place.before for place in places if place is not None]
    return _Body(body_size(pages), median(heights) if heights else 0.0)


def _apart(page: Sequence[Line], edge: Sequence[Line], body: _Body) -> list[Line]:
    """The lines of the outermost row of a page where that row is a head or a foot by its looks alone: in the margin, small, and apart from all else."""
    row = [line for line in edge if abs(_height(line) - _height(edge[0])) <= _ROW]
    others = [line.place for line in page if line.place is not None and line not in row]
    if not row or len(others) < _FEWEST or not _is_marginal(_height(edge[0])):
        return []
    for line in row:
        place = line.place
        if place is None or place.vertical or len(line.text) > _LONGEST or WORDS.footnote.match(line.text):
            return []
        small = (
            place.after - place.before < _LOW * body.height
            if "recognised" in line.flags
            else place.size < _SMALL * body.size
        )
        room = min(max(other.before - place.after, place.before - other.after) for other in others)
        if not small or room < _ROOM * body.size:
            return []
    return row


def mark_notes(pages: Iterable[Sequence[Line]], body: float) -> None:
    """Set footnotes aside: small lines below all running text of their column, the first of which begins as a note does."""
    for page in pages:
        plain = [(line, line.place) for line in page if line.place is not None and line.role == ""]
        text = [place for _, place in plain if place.size > _SMALLER * body]
        marked: list[LinePlace] = []
        for line, place in plain:
            if place.vertical or place.size > _SMALLER * body:
                continue
            column = [other for other in text if _overlaps(other, place)]
            if not column or any(other.after > place.before + 0.5 * place.size for other in column):
                continue
            if WORDS.footnote.match(line.text):
                marked.append(place)
            line.aside = any(_overlaps(note, place) and note.before <= place.before for note in marked)


def _overlaps(a: LinePlace, b: LinePlace) -> bool:
    return min(a.column[1], b.column[1]) > max(a.column[0], b.column[0])


def _is_marginal(level: float) -> bool:
    return level < 1200 or level > 8800


def _height(line: Line) -> float:
    assert line.place is not None
    return (line.place.box[1] + line.place.box[3]) / 2


def _edges(page: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """The lines nearest to the top and to the bottom of a page, the outermost first. Lines side by side count as one."""
    placed = sorted((line for line in page if line.role != "table"), key=_height)
    result = []
    for lines in (placed, placed[::-1]):
        taken: list[Line] = []
        rows, level = 0, None
        for line in lines:
            if level is None or abs(_height(line) - level) > _ROW:
                rows, level = rows + 1, _height(line)
            if rows > _ROWS:
                break
            taken.append(line)
        result.append(taken)
    return result[0], result[1]


def body_size(pages: Iterable[Sequence[Line]]) -> float:
    """The size of the running text: that of the middle character."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page:
            if line.place is not None and line.role != "boilerplate":
                sizes[round(line.place.size, 1)] += len(line.text)
    half, seen = sum(sizes.values()) / 2, 0
    for size, count in sorted(sizes.items()):
        seen += count
        if seen >= half:
            return size
    return 0.0
