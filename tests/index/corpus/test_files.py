from __future__ import annotations

import gzip
import pickle
from hashlib import sha256
from pathlib import Path

import pytest

from juanzong.index.corpus import pieces as work
from juanzong.index.corpus.files import SourceFile, find_files
from juanzong.index.corpus.pieces import pieces
from juanzong.index.errors import UnreadableInput


def put(folder: Path, name: str, data: bytes = b"x") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def source(path: Path) -> SourceFile:
    return SourceFile(path, path.name)


def test_files_are_found_sorted_without_sidecars_hidden_files_and_strangers(tmp_path: Path) -> None:
    for name in (
        "b.txt",
        "a.MD",
        "子/甲.html",
        "子/c.jsonl.gz",
        "a.MD.meta.yaml",
        ".hidden.txt",
        ".git/x.txt",
        "film.mp4",
        "d.txt.rar",
    ):
        put(tmp_path, name)
    assert [file.relative for file in find_files([tmp_path])] == ["a.MD", "b.txt", "子/c.jsonl.gz", "子/甲.html"]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = put(tmp_path, "outside/secret.txt")
    inside = put(tmp_path, "corpus/a.txt")
    (tmp_path / "corpus/link.txt").symlink_to(outside)
    (tmp_path / "corpus/folder").symlink_to(outside.parent)
    (tmp_path / "corpus/broken.txt").symlink_to(tmp_path / "none")
    (tmp_path / "corpus/twin.txt").symlink_to(inside)
    assert [file.relative for file in find_files([tmp_path / "corpus"])] in (["a.txt"], ["twin.txt"])


def test_two_corpora_with_the_same_names_are_told_apart(tmp_path: Path) -> None:
    put(tmp_path, "one/a.txt")
    put(tmp_path, "two/a.txt")
    put(tmp_path, "two/b.txt")
    files = find_files([tmp_path / "one", tmp_path / "two"])
    assert [file.relative for file in files] == ["b.txt", "one/a.txt", "two/a.txt"]
    assert len(find_files([tmp_path / "one", tmp_path / "one"])) == 1


def test_a_missing_or_empty_corpus_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="does not exist"):
        find_files([tmp_path / "none"])
    with pytest.raises(UnreadableInput, match="holds no document"):
        find_files([tmp_path])


def test_a_single_file_is_a_corpus(tmp_path: Path) -> None:
    assert [file.relative for file in find_files([put(tmp_path, "a.txt")])] == ["a.txt"]


def test_a_text_file_is_one_piece_with_the_hash_of_its_bytes(tmp_path: Path) -> None:
    packed = gzip.compress("甲".encode())
    for name, data in (("a.txt", "甲".encode()), ("a.txt.gz", packed)):
        (piece,) = pieces(source(put(tmp_path, name, data)))
        assert piece.data == "甲".encode()
        assert piece.sha256 == sha256(data).hexdigest()
        assert not piece.is_jsonl and not piece.problems
        assert pickle.loads(pickle.dumps(piece)) == piece


def test_jsonl_comes_in_runs_of_lines(tmp_path: Path) -> None:
    data = b"".join(b'{"id": %d}\n' % number for number in range(7))
    for name, raw in (("a.jsonl", data), ("b.ndjson.gz", gzip.compress(data))):
        found = list(pieces(source(put(tmp_path, name, raw)), lines_per_piece=3))
        assert [piece.first_line for piece in found] == [1, 4, 7]
        assert b"".join(piece.data for piece in found) == data


def test_utf16_jsonl_is_passed_on_as_utf8(tmp_path: Path) -> None:
    path = put(tmp_path, "a.jsonl", '{"id": "上"}\n{"id": "乊"}\n'.encode("utf-16"))
    (piece,) = pieces(source(path))
    assert piece.data.decode() == '{"id": "上"}\n{"id": "乊"}\n'


def test_a_damaged_archive_is_reported_and_read_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = gzip.compress("".join(f'{{"id": {number}}}\n' for number in range(50_000)).encode())
    for name in ("a.txt.gz", "a.jsonl.gz"):
        found = list(pieces(source(put(tmp_path, name, whole[: len(whole) // 2]))))
        assert sum(len(piece.data) for piece in found) > 1000
        assert [problem.code for piece in found for problem in piece.problems] == ["unreadable"]
    (piece,) = pieces(source(put(tmp_path, "b.txt.gz", b"no archive")))
    assert piece.data == b"" and piece.problems[0].code == "unreadable"


def test_what_is_too_large_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "MAX_FILE", 1000)
    monkeypatch.setattr(work, "MAX_LINE", 100)
    for name, data in (("a.txt", b"x" * 1001), ("a.txt.gz", gzip.compress(b"x" * 100_000))):
        (piece,) = pieces(source(put(tmp_path, name, data)))
        assert piece.data == b"" and [problem.code for problem in piece.problems] == ["too_large"]
    (piece,) = pieces(source(put(tmp_path, "a.jsonl", b"x" * 500 + b"\n{}\n")))
    assert piece.data == b"\n{}\n"
    assert [(problem.code, problem.line) for problem in piece.problems] == [("too_large", 1)]


def test_a_bomb_of_lines_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "MAX_FILE", 1000)
    monkeypatch.setattr(work, "MAX_RATIO", 10)
    found = list(pieces(source(put(tmp_path, "a.jsonl.gz", gzip.compress(b"{}\n" * 100_000)))))
    assert found[-1].problems[-1].code == "too_large"
    assert sum(len(piece.data) for piece in found) < 10_000


def test_a_file_that_cannot_be_opened_is_a_problem(tmp_path: Path) -> None:
    (piece,) = pieces(source(tmp_path / "gone.txt"))
    assert piece.problems[0].code == "unreadable"


@pytest.mark.parametrize("name", ["a.shtml", "a.xhtml", "a.asp", "a.php", "page", "a.html.1"])
def test_a_page_is_read_whatever_its_name_ends_in(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(
        b"\xef\xbb\xbf<!-- saved -->\n<!DOCTYPE html><html><body><p>\xe6\xb0\xb4</p></body></html>"
    )
    assert [file.relative for file in find_files([tmp_path])] == [name]


def test_what_is_not_read_is_listed(tmp_path: Path) -> None:
    for name, content in (
        ("a.txt", "水位平稳。"),
        ("b.log", "水"),
        ("c", "水"),
        ("d.php", "<?php echo 1; ?>"),
        (".hidden", "水"),
    ):
        (tmp_path / name).write_text(content, encoding="utf-8")
    unread: list[str] = []
    assert [file.relative for file in find_files([tmp_path], unread=unread)] == ["a.txt"]
    assert unread == ["b.log", "c", "d.php"]
