"""The tools for assistants, asked by the client of the official SDK."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp", reason="needs the extra mcp")
import anyio
from mcp.shared.memory import create_connected_server_and_client_session as connected

from juanzong.search import SearchRequest, open_engine
from juanzong.web.commands.assistants import server

BASE = "https://archive.example.org/"


def test_every_tool_answers_and_can_be_cited(index_dir: Path) -> None:
    engine = open_engine(index_dir)

    async def ask() -> None:
        async with connected(server(engine, BASE)._mcp_server) as client:
            tools = (await client.list_tools()).tools
            assert {tool.name for tool in tools} == {"search", "document", "facets", "trends", "compare"}
            assert all(tool.annotations and tool.annotations.readOnlyHint for tool in tools)

            async def called(tool: str, /, **given: Any) -> dict[str, Any]:
                answer = await client.call_tool(tool, given)
                assert not answer.isError, answer
                return json.loads(answer.content[0].text)  # type: ignore[union-attr, no-any-return]

            found = await called("search", q="流调", city=["徐州市"])
            assert found["total"] == engine.search(SearchRequest("流调", city=("徐州市",))).total
            hit = found["hits"][0]
            assert hit["url"].startswith(BASE + "doc/") and hit["id"] in hit["url"]
            document = await called("document", id=hit["doc"])
            assert hit["id"] in {p["id"] for article in document["articles"] for p in article["paragraphs"]}
            values = await called("facets", name="city", q="流调")
            assert {value["value"]: value["count"] for value in values["values"]}["徐州市"] == found["total"]
            trend = await called("trends", queries=["流调"])
            assert trend["series"][0]["total"] == engine.search(SearchRequest("流调")).total
            both = await called("compare", a="徐州市", b="哈尔滨市")
            assert [side["label"] for side in both["sides"]] == ["徐州市", "哈尔滨市"]
            wrong = await client.call_tool("search", {"q": "流调", "sort": "up"})
            assert wrong.isError and "sort" in wrong.content[0].text  # type: ignore[union-attr]

    anyio.run(ask)
