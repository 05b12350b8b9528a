"""Generations: complete or not there, whatever happens to the process, the disk and the files."""

from __future__ import annotations

import errno
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from juanzong.index.build.editions import rebuild
from juanzong.index.errors import DamagedIndex, IndexBusy, JuanzongError, NoIndex
from juanzong.index.store import arrays, generations
from juanzong.index.store.arrays import ArrayStream
from juanzong.index.store.generations import DISPENSABLE, IndexDirectory
from tests.samples import in_groups, make_document, publish

ROOT = Path(__file__).parents[3]
OLD = [make_document("a", ["流调报告"]), make_document("b", ["溯源"])]
NEW = [make_document("a", ["核酸检测"])]


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """An index with two generations, the newer in two segments."""
    publish(tmp_path / "index", [OLD])
    publish(tmp_path / "index", in_groups([*NEW, *OLD], 2))
    return tmp_path / "index"


def texts(index_dir: Path) -> list[str]:
    return [
        segment.text(number) for segment in IndexDirectory(index_dir).open()[1] for number in range(segment.paragraphs)
    ]


def test_open_gives_the_newest(index: Path) -> None:
    opened, segments = IndexDirectory(index).open()
    assert (opened.number, opened.fallback, len(segments)) == (2, None, 2)
    assert texts(index) == ["核酸检测", "流调报告", "溯源"]


def test_only_the_last_two_generations_stay(index: Path) -> None:
    publish(index, [OLD])
    assert sorted(path.name for path in (index / "generations").iterdir()) == ["2", "3"]


def test_the_stamp_changes_with_every_generation(index: Path) -> None:
    before = IndexDirectory(index).stamp()
    assert IndexDirectory(index).stamp() == before
    publish(index, [OLD])
    assert IndexDirectory(index).stamp() != before
    assert IndexDirectory(index / "nowhere").stamp() is None


def test_without_an_index_the_user_is_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoIndex, match="Run `juanzong rebuild"):
        IndexDirectory(tmp_path).open()


def files_of(generation_folder: Path) -> list[Path]:
    return sorted(path for path in generation_folder.rglob("*") if path.is_file())


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize("damage", [flip, cut, Path.unlink], ids=["flipped", "cut", "missing"])
def test_any_damaged_file_is_named_and_the_generation_before_serves(index: Path, damage: object) -> None:
    folder = index / "generations" / "2"
    for path in files_of(folder):
        data = path.read_bytes()
        if not data and damage is not Path.unlink or path.name in DISPENSABLE:
            continue
        stamp = path.stat()
        damage(path)  # type: ignore[operator]
        opened, segments = IndexDirectory(index).open()
        assert opened.number == 1, path
        assert opened.fallback is not None
        assert path.name in opened.fallback, opened.fallback
        assert segments[0].text(0) == "流调报告"
        path.write_bytes(data)
        os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        assert IndexDirectory(index).open()[0].number == 2


def test_a_touched_but_whole_file_is_fine(index: Path) -> None:
    for path in files_of(index / "generations" / "2"):
        os.utime(path)
    assert IndexDirectory(index).open()[0].number == 2


def test_with_no_generation_whole_the_newest_damage_is_told(tmp_path: Path) -> None:
    publish(tmp_path, [OLD])
    (tmp_path / "generations" / "1" / "s0" / "chars.positions.bin").unlink()
    with pytest.raises(DamagedIndex, match=r"s0/chars\.positions\.bin is missing.*juanzong repair"):
        IndexDirectory(tmp_path).open()


@pytest.mark.parametrize("content", ["", "two", "2 0000", "9 " + "0" * 64, "\x00" * 20])
def test_a_damaged_pointer_falls_back(index: Path, content: str) -> None:
    (index / "CURRENT").write_text(content)
    opened, _ = IndexDirectory(index).open()
    assert opened.fallback


def test_an_index_of_another_version_gets_a_sentence(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generations, "SCHEMA_VERSION", 99)
    with pytest.raises(NoIndex, match="another version of juanzong.*juanzong rebuild") as caught:
        IndexDirectory(index).open()
    assert not isinstance(caught.value, DamagedIndex)
    publish(index, [NEW])
    assert texts(index) == ["核酸检测"]


