"""Nothing above the seam can tell which engine answers: the sample corpus in a folder and on a cluster, asked the same.

JUANZONG_TEST_QUERIES draws more queries, JUANZONG_TEST_CORPUS asks of another corpus.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from juanzong.index import build
from juanzong.index.cluster import editions
from juanzong.index.text.analysis import bigrams_of, words_of
from juanzong.index.text.folding import fold_spaced
from juanzong.search import Engine, SearchRequest, budget, open_engine
from juanzong.search.engines.opensearch.conditions import term
from juanzong.search.engines.opensearch.dictionary import Dictionary
from juanzong.search.request import FACET_FIELDS
from juanzong.search.study.comparison import CompareRequest
from juanzong.search.study.places import places
from juanzong.search.study.timescale import GRAINS
from juanzong.search.study.trends import TrendRequest
from juanzong.web.app import create_app
from juanzong.web.cli import main
from juanzong.web.settings import Service
from tests.clusters import archive

pytestmark = pytest.mark.cluster
SEEDS = Path(__file__).parents[3] / "seeds"
QUERIES = int(os.environ.get("JUANZONG_TEST_QUERIES", "120"))
# shares of queries whose first ten may stand in another order
TOLERATED = 0.01
Pair = tuple[Engine, Engine]


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """The same corpus in a folder and on a cluster."""
    folder, corpus = tmp_path_factory.mktemp("folder"), Path(os.environ.get("JUANZONG_TEST_CORPUS", SEEDS))
    with archive("shards=2") as address:
        build.rebuild(folder, [corpus])
        editions.rebuild(address, [corpus])
        pair = open_engine(folder), open_engine(address)
        yield pair
        for engine in pair:
            engine.close()


@pytest.fixture(scope="module")
def drawn(engines: Pair) -> list[SearchRequest]:
    """Requests of every kind, made of what the corpus says."""
    chance = random.Random(20211125)
    everything = list(islice(engines[0].scan(SearchRequest("*", boilerplate=True)), 20_000))
    values = {
        name: [value.value for value in engines[0].values(SearchRequest("*"), name).values] for name in FACET_FIELDS
    }
    return [_request(chance, everything, values) for _ in range(QUERIES)]


def _piece(chance: random.Random, texts: list[dict[str, Any]], least: int = 1, most: int = 8) -> str:
    text = " ".join(chance.choice(texts)["text"].replace('"', "").split())
    start = chance.randrange(len(text))
    return text[start : start + chance.randint(least, most)].strip() or "市"


def _request(chance: random.Random, texts: list[dict[str, Any]], values: dict[str, list[str]]) -> SearchRequest:
    word, other = _piece(chance, texts, 2, 5), _piece(chance, texts, 1, 4)
    q = chance.choice(
        (
            word,
            f'"{_piece(chance, texts)}"',
            f"{word} {other}",
            f"{word} OR {other}",
            f"{word} -{other}",
            f"title:{word}",
            f"{word}*",
            f"({word} OR {other}) {_piece(chance, texts, 1, 2)}",
            f"city:{chance.choice(values['city'] or ['无'])} {other}",
            f"agency:{chance.choice(values['agency'] or ['无'])[:3]}",
            f"date:2021..2022 {word}",
            f"mentioned:2021 {other}",
            f"district:{chance.choice(values['district'] or ['无'])[-3:]}",
            f"kind:正文 {other}",
            f"path:{chance.choice(values['path'] or ['无'])} {other}",
            _piece(chance, texts, 15, 40),
            "*",
        )
    )
    changes: dict[str, Any] = {}
    for name in chance.sample(FACET_FIELDS, chance.choice((0, 0, 1, 2))):
        changes[name] = tuple(chance.sample(["", *values[name]], min(2, len(values[name]))))
    if chance.random() < 0.2:
        changes |= {"date_from": "2021-06", "date_to": chance.choice(("2021-07", "2022", None))}
    if chance.random() < 0.1:
        changes["first"] = True
    if chance.random() < 0.1:
        changes["added"] = chance.choice(("2000..", "..2000"))
    changes["mode"] = chance.choice(("all", "all", "any", "exact", "forgiving"))
    changes["sort"] = chance.choice(("relevance", "relevance", "date", "-date", "added"))
    changes["collapse"] = chance.choice(("", "", "article", "text"))
    changes["boilerplate"] = chance.random() < 0.2
    return SearchRequest(q, page=chance.choice((1, 1, 1, 2, 3)), **changes)


def told(answer: Any) -> Any:
    """What two engines must say alike."""
    if isinstance(answer, dict):
        return {name: told(value) for name, value in answer.items() if name not in ("took_ms", "index")}
    return [told(value) for value in answer] if isinstance(answer, list) else answer


def test_drawn_queries_find_count_and_order_the_same(engines: Pair, drawn: list[SearchRequest]) -> None:
    other_order = []
    for request in drawn:
        folder, cluster = (engine.search(request, 10_000, FACET_FIELDS).to_dict() for engine in engines)
        assert told({**cluster, "hits": 0}) == told({**folder, "hits": 0}), request
        own, others = ({hit["id"]: hit for hit in answer["hits"]} for answer in (folder, cluster))
        if list(own) != list(others):
            other_order.append(request)
        for name in own.keys() & others.keys():
            assert {**others[name], "score": 0} == {**own[name], "score": 0}, request
            assert others[name]["score"] == pytest.approx(own[name]["score"], rel=1e-4, abs=1e-4)
    assert len(other_order) <= TOLERATED * len(drawn), other_order


def test_exports_are_the_same_in_every_order(engines: Pair, drawn: list[SearchRequest]) -> None:
    for request in drawn[: QUERIES // 6]:
        for ranked in (False, True):
            folder, cluster = ([hit["id"] for hit in engine.scan(request, ranked)] for engine in engines)
            assert cluster == folder if not ranked else sorted(cluster) == sorted(folder), request


def test_trends_count_the_same(engines: Pair, drawn: list[SearchRequest]) -> None:
    for number, request in enumerate(drawn[: QUERIES // 4]):
        asked = TrendRequest(
            replace(request, sort="relevance", page=1, collapse=""),
            grain=("", *GRAINS)[number % 5] if number % 7 else "year",
            unit=("paragraphs", "articles")[number % 2],
            dates=("published", "mentioned")[number // 2 % 2],
        )
        if asked.grain == "day":
            asked = replace(asked, search=replace(asked.search, date_from="2021-10", date_to="2021-12"))
        folder, cluster = (told(engine.trends(asked).to_dict()) for engine in engines)
        assert cluster == folder, asked
    by_city = TrendRequest(SearchRequest("市"), by="city")
    folder, cluster = (told(engine.trends(by_city).to_dict()) for engine in engines)
    assert cluster == folder


@pytest.mark.parametrize(
    "asked",
    [
        CompareRequest(SearchRequest("*"), "date", "2021", "2022"),
        CompareRequest(SearchRequest("", boilerplate=True), "query", "公安", "医院"),
        CompareRequest(SearchRequest("市"), "city", "哈尔滨市", "徐州市"),
        CompareRequest(SearchRequest("*"), "query", "通知", "通知 OR 会议"),
        CompareRequest(SearchRequest("没有的字眼呀"), "city", "哈尔滨市", "徐州市"),
    ],
)
def test_two_sets_compare_the_same(engines: Pair, asked: CompareRequest) -> None:
    folder, cluster = (told(engine.compare(asked).to_dict()) for engine in engines)
    for name in folder:
        assert cluster[name] == folder[name], name


@pytest.mark.parametrize("sort", ["relevance", "-date", "left", "right", "place"])
@pytest.mark.parametrize("q", ["通知", '"市公安局" OR 年', "没有的字眼呀"])
def test_lines_and_the_words_beside_them_are_the_same(engines: Pair, q: str, sort: str) -> None:
    request = SearchRequest(q, view="kwic", sort=sort, size=30)
    folder, cluster = (told(engine.concordance(request).to_dict()) for engine in engines)
    for name in folder:
        assert cluster[name] == folder[name], name
    assert [line.to_dict() for line in islice(engines[1].concordance_lines(request), 50)] == [
        line.to_dict() for line in islice(engines[0].concordance_lines(request), 50)
    ]


def test_places_count_the_same(engines: Pair) -> None:
    folder, cluster = (replace(places(engine.search, SearchRequest("市")), index={}) for engine in engines)
    assert cluster == folder


def test_documents_paragraphs_copies_and_explanations_are_the_same(engines: Pair, drawn: list[SearchRequest]) -> None:
    hits = [(request, hit) for request in drawn[:40] for hit in engines[0].search(request).hits[:1]]
    assert hits
    for request, hit in hits:
        for asked in ("document", "paragraph", "copies"):
            given = {"document": (hit.doc, request.q), "paragraph": (hit.id,), "copies": (request, hit.id)}[asked]
            folder, cluster = (getattr(engine, asked)(*given) for engine in engines)
            if asked == "document":
                folder, cluster = told(folder.to_dict()), told(cluster.to_dict())
            assert cluster == folder, (asked, request)
        why, same = (told(engine.explain(request, hit.id).to_dict()) for engine in engines)
        assert same["score"] == pytest.approx(why["score"], rel=1e-4)
        assert {**same, "score": 0, "terms": 0} == {**why, "score": 0, "terms": 0}, request


def test_saved_searches_are_watched_on_a_cluster(
    engines: Pair, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address = f"{address_of(engines[1])}?searches={tmp_path}"
    assert main(["--index", address, "save", "通知", "通知"]) == 0
    assert main(["--index", address, "news", "--since", "2000-01-01"]) == 1
    total = engines[0].search(SearchRequest("通知")).total
    assert f"通知：新 0，共 {total}" in capsys.readouterr().out
    assert "通知" in create_app(address).test_client().get("/").get_data(as_text=True)


def test_a_cluster_keeps_to_the_time_that_a_request_has(engines: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster, request = engines[1], SearchRequest("通知 OR 会议")
    whole = cluster.search(request)
    with budget.within(0), pytest.raises(budget.OverBudget):
        cluster.search(request)
    with budget.within(60):
        assert cluster.search(request).total == whole.total
    # however little time there is: the right answer, or none
    ended = set()
    for seconds in (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3):
        try:
            with budget.within(seconds):
                ended.add(cluster.search(replace(request, size=50)).total)
        except budget.OverBudget:
            ended.add(-1)
    assert ended <= {whole.total, -1} and -1 in ended
    with monkeypatch.context() as patch:
        patch.setattr("juanzong.search.budget.is_short", lambda: True)
        hasty = cluster.search(request)
        assert (hasty.left_out, hasty.total, hasty.articles) == (("ranking",), whole.total, whole.articles)
        assert hasty.facets == whole.facets
        assert "did_you_mean" in cluster.search(SearchRequest("没有的字眼呀")).left_out
    client = create_app(str(address_of(cluster)), Service(query_seconds=0.0)).test_client()
    for asked in ("/api/search?q=流调", "/?q=流调", "/export.csv?q=流调", "/api/trends?q=流调"):
        assert client.get(asked).status_code == 422, asked
    assert client.get("/healthz").status_code == 200


def address_of(engine: Engine) -> Any:
    """The address of a cluster's engine."""
    return engine.address  # type: ignore[attr-defined]


