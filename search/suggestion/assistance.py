"""What one generation offers: completions while one types, and other queries where nothing was found. Each is opened when first asked for."""

from __future__ import annotations

from functools import cached_property, partial

import numpy as np

from juanzong.index.store.segment import Segment
from juanzong.index.store.suggestions import open_suggestions
from juanzong.index.store.vocabulary import PairVocabulary
from juanzong.search.execution.nodes import RunQuery
from juanzong.search.execution.snapshot import Snapshot
from juanzong.search.language.needles import Needle
from juanzong.search.suggestion.completion import Suggester
from juanzong.search.suggestion.spelling import KnownPairs, Pairs, Speller


class Assistance:
    """The helpers of one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    @cached_property
    def suggester(self) -> Suggester:
        """Completions; none where the generation has no suggestions that are whole."""
        return Suggester(open_suggestions(*self.snapshot.derived))

    @cached_property
    def speller(self) -> Speller:
        """Other queries for one without hits."""
        pairs = [found for segment in self.snapshot.segments if (found := _pairs(segment)) is not None]
        # of the snapshot, not of this: what refers to itself is not let go by counting
        return Speller(pairs, partial(_stands, self.snapshot), self.suggester.suggestions)


def _pairs(segment: Segment) -> KnownPairs | None:
    """The pairs that stand in the live paragraphs of a segment."""
    postings = segment.fields["chars"]
    if not isinstance(postings.vocabulary, PairVocabulary):
        return None
    if segment.live is None:
        return postings.vocabulary
    return Pairs(postings.vocabulary.packed()[postings.sums(segment.live.astype(np.uint32)) > 0])


def _stands(snapshot: Snapshot, folded: str) -> bool:
    return any(len(docs) for _, docs, _ in snapshot.run(RunQuery(Needle(folded)), scored=False))
