"""`juanzong inspect` and `juanzong analyze`: how a document and a text are read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from juanzong.index.facts.context import ReadingContext
    from juanzong.index.records import Document


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Write JSON; for a JSONL file one object a line.")
@click.option("--write-meta", is_flag=True, help="Write what was read to FILE.meta.yaml, for corrections by hand.")
@click.pass_obj
def inspect(index_dir: Path, file: Path, as_json: bool, write_meta: bool) -> None:
    """Show how FILE is read: articles, paragraphs, kinds, mentions with their basis.

    Where there is an index, FILE is read with the agencies that the index was built with. A file by itself does not know the numbered
    notices of other files: a day that the index completed from those may lack its year here.
    """
    from juanzong.index.reading.pipeline import read_file
    from juanzong.index.records import inspection

    documents = read_file(file, _context(index_dir))
    if write_meta:
        _write_meta(file, documents)
    elif not as_json:
        for document in documents:
            _show(document)
    elif _is_jsonl(file):
        for document in documents:
            click.echo(json.dumps(inspection(document), ensure_ascii=False))
    else:
        click.echo(json.dumps(inspection(documents[0]), ensure_ascii=False, indent=2))


def _context(index_dir: Path) -> ReadingContext:
    from juanzong.index.errors import NoIndex
    from juanzong.index.facts.context import ReadingContext
    from juanzong.index.store.generations import IndexDirectory

    try:
        agencies = IndexDirectory(index_dir).open()[0].own_files.agencies
    except NoIndex:
        agencies = None
    return ReadingContext(agency_file=str(agencies) if agencies else None)


def _is_jsonl(file: Path) -> bool:
    return {".jsonl", ".ndjson"} & set(file.suffixes[-2:]) != set()


def _write_meta(file: Path, documents: list[Document]) -> None:
    from juanzong.index.errors import UsageError
    from juanzong.index.reading.sidecars import template

    if _is_jsonl(file):
        raise UsageError("A JSONL file has no sidecar: correct its lines instead.")
    target = file.with_name(file.name + ".meta.yaml")
    if target.exists():
        raise UsageError(f"{target} exists already; edit it, or move it away first.")
    target.write_text(template(documents[0]), encoding="utf-8")
    click.echo(f"Written: {target}. Edit it, then run `juanzong rebuild`.", err=True)


def _show(document: Document) -> None:
    from juanzong.web.commands.terminal import Printer, is_coloured

    printer = Printer(is_coloured())
    place = f"{document.path}:{document.line}" if document.line else document.path
    click.echo(printer.bold(place) + printer.dim(f"  {document.id} · {document.format} · {document.encoding}"))
    for problem in document.warnings:
        click.echo(
            printer.plain(f"  ! {problem.code}{f' (line {problem.line})' if problem.line else ''}: {problem.message}")
        )
    for article in document.articles:
        date = article.published
        facts = [
            f"{date.date} ({date.basis})" if date.date else "no date",
            article.source,
            f"{article.city.value} ({article.city.basis})" if article.city else None,
            *(fact.value for fact in article.agencies),
        ]
        click.echo(
            "\n"
            + printer.bold(article.title or "(untitled)")
            + "\n  "
            + printer.dim(" · ".join(fact for fact in facts if fact))
        )
        for paragraph in article.paragraphs:
            marks = [(mention.start, mention.end) for mention in paragraph.mentions]
            click.echo(f"  {paragraph.seq:>4} {paragraph.kind:<11} {printer.marked(paragraph.text, marks)}")
            for mention in paragraph.mentions:
                said = f"{mention.facet}: {mention.value}" + (
                    f" ← {mention.surface}" if mention.surface != mention.value else ""
                )
                click.echo(" " * 18 + printer.dim(f"{said} ({mention.basis}, {mention.rule})"))


@click.command()
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def analyze(text: str, as_json: bool) -> None:
    """Show the tokens that TEXT is indexed by."""
    from juanzong.index.text.analysis import analyze as tokens
    from juanzong.web.commands.terminal import Printer

    found: dict[str, Any] = tokens(text)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    printer = Printer(False)
    for name, value in found.items():
        click.echo(f"{name:<11} " + printer.plain(value if isinstance(value, str) else " / ".join(map(str, value))))
