"""The matches of a request that pass all of its filters, and the orders in which they are asked for."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import repeat
from typing import TypeAlias

import numpy as np

from juanzong.index.store.segment import Segment
from juanzong.index.vectors import Array
from juanzong.search.answer.ranking import Entry, Ranking
from juanzong.search.execution.executor import Scores
from juanzong.search.execution.filters import Filters, visible
from juanzong.search.execution.matching import Matching
from juanzong.search.execution.rescoring import DEPTH
from juanzong.search.execution.sets import located
from juanzong.search.execution.snapshot import Snapshot
from juanzong.search.request import SearchRequest

Filtered: TypeAlias = tuple[Segment, Array, Scores | None]
"""Paragraphs of a segment (int64, ascending), and where their scores come from; None where they have none."""


def filtered(matching: Matching, request: SearchRequest) -> Iterator[Filtered]:
    """The matches that pass all filters."""
    for segment, docs, scores in matching.found:
        keeps = [kept] if (kept := visible(segment, docs, request)) is not None else []
        keeps += Filters(request, segment).masks(docs).values()
        if keeps:
            docs = docs[np.logical_and.reduce(keeps)]
        yield segment, docs, scores


def ranked(snapshot: Snapshot, found: Iterable[Filtered], request: SearchRequest, in_context: bool) -> Ranking:
    """The matches in the order of the pages, up to the end of the page that is asked for."""
    ranking = Ranking(snapshot, request, in_context)
    for segment, docs, scores in found:
        ranking.add(segment, docs, scores)
    return ranking


def by_id(found: Iterable[Filtered]) -> Iterator[Entry]:
    """The matches in the order of their ids."""
    runs = []
    for segment, docs, _ in found:
        ids = segment.column("id")[docs]
        order = np.argsort(ids, kind="stable")
        runs.append(zip(ids[order].tolist(), repeat(segment), docs[order].tolist()))
    return ((segment, doc, 0.0) for _, segment, doc in heapq.merge(*runs, key=lambda entry: entry[0]))


def rescored(snapshot: Snapshot, matching: Matching, request: SearchRequest) -> dict[tuple[str, int], float]:
    """The paragraphs that the second stage ranks, by segment and number, and their scores."""
    if not matching.plan.in_context:
        return {}
    best = replace(request, sort="relevance", page=1, size=DEPTH, collapse="")
    entries = ranked(snapshot, filtered(matching, request), best, True).page()
    return {(segment.name, doc): score for segment, doc, score in entries}


def first_score(matching: Matching, segment: Segment, place: int) -> float | None:
    """What the first stage gives a paragraph; None where it does not match."""
    for of, docs, scores in matching.found:
        if of is segment and located(docs, np.array([place]))[1][0]:
            return 0.0 if scores is None else float(scores.of(np.array([place]))[0])
    return None
