"""What stands on a page: characters with their boxes, runs of them, rules, pictures; in points from the top left corner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character as it is drawn. A space that no glyph draws has no width."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(slots=True)
class Run:
    """Characters that follow each other on one line; `size` is that of a Han character, `vertical` the direction of the line.

    `cells` are those of a row of a table. `confidence` is that of a recogniser.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    vertical: bool = False
    confidence: float = 1.0
    cells: list[Run] = field(default_factory=list)

    # `begin` and `end` along the line, `before` and `after` across it, growing in the order of reading
    @property
    def begin(self) -> float:
        return self.top if self.vertical else self.left

    @property
    def end(self) -> float:
        return self.bottom if self.vertical else self.right

    @property
    def before(self) -> float:
        return -self.right if self.vertical else self.top

    @property
    def after(self) -> float:
        return -self.left if self.vertical else self.bottom


@dataclass(frozen=True, slots=True)
class RuledLine:
    """A straight line on a page, or a side of a box: a rectangle that is thin in one direction."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def is_level(self) -> bool:
        return self.right - self.left >= self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Picture:
    """Where a picture stands."""

    left: float
    top: float
    right: float
    bottom: float


def joined(first: Run, second: Run, space: str = "") -> Run:
    """Two runs of one line as one."""
    return Run(
        first.text + space + second.text,
        min(first.left, second.left),
        min(first.top, second.top),
        max(first.right, second.right),
        max(first.bottom, second.bottom),
        max(first.size, second.size),
        first.vertical,
        min(first.confidence, second.confidence),
    )


def overlap(low: float, high: float, other_low: float, other_high: float) -> float:
    """The share of the shorter of two stretches that lies in the other; below 0 where they stand apart."""
    return (min(high, other_high) - max(low, other_low)) / max(min(high - low, other_high - other_low), 0.01)


def beside(a: Run, b: Run) -> bool:
    """Whether two runs stand on one line."""
    return overlap(a.before, a.after, b.before, b.after) > 0.5


def rows_of(runs: Sequence[Run]) -> list[list[Run]]:
    """Runs by the lines on which they stand, those of each in the order of reading."""
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: run.before + run.after):
        if rows and all(beside(run, other) for other in rows[-1]):
            rows[-1].append(run)
        else:
            rows.append([run])
    return [sorted(row, key=lambda run: run.begin) for row in rows]


def gaps(stretches: Sequence[tuple[float, float]], least: float) -> list[tuple[float, float]]:
    """The gaps of at least a width that no stretch reaches into."""
    found: list[tuple[float, float]] = []
    end: float | None = None
    for low, high in sorted(stretches):
        if end is not None and low - end >= least:
            found.append((end, low))
        end = high if end is None else max(end, high)
    return found
