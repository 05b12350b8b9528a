"""The letters of names agree with pinyin as a phrase is read."""

from __future__ import annotations

import pytest

from juanzong.index.divisions import cities_of, provinces
from juanzong.index.text.pinyin import syllables
from juanzong.web.initials import LETTERS, OTHER, initial

# pypinyin reads these as other words
MISREAD = ("漯河市", "朝阳市", "长治市")


def test_every_city_stands_under_the_letter_by_which_it_is_read() -> None:
    names = [name for province in provinces() for name in (province, *cities_of(province)) if name not in MISREAD]
    assert {name: initial(name) for name in names} == {name: syllables(name)[0][0].upper() for name in names}


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("重庆日报", "C"),
        ("重大办", "Z"),
        ("長沙晚報", "C"),
        ("IT之家", "I"),
        ("ｘ新闻", "X"),
        ("8号", OTHER),
        ("《报》", OTHER),
        ("", OTHER),
        ("漯河市", "L"),
    ],
)
def test_letters(name: str, letter: str) -> None:
    assert initial(name) == letter and letter in LETTERS
