"""What an operator can set: log, proxy, source files, exports at the same time; and what is measured."""

from __future__ import annotations

import gzip
import io
import json
import os
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from juanzong.index.build.editions import rebuild
from juanzong.index.corpus.files import SourceFile, find_files
from juanzong.web.app import create_app
from juanzong.web.routes import sources
from juanzong.web.routes.citations import authors
from juanzong.web.routes.sources import source_path
from juanzong.web.service.accesslog import AccessLog
from juanzong.web.settings import Service

SECRET = "/?q=%E7%A7%98%E5%AF%86&city=%E5%BE%90%E5%B7%9E%E5%B8%82"


def logged(index_dir: Path, path: str, queries: bool) -> dict[str, object]:
    app, stream = create_app(index_dir), io.StringIO()
    app.extensions["log"] = AccessLog(stream, queries)
    app.test_client().get(path, headers={"Referer": "http://localhost/?q=秘密".encode().decode("latin-1")})
    (line,) = stream.getvalue().splitlines()
    assert line.isascii()
    entry: dict[str, object] = json.loads(line)
    return entry


def test_a_log_line_tells_what_happened_and_not_what_was_asked(index_dir: Path) -> None:
    entry = logged(index_dir, SECRET, queries=False)
    assert entry["path"] == "/" and entry["status"] == 200 and entry["method"] == "GET" and entry["route"] == "/"
    assert {"search", "render", "compress"} <= set(entry["stages"])  # type: ignore[call-overload]
    assert isinstance(entry["bytes"], int) and entry["bytes"] > 1000
    assert "秘密" not in json.dumps(entry, ensure_ascii=False) and "徐州" not in json.dumps(entry, ensure_ascii=False)


def test_the_log_has_queries_where_the_operator_wants_them(index_dir: Path) -> None:
    assert logged(index_dir, SECRET, queries=True)["query"] == {"q": ["秘密"], "city": ["徐州市"]}


def test_a_hostile_address_stays_on_its_line(index_dir: Path) -> None:
    entry = logged(index_dir, "/doc/a%0A%1B[31m%E2%80%AE", queries=False)
    assert entry["path"] == "/doc/a\n\x1b[31m\u202e" and entry["status"] == 404


def test_nothing_is_logged_by_default(index_dir: Path, capfd: pytest.CaptureFixture[str]) -> None:
    create_app(index_dir).test_client().get("/?q=a")
    assert capfd.readouterr().err == ""
    create_app(index_dir, Service(log=True)).test_client().get("/?q=a")
    assert json.loads(capfd.readouterr().err)["path"] == "/"


FORWARDED = {
    "X-Forwarded-For": "198.51.100.1, 203.0.113.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "archive.example",
}


def test_a_proxy_is_trusted_for_one_hop_and_only_where_told(index_dir: Path) -> None:
    for service, address in ((Service(), "http://localhost/"), (Service(proxy=True), "https://archive.example/")):
        answer = create_app(index_dir, service).test_client().get("/opensearch.xml", headers=FORWARDED)
        assert f'template="{address}?q=' in answer.get_data(as_text=True)
    cookie = (
        create_app(index_dir, Service(proxy=True))
        .test_client()
        .get("/?lang=en", headers=FORWARDED)
        .headers["Set-Cookie"]
    )
    assert "Secure" in cookie


# --- exports ---


def test_exports_beyond_the_limit_are_asked_to_come_again(index_dir: Path) -> None:
    app = create_app(index_dir, Service(exports=1))
    first = app.test_client().get("/export.jsonl?q=*")
    assert first.status_code == 200
    for form in ("csv", "md"):
        busy = app.test_client().get(f"/export.{form}?q=*", headers={"Accept-Language": "zh"})
        assert (
            busy.status_code == 503 and int(busy.headers["Retry-After"]) > 0 and "导出" in busy.get_data(as_text=True)
        )
    assert app.test_client().get("/?q=流调").status_code == 200, "searching goes on"
    first.close()
    second = app.test_client().get("/export.csv?q=*")
    assert second.status_code == 200 and second.get_data()
    assert app.test_client().get("/export.csv?q=*").status_code == 200, "an export that came to its end has left"


def test_an_export_that_fails_or_is_not_wanted_gives_its_place_back(index_dir: Path) -> None:
    client = create_app(index_dir, Service(exports=1)).test_client()
    for _ in range(3):
        assert client.get("/export.csv?q=a&from=never").status_code == 400
        assert client.get("/export.csv?q=" + "a" * 2001).status_code == 400
        assert client.head("/export.csv?q=*", buffered=True).status_code == 200
    assert client.get("/export.csv?q=*", buffered=True).status_code == 200


# --- source files ---


@pytest.fixture
def open_client(index_dir: Path) -> FlaskClient:
    return create_app(index_dir, Service(sources=True)).test_client()


def document_of(client: FlaskClient, q: str) -> str:
    found: str = client.get("/api/search", query_string={"q": q}).get_json()["hits"][0]["doc"]
    return found


def test_source_files_are_closed_by_default(app: Flask, client: FlaskClient) -> None:
    document = document_of(client, "流调专班")
    assert client.get(f"/source/{document}").status_code == 404
    assert "/source/" not in client.get(f"/doc/{document}").get_data(as_text=True)


