"""Pages are drawn for readers in a process that no file can make them wait for."""

from __future__ import annotations

import io
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from accuracy.forms import archive, docx, eml, one_column
from juanzong.index.corpus.confinement import pageimages
from juanzong.index.corpus.confinement.drawing import MAX_PIXELS, PageView
from juanzong.index.corpus.confinement.pageimages import NoTurn, PageImages
from juanzong.index.corpus.contents import Refused
from tests.index.corpus.confinement.test_reader import bomb

PAGES = one_column(["徐州市公布今年的防汛安排。" * 30] * 6)


@pytest.fixture(scope="module")
def images() -> Iterator[PageImages]:
    made = PageImages()
    yield made
    made.close()


def picture(data: bytes) -> Any:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def scan(folder: Path, name: str, frames: int = 1) -> Path:
    made = []
    for number in range(frames):
        image = Image.new("L", (1240, 1754), "white")
        ImageDraw.Draw(image).rectangle((100, 200 + 400 * number, 1100, 260 + 400 * number), fill="black")
        made.append(image)
    path = folder / name
    made[0].save(path, save_all=frames > 1, append_images=made[1:]) if frames > 1 else made[0].save(path)
    return path


def darkest(image: Any) -> int:
    """The row with the most ink, in hundredths of the height."""
    grey = image.convert("L")
    rows = [sum(grey.crop((0, row, grey.width, row + 1)).tobytes()) for row in range(grey.height)]
    return round(100 * rows.index(min(rows)) / int(grey.height))


def test_a_page_of_print_is_drawn_as_wide_as_asked(tmp_path: Path, images: PageImages) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(PAGES)
    for width in (700, 1400):
        image = picture(images.page(path, "", PageView(1, width)))
        assert image.width == width and abs(image.height - width * 842 / 595) < 2
    assert images.page(path, "", PageView(1, 700)) != images.page(path, "", PageView(2, 700))


def test_each_frame_of_a_scan_is_a_page(tmp_path: Path, images: PageImages) -> None:
    path = scan(tmp_path, "a.tif", frames=3)
    for number, row in ((1, 11), (2, 34), (3, 57)):
        found = darkest(picture(images.page(path, "", PageView(number, 700))))
        assert row <= found <= row + 4


def test_a_cutting_is_of_its_size_around_the_hit_and_marked(tmp_path: Path, images: PageImages) -> None:
    path = scan(tmp_path, "a.png")
    image = picture(images.page(path, "", PageView(1, 1280, 240, ((1000, 1050, 4000, 1580),))))
    assert image.size == (1280, 240)
    colours = image.convert("RGB").getcolors(1 << 24)
    assert any(red > 220 and 150 < green < 235 and blue < 130 for _, (red, green, blue) in colours)
    assert min(sum(colour) for _, colour in colours) < 60, "ink stays ink under the marker"
    whole = picture(images.page(path, "", PageView(1, 700)))
    assert whole.mode == "L"


def test_a_cutting_at_the_edge_stays_on_the_page(tmp_path: Path, images: PageImages) -> None:
    path = scan(tmp_path, "a.png")
    for box in ((0, 0, 100, 100), (9900, 9900, 10000, 10000), (0, 0, 10000, 10000), (5000, 5000, 5000, 5000)):
        image = picture(images.page(path, "", PageView(1, 1280, 240, (box,))))
        assert abs(image.width / image.height - 1280 / 240) < 0.1


