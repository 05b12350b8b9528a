"""Two readers and two collections: no address gives one of them a byte of the other's, and nobody comes in without an account."""

from __future__ import annotations

import io
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from juanzong.index.build.editions import rebuild
from juanzong.search import SearchRequest
from juanzong.search.execution.snapshot import Snapshot
from juanzong.search.request import FACET_FIELDS
from juanzong.web.app import create_app
from juanzong.web.routes.openapi.paths import description
from juanzong.web.service import accounts
from juanzong.web.service.audit import Audit
from juanzong.web.service.readers import SESSION
from juanzong.web.service.requests import EXTENSION
from juanzong.web.settings import Service

PASSWORD = "correct horse battery"
# what only one collection has: words, titles, sources, cities, bodies, names of files and folders
SECRETS = {
    "甲馆": ("霁月簿", "甲一报", "阜新", "甲馆", "琅嬛录"),
    "乙馆": ("沆瀣簿", "乙二报", "漯河", "乙馆", "璇玑录"),
}
_TEXT = """\
---
title: {title}第{n}期
date: {year}-0{n}-11
source: {source}
---
{city}市公安局在{word}中记下{title}，并向{city}市卫生健康委员会通报。

两馆都有的一段话：流调专班连夜核对轨迹，随后由值班人员逐户登记并把结果向社会公布，请市民配合工作。
"""


@pytest.fixture(scope="module")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("two")
    for name, (word, source, city, _, title) in SECRETS.items():
        for n in range(1, 5):
            path = folder / "corpus" / name / f"{title}{n}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            year = 2021 if name == "甲馆" else 2022
            path.write_text(_TEXT.format(title=title, n=n, year=year, source=source, city=city, word=word), "utf-8")
    index = folder / "index"
    rebuild(index, [folder / "corpus"], jobs=1)
    (index / "searches.yaml").write_text("- name: 甲馆的霁月簿\n  q: 霁月簿\n", "utf-8")
    for name in SECRETS:
        accounts.add(index / accounts.FILE, f"reader-{name}", PASSWORD, "sources", [name])
    accounts.add(index / accounts.FILE, "all", PASSWORD, "sources")
    accounts.add(index / accounts.FILE, "plain", PASSWORD, "read")
    return index


@pytest.fixture(scope="module")
def keys(index_dir: Path) -> dict[str, str]:
    return {
        name: accounts.add_key(index_dir / accounts.FILE, name)
        for name in (*(f"reader-{name}" for name in SECRETS), "all", "plain")
    }


@pytest.fixture
def app(index_dir: Path) -> Flask:
    made = create_app(index_dir, Service(sources=True))
    made.extensions["audit"] = Audit(io.StringIO())
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def said_by(client: FlaskClient, address: str, key: str = "") -> Any:
    return json.loads(client.get(address, headers=bearer(key) if key else {}).text)


def noted(app: Flask) -> list[dict[str, Any]]:
    return [json.loads(line) for line in app.extensions["audit"]._stream.getvalue().splitlines()]


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def log_in(client: FlaskClient, name: str, password: str = PASSWORD, onwards: str = "/") -> TestResponse:
    form = client.get("/login").text
    token = re.search(r'name="token" value="([^"]+)"', form)
    assert token
    return client.post("/login", data={"name": name, "password": password, "next": onwards, "token": token[1]})


