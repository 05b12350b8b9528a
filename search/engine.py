"""The seam: a request goes in, a result comes out. Nothing above this module knows which engine answers."""
from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from whoosh import query as whoosh

from index.arrays import Array
from index.errors import NotFound
from index.generation import IndexDirectory
from index.packing import KIND_NUMBERS
from index.segment import Segment
from search import facets as facet_counts
from search.facets import Counts, Filters
from search.histogram import grain, histogram
from search.hits import Display
from search.plan import Plan, plan
from search.query import Empty, ParsedQuery, literal, parse
from search.ranking import leaders, top
from search.request import SearchRequest
from search.result import DocumentView, QueryReading, SearchResult, filters_of
from search.snapshot import Snapshot
from search.synonyms import synonyms_for, synonyms_stamp

if TYPE_CHECKING:
    from search.explain import Explanation
    from search.suggest import Suggestion

FACET_LIMIT = 100


class Engine:
    """Searches the index in a folder. One engine serves all threads, and moves to a new generation when one is published."""

    def __init__(self, index_dir: Path | str) -> None:
        """Raises NoIndex or DamagedIndex."""
        self._directory = IndexDirectory(Path(index_dir))
        self._lock = threading.Lock()
        self._stamp = self._directory.stamp()
        self._snapshot = Snapshot(*self._directory.open())

    def snapshot(self) -> Snapshot:
        """The generation that answers now. A request takes it once and keeps it to its end."""
        stamp = self._directory.stamp()
        if stamp != self._stamp and stamp is not None and self._lock.acquire(blocking=False):
            try:
                self._snapshot, self._stamp = Snapshot(*self._directory.open()), stamp
            finally:
                self._lock.release()
        return self._snapshot

    def search(self, request: SearchRequest) -> SearchResult:
        """One page of hits with exact totals and facets. Raises UsageError for a request that cannot be understood."""
        started = time.perf_counter()
        request.validate()
        snapshot = self.snapshot()
        parsed, planned, relaxed, unmatched, matched = self._match(snapshot, request, scored=request.sort == "relevance")
        wanted = min(request.page * request.size, snapshot.statistics.paragraphs)
        counts = Counts()
        best: list[tuple[Any, Segment, int, float]] = []
        found_docs: dict[str, Array] = {}
        groups: list[Array] = []
        total = articles = hidden = entries = 0
        by_day = grain(request) == "day"
        for segment, docs, scores in matched:
            visible = _visible(segment, docs, request)
            hidden += 0 if visible is None else len(docs) - int(np.count_nonzero(visible))
            if visible is not None:
                docs, scores = docs[visible], None if scores is None else scores[visible]
            masks = Filters(request, segment).masks(docs)
            facet_counts.count(segment, docs, masks, counts, by_day)
            if masks:
                kept = np.logical_and.reduce(list(masks.values()))
                docs, scores = docs[kept], None if scores is None else scores[kept]
            total += len(docs)
            found_docs[segment.name] = docs
            article_numbers = segment.column("article")[docs]
            articles += _distinct(article_numbers, segment.articles)
            if request.collapse:
                places = top(segment, docs, scores, request.sort, max(1, len(docs)))
                keys = snapshot.groups[segment.name].of(docs[places]) if request.collapse == "text" else article_numbers[places] + 1
                places = leaders(places, keys)
                entries += len(places)
                if request.collapse == "text":
                    groups.append(snapshot.groups[segment.name].of(docs[places]))
            else:
                places = top(segment, docs, scores, request.sort, wanted)
                entries += len(docs)
            for place in places[:wanted].tolist():
                doc = int(docs[place])
                score = 0.0 if scores is None else float(scores[place])
                best.append((_order(segment, doc, score, request.sort), segment, doc, score))
        if len(snapshot.segments) > 1:
            best.sort(key=lambda entry: entry[0])
            if groups:
                best = _leading(snapshot, best)
                entries -= _repeated(np.concatenate(groups))
        display = Display(snapshot, request, planned.needles)
        page = best[(request.page - 1) * request.size:wanted]
        hits = [display.hit(segment, doc, score, _others(segment, found_docs[segment.name], doc), _same(snapshot, segment, found_docs, doc))
                for _, segment, doc, score in page]
        found = facet_counts.facets(counts, request, FACET_LIMIT)
        filters = filters_of(request)
        meant = () if filters or (not relaxed if total else hidden) else snapshot.speller.corrections(parsed, lambda q: self._hits(snapshot, replace(request, q=q)))
        reading = QueryReading(request.q, request.mode, relaxed, planned.terms, filters, parsed.reading, parsed.notes, unmatched, meant)
        return SearchResult(request, reading, total, articles, (time.perf_counter() - started) * 1e3, hits, found,
                            histogram(counts, request), snapshot.info, {"boilerplate": hidden if not total and not request.boilerplate else 0}, entries)

    def scan(self, request: SearchRequest) -> Iterator[dict[str, Any]]:
        """Every hit as `to_dict` shows it, in id order, without facets. Raises UsageError."""
        request.validate()
        snapshot = self.snapshot()
        _, planned, _, _, matched = self._match(snapshot, request, scored=False)
        display = Display(snapshot, request, planned.needles)
        runs = []
        for segment, docs, _ in matched:
            visible = _visible(segment, docs, request)
            docs = docs if visible is None else docs[visible]
            if masks := Filters(request, segment).masks(docs):
                docs = docs[np.logical_and.reduce(list(masks.values()))]
            ids = segment.column("id")[docs]
            order = np.argsort(ids, kind="stable")
            runs.append(zip(ids[order].tolist(), [segment] * len(docs), docs[order].tolist()))
        return (display.hit(segment, doc, 0.0).to_dict() for _, segment, doc in heapq.merge(*runs, key=lambda entry: entry[0]))

    def document(self, document_id: str, q: str = "", mode: str = "all") -> DocumentView:
        """A document with the words of a query marked. Raises NotFound."""
        snapshot = self.snapshot()
        found = snapshot.find_document(document_id)
        if found is None:
            raise NotFound(f"There is no document {document_id}. It may have been removed from the corpus; search for its words.")
        request = SearchRequest(q=q, mode=mode)
        request.validate()
        planned = self._match(snapshot, request, scored=False)[1] if q else None
        return Display(snapshot, request, planned.needles if planned else ()).document(*found)

    def suggest(self, text: str, limit: int = 10) -> list[Suggestion]:
        """What a query that is being typed may become, the likeliest first. Raises UsageError for a limit out of range."""
        return self.snapshot().suggester.suggest(text, limit)

    def explain(self, request: SearchRequest, paragraph_id: str) -> Explanation:
        """Why a paragraph is found by a request or not. Raises UsageError, or NotFound where there is no such paragraph."""
        from search.explain import explain
        request.validate()
        snapshot = self.snapshot()
        parsed, planned, relaxed, _, matched = self._match(snapshot, request, scored=True)
        return explain(snapshot, request, paragraph_id, parsed, planned, relaxed, matched)

    def stats(self) -> dict[str, Any]:
        """Counts over the whole index: documents, articles, paragraphs, and how many paragraphs each value and year has."""
        snapshot = self.snapshot()
        counts = Counts()
        request = SearchRequest(q="*")
        for segment, docs, _ in snapshot.run(whoosh.Every(), scored=False):
            visible = _visible(segment, docs, request)
            facet_counts.count(segment, docs if visible is None else docs[visible], {}, counts, False)
        years: dict[str, int] = {}
        for period, total in counts.periods.items():
            year = f"{period // 13:04}"
            years[year] = years.get(year, 0) + total
        values = {name: [{"value": value, "count": total} for value, total in sorted(facet_counts.totals_of(parts).items(), key=lambda item: (-item[1], item[0]))]
                  for name, parts in counts.values.items()}
        values["year"] = [{"value": year, "count": total} for year, total in sorted(years.items())]
        manifest = snapshot.generation.manifest
        return {**manifest["counts"], "facets": values, "missing": counts.missing, "undated": counts.missing["date"], "sources": manifest["corpora"],
                "seconds": manifest["seconds"], "bytes": sum(segment.arrays.bytes() for segment in snapshot.segments), **snapshot.info}

    def info(self) -> dict[str, Any]:
        """The `index` part of every answer."""
        return self.snapshot().info

    def edition(self) -> str:
        """Changes whenever the same request may get another answer: with the generation, and with the curator's synonyms."""
        return f"{self.snapshot().generation.number}-{synonyms_stamp(self._directory.folder)}"

    def close(self) -> None:
        """Lets go of the index. The maps close when the last answer that uses them is gone."""

    # --- matching ---

    def _match(self, snapshot: Snapshot, request: SearchRequest, scored: bool) -> tuple[
            ParsedQuery, Plan, bool, tuple[str, ...], list[tuple[Segment, Array, Array | None]]]:
        """The matches before any filter; the query is relaxed to any word where all words together match nothing in the index."""
        exact = request.mode == "exact"
        parsed = literal(request.q) if exact else parse(request.q)
        if isinstance(parsed.root, Empty) and not request.q.strip():
            parsed = replace(parse("*"), q=request.q)
        if not exact:
            parsed = synonyms_for(self._directory.folder).widen(parsed)
        planned = plan(parsed, snapshot.segmenter, any_word=request.mode == "any")
        matched = list(snapshot.run(planned.query, scored))
        if request.mode != "all" or any(len(docs) for _, docs, _ in matched) or isinstance(parsed.root, Empty):
            return parsed, planned, False, (), matched
        loose = plan(parsed, snapshot.segmenter, any_word=True)
        found = list(snapshot.run(loose.query, scored))
        forms = {note.args[0]: note.args for note in parsed.notes if note.code == "widened"}
        unmatched = tuple(term for term in planned.terms if not any(self._stands(snapshot, form) for form in forms.get(term, (term,))))
        if not any(len(docs) for _, docs, _ in found):
            return parsed, planned, False, unmatched, matched
        return parsed, loose, True, unmatched, found

    def _hits(self, snapshot: Snapshot, request: SearchRequest) -> int:
        """How many paragraphs a request without filters shows; none where it had to be relaxed."""
        _, _, relaxed, _, matched = self._match(snapshot, request, scored=False)
        return 0 if relaxed else sum(len(docs) if (shown := _visible(segment, docs, request)) is None else int(np.count_nonzero(shown))
                                     for segment, docs, _ in matched)

    @staticmethod
    def _stands(snapshot: Snapshot, term: str) -> bool:
        required = plan(parse(f'"{term}"') if '"' not in term else literal(term), snapshot.segmenter, any_word=False).required
        return any(len(docs) for _, docs, _ in snapshot.run(required, scored=False))


