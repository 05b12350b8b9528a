from __future__ import annotations

import pytest

from juanzong.web.views.histogram import following, histogram


def url(period: str) -> str:
    return f"/?from={period}&to={period}"


@pytest.mark.parametrize(
    ("period", "after"),
    [
        ("2021", "2022"),
        ("0999", "1000"),
        ("2021-11", "2021-12"),
        ("2021-12", "2022-01"),
        ("2021-12-31", "2022-01-01"),
        ("2024-02-28", "2024-02-29"),
    ],
)
def test_the_following_period(period: str, after: str) -> None:
    assert following(period) == after


def test_the_axis_has_every_period_and_bars_have_their_links() -> None:
    drawing = histogram([("2021-11", 4, True), ("2022-02", 1, False)], url)
    assert drawing is not None
    assert [(bar.period, bar.count) for bar in drawing.bars] == [
        ("2021-11", 4),
        ("2021-12", 0),
        ("2022-01", 0),
        ("2022-02", 1),
    ]
    assert drawing.bars[0].height > drawing.bars[3].height > drawing.bars[1].height == 0
    assert drawing.bars[0].url == "/?from=2021-11&to=2021-11"
    assert [bar.selected for bar in drawing.bars] == [True, False, False, False]


def test_what_lies_between_chosen_periods_is_chosen() -> None:
    drawing = histogram([("2019", 1, False), ("2020", 1, True), ("2022", 1, True)], url)
    assert drawing is not None
    assert [bar.selected for bar in drawing.bars] == [False, True, True, True]


def test_a_small_count_can_still_be_seen() -> None:
    drawing = histogram([("2021", 1_000_000, False), ("2022", 1, False)], url)
    assert drawing is not None and drawing.bars[1].height >= 2


def test_far_apart_periods_are_not_filled() -> None:
    drawing = histogram([("0201-01", 1, False), ("2021-01", 1, False)], url)
    assert drawing is not None and len(drawing.bars) == 2


def test_nothing_to_draw() -> None:
    assert histogram([], url) is None
    assert histogram([("2021", 0, False)], url) is None
