"""Paragraphs that say the same as one of them, among what a search finds: where “n copies” beside a result leads."""
from __future__ import annotations

import numpy as np
from flask import Blueprint, Response

from search import Engine, SearchRequest
from search.result import Hit
from search.snippets import Snippet
from web import hits
from web.explanation import marks_of
from web.links import Addresses, carried, is_asked
from web.rendering import HTML, page
from web.requests import answered, archive, asked, cited, language

MOST = 200
copies = Blueprint("copies", __name__)


@copies.get("/copies/<paragraph_id>")
def copies_page(paragraph_id: str) -> Response:
    found = asked(strict=False)
    engine = archive().engine()

    def written() -> str:
        cited(engine, paragraph_id)
        same = members(engine, found, paragraph_id)
        address = Addresses(found)
        return page("copies.html", same=same, hits=hits.listed(same, address, language()), back=address() if is_asked(found) else None, asked=found,
                    kept=carried(found), stale=engine.info()["stale"])
    return answered(engine, written, HTML)


def members(engine: Engine, request: SearchRequest, paragraph_id: str) -> list[Hit]:
    """The paragraph and those of its group that the request finds, whole and with their marks, the earliest first; at most MOST are looked at."""
    found = []
    for one in dict.fromkeys((paragraph_id, *_group(engine, paragraph_id))):
        explained = engine.explain(request, one)
        if explained.found or one == paragraph_id:
            found.append(engine.paragraph(one)._replace(snippet=Snippet(explained.text, tuple(marks_of(explained)))))
    return sorted(found, key=lambda hit: (hit.date or "9999", hit.id))


def _group(engine: Engine, paragraph_id: str) -> list[str]:
    """The ids of what says the same as a paragraph, in the whole index."""
    snapshot = engine.snapshot()
    place = snapshot.find_paragraph(paragraph_id)
    if place is None:
        return []
    segment, number = place
    group = int(snapshot.groups[segment.name].of(np.array([number]))[0])
    return [f"{int(of.column('id')[doc]):016x}" for of in snapshot.segments for doc in (snapshot.groups[of.name].members(group) if group else ())
            if of.live is None or of.live[doc]][:MOST]
