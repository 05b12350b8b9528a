"""What one generation offers: completions while one types, and other queries where nothing was found. Each is opened when first asked for."""

from __future__ import annotations

from functools import cached_property

from juanzong.index.store.suggestions import open_suggestions
from juanzong.search.execution.snapshot import Snapshot
from juanzong.search.suggestion.completion import Suggester
from juanzong.search.suggestion.spelling import Speller


class Assistance:
    """The helpers of one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    @cached_property
    def suggester(self) -> Suggester:
        """Completions; none where the generation has no suggestions that are whole."""
        return Suggester(open_suggestions(self.snapshot.generation.folder))

    @cached_property
    def speller(self) -> Speller:
        """Other queries for one without hits."""
        return Speller(self.snapshot, self.suggester.suggestions)
