"""One address, one list: the page, the API, the exports, the feed and the command line give the same paragraphs in the same order."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree as Xml

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from juanzong.search import SearchRequest, open_engine
from juanzong.web.cli import commands
from tests.trees import page, select, url

Address = dict[str, object]
ADDRESSES: list[Address] = [
    {"q": "流调", "sort": "relevance"},
    {"q": "流调 OR 消防演练", "sort": "-date"},
    {"q": "消防演练", "sort": "date", "from": "2022-03", "to": "2022-06"},
    {"q": "流调 火星人", "sort": "relevance"},
    {"q": "*", "sort": "date", "city": ["徐州市", ""]},
    {"q": "公安局 流调", "mode": "any", "sort": "relevance", "agency": "徐州市公安局"},
    {"q": "流调", "sort": "-date", "collapse": "article"},
    {"q": "消防演练", "sort": "relevance", "collapse": "text"},
    {"q": "流调专班", "mode": "exact", "sort": "date"},
]
NAMES = [urlencode(address, doseq=True, safe="*") for address in ADDRESSES]
IDENTIFIER = re.compile(r"#p-([0-9a-f]{16})$")


def from_pages(client: FlaskClient, address: Address) -> list[str]:
    found: list[str] = []
    path: str | None = url(**address, size=7)
    while path:
        tree = page(client, path)
        found += [match[1] for link in select(tree, ".hits h2 a") if (match := IDENTIFIER.search(link.get("href")))]
        following = select(tree, "nav a[rel=next]")
        path = following[0].get("href") if following else None
    return found


def from_api(client: FlaskClient, address: Address) -> list[str]:
    found: list[str] = []
    path: str | None = "/api/search?" + urlencode({**address, "size": 9}, doseq=True)
    while path:
        answer = client.get(path).get_json()
        found += [hit["id"] for hit in answer["hits"]]
        path = answer["next_url"] and "/api/search" + answer["next_url"].removeprefix("/")
    return found


def from_exports(client: FlaskClient, query: str) -> dict[str, list[str]]:
    rows = csv.DictReader(io.StringIO(client.get(f"/export.csv?{query}").get_data().decode("utf-8-sig")))
    lines = client.get(f"/export.jsonl?{query}").get_data(as_text=True).splitlines()
    quotations = client.get(f"/export.md?{query}").get_data(as_text=True)
    return {
        "csv": [row["段落编号"] for row in rows],
        "jsonl": [json.loads(line)["id"] for line in lines],
        "md": re.findall(r"\[([0-9a-f]{16})\]\(<", quotations),
    }


def from_feed(client: FlaskClient, query: str) -> list[str]:
    entries = Xml.fromstring(client.get(f"/feed.atom?{query}").get_data()).iter("{http://www.w3.org/2005/Atom}entry")
    return [entry.findtext("{http://www.w3.org/2005/Atom}id", "").rsplit("#", 1)[1] for entry in entries]


def from_command_line(index_dir: Path, command: str, address: Address, *more: str) -> list[str]:
    options = [
        part
        for name, given in address.items()
        if name != "q"
        for value in (given if isinstance(given, list) else [given])
        for part in (f"--{name}", str(value))
    ]
    shown = CliRunner().invoke(
        commands, ["--index", str(index_dir), command, str(address["q"]), *options, *more], catch_exceptions=False
    )
    return (
        [json.loads(line)["id"] for line in shown.stdout.splitlines()]
        if command == "export"
        else [hit["id"] for hit in json.loads(shown.stdout)["hits"]]
    )


@pytest.mark.parametrize("address", ADDRESSES, ids=NAMES)
def test_every_interface_gives_the_same_ids_in_the_same_order(
    client: FlaskClient, index_dir: Path, address: Address
) -> None:
    query = urlencode(address, doseq=True)
    expected = from_pages(client, address)
    assert len(expected) == len(set(expected)) > 0
    assert from_api(client, address) == expected
    assert from_exports(client, query) == {"csv": expected, "jsonl": expected, "md": expected}
    assert from_feed(client, query) == expected[:50]
    assert from_command_line(index_dir, "search", address, "--size", "1000", "--json") == expected
    assert from_command_line(index_dir, "export", address, "--format", "jsonl") == expected


@pytest.mark.parametrize("address", ADDRESSES, ids=NAMES)
def test_the_links_of_a_page_keep_its_order(client: FlaskClient, address: Address) -> None:
    links = [a.get("href") for a in select(page(client, url(**address)), ".take-here a")]
    exports = [link for link in links if link.startswith("/export.")]
    assert len(exports) == 3 and all(f"sort={address['sort']}" in link for link in exports)
    assert from_exports(client, exports[0].split("?")[1])["csv"] == from_pages(client, address)


def test_a_bare_export_is_in_the_order_of_ids_and_a_bare_feed_newest_first(
    client: FlaskClient, index_dir: Path
) -> None:
    address: Address = {"q": "流调 OR 消防演练"}
    query = urlencode(address)
    expected = [hit["id"] for hit in open_engine(index_dir).scan(SearchRequest(q="流调 OR 消防演练"))]
    assert expected == sorted(expected)
    assert from_exports(client, query) == {"csv": expected, "jsonl": expected, "md": expected}
    assert from_command_line(index_dir, "export", address, "--format", "jsonl") == expected
    assert from_feed(client, query) == from_pages(client, {**address, "sort": "-date"})[:50] != expected[:50]
