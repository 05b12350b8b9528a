"""Partial dates as days and months."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.periods import UNDATED, days_of, period_label, period_of


def day(text: str) -> int:
    return datetime.date.fromisoformat(text).toordinal()


@pytest.mark.parametrize(
    ("date", "first", "last"),
    [
        ("2021", "2021-01-01", "2021-12-31"),
        ("2021-11", "2021-11-01", "2021-11-30"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2021-11-05", "2021-11-05", "2021-11-05"),
    ],
)
def test_a_partial_date_is_a_span_of_days(date: str, first: str, last: str) -> None:
    assert days_of(date) == (day(first), day(last))


@pytest.mark.parametrize(
    "date", [None, "", "--11-05", "昨天", "2021-13", "2021-02-30", "2021-", "0000", "2021-11-05T00:00", "99999"]
)
def test_what_is_no_date_is_undated(date: str | None) -> None:
    assert days_of(date) == (UNDATED, UNDATED)
    assert period_of(date) == UNDATED


@pytest.mark.parametrize(
    ("date", "label"), [("2021", "2021"), ("2021-11", "2021-11"), ("2021-11-05", "2021-11"), ("0987-01", "0987-01")]
)
def test_periods_have_labels(date: str, label: str) -> None:
    assert period_label(period_of(date)) == label


@given(
    st.dates(datetime.date(1, 1, 1), datetime.date(5000, 12, 31)),
    st.dates(datetime.date(1, 1, 1), datetime.date(5000, 12, 31)),
)
def test_periods_sort_by_time_and_fit_their_type(one: datetime.date, other: datetime.date) -> None:
    periods = [period_of(date.isoformat()) for date in (one, other)]
    assert (periods[0] < periods[1]) == ((one.year, one.month) < (other.year, other.month))
    assert all(0 < period < 1 << 16 for period in periods)
    assert period_of(f"{one.year:04}") < period_of(f"{one.year:04}-01")
