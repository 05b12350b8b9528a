"""How a document is laid out: empty lines, indents, and the width at which its lines are wrapped."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from juanzong.index.corpus.lines import Line
from juanzong.index.structure.wording import is_closed, is_colon

NARROWEST, WIDEST = 8, 100
"""Characters of a line between which a width is looked for."""
NEVER_FIRST = "，。、；：！？,;!?)）》”’」』】〕]％%"
"""Marks that no line of print begins with."""
MEASURED, _CANDIDATES, _SAMPLE = 400, 6, 8
"""Lines of a document by which its width is told; widths that are tried in each way of counting; line ends that are looked at."""
_MOST_LONGER, _MOST_FULL = 0.1, 0.85
"""The share of lines that may be longer than the width; that of lines within blocks that must be full."""
_ROOM = 8
"""What a full line may lack of the width at most."""
# what print keeps together: a number, a Latin word, a character and the marks beside it
UNIT = re.compile(rf"[（(“‘《「『【〔\[]{{0,2}}(?:[A-Za-z0-9.]{{1,12}}[%％‰℃°]?|.)[{re.escape(NEVER_FIRST)}]{{0,2}}")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a document is laid out.

    `spaced`: empty lines part its paragraphs; `blocks`: and its lines are wrapped between them; `indented`: paragraphs begin with white
    space, which takes up `indent`; `gap`: the usual empty lines; `width`: the width it is wrapped at, 0 for none, in printed Han characters
    (`printed`) or in characters of any kind; `exact`: its lines break anywhere, not only where print may break them.
    """

    spaced: bool = False
    blocks: bool = False
    indented: bool = False
    gap: int = 0
    indent: float = 0.0
    width: float = 0.0
    printed: bool = True
    exact: bool = False

    def size(self, line: Line) -> float:
        """The width of a line, with the indent that was taken from it."""
        return (width_of(line.text) if self.printed else len(line.text)) + (self.indent if line.indented else 0)

    def is_full(self, upper: Line, lower: Line) -> bool:
        """Whether a line ends only because what begins the next one no longer fitted."""
        return bool(self.width) and _is_full(self.size(upper), self.width, lower.text, self)

    def is_nearly_full(self, line: Line) -> bool:
        """Whether a line lacks no more of the width than a space that stood at its end or its beginning."""
        return 0 < self.width - self.size(line) <= 1


def _is_full(size: float, width: float, below: str, layout: Layout) -> bool:
    room = width - size
    if room <= 0:
        return room >= -1
    if room > _ROOM:
        return False
    if layout.exact:
        return layout.printed and room < 1 and width_of(below[0]) > room
    if room > 0.3 * width:
        return False
    unit = UNIT.match(below)
    return unit is not None and (width_of(unit[0]) if layout.printed else len(unit[0])) > room


def width_of(text: str) -> float:
    """The printed width in Han characters; ASCII counts half."""
    return len(text) - len(text.encode("ascii", "ignore")) / 2


def layout_of(lines: Sequence[Line], goes_on: Callable[[str, str], bool]) -> Layout:
    """Measure a document's lines. `goes_on` says of two lines whether the first seems cut before the second."""
    count = len(lines)
    if count < 3:
        return Layout(gap=max((line.gap for line in lines[1:]), default=0))
    gaps = Counter(line.gap for line in lines[1:])
    blank = sum(times for gap, times in gaps.items() if gap)
    spaced = blank >= 3 and blank >= 0.5 * (count - 1)
    usual = max((gap for gap in gaps if gap or not spaced), key=lambda gap: gaps[gap])
    plain = [line for line in lines if not line.role]
    starts = sum(line.indented for line in plain)
    # indents tell paragraphs only where lines without them go on
    further = sum(
        not lower.indented and not lower.gap and len(upper.text) >= 10 and not is_closed(upper.text)
        for upper, lower in pairwise(plain)
    )
    indented = starts >= 2 and starts >= 0.05 * len(plain) and further >= 2
    found = _in_blocks(plain, indented) if blank >= 2 else Layout()
    blocks = found.width > 0
    if not blocks:
        found = _wrapped(plain, indented, usual, goes_on)
        blocks = found.width > 0 and blank >= 2 and count - 1 - blank >= max(3, 0.2 * count)
    return replace(found, spaced=spaced or blocks, blocks=blocks, indented=indented, gap=usual)


