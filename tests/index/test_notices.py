"""The year of a yearless document from the place of its notices in a dated series."""
from __future__ import annotations

import pickle

from index.notices import NoticeTable, bracket, find_notices, needs_year
from index.records import Article, Document, Mention, Notice, Paragraph

SERIES = "哈尔滨市公告"
TABLE = bracket([Notice(SERIES, 34, "2021-11-03"), Notice(SERIES, 74, "2022-11-29"), Notice(SERIES, 67, "--09-05"), Notice(SERIES, 33, None)])


def test_citations() -> None:
    assert [n.number for n in find_notices("依照市指挥部发布的第33号、34号公告,违反第67号公告", "哈尔滨市", None)] == [33, 34, 67]
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


def test_a_series_that_contradicts_itself_tells_nothing() -> None:
    table = NoticeTable({SERIES: ((1, "2022-05-01"), (9, "2020-05-01"))})
    assert table.year(SERIES, 5, 5, 1) is None


def test_only_a_document_with_open_days_and_notices_needs_a_year() -> None:
    def document(value: str, notices: tuple[Notice, ...]) -> Document:
        mention = Mention("date", value, "9月5日", 0, 4, "written", "context")
        return Document("d", "d.txt", "", "utf-8", "text", notices=notices, articles=(Article("a", paragraphs=(Paragraph("p", 0, "body", "9月5日", mentions=(mention,)),)),))

    cited = (Notice(SERIES, 67, None),)
    assert needs_year(document("--09-05", cited))
    assert not needs_year(document("2022-09-05", cited))
    assert not needs_year(document("--09-05", ()))
