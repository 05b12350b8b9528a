"""`juanzong user`: who may read what a server shows. Whoever may read the index folder itself reads everything."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from juanzong.web.service.accounts import Account, Role

_FILE = click.option(
    "--accounts",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file of the accounts.  [default: accounts.json in the index folder]",
)
_ROLE = click.option(
    "--role",
    type=click.Choice(["read", "sources"]),
    help="sources: may have the files of documents, too, where `serve --sources` gives them.",
)
_COLLECTION = click.option(
    "--collection",
    "collections",
    multiple=True,
    help="Sees this top folder of the corpus alone (repeat for several); . is what lies in no folder.",
)


@click.group()
def user() -> None:
    """Say who may read what `serve` shows.

    With the first account the archive is closed: pages, API, exports and feeds ask who is there. Commands and assistants on this machine read the
    index folder itself, and see everything."""


def _path(given: Path | None) -> Path:
    from juanzong.index.errors import UsageError
    from juanzong.web.service.accounts import FILE

    index = click.get_current_context().obj
    if given is not None:
        return given
    if not isinstance(index, Path):
        raise UsageError("An archive on a cluster has no folder for accounts; give a file with --accounts.")
    return index / FILE


def _password() -> str:
    """Asked for twice at a terminal; else the first line of standard input."""
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")


def _warn(collections: tuple[str, ...]) -> None:
    """Says which collections the index does not have: mostly a slip."""
    from juanzong.index.errors import JuanzongError
    from juanzong.search import open_engine

    try:
        held = open_engine(click.get_current_context().obj).collections() if collections else []
    except JuanzongError:
        return
    for name in collections:
        if name not in held:
            click.echo(f"juanzong: The index has no collection {name} now; it has {', '.join(held[:20])}.", err=True)


@user.command()
@click.argument("name")
@_ROLE
@_COLLECTION
@_FILE
def add(name: str, role: Role | None, collections: tuple[str, ...], accounts: Path | None) -> None:
    """Make the account NAME. The password is asked for, or read from standard input."""
    from juanzong.web.service import accounts as held

    path = _path(accounts)
    _warn(collections)
    first = not os.path.lexists(path)
    held.add(path, name, _password(), role or "read", collections or None)
    click.echo(f"{name} may read now.{' The archive is closed to others.' if first else ''}", err=True)


@user.command()
@click.argument("name")
@_FILE
def remove(name: str, accounts: Path | None) -> None:
    """Take the account NAME away. Its sessions and keys end at once."""
    from juanzong.web.service import accounts as held

    held.remove(_path(accounts), name)
    click.echo(f"{name} may not read any more.", err=True)


@user.command()
@click.argument("name")
@_FILE
def password(name: str, accounts: Path | None) -> None:
    """Give the account NAME another password. Its sessions end, its keys stay."""
    from juanzong.web.service import accounts as held

    held.set_password(_path(accounts), name, _password())
    click.echo(f"{name} has another password.", err=True)


@user.command()
@click.argument("name")
@_ROLE
@_COLLECTION
@click.option("--every-collection", "every", is_flag=True, help="Sees the whole archive.")
@_FILE
def change(name: str, role: Role | None, collections: tuple[str, ...], every: bool, accounts: Path | None) -> None:
    """Change what the account NAME may see; what is not said stays."""
    from juanzong.index.errors import UsageError
    from juanzong.web.service import accounts as held

    if every and collections:
        raise UsageError("Give either --collection or --every-collection.")
    _warn(collections)
    held.set_rights(_path(accounts), name, role, collections or None, every)
    click.echo(f"{name} is changed.", err=True)


@user.command()
@click.argument("name")
@click.option("--revoke", metavar="ID", help="Take the key of this id away (see `list`).")
@_FILE
def key(name: str, revoke: str | None, accounts: Path | None) -> None:
    """Make an API key for programs of the account NAME. It is shown this once."""
    from juanzong.web.service import accounts as held

    if revoke:
        held.remove_key(_path(accounts), name, revoke)
        click.echo(f"The key {revoke} is taken away.", err=True)
        return
    made = held.add_key(_path(accounts), name)
    click.echo("A program sends it as: Authorization: Bearer KEY. It is kept nowhere; copy it now.", err=True)
    click.echo(made)


@user.command("list")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@_FILE
def list_(as_json: bool, accounts: Path | None) -> None:
    """List the accounts, what they see, and their keys."""
    from juanzong.web.commands.terminal import Printer
    from juanzong.web.service import accounts as held

    found = [_shown(account) for account in held.read(_path(accounts)).accounts]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    printer = Printer(False)
    for entry in found:
        seen = "everything" if entry["collections"] is None else ", ".join(entry["collections"]) or "nothing"
        keys = "".join(f"; key {made['id']} of {made['made']}" for made in entry["keys"])
        click.echo(printer.plain(f"{entry['name']}  {entry['role']}  {seen}{keys}"))
    if not found:
        click.echo("There are no accounts.", err=True)


def _shown(account: Account) -> dict[str, Any]:
    return {
        "name": account.name,
        "role": account.role,
        "collections": None if account.collections is None else list(account.collections),
        "keys": [{"id": made.id, "made": made.made} for made in account.keys],
    }
