"""Scales of drawings: straight ones, and square roots where one period outgrows all others, so that these can be seen too."""

from __future__ import annotations

import math
from collections.abc import Iterable
from statistics import median

# the middle of what is there would be lower than so much of the highest
_LOW = 1 / 16
_FEWEST = 5
# what a scale may end at, times a power of ten, and into how many parts it is then cut
_ROUND = {1.0: 5, 1.5: 3, 2.0: 4, 3.0: 3, 4.0: 4, 5.0: 5, 6.0: 3, 8.0: 4, 10.0: 5}
# how far apart, and how far from 0, figures stand on a scale of roots, in parts of its length
_APART, _LOWEST = 0.15, 0.12


def is_skewed(values: Iterable[float]) -> bool:
    """Whether values are drawn by their square roots: half of those above 0 would hardly be seen beside the highest."""
    some = [value for value in values if value > 0]
    return len(some) >= _FEWEST and median(some) < _LOW * max(some)


def part(value: float, top: float, skewed: bool) -> float:
    """How far up a value stands on a scale from 0 to `top`, from 0 to 1."""
    return math.sqrt(value / top) if skewed else value / top


def ceiling(most: float) -> float:
    """The least of some round numbers that is not below `most`; 1 where there is nothing."""
    if most <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(most))
    return next(round(factor * power, 6) for factor in _ROUND if factor * power >= most * (1 - 1e-9))


def ticks(top: float, skewed: bool = False) -> list[float]:
    """Where a scale up to `ceiling` is written, ascending: at whole numbers where it is short; at round ones that stand apart where it is one of roots."""
    if skewed:
        found = [top]
        power = 10.0 ** math.floor(math.log10(top))
        for value in (factor * power / 10**down for down in range(8) for factor in (5, 2, 1)):
            place = part(value, top, True)
            if place >= _LOWEST and part(found[-1], top, True) - place >= _APART:
                found.append(value)
        return [0.0, *found[::-1]]
    parts = int(top) if top in (1, 2, 3) else _ROUND[float(f"{top:.1e}"[:3])]
    return [top * number / parts for number in range(parts + 1)]
