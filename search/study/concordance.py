"""Every hit on a line of its own, with what stands before and after it, and the words that stand beside hits most often."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from juanzong.index.text.pinyin import collated
from juanzong.index.vectors import Array, runs, starts
from juanzong.search.answer.hits import Display
from juanzong.search.answer.result import Hit
from juanzong.search.language.needles import Needle, folded_places, marks_of
from juanzong.search.request import SearchRequest
from juanzong.search.study import keyness
from juanzong.search.study.lexicon import Lexicon, tells

if TYPE_CHECKING:
    from juanzong.index.store.segment import Segment
    from juanzong.search.execution.snapshot import Snapshot

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


class Place(NamedTuple):
    """Where a hit stands: its segment, paragraph, and the marked range of the text."""

    segment: Segment
    paragraph: int
    start: int
    end: int


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


# paragraphs in the order of the pages
Entries = Sequence[tuple["Segment", int]]


def places(entries: Entries, needles: Sequence[Needle]) -> Iterator[Place]:
    """The hits in some paragraphs, paragraph after paragraph."""
    if not needles:
        return
    for first in range(0, len(entries), _AT_ONCE):
        some = entries[first : first + _AT_ONCE]
        texts = texts_of(some)
        for (segment, paragraph), marks in zip(some, marks_of(texts, needles)):
            for start, end in marks:
                yield Place(segment, paragraph, start, end)


def texts_of(entries: Entries) -> list[str]:
    """The texts of paragraphs of any segments, in their order."""
    texts: dict[tuple[str, int], str] = {}
    of_segment: dict[str, tuple[Segment, list[int]]] = {}
    for segment, paragraph in entries:
        of_segment.setdefault(segment.name, (segment, []))[1].append(paragraph)
    for name, (segment, paragraphs) in of_segment.items():
        texts.update(zip(((name, paragraph) for paragraph in paragraphs), segment.texts(np.array(paragraphs))))
    return [texts[segment.name, paragraph] for segment, paragraph in entries]


def in_order(found: Iterable[Place], sort: str) -> list[Place]:
    """Hits by what stands left or right of them, read away from the hit; by their first city, those without last; else as they came."""
    found = list(found)
    if sort == "place":
        cities: dict[tuple[str, int], tuple[bool, bytes]] = {}
        for place in found:
            paragraph = place.segment.name, place.paragraph
            if paragraph not in cities:
                city = next(iter(place.segment.facets["city"].values(place.paragraph)), "")
                cities[paragraph] = not city, collated(city)
        return sorted(found, key=lambda place: cities[place.segment.name, place.paragraph])
    if sort not in ("left", "right"):
        return found
    texts: dict[tuple[str, int], str] = {}
    distinct = list(dict.fromkeys((place.segment, place.paragraph) for place in found))
    for first in range(0, len(distinct), _AT_ONCE):
        some = distinct[first : first + _AT_ONCE]
        texts.update(zip(((segment.name, paragraph) for segment, paragraph in some), texts_of(some)))

    def key(place: Place) -> bytes:
        text = texts[place.segment.name, place.paragraph]
        beside = (
            text[place.end : place.end + _SORTED_BY]
            if sort == "right"
            else text[max(0, place.start - _SORTED_BY) : place.start][::-1]
        )
        return collated("".join(beside.split()))

    return sorted(found, key=key)


def lines(display: Display, found: Sequence[Place]) -> Iterator[Line]:
    """Hits as lines, in their order."""
    for first in range(0, len(found), _AT_ONCE):
        some = found[first : first + _AT_ONCE]
        hits: dict[tuple[str, int], Hit] = {}
        of_segment: dict[str, tuple[Segment, set[int]]] = {}
        for place in some:
            of_segment.setdefault(place.segment.name, (place.segment, set()))[1].add(place.paragraph)
        for name, (segment, paragraphs) in of_segment.items():
            ordered = sorted(paragraphs)
            hits.update(
                zip(
                    ((name, paragraph) for paragraph in ordered),
                    display.hits(segment, np.array(ordered), (0.0,) * len(ordered)),
                )
            )
        for place in some:
            hit = hits[place.segment.name, place.paragraph]
            yield Line(
                hit.text[max(0, place.start - CONTEXT) : place.start],
                hit.text[place.start : place.end],
                hit.text[place.end : place.end + CONTEXT],
                place.start,
                hit,
            )


def neighbours(
    snapshot: Snapshot, lexicon: Lexicon, found: Sequence[Place], needles: Sequence[Needle]
) -> tuple[Neighbour, ...]:
    """The words beside hits that go with them most, by logDice; those that the hits are made of are left out."""
    before, after = (np.zeros(len(lexicon.words), np.int64) for _ in range(2))
    everywhere = np.zeros(len(lexicon.words), np.int64)
    own: dict[str, list[Place]] = {}
    for place in found:
        own.setdefault(place.segment.name, []).append(place)
    of_segment = {segment.name: (segment, numbers) for segment, numbers in zip(snapshot.segments, lexicon.numbers)}
    for name, some in own.items():
        segment, numbers = of_segment[name]
        left, right = _beside(segment, some)
        before[numbers] += left
        after[numbers] += right
    together = before + after
    candidates = np.flatnonzero(together >= LEAST)
    if not len(candidates):
        return ()
    for segment, numbers in of_segment.values():
        inside = np.flatnonzero(np.isin(numbers, candidates, assume_unique=True))
        everywhere[numbers[inside]] += segment.word_occurrences(inside)
    scores = keyness.log_dice(together[candidates], len(found), everywhere[candidates])
    ranked = candidates[np.lexsort((candidates, -together[candidates], -scores))]
    of_candidate = dict(zip(candidates.tolist(), scores.tolist()))
    names = "\n".join(needle.text for needle in needles)
    chosen = []
    for number in ranked.tolist():
        text = lexicon.words[number].decode()
        if tells(text, names):
            chosen.append(
                Neighbour(text, int(before[number]), int(after[number]), int(everywhere[number]), of_candidate[number])
            )
            if len(chosen) == NEIGHBOURS:
                break
    return tuple(chosen)


def _beside(segment: Segment, found: Sequence[Place]) -> tuple[Array, Array]:
    """How often each term of a segment begins before and after hits (int64 each), within WINDOW folded characters of them.

    The folded characters of the paragraphs with hits are laid end to end, those near a hit are flagged, and every occurrence of a word there is looked up."""
    postings, lengths = segment.fields["words"], segment.fields["chars"].lengths
    paragraphs = np.unique(np.array([place.paragraph for place in found]))
    sizes = lengths.take(paragraphs).astype(np.int64)
    bases = starts(sizes)
    flags = np.zeros(int(bases[-1]), np.uint8)
    at = {paragraph: number for number, paragraph in enumerate(paragraphs.tolist())}
    texts = segment.texts(paragraphs)
    spans = np.array([(at[place.paragraph], place.start, place.end) for place in found], np.int64)
    begin, end = folded_places(texts, spans)
    base, limit = bases[spans[:, 0]], bases[spans[:, 0] + 1]
    for bit, first, last in (
        (1, np.maximum(base, base + begin - WINDOW), base + begin),
        (2, base + end, np.minimum(limit, base + end + WINDOW)),
    ):
        flags[runs(first, np.maximum(last - first, 0))] |= bit
    wanted = np.zeros(segment.paragraphs, bool)
    wanted[paragraphs] = True
    terms, chosen, docs = postings.within(wanted)
    which, positions = postings.positions_of(chosen)
    beside = flags[bases[np.searchsorted(paragraphs, docs)][which] + positions]
    counts = [np.bincount(terms[which[beside & bit > 0]], minlength=len(postings)) for bit in (1, 2)]
    return counts[0], counts[1]


def concordance(
    snapshot: Snapshot,
    request: SearchRequest,
    entries: Entries,
    total: int,
    needles: Sequence[Needle],
    lexicon: Callable[[], Lexicon],
    index: Mapping[str, Any],
) -> Concordance:
    """One page of lines. `entries` are the paragraphs in the order of the pages, of `total` that were found."""
    ordered = in_order(places(entries, needles), request.sort)
    first = (request.page - 1) * request.size
    shown = tuple(lines(Display(snapshot, request, needles), ordered[first : first + request.size]))
    beside = neighbours(snapshot, lexicon(), ordered, needles) if ordered else ()
    return Concordance(request, total, len(ordered), total - len(entries), shown, beside, index)
