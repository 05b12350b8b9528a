"""What a recogniser finds, put in order: headings over columns, tables without rules, pages upside down."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from juanzong.index.corpus.contents import Opening, RecognisedLine
from juanzong.index.corpus.lines import Line
from juanzong.index.corpus.pages.recognition import recognised_page

WIDTH, HEIGHT = 1654, 2339
DOTS = 200 / 72


def found(left: float, top: float, text: str, size: float = 30.0) -> RecognisedLine:
    right, bottom = left + size * len(text), top + 1.2 * size
    return RecognisedLine(text, ((left, top), (right, top), (right, bottom), (left, bottom)), 0.99)


def read(lines: Sequence[RecognisedLine]) -> list[Line]:
    def recogniser(image: object) -> list[RecognisedLine]:
        return list(lines)

    return recognised_page(lambda _: None, WIDTH / DOTS, HEIGHT / DOTS, 1, Opening("a.png", recogniser=recogniser))


def columns(top: float, count: int, rows: int) -> tuple[list[RecognisedLine], list[str]]:
    """Lines of so many columns, and their texts column by column."""
    width = 10
    lines, texts = [], []
    for column in range(count):
        for row in range(rows):
            text = f"{'甲乙丙丁戊己'[column]}栏{'一二三四五六七八九'[row]}行的文字写满"[:width]
            lines.append(found(100 + column * (width + 1) * 30, top + 45 * row, text))
            texts.append(text)
    return lines, texts


@pytest.mark.parametrize("count", [2, 3, 4])
def test_a_heading_over_columns_is_read_before_them(count: int) -> None:
    first, one = columns(300, count, 4)
    second, two = columns(800, count, 5)
    middle = 100 + (count * 11 - 1) * 15
    headings = [found(middle - 60 * 3, top, text, 60) for top, text in ((180, "渡口开航记"), (680, "山路通车了"))]
    # the order in which they were found tells nothing
    lines = sorted([*first, *second, *headings], key=lambda line: line.corners[0][::-1])
    assert [line.text for line in read(lines)] == ["渡口开航记", *one, "山路通车了", *two]


def test_cells_that_stand_in_rows_are_a_table() -> None:
    cells = [
        ["区县", "检查单位", "隐患"],
        ["河口区", "安全生产办公室", "57"],
        ["东岭镇", "住建局", "141"],
        ["西湖新区", "消防大队", "8"],
    ]
    lines = [found(100 + 420 * x, 300 + 70 * y, text) for y, row in enumerate(cells) for x, text in enumerate(row)]
    lines.append(found(500, 150, "检查情况表", 44))
    rows = read(lines)
    assert rows[0].text == "检查情况表" and rows[0].role != "table"
    assert [(line.role, line.text) for line in rows[1:]] == [("table", "\t".join(row)) for row in cells]


def test_a_page_upside_down_is_read_and_its_lines_are_where_they_are_seen() -> None:
    upright = [found(200, 300 + 45 * row, text) for row, text in enumerate(["今天开会讨论渡口复航", "会议由镇长主持"])]
    turned = [
        RecognisedLine(line.text, tuple((WIDTH - x, HEIGHT - y) for x, y in line.corners), 0.9)
        for line in upright[::-1]
    ]
    straight, back = read(upright), read(turned)
    assert [line.text for line in back] == [line.text for line in straight]
    for a, b in zip(straight, back):
        assert a.place is not None and b.place is not None
        left, top, right, bottom = a.place.box
        assert b.place.box == pytest.approx((10000 - right, 10000 - bottom, 10000 - left, 10000 - top), abs=2)


def test_a_line_that_was_found_in_pieces_is_one() -> None:
    pieces = [
        found(160, 302, "过火面积四十二亩，山丹县又因"),
        found(100, 304, "情，"),
        found(100, 350, "烧荒引燃林带，两起火情都已扑灭。"),
    ]
    assert [line.text for line in read(pieces)] == [
        "情，过火面积四十二亩，山丹县又因",
        "烧荒引燃林带，两起火情都已扑灭。",
    ]


def test_a_character_alone_stands_in_the_column_of_its_page() -> None:
    def down(left: float, top: float, text: str) -> RecognisedLine:
        right, bottom = left + 36, top + 30.0 * len(text)
        return RecognisedLine(text, ((left, top), (right, top), (right, bottom), (left, bottom)), 0.99)

    lines = [
        down(1200 - 45 * at, 200, text)
        for at, text in enumerate(["渡口停航三年以后重新开", "航", "第一班渡船载着学生和青"])
    ]
    assert [line.text for line in read(lines)] == ["渡口停航三年以后重新开", "航", "第一班渡船载着学生和青"]
