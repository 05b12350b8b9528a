"""Help with words over HTTP: suggestions while typing, and why a paragraph is found or not."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request

from juanzong.index.errors import NotFound, UsageError
from juanzong.search import Engine, SearchRequest
from juanzong.search.address import pairs, parse
from juanzong.web.service.requests import answered, archive, asked, language
from juanzong.web.views.explanation import ExplanationPage, paragraph_id
from juanzong.web.views.links import PageAddresses, carried, is_asked
from juanzong.web.views.rendering import HTML, page

JSON = "application/json"
assistance = Blueprint("assistance", __name__)


@assistance.get("/api/suggest")
def suggest() -> Response:
    unknown = set(request.args) - {"q", "limit"}
    if unknown:
        raise UsageError(f'There is no parameter "{min(unknown)[:40]}"; use q, limit.')
    for name in ("q", "limit"):
        if len(request.args.getlist(name)) > 1:
            raise UsageError(f"{name} is given {len(request.args.getlist(name))} times; give it once.")
    text, limit = request.args.get("q", ""), request.args.get("limit", "10")
    if not (limit.isascii() and limit.isdigit() and len(limit) < 4):
        raise UsageError(f'limit is "{limit[:40]}"; use a whole number from 1 to 50.')
    engine = archive().engine()
    return answered(
        engine,
        lambda: _json({"ok": True, "suggestions": [found.to_dict() for found in engine.suggest(text, int(limit))]}),
        JSON,
    )


@assistance.get("/api/explain")
def explain() -> Response:
    given = request.args.to_dict(flat=False)
    ids = given.pop("id", [])
    if len(ids) != 1 or not ids[0]:
        raise UsageError("Give the id of one paragraph as id, beside the parameters of the search.")
    found = parse(given)
    engine = archive().engine()
    return answered(engine, lambda: _json(engine.explain(found, ids[0]).to_dict()), JSON)


@assistance.get("/explain")
def explain_page() -> Response:
    """The same as a page, with a form for the paragraph. A paragraph that does not exist is said on that page."""
    found = asked(strict=False)
    engine = archive().engine()
    given = request.args.get("id", "").strip()
    wanted = paragraph_id(given)
    if given and not wanted:
        return Response(_explanation(engine, found, given, "explain.no_id"), status=400, content_type=HTML)
    try:
        return answered(engine, lambda: _explanation(engine, found, wanted), HTML)
    except NotFound:
        return Response(_explanation(engine, found, given, "explain.no_paragraph"), status=404, content_type=HTML)


def _explanation(engine: Engine, found: SearchRequest, given: str, problem: str = "") -> str:
    t = language()
    view = ExplanationPage(engine.explain(found, given), found, t) if given and not problem else None
    back = PageAddresses(found)() if is_asked(found) else None
    return page(
        "explain.html",
        view=view,
        given=given,
        problem=t(problem) if problem else "",
        asked=found,
        kept=carried(found),
        state=pairs(found),
        back=back,
        stale=engine.info()["stale"],
    )


def _json(body: object) -> str:
    return current_app.json.dumps(body) + "\n"
