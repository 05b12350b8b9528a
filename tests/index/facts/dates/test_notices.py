"""The year of a yearless document from the place of its notices in a dated series."""

from __future__ import annotations

import pickle

import pytest

from juanzong.index.facts.dates.notices import NoticeTable, bracket, find_notices, needs_year, own_notice
from juanzong.index.records import Article, Document, Mention, Notice, Paragraph

SERIES = "哈尔滨市公告"
TABLE = bracket(
    [
        Notice(SERIES, 34, "2021-11-03"),
        Notice(SERIES, 74, "2022-11-29"),
        Notice(SERIES, 67, "--09-05"),
        Notice(SERIES, 33, None),
    ]
)


def test_citations() -> None:
    assert [n.number for n in find_notices("依照市指挥部发布的第33号、34号公告,违反第67号公告", "哈尔滨市", None)] == [
        33,
        34,
        67,
    ]
    assert find_notices("国务院令第292号,公司第3号店", "北京市", None) == []
    assert find_notices("2022年第3号公告", None, None) == []


def test_only_full_dates_bracket() -> None:
    assert TABLE.series == {SERIES: ((34, "2021-11-03"), (74, "2022-11-29"))}
    assert pickle.loads(pickle.dumps(TABLE)) == TABLE


def test_the_year_between_two_dated_notices() -> None:
    assert TABLE.year(SERIES, 67, 9, 5) == 2022
    assert TABLE.year(SERIES, 67, 11, 10) is None, "both years fit"
    assert TABLE.year(SERIES, 80, 9, 5) is None, "no later notice is dated"
    assert TABLE.year("徐州市公告", 67, 9, 5) is None
    assert TABLE.year(SERIES, 34, 11, 2) == 2021


def test_a_citation_is_only_an_upper_bound() -> None:
    # 33 is cited in January by the 36th, but came after the 31st, of October
    table = bracket(
        [Notice(SERIES, 31, "2021-10-26"), Notice(SERIES, 36, "2022-01-17"), Notice(SERIES, 33, "2022-01-17")]
    )
    assert [table.year(SERIES, 33, month, day) for month, day in ((11, 29), (12, 6), (1, 4))] == [2021, 2021, 2022]
    assert table.year(SERIES, 35, 12, 30) == 2021, "two numbers that became known on one day"
    assert table.year(SERIES, 33, 7, 1) is None, "outside of the span and far from any citation"


def test_without_a_span_the_nearest_citation_tells() -> None:
    table = bracket([Notice(SERIES, 12, "2022-01-05")])
    assert [table.year(SERIES, 12, month, day) for month, day in ((12, 28), (1, 9), (7, 1))] == [2021, 2022, None]
    assert bracket([Notice(SERIES, 12, "2023-03-01")]).year(SERIES, 12, 2, 29) is None, "no such day in that year"


@pytest.mark.parametrize(
    ("texts", "number"),
    [
        (["兰州市应对疫情工作指挥部通告", "(第31号)", "广大市民:"], 31),
        (["兰州市应对疫情工作指挥部通告(第31号)"], 31),
        (["兰州市人民政府公告", "2022年第3号"], None),
        (["西安市雁塔区疫情防控指挥部通告", "(第9号)"], None),
        (["给邻居的信", "(第9号)"], None),
    ],
)
def test_a_notice_gives_its_own_number(texts: list[str], number: int | None) -> None:
    own = own_notice(texts, "兰州市", "2021-10-26")
    assert (own.number if own else None) == number


def test_a_series_that_contradicts_itself_tells_nothing() -> None:
    table = NoticeTable({SERIES: ((1, "2022-05-01"), (9, "2020-05-01"))})
    assert table.year(SERIES, 5, 5, 1) is None


def test_only_a_document_with_open_days_and_notices_needs_a_year() -> None:
    def document(value: str, notices: tuple[Notice, ...]) -> Document:
        mention = Mention("date", value, "9月5日", 0, 4, "written", "context")
        return Document(
            "d",
            "d.txt",
            "",
            "utf-8",
            "text",
            notices=notices,
            articles=(Article("a", paragraphs=(Paragraph("p", 0, "body", "9月5日", mentions=(mention,)),)),),
        )

    cited = (Notice(SERIES, 67, None),)
    assert needs_year(document("--09-05", cited))
    assert not needs_year(document("2022-09-05", cited))
    assert not needs_year(document("--09-05", ()))
