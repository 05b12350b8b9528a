"""The second stage of ranking on a cluster: the best are ranked again by what they stand in, as `search/execution/rescoring.py` says.

The tokens of each article are kept on the cluster by its id. An article that was once fetched stays for a while: a generation never changes.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np

from juanzong.index.cluster.connection import ClusterUnavailable
from juanzong.index.cluster.rows import Json, key_of
from juanzong.index.vectors import Array
from juanzong.search.engines.opensearch.scores import Entry, Scorer, pairs_in
from juanzong.search.engines.opensearch.snapshot import Snapshot
from juanzong.search.execution.rescoring import DEPTH, added, norms_of, text_scores

# articles that are kept, and how many are fetched at once
KEPT = 4_000
FETCHED = 100


@dataclass(frozen=True)
class Passage:
    """The tokens of a text of one paragraph or several, a line each."""

    words: str
    chars: str

    @cached_property
    def counted(self) -> Counter[str]:
        """Its words and how often each is there."""
        return Counter(self.words.split())

    def frequency(self, field: str, term: str) -> int:
        return self.counted[term] if field == "words" else _pairs(self.chars, term)

    def length(self, field: str) -> int:
        return self.counted.total() if field == "words" else len(self.chars) - self.lines_of_chars

    @cached_property
    def lines_of_chars(self) -> int:
        """Characters that are no part of any text: the ends of lines and the sentinels."""
        return self.chars.count("\n") + self.chars.count("\x00")


NOTHING = Passage("", "")


class ArticleContext:
    """An article as ranking looks at it."""

    def __init__(self, context: Json) -> None:
        self.whole = Passage(context["words"], context["chars"])
        self._place: Mapping[str, int] = {identifier: place for place, identifier in enumerate(context["ids"])}
        self._words, self._chars = context["words"].split("\n"), context["chars"].split("\n")
        self._alone = frozenset(context["alone"])

    def before(self, paragraph: str) -> Passage:
        """The paragraph that stands just before one of the article; nothing where that is of another."""
        place = self._place[paragraph]
        return NOTHING if place in self._alone else Passage(self._words[place - 1], self._chars[place - 1])


class Contexts:
    """The articles of one generation. Safe between threads."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._known: dict[str, ArticleContext] = {}
        self._lock = threading.Lock()

    def of(self, articles: Sequence[str]) -> dict[str, ArticleContext]:
        """Articles by id."""
        found = {article: self._known.get(article) for article in dict.fromkeys(articles)}
        new = [article for article, context in found.items() if context is None]
        for first in range(0, len(new), FETCHED):
            some = new[first : first + FETCHED]
            rows = self.snapshot.connection.fetch(
                self.snapshot.generation.articles, [key_of(article) for article in some]
            )
            found.update({article: ArticleContext(row["context"]) for article, row in zip(some, rows, strict=True)})
        with self._lock:
            if len(self._known) + len(new) > KEPT:
                self._known.clear()
            self._known.update({article: context for article in new if (context := found[article]) is not None})
        return {article: context for article, context in found.items() if context is not None}

    def added(self, entries: Sequence[Entry], scorer: Scorer) -> Array:
        """What their articles and the paragraphs before them add to the scores of hits (float64)."""
        articles = self.of([entry.row["article"] for entry in entries])
        own = [articles[entry.row["article"]] for entry in entries]
        passages = [article.whole for article in own]
        passages += [article.before(entry.row["id"]) for article, entry in zip(own, entries)]
        frequencies = np.array(
            [[passage.frequency(term.field, term.text) for passage in passages] for term in scorer.terms]
        )
        norms = {field: norms_of(self._lengths(field, passages)) for field in ("words", "chars")}
        scores = text_scores(scorer.weights, frequencies, np.array([norms[term.field] for term in scorer.terms]))
        return added(scores[: len(entries)], scores[len(entries) :])

    def _lengths(self, field: str, passages: Sequence[Passage]) -> Array:
        """Their tokens divided by the average, of articles for the first half, of paragraphs for the second."""
        found = np.array([passage.length(field) for passage in passages], np.float64)
        half = len(found) // 2
        found[:half] /= self.snapshot.article_average[field]
        found[half:] /= self.snapshot.average[field]
        return found

    def in_order(self, entries: Iterator[Entry], scorer: Scorer) -> Iterator[Entry]:
        """Hits in the order of the first stage, the best of them ranked again."""
        window = list(islice(entries, DEPTH))
        try:
            gains = self.added(window, scorer) if window else None
        except ClusterUnavailable:
            if not self.snapshot.connection.address.partial:
                raise
            # without some articles nothing can be ranked by them
            gains = None
        if gains is None:
            yield from window
        else:
            scores = (np.array([entry.score for entry in window]) + gains).tolist()
            again = [Entry(entry.row, score) for entry, score in zip(window, scores)]
            yield from sorted(again, key=lambda entry: (-entry.score, -entry.row.get("first_day", 0), entry.row["id"]))
        yield from entries


def _pairs(chars: str, pair: str) -> int:
    """How often a pair of characters stands in texts that are closed by the sentinel."""
    if pair[0] != pair[-1]:
        return chars.count(pair)
    return pairs_in(chars, pair)
