"""Hostile files end their reader at most: they are reported with their path, and what stands beside them is read."""

from __future__ import annotations

import os
import signal
import zlib
from pathlib import Path

import pytest

from accuracy.forms import archive, docx, eml, one_column
from juanzong.index.corpus.confinement import reader as confinement
from juanzong.index.corpus.containers import Part
from juanzong.index.reading.pipeline import read_file


def bomb() -> bytes:
    """A PDF whose only page draws millions of characters one by one."""
    drawing = zlib.compress(b"BT /F 1 Tf " + b"(a) Tj 1 0 Td " * 6_000_000 + b"ET", 9)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F << /Type /Font /Subtype /Type1"
        b" /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(drawing), drawing),
    ]
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, text) for number, text in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer << /Root 1 0 R /Size 5 >>\n%%EOF\n"


def found(path: Path) -> dict[str, Part]:
    return {part.inside: part for part in confinement.read(path, path.name)}


def codes(part: Part) -> list[str]:
    assert part.contents is not None
    return [problem.code for problem in part.contents.problems]


def test_a_file_that_ends_its_reader_is_reported_and_its_neighbours_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confinement, "STEP_SECONDS", 2.5)
    path = tmp_path / "a.zip"
    path.write_bytes(archive({"甲.docx": docx(["甲。"]), "乙.pdf": bomb(), "丙.docx": docx(["丙。"])}))
    parts = found(path)
    assert codes(parts["乙.pdf"]) == ["reader_lost"]
    for name, text in (("甲.docx", "甲。"), ("丙.docx", "丙。")):
        contents = parts[name].contents
        assert contents is not None and [line.text for line in contents.lines] == [text]


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="ends a process group")
def test_a_reader_that_was_killed_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(docx(["甲。"]))
    # one that has read much is replaced anyway
    confinement.stop()
    assert found(path)
    reader = confinement._reader
    assert reader is not None
    os.kill(reader.process.pid, signal.SIGKILL)
    reader.process.wait()
    assert codes(found(path)[""]) == []


def test_an_answer_that_is_not_read_to_its_end_does_not_stand_before_the_next(tmp_path: Path) -> None:
    first, second = tmp_path / "a.zip", tmp_path / "b.docx"
    first.write_bytes(archive({f"{n}.docx": docx([f"第{n}。"]) for n in range(5)}))
    second.write_bytes(docx(["乙。"]))
    reading = confinement.read(first, first.name)
    next(reading)
    reading.close()
    contents = found(second)[""].contents
    assert contents is not None and [line.text for line in contents.lines] == ["乙。"]


def test_entries_have_paths_of_their_own_and_name_their_container(tmp_path: Path) -> None:
    inner = archive({"通知/乙.docx": docx(["乙。"])})
    path = tmp_path / "甲.zip"
    path.write_bytes(archive({"通知/甲.txt": "甲。".encode("gb18030"), "内/丙.zip": inner}, encoding="gbk"))
    documents = {document.path: document for document in read_file(path)}
    assert set(documents) == {"甲.zip!/通知/甲.txt", "甲.zip!/内/丙.zip!/通知/乙.docx"}
    assert {document.file for document in documents.values()} == {"甲.zip"}
    assert len({document.id for document in documents.values()}) == 2


def test_attachments_of_a_mail_are_documents(tmp_path: Path) -> None:
    path = tmp_path / "信.eml"
    path.write_bytes(eml(["各区：", "请报送检查情况。"], "关于报送检查情况的函", ("检查表.docx", docx(["甲区三家。"]))))
    letter, sheet = read_file(path)
    assert [paragraph.text for _, paragraph in letter.paragraphs()] == [
        "关于报送检查情况的函",
        "各区：",
        "请报送检查情况。",
    ]
    assert sheet.path == "信.eml!/检查表.docx"


def test_names_cannot_lead_out_of_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(
        archive({"../../甲.docx": docx(["甲。"]), "/etc/乙.docx": docx(["乙。"]), ".隐/丙.docx": docx(["丙。"])})
    )
    assert sorted(document.path for document in read_file(path)) == ["a.zip!/etc/乙.docx", "a.zip!/甲.docx"]


def test_what_unpacks_beyond_the_limit_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(archive({"甲.docx": archive({"word/document.xml": bytes(300 << 20)}), "乙.docx": docx(["乙。"])}))
    parts = found(path)
    assert codes(parts["甲.docx"]) == ["too_large"]
    assert codes(parts["乙.docx"]) == []


def test_containers_are_opened_to_a_depth(tmp_path: Path) -> None:
    data = docx(["底。"])
    name = "底.docx"
    for depth in range(8):
        data, name = archive({name: data}), f"{depth}.zip"
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    documents = read_file(path)
    assert all(not document.articles for document in documents)
    assert [problem.code for document in documents for problem in document.warnings] == ["too_large"]


@pytest.mark.shared
def test_every_hostile_file_is_reported_and_none_ends_the_reading(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confinement, "STEP_SECONDS", 6.0)
    for path in sorted((shared / "documents" / "hostile").iterdir()):
        documents = read_file(path)
        assert documents, path.name
        assert any(document.articles or document.warnings for document in documents), path.name


def test_a_pdf_of_the_project_survives_a_build_with_its_pages(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(one_column(["第一段。", "第二段。"]))
    [document] = read_file(path)
    assert [paragraph.pages for _, paragraph in document.paragraphs() if paragraph.kind == "body"] == [(1, 1), (1, 1)]


def test_many_lines_arrive_in_their_order(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("".join(f"第{number}行,{number}\n" for number in range(25_001)), "utf-8")
    contents = found(path)[""].contents
    assert contents is not None
    assert [line.text for line in contents.lines if line.role != "heading"] == [f"第{n}行\t{n}" for n in range(25_001)]
