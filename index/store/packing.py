"""Documents packed into a segment: postings, facet values, texts and facts as arrays in one folder."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from juanzong.index.divisions import district_of
from juanzong.index.periods import days_of, period_of
from juanzong.index.records import Article, Document, Paragraph, effective_agencies, effective_cities
from juanzong.index.store.arrays import ArrayWriter
from juanzong.index.store.columns import (
    BOX,
    FACET_NUMBERS,
    JOIN,
    KIND_NUMBERS,
    MENTION,
    NAMES,
    NARROWED,
    PARAGRAPH,
    SETS,
)
from juanzong.index.store.postings import MAX_BATCH, invert, joined, write_field
from juanzong.index.text.analysis import MAX_CHARACTERS, Segmenter, Tokens, fitting, tokenize
from juanzong.index.text.folding import fold
from juanzong.index.vectors import Array, narrow, starts, unsigned

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Names(dict[str, int]):
    """Numbers names in the order in which they come. `written` are the names in UTF-8; what cannot be encoded is known by what is written instead."""

    def __init__(self) -> None:
        self.written: list[bytes] = []

    def __missing__(self, name: str) -> int:
        cleaned = clean(name)
        if cleaned != name:
            number = self[cleaned]
        else:
            number = len(self.written)
            self.written.append(cleaned.encode())
        self[name] = number
        return number


def _write_columns(
    writer: ArrayWriter, prefix: str, dtypes: Mapping[str, Any], columns: Mapping[str, Any]
) -> dict[str, Array]:
    """A table as one array a column; gives the arrays. Columns that are not given are empty."""
    arrays = {name: np.array(columns.get(name, ()), dtype) for name, dtype in dtypes.items()}
    for name, values in arrays.items():
        writer.add(f"{prefix}.{name}", narrow(values) if name in NARROWED else values)
    return arrays


def pack(documents: Iterable[Document], folder: Path, segmenter: Segmenter) -> None:
    """Writes a segment of these documents. They may be of any length."""
    writer = ArrayWriter(folder)
    names = {name: Names() for name in NAMES}
    sets: dict[str, dict[tuple[int, ...], int]] = {name: {} for name in SETS}
    rows: list[tuple[int, ...]] = []
    mentions: list[tuple[int, ...]] = []
    joins: list[tuple[int, ...]] = []
    set_rows: list[int] = []
    # paragraphs of an article that mention nothing have the same values if they are of one kind
    alike: dict[tuple[int, str, tuple[str, ...]], int] = {}
    known_sets: dict[tuple[tuple[str, ...], ...], int] = {}
    combinations: list[list[int]] = []
    mention_counts: list[int] = []
    join_counts: list[int] = []
    boxes: list[tuple[int, ...]] = []
    box_counts: list[int] = []
    texts: list[str] = []
    document_records: list[bytes] = []
    document_ids: list[bytes] = []
    article_records: list[bytes] = []
    article_days: list[tuple[int, int, int]] = []
    article_numbers: list[int] = []
    document_files: list[int] = []
    paragraph_counts: list[int] = []
    for document in documents:
        document_ids.append(clean(document.id).encode())
        document_files.append(names["file"][document.file])
        document_records.append(_json(document_record(document)))
        known: dict[str, int] = {}
        for article in document.articles:
            known[article.id] = len(article_records)
            article_days.append(dated(article.published.date, article.published.event))
            article_records.append(_json(article_record(article)))
        ordered = list(document.paragraphs())
        paragraph_counts.append(len(ordered))
        for article, paragraph in ordered:
            texts.append(fitting(paragraph.text))
            article_number = known[article.id]
            article_numbers.append(article_number)
            rows.append(
                (
                    int(paragraph.id, 16),
                    paragraph.seq,
                    KIND_NUMBERS[paragraph.kind],
                    *paragraph.source_lines,
                    is_title(article, paragraph),
                    *paragraph.pages,
                )
            )
            like = (article_number, paragraph.kind, paragraph.flags)
            if paragraph.mentions or (own := alike.get(like)) is None:
                values = (
                    effective_cities(article, paragraph),
                    effective_agencies(article, paragraph),
                    (article.source,) if article.source else (),
                    paragraph.flags,
                    districts(paragraph),
                    (document.format,),
                )
                if (own := known_sets.get(values)) is None:
                    numbers = [
                        tuple(sorted({names[name][value] for value in of_name})) for name, of_name in zip(SETS, values)
                    ]
                    own = known_sets[values] = len(combinations)
                    combinations.append(
                        [sets[name].setdefault(found, len(sets[name])) for name, found in zip(SETS, numbers)]
                    )
                if not paragraph.mentions:
                    alike[like] = own
            set_rows.append(own)
            mention_counts.append(len(paragraph.mentions))
            for m in paragraph.mentions:
                mentions.append(
                    (
                        FACET_NUMBERS[m.facet],
                        names[m.facet][m.value],
                        min(m.start, MAX_CHARACTERS),
                        min(m.end, MAX_CHARACTERS),
                        names["rule"][m.rule],
                        names["basis"][m.basis],
                        round(100 * m.confidence),
                    )
                )
            join_counts.append(len(paragraph.joins))
            for j in paragraph.joins:
                joins.append((min(j.offset, MAX_CHARACTERS), names["rule"][j.rule], round(100 * j.confidence)))
            box_counts.append(len(paragraph.boxes))
            for box in paragraph.boxes:
                boxes.append((min(box.offset, MAX_CHARACTERS), box.page, box.left, box.top, box.right, box.bottom))

    counts, articles = np.array(paragraph_counts, np.int64), np.array(article_numbers, np.int64)
    days = np.array(article_days, np.int64).reshape(-1, 3)[articles].T
    columns = _write_columns(
        writer,
        "paragraph",
        PARAGRAPH,
        {
            **dict(
                zip(("id", "seq", "kind", "first_line", "last_line", "title", "first_page", "last_page"), zip(*rows))
            ),
            **dict(zip(("first_day", "last_day", "period"), days)),
            "document": np.arange(len(counts)).repeat(counts),
            "article": articles,
        },
    )
    _write_columns(writer, "mention", MENTION, dict(zip(MENTION, zip(*mentions))))
    _write_columns(writer, "join", JOIN, dict(zip(JOIN, zip(*joins))))
    _write_columns(writer, "box", BOX, dict(zip(BOX, zip(*boxes))))
    writer.add("box.starts", narrow(starts(np.array(box_counts, np.int64))))
    writer.add("mention.starts", narrow(starts(np.array(mention_counts, np.int64))))
    writer.add("join.starts", narrow(starts(np.array(join_counts, np.int64))))
    for name, column in zip(SETS, np.array(combinations, np.int64).reshape(-1, len(SETS))[set_rows].T):
        write_sets(writer, name, column, list(sets[name]))
    for name in NAMES:
        writer.add_strings(f"{name}.names", names[name].written)
    writer.add_strings("document.ids", document_ids)
    writer.add_strings("document.records", document_records)
    writer.add_strings("article.records", article_records)
    writer.add("document.file", np.array(document_files, np.uint32))
    writer.add("document.starts", starts(counts).astype(np.uint32))
    write_texts(writer, texts)
    _write_fields(writer, texts, segmenter)
    write_orders(writer, document_ids, columns["id"], columns["first_day"])
    writer.attributes.update(paragraphs=len(texts), documents=len(document_ids), articles=len(article_records))
    writer.close()


def write_texts(writer: ArrayWriter, texts: Sequence[str]) -> None:
    """The texts in UTF-16, in which a Han character takes two bytes instead of three."""
    try:
        encoded = [text.encode("utf-16-le") for text in texts]
    except UnicodeEncodeError:
        encoded = [clean(text).encode("utf-16-le") for text in texts]
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
    batches = list(_tokenized(texts, segmenter))
    words = sorted(set().union(*(tokens.words for tokens in batches)))
    number = {word: place for place, word in enumerate(words)}
    bases = starts(np.array([len(tokens.text_starts) - 1 for tokens in batches], np.int64))[:-1]
    of_words, of_pairs = [], []
    for tokens in batches:
        own = np.fromiter((number[word] for word in tokens.words), np.uint32, len(tokens.words))
        of_words.append(invert(own[tokens.word], tokens.word_position, tokens.text_starts))
        of_pairs.append(invert(tokens.bigram, np.arange(len(tokens.bigram), dtype=np.uint32), tokens.text_starts))
    found = joined(of_words, bases)
    word_lengths = np.bincount(found.docs, found.frequencies, len(texts)).astype(np.int64)
    write_field(writer, "words", [word.encode() for word in words], found, word_lengths)
    pairs = joined(of_pairs, bases)
    lengths = np.concatenate([np.empty(0, np.int64), *(np.diff(tokens.text_starts) for tokens in batches)])
    write_field(writer, "chars", pairs.terms, pairs, lengths)


def _tokenized(texts: Sequence[str], segmenter: Segmenter) -> Iterator[Tokens]:
    """The tokens of texts, in batches that can be inverted: a single document may have more characters than one."""
    if len(texts) < 2 or sum(map(len, texts)) <= MAX_BATCH:
        tokens = tokenize(texts, segmenter)
        if len(texts) < 2 or tokens.text_starts[-1] <= MAX_BATCH:
            yield tokens
            return
    half = len(texts) // 2
    yield from _tokenized(texts[:half], segmenter)
    yield from _tokenized(texts[half:], segmenter)


def districts(paragraph: Paragraph) -> tuple[str, ...]:
    """The districts and counties that a paragraph itself names, each with its city: X市Y区."""
    if paragraph.kind == "boilerplate":
        return ()
    named = [m for m in paragraph.mentions if m.facet == "city" and m.basis == "district"]
    return tuple(dict.fromkeys(name for m in named if (name := district_of(m.value, fold(m.surface)))))


@lru_cache(4096)
def dated(date: str | None, not_before: str | None) -> tuple[int, int, int]:
    """The first and the last day and the month of an article's date, or of the day before which it was not published."""
    date = date if days_of(date)[0] else not_before
    return *days_of(date), period_of(date)


