"""The one address of every search: requests become canonical URLs, and URLs become requests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from juanzong.index.errors import UsageError
from juanzong.search.request import FACET_FIELDS, SPAN_FIELDS, SearchRequest

PARAMETERS = (
    "q",
    "province",
    "city",
    "district",
    "agency",
    "source",
    "kind",
    "format",
    "path",
    "from",
    "to",
    "mentioned",
    "added",
    "first",
    "fresh",
    "mode",
    "sort",
    "page",
    "size",
    "boilerplate",
    "collapse",
    "view",
)
FLAGS = ("boilerplate", "first", "fresh")
_FIELD_OF = {"from": "date_from", "to": "date_to"}
_NAMES = {field: name for name, field in _FIELD_OF.items()}
_DEFAULT = SearchRequest()
_ORDER = {name: place for place, name in enumerate(PARAMETERS)}
_FIELDS = [(name, field, getattr(_DEFAULT, field)) for name in PARAMETERS for field in (_FIELD_OF.get(name, name),)]
MOST_VALUES = 100
_NUMBER = re.compile(r"-?[0-9]+")
YES, NO = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")
# Longer numbers than any page has; they are held at this one, which is as empty.
_LARGEST = 10**18


def parse(params: Mapping[str, Sequence[str]], strict: bool = True) -> SearchRequest:
    """The request that an address asks for, valid in every part.

    `params` maps each parameter to the list of its values, decoded. A value left empty is the default, but for a facet,
    where it is the bucket without a value. Raises UsageError with a sentence for a parameter that cannot be understood, that is given twice
    though it takes one value, and, where `strict`, for one that does not exist.
    """
    unknown = [name for name in params if name not in PARAMETERS]
    if strict and unknown:
        names = ", ".join(f'"{name[:40]}"' for name in unknown[:5])
        raise UsageError(
            f"There is no parameter {names}; use {', '.join(PARAMETERS)}.",
            code="unknown",
            args_=(names, ", ".join(PARAMETERS)),
        )
    found: dict[str, Any] = {}
    for name in PARAMETERS:
        values = params.get(name) or ()
        if name in FACET_FIELDS:
            if len(values) > MOST_VALUES:
                raise UsageError(
                    f"{name} is given {len(values):,} times; give it at most {MOST_VALUES} times.",
                    code="values",
                    args_=(name, f"{len(values):,}", MOST_VALUES),
                )
            found[name] = tuple(values)
            continue
        if len(set(values)) > 1:
            raise UsageError(
                f"{name} is given {len(values)} times; give it once.", code="repeated", args_=(name, len(values))
            )
        if not values or (not values[0] and name != "q"):
            continue
        value: Any = values[0]
        if name in ("page", "size"):
            value = _number(name, value)
        elif name in FLAGS:
            value = _flag(name, value)
        found[_FIELD_OF.get(name, name)] = value
    request = SearchRequest(**found)
    request.validate()
    return request


def search_url(request: SearchRequest, **changes: Any) -> str:
    """The page of a search, `/?…`. `changes` are fields of the request to set; where any but the page changes, the page is the first."""
    return "/" + _query(_changed(request, changes))


def feed_url(request: SearchRequest) -> str:
    """A search as a feed of its latest hits, `/feed.atom?…`."""
    return "/feed.atom" + _query(request.changed(page=1, size=_DEFAULT.size, sort=_DEFAULT.sort))


def document_url(doc_id: str, paragraph_id: str = "", request: SearchRequest = _DEFAULT) -> str:
    """A document with the words of a search marked in it, at one of its paragraphs: `/doc/<id>?q=…#p-<paragraph>`.

    An id may hold any character; "/" is written %2F.
    """
    before, after = parts_of_document_url(doc_id, paragraph_id)
    return before + words_of_url(request.q, request.mode) + after


def parts_of_document_url(doc_id: str, paragraph_id: str = "") -> tuple[str, str]:
    """What stands in such an address before and after the words of the search."""
    return "/doc/" + escaped(doc_id), "#p-" + escaped(paragraph_id) if paragraph_id else ""


@lru_cache(256)
def words_of_url(q: str, mode: str) -> str:
    """The words of a search in such an address; every hit of a page links with the same."""
    return _query(SearchRequest(q=q, mode=mode)) if q else ""


def toggle(request: SearchRequest, facet: str, value: str) -> SearchRequest:
    """The request with one facet value chosen, or no longer chosen where it was; at the first page.

    `date` takes a period (`YYYY`, `YYYY-MM` or a day), which replaces the dates of the request.
    """
    if facet == "date":
        chosen = request.date_from == value and request.date_to == value
        period = None if chosen else value
        return replace(request, date_from=period, date_to=period, page=1)
    if facet not in FACET_FIELDS:
        raise UsageError(f'There is no facet "{facet}"; use {", ".join((*FACET_FIELDS, "date"))}.')
    before: Sequence[str] = getattr(request, facet)
    after = tuple(v for v in before if v != value) if value in before else (*before, value)
    changes: dict[str, Any] = {facet: after, "page": 1}
    return replace(request, **changes)


def toggle_urls(request: SearchRequest, facet: str, values: Iterable[tuple[str, bool]]) -> Iterator[str]:
    """The page with each value toggled, for values with whether they are chosen."""
    return Addresses(request).toggled(facet, values)


class Addresses:
    """The addresses around one search. A page has a hundred of them, so each is put together from parts that were written once.

    Calling it gives what `search_url` gives for the same changes."""

    def __init__(self, asked: SearchRequest) -> None:
        self._asked = asked
        self._parts: dict[str, str] = {}
        for name, value in pairs(asked):
            part = f"{name}={escaped(value)}"
            self._parts[name] = f"{self._parts[name]}&{part}" if name in self._parts else part
        self.state = "&".join(self._parts.values())

    def __call__(self, **changes: Any) -> str:
        parts = self._parts.copy()
        if changes and "page" not in changes:
            parts.pop("page", None)
        before = len(parts)
        for field, value in changes.items():
            name = _NAMES.get(field, field)
            if field in FACET_FIELDS:
                part = "&".join([f"{name}={escaped(chosen)}" for chosen in value])
            elif value == getattr(_DEFAULT, field):
                part = ""
            else:
                part = f"{name}={escaped('1' if value is True else str(value))}"
            if part:
                parts[name] = part
            else:
                parts.pop(name, None)
        if len(parts) > before or len(changes) > 1:
            # what was not there stands at the end
            return "/?" + "&".join([parts[name] for name in sorted(parts, key=_ORDER.__getitem__)]) if parts else "/"
        return "/?" + "&".join(parts.values()) if parts else "/"

    def toggled(self, facet: str, values: Iterable[tuple[str, bool]]) -> Iterator[str]:
        """The page with each value of a facet toggled, for values with whether they are chosen. All that are not share what stands around the value."""
        before, between, after = self.around(facet)
        for value, chosen in values:
            if chosen:
                yield search_url(toggle(self._asked, facet, value))
            elif between:
                yield f"{before}{(own := escaped(value))}{between}{own}{after}"
            else:
                yield f"{before}{escaped(value)}{after}"

    def around(self, facet: str) -> tuple[str, str, str]:
        """What stands before a value of a facet that is not chosen, in the page with it chosen, and after it; between the two where it stands twice, as a
        day or month does for both ends of the dates, whose place it takes."""
        of_dates = facet == "date"
        place = _ORDER["to" if of_dates else facet]
        dropped = ("from", "to", "page") if of_dates else ("page",)
        parts = [(_ORDER[name], part) for name, part in self._parts.items() if name not in dropped]
        before = "".join([f"{part}&" for at, part in parts if at <= place])
        after = "".join([f"&{part}" for at, part in parts if at > place])
        return f"/?{before}{'from' if of_dates else facet}=", "&to=" if of_dates else "", after


def cleared(request: SearchRequest, facet: str) -> SearchRequest:
    """The request without the filter of one facet (`date` for the dates); at the first page."""
    changes: dict[str, Any] = (
        {"date_from": None, "date_to": None} if facet == "date" else {facet: "" if facet in SPAN_FIELDS else ()}
    )
    return replace(request, **changes, page=1)


def pairs(request: SearchRequest) -> list[tuple[str, str]]:
    """The parameters of a request in canonical order, defaults left out: what a form carries on in hidden fields."""
    found: list[tuple[str, str]] = []
    own = request.__dict__
    for name, field, default in _FIELDS:
        value = own[field]
        if value == default:
            continue
        if default == ():
            found += [(name, chosen) for chosen in value]
        else:
            found.append((name, "1" if value is True else str(value)))
    return found


def _changed(request: SearchRequest, changes: dict[str, Any]) -> SearchRequest:
    if changes and "page" not in changes:
        changes = {**changes, "page": 1}
    return request.changed(**changes) if changes else request


def _query(request: SearchRequest) -> str:
    written = "&".join(f"{name}={escaped(value)}" for name, value in pairs(request))
    return "?" + written if written else ""


def escaped(value: str) -> str:
    """A value as it stands in an address; nothing in it means anything in HTML either."""
    return value if value.isascii() and value.isalnum() else _quoted(value)


# facets repeat the same few thousand values
@lru_cache(1 << 14)
def _quoted(value: str) -> str:
    return quote(value.encode("utf-8", "replace"), safe="")


def _number(name: str, value: str) -> int:
    if not _NUMBER.fullmatch(value):
        raise UsageError(
            f'{name} is "{value[:40]}"; use a whole number from 1 up.', code="number", args_=(name, f'"{value[:40]}"')
        )
    return int(value) if len(value) <= 18 else -1 if value.startswith("-") else _LARGEST


def _flag(name: str, value: str) -> bool:
    if value.lower() not in (*YES, *NO):
        raise UsageError(f'{name} is "{value[:40]}"; use 1 or 0.', code="flag", args_=(name, f'"{value[:40]}"'))
    return value.lower() in YES
