"""Named arrays in a folder: what is written is read, and damage is named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.errors import DamagedIndex
from juanzong.index.store.arrays import CONTENTS, ArrayReader, ArrayWriter
from juanzong.index.vectors import runs, starts, unsigned


def written(folder: Path) -> Path:
    writer = ArrayWriter(folder)
    writer.add("numbers", np.array([3, 1, 2], np.uint16))
    writer.add("none", np.empty(0, np.int64))
    writer.add_strings("names", ["广州市".encode(), b"", "惠州市".encode()])
    stream = writer.stream("grown", np.uint32)
    for part in ([1, 2], [], [3]):
        stream.write(part)
    writer.attributes["paragraphs"] = 3
    writer.close()
    return folder


def test_arrays_come_back_as_they_were_written(tmp_path: Path) -> None:
    arrays = ArrayReader(written(tmp_path / "a"))
    assert arrays["numbers"].tolist() == [3, 1, 2]
    assert arrays["numbers"].dtype == np.uint16
    assert arrays["none"].tolist() == []
    assert arrays["grown"].tolist() == [1, 2, 3]
    assert [value.decode() for value in arrays.strings("names")] == ["广州市", "", "惠州市"]
    assert arrays.attributes == {"paragraphs": 3}
    assert arrays.bytes() == sum(path.stat().st_size for path in (tmp_path / "a").glob("*.bin"))
    assert arrays["numbers"] is arrays["numbers"]
    arrays.verify()


def test_mapped_arrays_cannot_be_changed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="read-only"):
        ArrayReader(written(tmp_path / "a"))["numbers"][0] = 9


def test_a_folder_is_never_overwritten(tmp_path: Path) -> None:
    written(tmp_path / "a")
    with pytest.raises(FileExistsError):
        ArrayWriter(tmp_path / "a")


def test_without_close_there_is_nothing_to_read(tmp_path: Path) -> None:
    writer = ArrayWriter(tmp_path / "a")
    writer.add("numbers", np.arange(3))
    with pytest.raises(DamagedIndex, match=CONTENTS):
        ArrayReader(tmp_path / "a")
    writer.close()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'{"arrays": {}}', b"\xff\xfe"])
def test_a_damaged_list_of_contents_is_named(tmp_path: Path, content: bytes) -> None:
    folder = written(tmp_path / "a")
    (folder / CONTENTS).write_bytes(content)
    with pytest.raises(DamagedIndex, match=f"a/{CONTENTS}.*juanzong repair"):
        ArrayReader(folder)


def test_a_missing_or_cut_array_is_named(tmp_path: Path) -> None:
    folder = written(tmp_path / "a")
    (folder / "grown.bin").write_bytes(b"\0" * 11)
    with pytest.raises(DamagedIndex, match=r"a/grown\.bin has 11 bytes instead of 12"):
        ArrayReader(folder)
    (folder / "grown.bin").unlink()
    with pytest.raises(DamagedIndex, match=r"a/grown\.bin is missing"):
        ArrayReader(folder)


@pytest.mark.parametrize("name", ["numbers", "names.bytes", "names.starts", "grown"])
def test_a_flipped_bit_is_found_by_its_checksum(tmp_path: Path, name: str) -> None:
    path = written(tmp_path / "a") / f"{name}.bin"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(DamagedIndex, match=rf"a/{name}\.bin was altered"):
        ArrayReader(tmp_path / "a").verify()


counts = st.lists(st.integers(0, 5), max_size=20)


@given(counts)
def test_starts_sum_up(lengths: list[int]) -> None:
    found = starts(np.array(lengths, np.int64))
    assert found.tolist() == [sum(lengths[:i]) for i in range(len(lengths) + 1)]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5)), max_size=12))
def test_runs_are_ranges_in_a_row(pairs: list[tuple[int, int]]) -> None:
    first, lengths = (np.array([pair[i] for pair in pairs], np.int64) for i in (0, 1))
    assert runs(first, lengths).tolist() == [
        number for begin, length in pairs for number in range(begin, begin + length)
    ]


@pytest.mark.parametrize(("last", "dtype"), [(0, np.uint32), (2**32 - 1, np.uint32), (2**32, np.uint64)])
def test_offsets_take_the_narrower_type_that_holds_them(last: int, dtype: type) -> None:
    assert unsigned(np.array([0, last], np.int64)).dtype == dtype
    assert unsigned(np.array([0, last], np.int64))[-1] == last
