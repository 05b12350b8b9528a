"""Word, OpenDocument, RTF and books: what a reader sees is read once, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from accuracy.forms import archive, docx
from juanzong.index.corpus.containers import Part, parts
from juanzong.index.corpus.contents import Opening
from juanzong.index.corpus.formats import legacy
from juanzong.index.corpus.formats.numbering import counting, written
from tests.opened_parts import contents, lines

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word(body: str) -> bytes:
    return archive({"word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>".encode()})


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def test_paragraphs_of_a_word_document() -> None:
    assert lines("a.docx", docx(["甲。", "乙 & 丙。"])) == ["甲。", "乙 & 丙。"]


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        (f"<w:ins>{run('插入')}</w:ins>", "前插入后"),
        ("<w:del><w:r><w:delText>删除</w:delText></w:r></w:del>", "前后"),
        (f"<w:moveFrom>{run('移走')}</w:moveFrom>", "前后"),
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r>", "前后"),
        ('<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>可见</w:t></w:r>', "前可见后"),
        (f"<w:hyperlink>{run('链接')}</w:hyperlink>", "前链接后"),
        (f"<w:sdt><w:sdtContent>{run('控件')}</w:sdtContent></w:sdt>", "前控件后"),
        (
            "<w:r><w:ruby><w:rt><w:r><w:t>pīn</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>拼</w:t></w:r></w:rubyBase></w:ruby></w:r>",
            "前拼后",
        ),
        (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>域代码</w:instrText></w:r>'
            f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("结果")}<w:r><w:fldChar w:fldCharType="end"/></w:r>',
            "前结果后",
        ),
    ],
)
def test_what_a_reader_sees_of_a_run(inside: str, text: str) -> None:
    assert lines("a.docx", word(f"<w:p>{run('前')}{inside}{run('后')}</w:p>")) == [text]


def test_tables_text_boxes_and_page_breaks() -> None:
    cell = "<w:tc><w:p>{}</w:p></w:tc>"
    table = f"<w:tbl><w:tr>{cell.format(run('甲'))}{cell.format(run('乙'))}</w:tr></w:tbl>"
    box = f"<w:p><w:r><w:pict><w:txbxContent><w:p>{run('框内')}</w:p></w:txbxContent></w:pict></w:r></w:p>"
    turned = f'<w:p>{run("前页")}<w:r><w:br w:type="page"/></w:r>{run("后页")}</w:p>'
    found = contents("a.docx", word(table + box + turned)).lines
    assert [(line.text, line.role, line.page) for line in found] == [
        ("甲\t乙", "table", 1),
        ("框内", "", 1),
        ("前页", "", 1),
        ("后页", "", 2),
    ]


def test_automatic_numbers_are_written() -> None:
    numbering = (
        f'<w:numbering {W}><w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>'
        '<w:lvlText w:val="第%1条"/></w:lvl></w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
    )
    item = '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr></w:pPr>{}</w:p>'
    body = "".join(item.format(run(text)) for text in ("总则。", "适用范围。"))
    data = archive(
        {
            "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>".encode(),
            "word/numbering.xml": numbering.encode(),
        }
    )
    assert lines("a.docx", data) == ["第一条 总则。", "第二条 适用范围。"]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (103, "一百零三"),
        (110, "一百一十"),
        (1005, "一千零五"),
        (2345, "二千三百四十五"),
    ],
)
def test_counting_in_chinese(number: int, text: str) -> None:
    assert counting(number) == text


@pytest.mark.parametrize(
    ("form", "text"),
    [("decimal", "3"), ("upperRoman", "III"), ("lowerLetter", "c"), ("decimalEnclosedCircle", "③"), ("bullet", None)],
)
def test_forms_of_numbers(form: str, text: str | None) -> None:
    assert written(3, form) == text


def test_an_opendocument_text() -> None:
    body = (
        '<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="b"><office:body><office:text>'
        '<text:h text:outline-level="2">题目</text:h><text:p>甲<text:s text:c="2"/>乙<text:span>丙</text:span></text:p>'
        "<table:table><table:table-row><table:table-cell><text:p>一</text:p></table:table-cell>"
        "<table:table-cell><text:p>二</text:p></table:table-cell></table:table-row></table:table>"
        "</office:text></office:body></office:document-content>"
    )
    found = contents("a.odt", archive({"content.xml": body.encode()})).lines
    assert [(line.text, line.role, line.level) for line in found] == [
        ("题目", "heading", 2),
        ("甲 乙丙", "", 0),
        ("一\t二", "table", 0),
    ]


def test_rich_text_in_its_ways_of_writing_characters() -> None:
    data = (
        b"{\\rtf1\\ansi\\ansicpg936{\\fonttbl{\\f0\\fcharset134 SimSun;}}{\\info{\\title t}}"
        b"\\f0 \\'bc\\'d7\\'a1\\'a3\\par \\u20057?\\u12290?\\par\\trowd\\intbl a\\cell b\\cell\\row}"
    )
    assert lines("a.rtf", data) == ["甲。", "乙。", "a\tb"]


def test_heads_feet_and_notes_of_rich_text_stand_apart() -> None:
    data = (
        b"{\\rtf1\\ansi\\ansicpg936{\\header \\'bc\\'d7\\par}one{\\footnote note}, two\\par"
        b"{\\headerl \\'bc\\'d7\\par}{\\footer {\\field{\\*\\fldinst PAGE}{\\fldrslt 3}}\\par}\\trowd\\intbl a\\cell b{\\footnote cell}\\cell\\row}"
    )
    found = contents("a.rtf", data).lines
    assert [(line.text, line.role) for line in found] == [
        ("one, two", ""),
        ("a\tb", "table"),
        ("note", ""),
        ("cell", ""),
        ("甲", "boilerplate"),
        ("3", "boilerplate"),
    ]


def test_rich_text_of_other_programs() -> None:
    # a note that a program may pass over, a text box, what was deleted, and bytes of a picture among the text
    data = (
        b"{\\rtf1 one{\\*\\footnote note}{\\deleted gone} two\\par{\\shp{\\*\\shpinst shape{\\sp{\\sn x}}{\\shptxt boxed\\par}}}"
        b"{\\pict\\bin5 }}{\\\\}three\\par}"
    )
    assert lines("a.rtf", data) == ["one two", "three", "note", "boxed"]


def test_rows_of_tables_in_old_word_files_are_paragraphs() -> None:
    found = legacy.lines_of("甲单位通知如下。\n\n|区县  |家数 |\n|甲区  |128  |\n\n")
    assert [(line.text, line.role) for line in found] == [
        ("甲单位通知如下。", ""),
        ("区县\t家数", "table"),
        ("甲区\t128", "table"),
    ]
    assert all(line.gap for line in found[1:])


def test_where_no_program_reads_old_word_files_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    [problem] = contents("a.wps", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)).problems
    assert problem.code == "program_missing" and "apt install antiword" in problem.message


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next() -> None:
    gone = "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>"
    table = f"<w:tbl><w:tr><w:tc><w:p>{run('甲')}</w:p></w:tc><w:tc><w:p>{run('乙')}</w:p></w:tc></w:tr></w:tbl>"
    body = f"<w:p>{gone}{run('上半')}</w:p><w:p>{run('下半。')}</w:p><w:p>{gone}{run('表前')}</w:p>{table}<w:p>{gone}{run('末了')}</w:p>"
    assert lines("a.docx", word(body)) == ["上半下半。", "表前", "甲\t乙", "末了"]


def test_a_cell_alone_in_its_row_is_one_of_the_table() -> None:
    def row(*cells: str) -> str:
        return f"<w:tr>{''.join(f'<w:tc><w:p>{run(cell)}</w:p></w:tc>' for cell in cells)}</w:tr>"

    found = contents("a.docx", word(f"<w:tbl>{row('区', '数')}{row('', '三')}{row('', '长' * 70)}</w:tbl>")).lines
    assert [line.role for line in found] == ["table", "table", ""]


def test_words_of_diagrams_are_read() -> None:
    drawing = (
        '<d:m xmlns:d="d" xmlns:a="a"><d:t><a:p><a:r><a:t>办公</a:t></a:r><a:r><a:t>室</a:t></a:r></a:p></d:t></d:m>'
    )
    body = f"<w:document {W}><w:body><w:p>{run('正文。')}</w:p></w:body></w:document>"
    data = archive({"word/document.xml": body.encode(), "word/diagrams/data1.xml": drawing.encode()})
    assert lines("a.docx", data) == ["正文。", "办公室"]


def test_notes_of_a_book_are_text() -> None:
    chapter = (
        "<html><body><p>正文有一个注。</p><aside epub:type='footnote'><p>这是注释的文字。</p></aside></body></html>"
    )
    package = (
        "<package><manifest><item id='a' href='a.xhtml' media-type='application/xhtml+xml'/></manifest>"
        "<spine><itemref idref='a'/></spine></package>"
    )
    container = "<container><rootfiles><rootfile full-path='b.opf'/></rootfiles></container>"
    data = archive(
        {"META-INF/container.xml": container.encode(), "b.opf": package.encode(), "a.xhtml": chapter.encode()}
    )
    assert [(line.text, line.role) for line in contents("a.epub", data).lines] == [
        ("正文有一个注。", ""),
        ("这是注释的文字。", ""),
    ]


@pytest.mark.parametrize(
    "name", ["a.docx", "a.odt", "a.fodt", "a.rtf", "a.ods", "a.xlsx", "a.xls", "a.epub", "a.zip", "a.doc"]
)
@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04 no", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "只是文字".encode()]
)
def test_what_is_not_what_its_name_says_is_reported(name: str, data: bytes) -> None:
    found = [part for part in parts(data, Opening(name)) if isinstance(part, Part)]
    assert (
        all(part.contents is not None and not part.contents.lines and part.contents.problems for part in found)
        and found
    )


def test_entities_of_xml_are_not_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("机密", encoding="utf-8")
    body = f'<!DOCTYPE w [<!ENTITY x SYSTEM "{secret.as_uri()}">]><w:document {W}><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>'
    found = contents("a.docx", archive({"word/document.xml": body.encode()}))
    assert not found.lines and [problem.code for problem in found.problems] == ["unreadable"]
