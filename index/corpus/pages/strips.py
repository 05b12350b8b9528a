"""Large page images in strips along their lines, so that small print is looked at in its own size and memory stays bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.float32]
"""Lines found on an image: (lines, 4 corners, x and y) in pixels, clockwise from the top left corner of the line."""
MAX_PIXELS = 4_000_000
"""Pixels of a strip: what a recogniser holds at once grows with them."""
_LARGE = 2.0
"""Times the usual height from which a line is a headline, which a strip may cut and the whole page shows well enough."""


def heights_of(boxes: Boxes) -> NDArray[np.float32]:
    """The height (lines,) of each line, across its direction."""
    across = np.linalg.norm(boxes[:, 1] - boxes[:, 0], axis=1)
    down = np.linalg.norm(boxes[:, 3] - boxes[:, 0], axis=1)
    heights: NDArray[np.float32] = np.minimum(across, down)
    return heights


def usual_height(boxes: Boxes) -> float:
    """The height of the line in the middle of the page's text: long lines count more."""
    across = np.linalg.norm(boxes[:, 1] - boxes[:, 0], axis=1)
    down = np.linalg.norm(boxes[:, 3] - boxes[:, 0], axis=1)
    heights, lengths = np.minimum(across, down), np.maximum(across, down)
    order = np.argsort(heights)
    seen = np.cumsum(lengths[order])
    return float(heights[order][np.searchsorted(seen, seen[-1] / 2)])


def found_in_strips(
    pixels: NDArray[np.uint8], whole: Boxes, find: Callable[[NDArray[np.uint8]], Boxes | None]
) -> Boxes:
    """The lines of an image (height, width, channels), found strip by strip.

    `whole` are those that were found on the image shrunk, in its own pixels: they tell how high lines are and which way they run, and headlines are taken
    from them. `find` finds lines on a part of the image.
    """
    size = usual_height(whole)
    large = whole[heights_of(whole) > _LARGE * size]
    extents = np.ptp(whole, axis=1)
    # lines of a vertical page run down: strips stand side by side
    axis = 1 if np.sum(extents[:, 0]) >= np.sum(extents[:, 1]) else 0
    small = extents[heights_of(whole) <= _LARGE * size]
    shared = 2 * size + (float(np.percentile(small[:, axis], 95)) if len(small) else 0.0)
    found: list[Boxes] = []
    for low, high, first, last in _spans(pixels.shape[1 - axis], pixels.shape[axis], shared):
        boxes = find(pixels[low:high] if axis == 1 else pixels[:, low:high])
        if boxes is None or not len(boxes):
            continue
        boxes = boxes.copy()
        boxes[:, :, axis] += low
        middle = boxes[:, :, axis].mean(axis=1)
        found.append(boxes[(middle >= first - size / 2) & (middle < last + size / 2)])
    parts = _distinct(np.concatenate(found), size) if found else whole[:0]
    return np.concatenate([large, parts[[not _holds(large, box) for box in parts]]]) if len(parts) else large


def _spans(length: int, across: int, shared: float) -> Iterator[tuple[int, int, float, float]]:
    """Where each strip begins and ends, and between which rows it answers for lines. `length` is cut, `across` is not."""
    whole = max(1, int(MAX_PIXELS / across - shared))
    count = max(1, -(-length // whole))
    step = length / count
    for number in range(count):
        first, last = number * step, (number + 1) * step
        yield (
            max(0, int(first - shared / 2)),
            min(length, int(last + shared / 2)),
            first if number else -1.0,
            last if number < count - 1 else length + 1.0,
        )


def _distinct(boxes: Boxes, size: float) -> Boxes:
    """Lines without those that two strips found: the longer one stays."""
    lengths = np.linalg.norm(np.ptp(boxes, axis=1), axis=1)
    lows, highs = boxes.min(axis=1), boxes.max(axis=1)
    kept: list[int] = []
    for at in np.argsort(-lengths):
        if kept:
            shared = np.minimum(highs[kept], highs[at]) - np.maximum(lows[kept], lows[at])
            own = np.maximum(highs[at] - lows[at], 1.0)
            middles = np.abs((lows[kept] + highs[kept] - lows[at] - highs[at]) / 2)
            along = int(np.argmax(own))
            if np.any((shared[:, along] > 0.5 * own[along]) & (middles[:, 1 - along] < size / 2)):
                continue
        kept.append(int(at))
    distinct: Boxes = boxes[np.sort(kept)]
    return distinct


def _holds(large: Boxes, box: NDArray[np.float32]) -> bool:
    """Whether the middle of a line is in one of the headlines."""
    x, y = box.mean(axis=0)
    lows, highs = large.min(axis=1), large.max(axis=1)
    return bool(np.any((lows[:, 0] < x) & (x < highs[:, 0]) & (lows[:, 1] < y) & (y < highs[:, 1])))
