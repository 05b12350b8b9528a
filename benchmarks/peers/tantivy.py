"""tantivy through its Python binding: words given, one writer thread, facets as terms aggregations over fast fields."""

from __future__ import annotations

import time
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import tantivy

from benchmarks.corpus import Row
from benchmarks.peers import HITS, VALUES, Answer, Built
from benchmarks.queries import Query

_HEAP = 512 << 20
_FACETS = {
    name: {"terms": {"field": name, "size": size}}
    for name, size in (("city", VALUES), ("agency", VALUES), ("month", 2_000))
}


class Engine:
    """Queries are put together from query objects; none is parsed."""

    reading = "words"
    disjunctive = False

    def build(self, rows: Iterable[list[Row]], folder: Path) -> Built:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("words", tokenizer_name="whitespace", index_option="position")
        builder.add_bytes_field("text", stored=True)
        for name in _FACETS:
            builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
        started = time.perf_counter()
        index = tantivy.Index(builder.build(), path=str(folder))
        writer = index.writer(heap_size=_HEAP, num_threads=1)
        seconds = time.perf_counter() - started
        for run in rows:
            started = time.perf_counter()
            for row in run:
                document = tantivy.Document(words=row.words, city=list(row.city), agency=list(row.agency))
                document.add_bytes("text", row.text.encode())
                if row.month:
                    document.add_text("month", row.month)
                writer.add_document(document)
            seconds += time.perf_counter() - started
        started = time.perf_counter()
        writer.commit()
        writer.wait_merging_threads()
        seconds += time.perf_counter() - started
        index.reload()
        segments = index.searcher().num_segments
        return Built(seconds, seconds, note="" if segments == 1 else f"tantivy left {segments} segments")

    def open(self, folder: Path) -> None:
        self.index = tantivy.Index.open(str(folder))
        self.index.reload()
        self.searcher = self.index.searcher()
        self.schema = self.index.schema

    def _query(self, query: Query) -> Any:
        if query.kind == "phrase":
            return tantivy.Query.phrase_query(self.schema, "words", list(query.words))
        terms = [tantivy.Query.term_query(self.schema, "words", word, index_option="freq") for word in query.words]
        if query.city:
            city = tantivy.Query.term_query(self.schema, "city", query.city, index_option="basic")
            terms.append(tantivy.Query.const_score_query(city, 0.0))
        if len(terms) == 1:
            return terms[0]
        occur = tantivy.Occur.Should if query.kind == "or-3" else tantivy.Occur.Must
        return tantivy.Query.boolean_query([(occur, term) for term in terms])

    def ask(self, query: Query) -> Any:
        asked = self._query(query)
        found: Any = self.searcher.search(asked, limit=HITS, count=True)
        texts = [bytes(self.searcher.doc(address)["text"][0]).decode() for _, address in found.hits]
        return found.count, texts, self.searcher.aggregate(asked, _FACETS)

    def read(self, raw: Any) -> Answer:
        total, texts, facets = raw
        return Answer(
            total,
            len(texts),
            {name: {bucket["key"]: bucket["doc_count"] for bucket in facets[name]["buckets"]} for name in _FACETS},
        )

    def version(self) -> str:
        return version("tantivy")
