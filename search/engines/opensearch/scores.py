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
from typing import Any

import numpy as np

from juanzong.index.cluster.mapping import LONGEST_TOKEN, TITLE_K1
from juanzong.index.text.analysis import SENTINEL, words_of
from juanzong.index.text.folding import fold_spaced
from juanzong.index.vectors import Array
from juanzong.search.engines.opensearch.conditions import term
from juanzong.search.engines.opensearch.snapshot import Snapshot
from juanzong.search.execution.plan import TITLE_WEIGHT
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


@dataclass(frozen=True)
class Entry:
    """A hit as it was found: its row, and its score."""

    row: Json
    score: float

    @property
    def id(self) -> str:
        found: str = self.row["id"]
        return found


class Scorer:
    """The score of texts for one query."""

    def __init__(self, snapshot: Snapshot, terms: Sequence[ScoredTerm], of_titles: float = 1.0) -> None:
        """`of_titles` multiplies what paragraphs score by themselves that are the titles of their articles (at most 1)."""
        self._snapshot, self.terms, self._of_titles = snapshot, terms, of_titles
        snapshot.learn([(term.field, term.text) for term in terms])
        self._weights = [np.float32(term.weight * snapshot.idf(term.field, term.text)) for term in terms]
        self._titles: dict[str, np.float32] = {}

    @property
    def weights(self) -> Array:
        """boost · idf of each term (float64)."""
        return np.array(self._weights, np.float64)

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
                if factor > 0:
                    found.append({"term": {field: {"value": scored.text[:LONGEST_TOKEN], "boost": wanted / factor}}})
                found.append({"constant_score": {"filter": term(field, scored.text), "boost": wanted * DELTA}})
        return found

    def scores(self, rows: Sequence[Json]) -> Array:
        """The scores (float32) of rows with `text`, `title_text` and their lengths."""
        own = self._of([row["text"] for row in rows])
        titles = list(
            dict.fromkeys([title for row in rows if (title := row.get("title_text")) and title not in self._titles])
        )
        self._titles.update(zip(titles, self._of(titles)))
        of_titles = np.array(
            [self._titles[title] if (title := row.get("title_text")) else 0 for row in rows], np.float32
        )
        weights = np.array((1, self._of_titles), np.float32).take([row["is_title"] for row in rows])
        found: Array = weights * own + np.float32(TITLE_WEIGHT) * of_titles
        return found

    def _of(self, texts: Sequence[str]) -> Array:
        """What texts score by themselves (float32), added up in the order of the terms as the embedded engine does."""
        spaced = [fold_spaced(text) for text in texts]
        folded = [text.replace(" ", "") for text in spaced]
        cut = [words_of(text, self._snapshot.segmenter) for text in spaced]
        total = np.zeros(len(texts), np.float32)
        norms = {
            field: self._norms(field, [len(text) for text in (cut if field == "words" else folded)])
            for field in ("words", "chars")
        }
        for scored, weight in zip(self.terms, self._weights):
            if scored.field == "words":
                frequency = [words.count(scored.text) for words in cut]
            else:
                frequency = [pairs_in(text, scored.text) for text in folded]
            tf = np.array(frequency, np.float32)
            gains = np.float32(DELTA) + tf / (tf + norms[scored.field])
            gains *= weight
            total += np.where(tf > 0, gains, np.float32(0))
        return total

    def _norms(self, field: str, lengths: Sequence[int]) -> Array:
        average = self._snapshot.average[field]
        found: Array = np.float32(K1) * (np.float32(1 - B) + np.float32(B / average) * np.array(lengths, np.float32))
        return found


def pairs_in(folded: str, pair: str) -> int:
    """How often a pair of characters stands in a folded text, places that overlap included."""
    if pair.endswith(SENTINEL) and SENTINEL not in folded:
        return int(folded.endswith(pair[0]))
    if pair[0] != pair[-1]:
        return folded.count(pair)
    return sum(folded.startswith(pair, place) for place in range(len(folded) - 1))


Fetch = Callable[[Any, int], Sequence[Json]]


def in_order(first: Sequence[Json], asked: int, fetch: Fetch, scorer: Scorer | None) -> Iterator[Entry]:
    """All hits in order. `first` are those that came with the answer, of `asked`; `fetch` gives so many more behind a sort key. Without a
    scorer the server's order is the order."""
    hits, after = first, None
    waiting: list[tuple[float, int, str, Json]] = []
    while True:
        whole = len(hits) < asked
        if scorer is None:
            yield from (Entry(hit["_source"], 0.0) for hit in hits)
        elif hits:
            rows = [hit["_source"] for hit in hits]
            for row, score in zip(rows, scorer.scores(rows).tolist()):
                heapq.heappush(waiting, (-score, -row.get("first_day", 0), row["id"], row))
            limit, last = (
                hits[-1]["_score"] or 0.0,
                (-hits[-1]["_source"].get("first_day", 0), hits[-1]["_source"]["id"]),
            )
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


def _entry(held: tuple[float, int, str, Json]) -> Entry:
    return Entry(held[3], -held[0])


def first_of(entries: Iterator[Entry], key: Callable[[Json], str | None]) -> Iterator[Entry]:
    """Of entries in order the first of each key; those without one all stay."""
    seen: set[str] = set()
    for entry in entries:
        value = key(entry.row)
        if value is None or value not in seen:
            if value is not None:
                seen.add(value)
            yield entry


def page(entries: Iterator[Entry], number: int, size: int) -> list[Entry]:
    return list(islice(entries, (number - 1) * size, number * size))