def addresses(app: Flask) -> Iterator[str]:
    """Every address that may be got, with {id}, {doc} and {name} where it has parts."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            path = re.sub("<path:document_id>", "{doc}", re.sub("<paragraph_id>", "{id}", rule.rule))
            forms = re.search(r"<any\((.*?)\):form>", path)
            path = path.replace("<name>", "{name}")
            yield from (path.replace(forms[0], form.strip()) for form in forms[1].split(",")) if forms else (path,)
    # what is described and not there would be missed
    described = {re.sub(r"\{\w+\}", "x", path) for path in description("0")["paths"]}
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        assert all(adapter.test(path) or "{name}" in path or "facet" in path for path in described)
    yield "/nowhere"


def everywhere(app: Flask, ids: list[str], documents: list[str]) -> Iterator[str]:
    """Every address there is, with searches that would find everything."""
    asked = [
        "q=*",
        "q=*&boilerplate=1&size=100",
        "q=流调",
        "q=霁月簿",
        "q=沆瀣簿 OR 霁月薄",
        "q=fuxin",
        "q=阜心",
        "q=流*&collapse=text",
    ]
    asked += [f"q=*&path={quote(name)}" for name in SECRETS] + ["q=*&city=漯河市&city=阜新市", "q=*&first=1&sort=added"]
    compared = [
        "by=city&a=阜新市&b=漯河市",
        "by=path&a=甲馆&b=乙馆",
        "by=date&a=2021&b=2022",
        "by=query&a=霁月簿&b=沆瀣簿",
    ]
    for path in addresses(app):
        names = FACET_FIELDS if "{name}" in path else [""]
        held = ids if "{id}" in path else documents if "{doc}" in path else [""]
        for name, one in itertools.product(names, held):
            filled = path.replace("{name}", name).replace("{id}", one).replace("{doc}", quote(one, safe=""))
            if "compare" in path:
                queries = compared
            elif "trends" in path:
                queries = [*asked, *(f"q=*&by={by}" for by in FACET_FIELDS)]
            elif "explain" in path:
                queries = [f"q=流调&id={one}" for one in ids]
            elif "suggest" in path:
                queries = [
                    f"q={typed}&limit=50"
                    for typed in ("霁", "沆", "阜", "漯", "f", "l", "甲", "乙", "流", "lang", "xuan")
                ]
            elif one:
                queries = ["", "q=流调", "q=霁月簿"]
            elif path in ("/", "/account", "/help", "/login"):
                queries = ["", *asked, "q=*&view=kwic", "q=流调&lang=en"]
            elif "/api/" in path or "export" in path or "feed" in path or "facet" in path or "places" in path:
                queries = asked
            else:
                queries = [""]
            yield from (f"{filled}?{query}" for query in queries)


def test_no_address_gives_a_reader_a_byte_of_what_is_kept_to_another(app: Flask, keys: dict[str, str]) -> None:
    whole = app.extensions["juanzong"].whole()
    hits = list(whole.scan(SearchRequest(q="*", boilerplate=True)))
    ids, documents = [hit["id"] for hit in hits], sorted({hit["doc"] for hit in hits})
    assert len(ids) > 16
    # one of each kind of paragraph and one document of each collection are enough of what has its own address
    ids = ids[:: len(ids) // 4]
    documents = [documents[0], documents[-1]]
    client = app.test_client()
    seen: dict[str, set[str]] = {name: set() for name in SECRETS}
    for address in everywhere(app, ids, documents):
        for name in SECRETS:
            [other] = set(SECRETS) - {name}
            answer = client.get(address, headers=bearer(keys[f"reader-{name}"]))
            assert answer.status_code < 500, address
            said = _unquoted(answer.text + str(answer.headers))
            # a page repeats what was asked
            typed = _unquoted(address)
            assert [secret for secret in SECRETS[other] if secret in said and secret not in typed] == [], address
            answer.close()
            seen[name].update(secret for secret in SECRETS[name] if secret in said and secret not in typed)
    # and the walk would have seen them
    for name in SECRETS:
        assert set(SECRETS[name]) <= seen[name]


def _unquoted(text: str) -> str:
    from urllib.parse import unquote

    return unquote(text)


@pytest.mark.parametrize("name", SECRETS)
def test_what_was_asked_for_by_one_is_not_kept_for_another(app: Flask, keys: dict[str, str], name: str) -> None:
    client = app.test_client()
    [other] = set(SECRETS) - {name}
    address = "/?" + urlencode({"q": "流调"})
    tags = {
        reader: client.get(address, headers={**bearer(keys[reader]), "Accept-Encoding": "gzip"}).headers["ETag"]
        for reader in ("all", f"reader-{other}")
    }
    for tag in tags.values():
        answer = client.get(address, headers={**bearer(keys[f"reader-{name}"]), "If-None-Match": tag})
        assert answer.status_code == 200
        assert SECRETS[other][0] not in answer.text
        assert "private" in answer.headers["Cache-Control"]
        assert {"Cookie", "Authorization"} <= set(answer.headers["Vary"].replace(" ", "").split(","))


def test_what_readers_may_see_is_there_before_they_ask(
    app: Flask, keys: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    app.extensions[EXTENSION].tend(0.0)

    def late(*_: object) -> Any:
        raise AssertionError("a reader waits")

    monkeypatch.setattr(Snapshot, "within", late)
    for name in SECRETS:
        bearer = {"Authorization": f"Bearer {keys[f'reader-{name}']}"}
        assert app.test_client().get("/api/search?q=流调", headers=bearer).status_code == 200


def test_a_stranger_learns_nothing(client: FlaskClient) -> None:
    for address in ("/", "/?q=流调", "/doc/x", "/trends", "/nowhere", "/account"):
        answer = client.get(address, headers={"Accept": "text/html"})
        assert answer.status_code == 303, address
        assert answer.location.startswith("/login")
    for address in (
        "/api/search?q=流调",
        "/export.csv?q=流调",
        "/feed.atom?q=*",
        "/metrics",
        "/api/openapi.json",
        "/nowhere",
    ):
        answer = client.get(address)
        assert answer.status_code == 401, address
        assert "Bearer" in answer.headers["WWW-Authenticate"]
    assert client.get("/healthz").json == {"ok": True}
    with client.get("/static/style.css") as style:
        assert style.status_code == 200


def test_logging_in_and_out(app: Flask, client: FlaskClient) -> None:
    answer = log_in(client, "reader-甲馆", onwards="/?q=%E6%B5%81%E8%B0%83")
    assert (answer.status_code, answer.location) == (303, "/?q=%E6%B5%81%E8%B0%83")
    [cookie] = [value for value in answer.headers.getlist("Set-Cookie") if value.startswith(SESSION)]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert "琅嬛录" in client.get(answer.location).text
    account = client.get("/account").text
    assert "甲馆" in account and "乙馆" not in account
    token = re.search(r'name="token" value="([^"]+)"', account)
    assert token
    assert client.post("/logout", data={"token": "x"}).status_code == 400
    assert client.post("/logout", data={"token": token[1]}).status_code == 303
    assert client.get("/", headers={"Accept": "text/html"}).status_code == 303
    assert [(entry["event"], entry["account"]) for entry in noted(app)] == [
        ("login", "reader-甲馆"),
        ("logout", "reader-甲馆"),
    ]


@pytest.mark.parametrize(
    "onwards", ["//evil.example/", "/\\evil.example", "https://evil.example/", "/a\\b", "/\x00", "f", ""]
)
def test_one_is_sent_nowhere_else(client: FlaskClient, onwards: str) -> None:
    assert log_in(client, "all", onwards=onwards).location == "/"


def test_a_form_of_elsewhere_is_not_taken(app: Flask, client: FlaskClient) -> None:
    stranger = app.test_client()
    form = stranger.get("/login").text
    token = re.search(r'name="token" value="([^"]+)"', form)
    assert token
    given = {"name": "all", "password": PASSWORD, "next": "/", "token": token[1]}
    # the other half of the token lies in another browser
    assert client.post("/login", data=given).status_code == 400
    assert stranger.post("/login", data=given, headers={"Origin": "https://evil.example"}).status_code == 400
    assert stranger.post("/login", data=given, headers={"Origin": "http://localhost"}).status_code == 303


def test_guessing_has_an_end(app: Flask, client: FlaskClient) -> None:
    for _ in range(5):
        answer = log_in(client, "plain", "wrong wrong wrong")
        assert answer.status_code == 401
        assert "wrong wrong" not in answer.text
    answer = log_in(client, "plain")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"]
    # others go on
    assert log_in(client, "all").status_code == 303
    assert [entry["event"] for entry in noted(app)] == ["refused"] * 6 + ["login"]


def test_a_session_ends_with_password_and_account(index_dir: Path, tmp_path: Path) -> None:
    path = tmp_path / accounts.FILE
    accounts.add(path, "甲", PASSWORD)
    client = create_app(index_dir, Service(accounts=path)).test_client()
    log_in(client, "甲")
    assert client.get("/account").status_code == 200
    accounts.set_password(path, "甲", "another long password")
    assert client.get("/account").status_code == 401
    log_in(client, "甲", "another long password")
    assert client.get("/account").status_code == 200
    accounts.remove(path, "甲")
    assert client.get("/account").status_code == 401


def test_rights_change_under_a_session(index_dir: Path, tmp_path: Path) -> None:
    path = tmp_path / accounts.FILE
    accounts.add(path, "甲", PASSWORD)
    client = create_app(index_dir, Service(accounts=path)).test_client()
    log_in(client, "甲")
    assert said_by(client, "/api/search?q=%22沆瀣簿%22")["total"]
    accounts.set_rights(path, "甲", None, ["甲馆"], False)
    answer = said_by(client, "/api/search?q=%22沆瀣簿%22")
    assert (answer["total"], answer["index"]["documents"]) == (0, 4)


def test_a_file_that_is_unsafe_or_gone_lets_nobody_in(index_dir: Path, tmp_path: Path, keys: dict[str, str]) -> None:
    path = tmp_path / accounts.FILE
    accounts.add(path, "甲", PASSWORD)
    key = accounts.add_key(path, "甲")
    client = create_app(index_dir, Service(accounts=path)).test_client()
    assert client.get("/api/search?q=流调", headers=bearer(key)).status_code == 200
    whole = path.read_bytes()
    for harm in ("mode", "cut", "empty", "list", "gone"):
        path.write_bytes({"cut": whole[:-9], "empty": b"", "list": b"[]"}.get(harm, whole))
        path.chmod(0o644 if harm == "mode" else 0o600)
        if harm == "gone":
            path.unlink()
        for address in ("/api/search?q=流调", "/", "/export.csv?q=*"):
            answer = client.get(address, headers=bearer(key))
            assert answer.status_code == 503, (harm, address)
            assert "流调" not in answer.text.replace("q=流调", "")
    path.write_bytes(whole)
    path.chmod(0o600)
    assert client.get("/api/search?q=流调", headers=bearer(key)).status_code == 200


def test_keys(app: Flask, client: FlaskClient, keys: dict[str, str], index_dir: Path) -> None:
    assert client.get("/feed.atom?q=*", auth=("all", keys["all"])).status_code == 200
    assert client.get("/feed.atom?q=*", auth=("plain", keys["all"])).status_code == 401
    for wrong in (keys["all"][:-1], keys["all"][:-1] + "_x", "jz_", "", keys["all"] + " "):
        assert client.get("/api/search?q=*", headers=bearer(wrong)).status_code in (200, 401)
        assert wrong.strip() == keys["all"] or client.get("/api/search?q=*", headers=bearer(wrong)).status_code == 401
    path = index_dir / accounts.FILE
    made = accounts.add_key(path, "plain")
    assert client.get("/api/search?q=*", headers=bearer(made)).status_code == 200
    accounts.remove_key(path, "plain", made.split("_")[1])
    assert client.get("/api/search?q=*", headers=bearer(made)).status_code == 401
    assert made.split("_", 2)[2] not in path.read_text("utf-8")
    assert PASSWORD not in path.read_text("utf-8")


def test_files_are_for_the_role_that_may_have_them(app: Flask, client: FlaskClient, keys: dict[str, str]) -> None:
    [document, *_] = [hit["doc"] for hit in said_by(client, "/api/search?q=*", keys["plain"])["hits"]]
    address = quote(document, safe="")
    assert client.get(f"/source/{address}", headers=bearer(keys["plain"])).status_code == 404
    assert "/source/" not in client.get(f"/doc/{address}", headers=bearer(keys["plain"])).text
    with client.get(f"/source/{address}", headers=bearer(keys["all"])) as answer:
        assert answer.status_code == 200
    client.get("/export.csv?q=*", headers=bearer(keys["plain"]))
    assert [(entry["event"], entry["account"], entry["address"]) for entry in noted(app)] == [
        ("source", "all", f"/source/{address}"),
        ("export", "plain", "/export.csv?q=*"),
    ]


def test_the_counters_are_for_those_who_see_everything(client: FlaskClient, keys: dict[str, str]) -> None:
    assert client.get("/metrics", headers=bearer(keys["all"])).status_code == 200
    assert client.get("/metrics", headers=bearer(keys["reader-甲馆"])).status_code == 403


def test_an_archive_closes_with_its_first_account_and_stays_closed(index_dir: Path, tmp_path: Path) -> None:
    path = tmp_path / accounts.FILE
    app = create_app(index_dir, replace(Service(), accounts=path))
    client = app.test_client()
    assert client.get("/api/search?q=流调").status_code == 200
    accounts.add(path, "甲", PASSWORD)
    assert client.get("/api/search?q=流调").status_code == 401
    accounts.remove(path, "甲")
    assert client.get("/api/search?q=流调").status_code == 401


def test_a_body_that_is_no_form_of_ours_is_refused(client: FlaskClient) -> None:
    assert client.post("/login", data={"name": "x" * 100_000}).status_code == 413
    assert client.post("/api/search").status_code in (401, 405)
