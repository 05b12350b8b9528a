from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.corpus.lines import Line
from juanzong.index.corpus.plaintext import text_lines
from juanzong.index.structure.seams.columns import unwrapped
from juanzong.index.structure.seams.judge import measured
from tests.reading_texts import squeezed

BODY = (
    "市交通运输局今天公布了今年的农村公路建设计划，全市将投资四点二亿元，新建和改建农村公路三百公里，惠及一百零六个村子里的两万多户人家。",
    "按照计划，全部工程要在十月底以前完工，各县每个月通报一次进度，进度落后的县要作出说明，市里还会派人到工地上逐段查看，一段也不放过。",
)


def read(paragraphs: tuple[str, ...], width: int, between: str = "\n") -> list[Line]:
    lines = text_lines(
        between.join("\n".join(text[at : at + width] for at in range(0, len(text), width)) for text in paragraphs)
    )
    return list(unwrapped(lines, measured(lines)))


@pytest.mark.parametrize("between", ["\n", "\n\n"])
@pytest.mark.parametrize("width", [12, 18, 24, 40])
def test_wrapped_paragraphs_are_whole_again(width: int, between: str) -> None:
    paragraphs = ("农村公路铺到家门口", *BODY, "三、建设标准", BODY[0][4:])
    assert [line.text for line in read(paragraphs, width, between)] == list(paragraphs)


def test_a_long_heading_is_joined_and_a_short_one_is_not() -> None:
    heading = "市交通运输局关于今年农村公路建设计划和工程进度安排的通告"
    assert [line.text for line in read((heading, "各县区：", *BODY), 18)] == [heading, "各县区：", *BODY]


def test_items_begin_anew_also_below_a_full_line() -> None:
    items = ("一、路面宽度不得小于四米五，两侧要有排水沟；", "二、桥梁要按公路二级的标准来修，不得改小；")
    assert [line.text for line in read((*items, *BODY), len(items[0]))][:2] == list(items)


def test_joins_tell_where_and_how_surely() -> None:
    (line,) = read((BODY[0],), 18)
    assert [join.offset for join in line.joins] == list(range(18, len(BODY[0]), 18))
    assert {join.rule for join in line.joins} == {"fixed_width"} and line.last == 4


def test_lines_that_the_source_parts_stay_apart() -> None:
    lines = text_lines("\n".join((*BODY, BODY[0][:18], BODY[0][18:36])))
    assert unwrapped(lines, measured(lines), trusted=True) is lines


@given(st.lists(st.text(alphabet="市公安局，。“”（）0a 一、", min_size=1, max_size=24), max_size=20))
def test_nothing_is_lost(texts: list[str]) -> None:
    lines = text_lines("\n".join(texts))
    assert squeezed("".join(line.text for line in unwrapped(lines, measured(lines)))) == squeezed("".join(texts))
