"""Lines that a recogniser found across the gutter between two columns, divided there: lines above and below show where it runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from juanzong.index.corpus.pages.strips import Boxes

_WIDE, _LONG = 0.55, 6.0
"""The least width of a gutter and length of a line that may run across one, in heights of a line."""
_CLEAR = 0.16
"""The share of the ink of an average column of pixels up to which one is clear."""
_NEAR, _LOOK = 0.45, 14.0
"""How exactly edges of lines must meet a gutter, and how far above and below they are looked for, in heights of a line."""
_WITNESSES = 3
"""Lines that must begin, end or be open at the same place."""


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
    heights = np.linalg.norm(boxes[:, 3] - boxes[:, 0], axis=1)
    lengths = np.linalg.norm(boxes[:, 1] - boxes[:, 0], axis=1)
    level = lengths > heights
    if not level.any():
        return boxes
    slope = float(np.median(((boxes[:, 1] - boxes[:, 0])[level] / lengths[level, None])[:, 1]))
    # along and across the page as it would be were it straight
    along = boxes[:, :, 0] + slope * boxes[:, :, 1]
    across = (boxes[:, :, 1] - slope * boxes[:, :, 0]).mean(axis=1)
    begins, ends = along[:, (0, 3)].mean(axis=1), along[:, (1, 2)].mean(axis=1)
    gaps = [
        _Gap(
            at,
            low,
            high,
            begin=float(begins[at] + low * (ends[at] - begins[at])),
            end=float(begins[at] + high * (ends[at] - begins[at])),
            across=float(across[at]),
        )
        for at in np.flatnonzero(level & (lengths > _LONG * heights)).tolist()
        for low, high in _clear(crops[at])
    ]
    cuts: dict[int, list[float]] = {}
    for gap in gaps:
        height = heights[gap.line]
        room = _NEAR * height
        others = np.abs(across - gap.across) < _LOOK * height
        others[gap.line] = False
        same = {
            other.line
            for other in gaps
            if others[other.line]
            and min(other.end, gap.end) - max(other.begin, gap.begin) > 0.5 * (gap.end - gap.begin)
        }
        right = others & (np.abs(begins - gap.end) < room)
        left = others & (np.abs(ends - gap.begin) < room)
        if (
            len(same | set(np.flatnonzero(right).tolist())) >= _WITNESSES
            and (len(same) + right.sum() + left.sum()) > _WITNESSES
        ):
            cuts.setdefault(gap.line, []).append((gap.low + gap.high) / 2)
    return np.concatenate(
        [boxes[at : at + 1] if at not in cuts else _parts(boxes[at], cuts[at]) for at in range(len(boxes))]
    )


def _clear(crop: NDArray[np.uint8]) -> list[tuple[float, float]]:
    """The stretches of a line, as shares of its length, that hold no ink and are wide enough to be a gutter."""
    height, width = crop.shape[:2]
    grey = crop.mean(axis=2) if crop.ndim == 3 else crop.astype(np.float64)
    paper = float(np.percentile(grey, 85))
    ink = np.clip(paper - grey, 0, None).mean(axis=0)
    # noise of the paper is no ink
    ink = np.convolve(ink, np.ones(3) / 3, "same")
    ink -= np.percentile(ink, 3)
    clear = np.concatenate([[False], ink < _CLEAR * ink.mean(), [False]])
    edges = np.flatnonzero(np.diff(clear.astype(np.int8)))
    return [
        (low / width, high / width)
        for low, high in zip(edges[::2].tolist(), edges[1::2].tolist())
        if high - low >= _WIDE * height and low > height and high < width - height
    ]


def _parts(box: NDArray[np.float32], cuts: Sequence[float]) -> Boxes:
    """A line divided at shares of its length."""
    edges = [0.0, *sorted(cuts), 1.0]
    return np.stack(
        [
            np.stack(
                [
                    box[0] + (box[1] - box[0]) * low,
                    box[0] + (box[1] - box[0]) * high,
                    box[3] + (box[2] - box[3]) * high,
                    box[3] + (box[2] - box[3]) * low,
                ]
            )
            for low, high in zip(edges, edges[1:])
        ]
    ).astype(np.float32)