def open_engine(index_dir: Path | str) -> Engine:
    """The engine for an index folder. Raises NoIndex, or DamagedIndex naming the file."""
    return Engine(index_dir)


def _visible(segment: Segment, docs: Array, request: SearchRequest) -> Array | None:
    """Which matches are shown (bool): boilerplate only where asked for. None where all are."""
    if request.boilerplate:
        return None
    shown: Array = segment.column("kind")[docs] != KIND_NUMBERS["boilerplate"]
    return None if shown.all() else shown


def _order(segment: Segment, doc: int, score: float, sort: str) -> tuple[Any, ...]:
    """A key that puts the hits of several segments in one order."""
    day, identifier = int(segment.column("first_day")[doc]), int(segment.column("id")[doc])
    if sort == "date":
        return (day == 0, day, identifier)
    return (-score if sort == "relevance" else 0.0, -day, identifier)


def _leading(snapshot: Snapshot, best: list[tuple[Any, Segment, int, float]]) -> list[tuple[Any, Segment, int, float]]:
    """Of hits in order, the first of each group of near-duplicates, which may lie in several segments."""
    seen: set[int] = set()
    kept = []
    for entry in best:
        group = int(snapshot.groups[entry[1].name].of(np.array([entry[2]], np.uint32))[0])
        if not group or group not in seen:
            seen.add(group)
            kept.append(entry)
    return kept


