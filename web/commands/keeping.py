"""`juanzong check` and `juanzong stats`: whether an index is sound, and what is in it."""
from __future__ import annotations

import json
from typing import Any

import click

PROBLEMS_FOUND = 1
STALE = 3
_SHOWN_VALUES = 10


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@click.pass_context
def check(context: click.Context, as_json: bool) -> None:
    """Test the index for damage and staleness, and report on the quality of its data."""
    from index.check import check as examine
    from web.terminal import Printer
    report = examine(context.obj)
    if as_json:
        click.echo(json.dumps(report.to_dict(), ensure_ascii=False, indent=2))
    else:
        printer = Printer(False)
        for problem in report.problems:
            click.echo(printer.plain(_sentence(problem)))
        if report.stale:
            click.echo("The index was built by another version or dictionary; run `juanzong rebuild`.")
        if not report.problems and not report.stale:
            click.echo("No problem was found.")
    context.exit(STALE if report.stale else PROBLEMS_FOUND if report.problems else 0)


def _sentence(problem: Any) -> str:
    """A problem with where it is, as far as that is known."""
    if isinstance(problem, str):
        return problem
    path, line = getattr(problem, "path", ""), getattr(problem, "line", 0)
    where = f"{path}:{line}: " if path and line else f"{path}: " if path else ""
    return f"{where}{getattr(problem, 'message', problem)}"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@click.pass_context
def stats(context: click.Context, as_json: bool) -> None:
    """Count what is in the index."""
    from search import open_engine
    from web.terminal import Printer
    engine = open_engine(context.obj)
    found = engine.stats()
    engine.close()
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    printer = Printer(False)
    for name in ("documents", "articles", "paragraphs", "undated"):
        click.echo(f"{name:<11} {found[name]:,}")
    for name, values in found["facets"].items():
        frequent = values[-_SHOWN_VALUES:] if name == "year" else values[:_SHOWN_VALUES]
        shown = ", ".join(f"{entry['value']} {entry['count']:,}" for entry in frequent)
        click.echo(f"{name:<11} {len(values):,}: {printer.plain(shown)}{' …' if len(values) > len(frequent) else ''}")
    click.echo(f"generation  {found['generation']}, built {found['built_at']}{', stale: run `juanzong rebuild`' if found['stale'] else ''}")
