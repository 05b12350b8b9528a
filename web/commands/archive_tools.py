"""The archive as tools for assistants. Reading only; every answer can be cited."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

from juanzong.search import Engine, SearchRequest
from juanzong.search.address import document_url
from juanzong.search.study.comparison import CompareRequest
from juanzong.search.study.trends import TrendRequest

LARGEST = 50
"""Hits of one answer."""
_MOST_VALUES = 500
_SHOWN = ("id", "doc", "title", "opening", "source", "date", "date_basis", "city", "agency", "kind", "text", "url")


class ArchiveTools:
    """The tools over an engine. Links begin with `base_url`, where the archive is served. An assistant reads the names, parameters and
    docstrings of the methods in `all`."""

    def __init__(self, engine: Engine, base_url: str = "") -> None:
        self._engine, self._base_url = engine, base_url

    @property
    def all(self) -> tuple[Callable[..., dict[str, Any]], ...]:
        return self.search, self.document, self.facets, self.trends, self.compare

    def search(
        self,
        q: str,
        city: list[str] | None = None,
        date_from: str = "",
        date_to: str = "",
        sort: str = "relevance",
        page: int = 1,
        size: int = 10,
    ) -> dict[str, Any]:
        """Paragraphs that match a query, with id, text, title, source, date, city, agency and url, and exact totals. sort: relevance, date, -date, added."""
        size = max(1, min(size, LARGEST))
        found = self._engine.search(_request(q, city, date_from, date_to, sort=sort, page=page, size=size)).to_dict()
        return self._linked(
            {
                "total": found["total"],
                "articles": found["articles"],
                "relaxed": found["query"]["relaxed"],
                "page": page,
                "hits": [{name: hit[name] for name in _SHOWN} for hit in found["hits"]],
            }
        )

    def document(self, id: str) -> dict[str, Any]:
        """A whole document by its id (`doc` of a search): its articles with every paragraph and its id."""
        view = self._engine.document(id)
        articles = [
            {
                "title": article.title,
                "source": article.source,
                "date": article.date,
                "city": article.city,
                "paragraphs": [
                    {"id": p.id, "kind": p.kind, "text": p.text, "url": document_url(view.id, p.id)}
                    for p in article.paragraphs
                ],
            }
            for article in view.articles
        ]
        return self._linked(
            {"id": view.id, "path": view.path, "title": view.title, "url": document_url(view.id), "articles": articles}
        )

    def facets(
        self,
        name: str,
        q: str = "*",
        city: list[str] | None = None,
        date_from: str = "",
        date_to: str = "",
        most: int = 50,
    ) -> dict[str, Any]:
        """The values of a facet (city, province, district, agency, source, kind, format, path) among what a query finds, with exact counts."""
        found = self._engine.values(_request(q, city, date_from, date_to), name)
        most = max(1, min(most, _MOST_VALUES))
        values = [{"value": value.value, "count": value.count} for value in found.values[:most]]
        return {"facet": name, "missing": found.missing, "distinct": found.distinct, "values": values}

    def trends(
        self,
        queries: list[str],
        by: str = "",
        city: list[str] | None = None,
        date_from: str = "",
        date_to: str = "",
        grain: str = "",
        unit: str = "paragraphs",
    ) -> dict[str, Any]:
        """How often up to six queries, or one query in the values of a facet (by), are said in each day, month, quarter or year; with links."""
        single = bool(by) and len(queries) < 2
        search = _request(queries[0] if single and queries else "", city, date_from, date_to)
        request = TrendRequest(search, () if single else tuple(queries), by, grain, unit)
        return self._linked(self._engine.trends(request).to_dict())

    def compare(self, a: str, b: str, by: str = "city", q: str = "") -> dict[str, Any]:
        """Two sets of paragraphs side by side: a and b are two values of a facet (by), two periods (by=date) or two queries (by=query)."""
        return self._linked(self._engine.compare(CompareRequest(_request(q, None, "", ""), by, a, b)).to_dict())

    def _linked(self, answer: dict[str, Any]) -> dict[str, Any]:
        """The answer with whole links."""
        return {
            name: urljoin(self._base_url, value) if name == "url" and isinstance(value, str) else self._within(value)
            for name, value in answer.items()
        }

    def _within(self, value: Any) -> Any:
        if isinstance(value, dict):
            return self._linked(value)
        return [self._within(part) for part in value] if isinstance(value, list) else value


def _request(q: str, city: list[str] | None, date_from: str, date_to: str, **more: Any) -> SearchRequest:
    request = SearchRequest(q, city=city or (), date_from=date_from, date_to=date_to, **more)
    request.validate()
    return request
