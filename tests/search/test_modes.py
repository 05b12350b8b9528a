"""All words or any, what is left out, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from juanzong.index.errors import UsageError
from juanzong.search import SearchRequest
from tests.contract import open_engine, publish
from tests.samples import make_document


def test_all_words_are_relaxed_to_any_where_nothing_has_them_all(engine_of: Any) -> None:
    engine = engine_of("流调报告", "溯源报告", "别的")
    strict = engine.search(SearchRequest("流调 报告"))
    assert (strict.total, strict.query.relaxed) == (1, False)
    loose = engine.search(SearchRequest("流调 溯源 月球"))
    assert (loose.total, loose.query.relaxed, loose.query.unmatched) == (2, True, ("月球",))
    assert engine.search(SearchRequest("流调 溯源", mode="any")).total == 2
    assert engine.search(SearchRequest("流调 报告", mode="exact")).total == 1
    nothing = engine.search(SearchRequest("火星 月球"))
    assert (nothing.total, nothing.query.relaxed, nothing.query.unmatched) == (0, False, ("火星", "月球"))


def test_filters_do_not_relax_a_query(tmp_path: Path) -> None:
    publish(tmp_path, [[make_document("a", ["流调溯源"], city="广州市"), make_document("b", ["流调"], city="惠州市")]])
    result = open_engine(tmp_path).search(SearchRequest("流调 溯源", city=["惠州市"]))
    assert (result.total, result.query.relaxed) == (0, False)
    assert [(value.value, value.count) for value in result.facets["city"].values] == [("广州市", 1), ("惠州市", 0)]


def test_boilerplate_is_left_out_and_counted(tmp_path: Path) -> None:
    publish(tmp_path, [[make_document("a", ["版权声明 流调"], kinds=["boilerplate"])]])
    engine = open_engine(tmp_path)
    hidden = engine.search(SearchRequest("流调"))
    assert (hidden.total, hidden.elsewhere, hidden.query.relaxed) == (0, {"boilerplate": 1}, False)
    assert engine.search(SearchRequest("流调", boilerplate=True)).total == 1
    assert list(engine.scan(SearchRequest("流调"))) == []


@pytest.mark.parametrize(
    "q",
    [
        "",
        " ",
        "，。",
        '"',
        '"流调',
        "((((",
        "-",
        "OR",
        "NOT",
        "\x00",
        "\ud800",
        "title:",
        "date:昨天",
        "*" * 50,
        "<script>",
        "\u202e流调",
    ],
)
def test_no_query_is_an_error(engine_of: Any, q: str) -> None:
    result = engine_of("流调").search(SearchRequest(q))
    assert result.to_dict()["ok"] is True


@pytest.mark.parametrize(
    ("request_", "word"),
    [
        (SearchRequest("a", date_from="昨天"), "from"),
        (SearchRequest("a", date_to="2021-13"), "to"),
        (SearchRequest("a", mode="some"), "mode"),
        (SearchRequest("a", sort="size"), "sort"),
        (SearchRequest("a", page=0), "page"),
        (SearchRequest("a", size=0), "size"),
        (SearchRequest("流" * 10_000), "query"),
        (SearchRequest("a", date_from="2022", date_to="2021"), "from"),
        (SearchRequest("a", collapse="all"), "collapse"),
    ],
)
def test_bad_parameters_get_a_sentence(engine_of: Any, request_: SearchRequest, word: str) -> None:
    engine = engine_of("流调")
    with pytest.raises(UsageError, match=word):
        engine.search(request_)
    with pytest.raises(UsageError, match=word):
        engine.scan(request_)
