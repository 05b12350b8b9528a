"""Documents packed into a segment: postings, facet values, texts and facts as arrays in one folder."""
from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.analysis import MAX_CHARACTERS, Segmenter, tokenize
from index.arrays import Array, ArrayWriter, narrow, starts, unsigned
from index.dating import days_of, period_of
from index.folding import fold
from index.postings import invert, write_field
from index.records import FACETS, KINDS, Article, Document, Paragraph, effective_agencies, effective_cities

SETS = ("city", "agency", "source", "flags")
NAMES = ("city", "agency", "source", "flags", "date", "rule", "basis", "file")
FACET_NUMBERS = {facet: number for number, facet in enumerate(FACETS)}
KIND_NUMBERS = {kind: number for number, kind in enumerate(KINDS)}
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Interner:
    """Numbers things in the order in which they come."""

    def __init__(self) -> None:
        self.numbers: dict[Any, int] = {}

    def __call__(self, thing: Any) -> int:
        return self.numbers.setdefault(thing, len(self.numbers))


def _write_rows(writer: ArrayWriter, prefix: str, dtypes: Mapping[str, Any], rows: Sequence[tuple[int, ...]]) -> dict[str, Array]:
    """A table as one array a column; gives the arrays."""
    columns = list(zip(*rows)) or [()] * len(dtypes)
    arrays = {name: np.array(column, dtype) for (name, dtype), column in zip(dtypes.items(), columns)}
    for name, values in arrays.items():
        writer.add(f"{prefix}.{name}", narrow(values) if name in NARROWED else values)
    return arrays


# The widest types of the columns; those that are NARROWED take the narrowest type that holds their values.
PARAGRAPH = {"id": np.uint64, "document": np.uint32, "article": np.uint32, "seq": np.uint32, "kind": np.uint8, "first_line": np.uint32,
             "last_line": np.uint32, "first_day": np.int32, "last_day": np.int32, "period": np.uint16, "title": np.uint8}
MENTION = {"facet": np.uint8, "value": np.uint32, "start": np.uint16, "end": np.uint16, "rule": np.uint16, "basis": np.uint16, "confidence": np.uint8}
JOIN = {"offset": np.uint16, "rule": np.uint16, "confidence": np.uint8}
NARROWED = frozenset(("document", "article", "seq", "first_line", "last_line", "value", "rule", "basis", "offset"))


def pack(documents: Iterable[Document], folder: Path, segmenter: Segmenter) -> None:
    """Writes a segment of these documents. Their folded text may have at most 2^22 characters."""
    writer = ArrayWriter(folder)
    names = {name: Interner() for name in NAMES}
    sets = {name: Interner() for name in SETS}
    rows: list[tuple[int, ...]] = []
    mentions: list[tuple[int, ...]] = []
    joins: list[tuple[int, ...]] = []
    set_rows: list[tuple[int, ...]] = []
    # the paragraphs of an article mostly have the same values
    known_sets: dict[tuple[tuple[str, ...], ...], tuple[int, ...]] = {}
    mention_counts: list[int] = []
    join_counts: list[int] = []
    texts: list[str] = []
    document_records: list[bytes] = []
    document_ids: list[bytes] = []
    article_records: list[bytes] = []
    document_files: list[int] = []
    paragraph_counts: list[int] = []
    for number, document in enumerate(documents):
        document_ids.append(_clean(document.id).encode())
        document_files.append(names["file"](_clean(document.path)))
        document_records.append(_json(_document_record(document)))
        known: dict[str, tuple[int, int, int, int]] = {}
        for article in document.articles:
            date = article.published.date if days_of(article.published.date)[0] else article.published.not_before
            known[article.id] = (len(article_records), *days_of(date), period_of(date))
            article_records.append(_json(_article_record(article)))
        ordered = list(document.paragraphs())
        paragraph_counts.append(len(ordered))
        for article, paragraph in ordered:
            texts.append(_clean(paragraph.text)[:MAX_CHARACTERS])
            article_number, first_day, last_day, period = known[article.id]
            rows.append((int(paragraph.id, 16), number, article_number, paragraph.seq, KIND_NUMBERS[paragraph.kind], *paragraph.source_lines,
                         first_day, last_day, period, _is_title(article, paragraph)))
            values = (effective_cities(article, paragraph), effective_agencies(article, paragraph), (article.source,) if article.source else (), paragraph.flags)
            if (own := known_sets.get(values)) is None:
                own = known_sets[values] = tuple([sets[name](tuple(sorted({names[name](_clean(value)) for value in of_name}))) for name, of_name in zip(SETS, values)])
            set_rows.append(own)
            mention_counts.append(len(paragraph.mentions))
            for m in paragraph.mentions:
                mentions.append((FACET_NUMBERS[m.facet], names[m.facet](_clean(m.value)), min(m.start, MAX_CHARACTERS), min(m.end, MAX_CHARACTERS),
                                 names["rule"](m.rule), names["basis"](m.basis), round(100 * m.confidence)))
            join_counts.append(len(paragraph.joins))
            for j in paragraph.joins:
                joins.append((min(j.offset, MAX_CHARACTERS), names["rule"](j.rule), round(100 * j.confidence)))

    columns = _write_rows(writer, "paragraph", PARAGRAPH, rows)
    _write_rows(writer, "mention", MENTION, mentions)
    _write_rows(writer, "join", JOIN, joins)
    writer.add("mention.starts", narrow(starts(np.array(mention_counts, np.int64))))
    writer.add("join.starts", narrow(starts(np.array(join_counts, np.int64))))
    for name, column in zip(SETS, np.array(set_rows, np.int64).reshape(-1, len(SETS)).T):
        write_sets(writer, name, column, list(sets[name].numbers))
    for name in NAMES:
        writer.add_strings(f"{name}.names", [value.encode() for value in names[name].numbers])
    writer.add_strings("document.ids", document_ids)
    writer.add_strings("document.records", document_records)
    writer.add_strings("article.records", article_records)
    writer.add("document.file", np.array(document_files, np.uint32))
    writer.add("document.starts", starts(np.array(paragraph_counts, np.int64)).astype(np.uint32))
    write_texts(writer, texts)
    _write_fields(writer, texts, segmenter)
    write_orders(writer, document_ids, columns["id"], columns["first_day"])
    writer.attributes.update(paragraphs=len(texts), documents=len(document_ids), articles=len(article_records))
    writer.close()


