"""What a reader sees of a match."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from juanzong.index.records import Mention
from juanzong.index.store.segment import Segment
from juanzong.search.answer.hits import Display, paragraph_id
from juanzong.search.language.needles import Needle
from juanzong.search.request import SearchRequest
from tests.samples import make_document, make_snapshot, mention

Build = Callable[..., Segment]
TEXT = "2021年11月5日，广州市公安局通報流調情況"


@pytest.fixture
def segment(segment_of: Build) -> Segment:
    mentions = [
        Mention("date", "2021-11-05", "2021年11月5日", 0, 10, "full_date", "explicit"),
        mention("agency", "广州市公安局", TEXT),
    ]
    return segment_of(
        make_document(
            "a",
            ["流调报告", TEXT, "完"],
            kinds=["heading"],
            city="广州市",
            source="羊城晚报",
            date="2021-11-06",
            mentions={1: mentions},
        )
    )


def display(segment: Segment, *needles: Needle) -> Display:
    return Display(make_snapshot([segment]), SearchRequest("流调"), needles)


def test_a_hit_has_its_facts_and_marks(segment: Segment) -> None:
    [hit] = display(segment, Needle("流调"), Needle("通报")).hits(segment, np.array([1]), (1.5,), (2,), (1,))
    assert (hit.id, hit.doc, hit.title, hit.source, hit.kind, hit.seq) == (
        paragraph_id(segment, 1),
        "a",
        "流调报告",
        "羊城晚报",
        "body",
        1,
    )
    assert (hit.city, hit.agency, hit.date, hit.date_basis, hit.mentioned_dates) == (
        ["广州市"],
        ["广州市公安局"],
        "2021-11-06",
        "declared",
        ["2021-11-05"],
    )
    assert [hit.text[a:b] for a, b in hit.marks] == ["通報流調"]
    assert [hit.snippet.text[a:b] for a, b in hit.snippet.marks] == ["通報流調"]
    assert (hit.articles_other, hit.duplicates, hit.score) == (2, 1, 1.5)
    assert hit.url.startswith("/doc/a")
    assert hit.url.endswith(f"#p-{hit.id}")


def test_without_needles_nothing_is_marked(segment: Segment) -> None:
    assert display(segment).hits(segment, np.array([1]), (0.0,))[0].marks == []


def test_the_dictionary_of_a_hit_has_the_keys_of_the_interface(segment: Segment) -> None:
    found = display(segment).hits(segment, np.array([0]), (1 / 3,))[0].to_dict()
    assert {
        "id",
        "doc",
        "article",
        "title",
        "source",
        "kind",
        "text",
        "marks",
        "snippet",
        "city",
        "agency",
        "date",
        "date_basis",
        "mentioned_dates",
        "score",
        "url",
    } <= set(found)
    assert found["score"] == 0.3333
    assert set(found["snippet"]) == {"text", "marks"}


def test_a_document_has_its_articles_paragraphs_and_mentions(segment: Segment) -> None:
    view = display(segment, Needle("流调")).document(segment, 0)
    [article] = view.articles
    assert (view.id, view.path, article.title, article.city, article.date, article.date_basis) == (
        "a",
        "a.txt",
        "流调报告",
        "广州市",
        "2021-11-06",
        "declared",
    )
    assert [paragraph.text for paragraph in article.paragraphs] == ["流调报告", TEXT, "完"]
    assert [m["surface"] for m in article.paragraphs[1].mentions] == ["2021年11月5日", "广州市公安局"]
    assert article.paragraphs[1].source_lines == (2, 2)
    assert view.hits == 2
    assert view.to_dict()["ok"] is True
