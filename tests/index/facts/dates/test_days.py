"""Days that a text mentions."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.facts.dates.days import find_dates, number
from juanzong.index.text.plain import Plain
from tests.storytelling import days


def written(text: str) -> list[str]:
    plain = Plain(text)
    return [text[slice(*plain.span(hit.start, hit.end))] for hit in find_dates(plain.text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021年11月25日晚", ["2021-11-25"]),
        ("二〇二二年十一月三日", ["2022-11-03"]),
        ("二00二年五月四号", ["2002-05-04"]),
        ("98年7月1日", ["1998-07-01"]),
        ("民国三十八年十月一日", ["1949-10-01"]),
        ("２０２１年１１月３日", ["2021-11-03"]),
        ("2021 年 11 月 3 日", ["2021-11-03"]),
        ("2021-11-03 07:46", ["2021-11-03"]),
        ("2023.08.16", ["2023-08-16"]),
        ("16.08.2023", ["2023-08-16"]),
        ("8月28日下午", ["--08-28"]),
        ("11月25日至27日", ["--11-25"]),
        ("8月24日至9月5日", ["--08-24", "--09-05"]),
        ("3月5日、6日和7日", ["--03-05", "--03-06", "--03-07"]),
        ("2021年12月30日至1月2日", ["2021-12-30", "2022-01-02"]),
        ("“11·25”流调溯源", ["--11-25"]),
        ("2021.7.14—2021.7.16", ["2021-07-14", "2021-07-16"]),
        ("7月14、15、16日面试", ["--07-14", "--07-15", "--07-16"]),
        ("2020年9月立案,同年10月15日宣判,次年3月1日执行", ["2020-10-15", "2021-03-01"]),
        ("转机在2018年。当年10月12日签约,11月1日立牌", ["2018-10-12", "2018-11-01"]),
        ("2019年12月30日判决,次年1月5日生效", ["2019-12-30", "2020-01-05"]),
        ("10月27日送检,30日结果为阴性", ["--10-27", "--10-30"]),
        ("3月15日消息,市公安局昨(14)日通报", ["--03-15", "--03-14"]),
        ("11月25日爆炸,调查组27日成立", ["--11-25", "--11-27"]),
        ("6月9日调研,直属库8日开秤,截至10日已收4万吨", ["--06-09", "--06-08", "--06-10"]),
        ("7月18日台风过后,十九号一早登记,21号下午发款", ["--07-18", "--07-19", "--07-21"]),
        ("10月1日闭馆,要在28日前公告,29日未开放", ["--10-01", "--10-28", "--10-29"]),
        ("7月13日起下雨,水库16日前泄洪,19日后转晴", ["--07-13", "--07-16", "--07-19"]),
        ("4月3日通报,在3日的会上公布,20日的样品合格", ["--04-03", "--04-03", "--04-20"]),
        ("7月14日暴雨,11至12日同场,培训班14日、15日停课", ["--07-14", "--07-11", "--07-14", "--07-15"]),
        ("5月14日捐款。同月19日哀悼", ["--05-14", "--05-19"]),
        ("一九八八年元月五日搬入", ["1988-01-05"]),
    ],
)
def test_days(text: str, expected: list[str]) -> None:
    assert days(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "48小时",
        "30日内",
        "连续坚持14天",
        "次日19时",
        "12月下旬",
        "2021年9月",
        "2022年",
        "农历八月十五日",
        "每年8月11日",
        "2021年2月30日",
        "应当自收到之日起15日内",
        "拘留10日",
        "近5日资金",
        "“3·15”晚会",
        "12345热线",
        "第15号台风",
        "7×24小时",
        "95号汽油",
        "15.99元",
        "第5号上午场",
        "十九号楼一早停电",
        "满一年的次年六月底前",
        "应当在会议召开15日前提交",
        "会议的15日以前",
        "公示期不少于10日",
        "5日均线",
        "拘留5日并罚款",
        "停业3日",
        "每月20日开放",
        "三亚5日自由行",
        "7日无理由退货",
        "30日的期限",
        "集中隔离期第4日",
    ],
)
def test_what_is_no_day(text: str) -> None:
    assert days(text, "2022-09-06") == []


def test_numbers() -> None:
    assert [number(text) for text in ("十", "十一", "二十", "三十一", "廿三", "二〇二二", "08")] == [
        10,
        11,
        20,
        31,
        23,
        2022,
        8,
    ]


def test_surfaces_are_the_original_text() -> None:
    assert written("于 8 月 16 日 发布") == ["8 月 16 日"]


@given(st.text(alphabet="0123456789年月日至-./·十二〇, 的记者号内", max_size=40))
def test_any_text_gives_valid_days_in_order(text: str) -> None:
    for hit in find_dates(text):
        assert 0 <= hit.start < hit.end <= len(text)
        assert hit.month is None or datetime.date(hit.year or 2000, hit.month, hit.day)


@given(st.text(max_size=60))
def test_plain_offsets_lead_back(text: str) -> None:
    plain = Plain(text)
    origins = [plain.origin(offset) for offset in range(len(plain.text))]
    assert origins == sorted(set(origins))
    assert all(0 <= origin < len(text) for origin in origins)


@given(st.lists(st.text(alphabet="公告 8月,\u200b１哈爾濱😀\ud83d\ude00\n", max_size=12), max_size=4))
def test_texts_are_made_plain_together_as_each_alone(texts: list[str]) -> None:
    assert [plain.text for plain in Plain.each(texts)] == [Plain(text).text for text in texts]
