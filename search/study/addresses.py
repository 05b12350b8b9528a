"""The addresses of trends, comparisons and places: requests become canonical URLs, and URLs become requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from juanzong.index.errors import UsageError
from juanzong.search.address import PARAMETERS, escaped, pairs, parse
from juanzong.search.request import SearchRequest
from juanzong.search.study.comparison import CompareRequest
from juanzong.search.study.trends import TrendRequest

TREND = ("by", "grain", "unit", "scale", "dates")
COMPARE = ("by", "a", "b")
# what says how hits are listed has no meaning where nothing is listed
_LISTING = ("page", "size", "sort", "collapse", "view")
SHARED = tuple(name for name in PARAMETERS if name not in _LISTING)
_DEFAULT = TrendRequest()


def parse_trends(params: Mapping[str, Sequence[str]], strict: bool = True) -> TrendRequest:
    """The trends that an address asks for, valid in every part: `q` once for each series, or `by` and values of that facet. Raises UsageError."""
    own = _own(params, TREND, strict)
    queries = tuple(dict.fromkeys(q for q in params.get("q", ()) if q.strip()))
    search = _shared(params)
    if own.get("by") and len(queries) <= 1:
        search, queries = replace(search, q=queries[0] if queries else ""), ()
    request = TrendRequest(search, queries, **own)
    request.validate()
    for q in queries:
        replace(search, q=q).validate()
    return request


def parse_compare(params: Mapping[str, Sequence[str]], strict: bool = True) -> CompareRequest:
    """The comparison that an address asks for, valid in every part. Raises UsageError."""
    own = _own(params, COMPARE, strict)
    if strict and not ("a" in params and "b" in params):
        raise UsageError("Give what to compare as a and b.", code="sides")
    request = CompareRequest(replace(_shared(params), q=_one(params, "q")), **own)
    request.validate()
    return request


def trends_url(request: TrendRequest, path: str = "/trends") -> str:
    """The page of trends, or the same elsewhere, as `/api/trends`."""
    asked = [("q", q) for q in request.queries] + [
        (name, value) for name, value in pairs(request.search) if name in SHARED
    ]
    asked += [(name, getattr(request, name)) for name in TREND if getattr(request, name) != getattr(_DEFAULT, name)]
    return _written(path, asked)


def compare_url(request: CompareRequest, path: str = "/compare") -> str:
    """The page of a comparison, or the same elsewhere, as `/api/compare`."""
    return _written(
        path,
        [
            *((name, value) for name, value in pairs(request.search) if name in SHARED),
            *((name, getattr(request, name)) for name in COMPARE),
        ],
    )


def parse_places(params: Mapping[str, Sequence[str]], strict: bool = True) -> SearchRequest:
    """The search whose places an address asks for, valid in every part. Raises UsageError."""
    _own(params, (), strict)
    return replace(_shared(params), q=_one(params, "q"))


def places_url(request: SearchRequest, path: str = "/places") -> str:
    """The page of the places of a search, or the same elsewhere, as `/api/places`."""
    return _written(path, [(name, value) for name, value in pairs(request) if name in SHARED])


def _shared(params: Mapping[str, Sequence[str]]) -> SearchRequest:
    return parse({name: values for name, values in params.items() if name in SHARED and name != "q"})


def _own(params: Mapping[str, Sequence[str]], names: Sequence[str], strict: bool) -> dict[str, str]:
    unknown = [name for name in params if name not in (*SHARED, *names)]
    if strict and unknown:
        written, known = ", ".join(f'"{name[:40]}"' for name in unknown[:5]), ", ".join((*SHARED, *names))
        raise UsageError(f"There is no parameter {written}; use {known}.", code="unknown", args_=(written, known))
    return {name: value for name in names if (value := _one(params, name))}


def _one(params: Mapping[str, Sequence[str]], name: str) -> str:
    values = params.get(name) or ("",)
    if len(set(values)) > 1:
        raise UsageError(
            f"{name} is given {len(values)} times; give it once.", code="repeated", args_=(name, len(values))
        )
    return values[0]


def _written(path: str, asked: Sequence[tuple[str, str]]) -> str:
    written = "&".join(f"{name}={escaped(value)}" for name, value in asked)
    return f"{path}?{written}" if written else path
