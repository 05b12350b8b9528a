"""The places of a search as a page, as JSON and as a table."""

from __future__ import annotations

import csv
import io
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from tests.trees import page, select, texts


def address(path: str, **params: object) -> str:
    return path + "?" + urlencode(params, doseq=True)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_tile_opens_its_province_and_a_city_its_paragraphs(client: FlaskClient, lang: str) -> None:
    tree = page(client, address("/places", q="流调", lang=lang))
    tiles = {a.get("aria-label")[:3]: a.get("href") for a in select(tree, "svg.tiles a")}
    # where no province is chosen, the first with a map is there as an example
    assert "江苏省" in tiles and len(select(tree, ".map svg[role=group]")) == 2
    assert not select(tree, "svg.tiles a[aria-current]") and select(tree, ".map .hint")
    opened = page(client, tiles["江苏省"] + f"&lang={lang}")
    assert len(select(opened, ".map svg[role=group]")) == 2 and not select(opened, ".map .hint")
    assert len(select(opened, "svg.tiles a[aria-current]")) == 1
    [city] = [a for a in select(opened, "svg.tiles a") if "徐州" in a.get("aria-label")]
    total = int(texts(page(client, city.get("href") + "&lang=zh"), "h1 b")[0])
    assert str(total) in texts(city, ".count") and client.get(city.get("href")).status_code == 200


def test_the_list_has_what_the_maps_have(client: FlaskClient) -> None:
    tree = page(client, address("/places", q="流调"))
    listed = dict(zip(texts(tree, ".province bdi"), texts(tree, ".province small")))
    drawn = {a.get("aria-label").split("，")[0]: a for a in select(select(tree, "svg.tiles")[0], "a")}
    assert listed == {name: texts(a, ".count")[0] for name, a in drawn.items()}
    answer = client.get(address("/api/places", q="流调")).get_json()
    assert listed == {place["name"]: str(place["count"]) for place in answer["places"]}
    assert answer["total"] == client.get(address("/api/search", q="流调")).get_json()["total"]


def test_filters_by_place_are_left_aside_and_all_others_hold(client: FlaskClient) -> None:
    free, narrowed = (
        client.get(address("/api/places", q="流调", **more)).get_json() for more in ({}, {"city": "徐州市"})
    )
    assert [p["count"] for p in free["places"]] == [p["count"] for p in narrowed["places"]]
    assert [p["name"] for p in narrowed["places"] for p in p["places"] if p["selected"]] == ["徐州市"]
    dated = client.get(address("/api/places", q="流调", **{"from": "2021-11", "to": "2021-11"})).get_json()
    assert 0 < dated["total"] < free["total"]


def test_the_table_of_places(client: FlaskClient) -> None:
    given = client.get(address("/places.csv", q="流调")).get_data(as_text=True).lstrip("\ufeff")
    rows = list(csv.reader(io.StringIO(given)))
    places = client.get(address("/api/places", q="流调")).get_json()["places"]
    assert [(row[0], int(row[3])) for row in rows[1:] if not row[1]] == [(p["name"], p["count"]) for p in places]


def test_what_cannot_be_asked(client: FlaskClient) -> None:
    for query in ({"page": 2}, {"from": "x"}, {"city": ["城"] * 101}):
        answer = client.get(address("/api/places", **query))
        assert answer.status_code == 400 and answer.get_json()["error"]
    assert "没有一段" in page(client, address("/places", q="没有这样的话语")).text_content()
