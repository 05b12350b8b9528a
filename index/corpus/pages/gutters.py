"""Lines that a recogniser found across the gutter between two columns, divided there: lines above and below show where it runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from juanzong.index.corpus.pages.strips import Boxes

_WIDE, _LONG = 0.62, 6.0
"""The least width of a gutter and length of a line that may run across one, in heights of a line."""
_CLEAR = 0.3
"""The share of the darkness of ink up to which a column of pixels is clear."""
_EDGE = 0.35
"""The width, in heights of a line, below which what stands alone at an end is no character."""
_NEAR, _LOOK = 0.45, 14.0
"""How exactly edges of lines must meet a gutter, and how far above and below they are looked for, in heights of a line."""
_ALIKE = 1.5
"""How many times as high as another a line of the same text may be found."""
_WITNESSES = 3
"""Lines that must begin, end or be open at the same place: near, or anywhere on the page where none near runs across."""


@dataclass(frozen=True, slots=True)
class _Gap:
    """A clear stretch of a line, as shares of its length, and where it lies along and across the page."""

    line: int
    low: float
    high: float
    begin: float
    end: float
    across: float


def divided(boxes: Boxes, crops: Sequence[NDArray[np.uint8]]) -> Boxes:
    """Lines with those divided that run across a gutter. `crops` are the images (height, width, channels) of the lines, each turned straight."""
    if len(boxes) < _WITNESSES:
        return boxes
    shown, whole = trimmed(boxes, crops), boxes
    extents = np.ptp(boxes, axis=1).sum(axis=0)
    if extents[1] > extents[0]:
        # lines that run down are those of a page that lies on its side
        shown, whole = _laid(shown), _laid(whole)
    heights = np.linalg.norm(whole[:, 3] - whole[:, 0], axis=1)
    lengths = np.linalg.norm(whole[:, 1] - whole[:, 0], axis=1)
    level = lengths > heights
    slope = float(np.median(((whole[:, 1] - whole[:, 0])[level] / lengths[level, None])[:, 1]))
    # along and across the page as it would be were it straight
    along = shown[:, :, 0] + slope * shown[:, :, 1]
    across = (whole[:, :, 1] - slope * whole[:, :, 0]).mean(axis=1)
    begins, ends = along[:, (0, 3)].mean(axis=1), along[:, (1, 2)].mean(axis=1)
    edges = whole[:, :, 0] + slope * whole[:, :, 1]
    starts, spans = edges[:, (0, 3)].mean(axis=1), edges[:, (1, 2)].mean(axis=1) - edges[:, (0, 3)].mean(axis=1)
    gaps = [
        _Gap(
            at,
            low,
            high,
            begin=float(starts[at] + low * spans[at]),
            end=float(starts[at] + high * spans[at]),
            across=float(across[at]),
        )
        for at in np.flatnonzero(level & (lengths > _LONG * heights)).tolist()
        for low, high in _clear(crops[at])
    ]
    cuts: dict[int, list[float]] = {}
    for gap in gaps:
        height = heights[gap.line]
        room = _NEAR * height
        # a headline says nothing of lines of text, nor they of it
        alike = (heights < _ALIKE * height) & (heights > height / _ALIKE)
        near = alike & (np.abs(across - gap.across) < _LOOK * height)
        same = np.zeros(len(boxes), dtype=bool)
        same[
            [
                other.line
                for other in gaps
                if min(other.end, gap.end) - max(other.begin, gap.begin) > 0.5 * (gap.end - gap.begin)
            ]
        ] = True
        same &= alike
        right, left = alike & (np.abs(begins - gap.end) < room), alike & (np.abs(ends - gap.begin) < room)
        crossing = near & ~same & (begins < gap.begin - room) & (ends > gap.end + room)
        for lines in (same, right, left, crossing):
            lines[gap.line] = False
        witnesses = same | right
        # where lines run on, what begins there is an indent, and what is clear the room of a comma
        here = int((witnesses & near).sum())
        if (
            here >= max(_WITNESSES, 2 * crossing.sum())
            and ((witnesses | left) & near).sum() + (same & right & near).sum() > _WITNESSES
            or here
            and not crossing.any()
            and witnesses.sum() > _WITNESSES
        ):
            cuts.setdefault(gap.line, []).append((gap.low + gap.high) / 2)
    return np.concatenate(
        [boxes[at : at + 1] if at not in cuts else _parts(boxes[at], cuts[at]) for at in range(len(boxes))]
    )


def _laid(boxes: Boxes) -> Boxes:
    """Lines with across and down changed for each other."""
    laid: Boxes = boxes[:, [0, 3, 2, 1], ::-1]
    return laid


def trimmed(boxes: Boxes, crops: Sequence[NDArray[np.uint8]]) -> Boxes:
    """Lines that begin and end where their ink does: a recogniser leaves room around them, which fills narrow gutters and hides indents."""
    result: Boxes = boxes.copy()
    for at, crop in enumerate(crops):
        low, high = _inked(crop)
        result[at] = _between(boxes[at], low, high)
    return result


def _inked_columns(crop: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which columns of pixels of a line hold ink, (width,): some of it, as of the one stroke of 一, and not the noise of the paper."""
    grey = crop.mean(axis=2) if crop.ndim == 3 else crop.astype(np.float64)
    dark = np.clip(float(np.percentile(grey, 85)) - grey, 0, None)
    dark = (dark[:-2] + dark[1:-1] + dark[2:]) / 3 if len(dark) > 4 else dark
    darkest = np.sort(dark, axis=0)[-2 if len(dark) > 2 else -1]
    inked: NDArray[np.bool_] = darkest > _CLEAR * np.percentile(dark, 98)
    return inked


