"""What studies ask, answered by exact counts of the server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, cast

import numpy as np

from juanzong.index.periods import days_of
from juanzong.index.text.analysis import tokenize
from juanzong.index.vectors import Array, unique
from juanzong.search.answer.result import Hit
from juanzong.search.engines.opensearch import counting, views
from juanzong.search.engines.opensearch.conditions import EVERYTHING, SHOWN, every
from juanzong.search.engines.opensearch.scores import ScoredRow
from juanzong.search.engines.opensearch.snapshot import Snapshot
from juanzong.search.language.needles import Needle
from juanzong.search.request import SearchRequest
from juanzong.search.study import timescale
from juanzong.search.study.findings import Collocates, Marks, PeriodCounts, WordCounts, near
from juanzong.search.study.timescale import Grain

Json = dict[str, Any]
# buckets of one answer
PAGE = 10_000
MOST_WORDS = 50_000
# characters of texts that are cut at once
AT_ONCE = 1 << 20
UNDATED = 1 << 30


def combinations(
    snapshot: Snapshot, matches: Json, fields: Sequence[str], having: str = ""
) -> Iterator[tuple[tuple[Any, ...], int]]:
    """The combinations of the values of some fields, None where there is none, and how many paragraphs have each; only values there are of `having`."""
    after: Json | None = None
    while True:
        sources = [{name: {"terms": {"field": name, "missing_bucket": name != having}}} for name in fields]
        composite = {"size": PAGE, "sources": sources, **({"after": after} if after else {})}
        body = {"size": 0, "query": matches, "aggs": {"all": {"composite": composite}}}
        part = snapshot.connection.search(snapshot.index, body)["aggregations"]["all"]
        for bucket in part["buckets"]:
            yield tuple(bucket["key"][name] for name in fields), bucket["doc_count"]
        after = part.get("after_key")
        if after is None or len(part["buckets"]) < PAGE:
            return


class Counted:
    """What one search finds, by the condition that holds of it."""

    def __init__(self, snapshot: Snapshot, matches: Json) -> None:
        self.snapshot, self.matches = snapshot, matches
        self._published: dict[str, tuple[Array, Array]] = {}

    def tally(self, grain: Grain, unit: str, dates: str) -> PeriodCounts:
        found = PeriodCounts()
        if dates == "mentioned":
            self._add_mentioned(found, grain, unit)
        else:
            columns, counts = self._dates(unit)
            found.add_published(columns[:, 0], columns[:, 1], columns[:, 2], grain, counts)
        return found

    def articles(self) -> int:
        return counting.distinct(self.snapshot, self.matches, "article", self._count(self.matches))

    def _count(self, condition: Json) -> int:
        return self.snapshot.connection.counts(self.snapshot.index, [condition])[0]

    def _dates(self, unit: str) -> tuple[Array, Array]:
        """The first and last days and the months that there are (int64, in columns), and how often each stands (int64)."""
        if unit not in self._published:
            fields = ("first_day", "last_day", "period")
            if unit == "paragraphs":
                rows = [(key, count) for key, count in combinations(self.snapshot, self.matches, fields)]
            else:
                # all paragraphs of an article have its date
                rows = [(key[:3], 1) for key, _ in combinations(self.snapshot, self.matches, (*fields, "article"))]
            columns = np.array([[value or 0 for value in key] for key, _ in rows], np.int64).reshape(-1, 3)
            self._published[unit] = columns, np.array([count for _, count in rows], np.int64)
        return self._published[unit]

    def _add_mentioned(self, found: PeriodCounts, grain: Grain, unit: str) -> None:
        naming = every([self.matches, {"exists": {"field": "named"}}])
        if unit == "articles":
            pairs = [key for key, _ in combinations(self.snapshot, naming, ("article", "named"), "named")]
            numbers: dict[str, int] = {}
            units = np.array([numbers.setdefault(article, len(numbers)) for article, _ in pairs], np.int64)
            found.add_mentioned(units, np.array([day for _, day in pairs], np.int64), grain)
            found.total += self.articles()
            found.undated += found.total - len(numbers)
            return
        found.total += self._count(self.matches)
        found.undated += found.total - self._count(naming)
        of_day = {key[0]: count for key, count in combinations(self.snapshot, naming, ("named",), "named")}
        days = np.array(list(of_day), np.int64)
        found.reach(days)
        if grain == "day":
            found.add(days, np.array(list(of_day.values()), np.int64))
        elif of_day:
            periods = unique(timescale.numbers_of_days(days, grain)).tolist()
            found.add(np.array(periods, np.int64), np.array(list(self._naming(naming, periods, grain)), np.int64))

    def _naming(self, naming: Json, periods: Sequence[int], grain: Grain) -> Iterator[int]:
        """How many paragraphs name a day of each period, however many of its days they name."""
        for first in range(0, len(periods), PAGE):
            ranges = []
            for number in periods[first : first + PAGE]:
                begin, end = timescale.bounds(number, grain)
                ranges.append({"key": str(number), "from": days_of(begin)[0], "to": days_of(end)[1] + 1})
            aggs = {"all": {"range": {"field": "named", "ranges": ranges, "keyed": True}}}
            body = {"size": 0, "query": naming, "aggs": aggs}
            answer = self.snapshot.connection.search(self.snapshot.index, body)["aggregations"]["all"]["buckets"]
            yield from (answer[key["key"]]["doc_count"] for key in ranges)


class CountedPair:
    """Two sets of paragraphs of one generation."""

    def __init__(self, sides: Sequence[Counted], request: SearchRequest) -> None:
        """`request` is what both have in common."""
        self._first, self._second = sides
        self._snapshot, self._request = self._first.snapshot, request

    def _counts(self, *conditions: Json) -> list[int]:
        return self._snapshot.connection.counts(self._snapshot.index, conditions)

    def both(self) -> int:
        return self._counts(every([self._first.matches, self._second.matches]))[0]

    def words(self) -> WordCounts:
        shown = EVERYTHING if self._request.boilerplate else SHOWN
        own = [self._words(side.matches) for side in (self._first, self._second)]
        words = sorted(word.encode() for word in {*own[0], *own[1]})
        first, second, every_one = self._counts(self._first.matches, self._second.matches, shown)

        def totals(numbers: Array) -> Array:
            wanted = [words[number].decode() for number in numbers.tolist()]
            found: dict[str, int] = {}
            for begin in range(0, len(wanted), MOST_WORDS):
                some = wanted[begin : begin + MOST_WORDS]
                found.update(self._terms(shown, {"include": some, "size": len(some), "shard_size": len(some)})[0])
            return np.array([found.get(word, 0) for word in wanted], np.int64)

        counts = np.array([[held.get(word.decode(), 0) for word in words] for held in own], np.int64)
        return WordCounts(words, counts.reshape(2, -1), (first, second, every_one), totals)

    def _words(self, matches: Json) -> dict[str, int]:
        """In how many paragraphs each word stands."""
        parts = 1
        while True:
            found: dict[str, int] = {}
            left_out = 0
            for part in range(parts):
                include = {"include": {"partition": part, "num_partitions": parts}} if parts > 1 else {}
                own, more = self._terms(matches, {"size": MOST_WORDS, "shard_size": MOST_WORDS, **include})
                found.update(own)
                left_out += more
                if more:
                    break
            if not left_out:
                return found
            parts *= 4

    def _terms(self, matches: Json, terms: Json) -> tuple[dict[str, int], int]:
        """Words with their paragraphs, and how many postings of others were left out."""
        body = {"size": 0, "query": matches, "aggs": {"all": {"terms": {"field": "word", **terms}}}}
        part = self._snapshot.connection.search(self._snapshot.index, body)["aggregations"]["all"]
        return counting.buckets(part), part["sum_other_doc_count"]

    def same_texts(self, most: int) -> tuple[int, tuple[tuple[Hit, Hit], ...]]:
        first, second = self._first.matches, self._second.matches
        apart = [{"bool": {"filter": [own], "must_not": [other]}} for own, other in ((first, second), (second, first))]
        groups = [{key[0] for key, _ in combinations(self._snapshot, side, ("same",), "same")} for side in apart]
        alike = sorted(groups[0] & groups[1])
        leaders = [self._leaders(side, alike) for side in apart]
        shared = sorted(alike, key=lambda group: min(leaders[0][group], leaders[1][group]))
        pairs = [tuple(self._hit(of_group[group][1]) for of_group in leaders) for group in shared[:most]]
        return len(shared), cast("tuple[tuple[Hit, Hit], ...]", tuple(pairs))

    def _leaders(self, side: Json, groups: Sequence[str]) -> dict[str, tuple[int, str]]:
        """The earliest paragraph of each group: its day, undated ones last, and its id."""
        found: dict[str, tuple[int, str]] = {}
        for begin in range(0, len(groups), PAGE):
            chosen = every([side, {"terms": {"same": list(groups[begin : begin + PAGE])}}])
            for hit in self._snapshot.connection.scroll(
                self._snapshot.index, chosen, ["_doc"], ["id", "same", "first_day"]
            ):
                row = hit["_source"]
                own = row.get("first_day") or UNDATED, row["id"]
                found[row["same"]] = min(own, found.get(row["same"], own))
        return found

    def _hit(self, paragraph_id: str) -> Hit:
        found = self._snapshot.connection.call("GET", f"/{self._snapshot.index}/_doc/{paragraph_id}")
        return views.hits([ScoredRow(found["_source"], 0.0)], self._request, ())[0]


class RowPassages:
    """Paragraphs by their ids."""

    def __init__(
        self, snapshot: Snapshot, entries: Iterable[ScoredRow], request: SearchRequest, needles: Sequence[Needle]
    ) -> None:
        self._snapshot, self._request, self._needles = snapshot, request, needles
        self._rows: Sequence[Json] = [entry.row for entry in entries]

    def __len__(self) -> int:
        return len(self._rows)

    def texts(self, paragraphs: Array) -> list[str]:
        return [self._rows[paragraph]["text"] for paragraph in paragraphs.tolist()]

    def cities(self, paragraphs: Array) -> list[str]:
        return [next(iter(self._rows[paragraph].get("city", ())), "") for paragraph in paragraphs.tolist()]

    def hits(self, paragraphs: Array) -> list[Hit]:
        rows = [self._rows[paragraph] for paragraph in paragraphs.tolist()]
        return views.hits([ScoredRow(row, 0.0) for row in rows], self._request, self._needles)

    def beside(self, marks: Marks, window: int) -> Collocates:
        counts: tuple[dict[str, int], dict[str, int]] = ({}, {})
        for some in _in_batches(marks.paragraph, lambda paragraph: len(self._rows[paragraph]["text"])):
            own = marks.at(some)
            paragraphs, of_mark = np.unique(own.paragraph, return_inverse=True)
            tokens = tokenize(self.texts(paragraphs), self._snapshot.segmenter)
            flags = near(own, of_mark, tokens.text_starts, window)[tokens.word_position]
            for held, bit in zip(counts, (1, 2)):
                summed = np.bincount(tokens.word[flags & bit > 0], minlength=len(tokens.words))
                for number in np.flatnonzero(summed).tolist():
                    word = tokens.words[number]
                    held[word] = held.get(word, 0) + int(summed[number])
        words = sorted(word.encode() for word in {*counts[0], *counts[1]})
        before, after = (np.array([held.get(word.decode(), 0) for word in words], np.int64) for held in counts)
        return Collocates(words, before, after, lambda numbers: self._everywhere(words, numbers))

    def _everywhere(self, words: Sequence[bytes], numbers: Array) -> Array:
        occurrences = self._snapshot.occurrences
        return np.array([occurrences.get(words[number].decode(), 0) for number in numbers.tolist()], np.int64)


def _in_batches(paragraphs: Array, length: Callable[[int], int]) -> Iterator[Array]:
    """The places of paragraphs (int64, ascending, each as often as it has marks) a few paragraphs at a time, so that their texts can be cut at once."""
    first = size = 0
    last: int | None = None
    for place, paragraph in enumerate(paragraphs.tolist()):
        if paragraph == last:
            continue
        if size and size + length(paragraph) > AT_ONCE:
            yield np.arange(first, place)
            first, size = place, 0
        size += length(paragraph)
        last = paragraph
    if len(paragraphs):
        yield np.arange(first, len(paragraphs))
