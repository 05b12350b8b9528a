"""Several segments made into one, array by array, without reading a posting twice.

Postings are copied in runs of terms, so memory is bounded by `CHUNK` postings, not by the corpus. Paragraphs keep their order: those of
the first segment, then those of the second, and so on. Documents that a segment's `live` mask leaves out are dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from juanzong.index.errors import JuanzongError
from juanzong.index.store.arrays import ArrayReader, ArrayWriter
from juanzong.index.store.columns import BOX, JOIN, MENTION, NAMES, NARROWED, PARAGRAPH, SETS
from juanzong.index.store.packing import write_orders
from juanzong.index.store.postings import Postings, PostingsWriter, repeats_in
from juanzong.index.store.rows import write_sets
from juanzong.index.store.vocabulary import PairVocabulary, WordVocabulary
from juanzong.index.vectors import Array, counted, diff, narrow, runs, starts, unsigned

CHUNK = 500_000
# numbers of 16 bits are ordered many times faster
CHUNK_TERMS = 1 << 16
# paragraphs are numbered in 32 bits, of which Whoosh takes the highest for a sign
MAX_PARAGRAPHS = (1 << 31) - 1
FIELDS = ("chars", "words")


@dataclass(frozen=True)
class Source:
    """A segment to be merged, with a mask of the documents that are kept (bool, one a document; None keeps all)."""

    arrays: ArrayReader
    live: Array | None = None


class _Input:
    """A source with its numbers turned into those of the result."""

    def __init__(self, source: Source, paragraph_base: int, document_base: int, article_base: int) -> None:
        arrays = self.arrays = source.arrays
        self.live_documents = np.ones(arrays.attributes["documents"], bool) if source.live is None else source.live
        self.live = self.live_documents[arrays["paragraph.document"]]
        self.whole = bool(self.live_documents.all())
        self.live_articles = np.ones(arrays.attributes["articles"], bool)
        if not self.whole:
            self.live_articles[:] = False
            self.live_articles[arrays["paragraph.article"][self.live]] = True
        self.paragraph_number = (paragraph_base + np.cumsum(self.live) - self.live).astype(np.uint32)
        self.document_number = document_base + np.cumsum(self.live_documents) - self.live_documents
        self.article_number = article_base + np.cumsum(self.live_articles) - self.live_articles

    def column(self, name: str) -> Array:
        values = self.arrays[name]
        return values if self.whole else values[self.live]


def merge(sources: Sequence[Source], folder: Path) -> None:
    """Writes the merged segment into a new folder. Raises JuanzongError where it would have more than MAX_PARAGRAPHS paragraphs."""
    total = sum(source.arrays.attributes["paragraphs"] for source in sources)
    if total > MAX_PARAGRAPHS:
        raise JuanzongError(
            f"The corpus has {total:,} paragraphs; an index holds {MAX_PARAGRAPHS:,}. Build an index for each part of the corpus."
        )
    writer = ArrayWriter(folder)
    inputs: list[_Input] = []
    paragraphs = documents = articles = 0
    for source in sources:
        inputs.append(_Input(source, paragraphs, documents, articles))
        paragraphs += int(inputs[-1].live.sum())
        documents += int(inputs[-1].live_documents.sum())
        articles += int(inputs[-1].live_articles.sum())
    names = {name: _merge_names(writer, inputs, name) for name in NAMES}
    _merge_columns(writer, inputs)
    _merge_spans(writer, inputs, "mention", list(MENTION), names)
    _merge_spans(writer, inputs, "join", list(JOIN), names)
    _merge_spans(writer, inputs, "box", list(BOX), names)
    for name in SETS:
        _merge_sets(writer, inputs, name, names[name])
    _merge_records(writer, inputs, names["file"])
    for field in FIELDS:
        _merge_field(writer, inputs, field)
    writer.attributes.update(paragraphs=paragraphs, documents=documents, articles=articles)
    writer.close()


def _merge_names(writer: ArrayWriter, inputs: Sequence[_Input], name: str) -> list[Array]:
    """Writes the names of all inputs once; gives for each input the new number of each of its names."""
    numbers: dict[bytes, int] = {}
    maps = []
    for source in inputs:
        own = [numbers.setdefault(value, len(numbers)) for value in source.arrays.strings(f"{name}.names")]
        maps.append(np.array(own, np.uint32))
    writer.add_strings(f"{name}.names", list(numbers))
    return maps


def _merge_columns(writer: ArrayWriter, inputs: Sequence[_Input]) -> None:
    renumbered = {"document": "document_number", "article": "article_number"}
    for name, dtype in PARAGRAPH.items():
        columns = [np.empty(0, dtype)]
        for source in inputs:
            values = source.column(f"paragraph.{name}")
            columns.append(getattr(source, renumbered[name])[values] if name in renumbered else values)
        column = np.concatenate(columns)
        writer.add(f"paragraph.{name}", narrow(column) if name in NARROWED else column.astype(dtype, copy=False))


def _merge_spans(
    writer: ArrayWriter, inputs: Sequence[_Input], kind: str, columns: Sequence[str], names: dict[str, list[Array]]
) -> None:
    """Mentions, joins or boxes: runs of rows, one run a paragraph."""
    tables: dict[str, list[Array]] = {name: [np.empty(0, {**MENTION, **JOIN, **BOX}[name])] for name in columns}
    counts = []
    for number, source in enumerate(inputs):
        offsets = source.arrays[f"{kind}.starts"].astype(np.int64)
        own = diff(offsets)
        rows = slice(None) if source.whole else runs(offsets[:-1][source.live], own[source.live])
        counts.append(own if source.whole else own[source.live])
        table = {name: source.arrays[f"{kind}.{name}"][rows] for name in columns}
        for name in ("rule", "basis"):
            if name in table:
                table[name] = names[name][number][table[name]] if len(table[name]) else table[name]
        if "value" in table:
            value = np.array(table["value"], np.uint32)
            for facet, facet_name in enumerate(("city", "date", "agency")):
                chosen = table["facet"] == facet
                value[chosen] = names[facet_name][number][value[chosen]]
            table["value"] = value
        for name, values in table.items():
            tables[name].append(values)
    for name, parts in tables.items():
        column = np.concatenate(parts)
        writer.add(f"{kind}.{name}", narrow(column) if name in NARROWED else column)
    writer.add(f"{kind}.starts", narrow(starts(np.concatenate([np.empty(0, np.int64), *counts]))))


def _merge_sets(writer: ArrayWriter, inputs: Sequence[_Input], name: str, maps: Sequence[Array]) -> None:
    numbers: dict[tuple[int, ...], int] = {}
    columns = []
    for source, names in zip(inputs, maps):
        offsets = source.arrays[f"{name}.set_starts"].tolist()
        values = names[source.arrays[f"{name}.set_values"]].tolist() if len(names) else []
        own = [numbers.setdefault(tuple(sorted(values[a:b])), len(numbers)) for a, b in zip(offsets, offsets[1:])]
        column = source.column(f"{name}.set")
        columns.append(np.array(own, np.uint32)[column] if len(column) else np.empty(0, np.uint32))
    write_sets(writer, name, np.concatenate([np.empty(0, np.uint32), *columns]), list(numbers))


def _merge_records(writer: ArrayWriter, inputs: Sequence[_Input], files: Sequence[Array]) -> None:
    own_files = [
        numbers[source.arrays["document.file"][source.live_documents]] for source, numbers in zip(inputs, files)
    ]
    writer.add("document.file", np.concatenate([np.empty(0, np.uint32), *own_files]))
    for name, mask in (
        ("document.ids", "live_documents"),
        ("document.records", "live_documents"),
        ("article.records", "live_articles"),
        ("text", "live"),
    ):
        data, counts = writer.stream(f"{name}.bytes", np.uint8), []
        for source in inputs:
            offsets = source.arrays[f"{name}.starts"].astype(np.int64)
            own, live = diff(offsets), getattr(source, mask)
            if live.all():
                data.write(source.arrays[f"{name}.bytes"])
            else:
                data.write(source.arrays[f"{name}.bytes"][runs(offsets[:-1][live], own[live])])
            counts.append(own[live])
        writer.add(f"{name}.starts", unsigned(starts(np.concatenate([np.empty(0, np.int64), *counts]))))
    ids = [
        value
        for source in inputs
        for value, live in zip(source.arrays.strings("document.ids"), source.live_documents)
        if live
    ]
    paragraph_counts = [
        diff(source.arrays["document.starts"].astype(np.int64))[source.live_documents] for source in inputs
    ]
    writer.add("document.starts", starts(np.concatenate([np.empty(0, np.int64), *paragraph_counts])).astype(np.uint32))
    columns = [
        np.concatenate([np.empty(0, dtype), *(source.column(f"paragraph.{name}") for source in inputs)])
        for name, dtype in (("id", np.uint64), ("first_day", np.int32))
    ]
    write_orders(writer, ids, *columns)


def _merge_field(writer: ArrayWriter, inputs: Sequence[_Input], field: str) -> None:
    fields = [Postings(source.arrays, field) for source in inputs]
    maps, terms = _merge_vocabularies(fields)
    dfs = np.zeros(len(terms), np.int64)
    for postings, numbers in zip(fields, maps):
        dfs[numbers] += diff(postings.posting_starts.astype(np.int64))
    bounds = starts(dfs)
    lengths, characters = (
        np.concatenate([np.empty(0, np.uint16), *(source.column(f"{name}.lengths") for source in inputs)])
        for name in (field, "chars")
    )
    output = PostingsWriter(writer, field, characters)
    used: list[Array] = []
    first = 0
    while first < len(terms):
        last = min(
            max(first + 1, int(np.searchsorted(bounds, bounds[first] + CHUNK, side="right")) - 1), first + CHUNK_TERMS
        )
        used.append(first + _copy_terms(output, inputs, fields, maps, first, last))
        first = last
    kept = np.concatenate([np.empty(0, np.int64), *used])
    output.close(lengths)
    writer.attributes[f"{field}.total_length"] = int(lengths.sum(dtype=np.int64))
    if isinstance(terms, np.ndarray):
        PairVocabulary.write(writer, field, terms[kept])
    else:
        WordVocabulary.write(writer, field, terms if len(kept) == len(terms) else [terms[number] for number in kept])


def _merge_vocabularies(fields: Sequence[Postings]) -> tuple[list[Array], Array | list[bytes]]:
    """All terms in order, and for each field the new numbers of its own."""
    vocabularies = [postings.vocabulary for postings in fields]
    pairs = [vocabulary.packed() for vocabulary in vocabularies if isinstance(vocabulary, PairVocabulary)]
    if pairs:
        keys = counted(np.concatenate(pairs))[0]
        return [np.searchsorted(keys, own) for own in pairs], keys
    words = [vocabulary.all() for vocabulary in vocabularies if isinstance(vocabulary, WordVocabulary)]
    terms = sorted(set().union(*words))
    numbers = {term: number for number, term in enumerate(terms)}
    return [np.fromiter(map(numbers.__getitem__, own), np.int64, len(own)) for own in words], terms


def _copy_terms(
    output: PostingsWriter,
    inputs: Sequence[_Input],
    fields: Sequence[Postings],
    maps: Sequence[Array],
    first: int,
    last: int,
) -> Array:
    """Writes the postings of the terms first … last − 1; gives those (counted from first) that have any.

    The postings of a term in one input are a block. Blocks are read input after input, and written term after term."""
    parts = []
    read = 0
    for source, postings, numbers in zip(inputs, fields, maps):
        a, b = numbers.searchsorted((first, last)).tolist()
        counts = diff(postings.posting_starts[a : b + 1])
        docs, place, extra, positions = postings.slices(a, b)
        if not source.whole:
            live = source.live[docs]
            frequencies = np.ones(len(docs), np.int64)
            frequencies[place] += extra
            counts = diff(starts(live)[starts(counts)])
            docs, positions, frequencies = docs[live], positions[live.repeat(frequencies)], frequencies[live]
            place, extra = repeats_in(frequencies)
        parts.append((numbers[a:b] - first, counts, source.paragraph_number.take(docs), read + place, extra, positions))
        read += len(docs)
    term, counts, docs, place, extra, positions = map(np.concatenate, zip(*parts))
    before = place.searchsorted(starts(counts))
    repeated, occurrences = diff(before), counts + diff(starts(extra)[before])
    order = term.astype(np.uint16).argsort(kind="stable")
    # repeats are told by the place of their posting, which moves with its block
    shift = np.empty(len(order), np.int64)
    shift[order] = starts(counts[order])[:-1]
    shift -= starts(counts)[:-1]
    place += shift.repeat(repeated)
    of_term = np.bincount(term, counts, last - first).astype(np.int64)
    found = of_term.nonzero()[0]
    posting, repeat, occurrence = (
        runs(starts(lengths)[order], lengths[order]) for lengths in (counts, repeated, occurrences)
    )
    output.write(of_term[found], docs.take(posting), place.take(repeat), extra.take(repeat), positions.take(occurrence))
    return found
