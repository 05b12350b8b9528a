from __future__ import annotations

import csv
import gzip
import io
import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as Xml

import pytest
from flask.testing import FlaskClient

from juanzong.search import SearchRequest, open_engine
from juanzong.web.app import create_app
from juanzong.web.service.security import HEADERS

ATOM = "{http://www.w3.org/2005/Atom}"


def asked(path: str, **parameters: object) -> str:
    return f"{path}?{urlencode(parameters, doseq=True)}"


def untimed(answer: dict[str, Any]) -> dict[str, Any]:
    return {**answer, "took_ms": 0}


# --- search and documents ---


def test_the_answer_is_the_engines(client: FlaskClient, index_dir: Path) -> None:
    answer = client.get(asked("/api/search", q="流调", city=["徐州市", ""], mode="any", size=3))
    expected = open_engine(index_dir).search(SearchRequest(q="流调", city=["徐州市", ""], mode="any", size=3)).to_dict()
    assert untimed(answer.get_json()) == untimed(json.loads(json.dumps(expected)))
    assert answer.mimetype == "application/json" and "流调" in answer.get_data(as_text=True), "plain UTF-8, not escapes"


def test_marks_are_offsets_of_the_text(client: FlaskClient) -> None:
    for hit in client.get(asked("/api/search", q='"7x24小时"')).get_json()["hits"]:
        assert [hit["text"][start:end] for start, end in hit["marks"]] == ["7×24小时"]
        assert [hit["snippet"]["text"][start:end] for start, end in hit["snippet"]["marks"]] == ["7×24小时"]


def test_hits_lead_to_documents(client: FlaskClient) -> None:
    hit = client.get(asked("/api/search", q="第7期简报")).get_json()["hits"][0]
    assert hit["doc"] == "长/7"
    document = client.get(hit["url"].split("#")[0].replace("/doc/", "/api/doc/")).get_json()
    assert document["ok"] and document["id"] == "长/7"
    assert hit["id"] in [paragraph["id"] for article in document["articles"] for paragraph in article["paragraphs"]]


def test_next_url_walks_through_everything_once(client: FlaskClient) -> None:
    found, path = [], asked("/api/search", q="消防演练", size=7)
    while path:
        answer = client.get(path).get_json()
        found += [hit["id"] for hit in answer["hits"]]
        path = answer["next_url"] and "/api/search" + answer["next_url"].removeprefix("/")
    assert len(found) == len(set(found)) == answer["total"] >= 40


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/api/search?q=a&colour=red", 400, "colour"),
        ("/api/search?q=a&from=2021-02-30", 400, "from"),
        ("/api/search?q=a&size=101", 400, "size"),
        ("/api/search?q=a&page=-1", 400, "page"),
        ("/api/search?q=a&q=b", 400, "q"),
        ("/api/search?q=" + "流" * 2001, 400, "shorten"),
        ("/api/doc/nowhere", 404, "nowhere"),
        ("/api/doc/x?city=y", 400, "city"),
        ("/api/nothing", 404, "openapi"),
    ],
)
def test_errors_are_json_with_a_sentence(client: FlaskClient, path: str, status: int, says: str) -> None:
    answer = client.get(path)
    body = answer.get_json()
    assert answer.status_code == status and body["ok"] is False and body["status"] == status
    assert says in body["error"] and body["error"].endswith(".")


def test_an_unknown_value_finds_nothing_and_is_no_error(client: FlaskClient) -> None:
    answer = client.get(asked("/api/search", q="流调", city="亚特兰蒂斯"))
    assert answer.status_code == 200 and answer.get_json()["total"] == 0


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch", "options"])
def test_only_reading(client: FlaskClient, method: str) -> None:
    for path in ("/", "/api/search", "/export.csv"):
        answer = getattr(client, method)(path)
        assert answer.status_code == 405 and set(answer.headers["Allow"].replace(",", " ").split()) == {"GET", "HEAD"}
    assert client.head("/?q=流调").status_code == 200


# --- health and metrics ---


def test_health(client: FlaskClient, tmp_path: Path) -> None:
    answer = client.get("/healthz").get_json()
    assert answer["ok"] and answer["stale"] is False and answer["documents"] > 0 and answer["age_seconds"] >= 0
    sick = create_app(tmp_path / "none").test_client().get("/healthz")
    assert sick.status_code == 503 and sick.get_json()["ok"] is False
    assert create_app(tmp_path / "none").test_client().get("/api/search?q=a").get_json()["status"] == 503


