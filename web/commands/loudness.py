"""`--verbose` and `--debug`, which every command takes."""

from __future__ import annotations

import click

from juanzong.index.faults import NAME


def _listen(level: str) -> None:
    import logging

    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
    logger = logging.getLogger(NAME)
    logger.setLevel(min(logging.getLevelName(level), logger.level or logging.CRITICAL))


def _verbose(_: click.Context, __: click.Parameter, wanted: bool) -> None:
    if wanted:
        _listen("INFO")


def _debug(_: click.Context, __: click.Parameter, wanted: bool) -> None:
    if wanted:
        _listen("DEBUG")


def with_loudness(command: click.Command) -> click.Command:
    """The command with both options, at the end of its list."""
    command.params += [
        click.Option(
            ["--verbose"],
            is_flag=True,
            expose_value=False,
            callback=_verbose,
            help="Log what is done, to standard error.",
        ),
        click.Option(
            ["--debug"],
            is_flag=True,
            expose_value=False,
            callback=_debug,
            help="Log faults of this program with their traceback too.",
        ),
    ]
    return command
