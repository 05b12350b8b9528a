"""The time of a request: whole totals or none, and what was left out is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from juanzong.search import SearchRequest, budget
from juanzong.search.engines.embedded import EmbeddedEngine
from juanzong.web.app import create_app
from juanzong.web.settings import Service
from tests.samples import make_document, publish


class Clock:
    """A clock that goes on by a second whenever somebody looks."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("budget") / "index"
    publish(folder, [[make_document(f"{n}", ["流调专班连夜核对轨迹", "消防演练如期举行"]) for n in range(9)]])
    return folder


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("juanzong.search.budget.time.monotonic", made)
    return made


@pytest.mark.parametrize("q", ["流调 消防 OR 演练", "*", "流", "流*", '"专班连夜" -消防', " OR ".join("流调专班连夜")])
def test_a_search_ends_whole_or_with_an_error_wherever_its_time_is_spent(index: Path, clock: Clock, q: str) -> None:
    engine, request = EmbeddedEngine(index), SearchRequest(q=q)
    expected = engine.search(request)
    outcomes: set[object] = set()
    for seconds in range(1, 200):
        try:
            with budget.within(seconds):
                found = engine.search(request)
        except budget.OverBudget as error:
            assert "given up" in str(error)
            outcomes.add("error")
            continue
        assert (found.total, found.articles) == (expected.total, expected.articles)
        assert found.facets == expected.facets
        if not found.left_out:
            assert [hit.id for hit in found.hits] == [hit.id for hit in expected.hits]
        outcomes.add(found.left_out)
    assert {"error", ()} <= outcomes


def test_what_only_helps_is_left_out_and_named(index: Path, clock: Clock) -> None:
    engine = EmbeddedEngine(index)
    found = set()
    for q in ("流调 专班", "流掉"):
        for seconds in range(1, 400):
            try:
                with budget.within(seconds):
                    found.update(engine.search(SearchRequest(q=q)).to_dict().get("left_out", ()))
            except budget.OverBudget:
                continue
    assert found == {"ranking", "did_you_mean"}


def test_without_a_budget_there_is_no_end(index: Path, clock: Clock) -> None:
    assert EmbeddedEngine(index).search(SearchRequest(q="流调")).left_out == ()
    with budget.within(0), budget.within(None):
        assert EmbeddedEngine(index).search(SearchRequest(q="流调")).total == 9


def test_a_server_says_so_and_goes_on(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = create_app(index, Service(query_seconds=0.0)).test_client()
    for address in ("/api/search?q=流调", "/?q=流调", "/export.csv?q=流调", "/api/trends?q=流调", "/trends.csv?q=流调"):
        answer = client.get(address)
        assert answer.status_code == 422, address
        assert "流调专班" not in answer.text
    assert client.get("/healthz").status_code == 200


def test_an_export_that_has_begun_has_the_time_of_exports(index: Path) -> None:
    client = create_app(index, Service(query_seconds=5.0)).test_client()
    answer = client.get("/export.jsonl?q=*")
    budget.require()
    assert not budget.is_short()
    assert len([json.loads(line) for line in answer.text.splitlines()]) == 18


def test_what_was_made_in_haste_is_not_kept(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(index)
    client = app.test_client()
    with monkeypatch.context() as patch:
        patch.setattr("juanzong.search.budget.is_short", lambda: True)
        answer = client.get("/?q=流调 专班")
        assert "略去了精细排序" in answer.text
        assert "ETag" not in answer.headers
    assert "略去了精细排序" not in client.get("/?q=流调 专班").text
