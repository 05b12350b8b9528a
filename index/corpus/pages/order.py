"""Reading order: that in which a page is drawn where it is coherent, else by cutting the page at its gutters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from juanzong.index.corpus.pages.glyphs import Run, beside, gaps, joined, rows_of
from juanzong.index.corpus.pages.grids import tabulated
from juanzong.index.corpus.pages.pieces import pieced, rejoined

_GUTTER = 0.7
"""The least width of a gutter between columns, in sizes of a character."""
_NARROW_GUTTER = 0.45
"""The same between lines of a recogniser, whose ends are less exact."""
_PIECES = 2.5
"""The room between pieces of one line, in sizes of a character."""
_INSET, _EVEN, _BLOCK = 1.5, 0.3, 12.0
"""How far from the edge of the column, how exactly at one place lines of a narrower block end, and how wide it is at least, in sizes of a character."""
_HUNG = 1.3
"""How far one line may reach beyond the edge of its column, in sizes of a character."""
_SAME, _ALIKE = 0.06, 0.12
"""How much sizes of lines of one column differ at most, as a share: where they are drawn, and where they are recognised."""
_BAD, _SIDE = 0.03, 0.1
"""The share of steps against the order of reading, and of steps to the side, up to which the drawn order is taken."""

_MARGINAL = 4
"""Runs at the beginning and at the end of a page's drawing among which a head or foot may be."""


@dataclass(slots=True)
class Frame:
    """Lines that stand below each other in one column, of one size. `begin` and `end` are the edges of the column."""

    lines: list[Run]

    @property
    def begin(self) -> float:
        return min(line.begin for line in self.lines)

    @property
    def end(self) -> float:
        """Where lines end; a mark that hangs over the edge, or one line that is set too long, does not move it."""
        size = self.lines[0].size
        last, *ends = sorted((line.end for line in self.lines), reverse=True)
        if len(ends) > 2 and _EVEN * size < last - ends[0] < _HUNG * size and ends[0] - ends[1] < 2 * _EVEN * size:
            return ends[0]
        return last

    def edges(self) -> list[tuple[float, float]]:
        """For each line the edges of what it is set in: those of the column, or of a block in it that is narrower, as an abstract is, or the text beside a box."""
        edges = [(self.begin, self.end)] * len(self.lines)
        at = 0
        while at < len(self.lines):
            count = self._inset(at)
            if count:
                block = self.lines[at : at + count]
                edges[at : at + count] = [(min(line.begin for line in block), max(line.end for line in block))] * count
            at += max(1, count)
        return edges

    def _inset(self, first: int) -> int:
        """How many lines from the first on stand in a narrower block; 0 for none: lines in the middle of a text that end at one place before the edge."""
        lines, size = self.lines, self.lines[first].size
        edge = lines[first].end
        if edge > self.end - _INSET * size or lines[first].cells:
            return 0
        last = first
        while last < len(lines) and lines[last].end < edge + _EVEN * size and not lines[last].cells:
            last += 1
        full = [line.end > edge - _EVEN * size for line in lines[first:last]]
        left = min(line.begin for line in lines[first:last])
        goes_on = sum(
            here and line.begin < left + _EVEN * size for here, line in zip(full, lines[first + 1 : last], strict=False)
        )
        if edge - left < _BLOCK * size or goes_on < 2 or sum(full) < 0.5 * len(full):
            return 0
        return last - first


def frames_of(runs: Sequence[Run], drawn: bool = True) -> list[Frame]:
    """The frames of a page in the order of reading. Lines side by side are parts of a table, or columns.

    `drawn` says that the order of the runs is one in which somebody wrote them; that of a recogniser tells nothing.
    """
    if not runs:
        return []
    runs = list(runs) if drawn and is_coherent(runs) else cut(runs if drawn else rejoined(runs), drawn)
    frames: list[Frame] = []
    for run in runs:
        if frames and follows(frames[-1].lines[-1], run, _SAME if drawn else _ALIKE):
            frames[-1].lines.append(run)
        else:
            frames.append(Frame([run]))
    return frames


