"""One sentence in three places: the API and the command line say it in English, a page in the language of its reader."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from juanzong.index.errors import JuanzongError, UsageError
from juanzong.search.address import parse
from juanzong.web.language import language

WRONG: list[dict[str, list[str]]] = [
    {"mode": ["maybe"]},
    {"sort": ["up"]},
    {"collapse": ["x"]},
    {"page": ["0"]},
    {"page": ["x"]},
    {"size": ["-1"]},
    {"from": ["2021-13"]},
    {"from": ["2022"], "to": ["2021"]},
    {"colour": ["red"]},
    {"q": ["a", "b"]},
    {"boilerplate": ["perhaps"]},
]


@pytest.mark.parametrize("given", WRONG, ids=lambda given: "-".join(given))
def test_the_english_sentence_is_the_errors_own(given: dict[str, list[str]]) -> None:
    with pytest.raises(UsageError) as raised:
        parse(given)
    assert language("en").error(raised.value) == str(raised.value)
    chinese = language("zh").error(raised.value)
    assert chinese.endswith("。") and all(
        name in chinese for name in given if name not in ("from", "to") or len(given) == 1
    )


def test_an_error_without_a_code_has_only_its_own_sentence() -> None:
    assert language("zh").error(JuanzongError("Something.")) == "" and str(JuanzongError("Something.")) == "Something."


def test_pages_speak_chinese_and_the_api_english(client: FlaskClient) -> None:
    assert "参数 page 写成了" in client.get("/?q=a&page=0").get_data(as_text=True)
    for path in ("/api/search?q=a&page=0", "/api/search?q=a&page=0&lang=zh"):
        assert client.get(path).get_json()["error"].isascii()
    assert "shorten" in client.get("/api/search?q=" + "流" * 2001).get_json()["error"]
    assert "请缩短到 2,000 个以内" in client.get("/?q=" + "流" * 2001).get_data(as_text=True)
