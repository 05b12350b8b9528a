"""Counters in the text format of Prometheus: answers by route and status, time by route and by stage, the index that answers."""
from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


REQUEST, STAGE = "juanzong_request_seconds", "juanzong_stage_seconds"
_TIMED = {REQUEST: ("route", "Time to answer, by route."), STAGE: ("stage", "Time in one stage of an answer: search, document, render, write, compress.")}


class Metrics:
    """Counts since the process started. Safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: Counter[tuple[str, int]] = Counter()
        self._seconds: dict[tuple[str, str], float] = {}
        self._buckets: dict[tuple[str, str], list[int]] = {}

    def answered(self, route: str, status: int, seconds: float, stages: Mapping[str, float]) -> None:
        with self._lock:
            self._answers[route, status] += 1
            self._took(REQUEST, route, seconds)
            for stage, spent in stages.items():
                self._took(STAGE, stage, spent)

    def _took(self, name: str, label: str, seconds: float) -> None:
        self._seconds[name, label] = self._seconds.get((name, label), 0.0) + seconds
        self._buckets.setdefault((name, label), [0] * (len(BUCKETS) + 1))[bisect_left(BUCKETS, seconds)] += 1

    def exposition(self, gauges: Mapping[str, tuple[str, float]]) -> str:
        """The whole text. `gauges` maps a name to its help sentence and value."""
        with self._lock:
            lines = [*self._counter_lines(), *(line for name in _TIMED for line in self._histogram_lines(name))]
        for name, (sentence, value) in gauges.items():
            lines += [f"# HELP {name} {sentence}", f"# TYPE {name} gauge", f"{name} {value:.15g}"]
        return "\n".join(lines) + "\n"

    def _counter_lines(self) -> Iterator[str]:
        yield "# HELP juanzong_requests_total Answers by route and status."
        yield "# TYPE juanzong_requests_total counter"
        for (route, status), count in sorted(self._answers.items()):
            yield f'juanzong_requests_total{{route="{route}",status="{status}"}} {count}'

    def _histogram_lines(self, name: str) -> Iterator[str]:
        label, sentence = _TIMED[name]
        yield f"# HELP {name} {sentence}"
        yield f"# TYPE {name} histogram"
        for (of, value), counts in sorted(self._buckets.items()):
            if of != name:
                continue
            below = 0
            for edge, count in zip((*map(str, BUCKETS), "+Inf"), counts, strict=True):
                below += count
                yield f'{name}_bucket{{{label}="{value}",le="{edge}"}} {below}'
            yield f'{name}_sum{{{label}="{value}"}} {self._seconds[of, value]:.6f}'
            yield f'{name}_count{{{label}="{value}"}} {below}'
