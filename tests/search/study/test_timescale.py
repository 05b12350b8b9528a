"""Periods as numbers: they follow one another, and say what they are."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.periods import period_of
from juanzong.search.request import SearchRequest
from juanzong.search.study import timescale
from juanzong.search.study.timescale import GRAINS, Grain

days = st.dates(datetime.date(1000, 1, 1), datetime.date(3000, 12, 31))


@given(days, st.sampled_from(GRAINS))
def test_a_day_lies_in_its_period(day: datetime.date, grain: Grain) -> None:
    number = timescale.number_of_day(day.toordinal(), grain)
    first, last = SearchRequest(
        date_from=timescale.bounds(number, grain)[0], date_to=timescale.bounds(number, grain)[1]
    ).date_bounds()
    assert first is not None and last is not None and first <= day.toordinal() <= last
    assert timescale.number_of_day(last + 1, grain) == number + 1 and timescale.number_of_day(first, grain) == number
    if grain != "day":
        assert timescale.numbers_of_months(np.array([period_of(day.isoformat())]), grain).tolist() == [number]


def test_what_is_not_known_so_finely_has_no_number() -> None:
    months = np.array([period_of("2021"), period_of("2021-08"), 0])
    assert timescale.numbers_of_months(months, "year").tolist() == [2021, 2021, -1]
    assert timescale.numbers_of_months(months, "month").tolist() == [-1, 2021 * 12 + 7, -1]
    assert [
        timescale.label(int(number), "quarter") for number in timescale.numbers_of_months(months, "quarter")[1:2]
    ] == ["2021-Q3"]


@given(st.dictionaries(st.integers(0, 500), st.integers(0, 40), min_size=1).filter(lambda counts: any(counts.values())))
def test_the_core_leaves_out_few(counts: dict[int, int]) -> None:
    first, last = timescale.core(counts)
    left_out = sum(count for period, count in counts.items() if not first <= period <= last)
    assert left_out <= timescale.STRAY * sum(counts.values()) and counts[first] and counts[last]


def test_no_core_without_counts() -> None:
    with pytest.raises(ValueError, match="no periods"):
        timescale.core({})
