"""`juanzong explain`: why a paragraph is found by a query or not."""

from __future__ import annotations

import json
from typing import Any

import click

from juanzong.web.commands.searching import filters, request_of
from juanzong.web.commands.state import tell_state
from juanzong.web.settings import IndexPlace


@click.command()
@click.argument("query")
@click.argument("paragraph_id", metavar="ID")
@filters
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", help="The language of the explanation.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@click.pass_obj
def explain(index_dir: IndexPlace, /, query: str, paragraph_id: str, lang: str, as_json: bool, **options: Any) -> None:
    """Show why QUERY finds the paragraph ID or does not: where its words stand, which filter stops it, the parts of the score.

    The id of a paragraph stands in `search --json` and in the address of its place in a document."""
    from juanzong.search import open_engine

    engine = open_engine(index_dir)
    found = engine.explain(request_of(q=query, **options), paragraph_id)
    tell_state(engine.info())
    engine.close()
    if as_json:
        click.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=2))
        return
    from juanzong.web.commands.terminal import Printer, is_coloured
    from juanzong.web.language import language
    from juanzong.web.views.sentences import sentences

    printer = Printer(is_coloured())
    click.echo(f"{printer.bold(found.title or found.doc)}\n{printer.marked(found.text, found.marks())}\n")
    for sentence in sentences(found, language(lang)):
        sign = {True: "+ ", False: "- ", None: "  "}[sentence.good]
        click.echo(f"{'  ' * sentence.level}{sign}{printer.plain(sentence.text)}")
