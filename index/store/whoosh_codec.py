"""Whoosh on our arrays: what its stock readers, queries and matchers need to search a segment.

Nothing here is on the fast path. It makes the same index searchable by Whoosh as it comes, which is how the executor is tested and
what answers the queries that the executor does not know.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from whoosh import fields, formats
from whoosh.codec import base
from whoosh.matching import LeafMatcher, ReadTooFar
from whoosh.reading import MultiReader, SegmentReader

from juanzong.index.store.postings import Postings
from juanzong.index.store.segment import Segment


class ArrayCodec(base.Codec):  # type: ignore[misc]
    """Reads our segments. Writing goes around Whoosh, see `packing.py`."""

    def terms_reader(self, storage: Any, segment: ArraySegment) -> ArrayTermsReader:
        return ArrayTermsReader(segment.arrays)

    def per_document_reader(self, storage: Any, segment: ArraySegment) -> ArrayDocumentReader:
        return ArrayDocumentReader(segment.arrays)


class ArraySegment(base.Segment):  # type: ignore[misc]
    """Whoosh's view of a segment: how many paragraphs it has and which of them are deleted."""

    def __init__(self, segment: Segment) -> None:
        super().__init__("juanzong")
        self.arrays = segment

    def codec(self) -> ArrayCodec:
        return ArrayCodec()

    def doc_count_all(self) -> int:
        return self.arrays.paragraphs

    def deleted_count(self) -> int:
        return self.arrays.paragraphs - self.arrays.live_paragraphs

    def deleted_docs(self) -> Iterator[int]:
        live = self.arrays.live
        return iter([] if live is None else np.flatnonzero(~live).tolist())

    def is_deleted(self, docnum: int) -> bool:
        return _is_deleted(self.arrays, docnum)


class ArrayTermInfo:
    """Statistics of a term."""

    def __init__(self, segment: Segment, field: str, term: int) -> None:
        self._postings, self._term = segment.fields[field], term
        self._live_frequency = segment.document_frequency(field, term)
        self._span = self._postings.span(term)

    def weight(self) -> float:
        return float(self._postings.occurrences(*self._span))

    def doc_frequency(self) -> int:
        return self._live_frequency

    def min_length(self) -> int:
        return int(self._postings.lengths[self._postings.docs(self._term)].min())

    def max_length(self) -> int:
        return int(self._postings.lengths[self._postings.docs(self._term)].max())

    def max_weight(self) -> float:
        return float(self._postings.frequencies(*self._span).max())

    def min_id(self) -> int:
        return int(self._postings.docs(self._term)[0])

    def max_id(self) -> int:
        return int(self._postings.docs(self._term)[-1])


class ArrayTermsReader(base.TermsReader):  # type: ignore[misc]
    """The vocabularies of both fields."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._fields = segment.fields

    def _find(self, fieldname: str, text: bytes) -> tuple[Postings, int]:
        postings = self._fields[fieldname]
        number = postings.vocabulary.find(text)
        if number < 0:
            raise KeyError((fieldname, text))
        return postings, number

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return term[0] in self._fields and self._fields[term[0]].vocabulary.find(term[1]) >= 0

    def cursor(self, fieldname: str, _fieldobj: Any) -> ArrayCursor:
        return ArrayCursor(self._segment, fieldname)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        for fieldname in sorted(self._fields):
            yield from self.terms_from(fieldname, b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        vocabulary = self._fields[fieldname].vocabulary
        return (
            (fieldname, vocabulary.term(number))
            for number in range(vocabulary.lower(prefix) if prefix else 0, len(vocabulary))
        )

    def items(self) -> Iterator[tuple[tuple[str, bytes], ArrayTermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], ArrayTermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> ArrayTermInfo:
        return ArrayTermInfo(self._segment, fieldname, self._find(fieldname, text)[1])

    def frequency(self, fieldname: str, text: bytes) -> float:
        return self.term_info(fieldname, text).weight()

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        return self.term_info(fieldname, text).doc_frequency()

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ArrayMatcher:
        postings, number = self._find(fieldname, text)
        return ArrayMatcher(postings, number, (fieldname, text), format_, scorer)

    def indexed_field_names(self) -> list[str]:
        return sorted(self._fields)


class ArrayCursor(base.FieldCursor):  # type: ignore[misc]
    """A place in the vocabulary of a field, for automata that leap through it (FuzzyTerm, corrections)."""

    def __init__(self, segment: Segment, field: str) -> None:
        self._segment, self._field = segment, field
        self._vocabulary = segment.fields[field].vocabulary
        self._number = 0

    def is_valid(self) -> bool:
        return self._number < len(self._vocabulary)

    def text(self) -> str | None:
        return self._vocabulary.term(self._number).decode() if self.is_valid() else None

    term = text

    def first(self) -> str | None:
        self._number = 0
        return self.text()

    def find(self, term: str | bytes) -> str | None:
        """Goes to the first term that is not less than this one."""
        self._number = self._vocabulary.lower(
            term if isinstance(term, bytes) else term.encode("utf-8", "surrogatepass")
        )
        return self.text()

    def next(self) -> str | None:
        self._number += self.is_valid()
        return self.text()

    def term_info(self) -> ArrayTermInfo | None:
        return ArrayTermInfo(self._segment, self._field, self._number) if self.is_valid() else None


class ArrayDocumentReader(base.PerDocumentReader):  # type: ignore[misc]
    """Lengths, deletions and texts of the paragraphs."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment

    def doc_count(self) -> int:
        return self._segment.live_paragraphs

    def doc_count_all(self) -> int:
        return self._segment.paragraphs

    def has_deletions(self) -> bool:
        return self._segment.live is not None

    def is_deleted(self, docnum: int) -> bool:
        return _is_deleted(self._segment, docnum)

    def deleted_docs(self) -> Iterator[int]:
        return iter([] if self._segment.live is None else np.flatnonzero(~self._segment.live).tolist())

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        return int(self._segment.fields[fieldname].lengths[docnum])

    def field_length(self, fieldname: str) -> int:
        return self._segment.total_lengths[fieldname]

    def min_field_length(self, fieldname: str) -> int:
        lengths = self._segment.fields[fieldname].lengths
        return int(lengths.min()) if len(lengths) else 0

    def max_field_length(self, fieldname: str) -> int:
        lengths = self._segment.fields[fieldname].lengths
        return int(lengths.max()) if len(lengths) else 0

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        return {"text": self._segment.text(docnum)}


