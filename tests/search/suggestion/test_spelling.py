"""“Did you mean”: only what stands in the index, at most three, and only where the query has nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juanzong.index.store.generations import IndexDirectory
from juanzong.index.store.suggestions import FOLDER, write
from juanzong.search import Engine, SearchRequest, open_engine
from juanzong.search.suggestion.spelling import MOST, sound
from tests.samples import make_document, publish, segmenter

TEXTS = (
    "哈尔滨市流调人员",
    "流调结果",
    "密切接触者名单",
    "密切接触者",
    "王百齐说",
    "疾病预防控制中心",
    "疾病预防控制中心",
    "治疗方案",
    "流调溯源",
    "页脚版权",
)


def make(folder: Path, suggestions: bool) -> Engine:
    publish(
        folder,
        [
            [make_document("a", TEXTS[:5], city="哈尔滨市")],
            [make_document("b", TEXTS[5:], kinds=["body"] * 4 + ["boilerplate"])],
        ],
    )
    if suggestions:
        generation, segments = IndexDirectory(folder).open()
        write(generation.folder / FOLDER, segments, segmenter())
    return open_engine(folder)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return make(tmp_path_factory.mktemp("index"), suggestions=True)


@pytest.mark.parametrize(
    ("q", "meant"),
    [
        ("刘掉", "流调"),
        ("留吊", "流调"),
        ("调流", "流调"),
        ("哈尔宾", "哈尔滨"),
        ("哈尔兵", "哈尔滨"),
        ("密切接触着", "密切接触者"),
        ("蜜切接触者", "密切接触者"),
        ("密接触者", "密切接触者"),
        ("密切的接触者", "密切接触者"),
        ("冶疗", "治疗"),
        ("王百其", "王百齐"),
        ("王齐", None),
        ("liudiao", "流调"),
        ("haerbin", "哈尔滨市"),
        ('"刘掉"', '"流调"'),
        ("刘掉 -名单", "流调 -名单"),
        ("页脚板权", None),
        ("龘龘", None),
        ("x", None),
        ("zzzz", None),
        ("流調", None),
    ],
)
def test_what_was_meant(engine: Engine, q: str, meant: str | None) -> None:
    proposed = engine.search(SearchRequest(q=q)).query.did_you_mean
    assert (meant in proposed) if meant else proposed == ()


def test_a_query_with_hits_or_a_filter_is_not_corrected(engine: Engine) -> None:
    assert engine.search(SearchRequest(q="流调")).query.did_you_mean == ()
    assert engine.search(SearchRequest(q="刘掉", city=["哈尔滨市"])).query.did_you_mean == ()
    assert engine.search(SearchRequest(q="刘掉", date_from="2021")).query.did_you_mean == ()


def test_the_answer_carries_it(engine: Engine) -> None:
    assert engine.search(SearchRequest(q="刘掉")).to_dict()["query"]["did_you_mean"] == ["流调"]


def test_the_mode_of_the_query_is_kept(engine: Engine) -> None:
    assert engine.search(SearchRequest(q="刘掉", mode="exact")).query.did_you_mean == ("流调",)
    assert "流调" in engine.search(SearchRequest(q="刘掉", mode="any")).query.did_you_mean


@settings(max_examples=40)
@given(st.text('流刘调掉哈尔滨宾密切接触着者治冶疗王百其齐a1 -"', min_size=1, max_size=8))
def test_every_proposal_has_hits(engine: Engine, q: str) -> None:
    result = engine.search(SearchRequest(q=q))
    assert len(result.query.did_you_mean) <= MOST
    totals = [engine.search(SearchRequest(q=other)) for other in result.query.did_you_mean]
    assert all(other.total and not other.query.relaxed for other in totals)
    assert [other.total for other in totals] == sorted((other.total for other in totals), reverse=True)
    if result.total and not result.query.relaxed:
        assert not totals


def test_without_suggestions_what_stands_is_still_proposed(tmp_path: Path) -> None:
    engine = make(tmp_path, suggestions=False)
    assert engine.search(SearchRequest(q="密接触者")).query.did_you_mean == ("密切接触者",)
    assert engine.search(SearchRequest(q="冶疗")).query.did_you_mean == ("治疗",)
    assert engine.search(SearchRequest(q="刘掉")).query.did_you_mean == ()


@pytest.mark.parametrize(
    ("one", "other"), [("zhang", "zan"), ("shi", "si"), ("bing", "bin"), ("lan", "nang"), ("cheng", "cen")]
)
def test_sounds_that_are_confused(one: str, other: str) -> None:
    assert sound(one) == sound(other)
