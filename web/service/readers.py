"""Who asks, and what he may see. Every request passes here before a route begins, and the archive gives a route only what its reader may see."""

from __future__ import annotations

import hmac
import os
import secrets
import threading
from dataclasses import dataclass
from pathlib import Path

from flask import Request, current_app, g, has_request_context
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from juanzong.index.errors import JuanzongError
from juanzong.web.service import accounts
from juanzong.web.service.accounts import Account, Accounts
from juanzong.web.service.attempts import Attempts

SESSION, FORM = "juanzong_session", "juanzong_form"
SESSION_SECONDS, FORM_SECONDS = 12 * 3600, 3600
# what one sees who has not said who he is
OPEN = frozenset(("static", "entrance.login", "entrance.enter", "api.health", "api.opensearch", "api.robots"))
_HASHING = threading.BoundedSemaphore(1)
_PATIENCE = 10.0
_NOT_ADMITTED = "Only readers with an account may see this. Log in, or send an API key."


class NotAdmitted(JuanzongError):
    """Only readers with an account may see this."""

    status = 401


class Crowded(JuanzongError):
    """So many log in at once that this one has to come again."""

    status = 503


class Forbidden(JuanzongError):
    """This reader may not see this."""

    status = 403


@dataclass(frozen=True)
class Reader:
    """`collections`: the only ones that he sees; None for all. `sources`: he may have the files of documents, where the operator lets readers have
    them. `name` is "" where the archive is open to everybody."""

    name: str = ""
    sources: bool = True
    collections: frozenset[str] | None = None

    @property
    def sight(self) -> str:
        """Another text for every reader whose answers may differ."""
        return f"{self.name}|{self.sources}"


EVERYBODY = Reader()


class Door:
    """The accounts of a server, read anew when their file changes. Once there were any, nobody comes in without one."""

    def __init__(self, path: Path | None, attempts: Attempts, closed: bool = False) -> None:
        self._path, self._attempts = path, attempts
        self._closed = closed
        self._held: tuple[object, Accounts] | None = None

    @property
    def closed(self) -> bool:
        """Whether one needs an account."""
        if not self._closed and self._path is not None and os.path.lexists(self._path):
            self._closed = True
        return self._closed

    def accounts(self) -> Accounts:
        """Raises Unsafe."""
        if self._path is None:
            return Accounts()
        try:
            state = os.stat(self._path)
            stamp = state.st_mtime_ns, state.st_ino, state.st_size, state.st_mode
        except OSError:
            raise accounts.Unsafe(
                f"The accounts in {self._path} are gone; nobody is let in. Restore the file, or stop the server to open the archive."
            ) from None
        held = self._held
        if held is None or held[0] != stamp:
            held = self._held = stamp, accounts.read(self._path)
        return held[1]

    def sights(self) -> set[frozenset[str]]:
        """The collections of each account that sees some of them only. Raises Unsafe."""
        if not self.closed:
            return set()
        return {frozenset(one.collections) for one in self.accounts().accounts if one.collections is not None}

    def reader(self, request: Request) -> Reader | None:
        """Who sends a request, None for a stranger. Raises Unsafe."""
        if not self.closed:
            return EVERYBODY
        known = self.accounts()
        key = _key(request)
        if key is not None:
            # one that nobody can guess needs no limit of attempts
            name, secret = key
            account = known.with_key(secret)
            return _reader(account) if account and name in ("", account.name) else None
        account = self._in_session(request, known)
        return _reader(account) if account else None

    def _in_session(self, request: Request, known: Accounts) -> Account | None:
        given = request.cookies.get(SESSION)
        if not given or not known.secret or len(given) > 500:
            return None
        try:
            name, stamp = _signer(known, "session").loads(given, max_age=SESSION_SECONDS)
        except (BadSignature, ValueError, TypeError):
            return None
        account = known.find(str(name))
        return account if account and hmac.compare_digest(account.stamp, str(stamp)) else None

    def enter(self, name: str, password: str, client: str) -> Account | None:
        """The account, where the password is right. Raises TooMany, Crowded and Unsafe."""
        self._attempts.require(name, client)
        # a hash takes 32 MB and a tenth of a second
        if not _HASHING.acquire(timeout=_PATIENCE):
            raise Crowded("Too many are at the door; try again in a moment.")
        try:
            # others may have guessed while this one waited
            self._attempts.require(name, client)
            found = self.accounts().with_password(name, password)
        finally:
            _HASHING.release()
        if found is None:
            self._attempts.wrong(name, client)
        return found

    def begin(self, response: Response, account: Account, secure: bool) -> None:
        """Begins a session."""
        given = str(_signer(self.accounts(), "session").dumps([account.name, account.stamp]))
        response.set_cookie(
            SESSION, given, max_age=SESSION_SECONDS, httponly=True, samesite="Lax", secure=secure, path="/"
        )

    # --- forms: only one that this server gave to this browser is taken ---

    def form(self, request: Request, response: Response, secure: bool) -> str:
        """The token of a form, with its other half as a cookie."""
        half = request.cookies.get(FORM, "")
        if not 20 <= len(half) <= 64:
            half = secrets.token_urlsafe(24)
        response.set_cookie(FORM, half, max_age=FORM_SECONDS, httponly=True, samesite="Strict", secure=secure, path="/")
        return str(_signer(self.accounts(), "form").dumps(half))

    def is_ours(self, request: Request) -> bool:
        """Whether a form that arrives is one of ours."""
        origin = request.headers.get("Origin")
        if origin is not None and origin != request.host_url.rstrip("/"):
            return False
        try:
            half = _signer(self.accounts(), "form").loads(request.form.get("token", "")[:500], max_age=FORM_SECONDS)
        except (BadSignature, ValueError):
            return False
        return isinstance(half, str) and hmac.compare_digest(half, request.cookies.get(FORM, ""))


def _signer(known: Accounts, purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(known.secret, salt=f"juanzong.{purpose}")


def _reader(account: Account) -> Reader:
    seen = account.collections
    return Reader(account.name, account.role == "sources", None if seen is None else frozenset(seen))


def _key(request: Request) -> tuple[str, str] | None:
    """The name, where one is given, and the key that a program sends: as a bearer, or as the password of a feed reader."""
    given = request.authorization
    if given is None:
        return None
    if given.type == "bearer" and given.token:
        return "", given.token
    if given.type == "basic" and given.password is not None:
        return given.username or "", given.password
    return None


# --- during a request ---


def door() -> Door:
    found: Door = current_app.extensions["door"]
    return found


def admit(request: Request) -> None:
    """Settles who asks. Raises NotAdmitted where he may not ask this, and Unsafe."""
    g.reader = None
    g.reader = door().reader(request)
    if g.reader is None and request.endpoint not in OPEN:
        raise NotAdmitted(_NOT_ADMITTED, code="account")


def reader() -> Reader | None:
    """Who asks; None for a stranger at the door."""
    found: Reader | None = g.get("reader")
    return found


def may_have_sources() -> bool:
    """Whether who asks may have files of the corpus, and pictures of their pages."""
    who = reader()
    return bool(current_app.extensions["service"].sources and who is not None and who.sources)


def sight(of: Door) -> frozenset[str] | None:
    """The only collections that may be seen by who asks; None for all of them. Raises NotAdmitted where nobody was let in."""
    who = reader() if has_request_context() else None
    if who is None and of.closed:
        raise NotAdmitted(_NOT_ADMITTED, code="account")
    return who.collections if who else None
