"""Curves over time as SVG. Each is told by its colour, its dashes, the shape of its points and a label at its end; every point is a link."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import TypeAlias

from markupsafe import Markup

from juanzong.web.markup import safe
from juanzong.web.views.scaling import ceiling, is_skewed, part, ticks

_Place: TypeAlias = Callable[[int], float]
_Scale: TypeAlias = Callable[[float], float]
WIDTH, HEIGHT = 760, 330
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 118, 12, 26
_LINE = 15
_LABELS = 7
# points, drawn around 0 0; each shape has its own outline, so that they are told apart without colour
SHAPES = (
    "M-3.6 0a3.6 3.6 0 1 0 7.2 0a3.6 3.6 0 1 0-7.2 0z",
    "M-3.2-3.2h6.4v6.4h-6.4z",
    "M0-4.4L4.2 3.2h-8.4z",
    "M0-4.6L4.6 0L0 4.6L-4.6 0z",
    "M0 4.4L4.2-3.2h-8.4z",
    "M-1.3-4.2h2.6v2.9h2.9v2.6h-2.9v2.9h-2.6v-2.9h-2.9v-2.6h2.9z",
)
# so many points are drawn with a mark each; more are marked where they are a peak of their own
_MARKED = 90


@dataclass(frozen=True)
class Dot:
    """One point: its value, None where there is none; `thin` ones are hollow; `says` is what it means in words."""

    value: float | None
    thin: bool
    url: str
    says: str


@dataclass(frozen=True)
class Curve:
    """A series: one point a period, all of the same number."""

    label: str
    dots: Sequence[Dot]


def chart(curves: Sequence[Curve], periods: Sequence[str], label: str) -> Markup:
    """The curves over their periods, which are given as they are to be read."""
    top, skewed = ceiling(max(_values(curves), default=0)), is_skewed(_values(curves))
    across = WIDTH - _LEFT - _RIGHT
    step = across / max(1, len(periods) - 1)

    def x(number: int) -> float:
        return round(_LEFT + (number * step if len(periods) > 1 else across / 2), 1)

    def y(value: float) -> float:
        return round(_TOP + (HEIGHT - _TOP - _BOTTOM) * (1 - part(value, top, skewed)), 1)

    pieces = [f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="group" aria-label="{escape(label)}">']
    for tick in ticks(top, skewed):
        pieces.append(
            f'<path class="grid" d="M{_LEFT} {y(tick)}H{WIDTH - _RIGHT}"/><text x="{_LEFT - 7}" y="{y(tick) + 4}" text-anchor="end">{_figure(tick)}</text>'
        )
    for number in _labelled(len(periods)):
        pieces.append(f'<text x="{x(number)}" y="{HEIGHT - 6}" text-anchor="middle">{escape(periods[number])}</text>')
    for place, curve in enumerate(curves):
        pieces.append(f'<g class="s{place + 1}">')
        pieces += [f'<path class="line" d="{run}"/>' for run in _runs(curve.dots, x, y)]
        for number, dot in enumerate(curve.dots):
            if (
                dot.value is not None
                and (dot.value or dot.thin)
                and (len(curve.dots) <= _MARKED or _is_peak(curve.dots, number))
            ):
                said = escape(dot.says)
                pieces.append(
                    f'<a href="{escape(dot.url)}" aria-label="{said}" transform="translate({x(number)} {y(dot.value)})"><title>{said}</title>'
                    f'<circle class="reach" r="9"/><path class="dot{" thin" if dot.thin else ""}" d="{SHAPES[place]}"/></a>'
                )
        pieces.append("</g>")
    for place, at in _ends(curves, y):
        shown = curves[place].label if len(curves[place].label) <= 9 else curves[place].label[:8] + "…"
        pieces.append(
            f'<g class="s{place + 1} end" aria-hidden="true"><path class="dot" transform="translate({WIDTH - _RIGHT + 13} {at - 4})" d="{SHAPES[place]}"/>'
            f'<text x="{WIDTH - _RIGHT + 22}" y="{at}">{safe(shown)}</text></g>'
        )
    pieces.append("</svg>")
    return Markup("".join(pieces))


def _values(curves: Sequence[Curve]) -> Iterator[float]:
    return (dot.value for curve in curves for dot in curve.dots if dot.value is not None)


def sample(place: int) -> Markup:
    """How a series is drawn, for a legend: a piece of its line with a point on it."""
    return Markup(
        f'<svg class="sample s{place + 1}" viewBox="0 0 34 12" width="34" height="12" aria-hidden="true"><path class="line" d="M1 6H33"/>'
        f'<path class="dot" transform="translate(17 6)" d="{SHAPES[place]}"/></svg>'
    )


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:g}"


def _labelled(count: int) -> Iterator[int]:
    """The periods that are written below: the first, the last, and some between at equal distances."""
    if not count:
        return
    step = max(1, math.ceil((count - 1) / _LABELS))
    yield from (number for number in range(0, count, step))


def _runs(dots: Sequence[Dot], x: _Place, y: _Scale) -> Iterator[str]:
    """The line, broken where there is no value."""
    run: list[str] = []
    for number, dot in enumerate((*dots, Dot(None, False, "", ""))):
        if dot.value is not None:
            run.append(f"{x(number)} {y(dot.value)}")
        elif run:
            yield "M" + "L".join(run)
            run = []


def _is_peak(dots: Sequence[Dot], number: int) -> bool:
    own = dots[number].value or 0
    return all(own >= (dots[beside].value or 0) for beside in (number - 1, number + 1) if 0 <= beside < len(dots))


def _ends(curves: Sequence[Curve], y: _Scale) -> list[tuple[int, float]]:
    """Where the labels of the curves stand: as near to their ends as they can without lying over each other."""
    ends = []
    for place, curve in enumerate(curves):
        last = next((dot.value for dot in reversed(curve.dots) if dot.value is not None), 0.0)
        ends.append((y(last) + 4, place))
    placed: list[tuple[int, float]] = []
    below = float(_TOP)
    for at, place in sorted(ends):
        below = max(at, below + _LINE if placed else at)
        placed.append((place, below))
    # what was pushed out below goes up again, and takes along only what is in its way
    room, fitted = float(HEIGHT - _BOTTOM), []
    for place, at in reversed(placed):
        room = min(at, room)
        fitted.append((place, round(room, 1)))
        room -= _LINE
    return fitted[::-1]
