"""The tools for assistants, asked by the client of the official SDK."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp", reason="needs the extra mcp")
import anyio
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.memory import create_connected_server_and_client_session as connected

from juanzong.search import SearchRequest, open_engine
from juanzong.web.commands.assistants import server

ROOT = Path(__file__).parents[3]
SOON = 240
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


async def _walk(session: ClientSession, index_dir: Path) -> None:
    """What an assistant does: greet, look at the tools, search, read what was found."""
    begun = await session.initialize()
    assert begun.serverInfo.name == "juanzong" and begun.instructions
    assert len((await session.list_tools()).tools) == 5
    answer = await session.call_tool("search", {"q": "流调", "size": 3})
    found = json.loads(answer.content[0].text)  # type: ignore[union-attr]
    assert found["total"] == open_engine(index_dir).search(SearchRequest("流调")).total and len(found["hits"]) == 3
    read = await session.call_tool("document", {"id": found["hits"][0]["doc"]})
    assert found["hits"][0]["text"] in {
        paragraph["text"]
        for article in json.loads(read.content[0].text)["articles"]  # type: ignore[union-attr]
        for paragraph in article["paragraphs"]
    }


def test_a_process_answers_over_its_standard_streams(index_dir: Path) -> None:
    async def ask() -> None:
        command = StdioServerParameters(
            command=sys.executable, args=["-m", "juanzong", "--index", str(index_dir), "mcp"], cwd=ROOT
        )
        async with stdio_client(command) as (read, write), ClientSession(read, write) as session:
            await _walk(session, index_dir)

    anyio.run(ask)


def test_a_process_answers_over_http(index_dir: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    async def ask() -> None:
        async with (
            streamable_http_client(f"http://127.0.0.1:{port}/mcp") as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await _walk(session, index_dir)

    with subprocess.Popen(
        [sys.executable, "-m", "juanzong", "--index", str(index_dir), "mcp", "--http", "--port", str(port)],
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            end = time.monotonic() + SOON
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    assert process.poll() is None and time.monotonic() < end
                    time.sleep(0.05)
            anyio.run(ask)
        finally:
            process.terminate()
            process.wait(SOON)