def follows(upper: Run, lower: Run, alike: float) -> bool:
    """Whether a line stands right below another, in the same column and of the same size but for a share of it."""
    size = max(upper.size, lower.size)
    return (
        upper.vertical == lower.vertical
        and abs(upper.size - lower.size) <= alike * size
        and -0.3 * size < lower.before - upper.after < 1.6 * size
        and min(upper.end, lower.end) - max(upper.begin, lower.begin) > 0.5 * size
    )


def merged(runs: Sequence[Run]) -> list[Run]:
    """Runs drawn one after the other that are one line, as where a font changes or characters are spaced out."""
    result: list[Run] = []
    for run in runs:
        last = result[-1] if result else None
        if last is not None and last.vertical == run.vertical and beside(last, run):
            gap, size = run.begin - last.end, max(last.size, run.size)
            if -0.3 * size < gap <= _GUTTER * size or 0 < gap <= 4 * size and _is_spaced(last.text, run.text):
                space = " " if gap > 0.4 * size else ""
                result[-1] = joined(last, run, space)
                continue
        result.append(run)
    return result


def attached(runs: Sequence[Run]) -> list[Run]:
    """Runs with single characters put where they belong: right after or right before a run drawn at about the same time."""
    result: list[Run | None] = list(runs)
    for at, run in enumerate(runs):
        if len(run.text) > 2:
            continue
        for other in [*range(at - 1, max(-1, at - 4), -1), *range(at + 1, min(len(runs), at + 4))]:
            near = result[other]
            if (
                near is None
                or result[at] is None
                or near.vertical != run.vertical
                and len(near.text) > 1
                or not beside(near, run)
            ):
                continue
            size = max(near.size, run.size)
            if -0.3 * size < run.begin - near.end < 0.5 * size:
                result[other], result[at] = joined(near, run), None
            elif -0.3 * size < near.begin - run.end < 0.5 * size:
                result[other], result[at] = joined(run, near), None
    return [run for run in result if run is not None]


def _is_spaced(above: str, below: str) -> bool:
    """Whether two runs are characters of one word that is spaced out."""
    last, first = above.split()[-1], below.split()[0]
    return len(last) == len(first) == 1 and last.isalpha() and first.isalpha()


def is_coherent(runs: Sequence[Run]) -> bool:
    """Whether runs are drawn in an order that can be read. Heads and feet may be drawn before all else, or after it."""
    bad = side = steps = 0
    top, bottom = min((run.before for run in runs), default=0.0), max((run.after for run in runs), default=0.0)
    for at, (a, b) in enumerate(pairwise(runs)):
        if a.vertical != b.vertical:
            continue
        steps += 1
        size = max(a.size, b.size)
        apart = len(runs) > 3 * _MARGINAL and (
            at < _MARGINAL and a.after >= bottom or at >= len(runs) - 1 - _MARGINAL and b.before <= top
        )
        if beside(a, b):
            if b.begin < a.begin:
                bad += 1
            else:
                side += 1
        elif b.before < a.before and b.begin < a.end - size and not apart:
            bad += 1
    return bad <= _BAD * steps and side <= max(6, _SIDE * steps)


def cut(runs: Sequence[Run], drawn: bool = True) -> list[Run]:
    """Runs in the order of reading, by cutting the page into columns and sections. Tables are looked for where nobody drew the runs."""
    down = sum(len(run.text) for run in runs if run.vertical) * 2 > sum(len(run.text) for run in runs)
    main = [run for run in runs if run.vertical == down]
    size = median(run.size for run in main for _ in range(min(len(run.text), 40)))
    least = (_GUTTER if drawn else _NARROW_GUTTER) * size
    # what is written the other way stands in the order of the page as one piece, and is put in order by itself
    blocks: list[list[Run]] = []
    for run in runs:
        if run.vertical != down:
            near = [block for block in blocks if any(_are_near(run, other, 2 * size) for other in block)]
            blocks = [block for block in blocks if block not in near] + [
                [run, *(other for block in near for other in block)]
            ]
    pieces = {id(piece := _piece(block, size, down)): (piece, block) for block in blocks}
    ordered = _cut([*main, *(piece for piece, _ in pieces.values())], least, size, drawn, 0)
    result: list[Run] = []
    for run in ordered:
        result += _cut(pieces[id(run)][1], least, size, drawn, 0) if id(run) in pieces else [run]
    return result