def _repeated(groups: Array) -> int:
    """How many of these groups (0 is none) were there before."""
    several = groups[groups > 0]
    return len(several) - len(np.unique(several))


def _others(segment: Segment, docs: Array, paragraph: int) -> int:
    """How many further matches stand in the article of this one."""
    within = segment.document_paragraphs(int(segment.column("document")[paragraph]))
    first, last = np.searchsorted(docs, np.array((within.start, within.stop), docs.dtype))
    articles = segment.column("article")
    return int(np.count_nonzero(articles[docs[first:last]] == articles[paragraph])) - 1


def _same(snapshot: Snapshot, segment: Segment, found: dict[str, Array], paragraph: int) -> int:
    """How many further matches are near-duplicates of this one."""
    group = int(snapshot.groups[segment.name].of(np.array([paragraph], np.uint32))[0])
    if not group:
        return 0
    return sum(int(np.isin(snapshot.groups[name].members(group), docs).sum()) for name, docs in found.items()) - 1


def _distinct(article_numbers: Array, articles: int) -> int:
    if not len(article_numbers):
        return 0
    changed = np.ones(len(article_numbers), bool)
    np.not_equal(article_numbers[1:], article_numbers[:-1], out=changed[1:])
    seen = np.zeros(articles, bool)
    seen[article_numbers[changed]] = True
    return int(np.count_nonzero(seen))
