"""Terms by number and numbers by term, in byte order, for words and for character pairs."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.store.arrays import ArrayReader, ArrayWriter
from juanzong.index.store.vocabulary import PairVocabulary, Vocabulary, WordVocabulary
from juanzong.index.text.analysis import SENTINEL

CHARACTERS = st.sampled_from("a9é流调溯州一龥𠀀\U0010fffe，￥")
# more than are sought one by one
WORDS = st.sets(st.text(CHARACTERS, min_size=1, max_size=4), max_size=15) | st.sets(
    st.text(CHARACTERS, min_size=1, max_size=2), min_size=40, max_size=60
)
PAIRS = st.sets(st.tuples(CHARACTERS, CHARACTERS | st.just(SENTINEL)).map("".join), max_size=15)


@contextmanager
def vocabulary(terms: set[str], pairs: bool) -> Iterator[tuple[Vocabulary, list[bytes]]]:
    ordered = sorted(term.encode() for term in terms)
    with tempfile.TemporaryDirectory() as folder:
        writer = ArrayWriter(Path(folder) / "a")
        if pairs:
            keys = sorted((ord(term[0]) << 21) | ord(term[1]) for term in terms)
            PairVocabulary.write(writer, "f", np.array(keys, np.uint64))
        else:
            WordVocabulary.write(writer, "f", ordered)
        writer.close()
        yield (PairVocabulary if pairs else WordVocabulary)(ArrayReader(Path(folder) / "a"), "f"), ordered


def check(own: Vocabulary, ordered: list[bytes], sought: list[str]) -> None:
    assert [own.term(number) for number in range(len(own))] == ordered
    for text in [*sought, *(term.decode() for term in ordered)]:
        term = text.encode()
        assert own.find(term) == (ordered.index(term) if term in ordered else -1)
        assert own.lower(term) == sum(other < term for other in ordered)
        first, last = own.prefixed(term)
        assert ordered[first:last] == [other for other in ordered if other.startswith(term)]


@given(WORDS, st.lists(st.text(CHARACTERS, max_size=3)))
def test_words(terms: set[str], sought: list[str]) -> None:
    with vocabulary(terms, pairs=False) as (own, ordered):
        check(own, ordered, sought)


@given(PAIRS, st.lists(st.text(CHARACTERS, max_size=3)))
def test_pairs(terms: set[str], sought: list[str]) -> None:
    with vocabulary(terms, pairs=True) as (own, ordered):
        check(own, ordered, sought)


@given(PAIRS, st.lists(st.tuples(CHARACTERS, CHARACTERS), max_size=8))
def test_pairs_in_numbers(terms: set[str], sought: list[tuple[str, str]]) -> None:
    with vocabulary(terms, pairs=True) as (own, ordered):
        assert isinstance(own, PairVocabulary)
        assert [chr(int(pair) >> 21) + chr(int(pair) & (1 << 21) - 1) for pair in own.packed()] == [
            term.decode() for term in ordered
        ]
        packed = np.array([(ord(a) << 21) | ord(b) for a, b in sought], np.uint64)
        assert own.holds(packed).tolist() == [a + b in terms for a, b in sought]
        for character in {a for a, _ in sought}:
            assert [chr(int(code)) for code in own.followers(character)] == sorted(
                term[1] for term in terms if term[0] == character
            )


@pytest.mark.parametrize("pairs", [False, True])
def test_an_empty_vocabulary_has_nothing(pairs: bool) -> None:
    with vocabulary(set(), pairs) as (own, _):
        assert (len(own), own.find("流调".encode()), own.prefixed(b""), own.prefixed("流".encode())) == (
            0,
            -1,
            (0, 0),
            (0, 0),
        )


def test_a_term_of_ten_thousand_bytes() -> None:
    with vocabulary({"流" * 3334, "流"}, pairs=False) as (own, _):
        assert own.find(("流" * 3334).encode()) == 1
        assert own.find(("流" * 3333).encode()) == -1