class ArrayMatcher(LeafMatcher):  # type: ignore[misc]
    """A stock matcher over a term's slice of the arrays. It shares no cursor with any other, hence is safe in any thread."""

    def __init__(
        self, postings: Postings, number: int, term: tuple[str, bytes], format_: Any, scorer: Any = None, place: int = 0
    ) -> None:
        self._postings, self._number = postings, number
        self._term, self.format, self.scorer = term, format_, scorer
        self._begin = postings.span(number)[0]
        self._docs = postings.docs(number)
        self._place = place

    def is_active(self) -> bool:
        return self._place < len(self._docs)

    def reset(self) -> None:
        self._place = 0

    def copy(self) -> ArrayMatcher:
        return ArrayMatcher(self._postings, self._number, self._term, self.format, self.scorer, self._place)

    def id(self) -> int:
        if not self.is_active():
            raise ReadTooFar
        return int(self._docs[self._place])

    def all_ids(self) -> Iterator[int]:
        return iter(self._docs[self._place :].tolist())

    def next(self) -> bool:
        if not self.is_active():
            raise ReadTooFar
        self._place += 1
        return True

    def skip_to(self, docnum: int) -> None:
        self._place += int(np.searchsorted(self._docs[self._place :], np.uint32(docnum)))

    def value(self) -> bytes:
        return self._postings.positions_of(np.array([self._begin + self._place]))[1].tobytes()

    def weight(self) -> float:
        place = self._begin + self._place
        return float(self._postings.occurrences(place, place + 1))

    def supports_block_quality(self) -> bool:
        return False


def _is_deleted(segment: Segment, docnum: int) -> bool:
    # Whoosh's InverseMatcher asks for one paragraph past the last
    return segment.live is not None and docnum < segment.paragraphs and not segment.live[docnum]


def reader(segments: Sequence[Segment]) -> Any:
    """A Whoosh reader over segments, without an index directory and without its pickled table of contents."""
    readers = [SegmentReader(None, schema(), ArraySegment(segment), codec=ArrayCodec()) for segment in segments]
    return readers[0] if len(readers) == 1 else MultiReader(readers)


class ArrayPositions(formats.Positions):  # type: ignore[misc]
    """Positions as a run of little-endian uint16, as they lie in the arrays."""

    def decode_positions(self, value: bytes) -> list[int]:
        return np.frombuffer(value, "<u2").tolist()  # type: ignore[no-any-return]

    def decode_frequency(self, value: bytes) -> int:
        return len(value) // 2

    def decode_weight(self, value: bytes) -> float:
        return len(value) / 2.0


class ArrayText(fields.FieldType):  # type: ignore[misc]
    """A text field whose tokens are made by `analysis.tokenize`, not by a Whoosh analyzer."""

    indexed = True
    scorable = True
    stored = False
    vector = None
    analyzer = None
    spelling = False
    column_type = None
    sortable_typecode = None

    def __init__(self) -> None:
        self.format: Any = ArrayPositions(field_boost=1.0)

    def to_bytes(self, value: Any) -> bytes:
        return value if isinstance(value, bytes) else str(value).encode()

    def from_bytes(self, value: bytes) -> str:
        return value.decode()

    def process_text(self, text: str, mode: str = "", **_: Any) -> list[str]:
        """A query text is taken as one term."""
        return [text]


def schema() -> fields.Schema:
    """`words` and `chars` of paragraphs; everything else lies in the segment's columns."""
    return fields.Schema(chars=ArrayText(), words=ArrayText())
