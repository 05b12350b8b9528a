"""PDF: order of reading, line ends, tables, furniture, and text layers that cannot be believed."""

from __future__ import annotations

from pathlib import Path

import pytest

from accuracy.forms import Stroke, Text, one_column, pdf, pdf_of, two_columns, vertical, wrapped
from juanzong.index.reading.pipeline import read_file
from juanzong.index.records import Document, Paragraph

STORY = [
    "河口镇渡口重新开航",
    "十月九日清晨六时，停航三年的河口镇渡口重新开航，第一班渡船载着二十六名学生和十几担青菜驶向对岸。船工老孟说，水位比去年高了两尺，航道已经清淤，一天往返十二班。",
    "渡口停航以后，对岸三个村的学生要绕行二十多公里。镇里算过一笔账，修一座桥要花四千万元，恢复渡口只要六十万元，两年里可以先把路接上。",
    "开航第一天，镇卫生院在码头设了服务点，为老人量血压。",
]


def read(tmp_path: Path, data: bytes, name: str = "a.pdf") -> Document:
    path = tmp_path / name
    path.write_bytes(data)
    [document] = read_file(path)
    return document


def paragraphs(document: Document) -> list[Paragraph]:
    return [paragraph for _, paragraph in document.paragraphs()]


def texts(document: Document) -> list[str]:
    return [paragraph.text for paragraph in paragraphs(document) if paragraph.kind != "boilerplate"]


def test_lines_of_print_are_joined_to_paragraphs(tmp_path: Path) -> None:
    document = read(tmp_path, one_column(STORY))
    assert texts(document) == STORY
    assert (document.format, document.pages) == ("pdf", 1)


def test_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    assert texts(read(tmp_path, two_columns(STORY * 9))) == STORY * 9


def test_vertical_lines_are_read_from_right_to_left(tmp_path: Path) -> None:
    assert texts(read(tmp_path, vertical(STORY))) == STORY


def test_lines_drawn_in_any_order_are_put_in_that_of_reading(tmp_path: Path) -> None:
    lines = [Text(60, 60 + 20 * row, 12, f"第{'一二三四五六七八九'[row]}行的文字到这里为止。") for row in range(9)]
    assert texts(read(tmp_path, pdf([lines[::-1]]))) == [line.text for line in lines]


def test_columns_drawn_row_by_row_are_told_from_a_table(tmp_path: Path) -> None:
    left = [f"左栏第{n}行文字写满整整一行不留空白处" for n in "一二三四五六七八"]
    right = [f"右栏第{n}行文字写满整整一行不留空白处" for n in "一二三四五六七八"]
    rows = [
        Text(60 + 260 * column, 60 + 20 * row, 12, text)
        for row, pair in enumerate(zip(left, right))
        for column, text in enumerate(pair)
    ]
    whole = "".join(texts(read(tmp_path, pdf([rows]))))
    assert "".join(left) in whole and "".join(right) in whole


def test_a_ruled_table_is_rows_of_cells(tmp_path: Path) -> None:
    cells = [["区县", "检查家数", "隐患数量"], ["甲区", "128", "57"], ["乙区", "96", "41"]]
    drawn: list[Text | Stroke] = [Text(60, 60, 12, "检查情况见下表，数据截至当日十八时。")]
    drawn += [Text(64 + 120 * x, 104 + 30 * y, 12, text) for y, row in enumerate(cells) for x, text in enumerate(row)]
    drawn += [Stroke(60, 98 + 30 * y, 420, 98 + 30 * y) for y in range(4)]
    drawn += [Stroke(60 + 120 * x, 98, 60 + 120 * x, 188) for x in range(4)]
    found = [paragraph.text for paragraph in paragraphs(read(tmp_path, pdf([drawn]))) if paragraph.kind == "table"]
    assert found == ["\t".join(row) for row in cells]


def test_aligned_cells_without_rules_are_rows_too(tmp_path: Path) -> None:
    cells = [["区县", "家数", "隐患"], ["甲区", "128", "57"], ["乙区", "96", "41"]]
    drawn = [Text(64 + 120 * x, 100 + 24 * y, 12, text) for y, row in enumerate(cells) for x, text in enumerate(row)]
    assert texts(read(tmp_path, pdf([drawn]))) == ["\t".join(row) for row in cells]


