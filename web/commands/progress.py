"""How far a build is: a bar with rate and time left on a terminal, plain lines elsewhere."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from typing import Protocol, TextIO

_BAR = 16
_REDRAW = 0.1
_LINE_EVERY = 10.0
_RATE_AFTER = 0.5


class Step(Protocol):
    """What a build reports: see `index.build.Progress`."""

    @property
    def stage(self) -> str: ...
    @property
    def done(self) -> int: ...
    @property
    def total(self) -> int: ...
    @property
    def unit(self) -> str: ...
    @property
    def documents(self) -> int: ...
    @property
    def paragraphs(self) -> int: ...


def amount(number: float, unit: str) -> str:
    """A number of things; bytes in the unit that reads best."""
    if unit != "bytes":
        return f"{number:,.0f} {unit}"
    for name in ("B", "kB", "MB"):
        if number < 1000:
            return f"{number:.0f} {name}" if name == "B" else f"{number:.1f} {name}"
        number /= 1000
    return f"{number:.2f} GB"


def duration(seconds: float) -> str:
    """`0:07`, `12:30`, `1:02:30`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class ProgressBar:
    """Shows the steps of one build on a stream. `clock` gives seconds."""

    def __init__(self, stream: TextIO, on_terminal: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream, self._on_terminal, self._clock = stream, on_terminal, clock
        self._stage = ""
        self._began = self._shown_at = 0.0
        self._width = 0

    def __call__(self, step: Step) -> None:
        now = self._clock()
        is_new = step.stage != self._stage
        if is_new:
            self._end_line()
            self._stage, self._began = step.stage, now
        is_done = step.done >= step.total and step.stage != "space"
        wait = _REDRAW if self._on_terminal else _LINE_EVERY
        if is_new or is_done or now - self._shown_at >= wait:
            self._shown_at = now
            self._show(self._line(step, now - self._began))

    def close(self) -> None:
        """Ends the line that stands on a terminal."""
        self._end_line()

    def _line(self, step: Step, seconds: float) -> str:
        if step.stage == "space":
            short = ": this may not be enough" if step.done > step.total else ""
            return f"{step.stage:<7}  about {amount(step.done, step.unit)} of disk may be needed, {amount(step.total, step.unit)} are free{short}"
        share = min(1.0, step.done / step.total) if step.total else 1.0
        parts = [f"{step.stage:<7}"]
        if self._on_terminal:
            filled = round(_BAR * share)
            parts.append("█" * filled + "░" * (_BAR - filled))
        parts.append(f"{share:4.0%}")
        if step.total > 1:
            parts.append(f"{amount(step.done, step.unit)} of {amount(step.total, step.unit)}")
        if seconds > _RATE_AFTER and step.done:
            rate = step.done / seconds
            if step.total > 1:
                parts.append(f"{amount(rate, step.unit)}/s")
            parts.append(
                f"{duration((step.total - step.done) / rate)} left"
                if step.done < step.total
                else f"in {duration(seconds)}"
            )
        if step.documents:
            parts.append(f"{step.documents:,} documents, {step.paragraphs:,} paragraphs")
        return "  ".join(parts)

    def _show(self, line: str) -> None:
        if not self._on_terminal:
            self._stream.write(line + "\n")
        else:
            line = line[: shutil.get_terminal_size().columns - 1]
            self._stream.write("\r" + line.ljust(self._width))
            self._width = len(line)
        self._stream.flush()

    def _end_line(self) -> None:
        if self._on_terminal and self._width:
            self._stream.write("\n")
            self._stream.flush()
            self._width = 0
