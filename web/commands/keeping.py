"""`juanzong check` and `juanzong stats`: whether an index is sound, and what is in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from juanzong.web.commands.state import tell_state

if TYPE_CHECKING:
    from juanzong.index.build.backup import BackupSummary
    from juanzong.index.build.check import Report
    from juanzong.web.commands.terminal import Printer

PROBLEMS_FOUND = 1
STALE = 3
_SHOWN_FILES = 50
_SHOWN_VALUES = 10


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@click.pass_context
def check(context: click.Context, as_json: bool) -> None:
    """Test the index for damage and staleness, and report on the quality of its data."""
    from juanzong.index.build.check import check as examine
    from juanzong.index.cluster.examination import check as examine_cluster
    from juanzong.web.commands.terminal import Printer

    report = examine_cluster(context.obj) if isinstance(context.obj, str) else examine(context.obj)
    if as_json:
        click.echo(json.dumps(report.to_dict(), ensure_ascii=False, indent=2))
    else:
        _show(report, Printer(False))
    context.exit(STALE if report.stale else PROBLEMS_FOUND if report.problems else 0)


def _show(report: Report, printer: Printer) -> None:
    for finding in report.problems:
        line = f":{finding.line}" if finding.line else ""
        click.echo(printer.plain(f"{finding.path}{line}: {finding.message}" if finding.path else finding.message))
    for code, count in report.counts.items():
        click.echo(f"{code:<18} {count:,}")
    for heading, unresolved in (
        ("Bodies that could not be resolved, most frequent first:", report.unresolved),
        ("Names in credits that are no known source, most frequent first:", report.unresolved_sources),
    ):
        if unresolved:
            click.echo(heading)
        for surface, count in unresolved[:_SHOWN_VALUES]:
            click.echo(printer.plain(f"  {surface} {count:,}"))
    unread = [finding.path for finding in report.findings if finding.code == "not_read"]
    if unread:
        click.echo(f"Files that are not read, {report.counts['not_read']:,} in all:")
    for path in unread[:_SHOWN_FILES]:
        click.echo(printer.plain(f"  {path}"))
    if not report.problems:
        click.echo("No problem was found in what was read." if unread else "No problem was found.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@click.pass_context
def stats(context: click.Context, as_json: bool) -> None:
    """Count what is in the index."""
    from juanzong.search import open_engine
    from juanzong.web.commands.terminal import Printer

    engine = open_engine(context.obj)
    found = engine.stats()
    tell_state(found)
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
    click.echo(f"generation  {found['generation']}, built {found['built_at']}")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@click.pass_obj
def backup(index_dir: Path, file: Path, as_json: bool) -> None:
    """Write the index with its settings into FILE (.tar, .tar.gz, .tar.xz).

    The generation that serves is saved, and read again from FILE; builds may go on meanwhile. The corpus is not in it.
    """
    from juanzong.index.build.backup import backup as save

    _show_saved(save(index_dir, file), as_json)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@click.pass_obj
def restore(index_dir: Path, file: Path, as_json: bool) -> None:
    """Make an index of FILE, which `backup` wrote, in a folder that has none (--index)."""
    from juanzong.index.build.backup import restore as unpack

    _show_saved(unpack(file, index_dir), as_json)


def _show_saved(saved: BackupSummary, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(saved.to_dict(), ensure_ascii=False, indent=2))
        return
    click.echo(f"generation  {saved.generation}, built {saved.built_at}")
    click.echo(
        f"documents   {saved.documents:,}\nparagraphs  {saved.paragraphs:,}\nfiles       {saved.files:,}, {saved.bytes / 1e6:,.1f} MB"
    )
    click.echo(f"settings    {', '.join(saved.settings) or 'none'}")
