"""Characters to runs: which of them follow each other on a line, across or downwards."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from statistics import median

from juanzong.index.corpus.pages.glyphs import Glyph, Run

_FAR, _NEAR = 1.2, 0.6
"""The gap, in sizes of a character, at which a run ends; that at which two runs of one line are still one."""
_FEW, _EM, _ROOMY = 3, 0.92, 1.45
"""Han characters below which their width alone does not tell the size of a run; that size to the height of a line; that height to the size at most."""
_ABOUT = 12
"""Characters before and after one that tell in which direction it is written."""
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")


def is_wide(character: str) -> bool:
    return character >= "\u2e80" and _WIDE.match(character) is not None


def runs_of(glyphs: Sequence[Glyph]) -> list[Run]:
    """The runs of a page in the order in which they are drawn; in that of the page where single characters are drawn in any order."""
    glyphs = [glyph for glyph in glyphs if glyph.text not in "\r\n"]
    drawn = [glyph for glyph in glyphs if glyph.right > glyph.left or not glyph.text.isspace()]
    if not drawn:
        return []
    runs = _followed(glyphs, _downward(glyphs))
    inked = sum(not glyph.text.isspace() for glyph in drawn)
    if inked >= 20 and len(runs) > 0.4 * inked:
        down = sum(_steps(drawn)) > 0
        runs = _followed(_sorted(drawn, down), [down] * len(drawn))
    return runs


def _steps(glyphs: Sequence[Glyph]) -> list[int]:
    """For each character how it stands to the one before: 1 below it, -1 beside it, 0 neither. Spaces tell nothing."""
    steps: list[int] = []
    before: Glyph | None = None
    for glyph in glyphs:
        step = 0
        if not glyph.text.isspace():
            if before is not None:
                size = max(before.bottom - before.top, before.right - before.left, 1.0)
                dx = abs(before.left + before.right - glyph.left - glyph.right) / 2
                dy = abs(before.top + before.bottom - glyph.top - glyph.bottom) / 2
                if dx < 0.6 * size and 0.3 * size < dy < 1.6 * size:
                    step = 1
                elif dy < 0.6 * size and 0.2 * size < dx < 2.2 * size:
                    step = -1
            before = glyph
        steps.append(step)
    return steps


def _downward(glyphs: Sequence[Glyph]) -> list[bool]:
    """For each character whether those drawn at about the same time mostly stand below each other: a page may hold both ways of writing."""
    sums = [0]
    for step in _steps(glyphs):
        sums.append(sums[-1] + step)
    last = len(glyphs)
    return [sums[min(last, at + _ABOUT)] > sums[max(0, at - _ABOUT)] for at in range(last)]


def _sorted(glyphs: Sequence[Glyph], down: bool) -> list[Glyph]:
    """Characters line by line, whatever the order they were drawn in."""

    def along(glyph: Glyph) -> float:
        return glyph.top if down else glyph.left

    def middle(glyph: Glyph) -> float:
        return -(glyph.left + glyph.right) / 2 if down else (glyph.top + glyph.bottom) / 2

    size = median(max(g.right - g.left, g.bottom - g.top) for g in glyphs)
    lines: list[list[Glyph]] = []
    level = float("-inf")
    for glyph in sorted(glyphs, key=middle):
        if middle(glyph) - level > 0.5 * size:
            lines.append([])
            level = middle(glyph)
        lines[-1].append(glyph)
    return [glyph for line in lines for glyph in sorted(line, key=along)]


class _Open:
    """A run in the making."""

    __slots__ = (
        "parts",
        "gaps",
        "widths",
        "left",
        "top",
        "right",
        "bottom",
        "sizes",
        "vertical",
        "down",
        "count",
        "last",
        "space",
    )

    def __init__(self, glyph: Glyph, down: bool) -> None:
        self.down = down
        self.parts = [glyph.text]
        self.left, self.top, self.right, self.bottom = glyph.left, glyph.top, glyph.right, glyph.bottom
        self.sizes = [_size(glyph)]
        self.vertical: bool | None = None
        self.count = 1
        self.last = glyph
        self.space = False
        self.gaps: list[tuple[int, float, bool, Glyph, Glyph]] = []
        self.widths = [_extent(glyph, False)]

    def add(self, glyph: Glyph, gap: float) -> None:
        """Take a character in. `gap` is the room between it and the one before."""
        self.gaps.append((len(self.parts), gap, self.space, self.last, glyph))
        self.parts.append(glyph.text)
        if not glyph.text.isspace():
            self.left, self.top = min(self.left, glyph.left), min(self.top, glyph.top)
            self.right, self.bottom = max(self.right, glyph.right), max(self.bottom, glyph.bottom)
        self.sizes.append(_size(glyph))
        self.widths.append(_extent(glyph, bool(self.vertical)))
        self.count += 1
        self.last = glyph
        self.space = False

    @property
    def height(self) -> float:
        """The height of the characters across the line, which is that of their font."""
        return self.right - self.left if self.vertical else self.bottom - self.top

    def size(self, known: Mapping[float, float]) -> float:
        """The em of the characters: how much of the line a Han character takes up. `known` are those of runs of many such characters, by their height."""
        wide = sorted(filter(None, self.widths))
        sizes = wide or sorted(self.sizes)
        size = sizes[len(sizes) * 3 // 4]
        if len(wide) < _FEW and (near := known.get(round(self.height, 1))) is not None and size <= _ROOMY * near:
            return near
        if 0 < len(wide) < _FEW < len(self.sizes):
            # some fonts give narrow characters (月, 日) boxes of their ink; those of Latin letters are a line high
            size = max(size, _EM * sorted(self.sizes)[len(self.sizes) // 2])
        return size

    def run(self, known: Mapping[float, float]) -> Run:
        size = self.size(known)
        usual = sorted(found[1] for found in self.gaps)[len(self.gaps) // 2] if self.gaps else 0.0
        vertical = self.down if self.vertical is None else self.vertical
        for at, gap, generated, above, below in self.gaps:
            if gap > 0.08 * size and _is_blank(above, below, gap / size, (gap - usual) / size, generated, vertical):
                self.parts[at] = " " + self.parts[at]
        return Run("".join(self.parts).strip(), self.left, self.top, self.right, self.bottom, size, vertical)


def _is_blank(above: Glyph, below: Glyph, gap: float, beyond: float, generated: bool, vertical: bool) -> bool:
    """Whether a blank stands in a gap where no space is drawn. Gaps count in sizes of a character."""
    last, first = above.text, below.text
    if last.isspace() or first.isspace():
        return False
    if not (last.isalnum() and first.isalnum()):
        return gap > 1 and last.isalnum() == first.isalnum()
    if last.isascii() and first.isascii():
        return generated
    if is_wide(last) and is_wide(first):
        # a glyph that is smaller than its square leaves room beside it
        full = (
            generated
            or _extent(above, vertical) > 0.85 * _size(below)
            and _extent(below, vertical) > 0.85 * _size(above)
        )
        return beyond > (0.16 if generated else 0.2 if full else 0.7)
    return beyond > 0.5


def _size(glyph: Glyph) -> float:
    width, height = glyph.right - glyph.left, glyph.bottom - glyph.top
    return max(width, height) if is_wide(glyph.text) else max(height, width)


def _extent(glyph: Glyph, vertical: bool) -> float:
    """What a Han character takes up of its line; 0 for another."""
    return (glyph.bottom - glyph.top if vertical else glyph.right - glyph.left) if is_wide(glyph.text) else 0.0


def _followed(glyphs: Sequence[Glyph], downward: Sequence[bool]) -> list[Run]:
    made: list[_Open] = []
    open_: _Open | None = None
    for glyph, down in zip(glyphs, downward, strict=True):
        if glyph.right <= glyph.left and glyph.text.isspace():
            if open_ is not None:
                open_.space = True
            continue
        if open_ is None and glyph.text.isspace():
            continue
        if open_ is not None:
            vertical, gap = _follows(open_, glyph, down)
            if vertical is not None:
                open_.vertical = vertical if open_.vertical is None else open_.vertical
                open_.add(glyph, gap)
                continue
            made.append(open_)
            open_ = None
            if glyph.text.isspace():
                continue
        open_ = _Open(glyph, down)
    if open_ is not None:
        made.append(open_)
    # a line of two characters and a number is as large as the lines of the same height beside it
    sizes: dict[float, list[float]] = {}
    for open_ in made:
        if sum(map(bool, open_.widths)) >= _FEW:
            sizes.setdefault(round(open_.height, 1), []).append(open_.size({}))
    known = {height: median(found) for height, found in sizes.items()}
    runs = [open_.run(known) for open_ in made]
    return [run for run in runs if run.text.strip()]


def _follows(run: _Open, glyph: Glyph, down: bool) -> tuple[bool | None, float]:
    """The direction in which a character goes on with a run, and the gap between; None where it does not."""
    last = run.last
    size = max(run.sizes)
    own = _size(glyph)
    if run.vertical is not True:
        share = min(run.bottom, glyph.bottom) - max(run.top, glyph.top)
        gap = glyph.left - last.right
        if (
            share > 0.5 * min(glyph.bottom - glyph.top, run.bottom - run.top)
            and -0.6 * size < gap < _FAR * max(size, own)
            and glyph.left + glyph.right > last.left + last.right
            and not (down and run.vertical is None and run.count == 1 and gap > 0.3 * size)
            # beside a drop capital stand lines of their own
            and not (run.count <= 2 and size > 1.7 * own and run.bottom - glyph.bottom > 0.7 * own)
        ):
            return False, gap
    if run.vertical is not False:
        share = min(run.right, glyph.right) - max(run.left, glyph.left)
        gap = glyph.top - last.bottom
        if (
            share > 0.5 * min(glyph.right - glyph.left, run.right - run.left)
            and -0.6 * size < gap < (_FAR if down else 0.3) * size
            and glyph.top + glyph.bottom > last.top + last.bottom
        ):
            return True, gap
        # two or three digits side by side in a vertical line
        if (
            run.vertical
            and min(run.bottom, glyph.bottom) > max(last.top, glyph.top)
            and run.left - 0.35 * size < glyph.left
            and glyph.right < run.right + 0.35 * size
        ):
            return True, 0.0
    return None, 0.0
