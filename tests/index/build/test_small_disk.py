"""A disk that is really full, and one that is really read-only: the old index answers, nothing is left behind, and what to do is said."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from juanzong.index.build.editions import rebuild, update
from juanzong.index.errors import JuanzongError
from juanzong.search import SearchRequest, open_engine

SIZE = 8 << 20


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own in memory."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if sys.platform != "linux":
        pytest.skip("needs Linux, to mount a small file system")
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        pytest.skip(f"needs the right to mount a small file system: {made.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def index(disk: Path, tmp_path: Path) -> Path:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number in range(20):
        (corpus / f"{number}.txt").write_text(f"第{number}号通报，流调正在进行。\n", "utf-8")
    rebuild(disk / "index", [corpus], jobs=1)
    (corpus / "new.txt").write_text("新的通报：" + "".join(map(chr, range(0x4E00, 0x7E00))) + "\n", "utf-8")
    return disk / "index"


def found(index: Path) -> int:
    return open_engine(index).search(SearchRequest("流调")).total


@pytest.mark.parametrize("command", [rebuild, update])
@pytest.mark.parametrize("left", [0, 60_000, 200_000, 500_000])
def test_a_full_disk_leaves_the_old_index(disk: Path, index: Path, left: int, command: type[object]) -> None:
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"x" * 4096):
            pass
    with filler.open("r+b") as file:
        file.truncate(max(0, filler.stat().st_size - left))
    with pytest.raises(JuanzongError, match="No space left.*Free some space.*old index is unchanged"):
        command(index, jobs=1)  # type: ignore[call-arg]
    assert found(index) == 20
    assert [path.name for path in (index / "generations").iterdir()] == ["1"]
    filler.unlink()
    command(index, jobs=1)  # type: ignore[call-arg]
    assert open_engine(index).search(SearchRequest("新的通报")).total == 1


def test_a_disk_that_may_only_be_read_is_searched_and_not_built(disk: Path, index: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    with pytest.raises(JuanzongError, match="mounted read-only"):
        rebuild(index, jobs=1)
    assert found(index) == 20
