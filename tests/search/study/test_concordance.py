"""Lines equal the marks of the search, in the order that was asked for; collocates equal counting by hand."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juanzong.index.errors import UsageError
from juanzong.index.text.analysis import tokenize
from juanzong.index.text.folding import fold
from juanzong.index.text.pinyin import collated
from juanzong.search import SearchRequest
from juanzong.search.study.concordance import CONTEXT, LEAST, WINDOW
from juanzong.search.study.word_numbers import tells
from tests.samples import segmenter
from tests.search.study.studying import Spec, archive_of, removed, specs

ASKED = SearchRequest("清零 OR 流调", view="kwic", size=5)


def hits_of(engine: Any, request: SearchRequest) -> list[dict[str, Any]]:
    return list(engine.scan(replace(request, view="", sort="-date"), ranked=True))


@given(specs, st.integers(1, 3), removed, st.sampled_from(("relevance", "date", "-date", "left", "right", "place")))
@settings(max_examples=20)
def test_lines_are_the_marks_of_the_search(made: list[Spec], segments: int, deleted: frozenset[str], sort: str) -> None:
    with archive_of(made, segments, deleted) as engine:
        request = replace(ASKED, sort=sort)
        hits = hits_of(engine, request)
        expected = [
            (hit["id"], hit["text"][max(0, a - CONTEXT) : a], hit["text"][a:b], hit["text"][b : b + CONTEXT])
            for hit in hits
            for a, b in hit["marks"]
        ]
        found = engine.concordance(request)
        assert (found.total, found.lines, found.left_out) == (len(hits), len(expected), 0)
        lines = [
            line for page in range(1, found.pages + 1) for line in engine.concordance(replace(request, page=page)).shown
        ]
        told = [(line.hit.id, line.left, line.marked, line.right) for line in lines]
        assert Counter(told) == Counter(expected)
        assert told == [(line.hit.id, line.left, line.marked, line.right) for line in engine.concordance_lines(request)]
        if sort == "right":
            assert told == sorted(expected, key=lambda line: (not fold(line[3]), collated(fold(line[3])[:16])))
        if sort == "left":
            assert told == sorted(expected, key=lambda line: (not fold(line[1]), collated(fold(line[1])[-16:][::-1])))
        if sort == "-date":
            assert told == expected
        if sort == "place":
            cities = [
                (not line.hit.city, collated(sorted(line.hit.city)[0]) if line.hit.city else b"") for line in lines
            ]
            assert cities == sorted(cities)


@given(specs, st.integers(1, 3), removed)
@settings(max_examples=15)
def test_collocates_equal_brute_force(made: list[Spec], segments: int, deleted: frozenset[str]) -> None:
    with archive_of(made, segments, deleted) as engine:
        before: Counter[str] = Counter()
        after: Counter[str] = Counter()
        everywhere: Counter[str] = Counter()
        lines = 0
        for hit in engine.scan(SearchRequest("*", boilerplate=True)):
            tokens = tokenize([hit["text"]], segmenter())
            everywhere.update(tokens.words[number] for number in tokens.word.tolist())
        for hit in engine.scan(replace(ASKED, view="")):
            tokens = tokenize([hit["text"]], segmenter())
            near: tuple[set[int], set[int]] = set(), set()
            for a, b in hit["marks"]:
                start, end = len(fold(hit["text"][:a])), len(fold(hit["text"][:b]))
                near[0].update(range(start - WINDOW, start))
                near[1].update(range(end, end + WINDOW))
                lines += 1
            for number, position in zip(tokens.word.tolist(), tokens.word_position.tolist(), strict=True):
                before[tokens.words[number]] += position in near[0]
                after[tokens.words[number]] += position in near[1]
        found = {
            word.text: (word.before, word.after, word.everywhere, round(word.log_dice, 6))
            for word in engine.concordance(ASKED).collocates
        }
        expected = {
            word: (
                before[word],
                after[word],
                everywhere[word],
                round(14 + math.log2(2 * (before[word] + after[word]) / (lines + everywhere[word])), 6),
            )
            for word in before | after
            if before[word] + after[word] >= LEAST and tells(word, "清零\n流调")
        }
        assert found == expected


def test_a_search_without_words_has_no_lines() -> None:
    with archive_of([Spec([("流调", "", "body")], "徐州市", None)]) as engine:
        found = engine.concordance(SearchRequest(city="徐州市", view="kwic"))
        assert (found.total, found.lines, found.shown, found.collocates) == (1, 0, (), ())


def test_orders_of_lines_belong_to_lines() -> None:
    with archive_of([Spec([("流调", "", "body")], "徐州市", None)]) as engine, pytest.raises(UsageError, match="sort"):
        engine.search(SearchRequest("流调", sort="left"))
