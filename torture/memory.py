"""The memory of processes, in MB, and how it grows. 0 where the system does not tell."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path


def resident(process: int | str = "self") -> float:
    """What a process has in memory now."""
    return _status(process, "VmRSS")


def peak(process: int | str = "self") -> float:
    """The most that a process ever had in memory."""
    return _status(process, "VmHWM")


def _status(process: int | str, name: str) -> float:
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))
    except (OSError, StopIteration):
        return 0.0


def handles(process: int | str = "self") -> int:
    """The files that a process has open."""
    try:
        return len(os.listdir(f"/proc/{process}/fd"))
    except OSError:
        return 0


def slope(values: Sequence[float]) -> float:
    """What a value grows by from one sample to the next, by least squares."""
    middle = (len(values) - 1) / 2
    mean = sum(values) / len(values)
    spread = sum((place - middle) ** 2 for place in range(len(values)))
    return sum((place - middle) * (value - mean) for place, value in enumerate(values)) / spread if spread else 0.0
