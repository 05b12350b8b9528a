"""The naught of Chinese years (○), which the models leave out although they know it: it is seen as a ring in the gap that it leaves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

_DIGITS = "一二三四五六七八九〇○零"
_NAUGHT = re.compile(f"[{_DIGITS}](?=[{_DIGITS}年月日号])|(?<=[{_DIGITS}])$")
"""Where a naught may have been left out: between digits, before the unit, at the end of a line."""
_GAP = 1.5
"""The room between the middles of two characters, to the usual, from which something may stand between them."""
_INK = 0.35
"""The share of the darkness of ink from which a pixel is dark."""
_ENOUGH = 14.0
"""Pixels of a character that are looked at."""
_RADII = 0.28, 0.5
"""The least and the largest radius of a ring, to the room of a character."""
_DIRECTIONS, _SEEN = 24, 0.9
"""Directions in which its line is looked for, and in how many of them it must be there."""
_INNER, _HOLLOW = 0.6, 0.1
"""The part of its radius that is its middle, and how much of that may be dark."""

_CORNERS = 1.3
"""How far out, in radii, the corners of a box would be seen."""
_DOWN, _ALONG = np.array([-0.7, -0.7, 0.7, 0.7]), np.array([-0.7, 0.7, -0.7, 0.7])


def restored(text: str, places: Sequence[float], crop: NDArray[np.uint8], sign: str) -> str:
    """A line with the naughts that stand in its gaps put back, written as `sign`.

    `places` are the middles of the characters, as shares of the length of the line; `crop` is its image (height, width, channels)."""
    marks = list(_NAUGHT.finditer(text))
    if not marks or len(places) != len(text) or len(text) < 3:
        return text
    width = crop.shape[1]
    middles = [place * width for place in places]
    wide = sorted(
        b - a for (a, b), (one, other) in zip(pairwise(middles), pairwise(text)) if one.isalpha() and other.isalpha()
    )
    pitch = wide[(len(wide) - 1) // 2] if wide else 0.0
    missing: dict[int, int] = {}
    for mark in marks:
        at = mark.end() if mark.group() else len(text)
        low, high = middles[at - 1], middles[at] if at < len(text) else width + 0.4 * pitch
        if pitch > 5 and high - low > _GAP * pitch:
            # the middles of characters are known to a quarter of one
            missing[at] = _rings(crop, low + 0.7 * pitch, high - 0.7 * pitch, pitch)
    for at, count in sorted(missing.items(), reverse=True):
        text = text[:at] + sign * count + text[at:]
    return text


def _rings(crop: NDArray[np.uint8], low: float, high: float, pitch: float) -> int:
    """How many rings, of about the size of a character, have their middle between two places on a line."""
    first, last = max(0, int(low - pitch)), min(crop.shape[1], int(high + pitch) + 1)
    part = crop[:, first:last].mean(axis=2)
    # characters of a dozen pixels show as much
    factor = max(1, int(pitch / _ENOUGH))
    if factor > 1:
        height, width = (size // factor for size in part.shape)
        part = part[: height * factor, : width * factor].reshape(height, factor, width, factor).mean(axis=(1, 3))
        low, high, pitch = low - first, high - first, pitch / factor
        low, high, first = low / factor, high / factor, 0
    dark = np.clip(np.percentile(part, 80) - part, 0, None)
    ink = dark > _INK * np.percentile(dark, 98)
    middles = np.arange(low - first, high - first + 0.5)
    count, after = 0, -np.inf
    for middle, ring in zip(middles.tolist(), _are_rings(ink, middles, pitch).tolist()):
        if ring and middle > after:
            count += 1
            after = middle + 0.8 * pitch
    return count


def _are_rings(ink: NDArray[np.bool_], middles: NDArray[np.float64], pitch: float) -> NDArray[np.bool_]:
    """Whether a ring stands in a line (height, width) with its middle at each place, (middles,), wherever between its upper and its lower edge."""
    room = int(pitch) + 2
    padded = np.pad(ink, room)
    angles = np.arange(_DIRECTIONS) / _DIRECTIONS * 2 * np.pi
    heights = np.arange(int(_RADII[0] * pitch), int(ink.shape[0] - _RADII[0] * pitch) + 1)
    found = np.zeros(len(middles), dtype=bool)
    y, x = heights[:, None, None] + room, middles[None, :, None] + room
    for radius in np.arange(_RADII[0] * pitch, _RADII[1] * pitch, 0.5):
        if not len(heights):
            break
        seen = np.zeros((len(heights), len(middles), _DIRECTIONS), dtype=bool)
        for away in (radius - 0.7, radius, radius + 0.7):
            seen |= padded[_places(y, away * np.sin(angles)), _places(x, away * np.cos(angles))]
        ring = seen.mean(axis=2) >= _SEEN
        if ring.any():
            across = np.arange(-int(_INNER * radius), int(_INNER * radius) + 1)
            down, along = (grid.ravel() for grid in np.meshgrid(across, across))
            inside = np.hypot(down, along) <= _INNER * radius
            hollow = padded[_places(y, down[inside]), _places(x, along[inside])].mean(axis=2) <= _HOLLOW
            # a box has corners
            corners = padded[_places(y, _CORNERS * radius * _DOWN), _places(x, _CORNERS * radius * _ALONG)]
            fits = (heights - radius >= -1) & (heights + radius <= ink.shape[0])
            found |= (ring & hollow & (corners.sum(axis=2) <= 1) & fits[:, None]).any(axis=0)
    return found


def _places(middle: NDArray[Any], off: NDArray[Any]) -> NDArray[np.int64]:
    places: NDArray[np.int64] = np.rint(middle + off).astype(np.int64)
    return places
