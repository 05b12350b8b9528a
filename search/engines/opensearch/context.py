"""Articles as ranking looks at them: the tokens of their paragraphs, fetched by id. A generation never changes, so that what was fetched stays for a while."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from juanzong.index.cluster.mapping import LONGEST_TOKEN
from juanzong.index.cluster.rows import key_of
from juanzong.index.text.analysis import SENTINEL
from juanzong.index.vectors import Array
from juanzong.search.engines.opensearch.snapshot import Snapshot

Json = dict[str, Any]
# characters of articles that are kept, and articles that are fetched at once
ROOM = 16 << 20
FETCHED = 200


class Passage(NamedTuple):
    """The tokens of a text of one paragraph or several, a line each: its words with a space on either side of each, and its folded text closed by the
    sentinel."""

    words: str
    chars: str


def frequencies(passages: Sequence[Passage], field: str, term: str) -> Array:
    """How often a term stands in each passage (int64), places that overlap included."""
    if field == "words":
        sought = f" {term[:LONGEST_TOKEN]} "
        found = [passage.words.count(sought) for passage in passages]
    elif term[0] != term[-1]:
        found = [passage.chars.count(term) for passage in passages]
    else:
        places = re.compile(f"(?={re.escape(term)})")
        found = [len(places.findall(passage.chars)) for passage in passages]
    return np.array(found, np.int64)


def lengths(passages: Sequence[Passage], field: str) -> Array:
    """How many tokens each passage has in a field (int64)."""
    if field == "words":
        return np.array([passage.words.count(" ") for passage in passages], np.int64) // 2
    ends = [passage.chars.count("\n") + passage.chars.count(SENTINEL) for passage in passages]
    return np.array([len(passage.chars) for passage in passages], np.int64) - np.array(ends, np.int64)


NOTHING = Passage("", "")


class ArticleContext:
    """An article, and where its paragraphs stand in it."""

    def __init__(self, context: Json) -> None:
        self.whole = Passage(context["words"], context["chars"])
        self._ids: Sequence[str] = context["ids"]
        self._title: int = context["title"]
        self._alone: Sequence[int] = context["alone"]

    @cached_property
    def _lines(self) -> list[Passage]:
        return list(map(Passage, self.whole.words.split("\n"), self.whole.chars.split("\n")))

    @cached_property
    def _place(self) -> Mapping[str, int]:
        return {identifier: place for place, identifier in enumerate(self._ids)}

    def own(self, paragraph: str) -> Passage:
        """A paragraph of it."""
        return self._lines[self._place[paragraph]]

    def before(self, paragraph: str) -> Passage:
        """The paragraph that stands just before one of it; nothing where that is of another article."""
        place = self._place[paragraph]
        return NOTHING if place in self._alone else self._lines[place - 1]

    @property
    def title(self) -> Passage:
        """Its title; nothing where it has none."""
        return NOTHING if self._title < 0 else self._lines[self._title]


class Contexts:
    """The articles of one generation. Safe between threads."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._known: dict[str, ArticleContext] = {}
        self._characters = 0
        self._lock = threading.Lock()

    def of(self, articles: Sequence[str]) -> dict[str, ArticleContext]:
        """Articles by id. Raises ClusterUnavailable."""
        found: dict[str, ArticleContext] = {}
        new = []
        for article in dict.fromkeys(articles):
            if (known := self._known.get(article)) is None:
                new.append(article)
            else:
                found[article] = known
        for first in range(0, len(new), FETCHED):
            some = new[first : first + FETCHED]
            rows = self.snapshot.connection.fetch(
                self.snapshot.generation.articles, [key_of(article) for article in some]
            )
            fetched = {article: ArticleContext(row["context"]) for article, row in zip(some, rows, strict=True)}
            found.update(fetched)
            self._keep(fetched)
        return found

    def _keep(self, fetched: Mapping[str, ArticleContext]) -> None:
        size = sum(len(context.whole.words) + len(context.whole.chars) for context in fetched.values())
        with self._lock:
            if self._characters + size > ROOM:
                self._known, self._characters = {}, 0
            self._known.update(fetched)
            self._characters += size
