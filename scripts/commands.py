"""Writes docs/commands.md: every command with its arguments and options, as `--help` tells them. Run it after a change of a command.

python -m scripts.commands
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

TARGET = Path(__file__).parents[1] / "docs" / "commands.md"
EVERYWHERE = ("verbose", "debug")
HEAD = """# Commands

`juanzong [--index INDEX] COMMAND …`; written by `python -m scripts.commands` from the commands themselves. Data goes to standard output,
progress and logs to standard error. Every command also takes `--verbose` (log what is done) and `--debug` (log faults of the program with their
traceback).
"""


def described() -> str:
    """The whole page."""
    from juanzong.web.cli import commands

    parts = [HEAD, *_options(commands)]
    for name, command in sorted(commands.commands.items()):
        parts += _command(f"juanzong {name}", command)
    return "\n".join(parts) + "\n"


def _command(name: str, command: click.Command) -> Iterator[str]:
    arguments = [_argument(p) for p in command.params if isinstance(p, click.Argument)]
    yield f"\n## `{' '.join([name, *arguments])}`\n"
    yield " ".join((command.help or "").split()) + "\n"
    yield from _options(command)
    if isinstance(command, click.Group):
        for inner, found in sorted(command.commands.items()):
            yield from _command(f"{name} {inner}", found)


def _argument(parameter: click.Argument) -> str:
    shown = (parameter.metavar or parameter.name or "").upper()
    shown += "…" if parameter.nargs == -1 else ""
    return shown if parameter.required else f"[{shown}]"


def _options(command: click.Command) -> Iterator[str]:
    options = [p for p in command.params if isinstance(p, click.Option) and not p.hidden and p.name not in EVERYWHERE]
    if options:
        yield "| option | |\n|---|---|"
        for option in options:
            yield f"| `{' '.join(option.opts)}` | {_cell(option.help or '')} |"


def _cell(text: str) -> str:
    return " ".join(text.replace("\b", "").split()).replace("|", "\\|")


if __name__ == "__main__":
    TARGET.write_text(described(), encoding="utf-8")
    sys.stdout.write(f"{TARGET}\n")
