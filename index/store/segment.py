"""A segment as it is read: postings of both fields, facet columns, texts and facts, all mapped."""

from __future__ import annotations

from bisect import bisect_left
from codecs import utf_16_le_decode
from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from juanzong.index.divisions import province_of
from juanzong.index.periods import days_of
from juanzong.index.records import FACETS, KINDS, Box, Join, Mention
from juanzong.index.store.arrays import ArrayReader, Guarded, Strings
from juanzong.index.store.checksums import Checksums
from juanzong.index.store.columns import ARTICLE_DEFAULTS, BOX, DOCUMENT_DEFAULTS, FACET_NUMBERS
from juanzong.index.store.facets import FacetColumn, Together
from juanzong.index.store.postings import Postings
from juanzong.index.vectors import Array, narrow, tally, unique

# records that are kept of each kind, of about a kilobyte each
RECORDS = 2_048


class Segment:
    """One folder of arrays. Safe between threads: nothing is changed but caches that any thread fills alike."""

    def __init__(self, folder: Path, deleted: Array | None = None, sums: Checksums | None = None) -> None:
        """`deleted` (uint32) are numbers of documents that no longer count; `sums` the checksums of the generation, where there is one already."""
        self.arrays = ArrayReader(folder, sums)
        self.name = folder.name
        self.paragraphs = int(self.arrays.attributes["paragraphs"])
        self.documents = int(self.arrays.attributes["documents"])
        self.articles = int(self.arrays.attributes["articles"])
        self.deleted_documents = np.empty(0, np.uint32) if deleted is None else deleted
        self.fields = {field: Postings(self.arrays, field) for field in ("words", "chars")}
        self._beside = folder.parent

    def without(self, documents: Array, beside: Path) -> Segment:
        """The same arrays with other documents (uint32) that do not count; `beside` is the folder of what is derived of those that do."""
        other = object.__new__(Segment)
        for name in ("arrays", "name", "paragraphs", "documents", "articles", "fields"):
            setattr(other, name, getattr(self, name))
        other.deleted_documents, other._beside = documents, beside
        return other

    @cached_property
    def live_documents(self) -> Array | None:
        """Which documents count (bool), or None where all do."""
        if not len(self.deleted_documents):
            return None
        live = np.ones(self.documents, bool)
        live[self.deleted_documents] = False
        return live

    @cached_property
    def live(self) -> Array | None:
        """Which paragraphs count (bool), or None where all do."""
        documents = self.live_documents
        return None if documents is None else documents[self.column("document")]

    @cached_property
    def live_paragraphs(self) -> int:
        return self.paragraphs if self.live is None else int(np.count_nonzero(self.live))

    @cached_property
    def live_articles(self) -> int:
        return self.articles if self.live is None else len(unique(self.column("article")[self.live]))

    @cached_property
    def deleted(self) -> Array:
        """The numbers of the paragraphs that no longer count (uint32, ascending)."""
        return np.empty(0, np.uint32) if self.live is None else np.flatnonzero(~self.live).astype(np.uint32)

    def document_frequency(self, field: str, term: int) -> int:
        """How many live paragraphs have a term."""
        postings = self.fields[field]
        frequency = postings.document_frequency(term)
        if self.live is not None and frequency < len(self.deleted):
            return int(np.count_nonzero(self.live[postings.docs(term)]))
        if len(self.deleted):
            docs = postings.docs(term)
            places = np.minimum(np.searchsorted(docs, self.deleted), len(docs) - 1)
            frequency -= int(np.count_nonzero(docs[places] == self.deleted))
        return frequency

    @cached_property
    def total_lengths(self) -> dict[str, int]:
        """The number of tokens in the live paragraphs, for each field."""
        return {
            field: postings.total_length - int(postings.lengths[self.deleted].sum(dtype=np.int64))
            for field, postings in self.fields.items()
        }

    def column(self, name: str) -> Array:
        """A column of the paragraphs (see `packing.PARAGRAPH`)."""
        return self.arrays[f"paragraph.{name}"]

    @cached_property
    def articles_in_order(self) -> bool:
        """Whether the paragraphs of every article stand in a row."""
        articles = self.column("article")
        return bool((articles[1:] >= articles[:-1]).all())

    @cached_property
    def first_of_article(self) -> Array:
        """The first paragraph of each article (int64)."""
        articles = self.column("article")
        found = np.zeros(self.articles, np.int64)
        # of several the one that is written last stays
        found[articles[::-1]] = np.arange(len(articles))[::-1]
        return found

    @cached_property
    def title_of_article(self) -> Array:
        """For each article the first paragraph that is its title (int64), −1 where it has none."""
        titles = np.flatnonzero(self.column("title"))[::-1]
        found = np.full(self.articles, -1, np.int64)
        found[self.column("article")[titles]] = titles
        return found

    @cached_property
    def titled(self) -> Array:
        """The articles that have a title (int64, ascending)."""
        return (self.title_of_article >= 0).nonzero()[0]

    @cached_property
    def titles(self) -> Array:
        """The title paragraphs of these articles (int64)."""
        return self.title_of_article[self.titled]

    @cached_property
    def together(self) -> Together:
        """The facets that every answer has, with the provinces of the cities and the months."""
        return Together({name: self.facets[name] for name in ("city", "agency", "source", "province", "month")})

    @cached_property
    def further_together(self) -> Together:
        """The other facets that are counted."""
        return Together({name: self.facets[name] for name in ("district", "kind", "format", "path")})

    @cached_property
    def facets(self) -> Mapping[str, FacetColumn]:
        """The facets by name; each is made when it is first asked for."""
        return _Facets(self.arrays)

    @cached_property
    def _arrivals(self) -> ArrayReader | None:
        folder = self.arrays.folder.parent / "arrivals"
        return ArrayReader(folder) if folder.is_dir() else None

    @cached_property
    def added(self) -> Array:
        """The day on which each paragraph's document first came into the index (int32, an ordinal; 0 where that is not known)."""
        return self._of_documents("days", np.int32)

    @cached_property
    def arrival(self) -> Array:
        """The generation with which it came in (uint32; 0 where that is not known)."""
        return self._of_documents("generations", np.uint32)

    @property
    def first_arrival(self) -> int:
        """The generation with which the first documents of the index came in."""
        return int(self._arrivals.attributes["first"]) if self._arrivals else 0

    def _of_documents(self, name: str, dtype: Any) -> Array:
        if self._arrivals is None:
            return np.zeros(self.paragraphs, dtype)
        return self._arrivals[f"{self.name}.{name}"].take(self.column("document"))

    @cached_property
    def repeats(self) -> Array:
        """The paragraphs that say what an earlier one says (uint32, ascending)."""
        folder = self._beside / "duplicates"
        return ArrayReader(folder)[f"{self.name}.repeats"] if folder.is_dir() else np.empty(0, np.uint32)

    @cached_property
    def _text(self) -> tuple[Guarded, Array]:
        return self.arrays.guarded("text.bytes"), self.arrays["text.starts"]

    def text(self, paragraph: int) -> str:
        data, offsets = self._text
        return str(data[int(offsets[paragraph]) : int(offsets[paragraph + 1])].data, "utf-16-le")

    def texts(self, docs: Array) -> list[str]:
        """The texts of several paragraphs."""
        data, offsets = self._text
        return [
            utf_16_le_decode(data[first:last].data, "strict", True)[0]
            for first, last in zip(offsets[docs].tolist(), offsets[docs + 1].tolist())
        ]

    def beginnings(self, docs: Array, length: int) -> list[str]:
        """How several paragraphs begin: at least so many characters, all of a text that is shorter."""
        data, offsets = self._text
        return [
            utf_16_le_decode(data[first : min(last, first + 4 * length)].data, "strict", False)[0]
            for first, last in zip(offsets[docs].tolist(), offsets[docs + 1].tolist())
        ]

    def kind(self, paragraph: int) -> str:
        return KINDS[int(self.column("kind")[paragraph])]

    @cached_property
    def _names(self) -> dict[str, Strings]:
        return {name: self.arrays.strings(f"{name}.names") for name in ("city", "agency", "date", "rule", "basis")}

    def mentions(self, paragraph: int) -> list[Mention]:
        offsets = self.arrays["mention.starts"]
        rows = range(int(offsets[paragraph]), int(offsets[paragraph + 1]))
        if not rows:
            return []
        text = self.text(paragraph)
        columns = {
            name: self.arrays[f"mention.{name}"]
            for name in ("facet", "value", "start", "end", "rule", "basis", "confidence")
        }
        found = []
        for row in rows:
            facet = FACETS[int(columns["facet"][row])]
            value = self._names[facet][int(columns["value"][row])].decode()
            start, end = int(columns["start"][row]), int(columns["end"][row])
            found.append(
                Mention(
                    facet,
                    value,
                    text[start:end] or value,
                    start,
                    end,
                    self._names["rule"][int(columns["rule"][row])].decode(),
                    self._names["basis"][int(columns["basis"][row])].decode(),
                    int(columns["confidence"][row]) / 100,
                )
            )
        return found

    def mentioned(self, docs: Array, facet: str) -> list[list[str]]:
        """The distinct values of a facet that each of these paragraphs mentions itself."""
        offsets, facets, values = (self.arrays[f"mention.{name}"] for name in ("starts", "facet", "value"))
        wanted, names = FACET_NUMBERS[facet], self._names[facet]
        found: list[list[str]] = []
        for first, last in zip(offsets[docs].tolist(), offsets[docs + 1].tolist()):
            rows = zip(facets[first:last].tolist(), values[first:last].tolist()) if first < last else ()
            found.append(
                [
                    names[value].decode()
                    for value in dict.fromkeys([value for number, value in rows if number == wanted])
                ]
            )
        return found

    @cached_property
    def mentioned_days(self) -> tuple[Array, Array]:
        """The days that paragraphs name with their year: paragraphs (int64, ascending) and days (int64, as ordinals), no pair twice."""
        rows = (self.arrays["mention.facet"] == FACET_NUMBERS["date"]).nonzero()[0]
        of_name = np.array([days_of(name.decode())[0] for name in self._names["date"]], np.int64)
        if not len(rows) or not len(of_name):
            return np.empty(0, np.int64), np.empty(0, np.int64)
        paragraphs = (
            self.arrays["mention.starts"].searchsorted(rows.astype(self.arrays["mention.starts"].dtype), "right") - 1
        )
        days = of_name[self.arrays["mention.value"][rows]]
        pairs = unique((paragraphs[days > 0] << 24) | days[days > 0])
        return pairs >> 24, pairs & 0xFFFFFF

    def word_occurrences(self, terms: Array) -> Array:
        """How often each of these words stands in the live paragraphs (int64)."""
        postings = self.fields["words"]
        found = postings.occurrences_of(terms)
        if self.live is not None:
            lost = np.zeros(len(postings), np.int64)
            for of_term, gone, _ in postings.within(~self.live):
                which, extra = postings.repeats_of(gone)
                tally(lost, of_term)
                tally(lost, of_term[which], extra)
            found = found - lost[terms]
        return found

    def pages(self, paragraph: int) -> tuple[int, int]:
        """The first and the last page of a paragraph; zeros where its format has none."""
        return int(self.column("first_page")[paragraph]), int(self.column("last_page")[paragraph])

    def boxes(self, paragraph: int) -> list[Box]:
        """Where the lines of a paragraph stand on their pages."""
        offsets = self.arrays["box.starts"]
        rows = range(int(offsets[paragraph]), int(offsets[paragraph + 1]))
        return [Box(*(int(self.arrays[f"box.{name}"][row]) for name in BOX)) for row in rows]

    def joins(self, paragraph: int) -> list[Join]:
        offsets = self.arrays["join.starts"]
        return [
            Join(
                int(self.arrays["join.offset"][row]),
                self._names["rule"][int(self.arrays["join.rule"][row])].decode(),
                int(self.arrays["join.confidence"][row]) / 100,
            )
            for row in range(int(offsets[paragraph]), int(offsets[paragraph + 1]))
        ]

    @cached_property
    def article(self) -> Callable[[int], dict[str, Any]]:
        """Gives the record of an article by its number. It is not to be changed: the last so many are kept, for searches share articles."""
        return _records(self.arrays.strings("article.records"), ARTICLE_DEFAULTS)

    @cached_property
    def document(self) -> Callable[[int], dict[str, Any]]:
        """The same for documents."""
        return _records(self.arrays.strings("document.records"), DOCUMENT_DEFAULTS)

    def document_paragraphs(self, number: int) -> range:
        """The paragraphs of a document, in its order."""
        offsets = self.arrays["document.starts"]
        return range(int(offsets[number]), int(offsets[number + 1]))

    def find_document(self, document_id: str) -> int | None:
        """The number of a live document, None where there is none of this id."""
        ids, order = self.arrays.strings("document.ids"), self.arrays["document.order"]
        wanted = document_id.encode("utf-8", "replace")
        place = bisect_left(range(len(order)), wanted, key=lambda i: ids[int(order[i])])
        while place < len(order) and ids[int(order[place])] == wanted:
            if self.live_documents is None or self.live_documents[order[place]]:
                return int(order[place])
            place += 1
        return None

    def document_ids(self) -> list[str]:
        return [value.decode() for value in self.arrays.strings("document.ids")]


