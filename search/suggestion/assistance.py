"""What one generation offers: completions while one types, and other queries where nothing was found. Each is opened when first asked for."""

from __future__ import annotations

from functools import cached_property, partial

from juanzong.index.store.suggestions import open_suggestions
from juanzong.index.store.vocabulary import PairVocabulary
from juanzong.search.execution.nodes import RunQuery
from juanzong.search.execution.snapshot import Snapshot
from juanzong.search.language.needles import Needle
from juanzong.search.suggestion.completion import Suggester
from juanzong.search.suggestion.spelling import Speller


class Assistance:
    """The helpers of one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    @cached_property
    def suggester(self) -> Suggester:
        """Completions; none where the generation has no suggestions that are whole."""
        return Suggester(open_suggestions(self.snapshot.generation.folder, self.snapshot.generation.checksums))

    @cached_property
    def speller(self) -> Speller:
        """Other queries for one without hits."""
        vocabularies = (segment.fields["chars"].vocabulary for segment in self.snapshot.segments)
        pairs = [vocabulary for vocabulary in vocabularies if isinstance(vocabulary, PairVocabulary)]
        # of the snapshot, not of this: what refers to itself is not let go by counting
        return Speller(pairs, partial(_stands, self.snapshot), self.suggester.suggestions)


def _stands(snapshot: Snapshot, folded: str) -> bool:
    return any(len(docs) for _, docs, _ in snapshot.run(RunQuery(Needle(folded)), scored=False))