def test_frequencies_looked_up_are_those_that_are_counted(tmp_path: Path) -> None:
    for number in range(12):
        text = f"关于第{number}号 COVID-19 流调的通知\n\n徐州市公安局{'流调' * number}会议，{chr(0x4E00 + number)}A{number}。"
        (tmp_path / f"{number}.txt").write_text(text, encoding="utf-8")
    with archive("shards=2&replicas=0") as address:
        editions.rebuild(address, [tmp_path])
        engine = open_engine(address)
        snapshot = engine._snapshot  # type: ignore[attr-defined]
        texts = [fold_spaced(hit["text"]) for hit in engine.scan(SearchRequest("*"))]
        pairs = {pair for text in texts for pair in bigrams_of(text.replace(" ", ""))}
        words = {word for text in texts for word in words_of(text, snapshot.segmenter)}
        assert snapshot.deleted == 0 and snapshot.shards == 2 and min(len(pairs), len(words)) > 20
        kinds = (("chars", [*pairs, "龘龘"]), ("words", [*words, "龘龘"]))
        terms = [(field, text) for kind, found in kinds for field in (kind, f"title_{kind}") for text in found]
        counts = snapshot.connection.counts(snapshot.index, [term(field, text) for field, text in terms])
        dictionary = Dictionary(snapshot.connection, snapshot.index, snapshot.shards)
        assert dictionary.frequencies(terms) == counts and set(counts) >= {0, 1, 12, 24}
        # what spaces would part is no token of such a text
        assert dictionary.frequencies([("chars", "a\u2028")]) is None
        (tmp_path / "0.txt").unlink()
        assert editions.update(address, [tmp_path]).removed == 1
        updated = open_engine(address)
        assert updated.search(SearchRequest("流调")).total == 22
        held = updated._snapshot.index  # type: ignore[attr-defined]
        told = snapshot.connection.call("GET", f"/{held}/_settings/index.number_of_replicas")
        assert held != snapshot.index and told[held]["settings"]["index"]["number_of_replicas"] == "0"
        engine.close()
        updated.close()


def test_statistics_and_suggestions_are_the_same(engines: Pair) -> None:
    folder, cluster = (engine.stats() for engine in engines)
    for name in ("documents", "articles", "paragraphs", "facets", "missing", "undated", "sources"):
        assert cluster[name] == folder[name], name
    for typed in ("公", "gong", "徐州", "title:关于", "关于 通"):
        own, other = (engine.suggest(typed, 20) for engine in engines)
        assert other == own, typed
