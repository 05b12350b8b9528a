"""All values of a facet: none is out of reach, however many there are."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from juanzong.index.build.editions import rebuild
from juanzong.search import SearchRequest, open_engine
from juanzong.web.app import create_app
from juanzong.web.routes import facets
from tests.trees import page, select, texts, url

SOURCES = 250


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index with more sources than a search counts in full, source n in n % 3 + 1 paragraphs."""
    folder = tmp_path_factory.mktemp("many")
    lines = [
        json.dumps(
            {
                "id": f"{n}-{copy}",
                "title": "简报",
                "text": f"第{n}号简报提到消防演练，这是第{copy}份。",
                "source": f"第{n}编辑部",
            },
            ensure_ascii=False,
        )
        for n in range(SOURCES)
        for copy in range(n % 3 + 1)
    ]
    (folder / "a.jsonl").write_text("\n".join(lines), "utf-8")
    rebuild(folder / "index", [folder / "a.jsonl"], jobs=1)
    return folder / "index"


@pytest.fixture
def crowd(many: Path) -> FlaskClient:
    return create_app(many).test_client()


def counts(tree: object) -> dict[str, int]:
    return {
        box.get("value"): int(select(box.getparent(), "small")[0].text)
        for box in select(tree, "main input[type=checkbox]")
    }


def test_every_value_has_its_exact_count(crowd: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = {f"第{n}编辑部": n % 3 + 1 for n in range(SOURCES)}
    beside = page(crowd, url(q="消防演练"))
    link = select(beside, "[data-facet=source] .more a")[0]
    assert link.text_content() == f"其余 {SOURCES - 8} 个"
    tree = page(crowd, link.get("href"))
    assert counts(tree) == expected and list(counts(tree).values()) == sorted(expected.values(), reverse=True)
    monkeypatch.setattr(facets, "SIZE", 100)
    shown: dict[str, int] = {}
    path = link.get("href")
    while path:
        tree = page(crowd, path)
        assert not shown.keys() & counts(tree).keys()
        shown |= counts(tree)
        path = next((a.get("href") for a in select(tree, ".pages a[rel=next]")), None)
    assert shown == expected


def test_the_box_narrows_the_values_without_scripting(crowd: FlaskClient) -> None:
    tree = page(crowd, "/facet/source?" + urlencode({"q": "消防演练", "sort": "date"}))
    form = select(tree, "main form")[0]
    assert form.get("action") == "/facet/source" and {("q", "消防演练"), ("sort", "date")} == {
        (f.get("name"), f.get("value")) for f in select(form, "input[type=hidden]")
    }
    narrow = page(crowd, "/facet/source?" + urlencode({"q": "消防演练", "contains": "第１2"}))
    assert set(counts(narrow)) == {f"第{n}编辑部" for n in (12, *range(120, 130))}
    assert texts(page(crowd, "/facet/source?contains=火星"), "main p")[-1] == "没有这样的值。"


def test_what_is_chosen_is_first_and_never_lost(crowd: FlaskClient) -> None:
    chosen = {"q": "消防演练", "source": ["第249编辑部", "第7编辑部"], "mode": "any"}
    tree = page(crowd, "/facet/source?" + urlencode(chosen, doseq=True))
    assert set(list(counts(tree))[:2]) == {"第249编辑部", "第7编辑部"} and len(counts(tree)) == SOURCES
    assert all(box.get("form") == "ask" for box in select(tree, "main input[type=checkbox]"))
    narrow = page(crowd, "/facet/source?" + urlencode({**chosen, "contains": "第7编"}, doseq=True))
    assert set(counts(narrow)) == {"第7编辑部"}
    hidden = {(field.get("name"), field.get("value")) for field in select(narrow, "#ask input[type=hidden]")}
    assert hidden == {("source", "第249编辑部"), ("mode", "any")}


def test_values_as_json(crowd: FlaskClient, many: Path) -> None:
    answer = crowd.get("/api/facet/source?" + urlencode({"q": "消防演练", "contains": "第24"})).get_json()
    assert answer["ok"] and answer["distinct"] == SOURCES and answer["found"] == 11 and answer["next_url"] is None
    value = answer["values"][0]
    assert open_engine(many).search(SearchRequest(q="消防演练", source=[value["value"]])).total == value["count"]
    assert value["toggle_url"] == url(q="消防演练", source=value["value"])
    first = crowd.get("/api/facet/source?q=*&page=2").get_json()
    assert first["page"] == 2 and first["values"] == []


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/facet/colour", "colour"),
        ("/facet/city?contains=a&contains=b", "contains"),
        ("/facet/city?contains=" + "a" * 201, "201"),
        ("/facet/city?page=x", "page"),
    ],
)
def test_what_cannot_be_is_named(client: FlaskClient, path: str, says: str) -> None:
    assert says in client.get(path).get_data(as_text=True) and client.get(path).status_code == 400
    answer = client.get("/api" + path)
    assert answer.status_code == 400 and says in answer.get_json()["error"]


def test_an_unknown_parameter_is_an_error_for_programs_only(client: FlaskClient) -> None:
    assert (
        client.get("/api/facet/city?colour=red").status_code == 400
        and client.get("/facet/city?colour=red").status_code == 200
    )


def test_values_without_a_search_are_those_of_the_archive(client: FlaskClient, index_dir: Path) -> None:
    link = "/facet/agency"
    stats = open_engine(index_dir).stats()["facets"]["agency"]
    shown = counts(page(client, link))
    assert {value: shown[value] for value in shown if value} == {entry["value"]: entry["count"] for entry in stats}


def test_a_result_of_a_choice(client: FlaskClient) -> None:
    tree = page(client, "/facet/city?" + urlencode({"q": "流调"}))
    assert select(tree, ".back a")[0].get("href") == url(q="流调")
    count = counts(tree)["徐州市"]
    assert texts(page(client, url(q="流调", city="徐州市")), "main h1")[0].startswith(f"共 {count} 段")


def test_letters_lead_to_the_values_that_begin_with_them(client: FlaskClient, crowd: FlaskClient) -> None:
    tree = page(crowd, "/facet/source?" + urlencode({"q": "消防演练"}))
    [jump] = select(tree, ".letters a")
    assert jump.text == "D" and f"{SOURCES} 个值" in jump.get("aria-label")
    narrowed = page(crowd, jump.get("href"))
    assert select(narrowed, ".letters a")[0].get("aria-current") and len(counts(narrowed)) == SOURCES
    assert not counts(page(crowd, "/facet/source?initial=Z")) and not select(page(client, "/facet/city"), ".letters")
    answer = crowd.get("/api/facet/source?initial=d").get_json()
    assert answer["initials"] == {"D": SOURCES} and answer["found"] == SOURCES and answer["initial"] == "D"
    assert "initial=D" in (crowd.get("/api/facet/source?initial=d&q=1").get_json()["next_url"] or "initial=D")
    assert crowd.get("/api/facet/source?initial=甲").status_code == 400
