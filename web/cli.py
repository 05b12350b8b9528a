"""The command line: `juanzong`. Data goes to standard output, everything else to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from juanzong.index.errors import JuanzongError
from juanzong.web.commands.accounts import user
from juanzong.web.commands.assistants import mcp
from juanzong.web.commands.building import rebuild, repair, update
from juanzong.web.commands.explaining import explain
from juanzong.web.commands.following import news, save
from juanzong.web.commands.keeping import backup, check, restore, stats
from juanzong.web.commands.loudness import with_loudness
from juanzong.web.commands.reading import analyze, inspect
from juanzong.web.commands.recognising import recognise
from juanzong.web.commands.searching import export, search
from juanzong.web.commands.serving import serve
from juanzong.web.commands.studying import compare, concordance, places, trends
from juanzong.web.settings import index_place, release

INTERRUPTED = 130
_FAILED = 1
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 120}


def _version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"juanzong {release()}")
        context.exit()


@click.group(context_settings=CONTEXT)
@click.option(
    "--index",
    "index_dir",
    metavar="DIR|ADDRESS",
    help="The index folder, or an archive on a cluster (opensearch+https://user@host:9200/archive).  [default: $JUANZONG_INDEX, then ./.juanzong]",
)
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Show the version and end."
)
@click.pass_context
def commands(context: click.Context, index_dir: str | None) -> None:
    """Full-text search for a folder of Chinese documents.

    Exit codes: 0 ok; 1 nothing found (search) or problems found (check); 2 usage; 3 no index, or stale; 4 input unreadable; 130 interrupted.
    """
    context.obj = index_place(index_dir)


for command in (
    rebuild,
    update,
    recognise,
    repair,
    search,
    inspect,
    analyze,
    explain,
    export,
    trends,
    compare,
    concordance,
    places,
    save,
    news,
    check,
    stats,
    backup,
    restore,
    serve,
    user,
    mcp,
):
    commands.add_command(with_loudness(command))


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and gives its exit code. An error that the user can mend is one sentence on standard error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A lone surrogate in a file name or a text must not end a listing.
            stream.reconfigure(errors="backslashreplace")
    try:
        code = commands.main(
            args=None if arguments is None else list(arguments), prog_name="juanzong", standalone_mode=False
        )
        sys.stdout.flush()
        return int(code or 0)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except JuanzongError as error:
        from juanzong.web.markup import visible

        click.echo(visible(f"juanzong: {error}"), err=True)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("juanzong: Interrupted.", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has seen enough; nothing may be written to it when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        click.echo(f"juanzong: {error.strerror or error}{where}. Mend this and try again.", err=True)
        return _FAILED
