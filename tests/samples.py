"""Small corpora made on the spot: documents, segments, snapshots and whole indexes."""

from __future__ import annotations

import hashlib
import itertools
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np

from juanzong.index.records import Article, Document, Fact, Kind, Mention, MentionFacet, Paragraph, Published
from juanzong.index.store.duplicates import write_groups
from juanzong.index.store.fingerprint import OwnFiles, fingerprint
from juanzong.index.store.generations import Generation, IndexDirectory
from juanzong.index.store.packing import pack
from juanzong.index.store.segment import Segment
from juanzong.index.text.analysis import Segmenter
from juanzong.search.execution.snapshot import Snapshot


@cache
def segmenter() -> Segmenter:
    return Segmenter()


def make_document(
    name: str,
    texts: Iterable[str],
    *,
    city: str | None = None,
    agencies: Iterable[str] = (),
    source: str | None = None,
    date: str | None = None,
    kinds: Iterable[str] = (),
    mentions: Mapping[int, Sequence[Mention]] | None = None,
) -> Document:
    """A document of one article."""
    kinds = list(kinds)
    paragraphs = tuple(
        Paragraph(
            hashlib.blake2b(f"{name} {number}".encode("utf-8", "replace"), digest_size=8).hexdigest(),
            number,
            cast(Kind, kinds[number]) if number < len(kinds) else "body",
            text,
            (number + 1, number + 1),
            mentions=tuple((mentions or {}).get(number, ())),
        )
        for number, text in enumerate(texts)
    )
    title = next((paragraph.text for paragraph in paragraphs if paragraph.kind == "heading"), None)
    article = Article(
        f"{name}.a",
        title,
        source=source,
        published=Published(date, "day", "declared") if date else Published(),
        city=Fact(city, city, "test", "declared") if city else None,
        agencies=tuple(Fact(agency, agency, "test", "declared") for agency in agencies),
        paragraphs=paragraphs,
    )
    return Document(name, f"{name}.txt", "0" * 64, "utf-8", "text", articles=(article,))


def mention(facet: MentionFacet, value: str, text: str) -> Mention:
    """A mention of a value where it first stands in a text."""
    start = text.index(value)
    return Mention(facet, value, value, start, start + len(value), "test", "explicit")


def make_segments(folder: Path, groups: Iterable[Sequence[Document]], deleted: Iterable[str] = ()) -> list[Segment]:
    """One segment a group of documents; the documents with these ids count as deleted."""
    segments = []
    gone = set(deleted)
    for number, documents in enumerate(groups):
        pack(documents, folder / f"s{number}", segmenter())
        dead = [place for place, document in enumerate(documents) if document.id in gone]
        segments.append(Segment(folder / f"s{number}", np.array(dead, np.uint32)))
    return segments


@contextmanager
def temporary_segments(groups: Iterable[Sequence[Document]], deleted: Iterable[str] = ()) -> Iterator[list[Segment]]:
    with tempfile.TemporaryDirectory() as folder:
        yield make_segments(Path(folder), groups, deleted)


def make_snapshot(segments: list[Segment]) -> Snapshot:
    """A snapshot of segments that were never published."""
    return Snapshot(Generation(1, Path("unpublished"), manifest_of(segments)), segments)


def manifest_of(segments: Iterable[Segment]) -> dict[str, Any]:
    segments = list(segments)
    counts = {
        "documents": sum(s.documents - len(s.deleted_documents) for s in segments),
        "articles": sum(s.articles for s in segments),
        "paragraphs": sum(s.live_paragraphs for s in segments),
    }
    return {
        "fingerprint": fingerprint(OwnFiles()),
        "corpora": ["/corpus"],
        "built_at": "2022-01-01T00:00:00+00:00",
        "seconds": 0.0,
        "counts": counts,
        "values": {},
    }


def publish(index_dir: Path, groups: Iterable[Sequence[Document]], deleted: Iterable[str] = ()) -> int:
    """Publishes a generation of one segment a group; gives its number."""
    directory = IndexDirectory(index_dir)
    with directory.writing() as folder:
        segments = make_segments(folder, groups, deleted)
        write_groups(folder, segments)
        entries = [(segment.name, segment.deleted_documents.tolist()) for segment in segments]
        return directory.publish(folder, manifest_of(segments), entries)


def in_groups(documents: Sequence[Document], number: int) -> list[Sequence[Document]]:
    """The documents in so many runs; none of them empty unless there are too few documents."""
    bounds = [len(documents) * i // number for i in range(number + 1)]
    return [documents[a:b] for a, b in itertools.pairwise(bounds) if a < b]
