"""Folding: variants become one, character by character, with an exact way back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.text.folding import fold, fold_all, fold_codes, fold_spaced, fold_with_origins

ANY = st.text(max_size=40) | st.text(
    st.sampled_from("漢汉０Ａａ ×x“”＂《》—－\u200b\u0301é㎡ﬁ\ud800\x00\n国國里裡①…"), max_size=20
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("２０２２年", "2022年"),
        ("ＧＰＳ", "gps"),
        ("７×２４小时", "7x24小时"),
        ("７✕２４小時", "7x24小时"),
        ("漢語國際教育", "汉语国际教育"),
        ("“双11”", '"双11"'),
        ("„双„", '"双"'),
        ("第九号〔2021〕", "第九号[2021]"),
        ("１２３４５ 热线", "12345热线"),
        ("习 近\u3000平", "习近平"),
        ("a\u200bb\ufeffc", "abc"),
        ("百\x00齐", "百齐"),
        ("é", "é"),
        ("e\u0301", "e"),
        ("㎡", "m2"),
        ("ｶﾞｲﾄﾞ", fold("ガイド")),
        ("か\u3099", fold("が")),
        ("ﾊﾟｽ", fold("パス")),
        ("ﬁ", "fi"),
        ("①", "1"),
        ("2021—2022", "2021-2022"),
        ("～", "~"),
        ("阿•里", "阿·里"),
        ("\ud800", "\ufffd"),
        ("", ""),
    ],
)
def test_variants_become_one(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_marks_of_kana_tell_words_apart() -> None:
    assert fold("ガイド") != fold("カイト")


def test_no_phrase_is_converted() -> None:
    # by single character, so that a part folds as the whole does: 乾 is 干 here, whatever stands beside it
    assert fold("乾坤") == fold("乾") + fold("坤")
    assert fold("頭髮發展") == "头发发展"


@given(ANY, ANY)
def test_the_fold_of_a_part_is_the_part_of_the_fold(left: str, right: str) -> None:
    assert fold(left + right) == fold(left) + fold(right)


# spacing accents (´ ¯) fold to a combining one, which would be dropped in its turn; hence not any text
@given(st.text(st.sampled_from("漢汉０Ａａ ×✕x“”＂《》—－•\u200b\u0301㎡ﬁ\ud800\x00\n国國裡①…發髮後")))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ANY)
def test_origins_lead_back_to_the_character_that_was_folded(text: str) -> None:
    folded, origins = fold_with_origins(text)
    assert folded == fold(text)
    assert len(origins) == len(folded)
    assert origins.tolist() == sorted(origins.tolist())
    assert all(folded[place] in fold(text[origin]) for place, origin in enumerate(origins.tolist()))


@given(ANY)
def test_the_spaced_form_differs_by_spaces_alone(text: str) -> None:
    spaced = fold_spaced(text)
    assert spaced.replace(" ", "") == fold(text)
    assert spaced.count(" ") == sum(c.isspace() for c in text)


@given(ANY)
def test_folded_text_has_no_space_and_can_be_encoded(text: str) -> None:
    fold(text).encode()
    assert not any(c.isspace() for c in fold(text))


@given(
    st.lists(
        st.text(st.one_of(st.characters(), st.sampled_from("流調…½㎏×\u0301\u200b \u3000\n")), max_size=8), max_size=6
    )
)
def test_many_texts_fold_as_each_alone(texts: list[str]) -> None:
    codes, begins = fold_all(texts)
    assert ["".join(map(chr, codes[a:b])) for a, b in zip(begins, begins[1:])] == [fold_spaced(text) for text in texts]


@given(st.text(st.one_of(st.characters(), st.sampled_from("流調…½㎏×\u0301\u200b \u3000\n"))))
def test_codes_fold_with_the_places_that_they_came_from(text: str) -> None:
    codes, origins = fold_codes(np.array([ord(character) for character in text], np.uint32))
    pieces = [fold_spaced(character) for character in text]
    assert "".join(map(chr, codes)) == "".join(pieces)
    expected = [place for place, piece in enumerate(pieces) for _ in piece]
    assert (list(range(len(text))) if origins is None else origins.tolist()) == expected


@pytest.mark.parametrize(
    ("radicals", "text"),
    [("⻓江⻄岸的⻋站", "长江西岸的车站"), ("⻩河边的⻢场", "黄河边的马场"), ("⻛力", "风力"), ("⾏⾛", "行走")],
)
def test_radicals_that_stand_for_characters(radicals: str, text: str) -> None:
    assert fold(radicals) == fold(text)
