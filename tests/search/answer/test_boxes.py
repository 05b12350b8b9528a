"""A hit is boxed where it stands in its line of print, and a paragraph where its lines stand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from juanzong.search.answer.boxes import boxes_of, mark_boxes, regions

LINES = [(0, 1, 1000, 2000, 5000, 2200), (4, 1, 1000, 2300, 5000, 2500), (8, 2, 1000, 500, 5000, 700)]


def test_a_mark_is_boxed_by_its_share_of_the_line() -> None:
    assert boxes_of("市政府公布新办法通过", [(1, 3)], LINES) == ((1, 2000, 2000, 4000, 2200),)


def test_a_mark_over_lines_and_pages_has_a_box_in_each() -> None:
    [boxes] = mark_boxes("市政府公布新办法通过", [(3, 9)], LINES)
    assert boxes == [(1, 4000, 2000, 5000, 2200), (1, 1000, 2300, 5000, 2500), (2, 1000, 500, 3000, 700)]


def test_letters_are_half_as_wide_as_han() -> None:
    assert boxes_of("ab市", [(2, 3)], [(0, 1, 0, 0, 4000, 200)]) == ((1, 2000, 0, 4000, 200),)


def test_a_line_that_runs_down_is_measured_downwards() -> None:
    assert boxes_of("市政府令", [(1, 2)], [(0, 1, 5000, 1000, 5200, 5000)]) == ((1, 5000, 2000, 5200, 3000),)


def test_a_row_of_a_table_is_boxed_whole() -> None:
    assert boxes_of("区县\t128", [(3, 6)], [(0, 1, 0, 0, 9000, 200)]) == ((1, 0, 0, 9000, 200),)


def test_without_lines_there_are_no_boxes() -> None:
    assert boxes_of("市政府", [(0, 2)], []) == ()


def test_a_paragraph_covers_one_region_a_column() -> None:
    lines = [(0, 1, 100, 8000, 4000, 8200), (9, 1, 100, 8300, 4000, 8500), (18, 1, 5000, 500, 9000, 700)]
    assert regions(lines, 1) == [(100, 8000, 4000, 8500), (5000, 500, 9000, 700)]
    assert regions(lines, 2) == []


def test_vertical_lines_from_right_to_left_are_one_region() -> None:
    lines = [(0, 1, 9000, 500, 9200, 9000), (9, 1, 8700, 500, 8900, 9000), (18, 1, 8400, 500, 8600, 3000)]
    assert regions(lines, 1) == [(8400, 500, 9200, 9000)]


@given(st.text("市政府ab1 ", min_size=1, max_size=40), st.data())
def test_boxes_stay_in_their_lines_and_every_mark_has_one(text: str, data: st.DataObject) -> None:
    offsets = sorted({0, *data.draw(st.lists(st.integers(0, len(text) - 1), max_size=4))})
    lines = [(offset, 1, 1000, 300 * n, 9000, 300 * n + 200) for n, offset in enumerate(offsets)]
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    [boxes] = mark_boxes(text, [(start, end)], lines)
    assert boxes
    for page, left, top, right, bottom in boxes:
        assert page == 1 and 1000 <= left <= right <= 9000 and (top, bottom) in {(line[3], line[5]) for line in lines}
