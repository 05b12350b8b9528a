"""The application. `create_app()` is what a WSGI server imports; it works before there is an index, and finds one when it appears."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import IO, Any

from flask import Flask, Response, current_app, g, jsonify, request
from flask.json.provider import DefaultJSONProvider
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from juanzong.index.errors import DamagedIndex, JuanzongError, NoIndex, UsageError
from juanzong.web.language import COOKIE, TAGS, language
from juanzong.web.routes.api import api
from juanzong.web.routes.assistance import assistance
from juanzong.web.routes.citations import citations
from juanzong.web.routes.copies import copies
from juanzong.web.routes.entrance import entrance, is_page, to_login
from juanzong.web.routes.exports import Exports, ExportsBusy, exports
from juanzong.web.routes.facets import facets
from juanzong.web.routes.pages import pages
from juanzong.web.routes.places import places_of
from juanzong.web.routes.sources import sources
from juanzong.web.routes.study import study
from juanzong.web.service.accesslog import AccessLog
from juanzong.web.service.accounts import FILE, Unsafe
from juanzong.web.service.archive import Archive
from juanzong.web.service.attempts import Attempts
from juanzong.web.service.audit import Audit
from juanzong.web.service.board import Board
from juanzong.web.service.metrics import Metrics
from juanzong.web.service.names import require_host
from juanzong.web.service.readers import Door, NotAdmitted, admit, door, sight
from juanzong.web.service.requests import EXTENSION, behind, limit_time, timed
from juanzong.web.service.requests import language as asked_language
from juanzong.web.service.security import secured
from juanzong.web.service.transfer import Shelf, compressed
from juanzong.web.service.turns import Turns
from juanzong.web.settings import Service, index_place
from juanzong.web.views.rendering import HTML, fingerprint, page

RETRY_AFTER = 10
# Pages that a process makes at the same time.
AT_ONCE = 1
# Every link of a page repeats the address that it was asked by, and there may be hundreds.
LONGEST_ADDRESS = 24_000
LARGEST_FORM = 16 << 10
_YEAR = 365 * 24 * 3600


class _Json(DefaultJSONProvider):
    """JSON in the order in which it was made, in plain UTF-8 where the text can be encoded."""

    sort_keys = False
    compact = True

    def dumps(self, obj: Any, **options: Any) -> str:
        written = super().dumps(obj, **{"ensure_ascii": False, "separators": (",", ":"), **options})
        try:
            written.encode("utf-8")
        except UnicodeEncodeError:
            return super().dumps(obj, **{**options, "ensure_ascii": True})
        return written


def create_app(
    index_dir: str | os.PathLike[str] | None = None, service: Service | None = None, board: Board | None = None
) -> Flask:
    """The application on an index folder; without one on `$JUANZONG_INDEX`, else `./.juanzong`. Processes of one server share a board."""
    service, board = service or Service(), board or Board()
    app = Flask(__name__)
    app.json = _Json(app)
    app.url_map.merge_slashes = False
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = _YEAR
    app.config["ASSETS"] = fingerprint()
    # a form to log in with is all that is ever sent here
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_FORM
    place = index_place(index_dir)
    beside = place / FILE if isinstance(place, Path) else None
    guard = Door(service.accounts or beside, Attempts(board), service.closed)
    app.extensions["door"] = guard
    app.extensions["audit"] = Audit(_appended(service.audit) if service.audit else sys.stderr)
    app.extensions[EXTENSION] = Archive(place, lambda: sight(guard), guard.sights)
    app.extensions["metrics"] = Metrics(board)
    app.extensions["shelf"] = Shelf()
    app.extensions["turns"] = Turns(AT_ONCE)
    app.extensions["service"] = service
    app.extensions["exports"] = Exports(board, service.exports)
    app.extensions["log"] = AccessLog(sys.stderr, service.log_queries) if service.log or service.log_queries else None
    app.wsgi_app = secured(app.wsgi_app)  # type: ignore[method-assign,assignment]
    if service.proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    app.before_request(_begin)
    app.after_request(_finish)
    app.register_error_handler(JuanzongError, _known_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unknown_error)
    app.register_blueprint(pages)
    app.register_blueprint(api)
    app.register_blueprint(assistance)
    app.register_blueprint(exports)
    app.register_blueprint(citations)
    app.register_blueprint(sources)
    app.register_blueprint(facets)
    app.register_blueprint(copies)
    app.register_blueprint(study)
    app.register_blueprint(places_of)
    app.register_blueprint(entrance)
    return app


def _appended(path: Path) -> IO[str]:
    """A file that only its owner may read, at its end. Raises UsageError."""
    try:
        return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"The audit cannot be written to {path} ({error.strerror or error}); give another file."
        ) from None


# --- before and after ---


def _begin() -> None:
    g.started, g.stages = time.perf_counter(), {}
    service: Service = current_app.extensions["service"]
    asked = behind(request)
    require_host(asked.environ.get("HTTP_HOST"), service.names)
    if len(asked.query_string) > LONGEST_ADDRESS:
        raise UsageError(
            f"The address has {len(asked.query_string):,} characters; use at most {LONGEST_ADDRESS:,}.",
            code="address",
            args_=(f"{len(asked.query_string):,}", f"{LONGEST_ADDRESS:,}"),
        )
    admit(asked)
    limit_time(service.query_seconds)


def _finish(response: Response) -> Response:
    # an export goes on after this, and has a limit of its own
    limit_time(None)
    asked = behind(request)
    if asked.args.get("lang") in TAGS:
        response.set_cookie(
            COOKIE, asked.args["lang"], max_age=_YEAR, samesite="Lax", httponly=True, secure=asked.is_secure
        )
    if door().closed and asked.endpoint != "static":
        _vary(response, "Cookie", "Authorization")
        response.headers.setdefault("Cache-Control", "private, no-cache")
    response.headers.setdefault("Cache-Control", "no-cache")
    if response.mimetype in ("text/html", "application/atom+xml"):
        _vary(response, "Accept-Language", "Cookie")
        response.headers.setdefault("Content-Language", asked_language().tag)
    with timed("compress"):
        response = compressed(asked, response)
    seconds = time.perf_counter() - g.started
    route = asked.url_rule.rule if asked.url_rule else "(none)"
    parts = current_app.extensions
    metrics: Metrics = parts["metrics"]
    metrics.answered(route, response.status_code, seconds, g.stages)
    log: AccessLog | None = parts["log"]
    if log:
        log.answered(asked, response, route, seconds, g.stages)
    return response


def _vary(response: Response, *names: str) -> None:
    """Adds to what the answer varies by. Werkzeug reads the header as a set for this, at ten times the price."""
    known = response.headers.get("Vary", "")
    response.headers["Vary"] = ", ".join(
        [known] * bool(known) + [name for name in names if name.lower() not in known.lower()]
    )


# --- errors ---


def _known_error(error: JuanzongError) -> ResponseReturnValue:
    if isinstance(error, NotAdmitted) and is_page(request):
        return to_login(request)
    if isinstance(error, Unsafe):
        # where the accounts lie, and how one would go around them, is for the operator
        current_app.logger.error("%s", error)
        return _error(error.status, "Nobody can be let in just now. Tell the operator.")
    return _error(error.status, str(error), error)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()
    answer = _error(error.code or 500, "")
    answer.headers.extend([(name, value) for name, value in error.get_headers() if name == "Allow"])
    return answer


def _unknown_error(error: Exception) -> ResponseReturnValue:
    current_app.logger.exception("An answer failed: %s", request.path)
    return _error(500, "")


_COMMANDS = {"503": "juanzong rebuild", "damaged": "juanzong repair"}


def _kind(status: int, error: JuanzongError | None) -> str:
    """Which title and advice an error has: of its own kind, else of its status, else of all like it."""
    if isinstance(error, ExportsBusy):
        return "busy"
    if isinstance(error, DamagedIndex):
        return "damaged"
    if status == 503 and type(error) is not NoIndex:
        return "later"
    return str(status) if language("en").known(f"error.{status}.title") else "500" if status >= 500 else "400"


def _error(status: int, sentence: str, error: JuanzongError | None = None) -> Response:
    """An error as JSON below /api, as a page that helps elsewhere."""
    t = asked_language()
    known = _kind(status, error)
    if request.path.startswith("/api/"):
        answer = jsonify(
            {"ok": False, "error": sentence or language("en").plain(f"error.{known}.sentence"), "status": status}
        )
    else:
        said = t.error(error) if error else ""
        answer = Response(
            page(
                "error.html",
                status=status,
                typed=request.args.get("q", ""),
                title=t.plain(f"error.{known}.title"),
                sentence=said or sentence,
                sentence_lang=t.tag if said else "en",
                advice=t.plain(f"error.{known}.advice"),
                command=_COMMANDS.get(known, ""),
            ),
            content_type=HTML,
        )
    answer.status_code = status
    if status == 401:
        # no box to log in with that a script of a page would open
        schemes = ("Bearer",) if request.path.startswith("/api/") else ("Bearer", "Basic")
        for scheme in schemes:
            answer.headers.add("WWW-Authenticate", f'{scheme} realm="juanzong"')
    answer.headers["Cache-Control"] = "no-store"
    if status == 503:
        answer.headers["Retry-After"] = str(RETRY_AFTER)
    return answer
