"""Stock Whoosh with jieba's own analyzer and its field facets, as its documentation shows them."""

from __future__ import annotations

import time
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.corpus import Row
from benchmarks.peers import HITS, Answer, Built
from benchmarks.queries import Query


class Engine:
    """The analyzer counts positions in characters, so that phrases of words find nothing; single words match its search-mode words."""

    reading = "own words"
    disjunctive = False

    def __init__(self) -> None:
        import jieba.analyse  # noqa: F401
        import whoosh.index  # noqa: F401

    def build(self, rows: Iterable[list[Row]], folder: Path) -> Built:
        import jieba
        from jieba.analyse import ChineseAnalyzer
        from whoosh import fields, index

        jieba.setLogLevel(60)
        jieba.initialize()
        schema = fields.Schema(
            words=fields.TEXT(analyzer=ChineseAnalyzer()),
            text=fields.STORED,
            city=fields.KEYWORD(commas=True),
            agency=fields.KEYWORD(commas=True),
            month=fields.ID(sortable=True),
        )
        started = time.perf_counter()
        writer = index.create_in(folder, schema).writer(limitmb=1024, procs=1)
        seconds = time.perf_counter() - started
        for run in rows:
            started = time.perf_counter()
            for row in run:
                writer.add_document(
                    words=row.text, text=row.text, city=",".join(row.city), agency=",".join(row.agency), month=row.month
                )
            seconds += time.perf_counter() - started
        started = time.perf_counter()
        writer.commit(optimize=True)
        seconds += time.perf_counter() - started
        return Built(seconds, None)

    def open(self, folder: Path) -> None:
        from whoosh import index, query, sorting

        self.query = query
        self.searcher = index.open_dir(folder).searcher()
        self.counting = sorting.Count
        self.facets = sorting.Facets()
        self.facets.add_field("city", allow_overlap=True)
        self.facets.add_field("agency", allow_overlap=True)
        self.facets.add_field("month")

    def ask(self, query: Query) -> Any:
        terms = [self.query.Term("words", word) for word in query.words]
        if query.kind == "phrase":
            asked = self.query.Phrase("words", list(query.words))
        elif len(terms) == 1:
            asked = terms[0]
        else:
            asked = (self.query.Or if query.kind == "or-3" else self.query.And)(terms)
        chosen = self.query.Term("city", query.city) if query.city else None
        found = self.searcher.search(asked, limit=HITS, filter=chosen, groupedby=self.facets, maptype=self.counting)
        return (
            len(found),
            [hit["text"] for hit in found],
            {name: found.groups(name) for name in ("city", "agency", "month")},
        )

    def read(self, raw: Any) -> Answer:
        total, texts, facets = raw
        return Answer(
            total,
            len(texts),
            {name: {value: count for value, count in counts.items() if value} for name, counts in facets.items()},
        )

    def version(self) -> str:
        return f"whoosh3 {version('whoosh3')}, jieba {version('jieba')}"