def long_story() -> list[str]:
    """A text of some pages in which nothing is said twice."""
    return [
        f"第{n}条 {text}"
        for n in range(1, 31)
        for text in (f"{STORY[1][n:]}此为第{n}次记录。", f"{STORY[2][n:]}另记{n}事。")
    ]


def test_running_heads_and_page_numbers_are_boilerplate_and_do_not_part_a_paragraph(tmp_path: Path) -> None:
    story = long_story()
    document = read(tmp_path, one_column(story, running="河口文书汇编 第7号"))
    assert document.pages > 2
    assert texts(document) == story
    furniture = [paragraph.text for paragraph in paragraphs(document) if paragraph.kind == "boilerplate"]
    assert furniture.count("河口文书汇编 第7号") == document.pages
    assert "— 2 —" in furniture


def test_the_head_of_a_single_page_is_no_title_of_it(tmp_path: Path) -> None:
    document = read(tmp_path, one_column(STORY[:3], running="河口文书汇编 第7号"))
    assert document.pages == 1 and document.articles[0].title == STORY[0]
    assert [paragraph.text for paragraph in paragraphs(document) if paragraph.kind == "boilerplate"] == [
        "河口文书汇编 第7号",
        "— 1 —",
    ]


def test_a_number_of_a_page_below_makes_no_heading_of_a_last_line(tmp_path: Path) -> None:
    last = paragraphs(read(tmp_path, one_column([*STORY, "撰稿：老孟　审核：阿黎　2021-04-28"])))[-2:]
    assert [paragraph.text for paragraph in last] == ["撰稿：老孟　审核：阿黎　2021-04-28", "— 1 —"]
    assert last[0].kind != "heading"


def test_a_paragraph_knows_its_pages_and_where_its_lines_stand(tmp_path: Path) -> None:
    found = paragraphs(read(tmp_path, one_column(long_story())))
    across = next(paragraph for paragraph in found if paragraph.pages[0] < paragraph.pages[1])
    assert across.pages[1] == across.pages[0] + 1
    assert [box.offset for box in across.boxes] == sorted({box.offset for box in across.boxes})
    assert across.boxes[0].offset == 0 and all(box.offset < len(across.text) for box in across.boxes)
    assert all(0 <= box.left < box.right <= 10_000 and 0 <= box.top < box.bottom <= 10_000 for box in across.boxes)


def test_footnotes_do_not_part_a_paragraph_that_goes_on_overleaf(tmp_path: Path) -> None:
    note = "①据镇志卷三，渡口始设于乾隆年间，此后三次改建，最近一次在一九八五年，由乡民捐款，县里补助石料，匠人都是本地的。"
    notes = [[text for text, _ in wrapped(note, 40, 0)], ["②同上。"]]
    lines = wrapped(STORY[1] + STORY[2], 30)
    half = len(lines) // 2
    pages: list[list[Text | Stroke]] = []
    for rows, small in zip((lines[:half], lines[half:]), notes):
        page: list[Text | Stroke] = [
            Text(80 + 12 * indent, 80 + 20 * at, 12, text) for at, (text, indent) in enumerate(rows)
        ]
        page += [Text(80, 700 + 14 * at, 9, text) for at, text in enumerate(small)]
        pages.append(page)
    assert texts(read(tmp_path, pdf(pages))) == [STORY[1] + STORY[2], note, "②同上。"]


def test_a_page_may_hold_both_ways_of_writing(tmp_path: Path) -> None:
    across = [Text(60, 60 + 20 * at, 12, text) for at, (text, _) in enumerate(wrapped(STORY[2], 36, 0))]
    down = [
        Text(500 - 20 * at, 400 + 12 * indent, 12, text, True)
        for at, (text, indent) in enumerate(wrapped(STORY[3] + STORY[2], 20))
    ]
    assert texts(read(tmp_path, pdf([[*across, *down]]))) == [STORY[2], STORY[3] + STORY[2]]


def test_more_room_between_paragraphs_tells_where_they_begin(tmp_path: Path) -> None:
    # without indents, and with a sentence that ends a full line inside each paragraph
    lines = [
        "渡口来了许多等船的人，他们带着青菜和雨具，还有几位老",
        "师和学生，他们说水位比去年高了两尺，航道也已经清淤。",
        "一天往返十二班。",
    ]
    drawn = [Text(60, 60 + 70 * part + 20 * at, 12, text) for part in range(4) for at, text in enumerate(lines)]
    assert texts(read(tmp_path, pdf([drawn]))) == ["".join(lines)] * 4


