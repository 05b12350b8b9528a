"""When the articles of a document came out, and what lends their days a year."""

from __future__ import annotations

import datetime

import pytest

from juanzong.index.facts.annotation import annotate
from juanzong.index.facts.context import ReadingContext
from juanzong.index.facts.dates.notices import NoticeTable
from juanzong.index.records import Declared
from tests.annotated import NO_CONTEXT, document, read, values


@pytest.mark.parametrize(
    ("lines", "declared", "expected"),
    [
        ([("body", "新华社南京12月21日电 2021年11月25日起")], None, ("2021-12-21", "dateline")),
        ([("body", "东北网10月3日讯")], "2021-10-04", ("2021-10-04", "declared")),
        (
            [("table", "发布日期:2019-03-18 成文日期:2019-03-12"), ("body", "通知。"), ("byline", "2019年3月12日")],
            None,
            ("2019-03-18", "header_table"),
        ),
        ([("body", "通知。"), ("byline", "二〇一九年三月十二日")], "2020-01-01", ("2020-01-01", "declared")),
        ([("body", "通知。"), ("byline", "二〇一九年三月十二日")], None, ("2019-03-12", "signature")),
        ([("boilerplate", "[2021-06-18]"), ("body", "没有日期。")], None, ("2021-06-18", "masthead")),
        ([("boilerplate", "公开日期：2021-06-18"), ("body", "没有日期。")], None, ("2021-06-18", "header_table")),
        ([("boilerplate", "上传时间：2021.6.18"), ("body", "没有日期。")], None, ("2021-06-18", "header_table")),
        ([("heading", "泵站检修"), ("body", "新江网2021-06-18讯 泵站检修。")], None, ("2021-06-18", "dateline")),
        (
            [("body", "河水平稳。"), ("heading", "参考资料："), ("body", "南江周末2014年7月17日")],
            None,
            (None, "latest_event"),
        ),
        ([("body", "没有日期。")], "2020-01-01", ("2020-01-01", "declared")),
        ([("body", "没有日期。")], None, (None, None)),
        ([("boilerplate", "2020-02-06 07:46 来源: 央视网")], None, ("2020-02-06", "masthead")),
        (
            [("heading", "某电视台《视线》2014年7月22日播出稿"), ("body", "今天上午,苗种到岸。")],
            None,
            ("2014-07-22", "masthead"),
        ),
    ],
)
def test_when_it_was_published(
    lines: list[tuple[str, str]], declared: str | None, expected: tuple[str | None, str | None]
) -> None:
    published = read(lines, declared=Declared(date=declared)).articles[0].published
    assert (published.date, published.basis) == expected


def test_a_jsonl_date_is_the_publication_date() -> None:
    published = (
        read([("body", "新华社南京8月15日电")], declared=Declared(date="2023-08-16"), format="jsonl")
        .articles[0]
        .published
    )
    assert (published.date, published.basis) == ("2023-08-16", "declared")


def test_file_names_and_latest_events() -> None:
    assert read([("body", "通知。")], path="a/20211004_b.txt").articles[0].published.basis == "filename"
    event = read([("body", "2022年3月1日和2022年3月5日。")]).articles[0].published
    assert (event.date, event.not_before, event.basis) == (None, "2022-03-05", "latest_event")
    ahead = read([("body", "2022年3月1日通过,自2023年1月1日起施行。")]).articles[0].published
    assert ahead.not_before == "2022-03-01"


def test_a_page_has_one_day_if_one_line_of_it_says_so() -> None:
    head = ("boilerplate", "唐山某报 2023年8月4日 星期五 第3版")
    found = read([head, ("body", "唐山市连日有雨。")], [("body", "7月31日,路南区停电。")])
    assert [(a.published.date, a.published.basis) for a in found.articles] == [("2023-08-04", "masthead")] * 2
    two = read(
        [head, ("body", "雨。")],
        [("boilerplate", "2023-08-09 07:46 来源: 某网"), ("body", "晴。")],
        [("body", "8月2日,阴。")],
    )
    assert [a.published.date for a in two.articles] == ["2023-08-04", "2023-08-09", None]


def test_the_next_year_goes_on_from_the_year_told_before() -> None:
    assert values(read([("body", "2003年春,两边抢水。"), ("body", "转年2月18日,渠修成了。")]), "date") == ["2004-02-18"]
    assert (
        values(read([("body", "2003年春,两边抢水。"), ("body", "应当于形成之日的次年6月30日前归档。")]), "date") == []
    ), "the next year of no year in particular"


def test_the_year_of_a_title() -> None:
    assert values(read([("heading", "守堤日记(1998年)"), ("body", "8月7日 阴。")]), "date") == ["1998-08-07"]
    assert values(read([("heading", "回望1998年"), ("body", "8月7日,2003年的人。")]), "date") == ["--08-07"]


def test_the_year_from_a_notice() -> None:
    page = [("body", "哈尔滨市公安局依据第67号公告查处。9月5日,记者来到哈尔滨市。")]
    table = NoticeTable({"哈尔滨市公告": ((34, "2021-11-03"), (74, "2022-11-29"))})
    assert values(read(page), "date") == ["--09-05"]
    found = read(page, context=ReadingContext(notices=table))
    assert [(m.value, m.basis) for _, p in found.paragraphs() for m in p.mentions if m.facet == "date"] == [
        ("2022-09-05", "notice_number")
    ]


