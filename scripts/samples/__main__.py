"""Writes the samples in binary forms into `seeds/`: `python -m scripts.samples`.

Print and scans need Debian's fonts-noto-cjk and `pip install fonttools`. Beside the scans lies what stands on them, with a few characters misread, in the form in
which recognised pages are kept: so they are read without juanzong[ocr]. Office files are the same bytes whenever they are written.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from accuracy.forms import Stroke, Text, archive, wrapped
from juanzong.index.corpus.contents import Opening, RecognisedLine
from juanzong.index.corpus.formats import pictures
from juanzong.index.corpus.pages.recognitions import BESIDE, Recognitions
from scripts.samples import office, texts, typesetting

SEEDS = Path(__file__).parents[2] / "seeds"
_WIDTH, _HEIGHT = 595.0, 842.0


def office_files() -> Iterator[tuple[str, bytes]]:
    """The path of each sample that needs no font, and its bytes."""
    yield (
        "2022/通报/哈尔滨-电梯检验进度.docx",
        office.docx(*texts.PROGRESS, texts.PROGRESS_TABLE, texts.PROGRESS_END, texts.PROGRESS_SEAL),
    )
    yield "2023/佛山-防汛物资点位.xlsx", office.xlsx("防汛物资点位", texts.PUMPS)
    yield "2023/徐州-热线月报.csv", office.csv(texts.HOTLINE)
    posts = office.docx(texts.POSTS_TITLE, (), texts.POSTS, ())
    yield "2023/成都-志愿者岗位.eml", office.letter(texts.LETTER_SUBJECT, texts.LETTER, "岗位表.docx", posts)
    yield "2023/成都-夜班手册.epub", office.book(texts.BOOK_TITLE, texts.BOOK)
    yield (
        "2022/厦门-加装电梯补贴指南.mht",
        office.saved_page(texts.SAVED_TITLE, texts.SAVED, texts.SAVED_DAY, texts.SAVED_SOURCE),
    )
    yield "2021/哈尔滨-供热热线要点.rtf", office.rtf((texts.HEATING_TITLE, *texts.HEATING))
    yield "2022/佛山-加装电梯问答.odt", office.odt(texts.QUESTIONS_TITLE, (*texts.QUESTIONS, *texts.QUESTIONS_SEAL))
    one = "\n\n".join((texts.BUNDLE_ONE[0], *texts.BUNDLE_ONE[1]))
    inside = {
        "说明.txt": texts.BUNDLE_NOTE.encode("gb18030"),
        "通知/01-更换预警喇叭.txt": one.encode("gb18030"),
        "通知/02-雷坛河清障.docx": office.docx(*texts.BUNDLE_TWO, (), ()),
        "通知/03-预警短信.rtf": office.rtf((texts.BUNDLE_THREE[0], *texts.BUNDLE_THREE[1])),
        "物资清单.csv": office.csv((("物资", "数量"), ("预警喇叭", "312"), ("手摇报警器", "96"), ("编织袋", "20000"))),
    }
    yield "2022/兰州-防汛通知汇编.zip", archive(inside, encoding="gbk")


def newspaper() -> list[typesetting.Page]:
    """A page of a newspaper: a story in three columns under its headline, three short ones below."""
    name, day = texts.NEWSPAPER_HEAD
    page: list[Text | Stroke] = [Text(40, 34, 22, name), Text(382, 44, 9, day), Stroke(40, 66, 555, 66)]
    page.append(Text(40, 80, 26, texts.LEAD[0]))
    lines = [line for paragraph in texts.LEAD[1] for line in wrapped(paragraph, 16)]
    page += _columns(lines, 40, 128, 3, -(-len(lines) // 3), 178.0)
    top = 128 + 17 * (-(-len(lines) // 3)) + 16
    page.append(Stroke(40, top - 8, 555, top - 8))
    for number, (title, paragraphs) in enumerate((texts.BRIEF_ONE, texts.BRIEF_TWO, texts.BRIEF_THREE)):
        left = 40 + 178.0 * number
        page.append(Text(left, top, 15, title))
        own = [line for paragraph in paragraphs for line in wrapped(paragraph, 16)]
        page += _columns(own, left, top + 28, 1, len(own), 0)
        if number:
            page.append(Stroke(left - 10, top, left - 10, top + 28 + 17 * len(own)))
    return [page]


def _columns(
    lines: list[tuple[str, int]], left: float, top: float, count: int, rows: int, step: float
) -> Iterator[Text]:
    for at, (text, indent) in enumerate(lines[: count * rows]):
        column, row = divmod(at, rows)
        yield Text(left + column * step + 10 * indent, top + 17 * row, 10, text)


def gazette() -> list[typesetting.Page]:
    """Two pages of an official gazette with running heads and numbers."""
    lines = [line for paragraph in texts.GAZETTE for line in wrapped(paragraph, 34)]
    pages: list[typesetting.Page] = []
    for start in range(0, len(lines), 18):
        number = len(pages) + 1
        page: list[Text | Stroke] = [Text(60, 40, 9, texts.GAZETTE_HEAD), Stroke(60, 56, 535, 56)]
        if not pages:
            page.append(Text(60, 90, 20, texts.GAZETTE_TITLE))
        page += [
            Text(60 + 14 * indent, 150 + 28 * row, 14, text)
            for row, (text, indent) in enumerate(lines[start : start + 18])
        ]
        page.append(Text(285, 790, 9, f"— {number} —"))
        pages.append(page)
    return pages


def notice() -> list[typesetting.Page]:
    """A notice of one page as it was sent by fax."""
    title, paragraphs = texts.NOTICE
    page: list[Text | Stroke] = [Text(82, 110, 16, title)]
    top = 180.0
    for number, paragraph in enumerate(paragraphs):
        for text, indent in wrapped(paragraph, 28, 2 if number else 0):
            page.append(Text(88 + 15 * indent, top, 15, text))
            top += 27
    for text in texts.NOTICE_SEAL:
        top += 27
        page.append(Text(508 - 15 * len(text), top, 15, text))
    return [page]


def minutes() -> list[typesetting.Page]:
    """The minutes of a meeting, typed on two sheets."""
    title, *sheets = texts.MEETING
    pages: list[typesetting.Page] = []
    for sheet in sheets:
        page: list[Text | Stroke] = [] if pages else [Text(190, 80, 18, str(title))]
        top = 130.0
        for paragraph in sheet:
            for text, indent in wrapped(paragraph, 30):
                page.append(Text(72 + 15 * indent, top, 15, text))
                top += 28
            top += 6
        pages.append(page)
    return pages


def main() -> None:
    for path, data in office_files():
        _write(path, data)
    _write("2022/彭城早报-2022-03-18-A02.pdf", typesetting.pdf(newspaper(), _WIDTH, _HEIGHT))
    _write("2023/厦门市人民政府公报-2023-04.pdf", typesetting.pdf(gazette(), _WIDTH, _HEIGHT))
    for path, pages, slant in scans():
        first, *others = typesetting.scanned(pages, _WIDTH, _HEIGHT, slant)
        if others:
            first.save(SEEDS / path, compression="group4", save_all=True, append_images=others)
        else:
            first.save(SEEDS / path, optimize=True)
        keep(SEEDS / path, pages, slant)


def scans() -> Iterator[tuple[str, list[typesetting.Page], float]]:
    """The path of each scan, its pages, and by how many degrees they lie off the straight."""
    yield "2021/兰州-夜间防汛演练通知.png", notice(), -0.5
    yield "2022/厦门-议事厅会议记录.tif", minutes(), 0.0


def keep(path: Path, pages: list[typesetting.Page], slant: float) -> None:
    """Keeps beside a scan what stands on its pages, under the names that its reader asks for."""
    asked = iter(pages)

    def recogniser(image: Any) -> list[RecognisedLine]:
        lines = typesetting.recognised(next(asked), _WIDTH, _HEIGHT, slant, texts.MISREAD)
        share = image.width / round(_WIDTH * typesetting.SCALE)
        return [
            replace(line, corners=tuple((round(x * share, 1), round(y * share, 1)) for x, y in line.corners))
            for line in lines
        ]

    # each scan has a folder to itself: what lies beside it is of an earlier run
    shutil.rmtree(path.with_name(BESIDE), ignore_errors=True)
    kept = Recognitions(path.with_name(BESIDE), [], recogniser)
    list(pictures.read(b"", Opening(path.name, recogniser=kept, path=path)))


def _write(path: str, data: bytes) -> None:
    target = SEEDS / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


if __name__ == "__main__":
    main()
