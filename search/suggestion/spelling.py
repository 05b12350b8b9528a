"""“Did you mean”: what a query without hits may have been meant to be.

A unit that stands nowhere is tried with one character exchanged for one that sounds or looks alike, one left out, one put in, two swapped;
as a homophone of a known name or word; and, where it is Latin letters, as pinyin. Only what stands in the index is proposed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Protocol

import numpy as np

from juanzong.index.store.suggestions import Suggestions
from juanzong.index.store.vocabulary import PAIR_BITS
from juanzong.index.text.folding import fold
from juanzong.index.vectors import Array, unique
from juanzong.search.language.lookalikes import lookalikes
from juanzong.search.language.needles import needle
from juanzong.search.language.parser import ParsedQuery, leaves
from juanzong.search.language.tokens import clean
from juanzong.search.suggestion.completion import Suggester

MOST = 3
LONGEST = 12
_UNITS = 3
_SPELLINGS = 96
_PROPOSALS = 60
_LETTERS = re.compile("[a-z']{2,40}")
_SECOND = np.uint64((1 << PAIR_BITS) - 1)
# Sounds that many speakers and input methods do not tell apart: each becomes the second of the pair.
_ALIKE_BEGIN = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"))
_ALIKE_END = (("ang", "an"), ("eng", "en"), ("ing", "in"))


@dataclass(frozen=True)
class Sounds:
    """Which characters sound alike."""

    keys: dict[str, tuple[str, ...]]
    characters: dict[str, str]

    @staticmethod
    def of(suggestions: Suggestions | None) -> Sounds:
        keys = {
            c: tuple(dict.fromkeys(map(sound, found)))
            for c, found in (suggestions.readings if suggestions else {}).items()
        }
        gathered: dict[str, list[str]] = {}
        for character, found in keys.items():
            for key in found:
                gathered.setdefault(key, []).append(character)
        return Sounds(keys, {key: "".join(found) for key, found in gathered.items()})

    def alike(self, character: str) -> str:
        """The characters that sound or look like this one."""
        by_sound = "".join(self.characters[key] for key in self.keys.get(character, ()))
        by_shape = lookalikes().get(character, "")
        return "".join(dict.fromkeys(by_shape + by_sound)).replace(character, "")


def sound(syllable: str) -> str:
    """A syllable with the sounds that are easily confused made one."""
    for long, short in _ALIKE_BEGIN:
        if syllable.startswith(long):
            syllable = short + syllable[len(long) :]
            break
    for long, short in _ALIKE_END:
        if syllable.endswith(long):
            return syllable[: -len(long)] + short
    return syllable


class KnownPairs(Protocol):
    """Pairs of characters that stand somewhere, packed as `PairVocabulary` packs them (uint64)."""

    def holds(self, pairs: Array) -> Array:
        """Which of these pairs are known (bool)."""

    def followers(self, character: str) -> Array:
        """The code points of the characters that follow one (uint64, ascending; 0 for the end of a text)."""


class Pairs:
    """Known pairs, given in a row (uint64, ascending)."""

    def __init__(self, packed: Array) -> None:
        self._packed = packed

    def holds(self, pairs: Array) -> Array:
        """Which of these pairs are known (bool)."""
        if not len(self._packed):
            return np.zeros(len(pairs), bool)
        found: Array = self._packed[np.minimum(self._packed.searchsorted(pairs), len(self._packed) - 1)] == pairs
        return found

    def followers(self, character: str) -> Array:
        """The code points of the characters that follow one in a pair (uint64, ascending; 0 for the sentinel)."""
        first, last = self._packed.searchsorted(
            np.array([ord(character) << PAIR_BITS, (ord(character) + 1) << PAIR_BITS], np.uint64)
        )
        found: Array = self._packed[first:last] & _SECOND
        return found


class Speller:
    """Proposes other queries over what stands in one index."""

    def __init__(
        self, pairs: Sequence[KnownPairs], stands: Callable[[str], bool], suggestions: Suggestions | None
    ) -> None:
        """`pairs` know which characters stand side by side somewhere; `stands` says whether a folded text does."""
        self._pairs, self._stands, self._suggestions = pairs, stands, suggestions
        self._sounds = Sounds.of(suggestions)

    def corrections(self, parsed: ParsedQuery, hits: Callable[[str], int]) -> tuple[str, ...]:
        """At most MOST other queries, those with most hits first. `hits` says how many a query has."""
        query = clean(parsed.q)
        units = dict.fromkeys(
            leaf for leaf, _ in leaves(parsed.root) if leaf.text in query and 1 < len(needle(leaf).text) <= LONGEST
        )
        wrong = [leaf for leaf in units if not self._stands(needle(leaf).text)]
        if not wrong or len(wrong) > _UNITS:
            return ()
        choices = [list(islice(self._proposals(needle(leaf).text), MOST * 4)) for leaf in wrong]
        found: dict[str, int] = {}
        for chosen in islice(product(*choices), MOST * 8):
            other = query
            for leaf, text in zip(wrong, chosen):
                other = other.replace(leaf.text, text, 1)
            if other != query and (count := hits(other)):
                found[other] = count
        return tuple(sorted(found, key=lambda other: (-found[other], other))[:MOST])

    def _proposals(self, text: str) -> Iterator[str]:
        """What stands in the index and may have been meant by a folded text, the likelier kinds first."""
        tried = {text}
        left = _PROPOSALS
        for proposal in self._candidates(text):
            folded = fold(proposal)
            if folded not in tried and self._pairs_stand(folded):
                left -= 1
                if self._stands(folded):
                    yield proposal
                if not left:
                    return
            tried.add(folded)

    def _candidates(self, text: str) -> Iterator[str]:
        if _LETTERS.fullmatch(text):
            yield from (found.text for found in Suggester(self._suggestions).suggest(text, MOST * 2))
        yield from self._homophones(text)
        yield from self._exchanged(text)
        yield from (text[:i] + text[i + 1] + text[i] + text[i + 2 :] for i in range(len(text) - 1))
        if len(text) > 2:
            yield from self._completed(text)
        if len(text) > 3:
            yield from (text[:i] + text[i + 1 :] for i in range(1, len(text) - 1))

    def _homophones(self, text: str) -> Iterator[str]:
        """Known names and words of the same length and sound."""
        if self._suggestions is None:
            return
        readings = self._suggestions.readings
        options = [_variants(readings.get(character, (character,))) for character in text]
        for spelling in islice(product(*options), _SPELLINGS):
            entries, first, whole = self._suggestions.tables["pinyin"].find("".join(spelling))
            for entry in entries[first & whole].tolist():
                if len(self._suggestions.syllables(entry)) == len(text):
                    yield self._suggestions.text(entry)

    def _exchanged(self, text: str) -> Iterator[str]:
        for place, character in enumerate(text):
            alike = self._sounds.alike(character)
            for other in self._fitting(
                text[place - 1 : place], np.array([ord(c) for c in alike], np.uint64), text[place + 1 : place + 2]
            ):
                yield text[:place] + other + text[place + 1 :]

    def _completed(self, text: str) -> Iterator[str]:
        """One character put in, wherever that gives pairs of characters that stand somewhere."""
        for place in range(1, len(text)):
            followers = [vocabulary.followers(text[place - 1]) for vocabulary in self._pairs]
            characters = unique(np.concatenate(followers)) if followers else np.empty(0, np.uint64)
            for other in self._fitting("", characters[characters > 0], text[place : place + 1]):
                yield text[:place] + other + text[place:]

    def _fitting(self, before: str, characters: Array, after: str) -> list[str]:
        """Which characters stand somewhere between these two, "" being no neighbour."""
        kept = np.ones(len(characters), bool)
        if before:
            kept &= self._known(np.uint64(ord(before) << PAIR_BITS) | characters)
        if after:
            kept &= self._known((characters << np.uint64(PAIR_BITS)) | np.uint64(ord(after)))
        return [chr(int(code)) for code in characters[kept]]

    def _known(self, pairs: Array) -> Array:
        found = np.zeros(len(pairs), bool)
        for vocabulary in self._pairs:
            found |= vocabulary.holds(pairs)
        return found

    def _pairs_stand(self, folded: str) -> bool:
        codes = np.array([ord(character) for character in folded], np.uint64)
        return bool(self._known((codes[:-1] << np.uint64(PAIR_BITS)) | codes[1:]).all())


def _variants(readings: Iterable[str]) -> Sequence[str]:
    """The readings, then what they are confused with."""
    found = list(dict.fromkeys(readings))
    for syllable in list(found):
        begins = [syllable] + [
            b + syllable[len(a) :] for pair in _ALIKE_BEGIN for a, b in (pair, pair[::-1]) if syllable.startswith(a)
        ]
        for begin in begins:
            found.append(begin)
            found += [begin[: -len(a)] + b for pair in _ALIKE_END for a, b in (pair, pair[::-1]) if begin.endswith(a)]
    return list(dict.fromkeys(found))[:6]
