"""The engine of an archive on a cluster."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from whoosh import query as whoosh

from juanzong.index.cluster.address import parse_address
from juanzong.index.cluster.archive import ClusterArchive
from juanzong.index.cluster.connection import ClusterUnavailable
from juanzong.index.cluster.publication import all_values
from juanzong.index.cluster.rows import key_of
from juanzong.index.cluster.tallies import USERDICT, read_blob
from juanzong.index.errors import NoIndex, NotFound, UsageError
from juanzong.index.text.analysis import Segmenter
from juanzong.search.answer.explanation import Explanation
from juanzong.search.answer.facets import Facet
from juanzong.search.answer.histogram import grain, histogram
from juanzong.search.answer.hits import shown_date
from juanzong.search.answer.result import DocumentView, Hit, QueryReading, SearchResult, filters_of
from juanzong.search.answer.term_scores import scored_terms
from juanzong.search.engines.opensearch import counting, views
from juanzong.search.engines.opensearch.assistance import Assistance
from juanzong.search.engines.opensearch.conditions import SHOWN, condition, every
from juanzong.search.engines.opensearch.context import Contexts
from juanzong.search.engines.opensearch.limits import Unsupported
from juanzong.search.engines.opensearch.scores import Entry, ScoredTerm, Scorer, first_of, in_order, page
from juanzong.search.engines.opensearch.snapshot import Snapshot
from juanzong.search.execution.matching import understood
from juanzong.search.execution.nodes import Titled
from juanzong.search.execution.plan import Plan, plan
from juanzong.search.execution.rescoring import DEPTH
from juanzong.search.language.parser import Empty, ParsedQuery, literal
from juanzong.search.language.synonyms import stamp_of, synonyms_in
from juanzong.search.request import MAIN_FACETS, SearchRequest
from juanzong.search.suggestion.completion import Suggestion

if TYPE_CHECKING:
    from juanzong.search.answer.subject import Subject
    from juanzong.search.study.comparison import CompareRequest, Comparison
    from juanzong.search.study.concordance import Concordance, Line
    from juanzong.search.study.trends import Trend, TrendRequest

Json = dict[str, Any]
FACET_LIMIT = 100
MAX_COPIES = 200
BATCH = 1_000
MOST_IN_ARTICLE = 5_000
# seconds for which a generation is taken to be the newest
FRESH = 1.0
NEWEST: list[Any] = [{"first_day": {"order": "desc", "missing": "_last"}}, {"id": "asc"}]
ORDERS: dict[str, list[Any]] = {
    "relevance": [{"_score": "desc"}, *NEWEST],
    "-date": NEWEST,
    "date": [{"first_day": {"order": "asc", "missing": "_last"}}, {"id": "asc"}],
    "id": [{"id": "asc"}],
}


@dataclass(frozen=True)
class Asked:
    """A query as it is put to the server. `total` counts what it matches, filters and hidden boilerplate aside."""

    parsed: ParsedQuery
    plan: Plan
    required: Json
    relaxed: bool = False
    unmatched: tuple[str, ...] = ()


class ClusterEngine:
    """Searches an archive on a cluster. One engine serves all threads, and moves to a new generation when one is published."""

    def __init__(self, address: str) -> None:
        """Raises UsageError, NoIndex, DamagedIndex or ClusterUnavailable."""
        self.address = parse_address(address)
        self.archive = ClusterArchive(self.address)
        self._lock = threading.Lock()
        self._seen = time.monotonic()
        self._snapshot = self._open()
        self._helper: tuple[Snapshot, Assistance] | None = None
        self._around: Contexts | None = None

    def snapshot(self) -> Snapshot:
        """The generation that answers now. A request takes it once and keeps it to its end."""
        if time.monotonic() - self._seen > FRESH and self._lock.acquire(blocking=False):
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
                self._seen = time.monotonic()
                self._lock.release()
        return self._snapshot

    def _open(self) -> Snapshot:
        generation = self.archive.current()
        userdict = read_blob(self.archive.connection, generation, USERDICT)
        return Snapshot(self.archive, generation, _segmenter(userdict))

    # --- searching ---

    def search(self, request: SearchRequest, values: int = FACET_LIMIT, further: Sequence[str] = ()) -> SearchResult:
        """One page of hits with exact totals and facets, of each facet the first so many values; the `further` facets are not counted on a cluster.
        Raises UsageError for a request that cannot be understood."""
        started = time.perf_counter()
        request.validate()
        snapshot = self.snapshot()
        by_day = grain(request) == "day"
        asked, answer, wanted, scorer = self._answer(
            snapshot, request, counting.aggregations(snapshot, request, by_day)
        )
        counted, total = answer["aggregations"], answer["hits"]["total"]["value"]
        hidden = 0 if total or request.boilerplate else counted["hidden"]["doc_count"]
        ordered = in_order(answer["hits"]["hits"], wanted, self._fetch(snapshot, request, asked, scorer), scorer)
        ordered = self._in_context(snapshot, asked, ordered, scorer)
        listed = (
            page(self._collapsed(request, ordered), request.page, request.size)
            if (request.page - 1) * request.size < total
            else []
        )
        articles, entries, others, copies = self._beside(snapshot, request, asked, listed, total)
        hits = views.hits(listed, request, asked.plan.needles, others, copies)
        filters = filters_of(request)
        wrong = not filters and (asked.relaxed if total else not hidden)
        meant = self._corrections(snapshot, asked.parsed, request) if wrong else ()
        reading = QueryReading(
            request.q,
            request.mode,
            asked.relaxed,
            asked.plan.terms,
            filters,
            asked.parsed.reading,
            asked.parsed.notes,
            asked.unmatched,
            meant,
        )
        found = counting.facets(counted, request, values)
        return SearchResult(
            request,
            reading,
            total,
            articles,
            (time.perf_counter() - started) * 1e3,
            hits,
            found,
            histogram(counting.counts(counted), request),
            snapshot.info,
            {"boilerplate": hidden},
            entries,
        )

    def _understood(self, request: SearchRequest) -> ParsedQuery:
        return understood(request, synonyms_in(self.address.synonyms))

    def _answer(
        self, snapshot: Snapshot, request: SearchRequest, aggregations: Json, size: int | None = None
    ) -> tuple[Asked, Json, int, Scorer | None]:
        """The answer to a request: how it was put, what the server says, how many hits were asked for, and what scores them."""
        parsed = self._understood(request)
        asked = self._asked(snapshot, parsed, request.mode == "any")
        answer, wanted, scorer = self._ask(snapshot, request, asked, aggregations, size)
        if request.mode != "all" or answer["aggregations"]["any"]["doc_count"] or isinstance(parsed.root, Empty):
            return asked, answer, wanted, scorer
        loose = replace(self._asked(snapshot, parsed, True), relaxed=True, unmatched=self._unmatched(snapshot, asked))
        again, wanted, scorer = self._ask(snapshot, request, loose, aggregations, size)
        if not again["aggregations"]["any"]["doc_count"]:
            return replace(asked, unmatched=loose.unmatched), answer, wanted, None
        return loose, again, wanted, scorer

    def _asked(self, snapshot: Snapshot, parsed: ParsedQuery, any_word: bool) -> Asked:
        planned = plan(parsed, snapshot.segmenter, any_word=any_word)
        return Asked(parsed, planned, condition(planned.root, snapshot.values))

    def _unmatched(self, snapshot: Snapshot, asked: Asked) -> tuple[str, ...]:
        """The words of a query that stand nowhere themselves."""
        forms = {note.args[0]: note.args for note in asked.parsed.notes if note.code == "widened"}
        sought = [(term, form) for term in asked.plan.terms for form in forms.get(term, (term,))]
        stands = snapshot.connection.counts(
            snapshot.index, [condition(literal(form).root, snapshot.values) for _, form in sought]
        )
        found = {term for (term, _), count in zip(sought, stands) if count}
        return tuple(term for term in asked.plan.terms if term not in found)

    def _ask(
        self, snapshot: Snapshot, request: SearchRequest, asked: Asked, aggregations: Json, size: int | None
    ) -> tuple[Json, int, Scorer | None]:
        scorer = self._scorer(snapshot, asked) if request.sort == "relevance" and size is None else None
        last = request.page * request.size
        least = DEPTH + 20 if scorer and asked.plan.in_context else 0
        wanted = (
            size if size is not None else min(BATCH, max(least, 2 * last + 20 if scorer or request.collapse else last))
        )
        body = {**self._body(request, asked, scorer), "size": wanted, "track_total_hits": True, "aggs": aggregations}
        if size is not None:
            body["sort"] = ORDERS["id"]
        return self._searched(snapshot, body, scorer), wanted, scorer

    def _scorer(self, snapshot: Snapshot, asked: Asked) -> Scorer | None:
        terms = _terms_of(asked)
        return Scorer(snapshot, terms, _own_of_titles(asked)) if terms else None

    def _body(self, request: SearchRequest, asked: Asked, scorer: Scorer | None, sort: str = "") -> Json:
        body: Json = {
            "query": {"bool": {"filter": [asked.required], "should": scorer.clauses() if scorer else []}},
            "_source": list(views.HIT),
            "sort": ORDERS[
                sort or ("relevance" if scorer else request.sort if request.sort in ("date", "-date") else "-date")
            ],
        }
        if kept := [*counting.shown(request), *counting.filters(request).values()]:
            body["post_filter"] = every(kept)
        return body

    def _searched(self, snapshot: Snapshot, body: Json, scorer: Scorer | None) -> Json:
        kind = {"search_type": "dfs_query_then_fetch"} if scorer else {}
        # the same copies of the shards for all that is asked by one engine: rounding never differs between two pages
        return snapshot.connection.search(snapshot.index, body, preference="juanzong", **kind)

    def _fetch(
        self, snapshot: Snapshot, request: SearchRequest, asked: Asked, scorer: Scorer | None, sort: str = ""
    ) -> Any:
        body = self._body(request, asked, scorer, sort)

        def fetch(after: Any, number: int) -> Sequence[Json]:
            more = {
                **body,
                "size": number,
                "track_total_hits": False,
                **({"search_after": after} if after is not None else {}),
            }
            hits: Sequence[Json] = self._searched(snapshot, more, scorer)["hits"]["hits"]
            return hits

        return fetch

    def _in_context(
        self, snapshot: Snapshot, asked: Asked, entries: Iterator[Entry], scorer: Scorer | None
    ) -> Iterator[Entry]:
        """The order of the second stage, where there is one."""
        if scorer is None or not asked.plan.in_context:
            return entries
        return self._contexts(snapshot).in_order(entries, scorer)

    def _contexts(self, snapshot: Snapshot) -> Contexts:
        with self._lock:
            if self._around is None or self._around.snapshot is not snapshot:
                self._around = Contexts(snapshot)
            return self._around

    def _collapsed(self, request: SearchRequest, entries: Iterator[Entry]) -> Iterator[Entry]:
        if not request.collapse:
            return entries
        field = "article" if request.collapse == "article" else "same"
        return first_of(entries, lambda row: row.get(field))

    def _beside(
        self, snapshot: Snapshot, request: SearchRequest, asked: Asked, listed: Sequence[Entry], total: int
    ) -> tuple[int, int, dict[str, int], dict[str, int]]:
        """The articles of all matches, the entries of all pages, and the matches in the articles and groups of the hits."""
        if not total:
            return 0, 0, {}, {}
        matches = self._matches(request, asked)
        own = {
            "article": sorted({entry.row["article"] for entry in listed}),
            "same": sorted({entry.row["same"] for entry in listed if "same" in entry.row}),
        }
        aggs: Json = {
            name: {"terms": {"field": name, "include": values, "size": len(values), "shard_size": len(values)}}
            for name, values in own.items()
            if values
        }
        one = total <= counting.MOST_BUCKETS
        if one:
            aggs |= counting.number_of({"field": "article", "size": total, "shard_size": total})
        if request.collapse == "text":
            aggs["single"] = {"missing": {"field": "same"}}
        path = ",".join(f"aggregations.{name}" for name in aggs if name != "each")
        answer = (
            snapshot.connection.search(
                snapshot.index,
                {"size": 0, "query": matches, "aggs": aggs},
                filter_path=f"timed_out,_shards,{path}",
                preference="juanzong",
            )
            if aggs
            else {"aggregations": {}}
        )
        articles = counting.number_in(answer) if one else counting.distinct(snapshot, matches, "article", total)
        entries = total
        if request.collapse == "article":
            entries = articles
        elif request.collapse == "text":
            single = answer["aggregations"]["single"]["doc_count"]
            entries = single + counting.distinct(snapshot, matches, "same", total - single)
        found = answer["aggregations"]
        return (
            articles,
            entries,
            *(counting.buckets(found[name]) if name in found else {} for name in ("article", "same")),
        )  # type: ignore[return-value]

    def _matches(self, request: SearchRequest, asked: Asked) -> Json:
        return every([asked.required, *counting.shown(request), *counting.filters(request).values()])

    def scan(self, request: SearchRequest, ranked: bool = False) -> Iterator[dict[str, Any]]:
        """Every hit as `to_dict` shows it, without facets: in id order, or where `ranked` those of all pages in the order of the pages. Raises UsageError."""
        request.validate()
        snapshot = self.snapshot()
        by_id = not ranked
        asked, _, _, _ = self._answer(snapshot, request, {"any": {"filter": {"match_all": {}}}}, size=0)
        scorer = self._scorer(snapshot, asked) if ranked and request.sort == "relevance" else None
        fetch = self._fetch(snapshot, request, asked, scorer, "id" if by_id else "")
        entries = in_order(fetch(None, BATCH), BATCH, fetch, scorer)
        entries = self._in_context(snapshot, asked, entries, scorer)
        if ranked:
            entries = self._collapsed(request, entries)
        return (hit.to_dict() for hit in views.stream(entries, request, asked.plan.needles))

    def values(self, request: SearchRequest, name: str) -> Facet:
        """All values of a facet (`city`, `agency` or `source`) with their counts, as the answer to the request would show the first of them.
        Raises UsageError."""
        request.validate()
        if name not in MAIN_FACETS:
            raise UsageError(f'There is no facet "{name}"; use {", ".join(MAIN_FACETS)}.')
        snapshot = self.snapshot()
        _, answer, _, _ = self._answer(
            snapshot, request, counting.aggregations(snapshot, request, False, (name,)), size=0
        )
        return counting.facets(answer["aggregations"], request, sys.maxsize, (name,))[name]

    # --- single paragraphs and documents ---

    def paragraph(self, paragraph_id: str) -> Hit:
        """A paragraph by its id, as a hit without marks. Raises NotFound."""
        return views.hits([Entry(self._row(self.snapshot(), paragraph_id), 0.0)], SearchRequest(), ())[0]

    def _row(self, snapshot: Snapshot, paragraph_id: str) -> Json:
        try:
            wanted = f"{int(paragraph_id, 16):016x}"
        except ValueError:
            wanted = ""
        found = (
            snapshot.connection.call("GET", f"/{snapshot.index}/_doc/{wanted}", missing=None)
            if 0 < len(wanted) <= 16
            else None
        )
        if found is None:
            raise NotFound(
                f"There is no paragraph {paragraph_id[:40]}. It may have been removed from the corpus; search for its words."
            )
        row: Json = found["_source"]
        return row

    def copies(self, request: SearchRequest, paragraph_id: str) -> list[Hit]:
        """A paragraph and those of its near-duplicates that the request finds, the earliest first, at most MAX_COPIES. Raises UsageError and NotFound."""
        request.validate()
        snapshot = self.snapshot()
        row = self._row(snapshot, paragraph_id)
        asked, _, _, _ = self._answer(snapshot, request, {"any": {"filter": {"match_all": {}}}}, size=0)
        group: Json = {"term": {"same": row["same"]}} if "same" in row else {"term": {"id": row["id"]}}
        body = {
            "size": MAX_COPIES,
            "query": every([self._matches(request, asked), group]),
            "sort": ORDERS["date"],
            "_source": list(views.HIT),
        }
        rows = [hit["_source"] for hit in snapshot.connection.search(snapshot.index, body)["hits"]["hits"]]
        if not any(found["id"] == row["id"] for found in rows):
            rows.append(row)
        found = views.hits([Entry(one, 0.0) for one in rows], request, asked.plan.needles)
        return sorted(found, key=lambda hit: (hit.date or "9999", hit.id))[:MAX_COPIES]

    def document(self, document_id: str, q: str = "", mode: str = "all") -> DocumentView:
        """A document with the words of a query marked. Raises NotFound."""
        snapshot = self.snapshot()
        found = snapshot.connection.call(
            "GET", f"/{snapshot.generation.documents}/_doc/{key_of(document_id)}", missing=None
        )
        if found is None:
            raise NotFound(
                f"There is no document {document_id}. It may have been removed from the corpus; search for its words."
            )
        request = SearchRequest(q=q, mode=mode)
        request.validate()
        needles = (
            self._answer(snapshot, request, {"any": {"filter": {"match_all": {}}}}, size=0)[0].plan.needles if q else ()
        )
        rows: list[Json] = []
        after: Any = None
        while after is None or len(rows) % BATCH == 0:
            body: Json = {
                "size": BATCH,
                "query": {"term": {"document": found["_source"]["id"]}},
                "sort": [{"seq": "asc"}, {"id": "asc"}],
                "_source": [*views.HIT, "facts"],
                **({"search_after": after} if after else {}),
            }
            hits = snapshot.connection.search(snapshot.index, body)["hits"]["hits"]
            rows += [hit["_source"] for hit in hits]
            if not hits:
                break
            after = hits[-1]["sort"]
        return views.document(found["_source"]["record"], rows, needles, snapshot.info)

    # --- studies ---

    def trends(self, request: TrendRequest) -> Trend:
        raise Unsupported("Trends")

    def compare(self, request: CompareRequest) -> Comparison:
        raise Unsupported("Comparisons")

    def concordance(self, request: SearchRequest) -> Concordance:
        raise Unsupported("Lines of hits")

    def lines(self, request: SearchRequest) -> Iterator[Line]:
        raise Unsupported("Lines of hits")

    # --- help ---

    def suggest(self, text: str, limit: int = 10) -> list[Suggestion]:
        """What a query that is being typed may become, the likeliest first. Raises UsageError for a limit out of range."""
        return self._assistance(self.snapshot()).suggester.suggest(text, limit)

    def _corrections(self, snapshot: Snapshot, parsed: ParsedQuery, request: SearchRequest) -> tuple[str, ...]:
        def hits(q: str) -> int:
            own = replace(request, q=q)
            asked = self._asked(snapshot, self._understood(own), own.mode == "any")
            return snapshot.connection.counts(snapshot.index, [every([asked.required, *counting.shown(own)])])[0]

        return self._assistance(snapshot).speller.corrections(parsed, hits)

    def _assistance(self, snapshot: Snapshot) -> Assistance:
        with self._lock:
            if self._helper is None or self._helper[0] is not snapshot:
                self._helper = snapshot, Assistance(snapshot)
            return self._helper[1]

    def explain(self, request: SearchRequest, paragraph_id: str) -> Explanation:
        """Why a paragraph is found by a request or not. Raises UsageError, or NotFound where there is no such paragraph."""
        from juanzong.search.answer.explanation import explain

        request.validate()
        snapshot = self.snapshot()
        row = self._row(snapshot, paragraph_id)
        asked, _, _, _ = self._answer(snapshot, request, {"any": {"filter": {"match_all": {}}}}, size=0)
        found = snapshot.connection.counts(snapshot.index, [every([asked.required, {"term": {"id": row["id"]}}])])[0]
        scorer = self._scorer(snapshot, asked)
        again = self._reranked(snapshot, request, asked).get(row["id"])
        score = None
        if found:
            score = again if again is not None else float(scorer.scores([row])[0]) if scorer else 0.0
        return explain(
            self._subject(snapshot, row),
            request,
            asked.parsed,
            asked.plan,
            asked.relaxed,
            score,
            snapshot.segmenter,
            snapshot,
            again is not None,
        )

    def _reranked(self, snapshot: Snapshot, request: SearchRequest, asked: Asked) -> dict[str, float]:
        """The paragraphs that the second stage ranks, and their scores."""
        scorer = self._scorer(snapshot, asked)
        if scorer is None or not asked.plan.in_context:
            return {}
        fetch = self._fetch(snapshot, replace(request, sort="relevance"), asked, scorer)
        ordered = self._in_context(snapshot, asked, in_order(fetch(None, BATCH), BATCH, fetch, scorer), scorer)
        return {entry.id: entry.score for entry in islice(ordered, DEPTH)}

    def _subject(self, snapshot: Snapshot, row: Json) -> Subject:
        from juanzong.search.answer.subject import Subject

        body: Json = {
            "size": MOST_IN_ARTICLE,
            "query": {"term": {"document": row["document"]}},
            "sort": [{"seq": "asc"}, {"id": "asc"}],
            "_source": ["id", "article", "text"],
        }
        rows = [hit["_source"] for hit in snapshot.connection.search(snapshot.index, body)["hits"]["hits"]]
        place = next((place for place, other in enumerate(rows) if other["id"] == row["id"]), 0)
        before = rows[place - 1] if place and rows[place - 1]["article"] == row["article"] else None
        return Subject(
            row["id"],
            row["document"],
            row["shown"].get("article_title"),
            row["kind"],
            row["text"],
            row.get("title_text"),
            {name: _listed(row.get(name)) for name in MAIN_FACETS},
            row.get("first_day", 0),
            row.get("last_day", 0),
            shown_date(row["shown"]["published"])[0],
            row["shown"].get("dates", []),
            row["is_title"],
            [other["text"] for other in rows if other["article"] == row["article"]],
            before and before["text"],
        )

    def stats(self) -> dict[str, Any]:
        """Counts over the whole archive: documents, articles, paragraphs, and how many paragraphs each value and year has."""
        snapshot = self.snapshot()
        generation, manifest = snapshot.generation, snapshot.generation.manifest
        request = SearchRequest(q="*")
        _, answer, _, _ = self._answer(snapshot, request, counting.aggregations(snapshot, request, False), size=0)
        counted = answer["aggregations"]
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

    def info(self) -> dict[str, Any]:
        """The `index` part of every answer."""
        return self.snapshot().info

    def health(self) -> dict[str, Any]:
        """How the cluster holds what answers, and by how many generations that is behind. Raises ClusterUnavailable."""
        generation = self.snapshot().generation
        behind = self.archive.current().number - generation.number
        return {**self.archive.health(generation), "expected": generation.manifest["counts"], "behind": behind}

    def edition(self) -> str:
        """Changes whenever the same request may get another answer: with the generation, and with the curator's synonyms."""
        return f"{self.snapshot().generation.number}-{stamp_of(self.address.synonyms)}"

    def warm(self) -> None:
        """Loads what the first answer would load: the dictionary, the connections."""
        self.search(SearchRequest(q="中国 2020"))

    def inspect(self, pause: float = 0.0) -> None:
        """The cluster looks after its own files."""

    def close(self) -> None:
        """Lets go of the connections."""
        self.archive.connection.client.close()


def _own_of_titles(asked: Asked) -> float:
    tree = asked.plan.query
    return float(tree.b.own) if isinstance(tree, whoosh.AndMaybe) and isinstance(tree.b, Titled) else 1.0


def _terms_of(asked: Asked) -> list[ScoredTerm]:
    return [ScoredTerm(node.fieldname, node.text, float(node.boost)) for node in scored_terms(asked.plan.query)]


def _listed(value: Any) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)


def _segmenter(userdict: bytes | None) -> Segmenter:
    if userdict is None:
        return Segmenter()
    import os
    import tempfile
    from pathlib import Path

    descriptor, name = tempfile.mkstemp(prefix="juanzong-", suffix=".txt")
    with os.fdopen(descriptor, "wb") as file:
        file.write(userdict)
    return Segmenter(Path(name))
