"""Two sets of paragraphs side by side: how many, when, what both say, and the words that tell one from the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from juanzong.index.errors import UsageError
from juanzong.index.text.folding import fold
from juanzong.index.vectors import Array
from juanzong.search import address
from juanzong.search.request import FACET_FIELDS, SearchRequest, days_between
from juanzong.search.study import keyness
from juanzong.search.study.findings import Finder, Findings, Pair, WordCounts
from juanzong.search.study.trends import Trend, TrendRequest, over_time
from juanzong.search.study.word_numbers import tells

if TYPE_CHECKING:
    from juanzong.search.answer.result import Hit

BY = (*FACET_FIELDS, "date", "query")
WORDS = 30
TEXTS = 10
# a word that stands in fewer paragraphs of both sets together tells nothing
LEAST = 3
LONGEST = 400
# what no word of an archive is
_HOLE = "\x00word\x00"


@dataclass(frozen=True)
class CompareRequest:
    """Two sets: what `search` finds, once with `a` and once with `b`, which are values of the facet `by`, periods (`date`: `2021`, `2021-03..2021-08`) or
    queries (`query`). Nothing is checked before `validate` is called."""

    search: SearchRequest = field(default_factory=SearchRequest)
    by: str = "city"
    a: str = ""
    b: str = ""

    def validate(self) -> None:
        """Raises UsageError with a sentence about the first part that cannot be understood."""
        self.search.validate()
        if self.by not in BY:
            raise UsageError(
                f'by is "{self.by[:40]}"; use one of {", ".join(BY)}.',
                code="choice",
                args_=("by", f'"{self.by[:40]}"', ", ".join(BY)),
            )
        for name in ("a", "b"):
            if len(getattr(self, name)) > LONGEST:
                raise UsageError(
                    f"{name} has {len(getattr(self, name)):,} characters; shorten it to {LONGEST}.",
                    code="side_long",
                    args_=(name, f"{len(getattr(self, name)):,}", LONGEST),
                )
            if self.by == "date":
                days_between(name, getattr(self, name))
        for side in self.sides:
            side.validate()

    @property
    def sides(self) -> tuple[SearchRequest, SearchRequest]:
        """The two searches."""
        return self._side(self.a), self._side(self.b)

    def _side(self, value: str) -> SearchRequest:
        if self.by == "date":
            first, dots, last = value.partition("..")
            return replace(self.search, date_from=first or None, date_to=(last or None) if dots else first or None)
        if self.by == "query":
            return replace(self.search, q=" ".join(part for part in (self.search.q, value) if part.strip()))
        change: dict[str, Any] = {self.by: (value,)}
        return replace(self.search, **change)


@dataclass(frozen=True)
class ComparedWord:
    """A word with the paragraphs of each set that have it. `g2` and `log_ratio` compare the two sets; for words that both say, `g2` is the lesser of
    what each set has against the rest of the archive. `urls` are the paragraphs of either set."""

    text: str
    counts: tuple[int, int]
    g2: float
    log_ratio: float
    urls: tuple[str, str]

    def to_dict(self) -> dict[str, Any]:
        return {
            "word": self.text,
            "counts": list(self.counts),
            "g2": round(self.g2, 2),
            "log_ratio": round(self.log_ratio, 2),
            "urls": list(self.urls),
        }


@dataclass(frozen=True)
class Side:
    """One of the two sets."""

    label: str
    url: str
    paragraphs: int
    articles: int
    undated: int
    first: str | None
    last: str | None

    def to_dict(self) -> dict[str, Any]:
        return {
            name: getattr(self, name) for name in ("label", "url", "paragraphs", "articles", "undated", "first", "last")
        }


@dataclass(frozen=True)
class Comparison:
    """The answer. `both` paragraphs are in either set; `words` tell the first set from the second and the second from the first, `common` are said by both;
    `texts` are the near-duplicates that both sets have, the group's paragraphs in the first and in the second, each the earliest."""

    request: CompareRequest
    sides: tuple[Side, Side]
    both: int
    trend: Trend
    words: tuple[tuple[ComparedWord, ...], tuple[ComparedWord, ...]]
    common: tuple[ComparedWord, ...]
    same: int
    texts: tuple[tuple[Hit, Hit], ...]
    index: Mapping[str, Any]

    def to_dict(self) -> dict[str, Any]:
        return {
            "ok": True,
            "by": self.request.by,
            "sides": [side.to_dict() for side in self.sides],
            "both": self.both,
            "trend": self.trend.to_dict(),
            "words": [[word.to_dict() for word in words] for words in self.words],
            "common": [word.to_dict() for word in self.common],
            "same_texts": self.same,
            "texts": [[hit.to_dict() for hit in pair] for pair in self.texts],
            "index": dict(self.index),
        }


