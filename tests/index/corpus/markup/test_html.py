from __future__ import annotations

import pytest

from juanzong.index.corpus.lines import Line
from juanzong.index.corpus.markup.html import markup_lines
from juanzong.index.corpus.markup.walker import collapse


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


def lines(html: str) -> list[tuple[str, str]]:
    return [(line.role, line.text) for line in markup_lines(html)[0]]


SENTENCES = (
    "泵站夜里停了两台机组，值班员马上报修，厂家派人连夜从外地赶到现场。",
    "清晨两台机组都恢复运行，河里的水位比夜里回落了十五厘米。",
)


def test_hidden_parts_are_furniture_unless_they_are_the_page() -> None:
    shown = "".join(f"<p>{text}</p>" for text in SENTENCES)
    assert ("boilerplate", "此处替换为正文。") in lines(
        f"{shown}<div style='display: none'><p>此处替换为正文。</p></div>"
    )
    assert ("boilerplate", "此处替换为正文。") in lines(f"{shown}<p hidden>此处替换为正文。</p>")
    assert lines(f"<p>加载中</p><div style='display:none'>{shown}</div>")[1:] == [("", text) for text in SENTENCES]


def test_what_scripts_would_show_is_read_from_noscript() -> None:
    shown = "".join(f"<p>{text}</p>" for text in SENTENCES)
    assert lines(f"<div id=app></div><noscript>{shown}</noscript>") == [("", text) for text in SENTENCES]
    assert lines("<p>标题</p><noscript>请启用脚本。</noscript>") == [("", "标题")]


def test_inline_elements_that_are_set_as_blocks_are_lines() -> None:
    html = "".join(f"<span style='display:block'>{text}</span>" for text in SENTENCES)
    assert lines(f"<section>{html}</section>") == [("", text) for text in SENTENCES]


def test_credits_inside_a_heading_are_no_part_of_it() -> None:
    html = "<title>夜修</title><h1>夜修<small>2021-06-18 来源：新江网</small></h1><h1>水位3<sub>米</sub></h1>"
    assert lines(html) == [("heading", "夜修"), ("", "2021-06-18 来源：新江网"), ("heading", "水位3米")]


def test_a_list_of_other_stories_is_furniture_below_its_head() -> None:
    html = "<p>正文说完了这件事。</p><h3>热门新闻</h3><ul><li>新江地铁开通</li><li><a href=x>学校开学</a></li></ul><p>后来又修了一次。</p>"
    assert [role for role, _ in lines(html)] == ["", "boilerplate", "boilerplate", "boilerplate", ""]


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ('<meta name="_pubtime" content="2021-06-18">', ""),
        ('<meta http-equiv="last-modified" content="2021-06-18">', ""),
        ('<script id="__NEXT_DATA__" type="application/json">{"published_at":"2021-06-18T01:12:33.000Z"}</script>', ""),
        (
            '<script type="application/ld+json">//<![CDATA[\n{"@type":"NewsArticle","datePublished":"2021-06-18",}\n//]]></script>',
            "",
        ),
        (
            '<script type="application/ld+json">{"@type":"NewsArticle","headline":"夜\n修","datePublished":"2021-06-18"}</script>',
            "",
        ),
        ('<script type="application/ld+json">{"@type":"VideoObject","uploadDate":"2021-06-18"}</script>', ""),
        ("", '<span class="pubtime" data-time="1623978753000">3年前</span>'),
        ("", '<abbr class="published" title="2021-06-18T09:12:00+08:00">六月</abbr>'),
        ("", '<div class="date"><b>18</b><span>2021-06</span></div>'),
        ("", '<div class="date-box"><span>2021</span><span>06/18</span></div>'),
    ],
)
def test_days_that_pages_mark(head: str, body: str) -> None:
    _, declared, _ = markup_lines(
        f"<html><head><title>夜修</title>{head}</head><body>{body}<p>{SENTENCES[0]}</p></body></html>"
    )
    assert (declared.date or declared.updated or "")[:10] == "2021-06-18"


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("新江新闻网 > 社会 > 正文", '<div class="article_title">夜修的人</div>'),
        ("新江网", '<h1><a href="/">新江网</a></h1><h2>夜修的人</h2>'),
        ("夜修的人,泵站,检修,新江网", ""),
        ("夜修的人 - 旧事 - 新江论坛", "<h1>[旧事] 夜修的人</h1>"),
        ("新江日报电子版", '<div class="zbt">夜修的人</div>'),
    ],
)
def test_the_title_of_a_page(title: str, body: str) -> None:
    assert markup_lines(f"<title>{title}</title>{body}<p>{SENTENCES[0]}</p>")[1].title == "夜修的人"
