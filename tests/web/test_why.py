"""The page that says why a paragraph is found by a search, or is not."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from juanzong.search import SearchRequest
from juanzong.search.address import search_url
from tests.trees import document_path, page, select, texts, url


def why(client: FlaskClient, found: str, **parameters: object) -> str:
    """The address that explains, for another search, the first hit of the query `found`."""
    identifier = document_path(client, q=found).split("#p-")[1]
    return "/explain?" + urlencode({**parameters, "id": identifier}, doseq=True)


def test_why_a_hit_is_there(client: FlaskClient) -> None:
    link = next(
        a.get("href")
        for a in select(page(client, url(q="流调 轨迹", sort="-date")), ".foot a")
        if "/explain" in a.get("href")
    )
    tree = page(client, link)
    assert "能找到" in texts(tree, "main h1")[0] and [mark.text for mark in select(tree, "blockquote mark")] == [
        "流调",
        "轨迹",
    ]
    assert texts(tree, ".grounds .good") == ["(流调 OR 流行病学调查)：符合（其中之一即可）。", "轨迹：符合。"]
    adds = [float(row.text_content()) for row in select(tree, "tbody tr") for row in row[-1:]]
    score = float(re.findall(r"得分 ([0-9.]+)", texts(tree, "#score")[0])[0])
    assert abs(sum(adds) - score) < 0.01 * len(adds)
    assert select(tree, ".back a")[0].get("href") == search_url(SearchRequest(q="流调 轨迹", sort="-date"))


def test_why_something_else_was_not_found(client: FlaskClient) -> None:
    tree = page(client, why(client, "热线", q="流调 轨迹"))
    assert "不符合检索词" in texts(tree, "main h1")[0] and "轨迹：不符合。" in texts(tree, ".grounds .bad")
    tree = page(client, why(client, "热线", q="专班", city="徐州市"))
    assert "被筛选条件排除" in texts(tree, "main h1")[0]
    assert texts(tree, ".grounds .bad") == ["筛选条件 城市（徐州市）排除了它；该段为：哈尔滨市。"]
    english = page(client, why(client, "热线", q="专班", city="徐州市"), language="en")
    assert texts(english, ".grounds .bad") == ["The filter City (徐州市) keeps it out; it has: 哈尔滨市."]


def test_a_paragraph_is_asked_for_by_its_link(client: FlaskClient) -> None:
    asks = select(page(client, url(q="流调", city="徐州市")), ".read a")[0].get("href")
    form = select(page(client, asks), "form.which")[0]
    assert {(field.get("name"), field.get("value")) for field in select(form, "input[type=hidden]")} == {
        ("city", "徐州市")
    }
    link = "http://localhost" + document_path(client, q="热线")
    tree = page(client, asks + "&" + urlencode({"id": link}))
    assert "7×24小时" in texts(tree, "blockquote .text")[0]


@pytest.mark.parametrize(("given", "status"), [("热线", 400), ("x" * 5000, 400), ("0" * 16, 404)])
def test_what_is_no_paragraph_is_said_on_the_page(client: FlaskClient, given: str, status: int) -> None:
    tree = page(client, "/explain?" + urlencode({"q": "流调", "id": given}), status)
    assert texts(tree, ".sentence") and select(tree, "#id")[0].get("value") == given


def test_each_paragraph_of_a_document_can_be_asked_about(client: FlaskClient) -> None:
    tree = page(client, document_path(client, q="热线"))
    links = [a.get("href") for a in select(tree, ".beside a") if "/explain" in a.get("href")]
    assert len(links) == len(select(tree, ".para")) > 2 and all(client.get(link).status_code == 200 for link in links)
    assert not select(page(client, document_path(client, q="热线").split("?")[0]), '.beside a[href*="explain"]')
