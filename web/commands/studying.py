"""`juanzong trends`, `juanzong compare`, `juanzong concordance` and `juanzong places`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click

from juanzong.web.commands.searching import NOTHING_FOUND, filters, request_of

_BAR = 40


@click.command()
@click.argument("query", nargs=-1)
@filters
@click.option(
    "--by",
    default="",
    metavar="FACET",
    help="One series for each value of city, agency or source (the chosen ones, else the most frequent).",
)
@click.option(
    "--grain", default="", metavar="[day|month|quarter|year]", help="Length of a period.  [default: what suits]"
)
@click.option("--unit", default="paragraphs", metavar="[paragraphs|articles]", help="What is counted.")
@click.option("--scale", default="count", metavar="[count|rate]", help="Numbers, or how many of 10,000 of that period.")
@click.option(
    "--dates",
    default="published",
    metavar="[published|mentioned]",
    help="Day of publication, or days that paragraphs name.",
)
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Write CSV.")
@click.pass_context
def trends(
    context: click.Context,
    /,
    query: Sequence[str],
    by: str,
    grain: str,
    unit: str,
    scale: str,
    dates: str,
    as_json: bool,
    as_csv: bool,
    **options: Any,
) -> None:
    """Show how often each QUERY is said over time, or one QUERY in several cities, bodies or sources."""
    from juanzong.search import open_engine
    from juanzong.search.study.trends import TrendRequest
    from juanzong.web.views.trends import rate

    single = bool(by) and len(query) < 2
    search = request_of(q=query[0] if single and query else "", **options)
    engine = open_engine(context.obj)
    found = engine.trends(TrendRequest(search, () if single else tuple(query), by, grain, unit, scale, dates))
    engine.close()
    if as_json:
        click.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=2))
    elif as_csv:
        rows = (
            (s.label, p.period, p.count, p.base, "" if p.rate is None else f"{p.rate:.3f}")
            for s in found.series
            for p in s.points
        )
        _table(("series", "period", "count", "base", "per_10000"), rows)
    else:
        for series in found.series:
            reach = f"{series.first} … {series.last}" if series.first else "no date"
            click.echo(
                f"{series.label or '*'}  {series.total:,} {unit}, {reach}; undated {series.undated:,}, coarse {series.coarse:,}"
            )
            values = [(point.rate or 0.0) if scale == "rate" else float(point.count) for point in series.points]
            most = max(values, default=0.0) or 1.0
            for point, value in zip(series.points, values):
                shown = rate(point) if scale == "rate" else f"{point.count:,}"
                thin = " (few in all)" if scale == "rate" and point.thin and point.count else ""
                click.echo(f"  {point.period:<10} {shown:>8} {'█' * round(_BAR * value / most)}{thin}".rstrip())
    if not any(series.total for series in found.series):
        context.exit(NOTHING_FOUND)


@click.command()
@click.argument("a")
@click.argument("b")
@filters
@click.option(
    "--by", default="city", show_default=True, metavar="[city|agency|source|date|query]", help="What A and B are."
)
@click.option("-q", "--query", "q", default="", help="Only paragraphs that match this, in both.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Write the words as CSV.")
@click.pass_context
def compare(
    context: click.Context, /, a: str, b: str, by: str, q: str, as_json: bool, as_csv: bool, **options: Any
) -> None:
    """Put two sets of paragraphs side by side: A and B are two cities, periods (2021, 2021-03..2021-08), queries, …"""
    from juanzong.search import open_engine
    from juanzong.search.study.comparison import CompareRequest
    from juanzong.web.commands.terminal import Printer

    engine = open_engine(context.obj)
    found = engine.compare(CompareRequest(request_of(q=q, **options), by, a, b))
    engine.close()
    printer = Printer(False)
    if as_json:
        click.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=2))
    elif as_csv:
        _table(
            ("word", "more_in", "a", "b", "g2", "log_ratio"),
            (
                (word.text, label, *word.counts, f"{word.g2:.2f}", f"{word.log_ratio:.2f}")
                for label, words in zip((a, b), found.words)
                for word in words
            ),
        )
    else:
        for side, words in zip(found.sides, found.words):
            reach = f"{side.first} … {side.last}" if side.first else "no date"
            click.echo(
                printer.plain(
                    f"{side.label or '*'}  {side.paragraphs:,} paragraphs in {side.articles:,} articles, {reach}"
                )
            )
            for word in words:
                click.echo(
                    printer.plain(
                        f"  {word.text:<10} {word.counts[0]:>6,} : {word.counts[1]:<6,} G² {word.g2:>8.1f}  log₂ {word.log_ratio:+.1f}"
                    )
                )
        click.echo(f"in both     {found.both:,} paragraphs; texts that both have: {found.same:,}")
        click.echo(printer.plain("both like   " + " ".join(word.text for word in found.common)))
    if not any(side.paragraphs for side in found.sides):
        context.exit(NOTHING_FOUND)


@click.command()
@click.argument("query")
@filters
@click.option("--sort", default="relevance", metavar="[left|right|place|date|-date]", help="Order of the lines.")
@click.option("--page", type=int, default=1, help="Page, from 1.")
@click.option("--size", type=int, default=40, help="Lines a page.")
@click.option("--collocates", is_flag=True, help="The words that stand beside it most instead, with logDice.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Write every line as CSV.")
@click.pass_context
def concordance(
    context: click.Context, /, query: str, collocates: bool, as_json: bool, as_csv: bool, **options: Any
) -> None:
    """Show every hit of QUERY on a line, aligned, with what stands before and after it."""
    from juanzong.search import open_engine
    from juanzong.search.output.export import line_chunks
    from juanzong.web.commands.terminal import Printer, is_coloured

    request = request_of(q=query, view="kwic", **options)
    engine = open_engine(context.obj)
    if as_csv:
        _write(line_chunks((line.to_dict() for line in engine.concordance_lines(request)), "csv"))
        engine.close()
        return
    found = engine.concordance(request)
    engine.close()
    printer = Printer(is_coloured())
    if as_json:
        click.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=2))
    elif collocates:
        for word in found.collocates:
            click.echo(
                printer.plain(
                    f"{word.text:<10} {word.before:>6,} before {word.after:>6,} after {word.everywhere:>8,} in all  logDice {word.log_dice:.1f}"
                )
            )
    else:
        click.echo(f"{found.lines:,} lines of {found.total:,} paragraphs")
        for line in found.shown:
            left = _flat(line.left)[-18:]
            padded = "　" * (18 - len(left)) + left
            shown = f"{padded} {_flat(line.marked)} {_flat(line.right)[:18]}"
            click.echo(
                printer.marked(shown, [(len(padded) + 1, len(padded) + 1 + len(_flat(line.marked)))])
                + printer.dim(f"  {line.hit.date or ''}")
            )
    if not found.total:
        context.exit(NOTHING_FOUND)


def _flat(text: str) -> str:
    return " ".join(text.split())


def _table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    from juanzong.search.output.export import table_chunks

    _write(table_chunks(header, rows))


def _write(chunks: Iterable[str]) -> None:
    out = sys.stdout.buffer
    for chunk in chunks:
        out.write(chunk.encode("utf-8", "replace"))
    out.flush()


@click.command()
@click.argument("query", default="*")
@filters
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Write CSV.")
@click.pass_context
def places(context: click.Context, /, query: str, as_json: bool, as_csv: bool, **options: Any) -> None:
    """Show the provinces, cities and districts of what QUERY finds, everything without one."""
    from juanzong.search import open_engine
    from juanzong.search.study.places import CountedPlace
    from juanzong.search.study.places import places as places_of
    from juanzong.web.views.places import flat

    engine = open_engine(context.obj)
    found = places_of(engine.search, request_of(q=query, **options))
    engine.close()
    top = (*found.provinces, *found.elsewhere)

    def show(places: Iterable[CountedPlace], depth: int, above: str) -> None:
        for place in places:
            if place.name != above:
                click.echo(f"{place.count:>7,}  {'  ' * depth}{place.name.removeprefix(above)}")
            show(place.within, depth + (place.name != above), place.name)

    if as_json:
        click.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=2))
    elif as_csv:
        _table(("province", "city", "district", "paragraphs"), flat(top))
    else:
        show(top, 0, "")
        click.echo(f"{found.missing:>7,}  without a city, of {found.total:,} paragraphs", err=True)
    if not found.total:
        context.exit(NOTHING_FOUND)
