"""Help with words over HTTP: suggestions while typing, and why a paragraph is found or not."""
from __future__ import annotations

from flask import Blueprint, Response, current_app, request

from index.errors import UsageError
from search.address import parse
from web.requests import answered, archive

JSON = "application/json"
guidance = Blueprint("guidance", __name__)


@guidance.get("/api/suggest")
def suggest() -> Response:
    unknown = set(request.args) - {"q", "limit"}
    if unknown:
        raise UsageError(f"There is no parameter \"{min(unknown)[:40]}\"; use q, limit.")
    text, limit = request.args.get("q", ""), request.args.get("limit") or "10"
    if not (limit.isascii() and limit.isdigit() and len(limit) < 4):
        raise UsageError(f"limit is \"{limit[:40]}\"; use a whole number from 1 to 50.")
    engine = archive().engine()
    return answered(engine, lambda: _json({"ok": True, "suggestions": [found.to_dict() for found in engine.suggest(text, int(limit))]}), JSON)


@guidance.get("/api/explain")
def explain() -> Response:
    given = request.args.to_dict(flat=False)
    ids = given.pop("id", [])
    if len(ids) != 1 or not ids[0]:
        raise UsageError("Give the id of one paragraph as id, beside the parameters of the search.")
    found = parse(given)
    engine = archive().engine()
    return answered(engine, lambda: _json(engine.explain(found, ids[0]).to_dict()), JSON)


def _json(body: object) -> str:
    return current_app.json.dumps(body) + "\n"
