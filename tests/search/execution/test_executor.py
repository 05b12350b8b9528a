"""The executor on its own: boundaries, wide and narrow lists, scores, counts against brute force."""

from __future__ import annotations

import math
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import query as whoosh

from juanzong.index.store.segment import Segment
from juanzong.index.text.analysis import bigrams_of, words_of
from juanzong.index.text.folding import fold, fold_spaced
from juanzong.search.execution.nodes import RunQuery, Titled, Unscored
from juanzong.search.execution.scoring import DELTA, K1, B
from juanzong.search.execution.snapshot import Snapshot
from juanzong.search.language.needles import Needle, needle
from juanzong.search.language.parser import Exact, Prefix, Word
from tests.samples import in_groups, make_document, make_segments, make_snapshot, segmenter

PIECES = ("流调", "流", "调", "溯源", "59", "5", "9", "例", "gps", "s", " ", "。", "９")
texts = st.lists(st.lists(st.sampled_from(PIECES), max_size=10).map("".join), min_size=1, max_size=12)
units = st.builds(
    lambda kind, text: kind(text),
    st.sampled_from((Word, Exact, Prefix)),
    st.sampled_from(
        (
            "流调",
            "流",
            "调流",
            "流调溯源",
            "59",
            "5",
            "9",
            "55",
            "s",
            "gps",
            "59例",
            "例59",
            "9例5",
            "流59",
            "。",
            "没有",
            "流调流调流调",
            "例9",
        )
    ),
)


def snapshot_of(folder: str | Path, made: list[str], segments: int = 1) -> Snapshot:
    return make_snapshot(
        make_segments(
            Path(folder), in_groups([make_document(f"d{n}", [text]) for n, text in enumerate(made)], segments)
        )
    )


def found(snapshot: Snapshot, tree: whoosh.Query) -> list[int]:
    """The numbers of the paragraphs, over all segments."""
    base, numbers = 0, []
    for segment, docs, _ in snapshot.run(tree, scored=False):
        numbers += [base + doc for doc in docs.tolist()]
        base += segment.paragraphs
    return numbers


def stands(unit: Word | Exact | Prefix, text: str) -> bool:
    """A unit in a text by a regular expression over the folded text, in which white space is one character that may be skipped."""
    spaced = fold_spaced(text)
    pattern = " *".join(map(re.escape, fold(unit.text)))
    if not isinstance(unit, Exact):
        if fold(unit.text)[0].isascii() and fold(unit.text)[0].isalnum():
            pattern = "(?<![0-9a-z])" + pattern
        if not isinstance(unit, Prefix) and fold(unit.text)[-1].isascii() and fold(unit.text)[-1].isalnum():
            pattern += "(?![0-9a-z])"
    return re.search(pattern, spaced) is not None


