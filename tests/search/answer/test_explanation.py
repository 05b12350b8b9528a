"""Explanations: true about where words stand, about filters, and about the score to its last part."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.errors import NotFound, UsageError
from juanzong.search import Engine, SearchRequest
from juanzong.search.answer.explanation import Explanation, FilterCheck
from tests.contract import open_engine, publish
from tests.samples import make_document, mention

TEXTS = (
    "哈尔滨市开展流调，流调专班到场",
    "流調人員 GPS 定位1593人",
    "版权所有 流调",
    "徐州市公安局通报",
    "卫生健康委员会通报59例",
    "的的的",
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    folder = tmp_path_factory.mktemp("index")
    publish(
        folder,
        [
            [
                make_document(
                    "a",
                    TEXTS[:3],
                    city="哈尔滨市",
                    source="日报",
                    date="2021-11-05",
                    kinds=["heading", "body", "boilerplate"],
                )
            ],
            [make_document("b", TEXTS[3:], mentions={0: [mention("city", "徐州市", TEXTS[3])]})],
        ],
    )
    return open_engine(folder)


def ids(engine: Engine) -> dict[str, str]:
    return {hit["text"]: hit["id"] for hit in engine.scan(SearchRequest(q="*", boilerplate=True))}


def explained(engine: Engine, text: str, q: str, **request: object) -> Explanation:
    return engine.explain(SearchRequest(q=q, **request), ids(engine)[text])  # type: ignore[arg-type]


def test_a_paragraph_that_is_found(engine: Engine) -> None:
    found = explained(engine, TEXTS[0], "流调 尔滨")
    assert found.matches and found.found and not found.filters
    first, second = found.parts
    assert (first.role, first.met, second.role, second.met) == ("any", True, "all", True)
    assert [(unit.text, unit.kind, unit.stands) for unit in first.units] == [
        ("流调", "word", True),
        ("流行病学调查", "equivalent", False),
    ]
    assert [(place.start, place.end) for place in first.units[0].places] == [(6, 8), (9, 11)]
    (place,) = second.units[0].places
    assert (place.start, place.end) == (1, 3)
    assert place.words in (("哈尔滨市",), ("哈尔滨",)), "the words that the dictionary made of the place"


def test_a_word_that_is_not_there(engine: Engine) -> None:
    found = explained(engine, TEXTS[3], "公安厅")
    assert not found.matches and not found.found and found.score is None and found.terms == ()
    (unit,) = found.parts[0].units
    assert (unit.reason, unit.part) == ("absent", "公安")
    assert [(place.start, place.end, place.words) for place in unit.places] == [(3, 5, ("公安局",))]


def test_letters_and_digits_that_go_on(engine: Engine) -> None:
    (unit,) = explained(engine, TEXTS[1], "59").parts[0].units
    assert (unit.stands, unit.reason, unit.places[0].words) == (False, "inside_word", ("1593",))
    assert explained(engine, TEXTS[1], '"59"').parts[0].units[0].stands
    assert explained(engine, TEXTS[1], "gp*").parts[0].units[0].kind == "prefix"


def test_the_words_of_the_paragraph_are_those_of_the_index(engine: Engine) -> None:
    assert (
        explained(engine, TEXTS[1], "*").words == ("流调", "人员", "gps", "定位", "1593", "人")
        or "".join(explained(engine, TEXTS[1], "*").words) == "流调人员gps定位1593人"
    )


@pytest.mark.parametrize(
    ("text", "request_", "check"),
    [
        (TEXTS[0], {"city": ["徐州市"]}, FilterCheck("city", ("徐州市",), ("哈尔滨市",), False)),
        (TEXTS[0], {"city": ["徐州市", "哈尔滨市"]}, FilterCheck("city", ("徐州市", "哈尔滨市"), ("哈尔滨市",), True)),
        (TEXTS[0], {"city": [""]}, FilterCheck("city", ("",), ("哈尔滨市",), False)),
        (TEXTS[0], {"agency": [""]}, FilterCheck("agency", ("",), (), True)),
        (TEXTS[0], {"source": ["晚报"]}, FilterCheck("source", ("晚报",), ("日报",), False)),
        (TEXTS[0], {"date_from": "2021-12"}, FilterCheck("date", ("2021-12", ""), ("2021-11-05",), False)),
        (TEXTS[0], {"date_to": "2021"}, FilterCheck("date", ("", "2021"), ("2021-11-05",), True)),
        (TEXTS[2], {}, FilterCheck("boilerplate", (), ("boilerplate",), False)),
        (TEXTS[2], {"boilerplate": True}, FilterCheck("boilerplate", ("1",), ("boilerplate",), True)),
    ],
)
def test_which_filter_keeps_it_out(engine: Engine, text: str, request_: dict[str, object], check: FilterCheck) -> None:
    found = explained(engine, text, "流调", **request_)
    assert found.filters == (check,)
    assert found.matches and found.found is check.passes


@pytest.mark.parametrize(
    ("q", "text", "met"),
    [
        ("title:流调", TEXTS[1], True),
        ("title:通报", TEXTS[1], False),
        ("city:徐州", TEXTS[3], True),
        ('city:""', TEXTS[4], True),
        ("date:2021", TEXTS[1], True),
        ("date:2022", TEXTS[1], False),
        ("-流调", TEXTS[3], True),
        ("-流调", TEXTS[0], False),
        ("(gps OR 没有)", TEXTS[1], True),
        ("*", TEXTS[5], True),
    ],
)
def test_each_part_says_whether_it_is_met(engine: Engine, q: str, text: str, met: bool) -> None:
    found = explained(engine, text, q)
    assert all(part.met for part in found.parts) is met is found.matches


def test_a_relaxed_query(engine: Engine) -> None:
    found = explained(engine, TEXTS[4], "通报 没有这个")
    assert found.query.relaxed and found.matches
    assert found.parts[0].role == "any" and found.parts[0].met


def test_errors(engine: Engine) -> None:
    for wrong in ("0" * 16, "xyz", "", "f" * 40, "\x00"):
        with pytest.raises(NotFound, match="There is no paragraph"):
            engine.explain(SearchRequest(q="流调"), wrong)
    with pytest.raises(UsageError):
        engine.explain(SearchRequest(q="流调", mode="no"), "0" * 16)


def test_it_is_json(engine: Engine) -> None:
    found = explained(engine, TEXTS[1], "流调 59 title:x", city=["x"]).to_dict()
    assert json.loads(json.dumps(found)) == json.loads(json.dumps(found, ensure_ascii=False))
    assert found["ok"] and found["text"] == TEXTS[1]


units = st.sampled_from(
    (
        "流调",
        "核酸检测",
        "卫健委",
        "的",
        "公安局",
        "通报",
        "gps",
        "59",
        "尔滨",
        '"流调专"',
        "gp*",
        "-的",
        "title:流调",
        "没有",
        "哈尔滨市开展流调",
    )
)


@given(st.lists(units, min_size=1, max_size=4).map(" ".join), st.sampled_from(("all", "any", "exact")))
def test_the_parts_of_a_score_are_the_score(engine: Engine, q: str, mode: str) -> None:
    request = SearchRequest(q=q, mode=mode, size=50, boilerplate=True)
    scores = {hit.id: hit.score for hit in engine.search(request).hits}
    for identifier in ids(engine).values():
        found = engine.explain(request, identifier)
        assert found.matches is (identifier in scores)
        assert all(part.met for part in found.parts) is found.matches
        if found.score is not None:
            assert found.score == pytest.approx(scores[identifier], abs=1e-6)
            assert sum(term.contribution for term in found.terms) == pytest.approx(scores[identifier], abs=1e-3)


@given(st.lists(units, min_size=1, max_size=3).map(" ".join))
def test_places_are_where_marks_are(engine: Engine, q: str) -> None:
    for hit in engine.search(SearchRequest(q=q, size=50)).hits:
        found = engine.explain(SearchRequest(q=q), hit.id)
        places = {
            offset
            for part in found.parts
            if part.role != "not"
            for unit in part.units
            if unit.stands
            for place in unit.places
            for offset in range(place.start, place.end)
        }
        assert places == {offset for start, end in hit.marks for offset in range(start, end)}


def test_deleted_paragraphs_are_not_found(tmp_path: Path) -> None:
    documents = [make_document("a", ["流调"]), make_document("b", ["流调溯源"])]
    publish(tmp_path, [documents], deleted=["a"])
    engine = open_engine(tmp_path)
    with pytest.raises(NotFound):
        engine.explain(SearchRequest(q="流调"), documents[0].articles[0].paragraphs[0].id)
    assert engine.explain(SearchRequest(q="流调"), documents[1].articles[0].paragraphs[0].id).found
