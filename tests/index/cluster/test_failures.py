"""What a cluster loses and what a reader notices of it: real nodes are killed under searches and under a build."""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from juanzong.index.cluster import editions
from juanzong.index.cluster.address import PASSWORD, parse_address
from juanzong.index.cluster.archive import ClusterArchive, sign_of_life
from juanzong.index.cluster.connection import ClusterFull, ClusterUnavailable
from juanzong.index.cluster.sending import Sender, action
from juanzong.index.errors import JuanzongError, NoIndex, UsageError
from juanzong.search import SearchRequest, budget, open_engine
from juanzong.web.app import create_app
from juanzong.web.cli import main
from scripts.cluster.nodes import Cluster
from tests.clusters import archive, ask, required
from tests.gatekeeper import certificate, gate

pytestmark = pytest.mark.cluster
CLIENTS = 8


@pytest.fixture
def address() -> Iterator[str]:
    with archive("shards=3&timeout=10") as made:
        yield made


@pytest.fixture
def nodes() -> Iterator[Cluster]:
    """The cluster, whole again after the test."""
    cluster = required()
    yield cluster
    for number in range(1, cluster.nodes + 1):
        cluster.start_node(number)
    cluster.wait(f"wait_for_nodes={cluster.nodes}&wait_for_status=yellow", 300)


def corpus(folder: Path, documents: int) -> Path:
    folder.mkdir()
    with (folder / "a.jsonl").open("w", encoding="utf-8") as file:
        for number in range(documents):
            text = "\n".join(f"第{number}号文件第{line}段，流调溯源与核酸检测{number % 7}。" for line in range(5))
            file.write(
                json.dumps(
                    {"id": f"d{number}", "title": f"通告{number}", "text": text, "date": "2021-11-05"},
                    ensure_ascii=False,
                )
                + "\n"
            )
    return folder


