"""When matches happened, drawn as SVG whose bars are links: a year opens into months, a month into days."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from markupsafe import Markup

from juanzong.web.language import Language
from juanzong.web.markup import escaped
from juanzong.web.views.scaling import is_skewed, part

HEIGHT = 58
_BASE = 56
_SHORTEST = 2.0
_STEP = 20
_GAP = 4
_FEW = 6
_WIDE_STEP = 84
_WIDE_GAP = 44
_LABEL = 18
_MOST_BARS = 400
CURRENT = ' aria-current="true"'


class Bar(NamedTuple):
    """One period. Lengths are in the units of the drawing's view box; a bar without matches has no height."""

    period: str
    count: int  # type: ignore[assignment]
    selected: bool
    x: int
    y: float
    width: int
    height: float
    url: str


@dataclass(frozen=True, slots=True)
class Histogram:
    """Bars from left to right."""

    bars: tuple[Bar, ...]
    width: int
    height: int = HEIGHT
    # whether heights are square roots
    skewed: bool = False

    @property
    def few(self) -> bool:
        """Whether the bars are so few that each is labelled, and drawn at its natural size."""
        return len(self.bars) <= _FEW

    @property
    def full_height(self) -> int:
        return self.height + (_LABEL if self.few else 0)

    @property
    def selected(self) -> tuple[str, str] | None:
        """The first and last chosen period, where not all of them are chosen."""
        chosen = [bar.period for bar in self.bars if bar.selected]
        return (chosen[0], chosen[-1]) if chosen and len(chosen) < len(self.bars) else None


def following(period: str) -> str:
    """The period after this one, at the same grain: `2021`, `2021-12` or `2021-12-31`."""
    if len(period) == 4:
        return f"{int(period) + 1:04d}"
    if len(period) == 7:
        year, month = int(period[:4]), int(period[5:])
        return f"{year + month // 12:04d}-{month % 12 + 1:02d}"
    return (date.fromisoformat(period) + timedelta(days=1)).isoformat()


def _without_gaps(counts: Sequence[tuple[str, int, bool]]) -> Iterator[tuple[str, int, bool]]:
    """Every period from the first to the last, so that the axis is true to time; as given where that would be too many."""
    known = {period: (count, selected) for period, count, selected in counts}
    periods, last = [min(known)], max(known)
    while periods[-1] < last:
        if len(periods) == _MOST_BARS:
            yield from sorted(counts)
            return
        periods.append(following(periods[-1]))
    chosen = [period for period, _, selected in counts if selected]
    first_chosen, last_chosen = (min(chosen), max(chosen)) if chosen else ("~", "")
    for period in periods:
        found = known.get(period)
        yield (period, *found) if found else (period, 0, first_chosen <= period <= last_chosen)


def histogram(counts: Iterable[tuple[str, int, bool]], url: Callable[[str], str]) -> Histogram | None:
    """The drawing of (period, count, selected), all at one grain. `url` gives the address that filters by a period."""
    given = [entry for entry in counts if entry[1] or entry[2]]
    if not given:
        return None
    filled = list(_without_gaps(given))
    heights = [count for _, count, _ in filled]
    tallest = max(heights) or 1
    skewed = is_skewed(heights)
    step, gap = (_WIDE_STEP, _WIDE_GAP) if len(filled) <= _FEW else (_STEP, _GAP)
    bars = []
    for number, (period, count, selected) in enumerate(filled):
        height = max(_SHORTEST, round((_BASE - 2) * part(count, tallest, skewed), 1)) if count else 0.0
        bars.append(
            Bar(
                period,
                count,
                selected,
                number * step + gap // 2,
                round(_BASE - height, 1) + 2,
                step - gap,
                height,
                url(period),
            )
        )
    return Histogram(tuple(bars), len(bars) * step, skewed=skewed)


def drawn(drawing: Histogram, t: Language, label: str) -> Markup:
    """The SVG, and below it the periods where they are not in it. Lengths and periods are our own; only sentences and addresses are escaped."""
    size = f'width="{drawing.width}" height="{drawing.full_height}"' if drawing.few else 'preserveAspectRatio="none"'
    pieces = [
        f'<svg class="bars{" few" if drawing.few else ""}" viewBox="0 0 {drawing.width} {drawing.full_height}" {size} role="group" aria-label="{escaped(label)}">'
    ]
    if empty := [bar for bar in drawing.bars if not bar.count]:
        pieces.append(
            f'<path class="none" d="{"".join(f"M{bar.x} {drawing.height - 1}h{bar.width}v1h-{bar.width}z" for bar in empty)}"/>'
        )
    for bar in drawing.bars:
        if bar.count:
            before, after = t.around("time.bar", "n", bar.count == 1, period=t.date(bar.period))
            says = f"{before}{bar.count}{after}"
            pieces.append(
                f'<a href="{bar.url.replace("&", "&amp;")}" aria-label="{says}"{CURRENT if bar.selected else ""}><title>{says}</title>'
                f'<rect class="reach" x="{bar.x - 2}" y="0" width="{bar.width + 4}" height="{drawing.full_height}"/>'
                f'<rect class="bar{" on" if bar.selected else ""}" x="{bar.x}" y="{bar.y}" width="{bar.width}" height="{bar.height}"/></a>'
            )
        if drawing.few:
            pieces.append(
                f'<text x="{bar.x + bar.width / 2}" y="{drawing.height + 14}" text-anchor="middle">{escaped(t.date(bar.period, short=True))}</text>'
            )
    pieces.append("</svg>")
    if not drawing.few:
        highest = max(drawing.bars, key=lambda bar: bar.count)
        peak = t.plain("time.peak", period=t.date(highest.period), count=t.number(highest.count))
        if drawing.skewed:
            peak = t.plain("time.peak_roots", peak=peak)
        ends = [
            f"<span>{escaped(t.date(period))}</span>" for period in (drawing.bars[0].period, drawing.bars[-1].period)
        ]
        pieces.append(f'<p class="scale">{ends[0]}<span>{escaped(peak)}</span>{ends[1]}</p>')
    return Markup("".join(pieces))
