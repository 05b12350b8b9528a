"""The engine of an archive on a cluster."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from juanzong.index.cluster.address import parse_address
from juanzong.index.cluster.archive import ClusterArchive
from juanzong.index.cluster.connection import ClusterUnavailable, Limit
from juanzong.index.cluster.tallies import USERDICT, read_blob
from juanzong.index.cluster.values import all_values
from juanzong.index.errors import NoIndex, UsageError
from juanzong.search import budget
from juanzong.search.answer.explanation import Explanation
from juanzong.search.answer.facets import Facet
from juanzong.search.answer.histogram import grain, histogram
from juanzong.search.answer.result import DocumentView, Hit, QueryReading, SearchResult, filters_of
from juanzong.search.engines.opensearch import counting, lookup, views
from juanzong.search.engines.opensearch.assistance import Assistance
from juanzong.search.engines.opensearch.conditions import SHOWN, every
from juanzong.search.engines.opensearch.context import Contexts
from juanzong.search.engines.opensearch.inquiry import ANY, ORDERS, Inquiry
from juanzong.search.engines.opensearch.neighbours import beside
from juanzong.search.engines.opensearch.scores import ScoredRow
from juanzong.search.engines.opensearch.snapshot import Snapshot, segmenter_of
from juanzong.search.language.synonyms import stamp_of, synonyms_in
from juanzong.search.request import FACET_FIELDS, FACET_LIMIT, MAIN_FACETS, MAX_COPIES, SORTS, SearchRequest
from juanzong.search.suggestion.completion import Suggestion

if TYPE_CHECKING:
    from juanzong.search.engines.opensearch.studies import RowPassages
    from juanzong.search.language.needles import Needle
    from juanzong.search.study.comparison import CompareRequest, Comparison
    from juanzong.search.study.concordance import Concordance, ConcordanceLine
    from juanzong.search.study.findings import Finder
    from juanzong.search.study.trends import Trend, TrendRequest

Json = dict[str, Any]
# seconds for which a generation is taken to be the newest
FRESH = 1.0


class ClusterEngine:
    """Searches an archive on a cluster. One engine serves all threads, and moves to a new generation when one is published."""

    def __init__(self, address: str) -> None:
        """Raises UsageError, NoIndex, DamagedIndex or ClusterUnavailable."""
        self.address = parse_address(address)
        self.archive = ClusterArchive(self.address, Limit(budget.left, budget.require))
        self._lock = threading.Lock()
        self._looked = time.monotonic()
        self._snapshot = self._open()
        self._assisting: tuple[Snapshot, Assistance] | None = None
        self._around: Contexts | None = None

    def snapshot(self) -> Snapshot:
        """The generation that answers now. A request takes it once and keeps it to its end."""
        if time.monotonic() - self._looked > FRESH and self._lock.acquire(blocking=False):
            try:
                current = self.archive.current()
                if (current.number, current.manifest["built_at"]) != (
                    self._snapshot.generation.number,
                    self._snapshot.generation.manifest["built_at"],
                ):
                    self._snapshot = self._open()
                self._snapshot.info.pop("fallback", None)
            except ClusterUnavailable:
                # the search itself will say so, if it is still true
                pass
            except NoIndex as error:
                # what is open goes on answering, and says why it is not the newest
                self._snapshot.info["fallback"] = str(error)
            finally:
                self._looked = time.monotonic()
                self._lock.release()
        return self._snapshot

    def _open(self) -> Snapshot:
        generation = self.archive.current()
        userdict = read_blob(self.archive.connection, generation, USERDICT)
        return Snapshot(self.archive, generation, segmenter_of(userdict))

    # --- searching ---

    def search(self, request: SearchRequest, values: int = FACET_LIMIT, further: Sequence[str] = ()) -> SearchResult:
        """One page of hits with exact totals and facets, of each facet the first so many values; of the further facets those that are filtered or
        asked for. Raises UsageError for a request that cannot be understood."""
        started, partial = time.perf_counter(), self.archive.connection.partial_answers
        request.validate()
        inquiry = self._inquiry(request)
        snapshot, names = inquiry.snapshot, counting.counted(request, further)
        aggregations = counting.aggregations(snapshot, request, grain(request) == "day", names)
        answer, wanted = inquiry.answer({**aggregations, **counting.of_matches(request, inquiry.kept)})
        found, total = answer["aggregations"], answer["hits"]["total"]["value"]
        hidden = 0 if total or request.boilerplate else found["hidden"]["doc_count"]
        counted = counting.by_facet(found, request, names)
        listed: Sequence[ScoredRow] = ()
        left_out: list[str] = []
        if (first := (request.page - 1) * request.size) < total:
            listed, fine = inquiry.listed(answer, wanted, first, first + request.size)
            left_out += ["ranking"] if not fine and budget.is_short() else []
        around = beside(inquiry, listed, total, found)
        asked, filters = inquiry.asked, filters_of(request)
        hits = views.hits(around.hits, request, asked.plan.needles, around.others, around.copies)
        meant: tuple[str, ...] | None = ()
        if not filters and (asked.relaxed if total else not hidden):
            meant = None if budget.is_short() else self._corrections(inquiry)
            left_out += ["did_you_mean"] if meant is None else []
        reading = QueryReading(
            request.q,
            request.mode,
            asked.relaxed,
            asked.plan.terms,
            filters,
            asked.parsed.reading,
            asked.parsed.notes,
            asked.unmatched,
            meant or (),
        )
        return SearchResult(
            request,
            reading,
            total,
            around.articles,
            (time.perf_counter() - started) * 1e3,
            hits,
            counting.facets(counted, request, values, names),
            histogram(counting.counts(counted), request),
            self._told(snapshot, partial),
            {"boilerplate": hidden},
            around.entries,
            tuple(left_out),
        )

    def _inquiry(self, request: SearchRequest, snapshot: Snapshot | None = None) -> Inquiry:
        snapshot = snapshot or self.snapshot()
        return Inquiry(snapshot, request, synonyms_in(self.address.synonyms), self._contexts(snapshot))

    def _contexts(self, snapshot: Snapshot) -> Contexts:
        with self._lock:
            if self._around is None or self._around.snapshot is not snapshot:
                self._around = Contexts(snapshot)
            return self._around

    def scan(self, request: SearchRequest, ranked: bool = False) -> Iterator[dict[str, Any]]:
        """Every hit as `to_dict` shows it, without facets: in id order, or where `ranked` those of all pages in the order of the pages. Raises UsageError."""
        request.validate()
        inquiry = self._inquiry(request).settled()
        entries = inquiry.filled(inquiry.collapsed() if ranked else inquiry.entries("id"))
        return (hit.to_dict() for hit in views.stream(entries, request, inquiry.asked.plan.needles))

    def values(self, request: SearchRequest, name: str) -> Facet:
        """All values of a facet with their counts, as the answer to the request would show the first of them.
        Raises UsageError."""
        request.validate()
        if name not in FACET_FIELDS:
            raise UsageError(f'There is no facet "{name}"; use {", ".join(FACET_FIELDS)}.')
        inquiry = self._inquiry(request)
        answer, _ = inquiry.answer(counting.aggregations(inquiry.snapshot, request, False, (name,)), 0)
        counted = counting.by_facet(answer["aggregations"], request, (name,))
        return counting.facets(counted, request, sys.maxsize, (name,))[name]

    # --- single paragraphs and documents ---

    def paragraph(self, paragraph_id: str) -> Hit:
        """A paragraph by its id, as a hit without marks. Raises NotFound."""
        return views.hits([ScoredRow(lookup.paragraph(self.snapshot(), paragraph_id), 0.0)], SearchRequest(), ())[0]

    def copies(self, request: SearchRequest, paragraph_id: str) -> list[Hit]:
        """A paragraph and those of its near-duplicates that the request finds, the earliest first, at most MAX_COPIES. Raises UsageError and NotFound."""
        request.validate()
        inquiry = self._inquiry(request)
        snapshot = inquiry.snapshot
        row = lookup.paragraph(snapshot, paragraph_id)
        group: Json = {"term": {"same": row["same"]}} if "same" in row else {"term": {"id": row["id"]}}
        body = {
            "size": MAX_COPIES,
            "query": every([inquiry.settled().matches, group]),
            "sort": ORDERS["date"],
            "_source": list(views.HIT),
        }
        rows = [hit["_source"] for hit in snapshot.connection.search(snapshot.index, body)["hits"]["hits"]]
        if not any(found["id"] == row["id"] for found in rows):
            rows.append(row)
        found = views.hits([ScoredRow(one, 0.0) for one in rows], request, inquiry.asked.plan.needles)
        return sorted(found, key=lambda hit: (hit.date or "9999", hit.id))[:MAX_COPIES]

    def document(self, document_id: str, q: str = "", mode: str = "all") -> DocumentView:
        """A document with the words of a query marked. Raises NotFound."""
        snapshot = self.snapshot()
        record = lookup.record(snapshot, document_id)
        request = SearchRequest(q=q, mode=mode)
        request.validate()
        needles = self._inquiry(request, snapshot).settled().asked.plan.needles if q else ()
        return lookup.document(snapshot, record, needles)

    # --- studies ---

    def trends(self, request: TrendRequest) -> Trend:
        """How often searches find something in each day, month, quarter or year. Raises UsageError."""
        from juanzong.search.study.trends import MOST_SERIES, trends

        snapshot = self.snapshot()

        def values() -> list[str]:
            found = self.values(request.search, request.by).values[:MOST_SERIES]
            return [value.value for value in found]

        partial = self.archive.connection.partial_answers
        found = trends(self._finder(snapshot), request, values, snapshot.info)
        return replace(found, index=self._told(snapshot, partial))

    def compare(self, request: CompareRequest) -> Comparison:
        """Two sets of paragraphs side by side. Raises UsageError."""
        from juanzong.search.engines.opensearch.studies import CountedPair
        from juanzong.search.study.comparison import compare

        snapshot = self.snapshot()

        def pair(sides: Sequence[Any]) -> CountedPair:
            return CountedPair(sides, request.search)

        partial = self.archive.connection.partial_answers
        found = compare(self._finder(snapshot), request, pair, snapshot.info)
        return replace(found, index=self._told(snapshot, partial))

    def _finder(self, snapshot: Snapshot) -> Finder:
        """What searches find in a generation, all filters applied."""
        from juanzong.search.engines.opensearch.studies import Counted

        return lambda request: Counted(snapshot, self._inquiry(request, snapshot).settled().matches)

    def concordance(self, request: SearchRequest) -> Concordance:
        """One page of lines, and the collocates of all of them. Raises UsageError."""
        from juanzong.search.study.concordance import concordance

        partial = self.archive.connection.partial_answers
        snapshot, passages, needles, total = self._passages(request)
        found = concordance(passages, request, total, needles, snapshot.info)
        return replace(found, index=self._told(snapshot, partial))

    def concordance_lines(self, request: SearchRequest) -> Iterator[ConcordanceLine]:
        """Every line of a concordance, in the order of the pages. Raises UsageError."""
        from juanzong.search.study.concordance import every_line

        _, passages, needles, _ = self._passages(request)
        return every_line(passages, needles, request.sort)

    def _passages(self, request: SearchRequest) -> tuple[Snapshot, RowPassages, Sequence[Needle], int]:
        """The paragraphs whose marks become lines, in the order of the pages where that is one of paragraphs, else the newest first; and how many there are."""
        from juanzong.search.engines.opensearch.studies import RowPassages
        from juanzong.search.study.concordance import MOST_PARAGRAPHS

        request.validate()
        sort = request.sort if request.sort in SORTS else "-date"
        inquiry = self._inquiry(replace(request, view="", sort=sort, collapse="", page=1))
        answer, wanted = inquiry.answer(ANY)
        snapshot, needles = inquiry.snapshot, inquiry.asked.plan.needles
        entries = inquiry.filled(inquiry.listed(answer, wanted, 0, MOST_PARAGRAPHS)[0])
        return snapshot, RowPassages(snapshot, entries, request, needles), needles, answer["hits"]["total"]["value"]

    # --- help ---

    def suggest(self, text: str, limit: int = 10) -> list[Suggestion]:
        """What a query that is being typed may become, the likeliest first. Raises UsageError for a limit out of range."""
        return self._assistance(self.snapshot()).suggester.suggest(text, limit)

    def _corrections(self, inquiry: Inquiry) -> tuple[str, ...] | None:
        """What may have been meant; None where there is no time to find out."""
        snapshot = inquiry.snapshot

        def hits(q: str) -> int:
            own = replace(inquiry.request, q=q)
            asked = self._inquiry(own, snapshot).asked
            return snapshot.connection.counts(snapshot.index, [every([asked.required, *counting.shown(own)])])[0]

        try:
            return self._assistance(snapshot).speller.corrections(inquiry.asked.parsed, hits)
        except budget.OverBudget:
            return None

    def _assistance(self, snapshot: Snapshot) -> Assistance:
        with self._lock:
            if self._assisting is None or self._assisting[0] is not snapshot:
                self._assisting = snapshot, Assistance(snapshot)
            return self._assisting[1]

    def explain(self, request: SearchRequest, paragraph_id: str) -> Explanation:
        """Why a paragraph is found by a request or not. Raises UsageError, or NotFound where there is no such paragraph."""
        from juanzong.search.answer.explanation import explain

        request.validate()
        inquiry = self._inquiry(request)
        snapshot = inquiry.snapshot
        row = lookup.paragraph(snapshot, paragraph_id)
        asked = inquiry.settled().asked
        found = snapshot.connection.counts(snapshot.index, [every([asked.required, {"term": {"id": row["id"]}}])])[0]
        again = inquiry.best().get(row["id"])
        score = None
        if found:
            score = again if again is not None else float(inquiry.scorer.scores([row])[0]) if inquiry.scorer else 0.0
        return explain(
            lookup.subject(snapshot, row),
            request,
            asked.parsed,
            asked.plan,
            asked.relaxed,
            score,
            snapshot.segmenter,
            snapshot,
            again is not None,
        )

    def stats(self) -> dict[str, Any]:
        """Counts over the whole archive: documents, articles, paragraphs, and how many paragraphs each value and year has."""
        snapshot = self.snapshot()
        generation, manifest = snapshot.generation, snapshot.generation.manifest
        request = SearchRequest(q="*")
        names = counting.counted(request)
        answer, _ = self._inquiry(request, snapshot).answer(counting.aggregations(snapshot, request, False, names), 0)
        counted = counting.by_facet(answer["aggregations"], request, names)
        values = {
            name: [
                {"value": value, "count": count}
                for value, count in sorted(
                    all_values(self.archive, generation, name, SHOWN), key=lambda item: (-item[1], item[0])
                )
            ]
            for name in MAIN_FACETS
        }
        years: dict[str, int] = {}
        for period, total in counting.buckets(counted["date"]["values"]).items():
            years[f"{period // 13:04}"] = years.get(f"{period // 13:04}", 0) + total
        values["year"] = [{"value": year, "count": total} for year, total in sorted(years.items())]
        missing = {name: counted[name]["missing"]["doc_count"] for name in (*MAIN_FACETS, "date")}
        stored = snapshot.connection.call(
            "GET", f"/{','.join(generation.indices)}/_stats/store", filter_path="_all.primaries.store.size_in_bytes"
        )
        return {
            **manifest["counts"],
            "facets": values,
            "missing": missing,
            "undated": missing["date"],
            "sources": manifest["corpora"],
            "seconds": manifest["seconds"],
            "bytes": stored["_all"]["primaries"]["store"]["size_in_bytes"],
            **snapshot.info,
        }

    def collections(self) -> list[str]:
        """The top folders of the corpus: the widest folders of the facet `path`, and "." for what lies in none."""
        found = self.values(SearchRequest(q="*", boilerplate=True), "path")
        root = ["."] if found.missing else []
        return sorted({*root, *(value.value for value in found.values if "/" not in value.value)})

    def restricted(self, seen: Collection[str]) -> ClusterEngine:
        """What a cluster tells of its terms holds for the whole archive."""
        raise UsageError(
            "An archive on a cluster is not kept to some readers by collection; give each collection an archive of its own."
        )

    def info(self) -> dict[str, Any]:
        """The `index` part of every answer; `partial` while a part of the archive is away and answers do without it."""
        left_out = self.archive.connection.left_out
        return {**self.snapshot().info, **({"partial": left_out} if left_out else {})}

    def _told(self, snapshot: Snapshot, partial: int) -> dict[str, Any]:
        """The same for an answer, since which so many answers have been partial."""
        connection = self.archive.connection
        lacking = connection.partial_answers != partial
        return {**snapshot.info, "partial": max(1, connection.left_out)} if lacking else snapshot.info

    def health(self) -> dict[str, Any]:
        """How the cluster holds what answers, and by how many generations that is behind. Raises ClusterUnavailable."""
        generation = self.snapshot().generation
        behind = self.archive.current().number - generation.number
        return {**self.archive.health(generation), "expected": generation.manifest["counts"], "behind": behind}

    def edition(self) -> str:
        """Changes whenever the same request may get another answer: with the generation, and with the curator's synonyms and saved searches."""
        from juanzong.search.study.saved import stamp

        saved = stamp(Path(self.address.searches)) if self.address.searches else ""
        return f"{self.snapshot().generation.number}-{stamp_of(self.address.synonyms)}{saved}"

    def warm(self) -> None:
        """Loads what the first answer would load: the dictionary, the connections."""
        self.search(SearchRequest(q="中国 2020"))

    def inspect(self, pause: float = 0.0) -> None:
        """The cluster looks after its own files."""

    def close(self) -> None:
        """Lets go of the connections."""
        self.archive.connection.client.close()
