"""How long a request may take. What has to be right is worked out within it or not at all; what only helps is left out when half of it is spent."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from juanzong.index.errors import JuanzongError

_END: ContextVar[tuple[float, float, float] | None] = ContextVar("budget", default=None)


class OverBudget(JuanzongError):
    """A request took longer than it may."""

    status = 422


@contextmanager
def within(seconds: float | None) -> Iterator[None]:
    """Whatever this thread searches meanwhile has so many seconds; None for as long as it takes."""
    before = _END.get()
    begin(seconds)
    try:
        yield
    finally:
        _END.set(before)


def begin(seconds: float | None) -> None:
    """The same from now on, for who cannot enclose the request."""
    now = time.monotonic()
    _END.set(None if seconds is None else (now + seconds / 2, now + seconds, seconds))


def is_short() -> bool:
    """Whether half of the time is spent: what is no part of the answer proper is left out."""
    held = _END.get()
    return held is not None and time.monotonic() > held[0]


def left() -> float | None:
    """The seconds that are left, 0 where none are; None for as long as it takes."""
    held = _END.get()
    return None if held is None else max(0.0, held[1] - time.monotonic())


def require() -> None:
    """Raises OverBudget where all of it is spent."""
    held = _END.get()
    if held is not None and time.monotonic() > held[1]:
        raise OverBudget(
            f"The search took longer than {held[2]:g} seconds and was given up; how much it finds is not known. "
            "Use fewer alternatives, or longer words.",
            code="budget",
            args_=(f"{held[2]:g}",),
        )
