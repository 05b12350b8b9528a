"""Exact counts from the server: facets, each as if it had no filter of its own, months and days, articles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from juanzong.index.cluster.mapping import FACET_FIELD
from juanzong.index.periods import period_label
from juanzong.index.text.pinyin import collated
from juanzong.search.answer.facets import LABELS, Counts, Facet, FacetValue, in_dates
from juanzong.search.engines.opensearch.conditions import (
    BOILERPLATE,
    EVERYTHING,
    SHOWN,
    coming,
    earliest,
    every,
    having,
    naming,
    within,
)
from juanzong.search.engines.opensearch.snapshot import Snapshot
from juanzong.search.request import FACET_FIELDS, FURTHER_FACETS, MAIN_FACETS, SearchRequest

Json = dict[str, Any]
# the server gives at most 65,535 buckets in one answer
MOST_BUCKETS = 60_000
PARTITIONS = 20
# so many articles are counted along with the facets, whose values share the same room
MOST_ARTICLES = 10_000
PERIODS = 60_000


def filters(snapshot: Snapshot, request: SearchRequest) -> dict[str, Json]:
    """The filters of a request, by facet."""
    found = {
        name: having(name, [value for value in chosen if value], "" in chosen)
        for name in FACET_FIELDS
        if (chosen := getattr(request, name))
    }
    first, last = request.date_bounds()
    if first is not None or last is not None:
        found["date"] = within(first, last)
    first, last = request.span_bounds("mentioned")
    if first is not None or last is not None:
        found["mentioned"] = naming(first, last)
    first, last = request.span_bounds("added")
    if first is not None or last is not None:
        found["added"] = coming(first, last)
    if request.fresh:
        found["fresh"] = {"range": {"arrival": {"gt": snapshot.first_arrival}}}
    if request.first:
        found["first"] = earliest(True)
    return found


def counted(request: SearchRequest, further: Sequence[str] = ()) -> tuple[str, ...]:
    """The facets that an answer counts: those that every answer has, those that are filtered, and `further` ones."""
    return (*MAIN_FACETS, *(name for name in FURTHER_FACETS if name in further or getattr(request, name)), "date")


def shown(request: SearchRequest) -> list[Json]:
    return [] if request.boilerplate else [SHOWN]


def aggregations(snapshot: Snapshot, request: SearchRequest, by_day: bool, names: Sequence[str]) -> Json:
    """What is counted among the matches of a query. Facets that are not filtered by themselves are counted side by side; `by_facet` takes them apart."""
    chosen = filters(snapshot, request)
    found: Json = {"any": {"filter": EVERYTHING}}
    if not request.boilerplate:
        found["hidden"] = {"filter": BOILERPLATE}
    for name in names:
        others = [*shown(request), *(chosen[other] for other in chosen if other != name)]
        field, missing = ("period", "first_day") if name == "date" else (FACET_FIELD.get(name, name),) * 2
        size = min(
            MOST_BUCKETS, max(1, PERIODS if name == "date" else snapshot.generation.manifest["values"].get(name, 0) + 1)
        )
        group = found.setdefault(_group(name, request), {"filter": every(others), "aggs": {}})["aggs"]
        # with less than all values of a shard its counts would be wrong
        group[f"{name}-values"] = {"terms": {"field": field, "size": size, "shard_size": size}}
        group[f"{name}-missing"] = {"missing": {"field": missing}}
        if name == "date" and by_day:
            first, last = request.date_bounds()
            within_days = {"range": {"day": {"gte": first, "lte": last}}}
            group[f"{name}-days"] = {
                "filter": within_days,
                "aggs": {"values": {"terms": {"field": "day", "size": PERIODS, "shard_size": PERIODS}}},
            }
    return found


def of_matches(request: SearchRequest, kept: Sequence[Json]) -> Json:
    """What is counted among those matches that all filters (`kept`) leave: their articles, and where copies are one, those that have none."""
    found = number_of({"field": "article", "size": MOST_ARTICLES, "shard_size": MOST_ARTICLES})
    if request.collapse == "text":
        found["single"] = {"missing": {"field": "same"}}
    return {"matched": {"filter": every(kept), "aggs": found}}


def articles_in(aggregations: Mapping[str, Any]) -> int | None:
    """In how many articles the matches stand; None where they are so many that they are counted by themselves."""
    found = number_in(aggregations["matched"])
    return found if found < MOST_ARTICLES else None


def _group(name: str, request: SearchRequest) -> str:
    filtered = any(bound is not None for bound in request.date_bounds()) if name == "date" else getattr(request, name)
    return name if filtered else "rest"


def by_facet(answer: Mapping[str, Any], request: SearchRequest, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The `values`, `missing` and `days` of each facet."""
    return {
        name: {
            part: found
            for part in ("values", "missing", "days")
            if (found := answer[_group(name, request)].get(f"{name}-{part}"))
        }
        for name in names
    }


