"""What recognition misread is found where a search forgives it, is marked as such, and is offered where the words as they are stand nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from juanzong.index.build.editions import rebuild
from juanzong.web.app import create_app
from tests.scans import scan
from tests.trees import page, select, texts, url


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    corpus = tmp_path_factory.mktemp("forgiving") / "corpus"
    scan(corpus / "扫描.png", ("徐州市演练通知", "己建成的预警喇叭逐个试响。", "二○二一年五月十日。"))
    (corpus / "文字.txt").write_text("哈尔滨市已经建成三处泵站。\n", "utf-8")
    (corpus / "全文.md").write_text("# 末日\n\n兰州市这里写着巳建成，也写着已建成。\n", "utf-8")
    rebuild(corpus.parent / "index", [corpus], jobs=1)
    return corpus.parent


@pytest.fixture(scope="module")
def client(folder: Path) -> FlaskClient:
    return create_app(folder / "index").test_client()


def test_it_is_offered_where_the_words_stand_nowhere(client: FlaskClient) -> None:
    for mode in ("all", "exact"):
        found = page(client, url(q="已建成的预警", mode=mode))
        [offer] = select(found, ".forgive a")
        assert "1 段" in offer.text_content()
        assert texts(page(client, offer.get("href")), ".hits mark.similar") == ["己建成的预警"]
    assert not select(page(client, url(q="泵站")), ".forgive"), "who finds is not asked"
    assert not select(page(client, url(q="不在任何地方的字")), ".forgive"), "nothing is offered that finds nothing"


def test_hits_by_look_alikes_are_told_from_the_others(client: FlaskClient) -> None:
    found = page(client, url(q='"已建成"', mode="forgiving"))
    marks = [(mark.text_content(), mark.get("class")) for mark in select(found, ".hits mark")]
    assert set(marks) == {("己建成", "similar"), ("已建成", None), ("巳建成", "similar")}
    assert sum("相似字形" in text for text in texts(found, ".hits .foot")) == 2
    answer = client.get("/api/search", query_string={"q": '"已建成"', "mode": "forgiving"}).get_json()
    assert sorted(surface for hit in answer["hits"] for surface in hit["similar"]) == ["己建成", "巳建成"]
    assert answer["query"]["reading"] == ['"已建成"'] and answer["query"]["terms"] == ["已建成"]


def test_counts_and_facets_are_those_of_its_hits(client: FlaskClient) -> None:
    answer = client.get("/api/search", query_string={"q": "已建成", "mode": "forgiving"}).get_json()
    assert answer["total"] == len(answer["hits"]) == 2
    city = answer["facets"]["city"]
    assert sum(value["count"] for value in city["values"]) + city["missing"] == 2
    one = client.get("/api/search", query_string={"q": "已建成", "mode": "forgiving", "city": "徐州市"}).get_json()
    assert one["total"] == next(value["count"] for value in city["values"] if value["value"] == "徐州市") == 1
    rows = client.get("/export.csv", query_string={"q": "已建成", "mode": "forgiving"}).get_data(as_text=True)
    assert rows.count("建成") >= 2


def test_exact_search_stays_exact(client: FlaskClient) -> None:
    for mode in ("all", "exact"):
        answer = client.get("/api/search", query_string={"q": '"已建成"', "mode": mode}).get_json()
        assert [hit["similar"] for hit in answer["hits"]] == [[]] and answer["total"] == 1


@pytest.mark.parametrize("q", ["similar:已建成", "字形:已建成", 'similar:"已建成"', "similar:（已建成）"])
def test_the_query_language_has_it_too(client: FlaskClient, q: str) -> None:
    answer = client.get("/api/search", query_string={"q": q}).get_json()
    assert answer["total"] == 2 and answer["query"]["reading"] == [f"similar:{q.partition(':')[2].strip('（）')}"]


def test_zeros_of_every_shape_meet(client: FlaskClient) -> None:
    for q in ("二〇二一年", "二○二一年"):
        assert client.get("/api/search", query_string={"q": q, "mode": "forgiving"}).get_json()["total"] == 1


def test_titles_and_documents_and_reasons(client: FlaskClient) -> None:
    answer = client.get("/api/search", query_string={"q": "title:未日", "mode": "forgiving"}).get_json()
    assert {hit["title"] for hit in answer["hits"]} == {"末日"}
    hit = client.get("/api/search", query_string={"q": "已建成的", "mode": "forgiving"}).get_json()["hits"][0]
    document = page(client, f"/doc/{hit['doc']}?q=已建成的&mode=forgiving")
    assert texts(document, "mark.similar") == ["己建成的"]
    why = client.get("/api/explain", query_string={"q": "已建成的", "mode": "forgiving", "id": hit["id"]}).get_json()
    units = [unit for part in why["parts"] for unit in part["units"]] if "parts" in why else []
    assert "己建成的" in str(why) and len(units) < 6
    assert page(client, f"/explain?q=已建成的&mode=forgiving&id={hit['id']}") is not None


def test_the_command_line(folder: Path) -> None:
    from juanzong.web.cli import commands

    found = CliRunner().invoke(
        commands, ["--index", str(folder / "index"), "search", "已建成的预警", "--mode", "forgiving"]
    )
    assert found.exit_code == 0 and "己建成的预警" in found.output
