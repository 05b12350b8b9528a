"""When an article was published."""

from __future__ import annotations

import pytest

from juanzong.index.facts.dates.publication import address_date, declared_date, header_date, signature_date
from juanzong.index.text.plain import Plain


def test_declared_dates_of_any_spelling() -> None:
    assert declared_date("Mon, 04 Oct 2021 11:05:16 GMT") == "2021-10-04"
    assert declared_date("2021-10") == "2021-10"
    assert declared_date("2021年") == "2021"
    assert declared_date("20211004") == "2021-10-04"
    assert declared_date("昨天") is None
    assert address_date("/img/2021/10/04/a.jpg") == "2021-10-04"
    assert address_date("12345678901234567890") is None


@pytest.mark.parametrize(
    "line",
    [
        "某市水务局 2018年7月17日",
        "政策解读：某区房管局　2020年6月29日",
        "（某地疾控中心供稿，2018年7月17日）",
        "二〇一八年七月十七日",
        "某航运公司 2018年7月17日20时",
        "某州审计局　2018年7月17日公告",
        "（作者系大学教师。本文刊于2018年7月17日《路与人》专栏）",
    ],
)
def test_a_signature(line: str) -> None:
    assert signature_date([("body", "正文。"), ("body", Plain(line).text)]) in ("2018-07-17", "2020-06-29")


@pytest.mark.parametrize("line", ["条例（2018年7月17日通过）", "自2018年7月17日起施行", "会议于2018年7月17日"])
def test_what_is_no_signature(line: str) -> None:
    assert signature_date([("body", "正文。"), ("body", Plain(line).text)]) is None


def test_a_note_in_brackets_dates_the_text() -> None:
    assert (
        header_date([("heading", "问政实录"), ("body", Plain("现将问答整理如下（有删节，2022年4月21日）。").text)])[0]
        == "2022-04-21"
    )
    assert header_date([("heading", "某局答市民问(2021年10月28日整理)")])[0] == "2021-10-28"
    assert header_date([("body", "条例(2018年7月17日通过)")])[0] is None


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("Jun 18, 2021", "2021-06-18"),
        ("18 June 2021 09:12", "2021-06-18"),
        ("18/06/2021", "2021-06-18"),
        ("06/18/2021", "2021-06-18"),
        ("06/07/2021", None),
        ("1970-01-01", None),
    ],
)
def test_days_as_western_programs_write_them(written: str, date: str | None) -> None:
    assert declared_date(written) == date


@pytest.mark.parametrize(
    "line",
    [
        "Jun 18, 2021",
        "June 18, 2021 09:12",
        "Fri, 18 Jun 2021 09:12:33 GMT",
        "民国110年6月18日",
        "发布日期：110-06-18",
        "20210618",
        "2021-06-18发布",
    ],
)
def test_a_line_below_the_title_that_is_a_day(line: str) -> None:
    assert header_date([("heading", "泵站夜修记"), ("body", Plain(line).text), ("body", "水退了。")])[0] == "2021-06-18"


@pytest.mark.parametrize(
    "address", ["http://a.cn/n1/2021/0618/c1-2.html", "http://a.cn/20210618/1.htm", "http://a.cn/2021-06/18/c_1.htm"]
)
def test_days_of_addresses(address: str) -> None:
    assert address_date(address) == "2021-06-18"


@pytest.mark.parametrize("note", ["（刊于2021年6月18日《新江晚报》）", "（原载《新江晚报》2021年6月18日第9版）"])
def test_a_note_at_the_end_says_where_and_when_it_was_printed(note: str) -> None:
    assert signature_date([("body", "泵站夜里停机。"), ("body", Plain(note).text)]) == "2021-06-18"


def test_the_day_of_a_site_or_of_printing_is_not_that_of_the_story_below() -> None:
    stamp = ("boilerplate", "2018-05-23 07:40 古城晚报 记者 侯某")
    assert (
        header_date([("heading", "财渡网|数据 2022年2月11日 星期五"), ("heading", "修鞋摊"), stamp])[0] == "2018-05-23"
    )
    sheet = ("boilerplate", "2023/11/2 09:21 修鞋摊_古城晚报网")
    assert header_date([sheet, ("heading", "修鞋摊"), ("boilerplate", "2018-05-23 07:40"), sheet])[0] == "2018-05-23"


@pytest.mark.parametrize(
    ("note", "date"),
    [
        ("（2021年5月8日市政府第3次常务会议通过　2021年6月18日公布　自2021年8月1日起施行）", "2021-06-18"),
        ("（2009年3月2日县令第5号发布　根据2021年6月1日决定修改　2021年6月18日公布）", "2021-06-18"),
        ("（2021年5月8日市政府第3次常务会议通过）", None),
    ],
)
def test_a_rule_came_out_on_the_day_of_its_promulgation(note: str, date: str | None) -> None:
    assert header_date([("heading", "渡口管理办法"), ("body", Plain(note).text), ("body", "第一条　略。")])[0] == date