def test_files_inside_archives_and_mails_are_drawn(tmp_path: Path, images: PageImages) -> None:
    letter = eml(["请看附件。"], "附件", ("附件.pdf", PAGES))
    (tmp_path / "a.zip").write_bytes(
        archive({"通知/乙.pdf": PAGES, "信.eml": letter, "丙.zip": archive({"丁.pdf": PAGES})}, encoding="gbk")
    )
    (tmp_path / "信.eml").write_bytes(letter)
    (tmp_path / "b.pdf").write_bytes(PAGES)
    plain = images.page(tmp_path / "b.pdf", "", PageView(1, 700))
    for inside in ("通知/乙.pdf", "信.eml!/附件.pdf", "丙.zip!/丁.pdf"):
        assert images.page(tmp_path / "a.zip", inside, PageView(1, 700)) == plain
    assert images.page(tmp_path / "信.eml", "附件.pdf", PageView(1, 700)) == plain
    for inside in ("通知/丙.pdf", "丙.zip", "../b.pdf", "通知/乙.pdf!/x"):
        with pytest.raises(Refused):
            images.page(tmp_path / "a.zip", inside, PageView(1, 700))


def test_what_has_no_page_is_refused_with_a_sentence(tmp_path: Path, images: PageImages) -> None:
    (tmp_path / "a.pdf").write_bytes(PAGES)
    (tmp_path / "b.pdf").write_bytes(PAGES[:400])
    (tmp_path / "c.docx").write_bytes(docx(["甲。"]))
    (tmp_path / "d.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    for name, page in (("a.pdf", 99), ("b.pdf", 1), ("c.docx", 1), ("d.png", 1)):
        with pytest.raises(Refused) as error:
            images.page(tmp_path / name, "", PageView(page, 700))
        assert error.value.problem.message
    with pytest.raises(OSError):
        images.page(tmp_path / "none.pdf", "", PageView(1, 700))


def test_a_file_that_takes_too_long_is_given_up_and_not_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pageimages, "SECONDS", 2.0)
    images = PageImages()
    (tmp_path / "a.pdf").write_bytes(bomb())
    (tmp_path / "b.pdf").write_bytes(PAGES)
    with pytest.raises(Refused):
        images.page(tmp_path / "a.pdf", "", PageView(1, 700))
    monkeypatch.setattr(images, "_drawn", lambda *_: pytest.fail("it was tried again"))
    with pytest.raises(Refused):
        images.page(tmp_path / "a.pdf", "", PageView(1, 700))
    monkeypatch.undo()
    assert picture(images.page(tmp_path / "b.pdf", "", PageView(1, 700))).width == 700
    images.close()


def test_a_huge_page_is_drawn_within_bounds(tmp_path: Path, images: PageImages) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(PAGES.replace(b"/MediaBox [0 0 595 842]", b"/MediaBox [0 0 19 14400]"))
    image = picture(images.page(path, "", PageView(1, 2800)))
    assert image.width * image.height <= 1.01 * MAX_PIXELS


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="ends a process group")
def test_a_process_that_was_killed_is_replaced(tmp_path: Path) -> None:
    images = PageImages()
    (tmp_path / "a.pdf").write_bytes(PAGES)
    images.page(tmp_path / "a.pdf", "", PageView(1, 700))
    assert images._process is not None
    os.kill(images._process.process.pid, signal.SIGKILL)
    images._process.process.wait()
    assert images.page(tmp_path / "a.pdf", "", PageView(2, 700))
    images.close()


def test_what_is_kept_is_bounded_and_a_changed_file_is_drawn_anew(tmp_path: Path) -> None:
    images = PageImages(capacity=150_000)
    path = tmp_path / "a.pdf"
    path.write_bytes(PAGES)
    first = images.page(path, "", PageView(1, 700))
    for page in (2, 1, 2):
        images.page(path, "", PageView(page, 700))
    assert images._held <= 150_000
    path.write_bytes(one_column(["另一份文件。"]))
    assert images.page(path, "", PageView(1, 700)) != first
    images.close()


def test_who_would_wait_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pageimages, "WAITED", 0.01)
    images = PageImages()
    (tmp_path / "a.pdf").write_bytes(PAGES)
    with images._turn, pytest.raises(NoTurn):
        images.page(tmp_path / "a.pdf", "", PageView(1, 700))
