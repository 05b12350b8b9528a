"""Every hit on a line of its own, with what stands before and after it, and the words that stand beside hits most often."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from juanzong.index.text.pinyin import collated
from juanzong.search.answer.result import Hit
from juanzong.search.language.needles import Needle, marks_of
from juanzong.search.request import SearchRequest
from juanzong.search.study import keyness
from juanzong.search.study.findings import Beside, Passages, Place
from juanzong.search.study.lexicon import tells

# characters on either side of a hit that a line shows
CONTEXT = 40
# characters on either side in which a word counts as a neighbour
WINDOW = 10
NEIGHBOURS = 30
LEAST = 2
# of more paragraphs than these the lines cannot all be put in order at once
MOST_PARAGRAPHS = 50_000
_SORTED_BY = 16
_AT_ONCE = 2_000


@dataclass(frozen=True)
class Line:
    """A hit with the text on either side of it, and the paragraph that it stands in."""

    left: str
    marked: str
    right: str
    start: int
    hit: Hit

    def to_dict(self) -> dict[str, Any]:
        hit = self.hit
        return {
            "left": self.left,
            "hit": self.marked,
            "right": self.right,
            "start": self.start,
            "id": hit.id,
            "doc": hit.doc,
            "title": hit.title,
            "source": hit.source,
            "date": hit.date,
            "date_basis": hit.date_basis,
            "city": hit.city,
            "agency": hit.agency,
            "kind": hit.kind,
            "url": hit.url,
        }


@dataclass(frozen=True)
class Neighbour:
    """A word that begins within WINDOW characters of hits: how often before them and after them, how often in the whole archive, and logDice."""

    text: str
    before: int
    after: int
    everywhere: int
    log_dice: float

    @property
    def together(self) -> int:
        return self.before + self.after

    def to_dict(self) -> dict[str, Any]:
        return {
            "word": self.text,
            "together": self.together,
            "before": self.before,
            "after": self.after,
            "everywhere": self.everywhere,
            "log_dice": round(self.log_dice, 2),
        }


@dataclass(frozen=True)
class Concordance:
    """One page of lines. `total` are the paragraphs that the search finds, `lines` the hits in them; `left_out` paragraphs were too many to be put in order,
    and those without a mark have no line."""

    request: SearchRequest
    total: int
    lines: int
    left_out: int
    shown: tuple[Line, ...]
    neighbours: tuple[Neighbour, ...]
    index: Mapping[str, Any]

    @property
    def pages(self) -> int:
        return -(-self.lines // self.request.size)

    def to_dict(self) -> dict[str, Any]:
        from juanzong.search import address

        request = self.request
        more = request.page * request.size < self.lines
        return {
            "ok": True,
            "q": request.q,
            "total": self.total,
            "lines": self.lines,
            "left_out": self.left_out,
            "page": request.page,
            "size": request.size,
            "next_url": address.search_url(request, page=request.page + 1) if more else None,
            "concordance": [line.to_dict() for line in self.shown],
            "neighbours": [word.to_dict() for word in self.neighbours],
            "measure": "logDice",
            "window": WINDOW,
            "index": dict(self.index),
        }


def places(passages: Passages, paragraphs: Sequence[Hashable], needles: Sequence[Needle]) -> Iterator[Place]:
    """The hits in some paragraphs, paragraph after paragraph."""
    if not needles:
        return
    for first in range(0, len(paragraphs), _AT_ONCE):
        some = paragraphs[first : first + _AT_ONCE]
        for paragraph, marks in zip(some, marks_of(passages.texts(some), needles)):
            for start, end in marks:
                yield Place(paragraph, start, end)


def in_order(passages: Passages, found: Iterable[Place], sort: str) -> list[Place]:
    """Hits by what stands left or right of them, read away from the hit; by their first city, those without last; else as they came."""
    found = list(found)
    if sort == "place":
        cities = _of_each(found, passages.cities)
        return sorted(found, key=lambda place: (not cities[place.paragraph], collated(cities[place.paragraph])))
    if sort not in ("left", "right"):
        return found
    texts = _of_each(found, passages.texts)

    def key(place: Place) -> bytes:
        text = texts[place.paragraph]
        beside = (
            text[place.end : place.end + _SORTED_BY]
            if sort == "right"
            else text[max(0, place.start - _SORTED_BY) : place.start][::-1]
        )
        return collated("".join(beside.split()))

    return sorted(found, key=key)


def _of_each(found: Sequence[Place], made: Callable[[Sequence[Hashable]], list[str]]) -> dict[Hashable, str]:
    """What is made of each paragraph that has hits."""
    distinct = list(dict.fromkeys(place.paragraph for place in found))
    held: dict[Hashable, str] = {}
    for first in range(0, len(distinct), _AT_ONCE):
        some = distinct[first : first + _AT_ONCE]
        held.update(zip(some, made(some)))
    return held


def lines(passages: Passages, found: Sequence[Place]) -> Iterator[Line]:
    """Hits as lines, in their order."""
    for first in range(0, len(found), _AT_ONCE):
        some = found[first : first + _AT_ONCE]
        distinct = list(dict.fromkeys(place.paragraph for place in some))
        hits = dict(zip(distinct, passages.hits(distinct)))
        for place in some:
            hit = hits[place.paragraph]
            yield Line(
                hit.text[max(0, place.start - CONTEXT) : place.start],
                hit.text[place.start : place.end],
                hit.text[place.end : place.end + CONTEXT],
                place.start,
                hit,
            )


def neighbours(found: Beside, hits: int, needles: Sequence[Needle]) -> tuple[Neighbour, ...]:
    """The words beside so many hits that go with them most, by logDice; those that the hits are made of are left out."""
    together = found.before + found.after
    candidates = np.flatnonzero(together >= LEAST)
    if not len(candidates):
        return ()
    everywhere = found.everywhere(candidates)
    scores = keyness.log_dice(together[candidates], hits, everywhere)
    names = "\n".join(needle.text for needle in needles)
    chosen = []
    for place in np.lexsort((candidates, -together[candidates], -scores)).tolist():
        number = int(candidates[place])
        text = found.words[number].decode()
        if tells(text, names):
            counts = int(found.before[number]), int(found.after[number]), int(everywhere[place])
            chosen.append(Neighbour(text, *counts, float(scores[place])))
            if len(chosen) == NEIGHBOURS:
                break
    return tuple(chosen)


def concordance(
    passages: Passages,
    request: SearchRequest,
    paragraphs: Sequence[Hashable],
    total: int,
    needles: Sequence[Needle],
    index: Mapping[str, Any],
) -> Concordance:
    """One page of lines. `paragraphs` are in the order of the pages, of `total` that were found."""
    ordered = in_order(passages, places(passages, paragraphs, needles), request.sort)
    first = (request.page - 1) * request.size
    shown = tuple(lines(passages, ordered[first : first + request.size]))
    beside = neighbours(passages.beside(ordered, WINDOW), len(ordered), needles) if ordered else ()
    return Concordance(request, total, len(ordered), total - len(paragraphs), shown, beside, index)
