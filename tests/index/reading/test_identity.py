from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.reading.identity import Ids, document_id


def test_ids_have_their_length_and_depend_on_the_path_alone() -> None:
    assert len(document_id("甲/乙.txt")) == 12
    assert document_id("甲/乙.txt") == document_id("甲\\乙.txt") != document_id("甲/丙.txt")
    assert document_id("é.txt") == document_id("é.txt")
    assert document_id("a.jsonl", 1) != document_id("a.jsonl", 2)


def test_a_paragraph_keeps_its_id_when_another_is_put_before_it() -> None:
    first, second = Ids("d"), Ids("d")
    second.paragraph("新加的一段。")
    assert first.paragraph("同一段。") == second.paragraph("同一段。")


def test_equal_texts_get_different_ids_and_variants_the_same() -> None:
    ids = Ids("d")
    assert ids.paragraph("７×24小时") != ids.paragraph("7x24小時")
    assert Ids("d").paragraph("７×24小时") == Ids("d").paragraph("7x24小時")
    assert Ids("d").paragraph("甲") != Ids("e").paragraph("甲")


@given(st.lists(st.text()))
def test_ids_are_unique_within_a_document(texts: list[str]) -> None:
    ids = Ids("d")
    given_ids = [ids.paragraph(text) for text in texts]
    assert len(set(given_ids)) == len(texts)
    assert all(len(one) == 16 and set(one) <= set("0123456789abcdef") for one in given_ids)


def test_article_ids_come_from_the_title() -> None:
    assert Ids("d").article("标题").startswith("d.")
    assert Ids("d").article("标题") == Ids("d").article("標題")
    ids = Ids("d")
    assert ids.article("标题") != ids.article("标题")
