"""Inversion, and postings read back: paragraphs, frequencies, positions."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.store.arrays import ArrayReader, ArrayWriter
from juanzong.index.store.postings import Postings, invert, write_field
from juanzong.index.vectors import starts

# texts of terms, each term a small number
TEXTS = st.lists(st.lists(st.integers(0, 6), max_size=12), max_size=8)


def brute(texts: list[list[int]]) -> dict[int, dict[int, list[int]]]:
    """term → paragraph → positions."""
    found: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, text in enumerate(texts):
        for position, term in enumerate(text):
            found[term][number].append(position)
    return found


def bounds(texts: list[list[int]]) -> np.ndarray:
    return starts(np.array([len(text) for text in texts], np.int64))


def flat(texts: list[list[int]]) -> np.ndarray:
    return np.array([term for text in texts for term in text], np.uint64)


@given(TEXTS)
def test_inversion_equals_brute_force(texts: list[list[int]]) -> None:
    found, expected = invert(flat(texts), np.arange(sum(map(len, texts))), bounds(texts)), brute(texts)
    assert found.terms.tolist() == sorted(expected)
    assert found.counts.tolist() == [len(expected[term]) for term in sorted(expected)]
    postings = [positions for term in sorted(expected) for positions in expected[term].values()]
    assert found.docs.tolist() == [number for term in sorted(expected) for number in expected[term]]
    assert found.frequencies.tolist() == [len(positions) for positions in postings]
    assert found.positions.tolist() == [position for positions in postings for position in positions]


@given(TEXTS, st.data())
def test_written_postings_come_back(texts: list[list[int]], data: st.DataObject) -> None:
    expected = brute(texts)
    lengths = np.array([len(text) for text in texts], np.int64)
    with tempfile.TemporaryDirectory() as folder:
        writer = ArrayWriter(Path(folder) / "a")
        names = [str(term).encode() for term in sorted(expected)]
        write_field(
            writer, "words", names, invert(flat(texts), np.arange(int(lengths.sum())), bounds(texts)), lengths, lengths
        )
        writer.attributes["paragraphs"] = len(texts)
        writer.close()
        own = Postings(ArrayReader(Path(folder) / "a"), "words")
        assert len(own) == len(names)
        assert own.lengths.tolist() == lengths.tolist()
        assert own.total_length == int(lengths.sum())
        for number, term in enumerate(sorted(expected)):
            postings = expected[term]
            begin, end = own.span(number)
            assert own.document_frequency(number) == len(postings)
            assert own.docs(number).tolist() == list(postings)
            assert own.frequencies(begin, end).tolist() == [len(positions) for positions in postings.values()]
            assert own.occurrences(begin, end) == sum(map(len, postings.values()))
            place, extra = own.repeats(begin, end)
            assert dict(zip(place.tolist(), extra.tolist(), strict=True)) == {
                i: len(p) - 1 for i, p in enumerate(postings.values()) if len(p) > 1
            }
            of_term, totals = own.term_repeats(number)
            assert of_term.tolist() == place.tolist() and np.diff(totals).tolist() == extra.tolist()
            chosen = np.array(sorted(data.draw(st.sets(st.integers(begin, end - 1)))), np.int64)
            which, positions = own.positions_of(chosen)
            listed = list(postings.values())
            assert list(zip(which.tolist(), positions.tolist(), strict=True)) == [
                (i, position) for i, posting in enumerate(chosen.tolist()) for position in listed[posting - begin]
            ]
        wanted = np.array(data.draw(st.lists(st.booleans(), min_size=len(texts), max_size=len(texts))), bool)
        some = [tuple(map(int, row)) for part in own.within(wanted) for row in zip(*part, strict=True)]
        assert sorted(some) == [
            (number, own.span(number)[0] + place, doc)
            for number, term in enumerate(sorted(expected))
            for place, doc in enumerate(expected[term])
            if wanted[doc]
        ]
        if names:
            first = data.draw(st.integers(0, len(names) - 1))
            last = data.draw(st.integers(first + 1, len(names)))
            docs, positions = own.all_positions(first, last)
            assert list(zip(docs.tolist(), positions.tolist(), strict=True)) == [
                (number, position)
                for term in sorted(expected)[first:last]
                for number, places in expected[term].items()
                for position in places
            ]
            whole_docs, place, extra, whole_positions = own.slices(first, last)
            frequencies = np.ones(len(whole_docs), np.int64)
            frequencies[place] += extra
            assert (
                whole_docs.repeat(frequencies).tolist() == docs.tolist()
                and whole_positions.tolist() == positions.tolist()
            )


def test_positions_up_to_the_longest_paragraph() -> None:
    length = 60_000
    found = invert(np.array([1, 1], np.uint64), np.array([0, length - 1]), np.array([0, length], np.int64))
    assert found.positions.tolist() == [0, length - 1]
    assert found.frequencies.tolist() == [2]
