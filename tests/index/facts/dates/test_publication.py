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
