from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.search.language.tokens import MAX_DEPTH, MAX_UNITS, Note, clean, closing, is_punctuation, tokens


def read(q: str) -> list[tuple[str, str]]:
    return [(token.kind, token.text) for token in tokens(clean(q), [])]


def test_kinds() -> None:
    assert read("流调 -“溯 源” (a｜b) NOT 标题：c OR *") == [
        ("word", "流调"),
        ("minus", "-"),
        ("quote", "溯 源"),
        ("open", "("),
        ("word", "a"),
        ("or", "|"),
        ("word", "b"),
        ("close", ")"),
        ("not", "NOT"),
        ("field", "标题："),
        ("word", "c"),
        ("or", "OR"),
        ("word", "*"),
    ]


@pytest.mark.parametrize(
    ("text", "end"),
    [('"a"b"', 2), ("“a“b”c”", 6), ("“a“b", 2), ('“a"b', 2), ("「a」", 2), ("「a”", 2), ('"a', -1), ('"“a”"', 4)],
)
def test_the_quote_that_closes(text: str, end: int) -> None:
    assert closing(text, 0) == end


def test_punctuation() -> None:
    assert all(map(is_punctuation, ["，", "+", "——", "|", "《》"]))
    assert not any(map(is_punctuation, ["1", "字", "C++", "℃", "★"]))


def test_cleaning() -> None:
    assert clean("a\x00b\u202ec\u3000d\te\ud800") == "abc d e\ufffd"


@given(st.text(st.sampled_from('()（） a"'), max_size=300))
def test_parentheses_are_balanced_and_not_deep(q: str) -> None:
    notes: list[Note] = []
    depth = deepest = units = 0
    for token in tokens(q, notes):
        depth += (token.kind == "open") - (token.kind == "close")
        units += token.kind in ("word", "quote")
        deepest = max(deepest, depth)
        assert depth >= 0
    assert depth == 0 and deepest <= MAX_DEPTH and units <= MAX_UNITS
    assert notes or '"' in q or q.count("(") + q.count("（") == q.count(")") + q.count("）")


@pytest.mark.parametrize(
    ("sign", "kind"),
    [
        ("㎡", "quote"),
        ("℃", "quote"),
        ("㎞，", "quote"),
        ("①", "quote"),
        ("Ⅳ", "quote"),
        ("120㎡", "word"),
        ("Ａ", "word"),
        ("é", "word"),
    ],
)
def test_a_sign_of_a_unit_is_sought_anywhere(sign: str, kind: str) -> None:
    assert [token.kind for token in tokens(sign, [])] == [kind]
