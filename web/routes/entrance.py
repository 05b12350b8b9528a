"""The door: a page to log in, and the way out. It works without scripting, and nothing but the cookie of a session remains."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Request, Response, redirect, request
from werkzeug.wrappers import Response as Answer

from juanzong.index.errors import UsageError
from juanzong.web.service.attempts import TooMany
from juanzong.web.service.audit import audit
from juanzong.web.service.readers import SESSION, door, reader
from juanzong.web.views.rendering import HTML, page

entrance = Blueprint("entrance", __name__)
_LONGEST = 2_000


def is_page(asked: Request) -> bool:
    """Whether who asks would rather see a page than an error: a browser that asks for one."""
    return (
        asked.method in ("GET", "HEAD")
        and not asked.path.startswith("/api/")
        and "text/html" in asked.headers.get("Accept", "")
    )


def to_login(asked: Request) -> Answer:
    wanted = asked.full_path.rstrip("?")
    after = "" if wanted == "/" or len(wanted) > _LONGEST else f"?next={quote(wanted, safe='')}"
    return redirect(f"/login{after}", 303)


@entrance.get("/login")
def login() -> Answer:
    if not door().closed:
        return redirect("/", 303)
    return _form(_local(request.args.get("next", "")))


@entrance.post("/login")
def enter() -> Answer:
    guard = door()
    if not guard.closed:
        return redirect("/", 303)
    name, onwards = request.form.get("name", "")[:64].strip(), _local(request.form.get("next", ""))
    if not guard.is_ours(request):
        return _form(onwards, name, "login.again", 400)
    try:
        account = guard.enter(name, request.form.get("password", ""), request.remote_addr or "")
    except TooMany:
        audit("refused", name)
        answer = _form(onwards, name, "login.wait", 429)
        answer.headers["Retry-After"] = "900"
        return answer
    if account is None:
        audit("refused", name)
        return _form(onwards, name, "login.wrong", 401)
    audit("login", account.name)
    answer = redirect(onwards, 303)
    guard.begin(answer, account, request.is_secure)
    return _unkept(answer)


@entrance.post("/logout")
def leave() -> Answer:
    if door().closed:
        if not door().is_ours(request):
            raise UsageError("The form is too old. Go back, load the page anew, and try again.", code="form")
        audit("logout")
    answer = redirect("/", 303)
    answer.delete_cookie(SESSION, httponly=True, samesite="Lax", secure=request.is_secure, path="/")
    return _unkept(answer)


@entrance.get("/account")
def account() -> Answer:
    """Who one is here, what one sees, and the way out."""
    if not door().closed:
        return redirect("/", 303)
    answer = Response(content_type=HTML)
    token = door().form(request, answer, request.is_secure)
    answer.set_data(page("account.html", who=reader(), token=token))
    return _unkept(answer)


def _form(onwards: str, name: str = "", problem: str = "", status: int = 200) -> Answer:
    answer = Response(status=status, content_type=HTML)
    token = door().form(request, answer, request.is_secure)
    answer.set_data(page("login.html", onwards=onwards, name=name, problem=problem, token=token))
    return _unkept(answer)


def _local(address: str) -> str:
    """An address of this server; "/" where it is another's, or none."""
    clean = address.startswith("/") and not address.startswith(("//", "/\\")) and len(address) <= _LONGEST
    return address if clean and address.isprintable() and "\\" not in address else "/"


def _unkept(answer: Answer) -> Answer:
    answer.headers["Cache-Control"] = "no-store"
    return answer
