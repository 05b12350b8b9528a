"""Every packed field at its edge: what does not fit is split or named, never cut in silence."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from juanzong.index.build.editions import rebuild
from juanzong.index.store import packing, postings
from juanzong.index.store.generations import IndexDirectory
from juanzong.index.store.postings import Inverted, invert, joined
from juanzong.index.store.segment import Segment
from juanzong.index.text.analysis import MAX_CHARACTERS, MAX_FOLDED, fits, fitting
from juanzong.index.text.folding import fold
from juanzong.search import SearchRequest, open_engine
from tests.samples import make_document, publish

Build = Callable[..., Segment]


@pytest.mark.parametrize("limit", [7, 40, 1 << 22])
def test_a_batch_that_is_inverted_in_parts_is_the_same(
    segment_of: Build, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    texts = ["流调溯源工作", "的的的的", "GPS 59 流调", "核", "溯源的核酸", "59 的 流调"]
    whole = segment_of(make_document("a", texts))
    monkeypatch.setattr(packing, "MAX_BATCH", limit)
    parts = segment_of(make_document("a", texts))
    for name in whole.arrays.names():
        assert np.array_equal(whole.arrays[name], parts.arrays[name]), name


def test_a_document_beyond_the_width_of_a_batch_is_found_whole(tmp_path: Path) -> None:
    """More than 2²² characters: every quoted string is counted as Ctrl-F counts it."""
    chance = random.Random(17)
    signs = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动"
    lines = ["".join(chance.choices(signs, k=900)) + "。" for _ in range(4_800)]
    texts = [*lines, *["的" * 50_000] * 90]
    assert sum(map(len, texts)) > 2 * postings.MAX_BATCH
    publish(tmp_path / "index", [[make_document("a", texts)]])
    engine = open_engine(tmp_path / "index")
    for _ in range(12):
        line = chance.choice(lines)
        start = chance.randrange(800)
        quoted = line[start : start + chance.randint(1, 6)]
        found = engine.search(SearchRequest(f'"{quoted}"', boilerplate=True)).total
        assert found == sum(quoted in text for text in texts), quoted
    assert engine.search(SearchRequest('"的的的"', boilerplate=True)).total == sum("的的的" in text for text in texts)


@pytest.mark.parametrize("sign", ["的", "㎡", "ﷺ"])
@pytest.mark.parametrize("length", [MAX_FOLDED // 18, MAX_CHARACTERS, MAX_CHARACTERS + 1])
def test_a_paragraph_at_the_edge_of_its_places(tmp_path: Path, sign: str, length: int) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    end = "。流调到此为止"
    (corpus / "a.txt").write_text(sign * (length - len(end)) + end, encoding="utf-8")
    rebuild(tmp_path / "index", [corpus], jobs=1)
    [segment] = IndexDirectory(tmp_path / "index").open()[1]
    texts = [segment.text(number) for number in range(segment.paragraphs)]
    assert "".join(texts) == sign * (length - len(end)) + end, "nothing is lost"
    assert all(fits(text) for text in texts)
    assert open_engine(tmp_path / "index").search(SearchRequest('"流调到此为止"')).total == 1
    assert segment.fields["chars"].lengths.tolist() == [len(fold(text)) for text in texts]


def test_what_a_sidecar_joins_beyond_all_measure_is_named(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text("甲" * 40_000 + "。\n\n" + "乙" * 40_000 + "。\n", encoding="utf-8")
    (corpus / "a.txt.meta.yaml").write_text(
        "paragraphs:\n  - match: {start: 甲甲}\n    join_next: true\n", encoding="utf-8"
    )
    summary = rebuild(tmp_path / "index", [corpus], jobs=1)
    assert [(path, problem.code) for path, problem in summary.warnings if problem.code == "long_paragraph"] == [
        ("a.txt", "long_paragraph")
    ]


def test_what_fits_is_left_alone() -> None:
    assert fitting("流调" * 30_000) == "流调" * 30_000
    assert len(fitting("流调" * 30_001)) == MAX_CHARACTERS
    assert len(fold(fitting("ﷺ" * 9_000))) <= MAX_FOLDED


def test_a_batch_that_is_too_large_is_refused_and_not_wrapped_around() -> None:
    with pytest.raises(ValueError, match="at once"):
        invert(np.zeros(1, np.uint64), np.zeros(1, np.uint32), np.array([0, postings.MAX_BATCH + 1]))
    edge = invert(
        np.array([3], np.uint64),
        np.array([postings.MAX_BATCH - 1], np.uint32),
        np.array([0, postings.MAX_BATCH - 1, postings.MAX_BATCH]),
    )
    assert (edge.terms.tolist(), edge.docs.tolist(), edge.positions.tolist()) == ([3], [1], [0])


def test_parts_are_joined_in_the_order_of_terms_and_paragraphs() -> None:
    first = Inverted(*(np.array(part) for part in ([1, 5], [1, 2], [0, 0, 1], [2, 1, 1], [0, 3, 1, 0])))
    second = Inverted(*(np.array(part) for part in ([1], [1], [0], [1], [2])))
    found = joined([first, second], np.array([0, 2]))
    assert (found.terms.tolist(), found.counts.tolist()) == ([1, 5], [2, 2])
    assert (found.docs.tolist(), found.frequencies.tolist()) == ([0, 2, 0, 1], [2, 1, 1, 1])
    assert found.positions.tolist() == [0, 3, 2, 1, 0]
