"""One page of hits with exact totals and facets, from the matches of all segments."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from juanzong.search import budget
from juanzong.search.answer import facets
from juanzong.search.answer.facets import Counts
from juanzong.search.answer.histogram import grain, histogram
from juanzong.search.answer.hits import Display
from juanzong.search.answer.neighbours import distinct_articles
from juanzong.search.answer.ranking import Ranking
from juanzong.search.answer.result import QueryReading, SearchResult, filters_of
from juanzong.search.execution.filters import Filters, visible
from juanzong.search.execution.matching import Matching
from juanzong.search.execution.snapshot import Snapshot
from juanzong.search.request import SearchRequest


def result(
    snapshot: Snapshot,
    matching: Matching,
    request: SearchRequest,
    counts: Counts,
    values: int,
    corrections: Callable[[], tuple[str, ...] | None],
    started: float,
) -> SearchResult:
    """What a search answers: of each facet in `counts` the first so many values. `corrections` are asked for where no filter explains that nothing
    was found as it was asked, None where they were not found in time; `started` is when the clock (`time.perf_counter`) of the answer began."""
    ranking = Ranking(snapshot, request, matching.plan.in_context)
    total = articles = hidden = 0
    by_day = grain(request) == "day"
    for segment, docs, scores in matching.found:
        kept = visible(segment, docs, request)
        if kept is not None:
            hidden += len(docs) - int(np.count_nonzero(kept))
            docs = docs[kept]
        masks = Filters(request, segment).masks(docs)
        facets.count(segment, docs, masks, counts, by_day)
        if masks:
            docs = docs[np.logical_and.reduce(list(masks.values()))]
        total += len(docs)
        articles += distinct_articles(segment, docs)
        ranking.add(segment, docs, scores)
    left_out = ["ranking"] if budget.is_short() and ranking.shorten() else []
    hits = Display(snapshot, request, matching.plan.needles).page(ranking.page(), ranking.matches)
    filters = filters_of(request)
    meant: tuple[str, ...] = ()
    if not filters and (matching.relaxed if total else not hidden):
        found_in_time = None if budget.is_short() else corrections()
        left_out += [] if found_in_time is not None else ["did_you_mean"]
        meant = found_in_time or ()
    reading = QueryReading(
        request.q,
        request.mode,
        matching.relaxed,
        matching.plan.terms,
        filters,
        matching.parsed.reading,
        matching.parsed.notes,
        matching.unmatched,
        meant,
    )
    found = facets.facets(counts, request, values)
    return SearchResult(
        request,
        reading,
        total,
        articles,
        (time.perf_counter() - started) * 1e3,
        hits,
        found,
        histogram(counts, request),
        snapshot.info,
        {"boilerplate": 0 if total or request.boilerplate else hidden},
        ranking.entries,
        tuple(left_out),
    )
