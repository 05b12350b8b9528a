"""Links of the pages: things to click with what they say, and addresses that keep the whole state of a search."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from search import SearchRequest
from search.address import pairs, search_url
from search.request import FACET_FIELDS

_NEAR = 2


@dataclass(frozen=True, slots=True)
class Link:
    """Something to click. `total` is what it would find, where that is known."""

    url: str
    label: str
    current: bool = False
    total: int = 0


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a facet as a list shows it; "" is the bucket without a value."""

    value: str
    count: int
    selected: bool = False
    url: str = ""


def document_address(document_id: str, anchor: str, asked: SearchRequest) -> str:
    """The document page with everything that leads back to the search: its filters, order and page too."""
    state = urlencode(pairs(asked), quote_via=quote)
    return f"/doc/{quote(document_id, safe='')}" + (f"?{state}" if state else "") + (f"#{quote(anchor, safe='')}" if anchor else "")


def is_asked(request: SearchRequest) -> bool:
    """Whether anything is sought or filtered."""
    return bool(request.q.strip() or request.date_from or request.date_to or any(getattr(request, name) for name in FACET_FIELDS))


def carried(request: SearchRequest) -> list[tuple[str, str]]:
    """What the search form takes along in hidden fields: neither what it has fields for, nor the page."""
    return [(name, value) for name, value in pairs(request) if name not in ("q", "page", "from", "to", *FACET_FIELDS)]


def page_links(request: SearchRequest, pages: int) -> list[Link | None]:
    """Links to the first and last page and those around the present one; None stands for a gap."""
    wanted = sorted({1, pages, *range(max(1, request.page - _NEAR), min(pages, request.page + _NEAR) + 1)})
    return list(_with_gaps(request, wanted))


def _with_gaps(request: SearchRequest, wanted: Sequence[int]) -> Iterable[Link | None]:
    before = 0
    for page in wanted:
        if page > before + 1:
            yield None
        yield Link(search_url(request, page=page), str(page), page == request.page)
        before = page
