"""Running heads, feet and page numbers, which repeat over the pages of a document; footnotes; the size of the text."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from juanzong.index.corpus.lines import Line, Place
from juanzong.index.datafiles import Words

WORDS = Words("text_words.yaml")
_ROWS = 3
"""Lines at the top and at the bottom of a page that may be furniture."""
_SMALLER = 0.93
"""The size of a footnote at most, to that of the running text."""


def mark(pages: Sequence[Sequence[Line]]) -> None:
    """Mark, in the lines of each page, what is furniture."""
    seen: dict[tuple[str, bool], list[tuple[int, float]]] = defaultdict(list)
    edges = [_edges(page) for page in pages]
    for number, (top, bottom) in enumerate(edges):
        for is_top, lines in ((True, top), (False, bottom)):
            for line in lines:
                seen[WORDS.page_digits.sub("0", line.text), is_top].append((number, _height(line)))
    least = max(2, min(4, len(pages) // 4))
    for top, bottom in edges:
        for is_top, lines in ((True, top), (False, bottom)):
            for at, line in enumerate(lines):
                level = _height(line)
                near = {
                    page
                    for page, height in seen[WORDS.page_digits.sub("0", line.text), is_top]
                    if abs(height - level) < 150
                }
                outermost = at == 0 or all(other.role == "boilerplate" for other in lines[:at])
                if outermost and (
                    len(near) >= least
                    or WORDS.page_number.match(line.text)
                    and len(line.text) <= 16
                    and _is_marginal(level)
                ):
                    line.role = "boilerplate"


def mark_notes(pages: Iterable[Sequence[Line]], body: float) -> None:
    """Set footnotes aside: small lines below all running text of their column, the first of which begins as a note does."""
    for page in pages:
        plain = [(line, line.place) for line in page if line.place is not None and line.role == ""]
        text = [place for _, place in plain if place.size > _SMALLER * body]
        marked: list[Place] = []
        for line, place in plain:
            if place.vertical or place.size > _SMALLER * body:
                continue
            column = [other for other in text if _overlaps(other, place)]
            if not column or any(other.after > place.before + 0.5 * place.size for other in column):
                continue
            if WORDS.footnote.match(line.text):
                marked.append(place)
            line.aside = any(_overlaps(note, place) and note.before <= place.before for note in marked)


def _overlaps(a: Place, b: Place) -> bool:
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
            if level is None or abs(_height(line) - level) > 60:
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
