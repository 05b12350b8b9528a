"""Documents packed into a segment: rows, texts and postings as arrays in one folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from juanzong.index.records import Document
from juanzong.index.store.arrays import ArrayWriter
from juanzong.index.store.descriptions import clean
from juanzong.index.store.postings import MAX_BATCH, invert, joined, write_field
from juanzong.index.store.rows import Rows
from juanzong.index.text.analysis import Segmenter, Tokens, tokenize
from juanzong.index.vectors import starts, unsigned


def pack(documents: Iterable[Document], folder: Path, segmenter: Segmenter) -> None:
    """Writes a segment of these documents. They may be of any length."""
    rows = Rows()
    for document in documents:
        rows.add(document)
    writer = ArrayWriter(folder)
    columns = rows.write(writer)
    write_texts(writer, rows.texts)
    _write_fields(writer, rows.texts, segmenter)
    write_orders(writer, rows.document_ids, columns["id"], columns["first_day"])
    writer.attributes.update(paragraphs=len(rows.texts), documents=len(rows.document_ids), articles=rows.articles)
    writer.close()


def write_texts(writer: ArrayWriter, texts: Sequence[str]) -> None:
    """The texts in UTF-16, in which a Han character takes two bytes instead of three."""
    try:
        encoded = [text.encode("utf-16-le") for text in texts]
    except UnicodeEncodeError:
        encoded = [clean(text).encode("utf-16-le") for text in texts]
    writer.add("text.bytes", np.frombuffer(b"".join(encoded), np.uint8))
    writer.add("text.starts", unsigned(starts(np.fromiter(map(len, encoded), np.int64, len(encoded)))))


def write_orders(writer: ArrayWriter, document_ids: Sequence[bytes], paragraph_ids: Any, first_days: Any) -> None:
    """`document.order`: documents by id. `paragraph.rank` (uint32): each paragraph's place among all, latest first, then by id."""
    order = sorted(range(len(document_ids)), key=document_ids.__getitem__)
    writer.add("document.order", np.array(order, np.uint32))
    order_of_paragraphs = np.lexsort((np.asarray(paragraph_ids, np.uint64), -np.asarray(first_days, np.int64)))
    rank = np.empty(len(order_of_paragraphs), np.uint32)
    rank[order_of_paragraphs] = np.arange(len(rank))
    writer.add("paragraph.rank", rank)


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
    lengths = np.concatenate([np.empty(0, np.int64), *(np.diff(tokens.text_starts) for tokens in batches)])
    write_field(writer, "words", [word.encode() for word in words], found, word_lengths, lengths)
    pairs = joined(of_pairs, bases)
    write_field(writer, "chars", pairs.terms, pairs, lengths, lengths)


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
