"""The best are ranked again by what they stand in: the same order from the stock matchers, on every page, in scans, and in pieces."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import query as whoosh

from juanzong.index.records import Article, Document, Published
from juanzong.search import SearchRequest, open_engine
from juanzong.search.answer import ranking
from juanzong.search.answer.ranking import Ranking
from juanzong.search.execution.nodes import Titled
from juanzong.search.execution.plan import Plan, plan
from juanzong.search.execution.scoring import DELTA, K1, B
from juanzong.search.execution.snapshot import Snapshot
from juanzong.search.language.parser import parse
from tests.samples import in_groups, make_document, make_snapshot, publish, segmenter, temporary_segments

PIECES = ("流调", "溯源", "公安局", "广州", "哈尔滨", "59例", "gps", "的", "。", "核酸检测", "通报")
QUERIES = (
    "流调",
    "流调 OR 溯源",
    "广州 OR 通报 OR gps",
    "哈尔滨 -广州",
    "公安局",
    "59例 OR 核酸检测",
    '"流调"',
    "title:流调",
    "*",
)

Made = list[tuple[list[str], bool, bool]]
texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join)
made = st.lists(
    st.tuples(st.lists(texts, min_size=1, max_size=5), st.booleans(), st.booleans()), min_size=1, max_size=6
)


def corpus(specs: Made) -> list[Document]:
    """Documents, some with a title, some with two articles that lie in each other."""
    documents = []
    for number, (paragraphs, titled, two) in enumerate(specs):
        date = f"2021-11-{1 + number % 3:02}"
        document = make_document(f"d{number}", paragraphs, kinds=("heading",) if titled else (), date=date)
        (article,) = document.articles
        if two and len(paragraphs) > 2:
            odd = Article(
                f"d{number}.b", None, published=Published(date, "day", "declared"), paragraphs=article.paragraphs[1::2]
            )
            document = replace(document, articles=(replace(article, paragraphs=article.paragraphs[::2]), odd))
        documents.append(document)
    return documents


def reference(snapshot: Snapshot, planned: Plan, depth: int) -> list[tuple[str, float]]:
    """Ids and scores in order, from the stock matchers alone: the first stage, and for the second term by term what they count."""
    searcher = snapshot.searcher()
    frequencies: dict[tuple[int, str, str], dict[int, float]] = {}
    first: list[tuple[float, int, int, int]] = []
    tree = planned.query
    child = tree.b.child if isinstance(tree, whoosh.AndMaybe) and isinstance(tree.b, Titled) else whoosh.NullQuery
    terms = [] if child == whoosh.NullQuery else child.subqueries if isinstance(child, whoosh.Or) else [child]
    for number, ((leaf, _), segment) in enumerate(zip(searcher.leaf_searchers(), snapshot.segments, strict=True)):
        matcher = tree.matcher(leaf, leaf.context())
        while matcher.is_active():
            if segment.live is None or segment.live[matcher.id()]:
                first.append((matcher.score(), number, matcher.id(), int(segment.column("id")[matcher.id()])))
            matcher.next()
        for term in terms:
            found = frequencies[number, term.fieldname, term.text] = defaultdict(float)
            postings = whoosh.Term(term.fieldname, term.text).matcher(leaf, leaf.context())
            while postings.is_active():
                found[postings.id()] = postings.weight()
                postings.next()

    def day(number: int, doc: int) -> int:
        return int(snapshot.segments[number].column("first_day")[doc])

    def text_score(number: int, rows: list[int], texts_in_all: int) -> float:
        segment, total = snapshot.segments[number], 0.0
        for term in terms:
            tf = sum(frequencies[number, term.fieldname, term.text][row] for row in rows)
            if tf:
                length = sum(int(segment.fields[term.fieldname].lengths[row]) for row in rows)
                average = searcher.field_length(term.fieldname) / texts_in_all
                idf = searcher.idf(term.fieldname, term.text)
                total += term.boost * idf * (DELTA + tf / (tf + K1 * (1 - B + B * length / average)))
        return total

    live = [np.ones(s.paragraphs, bool) if s.live is None else s.live for s in snapshot.segments]
    articles = sum(len(set(s.column("article")[own].tolist())) for s, own in zip(snapshot.segments, live, strict=True))
    first.sort(key=lambda found: (-round(found[0], 5), -day(found[1], found[2]), found[3]))
    order = []
    for place, (score, number, doc, identifier) in enumerate(first):
        if planned.in_context and place < depth:
            column = snapshot.segments[number].column("article")
            rows = np.flatnonzero(column == column[doc]).tolist()
            score += 0.8 * text_score(number, rows, articles)
            if doc and column[doc - 1] == column[doc]:
                score += 0.1 * text_score(number, [doc - 1], int(sum(own.sum() for own in live)))
            title = int(snapshot.segments[number].title_of_article[column[doc]])
            for term in terms if title >= 0 else ():
                stands = frequencies[number, term.fieldname, term.text]
                if stands[title] and not stands[doc]:
                    score += 0.2 * term.boost * searcher.idf(term.fieldname, term.text)
        order.append((score, -day(number, doc), identifier))
    best = sorted(
        order[:depth] if planned.in_context else [], key=lambda found: (-round(found[0], 5), found[1], found[2])
    )
    return [(f"{identifier:016x}", score) for score, _, identifier in best + order[len(best) :]]


def ranked(snapshot: Snapshot, planned: Plan, request: SearchRequest) -> list[tuple[str, float]]:
    found = Ranking(snapshot, request, planned.in_context)
    for segment, docs, scores in snapshot.run(planned.query, True):
        found.add(segment, docs, scores)
    return [(f"{int(segment.column('id')[doc]):016x}", score) for segment, doc, score in found.page()]


@given(
    made,
    st.integers(1, 3),
    st.sets(st.sampled_from(("d0", "d2"))),
    st.lists(st.sampled_from(QUERIES), min_size=2, max_size=3),
    st.sampled_from((1, 2, 5, 200)),
)
@settings(max_examples=60)
def test_the_order_of_the_stock_matchers(
    specs: Made, segments: int, deleted: set[str], queries: list[str], depth: int
) -> None:
    with (
        temporary_segments(in_groups(corpus(specs), segments), deleted) as opened,
        patch.object(ranking, "DEPTH", depth),
    ):
        snapshot = make_snapshot(opened)
        for q in queries:
            planned = plan(parse(q), segmenter(), any_word=False)
            expected = reference(snapshot, planned, depth)
            found = ranked(snapshot, planned, SearchRequest(q=q, size=1_000))
            assert dict(found) == pytest.approx(dict(expected), rel=1e-4, abs=1e-4)
            # two scores that differ by less than a float of 32 bits tells apart may change places
            tied = {a for (a, x), (b, y) in zip(expected, expected[1:]) if abs(x - y) < 1e-4 for a in (a, b)}
            assert [i for i, _ in found if i not in tied] == [i for i, _ in expected if i not in tied]
            scores = [score for _, score in found]
            assert scores == sorted(scores, reverse=True)


@given(
    made,
    st.integers(1, 3),
    st.sampled_from(QUERIES),
    st.integers(1, 4),
    st.sampled_from((1, 3, 200)),
    st.sampled_from(("", "article")),
)
@settings(max_examples=60)
def test_pages_continue_each_other(specs: Made, segments: int, q: str, size: int, depth: int, collapse: str) -> None:
    with temporary_segments(in_groups(corpus(specs), segments)) as opened, patch.object(ranking, "DEPTH", depth):
        snapshot = make_snapshot(opened)
        planned = plan(parse(q), segmenter(), any_word=False)
        whole = ranked(snapshot, planned, SearchRequest(q=q, size=1_000, collapse=collapse))
        pages = [
            ranked(snapshot, planned, SearchRequest(q=q, size=size, page=page, collapse=collapse))
            for page in range(1, len(whole) // size + 2)
        ]
        assert [entry for page in pages for entry in page] == whole
        if collapse:
            articles = {
                f"{int(s.column('id')[row]):016x}": (s.name, int(s.column("article")[row]))
                for s in opened
                for row in range(s.paragraphs)
            }
            everything = ranked(snapshot, planned, SearchRequest(q=q, size=1_000))
            assert [i for i, _ in whole] == firsts([i for i, _ in everything], articles)


def firsts(ids: list[str], articles: dict[str, tuple[str, int]]) -> list[str]:
    """The first of each article."""
    found: dict[tuple[str, int], str] = {}
    for identifier in ids:
        found.setdefault(articles[identifier], identifier)
    return list(found.values())


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More matches than are ranked again, in two segments, with a document that no longer counts."""
    folder = tmp_path_factory.mktemp("index")
    documents = [
        make_document(
            f"d{number}",
            [
                f"流调通报{number}",
                *("流调" * (1 + (number + n) % 3) + "溯源广州" * (n % 2) + "。" * n for n in range(6)),
            ],
            kinds=("heading",),
            date=f"2021-11-{1 + number % 28:02}",
        )
        for number in range(60)
    ]
    publish(folder, in_groups(documents, 2), deleted=["d7"])
    return folder


