"""Spreadsheets: every cell as the sheet shows it, notes and text boxes too; text tables whatever parts their cells."""

from __future__ import annotations

import csv
import datetime
import io
import re
import zipfile

import openpyxl
import pytest
from openpyxl.comments import Comment

from accuracy.forms import archive
from juanzong.index.corpus.lines import Line
from tests.opened_parts import contents, lines

ROWS = [
    ["单位", "地址", "备注"],
    ["甲局", "建设路1号, 东门", "按期; 已办"],
    ["乙局", "解放路2号, 西门, 二楼", "待查|再报"],
    ["丙局", "内容\t在此", "“引号”"],
]
SPREADSHEET = (
    '<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="b"><office:body><office:spreadsheet>'
    "{}</office:spreadsheet></office:body></office:document-content>"
)


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ('yyyy"年"m"月"d"日"', "2021年5月6日"),
        ("[$-F800]yyyy\\年mm\\月dd\\日;@", "2021年05月06日"),
        ('m"月"d"日"', "5月6日"),
        ("yyyy/m/d", "2021-05-06"),
    ],
)
def test_days_are_read_as_the_sheet_shows_them(code: str, shown: str) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = datetime.date(2021, 5, 6)
    book.active["A1"].number_format = code
    output = io.BytesIO()
    book.save(output)
    assert lines("a.xlsx", output.getvalue()) == [shown]


def test_a_day_in_the_format_that_a_chinese_program_writes_as_a_number() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = 44322
    book.active["A1"].number_format = "m/d/yy h:mm"
    output = io.BytesIO()
    book.save(output)
    with zipfile.ZipFile(output) as package:
        files = {name: package.read(name) for name in package.namelist()}
    files["xl/styles.xml"] = re.sub(rb'numFmtId="(?:22|16\d)"', b'numFmtId="31"', files["xl/styles.xml"])
    assert lines("a.xlsx", archive(files)) == ["2021年5月6日"]


def test_cells_far_out_are_read_and_reported() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"], book.active["XFD90000"] = "近", "远"
    output = io.BytesIO()
    book.save(output)
    found = contents("a.xlsx", output.getvalue())
    assert [line.text for line in found.lines] == ["近", "远"]
    assert [problem.code for problem in found.problems] == ["far_cells"]


def test_sheets_of_a_workbook() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "检查"
    for row in (["区县", "比例", "日期"], ["甲区", 0.856, datetime.date(2021, 11, 30)], [], ["说明：只此一格。"]):
        sheet.append(row)
    sheet["B2"].number_format = "0.0%"
    book.create_sheet("隐藏").append(["不见"])
    output = io.BytesIO()
    book.save(output)
    found: list[Line] = contents("a.xlsx", output.getvalue()).lines
    assert [line.text for line in found] == [
        "检查",
        "区县\t比例\t日期",
        "甲区\t85.6%\t2021-11-30",
        "说明：只此一格。",
        "隐藏",
        "不见",
    ]


def test_a_csv_in_an_old_encoding() -> None:
    assert lines("a.csv", "区县,家数\r\n甲区,128\r\n".encode("gb18030")) == ["区县\t家数", "甲区\t128"]


def test_notes_on_cells_and_boxes_follow_their_sheet() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "甲区"
    sheet["A1"].comment = Comment("数据待核", "审核")
    book.create_sheet("二").append(["乙区"])
    output = io.BytesIO()
    book.save(output)
    assert lines("a.xlsx", output.getvalue()) == ["Sheet", "甲区", "数据待核", "二", "乙区"]


def test_a_merged_cell_is_read_once() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["各区进度", None, None], ["区", "数", "说明"], ["甲", 3, "无"], [None, 4, "另见附表"]):
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("A3:A4")
    output = io.BytesIO()
    book.save(output)
    assert lines("a.xlsx", output.getvalue()) == ["各区进度", "区\t数\t说明", "甲\t3\t无", "\t4\t另见附表"]


def test_sheets_of_opendocument() -> None:
    def cell(text: str, more: str = "", inside: str = "") -> str:
        return f"<table:table-cell {more}>{inside}<text:p>{text}</text:p></table:table-cell>"

    twice = "table:number-columns-repeated='2'"
    note = "<office:annotation><text:p>待<text:span>核</text:span>实</text:p></office:annotation>"
    first = (
        f"<table:table table:name='检查'><table:table-header-rows><table:table-row>{cell('区')}{cell('日期')}</table:table-row></table:table-header-rows>"
        f"<table:table-row>{cell('甲<text:s/>区', inside=note)}{cell('2021年5月6日')}</table:table-row>"
        f"<table:table-row>{cell('无', twice)}<table:table-cell table:number-columns-repeated='16000'/></table:table-row>"
        "<table:table-row table:number-rows-repeated='1048570'><table:table-cell table:number-columns-repeated='16384'/></table:table-row></table:table>"
    )
    second = f"<table:table table:name='隐藏'><table:table-row>{cell('不见')}</table:table-row></table:table>"
    expected = ["检查", "区\t日期", "甲 区\t2021年5月6日", "无\t无", "待核实", "隐藏", "不见"]
    xml = SPREADSHEET.format(first + second)
    assert lines("a.ods", archive({"content.xml": xml.encode()})) == expected
    flat = xml.replace("document-content", "document")
    assert lines("a.fods", f'<?xml version="1.0"?>{flat}'.encode()) == expected


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_cells_are_parted_by_what_parts_the_rows_evenly(delimiter: str, encoding: str) -> None:
    output = io.StringIO()
    csv.writer(output, delimiter=delimiter).writerows(ROWS)
    expected = ["\t".join(" ".join(cell.split()) for cell in row) for row in ROWS]
    assert lines("a.csv", output.getvalue().encode(encoding)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sep=;\r\n甲;乙,丙,丁\r\n", ["甲\t乙,丙,丁"]),
        ("只有一列\n此行, 有逗号\n又一行\n末行\n", ["只有一列", "此行, 有逗号", "又一行", "末行"]),
        ('甲,"两行\n一格"\n乙,"内""引"""\n', ["甲\t两行 一格", '乙\t内"引"']),
    ],
)
def test_text_tables_of_other_kinds(text: str, expected: list[str]) -> None:
    assert lines("a.csv", text.encode()) == expected
