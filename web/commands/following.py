"""`juanzong save` and `juanzong news`: searches that are kept, and what they find anew."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from juanzong.web.commands.searching import filters, request_of
from juanzong.web.settings import searches_folder

if TYPE_CHECKING:
    from juanzong.search.study.saved import News

_DAYS = 7


def _folder(index: Any) -> Path:
    from juanzong.index.errors import UsageError

    folder = searches_folder(index)
    if folder is None:
        raise UsageError(
            "Saved searches are kept in a folder: name one in the address of the cluster, behind its name: ?searches=FOLDER."
        )
    return folder


@click.command()
@click.argument("name")
@click.argument("query", nargs=-1, required=True)
@filters
@click.pass_obj
def save(index_dir: Any, /, name: str, query: tuple[str, ...], **options: Any) -> None:
    """Keep the search QUERY under NAME in searches.yaml of the index folder.

    It is shown on the start page with what it found anew, and watched by `juanzong news`."""
    from juanzong.search import open_engine
    from juanzong.search.study.saved import save as keep

    request = request_of(q=" ".join(query), **options)
    engine = open_engine(index_dir)
    total = engine.search(request).total
    engine.close()
    keep(_folder(index_dir), name, request)
    click.echo(f"Saved: {name}. It finds {total:,} paragraphs now.", err=True)


@click.command()
@click.option("--since", metavar="DAY", help=f"What came in from this day on: YYYY-MM-DD.  [default: {_DAYS} days ago]")
@click.option(
    "--format",
    "form",
    type=click.Choice(["markdown", "json"]),
    default="markdown",
    show_default=True,
    help="A text for a mail, or JSON.",
)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file instead of standard output."
)
@click.option(
    "--most", type=click.IntRange(1, 100), default=10, show_default=True, help="Paragraphs shown of each search."
)
@click.option(
    "--url", "base_url", default="", help="Where the archive is served, for links: https://archive.example.org/"
)
@click.pass_context
def news(
    context: click.Context, /, since: str | None, form: str, output: Path | None, most: int, base_url: str
) -> None:
    """Tell what each saved search found of what came in since DAY; for a cron job or a mail.

    Exit code 1 where nothing came in."""
    from juanzong.index.errors import UsageError
    from juanzong.search import open_engine
    from juanzong.search.study import saved

    folder = _folder(context.obj)
    day = datetime.datetime.now(datetime.timezone.utc).date() - datetime.timedelta(days=_DAYS)
    if since:
        try:
            day = datetime.date.fromisoformat(since)
        except ValueError:
            raise UsageError(f'--since is "{since[:40]}"; use a day such as 2026-11-23.') from None
    held = saved.read_saved(folder)
    for problem in held.problems:
        click.echo(f"juanzong: {problem}", err=True)
    if held.problems and not held.searches:
        raise UsageError(f"No saved search can be read. Mend the file: {folder / saved.NAME}.")
    if not held.searches:
        raise UsageError("No search is saved yet. Save one: `juanzong save NAME QUERY`.")
    engine = open_engine(context.obj)
    found = list(saved.news(engine, held.searches, day, most))
    engine.close()
    if form == "json":
        told = {
            "since": day.isoformat(),
            "searches": [entry.to_dict() for entry in found],
            "problems": list(held.problems),
        }
        text = json.dumps(told, ensure_ascii=False, indent=2) + "\n"
    else:
        text = _markdown(found, day, base_url)
    if output:
        output.write_text(text, "utf-8", "replace")
    else:
        click.echo(text, nl=False)
    if not any(entry.fresh for entry in found):
        context.exit(1)


def _markdown(found: Sequence[News], since: datetime.date, base_url: str) -> str:
    """News as a text for a mail: a heading for each search, a quotation for each paragraph."""
    from juanzong.search.output.export import markdown_chunks

    pieces = [f"# {since} 以来\n"]
    for entry in found:
        pieces.append(f"\n## {' '.join(entry.saved.name.split())}：新 {entry.fresh}，共 {entry.total}\n\n")
        pieces += markdown_chunks((hit.to_dict() for hit in entry.hits), base_url)
    return "".join(pieces)
