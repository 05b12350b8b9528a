"""The words of an archive, numbered together over all segments, and in how many paragraphs of any set each of them stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from juanzong.index.store.columns import KIND_NUMBERS
from juanzong.index.store.segment import Segment
from juanzong.index.vectors import Array
from juanzong.search.language.questions import question_words

_NONE = np.empty(0, np.int64)


class WordNumbers:
    """`words` are the terms (UTF-8) in order; `numbers` says for each segment which of them its own are (int64). Safe between threads."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self.segments = segments
        terms = [_Terms(segment.fields["words"].vocabulary) for segment in segments]
        self.words: Sequence[bytes]
        self.numbers: list[Array]
        if len(segments) == 1:
            # a segment that is alone keeps its own numbers, and no word is read before it is shown
            self.words, self.numbers = terms[0], [np.arange(len(terms[0]))]
        else:
            self.words = sorted(set().union(*terms))
            place = {word: number for number, word in enumerate(self.words)}
            self.numbers = [np.fromiter(map(place.__getitem__, own), np.int64, len(own)) for own in terms]
        self._totals: dict[bool, Array] = {}

    def counts(self, sets: Sequence[Mapping[str, Array]]) -> Array:
        """In how many paragraphs of each set each word stands (int64, sets × words). A set has the paragraphs (int64) of each segment by its name."""
        totals = np.zeros((len(sets), len(self.words)), np.int64)
        for segment, numbers in zip(self.segments, self.numbers):
            own = [
                (place, chosen[segment.name]) for place, chosen in enumerate(sets) if len(chosen.get(segment.name, ()))
            ]
            while own:
                # as many sets at once as fit beside each other into a number: the lists are read once for all of them
                bits = [len(docs).bit_length() for _, docs in own]
                together = max(1, sum(1 for end in np.cumsum(bits).tolist() if end <= 63))
                shifts = np.cumsum([0, *bits[:together]]).tolist()
                weights = np.zeros(segment.paragraphs, np.uint32 if shifts[-1] <= 32 else np.int64)
                for (_, docs), shift in zip(own[:together], shifts):
                    weights[docs] += weights.dtype.type(1 << shift)
                sums = segment.fields["words"].sums(weights)
                for (place, _), shift, size in zip(own[:together], shifts, bits):
                    totals[place][numbers] += (sums >> shift) & ((1 << size) - 1)
                own = own[together:]
        return totals

    def totals(self, boilerplate: bool) -> Array:
        """In how many of the paragraphs that are shown each word stands (int64): live ones, with boilerplate or without. Counted once."""
        if boilerplate not in self._totals:
            found = np.zeros(len(self.words), np.int64)
            for segment, numbers in zip(self.segments, self.numbers):
                found[numbers] += segment.fields["words"].document_frequencies()
            hidden = {segment.name: np.flatnonzero(~_shown(segment, boilerplate)) for segment in self.segments}
            self._totals[boilerplate] = found - self.counts((hidden,))[0]
        return self._totals[boilerplate]

    def paragraphs(self, boilerplate: bool) -> int:
        """How many paragraphs are shown."""
        return sum(int(np.count_nonzero(_shown(segment, boilerplate))) for segment in self.segments)


class _Terms(Sequence[bytes]):
    def __init__(self, vocabulary: Any) -> None:
        self._vocabulary = vocabulary

    def __len__(self) -> int:
        return len(self._vocabulary)

    def __getitem__(self, number: Any) -> Any:
        return self._vocabulary.term(int(number))

    def __iter__(self) -> Iterator[bytes]:
        return map(self._vocabulary.term, range(len(self)))


def _shown(segment: Segment, boilerplate: bool) -> Array:
    """Which paragraphs of a segment are shown (bool)."""
    shown = np.ones(segment.paragraphs, bool) if boilerplate else segment.column("kind") != KIND_NUMBERS["boilerplate"]
    return shown if segment.live is None else shown & segment.live


def tells(word: str, names: str) -> bool:
    """Whether a word says something: not a number, not one character, not one of those that only ask, and no part of `names`."""
    return len(word) > 1 and not word[0].isdecimal() and word not in names and word not in question_words().weightless
