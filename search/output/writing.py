"""A search result as JSON, in the shape of `to_dict`. Its facets are most of it, some hundred values, and are put together from strings."""

from __future__ import annotations

from collections.abc import Iterator
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
    before, between, after = addresses.around(facet.name)
    # an address has nothing in it that means anything in JSON
    middle, end = f',"selected":false,"toggle_url":"{before}', f'{after}"}}'
    if between:
        pieces = [
            f"{lead}{count}{middle}{own}{between}{own}{end}"
            for (lead, own), (_, _, count, _) in zip(_leads(facet), facet.values)
        ]
    else:
        pieces = [
            f"{lead}{count}{middle}{own}{end}" for (lead, own), (_, _, count, _) in zip(_leads(facet), facet.values)
        ]
    for place, (value, _, _, selected) in enumerate(facet.values):
        if selected:
            [url] = addresses.toggled(facet.name, [(value, True)])
            pieces[place] = f'{pieces[place].partition(middle)[0]},"selected":true,"toggle_url":"{url}"}}'
    missing = "true" if facet.missing_selected else "false"
    return (
        f'{{"label":{orjson.dumps(facet.label).decode()},"missing":{facet.missing},"missing_selected":{missing},"distinct":{facet.distinct},"values":['
        + ",".join(pieces)
        + "]}"
    )


def _leads(facet: Facet) -> Iterator[tuple[str, str]]:
    values, labels, *_ = zip(*facet.values) if facet.values else ((), ())
    return map(_lead, values, labels)


# facets repeat the same few thousand values
@lru_cache(1 << 14)
def _lead(value: str, label: str) -> tuple[str, str]:
    """A value up to its count, and as it stands in an address."""
    said, read = orjson.dumps(value).decode(), orjson.dumps(label).decode()
    return f'{{"value":{said},"label":{read},"count":', escaped(value)
