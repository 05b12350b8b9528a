"""Days that a text mentions, the years that it leaves out, and when it was published."""
from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates import find_dates, iso, number
from index.plain import Plain
from index.published import address_date, declared_date
from index.reference import Reference, last_named, near_year, nearest_year
from index.years import explicit_days, resolve, sure_year


def written(text: str) -> list[str]:
    plain = Plain(text)
    return [text[slice(*plain.span(hit.start, hit.end))] for hit in find_dates(plain.text)]


def days(text: str, day: str | None = None, **known: object) -> list[str]:
    reference = Reference(day=datetime.date.fromisoformat(day) if day else None, **known)  # type: ignore[arg-type]
    plain = Plain(text).text
    hits = find_dates(plain)
    reference.explicit.extend(explicit_days(hits))
    return [iso(d.year, d.month, d.day) for d in resolve(plain, hits, reference, Reference())]


@pytest.mark.parametrize(("text", "expected"), [
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
])
def test_days(text: str, expected: list[str]) -> None:
    assert days(text) == expected


@pytest.mark.parametrize("text", [
    "48小时", "30日内", "连续坚持14天", "次日19时", "12月下旬", "2021年9月", "2022年", "农历八月十五日", "每年8月11日", "2021年2月30日", "应当自收到之日起15日内",
    "拘留10日", "近5日资金", "“3·15”晚会", "12345热线", "第15号台风", "7×24小时", "95号汽油", "15.99元", "第5号上午场", "十九号楼一早停电", "满一年的次年六月底前",
])
def test_what_is_no_day(text: str) -> None:
    assert days(text, "2022-09-06") == []


@pytest.mark.parametrize(("text", "published", "expected"), [
    ("8月16日消息", "2023-08-16", "2023-08-16"),
    ("12月5日", "2023-01-03", "2022-12-05"),
    ("去年9月3日", "2023-01-03", "2022-09-03"),
    ("5日,记者从美团平台了解到", "2022-09-06", "2022-09-05"),
    ("记者30日从省厅获悉", "2022-09-02", "2022-08-30"),
    ("新华社北京8日电", "2023-08-09", "2023-08-08"),
    ("预计18日有雨", "2023-08-15", "2023-08-18"),
])
def test_years_and_months_from_the_articles_own_date(text: str, published: str, expected: str) -> None:
    assert days(text, published) == [expected]


def test_years_from_what_the_text_says() -> None:
    assert days("2021年11月25日晚通报。12月18日恢复开放。") == ["2021-11-25", "2021-12-18"]
    assert days("2014年7月3日案发。7月9日抓获。", "2023-08-01") == ["2014-07-03", "2014-07-09"]
    assert days("公司2010年3月5日成立。8月16日宣布。", "2023-08-16") == ["2010-03-05", "2023-08-16"]
    assert days("8月28日下午") == ["--08-28"]
    assert days("2020年3月23日通知:28日起恢复运营。截至24日18时,至少25日内完成。") == ["2020-03-23", "2020-03-28", "2020-03-24"]
    assert days("8月28日下午", notice_year=2022) == ["2022-08-28"]
    assert nearest_year(1, 5, datetime.date(2023, 12, 20), future=True) == 2024


def test_a_day_far_from_those_with_their_year_is_left_open() -> None:
    assert days("2021年11月25日晚确诊。他12月18日出院。") == ["2021-11-25", "2021-12-18"]
    story = Reference(explicit=[datetime.date(2022, 5, 19)], month_days=[(5, 19), (7, 4), (8, 30)])
    assert near_year(7, 4, story) == near_year(8, 30, story) == 2022, "one day leads to the next"
    assert near_year(8, 30, Reference(explicit=[datetime.date(2022, 5, 19)])) is None
    assert near_year(3, 1, story) is None
    both = Reference(explicit=[datetime.date(2022, 11, 9), datetime.date(2023, 1, 31)])
    assert (near_year(11, 20, both), near_year(1, 10, both)) == (2022, 2023)


def test_the_year_that_a_text_moves_in() -> None:
    assert sure_year(["2023年上半年,全市下降。", "2019年开工。"]) == 2023
    assert sure_year(["2023年的计划,", "2023年完成。"]) == 2023
    assert sure_year(["大雪。", "老人记得,", "2001年9月也着过火,2001年没有路。"]) is None
    assert sure_year(["2012年以来,菜棚编成账户。"]) is None
    assert sure_year(["守堤日记(1998年)", "阴。"], "守堤日记(1998年)") == 1998
    assert sure_year(["回望1998年", "2003年的人。"], "回望1998年") is None
    assert sure_year(["阴。", "1998年的事。"], "守堤日记") is None


def test_a_story_goes_on_from_a_month() -> None:
    assert days("11月3日抓获", told=(2020, 10)) == ["2020-11-03"]
    assert days("1月3日抓获", told=(2020, 12)) == ["2021-01-03"]
    assert days("9月3日抓获", told=(2020, 1)) == days("9月3日抓获", told=(2020, None)) == ["--09-03"]
    assert last_named("2019年起,2020年10月立案,到2035年完成") == (2020, 10)


def test_declared_dates_of_any_spelling() -> None:
    assert declared_date("Mon, 04 Oct 2021 11:05:16 GMT") == "2021-10-04"
    assert declared_date("2021-10") == "2021-10"
    assert declared_date("2021年") == "2021"
    assert declared_date("20211004") == "2021-10-04"
    assert declared_date("昨天") is None
    assert address_date("/img/2021/10/04/a.jpg") == "2021-10-04"
    assert address_date("12345678901234567890") is None


def test_numbers() -> None:
    assert [number(text) for text in ("十", "十一", "二十", "三十一", "廿三", "二〇二二", "08")] == [10, 11, 20, 31, 23, 2022, 8]


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
