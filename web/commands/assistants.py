"""`juanzong mcp`: the archive as tools for assistants, over the Model Context Protocol. Reading only; every answer can be cited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import click

from juanzong.web.settings import IndexPlace

if TYPE_CHECKING:
    from mcp.server.fastmcp import FastMCP

    from juanzong.search import Engine

LARGEST = 50
_ABOUT = (
    'Full-text search of a Chinese archive, by paragraph. Query language: words are all required; "…" is exact; OR, -word, parentheses; '
    "title: city: province: district: agency: source: kind: format: path: date:2021-11..2022-03. Dates are YYYY, YYYY-MM or YYYY-MM-DD. "
    "Cite what you use by the id and the url of its paragraph; what the archive does not say is unknown."
)


def server(engine: Engine, base_url: str = "", **settings: Any) -> FastMCP:
    """The tools over an engine. Links begin with `base_url`, where the archive is served."""
    from mcp.server.fastmcp import FastMCP
    from mcp.types import ToolAnnotations

    from juanzong.search import SearchRequest
    from juanzong.search.address import document_url
    from juanzong.search.study.comparison import CompareRequest
    from juanzong.search.study.trends import TrendRequest

    made = FastMCP("juanzong", instructions=_ABOUT, **settings)
    reading = ToolAnnotations(readOnlyHint=True, destructiveHint=False, openWorldHint=False)

    def linked(answer: Any) -> Any:
        """The answer with whole links."""
        if isinstance(answer, dict):
            return {
                name: urljoin(base_url, value)
                if name == "url" and isinstance(value, str) and base_url
                else linked(value)
                for name, value in answer.items()
            }
        return [linked(value) for value in answer] if isinstance(answer, list) else answer

    def asked(q: str, city: list[str] | None, date_from: str, date_to: str, **more: Any) -> SearchRequest:
        request = SearchRequest(q, city=city or (), date_from=date_from, date_to=date_to, **more)
        request.validate()
        return request

    @made.tool(annotations=reading)
    def search(
        q: str,
        city: list[str] | None = None,
        date_from: str = "",
        date_to: str = "",
        sort: str = "relevance",
        page: int = 1,
        size: int = 10,
    ) -> dict[str, Any]:
        """Paragraphs that match a query, with id, text, title, source, date, city, agency and url, and exact totals. sort: relevance, date, -date, added."""
        found = engine.search(
            asked(q, city, date_from, date_to, sort=sort, page=page, size=max(1, min(size, LARGEST)))
        ).to_dict()
        kept = (
            "id",
            "doc",
            "title",
            "opening",
            "source",
            "date",
            "date_basis",
            "city",
            "agency",
            "kind",
            "text",
            "url",
        )
        hits = [{name: hit[name] for name in kept} for hit in found["hits"]]
        answer: dict[str, Any] = linked(
            {
                "total": found["total"],
                "articles": found["articles"],
                "relaxed": found["query"]["relaxed"],
                "page": page,
                "hits": hits,
            }
        )
        return answer

    @made.tool(annotations=reading)
    def document(id: str) -> dict[str, Any]:
        """A whole document by its id (`doc` of a search): its articles with every paragraph and its id."""
        view = engine.document(id)
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
        answer: dict[str, Any] = linked(
            {"id": view.id, "path": view.path, "title": view.title, "url": document_url(view.id), "articles": articles}
        )
        return answer

    @made.tool(annotations=reading)
    def facets(
        name: str, q: str = "*", city: list[str] | None = None, date_from: str = "", date_to: str = "", most: int = 50
    ) -> dict[str, Any]:
        """The values of a facet (city, province, district, agency, source, kind, format, path) among what a query finds, with exact counts."""
        found = engine.values(asked(q, city, date_from, date_to), name)
        values = [{"value": value.value, "count": value.count} for value in found.values[: max(1, min(most, 500))]]
        return {"facet": name, "missing": found.missing, "distinct": found.distinct, "values": values}

    @made.tool(annotations=reading)
    def trends(
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
        search = asked(queries[0] if single and queries else "", city, date_from, date_to)
        answer: dict[str, Any] = linked(
            engine.trends(TrendRequest(search, () if single else tuple(queries), by, grain, unit)).to_dict()
        )
        return answer

    @made.tool(annotations=reading)
    def compare(a: str, b: str, by: str = "city", q: str = "") -> dict[str, Any]:
        """Two sets of paragraphs side by side: a and b are two values of a facet (by), two periods (by=date) or two queries (by=query)."""
        answer: dict[str, Any] = linked(engine.compare(CompareRequest(asked(q, None, "", ""), by, a, b)).to_dict())
        return answer

    return made


@click.command()
@click.option("--http", is_flag=True, help="Streamable HTTP on a local port instead of standard input and output.")
@click.option(
    "--port", default=8001, show_default=True, type=click.IntRange(1, 65535), help="The port for --http, on 127.0.0.1."
)
@click.option(
    "--url", "base_url", default="", help="Where the archive is served, for links: https://archive.example.org/"
)
@click.pass_obj
def mcp(index_dir: IndexPlace, http: bool, port: int, base_url: str) -> None:
    """Serve search, documents, facets, trends and comparisons to assistants over the Model Context Protocol.

    Needs the extra mcp: pip install 'juanzong[mcp]'."""
    from juanzong.index.errors import UsageError
    from juanzong.search import open_engine

    try:
        made = server(open_engine(index_dir), base_url, host="127.0.0.1", port=port)
    except ImportError:
        raise UsageError("This needs the extra mcp: pip install 'juanzong[mcp]'.") from None
    made.run("streamable-http" if http else "stdio")
