"""One module for each engine: how it builds an index of the same paragraphs, and how it answers a query."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from benchmarks.corpus import Row
from benchmarks.queries import Query

ENGINES = ("juanzong", "tantivy", "fts5", "whoosh")
HITS = 10
VALUES = 100
"""As many values of a facet as an answer of juanzong holds, most frequent first."""


@dataclass(frozen=True)
class Answer:
    """What an engine said: exact total, how many hits came with their texts, and the counts of each facet's values."""

    total: int
    texts: int
    facets: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Built:
    """What a build took. `parts` are seconds by name; `seconds` their sum; `indexing` is the index alone, given the tokens."""

    seconds: float
    indexing: float | None
    parts: Mapping[str, float] = field(default_factory=dict)
    note: str = ""


class Peer(Protocol):
    """An engine in the ledger. `reading` says what a word of a query matches: characters, words, or words of an analyzer of its own."""

    reading: str
    disjunctive: bool

    def build(self, rows: Iterable[list[Row]], folder: Path) -> Built:
        """Builds an index in an empty folder from runs of paragraphs. The time to fetch the paragraphs is none of its own."""

    def open(self, folder: Path) -> None:
        """Opens the index for the queries to come."""

    def ask(self, query: Query) -> Any:
        """The whole job, timed: total, ten hits with text, three facets."""

    def read(self, raw: Any) -> Answer:
        """The engine's own answer in the common form; not timed."""

    def version(self) -> str:
        """What was measured."""


def peer(name: str) -> Peer:
    """The engine of that name. Raises ImportError where it is not installed."""
    module = importlib.import_module(f"benchmarks.peers.{name}")
    return module.Engine()  # type: ignore[no-any-return]
