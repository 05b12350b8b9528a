"""`juanzong rebuild` and `juanzong update`."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from juanzong.index.errors import UsageError

if TYPE_CHECKING:
    from juanzong.index.build.publishing import BuildSummary
    from juanzong.web.commands.progress import ProgressBar
    from juanzong.web.settings import IndexPlace

UNREAD = 4
_SHOWN_WARNINGS = 20
_SHOWN_KEPT = 5
_OCR = click.option(
    "--ocr",
    type=click.Choice(["auto", "never", "always"]),
    help="Whether scanned pages are recognised.  [default: $JUANZONG_OCR, then auto: where juanzong[ocr] is installed]",
)


def _set_ocr(setting: str | None) -> None:
    if setting:
        from juanzong.index.corpus.pages.recogniser import set_wanted

        set_wanted(setting)


@click.command()
@click.argument("corpus", nargs=-1, type=click.Path(path_type=Path))
@click.option("--jobs", type=click.IntRange(min=1), help="Worker processes.  [default: one a processor]")
@click.option(
    "--userdict",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Words to add to the dictionary, in jieba's format.",
)
@click.option(
    "--agencies",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A YAML file of agency names, merged over the shipped one.",
)
@click.option(
    "--part",
    metavar="I/N",
    help="On a cluster: read only this share of CORPUS, such as 3/16; any machine may read any share.",
)
@click.option(
    "--publish", is_flag=True, help="On a cluster: make the index of the parts that were read, once all are there."
)
@_OCR
@click.option("--json", "as_json", is_flag=True, help="Write the summary as JSON.")
@click.pass_obj
def rebuild(
    index_dir: IndexPlace,
    corpus: tuple[Path, ...],
    jobs: int | None,
    userdict: Path | None,
    agencies: Path | None,
    part: str | None,
    publish: bool,
    ocr: str | None,
    as_json: bool,
) -> int:
    """Read CORPUS (files or folders) and build the whole index anew.

    The old index answers until the new one is complete. Without CORPUS the folders of the last build are read, with its dictionary and agencies;
    seeds/ where there was never an index. Exit code 4: something could not be read, and keeps the documents that the index had of it.
    """
    _set_ocr(ocr)
    options: dict[str, Any] = {"jobs": jobs, "userdict": userdict, "agency_file": agencies}
    if isinstance(index_dir, str):
        from juanzong.index.cluster.editions import rebuild as send
        from juanzong.index.corpus.shares import Share

        if part and publish:
            raise UsageError("Give --part or --publish: the index is made once, when all parts are there.")
        share = Share.parse(part) if part else None
        address = index_dir
        return _finish(
            address, as_json, lambda bar: send(address, corpus, **options, part=share, publish=publish, progress=bar)
        )
    if part or publish:
        raise UsageError("--part and --publish are for an archive on a cluster; give its address with --index.")
    from juanzong.index.build import rebuild as build

    folder = index_dir
    return _finish(folder, as_json, lambda bar: build(folder, corpus, **options, progress=bar))


@click.command()
@click.argument("corpus", nargs=-1, type=click.Path(path_type=Path))
@click.option("--jobs", type=click.IntRange(min=1), help="Worker processes.  [default: one a processor]")
@_OCR
@click.option("--json", "as_json", is_flag=True, help="Write the summary as JSON.")
@click.option("--watch", is_flag=True, help="Go on, and update again whenever writing in the folders has come to rest.")
@click.pass_obj
def update(
    index_dir: IndexPlace, corpus: tuple[Path, ...], jobs: int | None, ocr: str | None, as_json: bool, watch: bool
) -> int:
    """Read only the files of CORPUS that changed since the last build.

    Files that are gone leave the index. The result is that of a rebuild. Without CORPUS the folders of the last build are read.
    Exit code 4: something could not be read, and keeps the documents that the index had of it.
    """
    _set_ocr(ocr)
    if isinstance(index_dir, str):
        from juanzong.index.cluster.editions import update as build_there

        address = index_dir
        return _finish(address, as_json, lambda bar: build_there(address, corpus, jobs=jobs, progress=bar))
    from juanzong.index.build import update as build

    folder = index_dir

    def run() -> int:
        return _finish(folder, as_json, lambda bar: build(folder, corpus, jobs=jobs, progress=bar))

    if not watch:
        return run()
    from juanzong.index.errors import UsageError
    from juanzong.index.store.generations import IndexDirectory
    from juanzong.web.commands.watching import existing, follow

    told = IndexDirectory(folder).remembered()
    folders = existing(corpus or (told.corpora if told else ()))
    if not folders:
        raise UsageError(
            "There is no folder to watch. Give the folders of your documents: `juanzong update --watch FOLDER`."
        )
    follow(folders, run)
    return 0


@click.command()
@click.option("--jobs", type=click.IntRange(min=1), help="Worker processes.  [default: one a processor]")
@click.option("--json", "as_json", is_flag=True, help="Write the summary as JSON.")
@click.pass_obj
def repair(index_dir: IndexPlace, jobs: int | None, as_json: bool) -> int:
    """Make a damaged index whole.

    What can be made anew from the rest is (suggestions, duplicates); the documents of a damaged part are read again. The old index stays until the
    new one is complete.
    """
    if isinstance(index_dir, str):
        raise UsageError("A cluster repairs itself from its copies; where none is left, run `juanzong rebuild`.")
    from juanzong.index.build.editions import repair as build

    folder = index_dir
    return _finish(folder, as_json, lambda bar: build(folder, jobs=jobs, progress=bar))


def _finish(index_dir: IndexPlace, as_json: bool, build: Callable[[ProgressBar], BuildSummary | None]) -> int:
    from juanzong.web.commands.progress import ProgressBar

    bar = ProgressBar(sys.stderr, sys.stderr.isatty())
    try:
        summary = build(bar)
    finally:
        bar.close()
    if summary is None:
        click.echo("The index is whole; nothing was changed.", err=True)
        return 0
    if as_json:
        click.echo(json.dumps(summary.to_dict(), ensure_ascii=False, indent=2))
    else:
        show(summary, index_dir)
    return UNREAD if summary.kept else 0


def show(summary: BuildSummary, index_dir: IndexPlace) -> None:
    from juanzong.index.build.check import REMARKS
    from juanzong.web.markup import visible

    problems = [(path, problem) for path, problem in summary.warnings if problem.code not in REMARKS]
    for path, problem in problems[:_SHOWN_WARNINGS]:
        line = f":{problem.line}" if problem.line else ""
        click.echo(visible(f"{path}{line}: {problem.message}"), err=True)
    if len(problems) > _SHOWN_WARNINGS:
        click.echo(f"… and {len(problems) - _SHOWN_WARNINGS:,} more; `juanzong check` lists them.", err=True)
    values = ", ".join(f"{count:,} {name}" for name, count in summary.values.items())
    click.echo(
        f"documents   {summary.documents:,}\narticles    {summary.articles:,}\nparagraphs  {summary.paragraphs:,}\nvalues      {values}"
    )
    if summary.added or summary.changed or summary.removed:
        click.echo(f"files       {summary.added:,} new, {summary.changed:,} changed, {summary.removed:,} gone")
    if summary.kept:
        click.echo(
            visible(
                f"unread      {len(summary.kept):,} files or folders keep the documents of the last build: {', '.join(summary.kept[:_SHOWN_KEPT])}"
            )
        )
    if summary.not_read:
        endings = ", ".join(f"{ending or 'without an ending'} {count:,}" for ending, count in summary.not_read.items())
        click.echo(
            visible(f"not read    {sum(summary.not_read.values()):,} files ({endings}); `juanzong check` lists them")
        )
    counts = summary.warning_counts or Counter(problem.code for _, problem in summary.warnings)
    remarks = {code: count for code, count in counts.items() if code in REMARKS}
    warnings = {code: count for code, count in counts.items() if code not in REMARKS}
    click.echo(f"warnings    {_counted(warnings)}")
    if remarks:
        click.echo(f"remarks     {_counted(remarks)}, which may be as they are; `juanzong check` lists them")
    click.echo(f"seconds     {summary.seconds:.1f}\ngeneration  {summary.generation} in {index_dir}")


def _counted(codes: Mapping[str, int]) -> str:
    """How many there are, and of which kinds, the most frequent first."""
    kinds = ", ".join(f"{code} {count:,}" for code, count in sorted(codes.items(), key=lambda item: -item[1]))
    return f"{sum(codes.values()):,}" + (f" ({kinds})" if kinds else "")
