"""What must hold of a paragraph, in the language of the server.

A run of characters is a phrase of character pairs: every second pair is enough to cover it. Where a run must not go on as a word of Latin
letters or digits, an edge has to stand at its first or last character; both are kept at the same positions as the pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from juanzong.index.cluster.mapping import FACET_FIELD, GAP, LONGEST_TOKEN
from juanzong.index.text.analysis import SENTINEL
from juanzong.search.language import tree as query
from juanzong.search.language.needles import Needle, needle

Json = dict[str, Any]
EVERYTHING: Json = {"match_all": {}}
NOTHING: Json = {"match_none": {}}
SHOWN: Json = {"bool": {"must_not": [{"term": {"kind": "boilerplate"}}]}}
BOILERPLATE: Json = {"term": {"kind": "boilerplate"}}
# the server takes no longer list of values in one clause
MOST_VALUES = 60_000
BEGINS, ENDS = ("b", "be"), ("e", "be")


def condition(node: query.Node, values: Callable[[str], Sequence[str]]) -> Json:
    """What must hold for a part of a query. `values` gives all values of a facet."""
    if isinstance(node, (query.Word, query.Exact, query.Prefix)):
        return standing(needle(node))
    if isinstance(node, query.And):
        wanted = [condition(child, values) for child in node.children if not isinstance(child, query.Not)]
        unwanted = [condition(child.child, values) for child in node.children if isinstance(child, query.Not)]
        return {"bool": {"filter": wanted, "must_not": unwanted}}
    if isinstance(node, query.Or):
        return {"bool": {"should": [condition(child, values) for child in node.children], "minimum_should_match": 1}}
    if isinstance(node, query.Not):
        return {"bool": {"must_not": [condition(node.child, values)]}}
    if isinstance(node, query.Field):
        if isinstance(node.child, query.Dates):
            return _DAYS[node.name](node.child.first, node.child.last)
        if isinstance(node.child, query.Flag):
            return earliest(node.child.holds)
        if node.name == "title":
            return standing(needle(node.child), "title_")
        empty = isinstance(node.child, query.Exact) and not node.child.text
        return having(node.name, [value for value in values(node.name) if node.accepts(value)], empty)
    return NOTHING if isinstance(node, query.Empty) else EVERYTHING


def standing(sought: Needle, field: str = "") -> Json:
    """Where a needle stands in the text, or with `title_` in the title of the article."""
    text, chars = sought.text, f"{field}chars"
    if not text or any("\ud800" <= character <= "\udfff" for character in text) or SENTINEL in text:
        return NOTHING
    if len(text) == 1:
        if sought.right_boundary:
            return {"term": {f"{field}words": text}}
        return {"prefix": {f"{field}words" if sought.left_boundary else chars: text}}
    if not (sought.left_boundary or sought.right_boundary):
        return {"term": {chars: text}} if len(text) == 2 else {"match_phrase": {chars: " ".join(_cover(text))}}
    return _bounded(sought, chars, f"{field}edges")


def _cover(text: str) -> list[str]:
    """Every second pair of a text, and the last; a gap between."""
    last = len(text) - 2
    return [text[place : place + 2] if place % 2 == 0 or place == last else GAP for place in range(last + 1)]


def _bounded(sought: Needle, chars: str, edges: str) -> Json:
    text = sought.text
    spans: list[Json] = [{"span_term": {chars: text[place : place + 2]}} for place in range(len(text) - 1)]
    if sought.left_boundary:
        spans[0] = {"span_containing": {"big": spans[0], "little": _edge(edges, chars, BEGINS)}}
    if sought.right_boundary:
        spans.append(_edge(edges, chars, ENDS))
    return spans[0] if len(spans) == 1 else {"span_near": {"clauses": spans, "slop": 0, "in_order": True}}


def _edge(edges: str, chars: str, kinds: Sequence[str]) -> Json:
    """An edge, given out as if it stood among the pairs."""
    clauses = [{"span_term": {edges: kind}} for kind in kinds]
    return {"field_masking_span": {"query": {"span_or": {"clauses": clauses}}, "field": chars}}


def having(name: str, values: Sequence[str], empty: bool = False) -> Json:
    """A facet has one of these values, or none where `empty`."""
    name = FACET_FIELD.get(name, name)
    clauses: list[Json] = [
        {"terms": {name: list(values[first : first + MOST_VALUES])}} for first in range(0, len(values), MOST_VALUES)
    ]
    if empty:
        clauses.append({"bool": {"must_not": [{"exists": {"field": name}}]}})
    return (
        clauses[0]
        if len(clauses) == 1
        else {"bool": {"should": clauses, "minimum_should_match": 1}}
        if clauses
        else NOTHING
    )


def within(first: int | None, last: int | None) -> Json:
    """The article's date meets a span of days."""
    clauses: list[Json] = [{"exists": {"field": "first_day"}}]
    if last is not None:
        clauses.append({"range": {"first_day": {"lte": last}}})
    if first is not None:
        clauses.append({"range": {"last_day": {"gte": first}}})
    return {"bool": {"filter": clauses}}


def naming(first: int | None, last: int | None) -> Json:
    """The paragraph names a day of a span."""
    return {"range": {"named": {name: day for name, day in (("gte", first), ("lte", last)) if day is not None}}}


def coming(first: int | None, last: int | None) -> Json:
    """The document came in on a day of a span."""
    return {"range": {"added": {name: day for name, day in (("gte", first), ("lte", last)) if day is not None}}}


def earliest(holds: bool) -> Json:
    """No earlier paragraph says the same; or, where it does not hold, one does."""
    repeated = {"term": {"repeat": True}}
    return {"bool": {"must_not": [repeated]}} if holds else repeated


_DAYS = {"date": within, "mentioned": naming, "added": coming}


def every(clauses: Sequence[Json]) -> Json:
    """All of some conditions."""
    return EVERYTHING if not clauses else clauses[0] if len(clauses) == 1 else {"bool": {"filter": list(clauses)}}


def term(field: str, text: str) -> Json:
    """A token of a field."""
    return {"term": {field: text[:LONGEST_TOKEN]}}
