from __future__ import annotations

import pytest

from juanzong.index.corpus.plaintext import looks_like_markup, text_lines


def texts(text: str, markdown: bool = False) -> list[str]:
    return [line.text for line in text_lines(text, markdown=markdown)]


def test_lines_know_their_number_gap_and_indent() -> None:
    lines = text_lines("\n\n　　第一段。\n第二段。\n\n\n第三段。", first_line=10)
    assert [(line.text, line.number, line.gap, line.indented) for line in lines] == [
        ("第一段。", 12, 2, True),
        ("第二段。", 13, 0, False),
        ("第三段。", 16, 2, False),
    ]


@pytest.mark.parametrize("markdown", [False, True])
def test_headings_and_bold_lines_are_known_in_every_text(markdown: bool) -> None:
    heading, bold, rule, inline = (
        text_lines(text, markdown=markdown) for text in ("## 小标题 ##", "**防疫·攻坚**", "----", "一**二**三")
    )
    assert (heading[0].text, heading[0].role, heading[0].level) == ("小标题", "heading", 2)
    assert (bold[0].text, bold[0].bold) == ("防疫·攻坚", True)
    assert rule == []
    assert inline[0].text == "一二三" and not inline[0].bold


@pytest.mark.parametrize("text", ["#话题#", "5*3*2", "2021. 年鉴", "a ** b", "-5度", "*注：", "#1楼"])
def test_what_only_looks_like_markdown_is_left_alone(text: str) -> None:
    assert texts(text) == texts(text, markdown=True) == [text]


def test_markdown_lists_quotes_links_images_and_tables() -> None:
    assert texts("- 一项\n> 引文\n[链接](https://example.org/)和[注]\n", markdown=True) == [
        "一项",
        "引文",
        "链接和[注]",
    ]
    lines = text_lines("![施工现场](a.jpg)\n工人在铺路。\n\n| 区 | 例 |\n|---|:-:|\n| 道里 | 5 |", markdown=True)
    assert [(line.text, line.role, line.image) for line in lines] == [
        ("施工现场", "", 2),
        ("工人在铺路。", "", 0),
        ("区\t例", "table", 0),
        ("道里\t5", "table", 0),
    ]


def test_a_picture_alone_marks_the_next_line() -> None:
    assert [(line.text, line.image) for line in text_lines("![](a.jpg)\n工人在铺路。", markdown=True)] == [
        ("工人在铺路。", 1)
    ]


def test_html_in_a_text_file_is_noticed() -> None:
    assert looks_like_markup("<div><p>一</p><p>二</p></div>")
    assert not looks_like_markup("如果 a < b，那么 <p> 是标签。")
    assert not looks_like_markup("")
