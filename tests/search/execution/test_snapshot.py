"""A generation opened for searching."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from whoosh import query as whoosh

from juanzong.index.store.segment import Segment
from juanzong.search.execution.snapshot import Snapshot
from tests.samples import make_document, make_segments, make_snapshot


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    groups = [[make_document("a", ["流调", "溯源"]), make_document("b", ["广州"])], [make_document("c", ["流调"])]]
    return make_snapshot(make_segments(tmp_path, groups, deleted=["b"]))


def test_documents_and_paragraphs_are_found_in_any_segment(snapshot: Snapshot) -> None:
    assert [(segment.name, number) for segment, number in filter(None, map(snapshot.find_document, "abc"))] == [
        ("s0", 0),
        ("s1", 0),
    ]
    for segment in snapshot.segments:
        for number in range(segment.paragraphs):
            found = snapshot.find_paragraph(f"{int(segment.column('id')[number]):016x}")
            assert found == ((segment, number) if segment.live is None or segment.live[number] else None)


@pytest.mark.parametrize("name", ["", "流调", "f" * 40, "-1", "0" * 16, "zz"])
def test_a_paragraph_id_that_is_none_finds_nothing(snapshot: Snapshot, name: str) -> None:
    assert snapshot.find_paragraph(name) is None


def test_info_counts_what_counts(snapshot: Snapshot) -> None:
    assert (snapshot.info["documents"], snapshot.info["paragraphs"], snapshot.info["stale"]) == (2, 3, False)
    assert "fallback" not in snapshot.info


def test_a_leaf_knows_the_statistics_of_the_whole(snapshot: Snapshot) -> None:
    import gc

    leaf = snapshot.leaf(1)
    gc.collect()
    assert leaf.get_parent().doc_count_all() == 4
    assert leaf.get_parent().doc_frequency("words", "流调") == 2


def test_runs_give_live_paragraphs_a_segment_each(snapshot: Snapshot) -> None:
    assert [(segment.name, docs.tolist()) for segment, docs, _ in snapshot.run(whoosh.Every(), scored=False)] == [
        ("s0", [0, 1]),
        ("s1", [0]),
    ]


def test_an_index_without_paragraphs_finds_nothing(segment_of: Callable[..., Segment]) -> None:
    empty = make_snapshot([segment_of(make_document("a", []))])
    for tree in (whoosh.Every(), whoosh.Term("words", "流调"), whoosh.Not(whoosh.Term("words", "流调"))):
        assert [docs.tolist() for _, docs, _ in empty.run(tree, scored=True)] == [[]]
