"""Documents as the rows of a segment's tables, gathered one document after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

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
from juanzong.index.store.descriptions import (
    article_record,
    clean,
    dated,
    districts,
    document_record,
    encoded,
    is_title,
)
from juanzong.index.text.analysis import MAX_CHARACTERS, fitting
from juanzong.index.vectors import Array, narrow, starts

_ROW = ("id", "seq", "kind", "first_line", "last_line", "title", "first_page", "last_page")
"""The columns that `Rows` has of a paragraph; the others follow from its article and its document."""


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


class _Sets:
    """The numbers of the sets of values that paragraphs have, one set a facet of `SETS`."""

    def __init__(self, names: Mapping[str, Names]) -> None:
        self._names = names
        self._known: dict[tuple[tuple[str, ...], ...], int] = {}
        # paragraphs of an article that mention nothing have the same values if they are of one kind
        self._alike: dict[tuple[int, str, tuple[str, ...]], int] = {}
        self._combinations: list[list[int]] = []
        self.sets: dict[str, dict[tuple[int, ...], int]] = {name: {} for name in SETS}

    def combination(self, document: Document, article: Article, article_number: int, paragraph: Paragraph) -> int:
        """The number of the combination of sets that a paragraph has."""
        like = (article_number, paragraph.kind, paragraph.flags)
        if not paragraph.mentions and (known := self._alike.get(like)) is not None:
            return known
        values = (
            effective_cities(article, paragraph),
            effective_agencies(article, paragraph),
            (article.source,) if article.source else (),
            paragraph.flags,
            districts(paragraph),
            (document.format,),
        )
        if (known := self._known.get(values)) is None:
            known = self._known[values] = len(self._combinations)
            numbers = [
                tuple(sorted({self._names[name][value] for value in of_name})) for name, of_name in zip(SETS, values)
            ]
            self._combinations.append(
                [self.sets[name].setdefault(found, len(self.sets[name])) for name, found in zip(SETS, numbers)]
            )
        if not paragraph.mentions:
            self._alike[like] = known
        return known

    def columns(self, combinations: Sequence[int]) -> Array:
        """The numbers of the sets of paragraphs with these combinations (int64, a row a facet of `SETS`)."""
        numbers: Array = np.array(self._combinations, np.int64).reshape(-1, len(SETS))[combinations].T
        return numbers


class Rows:
    """The rows of a segment. `texts` are those of its paragraphs, as far as they can be indexed; `document_ids` are in UTF-8."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.document_ids: list[bytes] = []
        self._names = {name: Names() for name in NAMES}
        self._sets = _Sets(self._names)
        self._document_records: list[bytes] = []
        self._document_files: list[int] = []
        self._paragraph_counts: list[int] = []
        self._article_records: list[bytes] = []
        self._article_days: list[tuple[int, int, int]] = []
        self._rows: list[tuple[int, ...]] = []
        self._articles: list[int] = []
        self._combinations: list[int] = []
        self._mentions: list[tuple[int, ...]] = []
        self._mention_counts: list[int] = []
        self._joins: list[tuple[int, ...]] = []
        self._join_counts: list[int] = []
        self._boxes: list[tuple[int, ...]] = []
        self._box_counts: list[int] = []

    @property
    def articles(self) -> int:
        """How many articles there are."""
        return len(self._article_records)

    def add(self, document: Document) -> None:
        """Takes the rows of a document in."""
        self.document_ids.append(clean(document.id).encode())
        self._document_files.append(self._names["file"][document.file])
        self._document_records.append(encoded(document_record(document)))
        numbers: dict[str, int] = {}
        for article in document.articles:
            numbers[article.id] = len(self._article_records)
            self._article_days.append(dated(article.published.date, article.published.event))
            self._article_records.append(encoded(article_record(article)))
        before = len(self.texts)
        for article, paragraph in document.paragraphs():
            self._add_paragraph(document, article, numbers[article.id], paragraph)
        self._paragraph_counts.append(len(self.texts) - before)

    def _add_paragraph(self, document: Document, article: Article, number: int, paragraph: Paragraph) -> None:
        self.texts.append(fitting(paragraph.text))
        self._articles.append(number)
        self._rows.append(
            (
                int(paragraph.id, 16),
                paragraph.seq,
                KIND_NUMBERS[paragraph.kind],
                *paragraph.source_lines,
                is_title(article, paragraph),
                *paragraph.pages,
            )
        )
        self._combinations.append(self._sets.combination(document, article, number, paragraph))
        self._mention_counts.append(len(paragraph.mentions))
        self._join_counts.append(len(paragraph.joins))
        self._box_counts.append(len(paragraph.boxes))
        names = self._names
        for m in paragraph.mentions:
            self._mentions.append(
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
        for j in paragraph.joins:
            self._joins.append((min(j.offset, MAX_CHARACTERS), names["rule"][j.rule], round(100 * j.confidence)))
        for box in paragraph.boxes:
            self._boxes.append((min(box.offset, MAX_CHARACTERS), box.page, box.left, box.top, box.right, box.bottom))

    def write(self, writer: ArrayWriter) -> dict[str, Array]:
        """Writes all of it but the texts, and gives the columns of the paragraphs."""
        counts, articles = np.array(self._paragraph_counts, np.int64), np.array(self._articles, np.int64)
        days = np.array(self._article_days, np.int64).reshape(-1, 3)[articles].T
        columns = _write_columns(
            writer,
            "paragraph",
            PARAGRAPH,
            {
                **dict(zip(_ROW, zip(*self._rows))),
                **dict(zip(("first_day", "last_day", "period"), days)),
                "document": np.arange(len(counts)).repeat(counts),
                "article": articles,
            },
        )
        for name, dtypes, rows, of_paragraphs in (
            ("mention", MENTION, self._mentions, self._mention_counts),
            ("join", JOIN, self._joins, self._join_counts),
            ("box", BOX, self._boxes, self._box_counts),
        ):
            _write_columns(writer, name, dtypes, dict(zip(dtypes, zip(*rows))))
            writer.add(f"{name}.starts", narrow(starts(np.array(of_paragraphs, np.int64))))
        for name, column in zip(SETS, self._sets.columns(self._combinations)):
            write_sets(writer, name, column, list(self._sets.sets[name]))
        for name in NAMES:
            writer.add_strings(f"{name}.names", self._names[name].written)
        writer.add_strings("document.ids", self.document_ids)
        writer.add_strings("document.records", self._document_records)
        writer.add_strings("article.records", self._article_records)
        writer.add("document.file", np.array(self._document_files, np.uint32))
        writer.add("document.starts", starts(counts).astype(np.uint32))
        return columns


def _write_columns(
    writer: ArrayWriter, prefix: str, dtypes: Mapping[str, Any], columns: Mapping[str, Any]
) -> dict[str, Array]:
    """A table as one array a column; gives the arrays. Columns that are not given are empty."""
    arrays = {name: np.array(columns.get(name, ()), dtype) for name, dtype in dtypes.items()}
    for name, values in arrays.items():
        writer.add(f"{prefix}.{name}", narrow(values) if name in NARROWED else values)
    return arrays


def write_sets(writer: ArrayWriter, name: str, column: Array, sets: Sequence[tuple[int, ...]]) -> None:
    """A many-valued facet: every paragraph has the number of its set of values, so that counting it is counting one number each."""
    writer.add(f"{name}.set", column.astype(narrowest(len(sets))))
    writer.add(f"{name}.set_starts", starts(np.fromiter(map(len, sets), np.int64, len(sets))).astype(np.uint32))
    writer.add(f"{name}.set_values", np.array([value for values in sets for value in values], np.uint32))


def narrowest(values: int) -> Any:
    """The narrowest unsigned type for numbers below `values`."""
    return next(dtype for dtype in (np.uint8, np.uint16, np.uint32) if values <= np.iinfo(dtype).max + 1)
