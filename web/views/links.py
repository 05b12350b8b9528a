"""Links of the pages: things to click with what they say, and addresses that keep the whole state of a search."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from markupsafe import Markup

from juanzong.search import SearchRequest
from juanzong.search.address import PARAMETERS, Addresses, escaped, pairs
from juanzong.search.request import FACET_FIELDS, SPAN_FIELDS
from juanzong.web import markup

_NEAR = 2


class Link(NamedTuple):
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


_DEFAULT = SearchRequest()


class PageAddresses(Addresses):
    """The addresses around one search, those of its other pages too."""

    def __init__(self, asked: SearchRequest) -> None:
        super().__init__(asked)
        self._documents: dict[str, str] = {}
        self._unpaged = "&".join([part for name, part in self._parts.items() if name != "page"])

    def document(self, document_id: str, anchor: str = "", paragraph: str = "") -> str:
        """The document page with everything that leads back to the search: its filters, order and page too. A `paragraph` is named where
        the image of its page is to be shown."""
        page = self._documents.get(document_id)
        if page is None:
            page = self._documents[document_id] = f"/doc/{escaped(document_id)}" + (
                f"?{self.state}" if self.state else ""
            )
        if paragraph:
            page += f"{'&' if self.state else '?'}paragraph={escaped(paragraph)}"
        if not anchor:
            return page
        plain = anchor.isascii() and anchor.replace("-", "").isalnum()
        return f"{page}#{anchor if plain else '-'.join(map(escaped, anchor.split('-')))}"

    def explanation(self, paragraph_id: str = "") -> str:
        """Why this search finds a paragraph or not; without one, the page that asks which."""
        asked = "&".join(part for part in (f"id={escaped(paragraph_id)}" if paragraph_id else "", self.state) if part)
        return f"/explain?{asked}" if asked else "/explain"

    def citation(self, paragraph_id: str) -> str:
        """A paragraph as a reference, with the way back to the search."""
        return f"/cite/{paragraph_id}?{self.state}" if self.state else f"/cite/{paragraph_id}"

    def copies(self, paragraph_id: str) -> str:
        """What says the same as a paragraph, among what this search finds."""
        return f"/copies/{paragraph_id}?{self.state}" if self.state else f"/copies/{paragraph_id}"

    def values(self, facet: str, before: str = "", contains: str = "", page: int = 1, letter: str = "") -> str:
        """All values of a facet among what this search finds: the page, or with `before` the same elsewhere, as `/api`."""
        parts = [self._unpaged] * bool(self._unpaged)
        parts += [f"contains={escaped(contains)}"] * bool(contains) + [f"initial={letter}"] * bool(letter)
        parts += [f"page={page}"] * (page > 1)
        return f"{before}/facet/{facet}" + ("?" + "&".join(parts) if parts else "")

    def export(self, form: str) -> str:
        """All hits as a file, in the order of the page: the order is named, for a bare export is in the order of ids."""
        parts = {"sort": f"sort={_DEFAULT.sort}", **self._parts}
        return f"/export.{form}?" + "&".join(
            parts[name] for name in PARAMETERS if name in parts and name not in ("page", "size")
        )


def is_asked(request: SearchRequest) -> bool:
    """Whether anything is sought or filtered."""
    return bool(
        request.q.strip()
        or request.date_from
        or request.date_to
        or any(getattr(request, name) for name in (*FACET_FIELDS, *SPAN_FIELDS, "first", "fresh"))
    )


def carried(request: SearchRequest) -> list[tuple[str, str]]:
    """What the search form takes along in hidden fields: neither what it has fields for, nor the page."""
    return [(name, value) for name, value in pairs(request) if name not in ("q", "page", "from", "to", *FACET_FIELDS)]


class Paging:
    """The pages of something that is shown a page at a time."""

    request: SearchRequest
    pages: int
    address: PageAddresses

    @property
    def first(self) -> int:
        return (self.request.page - 1) * self.request.size + 1

    @cached_property
    def previous_url(self) -> str | None:
        return self.address(page=min(self.request.page - 1, max(1, self.pages))) if self.request.page > 1 else None

    @cached_property
    def next_url(self) -> str | None:
        return self.address(page=self.request.page + 1) if self.request.page < self.pages else None

    @property
    def page_links(self) -> list[Link | None]:
        """Links to the first and last page and those around the present one; None stands for a gap."""
        here, last = self.request.page, self.pages
        found: list[Link | None] = []
        before = 0
        for page in sorted({1, last, *range(max(1, here - _NEAR), min(last, here + _NEAR) + 1)}):
            if page > before + 1:
                found.append(None)
            found.append(Link(self.address(page=page), str(page), page == here))
            before = page
        return found


def choices(links: Iterable[Link]) -> Markup:
    """Ways to see the same, a dot between them; the present one is no link."""
    return Markup(
        " · ".join(
            f'<b aria-current="true">{markup.escaped(link.label)}</b>'
            if link.current
            else f'<a href="{markup.escaped(link.url)}">{markup.escaped(link.label)}</a>'
            for link in links
        )
    )
