"""A parsed query becomes a Whoosh query: what must hold, and what scores with which weight."""

from __future__ import annotations

import pytest
from whoosh import query as whoosh

from juanzong.index.periods import days_of
from juanzong.search.execution.nodes import DateQuery, FacetQuery, RunQuery, Titled, TitleQuery, Unscored
from juanzong.search.execution.plan import TITLE_WEIGHT, Plan, plan
from juanzong.search.language.needles import Needle
from juanzong.search.language.parser import parse
from tests.samples import segmenter


def planned(q: str, any_word: bool = False) -> Plan:
    return plan(parse(q), segmenter(), any_word)


def weights(q: str) -> dict[str, float]:
    """What scores, by field and term, with its boost."""
    tree = planned(q).query
    if isinstance(tree, whoosh.ConstantScoreQuery):
        return {}
    assert isinstance(tree.b, Titled)
    assert tree.b.weight == TITLE_WEIGHT
    scoring = tree.b.child
    terms = scoring.subqueries if isinstance(scoring, whoosh.Or) else [scoring]
    return {f"{term.fieldname}:{term.text}": term.boost for term in terms}


def seq(text: str, left: bool = False, right: bool = False) -> RunQuery:
    return RunQuery(Needle(text, left, right))


@pytest.mark.parametrize(
    ("q", "required"),
    [
        ("流调", seq("流调")),
        ("流調 溯源", whoosh.And([seq("流调"), seq("溯源")])),
        ('"流调 溯源"', seq("流调溯源")),
        ("59", seq("59", True, True)),
        ("59例", seq("59例", True)),
        ("cov*", seq("cov", True)),
        ('"59"', seq("59")),
        ("流调 OR 溯源", whoosh.Or([seq("流调"), seq("溯源")])),
        ("流调 -溯源", whoosh.And([seq("流调"), whoosh.Not(seq("溯源"))])),
        ("title:流调", TitleQuery(Needle("流调"))),
        ("date:2021-11", DateQuery(*days_of("2021-11"))),
        ("*", whoosh.Every()),
        ("，。", seq(",。")),
        ("", whoosh.NullQuery),
        ("-流调", whoosh.And([whoosh.Every(), whoosh.Not(seq("流调"))])),
    ],
)
def test_what_must_hold(q: str, required: whoosh.Query) -> None:
    assert planned(q).required == required


@pytest.mark.parametrize(
    ("q", "accepted", "refused", "empty"),
    [
        ("city:广州", ["广州市"], ["惠州市"], False),
        ("agency:公安局", ["广州市公安局"], ["海关"], False),
        ('city:"广州市"', ["广州市"], ["广州市区"], False),
        ('city:""', [], ["广州市"], True),
    ],
)
def test_filters_in_the_query(q: str, accepted: list[str], refused: list[str], empty: bool) -> None:
    found = planned(q).required
    assert isinstance(found, FacetQuery)
    assert [value for value in accepted + refused if found.accepts(value)] == accepted
    assert found.empty is empty


def test_words_and_pairs_score_and_words_that_only_ask_do_not() -> None:
    assert weights("流调") == {"words:流调": 1, "chars:流调": 1}
    assert weights("流调溯源") == {"words:流调": 1, "words:溯源": 1, "chars:流调": 1, "chars:调溯": 1, "chars:溯源": 1}
    assert weights("流调的溯源") == {
        "words:流调": 1,
        "words:溯源": 1,
        "chars:流调": 1,
        "chars:调的": 0.5,
        "chars:的溯": 0.5,
        "chars:溯源": 1,
    }
    assert weights("的") == {"words:的": 1}
    assert weights("GPS 流调") == {"words:gps": 2, "words:流调": 1, "chars:流调": 1}
    assert weights("流调 流调") == {"words:流调": 2, "chars:流调": 2}


def test_exclusions_and_filters_do_not_score() -> None:
    assert weights("流调 -溯源 city:广州 date:2021") == {"words:流调": 1, "chars:流调": 1}
    assert weights("*") == weights("city:广州") == {}


def test_what_must_hold_does_not_score_by_itself() -> None:
    tree = planned("流调").query
    assert isinstance(tree, whoosh.AndMaybe)
    assert tree.a == Unscored(seq("流调"))


@pytest.mark.parametrize(
    ("q", "required"),
    [
        ("流调溯源", whoosh.Or([seq("流调"), seq("溯源")])),
        ("流调 溯源", whoosh.Or([seq("流调"), seq("溯源")])),
        ("流调的", seq("流调")),
        ("的", seq("的")),
        ('"流调溯源" 广州', whoosh.Or([seq("流调溯源"), seq("广州")])),
        ("流调 -广州", whoosh.And([seq("流调"), whoosh.Not(seq("广州"))])),
        ("流调 date:2021", whoosh.And([seq("流调"), DateQuery(*days_of("2021"))])),
        ("-广州", whoosh.And([whoosh.Every(), whoosh.Not(seq("广州"))])),
        ("*", whoosh.Every()),
    ],
)
def test_any_word_is_enough_where_that_is_asked_for(q: str, required: whoosh.Query) -> None:
    assert planned(q, any_word=True).required == required


def test_marks_and_terms_leave_out_what_is_excluded() -> None:
    found = planned("流调 -溯源 title:报告 59")
    assert found.needles == (Needle("流调"), Needle("59", True, True))
    assert found.terms == ("流调", "报告", "59")


@pytest.mark.parametrize(
    ("q", "half"),
    [
        ("最早可以追溯到哪一个朝代", "朝代"),
        ("十字军由哪一种教会发起", "教会"),
        ("车站周围有多少居民", "居民"),
        ("申请补贴要交什么材料", "材料"),
    ],
)
def test_what_a_question_asks_for_weighs_half(q: str, half: str) -> None:
    found = weights(q)
    words = {term.partition(":")[2]: weight for term, weight in found.items() if term.startswith("words:")}
    assert words[half] == 0.5
    assert all(weight == 1 for word, weight in words.items() if word != half)
    assert found[f"chars:{half}"] == 0.5


def test_what_is_only_stated_weighs_whole() -> None:
    assert weights("什么是朝代")["words:朝代"] == 1
    assert weights("朝代 材料")["words:朝代"] == 1
