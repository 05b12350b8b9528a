"""Paragraphs that say the same as one of them, among what a search finds: where “n copies” beside a result leads."""

from __future__ import annotations

from flask import Blueprint, Response

from juanzong.search import Engine, SearchRequest
from juanzong.search.answer.result import Hit
from juanzong.search.answer.snippets import Snippet
from juanzong.web.service.requests import answered, archive, asked, cited, language
from juanzong.web.views import hits
from juanzong.web.views.links import PageAddresses, carried, is_asked
from juanzong.web.views.rendering import HTML, page

copies = Blueprint("copies", __name__)


@copies.get("/copies/<paragraph_id>")
def copies_page(paragraph_id: str) -> Response:
    found = asked(strict=False)
    engine = archive().engine()

    def written() -> str:
        cited(engine, paragraph_id)
        same = members(engine, found, paragraph_id)
        address = PageAddresses(found)
        return page(
            "copies.html",
            same=same,
            hits=hits.listed(same, address, language()),
            back=address() if is_asked(found) else None,
            asked=found,
            kept=carried(found),
            stale=engine.info()["stale"],
        )

    return answered(engine, written, HTML)


def members(engine: Engine, request: SearchRequest, paragraph_id: str) -> list[Hit]:
    """The paragraph and those of its group that the request finds, shown whole, the earliest first."""
    return [hit._replace(snippet=Snippet(hit.text, tuple(hit.marks))) for hit in engine.copies(request, paragraph_id)]
