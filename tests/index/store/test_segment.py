"""A segment as it is read: texts, facts, facets, deletions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from juanzong.index.records import Join, Mention
from juanzong.index.store.segment import Segment
from tests.samples import make_document, mention

Build = Callable[..., Segment]
TEXT = "2021年11月5日，广州市公安局通报"


@pytest.fixture
def rich(segment_of: Build) -> Segment:
    mentions = [
        Mention("date", "2021-11-05", "2021年11月5日", 0, 10, "full_date", "explicit", 0.9),
        mention("city", "广州市", TEXT),
        mention("agency", "广州市公安局", TEXT),
        Mention("city", "惠州市", "惠州市", 0, 0, "sidecar", "sidecar", 1.0),
    ]
    document = make_document("a", [TEXT, "流调"], mentions={0: mentions}, source="人民日报")
    [article] = document.articles
    article = replace(
        article,
        paragraphs=(
            replace(article.paragraphs[0], joins=(Join(11, "hard_wrap", 0.5),), flags=("split_long",)),
            article.paragraphs[1],
        ),
    )
    return segment_of(replace(document, articles=(article,)), make_document("b", ["溯源"]))


def test_texts_and_mentions_come_back(rich: Segment) -> None:
    assert rich.text(0) == TEXT
    found = rich.mentions(0)
    assert [(m.facet, m.value, m.surface, m.rule, m.basis, m.confidence) for m in found] == [
        ("date", "2021-11-05", "2021年11月5日", "full_date", "explicit", 0.9),
        ("city", "广州市", "广州市", "test", "explicit", 1.0),
        ("agency", "广州市公安局", "广州市公安局", "test", "explicit", 1.0),
        ("city", "惠州市", "惠州市", "sidecar", "sidecar", 1.0),
    ]
    assert all(TEXT[m.start : m.end] == m.surface for m in found if m.end)
    assert rich.mentions(1) == []
    assert rich.mentioned(np.arange(2), "city")[0] == ["广州市", "惠州市"]
    assert rich.joins(0) == [Join(11, "hard_wrap", 0.5)]
    assert rich.facets["flags"].values(0) == ["split_long"]


def test_documents_are_found_by_id(rich: Segment) -> None:
    assert [rich.find_document(name) for name in ("a", "b", "c", "", "\ud800")] == [0, 1, None, None, None]
    assert [list(rich.document_paragraphs(number)) for number in (0, 1)] == [[0, 1], [2]]
    assert rich.article(0)["source"] == "人民日报"
    assert rich.document(1)["id"] == "b"


def test_a_facet_knows_which_sets_hold_a_value(rich: Segment) -> None:
    city = rich.facets["city"]
    number = city.number["广州市"]
    with_value = city.sets_with(np.array([number]), empty=False)[city.sets]
    assert with_value.tolist() == [True, False, False]
    assert city.sets_with(np.empty(0, np.int64), empty=True)[city.sets].tolist() == [False, True, True]
    assert city.sets_with(np.array([number]), empty=True)[city.sets].tolist() == [True, True, True]


def test_the_values_of_a_paragraph_do_not_depend_on_what_was_indexed_before(segment_of: Build) -> None:
    text = "惠州市和广州市"
    both = make_document("b", [text], mentions={0: [mention("city", "惠州市", text), mention("city", "广州市", text)]})
    assert (
        segment_of(both).facets["city"].values(0)
        == segment_of(make_document("a", ["x"], city="惠州市"), both).facets["city"].values(1)
        == ["广州市", "惠州市"]
    )


def test_only_values_that_a_live_paragraph_has_are_listed(segment_of: Build) -> None:
    segment = segment_of(
        make_document("a", ["x"], city="广州市"), make_document("b", ["y"], city="惠州市"), deleted=("b",)
    )
    assert segment.facets["city"].labels_of(None) == ["广州市", "惠州市"]
    assert segment.facets["city"].labels_of(segment.live) == ["广州市"]
    assert segment.facets["source"].labels_of(segment.live) == []


def test_deleted_documents_do_not_count(segment_of: Build) -> None:
    segment = segment_of(
        make_document("a", ["流调", "溯源"]),
        make_document("b", ["广州"]),
        make_document("c", ["惠州"]),
        deleted=("a", "c"),
    )
    assert segment.live is not None
    assert segment.live.tolist() == [False, False, True, False]
    assert (segment.live_paragraphs, segment.live_articles, segment.paragraphs) == (1, 1, 4)
    assert [segment.find_document(name) for name in "abc"] == [None, 1, None]


def test_without_deletions_there_is_no_mask(segment_of: Build) -> None:
    segment = segment_of(make_document("a", ["流调"]))
    assert segment.live is None
    assert segment.live_documents is None
    assert segment.live_paragraphs == 1