def test_a_curators_day_lends_its_year() -> None:
    lines = [("body", "4月12日,特种设备监察处到场。")]
    assert values(annotate(document(lines), NO_CONTEXT), "date") == ["--04-12"]
    given = annotate(document(lines), NO_CONTEXT, Declared(date="2023-04-17", city=("兰州市",)))
    assert values(given, "date") == ["2023-04-12"]
    assert given.articles[0].city and given.articles[0].city.value == "兰州市"


def test_a_story_of_last_year_goes_on() -> None:
    story = [("heading", "那一夜"), ("body", "2021年7月22日22时,河水上涨。"), ("body", "7月23日6时,洪峰过境。")]
    assert values(read(story, declared=Declared(date="2022-07-22")), "date") == ["2021-07-22", "2021-07-23"]
    assert values(
        read([*story[:2], ("body", "7月20日,我们回到这里。")], declared=Declared(date="2022-07-22")), "date"
    ) == ["2021-07-22", "2022-07-20"]


@pytest.mark.parametrize(
    "line",
    [
        "(2023年4月7日)",
        "2023年4月7日17时",
        "濠江晚報 二○二三年四月七日 星期五",
        "申江消防观察 2023-04-07 转自:某办公室",
        "2023-04-07 09:30:12",
        "2023年4月7日 星期五 第A03版",
    ],
)
def test_a_line_that_dates_the_article(line: str) -> None:
    found = read([("heading", "关于消防检查的通报"), ("body", line), ("body", "各区:现将情况通报如下。")])
    assert found.articles[0].published.date == "2023-04-07"


@pytest.mark.parametrize("line", ["2023年4月7日,检查组到场。", "2023年4月7日大火调查", "公司2023年4月7日成立"])
def test_a_line_that_tells_of_a_day_does_not(line: str) -> None:
    found = read([("heading", "关于消防检查的通报"), ("body", line), ("body", "各区:现将情况通报如下。")])
    assert found.articles[0].published.date is None


def test_a_lead_with_its_day_tells_the_story() -> None:
    story = [("body", "本报讯 1998年10月9日,鄂州市召开总结表彰大会。"), ("body", "7月22日,大雨;8月8日,大堤出现管涌。")]
    assert values(read(story), "date") == ["1998-10-09", "1998-07-22", "1998-08-08"]
    assert read(story).articles[0].published.date is None, "it came out later"


def test_what_a_page_tells_besides_is_told_on_its_day() -> None:
    notice = [("body", "停水公告。"), ("byline", "某市水务集团 2013年11月15日")]
    story = [("body", "公告贴出后,居民问得最多。2011年4月1日也停过水。"), ("body", "11月19日,恢复供水。")]
    assert values(read(notice, story), "date")[-1] == "2013-11-19"


AROUND = ReadingContext(around=(datetime.date(2023, 7, 1), datetime.date(2023, 8, 31)))


@pytest.mark.parametrize(
    ("lines", "context", "expected"),
    [
        ([("body", "2023年7月30日，河水上涨，泵站开机。")], NO_CONTEXT, ("latest_event", "2023-07-30")),
        (
            [("body", "泵站今年换了三台机组。" * 8 + "它建成于1951年10月1日。")],
            NO_CONTEXT,
            ("not_before", "1951-10-01"),
        ),
        (
            [("body", "1951年10月1日，泵站建成。"), ("body", "到2023年，它已换过三次机组。")],
            NO_CONTEXT,
            ("not_before", "1951-10-01"),
        ),
        ([("body", "1951年10月1日，泵站建成。")], AROUND, ("not_before", "1951-10-01")),
        ([("body", "2023年7月30日，泵站开机。")], AROUND, ("latest_event", "2023-07-30")),
        (
            [("body", "泵站开机。"), ("byline", "某市水务局"), ("byline", "2019年3月1日")],
            AROUND,
            ("not_before", "2019-03-01"),
        ),
    ],
)
def test_what_an_event_tells_of_the_day_of_publication(
    lines: list[tuple[str, str]], context: ReadingContext, expected: tuple[str, str]
) -> None:
    published = annotate(document(lines), context).articles[0].published
    assert (published.date, published.basis, published.not_before) == (None, *expected)
    assert published.not_after == ("2023-08-31" if context is AROUND else None)


def test_the_records_around_lend_a_dateline_its_year() -> None:
    published = annotate(document([("body", "IT之家8月16日消息，新机发布。")]), AROUND).articles[0].published
    assert (published.date, published.basis) == ("2023-08-16", "dateline")


def test_a_file_tells_of_no_day_after_it_was_written() -> None:
    written = ReadingContext(written=datetime.date(2023, 7, 1))
    assert (
        annotate(document([("boilerplate", "2035-12-31 10:00 来源：某网"), ("body", "水位平稳。")]), written)
        .articles[0]
        .published.date
        is None
    )
