"""What the days of an article are measured by."""

from __future__ import annotations

import datetime

from juanzong.index.facts.dates.anchors import Reference, Written, last_named, near_year, nearest_year
from tests.storytelling import days


def test_the_nearest_year() -> None:
    assert nearest_year(1, 5, datetime.date(2023, 12, 20), future=True) == 2024
    assert nearest_year(12, 28, datetime.date(2023, 1, 3)) == 2022


def test_the_last_year_named() -> None:
    assert last_named("2019年起,2020年10月立案,到2035年完成") == (2020, 10)
    assert last_named("一九八六年四月动工") == (1986, 4)


def test_a_day_far_from_those_with_their_year_is_left_open() -> None:
    assert days("2021年11月25日晚确诊。他12月18日出院。") == ["2021-11-25", "2021-12-18"]
    story = Reference(written=Written((datetime.date(2022, 5, 19),), ((5, 19), (7, 4), (8, 30))))
    assert near_year(7, 4, story) == near_year(8, 30, story) == 2022, "one day leads to the next"
    assert near_year(8, 30, Reference(written=Written((datetime.date(2022, 5, 19),)))) is None
    assert near_year(3, 1, story) is None
    both = Reference(written=Written((datetime.date(2022, 11, 9), datetime.date(2023, 1, 31))))
    assert (near_year(11, 20, both), near_year(1, 10, both)) == (2022, 2023)


def test_an_older_day_counts_as_farther() -> None:
    both = Reference(
        written=Written((datetime.date(2002, 7, 20), datetime.date(2022, 7, 1)), ((7, 20), (7, 1), (8, 2)))
    )
    assert near_year(8, 2, both) == 2022
    assert near_year(11, 14, both, story=datetime.date(2002, 9, 6)) == 2002
