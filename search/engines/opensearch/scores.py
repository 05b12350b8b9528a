"""The order of hits, exactly that of the embedded engine though the server knows lengths only roughly.

The server scores with BM25 and a constant for every term that is there, from our frequencies. It rounds the lengths of texts down and takes
titles as if they had none, so what it says is never less than the true score. Hits are fetched in its order and given their true scores,
and one is given out as soon as nothing that is still to come can be before it: the threshold algorithm (Fagin, Lotem and Naor, 2003).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from juanzong.index.cluster.mapping import LONGEST_TOKEN, TITLE_K1
from juanzong.index.vectors import Array
from juanzong.search.engines.opensearch.conditions import term
from juanzong.search.engines.opensearch.context import ArticleContext, Contexts, Passage, frequencies, lengths
from juanzong.search.execution.plan import TITLE_WEIGHT
from juanzong.search.execution.rescoring import DEPTH, added, lent, norms_of, text_scores
from juanzong.search.execution.scoring import DELTA, K1, B

Json = dict[str, Any]
# so much may two ways of adding up the same score differ
NEAR = 2e-5
# a query of more clauses than the server takes scores by its weightiest terms on the way; the true scores have them all
MOST_TERMS = 200


@dataclass(frozen=True)
class ScoredTerm:
    """A term of a query: its field, its text, its weight."""

    field: str
    text: str
    weight: float


class ScoredRow(NamedTuple):
    """A hit as it was found: its row, or as much of it as its order needs, and its score."""

    row: Json
    score: float

    @property
    def id(self) -> str:
        found: str = self.row["id"]
        return found


class Scorer:
    """The score of texts for one query."""

    def __init__(self, contexts: Contexts, terms: Sequence[ScoredTerm], of_titles: float = 1.0) -> None:
        """`of_titles` multiplies what paragraphs score by themselves that are the titles of their articles (at most 1)."""
        snapshot = contexts.snapshot
        self._contexts, self._snapshot, self.terms, self._of_titles = contexts, snapshot, terms, of_titles
        snapshot.learn([(term.field, term.text) for term in terms])
        self._weights = [np.float32(term.weight * snapshot.idf(term.field, term.text)) for term in terms]
        self._titles: dict[str, float] = {}

    def clauses(self) -> list[Json]:
        """What the server adds up."""
        snapshot, numerator = self._snapshot, self._snapshot.numerator
        found: list[Json] = []
        heaviest = sorted(zip(self.terms, self._weights), key=lambda pair: -float(pair[1]))[:MOST_TERMS]
        for scored, weight in heaviest:
            for field, share, k1 in ((scored.field, 1.0, K1), (f"title_{scored.field}", TITLE_WEIGHT, TITLE_K1)):
                if not snapshot.frequency(field, scored.text):
                    continue
                wanted = float(weight) * share
                factor = snapshot.server_idf(field, scored.text) * (1 + k1 if numerator > 1 else 1.0)
                factor *= snapshot.least_average(scored.field) if field == scored.field else 1.0
                if factor > 0:
                    found.append({"term": {field: {"value": scored.text[:LONGEST_TOKEN], "boost": wanted / factor}}})
                found.append({"constant_score": {"filter": term(field, scored.text), "boost": wanted * DELTA}})
        return found

    def scores(self, rows: Sequence[Json]) -> Array:
        """The scores (float32) of paragraphs by their `id`, `article` and `is_title`. Raises ClusterUnavailable where one of the articles is away."""
        articles = self._articles(rows)
        own = self._of([article.own(row["id"]) for article, row in zip(articles, rows)])
        new = {row["article"]: article for article, row in zip(articles, rows) if row["article"] not in self._titles}
        self._titles.update(zip(new, self._of([article.title for article in new.values()]).tolist()))
        of_titles = np.array([self._titles[row["article"]] for row in rows], np.float32)
        weights = np.array((1, self._of_titles), np.float32).take([row["is_title"] for row in rows])
        found: Array = weights * own + np.float32(TITLE_WEIGHT) * of_titles
        return found

    def gains(self, rows: Sequence[Json]) -> Array:
        """What the second stage adds to the scores of paragraphs (float64): for their articles, what stands before them, and what their titles
        name. Raises as `scores` does."""
        articles = self._articles(rows)
        passages = [article.whole for article in articles]
        passages += [article.before(row["id"]) for article, row in zip(articles, rows)]
        averages = {
            field: np.repeat((self._snapshot.article_average[field], self._snapshot.average[field]), len(rows))
            for field in ("words", "chars")
        }
        norms = {field: norms_of(lengths(passages, field) / average) for field, average in averages.items()}
        weights = np.array(self._weights, np.float64)
        titles, own = (
            [article.title for article in articles],
            [article.own(row["id"]) for article, row in zip(articles, rows)],
        )
        only_title = [
            (frequencies(titles, scored.field, scored.text) > 0) & (frequencies(own, scored.field, scored.text) == 0)
            for scored in self.terms
        ]
        scores = text_scores(
            weights,
            np.array([frequencies(passages, scored.field, scored.text) for scored in self.terms], np.float64),
            np.array([norms[scored.field] for scored in self.terms]),
        )
        return added(scores[: len(rows)], scores[len(rows) :], lent(weights, np.array(only_title)))

    def _articles(self, rows: Sequence[Json]) -> list[ArticleContext]:
        found = self._contexts.of([row["article"] for row in rows])
        return [found[row["article"]] for row in rows]

    def _of(self, passages: Sequence[Passage]) -> Array:
        """What texts score by themselves (float32), added up in the order of the terms as the embedded engine does."""
        total = np.zeros(len(passages), np.float32)
        norms = {field: self._norms(field, passages) for field in ("words", "chars")}
        for scored, weight in zip(self.terms, self._weights):
            tf = frequencies(passages, scored.field, scored.text).astype(np.float32)
            gains = np.float32(DELTA) + tf / (tf + norms[scored.field])
            gains *= weight
            total += np.where(tf > 0, gains, np.float32(0))
        return total

    def _norms(self, field: str, passages: Sequence[Passage]) -> Array:
        share = np.float32(B / self._snapshot.average[field])
        found: Array = np.float32(K1) * (np.float32(1 - B) + share * lengths(passages, field).astype(np.float32))
        return found


def row_of(hit: Json) -> Json:
    """The row of a hit; of one that came without, what its order needs: `id`, `article`, `is_title`, and `same` and `first_day` where it has them."""
    row: Json | None = hit.get("_source")
    if row is None:
        row = {name: values[0] for name, values in hit["fields"].items()}
        _, day, row["id"] = hit["sort"]
        # the server puts its least number where there is none
        if day > 0:
            row["first_day"] = day
    return row


Fetch = Callable[[Any, int], Sequence[Json]]


def in_order(first: Sequence[Json], asked: int, fetch: Fetch, scorer: Scorer | None) -> Iterator[ScoredRow]:
    """All hits in order. `first` are those that came with the answer, of `asked`; `fetch` gives so many more behind a sort key. Without a
    scorer the server's order is the order."""
    hits, after = first, None
    waiting: list[tuple[float, int, str, Json]] = []
    while True:
        whole = len(hits) < asked
        if scorer is None:
            yield from (ScoredRow(row_of(hit), hit.get("_score") or 0.0) for hit in hits)
        elif hits:
            rows = [row_of(hit) for hit in hits]
            for row, score in zip(rows, scorer.scores(rows).tolist()):
                heapq.heappush(waiting, (-score, -row.get("first_day", 0), row["id"], row))
            limit, last = hits[-1]["_score"] or 0.0, (-rows[-1].get("first_day", 0), rows[-1]["id"])
            while waiting and not whole and _is_settled(waiting[0], limit, last):
                yield _entry(heapq.heappop(waiting))
        if whole:
            break
        after = hits[-1]["sort"]
        asked = min(2 * asked, 1_000)
        hits = fetch(after, asked)
    while waiting:
        yield _entry(heapq.heappop(waiting))


