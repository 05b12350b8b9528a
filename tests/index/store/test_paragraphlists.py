"""Paragraph lists of small and of large segments."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juanzong.index.store.arrays import ArrayReader, ArrayWriter
from juanzong.index.store.paragraphlists import BLOCK, ParagraphLists, ParagraphListWriter
from juanzong.index.vectors import Array, starts

SIZES = st.sampled_from((1, 300, BLOCK, BLOCK + 1, 3 * BLOCK + 17, 20 * BLOCK))


def made(folder: Path, lists: list[Array], paragraphs: int, portions: int = 1) -> ParagraphLists:
    """Lists written in portions and read back."""
    writer = ArrayWriter(folder)
    out = ParagraphListWriter(writer, "f", paragraphs)
    counts = np.array([len(own) for own in lists], np.int64)
    bounds = [len(lists) * i // portions for i in range(portions + 1)]
    for first, last in zip(bounds, bounds[1:]):
        out.write(counts[first:last], np.concatenate([np.empty(0, np.uint32), *lists[first:last]]).astype(np.uint32))
    out.close()
    writer.close()
    return ParagraphLists(ArrayReader(folder), "f", starts(counts), paragraphs)


@st.composite
def segments(draw: st.DrawFn) -> tuple[int, list[Array]]:
    paragraphs = draw(SIZES)
    lists = []
    for _ in range(draw(st.integers(1, 6))):
        step = draw(st.sampled_from((1, 2, 7, 1000, 65_536, 100_000)))
        offset = draw(st.integers(0, paragraphs - 1))
        own = np.arange(offset, paragraphs, step).astype(np.uint32)[: draw(st.sampled_from((1, 5, 200, 70_000)))]
        lists.append(own)
    return paragraphs, lists


@given(segments(), st.integers(1, 3))
@settings(max_examples=40)
def test_lists_come_back(made_of: tuple[int, list[Array]], portions: int) -> None:
    paragraphs, lists = made_of
    with tempfile.TemporaryDirectory() as folder:
        found = made(Path(folder) / "a", lists, paragraphs, portions)
        for number, own in enumerate(lists):
            assert np.array_equal(found.docs(number), own)
            assert found.docs(number).dtype == np.uint32
        for first in range(len(lists)):
            for last in range(first + 1, len(lists) + 1):
                assert np.array_equal(found.rows(first, last), np.concatenate(lists[first:last]))
        passed = {
            term: docs[first:last].tolist()
            for terms, begins, docs in found.parts(portions * 100)
            for term, first, last in zip(terms.tolist(), begins[:-1].tolist(), begins[1:].tolist())
        }
        assert passed == {number: own.tolist() for number, own in enumerate(lists)}


@pytest.mark.parametrize("paragraphs", [BLOCK, 4 * BLOCK])
def test_lists_take_two_bytes_a_posting_where_they_are_long(tmp_path: Path, paragraphs: int) -> None:
    every = np.arange(paragraphs, dtype=np.uint32)
    made(tmp_path / "a", [every], paragraphs)
    assert ArrayReader(tmp_path / "a").bytes() < 2.1 * paragraphs


def test_blocks_without_a_posting(tmp_path: Path) -> None:
    paragraphs = 5 * BLOCK
    own = np.concatenate((np.arange(50), 3 * BLOCK + np.arange(50), [paragraphs - 1])).astype(np.uint32)
    assert made(tmp_path / "a", [own], paragraphs).docs(0).tolist() == own.tolist()
