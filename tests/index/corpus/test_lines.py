from __future__ import annotations

import pytest

from juanzong.index.corpus.markup.markdown import markdown_lines
from juanzong.index.corpus.plaintext import looks_like_markup, text_lines


def texts(text: str) -> list[str]:
    return [line.text for line in text_lines(text)]


def test_lines_know_their_number_gap_and_indent() -> None:
    lines = text_lines("\n\n　　第一段。\n第二段。\n\n\n第三段。", first_line=10)
    assert [(line.text, line.number, line.gap, line.indented) for line in lines] == [
        ("第一段。", 12, 2, True),
        ("第二段。", 13, 0, False),
        ("第三段。", 16, 2, False),
    ]


@pytest.mark.parametrize("lines_of", [text_lines, markdown_lines])
def test_headings_and_bold_lines_are_known_in_every_text(lines_of: type[list]) -> None:  # type: ignore[type-arg]
    heading, bold, rule, inline = (lines_of(text) for text in ("## 小标题 ##", "**防疫·攻坚**", "----", "一**二**三"))
    assert (heading[0].text, heading[0].role, heading[0].level) == ("小标题", "heading", 2)
    assert (bold[0].text, bold[0].bold) == ("防疫·攻坚", True)
    assert rule == []
    assert inline[0].text == "一二三" and not inline[0].bold


@pytest.mark.parametrize("text", ["#话题#", "5*3*2", "2021. 年鉴", "a ** b", "-5度", "*注：", "#1楼"])
def test_what_only_looks_like_markdown_is_left_alone(text: str) -> None:
    assert texts(text) == [line.text for line in markdown_lines(text)] == [text]


def test_a_picture_alone_marks_the_next_line() -> None:
    assert [(line.text, line.image) for line in text_lines("![](a.jpg)\n工人在铺路。")] == [("工人在铺路。", 1)]


def test_html_in_a_text_file_is_noticed() -> None:
    assert looks_like_markup("<div><p>一</p><p>二</p></div>")
    assert not looks_like_markup("如果 a < b，那么 <p> 是标签。")
    assert not looks_like_markup("")