def test_two_writers_keep_apart(index: Path) -> None:
    with (
        IndexDirectory(index).writing(),
        pytest.raises(IndexBusy, match="Another process"),
        IndexDirectory(index).writing(),
    ):
        pass
    with IndexDirectory(index).writing():
        pass


def test_a_failed_build_leaves_nothing_behind(index: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in files_of(index / "generations")}
    with pytest.raises(ZeroDivisionError), IndexDirectory(index).writing() as folder:
        (folder / "half").write_text("…")
        raise ZeroDivisionError
    assert {path: path.stat().st_mtime_ns for path in files_of(index / "generations")} == before


def test_leftovers_of_a_killed_build_are_cleaned(index: Path) -> None:
    leftover = index / "generations" / "building-1"
    (leftover / "part-0").mkdir(parents=True)
    publish(index, [NEW])
    assert not leftover.exists()


def test_everything_is_synced_before_the_pointer_moves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[Path] = []
    moved: list[list[Path]] = []
    replace = os.replace
    monkeypatch.setattr(
        os, "fsync", lambda descriptor: synced.append(Path(os.readlink(f"/proc/self/fd/{descriptor}")).resolve())
    )

    def replaced(source: Path, target: Path) -> None:
        moved.append(list(synced))
        replace(source, target)

    monkeypatch.setattr(os, "replace", replaced)
    publish(tmp_path, [OLD])
    [before] = moved
    names = {path.name for path in before}
    published = tmp_path / "generations" / "1"
    assert {path.name for path in files_of(published / "s0")} | {
        "s0",
        "manifest.json",
        "generations",
        "CURRENT.new",
    } <= names
    assert synced[-1] == tmp_path.resolve()


# --- a whole rebuild under bad conditions ---


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number:02}.txt").write_text(
            f"哈尔滨市通报第{number}号\n\n" + "流调溯源工作正在进行，请市民配合。\n\n" * 30, encoding="utf-8"
        )
    return folder


@pytest.mark.parametrize("writes", [0, 3, 60, 95])
def test_a_full_disk_keeps_the_old_index(
    tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    publish(tmp_path / "index", [OLD])
    left = writes
    write = ArrayStream.write

    def full(self: ArrayStream, values: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(self, values)  # type: ignore[arg-type]

    monkeypatch.setattr(arrays.ArrayStream, "write", full)
    with pytest.raises(JuanzongError, match="No space left on device.*old index is unchanged"):
        rebuild(tmp_path / "index", [corpus], jobs=1)
    assert texts(tmp_path / "index") == ["流调报告", "溯源"]
    assert [path.name for path in (tmp_path / "index" / "generations").iterdir()] == ["1"]


KILLED = """
import sys
from juanzong.index.build.editions import rebuild
print("ready", flush=True)
while True:
    rebuild(sys.argv[1], [sys.argv[2]], jobs=1)
"""


def test_a_process_killed_at_any_moment_leaves_an_index_that_answers(tmp_path: Path, corpus: Path) -> None:
    index_dir = tmp_path / "index"
    rebuild(index_dir, [corpus], jobs=1)
    expected = sorted(texts(index_dir))
    chance = random.Random(6)
    for _ in range(3):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(index_dir), str(corpus)], cwd=ROOT, stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0.05, 1.2))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        opened, segments = IndexDirectory(index_dir).open()
        assert opened.fallback is None
        assert sorted(segment.text(number) for segment in segments for number in range(segment.paragraphs)) == expected
    rebuild(index_dir, [corpus], jobs=1)
    assert sorted(texts(index_dir)) == expected
    assert all(path.name.isdigit() for path in (index_dir / "generations").iterdir())
    assert len(list((index_dir / "generations").iterdir())) == 2


def test_the_manifest_tells_what_the_index_depends_on(tmp_path: Path, corpus: Path) -> None:
    rebuild(tmp_path / "index", [corpus], jobs=1)
    manifest = json.loads((tmp_path / "index" / "generations" / "1" / "manifest.json").read_text(encoding="utf-8"))
    assert {"folding", "jieba", "userdict"} <= set(manifest["fingerprint"])
    assert manifest["corpora"] == [str(corpus.resolve())]
    assert manifest["counts"]["documents"] == 40
