"""Trends equal counting by hand, and say what they leave out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juanzong.index.errors import UsageError
from juanzong.search import Engine, SearchRequest
from juanzong.search.study.trends import MOST_POINTS, THIN, Series, Trend, TrendRequest
from tests.search.study.studying import Spec, archive_of, removed, specs

GRAINS = {
    "year": lambda day: day[:4],
    "quarter": lambda day: f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}" if len(day) > 4 else None,
    "month": lambda day: day[:7] if len(day) > 4 else None,
    "day": lambda day: day if len(day) == 10 else None,
}


def periods_of(hit: dict[str, Any], dates: str, period: Callable[[str], str | None]) -> list[str | None]:
    """The periods of a hit, as a reader would name them; None for a date that is too coarse, nothing for none."""
    days = (
        [day for day in hit["mentioned_dates"] if not day.startswith("-")]
        if dates == "mentioned"
        else [hit["date"]]
        if hit["date"]
        else []
    )
    return list(dict.fromkeys(map(period, days)))


def by_hand(
    engine: Engine, request: SearchRequest, asked: TrendRequest, grain: str
) -> tuple[int, int, int, Counter[str]]:
    """Total, undated, coarse and the count of each period."""
    units: dict[str, set[str | None]] = {}
    for hit in engine.scan(request):
        units.setdefault(hit["id"] if asked.unit == "paragraphs" else hit["article"], set()).update(
            periods_of(hit, asked.dates, GRAINS[grain])
        )
    return (
        len(units),
        sum(not own for own in units.values()),
        sum(own == {None} for own in units.values()),
        Counter(period for own in units.values() for period in own if period),
    )


def check(engine: Engine, asked: TrendRequest, found: Trend, searches: list[SearchRequest]) -> None:
    for series, search in zip(found.series, searches, strict=True):
        total, undated, coarse, counts = by_hand(engine, search, asked, found.grain)
        assert (series.total, series.undated, series.coarse) == (total, undated, coarse)
        assert total == engine.search(search).total or asked.unit == "articles"
        shown = {point.period: point.count for point in series.points}
        assert {period: count for period, count in shown.items() if count} == {
            period: count for period, count in counts.items() if period in shown
        }
        assert sum(counts.values()) == sum(shown.values()) + series.before + series.after
        bases = by_hand(engine, replace(search, q="*", mode="all"), asked, found.grain)[3]
        assert {point.period: point.base for point in series.points} == {
            period: bases.get(period, 0) for period in shown
        }
        for point in series.points:
            assert point.thin == (point.base < THIN)
            assert point.rate == (None if not point.base else pytest.approx(10_000 * point.count / point.base))


@given(
    specs,
    st.integers(1, 3),
    removed,
    st.sampled_from(("", *GRAINS)),
    st.sampled_from(("paragraphs", "articles")),
    st.sampled_from(("published", "mentioned")),
    st.sampled_from((None, "2021", "2021-11-06")),
)
@settings(max_examples=25)
def test_counts_equal_brute_force(
    made: list[Spec], segments: int, deleted: frozenset[str], grain: str, unit: str, dates: str, since: str | None
) -> None:
    with archive_of(made, segments, deleted) as engine:
        asked = TrendRequest(
            SearchRequest(date_from=since), ("流调", "清零 OR 溯源", "*"), grain=grain, unit=unit, dates=dates
        )
        try:
            found = engine.trends(asked)
        except UsageError as error:
            assert error.code == "periods" and grain == "day"
            return
        assert not grain or found.grain == grain or not any(counts for counts in found.series) or found.grain == "year"
        check(engine, asked, found, [SearchRequest(q, date_from=since) for q in asked.queries])


@given(specs, st.integers(1, 2))
@settings(max_examples=25)
def test_values_of_a_facet_are_series(made: list[Spec], segments: int) -> None:
    with archive_of(made, segments) as engine:
        asked = TrendRequest(SearchRequest("流调 OR 清零"), by="city")
        found = engine.trends(asked)
        assert [series.label for series in found.series] == [
            value.value for value in engine.values(asked.search, "city").values
        ][:6]
        check(engine, asked, found, [replace(asked.search, city=(series.label,)) for series in found.series])


def spec(date: str | None, text: str = "流调") -> Spec:
    return Spec([(text, "", "body")], "徐州市", date)


def the_series(found: Trend) -> Series:
    (series,) = found.series
    return series


def test_each_point_leads_to_its_paragraphs() -> None:
    from urllib.parse import parse_qs, urlsplit

    from juanzong.search.address import parse

    with archive_of([spec("2021-11-05"), spec("2021-11-30"), spec("2022-02-01", "流调，2022年2月1日")]) as engine:
        for grain in ("month", "quarter", "year"):
            for point in the_series(
                engine.trends(TrendRequest(SearchRequest(city=("徐州市",)), ("流调",), grain=grain))
            ).points:
                there = parse(parse_qs(urlsplit(point.url).query))
                assert engine.search(there).total == point.count and there.city == ("徐州市",)


def test_each_point_of_named_days_leads_to_its_paragraphs() -> None:
    from urllib.parse import parse_qs, urlsplit

    from juanzong.search.address import parse

    made = [
        Spec(
            [("流调", "2021-11-05", "body"), ("流调", "2022-03-01", "body"), ("流调", "--03-04", "body")],
            None,
            "2022-08-01",
        )
    ]
    with archive_of(made) as engine:
        for grain in ("day", "month", "quarter", "year"):
            if grain == "day":
                continue
            points = the_series(
                engine.trends(TrendRequest(SearchRequest(), ("流调",), grain=grain, dates="mentioned"))
            ).points
            assert [engine.search(parse(parse_qs(urlsplit(point.url).query))).total for point in points] == [
                point.count for point in points
            ]
            assert sum(point.count for point in points) == 2


def test_a_stray_year_does_not_flatten_the_rest() -> None:
    with archive_of(
        [
            spec("1948-05-01"),
            *(spec(f"2021-{month:02}-03") for month in range(1, 12) for _ in range(20)),
            spec("2030-01-01"),
        ]
    ) as engine:
        found = engine.trends(TrendRequest(queries=("流调",)))
        assert (found.grain, found.periods[0], found.periods[-1]) == ("month", "2021-01", "2021-11")
        assert (the_series(found).before, the_series(found).after) == (1, 1)


def test_a_short_span_is_shown_by_day() -> None:
    with archive_of([spec("2021-11-05"), spec("2021-11-06")]) as engine:
        found = engine.trends(TrendRequest(SearchRequest(date_from="2021-11", date_to="2021-11"), ("流调",)))
        assert (found.grain, len(found.periods)) == ("day", 30)


def test_first_and_last_day() -> None:
    with archive_of([spec("2021-11-06"), spec("2021-11"), spec("2021-11-05"), spec(None)]) as engine:
        series = the_series(engine.trends(TrendRequest(queries=("流调",))))
        assert (series.first, series.last, series.undated) == ("2021-11-05", "2021-11-06", 1)


def test_nothing_found_has_no_periods() -> None:
    with archive_of([spec("2021-11-06")]) as engine:
        assert (
            engine.trends(TrendRequest(queries=("火星",))).periods,
            the_series(engine.trends(TrendRequest(queries=("火星",)))).total,
        ) == ((), 0)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (TrendRequest(queries=tuple("一二三四五六七")), "series"),
        (TrendRequest(queries=("流调",), grain="week"), "choice"),
        (TrendRequest(by="colour"), "choice"),
        (TrendRequest(queries=("流调", "清零"), by="city"), "series_both"),
        (TrendRequest(SearchRequest(city=tuple(map(str, range(7)))), by="city"), "series"),
        (TrendRequest(SearchRequest(date_from="2000", date_to="2021"), ("流调",), grain="day"), "periods"),
        (TrendRequest(SearchRequest(date_from="never")), "date"),
        (TrendRequest(unit="words"), "choice"),
        (TrendRequest(dates="lunar"), "choice"),
        (TrendRequest(scale="log"), "choice"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_a_sentence(asked: TrendRequest, code: str) -> None:
    with archive_of([spec("2021-11-06")]) as engine, pytest.raises(UsageError) as error:
        engine.trends(asked)
    assert error.value.code == code and str(error.value).endswith(".")


def test_no_more_periods_than_can_be_drawn() -> None:
    with (
        archive_of([spec(f"{year}-01-01") for year in range(1000, 1999, 10)]) as engine,
        pytest.raises(UsageError, match=str(MOST_POINTS)),
    ):
        engine.trends(TrendRequest(queries=("流调",), grain="month"))
