"""Backups: one file, whole or refused, and an index of the version before."""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from juanzong.index.build.backup import backup, restore
from juanzong.index.build.check import check
from juanzong.index.build.editions import rebuild, update
from juanzong.index.errors import DamagedIndex, NoIndex, UnreadableInput, UsageError
from juanzong.index.store.generations import VIEWS
from juanzong.search import SearchRequest, open_engine
from juanzong.search.engines.embedded import EmbeddedEngine
from juanzong.web.service import accounts


@pytest.fixture
def index(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for number in range(4):
        (folder / f"{number}.txt").write_text(
            f"哈尔滨市第{number}号通报\n\n2021年11月3日，流调正在进行。\n", encoding="utf-8"
        )
    rebuild(tmp_path / "index", [folder], jobs=1)
    (folder / "4.txt").write_text("新的通报\n", encoding="utf-8")
    update(tmp_path / "index", jobs=1)
    (tmp_path / "index" / "synonyms.txt").write_text("流调 流行病学调查\n", encoding="utf-8")
    return tmp_path / "index"


@pytest.mark.parametrize("name", ["a.tar", "a.tar.gz", "a.tar.xz"])
def test_what_is_restored_answers_as_before(index: Path, tmp_path: Path, name: str) -> None:
    saved = backup(index, tmp_path / name)
    assert (saved.generation, saved.documents, saved.settings) == (2, 5, ["synonyms.txt"])
    assert restore(tmp_path / name, tmp_path / "again") == saved
    asked = SearchRequest("通报")
    was, found = (open_engine(folder).search(asked).to_dict() for folder in (index, tmp_path / "again"))
    assert {**found, "took_ms": 0} == {**was, "took_ms": 0}
    assert check(tmp_path / "again").damaged is None
    assert (tmp_path / "again" / "synonyms.txt").read_bytes() == (index / "synonyms.txt").read_bytes()
    assert update(tmp_path / "again", jobs=1).generation == 2, "it goes on from there"
    assert sorted(path.name for path in index.iterdir()) == sorted(path.name for path in (tmp_path / "again").iterdir())


def test_a_backup_has_no_accounts_and_nothing_that_is_derived(index: Path, tmp_path: Path) -> None:
    accounts.add(index / accounts.FILE, "甲", "correct horse battery")
    EmbeddedEngine(index).restricted({"."}).search(SearchRequest("通报"))
    assert (index / VIEWS).is_dir()
    assert backup(index, tmp_path / "a.tar").settings == ["synonyms.txt"]


def test_a_backup_is_never_of_what_is_damaged(index: Path, tmp_path: Path) -> None:
    path = index / "generations" / "2" / "s1" / "chars.docs.bin"
    data = bytearray(path.read_bytes())
    data[0] ^= 1
    path.write_bytes(data)
    with pytest.raises(DamagedIndex, match=r"chars\.docs\.bin"):
        backup(index, tmp_path / "a.tar")
    assert not list(tmp_path.glob("a.tar*"))


def test_a_damaged_backup_is_refused_wherever_it_is_damaged(index: Path, tmp_path: Path) -> None:
    backup(index, tmp_path / "a.tar")
    data = (tmp_path / "a.tar").read_bytes()
    for at in range(1_000, len(data) - 12_000, len(data) // 12):
        (tmp_path / "b.tar").write_bytes(data[:at] + bytes((data[at] ^ 0x11,)) + data[at + 1 :])
        try:
            restore(tmp_path / "b.tar", tmp_path / f"r{at}")
        except UnreadableInput:
            assert not (tmp_path / f"r{at}" / "CURRENT").exists()
        else:
            # padding between members means nothing
            assert check(tmp_path / f"r{at}").damaged is None
    (tmp_path / "c.tar").write_bytes(data[: len(data) // 2])
    with pytest.raises(UnreadableInput):
        restore(tmp_path / "c.tar", tmp_path / "cut")


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "generation/../../evil", "settings/CURRENT", "elsewhere/a"])
def test_an_archive_cannot_write_elsewhere(tmp_path: Path, name: str) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        for member, data in (("juanzong.json", b'{"format": 1}'), (name, b"evil")):
            entry = tarfile.TarInfo(member)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    with pytest.raises(UnreadableInput, match="belong"):
        restore(tmp_path / "a.tar", tmp_path / "index")
    assert not list(tmp_path.rglob("*evil*"))


def test_nothing_is_written_over(index: Path, tmp_path: Path) -> None:
    backup(index, tmp_path / "a.tar")
    with pytest.raises(UsageError, match="exists already"):
        backup(index, tmp_path / "a.tar")
    with pytest.raises(UsageError, match="already"):
        restore(tmp_path / "a.tar", index)
    with pytest.raises(NoIndex):
        backup(tmp_path / "nothing", tmp_path / "b.tar")


def test_an_index_of_the_version_before_says_what_to_do_and_is_built_anew(tmp_path: Path) -> None:
    with tarfile.open(Path(__file__).parent / "index-0.1.0.tar.xz") as archive:
        archive.extractall(tmp_path / "index", filter="data")
    with pytest.raises(NoIndex, match="another version of juanzong.*juanzong rebuild"):
        open_engine(tmp_path / "index")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text("流调报告\n", encoding="utf-8")
    with pytest.raises(UnreadableInput, match="/archive does not exist"):
        update(tmp_path / "index", jobs=1)
    rebuild(tmp_path / "index", [corpus], jobs=1)
    assert open_engine(tmp_path / "index").search(SearchRequest("流调")).total == 1


def test_a_backup_is_of_one_generation_while_others_are_published(index: Path, tmp_path: Path) -> None:
    """Another process publishes without end; each backup is whole, and answers as one edition of the corpus."""
    program = (
        "import sys, itertools; from pathlib import Path; from juanzong.index.build.editions import rebuild, update\n"
        "index, corpus = map(Path, sys.argv[1:])\n"
        "for edition in itertools.count():\n"
        "    for number in range(4):\n"
        "        (corpus / f'{number}.txt').write_text(f'第{edition}版通报\\n', encoding='utf-8')\n"
        "    (rebuild if edition % 2 else update)(index, [corpus], jobs=1)\n"
        "    print(edition, flush=True)\n"
    )
    command = [sys.executable, "-c", program, str(index), str(tmp_path / "corpus")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as builder:
        try:
            assert builder.stdout is not None
            saved = []
            for number in range(6):
                # however slow the machine is, the next one was published meanwhile
                builder.stdout.readline()
                saved.append(backup(index, tmp_path / f"{number}.tar").generation)
        finally:
            builder.kill()
    assert len(set(saved)) > 1, "it did publish meanwhile"
    for number, generation in enumerate(saved):
        folder = tmp_path / f"again{number}"
        assert restore(tmp_path / f"{number}.tar", folder).generation == generation
        assert check(folder).damaged is None
        texts = {hit.text for hit in open_engine(folder).search(SearchRequest("版")).hits}
        assert len(texts) == 1, texts