def test_a_node_that_dies_costs_no_answer_and_no_row(tmp_path: Path, address: str, nodes: Cluster) -> None:
    """One of three, under eight readers of one archive and the build of another."""
    total = editions.rebuild(address, [corpus(tmp_path / "small", 300)]).paragraphs
    engine = open_engine(address)
    done = threading.Event()
    answers: list[tuple[float, str]] = []

    def ask_on() -> None:
        while not done.is_set():
            began = time.monotonic()
            try:
                found = engine.search(SearchRequest("*", size=3)).total
                answers.append((time.monotonic() - began, "" if found == total else f"{found} of {total}"))
            except JuanzongError as error:
                answers.append((time.monotonic() - began, str(error)))

    with archive("shards=3&timeout=10") as other:
        folder = corpus(tmp_path / "corpus", 600)
        building = multiprocessing.get_context("spawn").Process(target=_rebuild, args=(other, folder))
        building.start()
        clients = [threading.Thread(target=ask_on) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        _wait_for(lambda: len(answers) >= 2 * CLIENTS)
        _wait_for_rows(other)
        nodes.kill(3)
        before = len(answers)
        time.sleep(5)
        _wait_for(lambda: len(answers) >= before + 4 * CLIENTS)
        done.set()
        for client in clients:
            client.join()
        nodes.start_node(3)
        building.join(300)
        assert building.exitcode == 0
        assert [said for _, said in answers if said] == []
        built = open_engine(other)
        assert len({hit["id"] for hit in built.scan(SearchRequest("*"))}) == built.info()["paragraphs"] == 3_600
    print(f"{len(answers)} searches, none failed, the slowest {max(seconds for seconds, _ in answers):.2f} s")


def _wait_for(happened: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def _rebuild(address: str, folder: Path) -> None:
    editions.rebuild(address, [folder], jobs=1)


def _wait_for_rows(address: str, least: int = 1) -> None:
    """Until a build has begun to send."""
    cluster, name = required(), parse_address(address).name
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        found = ask(cluster, f"/{name}-*/_stats/indexing?filter_path=_all.primaries.indexing.index_total")
        total = ((found or {}).get("_all") or {}).get("primaries", {}).get("indexing", {}).get("index_total", 0)
        if total >= least:
            return
        time.sleep(0.02)
    pytest.fail("the build did not begin to send")


def test_a_build_that_is_killed_leaves_what_is_searched_as_it_was(tmp_path: Path, address: str) -> None:
    first = editions.rebuild(address, [corpus(tmp_path / "corpus", 20)])
    large = corpus(tmp_path / "large", 3_000)
    building = multiprocessing.get_context("spawn").Process(target=_rebuild, args=(address, large))
    building.start()
    held = ClusterArchive(parse_address(address))
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        second = held.generations().get(first.generation + 1)
        if second is not None and second.manifest:
            break
        time.sleep(0.05)
    time.sleep(0.5)
    assert building.pid is not None
    os.kill(building.pid, signal.SIGKILL)
    building.join()
    engine = open_engine(address)
    assert (engine.info()["generation"], engine.search(SearchRequest("*")).total) == (
        first.generation,
        first.paragraphs,
    )
    assert held.generations()[first.generation + 1].manifest.get("state") == "building"
    again = editions.update(address, [tmp_path / "corpus"])
    assert again.paragraphs == first.paragraphs
    editions.rebuild(address, [tmp_path / "corpus"])
    states = {number: generation.manifest["state"] for number, generation in held.generations().items()}
    assert set(states.values()) == {"whole"}


def test_two_of_three_nodes_away_is_said_and_over_when_they_are_back(tmp_path: Path, nodes: Cluster) -> None:
    with archive("shards=3&replicas=0&timeout=3&retries=1") as address:
        total = editions.rebuild(address, [corpus(tmp_path / "corpus", 50)]).paragraphs
        app = create_app(address)
        client = app.test_client()
        assert client.get("/api/search?q=*").json["total"] == total  # type: ignore[index]
        # opening an archive needs its records, so it is opened while they are there
        partial = create_app(f"{address}&partial=1").test_client()
        assert "partial" not in partial.get("/api/search?q=流调").json["index"]  # type: ignore[index]
        nodes.kill(2)
        nodes.kill(3)
        deadline = time.monotonic() + 60
        while (answer := client.get("/api/search?q=*")).status_code == 200 and time.monotonic() < deadline:
            assert answer.json["total"] == total, "never a part for the whole"  # type: ignore[index]
            time.sleep(0.2)
        assert answer.status_code == 503
        assert "cluster" in answer.json["error"]  # type: ignore[index]
        assert client.get("/?q=流调").status_code == 503
        assert client.get("/healthz").status_code == 503
        _check_partial(partial, total)
        nodes.start_node(2)
        nodes.start_node(3)
        nodes.wait("wait_for_nodes=3", 300)
        deadline = time.monotonic() + 90
        while (answer := client.get("/api/search?q=*")).status_code != 200 and time.monotonic() < deadline:
            time.sleep(0.5)
        assert (answer.status_code, answer.json["total"]) == (200, total)  # type: ignore[index]


def _check_partial(client: FlaskClient, total: int) -> None:
    """What is left of an archive answers where its address allows it, and is never taken for the whole."""
    found = client.get("/api/search?q=流调&size=5").json
    assert found is not None and found["ok"], found
    assert 0 < found["total"] < total and found["index"]["partial"] > 0
    assert "ETag" not in client.get("/api/search?q=流调").headers
    assert "取不到" in client.get("/?q=流调").get_data(as_text=True)
    assert client.get("/export.jsonl?q=流调").status_code == 503


def test_a_node_that_hangs_costs_time_and_no_wrong_answer(tmp_path: Path, address: str, nodes: Cluster) -> None:
    total = editions.rebuild(address, [corpus(tmp_path / "corpus", 50)]).paragraphs
    engine = open_engine(address)
    ended: list[tuple[float, str]] = []
    assert nodes.runs(3)
    nodes.signal(3, signal.SIGSTOP)
    try:
        for _ in range(6):
            began = time.monotonic()
            try:
                with budget.within(3):
                    found = engine.search(SearchRequest("*", size=3)).total
                ended.append((time.monotonic() - began, "" if found == total else f"{found} of {total}"))
            except (ClusterUnavailable, budget.OverBudget):
                ended.append((time.monotonic() - began, "given up"))
    finally:
        nodes.signal(3, signal.SIGCONT)
    assert {said for _, said in ended} <= {"", "given up"}, "never a part for the whole"
    assert max(seconds for seconds, _ in ended) < 10
    nodes.wait("wait_for_nodes=3&wait_for_status=green", 120)
    assert engine.search(SearchRequest("*")).total == total


def test_rows_that_a_busy_cluster_rejects_are_sent_again(tmp_path: Path, address: str) -> None:
    """The nodes of the test cluster take few bytes at once, so that a large build is rejected in part."""
    held = ClusterArchive(parse_address(address))
    generation = held.create(1, {"builder": sign_of_life()})
    assert generation is not None
    with Sender(held.connection) as sender:
        for number in range(6_000):
            row = {"kind": "blob", "name": f"{number}", "data": {"text": "核酸检测" * 400}}
            sender.send([action("index", generation.records, f"row-{number}", row)])
        sent = sender.wait()
    held.connection.call("POST", f"/{generation.records}/_refresh")
    assert held.connection.counts(generation.records, [{"match_all": {}}]) == [6_000]
    assert (sent.rows, sent.retried > 0) == (6_000, True)


def test_a_full_disk_is_said_and_the_archive_stays(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = editions.rebuild(address, [corpus(tmp_path / "corpus", 20)])
    monkeypatch.setattr("juanzong.index.cluster.sending.PATIENCE", 2.0)
    held = ClusterArchive(parse_address(address))
    create = held.create

    def create_full(number: int, manifest: dict[str, object]) -> object:
        made = create(number, manifest)
        assert made is not None
        # what the server does to every index on a disk above its flood stage
        ask(required(), f"/{','.join(made.indices)}/_settings", "PUT", {"index.blocks.read_only_allow_delete": True})
        return made

    monkeypatch.setattr(ClusterArchive, "create", lambda self, number, manifest: create_full(number, manifest))
    with pytest.raises((ClusterFull, ClusterUnavailable), match="room|full"):
        editions.rebuild(address, [tmp_path / "corpus"])
    assert open_engine(address).info()["generation"] == first.generation


def test_an_index_that_was_changed_by_hand_is_noticed(
    tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from juanzong.index.cluster.examination import check

    editions.rebuild(address, [corpus(tmp_path / "corpus", 5)])
    assert check(address).problems == []
    name = f"{parse_address(address).name}-000001"
    ask(required(), f"/{name}/_settings", "PUT", {"index.blocks.write": False})
    ask(
        required(),
        f"/{name}/_doc/0000000000000001?refresh=true",
        "PUT",
        {"id": "0000000000000001", "text": "不是我们写的"},
    )
    [damaged] = [finding for finding in check(address).problems if finding.code == "damaged"]
    assert "31 paragraphs instead of 30" in damaged.message
    ask(required(), f"/{name}/_settings", "PUT", {"index.blocks.write": True})
    held = ClusterArchive(parse_address(address))
    manifest = held.current().manifest
    told = {
        "with other dictionaries": {**manifest, "fingerprint": {"jieba": "0.1"}},
        "another version": {**manifest, "schema": 1},
        "did not build|another version": {},
    }
    stale, *others = told
    ask(required(), f"/{name}/_mapping", "PUT", {"_meta": {"juanzong": told[stale]}})
    assert open_engine(address).info()["stale"]
    assert any(re.search(stale, finding.message) for finding in check(address).problems)
    for said in others:
        ask(required(), f"/{name}/_mapping", "PUT", {"_meta": {"juanzong": told[said]} if told[said] else {}})
        _fails(address, said, capsys)


def test_an_alias_that_was_taken_away_is_missed_and_set_by_the_next_build(
    tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    total = editions.rebuild(address, [corpus(tmp_path / "corpus", 5)]).paragraphs
    engine, name = open_engine(address), parse_address(address).name
    ask(required(), "/_aliases", "POST", {"actions": [{"remove": {"index": f"{name}-000001", "alias": name}}]})
    _fails(address, "no archive.*rebuild FOLDER", capsys)
    time.sleep(1.1)
    # what is open goes on answering
    assert engine.search(SearchRequest("*")).total == total
    assert "no archive" in engine.info()["fallback"]
    assert editions.rebuild(address, [tmp_path / "corpus"]).generation == 2
    assert open_engine(address).search(SearchRequest("*")).total == total


@pytest.mark.parametrize(
    ("address_", "kind", "said"),
    [
        ("opensearch+http://127.0.0.1:9/archive?timeout=2&retries=0", ClusterUnavailable, "cannot be reached"),
        ("opensearch+https://127.0.0.1:9201/archive?timeout=2&retries=0", ClusterUnavailable, "certificate"),
        ("opensearch+http://127.0.0.1:9201/there-is-none", NoIndex, "rebuild FOLDER"),
    ],
)
def test_what_cannot_be_opened_gets_one_sentence(address_: str, kind: type[JuanzongError], said: str) -> None:
    required()
    with pytest.raises(kind, match=said) as raised:
        open_engine(address_)
    assert raised.value.exit_code == 3
    assert "\n" not in str(raised.value)


def test_a_door_with_a_certificate_and_a_password_lets_in_who_knows_them(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    node, name = required().hosts[0], parse_address(address).name
    with gate(tmp_path, node, "读者", "密码") as (port, authority):
        inside = f"opensearch+https://读者@127.0.0.1:{port}/{name}?retries=0&ca={authority}"
        monkeypatch.setenv(PASSWORD, "密码")
        total = editions.rebuild(inside, [corpus(tmp_path / "corpus", 5)]).paragraphs
        assert open_engine(inside).search(SearchRequest("流调")).total == total - 5
        _fails(inside.split("&")[0], "certificate.*ca=FILE", capsys)
        other, _ = certificate(tmp_path, "other")
        _fails(f"{inside.split('&')[0]}&ca={other}", "certificate", capsys)
        monkeypatch.setenv(PASSWORD, "错的")
        _fails(inside, f"password.*{PASSWORD}", capsys)
        monkeypatch.delenv(PASSWORD)
        _fails(inside, f"password.*{PASSWORD}", capsys)
    monkeypatch.setenv(PASSWORD, "密码")
    with gate(tmp_path, node, "读者", "密码", allowed=("GET",)) as (port, authority):
        reading = f"opensearch+https://读者@127.0.0.1:{port}/{name}?retries=0&ca={authority}"
        with pytest.raises(ClusterUnavailable, match="rights"):
            editions.rebuild(reading, [tmp_path / "corpus"])


def _fails(address: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A command says in one sentence what is wrong, and ends with 3."""
    assert main(["--index", address, "search", "流调"]) == 3
    [sentence] = capsys.readouterr().err.strip().splitlines()
    assert re.search(said, sentence)


@pytest.fixture
def impostor() -> Iterator[tuple[str, dict[str, object]]]:
    """A server that says of itself what a test wants: there is no other way to meet a version that is not installed."""
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    told: dict[str, object] = {"status": 200, "body": {}}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(told["body"]).encode()
            self.send_response(int(str(told["status"])))
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing of it is of interest."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"opensearch+http://reader@127.0.0.1:{server.server_port}/archive?retries=0", told
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "body", "kind", "said"),
    [
        (200, {"version": {"number": "8.15.0", "build_flavor": "default"}}, UsageError, "Elasticsearch 8.15.0"),
        (
            200,
            {"version": {"number": "1.3.20", "distribution": "opensearch"}},
            UsageError,
            "OpenSearch 1.3.20.*2 and 3",
        ),
        (
            429,
            {"error": {"type": "rejected_execution_exception", "reason": "queue full"}},
            ClusterUnavailable,
            "too much to do",
        ),
    ],
)
def test_servers_that_are_no_use_are_told_apart(
    impostor: tuple[str, dict[str, object]], status: int, body: object, kind: type[JuanzongError], said: str
) -> None:
    address, told = impostor
    told.update(status=status, body=body)
    with pytest.raises(kind, match=said):
        open_engine(address)
