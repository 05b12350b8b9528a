"""Documents packed into arrays: columns, facets, orders, hostile text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from juanzong.index.records import Document, Published
from juanzong.index.store import columns
from juanzong.index.store.segment import Segment
from juanzong.index.text.analysis import fitting
from tests.samples import make_document, mention

Build = Callable[..., Segment]


def dated(document: Document, published: Published) -> Document:
    return replace(document, articles=tuple(replace(article, published=published) for article in document.articles))


def test_columns_of_paragraphs(segment_of: Build) -> None:
    segment = segment_of(
        make_document("a", ["标题", "正文"], kinds=["heading"], date="2021-11-05"),
        make_document("b", ["声明"], kinds=["boilerplate"]),
    )
    assert (segment.documents, segment.articles, segment.paragraphs) == (2, 2, 3)
    assert segment.column("document").tolist() == [0, 0, 1]
    assert segment.column("article").tolist() == [0, 0, 1]
    assert segment.column("seq").tolist() == [0, 1, 0]
    assert [segment.kind(number) for number in range(3)] == ["heading", "body", "boilerplate"]
    assert segment.column("title").tolist() == [1, 0, 0]
    assert segment.column("first_day").tolist() == segment.column("last_day").tolist() == [738099, 738099, 0]
    assert segment.column("period").tolist() == [2021 * 13 + 11, 2021 * 13 + 11, 0]


def test_a_paragraph_has_its_own_cities_and_that_of_its_article(segment_of: Build) -> None:
    texts = ["广州通报", "广州声明", "别的"]
    segment = segment_of(
        make_document(
            "a",
            texts,
            city="惠州市",
            kinds=["body", "boilerplate"],
            mentions={0: [mention("city", "广州", texts[0])], 1: [mention("city", "广州", texts[1])]},
        )
    )
    city = segment.facets["city"]
    assert [set(city.values(number)) for number in range(3)] == [{"广州", "惠州市"}, {"惠州市"}, {"惠州市"}]


def test_an_event_stands_for_a_missing_date(segment_of: Build) -> None:
    article = make_document("a", ["正文"])
    segment = segment_of(
        dated(article, Published(not_before="2021-11-05")),
        dated(make_document("b", ["正文"]), Published(date="--11-05", not_before="2020-01-01")),
    )
    assert segment.column("period").tolist() == [2021 * 13 + 11, 2020 * 13 + 1]


def test_orders_of_documents_and_paragraphs(segment_of: Build) -> None:
    segment = segment_of(
        make_document("b", ["x"], date="2021"), make_document("a", ["y", "z"]), make_document("c", ["w"], date="2022")
    )
    assert segment.arrays["document.order"].tolist() == [1, 0, 2]
    ids = segment.column("id")
    expected = sorted(range(4), key=lambda n: (-int(segment.column("first_day")[n]), int(ids[n])))
    assert np.argsort(segment.column("rank")).tolist() == expected


@pytest.mark.parametrize(
    "text",
    ["", " ", "\x00", "\ud800", "\U0001f600流调", "\u202e流调", "</mark><script>", "a" * 70_000, "㎡" * 60_000, "\n"],
)
def test_any_text_can_be_packed(segment_of: Build, text: str) -> None:
    segment = segment_of(make_document("a", [text, "流调"]))
    assert segment.text(0) == fitting(text).replace("\ud800", "\ufffd")
    assert segment.text(1) == "流调"
    assert segment.fields["words"].docs(segment.fields["words"].vocabulary.find("流调".encode())).tolist()[-1] == 1


def test_any_value_can_be_packed(segment_of: Build) -> None:
    document = make_document("\ud800", ["x"], city="\udfff<b>", source="\x00", agencies=["“"])
    segment = segment_of(document)
    assert segment.facets["city"].values(0) == ["\ufffd<b>"]
    assert segment.facets["source"].values(0) == ["\x00"]
    assert segment.document_ids() == ["\ufffd"]
    assert segment.article(0)["city"]["value"] == "?<b>"


def test_an_empty_document_and_no_document(segment_of: Build) -> None:
    assert segment_of(make_document("a", [])).paragraphs == 0
    nothing = segment_of()
    assert (nothing.documents, nothing.paragraphs, nothing.document_ids()) == (0, 0, [])


def test_packing_twice_gives_the_same_bytes(segment_of: Build) -> None:
    documents = [make_document(f"d{n}", [f"流调 {n}", "广州"], city="广州市", date="2021") for n in range(5)]
    first, second = segment_of(*documents), segment_of(*documents)
    for path in first.arrays.folder.iterdir():
        assert path.read_bytes() == (second.arrays.folder / path.name).read_bytes(), path.name


def test_every_fact_of_a_record_that_is_left_out_has_a_default(segment_of: Build) -> None:
    segment = segment_of(make_document("a", ["正文"]))
    assert set(segment.document(0)) >= set(columns.DOCUMENT_DEFAULTS)
    assert set(segment.article(0)) >= set(columns.ARTICLE_DEFAULTS)
    assert (segment.article(0)["title"], segment.article(0)["city"], segment.document(0)["warnings"]) == (
        None,
        None,
        [],
    )
