"""Tables: runs that stand in the cells of a ruled grid, or in rows of cells that are aligned without rules."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from juanzong.index.corpus.pages.glyphs import RuledLine, Run, beside, gaps, joined, overlap, rows_of

_NEAR = 3.0
"""Points by which rules may miss each other and still meet."""
_LONGEST_CELL, _MOST_LINES = 150, 8
"""Characters and lines of the middle cell beyond which rules lay out a page and do not make a table."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The edges of the rows and columns of a ruled table."""

    columns: tuple[float, ...]
    rows: tuple[float, ...]

    def holds(self, run: Run) -> bool:
        x, y = (run.left + run.right) / 2, (run.top + run.bottom) / 2
        return (
            self.columns[0] - _NEAR < x < self.columns[-1] + _NEAR and self.rows[0] - _NEAR < y < self.rows[-1] + _NEAR
        )


def grids_of(rules: Sequence[RuledLine]) -> list[Grid]:
    """The grids that rules make: those that meet, with two columns and two rows or more."""
    groups: list[list[RuledLine]] = []
    for rule in rules:
        near = [group for group in groups if any(_meet(rule, other) for other in group)]
        groups = [group for group in groups if group not in near] + [
            [rule, *(other for group in near for other in group)]
        ]
    grids = []
    for group in groups:
        columns = _edges(
            [(rule.left + rule.right) / 2 for rule in group if not rule.is_level]
            + [x for rule in group if rule.is_level for x in (rule.left, rule.right)]
        )
        rows = _edges([(rule.top + rule.bottom) / 2 for rule in group if rule.is_level])
        if len(columns) >= 3 and len(rows) >= 3:
            grids.append(Grid(columns, rows))
    return grids


def _meet(a: RuledLine, b: RuledLine) -> bool:
    return (
        a.left - _NEAR <= b.right
        and b.left - _NEAR <= a.right
        and a.top - _NEAR <= b.bottom
        and b.top - _NEAR <= a.bottom
    )


def _edges(values: Sequence[float]) -> tuple[float, ...]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > _NEAR:
            edges.append(value)
    return tuple(edges)


def ruled(runs: Sequence[Run], grid: Grid) -> list[Run] | None:
    """The rows of the table in a grid, each a run with its cells; None where what the grid holds is no table."""
    cells: dict[tuple[int, int], list[Run]] = {}
    for run in runs:
        row = bisect_right(grid.rows, (run.top + run.bottom) / 2) - 1
        column = bisect_right(grid.columns, run.left + 0.5 * run.size) - 1
        cells.setdefault((max(0, row), min(max(0, column), len(grid.columns) - 2)), []).append(run)
    if (
        not cells
        or median(sum(len(run.text) for run in cell) for cell in cells.values()) > _LONGEST_CELL
        or median(map(len, cells.values())) > _MOST_LINES
    ):
        return None
    rows: dict[int, dict[int, Run]] = {}
    for (row, column), parts in sorted(cells.items(), key=lambda item: item[0]):
        rows.setdefault(row, {})[column] = _cell(parts)
    if sum(len(row) > 1 for row in rows.values()) < 2:
        return None
    return [_row([row.get(column) for column in range(max(row) + 1)]) for _, row in sorted(rows.items())]


def _cell(parts: Sequence[Run]) -> Run:
    """What stands in a cell as one run, its lines in order."""
    ordered = [run for row in rows_of(parts) for run in row]
    whole = ordered[0]
    for run in ordered[1:]:
        latin = whole.text[-1].isascii() and run.text[0].isascii() and run.text[0].isalpha()
        whole = joined(whole, run, " " if latin or beside(whole, run) and run.begin - whole.end > run.size else "")
    return whole


def _row(cells: Sequence[Run | None]) -> Run:
    """Cells side by side as one run whose text has tabs between them."""
    filled = [cell for cell in cells if cell is not None]
    whole = filled[0]
    for cell in filled[1:]:
        whole = joined(whole, cell)
    whole.text = "\t".join(cell.text if cell is not None else "" for cell in cells)
    whole.cells = filled
    return whole


