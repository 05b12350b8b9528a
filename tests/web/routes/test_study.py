"""Trends, comparisons and concordances as pages, JSON and tables."""

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
def test_the_curves_have_their_table_and_every_point_leads_to_its_paragraphs(client: FlaskClient, lang: str) -> None:
    tree = page(client, address("/trends", q=["流调", "消防演练"], lang=lang))
    points = select(tree, "svg.plot g.s1 a")
    cells = select(tree, "table td a")
    assert points and cells and len(select(tree, "svg.plot .end")) == 2
    assert {a.get("href") for a in points} <= {a.get("href") for a in cells}
    for link in cells[:6]:
        total = int(texts(page(client, link.get("href") + "&lang=zh"), "h1 b")[0])
        assert total >= int(link.text_content())
    assert [item.text_content().split()[0] for item in select(tree, ".series li")] == ["流调", "消防演练"]


def test_trends_tell_what_is_left_out(client: FlaskClient) -> None:
    series = client.get(address("/api/trends", q="流调")).get_json()["series"][0]
    assert series["undated"] == 2 and series["total"] == sum(p["count"] for p in series["points"]) + series["undated"]
    assert "另有 2 未注明日期" in page(client, address("/trends", q="流调")).text_content()


def test_shares_say_what_is_divided_by_what(client: FlaskClient) -> None:
    tree = page(client, address("/trends", q="流调", by="city", scale="rate"))
    assert "10 000" in texts(tree, "figcaption")[0] and select(tree, "svg.plot .thin") and select(tree, "td .thin")


def test_tables_of_trends(client: FlaskClient) -> None:
    rows = list(
        csv.reader(io.StringIO(client.get(address("/trends.csv", q="流调")).get_data(as_text=True).lstrip("\ufeff")))
    )
    points = client.get(address("/api/trends", q="流调")).get_json()["series"][0]["points"]
    assert [(row[1], int(row[2])) for row in rows[1:]] == [(point["period"], point["count"]) for point in points]


def test_two_cities_side_by_side(client: FlaskClient) -> None:
    tree = page(client, address("/compare", by="city", a="徐州市", b="哈尔滨市"))
    answer = client.get(address("/api/compare", by="city", a="徐州市", b="哈尔滨市")).get_json()
    assert texts(tree, ".sides h2 a") == ["徐州市", "哈尔滨市"]
    assert (
        texts(tree, ".facts-of dd")[0]
        == str(answer["sides"][0]["paragraphs"])
        == str(client.get(address("/api/search", city="徐州市")).get_json()["total"])
    )
    for link in select(tree, ".words-of th a")[:4]:
        assert select(page(client, link.get("href")), ".hits article")
    assert client.get(address("/compare.csv", by="city", a="徐州市", b="哈尔滨市")).status_code == 200


def test_the_form_offers_pairs_that_can_be_compared(client: FlaskClient) -> None:
    pairs = select(page(client, "/compare"), ".pairs a")
    assert pairs and select(page(client, pairs[0].get("href")), ".sides")


def test_lines_are_aligned_and_lead_to_their_place(client: FlaskClient) -> None:
    tree = page(client, address("/", q="流调", view="kwic", sort="right"))
    answer = client.get(address("/api/concordance", q="流调", sort="right", size=40)).get_json()
    assert [mark.text_content() for mark in select(tree, ".concordance mark")] == [
        line["hit"] for line in answer["concordance"]
    ]
    assert (
        answer["total"] == client.get(address("/api/search", q="流调")).get_json()["total"]
        and answer["lines"] >= answer["total"]
    )
    assert select(page(client, select(tree, ".concordance .key a")[0].get("href")), "mark")


@pytest.mark.parametrize(("form", "lines"), [("csv", 1), ("jsonl", 0), ("md", 2)])
def test_lines_are_exported_as_lines(client: FlaskClient, form: str, lines: int) -> None:
    total = client.get(address("/api/concordance", q="流调")).get_json()["lines"]
    body = client.get(address(f"/export.{form}", q="流调", view="kwic")).get_data(as_text=True)
    assert len(list(csv.reader(io.StringIO(body))) if form == "csv" else body.splitlines()) == total + lines


def test_the_ways_to_look_at_results_lead_somewhere(client: FlaskClient) -> None:
    links = select(page(client, address("/", q="流调", city=["徐州市", "哈尔滨市"])), ".views a")[:3]
    assert len(links) == 3
    for link in links:
        assert client.get(link.get("href")).status_code == 200
    assert any("by=city" in link.get("href") and link.get("href").startswith("/trends") for link in links)


def test_named_days_are_a_filter_that_can_be_taken_away(client: FlaskClient) -> None:
    tree = page(client, address("/", mentioned="2021-11"))
    assert "文中写到" in texts(tree, ".chosen li")[0]
    assert select(tree, ".chosen a")[0].get("href") == "/"


@pytest.mark.parametrize(
    "path",
    [
        address("/api/trends", q=list("一二三四五六七")),
        address("/api/trends", q="流调", grain="week"),
        address("/api/trends", by="colour"),
        address("/api/trends", q=["流调", "清零"], by="city"),
        address("/api/compare", by="city"),
        address("/api/compare", by="date", a="2021-13", b="2022"),
        address("/api/concordance", q="流调", sort="up"),
        address("/api/search", mentioned="2022..2021"),
        address("/api/trends", q="流调", colour="red"),
    ],
)
def test_bad_input_gets_a_sentence(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 400 and answer.get_json()["error"].endswith(".")


@pytest.mark.parametrize(
    "path",
    [
        address("/trends", q=list("一二三四五六七")),
        address("/compare", by="date", a="2021-13", b="2022"),
        address("/", q="流调", view="up"),
    ],
)
def test_bad_input_gets_a_page_with_a_sentence(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 400 and "。" in texts(page(client, path, 400), ".sentence")[0]


@pytest.mark.parametrize("name", ["province", "district", "kind", "format", "path"])
def test_every_facet_has_its_page_and_its_values_are_filters(client: FlaskClient, name: str) -> None:
    answer = client.get(address(f"/api/facet/{name}", q="*")).get_json()
    assert client.get(address(f"/facet/{name}", q="*")).status_code == 200
    for value in answer["values"][:3]:
        assert client.get(value["toggle_url"].replace("/?", "/api/search?")).get_json()["total"] == value["count"]


def test_further_filters_are_on_the_page_and_can_be_taken_away(client: FlaskClient) -> None:
    tree = page(client, address("/", q="*", kind="heading", first=1, added="2020.."))
    chips = [chip.get("href") for chip in select(tree, ".chosen li a")]
    assert len(chips) == 4 and select(tree, "details.further[open]")
    assert all(client.get(chip).status_code == 200 for chip in chips)


def test_what_has_no_title_shows_how_it_opens() -> None:
    from juanzong.search.answer.snippets import opening

    assert opening("第一句话。第二句。") == "第一句话" and opening("短") == "短" and opening("") == ""
    long = opening("这是一句很长很长很长的话，前面有一个逗号，后面还有许多许多的字没有写完也不想写完。")
    assert long.endswith("……") and len(long) <= 34
