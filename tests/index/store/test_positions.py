"""Positions as bytes and exceptions, or whole where paragraphs are long: what was written comes back."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.store.arrays import ArrayReader, ArrayWriter
from juanzong.index.store.positions import HALF, Positions, PositionsWriter, narrows

positions = st.integers(0, 65_535) | st.integers(0, HALF + 3)


@given(st.lists(st.lists(positions, max_size=30), max_size=5), st.booleans(), st.data())
def test_written_positions_come_back(parts: list[list[int]], narrow: bool, data: st.DataObject) -> None:
    whole = [position for part in parts for position in part]
    with tempfile.TemporaryDirectory() as folder:
        writer = ArrayWriter(Path(folder) / "a")
        stream = PositionsWriter(writer, "f", narrow)
        for part in parts:
            stream.write(np.array(part, np.uint16))
        stream.close()
        writer.close()
        arrays = ArrayReader(Path(folder) / "a")
        assert arrays["f.positions"].dtype == (np.uint8 if narrow else np.uint16)
        own = Positions(arrays, "f")
        first = data.draw(st.integers(0, len(whole)))
        last = data.draw(st.integers(first, len(whole)))
        assert own.between(first, last).tolist() == whole[first:last]
        places = data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=60)) if whole else []
        for chosen in (places, sorted(places), sorted(set(places))):
            found = own.at(np.array(chosen, np.int64))
            assert found.dtype == np.uint16 and found.tolist() == [whole[place] for place in chosen]


def test_an_index_of_before_is_read(tmp_path: Path) -> None:
    writer = ArrayWriter(tmp_path / "a")
    writer.add("f.positions", np.array([3, 300, 65_535], np.uint16))
    writer.close()
    own = Positions(ArrayReader(tmp_path / "a"), "f")
    assert own.between(1, 3).tolist() == own.at(np.array([1, 2])).tolist() == [300, 65_535]


@pytest.mark.parametrize(
    ("lengths", "narrow"), [([], True), ([200, 300], True), ([90] * 99 + [2_000], True), ([1_000], False)]
)
def test_long_paragraphs_are_told_from_short_ones(lengths: list[int], narrow: bool) -> None:
    assert narrows(np.array(lengths, np.uint16)) is narrow