def _are_near(a: Run, b: Run, room: float) -> bool:
    return a.left - room < b.right and b.left - room < a.right and a.top - room < b.bottom and b.top - room < a.bottom


def _piece(block: Sequence[Run], size: float, vertical: bool) -> Run:
    """Runs that are written the other way as one that takes up their room."""
    return Run(
        "",
        min(run.left for run in block),
        min(run.top for run in block),
        max(run.right for run in block),
        max(run.bottom for run in block),
        size,
        vertical,
    )


def _cut(runs: list[Run], least: float, size: float, drawn: bool, depth: int) -> list[Run]:
    if len(runs) < 2 or depth > 40:
        return _lined(runs, drawn)
    sections = _sections(runs, size)
    if len(sections) > 1:
        return [run for section in sections for run in _cut(section, least, size, drawn, depth + 1)]
    columns = _columns(runs, least)
    if len(columns) > 1:
        rows = None if drawn else tabulated(runs, least)
        if rows is not None:
            return rows
        return [run for column in columns for run in _cut(column, least, size, drawn, depth + 1)]
    zones = _zones(runs, least, size)
    if len(zones) > 1:
        return [run for zone in zones for run in _cut(zone, least, size, drawn, depth + 1)]
    return _lined(runs, drawn)


def _lined(runs: Sequence[Run], drawn: bool) -> list[Run]:
    """Runs line by line. What a recogniser found of one line in pieces is put together."""
    result: list[Run] = []
    for line in rows_of(runs):
        for run in line:
            last = result[-1] if result and run is not line[0] else None
            if not drawn and last is not None and run.begin - last.end < _PIECES * run.size:
                result[-1] = pieced(last, run)
            else:
                result.append(run)
    return result


def _columns(runs: Sequence[Run], least: float) -> list[list[Run]]:
    """The columns that gutters over the whole height of a region part; one where there are none."""
    edges = [(low + high) / 2 for low, high in gaps([(run.begin, run.end) for run in runs], least)]
    if not edges:
        return [list(runs)]
    columns: list[list[Run]] = [[] for _ in range(len(edges) + 1)]
    for run in runs:
        columns[sum(edge < run.begin for edge in edges)].append(run)
    return columns


def _rows(runs: Sequence[Run]) -> list[list[Run]]:
    """Runs that stand beside each other, row below row."""
    rows: list[list[Run]] = []
    bottom = float("-inf")
    for run in sorted(runs, key=lambda run: run.before):
        if not rows or run.before >= bottom - 0.3 * run.size:
            rows.append([])
            bottom = float("-inf")
        rows[-1].append(run)
        bottom = max(bottom, run.after)
    return rows


def _sections(runs: Sequence[Run], size: float) -> list[list[Run]]:
    """Headings that are set over the middle of a region, alone on their lines, and what stands between them: they part all columns."""
    middle = (min(run.begin for run in runs) + max(run.end for run in runs)) / 2
    sections: list[list[Run]] = [[]]
    headed = False
    for row in _rows(runs):
        over = len(row) == 1 and row[0].size > 1.2 * size and abs((row[0].begin + row[0].end) / 2 - middle) < 2 * size
        if over != headed and sections[-1]:
            sections.append([])
        headed = over
        sections[-1] += row
    return sections


def _zones(runs: Sequence[Run], least: float, size: float) -> list[list[Run]]:
    """Sections below each other: as many lines in each as share their gutters."""
    rows = _rows(runs)
    zones: list[list[list[Run]]] = []
    held: list[tuple[float, float]] = []
    for row in rows:
        own = [(run.begin, run.end) for run in row]
        if zones:
            before, after = gaps(held, least), gaps(held + own, least)
            if (
                bool(before) == bool(gaps(own, least))
                and bool(before) == bool(after)
                or before
                and after
                and len(row) == 1
            ):
                zones[-1].append(row)
                held += own
                continue
        zones.append([row])
        held = list(own)
    for upper, lower in pairwise(zones):
        # a heading below columns belongs to what stands below it
        while (
            len(upper) > 1
            and len(upper[-1]) == 1
            and upper[-1][0].size > 1.2 * size
            and gaps([(run.begin, run.end) for row in upper for run in row], least)
        ):
            lower.insert(0, upper.pop())
    return [[run for row in zone for run in row] for zone in zones]
