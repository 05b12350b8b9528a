"""Where a search finds something: as maps and a list, as JSON and as a table."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

from juanzong.search import Engine, SearchRequest
from juanzong.search.output.export import FORMATS, table_chunks
from juanzong.search.study.addresses import parse_places
from juanzong.search.study.places import places
from juanzong.web.language import Language
from juanzong.web.service.requests import answered, archive, language, parameters, timed
from juanzong.web.views.places import PlacesView, flat
from juanzong.web.views.rendering import HTML, page

places_of = Blueprint("places", __name__)


@places_of.get("/places")
def places_page() -> Response:
    found = parse_places(parameters(), strict=False)
    engine = archive().engine()
    return answered(engine, lambda: _places(engine, found, language()), HTML)


def _places(engine: Engine, found: SearchRequest, t: Language) -> str:
    with timed("places"):
        view = PlacesView(places(engine.search, found), t)
    with timed("render"):
        return page("places.html", view=view, here="places", typed=found.q, stale=view.found.index["stale"])


@places_of.get("/api/places")
def places_json() -> Response:
    found = parse_places(parameters())
    engine = archive().engine()
    return answered(
        engine, lambda: current_app.json.dumps(places(engine.search, found).to_dict()) + "\n", "application/json"
    )


@places_of.get("/places.csv")
def places_table() -> Response:
    found = places(archive().engine().search, parse_places(parameters(), strict=False))
    rows = flat((*found.provinces, *found.elsewhere))
    return Response(
        "".join(table_chunks(("省份", "城市", "区县", "段数"), rows)),
        content_type=FORMATS["csv"],
        headers={"Content-Disposition": 'attachment; filename="places.csv"'},
    )
