"""Pages to lines: runs put in order, tables found, furniture and headings marked, columns measured."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from juanzong.index.corpus.lines import Line, LinePlace
from juanzong.index.corpus.pages import columns, furniture, grids, initials, order
from juanzong.index.corpus.pages.glyphs import Picture, RuledLine, Run, overlap

_HEADING = 1.18
"""How much larger than the running text a heading is."""
_LONGEST_HEADING, _LONGEST_CAPTION = 60, 80
_SCALE = 10_000
"""Units of the width and of the height of a page in which boxes are kept."""


@dataclass(slots=True)
class PageContent:
    """What was read on a page. `turned` maps the page as it is read to the page as it is shown, by quarter turns clockwise;
    `recognised` says that the text
    is that of a recogniser, `recognised_here` that it was read just now, in no order that anybody wrote; `slant` is the angle by which the page was turned straight about its top left corner."""

    number: int
    width: float
    height: float
    runs: list[Run]
    rules: list[RuledLine] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    recognised: bool = False
    recognised_here: bool = False
    turned: int = 0
    slant: float = 0.0


def lines_of_page(page: PageContent) -> list[Line]:
    """The lines of a page in the order of reading, tables and captions among them marked."""
    runs = initials.taken_in(page.runs)
    if not page.recognised_here:
        runs = order.attached(order.merged(runs))
    for grid in grids.grids_of(page.rules):
        inside = [run for run in runs if grid.holds(run)]
        rows = grids.ruled(inside, grid) if inside else None
        if rows:
            at = runs.index(inside[0])
            runs = [
                *(run for run in runs[:at] if not grid.holds(run)),
                *rows,
                *(run for run in runs[at:] if not grid.holds(run)),
            ]
    lines: list[Line] = []
    for frame in order.frames_of(runs if page.recognised_here else grids.aligned(runs), drawn=not page.recognised_here):
        for run, edges in zip(frame.lines, frame.edges(), strict=True):
            place = LinePlace(
                page.number, run.begin, run.end, run.before, run.after, run.size, edges, run.vertical, _box(run, page)
            )
            flags = ("recognised",) if page.recognised else ()
            lines.append(
                Line(
                    run.text,
                    0,
                    1,
                    role="table" if run.cells else "",
                    page=page.number,
                    place=place,
                    confidence=run.confidence,
                    flags=flags,
                )
            )
    _mark_captions(lines, page)
    return lines


def _box(run: Run, page: PageContent) -> tuple[int, int, int, int]:
    """Where a run stands on the page as it is shown: left, top, right, bottom in ten thousandths of the page."""
    left, top, right, bottom = run.left, run.top, run.right, run.bottom
    if page.slant:
        cos, sin = math.cos(page.slant), math.sin(page.slant)
        corners = [(x * cos - y * sin, y * cos + x * sin) for x in (left, right) for y in (top, bottom)]
        left, right = min(x for x, _ in corners), max(x for x, _ in corners)
        top, bottom = min(y for _, y in corners), max(y for _, y in corners)
    left, top, right, bottom = left / page.width, top / page.height, right / page.width, bottom / page.height
    for _ in range(page.turned % 4):
        left, top, right, bottom = 1 - bottom, left, 1 - top, right
    low, high = 0, _SCALE
    a, b, c, d = (min(high, max(low, round(value * _SCALE))) for value in (left, top, right, bottom))
    return a, b, c, d


def _mark_captions(lines: Sequence[Line], page: PageContent) -> None:
    """A short line right below a picture, within its width, describes it."""
    for picture in page.pictures:
        if (picture.right - picture.left) * (picture.bottom - picture.top) > 0.8 * page.width * page.height:
            continue
        for line in lines:
            place = line.place
            if place is None or line.role or place.vertical or len(line.text) > _LONGEST_CAPTION:
                continue
            if (
                -0.5 * place.size < place.before - picture.bottom < 1.6 * place.size
                and overlap(place.begin, place.end, picture.left, picture.right) > 0.8
                and place.end - place.begin < 1.1 * (picture.right - picture.left)
            ):
                line.role = "caption"


def finished(pages: list[list[Line]]) -> list[Line]:
    """The lines of all pages of a document, with furniture, headings and the edges of columns told from the whole of it."""
    furniture.mark(pages)
    columns.measure(pages)
    body = furniture.body_size(pages)
    furniture.mark_notes(pages, body)
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page:
            if (
                line.place is not None
                and not line.role
                and line.place.size > _HEADING * body
                and len(line.text) <= _LONGEST_HEADING
            ):
                line.role = "heading"
                sizes[round(line.place.size)] += 1
    ranks = {size: min(6, rank) for rank, size in enumerate(sorted(sizes, reverse=True), 1)}
    lines = [line for page in pages for line in page]
    for number, line in enumerate(lines, 1):
        line.number = number
        if line.role == "heading" and line.place is not None:
            line.level = ranks[round(line.place.size)]
    return lines
