from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.web.markup import is_traditional, marked, merged, visible

RANGES = st.lists(st.tuples(st.integers(-3, 40), st.integers(-3, 40)), max_size=8)


def test_marks_are_put_into_escaped_text() -> None:
    assert marked("a<b>流调</b>", [(4, 6)], 3) == 'a&lt;b&gt;<mark id="hit-3">流调</mark>&lt;/b&gt;'


def test_a_line_may_break_outside_of_quotes() -> None:
    assert marked("据悉“8·03”疫情“一案”，“二案”。", [(8, 10)]) == "据悉<wbr>“8·03”<mark>疫情</mark>“一案”，“二案”。"
    assert marked("说“好”的“a”b", []) == "说<wbr>“好”<wbr>的<wbr>“a”b"


@given(st.text(max_size=30), RANGES)
def test_taking_the_marks_out_gives_the_text_that_is_shown(text: str, marks: list[tuple[int, int]]) -> None:
    made = marked(text, marks, 1)
    assert html.unescape(re.sub(r"</?mark[^>]*>|<wbr>", "", made)).replace("\r", "") == visible(text).replace("\r", "")
    assert made.count("<mark") == made.count("</mark>") == len(merged(marks, len(text)))


@given(RANGES)
def test_merged_marks_lie_apart_and_cover_the_same(marks: list[tuple[int, int]]) -> None:
    ranges = merged(marks, 20)
    assert all(a[1] < b[0] for a, b in zip(ranges, ranges[1:], strict=False))
    assert {i for a, b in ranges for i in range(a, b)} == {i for a, b in marks for i in range(max(0, a), min(20, b))}


@given(st.text())
def test_visible_text_keeps_its_length_and_can_be_encoded(text: str) -> None:
    assert len(visible(text)) == len(text)
    visible(text).encode("utf-8")


@pytest.mark.parametrize("hostile", ["\x00", "\x1b", "\x07", "\x7f", "\x9b", "\u202e", "\u2066", "\ud800"])
def test_control_characters_are_replaced(hostile: str) -> None:
    assert hostile not in visible(f"a{hostile}b")


def test_ordinary_text_is_left_alone() -> None:
    text = "流调\t专班\nשלום\u200f العربية é 𠮷 👩‍👩‍👧"
    assert visible(text) == text


def test_traditional_script_is_noticed() -> None:
    assert is_traditional("澳門特別行政區衛生局說，請大家配合調查。")
    assert not is_traditional("徐州市公安局抽调民警组成流调专班。")
    assert not is_traditional("") and not is_traditional("plain")