@pytest.mark.parametrize("q", ["流调", "流调 OR 溯源", '"流调"', "流调 广州"])
def test_pages_scans_and_the_whole_are_one_order(many: Path, q: str) -> None:
    engine = open_engine(many)
    whole = engine.search(SearchRequest(q=q, size=1_000))
    ids = [hit.id for hit in whole.hits]
    assert len(ids) == len(set(ids)) == whole.total > 150
    assert [hit["id"] for hit in engine.scan(SearchRequest(q=q), ranked=True)] == ids
    for size in (7, 10, 199):
        pages = [
            engine.search(SearchRequest(q=q, size=size, page=page)).hits for page in range(1, len(ids) // size + 2)
        ]
        assert [hit.id for page in pages for hit in page] == ids
    scores = [hit.score for hit in whole.hits]
    assert scores == sorted(scores, reverse=True)


def test_only_the_order_by_relevance_changes(many: Path) -> None:
    engine = open_engine(many)
    for sort in ("date", "-date"):
        days = [hit.date or "" for hit in engine.search(SearchRequest(q="流调", sort=sort, size=1_000)).hits]
        assert days == sorted(days, reverse=sort == "-date")


def test_a_paragraph_of_an_article_on_the_matter_comes_first(tmp_path: Path) -> None:
    documents = [
        make_document("on", ["天气晴。", "流调人员到场，开展工作。", "流调与溯源同时进行。", "流调结束。"]),
        make_document("off", ["食堂今日供应面条。", "流调人员到场，开展工作。", "面条很好吃。", "下午停电。"]),
    ]
    publish(tmp_path, [documents])
    engine = open_engine(tmp_path)
    same = [hit.doc for hit in engine.search(SearchRequest(q="流调 人员 到场")).hits]
    assert same == ["on", "off"], "the two paragraphs are the same; what they stand in is not"
    quoted = [hit.score for hit in engine.search(SearchRequest(q='"流调人员到场"')).hits]
    assert quoted[0] == quoted[1], "who quotes asks for the words alone"


def test_what_only_the_title_names_is_meant_in_the_article(tmp_path: Path) -> None:
    texts = ["居民凭身份证到场。", "采样在上午进行。"]
    documents = [
        make_document(name, [title, *texts], kinds=("heading",))
        for name, title in (("a", "徐州市采样安排"), ("b", "广州市采样安排"), ("c", "兰州市采样安排"))
    ]
    publish(tmp_path, [documents])
    engine = open_engine(tmp_path)
    found = engine.search(SearchRequest(q="广州 身份证", mode="any")).hits[0]
    assert (found.doc, found.text) == ("b", texts[0])
    lent = [
        term
        for term in engine.explain(SearchRequest(q="广州 身份证", mode="any"), found.id).terms
        if term.field == "lent"
    ]
    assert {term.term for term in lent} >= {"广州"} and all(term.contribution > 0 for term in lent)


def test_a_title_lends_to_its_article_unless_titles_are_sought(tmp_path: Path) -> None:
    documents = [
        make_document(
            "a",
            ["哈尔滨市核酸检测安排", "核酸检测点设在哈尔滨市各社区，居民凭身份证参加，采样时间为上午八点。"],
            kinds=("heading",),
        ),
        make_document("b", ["食堂菜单", "本周供应面条。"], kinds=("heading",)),
    ]
    publish(tmp_path, [documents])
    engine = open_engine(tmp_path)
    assert [hit.kind for hit in engine.search(SearchRequest(q="核酸检测")).hits] == ["body", "heading"]
    assert [hit.kind for hit in engine.search(SearchRequest(q='"核酸检测"')).hits] == ["heading", "body"]
    assert engine.search(SearchRequest(q="title:核酸检测")).hits[0].kind == "heading"
