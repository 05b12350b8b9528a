"""Two sets beside each other equal counting by hand: sizes, days, words with their measures, texts that both have."""

from __future__ import annotations

import math
from collections import Counter
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juanzong.index.errors import UsageError
from juanzong.index.text.analysis import tokenize
from juanzong.search import Engine, SearchRequest
from juanzong.search.address import parse
from juanzong.search.study import comparison, keyness
from juanzong.search.study.comparison import CompareRequest
from juanzong.search.study.word_numbers import WordNumbers, tells
from tests.samples import segmenter
from tests.search.study.studying import Spec, archive_of, removed, specs


def words_by_hand(engine: Engine, request: SearchRequest) -> tuple[int, Counter[str]]:
    """How many paragraphs a search finds, and in how many of them each word stands."""
    texts = [hit["text"] for hit in engine.scan(request)]
    counts: Counter[str] = Counter()
    for text in texts:
        tokens = tokenize([text], segmenter())
        counts.update({tokens.words[number] for number in tokens.word.tolist()})
    return len(texts), counts


def g2(a: int, b: int, n: int, m: int) -> float:
    """The ratio as the books write it: twice the sum of observed · ln(observed / expected)."""
    total = 0.0
    for observed, of_set, of_word in (
        (a, n, a + b),
        (b, m, a + b),
        (n - a, n, n + m - a - b),
        (m - b, m, n + m - a - b),
    ):
        if observed:
            total += observed * math.log(observed * (n + m) / (of_set * of_word))
    return 2 * total


@given(specs, st.integers(1, 3), removed)
@settings(max_examples=15)
def test_counts_and_words_equal_brute_force(made: list[Spec], segments: int, deleted: frozenset[str]) -> None:
    with archive_of(made, segments, deleted) as engine, pytest.MonkeyPatch.context() as patch:
        # in a small archive hardly any difference is sure
        patch.setattr(keyness, "ONE_IN_HUNDRED", 0.01)
        patch.setattr(comparison, "LEAST", 1)
        asked = CompareRequest(SearchRequest("流调 OR 清零 OR 供暖"), "city", "徐州市", "哈尔滨市")
        found = engine.compare(asked)
        sides = [words_by_hand(engine, side) for side in asked.sides]
        assert [side.paragraphs for side in found.sides] == [size for size, _ in sides]
        hits = [list(engine.scan(side)) for side in asked.sides]
        assert [side.articles for side in found.sides] == [len({hit["article"] for hit in own}) for own in hits]
        assert found.both == len({hit["id"] for hit in hits[0]} & {hit["id"] for hit in hits[1]})
        (n, first), (m, second) = sides
        expected: dict[str, tuple[tuple[int, int], float]] = {}
        for word in first | second:
            a, b = first[word], second[word]
            if tells(word, "徐州市\n哈尔滨市") and (measure := g2(a, b, n, m)) >= 0.01:
                expected[word] = (a, b), measure
        told = {word.text: (word.counts, word.g2) for words in found.words for word in words}
        assert {word: counts for word, (counts, _) in told.items()} == {
            word: counts for word, (counts, _) in expected.items()
        }
        assert all(measure == pytest.approx(expected[word][1], abs=1e-6) for word, (_, measure) in told.items())
        assert all(word.counts[0] * m > word.counts[1] * n and word.log_ratio >= 0 for word in found.words[0])
        _, every = words_by_hand(engine, SearchRequest("*"))
        lexicon = WordNumbers(engine.snapshot().segments)
        totals = {
            word.decode(): count
            for word, count in zip(lexicon.words, lexicon.totals(False).tolist(), strict=True)
            if count
        }
        assert totals == dict(every)
        assert lexicon.paragraphs(False) == engine.search(SearchRequest("*")).total


def article(city: str, date: str, *texts: str) -> Spec:
    return Spec([(text, "", "body") for text in texts], city, date)


LONG = (
    "这一段话在两座城市的报纸上都登过，讲的是老楼里装电梯的十一次楼道议事会，谁先拍桌子，谁先给谁倒水，都记在本子上。"
)


def test_texts_that_both_have_are_told_with_the_earliest_first() -> None:
    with archive_of(
        [
            article("徐州市", "2021-08-12", LONG, "徐州自己的话。"),
            article("哈尔滨市", "2021-09-23", LONG.replace("十一次", "十二次")),
            article("哈尔滨市", "2021-09-25", LONG),
        ],
        2,
    ) as engine:
        found = engine.compare(CompareRequest(SearchRequest(), "city", "徐州市", "哈尔滨市"))
        ((first, second),) = found.texts
        assert (found.same, first.date, second.date) == (1, "2021-08-12", "2021-09-23")
        assert [(side.first, side.last) for side in found.sides] == [
            ("2021-08-12", "2021-08-12"),
            ("2021-09-23", "2021-09-25"),
        ]


def test_words_lead_to_their_paragraphs() -> None:
    made = [
        article("徐州市", "2021-08-12", *["云龙湖边装电梯。"] * 12),
        article("哈尔滨市", "2021-09-23", *["中央大街供暖。"] * 12),
    ]
    with archive_of(made) as engine:
        found = engine.compare(CompareRequest(SearchRequest(), "city", "徐州市", "哈尔滨市"))
        assert "电梯" in {word.text for word in found.words[0]} and "供暖" in {word.text for word in found.words[1]}
        for words in found.words:
            for word in words:
                assert [
                    engine.search(parse(parse_qs(urlsplit(url).query))).query.relaxed
                    or engine.search(parse(parse_qs(urlsplit(url).query))).total
                    for url in word.urls
                ][word.counts[0] == 0] == max(word.counts)


def test_words_that_both_like_are_those_that_the_rest_has_less_of() -> None:
    made = [
        article("徐州市", "2021-08-12", *["流调队员出发。"] * 20),
        article("哈尔滨市", "2021-09-23", *["流调队员回家。"] * 20),
        article("厦门市", "2021-09-23", *["渔船进港。"] * 40),
    ]
    with archive_of(made) as engine:
        found = engine.compare(CompareRequest(SearchRequest(), "city", "徐州市", "哈尔滨市"))
        assert "队员" in {word.text for word in found.common} and not {"渔船", "出发", "回家"} & {
            word.text for word in found.common
        }


def test_sides_by_time_and_by_query() -> None:
    by_time = CompareRequest(SearchRequest("流调"), "date", "2021", "2022-03..2022-08")
    assert [(side.date_from, side.date_to) for side in by_time.sides] == [("2021", "2021"), ("2022-03", "2022-08")]
    assert [side.q for side in CompareRequest(SearchRequest("流调"), "query", "city:徐州", "city:哈尔滨").sides] == [
        "流调 city:徐州",
        "流调 city:哈尔滨",
    ]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (CompareRequest(by="colour"), "choice"),
        (CompareRequest(by="date", a="never", b="2021"), "date"),
        (CompareRequest(a="长" * 401), "side_long"),
        (CompareRequest(by="date", a="2022..2021", b="2021"), "span_swapped"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_a_sentence(asked: CompareRequest, code: str) -> None:
    with archive_of([article("徐州市", "2021-08-12", "流调。")]) as engine, pytest.raises(UsageError) as error:
        engine.compare(asked)
    assert error.value.code == code
    # the sentence names what was typed, not what it became
    assert code == "choice" or str(error.value).startswith("a ")
