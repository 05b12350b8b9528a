"""juanzong itself: `rebuild` on the corpus, `Engine.search` for a query, with parsing, snippets and marks."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.corpus import Row
from benchmarks.peers import Answer, Built
from benchmarks.queries import Query
from juanzong.search import SearchRequest, open_engine


class Engine:
    """The engine as a program uses it."""

    reading = "characters"
    disjunctive = True

    def build(self, rows: Iterable[list[Row]], folder: Path) -> Built:
        raise NotImplementedError("juanzong reads documents, not paragraphs; use build_from.")

    def build_from(self, corpus: Path, folder: Path, jobs: int) -> Built:
        """Builds from a folder of documents. With one job the parts are told apart: reading with metadata, analysis, inverting, merging."""
        from juanzong.index.build.editions import rebuild
        from juanzong.index.reading.pipeline import read_piece
        from juanzong.index.store.merge import merge
        from juanzong.index.store.packing import pack
        from juanzong.index.text.analysis import tokenize

        clock = _Clock()
        if jobs == 1:
            for name, function in (("read", read_piece), ("pack", pack), ("analyse", tokenize), ("merge", merge)):
                clock.around(function, name)
        started = time.perf_counter()
        rebuild(folder, [corpus], jobs=jobs)
        seconds = time.perf_counter() - started
        if jobs != 1:
            return Built(seconds, None)
        spent = clock.seconds
        # packing waits for the analysis, which is timed within it
        parts = {
            "read": spent["read"],
            "analyse": spent["analyse"],
            "invert and write": spent["pack"] - spent["analyse"],
            "merge": spent["merge"],
        }
        parts["publish and rest"] = seconds - sum(parts.values())
        return Built(seconds, seconds - parts["read"] - parts["analyse"], parts)

    def open(self, folder: Path) -> None:
        self.engine = open_engine(folder)

    def ask(self, query: Query) -> Any:
        return self.engine.search(SearchRequest(q=query.text, city=(query.city,) if query.city else ()))

    def read(self, raw: Any) -> Answer:
        facets = {
            ours: {value.value: value.count for value in raw.facets[theirs].values if value.count}
            for ours, theirs in (("city", "city"), ("agency", "agency"), ("month", "date"))
        }
        return Answer(raw.total, sum(bool(hit.text) for hit in raw.hits), facets)

    def version(self) -> str:
        return version("juanzong")


class _Clock:
    """Adds up the seconds spent in functions, by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def around(self, inner: Callable[..., Any], name: str) -> None:
        """Times a function from now on, in every module of the index that calls it by its name."""
        self.seconds[name] = 0.0

        def timed(*args: Any, **kwargs: Any) -> Any:
            started = time.perf_counter()
            try:
                return inner(*args, **kwargs)
            finally:
                self.seconds[name] += time.perf_counter() - started

        for module in [module for known, module in sys.modules.items() if known.startswith("index.")]:
            for attribute in [attribute for attribute, value in vars(module).items() if value is inner]:
                setattr(module, attribute, timed)
