"""The engine of an index in a folder: arrays on this machine's disk, mapped."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from functools import partial, wraps
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import numpy as np
from whoosh import query as whoosh

from juanzong.index.errors import NotFound, UsageError
from juanzong.index.store.collections import collections, digest
from juanzong.index.store.segment import Segment
from juanzong.index.vectors import Array
from juanzong.search import budget
from juanzong.search.answer import facets
from juanzong.search.answer.facets import Counts, Facet
from juanzong.search.answer.hits import Display
from juanzong.search.answer.result import DocumentView, Hit, SearchResult
from juanzong.search.engines import matches
from juanzong.search.engines.holdings import Holdings
from juanzong.search.engines.matches import by_id, filtered, first_score, rescored
from juanzong.search.engines.results import result
from juanzong.search.execution.filters import Filters, shown, visible
from juanzong.search.execution.matching import Matching, match
from juanzong.search.execution.sets import NONE, located
from juanzong.search.execution.snapshot import Snapshot
from juanzong.search.execution.succession import Succession
from juanzong.search.language.needles import Needle
from juanzong.search.language.synonyms import synonyms_for, synonyms_stamp
from juanzong.search.request import FACET_FIELDS, FACET_LIMIT, MAX_COPIES, SORTS, SearchRequest

if TYPE_CHECKING:
    from juanzong.search.answer.explanation import Explanation
    from juanzong.search.study.comparison import CompareRequest, Comparison
    from juanzong.search.study.concordance import Concordance, ConcordanceLine
    from juanzong.search.study.findings import Finder
    from juanzong.search.study.segments import SegmentPassages
    from juanzong.search.study.trends import Trend, TrendRequest
    from juanzong.search.suggestion.completion import Suggestion


Given = ParamSpec("Given")
Answer = TypeVar("Answer")
One = TypeVar("One")


def _whole(
    method: Callable[Concatenate[EmbeddedEngine, Given], Answer],
) -> Callable[Concatenate[EmbeddedEngine, Given], Answer]:
    """A way of asking that never answers from damaged data: see `Succession.answer`."""

    @wraps(method)
    def answered(engine: EmbeddedEngine, /, *given: Given.args, **named: Given.kwargs) -> Answer:
        return engine._held.answer(lambda: method(engine, *given, **named))

    return answered


def _streamed(
    method: Callable[Concatenate[EmbeddedEngine, Given], Iterator[One]],
) -> Callable[Concatenate[EmbeddedEngine, Given], Iterator[One]]:
    """The same for what is given bit by bit."""

    @wraps(method)
    def answered(engine: EmbeddedEngine, /, *given: Given.args, **named: Given.kwargs) -> Iterator[One]:
        return engine._held.stream(lambda: method(engine, *given, **named))

    return answered


class EmbeddedEngine:
    """Searches the index in a folder. One engine serves all threads, and moves to a new generation when one is published."""

    def __init__(self, index_dir: Path | str) -> None:
        """Raises NoIndex or DamagedIndex."""
        folder = Path(index_dir)
        self._take(Holdings(folder, Succession(folder)))

    def _take(self, held: Holdings) -> None:
        self._held, self._folder, self._generations = held, held.folder, held.generations

    def restricted(self, seen: Collection[str]) -> EmbeddedEngine:
        """An engine of the same index that knows these collections alone (`index/store/collections.py`), and none of the rest by any way of asking."""
        other = object.__new__(EmbeddedEngine)
        other._take(Holdings(self._folder, self._generations, frozenset(seen)))
        return other

    def collections(self) -> list[str]:
        """The collections of the index, in order."""
        return collections(self.snapshot().segments)

    def snapshot(self) -> Snapshot:
        """The generation that answers now. A request takes it once and keeps it to its end. Raises NoIndex where the index is gone."""
        return self._held.snapshot()

    def inspect(self, pause: float = 0.0) -> None:
        self._held.inspect(pause)

    @_whole
    def search(self, request: SearchRequest, values: int = FACET_LIMIT, further: Sequence[str] = ()) -> SearchResult:
        """One page of hits with exact totals and facets, of each facet the first so many values; of the further facets those that are filtered or
        asked for. Raises UsageError for a request that cannot be understood."""
        started = time.perf_counter()
        request.validate()
        snapshot = self.snapshot()
        matching = self._match(snapshot, request, scored=request.sort == "relevance")
        counts = Counts.for_request(request, further)
        meant = partial(self._corrections, snapshot, matching, request)
        return result(snapshot, matching, request, counts, values, meant, started)

    def _corrections(self, snapshot: Snapshot, matching: Matching, request: SearchRequest) -> tuple[str, ...] | None:
        """What may have been meant; None where there is no time to find out."""
        speller = self._held.assistance(snapshot).speller
        try:
            return speller.corrections(matching.parsed, lambda q: self._hits(snapshot, replace(request, q=q)))
        except budget.OverBudget:
            return None

    @_streamed
    def scan(self, request: SearchRequest, ranked: bool = False) -> Iterator[dict[str, Any]]:
        """Every hit as `to_dict` shows it, without facets: in id order, or where `ranked` those of all pages in the order of the pages. Raises UsageError."""
        request.validate()
        snapshot = self.snapshot()
        matching = self._match(snapshot, request, scored=ranked and request.sort == "relevance")
        display = Display(snapshot, request, matching.plan.needles)
        found = list(filtered(matching, request))
        if not ranked:
            return (hit.to_dict() for hit in display.stream(by_id(found)))
        everything = replace(request, page=1, size=max(1, sum(len(docs) for _, docs, _ in found)))
        order = matches.ranked(snapshot, found, everything, matching.plan.in_context)
        return (hit.to_dict() for hit in display.stream(order.in_order()))

    @_whole
    def values(self, request: SearchRequest, name: str) -> Facet:
        """All values of a facet with their counts, as the answer to the request would show the first of them.
        Raises UsageError."""
        request.validate()
        if name not in FACET_FIELDS:
            raise UsageError(f'There is no facet "{name}"; use {", ".join(FACET_FIELDS)}.')
        counts = Counts((name,))
        for segment, docs, _ in self._match(self.snapshot(), request, scored=False).found:
            kept = visible(segment, docs, request)
            docs = docs if kept is None else docs[kept]
            facets.count(segment, docs, Filters(request, segment).masks(docs), counts, False)
        return facets.facets(counts, request, sys.maxsize)[name]

    @_whole
    def paragraph(self, paragraph_id: str) -> Hit:
        """A paragraph by its id, as a hit without marks. Raises NotFound."""
        snapshot = self.snapshot()
        segment, place = self._place(snapshot, paragraph_id)
        return Display(snapshot, SearchRequest(), ()).hits(segment, np.array([place]), (0.0,))[0]

    @_whole
    def copies(self, request: SearchRequest, paragraph_id: str) -> list[Hit]:
        """A paragraph and those of its near-duplicates that the request finds, the earliest first, at most MAX_COPIES. Raises UsageError and NotFound."""
        request.validate()
        snapshot = self.snapshot()
        home, place = self._place(snapshot, paragraph_id)
        matching = self._match(snapshot, request, scored=False)
        display = Display(snapshot, request, matching.plan.needles)
        group = int(snapshot.groups[home.name].of(np.array([place]))[0])
        found: list[Hit] = []
        for segment, docs, _ in filtered(matching, request):
            members = snapshot.groups[segment.name].members(group).astype(np.int64) if group else NONE
            own = {*members[located(docs, members)[1]][:MAX_COPIES].tolist(), *((place,) if segment is home else ())}
            found += display.hits(segment, np.array(sorted(own), np.int64), repeat(0.0))
        return sorted(found, key=lambda hit: (hit.date or "9999", hit.id))[:MAX_COPIES]

    @_whole
    def document(self, document_id: str, q: str = "", mode: str = "all") -> DocumentView:
        """A document with the words of a query marked. Raises NotFound."""
        snapshot = self.snapshot()
        found = snapshot.find_document(document_id)
        if found is None:
            raise NotFound(
                f"There is no document {document_id}. It may have been removed from the corpus; search for its words."
            )
        request = SearchRequest(q=q, mode=mode)
        request.validate()
        needles = self._match(snapshot, request, scored=False).plan.needles if q else ()
        return Display(snapshot, request, needles).document(*found)

    @_whole
    def trends(self, request: TrendRequest) -> Trend:
        """How often searches find something in each day, month, quarter or year. Raises UsageError."""
        from juanzong.search.study.trends import MOST_SERIES, trends

        snapshot = self.snapshot()

        def values() -> list[str]:
            found = self.values(request.search, request.by).values[:MOST_SERIES]
            return [value.value for value in found]

        return trends(self._finder(snapshot), request, values, snapshot.info)

    @_whole
    def compare(self, request: CompareRequest) -> Comparison:
        """Two sets of paragraphs side by side. Raises UsageError."""
        from juanzong.search.study.comparison import compare
        from juanzong.search.study.segments import MatchedPair

        snapshot = self.snapshot()
        display = Display(snapshot, request.search, ())

        def show(segment: Segment, docs: Array) -> list[Hit]:
            return display.hits(segment, docs, repeat(0.0))

        def pair(sides: Sequence[Any]) -> MatchedPair:
            return MatchedPair(snapshot, self._held.words(snapshot), sides, request.search.boilerplate, show)

        return compare(self._finder(snapshot), request, pair, snapshot.info)

    @_whole
    def concordance(self, request: SearchRequest) -> Concordance:
        """One page of lines, and the collocates of all of them. Raises UsageError."""
        from juanzong.search.study.concordance import concordance

        snapshot, needles, passages, total = self._passages(request)
        return concordance(passages, request, total, needles, snapshot.info)

    @_streamed
    def concordance_lines(self, request: SearchRequest) -> Iterator[ConcordanceLine]:
        """Every line of a concordance, in the order of the pages. Raises UsageError."""
        from juanzong.search.study.concordance import every_line

        _, needles, passages, _ = self._passages(request)
        return every_line(passages, needles, request.sort)

    @_whole
    def suggest(self, text: str, limit: int = 10) -> list[Suggestion]:
        """What a query that is being typed may become, the likeliest first. Raises UsageError for a limit out of range."""
        return self._held.assistance(self.snapshot()).suggester.suggest(text, limit)

    @_whole
    def explain(self, request: SearchRequest, paragraph_id: str) -> Explanation:
        """Why a paragraph is found by a request or not. Raises UsageError, or NotFound where there is no such paragraph."""
        from juanzong.search.answer.explanation import explain
        from juanzong.search.answer.subject import subject_of

        request.validate()
        snapshot = self.snapshot()
        matching = self._match(snapshot, request, scored=True)
        segment, place = self._place(snapshot, paragraph_id)
        again = rescored(snapshot, matching, request).get((segment.name, place))
        return explain(
            subject_of(segment, place),
            request,
            matching.parsed,
            matching.plan,
            matching.relaxed,
            first_score(matching, segment, place) if again is None else again,
            snapshot.segmenter,
            snapshot.statistics,
            again is not None,
        )

    @_whole
    def stats(self) -> dict[str, Any]:
        """Counts over the whole index: documents, articles, paragraphs, and how many paragraphs each value and year has."""
        snapshot = self.snapshot()
        counts = Counts()
        request = SearchRequest(q="*")
        for segment, docs, _ in snapshot.run(whoosh.Every(), scored=False):
            kept = visible(segment, docs, request)
            facets.count(segment, docs if kept is None else docs[kept], {}, counts, False)
        years: dict[str, int] = {}
        for period, total in counts.periods.items():
            year = f"{period // 13:04}"
            years[year] = years.get(year, 0) + total
        values = {
            name: [
                {"value": value, "count": total}
                for value, total in sorted(facets.totals_of(parts).items(), key=lambda item: (-item[1], item[0]))
            ]
            for name, parts in counts.values.items()
        }
        values["year"] = [{"value": year, "count": total} for year, total in sorted(years.items())]
        manifest = snapshot.generation.manifest
        of_all = {"seconds": manifest["seconds"], "bytes": sum(segment.arrays.bytes() for segment in snapshot.segments)}
        return {
            **snapshot.counts,
            "facets": values,
            "missing": counts.missing,
            "undated": counts.missing["date"],
            "sources": manifest["corpora"],
            **({} if self._held.seen is not None else of_all),
            **snapshot.info,
        }

    def info(self) -> dict[str, Any]:
        """The `index` part of every answer."""
        return self.snapshot().info

    def health(self) -> dict[str, Any]:
        """Nothing: a folder is there or is not."""
        return {}

    def edition(self) -> str:
        """Changes whenever the same request may get another answer: with the generation, and with the curator's synonyms and saved searches."""
        from juanzong.search.study.saved import stamp

        snapshot = self.snapshot()
        state = "-damaged" if snapshot.fallback else ""
        seen = "" if self._held.seen is None else f"-{digest(self._held.seen)}"
        return f"{snapshot.generation.number}{state}-{synonyms_stamp(self._folder)}{stamp(self._folder)}{seen}"

    def warm(self) -> None:
        """Loads what the first answer would load: the dictionary, the tables of facets and scores."""
        self.search(SearchRequest(q="中国 2020"))

    def close(self) -> None:
        """Lets go of the index. The maps close when the last answer that uses them is gone."""

    def _match(self, snapshot: Snapshot, request: SearchRequest, scored: bool) -> Matching:
        return match(snapshot, request, synonyms_for(self._folder), scored)

    def _finder(self, snapshot: Snapshot) -> Finder:
        """What searches find in a snapshot, all filters applied."""
        from juanzong.search.study.segments import FoundParagraphs

        def find(request: SearchRequest) -> FoundParagraphs:
            matching = self._match(snapshot, request, scored=False)
            return FoundParagraphs([(segment, docs) for segment, docs, _ in filtered(matching, request)])

        return find

    def _passages(self, request: SearchRequest) -> tuple[Snapshot, tuple[Needle, ...], SegmentPassages, int]:
        """The paragraphs whose marks become lines, in the order of the pages where that is one of paragraphs, else the newest first; and how many there are."""
        from juanzong.search.study.concordance import MOST_PARAGRAPHS
        from juanzong.search.study.segments import SegmentPassages

        request.validate()
        snapshot = self.snapshot()
        sort = request.sort if request.sort in SORTS else "-date"
        matching = self._match(snapshot, request, scored=sort == "relevance")
        found = list(filtered(matching, request))
        total = sum(len(docs) for _, docs, _ in found)
        asked = replace(request, view="", sort=sort, collapse="", page=1, size=max(1, min(total, MOST_PARAGRAPHS)))
        ranking = matches.ranked(snapshot, found, asked, matching.plan.in_context)
        paragraphs = [(segment, doc) for segment, doc, _ in ranking.in_order()][:MOST_PARAGRAPHS]
        display, needles = Display(snapshot, request, matching.plan.needles), matching.plan.needles
        passages = SegmentPassages(snapshot, display, lambda: self._held.words(snapshot), paragraphs)
        return snapshot, needles, passages, total

    def _place(self, snapshot: Snapshot, paragraph_id: str) -> tuple[Segment, int]:
        found = snapshot.find_paragraph(paragraph_id)
        if found is None:
            raise NotFound(
                f"There is no paragraph {paragraph_id[:40]}. It may have been removed from the corpus; search for its words."
            )
        return found

    def _hits(self, snapshot: Snapshot, request: SearchRequest) -> int:
        """How many paragraphs a request without filters shows; none where it had to be relaxed."""
        matching = self._match(snapshot, request, scored=False)
        return 0 if matching.relaxed else shown(matching, request)
