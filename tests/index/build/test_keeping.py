"""What a build must never lose: the index of a user, the documents of what cannot be read now, the settings of the last build."""

from __future__ import annotations

import errno
import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from juanzong.index.build import updating
from juanzong.index.build.check import check
from juanzong.index.build.editions import rebuild, repair, update
from juanzong.index.corpus import files as corpus_files
from juanzong.index.corpus.pieces import pieces
from juanzong.index.errors import DamagedIndex, JuanzongError, UnreadableInput, UsageError
from juanzong.index.store import generations
from juanzong.index.store.generations import IndexDirectory, NotSynced

ROOT = Path(__file__).parents[3]


def corpus(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".txt").write_text(text + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """An index of a corpus in two folders."""
    corpus(tmp_path / "corpus", a="流调报告", b="溯源结果", sub__c="核酸检测", sub__d="健康管理")
    rebuild(tmp_path / "index", [tmp_path / "corpus"], jobs=1)
    return tmp_path / "index"


def texts(index_dir: Path) -> list[str]:
    return sorted(
        segment.text(number)
        for segment in IndexDirectory(index_dir).open()[1]
        for number in range(segment.paragraphs)
        if segment.live is None or segment.live[number]
    )


ALL = ["健康管理", "核酸检测", "流调报告", "溯源结果"]


# --- the index of a user is never filled from the samples ---


def lose_pointer(index: Path) -> None:
    (index / "CURRENT").unlink()


def other_schema(index: Path) -> None:
    path = index / "generations" / "1" / "manifest.json"
    path.write_bytes(
        generations.sealed({**{k: v for k, v in json.loads(path.read_bytes()).items() if k != "seal"}, "schema": 3})
    )
    lose_pointer(index)


def lose_segment(index: Path) -> None:
    (index / "generations" / "1" / "s1" / "contents.json").unlink()


def garble_pointer(index: Path) -> None:
    (index / "CURRENT").write_bytes(b"\x00\xff")


@pytest.mark.parametrize("build", [rebuild, update, repair])
@pytest.mark.parametrize("damage", [lose_pointer, other_schema, lose_segment, garble_pointer])
def test_a_damaged_index_is_built_of_its_own_corpus(
    built: Path, damage: object, build: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    damage(built)  # type: ignore[operator]
    build(built, jobs=1)  # type: ignore[operator]
    assert texts(built) == ALL
    generation = IndexDirectory(built).open()[0]
    assert generation.fallback is None
    assert check(built).damaged is None


@pytest.mark.parametrize("build", [rebuild, update, repair])
def test_an_index_that_no_longer_tells_its_corpus_asks_for_it(
    built: Path, build: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    for name in ("manifest.json", "origin.json"):
        (built / "generations" / "1" / name).write_bytes(b"{")
    before = sorted(path for path in built.rglob("*") if path.is_file())
    with pytest.raises(UsageError, match="rebuild FOLDER"):
        build(built, jobs=1)  # type: ignore[operator]
    assert sorted(path for path in built.rglob("*") if path.is_file()) == before
    rebuild(built, [built.parent / "corpus"], jobs=1)
    assert texts(built) == ALL


@pytest.mark.parametrize("data", [None, b"{"])
@pytest.mark.parametrize("build", [rebuild, update, repair])
def test_a_manifest_that_is_gone_takes_no_folder_along(built: Path, build: Any, data: bytes | None) -> None:
    """The folders of the last build count, not those of the one before, whose manifest is whole."""
    other = corpus(built.parent / "other", f="后来才有的文件夹")
    update(built, [built.parent / "corpus", other], jobs=1)
    manifest = built / "generations" / "2" / "manifest.json"
    if data is None:
        manifest.unlink()
    else:
        manifest.write_bytes(data)
    build(built, jobs=1)
    assert texts(built) == sorted([*ALL, "后来才有的文件夹"])


def test_the_dictionary_of_the_last_build_comes_along_unless_it_is_damaged(built: Path, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("流调报告 9000\n", encoding="utf-8")
    rebuild(built, [tmp_path / "corpus"], jobs=1, userdict=words)
    words.unlink()
    (built / "CURRENT").unlink()
    rebuild(built, jobs=1)
    path = built / "generations" / "3" / "userdict.txt"
    assert path.read_bytes() == "流调报告 9000\n".encode()
    for number in "23":
        flip(built / "generations" / number / "userdict.txt")
    with pytest.raises(UsageError, match="--userdict"):
        rebuild(built, jobs=1)


# --- what cannot be read keeps its documents ---


def closed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder cannot be listed; also for those whom rights do not stop."""
    scandir = os.scandir

    def refusing(path: str | os.PathLike[str] = ".") -> Iterator[os.DirEntry[str]]:
        if not isinstance(path, int) and Path(path) == folder:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)


@pytest.mark.parametrize("build", [rebuild, update])
def test_a_folder_that_cannot_be_listed_keeps_its_documents(
    built: Path, build: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        closed(built.parent / "corpus" / "sub", patch)
        corpus(built.parent / "corpus", e="新的通报")
        summary = build(built, jobs=1)  # type: ignore[operator]
        assert texts(built) == sorted([*ALL, "新的通报"])
        assert summary.kept == ["sub"]
        assert [(path, problem.code) for path, problem in summary.warnings] == [("sub", "unreadable")]
        assert update(built, jobs=1).kept == ["sub"], "it is said each time"
    corpus(built.parent / "corpus", sub__c="核酸检测二")
    assert update(built, jobs=1).kept == []
    assert texts(built) == sorted(["健康管理", "核酸检测二", "流调报告", "溯源结果", "新的通报"])


def test_a_rebuild_that_cannot_keep_them_is_refused(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.txt"
    other.write_text("溯源 9\n", encoding="utf-8")
    closed(built.parent / "corpus" / "sub", monkeypatch)
    with pytest.raises(UnreadableInput, match="2 files of the index cannot be read now"):
        rebuild(built, [built.parent / "corpus"], jobs=1, userdict=other)
    assert texts(built) == ALL
    with pytest.raises(UnreadableInput, match="cannot be listed"):
        closed(built.parent / "corpus", monkeypatch)
        update(built, jobs=1)


def test_a_file_that_cannot_be_opened_keeps_its_documents(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = built.parent / "corpus" / "a.txt"

    def opened(path: Path) -> object:
        if path == refused:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return open(path, "rb")

    monkeypatch.setattr("juanzong.index.build.inventory.opened", opened)
    corpus(built.parent / "corpus", b="溯源结果二")
    assert update(built, jobs=1).kept == ["a.txt"]
    assert texts(built) == sorted(["健康管理", "核酸检测", "流调报告", "溯源结果二"])


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take no such names")
def test_names_that_are_not_utf8_are_read_and_written_as_what_they_mean(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path / "corpus")
    os.mkdir(folder)
    names = ["通报".encode("gbk") + b".txt", "通报.txt".encode(), b"\xff\xfe\x81.txt", "旧档".encode("gbk")]
    os.mkdir(folder + b"/" + names[3])
    for number, name in enumerate([*names[:3], names[3] + b"/" + "甲".encode("gbk") + b".txt"]):
        Path(os.fsdecode(folder + b"/" + name)).write_text(f"第{number}件\n", encoding="utf-8")
    Path(os.fsdecode(folder + b"/" + names[0] + b".meta.yaml")).write_text("city: [\n", encoding="utf-8")
    summary = rebuild(tmp_path / "index", [tmp_path / "corpus"], jobs=1)
    assert summary.documents == 4
    paths = sorted(
        segment.document(number)["path"]
        for segment in IndexDirectory(tmp_path / "index").open()[1]
        for number in range(segment.documents)
    )
    assert "旧档/甲.txt" in paths and "通报.txt" in paths and "\\xff\\xfe\\x81.txt" in paths
    assert "通报.txt~2" in paths and all(path.isprintable() for path in paths)
    assert update(tmp_path / "index", jobs=1).changed == 0
    check(tmp_path / "index")
    corpus_files.printable("\ud800")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_pipes_in_the_place_of_files_stop_nothing(built: Path) -> None:
    os.mkfifo(built.parent / "corpus" / "pipe.txt")
    os.mkfifo(built.parent / "corpus" / "a.txt.meta.yaml")
    (built.parent / "corpus" / "b.txt").unlink()
    os.mkfifo(built.parent / "corpus" / "b.txt")
    assert "溯源结果" not in texts(built) or update(built, jobs=1).removed == 1
    file = corpus_files.SourceFile(built.parent / "corpus" / "b.txt", "b.txt")
    assert [piece.problems[0].code for piece in pieces(file)] == ["unreadable"]
    (built / "CURRENT").unlink()
    os.mkfifo(built / "CURRENT")
    assert IndexDirectory(built).open()[0].fallback


# --- one writer at a time, from the first look at the index on ---


def test_an_update_reads_its_base_under_the_lock(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_, seen = IndexDirectory.open, []

    def spying(self: IndexDirectory, *arguments: object) -> object:
        with pytest.raises(JuanzongError, match="Another process"), IndexDirectory(built).writing():
            pass
        seen.append(self)
        return open_(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(IndexDirectory, "open", spying)
    update(built, jobs=1)
    assert seen


def test_what_the_disk_does_not_confirm_is_said(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(folder: Path) -> None:
        if folder == built:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(generations, "sync_folder", failing)
    corpus(built.parent / "corpus", e="新的通报")
    with pytest.raises(NotSynced, match="Generation 2 is built and serves"):
        update(built, jobs=1)
    assert "新的通报" in texts(built)


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "Free some space"),
        (errno.EDQUOT, "quota"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "belongs to somebody else"),
        (errno.EMFILE, "ulimit"),
        (errno.ENOMEM, "--jobs 1"),
        (errno.EIO, "check it"),
    ],
)
def test_what_the_system_refuses_is_said_with_what_to_do(
    built: Path, number: int, advice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*arguments: object) -> None:
        raise OSError(number, os.strerror(number), str(built / "x"))

    monkeypatch.setattr(updating, "publish", failing)
    corpus(built.parent / "corpus", e="新的通报")
    with pytest.raises(JuanzongError, match=f"{advice}.*old index is unchanged"):
        update(built, jobs=1)
    assert texts(built) == ALL
    assert [path.name for path in (built / "generations").iterdir()] == ["1"]


# --- repair ---


def flip(path: Path) -> None:
    """Changes a byte, and nothing that a listing shows."""
    found, data = path.stat(), bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x20
    path.write_bytes(data)
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))


@pytest.mark.parametrize(
    "name",
    [
        "suggestions/entry.text.bytes.bin",
        "duplicates/contents.json",
        "s1/chars.docs.bin",
        "s1/contents.json",
        "inventory.json",
        "report.json",
        "checksums.bin",
        "manifest.json",
        "origin.json",
    ],
)
def test_repair_makes_a_damaged_index_whole(built: Path, name: str) -> None:
    assert repair(built, jobs=1) is None
    update_before = texts(built)
    flip(built / "generations" / "1" / name)
    assert any(finding.code == "damaged" and name.split("/")[-1] in finding.path for finding in check(built).findings)
    assert repair(built, jobs=1) is not None
    assert check(built).damaged is None
    assert texts(built) == update_before


def test_repair_reads_only_the_documents_of_a_damaged_segment(built: Path) -> None:
    corpus(built.parent / "corpus", e="新的通报")
    update(built, jobs=1)
    flip(built / "generations" / "2" / "s2" / "text.bytes.bin")
    summary = repair(built, jobs=1)
    assert summary is not None and summary.changed == 1
    assert texts(built) == sorted([*ALL, "新的通报"])


def test_files_that_do_not_belong_are_named_and_left_behind(built: Path) -> None:
    (built / "generations" / "1" / "s1" / "strange.bin").write_bytes(b"?")
    assert [finding.path for finding in check(built).findings if finding.code == "damaged"] == ["s1/strange.bin"]
    repair(built, jobs=1)
    assert check(built).damaged is None
    assert not (built / "generations" / "2" / "s1" / "strange.bin").exists()


def test_with_nothing_to_repair_and_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(JuanzongError, match="rebuild FOLDER"):
        repair(tmp_path / "nothing")


# --- workers ---

PARENT = """
import sys
import time
from pathlib import Path
from juanzong.index.build import pool
from juanzong.index.build.editions import rebuild
pool.POOL_WORTHWHILE = 0
if __name__ == "__main__":
    def told(step):
        print(step.stage, flush=True)
        if step.stage == "read":
            # a build that waits is not over before the signal comes
            time.sleep(60)

    rebuild(sys.argv[1], [sys.argv[2]], jobs=2, progress=told)
"""


def children(pid: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            if int(status[1]) == pid and b"spawn_main" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except (OSError, IndexError):
            continue
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to see processes")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_workers_end_with_their_parent_and_leave_nothing(tmp_path: Path, number: signal.Signals) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    line = (
        json.dumps({"title": "通报", "text": "哈尔滨市流调溯源工作正在进行，请市民配合。" * 40}, ensure_ascii=False)
        + "\n"
    )
    (folder / "many.jsonl").write_text(line * 6_000, encoding="utf-8")
    script = tmp_path / "parent.py"
    script.write_text(PARENT, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path / "index"), str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        while b"read" not in process.stdout.readline():
            assert process.poll() is None
        workers = children(process.pid)
        assert workers
        process.send_signal(number)
        _, said = process.communicate(timeout=30)
        ends = time.monotonic() + 20
        while any(
            Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1]
            for pid in workers
        ):
            assert time.monotonic() < ends, "a worker outlived its parent"
            time.sleep(0.05)
        if number == signal.SIGINT:
            assert said.count(b"Traceback") <= 1, said.decode()
    finally:
        process.kill()
        process.wait()
    corpus(tmp_path / "small", a="流调")
    rebuild(tmp_path / "index", [tmp_path / "small"], jobs=1)
    assert {path.name for path in (tmp_path / "index" / "generations").iterdir()} == {"1"}


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to see processes")
def test_what_a_killed_worker_was_reading_is_read_again(tmp_path: Path) -> None:
    from juanzong.index.build import pool

    texts = {f"a{number}": f"第{number}次会议讨论流调溯源工作。" for number in range(20)}
    folder = corpus(tmp_path / "corpus", **texts)
    killed: list[int] = []

    def kill(step: object) -> None:
        if not killed and (workers := children(os.getpid())):
            killed.append(workers[0])
            os.kill(workers[0], signal.SIGKILL)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "POOL_WORTHWHILE", 0)
        patch.setattr("juanzong.index.build.worker.BATCH_PIECES", 1)
        built = rebuild(tmp_path / "killed", [folder], jobs=2, progress=kill)
    assert killed
    assert (built.documents, built.paragraphs) == (20, 20)
    check(tmp_path / "killed")


def test_a_killed_worker_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from concurrent.futures.process import BrokenProcessPool

    def broken(*arguments: object) -> Iterator[object]:
        raise BrokenProcessPool("killed")
        yield

    monkeypatch.setattr("juanzong.index.build.pool.run", broken)
    with pytest.raises(JuanzongError, match="worker process was ended from outside"):
        rebuild(tmp_path / "index", [corpus(tmp_path / "corpus", a="流调")], jobs=2)


def test_the_index_folder_is_for_its_owner_alone_to_write(built: Path) -> None:
    assert not stat.S_IMODE((built / "CURRENT").stat().st_mode) & stat.S_IWOTH
    with pytest.raises(DamagedIndex):
        (built / "generations" / "1" / "checksums.bin").unlink()
        IndexDirectory(built).open()
