"""`juanzong mcp`: the archive as tools for assistants, over the Model Context Protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from juanzong.web.settings import IndexPlace

if TYPE_CHECKING:
    from mcp.server.fastmcp import FastMCP

    from juanzong.search import Engine

_ABOUT = (
    'Full-text search of a Chinese archive, by paragraph. Query language: words are all required; "…" is exact; OR, -word, parentheses; '
    "title: city: province: district: agency: source: kind: format: path: date:2021-11..2022-03. Dates are YYYY, YYYY-MM or YYYY-MM-DD. "
    "Cite what you use by the id and the url of its paragraph; what the archive does not say is unknown."
)


def server(engine: Engine, base_url: str = "", **settings: Any) -> FastMCP:
    """The tools over an engine. Links begin with `base_url`, where the archive is served."""
    from mcp.server.fastmcp import FastMCP
    from mcp.types import ToolAnnotations

    from juanzong.web.commands.archive_tools import ArchiveTools

    made = FastMCP("juanzong", instructions=_ABOUT, **settings)
    reading = ToolAnnotations(readOnlyHint=True, destructiveHint=False, openWorldHint=False)
    for tool in ArchiveTools(engine, base_url).all:
        made.tool(annotations=reading)(tool)
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
