"""The years of days that a text mentions without them."""

from __future__ import annotations

import pytest

from juanzong.index.facts.dates.anchors import sure_year
from tests.storytelling import days, story


@pytest.mark.parametrize(
    ("text", "published", "expected"),
    [
        ("8月16日消息", "2023-08-16", "2023-08-16"),
        ("12月5日", "2023-01-03", "2022-12-05"),
        ("去年9月3日", "2023-01-03", "2022-09-03"),
    ],
)
def test_years_from_the_articles_own_date(text: str, published: str, expected: str) -> None:
    assert days(text, published) == [expected]


def test_years_from_what_the_text_says() -> None:
    assert days("2021年11月25日晚通报。12月18日恢复开放。") == ["2021-11-25", "2021-12-18"]
    assert days("2014年7月3日案发。7月9日抓获。", "2023-08-01") == ["2014-07-03", "2014-07-09"]
    assert days("公司2010年3月5日成立。8月16日宣布。", "2023-08-16") == ["2010-03-05", "2023-08-16"]
    assert days("8月28日下午") == ["--08-28"]
    assert days("2020年3月23日通知:28日起恢复运营。截至24日18时,至少25日内完成。") == [
        "2020-03-23",
        "2020-03-28",
        "2020-03-24",
    ]
    assert days("8月28日下午", notice_year=2022) == ["2022-08-28"]


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


def test_a_story_of_another_time_goes_on() -> None:
    case = [
        "2021年11月18日,民警巡查时闻到酸味。",
        "11月19日凌晨,作坊被查封。",
        "12月3日,两名司机被移交。",
        "2022年1月14日立案。春节后的2月10日书面回复。",
        "修复并不顺利。4月1日回头看时,仍有积水。",
    ]
    assert story(["4月25日,省里发布案例。", *case, "今年3月22日,两地上了一堂课。"], "2023-05-06") == [
        ["2023-04-25"],
        ["2021-11-18"],
        ["2021-11-19"],
        ["2021-12-03"],
        ["2022-01-14", "2022-02-10"],
        ["2022-04-01"],
        ["2023-03-22"],
    ]


def test_what_lies_near_the_articles_own_day_ends_a_story() -> None:
    assert story(["2019年5月20日,公司挂牌。", "7月15日,记者走进厂区。"], "2023-07-16") == [
        ["2019-05-20"],
        ["2023-07-15"],
    ]
    assert story(["公司成立于2019年5月20日。", "6月15日,新厂房封顶。"], "2023-08-16") == [
        ["2019-05-20"],
        ["2023-06-15"],
    ], "an aside begins no story"


def test_the_past_is_told_without_a_year() -> None:
    assert story(
        ["2020年6月30日恢复审理,7月22日开庭。", "9月28日,鉴定意见出具。12月4日宣判。", "12月11日上诉。"], "2021-08-20"
    ) == [["2020-06-30", "2020-07-22"], ["2020-09-28", "2020-12-04"], ["2020-12-11"]]
    assert story(["去年,也就是2006年,事情有了眉目。4月12日,来人看了现场。"], "2007-03-14") == [["2006-04-12"]]
    assert story(["1986年8月,霍乱流行。8月21日,工作队进驻。"], "2012-11-08") == [["1986-08-21"]]


def test_what_is_yet_to_come_goes_on_into_the_next_year() -> None:
    assert story(
        ["第二阶段:12月23日至2020年1月18日。", "第三阶段:2月10日至3月31日。", "公交自12月3日起改道。"], "2019-11-29"
    ) == [["2019-12-23", "2020-01-18"], ["2020-02-10", "2020-03-31"], ["2019-12-03"]]


def test_the_same_year_is_that_of_the_story() -> None:
    assert story(["2019年1月2日,她领到执照。", "同年8月,增开4个班。9月1日开学。"], "2021-03-05")[1] == ["2019-09-01"]
    assert story(["一九八六年四月九日动工。", "次年六月三日封顶。", "一九八八年元月五日搬入,那年十月十七日破案。"]) == [
        ["1986-04-09"],
        ["1987-06-03"],
        ["1988-01-05", "1988-10-17"],
    ]


def test_a_story_without_a_day_of_its_own() -> None:
    case = [
        "2016年3月2日清晨,三头牛不见了。",
        "3月1日深夜有一辆卡车停过。",
        "3月9日,专案组成立。",
        "4月22日凌晨,卡车再次出现。",
        "5月6日,专案组赶到外地。",
        "2017年2月21日宣判。",
    ]
    assert story(case) == [
        ["2016-03-02"],
        ["2016-03-01"],
        ["2016-03-09"],
        ["2016-04-22"],
        ["2016-05-06"],
        ["2017-02-21"],
    ]


def test_the_year_of_a_plan_is_no_time() -> None:
    assert days("3月1日起,2022年度汇算开始,至6月30日结束。", "2023-02-24") == ["2023-03-01", "2023-06-30"]