@cache
def _ways(indented: bool) -> tuple[Layout, ...]:
    """The ways in which a width may be counted, the plainest first."""
    return tuple(
        Layout(indented=indented, printed=printed, exact=exact, indent=indent)
        for printed in (False, True)
        for exact in (True, False)
        for indent in ((2.0, 0.0) if indented else (0.0,))
    )


def _in_blocks(lines: Sequence[Line], indented: bool) -> Layout:
    """The width of lines between empty ones, where every line but the last of each block fills it."""
    inside = [(upper, lower) for upper, lower in pairwise(lines) if not lower.gap]
    if len(inside) >= 2:
        for layout in _ways(indented):
            size = max(map(layout.size, lines))
            layout = replace(layout, width=size)
            if NARROWEST <= size <= WIDEST and sum(
                layout.is_full(upper, lower) or layout.is_nearly_full(upper) for upper, lower in inside
            ) >= _MOST_FULL * len(inside):
                return layout
    return Layout()


def _wrapped(lines: Sequence[Line], indented: bool, gap: int, goes_on: Callable[[str, str], bool]) -> Layout:
    """The width at which lines are wrapped, whichever way it is counted: many lines end there, in mid-sentence, hardly any is
    longer, and those that are shorter end where headings and paragraphs do.
    """
    lines = lines[:MEASURED]
    seams = [
        at
        for at, (upper, lower) in enumerate(pairwise(lines))
        if lower.gap <= gap
        and NARROWEST <= len(upper.text) <= 2 * WIDEST
        and not is_closed(upper.text)
        and not is_colon(upper.text)
    ]
    best, most, most_full = Layout(), 0.0, 0
    if len(lines) < 3 or len(seams) < 2:
        return best
    bare = {False: [float(len(line.text)) for line in lines], True: [width_of(line.text) for line in lines]}
    for way in _ways(indented):
        sizes = (
            [size + way.indent * line.indented for size, line in zip(bare[way.printed], lines, strict=True)]
            if way.indent
            else bare[way.printed]
        )
        longest = sorted(sizes, reverse=True)[: int(_MOST_LONGER * len(sizes)) + 1]
        ends = [(sizes[seam], lines[seam + 1].text) for seam in seams]
        # what print may break anywhere but within a unit is a looser rule, and has to explain more
        loose, dearer = (0.0, 1.0) if way.exact else (1.0, 0.9)
        for width in sorted({size for size in longest if NARROWEST <= size <= WIDEST})[:_CANDIDATES]:
            near = [(size, below) for size, below in ends if size > width - _ROOM]
            if len(near) < 2 or len(near) <= 0.5 * (len(ends) - len(near)):
                continue
            cost = 0.5 * len(ends) + 2 * sum(size > width + 1 for size in longest) + loose
            if (dearer + 0.5) * len(near) - cost <= most:
                continue
            full = sum(_is_full(size, width, below, way) for size, below in near)
            worth = (dearer + 0.5) * full - cost
            if full >= 2 and worth > most:
                best, most, most_full = replace(way, width=width), worth, full
    if not best.width:
        return best
    if sum(best.is_full(upper, lower) for upper, lower in pairwise(lines)) > 2 * most_full:
        return Layout()
    full_open: list[tuple[str, str]] = []
    short_open: list[tuple[str, str]] = []
    for upper, lower in ((lines[at], lines[at + 1]) for at in seams):
        sample = full_open if best.is_full(upper, lower) else short_open
        if len(sample) < _SAMPLE and not (sample is short_open and best.is_nearly_full(upper)):
            sample.append((upper.text, lower.text))
    wrapped = _at_least(0.5 * len(full_open), full_open, goes_on) and not _at_least(
        max(1, 0.5 * len(short_open)) + 0.5, short_open, goes_on
    )
    return best if wrapped else Layout()


def _at_least(times: float, seams: Sequence[tuple[str, str]], goes_on: Callable[[str, str], bool]) -> bool:
    """Whether so many of these lines seem cut; no more of them are looked at than tells it."""
    found = 0
    for seen, (above, below) in enumerate(seams):
        if found >= times or found + len(seams) - seen < times:
            break
        found += goes_on(above, below)
    return found >= times
