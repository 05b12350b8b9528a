"""What `check` reports of an index and its documents."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from juanzong.index.build.check import Report, check
from juanzong.index.build.editions import rebuild

NEWS = "哈尔滨市公安局通报\n\n2021年11月5日，哈尔滨市公安局通报流调溯源情况。\n"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text(NEWS, encoding="utf-8")
    (tmp_path / "corpus" / "b.txt").write_text("没有地方，也没有日期。\n", encoding="utf-8")
    (tmp_path / "corpus" / "c.txt").write_text(NEWS, encoding="utf-8")
    (tmp_path / "corpus" / "c.txt.meta.yaml").write_text("published: 2099-11-05\n", encoding="utf-8")
    rebuild(tmp_path / "index", [tmp_path / "corpus"], jobs=1)
    return tmp_path / "index"


def codes(report: Report) -> dict[str, str]:
    return {finding.path: finding.code for finding in report.findings if finding.code in ("undated", "future_date")}


def test_a_whole_index_has_only_remarks_on_its_documents(built: Path) -> None:
    report = check(built)
    assert (report.damaged, report.stale, report.index["documents"]) == (None, False, 3)
    assert codes(report) == {"b.txt": "undated", "c.txt": "future_date"}
    assert report.counts["no_city"] == 1
    assert [finding.code for finding in report.problems] == ["future_date"]


@pytest.mark.parametrize("name", ["s1/text.bytes.bin", "suggestions/entry.text.bytes.bin", "suggestions/contents.json"])
def test_a_damaged_file_is_named(built: Path, name: str) -> None:
    path = built / "generations" / "1" / name
    data = bytearray(path.read_bytes())
    data[0] ^= 0xFF
    stamp = path.stat()
    path.write_bytes(data)
    # nothing but the bytes shows the damage
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    report = check(built)
    assert report.damaged
    assert name.split("/")[1] in report.damaged
    assert report.findings[0].code == "damaged"
