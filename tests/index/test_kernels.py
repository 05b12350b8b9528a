"""Both forms of every kernel, numpy and compiled, give the same to the last bit."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from juanzong.index import kernels
from juanzong.index.text.folding import fold
from juanzong.index.vectors import Array
from juanzong.search.answer import excerpts, ranking
from juanzong.search.execution.sets import Universe
from juanzong.search.language.needles import Needle

COMPILED = kernels.compiled
pytestmark = pytest.mark.skipif(COMPILED is None, reason="the kernels are not built; numpy answers alone")
SIZE = 3_000
CHARACTERS = "的一是在了不和有大这主中人上为们市公安局哈尔滨國與。。，，、！？；…《》“”（）()「」『』【】〈〉‘’：:,.-—· \n\t\u3000\xa0abAB19１２Ａz℃½é\u0301"


@pytest.fixture(params=range(20))
def chance(request: pytest.FixtureRequest) -> random.Random:
    return random.Random(request.param)


def without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "compiled", None)


def some(chance: random.Random, share: float) -> Array:
    return np.array(sorted(chance.sample(range(SIZE), int(SIZE * share))), np.int64)


def same(one: Any, other: Any) -> bool:
    return bool(np.array_equal(one, other)) and one.dtype == other.dtype


def test_sets(chance: random.Random, monkeypatch: pytest.MonkeyPatch) -> None:
    lists = [some(chance, share) for share in (0, 0.001, 0.02, 0.3, 0.9)]
    universe = Universe(SIZE)
    pairs = [(a, b) for a in lists for b in lists]
    compiled = [(universe.both(a, b), universe.union([a, b])) for a, b in pairs]
    without(monkeypatch)
    for (a, b), (both, union) in zip(pairs, compiled):
        assert same(both, universe.both(a, b)) and same(union, universe.union([a, b]))


def test_the_best(chance: random.Random, monkeypatch: pytest.MonkeyPatch) -> None:
    docs = some(chance, 0.5)
    ranks = np.array(chance.sample(range(SIZE), SIZE), np.uint32)
    # few different scores, so that most tie
    scores = np.array([chance.choice((-0.0, 0.0, 1.5, 2.25, chance.random())) for _ in docs], np.float32)
    for wanted in (1, 10, 200, len(docs), len(docs) + 5):
        assert COMPILED is not None
        expected = ranking._smallest(-scores, None, wanted, ranks, docs)
        assert same(COMPILED.best(scores, docs, ranks, wanted), expected)


def texts(chance: random.Random) -> Iterator[tuple[str, list[Needle], int]]:
    for _ in range(150):
        alphabet = CHARACTERS if chance.random() < 0.5 else "".join(chance.sample(CHARACTERS, chance.randint(3, 12)))
        text = "".join(chance.choices(alphabet, k=chance.choice((1, 15, 17, 120, 125, 150, 300, 600))))
        needles = []
        for _ in range(chance.randint(0, 4)):
            start = chance.randrange(len(text))
            sought = fold(text[start : start + chance.randint(1, chance.choice((2, 6, 60)))])
            if sought:
                needles.append(Needle(sought, chance.random() < 0.2, chance.random() < 0.2))
        yield text, needles, chance.choice((120, 120, 16, 30, 200))


def test_excerpts(chance: random.Random, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = list(texts(chance))
    # what is met for the first time is learned, and is known the second time
    for _ in range(2):
        compiled = [excerpts.excerpts([text], needles, limit) for text, needles, limit in cases]
    together = excerpts.excerpts([text for text, _, _ in cases], cases[0][1])
    without(monkeypatch)
    assert compiled == [excerpts.excerpts([text], needles, limit) for text, needles, limit in cases]
    assert together == excerpts.excerpts([text for text, _, _ in cases], cases[0][1])


def test_a_number_beyond_an_array_is_an_error() -> None:
    assert COMPILED is not None
    docs, beyond = np.array([0, 1], np.int64), np.array([9, 9], np.uint32)
    column, none = np.array([7, 7], np.int64), np.array([], np.int64)
    with pytest.raises(IndexError):
        COMPILED.union([np.array([5, 99], np.int64)], 10)
    with pytest.raises(IndexError):
        COMPILED.best(np.zeros(2, np.float32), docs, np.array([], np.uint32), 1)
    with pytest.raises(IndexError):
        COMPILED.tally(np.array([5], np.int64), beyond, 10)
    with pytest.raises(IndexError):
        COMPILED.tally(docs, beyond, 3)
    with pytest.raises(IndexError):
        COMPILED.values(docs, docs, column, none, beyond, 3)
    with pytest.raises(IndexError):
        COMPILED.adjacent([(docs, 0, 0), (docs, 2, 1)], np.array([], np.uint16), beyond, beyond, False)
    with pytest.raises(IndexError):
        COMPILED.decoded(np.array([1], np.uint16), np.array([5], np.uint32))
