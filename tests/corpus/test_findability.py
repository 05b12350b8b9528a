"""What a newcomer looks for in the sample corpus is found: in quotes always, in plain words on the first page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from juanzong.index.build.editions import rebuild
from juanzong.index.text.folding import fold
from juanzong.search import SearchRequest, open_engine

QUERIES = json.loads((Path(__file__).parent / "queries.json").read_text(encoding="utf-8"))["queries"]
NAMES = [query["query"] for query in QUERIES]


@pytest.fixture(scope="module")
def engine(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("index")
    rebuild(folder, [seeds], jobs=1)
    engine = open_engine(folder)
    yield engine
    engine.close()


def holds(hits: list[dict[str, Any]], query: dict[str, Any]) -> bool:
    return any(fold(hit["text"]).startswith(fold(wanted["start"])) for hit in hits for wanted in query["paragraphs"])


@pytest.mark.parametrize("query", QUERIES, ids=NAMES)
def test_quoted(engine: Any, query: dict[str, Any]) -> None:
    assert holds(list(engine.scan(SearchRequest(q=f'"{query["literal"]}"'))), query)


@pytest.mark.parametrize("query", QUERIES, ids=NAMES)
def test_first_page(engine: Any, query: dict[str, Any]) -> None:
    assert holds(engine.search(SearchRequest(q=query["query"])).to_dict()["hits"], query)


def test_city_filter_keeps_to_the_city(engine: Any) -> None:
    hits = list(engine.scan(SearchRequest(q="流调", city=["徐州市"])))
    assert hits and all("徐州市" in hit["city"] for hit in hits)
    assert len(hits) < len(list(engine.scan(SearchRequest(q="流调"))))


def test_documents_without_a_city_are_in_the_bucket_without_one(engine: Any) -> None:
    hits = list(engine.scan(SearchRequest(q="加装电梯", city=[""])))
    assert hits and all(not hit["city"] for hit in hits)
