"""Queries in classes by how many paragraphs their words stand in, drawn from a corpus by a seed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.corpus import read_rows
from juanzong.search.language.synonyms import synonyms_for

CLASSES = ("rare", "mid", "common", "and-2", "or-3", "phrase", "filter")
BANDS = {"rare": (5e-5, 5e-4), "mid": (1e-3, 1e-2), "common": (3e-2, 3e-1)}
"""Shares of the paragraphs that a word of the class stands in."""
_HAN_WORD = re.compile("[\u4e00-\u9fff]{2,}")
_TRIES = 2_000


@dataclass(frozen=True)
class Query:
    """A question put to every engine. `words` all hold, or any of them (or-3), or side by side (phrase); `city` filters (filter)."""

    kind: str
    words: tuple[str, ...]
    city: str | None = None

    @property
    def text(self) -> str:
        """The query in the language of juanzong."""
        if self.kind == "phrase":
            return '"' + "".join(self.words) + '"'
        return (" OR " if self.kind == "or-3" else " ").join(self.words)


class Tokens:
    """The words of all paragraphs as numbers in one array (uint32), each paragraph closed by word 0, which is none."""

    def __init__(self, paragraphs: Path, words: Path) -> None:
        self.numbers: dict[str, int] = {"": 0}
        self.cities: list[tuple[str, ...]] = []
        runs = []
        lengths = []
        for row in read_rows(paragraphs, words):
            run = [self.numbers.setdefault(word, len(self.numbers)) for word in row.words.split()]
            runs.append(np.array([*run, 0], np.uint32))
            lengths.append(len(run) + 1)
            self.cities.append(row.city)
        self.words = list(self.numbers)
        self.flat: Any = np.concatenate(runs) if runs else np.zeros(0, np.uint32)
        self.paragraph: Any = np.repeat(np.arange(len(lengths), dtype=np.uint32), lengths)
        self.ends: Any = np.cumsum(lengths)
        self.paragraphs = len(lengths)

    @cached_property
    def frequency(self) -> Any:
        """In how many paragraphs each word stands (int64)."""
        pairs = np.unique(self.paragraph.astype(np.uint64) * np.uint64(len(self.words)) + self.flat)
        return np.bincount((pairs % np.uint64(len(self.words))).astype(np.int64), minlength=len(self.words))

    def of(self, paragraph: int) -> Any:
        """The words of a paragraph as numbers."""
        return self.flat[self.ends[paragraph - 1] if paragraph else 0 : self.ends[paragraph] - 1]

    def holding(self, word: str) -> Any:
        """The paragraphs with a word, ascending."""
        return np.unique(self.paragraph[self.flat == self.numbers.get(word, len(self.numbers))])

    def holding_pair(self, first: str, second: str) -> Any:
        """The paragraphs in which two words stand side by side, ascending."""
        found = (self.flat[:-1] == self.numbers[first]) & (self.flat[1:] == self.numbers[second])
        return np.unique(self.paragraph[:-1][found])


def draw(tokens: Tokens, each: int, seed: int = 4242) -> list[Query]:
    """Queries of every class, `each` of them, fewer where the corpus is too small to have so many.

    Only words of two Han characters or more, and none with a synonym, by which juanzong alone would find more.
    """
    choose = random.Random(seed)
    synonyms = synonyms_for(Path(__file__).parent)
    eligible = np.array([bool(_HAN_WORD.fullmatch(word)) and not synonyms.of(word) for word in tokens.words])
    bands = {name: _band(tokens, eligible, *shares) for name, shares in BANDS.items()}
    broad = set(bands["mid"]) | set(bands["common"])
    ordered = sorted(broad)
    paragraphs = range(tokens.paragraphs)

    def single(kind: str) -> Query | None:
        return Query(kind, (tokens.words[choose.choice(bands[kind])],)) if bands[kind] else None

    def both() -> Query | None:
        found = sorted({number for number in tokens.of(choose.choice(paragraphs)).tolist() if number in broad})
        return (
            Query("and-2", tuple(tokens.words[number] for number in choose.sample(found, 2)))
            if len(found) > 1
            else None
        )

    def either() -> Query | None:
        found = (
            {choose.choice(bands["common"] or ordered), *choose.sample(ordered, min(2, len(ordered)))}
            if ordered
            else set()
        )
        return Query("or-3", tuple(tokens.words[number] for number in sorted(found))) if len(found) == 3 else None

    def phrase() -> Query | None:
        own = tokens.of(choose.choice(paragraphs)).tolist()
        pairs = [(a, b) for a, b in zip(own, own[1:]) if eligible[a] and eligible[b] and a in broad and b in broad]
        if not pairs:
            return None
        a, b = choose.choice(pairs)
        return Query("phrase", (tokens.words[a], tokens.words[b]))

    def filtered() -> Query | None:
        paragraph = choose.choice(paragraphs)
        found = sorted({number for number in tokens.of(paragraph).tolist() if number in broad})
        cities = tokens.cities[paragraph]
        return (
            Query("filter", (tokens.words[choose.choice(found)],), choose.choice(cities)) if found and cities else None
        )

    makers: dict[str, Callable[[], Query | None]] = {
        "rare": lambda: single("rare"),
        "mid": lambda: single("mid"),
        "common": lambda: single("common"),
        "and-2": both,
        "or-3": either,
        "phrase": phrase,
        "filter": filtered,
    }
    return [query for kind in CLASSES for query in _distinct(makers[kind], each)]


def _band(tokens: Tokens, eligible: Any, low: float, high: float) -> list[int]:
    least, most = max(1.0, low * tokens.paragraphs), max(2.0, high * tokens.paragraphs)
    return np.flatnonzero(eligible & (tokens.frequency >= least) & (tokens.frequency <= most)).tolist()  # type: ignore[no-any-return]


def _distinct(make: Callable[[], Query | None], each: int) -> Sequence[Query]:
    found: dict[Query, None] = {}
    for _ in range(_TRIES):
        if len(found) >= each:
            break
        if (query := make()) is not None:
            found[query] = None
    return list(found)
