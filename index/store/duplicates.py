"""Near-duplicates: paragraphs that say the same, reprints and shared blocks, put into groups.

A paragraph is the set of its folded four-character shingles, of which every eighth by hash is kept (sampling by the hash's value keeps
containment an unbiased estimate: Broder, On the resemblance and containment of documents, 1997). Two paragraphs belong together where the
shorter one's shingles are contained in the other's to CONTAINED or more. Groups are what such pairs connect.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from juanzong.index.store.arrays import ArrayReader, ArrayWriter
from juanzong.index.store.checksums import Checksums
from juanzong.index.store.segment import Segment
from juanzong.index.text.folding import SPACE, fold_all
from juanzong.index.vectors import Array, counted, diff, distinct, runs, starts

CONTAINED = 0.8
SHORTEST = 30
LEAST_SHINGLES = 4
SAMPLED = np.uint64(7)
# a shingle that stands in more paragraphs than this says nothing of any two
COMMON = 40
CHUNK = 1_000
PAIRS_AT_ONCE = 100_000
FOLDER = "duplicates"


def write_groups(folder: Path, segments: Sequence[Segment]) -> int:
    """Writes `folder/duplicates`: for each segment the paragraphs that have near-duplicates, and their groups. Gives the number of groups.

    `<segment>.paragraphs` (uint32, ascending), `<segment>.groups` (uint32, from 1, the same over all segments) and `<segment>.repeats` (uint32,
    ascending): those that are not the first of their group. The groups depend on the texts and ids alone, not on the order in which they were read."""
    bases = starts(np.array([segment.paragraphs for segment in segments], np.int64))
    ids = np.concatenate([np.empty(0, np.uint64), *(segment.column("id") for segment in segments)])
    order = ids.argsort(kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    found = [
        shingles(segment.texts(numbers), place[numbers + base])
        for segment, base in zip(segments, bases)
        for numbers in _long_paragraphs(segment)
    ]
    places, groups = grouped(joined(found), len(order))
    members = order[places]
    by_number = members.argsort()
    members, groups = members[by_number], groups[by_number]
    later = _later(segments, members, groups)
    writer = ArrayWriter(folder / FOLDER)
    for segment, first, last in zip(segments, bases, bases[1:]):
        a, b = np.searchsorted(members, (first, last))
        writer.add(f"{segment.name}.paragraphs", (members[a:b] - first).astype(np.uint32))
        writer.add(f"{segment.name}.groups", groups[a:b].astype(np.uint32))
        writer.add(f"{segment.name}.repeats", (members[a:b][later[a:b]] - first).astype(np.uint32))
    writer.close()
    return int(groups.max(initial=0))


def _later(segments: Sequence[Segment], members: Array, groups: Array) -> Array:
    """Which members (bool) are not the first of their group: by day, undated ones last, and then by id."""
    days = np.concatenate(
        [np.empty(0, np.int64), *(segment.column("first_day").astype(np.int64) for segment in segments)]
    )[members]
    ids = np.concatenate([np.empty(0, np.uint64), *(segment.column("id") for segment in segments)])[members]
    return ~first_of_groups(days, ids, groups)


def first_of_groups(days: Array, ids: Array, groups: Array) -> Array:
    """Which of some members of groups are the first of theirs (bool): by day (0 for undated, which come last), then by id."""
    order = np.lexsort((ids, np.where(days > 0, days, 1 << 30), groups))
    first = np.zeros(len(order), bool)
    if len(order):
        ordered = groups[order]
        first[order[np.append(True, ordered[1:] != ordered[:-1])]] = True
    return first


class Groups:
    """The groups of one segment; none where the index has no such folder."""

    def __init__(self, generation: Path, segment: str, sums: Checksums | None = None) -> None:
        """Raises DamagedIndex."""
        self.paragraphs = self.groups = np.empty(0, np.uint32)
        if (generation / FOLDER).is_dir():
            arrays = ArrayReader(generation / FOLDER, sums)
            self.paragraphs, self.groups = arrays[f"{segment}.paragraphs"], arrays[f"{segment}.groups"]

    def of(self, docs: Array) -> Array:
        """The group of each of these paragraphs (uint32), 0 for those that stand alone."""
        if not len(self.paragraphs):
            return np.zeros(len(docs), np.uint32)
        places = np.minimum(self.paragraphs.searchsorted(docs.astype(np.uint32)), len(self.paragraphs) - 1)
        found: Array = self.groups[places] * (self.paragraphs[places] == docs)
        return found

    def members(self, group: int) -> Array:
        """The paragraphs of a group (uint32, ascending)."""
        groups, paragraphs = self._by_group
        first, last = groups.searchsorted(np.array([group, group + 1], groups.dtype))
        return paragraphs[first:last]

    @cached_property
    def _by_group(self) -> tuple[Array, Array]:
        """The groups in order, and the paragraphs of each (uint32, ascending)."""
        order = self.groups.argsort(kind="stable")
        return self.groups[order], self.paragraphs[order]


def shingles(texts: Sequence[str], places: Array) -> Array:
    """Sampled shingles of some texts, those that are too short left out: place × 2^32 + hash (uint64), none twice. `places` (int64) number the
    texts among all that are compared."""
    long = np.fromiter((len(text) >= SHORTEST for text in texts), bool, len(texts))
    texts, places = [text for text, kept in zip(texts, long.tolist()) if kept], places[long]
    folded, begins = fold_all(texts)
    spaces = (folded == SPACE).nonzero()[0]
    codes = np.delete(folded, spaces).astype(np.uint64)
    if len(codes) < 4:
        return np.empty(0, np.uint64)
    mixed = codes[2:-1] << np.uint64(42)
    mixed |= codes[1:-2] << np.uint64(21)
    mixed |= codes[:-3]
    mixed *= np.uint64(0x9E3779B97F4A7C15)
    mixed ^= codes[3:] * np.uint64(0xC2B2AE3D27D4EB4F)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    place = ((mixed & SAMPLED) == 0).nonzero()[0]
    paragraph = places.astype(np.uint64).repeat(diff(begins - spaces.searchsorted(begins)))
    own = paragraph.take(place)
    within = own == paragraph.take(place + 3)
    return counted((own[within] << np.uint64(32)) | (mixed.take(place[within]) >> np.uint64(32)))[0]


def joined(parts: Sequence[Array]) -> Array:
    """Shingles of several runs of texts, in order (uint64, ascending)."""
    keys = np.concatenate([np.empty(0, np.uint64), *parts])
    keys.sort()
    return keys


def _long_paragraphs(segment: Segment) -> Iterator[Array]:
    long = diff(segment.arrays["text.starts"]) >= 2 * SHORTEST
    if segment.live is not None:
        long &= segment.live
    numbers = np.flatnonzero(long)
    yield from (numbers[first : first + CHUNK] for first in range(0, len(numbers), CHUNK))


def grouped(keys: Array, paragraphs: int) -> tuple[Array, Array]:
    """The paragraphs that have near-duplicates (int64, ascending) and their groups (int64, from 1), told by their shingles in order."""
    docs, hashes = (keys >> np.uint64(32)).astype(np.int64), keys & np.uint64(0xFFFFFFFF)
    counts = np.bincount(docs, minlength=paragraphs)
    first, second = _candidates(docs, hashes, counts)
    offsets = starts(counts)
    parent = np.arange(paragraphs)
    for begin in range(0, len(first), PAIRS_AT_ONCE):
        a, b = first[begin : begin + PAIRS_AT_ONCE], second[begin : begin + PAIRS_AT_ONCE]
        shorter, longer = np.where(counts[a] <= counts[b], a, b), np.where(counts[a] <= counts[b], b, a)
        sought = hashes[runs(offsets[shorter], counts[shorter])] | (
            np.repeat(longer, counts[shorter]).astype(np.uint64) << np.uint64(32)
        )
        places = np.minimum(np.searchsorted(keys, sought), len(keys) - 1)
        shared = np.add.reduceat((keys[places] == sought).astype(np.int64), starts(counts[shorter])[:-1])
        for x, y in zip(
            a[shared >= CONTAINED * counts[shorter]].tolist(), b[shared >= CONTAINED * counts[shorter]].tolist()
        ):
            _unite(parent, x, y)
    return _numbered(parent)


def _candidates(docs: Array, hashes: Array, counts: Array) -> tuple[Array, Array]:
    """Pairs of paragraphs that share at least two shingles of the telling ones, next to each other among those that have them."""
    ordered = (hashes << np.uint64(32)) | docs.astype(np.uint64)
    ordered.sort()
    hashes, docs = ordered >> np.uint64(32), (ordered & np.uint64(0xFFFFFFFF)).astype(np.int64)
    sizes = distinct(hashes)[1]
    telling = np.repeat((sizes > 1) & (sizes <= COMMON), sizes) & (counts[docs] >= LEAST_SHINGLES)
    hashes, docs = hashes[telling], docs[telling]
    pairs = []
    for distance in (1, 2, 3):
        same = hashes[:-distance] == hashes[distance:] if len(hashes) > distance else np.empty(0, bool)
        if len(same):
            pairs.append(
                (docs[:-distance][same].astype(np.uint64) << np.uint64(32)) | docs[distance:][same].astype(np.uint64)
            )
    keys, times = counted(np.concatenate([np.empty(0, np.uint64), *pairs]))
    keys = keys[times >= 2]
    return (keys >> np.uint64(32)).astype(np.int64), (keys & np.uint64(0xFFFFFFFF)).astype(np.int64)


def _root(parent: Array, number: int) -> int:
    while parent[number] != number:
        parent[number] = parent[parent[number]]
        number = int(parent[number])
    return number


def _unite(parent: Array, a: int, b: int) -> None:
    a, b = _root(parent, a), _root(parent, b)
    parent[max(a, b)] = min(a, b)


def _numbered(parent: Array) -> tuple[Array, Array]:
    while not np.array_equal(parent, parent[parent]):
        parent = parent[parent]
    sizes = np.bincount(parent, minlength=len(parent))
    members = np.flatnonzero(sizes[parent] > 1)
    _, groups = np.unique(parent[members], return_inverse=True)
    return members, groups + 1
