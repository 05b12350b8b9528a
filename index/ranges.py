"""Runs of numbers as they are said."""

from __future__ import annotations

from collections.abc import Sequence


def ranges(numbers: Sequence[int]) -> str:
    """Ascending numbers with runs drawn together: 1–3, 7. "" for none; of more than twenty runs the rest is counted."""
    if not numbers:
        return ""
    parts: list[str] = []
    start = last = numbers[0]
    for number in [*numbers[1:], None]:
        if number is not None and number == last + 1:
            last = number
            continue
        parts.append(str(start) if start == last else f"{start}–{last}")
        if number is not None:
            start = last = number
    return ", ".join(parts[:20]) + (f" and {len(parts) - 20} more" if len(parts) > 20 else "")