def test_metrics_count_answers(index_dir: Path) -> None:
    client = create_app(index_dir).test_client()
    for _ in range(3):
        client.get("/?q=流调")
    client.get("/nowhere")
    text = client.get("/metrics").get_data(as_text=True)
    assert 'juanzong_requests_total{route="/",status="200"} 3' in text
    assert 'juanzong_requests_total{route="(none)",status="404"} 1' in text
    assert 'juanzong_request_seconds_count{route="/"} 3' in text
    assert 'juanzong_request_seconds_bucket{route="/",le="+Inf"} 3' in text
    assert "juanzong_index_up 1" in text and "流调" not in text
    for line in text.splitlines():
        assert re.fullmatch(r"# (HELP|TYPE) .+|[a-z_]+(\{[^}]*\})? [0-9.e+-]+", line), line


def test_metrics_without_an_index(tmp_path: Path) -> None:
    assert "juanzong_index_up 0" in create_app(tmp_path / "none").test_client().get("/metrics").get_data(as_text=True)


# --- exports ---


def test_exports_hold_the_hits_of_the_search(client: FlaskClient) -> None:
    parameters: dict[str, object] = {"q": "流调 OR 消防演练", "city": ["徐州市", "哈尔滨市"], "from": "2021-11"}
    total = client.get(asked("/api/search", **parameters)).get_json()["total"]
    pages = [
        client.get(asked("/api/search", **parameters, size=100, page=n)).get_json()["hits"]
        for n in range(1, total // 100 + 2)
    ]
    expected = sorted(hit["id"] for hits in pages for hit in hits)
    rows = list(
        csv.DictReader(io.StringIO(client.get(asked("/export.csv", **parameters)).get_data().decode("utf-8-sig")))
    )
    lines = client.get(asked("/export.jsonl", **parameters)).get_data(as_text=True).splitlines()
    quotations = client.get(asked("/export.md", **parameters)).get_data(as_text=True)
    assert [row["段落编号"] for row in rows] == expected and len(expected) > 10
    assert [json.loads(line)["id"] for line in lines] == expected
    assert re.findall(r"\[([0-9a-f]{16})\]\(<", quotations) == expected
    assert rows[0]["链接"].startswith("http://localhost/doc/")


def test_an_export_is_a_stream_and_a_download(client: FlaskClient) -> None:
    answer = client.get("/export.csv?q=*")
    assert answer.is_streamed and answer.get_data().startswith(b"\xef\xbb\xbf")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="juanzong.csv"'


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/export.csv?q=a&from=never", 400),
        ("/export.csv?q=" + "a" * 2001, 400),
        ("/export.xls?q=a", 404),
        ("/feed.atom?q=a&mode=x", 400),
    ],
)
def test_an_export_that_cannot_be_is_an_error(client: FlaskClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status


# --- feed and descriptions ---


def test_the_feed_is_atom_and_newest_first(client: FlaskClient) -> None:
    feed = Xml.fromstring(client.get(asked("/feed.atom", q="专班")).get_data())
    entries = feed.findall(f"{ATOM}entry")
    assert feed.tag == f"{ATOM}feed" and entries
    dates = [entry.findtext(f"{ATOM}updated", "") for entry in entries]
    assert dates == sorted(dates, reverse=True)
    assert feed.findtext(f"{ATOM}id", "").startswith("http://localhost/feed.atom?")
    for entry in entries:
        datetime.fromisoformat(entry.findtext(f"{ATOM}updated", "").replace("Z", "+00:00"))
        link = entry.find(f"{ATOM}link")
        assert link is not None and link.get("href", "").startswith("http://localhost/doc/")


def test_xml_survives_hostile_text(client: FlaskClient) -> None:
    for path in ("/feed.atom?q=*", asked("/feed.atom", q='<x>&"\x0b'), "/opensearch.xml"):
        Xml.fromstring(client.get(path).get_data())


def test_opensearch_names_this_server(client: FlaskClient) -> None:
    root = Xml.fromstring(client.get("/opensearch.xml", base_url="https://archive.example/").get_data())
    templates = [url.get("template", "") for url in root if url.tag.endswith("Url")]
    assert templates and all(
        template.startswith("https://archive.example/") and "{searchTerms}" in template for template in templates
    )


def test_openapi_is_true(client: FlaskClient) -> None:
    description = client.get("/api/openapi.json").get_json()
    rules = {
        re.sub(r"<(?:[^>]*:)?(\w+)>", r"{\1}", str(rule)).replace("document_id", "id")
        for rule in client.application.url_map.iter_rules()
    }
    for path, item in description["paths"].items():
        assert path in rules or path.startswith(("/export.", "/cite/")), path
        assert set(item) == {"get"}
    schemas = description["components"]["schemas"]
    result = client.get(asked("/api/search", q="流调")).get_json()
    _conforms(result, schemas["SearchResult"], schemas)
    _conforms(
        client.get(asked("/api/doc/" + result["hits"][0]["doc"], q="流调")).get_json(), schemas["Document"], schemas
    )
    _conforms(client.get(asked("/api/facet/agency", q="流调")).get_json(), schemas["FacetValues"], schemas)
    _conforms(client.get("/healthz").get_json(), schemas["Health"], schemas)
    _conforms(client.get("/api/search?page=x").get_json(), schemas["Error"], schemas)


def _conforms(value: Any, schema: dict[str, Any], schemas: dict[str, Any]) -> None:
    if "$ref" in schema:
        return _conforms(value, schemas[schema["$ref"].rsplit("/", 1)[1]], schemas)
    if "const" in schema:
        assert value == schema["const"]
    kinds: dict[str, type | tuple[type, ...]] = {
        "object": dict,
        "array": list,
        "string": str,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
        "null": type(None),
    }
    allowed = [schema["type"]] if isinstance(schema.get("type"), str) else schema.get("type", [])
    assert not allowed or any(isinstance(value, kinds[kind]) for kind in allowed), (value, schema)
    for name in schema.get("required", ()):
        assert name in value, name
    for name, inner in schema.get("properties", {}).items():
        if name in value:
            _conforms(value[name], inner, schemas)
    for item in value if isinstance(value, list) else ():
        _conforms(item, schema.get("items", {}), schemas)
    return None


# --- headers ---


def test_every_answer_is_secured(client: FlaskClient) -> None:
    for path in (
        "/",
        "/?q=流调",
        "/help",
        "/nowhere",
        "/?page=x",
        "/api/search?q=a",
        "/api/nothing",
        "/static/style.css",
        "/export.csv?q=a",
        "/healthz",
        "/feed.atom?q=a",
        "/robots.txt",
        "/metrics",
    ):
        headers = client.get(path, buffered=True).headers
        assert {name: headers[name] for name in HEADERS} == HEADERS, path
    assert (
        "unsafe" not in HEADERS["Content-Security-Policy"]
        and "default-src 'self'" in HEADERS["Content-Security-Policy"]
    )


@pytest.mark.parametrize("path", ["/", "/?q=流调", "/api/search?q=流调", "/feed.atom?q=流调"])
def test_an_unchanged_answer_is_not_sent_again(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and not again.get_data() and again.headers["ETag"] == first.headers["ETag"]
    assert (
        client.get(
            path + ("&" if "?" in path else "?") + "size=9", headers={"If-None-Match": first.headers["ETag"]}
        ).status_code
        == 200
    )


def test_languages_have_their_own_tags(client: FlaskClient) -> None:
    chinese, english = (client.get("/?q=流调", headers={"Accept-Language": wish}) for wish in ("zh", "en"))
    assert chinese.headers["ETag"] != english.headers["ETag"]
    assert {"accept-language", "cookie", "accept-encoding"} <= {
        name.strip().lower() for name in chinese.headers["Vary"].split(",")
    }


def test_answers_are_compressed_for_those_who_take_it(client: FlaskClient) -> None:
    plain = client.get("/?q=消防演练")
    packed = client.get("/?q=消防演练", headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers and packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.get_data()) < len(plain.get_data()) / 3
    assert b"</html>" in gzip.decompress(packed.get_data())
    assert "Content-Encoding" not in client.get("/export.csv?q=*", headers={"Accept-Encoding": "gzip"}).headers
    assert "Content-Encoding" not in client.get("/?q=消防演练", headers={"Accept-Encoding": "gzip;q=0"}).headers


def test_robots_keep_off_the_facets(client: FlaskClient) -> None:
    assert "Disallow: /*?" in client.get("/robots.txt").get_data(as_text=True)


def test_static_files_are_kept_for_long(client: FlaskClient) -> None:
    source = re.search(r'href="(/static/style.css\?v=[0-9a-f]+)"', client.get("/help").get_data(as_text=True))
    assert source and "max-age=31536000" in client.get(source[1], buffered=True).headers["Cache-Control"]
