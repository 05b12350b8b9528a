"""A request put to the server: read, said in its language, relaxed where nothing matches, and its hits in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any

from whoosh import query as whoosh

from juanzong.index.cluster.connection import COPIES, ClusterUnavailable
from juanzong.search import budget
from juanzong.search.answer.term_scores import scored_terms
from juanzong.search.engines.opensearch import counting, views
from juanzong.search.engines.opensearch.conditions import condition, every
from juanzong.search.engines.opensearch.context import Contexts
from juanzong.search.engines.opensearch.scores import Fetch, ScoredRow, ScoredTerm, Scorer, first_of, in_order, rescored
from juanzong.search.engines.opensearch.snapshot import Snapshot
from juanzong.search.execution.matching import understood
from juanzong.search.execution.nodes import Titled
from juanzong.search.execution.plan import Plan, plan
from juanzong.search.execution.rescoring import DEPTH
from juanzong.search.language.parser import Empty, ParsedQuery, literal
from juanzong.search.language.synonyms import Synonyms
from juanzong.search.request import SORTS, SearchRequest

Json = dict[str, Any]
BATCH = 1_000
NEWEST: list[Any] = [{"first_day": {"order": "desc", "missing": "_last"}}, {"id": "asc"}]
ORDERS: dict[str, list[Any]] = {
    "relevance": [{"_score": "desc"}, *NEWEST],
    "-date": NEWEST,
    "date": [{"first_day": {"order": "asc", "missing": "_last"}}, {"id": "asc"}],
    "added": [{"arrival": {"order": "desc", "missing": "_last"}}, *NEWEST],
    "id": [{"id": "asc"}],
}
LIGHT: Json = {"stored_fields": "_none_", "docvalue_fields": ["article", "is_title", "same"]}
ANY: Json = {"any": {"filter": {"match_all": {}}}}


def rows_of(entries: Sequence[ScoredRow]) -> Json:
    """Asks for all that is shown of some hits."""
    return {
        "size": len(entries),
        "query": {"terms": {"id": [entry.id for entry in entries]}},
        "sort": ["_doc"],
        "track_total_hits": False,
    }


def with_rows(entries: Sequence[ScoredRow], answer: Json) -> Iterator[ScoredRow]:
    """The hits with what was answered to that; without those of a part that has gone away since."""
    rows = {hit["_source"]["id"]: hit["_source"] for hit in answer.get("hits", {}).get("hits", ())}
    return (ScoredRow(rows[entry.id], entry.score) for entry in entries if entry.id in rows)


@dataclass(frozen=True)
class Asked:
    """A query as it is put to the server. `relaxed`: any of its words is enough; `unmatched` then stand nowhere themselves."""

    parsed: ParsedQuery
    plan: Plan
    required: Json
    relaxed: bool = False
    unmatched: tuple[str, ...] = ()


class Inquiry:
    """One request to one generation. `asked` is how it is read; it may change with the first answer, which shows whether anything matches."""

    def __init__(self, snapshot: Snapshot, request: SearchRequest, synonyms: Synonyms, contexts: Contexts) -> None:
        """Raises UsageError for a request that cannot be understood."""
        self.snapshot, self.request = snapshot, request
        self._contexts = contexts
        self._parsed = understood(request, synonyms)
        self.asked = self._as_asked(request.mode == "any")

    def _as_asked(self, any_word: bool) -> Asked:
        planned = plan(self._parsed, self.snapshot.segmenter, any_word=any_word)
        return Asked(self._parsed, planned, condition(planned.root, self.snapshot.values))

    # --- the answer to a whole request ---

    def answer(self, aggregations: Json, size: int | None = None) -> tuple[Json, int]:
        """The server's answer, and how many hits it was asked for: those of the page, or so many in the order of ids."""
        found = self._ask(aggregations, size)
        if (
            self.request.mode != "all"
            or found[0]["aggregations"]["any"]["doc_count"]
            or isinstance(self._parsed.root, Empty)
        ):
            return found
        strict, unmatched = self.asked, self._unmatched()
        self._take(replace(self._as_asked(True), relaxed=True, unmatched=unmatched))
        again = self._ask(aggregations, size)
        if again[0]["aggregations"]["any"]["doc_count"]:
            return again
        self._take(replace(strict, unmatched=unmatched))
        return found

    def settled(self) -> Inquiry:
        """The same, after it is known whether it has to be relaxed."""
        self.answer(ANY, 0)
        return self

    def _take(self, asked: Asked) -> None:
        self.asked = asked
        self.__dict__.pop("scorer", None)

    def _unmatched(self) -> tuple[str, ...]:
        """The words of a query that stand nowhere themselves."""
        snapshot, asked = self.snapshot, self.asked
        forms = {note.args[0]: note.args for note in asked.parsed.notes if note.code == "widened"}
        sought = [(term, form) for term in asked.plan.terms for form in forms.get(term, (term,))]
        conditions = [condition(literal(form).root, snapshot.values) for _, form in sought]
        stands = snapshot.connection.counts(snapshot.index, conditions)
        found = {term for (term, _), count in zip(sought, stands) if count}
        return tuple(term for term in asked.plan.terms if term not in found)

    def _ask(self, aggregations: Json, size: int | None) -> tuple[Json, int]:
        request = self.request
        scorer = self.scorer if size is None and request.sort == "relevance" else None
        last = request.page * request.size
        least = DEPTH + 20 if scorer and self.asked.plan.in_context else 0
        page = 2 * last + 20 if scorer or request.collapse else last
        wanted = size if size is not None else min(BATCH, max(least, page))
        body = {
            **self._body(self._sort(scorer) if size is None else "id", scorer),
            "size": wanted,
            "track_total_hits": True,
            "aggs": aggregations,
        }
        return self._searched(body, scorer), wanted

    # --- what matches, and in which order ---

    @cached_property
    def scorer(self) -> Scorer | None:
        """What the query scores; None where it has no words."""
        query = self.asked.plan.query
        terms = [ScoredTerm(node.fieldname, node.text, float(node.boost)) for node in scored_terms(query)]
        own = float(query.b.own) if isinstance(query, whoosh.AndMaybe) and isinstance(query.b, Titled) else 1.0
        return Scorer(self._contexts, terms, own) if terms else None

    @property
    def matches(self) -> Json:
        """What holds of all that is found, filters included."""
        return every([self.asked.required, *self.kept])

    @property
    def kept(self) -> list[Json]:
        """The filters, and that what is hidden stays so."""
        return [*counting.shown(self.request), *counting.filters(self.snapshot, self.request).values()]

    def listed(self, answer: Json, wanted: int, first: int, last: int) -> tuple[list[ScoredRow], bool]:
        """Some hits in the order of the pages, of which an answer has the first; and whether it is the fine order. It is the server's own where there
        is no time for the other, or where the address allows a part of the archive to be away and articles are."""
        scorer = self.scorer if self.request.sort == "relevance" else None
        fetch, hits = self._fetch(self._sort(scorer), scorer), self._named(answer["hits"]["hits"])

        def listed(fine: Scorer | None) -> list[ScoredRow]:
            ordered = self._ordered(in_order(hits, wanted, fetch, fine), fine)
            return list(islice(self._collapsed(ordered), first, last))

        if scorer and not budget.is_short():
            try:
                return listed(scorer), True
            except ClusterUnavailable:
                if not self.snapshot.connection.address.partial:
                    raise
        return listed(None), scorer is None

    def filled(self, entries: Iterable[ScoredRow]) -> Iterator[ScoredRow]:
        """Hits with all that is shown of them; never without those of a part that is away."""
        entries = iter(entries)
        while some := list(islice(entries, BATCH)):
            if "shown" in some[0].row:
                yield from some
            else:
                rows = self.snapshot.connection.search(self.snapshot.index, rows_of(some), whole=True)
                yield from with_rows(some, rows)

    def entries(self, sort: str | None = None) -> Iterator[ScoredRow]:
        """All hits in the order of the pages, or in another one; never without those of a part that is away."""
        scorer = self.scorer if (sort or self.request.sort) == "relevance" else None
        fetch = self._fetch(self._sort(scorer, sort), scorer, whole=True)
        return self._ordered(in_order(fetch(None, BATCH), BATCH, fetch, scorer), scorer)

    def collapsed(self) -> Iterator[ScoredRow]:
        """The hits of all pages."""
        return self._collapsed(self.entries())

    def best(self) -> dict[str, float]:
        """The paragraphs that the second stage ranks, and their scores."""
        if self.scorer is None or not self.asked.plan.in_context:
            return {}
        return {entry.id: entry.score for entry in islice(self.entries("relevance"), DEPTH)}

    def _sort(self, scorer: Scorer | None, sort: str | None = None) -> str:
        wanted = sort or self.request.sort
        # orders of lines are those of the lines alone, and without words there is no relevance
        return "relevance" if scorer else wanted if wanted in (*SORTS, "id") and wanted != "relevance" else "-date"

    def _body(self, sort: str, scorer: Scorer | None) -> Json:
        body: Json = {
            "query": {"bool": {"filter": [self.asked.required], "should": scorer.clauses() if scorer else []}},
            "sort": ORDERS[sort],
            # what is put in order by us is first fetched without its texts, from columns
            **(LIGHT if scorer else {"_source": list(views.HIT)}),
        }
        if self.kept:
            body["post_filter"] = every(self.kept)
        return body

    def _searched(self, body: Json, scorer: Scorer | None, whole: bool = False) -> Json:
        # where all paragraphs lie together, what one shard knows is what all know
        kind = {"search_type": "dfs_query_then_fetch"} if scorer and self.snapshot.shards > 1 else {}
        return self.snapshot.connection.search(
            self.snapshot.index, body, whole, preference=COPIES, filter_path="-aggregations.matched.each", **kind
        )

    def _fetch(self, sort: str, scorer: Scorer | None, whole: bool = False) -> Fetch:
        body = self._body(sort, scorer)

        def fetch(after: Any, number: int) -> Sequence[Json]:
            behind = {"search_after": after} if after is not None else {}
            answer = self._searched({**body, "size": number, "track_total_hits": False, **behind}, scorer, whole)
            return self._named(answer["hits"]["hits"])

        return fetch

    def _named(self, hits: Sequence[Json]) -> Sequence[Json]:
        """Hits of which each says its article: a name that is too long for a column stands in the row alone."""
        nameless = {hit["sort"][-1]: hit for hit in hits if "_source" not in hit and "article" not in hit["fields"]}
        if nameless:
            wanted = rows_of([ScoredRow({"id": identifier}, 0.0) for identifier in nameless])
            for hit in self.snapshot.connection.search(self.snapshot.index, wanted)["hits"]["hits"]:
                nameless[hit["_source"]["id"]]["_source"] = hit["_source"]
        return hits

    def _ordered(self, entries: Iterator[ScoredRow], scorer: Scorer | None) -> Iterator[ScoredRow]:
        """The order of the second stage, where there is one."""
        if scorer is None or not self.asked.plan.in_context:
            return entries
        return rescored(entries, scorer)

    def _collapsed(self, entries: Iterator[ScoredRow]) -> Iterator[ScoredRow]:
        if not self.request.collapse:
            return entries
        field = "article" if self.request.collapse == "article" else "same"
        return first_of(entries, lambda row: row.get(field))
