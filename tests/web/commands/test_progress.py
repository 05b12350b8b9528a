from __future__ import annotations

import io

import pytest

from juanzong.index.build.editions import Progress
from juanzong.web.commands.progress import ProgressBar, amount, duration


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_terminal_gets_a_bar_with_rate_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    stream, clock = io.StringIO(), Clock()
    bar = ProgressBar(stream, True, clock)
    bar(Progress("read", 0, 10_000_000, "bytes"))
    clock.now = 10.0
    bar(Progress("read", 4_000_000, 10_000_000, "bytes", 7, 80))
    bar.close()
    shown = stream.getvalue()
    assert "\r" in shown and "█" in shown and "40%" in shown and shown.endswith("\n")
    assert "4.0 MB of 10.0 MB" in shown
    assert "400.0 kB/s  0:15 left" in shown and max(map(len, shown.split("\r"))) <= 80


def test_elsewhere_plain_lines_are_few() -> None:
    stream, clock = io.StringIO(), Clock()
    bar = ProgressBar(stream, False, clock)
    for done in range(1001):
        clock.now = done / 100
        bar(Progress("read", done, 1000, "bytes"))
    bar(Progress("merge", 1, 1, "segments"))
    bar.close()
    lines = stream.getvalue().splitlines()
    assert 3 <= len(lines) <= 5 and "\r" not in stream.getvalue()
    assert "100%" in lines[-1] and "merge" in lines[-1]


def test_time_left_and_rate() -> None:
    stream, clock = io.StringIO(), Clock()
    bar = ProgressBar(stream, False, clock)
    bar(Progress("read", 0, 100, "files"))
    clock.now = 20.0
    bar(Progress("read", 25, 100, "files", 7, 80))
    last = stream.getvalue().splitlines()[-1]
    assert (
        "25 files of 100 files" in last
        and "1 files/s" in last
        and "1:00 left" in last
        and "7 documents, 80 paragraphs" in last
    )


def test_amounts_and_durations() -> None:
    assert [amount(n, "bytes") for n in (999, 1500, 2_500_000, 3_000_000_000)] == [
        "999 B",
        "1.5 kB",
        "2.5 MB",
        "3.00 GB",
    ]
    assert [duration(s) for s in (7, 750, 3750)] == ["0:07", "12:30", "1:02:30"]
