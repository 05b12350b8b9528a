"""The small map beside the results: the country, or the one province that is chosen; a tile filters, and filters no longer where it is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from juanzong.search import SearchRequest
from juanzong.search.answer.facets import Facet
from juanzong.search.study.addresses import places_url
from juanzong.web.language import Language
from juanzong.web.views.links import PageAddresses
from juanzong.web.views.tilemap import COUNTRY, Cell, drawn, has_map


@dataclass(frozen=True, slots=True)
class Minimap:
    """`country_url` leads from a province back to the country, `large_url` to the page of places."""

    drawing: Markup
    title: str
    country_url: str
    large_url: str


def minimap(facets: Mapping[str, Facet], request: SearchRequest, address: PageAddresses, t: Language) -> Minimap | None:
    """None where there is no more than one place to choose."""
    on = request.province[0] if len(request.province) == 1 and has_map(request.province[0]) else COUNTRY
    facet = facets.get("city" if on else "province")
    if facet is None or (facet.distinct < 2 and not on):
        return None
    # what is chosen below a place goes with it; the tiles share the rest of their addresses
    around = PageAddresses(request.changed(district=(), city=(), province=request.province if on else (), page=1))
    urls = around.toggled(facet.name, [(value, False) for value, _, _, _ in facet.values])
    cells = {
        value: Cell(count, selected, around() if selected else url)
        for (value, _, count, selected), url in zip(facet.values, urls)
        if count
    }
    title = t.plain("map.province", place=on) if on else t.plain("map.rail")
    return Minimap(
        drawn(on, cells.get, t, title, compact=True),
        title,
        address(province=(), city=(), district=()) if on else "",
        places_url(request),
    )
