"""A generation opened for searching: its segments with an executor each, and the statistics over all of them."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from whoosh import query

from juanzong.index.store.checksums import Checksums
from juanzong.index.store.collections import CollectionView, prepared, restricted
from juanzong.index.store.duplicates import Groups
from juanzong.index.store.fingerprint import fingerprint
from juanzong.index.store.generations import Generation
from juanzong.index.store.segment import Segment
from juanzong.index.text.analysis import Segmenter
from juanzong.index.vectors import Array
from juanzong.search.execution.executor import Executor, Scores
from juanzong.search.execution.scoring import CoverageBM25, Statistics

Planned = TypeVar("Planned")
# plans of queries that are kept, of some kilobytes each
PLANS = 512


class Snapshot:
    """What one generation knows. Safe between threads: it shares arrays, never a cursor.

    Nothing in it refers back to it but weakly, so that the maps of a generation are given back with the last answer that uses them."""

    def __init__(self, generation: Generation, segments: list[Segment], view: CollectionView | None = None) -> None:
        """`view` has what is derived of the segments where they are not those of the generation as it was published."""
        self.generation, self.segments, self._view = generation, segments, view
        segmenter = self.segmenter = Segmenter(generation.userdict)
        self._plans = lru_cache(PLANS)(lambda make, *of: make(*of, segmenter))
        self._own = generation.own_files
        self._stale: tuple[object, bool] | None = None
        self.fallback = generation.fallback
        self.statistics = Statistics(segments)
        folder, sums = self.derived
        # by segment what paragraphs show (`answer/stored.py`)
        self.shown: dict[str, dict[int, Any]] = {segment.name: {} for segment in segments}
        self.groups = {segment.name: Groups(folder, segment.name, sums) for segment in segments}
        self.executors = [
            Executor(segment, self.statistics, _Leaf(weakref.proxy(self), number))
            for number, segment in enumerate(segments)
        ]

    @property
    def derived(self) -> tuple[Path, Checksums | None]:
        """The folder of suggestions and groups of near-duplicates, and its checksums where they are not within."""
        if self._view is not None:
            return self._view.folder, None
        return self.generation.folder, self.generation.checksums

    def within(self, seen: Collection[str], index_dir: Path) -> Snapshot:
        """The same generation as if it held these collections alone: whatever is asked of it, and whatever it scores by."""
        segmenter = self.segmenter

        def make(beside: Path) -> list[Segment]:
            return [restricted(segment, seen, beside) for segment in self.segments]

        view, segments = prepared(self.generation, seen, index_dir, make, segmenter)
        other = Snapshot(self.generation, segments, view)
        # a paragraph shows the same to all who may see it
        other.shown = self.shown
        return other

    def forget(self) -> None:
        """Lets go of what paragraphs showed, so that it is read again."""
        for shown in self.shown.values():
            shown.clear()

    def planned(self, make: Callable[..., Planned], *of: Hashable) -> Planned:
        """What `make` makes of a query and the segmenter. The last so many are kept: the next page and one more filter ask the same."""
        plan: Planned = self._plans(make, *of)
        return plan

    def searcher(self) -> Any:
        """A stock Whoosh searcher over the same arrays. Make one for each thread."""
        # Whoosh's readers are needed only for queries that the executor does not know
        from whoosh.searching import Searcher

        from juanzong.index.store.whoosh_codec import reader

        return Searcher(reader(self.segments), weighting=CoverageBM25())

    def leaf(self, number: int) -> Any:
        """Whoosh's searcher on one segment."""
        whole = self.searcher()
        leaf = whole.leaf_searchers()[number][0]
        # Whoosh refers to the parent weakly, and scoring asks it for the statistics
        leaf.whole = whole
        return leaf

    def run(self, tree: query.Query, scored: bool) -> Iterator[tuple[Segment, Array, Scores | None]]:
        """For each segment the live paragraphs that match, ascending, and what they score."""
        for executor in self.executors:
            found = executor.run(tree, scored)
            yield executor.segment, found.docs, found.scores

    def find_document(self, document_id: str) -> tuple[Segment, int] | None:
        """Where a document lies."""
        for segment in self.segments:
            number = segment.find_document(document_id)
            if number is not None:
                return segment, number
        return None

    def find_paragraph(self, paragraph_id: str) -> tuple[Segment, int] | None:
        """Where a paragraph lies. The id is 16 hex digits."""
        try:
            wanted = np.uint64(int(paragraph_id, 16))
        except (ValueError, OverflowError):
            return None
        for segment in self.segments:
            for place in np.flatnonzero(segment.column("id") == wanted):
                if segment.live is None or segment.live[place]:
                    return segment, int(place)
        return None

    @property
    def stale(self) -> bool:
        """Whether the running code, with the user's own files as they are now, would read or analyse text otherwise than the index was built."""
        stamp = self._own.stamp()
        if self._stale is None or self._stale[0] != stamp:
            self._own = self.generation.own_files
            stale = bool(self.generation.manifest["fingerprint"] != fingerprint(self._own))
            self._stale = self._own.stamp(), stale
        return self._stale[1]

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many documents, articles, paragraphs and pages without text there are."""
        published: Mapping[str, int] = self.generation.manifest["counts"]
        if self._view is None:
            return published
        return {
            "documents": sum(segment.documents - len(segment.deleted_documents) for segment in self.segments),
            "articles": sum(segment.live_articles for segment in self.segments),
            "paragraphs": sum(segment.live_paragraphs for segment in self.segments),
            "unread_pages": sum(map(_unread, self.segments)) if published.get("unread_pages") else 0,
        }

    @property
    def info(self) -> dict[str, Any]:
        """The `index` part of every answer."""
        info = {
            "generation": self.generation.number,
            "built_at": self.generation.manifest["built_at"],
            "documents": self.counts["documents"],
            "paragraphs": self.counts["paragraphs"],
            "stale": self.stale,
        }
        if unread := self.counts.get("unread_pages"):
            info["unread_pages"] = unread
        if self.fallback:
            info["fallback"] = self.fallback
        return info


def _unread(segment: Segment) -> int:
    """The pages without text of the live documents."""
    live = range(segment.documents) if segment.live_documents is None else segment.live_documents.nonzero()[0].tolist()
    return sum(len(segment.document(number)["unread"]) for number in live)


class _Leaf:
    """Whoosh's searcher on a segment, made anew for every use: searchers must not be shared between threads (whoosh: `_postfile` cursor)."""

    def __init__(self, snapshot: Snapshot, number: int) -> None:
        self._snapshot, self._number = snapshot, number

    def __getattr__(self, name: str) -> Any:
        return getattr(self._snapshot.leaf(self._number), name)
