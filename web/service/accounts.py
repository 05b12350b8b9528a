"""Who may read: accounts with a password, a role and collections, and keys for programs, in one file that nobody else may read.

`accounts.json` lies in the index folder. Passwords are kept as scrypt hashes (Werkzeug's), keys, which nobody can guess, as SHA-256.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Literal

from juanzong.index.errors import JuanzongError, NotFound, UsageError

FILE = "accounts.json"
ROLES = ("read", "sources")
Role = Literal["read", "sources"]
SHORTEST, LONGEST = 10, 200
FORMAT = 1
_NAME = re.compile(r"[\w.@-]{1,64}")
_METHOD = "scrypt:32768:8:1"
_KEY = re.compile(r"jz_([0-9a-f]{8})_([0-9A-Za-z_-]{43})")


class Unsafe(JuanzongError):
    """The accounts cannot be read, or others could read them: nobody is let in."""

    status = 503


@dataclass(frozen=True)
class Key:
    """A key of a program: what it is called, the SHA-256 of its secret part, the day on which it was made."""

    id: str
    digest: str
    made: str


@dataclass(frozen=True)
class Account:
    """`role`: `sources` may have the files of documents, too. `collections`: the top folders of the corpus that it sees; None for all of them.
    `stamp` changes with the password, and ends the sessions that were begun before."""

    name: str
    password: str
    role: Role = "read"
    collections: tuple[str, ...] | None = None
    keys: tuple[Key, ...] = ()
    stamp: str = ""


@dataclass(frozen=True)
class Accounts:
    """What the file holds. `secret` signs sessions."""

    secret: str = ""
    accounts: tuple[Account, ...] = field(default=())

    def find(self, name: str) -> Account | None:
        return next((account for account in self.accounts if account.name == name), None)

    def with_password(self, name: str, password: str) -> Account | None:
        """The account of this name, if the password is right. It takes as long where there is none."""
        from werkzeug.security import check_password_hash

        found = self.find(name)
        right = check_password_hash(found.password if found else _nobody(), password[:LONGEST])
        return found if right else None

    def with_key(self, given: str) -> Account | None:
        """The account that a key belongs to."""
        parts = _KEY.fullmatch(given)
        if parts is None:
            return None
        digest = hashlib.sha256(parts[2].encode()).hexdigest()
        for account in self.accounts:
            for key in account.keys:
                if key.id == parts[1] and hmac.compare_digest(key.digest, digest):
                    return account
        return None


_unknown: list[str] = []


def _nobody() -> str:
    """A hash that no password has."""
    if not _unknown:
        _unknown.append(hashed(secrets.token_urlsafe(32)))
    return _unknown[0]


def hashed(password: str) -> str:
    from werkzeug.security import generate_password_hash

    return generate_password_hash(password, _METHOD)


def read(path: Path) -> Accounts:
    """The accounts of a file; none where there is no file. Raises Unsafe where it cannot be read, or others may read or write it."""
    try:
        with path.open("rb") as file:
            _require_own(path, os.fstat(file.fileno()))
            found = json.loads(file.read(16 << 20))
        if found["format"] != FORMAT:
            raise ValueError("it was written by another version")
        return Accounts(found["secret"], tuple(_account(entry) for entry in found["accounts"]))
    except FileNotFoundError:
        return Accounts()
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unsafe(f"The accounts in {path} cannot be read ({error}). Restore the file; nobody is let in.") from None


def _require_own(path: Path, state: os.stat_result) -> None:
    if not stat.S_ISREG(state.st_mode):
        raise ValueError("it is no file")
    if os.name == "posix" and state.st_mode & 0o077:
        raise Unsafe(f"Others may read or write {path}; nobody is let in. Take that from them: chmod 600 {path}")


def _account(entry: dict[str, Any]) -> Account:
    seen = entry["collections"]
    if entry["role"] not in ROLES or not all(isinstance(entry[name], str) for name in ("name", "password", "stamp")):
        raise ValueError("an account is not what was written")
    return Account(
        entry["name"],
        entry["password"],
        entry["role"],
        None if seen is None else tuple(map(str, seen)),
        tuple(Key(str(key["id"]), str(key["digest"]), str(key["made"])) for key in entry["keys"]),
        entry["stamp"],
    )


# --- changes ---


def add(path: Path, name: str, password: str, role: Role = "read", collections: Sequence[str] | None = None) -> None:
    """Raises UsageError for a name that is taken or no name, and for a password that is too short."""
    if not _NAME.fullmatch(name):
        raise UsageError(f'"{name[:64]}" is no name for an account; use letters, digits and . @ - _, at most 64.')
    _require_password(password)
    with _changing(path) as held:
        if held.find(name):
            raise UsageError(f'There is an account called "{name}"; choose another name.')
        seen = None if collections is None else tuple(dict.fromkeys(collections))
        made = Account(name, hashed(password), role, seen, (), secrets.token_hex(8))
        _write(path, replace(held, accounts=(*held.accounts, made)))


def remove(path: Path, name: str) -> None:
    """Raises NotFound. The file stays when the last account goes: the archive stays closed."""
    with _changing(path) as held:
        _required(held, name)
        _write(path, replace(held, accounts=tuple(one for one in held.accounts if one.name != name)))


def set_password(path: Path, name: str, password: str) -> None:
    """Raises NotFound, and UsageError for a password that is too short. Sessions of the account end."""
    _require_password(password)
    _exchange(path, name, password=hashed(password), stamp=secrets.token_hex(8))


def set_rights(path: Path, name: str, role: Role | None, collections: Sequence[str] | None, every: bool) -> None:
    """What an account may see from now on; what is None stays. Raises NotFound."""
    changes: dict[str, Any] = {} if role is None else {"role": role}
    if collections or every:
        changes["collections"] = None if every else tuple(dict.fromkeys(collections or ()))
    _exchange(path, name, **changes)


def add_key(path: Path, name: str) -> str:
    """A new key of an account, which is nowhere kept. Raises NotFound."""
    identifier, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    made = Key(identifier, hashlib.sha256(secret.encode()).hexdigest(), datetime.now(timezone.utc).date().isoformat())
    with _changing(path) as held:
        account = _required(held, name)
        _write(path, _exchanged(held, replace(account, keys=(*account.keys, made))))
    return f"jz_{identifier}_{secret}"


def remove_key(path: Path, name: str, identifier: str) -> None:
    """Raises NotFound."""
    with _changing(path) as held:
        account = _required(held, name)
        kept = tuple(key for key in account.keys if key.id != identifier)
        if len(kept) == len(account.keys):
            raise NotFound(f'{name} has no key "{identifier[:16]}"; see `juanzong user list`.')
        _write(path, _exchanged(held, replace(account, keys=kept)))


def _exchange(path: Path, name: str, **changes: Any) -> None:
    with _changing(path) as held:
        _write(path, _exchanged(held, replace(_required(held, name), **changes)))


def _exchanged(held: Accounts, account: Account) -> Accounts:
    return replace(held, accounts=tuple(account if one.name == account.name else one for one in held.accounts))


def _required(held: Accounts, name: str) -> Account:
    found = held.find(name)
    if found is None:
        raise NotFound(f'There is no account called "{name[:64]}"; see `juanzong user list`.')
    return found


def _require_password(password: str) -> None:
    if not SHORTEST <= len(password) <= LONGEST:
        raise UsageError(f"A password has {SHORTEST} to {LONGEST} characters; some words in a row are a good one.")


@contextmanager
def _changing(path: Path) -> Iterator[Accounts]:
    """The accounts as they are, while nobody else changes them."""
    from filelock import FileLock

    if not path.parent.is_dir():
        raise UsageError(
            f"There is no folder {path.parent} for the accounts. Build the index first, or give --accounts."
        )
    with FileLock(path.with_suffix(".lock")):
        held = read(path)
        yield held if held.secret else replace(held, secret=secrets.token_hex(32))


def _write(path: Path, held: Accounts) -> None:
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    data = json.dumps({"format": FORMAT, **asdict(held)}, ensure_ascii=False, indent=1)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)
