"""A corpus read once, and built into as many indexes as one likes: in a folder, on a cluster, several times as large.

What was read is kept as it comes from the readers. An enlarged corpus has every document again under another id: its paragraphs are clauses of the
corpus, each from another place, so that they are as long and as common in their words as true ones without being copies of them; days move
by a week a turn. Values of facets stay those of the document.
"""

from __future__ import annotations

import pickle
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from re import findall

from juanzong.index.build import pool
from juanzong.index.build.worker import Batch, batches, renamed
from juanzong.index.cluster.address import parse_address
from juanzong.index.cluster.archive import ClusterArchive, Generation, sign_of_life
from juanzong.index.cluster.intake import RowWriter
from juanzong.index.cluster.publication import Publication
from juanzong.index.cluster.sending import operations_of
from juanzong.index.cluster.tallies import ArchiveCounts
from juanzong.index.cluster.workshop import manifest_of, workshop
from juanzong.index.corpus.files import find_files
from juanzong.index.facts.context import ReadingContext
from juanzong.index.records import Article, Document, Published
from juanzong.index.store.arrays import ArrayReader
from juanzong.index.store.duplicates import write_groups
from juanzong.index.store.fingerprint import OwnFiles, fingerprint
from juanzong.index.store.generations import IndexDirectory
from juanzong.index.store.merge import Source, merge
from juanzong.index.store.packing import pack
from juanzong.index.store.segment import Segment
from juanzong.index.store.suggestions import FOLDER as SUGGESTIONS
from juanzong.index.store.suggestions import write as write_suggestions
from juanzong.index.text.analysis import Segmenter

JOBS = 2
STEP = 7919
SUFFIX = ".documents"


@dataclass(frozen=True)
class Built:
    """What was built: so many paragraphs in so many seconds, the reading apart."""

    paragraphs: int
    seconds: float


@dataclass(frozen=True)
class Part:
    """Some documents of what was read, in one of its turns."""

    place: Path
    turn: int

    def documents(self) -> list[Document]:
        documents: list[Document] = pickle.loads(self.place.read_bytes())
        if not self.turn:
            return documents
        clauses = [
            clause
            for document in documents
            for _, paragraph in document.paragraphs()
            for clause in findall("[^，。；！？]*[，。；！？]|[^，。；！？]+$", paragraph.text)
        ]
        return [
            self._again(document, clauses, number * STEP * self.turn) for number, document in enumerate(documents, 1)
        ]

    def _again(self, document: Document, clauses: Sequence[str], at: int) -> Document:
        articles = []
        for article in document.articles:
            paragraphs = []
            for paragraph in article.paragraphs:
                text = ""
                while len(text) < len(paragraph.text):
                    text, at = text + clauses[at % len(clauses)], at + STEP * (1 + self.turn)
                paragraphs.append(replace(paragraph, text=text, mentions=(), joins=()))
            articles.append(replace(article, published=_later(article, self.turn), paragraphs=tuple(paragraphs)))
        return renamed(replace(document, articles=tuple(articles)), f"{document.id}-{self.turn}")


def _later(article: Article, turn: int) -> Published:
    told = article.published
    if told.date is None or len(told.date) != 10:
        return told
    return replace(told, date=(date.fromisoformat(told.date) + timedelta(weeks=turn)).isoformat())


def _keep(documents: list[Document], place: Path, _: Segmenter) -> None:
    place.with_suffix(SUFFIX).write_bytes(pickle.dumps(documents))


def read(corpus: Path, folder: Path) -> float:
    """Reads a corpus into a folder, unless that was done before; gives the seconds. Documents that others date are left out."""
    if list(folder.glob(f"*{SUFFIX}")):
        return 0.0
    folder.mkdir(parents=True, exist_ok=True)
    began, files = time.monotonic(), find_files([corpus])
    work = (
        Batch(number, group, ReadingContext(), folder, None, writer=_keep)
        for number, group in enumerate(batches(files))
    )
    for _ in pool.run(work, JOBS, sum(file.path.stat().st_size for file in files)):
        pass
    return time.monotonic() - began


def parts(folder: Path, turns: int) -> list[Part]:
    return [Part(place, turn) for turn in range(turns) for place in sorted(folder.glob(f"*{SUFFIX}"))]


def build_folder(index: Path, work: Sequence[Part]) -> Built:
    """Builds an index in a folder of what was read."""
    began, directory = time.monotonic(), IndexDirectory(index)
    with directory.writing() as folder:
        packed = [(part, folder / f"part-{number}") for number, part in enumerate(work)]
        for _ in pool.each(_pack, packed, JOBS):
            pass
        merge([Source(ArrayReader(place)) for _, place in packed], folder / "s1")
        for _, place in packed:
            for file in place.iterdir():
                file.unlink()
            place.rmdir()
        segments = [Segment(folder / "s1")]
        write_groups(folder, segments)
        write_suggestions(folder / SUGGESTIONS, segments, Segmenter())
        counts = {name: getattr(segments[0], name) for name in ("documents", "articles", "paragraphs")}
        manifest = {
            "fingerprint": fingerprint(OwnFiles()),
            "corpora": [str(work[0].place.parent)],
            "built_at": "2026-01-01T00:00:00+00:00",
            "seconds": 0.0,
            "counts": counts,
            "values": {},
        }
        directory.publish(folder, manifest, [("s1", [])])
    return Built(counts["paragraphs"], time.monotonic() - began)


def _pack(item: tuple[Part, Path]) -> None:
    part, place = item
    pack(part.documents(), place, Segmenter())


def build_archive(address: str, folder: Path, work: Sequence[Part]) -> tuple[Built, float]:
    """Builds an archive on a cluster of what was read; gives the seconds until all rows were sent, too."""
    began = time.monotonic()
    archive, own = ClusterArchive(parse_address(address)), OwnFiles()
    manifest = {**manifest_of(archive, own, [folder]), "builder": sign_of_life()}
    generation = archive.create(archive.next_number(), manifest)
    assert generation is not None, "somebody else builds there"
    with workshop(archive, generation, own, (), JOBS, lambda _: None) as shop:
        tally = ArchiveCounts()
        items = [(part, shop.intake.folder / f"part-{number}", generation) for number, part in enumerate(work)]
        for place in pool.each(_write, items, JOBS):
            shop.sender.send(operations_of(place.with_suffix(".rows").read_bytes()))
            tally.add(ArchiveCounts.decode(place.with_suffix(".tally").read_bytes()))
            place.with_suffix(".rows").unlink()
        shop.sender.wait()
        sent = time.monotonic() - began
        summary = Publication(shop).finish(tally, began)
    return Built(summary.paragraphs, time.monotonic() - began), sent


def _write(item: tuple[Part, Path, Generation]) -> Path:
    part, place, generation = item
    RowWriter(generation, claim=False)(part.documents(), place, Segmenter())
    return place
