"""Groups of near-duplicates as they are read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from juanzong.index.store.arrays import ArrayWriter
from juanzong.index.store.duplicates import FOLDER, Groups


@pytest.fixture
def groups(tmp_path: Path) -> Groups:
    writer = ArrayWriter(tmp_path / FOLDER)
    writer.add("s0.paragraphs", np.array([1, 4, 5, 9], np.uint32))
    writer.add("s0.groups", np.array([2, 1, 2, 3], np.uint32))
    writer.close()
    return Groups(tmp_path, "s0")


def test_a_paragraph_knows_its_group(groups: Groups) -> None:
    assert groups.of(np.array([0, 1, 4, 5, 9, 10])).tolist() == [0, 2, 1, 2, 3, 0]


def test_a_group_knows_its_paragraphs_in_order(groups: Groups) -> None:
    assert [groups.members(group).tolist() for group in (1, 2, 3, 4)] == [[4], [1, 5], [9], []]


def test_an_index_without_the_folder_has_no_groups(tmp_path: Path) -> None:
    alone = Groups(tmp_path, "s0")
    assert alone.of(np.array([0, 7])).tolist() == [0, 0] and alone.members(1).tolist() == []
