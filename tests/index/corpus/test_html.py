from __future__ import annotations

import pytest

from juanzong.index.corpus.html import collapse, markup_lines
from juanzong.index.corpus.lines import Line


def lines_of(html: str) -> list[Line]:
    return markup_lines(html)[0]


def texts(html: str) -> list[str]:
    return [line.text for line in lines_of(html)]


def test_blocks_and_breaks_part_lines_and_inline_elements_do_not() -> None:
    assert texts("<div>一<p>二<b>三</b><span>四</span></p>五<br>六</div>") == ["一", "二三四", "五", "六"]
    assert texts("<section><section><p>一</p></section><p>二</p></section><ul><li>三</li></ul>") == ["一", "二", "三"]


def test_scripts_styles_and_comments_are_dropped() -> None:
    assert texts("<p>一<script>alert(1)</script><style>p{}</style><!-- 二 -->三</p><noscript>四</noscript>") == ["一三"]


def test_line_ends_of_the_source_vanish_between_han_characters() -> None:
    assert texts("<p>  今天\n   天气  很好 the\n sky </p>") == ["今天天气 很好 the sky"]
    assert collapse("a\n\n b") == "a b"


def test_headings_bold_paragraphs_and_captions_keep_their_role() -> None:
    html = (
        "<h2>标题</h2><p><strong>小标题</strong></p><p><strong>半</strong>句</p><p><img src=a> 民警在执勤。</p><p><img src=b></p><p>下一行</p>"
        "<figure><img src=c><figcaption>说明</figcaption></figure><p>正文</p>"
    )
    assert [(line.text, line.role, line.level, line.bold, line.image) for line in lines_of(html)] == [
        ("标题", "heading", 2, False, 0),
        ("小标题", "", 0, True, 0),
        ("半句", "", 0, False, 0),
        ("民警在执勤。", "", 0, False, 2),
        ("下一行", "", 0, False, 1),
        ("说明", "caption", 0, False, 2),
        ("正文", "", 0, False, 0),
    ]


def test_a_data_table_has_rows_and_a_layout_table_has_paragraphs() -> None:
    rows = lines_of(
        "<table><tr><td>索引号</td><td>A-1</td></tr><tr><td>成文日期</td><td>2021年3月2日</td></tr></table>"
    )
    assert [(line.text, line.role, line.gap) for line in rows] == [
        ("索引号\tA-1", "table", 1),
        ("成文日期\t2021年3月2日", "table", 0),
    ]
    assert texts("<table><tr><td><p>一</p><p>二</p><p>三</p></td></tr></table>") == ["一", "二", "三"]


def test_navigation_is_boilerplate_and_a_single_link_is_not() -> None:
    html = (
        "<div>"
        + "".join(f"<li><a href=#>栏目{n}</a></li>" for n in range(3))
        + "</div><p>正文。</p><p><a href=#>附件</a></p><nav>首页</nav>"
    )
    assert [line.role for line in lines_of(html)] == ["boilerplate"] * 3 + ["", "", "boilerplate"]


def test_the_head_declares() -> None:
    html = (
        "<html><head><title>洪水来了_某某网</title><meta name=PubDate content='2023-08-01 10:00'><meta name=ContentSource content=某某日报>"
        "<meta property=og:url content=https://example.org/1></head><body><p>正文。</p></body></html>"
    )
    declared = markup_lines(html)[1]
    assert (declared.title, declared.date, declared.source, declared.url) == (
        "洪水来了",
        "2023-08-01 10:00",
        "某某日报",
        "https://example.org/1",
    )
    headed = markup_lines("<title>洪水来了——某某网</title><h1>洪水来了啊</h1>")[1]
    assert headed.title == "洪水来了啊"
    assert (
        markup_lines("<title>关于洪水的通告 - 某某市人民政府</title><h1>关于洪水的通告</h1>")[1].title
        == "关于洪水的通告"
    )


def test_lines_are_numbered_in_the_file() -> None:
    lines, _, _ = markup_lines("<div>\n<p>一</p>\n\n<p>二</p></div>", first_line=11)
    assert [line.number for line in lines] == [12, 14]


@pytest.mark.parametrize(
    "html",
    [
        "",
        "   ",
        "<",
        "<p",
        "<?xml version='1.0' encoding='gbk'?><p>一</p>",
        "<p>\ud800</p>",
        "<!DOCTYPE html>",
        "&#0;&#xD800;&nbsp;",
        "</mark></p></div>",
        "<svg><p>",
    ],
)
def test_odd_input_does_not_raise(html: str) -> None:
    markup_lines(html)


def test_deep_nesting_is_cut_with_a_problem_or_read() -> None:
    lines, _, problems = markup_lines("<p>头</p>" + "<div>" * 100_000 + "底" + "</div>" * 100_000)
    assert lines[0].text == "头"
    assert problems == () and lines[-1].text == "底" or [problem.code for problem in problems] == ["too_large"]


def test_a_tag_of_very_many_attributes_costs_no_more_than_its_length() -> None:
    crowded = "<p " + " ".join(f'a{number}="x"' for number in range(60_000)) + ">"
    lines, _, _ = markup_lines(f"<html><body>{crowded}哈尔滨市通报</p><p>第二段</p></body></html>")
    assert [line.text for line in lines] == ["哈尔滨市通报", "第二段"]
