"""The work of a build in batches: runs of pieces that a worker reads, analyses and packs into segments of its own."""

from __future__ import annotations

import itertools
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from juanzong.index.corpus.files import SourceFile
from juanzong.index.corpus.pieces import Piece, pieces
from juanzong.index.facts.context import ReadingContext
from juanzong.index.facts.dates.notices import needs_year
from juanzong.index.reading.identity import Ids
from juanzong.index.reading.pipeline import documents_of
from juanzong.index.records import Document, Notice, Problem
from juanzong.index.store.packing import pack
from juanzong.index.store.postings import MAX_BATCH
from juanzong.index.text.analysis import MAX_CHARACTERS, Segmenter, fits

BATCH_BYTES = 3 << 20
BATCH_PIECES = 400
# Folding may make a text longer (㎡ becomes two characters), hence the margin.
SEGMENT_CHARACTERS = MAX_BATCH // 3


@dataclass(frozen=True)
class Batch:
    """Pieces in corpus order. `number` orders the segments that come of it; `ids` renames documents whose id was taken: (path, line) → id."""

    number: int
    pieces: tuple[Piece, ...]
    context: ReadingContext
    folder: Path
    userdict: Path | None
    final: bool = False
    ids: dict[tuple[str, int], str] = field(default_factory=dict)
    writer: Callable[[list[Document], Path, Segmenter], None] = pack

    @property
    def size(self) -> int:
        return sum(piece.size for piece in self.pieces)


@dataclass
class BatchResult:
    """What came of a batch. `deferred` are single documents that need the whole corpus to be dated. `ids` and `deferred_ids` are the ids of
    the documents that were packed and of those that were not yet, each with path and line; `files` has the file of each path inside a container.
    `unread` counts, for each file, pages whose text is not known."""

    number: int
    size: int
    segments: list[str] = field(default_factory=list)
    ids: list[tuple[str, str, int]] = field(default_factory=list)
    warnings: list[tuple[str, Problem]] = field(default_factory=list)
    notices: list[tuple[str, Notice]] = field(default_factory=list)
    unresolved: Counter[str] = field(default_factory=Counter)
    unresolved_sources: Counter[str] = field(default_factory=Counter)
    deferred: list[Piece] = field(default_factory=list)
    deferred_ids: list[tuple[str, str, int]] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    unread: Counter[str] = field(default_factory=Counter)


def batches(files: Iterable[SourceFile]) -> Iterator[tuple[Piece, ...]]:
    """Pieces in corpus order, grouped by size alone, so that the same corpus gives the same batches however many workers there are."""
    held: list[Piece] = []
    size = 0
    for piece in itertools.chain.from_iterable(map(pieces, files)):
        if held and (size + piece.size > BATCH_BYTES or len(held) >= BATCH_PIECES):
            yield tuple(held)
            held, size = [], 0
        held.append(piece)
        size += piece.size
    if held:
        yield tuple(held)


def process(batch: Batch) -> BatchResult:
    """Reads the pieces of a batch and packs their documents."""
    result = BatchResult(batch.number, batch.size)
    for unfinished in batch.folder.glob(f"part-{batch.number:06}-*"):
        # of a worker that was killed
        shutil.rmtree(unfinished)
    segmenter = _segmenter(batch.userdict)
    held: list[Document] = []
    characters = 0

    def flush() -> None:
        name = f"part-{batch.number:06}-{len(result.segments):03}"
        batch.writer(held, batch.folder / name, segmenter)
        result.segments.append(name)

    for piece, document in _documents(batch):
        result.unread[document.file] += len(document.unread)
        if document.container:
            result.files[document.path] = document.container
        if not batch.final:
            result.notices += [(document.file, notice) for notice in document.notices]
            if needs_year(document):
                result.unread[document.file] -= len(document.unread)
                result.deferred.append(single(piece, document.path, document.line))
                result.deferred_ids.append((document.id, document.path, document.line))
                continue
        if (document.path, document.line) in batch.ids:
            document = renamed(document, batch.ids[document.path, document.line])
        result.ids.append((document.id, document.path, document.line))
        result.warnings += [(document.path, problem) for problem in (*document.warnings, *_cut(document))]
        if not document.articles and not document.unread:
            continue
        length = sum(
            min(len(paragraph.text), MAX_CHARACTERS)
            for article in document.articles
            for paragraph in article.paragraphs
        )
        if held and characters + length > SEGMENT_CHARACTERS:
            flush()
            held, characters = [], 0
        held.append(document)
        characters += length
        result.unresolved.update(document.unresolved)
        result.unresolved_sources.update(document.unresolved_sources)
    if held:
        flush()
    return result


def _cut(document: Document) -> Iterator[Problem]:
    """The paragraphs of which only the beginning can be indexed: reading splits long ones, but a sidecar may join what it likes."""
    for _, paragraph in document.paragraphs():
        if not fits(paragraph.text):
            message = f"Of a paragraph of {len(paragraph.text):,} characters only the beginning is indexed. Let the sidecar join less."
            yield Problem("long_paragraph", message, paragraph.source_lines[0])


def _documents(batch: Batch) -> Iterator[tuple[Piece, Document]]:
    for piece in batch.pieces:
        for document in documents_of(piece, batch.context):
            yield piece, document


def single(piece: Piece, path: str, line: int) -> Piece:
    """A piece with one document alone, told by its path and line."""
    if piece.is_opened:
        return replace(piece, only=frozenset({(path, line)}))
    if not piece.is_jsonl:
        return piece
    lines = piece.data.split(b"\n")
    return replace(piece, data=lines[line - piece.first_line] + b"\n", first_line=line, problems=())


def renamed(document: Document, document_id: str) -> Document:
    """The same document under another id, with the ids of its parts made anew."""
    ids = Ids(document_id)
    paragraphs = {paragraph.id: ids.paragraph(paragraph.text) for _, paragraph in document.paragraphs()}
    articles = tuple(
        replace(
            article,
            id=ids.article(article.title or (article.paragraphs[0].text if article.paragraphs else "")),
            paragraphs=tuple(replace(paragraph, id=paragraphs[paragraph.id]) for paragraph in article.paragraphs),
        )
        for article in document.articles
    )
    problem = Problem(
        "duplicate_id",
        f"Another document has the id {document.id}; this one is {document_id}. Give each document an id of its own.",
        document.line,
    )
    return replace(document, id=document_id, articles=articles, warnings=(*document.warnings, problem))


_segmenters: dict[Path | None, Segmenter] = {}


def _segmenter(userdict: Path | None) -> Segmenter:
    # a worker process loads its dictionary once
    if userdict not in _segmenters:
        _segmenters[userdict] = Segmenter(userdict)
    return _segmenters[userdict]
