"""What stands in a paragraph is found, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.text.folding import fold
from juanzong.search import SearchRequest
from tests.contract import examples, open_engine, publish
from tests.samples import make_document
from tests.search.drawn import Spec, engine_for, everything, specs, stands, texts_found


@given(specs, st.integers(1, 3), st.frozensets(st.sampled_from(("d0", "d2"))), st.data())
@examples(40)
def test_any_quoted_part_of_a_text_is_found_and_nothing_else(
    made: list[Spec], segments: int, deleted: frozenset[str], data: st.DataObject
) -> None:
    with engine_for(made, segments, deleted) as (engine, rows):
        sources = [row.text for row in rows] or ["流调"]
        for _ in range(8):
            text = data.draw(st.sampled_from(sources))
            begin = data.draw(st.integers(0, len(text) - 1))
            part = text[begin : data.draw(st.integers(begin + 1, min(len(text), begin + 6)))]
            if not fold(part):
                continue
            part = data.draw(st.sampled_from((part, fold(part), part.upper(), part.replace("流调", "流調"))))
            found = everything(engine, SearchRequest(f'"{part}"'))
            assert {hit["id"] for hit in found} == {row.id for row in rows if fold(part) in fold(row.text)}, part
            assert [hit["id"] for hit in everything(engine, SearchRequest(part.strip(), mode="exact"))] == [
                hit["id"] for hit in found
            ], part


@given(specs, st.sampled_from(("流调", "59", "gps", "15", "1593", "州", "的", "没有")))
@examples(30)
def test_words_match_as_the_rule_says(made: list[Spec], word: str) -> None:
    with engine_for(made) as (engine, rows):
        found = engine.search(SearchRequest(word, size=100, boilerplate=True))
        assert {hit.id for hit in found.hits} == {row.id for row in rows if stands(word, row.text)}


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("王百齐", {"记者王百齐报道"}),
        ("尔滨", {"哈尔滨市卫健委"}),
        ("网清", {"全网清零"}),
        ("第9号", {"第９号公告"}),
        ('"２０２２年"', {"2022年1月"}),
        ("广州", {"广州"}),
        ("惠州", {"惠州"}),
        ("7×24小时", {"服务热线7x24小时"}),
        ("衛健委", {"哈尔滨市卫健委"}),
        ("齐", {"记者王百齐报道"}),
        ("9", {"第９号公告"}),
    ],
)
def test_findability(engine_of: Any, q: str, found: set[str]) -> None:
    engine = engine_of(
        "记者王百齐报道", "哈尔滨市卫健委", "全网清零", "第９号公告", "2022年1月", "广州", "惠州", "服务热线7x24小时"
    )
    assert texts_found(engine, q) == found


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("59", {"新增59例", "59 1593"}),
        ("1593", {"累计1593例", "59 1593"}),
        ("59例", {"新增59例"}),
        ('"59"', {"新增59例", "累计1593例", "59 1593", "a59b"}),
        ("15 Pro", {"iPhone 15 Pro 发布", "Pro 15"}),
        ('"15 Pro"', {"iPhone 15 Pro 发布", "15Pro"}),
        ("pro*", {"iPhone 15 Pro 发布", "Pro 15", "promise"}),
        ("15pro", {"iPhone 15 Pro 发布", "15Pro"}),
    ],
)
def test_letters_and_digits_match_whole_words_unless_quoted(engine_of: Any, q: str, found: set[str]) -> None:
    engine = engine_of("新增59例", "累计1593例", "59 1593", "a59b", "iPhone 15 Pro 发布", "15Pro", "Pro 15", "promise")
    assert texts_found(engine, q) == found


def test_exclusions_alternatives_titles_and_filters_in_the_query(tmp_path: Path) -> None:
    publish(
        tmp_path,
        [
            [
                make_document(
                    "a", ["流调报告", "流调与溯源", "溯源"], kinds=["heading"], city="广州市", date="2021-11-05"
                ),
                make_document("b", ["流调"]),
            ]
        ],
    )
    engine = open_engine(tmp_path)
    assert texts_found(engine, "流调 -溯源") == {"流调报告", "流调"}
    assert texts_found(engine, "报告 OR 溯源") == {"流调报告", "流调与溯源", "溯源"}
    assert texts_found(engine, "title:报告") == {"流调报告", "流调与溯源", "溯源"}
    assert texts_found(engine, "流调 city:广州") == {"流调报告", "流调与溯源"}
    assert texts_found(engine, '流调 city:""') == {"流调"}
    assert texts_found(engine, "流调 date:2021-11..2021-12") == {"流调报告", "流调与溯源"}
    assert len(texts_found(engine, "*")) == len(texts_found(engine, "")) == 4
