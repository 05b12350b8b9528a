"""A page image is recognised once in its life."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from juanzong.index.corpus.contents import RecognisedLine
from juanzong.index.corpus.pages import recogniser, recognitions
from juanzong.index.corpus.pages.recognitions import BESIDE, NotRecognised, Recognitions, keep, page_key

CORNERS = ((1.0, 2.0), (30.0, 2.0), (30.0, 12.0), (1.0, 12.0))
LINE = RecognisedLine("测试一行", CORNERS, 0.875)


def page(text: str = "", size: tuple[int, int] = (64, 32)) -> Any:
    image = Image.new("RGB", size, "white")
    if text:
        ImageDraw.Draw(image).text((2, 2), text, fill="black")
    return image


class Counting:
    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, image: object) -> list[RecognisedLine]:
        self.calls += 1
        return [LINE]


def test_a_page_is_recognised_once_and_another_is_another(tmp_path: Path) -> None:
    counting = Counting()
    recognise = Recognitions(tmp_path, [], counting)
    assert recognise(page("a")) == recognise(page("a")) == [LINE]
    assert counting.calls == 1
    recognise(page("b"))
    recognise(page("a", (65, 32)))
    assert counting.calls == 3
    assert Recognitions(tmp_path, [], None)(page("b")) == [LINE], "kept for whoever comes later"


def test_without_anything_to_recognise_with_a_page_stays_unread(tmp_path: Path) -> None:
    with pytest.raises(NotRecognised):
        Recognitions(tmp_path, [], None)(page("a"))


def test_pages_kept_beside_a_file_are_taken_and_never_written(tmp_path: Path) -> None:
    beside = tmp_path / BESIDE
    keep(beside, page_key(page("a")), [LINE])
    before = sorted(beside.rglob("*"))
    recognise = Recognitions(tmp_path / "own", [beside], Counting())
    assert recognise(page("a")) == [LINE]
    recognise(page("b"))
    assert sorted(beside.rglob("*")) == before


@pytest.mark.parametrize("damage", [b"", b"{", b'[["text"]]', b"null", b'[["a", [[1]], "x"]]'])
def test_a_damaged_page_is_recognised_again(tmp_path: Path, damage: bytes) -> None:
    name = page_key(page("a"))
    keep(tmp_path, name, [LINE])
    (tmp_path / name[:2] / name[2:]).write_bytes(damage)
    counting = Counting()
    assert Recognitions(tmp_path, [], counting)(page("a")) == [LINE]
    assert counting.calls == 1
    assert Recognitions(tmp_path, [], None)(page("a")) == [LINE]


def test_nothing_half_written_is_left_under_the_name_of_a_page(tmp_path: Path) -> None:
    keep(tmp_path, "ab" + "0" * 38, [LINE])
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["0" * 38]


def test_the_environment_names_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(recognitions.FOLDER, raising=False)
    with recognitions.kept_in(tmp_path / "index"):
        assert recognitions.folder() == tmp_path / "index"
    assert recognitions.folder() is None
    monkeypatch.setenv(recognitions.FOLDER, str(tmp_path / "shared"))
    with recognitions.kept_in(tmp_path / "index"):
        assert recognitions.folder() == tmp_path / "shared"


@pytest.mark.skipif(not recogniser.is_installed(), reason="needs juanzong[ocr]")
def test_a_real_page_is_recognised_kept_and_read_again_without_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from juanzong.index.build.recognising import recognise
    from juanzong.index.facts.context import ReadingContext
    from juanzong.index.reading.pipeline import read_file

    image = Image.new("RGB", (900, 120), "white")
    ImageDraw.Draw(image).text((20, 20), "NOTICE 2021", fill="black", font_size=60)
    (tmp_path / "corpus").mkdir()
    image.save(tmp_path / "corpus" / "a.png")
    folder = tmp_path / "kept"
    first = recognise([tmp_path / "corpus"], folder, jobs=1)
    assert (first.files, first.kept, first.pages, first.failed) == (1, 0, 1, [])
    again = recognise([tmp_path / "corpus"], folder, jobs=1)
    assert (again.kept, again.pages) == (1, 0)
    monkeypatch.setenv(recognitions.FOLDER, str(folder))
    monkeypatch.setenv(recogniser.SETTING, "never")
    [document] = read_file(tmp_path / "corpus" / "a.png", ReadingContext())
    assert "2021" in "".join(paragraph.text for _, paragraph in document.paragraphs())
    assert document.unread == ()
