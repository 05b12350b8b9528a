"""Query nodes that Whoosh does not have: runs of characters, facet values, dates and titles.

Each can give its paragraphs in a segment, which is what the executor asks for, and a stock matcher, so that Whoosh as it comes can run
every query of ours. The stock matchers read the texts themselves and share no code with the arrays: they are the oracle.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from whoosh import matching, query

from juanzong.index.periods import days_of
from juanzong.index.store.segment import Segment
from juanzong.index.vectors import Array
from juanzong.search.language.needles import Needle, find_marks


class ParagraphsQuery(query.Query):  # type: ignore[misc]
    """A node that knows its paragraphs."""

    boost = 1.0

    @abstractmethod
    def matches(self, segment: Segment, paragraph: int) -> bool:
        """Whether one paragraph meets the node, by looking at it."""

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        segment: Segment = searcher.reader().segment().arrays
        ids = [
            number
            for number in range(segment.paragraphs)
            if (segment.live is None or segment.live[number]) and self.matches(segment, number)
        ]
        return matching.ListMatcher(ids, all_weights=1.0) if ids else matching.NullMatcher()

    def is_leaf(self) -> bool:
        return True

    def children(self) -> Iterator[query.Query]:
        return iter(())

    def estimate_size(self, ixreader: Any) -> int:
        return int(ixreader.doc_count())

    def estimate_min_size(self, ixreader: Any) -> int:
        return 0


@dataclass(eq=True, frozen=True)
class RunQuery(ParagraphsQuery):
    """The characters of a needle stand in a row, with its boundaries where it has them."""

    needle: Needle

    def matches(self, segment: Segment, paragraph: int) -> bool:
        return bool(find_marks(segment.text(paragraph), [self.needle]))


@dataclass(eq=True, frozen=True)
class FacetQuery(ParagraphsQuery):
    """The paragraph has a value that is accepted, or none where `empty`."""

    name: str
    accepts: Callable[[str], bool]
    empty: bool = False

    def matches(self, segment: Segment, paragraph: int) -> bool:
        values = segment.facets[self.name].values(paragraph)
        return any(map(self.accepts, values)) if values else self.empty

    def docs(self, segment: Segment) -> Array:
        facet = segment.facets[self.name]
        accepted = np.array([number for name, number in facet.number.items() if self.accepts(name)], np.int64)
        return facet.sets_with(accepted, self.empty)[facet.sets].nonzero()[0]


@dataclass(eq=True, frozen=True)
class DateQuery(ParagraphsQuery):
    """The article's date meets the span of days (proleptic Gregorian ordinals, inclusive, None where open)."""

    first: int | None
    last: int | None

    def matches(self, segment: Segment, paragraph: int) -> bool:
        begin, end = int(segment.column("first_day")[paragraph]), int(segment.column("last_day")[paragraph])
        return begin > 0 and (self.last is None or begin <= self.last) and (self.first is None or end >= self.first)

    def docs(self, segment: Segment) -> Array:
        return in_span(segment.column("first_day"), segment.column("last_day"), self.first, self.last).nonzero()[0]


@dataclass(eq=True, frozen=True)
class TitleQuery(ParagraphsQuery):
    """The title of the paragraph's article meets a needle."""

    needle: Needle

    def matches(self, segment: Segment, paragraph: int) -> bool:
        title = segment.article(int(segment.column("article")[paragraph]))["title"]
        return bool(title and find_marks(title, [self.needle]))

    def docs(self, segment: Segment, titles: Array) -> Array:
        """The paragraphs of the articles whose title paragraphs these are."""
        wanted = np.zeros(segment.articles, bool)
        wanted[segment.column("article")[titles]] = True
        return wanted[segment.column("article")].nonzero()[0]


@dataclass(eq=True, frozen=True)
class MentionedQuery(ParagraphsQuery):
    """The paragraph names a day of the span (ordinals, inclusive, None where open)."""

    first: int | None
    last: int | None

    def matches(self, segment: Segment, paragraph: int) -> bool:
        days = (days_of(value)[0] for value in segment.mentioned(np.array([paragraph]), "date")[0])
        return any(day > 0 and (self.first or 0) <= day <= (self.last or day) for day in days)

    def docs(self, segment: Segment) -> Array:
        return naming(segment, self.first, self.last).nonzero()[0]


@dataclass(eq=True, frozen=True)
class AddedQuery(ParagraphsQuery):
    """The document came into the index on a day of the span (ordinals, inclusive, None where open)."""

    first: int | None
    last: int | None

    def matches(self, segment: Segment, paragraph: int) -> bool:
        day = int(segment.added[paragraph])
        return day > 0 and (self.first or 0) <= day <= (self.last or day)

    def docs(self, segment: Segment) -> Array:
        return in_span(segment.added, segment.added, self.first, self.last).nonzero()[0]


@dataclass(eq=True, frozen=True)
class FirstQuery(ParagraphsQuery):
    """No earlier paragraph says the same; or, where it does not hold, one does."""

    holds: bool

    def matches(self, segment: Segment, paragraph: int) -> bool:
        return (paragraph not in segment.repeats) == self.holds

    def docs(self, segment: Segment) -> Array:
        repeats = np.zeros(segment.paragraphs, bool)
        repeats[segment.repeats] = True
        found: Array = (repeats != self.holds).nonzero()[0]
        return found


class Unscored(query.ConstantScoreQuery):  # type: ignore[misc]
    """What must hold and scores nothing. Whoosh's own node takes a score of 0 for one that was not given, and gives 1."""

    def __init__(self, child: query.Query) -> None:
        super().__init__(child, 0.0)

    def _rewrap(self, child: query.Query) -> Unscored:
        return Unscored(child)

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        ids = list(self.child.matcher(searcher, context).all_ids())
        return matching.ListMatcher(ids, weights=[0.0] * len(ids)) if ids else matching.NullMatcher()


@dataclass(eq=True, frozen=True)
class Titled(ParagraphsQuery):
    """What `child` scores in a paragraph (in one that is its article's title `own` times as much), and `weight` times what it scores in the title of
    the paragraph's article."""

    child: query.Query
    weight: float
    own: float = 1.0

    def matches(self, segment: Segment, paragraph: int) -> bool:
        raise NotImplementedError("This node scores, it does not say what matches.")

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        segment: Segment = searcher.reader().segment().arrays
        scores: dict[int, float] = {}
        found = self.child.matcher(searcher, searcher.context())
        while found.is_active():
            scores[found.id()] = found.score()
            found.next()
        totals = []
        is_title = segment.column("title")
        for number, article in enumerate(segment.column("article").tolist()):
            title = scores.get(int(segment.title_of_article[article]))
            if number in scores or title is not None:
                totals.append(
                    (
                        number,
                        scores.get(number, 0.0) * (self.own if is_title[number] else 1.0)
                        + self.weight * (title or 0.0),
                    )
                )
        return matching.ListMatcher(*map(list, zip(*totals))) if totals else matching.NullMatcher()


def naming(segment: Segment, first: int | None, last: int | None) -> Array:
    """Which paragraphs of a segment (bool) name a day of a span."""
    paragraphs, days = segment.mentioned_days
    named = np.zeros(segment.paragraphs, bool)
    named[paragraphs[(days >= (first or 0)) & (days <= (last or days.max(initial=0)))]] = True
    return named


def in_span(first_days: Array, last_days: Array, first: int | None, last: int | None) -> Array:
    """Which of these dates meet a span of days (bool); undated ones meet none."""
    found: Array = first_days > 0
    if last is not None:
        found &= first_days <= last
    if first is not None:
        found &= last_days >= first
    return found