def facets(answer: Mapping[str, Any], request: SearchRequest, limit: int, names: Sequence[str]) -> dict[str, Facet]:
    """The facets as the answer shows them: at most `limit` values, most frequent first, then by name, chosen ones always."""
    found = {}
    for name in names:
        part = answer[name]
        missing = part["missing"]["doc_count"]
        if name == "date":
            found[name] = _months(buckets(part["values"]), missing, request)
            continue
        chosen: Sequence[str] = getattr(request, name)
        totals = buckets(part["values"])
        values = sorted(totals, key=lambda value: (-totals[value], collated(value)))[:limit]
        values += [value for value in chosen if value and value not in set(values)]
        found[name] = Facet(
            name,
            LABELS[name],
            missing,
            "" in chosen,
            tuple(FacetValue(value, value, totals.get(value, 0), value in chosen) for value in values),
            len(totals),
        )
    return found


def _months(totals: Mapping[int, int], missing: int, request: SearchRequest) -> Facet:
    first, last = request.date_bounds()
    labels = [(period_label(period), totals[period]) for period in sorted(totals)]
    return Facet(
        "date",
        LABELS["date"],
        missing,
        False,
        tuple(FacetValue(label, label, total, in_dates(label, first, last)) for label, total in labels),
        len(labels),
    )


def counts(answer: Mapping[str, Any]) -> Counts:
    """What a histogram is made of."""
    found = Counts()
    part = answer["date"]
    found.periods = buckets(part["values"])
    if "days" in part:
        found.days = buckets(part["days"]["values"])
    return found


def buckets(part: Mapping[str, Any]) -> dict[Any, int]:
    return {bucket["key"]: bucket["doc_count"] for bucket in part["buckets"]}


def distinct(snapshot: Snapshot, matches: Json, field: str, total: int) -> int:
    """How many values of a field stand among at most `total` matches: exact up to a million or so, close to it beyond."""
    if total < 2:
        return (
            snapshot.connection.counts(snapshot.index, [{"bool": {"filter": [matches, {"exists": {"field": field}}]}}])[
                0
            ]
            if total
            else 0
        )
    parts = -(-total // MOST_BUCKETS)
    if parts > PARTITIONS:
        body: Json = {
            "size": 0,
            "query": matches,
            "aggs": {"number": {"cardinality": {"field": field, "precision_threshold": 40_000}}},
        }
        return int(snapshot.connection.search(snapshot.index, body)["aggregations"]["number"]["value"])
    # the parts are not quite even, so that each has some room
    parts += 1 + parts // 8 if parts > 1 else 0
    summed = 0
    for part in range(parts):
        terms: Json = {"field": field, "size": MOST_BUCKETS + 5_000, "shard_size": MOST_BUCKETS + 5_000}
        if parts > 1:
            terms["include"] = {"partition": part, "num_partitions": parts}
        body = {"size": 0, "query": matches, "aggs": number_of(terms)}
        answer = snapshot.connection.search(snapshot.index, body, filter_path="timed_out,_shards,aggregations.number")
        summed += number_in(answer["aggregations"])
    return summed


def number_of(terms: Json) -> Json:
    return {"each": {"terms": terms}, "number": {"stats_bucket": {"buckets_path": "each>_count"}}}


def number_in(aggregations: Mapping[str, Any]) -> int:
    return int(aggregations["number"]["count"])
