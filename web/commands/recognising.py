"""`juanzong recognise`: scanned pages are recognised ahead of a build."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from juanzong.web.settings import IndexPlace


@click.command()
@click.argument("corpus", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--jobs", type=click.IntRange(min=1), help="Worker processes, of about 1 GB each.  [default: one a processor]"
)
@click.option("--part", metavar="I/N", help="Only this share of CORPUS, such as 3/16; any machine may take any share.")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where recognised pages are kept.  [default: $JUANZONG_OCR_CACHE, then the folder of the index]",
)
@click.option("--json", "as_json", is_flag=True, help="Write the summary as JSON.")
@click.pass_obj
def recognise(
    index_dir: IndexPlace,
    corpus: tuple[Path, ...],
    jobs: int | None,
    part: str | None,
    into: Path | None,
    as_json: bool,
) -> int:
    """Recognise the scanned pages of CORPUS (files or folders), so that a build finds them done.

    A page is recognised once in its life. The command may be stopped at any instant and goes on where it was. Exit code 1: some pages could not be
    read.
    """
    from juanzong.index.build.recognising import recognise as run
    from juanzong.index.corpus.pages import recogniser, recognitions
    from juanzong.index.corpus.shares import Share
    from juanzong.index.errors import UsageError
    from juanzong.web.commands.progress import ProgressBar

    recogniser.set_wanted("always")
    folder = into or recognitions.folder() or (index_dir / recognitions.NAME if isinstance(index_dir, Path) else None)
    if folder is None:
        raise UsageError("Say where recognised pages are to be kept: --into FOLDER, the same for every part.")
    bar = ProgressBar(sys.stderr, sys.stderr.isatty())
    try:
        summary = run(corpus, folder, jobs=jobs, share=Share.parse(part) if part else None, progress=bar)
    finally:
        bar.close()
    if as_json:
        click.echo(json.dumps(summary.to_dict(), ensure_ascii=False, indent=2))
        return 1 if summary.failed else 0
    for path in summary.failed[:20]:
        click.echo(f"{path}: some pages could not be recognised.", err=True)
    click.echo(
        f"files    {summary.files:,}, of them {summary.kept:,} with nothing left to do\n"
        f"pages    {summary.pages:,} recognised now\nseconds  {summary.seconds:.1f}\nkept in  {folder}"
    )
    return 1 if summary.failed else 0
