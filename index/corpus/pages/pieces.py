"""Pieces of one line that a recogniser found apart, as it does at the room that a mark leaves, put together before gutters are looked for."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace

from juanzong.index.corpus.pages.glyphs import Run, beside, joined

_ROOM = 2.5
"""The room between pieces of one line, in sizes of a character."""
_ALIKE = 0.15
"""How much sizes of lines of one text differ at most, as a share."""
_NEXT = 4.5
"""How far the lines above and below that are looked at stand, in sizes of a character."""
_DOUBLED = "—-─…·."
"""Marks that stand twice by themselves."""
_OVER, _AT = 1.0, 0.5
"""How far a line that runs over a gap reaches beyond it, and how near to it one ends or begins at it, in sizes of a character."""


def rejoined(runs: Sequence[Run]) -> list[Run]:
    """Runs with those joined whose gap is no gutter: the line above or below runs over it, and neither is parted there."""
    ordered = sorted(runs, key=lambda run: run.before)
    tops = [run.before for run in ordered]
    result = list(runs)
    for second in sorted(runs, key=lambda run: run.begin):
        near = ordered[
            bisect_left(tops, second.before - 7 * second.size) : bisect_right(tops, second.after + 5 * second.size)
        ]
        first = _before(second, near)
        if first is None or not _runs_on(first, second, near):
            continue
        whole = pieced(first, second)
        for runs_ in (result, ordered):
            at = next(at for at, run in enumerate(runs_) if run is first)
            runs_[at] = whole
            del runs_[next(at for at, run in enumerate(runs_) if run is second)]
        tops = [run.before for run in ordered]
    return result


def pieced(first: Run, second: Run) -> Run:
    """Two pieces of a line as one. A mark at which they meet may have been read twice."""
    mark = unicodedata.normalize("NFKC", first.text[-1:])
    if (
        mark
        and not mark.isalnum()
        and mark not in _DOUBLED
        and mark == unicodedata.normalize("NFKC", second.text[:1])
        and len(second.text) > 1
    ):
        second = replace(second, text=second.text[1:])
    return joined(first, second)


def _before(run: Run, near: Sequence[Run]) -> Run | None:
    """The run right before another on its line."""
    found = [
        other
        for other in near
        if other.vertical == run.vertical
        and other is not run
        and 0 <= run.begin - other.end < _ROOM * run.size
        and abs(other.size - run.size) <= _ALIKE * run.size
        and beside(other, run)
    ]
    return max(found, key=lambda other: other.end, default=None)


def _runs_on(first: Run, second: Run, near: Sequence[Run]) -> bool:
    size = max(first.size, second.size)
    low, high = first.end - _AT * size, second.begin + _AT * size
    lines = [
        line
        for line in near
        if line.vertical == first.vertical
        and not beside(line, first)
        and max(line.before - first.after, first.before - line.after) <= _NEXT * size
    ]
    # what stands below a headline is smaller
    if not any(
        line.size <= (1 + _ALIKE) * size
        and line.begin < first.end - _OVER * line.size
        and line.end > second.begin + _OVER * line.size
        for line in lines
    ):
        return False
    ends = [line for line in lines if low < line.end < high]
    begins = [line for line in lines if low < line.begin < high]
    return not any(beside(line, other) and line.end <= other.begin for line in ends for other in begins)
