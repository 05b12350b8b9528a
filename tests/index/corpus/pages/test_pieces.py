"""Pieces of a line are one where no gutter runs between them."""

from __future__ import annotations

import pytest

from juanzong.index.corpus.pages.glyphs import Run
from juanzong.index.corpus.pages.pieces import rejoined


def run(text: str, left: float, top: float, size: float = 10.0) -> Run:
    return Run(text, left, top, left + size * len(text), top + 1.2 * size, size)


def test_pieces_between_full_lines_are_one() -> None:
    runs = [
        run("会议由镇长主持各村派人参加", 0, 0),
        run("山，", 0, 15),
        run("“一样是山，看看", 32, 15),
        run("会议由镇长主持各村派人参加", 0, 30),
    ]
    assert [found.text for found in rejoined(runs)] == [runs[0].text, "山，“一样是山，看看", runs[3].text]


def test_lines_of_two_columns_stay_apart_below_a_line_over_both() -> None:
    over = run("这一行写在两栏的上面而且很长很长很长很长", 0, 0)
    columns = [
        run(text, left, 15 + 15 * row)
        for row in range(3)
        for left, text in ((0, "左栏的文字在此写"), (95, "右栏的文字在此写满"))
    ]
    assert rejoined([over, *columns]) == [over, *columns]


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [("法院:", "：一碗粉", "法院:一碗粉"), ("山城—", "—水乡", "山城——水乡"), ("十八岁", "岁月如歌", "十八岁岁月如歌")],
)
def test_a_mark_at_which_pieces_meet_is_there_once(first: str, second: str, whole: str) -> None:
    lines = [run("会议由镇长主持各村派人参加人数很多", 0, top) for top in (0, 30)]
    pieces = [run(first, 0, 15), run(second, 10 * len(first) + 4, 15)]
    assert whole in [found.text for found in rejoined([lines[0], *pieces, lines[1]])]
