"""What a page shows of its hits, and what stands beside them: the articles of all matches, further matches in the same article, near-duplicates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from juanzong.search.engines.opensearch import counting
from juanzong.search.engines.opensearch.conditions import every
from juanzong.search.engines.opensearch.inquiry import Inquiry, rows_of, with_rows
from juanzong.search.engines.opensearch.scores import ScoredRow

Json = dict[str, Any]


class Neighbourhood(NamedTuple):
    """The hits with all that is shown of them, the articles of all matches, the entries of all pages, and the matches in the articles and in the groups
    of the hits."""

    hits: Sequence[ScoredRow] = ()
    articles: int = 0
    entries: int = 0
    others: Mapping[str, int] = {}
    copies: Mapping[str, int] = {}


def beside(inquiry: Inquiry, listed: Sequence[ScoredRow], total: int, counted: Mapping[str, Any]) -> Neighbourhood:
    """What stands beside the hits of a page, of `total` matches of which `counted` tells what came with the answer."""
    if not total:
        return Neighbourhood()
    snapshot, matches, collapse = inquiry.snapshot, inquiry.matches, inquiry.request.collapse
    own = {
        "article": sorted({entry.row["article"] for entry in listed}),
        "same": sorted({entry.row["same"] for entry in listed if "same" in entry.row}),
    }
    own = {name: values for name, values in own.items() if values}
    aggs: Json = {
        name: {"terms": {"field": name, "include": values, "size": len(values), "shard_size": len(values)}}
        for name, values in own.items()
    }
    near: Json = {"bool": {"should": [{"terms": {name: values}} for name, values in own.items()]}}
    bodies: list[Json] = (
        [{"size": 0, "query": every([matches, near]), "aggs": aggs, "track_total_hits": False}] if aggs else []
    )
    if listed and "shown" not in listed[0].row:
        bodies.append(rows_of(listed))
    paths = ["hits.hits._source", *(f"aggregations.{name}" for name in aggs)]
    answers = snapshot.connection.searches(snapshot.index, bodies, *paths)
    found: Json = answers[0]["aggregations"] if aggs else {}
    if len(answers) > bool(aggs):
        listed = list(with_rows(listed, answers[-1]))
    articles = counting.articles_in(counted)
    if articles is None:
        articles = counting.distinct(snapshot, matches, "article", total)
    entries = total
    if collapse == "article":
        entries = articles
    elif collapse == "text":
        single = counted["matched"]["single"]["doc_count"]
        entries = single + counting.distinct(snapshot, matches, "same", total - single)
    others, copies = (counting.buckets(found[name]) if name in found else {} for name in ("article", "same"))
    return Neighbourhood(listed, articles, entries, others, copies)