def _is_settled(best: tuple[float, int, str, Json], limit: float, last: tuple[int, str]) -> bool:
    """Whether nothing that is still to come, which has at most `limit` and comes behind `last` where it has that, can be before the best."""
    score = -best[0]
    return score > limit * (1 + NEAR) or (score >= limit * (1 - NEAR) and best[1:3] <= last)


def _entry(held: tuple[float, int, str, Json]) -> ScoredRow:
    return ScoredRow(held[3], -held[0])


def first_of(entries: Iterator[ScoredRow], key: Callable[[Json], str | None]) -> Iterator[ScoredRow]:
    """Of entries in order the first of each key; those without one all stay."""
    seen: set[str] = set()
    for entry in entries:
        value = key(entry.row)
        if value is None or value not in seen:
            if value is not None:
                seen.add(value)
            yield entry


def rescored(entries: Iterator[ScoredRow], scorer: Scorer) -> Iterator[ScoredRow]:
    """Hits in the order of the first stage, the best of them ranked again by what they stand in, as `search/execution/rescoring.py` says."""
    window = list(islice(entries, DEPTH))
    if window:
        gains = scorer.gains([entry.row for entry in window])
        scores = (np.array([entry.score for entry in window]) + gains).tolist()
        again = [ScoredRow(entry.row, score) for entry, score in zip(window, scores)]
        yield from sorted(again, key=lambda entry: (-entry.score, -entry.row.get("first_day", 0), entry.row["id"]))
    yield from entries