def write_texts(writer: ArrayWriter, texts: Sequence[str]) -> None:
    """The texts in UTF-16, in which a Han character takes two bytes instead of three."""
    encoded = [text.encode("utf-16-le") for text in texts]
    writer.add("text.bytes", np.frombuffer(b"".join(encoded), np.uint8))
    writer.add("text.starts", unsigned(starts(np.fromiter(map(len, encoded), np.int64, len(encoded)))))


def write_sets(writer: ArrayWriter, name: str, column: Array, sets: Sequence[tuple[int, ...]]) -> None:
    """A many-valued facet: every paragraph has the number of its set of values, so that counting it is counting one number each."""
    writer.add(f"{name}.set", column.astype(narrowest(len(sets))))
    writer.add(f"{name}.set_starts", starts(np.fromiter(map(len, sets), np.int64, len(sets))).astype(np.uint32))
    writer.add(f"{name}.set_values", np.array([value for values in sets for value in values], np.uint32))


def write_orders(writer: ArrayWriter, document_ids: Sequence[bytes], paragraph_ids: Any, first_days: Any) -> None:
    """`document.order`: documents by id. `paragraph.rank` (uint32): each paragraph's place among all, latest first, then by id."""
    order = sorted(range(len(document_ids)), key=document_ids.__getitem__)
    writer.add("document.order", np.array(order, np.uint32))
    order_of_paragraphs = np.lexsort((np.asarray(paragraph_ids, np.uint64), -np.asarray(first_days, np.int64)))
    rank = np.empty(len(order_of_paragraphs), np.uint32)
    rank[order_of_paragraphs] = np.arange(len(rank))
    writer.add("paragraph.rank", rank)


def narrowest(values: int) -> Any:
    """The narrowest unsigned type for numbers below `values`."""
    return next(dtype for dtype in (np.uint8, np.uint16, np.uint32) if values <= np.iinfo(dtype).max + 1)


def _write_fields(writer: ArrayWriter, texts: Sequence[str], segmenter: Segmenter) -> None:
    tokens = tokenize(texts, segmenter)
    text_starts = tokens.text_starts
    text_of_token = np.searchsorted(text_starts, tokens.word_position.astype(np.int64), side="right") - 1
    word_lengths = np.bincount(text_of_token, minlength=len(texts)) if len(texts) else np.empty(0, np.int64)
    words = invert(tokens.word, tokens.word_position, text_starts)
    write_field(writer, "words", [word.encode() for word in tokens.words], words, word_lengths)
    pairs = invert(tokens.bigram, np.arange(len(tokens.bigram)), text_starts)
    write_field(writer, "chars", pairs.terms, pairs, np.diff(text_starts))


def _clean(text: str) -> str:
    """Text that can be encoded: a lone surrogate becomes U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _LONE_SURROGATE.sub("\ufffd", text)
    return text


def _is_title(article: Article, paragraph: Paragraph) -> bool:
    return paragraph.kind == "heading" and bool(article.title) and fold(article.title or "") == fold(paragraph.text)


def _json(record: Mapping[str, Any]) -> bytes:
    kept = {name: value for name, value in record.items() if value not in (None, "", 0, [], {})}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


# What a record leaves out is this.
DOCUMENT_DEFAULTS: dict[str, Any] = {"line": 0, "front_matter": {}, "title": None, "url": None, "source": None, "unresolved": [], "warnings": []}
ARTICLE_DEFAULTS: dict[str, Any] = {"title": None, "kicker": [], "subtitle": None, "byline": None, "dateline": None, "source": None, "published": {},
                                    "city": None, "agencies": []}


def _document_record(document: Document) -> dict[str, Any]:
    return {
        "id": document.id, "path": document.path, "line": document.line, "encoding": document.encoding, "format": document.format,
        "front_matter": dict(document.front_matter), "title": document.title, "url": document.declared.url, "source": document.declared.source,
        "unresolved": list(document.unresolved), "warnings": [_fields(problem) for problem in document.warnings],
    }


def _article_record(article: Article) -> dict[str, Any]:
    published = {name: value for name, value in _fields(article.published).items() if value is not None}
    return {
        "id": article.id, "title": article.title, "kicker": list(article.kicker), "subtitle": article.subtitle, "byline": article.byline,
        "dateline": article.dateline, "source": article.source, "published": published, "city": _fields(article.city) if article.city else None,
        "agencies": [_fields(fact) for fact in article.agencies],
    }


def _fields(record: Any) -> dict[str, Any]:
    # asdict copies deeply, which costs ten times as much
    return {name: getattr(record, name) for name in record.__slots__}
