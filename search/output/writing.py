"""A search result as JSON, in the shape of `to_dict`. Its facets are most of it, some hundred values, and are put together from strings."""

from __future__ import annotations

from functools import lru_cache

import orjson

from juanzong.search.address import Addresses, escaped
from juanzong.search.answer.facets import Facet
from juanzong.search.answer.result import SearchResult


def written(result: SearchResult) -> bytes:
    """The result, with a line end. Raises TypeError where it has text that cannot be encoded."""
    addresses = Addresses(result.request)
    shape = result.to_dict(with_facets=False)
    shape["facets"] = {name: orjson.Fragment(_facet(facet, addresses)) for name, facet in result.facets.items()}
    return orjson.dumps(shape, option=orjson.OPT_APPEND_NEWLINE)


def _facet(facet: Facet, addresses: Addresses) -> str:
    chosen = [value for value, _, _, selected in facet.values if selected]
    own_urls = dict(zip(chosen, addresses.toggled(facet.name, [(value, True) for value in chosen])))
    before, between, after = addresses.around(facet.name)
    pieces = []
    for value, label, count, selected in facet.values:
        said, address = _value(value)
        # an address has nothing in it that means anything in JSON
        url = own_urls[value] if selected else f"{before}{address}{between}{address if between else ''}{after}"
        pieces.append(
            f'{{"value":{said},"label":{said if label is value else _value(label)[0]},"count":{count},"selected":{"true" if selected else "false"},"toggle_url":"{url}"}}'
        )
    missing = "true" if facet.missing_selected else "false"
    return (
        f'{{"label":{_value(facet.label)[0]},"missing":{facet.missing},"missing_selected":{missing},"distinct":{facet.distinct},"values":['
        + ",".join(pieces)
        + "]}"
    )


# facets repeat the same few thousand values
@lru_cache(1 << 14)
def _value(value: str) -> tuple[str, str]:
    """A value as JSON and as it stands in an address."""
    return orjson.dumps(value).decode(), escaped(value)
