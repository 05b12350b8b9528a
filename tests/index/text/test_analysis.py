"""Tokens of both fields: jieba words, character pairs, positions in the folded text."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.errors import UnreadableInput
from juanzong.index.text.analysis import HAN_RUN, SENTINEL, Segmenter, analyze, bigrams_of, tokenize, words_of
from juanzong.index.text.folding import fold, fold_spaced
from tests.samples import segmenter

TEXTS = st.lists(
    st.text(st.sampled_from("流调溯源王百齐公安局广州的〇々𠀀 ，。9９aBé×\n\u3000\u200b\u0301🙂\x00"), max_size=30),
    max_size=5,
)


def tokens_of(texts: list[str]) -> tuple[list[list[tuple[str, int]]], list[list[tuple[str, int]]]]:
    """For each text its words and its pairs, each with its position."""
    found = tokenize(texts, segmenter())
    words: list[list[tuple[str, int]]] = [[] for _ in texts]
    pairs: list[list[tuple[str, int]]] = [[] for _ in texts]
    bounds = found.text_starts.tolist()
    for word, place in zip(found.word.tolist(), found.word_position.tolist(), strict=True):
        text = max(n for n in range(len(texts)) if bounds[n] <= place and bounds[n] < bounds[n + 1])
        words[text].append((found.words[word], place - bounds[text]))
    for text in range(len(texts)):
        for place in range(bounds[text], bounds[text + 1]):
            key = int(found.bigram[place])
            pairs[text].append((chr(key >> 21) + chr(key & (1 << 21) - 1), place - bounds[text]))
    return [sorted(own, key=lambda token: token[1]) for own in words], pairs


def test_words_pairs_and_positions_of_a_sentence() -> None:
    words, pairs = tokens_of(["流调 溯源，GPS15公里"])
    assert words == [[("流调", 0), ("溯源", 2), ("gps15", 5), ("公里", 10)]]
    assert pairs == [
        [
            ("流调", 0),
            ("调溯", 1),
            ("溯源", 2),
            ("源,", 3),
            (",g", 4),
            ("gp", 5),
            ("ps", 6),
            ("s1", 7),
            ("15", 8),
            ("5公", 9),
            ("公里", 10),
            ("里" + SENTINEL, 11),
        ]
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("iPhone 15 Pro", ["iphone", "15", "pro"]),
        ("15Pro", ["15pro"]),
        ("新增５９例", ["新增", "59", "例"]),
        ("7×24小时", ["7x24", "小时"]),
        ("covid-19", ["covid", "19"]),
        ("哈 尔滨", ["哈", "尔滨"]),
        ("，。！", []),
        ("", []),
        ("café", ["café"]),
        ("一〇一", ["一", "〇", "一"]),
    ],
)
def test_words_of_a_text(text: str, words: list[str]) -> None:
    assert words_of(fold_spaced(text), segmenter()) == words


@given(TEXTS)
def test_pairs_cover_the_folded_text(texts: list[str]) -> None:
    _, pairs = tokens_of(texts)
    for text, own in zip(texts, pairs, strict=True):
        assert [pair for pair, _ in own] == bigrams_of(fold(text))
        assert [place for _, place in own] == list(range(len(fold(text))))


@given(TEXTS)
def test_words_stand_where_they_say(texts: list[str]) -> None:
    words, _ = tokens_of(texts)
    for text, own in zip(texts, words, strict=True):
        folded = fold(text)
        assert all(folded.startswith(word, place) for word, place in own)
        assert [place for _, place in own] == sorted({place for _, place in own})


@given(TEXTS)
def test_a_text_has_the_same_words_alone_and_in_a_batch(texts: list[str]) -> None:
    assert tokens_of(texts)[0] == [tokens_of([text])[0][0] for text in texts]


@given(TEXTS)
def test_index_and_query_cut_alike(texts: list[str]) -> None:
    words, _ = tokens_of(texts)
    assert [[word for word, _ in own] for own in words] == [words_of(fold_spaced(text), segmenter()) for text in texts]


@given(st.text(st.sampled_from("流调溯源王百齐公安局广州的〇市长江大桥研究生命起源"), min_size=1, max_size=40))
def test_the_fast_and_the_plain_segmenter_cut_han_text_alike(text: str) -> None:
    rjieba = pytest.importorskip("rjieba")
    assert HAN_RUN.fullmatch(text)
    assert rjieba.cut(text) == plain().lcut(text)


@cache
def plain() -> Any:
    import jieba

    jieba.setLogLevel(60)
    return jieba.Tokenizer()


def test_a_user_dictionary_keeps_its_words_whole(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("流调溯源 1000 n\n", encoding="utf-8")
    own = Segmenter(path)
    assert own.cut("开展流调溯源") == ["开展", "流调溯源"]
    assert segmenter().cut("开展流调溯源") == ["开展", "流调", "溯源"]
    assert own.fingerprint()["userdict"] != segmenter().fingerprint()["userdict"] == ""


def test_an_unreadable_user_dictionary_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_bytes(b"\xff\xfe\xff")
    for path in (tmp_path / "words.txt", tmp_path / "none.txt"):
        with pytest.raises(UnreadableInput, match="user dictionary .* cannot be read"):
            Segmenter(path).cut("流调")


def test_analyze_shows_both_fields() -> None:
    assert analyze("流調 GPS") == {
        "text": "流調 GPS",
        "folded": "流调gps",
        "words": ["流调", "gps"],
        "characters": ["流调", "调g", "gp", "ps", "s"],
    }
