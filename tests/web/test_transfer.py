from __future__ import annotations

from web.transfer import Shelf, entity_tag


def test_the_shelf_keeps_what_was_asked_for_last() -> None:
    shelf = Shelf(capacity=80)
    for name in "abcdefgh":
        shelf.put(name, name.encode() * 10)
    assert shelf.get("a") == b"a" * 10
    shelf.put("i", b"i" * 10)
    assert shelf.get("b") is None and shelf.get("a") and shelf.get("i")


def test_a_large_answer_is_not_kept() -> None:
    shelf = Shelf(capacity=80)
    shelf.put("a", b"x" * 11)
    assert shelf.get("a") is None


def test_a_tag_depends_on_every_part() -> None:
    assert len({entity_tag("a", "b"), entity_tag("ab"), entity_tag("a", "c"), entity_tag("a", "b", "")}) == 4
