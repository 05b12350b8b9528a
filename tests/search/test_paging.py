"""Order, and pages that follow each other."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.search import SearchRequest
from tests.contract import examples, open_engine, publish
from tests.samples import in_groups, make_document
from tests.search.drawn import Spec, corpus, engine_for, requests, specs


@given(specs, st.integers(1, 3), requests)
@examples(25)
def test_pages_follow_each_other_without_gap_or_repeat_in_one_order(
    made: list[Spec], segments: int, request: SearchRequest
) -> None:
    with engine_for(made, segments) as (engine, rows):
        everything_at_once = engine.search(replace(request, size=1000))
        whole = [hit.id for hit in everything_at_once.hits]
        assert len(whole) == len(set(whole)) == everything_at_once.total
        paged = [hit.id for page in range(1, len(whole) + 2) for hit in engine.search(replace(request, page=page)).hits]
        assert paged == whole
        row_of = {row.id: row for row in rows}
        found = [(hit.score, row_of[hit.id].day, hit.id) for hit in everything_at_once.hits]
        if request.sort == "date":
            assert found == sorted(found, key=lambda f: (f[1] == 0, f[1], f[2]))
        elif request.sort == "-date":
            assert found == sorted(found, key=lambda f: (-f[1], f[2]))
        else:
            assert found == sorted(found, key=lambda f: (-f[0], -f[1], f[2]))
        scanned = [hit["id"] for hit in engine.scan(request)]
        assert scanned == sorted(whole)
        assert [hit["id"] for hit in engine.scan(request, ranked=True)] == whole


def test_the_number_of_segments_does_not_show(tmp_path: Path) -> None:
    documents = [
        make_document(f"d{n}", [f"流调 {'溯源' * (n % 3)} 第{n}号", "流调流调"], date=f"2021-11-{n + 1:02}")
        for n in range(7)
    ]
    answers = []
    for segments in (1, 3):
        publish(tmp_path / str(segments), in_groups(documents, segments))
        result = open_engine(tmp_path / str(segments)).search(SearchRequest("流调 溯源", mode="any", size=5))
        answers.append([(hit.id, pytest.approx(hit.score, rel=1e-5)) for hit in result.hits])
    assert answers[0] == answers[1]


@given(specs, st.integers(1, 3), st.frozensets(st.sampled_from(("d0", "d1", "d2"))), requests)
@examples(20)
def test_what_was_deleted_does_not_show_even_in_scores(
    made: list[Spec], segments: int, deleted: frozenset[str], request: SearchRequest
) -> None:
    request = replace(request, size=1000)
    documents, _ = corpus(made)
    kept = [document for document in documents if document.id not in deleted]
    if not kept:
        return
    with engine_for(made, segments, deleted) as (engine, _), tempfile.TemporaryDirectory() as folder:
        publish(Path(folder), [kept])
        result, fresh = engine.search(request).to_dict(), open_engine(folder).search(request).to_dict()
    assert [hit.pop("score") for hit in result["hits"]] == pytest.approx(
        [hit.pop("score") for hit in fresh["hits"]], abs=2e-4
    )
    for name in ("query", "total", "articles", "hits", "facets"):
        assert result[name] == fresh[name]


def test_ties_break_by_date_and_then_by_id(tmp_path: Path) -> None:
    publish(
        tmp_path,
        in_groups(
            [
                make_document(name, ["流调溯源"], date=date)
                for name, date in (("a", "2021-01-01"), ("b", None), ("c", "2022-01-01"), ("d", "2021-01-01"))
            ],
            2,
        ),
    )
    hits = open_engine(tmp_path).search(SearchRequest("流调")).hits
    assert [hit.date for hit in hits] == ["2022-01-01", "2021-01-01", "2021-01-01", None]
    assert hits[1].id < hits[2].id


def test_a_page_past_the_end_is_empty_and_keeps_the_total(engine_of: Any) -> None:
    result = engine_of("流调", "流调").search(SearchRequest("流调", page=10**9))
    assert (result.total, result.hits, result.to_dict()["next_url"]) == (2, [], None)
