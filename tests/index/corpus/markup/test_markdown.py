from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.corpus.markup.inline import TAG_NAMES, inline
from juanzong.index.corpus.markup.markdown import is_markdown, markdown_lines, without_styles


def texts(text: str) -> list[str]:
    return [line.text for line in markdown_lines(text)]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("水闸\\_甲共有5\\*3台", "水闸_甲共有5*3台"),
        ("\\[备注\\]闸口<sup>甲</sup>已关", "[备注]闸口甲已关"),
        ("1\\. 项", "1. 项"),
        ("水位&lt;三米&amp;平稳", "水位<三米&平稳"),
        ("水位<三米，流量>五方", "水位<三米，流量>五方"),
        ('[闸口](x.md "图")已关', "闸口已关"),
        ("[备注](说明)", "[备注](说明)"),
        ("[[北塘站|北塘]]和[[南塘站]]", "北塘和南塘站"),
        ("![[图.png]]水尺", "水尺"),
        ("![图](a(1).png)", "图"),
        ("<https://a.example/b_c_d>", "https://a.example/b_c_d"),
        ("他说*这是重点内容*的", "他说这是重点内容的"),
        ("长*宽*高，5*3*2，2**3", "长*宽*高，5*3*2，2**3"),
        ("~~旧~~新，__强__，==亮==", "旧新，强，亮"),
        ("file_name_one", "file_name_one"),
        ("`a*b*c` 与 `<p>`", "a*b*c 与 <p>"),
        ("闸口[^1]已关", "闸口已关"),
        ("<ruby>闸<rp>(</rp><rt>zhá</rt><rp>)</rp></ruby>口", "闸口"),
        ("<span style='a:b'>内</span><u>下</u>", "内下"),
        ("a&T&notaword;b", "a&T&notaword;b"),
    ],
)
def test_a_line_is_what_a_reader_sees(written: str, shown: str) -> None:
    assert inline(written) == shown


def test_reference_links_are_those_that_are_defined() -> None:
    assert texts("[闸口][1]和[泵房]已关，[注]照旧。\n\n[1]: http://a.example\n[泵房]: <b.md> '图'") == [
        "闸口和泵房已关，[注]照旧。"
    ]


def test_lists_quotes_images_and_tables() -> None:
    assert texts("- 一项\n-  \t二项\n-　　三项\n- [x] 四项\n> 引文\n>> 深引\n") == [
        "一项",
        "二项",
        "三项",
        "四项",
        "引文",
        "深引",
    ]
    lines = markdown_lines("![施工现场](a.jpg)\n工人在铺路。\n\n| 区 | 例 |\n|---|:-:|\n| 道里 | **5** |")
    assert [(line.text, line.role, line.image) for line in lines] == [
        ("施工现场", "", 2),
        ("工人在铺路。", "", 0),
        ("区\t例", "table", 0),
        ("道里\t5", "table", 0),
    ]


def test_tags_break_lines_and_comments_vanish() -> None:
    text = "说明：逐日补写。<br>\n\n甲<br/>乙\n<!-- 一\n二 -->\n<p>丙</p><div>丁</div>\n戊<!-- 待核 -->，己。"
    assert texts(text) == ["说明：逐日补写。", "甲", "乙", "丙", "丁", "戊，己。"]
    assert [line.number for line in markdown_lines(text)] == [1, 3, 3, 6, 6, 7]


def test_a_table_in_html_has_its_rows() -> None:
    lines = markdown_lines("# 题\n\n<table>\n<tr><td>河道</td><td>长度</td></tr>\n</table>\n\n后文。")
    assert [(line.text, line.role) for line in lines] == [("题", "heading"), ("河道\t长度", "table"), ("后文。", "")]


def test_a_backslash_and_an_underline_at_a_line_end() -> None:
    assert texts("第一行。\\\n第二行。") == ["第一行。", "第二行。"]
    lines = markdown_lines("题目\n====\n\n小题\n----\n正文。")
    assert [(line.text, line.level) for line in lines] == [("题目", 1), ("小题", 2), ("正文。", 0)]


def test_code_stays_as_it_was_written() -> None:
    assert texts("```js\na = b * c * d\n# 注\n```\n后文") == ["a = b * c * d", "# 注", "后文"]


def test_style_sheets_go_and_prose_in_braces_stays() -> None:
    sheet = "新江发布 | 题 \\* { margin: 0; padding: 0; } body { color: #333; } @media (x) { .a { top: 0; } }"
    assert texts(sheet + "\n\n# 题") == ["新江发布 | 题", "题"]
    assert without_styles("集合{甲: 一; 乙: 二; 丙: 三;}") == "集合{甲: 一; 乙: 二; 丙: 三;}"


def test_markdown_with_tags_is_markdown_and_a_page_is_not() -> None:
    assert is_markdown("# 题\n\n甲<br>\n\n* 乙<br>\n* 丙<br>")
    assert not is_markdown("<div>\n<p>甲</p>\n<p>乙</p>\n</div>")
    assert not is_markdown("<!DOCTYPE html>\n# 题\n* 甲")


@given(st.text(st.sampled_from("甲乙。 *_`[]()<>!\\&#;|-~=pbr1\n"), max_size=120))
def test_no_letter_of_any_text_is_lost(text: str) -> None:
    shown = "".join(texts(text))
    kept = [letter for letter in text if letter in "甲乙"]
    inside = "<" in text or "(" in text or "[" in text or "!" in text
    assert inside or [letter for letter in shown if letter in "甲乙"] == kept


def test_every_tag_name_is_lower_case() -> None:
    assert all(name.islower() or name[0].isalpha() for name in TAG_NAMES)


def test_marks_of_note_taking_programs_are_not_shown() -> None:
    text = "> [!NOTE] 提示\n> 夜里停机。\n\n正文一行。 ^a1b2\n\n前半%%批注\n两行%%后半。"
    assert texts(text) == ["提示", "夜里停机。", "正文一行。", "前半", "后半。"]


def test_cells_hold_bars_and_breaks() -> None:
    assert texts("| 站 | 情况 |\n|--|--|\n| 北塘 | 停\\|开 |\n| 南塘 | 正常<br>值守 |") == [
        "站\t情况",
        "北塘\t停|开",
        "南塘\t正常 值守",
    ]


def test_tags_and_attributes_of_site_generators_are_not_shown() -> None:
    text = "## 起因 {#qiyin}\n\n{% note info %}\n夜里停机。\n{% endnote %}\n\n{{< figure src='a.jpg' >}}\n清晨恢复。\n{: .small}\n\n::: {.box}\n[泵站]{.underline}正常。\n:::"
    assert texts(text) == ["起因", "夜里停机。", "清晨恢复。", "泵站正常。"]
