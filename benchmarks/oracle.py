"""What is right: totals and facet counts of a query by brute force, for each way to read its words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.corpus import read_rows
from benchmarks.peers import VALUES, Answer
from benchmarks.queries import Query, Tokens
from juanzong.index.text.folding import fold

FACETS = ("city", "agency", "month")


class _Values:
    """The values of a facet: for each (paragraph, value) pair the two numbers."""

    def __init__(self, columns: list[tuple[str, ...]]) -> None:
        numbers: dict[str, int] = {}
        pairs = [
            (paragraph, numbers.setdefault(value, len(numbers)))
            for paragraph, values in enumerate(columns)
            for value in values
        ]
        self.names = list(numbers)
        self.paragraph, self.value = np.array(pairs, np.int64).reshape(-1, 2).T

    def counts(self, chosen: Any) -> dict[str, int]:
        """How many of the chosen paragraphs (a bool each) have each value."""
        found = np.bincount(self.value[chosen[self.paragraph]], minlength=len(self.names))
        return {self.names[number]: int(found[number]) for number in np.flatnonzero(found)}


class Oracle:
    """Counts over the paragraphs of a slice. Reading “words” takes a word of a query as a whole word, “characters” as a string."""

    def __init__(self, tokens: Tokens, paragraphs: Path) -> None:
        self.tokens = tokens
        self._paragraphs = paragraphs
        columns: dict[str, list[tuple[str, ...]]] = {name: [] for name in FACETS}
        for row in read_rows(paragraphs, None):
            columns["city"].append(row.city)
            columns["agency"].append(row.agency)
            columns["month"].append((row.month,) if row.month else ())
        self._values = {name: _Values(column) for name, column in columns.items()}

    @cached_property
    def _folded(self) -> tuple[str, Any]:
        texts = [fold(row.text) for row in read_rows(self._paragraphs, None)]
        starts = np.cumsum([0] + [len(text) + 1 for text in texts])
        return "\n".join(texts), starts

    def _with_string(self, string: str) -> Any:
        text, starts = self._folded
        sought = fold(string)
        found = []
        place = text.find(sought)
        while place >= 0:
            found.append(place)
            place = text.find(sought, place + 1)
        return np.unique(np.searchsorted(starts, np.array(found, np.int64), "right") - 1)

    def _matches(self, query: Query, reading: str) -> Any:
        """Which paragraphs match before the filter (bool)."""
        if query.kind == "phrase":
            runs = [
                self._with_string("".join(query.words))
                if reading == "characters"
                else self.tokens.holding_pair(*query.words)
            ]
        else:
            runs = [
                self._with_string(word) if reading == "characters" else self.tokens.holding(word)
                for word in query.words
            ]
        votes = np.zeros(self.tokens.paragraphs, np.int64)
        for run in runs:
            votes[run] += 1
        return votes >= (1 if query.kind == "or-3" else len(runs))

    def answer(self, query: Query, reading: str, disjunctive: bool) -> Answer:
        """The right answer. With `disjunctive` the facet of cities is counted as if its own filter were not set."""
        matches = self._matches(query, reading)
        kept = matches
        if query.city is not None:
            of_city = np.zeros(len(matches), bool)
            cities = self._values["city"]
            of_city[cities.paragraph[cities.value == cities.names.index(query.city)]] = True
            kept = matches & of_city
        total = int(np.count_nonzero(kept))
        facets = {
            name: values.counts(matches if disjunctive and name == "city" else kept)
            for name, values in self._values.items()
        }
        return Answer(total, min(10, total), facets)


def differences(said: Answer, right: Answer) -> list[str]:
    """How an answer differs from the right one; nothing where it does not. Of a facet the most frequent values are shown."""
    found = []
    if said.total != right.total:
        found.append(f"total {said.total} instead of {right.total}")
    if said.texts != min(10, said.total):
        found.append(f"{said.texts} texts of {said.total} matches")
    for name in FACETS:
        found += [
            f"{name} {difference}"
            for difference in _facet(
                said.facets[name], right.facets[name], VALUES if name != "month" else len(right.facets[name])
            )
        ]
    return found


def _facet(said: Mapping[str, int], right: Mapping[str, int], shown: int) -> list[str]:
    wrong = [
        f"{value} {count} instead of {right.get(value, 0)}"
        for value, count in said.items()
        if count != right.get(value, 0)
    ][:1]
    if not wrong and sorted(said.values(), reverse=True)[:shown] != sorted(right.values(), reverse=True)[:shown]:
        wrong.append(f"has {len(said)} values instead of {min(shown, len(right))}")
    return wrong
