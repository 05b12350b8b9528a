"""Every mark on a line of its own, with what stands before and after it, and its collocates: the words that stand beside marks most often."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from juanzong.index.text.pinyin import collated, ranks
from juanzong.index.vectors import Array, unique
from juanzong.search.answer.result import Hit
from juanzong.search.language.marking import marked
from juanzong.search.language.needles import Needle
from juanzong.search.request import SearchRequest
from juanzong.search.study import keyness
from juanzong.search.study.findings import Collocates, Marks, Passages
from juanzong.search.study.word_numbers import tells

# characters on either side of a mark that a line shows
CONTEXT = 40
# characters on either side in which a word counts as a collocate
WINDOW = 10
COLLOCATES = 30
LEAST = 2
# of more paragraphs than these the lines are not all put in order at once
MOST_PARAGRAPHS = 50_000
_SORTED_BY = 16
_LAST = np.iinfo(np.uint32).max
_AT_ONCE = 2_000


@dataclass(frozen=True)
class ConcordanceLine:
    """A mark with the text on either side of it, and the paragraph that it stands in."""

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
            "opening": hit.opening,
            "source": hit.source,
            "source_detail": hit.source_detail,
            "date": hit.date,
            "date_basis": hit.date_basis,
            "city": hit.city,
            "agency": hit.agency,
            "kind": hit.kind,
            "url": hit.url,
        }


@dataclass(frozen=True)
class Collocate:
    """A word that begins within WINDOW characters of marks: how often before them and after them, how often in the whole archive, and logDice."""

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
    """One page of lines. `total` are the paragraphs that the search finds, `lines` the marks in them; `left_out` paragraphs were too many to be put in order,
    and those without a mark have no line."""

    request: SearchRequest
    total: int
    lines: int
    left_out: int
    shown: tuple[ConcordanceLine, ...]
    collocates: tuple[Collocate, ...]
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
            "collocates": [word.to_dict() for word in self.collocates],
            "measure": "logDice",
            "window": WINDOW,
            "index": dict(self.index),
        }


def every_mark(passages: Passages, needles: Sequence[Needle], sort: str) -> tuple[Marks, Array | None]:
    """The marks in paragraphs, paragraph after paragraph; and for each of them numbers (uint32, marks × columns) by which lines are put in order, None where they
    stand in it: what is left or right of a mark, read away from it, nothing last; or its first city."""
    parts = [Marks(*(np.empty(0, np.int64) for _ in Marks._fields))]
    keys = [np.empty((0, _SORTED_BY), np.uint32)]
    for first in range(0, len(passages) if needles else 0, _AT_ONCE):
        own = marked(passages.texts(np.arange(first, min(len(passages), first + _AT_ONCE))), needles)
        parts.append(Marks(own.text + first, own.start, own.end, own.first, own.last))
        if sort in ("left", "right"):
            own_keys = ranks(own.beside(sort == "right", _SORTED_BY))
            # what stands at the edge of its paragraph shows nothing there
            own_keys[own_keys[:, 0] == 0] = _LAST
            keys.append(own_keys)
    found = Marks(*(np.concatenate(values) for values in zip(*parts)))
    if sort == "place":
        return found, _order_of_cities(passages, found.paragraph)
    return found, np.concatenate(keys) if sort in ("left", "right") else None


def _order_of_cities(passages: Passages, paragraphs: Array) -> Array:
    """The place of each paragraph's first city in the order of their names, those without one last (uint32, paragraphs × 1)."""
    distinct, own = np.unique(paragraphs, return_inverse=True)
    cities = passages.cities(distinct)
    names = sorted(set(cities), key=lambda name: (not name, collated(name)))
    place = {name: number for number, name in enumerate(names)}
    return np.array([place[city] for city in cities], np.uint32)[own].reshape(-1, 1)


def in_order(keys: Array | None, marks: int, first: int, last: int) -> Array:
    """Which marks are the lines first … last − 1 (int64), by the columns of `keys` (uint32), which settle one after the other; equal ones stand as they came."""
    last = min(last, marks)
    if keys is None or first >= last:
        return np.arange(first, max(first, last))
    columns = keys.shape[1]
    leading = keys[:, 0].astype(np.uint64) << np.uint64(32) | (keys[:, 1] if columns > 1 else np.uint64(0))
    order = leading.argsort(kind="stable")
    if columns <= 2:
        found: Array = order[first:last]
        return found
    # only lines that begin as those of the page do can stand on it
    leading = leading[order]
    begin, end = int(leading.searchsorted(leading[first])), int(leading.searchsorted(leading[last - 1], "right"))
    some = order[begin:end]
    whole = np.ascontiguousarray(keys[some].astype(">u4")).view(f"S{4 * columns}").ravel()
    found = some[whole.argsort(kind="stable")][first - begin : last - begin]
    return found


def lines(passages: Passages, marks: Marks) -> Iterator[ConcordanceLine]:
    """Marks as lines, in their order."""
    for first in range(0, len(marks.paragraph), _AT_ONCE):
        some = marks.at(np.arange(first, min(len(marks.paragraph), first + _AT_ONCE)))
        distinct = unique(some.paragraph)
        hits = dict(zip(distinct.tolist(), passages.hits(distinct)))
        for paragraph, start, end in zip(some.paragraph.tolist(), some.start.tolist(), some.end.tolist()):
            text = hits[paragraph].text
            yield ConcordanceLine(
                text[max(0, start - CONTEXT) : start],
                text[start:end],
                text[end : end + CONTEXT],
                start,
                hits[paragraph],
            )


def every_line(passages: Passages, needles: Sequence[Needle], sort: str) -> Iterator[ConcordanceLine]:
    """All lines, in order."""
    marks, keys = every_mark(passages, needles, sort)
    return lines(passages, marks.at(in_order(keys, len(marks.paragraph), 0, len(marks.paragraph))))


def collocates(found: Collocates, marks: int, needles: Sequence[Needle]) -> tuple[Collocate, ...]:
    """The words beside so many marks that go with them most, by logDice; those that the marks are made of are left out."""
    together = found.before + found.after
    candidates = np.flatnonzero(together >= LEAST)
    if not len(candidates):
        return ()
    everywhere = found.everywhere(candidates)
    scores = keyness.log_dice(together[candidates], marks, everywhere)
    names = "\n".join(needle.text for needle in needles)
    chosen = []
    for place in np.lexsort((candidates, -together[candidates], -scores)).tolist():
        number = int(candidates[place])
        text = found.words[number].decode()
        if tells(text, names):
            counts = int(found.before[number]), int(found.after[number]), int(everywhere[place])
            chosen.append(Collocate(text, *counts, float(scores[place])))
            if len(chosen) == COLLOCATES:
                break
    return tuple(chosen)


def concordance(
    passages: Passages, request: SearchRequest, total: int, needles: Sequence[Needle], index: Mapping[str, Any]
) -> Concordance:
    """One page of lines of these paragraphs, of `total` that were found."""
    marks, keys = every_mark(passages, needles, request.sort)
    many, first = len(marks.paragraph), (request.page - 1) * request.size
    shown = tuple(lines(passages, marks.at(in_order(keys, many, first, first + request.size))))
    beside = collocates(passages.beside(marks, WINDOW), many, needles) if many else ()
    return Concordance(request, total, many, total - len(passages), shown, beside, index)
