"""Whoosh as it comes is the oracle: its matchers, on the same arrays, must give the executor's paragraphs and scores.

Stock Whoosh has habits that the comparison allows for, none of which a query of ours meets:
- a compound query with a single part forgets its boost; the executor forgets it, too;
- a union of three or more parts leaves out what scores 0, so no part here scores 0 but where it is required;
- an `InverseMatcher` (Not) forgets deletions past the last match of its child, and misleads what skips over it, so a Not that is no part
  of an And is asked as the list of all other live paragraphs;
- `AndNot` does not look whether its first match is excluded, so it is asked as `Require(a, Not(b))`, which means the same;
- pattern queries with `constantscore` score 1 with three or more terms and as usual with one or two, so they are compared without it;
- release 2.7.4 forgets the boost of a pattern query that finds one term, and makes an `AndNotMatcher` of a `Require`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import __version__ as whoosh_version
from whoosh import matching
from whoosh import query as whoosh

from juanzong.index.periods import days_of
from juanzong.index.records import Document
from juanzong.search.execution.nodes import DateQuery, FacetQuery, RunQuery, TitleQuery
from juanzong.search.execution.plan import plan
from juanzong.search.execution.snapshot import Snapshot
from juanzong.search.language.needles import needle
from juanzong.search.language.parser import Exact, Prefix, Word, parse
from tests.samples import in_groups, make_document, make_snapshot, mention, temporary_segments

PIECES = (
    "流调",
    "溯源",
    "流調",
    "公安局",
    "广州",
    "惠州",
    "哈尔滨",
    "尔",
    "59",
    "1593",
    "59例",
    "gps",
    "Pro 15",
    "GPS ",
    "９",
    "的",
    "。",
    " ",
    "《",
    "x",
)
WORDS = ("流调", "溯源", "公安局", "广州", "惠州", "州", "哈尔滨", "59", "1593", "gps", "pro", "x", "没有", "的")
PAIRS = ("流调", "调溯", "溯源", "源\x00", "广州", "惠州", "州广", "59", "93", "9例", "gp", "。\x00", "调流", "没有")
NEEDLES = (
    "流调",
    "流",
    "调溯源",
    "公安局",
    "州",
    "59",
    "9",
    "5",
    "1593",
    "gps",
    "s",
    "59例",
    "《x",
    "x",
    "pro15",
    "哈尔滨59",
    "没有",
)
CITIES = ("广州市", "惠州市", "哈尔滨市")
DATES = (None, "2021", "2021-11", "2021-11-05", "2022-03-01")

texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=12).map("".join)


@dataclass(frozen=True)
class Spec:
    """A document to be made: its paragraphs with the cities that they mention, the city and the date of its article."""

    paragraphs: list[tuple[str, list[str]]]
    city: str | None
    date: str | None
    titled: bool


def corpus(specs: list[Spec]) -> list[Document]:
    return [
        make_document(
            f"d{number}",
            [text + "".join(cities) for text, cities in spec.paragraphs],
            city=spec.city,
            date=spec.date,
            kinds=("heading",) if spec.titled else (),
            mentions={
                i: [mention("city", city, city) for city in cities] for i, (_, cities) in enumerate(spec.paragraphs)
            },
        )
        for number, spec in enumerate(specs)
    ]


specs = st.lists(
    st.builds(
        Spec,
        st.lists(st.tuples(texts, st.lists(st.sampled_from(CITIES), max_size=1)), min_size=1, max_size=4),
        st.sampled_from((None, *CITIES)),
        st.sampled_from(DATES),
        st.booleans(),
    ),
    min_size=1,
    max_size=6,
)
boosts = st.sampled_from((0.5, 1.0, 2.0))
pattern_boosts = boosts if whoosh_version[0] > 2 else st.just(1.0)
needles = st.builds(
    lambda kind, text: needle(kind(text)), st.sampled_from((Word, Exact, Prefix)), st.sampled_from(NEEDLES)
)
leaves = st.one_of(
    st.builds(lambda text, boost: whoosh.Term("words", text, boost=boost), st.sampled_from(WORDS), boosts),
    st.builds(lambda text, boost: whoosh.Term("chars", text, boost=boost), st.sampled_from(PAIRS), boosts),
    st.builds(
        lambda words, slop, boost: whoosh.Phrase("words", words, slop=slop, boost=boost),
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=3),
        st.integers(1, 3),
        boosts,
    ),
    st.builds(
        lambda words, slop, boost: whoosh.Phrase("chars", words, slop=slop, boost=boost),
        st.lists(st.sampled_from(PAIRS), min_size=1, max_size=3),
        st.integers(1, 3),
        boosts,
    ),
    st.builds(
        lambda field, text, boost: whoosh.Prefix(field, text, boost=boost, constantscore=False),
        st.sampled_from(("words", "chars")),
        st.sampled_from(("流", "5", "g", "州", "没")),
        pattern_boosts,
    ),
    st.builds(
        lambda field, text, boost: whoosh.Wildcard(field, text, boost=boost, constantscore=False),
        st.sampled_from(("words", "chars")),
        st.sampled_from(("*州", "?9*", "流?", "g*")),
        pattern_boosts,
    ),
    st.builds(
        lambda field, ends, exclusive, boost: whoosh.TermRange(
            field, *sorted(ends), *exclusive, boost=boost, constantscore=False
        ),
        st.sampled_from(("words", "chars")),
        st.tuples(st.sampled_from(WORDS), st.sampled_from(WORDS)),
        st.tuples(st.booleans(), st.booleans()),
        pattern_boosts,
    ),
    st.builds(lambda boost: whoosh.Every(boost=boost), boosts),
    st.just(whoosh.NullQuery),
    needles.map(RunQuery),
    needles.map(TitleQuery),
    st.builds(
        lambda prefix, empty: FacetQuery("city", lambda value: value.startswith(prefix), empty),
        st.sampled_from(("广州", "哈", "北京", "")),
        st.booleans(),
    ),
    st.builds(
        lambda first, last: DateQuery(days_of(first)[0] if first else None, days_of(last)[1] if last else None),
        st.sampled_from((None, "2021", "2021-11-05", "2022")),
        st.sampled_from((None, "2021-10", "2021-11", "2022")),
    ),
)


def compounds(parts: Any) -> Any:
    several = st.lists(parts, min_size=1, max_size=4)
    return st.one_of(
        st.builds(lambda subs, boost: whoosh.And(subs, boost=boost), several, boosts),
        st.builds(lambda subs, boost: whoosh.Or(subs, boost=boost), several, boosts),
        st.builds(lambda kept, without: whoosh.And([kept, whoosh.Not(without)]), parts, parts),
        st.builds(whoosh.Not, parts),
        st.builds(whoosh.AndNot, parts, parts),
        st.builds(whoosh.AndMaybe, parts, parts),
        st.builds(whoosh.Require, parts, parts),
        st.builds(whoosh.DisjunctionMax, st.lists(leaves, min_size=2, max_size=3)),
        st.builds(whoosh.ConstantScoreQuery, parts, st.sampled_from((0.5, 1.0, 3.0))),
    )


trees = st.recursive(leaves, compounds, max_leaves=8)


class Required(whoosh.Require):  # type: ignore[misc]
    """Require with the matcher that is named after it, in every release."""

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        return matching.RequireMatcher(
            self.a.matcher(searcher, context), self.b.matcher(searcher, searcher.boolean_context())
        )


class Others(whoosh.Not):  # type: ignore[misc]
    """Not with a matcher that leaves out what is deleted."""

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        reader, without = searcher.reader(), set(self.query.matcher(searcher, searcher.boolean_context()).all_ids())
        ids = [doc for doc in range(reader.doc_count_all()) if doc not in without and not reader.is_deleted(doc)]
        return matching.ListMatcher(ids, all_weights=1.0) if ids else matching.NullMatcher()


class Beside(matching.AndMaybeMatcher):  # type: ignore[misc]
    """The stock matcher skips its second part to what it was asked for, behind its first part, and then loses a score."""

    def skip_to(self, id: int) -> None:
        self.a.skip_to(id)
        if self.a.is_active() and self.b.is_active():
            self.b.skip_to(self.a.id())


class Maybe(whoosh.AndMaybe):  # type: ignore[misc]
    """AndMaybe with a matcher that skips both parts to the same place."""

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        main, beside = self.a.matcher(searcher, context), self.b.matcher(searcher, context)
        return Beside(main, beside) if main.is_active() and beside.is_active() else main


def mended(tree: whoosh.Query) -> whoosh.Query:
    """The same tree of nodes whose stock matchers do what they say."""
    if isinstance(tree, whoosh.Not):
        return Others(mended(tree.query))
    if isinstance(tree, whoosh.And):
        return whoosh.And(
            [whoosh.Not(mended(sub.query)) if isinstance(sub, whoosh.Not) else mended(sub) for sub in tree.subqueries],
            boost=tree.boost,
        )
    if isinstance(tree, whoosh.AndNot):
        return Required(mended(tree.a), whoosh.Not(mended(tree.b)))
    if isinstance(tree, whoosh.Require):
        return Required(mended(tree.a), mended(tree.b))
    if isinstance(tree, whoosh.AndMaybe):
        return Maybe(mended(tree.a), mended(tree.b))
    return tree if tree.is_leaf() else tree.apply(mended)


def stock(snapshot: Snapshot, tree: whoosh.Query) -> list[dict[int, float]]:
    """What the stock matchers find in each segment: scores by paragraph."""
    found = []
    searcher = snapshot.searcher()
    for (leaf, _), segment in zip(searcher.leaf_searchers(), snapshot.segments, strict=True):
        matcher, own = mended(tree).matcher(leaf, leaf.context()), {}
        while matcher.is_active():
            own[matcher.id()] = matcher.score()
            matcher.next()
        found.append({doc: score for doc, score in own.items() if segment.live is None or segment.live[doc]})
    return found


def compare(snapshot: Snapshot, tree: whoosh.Query) -> None:
    expected = stock(snapshot, tree)
    for scored in (True, False):
        for own, executor in zip(expected, snapshot.executors, strict=True):
            found = executor.run(tree, scored)
            assert found.docs.tolist() == sorted(own), tree
            if scored:
                assert found.scores is not None
                scores = found.scores.of(found.docs)
                assert scores.dtype == np.float32
                assert scores.tolist() == pytest.approx(
                    [own[doc] for doc in found.docs.tolist()], rel=1e-4, abs=1e-4
                ), tree


@given(specs, st.integers(1, 3), st.sets(st.sampled_from(("d0", "d1", "d3"))), st.lists(trees, min_size=5, max_size=5))
def test_executor_equals_stock_matchers(
    made: list[Spec], segments: int, deleted: set[str], queries: list[whoosh.Query]
) -> None:
    with temporary_segments(in_groups(corpus(made), segments), deleted) as opened:
        snapshot = make_snapshot(opened)
        for tree in queries:
            compare(snapshot, tree)


@given(specs, st.integers(1, 3), st.sets(st.sampled_from(("d0", "d1"))), st.lists(leaves, min_size=5, max_size=5))
@settings(max_examples=40)
def test_every_leaf_alone(made: list[Spec], segments: int, deleted: set[str], queries: list[whoosh.Query]) -> None:
    with temporary_segments(in_groups(corpus(made), segments), deleted) as opened:
        snapshot = make_snapshot(opened)
        for tree in queries:
            compare(snapshot, tree)


@given(
    specs,
    st.integers(1, 2),
    st.sets(st.sampled_from(("d0", "d1"))),
    st.lists(
        st.sampled_from(
            ("流调", "流调 溯源", "哈尔滨市 -流调", "广州市 OR 惠州", "59", "gps*", '"州市"', "title:流调 59")
        ),
        min_size=2,
        max_size=3,
    ),
    st.booleans(),
)
@settings(max_examples=30)
def test_planned_queries_with_their_title_bonus(
    made: list[Spec], segments: int, deleted: set[str], queries: list[str], any_word: bool
) -> None:
    with temporary_segments(in_groups(corpus(made), segments), deleted) as opened:
        snapshot = make_snapshot(opened)
        for q in queries:
            compare(snapshot, plan(parse(q), snapshot.segmenter, any_word).query)