class _Facets(dict[str, FacetColumn]):
    """The facets of a segment: some are kept, the others follow from what is."""

    def __init__(self, arrays: ArrayReader) -> None:
        super().__init__()
        # not the segment itself, which would then never be let go by counting
        self._arrays = arrays

    def __missing__(self, name: str) -> FacetColumn:
        arrays = self._arrays
        if name == "province":
            found = self["city"].derived(province_of)
        elif name == "month":
            # 0 for undated
            periods, sets = np.unique(arrays["paragraph.period"], return_inverse=True)
            found = FacetColumn.of_classes(
                narrow(sets), [(str(period),) if period else () for period in periods.tolist()]
            )
        elif name == "kind":
            found = FacetColumn.of_classes(arrays["paragraph.kind"], [(kind,) for kind in KINDS])
        elif name == "path":
            folders = [folders_of(path.decode()) for path in arrays.strings("file.names")]
            found = FacetColumn.of_classes(arrays["document.file"].take(arrays["paragraph.document"]), folders)
        else:
            found = FacetColumn.stored(arrays, name)
        self[name] = found
        return found


def folders_of(path: str) -> tuple[str, ...]:
    """The folders that a file lies in, the widest first: `2021`, `2021/区报`."""
    parts = path.split("/")[:-1]
    return tuple("/".join(parts[:depth]) for depth in range(1, len(parts) + 1))


def _records(strings: Strings, defaults: Mapping[str, Any]) -> Callable[[int], dict[str, Any]]:
    return lru_cache(RECORDS)(lambda number: {**defaults, **orjson.loads(strings[number])})
