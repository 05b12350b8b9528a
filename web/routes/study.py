"""Questions over many paragraphs: trends, two sets side by side, and hits as lines; as pages, as JSON and as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, current_app

from juanzong.search import Engine
from juanzong.search.output.export import FORMATS, table_chunks
from juanzong.search.request import FACET_FIELDS
from juanzong.search.study.addresses import parse_compare, parse_trends, trends_url
from juanzong.search.study.comparison import CompareRequest, Comparison
from juanzong.search.study.trends import THIN, Trend, TrendRequest
from juanzong.web.language import Language
from juanzong.web.service.requests import answered, archive, asked, language, parameters, timed
from juanzong.web.views.compare import CompareForm, CompareView
from juanzong.web.views.rendering import HTML, page
from juanzong.web.views.trends import TrendsView

JSON = "application/json"
# the most frequent values that a form offers to choose from
_OFFERED = 60
_PAIRED = 4
study = Blueprint("study", __name__)


def _json(body: Any) -> str:
    return current_app.json.dumps(body) + "\n"


def _table(name: str, header: Sequence[str], rows: Iterator[Sequence[Any]]) -> Response:
    return Response(
        "".join(table_chunks(header, rows)),
        content_type=FORMATS["csv"],
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


# --- trends ---


@study.get("/trends")
def trends_page() -> Response:
    found = parse_trends(parameters(), strict=False)
    engine = archive().engine()
    return answered(engine, lambda: _trends(engine, found, language()), HTML)


def _trends(engine: Engine, found: TrendRequest, t: Language) -> str:
    with timed("trends"):
        view = TrendsView(engine.trends(found), t)
    with timed("render"):
        return page(
            "trends.html",
            view=view,
            here="trends",
            thin_below=THIN,
            typed=(*found.queries, found.search.q)[0],
            stale=view.trend.index["stale"],
        )


@study.get("/api/trends")
def trends() -> Response:
    found = parse_trends(parameters())
    engine = archive().engine()
    return answered(engine, lambda: _json(engine.trends(found).to_dict()), JSON)


@study.get("/trends.csv")
def trends_table() -> Response:
    return _table(
        "trends",
        ("系列", "时间", "数量", "同期总数", "每万", "同期过少"),
        _trend_rows(archive().engine().trends(parse_trends(parameters(), strict=False))),
    )


def _trend_rows(trend: Trend) -> Iterator[Sequence[Any]]:
    for series in trend.series:
        for point in series.points:
            yield (
                series.label,
                point.period,
                point.count,
                point.base,
                "" if point.rate is None else f"{point.rate:.3f}",
                int(point.thin),
            )


# --- two sets side by side ---


@study.get("/compare")
def compare_page() -> Response:
    given = parameters()
    found = parse_compare(given, strict=False)
    engine = archive().engine()
    both = bool("a" in given and "b" in given and (found.a or found.b))
    return answered(
        engine, lambda: _compared(engine, found, language()) if both else _compare_form(engine, found, language()), HTML
    )


def _offered(engine: Engine, found: CompareRequest) -> list[str]:
    """The values that may be compared, the most frequent first."""
    return (
        [value.value for value in engine.values(found.search, found.by).values[:_OFFERED]]
        if found.by in FACET_FIELDS
        else []
    )


def _compare_form(engine: Engine, found: CompareRequest, t: Language) -> str:
    offered = _offered(engine, found)
    pairs = list(zip(offered, offered[1:]))[:_PAIRED]
    return page(
        "compare.html",
        view=CompareForm(found, t, pairs),
        values=offered,
        here="compare",
        typed=found.search.q,
        stale=engine.info()["stale"],
    )


def _compared(engine: Engine, found: CompareRequest, t: Language) -> str:
    with timed("compare"):
        view = CompareView(engine.compare(found), t)
        offered = _offered(engine, found)
    both: dict[str, Any] = {found.by: (found.a, found.b)}
    as_trends = TrendRequest(replace(found.search, **both), by=found.by) if found.by in FACET_FIELDS else None
    with timed("render"):
        return page(
            "compare.html",
            view=view,
            values=offered,
            here="compare",
            trends_url=trends_url(as_trends) if as_trends else "",
            typed=found.search.q,
            stale=view.comparison.index["stale"],
        )


@study.get("/api/compare")
def compare() -> Response:
    found = parse_compare(parameters())
    engine = archive().engine()
    return answered(engine, lambda: _json(engine.compare(found).to_dict()), JSON)


@study.get("/compare.csv")
def compare_table() -> Response:
    return _table(
        "compare",
        ("词", "更多见于", "甲：段数", "乙：段数", "G²", "log₂ 比"),
        _word_rows(archive().engine().compare(parse_compare(parameters()))),
    )


def _word_rows(comparison: Comparison) -> Iterator[Sequence[Any]]:
    for side, words in zip((comparison.request.a, comparison.request.b), comparison.words):
        for word in words:
            yield word.text, side, *word.counts, f"{word.g2:.2f}", f"{word.log_ratio:.2f}"


# --- hits as lines ---


@study.get("/api/concordance")
def concordance() -> Response:
    found = asked(strict=True, fixed={"view": "kwic"})
    engine = archive().engine()
    return answered(engine, lambda: _json(engine.concordance(found).to_dict()), JSON)
