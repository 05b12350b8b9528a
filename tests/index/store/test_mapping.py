"""Maps without descriptors, generations without end, and files that are cut short under a reader. Real processes."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from juanzong.index.errors import DamagedIndex, NoIndex
from juanzong.index.store import mapping
from juanzong.search import SearchRequest, open_engine
from tests.samples import make_document, publish

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="descriptors are counted in /proc")


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def maps_of(folder: Path) -> int:
    return sum(str(folder) in line for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines())


def test_a_map_holds_what_the_file_does(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"0123456789")
    found = mapping.mapped(path)
    assert found.tobytes() == b"0123456789" and not found.flags.writeable
    path.unlink()
    assert found[3] == ord("3"), "what is mapped stays when its name is gone"
    (tmp_path / "empty").write_bytes(b"")
    assert len(mapping.mapped(tmp_path / "empty")) == 0
    with pytest.raises(OSError):
        mapping.mapped(tmp_path / "nothing")


@linux
def test_a_map_has_no_descriptor_and_ends_with_its_last_array(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(bytes(range(256)) * 64)
    before = descriptors()
    held = [mapping.mapped(path) for _ in range(20)]
    assert descriptors() <= before + 1
    part = held[0][5:9].view(np.uint32)
    held.clear()
    assert maps_of(path) == 1 and part.tobytes() == bytes((5, 6, 7, 8))
    del part
    assert maps_of(path) == 0


@linux
def test_what_is_let_go_is_out_of_memory_and_still_there(tmp_path: Path) -> None:
    def mapped_pages() -> int:
        return int(Path("/proc/self/statm").read_text("ascii").split()[2])

    size = 8 << 20
    (tmp_path / "a.bin").write_bytes(bytes(range(256)) * (size // 256))
    found = mapping.mapped(tmp_path / "a.bin")
    total = int(found.sum(dtype=np.int64))
    held = mapped_pages()
    mapping.let_go(found[5 : size - 5])
    assert held - mapped_pages() > 0.9 * size / os.sysconf("SC_PAGESIZE")
    assert int(found.sum(dtype=np.int64)) == total
    for nothing in (found[:0], found[3:9], np.empty(0, np.uint8)):
        mapping.let_go(nothing)


@linux
def test_many_generations_leave_nothing_open(tmp_path: Path) -> None:
    """Without the collector of cycles, in a process that may open 256 files: a generation goes with the last answer that uses it."""
    import resource

    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    publish(tmp_path, [[make_document("a", ["流调 0"])]])
    engine = open_engine(tmp_path)
    engine.search(SearchRequest("流调"))
    gc.collect()
    gc.disable()
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, limits[1]))
    try:
        counts = []
        for number in range(1, 101):
            publish(tmp_path, [[make_document("a", [f"流调 {number}"])]])
            assert engine.search(SearchRequest(f'"{number}"')).total == 1
            assert engine.search(SearchRequest("留调")).query.did_you_mean is not None
            if number > 5:
                counts.append((descriptors(), maps_of(tmp_path)))
    finally:
        gc.enable()
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert max(count for count, _ in counts) < 256
    assert max(maps for _, maps in counts) <= 2 * min(maps for _, maps in counts), "flat, not growing"
    assert counts[-1][1] <= 300


TRUNCATED = """
import os, sys
from pathlib import Path
from juanzong.index.errors import NoIndex
from juanzong.index.store import mapping
from juanzong.search import SearchRequest, open_engine
assert mapping.guard()
folder = Path(sys.argv[1])
engine = open_engine(folder)
asked = SearchRequest('"流调工作"')
print(engine.search(asked).total, flush=True)
for path in folder.rglob("*.bin"):
    os.truncate(path, 0)
try:
    print("answered", engine.search(asked).total, flush=True)
except NoIndex as error:
    print("refused", type(error).__name__, flush=True)
sys.stdin.readline()
print(engine.search(asked).total, flush=True)
"""


@linux
def test_an_index_that_is_cut_away_under_a_reader_is_an_error_and_comes_back(tmp_path: Path) -> None:
    texts = [f"流调工作第{number}日，哈尔滨市公安局发布通报。" for number in range(3_000)]
    publish(tmp_path, [[make_document("a", texts)]])
    with subprocess.Popen(
        [sys.executable, "-c", TRUNCATED, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        assert process.stdout.readline() == "3000\n"
        assert process.stdout.readline().startswith("refused")
        publish(tmp_path, [[make_document("a", texts[:7])]])
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline() == "7\n"
    assert process.returncode == 0


def test_an_index_that_is_removed_under_a_reader_is_an_error_and_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    publish(folder, [[make_document("a", ["流调"])]])
    engine = open_engine(folder)
    assert engine.search(SearchRequest("流调")).total == 1
    folder.rename(tmp_path / "away")
    with pytest.raises(NoIndex):
        engine.search(SearchRequest("流调"))
    (tmp_path / "away").rename(folder)
    assert engine.search(SearchRequest("流调")).total == 1


def test_damage_that_comes_while_it_answers_is_found_before_it_is_an_answer(tmp_path: Path) -> None:
    publish(tmp_path, [[make_document("a", ["流调一"])]])
    publish(tmp_path, [[make_document("a", ["流调二"])]])
    engine = open_engine(tmp_path)
    assert engine.search(SearchRequest("流调")).hits[0].text == "流调二"
    engine.inspect()
    path = tmp_path / "generations" / "2" / "s0" / "text.bytes.bin"
    found, data = path.stat(), bytearray(path.read_bytes())
    data[0] ^= 1
    with path.open("r+b") as file:
        file.write(data)
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
    engine.inspect()
    result = engine.search(SearchRequest("流调"))
    assert (result.hits[0].text, result.index["generation"]) == ("流调一", 1)
    assert "text.bytes.bin" in result.index["fallback"]
    with pytest.raises(DamagedIndex):
        path = tmp_path / "generations" / "1" / "s0" / "text.bytes.bin"
        path.write_bytes(b"\0" * path.stat().st_size)
        engine.inspect()
        engine.search(SearchRequest("流调"))
