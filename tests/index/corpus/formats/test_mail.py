"""Mail and archives: what hangs on a message, what its headers say, what is inside and what is not read."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from accuracy.forms import archive
from juanzong.index.reading.pipeline import read_file


def test_headers_in_bare_bytes_are_read(tmp_path: Path) -> None:
    text = "From: 张三 <a@b.cn>\r\nSubject: 关于报送检查材料的函\r\nDate: Mon, 01 Mar 2021 10:00:00 +0800\r\n\r\n各区：请于三月五日前报送材料。\r\n"
    path = tmp_path / "a.eml"
    path.write_bytes(text.encode("gb18030"))
    [document] = read_file(path)
    [article] = document.articles
    assert (article.title, article.published.date) == ("关于报送检查材料的函", "2021-03-01")


@pytest.mark.parametrize("charset", ["utf\x008", "undefined", "hex", "gb180 Pe91", "punycode", "中文", "x" * 5_000])
def test_an_encoding_that_is_none_hides_no_text(tmp_path: Path, charset: str) -> None:
    path = tmp_path / "a.eml"
    part = f'Content-Type: text/plain; charset="{charset}"\r\n\r\n各区：请于三月五日前报送材料。\r\n'
    named = f"Content-Type: image/png; name*={charset}''%E4\r\n\r\nx\r\n"
    head = "Subject: 函\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    path.write_bytes(f"{head}--b\r\n{part}--b\r\n{named}--b--\r\n".encode())
    document = next(iter(read_file(path)))
    assert "请于三月五日前报送材料" in "".join(paragraph.text for _, paragraph in document.paragraphs())
    assert "unreadable" not in {problem.code for problem in document.warnings}


def test_what_hangs_on_a_message_has_its_day_where_it_has_none_itself(tmp_path: Path) -> None:
    message = EmailMessage()
    message["Subject"] = "报送材料"
    message["Date"] = "Fri, 12 Nov 2021 09:10:00 +0800"
    message.set_content("请查收附件。")
    message.add_attachment("附件的正文在这里。".encode("gb18030"), "application", "octet-stream", filename="附件.txt")
    inner = archive({"里面.txt": "压缩包里的正文。".encode(), "程序.exe": b"MZ"})
    message.add_attachment(inner, "application", "zip", filename="包.zip")
    path = tmp_path / "a.eml"
    path.write_bytes(bytes(message))
    found = {document.path: document for document in read_file(path)}
    for name in ("a.eml", "a.eml!/附件.txt", "a.eml!/包.zip!/里面.txt"):
        [article] = found[name].articles
        assert article.published.date == "2021-11-12", name
    [problem] = found["a.eml!/包.zip"].warnings
    assert problem.code == "not_read" and "程序.exe" in problem.message


def test_an_entry_without_a_name_hides_no_other(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    data = archive({"x.txt": b"?", "里面.txt": "压缩包里的正文。".encode()})
    # what follows a zero byte is no part of a name
    path.write_bytes(data.replace(b"x.txt", b"\0.txt"))
    found = {document.path: document for document in read_file(path)}
    assert "unreadable" not in {problem.code for document in found.values() for problem in document.warnings}
    assert [p.text for _, p in found["a.zip!/里面.txt"].paragraphs()] == ["压缩包里的正文。"]
