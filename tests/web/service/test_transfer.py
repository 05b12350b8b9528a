from __future__ import annotations

import gzip

from flask import Flask, request

from juanzong.web.service.transfer import Body, Shelf, answer, body_of, entity_tag


def test_the_shelf_keeps_what_was_asked_for_last() -> None:
    shelf = Shelf(capacity=80)
    for name in "abcdefgh":
        shelf.put(name, Body(name.encode() * 10, False))
    assert shelf.get("a") == Body(b"a" * 10, False)
    shelf.put("i", Body(b"i" * 10, False))
    assert shelf.get("b") is None and shelf.get("a") and shelf.get("i")


def test_a_large_answer_is_not_kept() -> None:
    shelf = Shelf(capacity=80)
    shelf.put("a", Body(b"x" * 11, False))
    assert shelf.get("a") is None


def test_a_tag_depends_on_every_part() -> None:
    assert len({entity_tag("a", "b"), entity_tag("ab"), entity_tag("a", "c"), entity_tag("a", "b", "")}) == 4


def test_a_body_is_packed_for_who_takes_it_and_sent_as_each_takes_it() -> None:
    app = Flask(__name__)
    for text, packs in (("卷" * 2_000, True), ("short", False)):
        for kept in (True, False):
            body = body_of(text.encode(), kept)
            assert body.packed == (packs and kept)
            for wish in ("gzip", "identity", "br, gzip;q=0.5", ""):
                with app.test_request_context("/", headers={"Accept-Encoding": wish}):
                    sent = answer(request, body, "text/plain")
                packed = sent.headers.get("Content-Encoding") == "gzip"
                assert packed == (packs and "gzip" in wish) and sent.headers["Vary"] == "Accept-Encoding"
                assert (gzip.decompress(sent.get_data()) if packed else sent.get_data()).decode() == text


def test_gzip_is_the_same_every_time() -> None:
    content = "卷宗".encode() * 1_000
    assert body_of(content, True) == body_of(content, True)
    assert len(body_of(content, True).content) < 200