def test_larger_lines_are_headings(tmp_path: Path) -> None:
    lines = [
        Text(200, 50, 22, "渡口重新开航"),
        *(Text(60, 100 + 20 * row, 12, "渡口停航以后学生要绕行二十多公里。") for row in range(6)),
    ]
    first = paragraphs(read(tmp_path, pdf([lines])))[0]
    assert (first.kind, first.text) == ("heading", "渡口重新开航")


def test_a_large_first_character_belongs_to_the_lines_beside_it(tmp_path: Path) -> None:
    whole = STORY[1]
    beside = [Text(60 + 44, 100 + 20 * at, 12, whole[1 + 27 * at : 28 + 27 * at]) for at in range(2)]
    below = [Text(60, 140 + 20 * at, 12, text) for at, (text, _) in enumerate(wrapped(whole[55:], 31, 0))]
    further = [Text(60 + 12 * i, 180 + 20 * at, 12, text) for at, (text, i) in enumerate(wrapped(STORY[2], 31))]
    page = [Text(60, 98, 40, whole[0]), *beside, *below, *further]
    assert texts(read(tmp_path, pdf([page]))) == [whole, STORY[2]]


def test_lines_beside_a_box_are_full_before_the_edge_of_the_page(tmp_path: Path) -> None:
    lines = [*wrapped(STORY[1], 20)]
    narrow = [Text(60 + 12 * indent, 60 + 20 * at, 12, text) for at, (text, indent) in enumerate(lines)]
    down = 60 + 20 * len(lines)
    wide = [Text(60 + 12 * i, down + 20 * at, 12, text) for at, (text, i) in enumerate(wrapped(STORY[2] * 2, 36))]
    box = [Text(330, 60 + 16 * at, 9, text) for at, text in enumerate(["渡口班次", "上午六班", "下午六班"])]
    found = texts(read(tmp_path, pdf([[*box, *narrow, *wide]])))
    assert STORY[1] in found and STORY[2] * 2 in found


def test_entries_of_a_list_go_on_further_in(tmp_path: Path) -> None:
    entries = [
        f"[{n}] 河口镇志编纂委员会编：河口镇志第{n}卷，渡口与码头各章，河口镇文化站印行，一九八五年。"
        for n in range(1, 5)
    ]
    drawn: list[Text | Stroke] = []
    for entry in entries:
        for at, (text, _) in enumerate(wrapped(entry, 26, 0)):
            drawn.append(Text(60 + 24 * bool(at), 60 + 20 * len(drawn), 12, text))
    assert texts(read(tmp_path, pdf([drawn]))) == entries


def test_characters_beyond_the_first_plane_are_read(tmp_path: Path) -> None:
    cmap = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def 1 begincodespacerange <0000> <FFFF> endcodespacerange "
        b"2 beginbfchar <0041> <D842DFB7> <0042> <5B57> endbfchar endcmap end end"
    )
    content = b"BT /F 12 Tf 60 700 Td <004200410042> Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H /DescendantFonts [6 0 R] /ToUnicode 8 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /DW 1000 /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity)"
        b" /Supplement 0 >> /FontDescriptor 7 0 R >>",
        b"<< /Type /FontDescriptor /FontName /Song /Flags 4 /FontBBox [0 -120 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120"
        b" /CapHeight 700 /StemV 80 >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(cmap), cmap),
    ]
    assert texts(read(tmp_path, pdf_of(objects, 1))) == ["字\U00020bb7字"]


def test_characters_that_no_text_is_made_of_are_not_believed(tmp_path: Path) -> None:
    strange = "".join(chr(code) for code in range(0x9F00, 0x9F50))
    document = read(tmp_path, pdf([[Text(60, 60, 12, strange[:40]), Text(60, 80, 12, strange[40:])]]))
    assert not document.articles and document.unread == (1,)
    assert [problem.code for problem in document.warnings] == ["unread_pages"]


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"not a pdf", one_column(STORY)[:400]])
def test_damaged_files_are_reported(tmp_path: Path, data: bytes) -> None:
    document = read(tmp_path, data)
    assert not document.articles
    assert [problem.code for problem in document.warnings] == ["unreadable"]