@given(texts, st.integers(1, 3), st.lists(units, min_size=6, max_size=6))
@settings(max_examples=40)
def test_runs_of_characters_equal_a_regular_expression(
    made: list[str], segments: int, sought: list[Word | Exact | Prefix]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        snapshot = snapshot_of(folder, made, segments)
        for unit in sought:
            assert found(snapshot, RunQuery(needle(unit))) == [
                n for n, text in enumerate(made) if stands(unit, text)
            ], unit


@given(texts, st.text(st.sampled_from("流调溯源59例gps。"), min_size=1, max_size=9))
@settings(max_examples=25)
def test_any_needle_is_found_by_in(made: list[str], sought: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert found(snapshot_of(folder, made), RunQuery(Needle(sought))) == [
            n for n, text in enumerate(made) if sought in fold(text)
        ]


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> tuple[Snapshot, list[str]]:
    """Lists of very different lengths, so that every way to join them is taken."""
    made = [
        "流调"
        + "的" * (n % 3)
        + (" 稀有" if n % 150 == 7 else "")
        + (" 常见 gps" if n % 2 else " 另外")
        + (f" 第{n}号" if n % 5 == 0 else "")
        for n in range(600)
    ]
    return snapshot_of(tmp_path_factory.mktemp("wide"), made), made


RARE, COMMON, OTHER, ALL, NONE = (whoosh.Term("words", word) for word in ("稀有", "常见", "另外", "流调", "没有"))
HAS: dict[str, Callable[[str], bool]] = {
    "稀有": lambda t: "稀有" in t,
    "常见": lambda t: "常见" in t,
    "另外": lambda t: "另外" in t,
    "流调": lambda t: True,
    "没有": lambda t: False,
}


@pytest.mark.parametrize(
    ("tree", "rule"),
    [
        (whoosh.And([RARE, COMMON]), lambda t: "稀有" in t and "常见" in t),
        (whoosh.And([ALL, RARE]), HAS["稀有"]),
        (whoosh.And([COMMON, OTHER]), HAS["没有"]),
        (whoosh.And([ALL, ALL]), HAS["流调"]),
        (whoosh.Or([RARE, NONE]), HAS["稀有"]),
        (whoosh.Or([COMMON, OTHER]), HAS["流调"]),
        (whoosh.Or([RARE, whoosh.Term("words", "5")]), lambda t: "稀有" in t or "第5号" in t),
        (whoosh.Not(RARE), lambda t: "稀有" not in t),
        (whoosh.AndNot(RARE, COMMON), lambda t: "稀有" in t and "常见" not in t),
        (whoosh.AndNot(COMMON, RARE), lambda t: "常见" in t and "稀有" not in t),
        (whoosh.AndNot(ALL, NONE), HAS["流调"]),
        (whoosh.Require(RARE, ALL), HAS["稀有"]),
        (whoosh.AndMaybe(RARE, COMMON), HAS["稀有"]),
        (whoosh.NullQuery, HAS["没有"]),
        (whoosh.Every(), HAS["流调"]),
        (whoosh.And([whoosh.Not(COMMON), whoosh.Not(RARE)]), lambda t: "常见" not in t and "稀有" not in t),
        (whoosh.And([]), None),
        (whoosh.Prefix("chars", "的"), lambda t: "的" in t),
        (whoosh.Wildcard("words", "稀*"), HAS["稀有"]),
    ],
)
def test_joins_of_any_width(
    wide: tuple[Snapshot, list[str]], tree: whoosh.Query, rule: Callable[[str], bool] | None
) -> None:
    snapshot, made = wide
    if rule is not None:
        assert found(snapshot, tree) == [n for n, text in enumerate(made) if rule(text)]


def by_hand(made: list[str], field: str, term: str, number: int) -> float:
    """The score of one term in one paragraph, as the formula says."""
    tokens = [words_of(fold_spaced(text), segmenter()) if field == "words" else bigrams_of(fold(text)) for text in made]
    holding = sum(term in own for own in tokens)
    frequency = tokens[number].count(term)
    if not frequency:
        return 0.0
    average = sum(map(len, tokens)) / len(made)
    idf = math.log(1 + (len(made) - holding + 0.5) / (holding + 0.5))
    return idf * (DELTA + frequency / (frequency + K1 * (1 - B + B * len(tokens[number]) / average)))


@pytest.mark.parametrize(
    ("field", "term"), [("words", "稀有"), ("words", "常见"), ("words", "流调"), ("chars", "的的"), ("words", "没有")]
)
def test_scores_are_those_of_the_formula(wide: tuple[Snapshot, list[str]], field: str, term: str) -> None:
    snapshot, made = wide
    for required in (whoosh.Every(), RARE, COMMON):
        plain = snapshot.executors[0].run(
            whoosh.AndMaybe(whoosh.ConstantScoreQuery(required, 0.0), whoosh.Term(field, term, boost=2.0))
        )
        assert plain.scores is not None
        for doc, score in list(zip(plain.docs.tolist(), plain.scores.of(plain.docs).tolist(), strict=True))[::37]:
            assert score == pytest.approx(2 * by_hand(made, field, term, doc), rel=1e-4)


@given(
    st.lists(
        st.lists(
            st.lists(st.sampled_from(("流调", "溯源", "常见", " ", "gps")), max_size=6).map("".join),
            min_size=1,
            max_size=4,
        ),
        min_size=1,
        max_size=8,
    ),
    st.lists(
        st.tuples(
            st.sampled_from(("words", "chars")),
            st.sampled_from(("流调", "溯源", "常见", "gps", "没有")),
            st.sampled_from((0.5, 1.0, 2.0)),
        ),
        min_size=1,
        max_size=4,
    ),
)
@settings(max_examples=40)
def test_a_score_does_not_depend_on_what_else_is_scored(
    made: list[list[str]], sought: list[tuple[str, str, float]]
) -> None:
    # every article begins with its title
    documents = [make_document(f"d{n}", ["常见流调", *own], kinds=["heading"]) for n, own in enumerate(made)]
    terms = [whoosh.Term(field, term, boost=boost) for field, term, boost in sought]
    tree = whoosh.AndMaybe(Unscored(whoosh.Every()), Titled(whoosh.Or(terms) if len(terms) > 1 else terms[0], 0.15))
    with tempfile.TemporaryDirectory() as folder:
        [executor] = make_snapshot(make_segments(Path(folder), [documents])).executors
        found = executor.run(tree)
        assert found.scores is not None
        together = found.scores.of(found.docs).tolist()
        assert together == [found.scores.of(found.docs[n : n + 1]).tolist()[0] for n in range(len(found.docs))]
        assert together[::2] == found.scores.of(found.docs[::2]).tolist()


def test_statistics_are_those_of_all_segments(tmp_path: Path) -> None:
    made = ["流调 溯源", "流调", "溯源 溯源 别的", "gps", "流调 gps"]
    for segments in (1, 3):
        snapshot = snapshot_of(tmp_path / str(segments), made, segments)
        scores = [
            score
            for _, docs, own in snapshot.run(whoosh.Term("words", "流调"), scored=True)
            if own is not None
            for score in own.of(docs).tolist()
        ]
        assert scores == pytest.approx([by_hand(made, "words", "流调", n) for n in (0, 1, 4)], rel=1e-4)


def test_deleted_paragraphs_are_never_found(segment_of: Callable[..., Segment]) -> None:
    segment = segment_of(make_document("a", ["流调", "溯源"]), make_document("b", ["流调"]), deleted=("a",))
    snapshot = make_snapshot([segment])
    for tree in (
        whoosh.Every(),
        whoosh.Term("words", "流调"),
        whoosh.Not(whoosh.Term("words", "溯源")),
        RunQuery(Needle("流")),
        whoosh.Prefix("words", "流"),
    ):
        assert found(snapshot, tree) == [2]


def test_without_scores_none_are_made(wide: tuple[Snapshot, list[str]]) -> None:
    assert wide[0].executors[0].run(ALL, scored=False).scores is None


def test_a_query_that_only_whoosh_knows_is_left_to_it(tmp_path: Path) -> None:
    snapshot = snapshot_of(tmp_path, ["流调", "溯源 流调", "gps"], 2)
    assert found(snapshot, whoosh.DisjunctionMax([whoosh.Term("words", "流调"), whoosh.Term("words", "gps")])) == [
        0,
        1,
        2,
    ]
    assert found(snapshot, whoosh.FuzzyTerm("words", "gpx")) == [2]
