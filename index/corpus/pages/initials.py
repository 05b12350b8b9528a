"""Drop capitals: a large first character that lines of the text stand beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from juanzong.index.corpus.pages.glyphs import Run

_LARGE, _USUAL = 1.7, 1.3
"""How much larger than the running text the character is at least, and lines of that text are at most."""
_NEAR = 1.3
"""How far from it the lines beside it begin at most, in sizes of the text."""


def taken_in(runs: Sequence[Run]) -> list[Run]:
    """Runs with each such character put before the first line beside it, and all lines beside it begun where it begins."""
    result = list(runs)
    if not result:
        return result
    usual = median(run.size for run in result for _ in range(min(len(run.text), 40)))
    for large in [run for run in result if len(run.text) <= 2 and run.size > _LARGE * usual]:
        beside = _beside(large, result, usual)
        if len(beside) < 2:
            continue
        first = beside[0]
        for run in beside:
            at = next(place for place, other in enumerate(result) if other is run)
            text = large.text + run.text if run is first else run.text
            result[at] = (
                replace(run, text=text, top=large.top) if run.vertical else replace(run, text=text, left=large.left)
            )
        result = [run for run in result if run is not large]
    return result


def _beside(large: Run, runs: Sequence[Run], usual: float) -> list[Run]:
    """The lines that stand beside a large character, the first of them first; none where they do not all begin at one place."""
    down = sum(run.vertical for run in runs if len(run.text) > 2) * 2 > sum(len(run.text) > 2 for run in runs)
    begin, end, before, after = (
        (large.top, large.bottom, -large.right, -large.left)
        if down
        else (large.left, large.right, large.top, large.bottom)
    )
    room = _NEAR * usual
    found = sorted(
        (
            run
            for run in runs
            if run.size < _USUAL * usual
            and run.vertical == down
            and len(run.text) > 2
            and end - 0.3 * usual < run.begin < end + room
            and before - 0.3 * usual < (run.before + run.after) / 2 < after + 1.2 * usual
        ),
        key=lambda run: run.before,
    )
    # the room below the character is that of its font
    found = [run for run in found if run.before < after or abs(run.begin - found[0].begin) < 0.2 * usual]
    if len(found) < 2 or found[0].before - before > 0.8 * usual or end - begin > (after - before) * 2.5:
        return []
    return found if max(run.begin for run in found) - min(run.begin for run in found) < 0.5 * usual else []
