"""`juanzong user`, and what `serve` asks for where others can reach it."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from juanzong.index.errors import JuanzongError, NotFound, UsageError
from juanzong.web.cli import commands
from juanzong.web.service import accounts

PASSWORD = "correct horse battery\n"


def run(index: Path, *arguments: str, given: str = "") -> Result:
    found = CliRunner().invoke(commands, ["--index", str(index), *arguments], input=given)
    if isinstance(found.exception, JuanzongError):
        raise found.exception
    return found


@pytest.fixture
def index(tmp_path: Path) -> Path:
    (tmp_path / "index").mkdir()
    return tmp_path / "index"


def test_an_account_from_beginning_to_end(index: Path) -> None:
    assert "closed" in run(index, "user", "add", "甲", "--collection", "区报", given=PASSWORD).stderr
    path = index / accounts.FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    run(index, "user", "add", "b@example.org", "--role", "sources", given=PASSWORD)
    key = run(index, "user", "key", "甲").stdout.strip()
    listed = json.loads(run(index, "user", "list", "--json").stdout)
    assert [(one["name"], one["role"], one["collections"]) for one in listed] == [
        ("甲", "read", ["区报"]),
        ("b@example.org", "sources", None),
    ]
    assert key.startswith(f"jz_{listed[0]['keys'][0]['id']}_")
    run(index, "user", "change", "甲", "--every-collection", "--role", "sources")
    run(index, "user", "key", "甲", "--revoke", listed[0]["keys"][0]["id"])
    run(index, "user", "password", "甲", given="another long password\n")
    [first, _] = accounts.read(path).accounts
    assert (first.role, first.collections, first.keys) == ("sources", None, ())
    assert accounts.read(path).with_password("甲", "another long password") == first
    assert accounts.read(path).with_password("甲", "correct horse battery") is None
    for name in ("甲", "b@example.org"):
        run(index, "user", "remove", name)
    # the archive does not open by itself
    assert path.exists()
    assert "no accounts" in run(index, "user", "list").stderr


@pytest.mark.parametrize("name", ["", "a b", "x" * 65, "a/b", "<b>"])
def test_names(index: Path, name: str) -> None:
    with pytest.raises(UsageError):
        run(index, "user", "add", name, given=PASSWORD)


def test_what_is_refused(index: Path) -> None:
    with pytest.raises(UsageError, match="10 to 200"):
        run(index, "user", "add", "a", given="short\n")
    run(index, "user", "add", "a", given=PASSWORD)
    with pytest.raises(UsageError, match="another name"):
        run(index, "user", "add", "a", given=PASSWORD)
    for command in ("remove", "key", "password", "change"):
        with pytest.raises(NotFound):
            run(index, "user", command, "nobody", given=PASSWORD)
    with pytest.raises(NotFound):
        run(index, "user", "key", "a", "--revoke", "00000000")
    with pytest.raises(UsageError):
        run(index, "user", "change", "a", "--every-collection", "--collection", "x")
    with pytest.raises(UsageError, match="--accounts"):
        CliRunner().invoke(
            commands,
            ["--index", "opensearch+http://localhost:9/a", "user", "list"],
            standalone_mode=False,
            catch_exceptions=False,
        )


def test_serve_asks_for_a_decision(index: Path) -> None:
    with pytest.raises(UsageError, match="juanzong user add"):
        run(index, "serve", "--host", "0.0.0.0")
    run(index, "user", "add", "a", given=PASSWORD)
    with pytest.raises(UsageError, match="Leave out --public"):
        run(index, "serve", "--public")
    os.chmod(index / accounts.FILE, 0o640)
    with pytest.raises(accounts.Unsafe, match="chmod 600"):
        run(index, "serve")
