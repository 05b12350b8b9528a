"""Filters of facets and days as masks over paragraphs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from juanzong.index.store.columns import KIND_NUMBERS
from juanzong.index.store.segment import Segment
from juanzong.index.vectors import Array
from juanzong.search.execution.matching import Matching
from juanzong.search.execution.nodes import in_span, naming
from juanzong.search.execution.sets import located
from juanzong.search.request import FACET_FIELDS, SPAN_FIELDS, SearchRequest


class Filters:
    """The filters of a request over one segment: which of some matches each of them keeps."""

    def __init__(self, request: SearchRequest, segment: Segment) -> None:
        self.segment = segment
        self.bounds = request.date_bounds()
        self.spans = {name: bounds for name in SPAN_FIELDS if (bounds := request.span_bounds(name)) != (None, None)}
        self.first, self.fresh = request.first, request.fresh
        self.chosen: dict[str, Array] = {}
        for name in FACET_FIELDS:
            wanted: Sequence[str] = getattr(request, name)
            if wanted:
                facet = segment.facets[name]
                numbers = np.array([facet.number[value] for value in wanted if value in facet.number], np.int64)
                self.chosen[name] = facet.sets_with(numbers, "" in wanted)

    def masks(self, docs: Array) -> dict[str, Array]:
        """For each filter that is set, which of these paragraphs it keeps (bool)."""
        masks = {name: sets[self.segment.facets[name].sets[docs]] for name, sets in self.chosen.items()}
        if self.bounds != (None, None):
            masks["date"] = in_span(
                self.segment.column("first_day")[docs], self.segment.column("last_day")[docs], *self.bounds
            )
        if span := self.spans.get("mentioned"):
            masks["mentioned"] = naming(self.segment, *span).take(docs)
        if span := self.spans.get("added"):
            added = self.segment.added.take(docs)
            masks["added"] = in_span(added, added, *span)
        if self.fresh:
            masks["fresh"] = self.segment.arrival.take(docs) > self.segment.first_arrival
        if self.first:
            masks["first"] = ~located(self.segment.repeats, docs)[1]
        return masks


def visible(segment: Segment, docs: Array, request: SearchRequest) -> Array | None:
    """Which matches are shown (bool): boilerplate only where asked for. None where all are."""
    if request.boilerplate:
        return None
    shown: Array = segment.column("kind").take(docs) != KIND_NUMBERS["boilerplate"]
    return None if shown.all() else shown


def shown(matching: Matching, request: SearchRequest) -> int:
    """How many of the matches are no hidden boilerplate."""
    return sum(
        len(docs) if (kept := visible(segment, docs, request)) is None else int(np.count_nonzero(kept))
        for segment, docs, _ in matching.found
    )