def clean(text: str) -> str:
    """Text that can be encoded: a lone surrogate becomes U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _LONE_SURROGATE.sub("\ufffd", text)
    return text


def is_title(article: Article, paragraph: Paragraph) -> bool:
    return paragraph.kind == "heading" and bool(article.title) and fold(article.title or "") == fold(paragraph.text)


def _json(record: Mapping[str, Any]) -> bytes:
    kept = {name: value for name, value in record.items() if value not in (None, "", 0, (), {})}
    try:
        return orjson.dumps(kept)
    except TypeError:
        # text that cannot be encoded
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":"), default=_fields).encode("utf-8", "replace")


def document_record(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "path": document.path,
        "line": document.line,
        "encoding": document.encoding,
        "format": document.format,
        "front_matter": dict(document.front_matter),
        "title": document.title,
        "url": document.declared.url,
        "source": document.declared.source,
        "unresolved": document.unresolved,
        "warnings": document.warnings,
        "container": document.container,
        "pages": document.pages,
        "pages_about": document.pages_about,
        "unread": document.unread,
    }


def article_record(article: Article) -> dict[str, Any]:
    published = {name: value for name, value in _fields(article.published).items() if value is not None}
    return {
        "id": article.id,
        "title": article.title,
        "kicker": article.kicker,
        "subtitle": article.subtitle,
        "byline": article.byline,
        "dateline": article.dateline,
        "source": article.source,
        "source_detail": article.source_detail,
        "published": published,
        "city": article.city,
        "agencies": article.agencies,
    }


def _fields(record: Any) -> dict[str, Any]:
    # asdict copies deeply, which costs ten times as much
    return {name: getattr(record, name) for name in record.__slots__}