def compare(
    find: Finder, request: CompareRequest, pair: Callable[[Sequence[Findings]], Pair], index: Mapping[str, Any]
) -> Comparison:
    """Compares the two sets. `pair` puts what was found side by side. Raises UsageError."""
    request.validate()
    asked, find = request.sides, cache(find)
    found = [find(search) for search in asked]
    trend = over_time(find, TrendRequest(request.search), list(zip((request.a, request.b), asked)), index)
    sides = [
        Side(label, series.url, series.total, own.articles(), series.undated, series.first, series.last)
        for label, series, own in zip((request.a, request.b), trend.series, found)
    ]
    beside = pair(found)
    counts = beside.words()
    same, texts = beside.same_texts(TEXTS)
    return Comparison(
        request,
        (sides[0], sides[1]),
        beside.both(),
        trend,
        _telling(request, counts),
        _common(request, counts),
        same,
        texts,
        index,
    )


def _telling(request: CompareRequest, found: WordCounts) -> tuple[tuple[ComparedWord, ...], tuple[ComparedWord, ...]]:
    """The words that tell the first set from the second, and the second from the first, the surest first."""
    counts, sizes = found.counts, found.sizes
    some = np.flatnonzero(counts[0] + counts[1] >= LEAST)
    first, second = counts[0][some], counts[1][some]
    g2, ratio = (
        keyness.likelihood(first, second, sizes[0], sizes[1]),
        keyness.log_ratio(first, second, sizes[0], sizes[1]),
    )
    sure = g2 >= keyness.ONE_IN_HUNDRED
    # shares, not ratios, say who has more: a count of none is a half in the ratio
    more = first * sizes[1] > second * sizes[0]
    return tuple(tuple(_words(request, found, some, g2, ratio, sure & side)) for side in (more, ~more))  # type: ignore[return-value]


def _common(request: CompareRequest, found: WordCounts) -> tuple[ComparedWord, ...]:
    """The words that both sets have more of than the rest of the archive."""
    counts, sizes = found.counts, found.sizes
    some = np.flatnonzero((counts[0] > 0) & (counts[1] > 0) & (counts[0] + counts[1] >= LEAST))
    first, second, every = counts[0][some], counts[1][some], found.totals(some)
    least = np.full(len(some), np.inf)
    more = np.ones(len(some), bool)
    for own, size in ((first, sizes[0]), (second, sizes[1])):
        rest, of_rest = every - own, sizes[2] - size
        more &= own * of_rest > rest * size
        least = np.minimum(least, keyness.likelihood(own, rest, size, of_rest))
    ratio = keyness.log_ratio(first, second, sizes[0], sizes[1])
    return tuple(_words(request, found, some, least, ratio, more & (least >= keyness.ONE_IN_HUNDRED)))


def _words(
    request: CompareRequest, found: WordCounts, numbers: Array, g2: Array, ratio: Array, wanted: Array
) -> Iterator[ComparedWord]:
    """The first WORDS of those wanted, by g² and then by themselves."""
    chosen = np.flatnonzero(wanted)
    chosen = chosen[np.lexsort((numbers[chosen], -g2[chosen]))]
    given = (0 for _ in range(WORDS))
    names = fold(request.a + "\n" + request.b) if request.by != "date" else ""
    # the addresses of a side are one but for the word
    hole = address.escaped(_HOLE)
    urls = [address.search_url(_with_word(side, _HOLE)).rpartition(hole) for side in request.sides]
    for place in chosen.tolist():
        text = found.words[int(numbers[place])].decode()
        if not tells(text, names):
            continue
        if next(given, None) is None:
            return
        number = int(numbers[place])
        yield ComparedWord(
            text,
            (int(found.counts[0][number]), int(found.counts[1][number])),
            float(g2[place]),
            float(ratio[place]),
            (f"{urls[0][0]}{(own := address.escaped(text))}{urls[0][2]}", f"{urls[1][0]}{own}{urls[1][2]}"),
        )


def _with_word(side: SearchRequest, word: str) -> SearchRequest:
    """The paragraphs of a set that have a word."""
    own = f'"{side.q}"' if side.mode == "exact" and side.q.strip() else side.q
    return replace(side, q=f'{own} "{word}"'.strip(), mode="all")
