"""Counters in the text format of Prometheus: answers by route and status, time by route and by stage, the index that answers."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Iterator, Mapping

from juanzong.index.vectors import Array
from juanzong.web.service.board import Board

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
REQUEST, STAGE = "juanzong_request_seconds", "juanzong_stage_seconds"
_TIMED = {
    REQUEST: ("route", "Time to answer, by route."),
    STAGE: ("stage", "Time in one stage of an answer: search, document, render, write, compress."),
}
_ANSWERS = "juanzong_requests_total"
_SUM = len(BUCKETS) + 1


class Metrics:
    """Counts since the server started, over all its processes. Safe between threads.

    On the board a row is named by measure and labels. It holds the count of an answer, or the counts of a time's buckets and then its seconds."""

    def __init__(self, board: Board) -> None:
        self._board, self.processes = board, board.parts
        self._lock = threading.Lock()

    def answered(self, route: str, status: int, seconds: float, stages: Mapping[str, float]) -> None:
        with self._lock:
            self._board.row(f"{_ANSWERS} {status} {route}")[0] += 1
            self._took(f"{REQUEST} {route}", seconds)
            for stage, spent in stages.items():
                self._took(f"{STAGE} {stage}", spent)

    def _took(self, key: str, seconds: float) -> None:
        row = self._board.row(key)
        row[bisect_left(BUCKETS, seconds)] += 1
        row[_SUM] += seconds

    def exposition(self, gauges: Mapping[str, tuple[str, float]]) -> str:
        """The whole text. `gauges` maps a name to its help sentence and value."""
        rows = self._board.sums()
        lines = [*_counter_lines(rows), *(line for name in _TIMED for line in _histogram_lines(name, rows))]
        for name, (sentence, value) in gauges.items():
            lines += [f"# HELP {name} {sentence}", f"# TYPE {name} gauge", f"{name} {value:.15g}"]
        return "\n".join(lines) + "\n"


def _counter_lines(rows: Mapping[str, Array]) -> Iterator[str]:
    yield f"# HELP {_ANSWERS} Answers by route and status."
    yield f"# TYPE {_ANSWERS} counter"
    for key in sorted(rows):
        name, _, labels = key.partition(" ")
        if name == _ANSWERS:
            status, _, route = labels.partition(" ")
            yield f'{_ANSWERS}{{route="{route}",status="{status}"}} {rows[key][0]:.0f}'


def _histogram_lines(name: str, rows: Mapping[str, Array]) -> Iterator[str]:
    label, sentence = _TIMED[name]
    yield f"# HELP {name} {sentence}"
    yield f"# TYPE {name} histogram"
    for key in sorted(rows):
        measure, _, value = key.partition(" ")
        if measure != name:
            continue
        below = 0.0
        for edge, count in zip((*map(str, BUCKETS), "+Inf"), rows[key].tolist()):
            below += count
            yield f'{name}_bucket{{{label}="{value}",le="{edge}"}} {below:.0f}'
        yield f'{name}_sum{{{label}="{value}"}} {rows[key][_SUM]:.6f}'
        yield f'{name}_count{{{label}="{value}"}} {below:.0f}'
