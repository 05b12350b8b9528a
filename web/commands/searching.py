"""`juanzong search` and `juanzong export`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from juanzong.web.commands.state import tell_state

if TYPE_CHECKING:
    from juanzong.search import SearchRequest, SearchResult
    from juanzong.web.settings import IndexPlace

NOTHING_FOUND = 1
Command = TypeVar("Command", bound=Callable[..., Any])


def filters(command: Command) -> Command:
    """The options that search and export share."""
    options = (
        click.option(
            "--city", multiple=True, help="Only this city; repeat for any of several; an empty one is “not stated”."
        ),
        click.option("--agency", multiple=True, help="Only this body."),
        click.option("--source", multiple=True, help="Only this source."),
        click.option("--province", multiple=True, help="Only cities of this province."),
        click.option("--district", multiple=True, help="Only where this district is named: 哈尔滨市道里区."),
        click.option(
            "--kind", multiple=True, metavar="[heading|body|caption|byline|table]", help="Only this kind of paragraph."
        ),
        click.option(
            "--document-format", "format", multiple=True, help="Only documents of this format: text, html, pdf …"
        ),
        click.option("--path", multiple=True, help="Only documents in this folder of the corpus."),
        click.option(
            "--added",
            default="",
            metavar="DATES",
            help="Only what came into the index on these days: 2026-11 or 2026-11-23..",
        ),
        click.option("--first", is_flag=True, help="Only the earliest of paragraphs that say the same."),
        click.option("--from", "date_from", metavar="DATE", help="From this date: YYYY, YYYY-MM or YYYY-MM-DD."),
        click.option("--to", "date_to", metavar="DATE", help="To this date, inclusive."),
        click.option(
            "--mentioned",
            default="",
            metavar="DATES",
            help="Only paragraphs that name such a day: 2021-11 or 2021-03..2021-08.",
        ),
        click.option(
            "--mode",
            default="all",
            metavar="[all|any|exact|forgiving]",
            help="All words, any word, the exact text, or all words also where recognition took characters for others alike.",
        ),
        click.option("--boilerplate", is_flag=True, help="Also headers, footers and legal notes."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def request_of(**given: Any) -> SearchRequest:
    from juanzong.search import SearchRequest

    request = SearchRequest(**given)
    request.validate()
    return request


@click.command()
@click.argument("query")
@filters
@click.option(
    "--sort",
    default="relevance",
    metavar="[relevance|date|-date|added]",
    help="Order; -date is newest first, added what came in last.",
)
@click.option(
    "--collapse",
    default="",
    metavar="[article|text]",
    help="One hit of each article, or one of those that say the same.",
)
@click.option("--page", type=int, default=1, help="Page, from 1.")
@click.option("--size", type=int, default=10, help="Hits a page.")
@click.option("--json", "as_json", is_flag=True, help="Write the result as JSON.")
@click.pass_context
def search(context: click.Context, /, query: str, as_json: bool, **options: Any) -> None:
    """Show the paragraphs that match QUERY.

    Words are all required; "…" is exact; OR, -word, parentheses, title: city: agency: source: date: and * work too. `*` matches everything.
    A query that begins with - goes after --.
    """
    from juanzong.search import open_engine

    request = request_of(q=query, **options)
    engine = open_engine(context.obj)
    result = engine.search(request)
    tell_state(result.index)
    if as_json:
        click.echo(json.dumps(result.to_dict(), ensure_ascii=False, indent=2))
    else:
        _show(result)
    engine.close()
    if not result.total:
        context.exit(NOTHING_FOUND)


def _show(result: SearchResult) -> None:
    from juanzong.web.commands.terminal import Printer, is_coloured
    from juanzong.web.language import language
    from juanzong.web.views.results import ResultsView

    printer, t = Printer(is_coloured()), language("en")
    view = ResultsView(result, t, lambda _: 0)
    found = view.found if result.total else t("results.nothing")
    click.echo(" · ".join(part for part in (found.striptags(), view.reading.striptags(), view.collapsed) if part))
    if meant := result.query.did_you_mean:
        click.echo(printer.plain(t.plain("read.meant") + t.plain("list.and").join(meant)))
    for note in view.notes:
        click.echo(printer.plain(note.striptags()))
    for number, hit in enumerate(result.hits, view.first):
        facts = [hit.date or "no date", *([hit.source] if hit.source else []), *hit.city, *hit.agency]
        click.echo(
            f"\n{number}. {printer.bold(hit.title or (f'“{hit.opening}”' if hit.opening else hit.path))}\n   {printer.dim(' · '.join(facts))}"
        )
        click.echo(
            f"   {printer.marked(hit.snippet.text, hit.snippet.marks)}\n   {printer.dim(f'{hit.path} ¶ {hit.seq + 1}')}"
        )
    if result.page < result.pages:
        click.echo(f"\nPage {result.page:,} of {result.pages:,}; --page {result.page + 1} shows the next.")


@click.command()
@click.argument("query")
@filters
@click.option(
    "--sort", metavar="[relevance|date|-date|added]", help="The order of the pages; without it the order of ids."
)
@click.option(
    "--collapse",
    default="",
    metavar="[article|text]",
    help="With --sort: one paragraph of each article, or of those that say the same.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "jsonl", "md"]),
    required=True,
    help="CSV for spreadsheets, JSON lines, or Markdown quotations.",
)
@click.pass_obj
def export(index_dir: IndexPlace, /, query: str, form: str, sort: str | None, **options: Any) -> None:
    """Write every hit of QUERY to standard output, in the order of ids or as --sort says."""
    from juanzong.search import open_engine
    from juanzong.search.output.export import WRITERS

    request = request_of(q=query, **options, **({"sort": sort} if sort else {}))
    engine = open_engine(index_dir)
    out = sys.stdout.buffer
    for chunk in WRITERS[form](engine.scan(request, ranked=bool(sort))):
        out.write(chunk.encode("utf-8", "replace"))
    out.flush()
    tell_state(engine.info())
    engine.close()