def test_a_source_file_is_given_byte_for_byte(open_client: FlaskClient, corpus: Path) -> None:
    document = document_of(open_client, "流调专班 轨迹")
    assert f'href="/source/{document}"' in open_client.get(f"/doc/{document}").get_data(as_text=True)
    answer = open_client.get(f"/source/{document}", buffered=True)
    assert answer.get_data() == (corpus / "徐州.md").read_bytes()
    assert answer.mimetype == "application/octet-stream" and answer.headers["Content-Disposition"].startswith(
        "attachment"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    line = open_client.get("/source/" + document_of(open_client, "第7期简报").replace("/", "%2F"), buffered=True)
    assert line.get_data() == (corpus / "简报.jsonl").read_bytes()
    assert open_client.get("/source/nowhere").status_code == 404


def test_a_source_path_never_leaves_the_corpus(tmp_path: Path) -> None:
    corpus, other = tmp_path / "corpus", tmp_path / "other"
    for folder in (corpus, other):
        (folder / "sub").mkdir(parents=True)
        (folder / "sub" / "a.txt").write_text(folder.name, "utf-8")
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    (corpus / ".hidden.txt").write_text("hidden", "utf-8")
    (corpus / "b.txt").symlink_to(tmp_path / "secret.txt")
    (corpus / "key.pem").write_text("key", "utf-8")
    assert source_path("sub/a.txt", [corpus]) == corpus / "sub" / "a.txt"
    for relative in (
        "../secret.txt",
        "sub/../../secret.txt",
        str(tmp_path / "secret.txt"),
        "b.txt",
        ".hidden.txt",
        "key.pem",
        "",
        "sub",
        "none.txt",
    ):
        assert source_path(relative, [corpus]) is None, relative
    assert source_path("other/sub/a.txt", [corpus, other]) == other / "sub" / "a.txt", (
        "two files of one name are told apart as in the index"
    )
    assert source_path("secret.txt", [tmp_path / "secret.txt"]) == tmp_path / "secret.txt", "a corpus may be one file"
    assert source_path("sub/a.txt", [tmp_path / "gone"]) is None


def test_files_that_are_gone_make_the_folders_be_walked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("流调一次。", "utf-8")
    (tmp_path / os.fsdecode("工作说明.txt".encode("gbk"))).write_text("流调二次。", "utf-8")
    walks = []

    def walked(corpora: Sequence[Path]) -> list[SourceFile]:
        walks.append(corpora)
        return find_files(corpora)

    monkeypatch.setattr(sources, "find_files", walked)
    assert [source_path(f"{n}.txt", [tmp_path], "of this test") for n in range(20)] == [None] * 20
    assert source_path("工作说明.txt", [tmp_path], "of this test") is not None
    assert len(walks) <= 2, "twice where ten minutes end meanwhile"


def test_a_source_that_is_gone(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.txt").write_text("流调一次。\n", "utf-8")
    rebuild(tmp_path / "index", [folder], jobs=1)
    client = create_app(tmp_path / "index", Service(sources=True)).test_client()
    document = document_of(client, "流调")
    (folder / "a.txt").unlink()
    assert client.get(f"/source/{document}").status_code == 404


# --- references ---


def test_a_paragraph_as_bibtex_and_csl(client: FlaskClient) -> None:
    hit = client.get("/api/search", query_string={"q": "流调专班 轨迹"}).get_json()["hits"][0]
    entry = client.get(f"/cite/{hit['id']}.bib")
    assert entry.mimetype == "application/x-bibtex" and entry.get_data(as_text=True).startswith(
        "@article{jz" + hit["id"]
    )
    assert "title = {{流调专班的夜班}}" in entry.get_data(as_text=True)
    (item,) = json.loads(client.get(f"/cite/{hit['id']}.json").get_data())
    assert (
        item["title"] == "流调专班的夜班"
        and item["issued"] == {"date-parts": [[2021, 11, 25]]}
        and item["URL"].startswith("http://localhost/doc/")
    )
    for path in ("/cite/0000000000000000.bib", "/cite/x.json"):
        assert client.get(path).status_code == 404
    assert client.get(f"/cite/{hit['id']}.ris").status_code == 404


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("记者 苏晓禾 通讯员 邵立", ("苏晓禾", "邵立")),
        ("■本报记者 梁思齐", ("梁思齐",)),
        ("本报全媒体记者 邵　立、丁一诺 文/图", ("邵立", "丁一诺")),
        ("张文、李图摄影", ("张文", "李图摄影")),
        ("Jane Doe, John Roe", ("Jane Doe", "John Roe")),
        ("本报记者", ("本报记者",)),
        ("", ()),
        (" ", ()),
    ],
)
def test_a_byline_gives_its_names(byline: str, names: tuple[str, ...]) -> None:
    assert authors(byline) == names


# --- measures ---


def test_stages_are_measured(index_dir: Path) -> None:
    client = create_app(index_dir).test_client()
    client.get("/?q=流调", headers={"Accept-Encoding": "gzip"})
    client.get("/api/search?q=流调")
    client.get("/doc/" + document_of(client, "流调"))
    text = client.get("/metrics").get_data(as_text=True)
    counts = dict(re.findall(r'juanzong_stage_seconds_count\{stage="(\w+)"\} (\d+)', text))
    assert (
        counts["search"] == "3"
        and counts["render"] == "2"
        and counts["write"] == "2"
        and counts["document"] == "1"
        and int(counts["compress"]) >= 4
    )
    assert "juanzong_index_generation 1\n" in text and re.search(r"juanzong_index_age_seconds [0-9.]+\n", text)


def test_compressed_answers_are_whole(client: FlaskClient) -> None:
    packed = client.get("/explain?q=流调", headers={"Accept-Encoding": "gzip"})
    assert b"</html>" in gzip.decompress(packed.get_data())