def aligned(runs: Sequence[Run]) -> list[Run]:
    """Runs with rows of aligned cells put together: two rows or more of two cells or more, drawn one after the other."""
    rows: list[list[Run]] = []
    for run in runs:
        if (
            rows
            and not run.cells
            and not rows[-1][0].cells
            and beside(rows[-1][-1], run)
            and run.begin > rows[-1][-1].end
            and run.vertical == rows[-1][-1].vertical
        ):
            rows[-1].append(run)
        else:
            rows.append([run])
    result: list[Run] = []
    tied = [_aligned(upper, lower) for upper, lower in pairwise(rows)]
    for at, row in enumerate(rows):
        if len(row) > 1 and (at and tied[at - 1] or at < len(tied) and tied[at]):
            result.append(_row(row))
        else:
            result += row
    return result


def _aligned(upper: Sequence[Run], lower: Sequence[Run]) -> bool:
    """Whether two rows are rows of one table: cells below cells, and not lines of columns of running text."""
    if len(upper) < 2 or len(lower) != len(upper):
        return False
    size = max(upper[0].size, lower[0].size)
    gap = lower[0].before - max(run.after for run in upper)
    if not -0.3 * size < gap < 2.5 * size or not all(
        overlap(a.begin, a.end, b.begin, b.end) > 0.3 for a, b in zip(upper, lower, strict=True)
    ):
        return False
    if not all(
        min(abs(a.begin - b.begin), abs(a.end - b.end), abs(a.begin + a.end - b.begin - b.end) / 2) < 0.7 * size
        for a, b in zip(upper, lower, strict=True)
    ):
        return False
    running = all(
        abs(a.end - b.end) < size and min(len(a.text), len(b.text)) >= 9
        for a, b in zip(upper[:-1], lower[:-1], strict=True)
    )
    return not running


def tabulated(runs: Sequence[Run], gutter: float) -> list[Run] | None:
    """The rows of a table of which a recogniser saw the cells and not the rules; None where runs are running text.

    Cells of a row stand at one height, are short, hold no sentences, and do not all reach from edge to edge of their columns as lines of print do. What
    stands alone above or below them is no part of the table.
    """
    rows = rows_of(runs)
    above, below = _lone(rows), _lone(rows[::-1])
    if len(rows) - above - below < 3:
        return None
    lines = rows[above : len(rows) - below]
    cells = [run for line in lines for run in line]
    parted = [(low + high) / 2 for low, high in gaps([(run.begin, run.end) for run in cells], gutter)]
    table: list[dict[int, list[Run]]] = []
    columns: dict[int, list[Run]] = {}
    for line in lines:
        table.append({})
        for run in line:
            at = bisect_right(parted, run.begin)
            table[-1].setdefault(at, []).append(run)
            columns.setdefault(at, []).append(run)
    if len(columns) < 2 or sum(len(row) > 1 for row in table) < 0.7 * len(table):
        return None
    texts = [run.text for run in cells]
    if median(map(len, texts)) > 12 or sum(any(mark in text for mark in "，。；") for text in texts) > 0.2 * len(texts):
        return None
    if not any(len(column) >= 3 and not _is_running(column) for column in columns.values()):
        return None
    found = [_row([_cell(row[at]) if at in row else None for at in range(max(row) + 1)]) for row in table]
    return [*(row[0] for row in rows[:above]), *found, *(row[0] for row in rows[len(rows) - below :])]


def _lone(rows: Sequence[Sequence[Run]]) -> int:
    """How many rows there are before the first of several cells."""
    return next((at for at, row in enumerate(rows) if len(row) > 1), len(rows))


def _is_running(column: Sequence[Run]) -> bool:
    """Whether most lines reach from edge to edge of a column, but for the indent of the first and the end of the last line of a paragraph."""
    low, high = min(run.begin for run in column), max(run.end for run in column)
    full = sum(run.begin - low < 2.5 * run.size and high - run.end < 0.8 * run.size for run in column)
    return full > 0.5 * len(column)
