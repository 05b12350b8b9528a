"""What a reader may be about to type: names of cities and agencies, titles, and frequent words, found by text, pinyin or initials.

The folder `suggestions` of a generation holds, for E entries,
  entry.text       what is shown                             entry.spelled   its folded text's syllables, spaces between
  entry.kind       (uint8) a place in KINDS                  entry.count     (uint32) paragraphs that have it; articles for a title
  entry.rank       (float32) what it weighs among others
and three tables, `folded`, `pinyin` and `initials`. Each holds a key of every entry (closed by a zero byte, so that no key runs into the
next) and the places where a word begins in one of the keys, ordered by what follows there: a bisection finds all entries with a word that
begins as was typed. `reading.*` are the readings of single characters, for what was typed wrongly.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import TypeAlias

import numpy as np

from juanzong.index.errors import DamagedIndex
from juanzong.index.store.arrays import ArrayReader, ArrayWriter, Strings
from juanzong.index.store.checksums import Checksums
from juanzong.index.store.segment import Segment
from juanzong.index.text.analysis import HAN, HAN_RUN, RUN, Segmenter
from juanzong.index.text.folding import fold, fold_spaced
from juanzong.index.text.pinyin import all_readings, syllables
from juanzong.index.vectors import Array, starts

FOLDER = "suggestions"
FORMAT = 1
TERM, TITLE, AGENCY, CITY = range(4)
KINDS = ("term", "title", "agency", "city")
TABLES = ("folded", "pinyin", "initials")
MAX_ENTRIES = 200_000
MAX_NAMES = 40_000
MAX_TERMS = 50_000
MAX_TITLES = 40_000
LEAST_FREQUENCY = 2
LONGEST_NAME = 80
CHUNK = 4_000
# What a name weighs beyond the logarithm of its count: there are fewer of them, and they say more.
_BONUS = np.array((0.0, 0.0, 1.0, 2.0), np.float32)
_TERM = re.compile(f"[{HAN}]{{2,16}}")
_DIVISION = re.compile("[省市区县旗州盟镇乡]")
_CLOSED = b"\x00"
Entry: TypeAlias = tuple[str, int, int]
"""Text, kind and count."""


def write(folder: Path, segments: Sequence[Segment], segmenter: Segmenter) -> None:
    """Writes the suggestions of a generation into a new folder."""
    write_entries(
        folder,
        entries_of(_values(segments, "city"), _values(segments, "agency"), _terms(segments), _titles(segments)),
        segmenter,
    )


def write_entries(folder: Path, entries: Sequence[Entry], segmenter: Segmenter) -> None:
    """Writes suggestions into a new folder."""
    texts = [text for text, _, _ in entries]
    kinds = np.array([kind for _, kind, _ in entries], np.uint8)
    counts = np.array([count for _, _, count in entries], np.int64)
    writer = ArrayWriter(folder)
    writer.add_strings("entry.text", (text.encode() for text in texts))
    writer.add("entry.kind", kinds)
    writer.add("entry.count", np.minimum(counts, 0xFFFFFFFF).astype(np.uint32))
    writer.add("entry.rank", np.log1p(counts).astype(np.float32) + _BONUS[kinds])
    spelled = [
        (text, syllables(text), _begins(text)) if kind == TERM else _spelled(text, segmenter)
        for text, kind in zip(texts, kinds.tolist())
    ]
    writer.add_strings("entry.spelled", (" ".join(found).encode() for _, found, _ in spelled))
    _write_table(writer, "folded", ((folded, begins) for folded, _, begins in spelled))
    # nobody types the initials of the middle of a headline
    begins_of = [begins[:1] if kind == TITLE else begins for (_, _, begins), kind in zip(spelled, kinds.tolist())]
    _write_table(writer, "pinyin", ((found, begins) for (_, found, _), begins in zip(spelled, begins_of)))
    _write_table(
        writer,
        "initials",
        (([syllable[:1] for syllable in found], begins) for (_, found, _), begins in zip(spelled, begins_of)),
    )
    readings = all_readings()
    writer.add_strings("reading.character", (character.encode() for character in readings))
    writer.add_strings("reading.syllables", (",".join(found).encode() for found in readings.values()))
    writer.attributes["format"] = FORMAT
    writer.close()


# --- what is suggested ---


def entries_of(cities: Counter[str], agencies: Counter[str], terms: Counter[str], titles: Counter[str]) -> list[Entry]:
    """The entries for names, words and titles, given with their counts; of two with the same folded text the one that says more."""
    chosen: dict[str, Entry] = {}
    for kind, limit, counted, shortest in (
        (CITY, MAX_NAMES, cities, 1),
        (AGENCY, MAX_NAMES, agencies, 1),
        (TERM, MAX_TERMS, terms, 1),
        (TITLE, MAX_TITLES, titles, 2),
    ):
        counted = Counter({text: count for text, count in counted.items() if shortest <= len(text) <= LONGEST_NAME})
        for text, count in _most(counted, min(limit, MAX_ENTRIES - len(chosen))):
            # the words of the index are folded
            chosen.setdefault(text if kind == TERM else fold(text), (text, kind, count))
    chosen.pop("", None)
    return [chosen[folded] for folded in sorted(chosen)]


def _most(counted: Counter[str], limit: int) -> list[tuple[str, int]]:
    return sorted(sorted(counted.items()), key=itemgetter(1), reverse=True)[:limit]


def _values(segments: Iterable[Segment], name: str) -> Counter[str]:
    """How many live paragraphs have each value of a facet."""
    counted: Counter[str] = Counter()
    for segment in segments:
        facet = segment.facets[name]
        sets = facet.sets if segment.live is None else facet.sets[segment.live]
        of_set = np.bincount(sets, minlength=len(facet.set_starts) - 1)
        totals = np.bincount(facet.set_values, weights=of_set[facet.set_of_value], minlength=len(facet.names))
        for number in np.flatnonzero(totals).tolist():
            if 0 < len(label := facet.labels[number]) <= LONGEST_NAME:
                counted[label] += int(totals[number])
    return counted


def _titles(segments: Iterable[Segment]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for segment in segments:
        titles = segment.column("title") == 1
        if segment.live is not None:
            titles &= segment.live
        # a title that is written twice in an article is still one
        _, first = np.unique(segment.column("article")[titles], return_index=True)
        for place in np.flatnonzero(titles)[first].tolist():
            if 1 < len(title := " ".join(segment.text(place).split())) <= LONGEST_NAME:
                counted[title] += 1
    return counted


def _terms(segments: Iterable[Segment]) -> Counter[str]:
    """The words of two Han characters and more, with the number of live paragraphs that have them."""
    counted: Counter[str] = Counter()
    segments = list(segments)
    least = LEAST_FREQUENCY if len(segments) == 1 else 1
    for segment in segments:
        words = zip(segment.arrays.strings("words.terms"), _frequencies(segment).tolist())
        counted.update(
            {term: count for word, count in words if count >= least and _TERM.fullmatch(term := word.decode())}
        )
    return Counter({term: count for term, count in counted.items() if count >= LEAST_FREQUENCY})


def _frequencies(segment: Segment) -> Array:
    """How many live paragraphs have each word (int64)."""
    postings = segment.fields["words"]
    bounds = postings.posting_starts.astype(np.int64)
    if segment.live is None:
        return np.diff(bounds)
    found = np.zeros(len(postings), np.int64)
    for first in range(0, len(postings), CHUNK):
        last = min(first + CHUNK, len(postings))
        alive = starts(segment.live[postings.rows(first, last)])
        found[first:last] = np.diff(alive[bounds[first : last + 1] - bounds[first]])
    return found


# --- how it is typed ---


def _spelled(text: str, segmenter: Segmenter) -> tuple[str, Sequence[str], list[int]]:
    """The folded form of a text, the syllable of each of its characters, and where its words begin."""
    spaced = fold_spaced(text).strip()
    spelled: list[str] = []
    begins: set[int] = set()
    at = 0
    for run in RUN.finditer(spaced):
        spelled += spaced[at : run.start()].replace(" ", "")
        at = run.end()
        if not HAN_RUN.match(run.group()):
            begins.add(len(spelled))
            spelled += run.group()
            continue
        for word in segmenter.cut(run.group()):
            begins.add(len(spelled))
            spelled += syllables(word)
    spelled += spaced[at:].replace(" ", "")
    folded = spaced.replace(" ", "")
    return folded, spelled, sorted(begins.union(_begins(folded)))


def _begins(folded: str) -> list[int]:
    """Where a name begins: at its start, and after the name of its place. X市公安局 is one word to the dictionary; readers type 公安局."""
    return (
        [0, *(division.end() for division in _DIVISION.finditer(folded, 1, len(folded) - 2))]
        if len(folded) > 3
        else [0]
    )


def _write_table(writer: ArrayWriter, name: str, keys: Iterable[tuple[Sequence[str], Sequence[int]]]) -> None:
    """A table of keys. Each is given as its parts, one a character of the entry, and the characters where words begin."""
    whole: list[bytes] = []
    places: list[int] = []
    suffixes: list[bytes] = []
    numbers: list[int] = []
    base = 0
    for number, (parts, begins) in enumerate(keys):
        key = "".join(parts).encode() + _CLOSED
        for begin in begins:
            offset = len("".join(parts[:begin]).encode()) if begin else 0
            places.append(base + offset)
            suffixes.append(key[offset:])
            numbers.append(number)
        whole.append(key)
        base += len(key)
    order = sorted(range(len(suffixes)), key=suffixes.__getitem__)
    writer.add_strings(name, whole)
    writer.add(f"{name}.place", np.array(places, np.uint32)[order])
    writer.add(f"{name}.entry", np.array(numbers, np.uint32)[order])


# --- reading ---


class Table:
    """The keys of all entries under one way of typing."""

    def __init__(self, arrays: ArrayReader, name: str) -> None:
        self._data = arrays[f"{name}.bytes"].data
        self._starts = arrays[f"{name}.starts"]
        self._places = arrays[f"{name}.place"]
        self._entries = arrays[f"{name}.entry"]

    def find(self, prefix: str) -> tuple[Array, Array, Array]:
        """The entries (uint32) with a word that begins so; whether it is their first (bool), and whether nothing follows there (bool).

        An entry comes once for each such word."""
        wanted = prefix.encode("utf-8", "replace")
        length = len(wanted)

        def begins(place: int) -> bytes:
            return bytes(self._data[place : place + length])

        first = bisect_left(self._places, wanted, key=begins)
        # what begins with the prefix is equal to it at this length, and 0xFF follows no byte of UTF-8
        last = bisect_left(self._places, wanted + b"\xff", lo=first, key=begins)
        entries, places = self._entries[first:last], self._places[first:last].astype(np.int64)
        ends = self._starts[entries.astype(np.int64) + 1].astype(np.int64)
        return entries, self._starts[entries] == places, places + length + 1 == ends

    def keys(self) -> str:
        """All keys in a row, a zero character after each."""
        return bytes(self._data).decode()


class Suggestions:
    """The suggestions of a generation. Safe between threads: only arrays that do not change."""

    def __init__(self, folder: Path, sums: Checksums | None = None) -> None:
        """Raises DamagedIndex where the folder is not what was written."""
        arrays = ArrayReader(folder, sums)
        if arrays.attributes.get("format") != FORMAT:
            raise DamagedIndex(
                f"The suggestions in {folder.name} were written by another version. Run `juanzong rebuild`."
            )
        try:
            if sums is None:
                arrays.verify()
            for name in arrays.names():
                arrays[name]
        except OSError as error:
            raise DamagedIndex(
                f"The suggestions in {folder.name} cannot be read ({error}). Run `juanzong rebuild`."
            ) from None
        self._arrays = arrays
        self.texts: Strings = arrays.strings("entry.text")
        self.spelled: Strings = arrays.strings("entry.spelled")
        self.kinds, self.counts, self.ranks = arrays["entry.kind"], arrays["entry.count"], arrays["entry.rank"]

    def __len__(self) -> int:
        return len(self.texts)

    @cached_property
    def tables(self) -> dict[str, Table]:
        return {name: Table(self._arrays, name) for name in TABLES}

    def text(self, entry: int) -> str:
        return self.texts[entry].decode()  # type: ignore[no-any-return]

    def syllables(self, entry: int) -> list[str]:
        """The syllables of an entry, one a character of its folded text."""
        return self.spelled[entry].decode().split(" ")  # type: ignore[no-any-return]

    @cached_property
    def readings(self) -> dict[str, tuple[str, ...]]:
        """Single characters and their readings."""
        characters, found = self._arrays.strings("reading.character"), self._arrays.strings("reading.syllables")
        return {
            character.decode(): tuple(syllables.decode().split(",")) for character, syllables in zip(characters, found)
        }


def open_suggestions(generation_folder: Path, sums: Checksums | None = None) -> Suggestions | None:
    """The suggestions of a generation; None where it has none that are whole: a search goes on without them."""
    try:
        return Suggestions(generation_folder / FOLDER, sums)
    except (DamagedIndex, KeyError):
        return None