def _inked(crop: NDArray[np.uint8]) -> tuple[float, float]:
    """Where the ink of a line begins and ends, as shares of its length; little more than a line's height is cut off at either end, less of a short one."""
    height, width = crop.shape[:2]
    inked = np.flatnonzero(_inked_columns(crop))
    if not len(inked):
        return 0.0, 1.0
    # what stands apart at an end and is narrower than a character is the edge of one in the next column
    breaks = np.flatnonzero(np.diff(inked) > _WIDE * height)
    if len(breaks) and inked[-1] - inked[breaks[-1] + 1] < _EDGE * height:
        inked = inked[: breaks[-1] + 1]
    breaks = np.flatnonzero(np.diff(inked) > _WIDE * height)
    if len(breaks) and inked[breaks[0]] - inked[0] < _EDGE * height:
        inked = inked[breaks[0] + 1 :]
    most = min(1.2 * height, 0.25 * width)
    return float(min(inked[0], most) / width), float(max(inked[-1] + 1, width - most) / width)


def _clear(crop: NDArray[np.uint8]) -> list[tuple[float, float]]:
    """The stretches of a line, as shares of its length, that hold no ink and are wide enough to be a gutter."""
    height, width = crop.shape[:2]
    clear = np.concatenate([[False], ~_inked_columns(crop), [False]])
    edges = np.flatnonzero(np.diff(clear.astype(np.int8)))
    return [
        (low / width, high / width)
        for low, high in zip(edges[::2].tolist(), edges[1::2].tolist())
        if high - low >= _WIDE * height and low > height and high < width - height
    ]


def _between(box: NDArray[np.float32], low: float, high: float) -> NDArray[np.float32]:
    """The stretch of a line between two shares of its length."""
    corners: list[NDArray[np.float32]] = list(box)
    first, second, third, fourth = corners
    if abs(second - first).sum() < abs(fourth - first).sum():
        # a line that runs down
        return np.stack(
            [
                first + (fourth - first) * low,
                second + (third - second) * low,
                second + (third - second) * high,
                first + (fourth - first) * high,
            ]
        )
    return np.stack(
        [
            first + (second - first) * low,
            first + (second - first) * high,
            fourth + (third - fourth) * high,
            fourth + (third - fourth) * low,
        ]
    )


def _parts(box: NDArray[np.float32], cuts: Sequence[float]) -> Boxes:
    """A line divided at shares of its length."""
    edges = [0.0, *sorted(cuts), 1.0]
    return np.stack([_between(box, low, high) for low, high in zip(edges, edges[1:])]).astype(np.float32)
