"""The engine against brute force: what is found, what is marked, what is counted, in which order."""

from __future__ import annotations

import datetime
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.errors import DamagedIndex, NoIndex, NotFound, UsageError
from juanzong.index.periods import days_of
from juanzong.index.records import Document
from juanzong.index.text.folding import fold, fold_spaced, fold_with_origins
from juanzong.search import SearchRequest
from juanzong.search.engine import Engine
from juanzong.search.engines.embedded import EmbeddedEngine
from tests.contract import examples, folder_only, open_engine, publish
from tests.samples import in_groups, make_document, mention

PIECES = (
    "流调",
    "溯源",
    "流調",
    "公安局",
    "广州",
    "惠州",
    "哈尔滨",
    "王百齐",
    "59",
    "1593",
    "59例",
    "gps",
    "iPhone 15 Pro",
    "GPS ",
    "２０２２年",
    "的",
    "。",
    " ",
    "《",
    "×",
    "㎡",
    "\u200b",
    "第67号公告",
)
CITIES = ("广州市", "惠州市", "哈尔滨市")
AGENCIES = ("广州市公安局", "哈尔滨海关")
SOURCES = (None, "人民日报", "羊城晚报")
DATES = (None, "2020", "2021-11", "2021-11-05", "2021-11-06", "2022-03-01")
texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=10).map("".join).filter(fold)


@dataclass(frozen=True)
class Spec:
    """A document of one article: paragraphs with the city that each mentions and its kind, and the facts of the article."""

    paragraphs: list[tuple[str, str, str]]
    city: str | None
    agency: str
    source: str | None
    date: str | None


specs = st.lists(
    st.builds(
        Spec,
        st.lists(
            st.tuples(
                texts, st.sampled_from(("", *CITIES)), st.sampled_from(("body", "body", "heading", "boilerplate"))
            ),
            min_size=1,
            max_size=4,
        ),
        st.sampled_from((None, *CITIES)),
        st.sampled_from(("", *AGENCIES)),
        st.sampled_from(SOURCES),
        st.sampled_from(DATES),
    ),
    min_size=1,
    max_size=6,
)


@dataclass(frozen=True)
class Row:
    """A paragraph as brute force sees it."""

    id: str
    text: str
    kind: str
    city: set[str]
    agency: set[str]
    source: set[str]
    date: str | None
    document: str

    @property
    def day(self) -> int:
        return days_of(self.date)[0]

    def values(self, facet: str) -> set[str]:
        return getattr(self, facet)  # type: ignore[no-any-return]


def corpus(made: list[Spec]) -> tuple[list[Document], list[Row]]:
    documents, rows = [], []
    for number, spec in enumerate(made):
        document = make_document(
            f"d{number}",
            [text + city for text, city, _ in spec.paragraphs],
            city=spec.city,
            agencies=[spec.agency] if spec.agency else [],
            source=spec.source,
            date=spec.date,
            kinds=[kind for _, _, kind in spec.paragraphs],
            mentions={
                i: [mention("city", city, text + city)] for i, (text, city, _) in enumerate(spec.paragraphs) if city
            },
        )
        documents.append(document)
        for (_, paragraph), (_, city, kind) in zip(document.paragraphs(), spec.paragraphs, strict=True):
            plain = kind != "boilerplate"
            rows.append(
                Row(
                    paragraph.id,
                    paragraph.text,
                    kind,
                    {city for city in (city if plain else "", spec.city) if city},
                    {spec.agency} if spec.agency and plain else set(),
                    {spec.source} if spec.source else set(),
                    spec.date,
                    document.id,
                )
            )
    return documents, rows


@contextmanager
def engine_for(
    made: list[Spec], segments: int = 1, deleted: frozenset[str] = frozenset()
) -> Iterator[tuple[Engine, list[Row]]]:
    documents, rows = corpus(made)
    with tempfile.TemporaryDirectory() as folder:
        publish(Path(folder), in_groups(documents, segments), deleted)
        yield open_engine(folder), [row for row in rows if row.document not in deleted]


def everything(engine: Engine, request: SearchRequest) -> list[dict[str, Any]]:
    return list(engine.scan(replace(request, boilerplate=True)))


def stands(query: str, text: str) -> bool:
    """The rule for an unquoted word: letters and digits stand as a whole word, other characters in a row."""
    if re.fullmatch("[0-9a-z]+", query):
        return query in re.findall("[0-9a-z]+", fold_spaced(text))
    return fold(query) in fold(text)


# --- promise 1: what stands in a paragraph is found ---


@given(specs, st.integers(1, 3), st.frozensets(st.sampled_from(("d0", "d2"))), st.data())
@examples(40)
def test_any_quoted_part_of_a_text_is_found_and_nothing_else(
    made: list[Spec], segments: int, deleted: frozenset[str], data: st.DataObject
) -> None:
    with engine_for(made, segments, deleted) as (engine, rows):
        sources = [row.text for row in rows] or ["流调"]
        for _ in range(8):
            text = data.draw(st.sampled_from(sources))
            begin = data.draw(st.integers(0, len(text) - 1))
            part = text[begin : data.draw(st.integers(begin + 1, min(len(text), begin + 6)))]
            if not fold(part):
                continue
            part = data.draw(st.sampled_from((part, fold(part), part.upper(), part.replace("流调", "流調"))))
            found = everything(engine, SearchRequest(f'"{part}"'))
            assert {hit["id"] for hit in found} == {row.id for row in rows if fold(part) in fold(row.text)}, part
            assert [hit["id"] for hit in everything(engine, SearchRequest(part.strip(), mode="exact"))] == [
                hit["id"] for hit in found
            ], part


@given(specs, st.sampled_from(("流调", "59", "gps", "15", "1593", "州", "的", "没有")))
@examples(30)
def test_words_match_as_the_rule_says(made: list[Spec], word: str) -> None:
    with engine_for(made) as (engine, rows):
        found = engine.search(SearchRequest(word, size=100, boilerplate=True))
        assert {hit.id for hit in found.hits} == {row.id for row in rows if stands(word, row.text)}


def texts_found(engine: Engine, q: str, **options: Any) -> set[str]:
    return {hit["text"] for hit in engine.scan(SearchRequest(q, **options))}


@pytest.fixture
def engine_of(tmp_path: Path) -> Any:
    """An engine over paragraphs, a document each, in two segments."""

    def build(*texts: str) -> Engine:
        publish(
            tmp_path / "index",
            in_groups([make_document(f"d{n}", [text]) for n, text in enumerate(texts)], min(2, len(texts))),
        )
        return open_engine(tmp_path / "index")

    return build


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("王百齐", {"记者王百齐报道"}),
        ("尔滨", {"哈尔滨市卫健委"}),
        ("网清", {"全网清零"}),
        ("第9号", {"第９号公告"}),
        ('"２０２２年"', {"2022年1月"}),
        ("广州", {"广州"}),
        ("惠州", {"惠州"}),
        ("7×24小时", {"服务热线7x24小时"}),
        ("衛健委", {"哈尔滨市卫健委"}),
        ("齐", {"记者王百齐报道"}),
        ("9", {"第９号公告"}),
    ],
)
def test_findability(engine_of: Any, q: str, found: set[str]) -> None:
    engine = engine_of(
        "记者王百齐报道", "哈尔滨市卫健委", "全网清零", "第９号公告", "2022年1月", "广州", "惠州", "服务热线7x24小时"
    )
    assert texts_found(engine, q) == found


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("59", {"新增59例", "59 1593"}),
        ("1593", {"累计1593例", "59 1593"}),
        ("59例", {"新增59例"}),
        ('"59"', {"新增59例", "累计1593例", "59 1593", "a59b"}),
        ("15 Pro", {"iPhone 15 Pro 发布", "Pro 15"}),
        ('"15 Pro"', {"iPhone 15 Pro 发布", "15Pro"}),
        ("pro*", {"iPhone 15 Pro 发布", "Pro 15", "promise"}),
        ("15pro", {"iPhone 15 Pro 发布", "15Pro"}),
    ],
)
def test_letters_and_digits_match_whole_words_unless_quoted(engine_of: Any, q: str, found: set[str]) -> None:
    engine = engine_of("新增59例", "累计1593例", "59 1593", "a59b", "iPhone 15 Pro 发布", "15Pro", "Pro 15", "promise")
    assert texts_found(engine, q) == found


def test_exclusions_alternatives_titles_and_filters_in_the_query(tmp_path: Path) -> None:
    publish(
        tmp_path,
        [
            [
                make_document(
                    "a", ["流调报告", "流调与溯源", "溯源"], kinds=["heading"], city="广州市", date="2021-11-05"
                ),
                make_document("b", ["流调"]),
            ]
        ],
    )
    engine = open_engine(tmp_path)
    assert texts_found(engine, "流调 -溯源") == {"流调报告", "流调"}
    assert texts_found(engine, "报告 OR 溯源") == {"流调报告", "流调与溯源", "溯源"}
    assert texts_found(engine, "title:报告") == {"流调报告", "流调与溯源", "溯源"}
    assert texts_found(engine, "流调 city:广州") == {"流调报告", "流调与溯源"}
    assert texts_found(engine, '流调 city:""') == {"流调"}
    assert texts_found(engine, "流调 date:2021-11..2021-12") == {"流调报告", "流调与溯源"}
    assert len(texts_found(engine, "*")) == len(texts_found(engine, "")) == 4


# --- promise 2: marks ---


@given(specs, st.data())
@examples(30)
def test_marks_cover_every_occurrence_and_nothing_else(made: list[Spec], data: st.DataObject) -> None:
    with engine_for(made) as (engine, rows):
        text = data.draw(st.sampled_from([row.text for row in rows]))
        begin = data.draw(st.integers(0, len(text) - 1))
        part = fold(text[begin : begin + data.draw(st.integers(1, 4))])
        for hit in everything(engine, SearchRequest(f'"{part}"')) if part else ():
            folded, origins = fold_with_origins(hit["text"])
            covered = {
                int(origins[place + i])
                for place in range(len(folded))
                if folded.startswith(part, place)
                for i in range(len(part))
            }
            marked = {place for start, end in hit["marks"] for place in range(start, end)}
            assert covered <= marked
            # what lies between two characters of a match and folds to nothing is marked with it
            assert all(not fold(hit["text"][place]) for place in marked - covered)
            assert hit["marks"] == sorted(hit["marks"])


def test_marks_go_through_folding(engine_of: Any) -> None:
    engine = engine_of("熱線：１２３４５，7✕24小時")
    [hit] = engine.search(SearchRequest("热线 12345 7x24")).hits
    assert [hit.text[a:b] for a, b in hit.marks] == ["熱線", "１２３４５", "7✕24"]


# --- promise 3: counts ---


def in_filter(row: Row, facet: str, wanted: tuple[str, ...]) -> bool:
    own = row.values(facet)
    return not wanted or bool(own & set(wanted)) or ("" in wanted and not own)


def in_dates(row: Row, request: SearchRequest) -> bool:
    first, last = request.date_bounds()
    begin, end = days_of(row.date)
    return (first is None and last is None) or (
        begin > 0 and (last is None or begin <= last) and (first is None or end >= first)
    )


def expected_rows(rows: list[Row], request: SearchRequest, without: str = "") -> list[Row]:
    matching = [
        row
        for row in rows
        if (request.boilerplate or row.kind != "boilerplate") and (request.q == "*" or stands(request.q, row.text))
    ]
    for facet in ("city", "agency", "source"):
        if facet != without:
            matching = [row for row in matching if in_filter(row, facet, tuple(getattr(request, facet)))]
    return matching if without == "date" else [row for row in matching if in_dates(row, request)]


requests = st.builds(
    SearchRequest,
    st.sampled_from(("*", "流调", "州", "59", "的")),
    city=st.lists(st.sampled_from(("", *CITIES, "无锡市")), max_size=2),
    agency=st.lists(st.sampled_from(("", *AGENCIES)), max_size=2),
    source=st.lists(st.sampled_from(("", "人民日报", "羊城晚报")), max_size=2),
    date_from=st.sampled_from((None, None, "2020", "2021-11", "2021-11-06")),
    date_to=st.sampled_from((None, None, "2021-11-06", "2022")),
    sort=st.sampled_from(("relevance", "date", "-date")),
    boilerplate=st.booleans(),
    size=st.sampled_from((1, 2, 3, 100)),
)


@given(
    specs, st.integers(1, 3), st.frozensets(st.sampled_from(("d0", "d1"))), st.lists(requests, min_size=4, max_size=4)
)
@examples(40)
def test_totals_and_disjunctive_facets_equal_brute_force(
    made: list[Spec], segments: int, deleted: frozenset[str], asked: list[SearchRequest]
) -> None:
    with engine_for(made, segments, deleted) as (engine, rows):
        for request in asked:
            result = engine.search(request)
            if result.query.relaxed or not any(stands(request.q, row.text) for row in rows) and request.q != "*":
                assert not [row for row in rows if request.q == "*" or stands(request.q, row.text)]
                continue
            matching = expected_rows(rows, request)
            assert result.total == len(matching)
            assert result.articles == len({row.document for row in matching})
            for facet in ("city", "agency", "source"):
                others = expected_rows(rows, request, without=facet)
                shown = {
                    value.value: value.count
                    for value in result.facets[facet].values
                    if value.count or not value.selected
                }
                assert shown == Counter(value for row in others for value in row.values(facet)), facet
                assert result.facets[facet].missing == sum(not row.values(facet) for row in others)
                chosen = set(getattr(request, facet))
                assert {value.value for value in result.facets[facet].values if value.selected} == chosen - {""}
                assert result.facets[facet].missing_selected == ("" in chosen)
                assert engine.values(request, facet).values == result.facets[facet].values
            dated = expected_rows(rows, request, without="date")
            months = {value.value: value.count for value in result.facets["date"].values}
            assert months == Counter(row.date[:7] for row in dated if row.date)
            assert result.facets["date"].missing == sum(row.date is None for row in dated)


# --- order and paging ---


@given(specs, st.integers(1, 3), requests)
@examples(25)
def test_pages_follow_each_other_without_gap_or_repeat_in_one_order(
    made: list[Spec], segments: int, request: SearchRequest
) -> None:
    with engine_for(made, segments) as (engine, rows):
        everything_at_once = engine.search(replace(request, size=1000))
        whole = [hit.id for hit in everything_at_once.hits]
        assert len(whole) == len(set(whole)) == everything_at_once.total
        paged = [hit.id for page in range(1, len(whole) + 2) for hit in engine.search(replace(request, page=page)).hits]
        assert paged == whole
        row_of = {row.id: row for row in rows}
        found = [(hit.score, row_of[hit.id].day, hit.id) for hit in everything_at_once.hits]
        if request.sort == "date":
            assert found == sorted(found, key=lambda f: (f[1] == 0, f[1], f[2]))
        elif request.sort == "-date":
            assert found == sorted(found, key=lambda f: (-f[1], f[2]))
        else:
            assert found == sorted(found, key=lambda f: (-f[0], -f[1], f[2]))
        scanned = [hit["id"] for hit in engine.scan(request)]
        assert scanned == sorted(whole)
        assert [hit["id"] for hit in engine.scan(request, ranked=True)] == whole


def test_the_number_of_segments_does_not_show(tmp_path: Path) -> None:
    documents = [
        make_document(f"d{n}", [f"流调 {'溯源' * (n % 3)} 第{n}号", "流调流调"], date=f"2021-11-{n + 1:02}")
        for n in range(7)
    ]
    answers = []
    for segments in (1, 3):
        publish(tmp_path / str(segments), in_groups(documents, segments))
        result = open_engine(tmp_path / str(segments)).search(SearchRequest("流调 溯源", mode="any", size=5))
        answers.append([(hit.id, pytest.approx(hit.score, rel=1e-5)) for hit in result.hits])
    assert answers[0] == answers[1]


@given(specs, st.integers(1, 3), st.frozensets(st.sampled_from(("d0", "d1", "d2"))), requests)
@examples(20)
def test_what_was_deleted_does_not_show_even_in_scores(
    made: list[Spec], segments: int, deleted: frozenset[str], request: SearchRequest
) -> None:
    request = replace(request, size=1000)
    documents, _ = corpus(made)
    kept = [document for document in documents if document.id not in deleted]
    if not kept:
        return
    with engine_for(made, segments, deleted) as (engine, _), tempfile.TemporaryDirectory() as folder:
        publish(Path(folder), [kept])
        result, fresh = engine.search(request).to_dict(), open_engine(folder).search(request).to_dict()
    assert [hit.pop("score") for hit in result["hits"]] == pytest.approx(
        [hit.pop("score") for hit in fresh["hits"]], abs=2e-4
    )
    for name in ("query", "total", "articles", "hits", "facets"):
        assert result[name] == fresh[name]


def test_ties_break_by_date_and_then_by_id(tmp_path: Path) -> None:
    publish(
        tmp_path,
        in_groups(
            [
                make_document(name, ["流调溯源"], date=date)
                for name, date in (("a", "2021-01-01"), ("b", None), ("c", "2022-01-01"), ("d", "2021-01-01"))
            ],
            2,
        ),
    )
    hits = open_engine(tmp_path).search(SearchRequest("流调")).hits
    assert [hit.date for hit in hits] == ["2022-01-01", "2021-01-01", "2021-01-01", None]
    assert hits[1].id < hits[2].id


def test_a_page_past_the_end_is_empty_and_keeps_the_total(engine_of: Any) -> None:
    result = engine_of("流调", "流调").search(SearchRequest("流调", page=10**9))
    assert (result.total, result.hits, result.to_dict()["next_url"]) == (2, [], None)


# --- modes ---


def test_all_words_are_relaxed_to_any_where_nothing_has_them_all(engine_of: Any) -> None:
    engine = engine_of("流调报告", "溯源报告", "别的")
    strict = engine.search(SearchRequest("流调 报告"))
    assert (strict.total, strict.query.relaxed) == (1, False)
    loose = engine.search(SearchRequest("流调 溯源 月球"))
    assert (loose.total, loose.query.relaxed, loose.query.unmatched) == (2, True, ("月球",))
    assert engine.search(SearchRequest("流调 溯源", mode="any")).total == 2
    assert engine.search(SearchRequest("流调 报告", mode="exact")).total == 1
    nothing = engine.search(SearchRequest("火星 月球"))
    assert (nothing.total, nothing.query.relaxed, nothing.query.unmatched) == (0, False, ("火星", "月球"))


def test_filters_do_not_relax_a_query(tmp_path: Path) -> None:
    publish(tmp_path, [[make_document("a", ["流调溯源"], city="广州市"), make_document("b", ["流调"], city="惠州市")]])
    result = open_engine(tmp_path).search(SearchRequest("流调 溯源", city=["惠州市"]))
    assert (result.total, result.query.relaxed) == (0, False)
    assert [(value.value, value.count) for value in result.facets["city"].values] == [("广州市", 1), ("惠州市", 0)]


def test_boilerplate_is_left_out_and_counted(tmp_path: Path) -> None:
    publish(tmp_path, [[make_document("a", ["版权声明 流调"], kinds=["boilerplate"])]])
    engine = open_engine(tmp_path)
    hidden = engine.search(SearchRequest("流调"))
    assert (hidden.total, hidden.elsewhere, hidden.query.relaxed) == (0, {"boilerplate": 1}, False)
    assert engine.search(SearchRequest("流调", boilerplate=True)).total == 1
    assert list(engine.scan(SearchRequest("流调"))) == []


@pytest.mark.parametrize(
    "q",
    [
        "",
        " ",
        "，。",
        '"',
        '"流调',
        "((((",
        "-",
        "OR",
        "NOT",
        "\x00",
        "\ud800",
        "title:",
        "date:昨天",
        "*" * 50,
        "<script>",
        "\u202e流调",
    ],
)
def test_no_query_is_an_error(engine_of: Any, q: str) -> None:
    result = engine_of("流调").search(SearchRequest(q))
    assert result.to_dict()["ok"] is True


@pytest.mark.parametrize(
    ("request_", "word"),
    [
        (SearchRequest("a", date_from="昨天"), "from"),
        (SearchRequest("a", date_to="2021-13"), "to"),
        (SearchRequest("a", mode="some"), "mode"),
        (SearchRequest("a", sort="size"), "sort"),
        (SearchRequest("a", page=0), "page"),
        (SearchRequest("a", size=0), "size"),
        (SearchRequest("流" * 10_000), "query"),
        (SearchRequest("a", date_from="2022", date_to="2021"), "from"),
        (SearchRequest("a", collapse="all"), "collapse"),
    ],
)
def test_bad_parameters_get_a_sentence(engine_of: Any, request_: SearchRequest, word: str) -> None:
    engine = engine_of("流调")
    with pytest.raises(UsageError, match=word):
        engine.search(request_)
    with pytest.raises(UsageError, match=word):
        engine.scan(request_)


# --- documents, statistics, generations ---


def test_document_view_has_everything_in_order_and_marks(tmp_path: Path) -> None:
    publish(
        tmp_path,
        [
            [
                make_document(
                    "a",
                    ["流调报告", "关于流调", "完"],
                    kinds=["heading"],
                    city="广州市",
                    source="人民日报",
                    date="2021-11-05",
                )
            ]
        ],
    )
    view = open_engine(tmp_path).document("a", "流调")
    [article] = view.articles
    assert (article.title, article.city, article.source, article.date) == (
        "流调报告",
        "广州市",
        "人民日报",
        "2021-11-05",
    )
    assert [(p.seq, p.kind, p.text, p.marks) for p in article.paragraphs] == [
        (0, "heading", "流调报告", [(0, 2)]),
        (1, "body", "关于流调", [(2, 4)]),
        (2, "body", "完", []),
    ]
    assert view.hits == 2


def test_unknown_and_deleted_documents_are_not_found(tmp_path: Path) -> None:
    publish(tmp_path, [[make_document("a", ["流调"]), make_document("b", ["溯源"])]], deleted=["a"])
    engine = open_engine(tmp_path)
    assert engine.document("b").id == "b"
    for name in ("a", "c", "../etc/passwd", "\ud800"):
        with pytest.raises(NotFound):
            engine.document(name)


@given(specs, st.integers(1, 2))
@examples(20)
def test_stats_count_what_is_shown(made: list[Spec], segments: int) -> None:
    with engine_for(made, segments) as (engine, rows):
        stats = engine.stats()
        shown = [row for row in rows if row.kind != "boilerplate"]
        assert stats["documents"] == len(made)
        assert stats["paragraphs"] == len(rows)
        assert {entry["value"]: entry["count"] for entry in stats["facets"]["city"]} == Counter(
            city for row in shown for city in row.city
        )
        assert {entry["value"]: entry["count"] for entry in stats["facets"]["year"]} == Counter(
            row.date[:4] for row in shown if row.date
        )
        assert stats["undated"] == sum(row.date is None for row in shown)


def test_all_values_of_a_facet_beyond_those_that_an_answer_shows(tmp_path: Path) -> None:
    names = [f"第{n:03}号报" for n in range(130)]
    publish(tmp_path, [[make_document(name, ["流调"] * (1 + (name == names[7])), source=name) for name in names]])
    engine = open_engine(tmp_path)
    facet = engine.values(SearchRequest("流调", source=(names[3],)), "source")
    assert [(value.value, value.count) for value in facet.values] == [
        (names[7], 2),
        *((name, 1) for name in names if name != names[7]),
    ]
    assert [value.value for value in facet.values if value.selected] == [names[3]]
    shown = engine.search(SearchRequest("流调")).facets["source"]
    assert (len(shown.values), shown.distinct) == (100, 130)
    with pytest.raises(UsageError, match="city, agency, source"):
        engine.values(SearchRequest("流调"), "date")


def test_a_paragraph_by_its_id(engine_of: Any) -> None:
    engine = engine_of("流调", "溯源")
    [hit] = engine.search(SearchRequest("溯源")).hits
    assert (engine.paragraph(hit.id).text, engine.paragraph(hit.id).marks) == ("溯源", [])
    for unknown in ("0" * 16, "no id", ""):
        with pytest.raises(NotFound):
            engine.paragraph(unknown)


def test_collapsing_shows_one_hit_of_an_article(tmp_path: Path) -> None:
    publish(tmp_path, in_groups([make_document("a", ["流调一", "流调二"]), make_document("b", ["流调三"])], 2))
    result = open_engine(tmp_path).search(SearchRequest("流调", collapse="article"))
    assert (result.total, {hit.doc: hit.articles_other for hit in result.hits}) == (3, {"a": 1, "b": 0})
    assert len(result.hits) == 2


def test_reprints_collapse_across_segments(tmp_path: Path) -> None:
    text = "哈尔滨市卫生健康委员会昨日通报，全市新增本土确诊病例三例，均在隔离点发现，流调溯源、社区排查和环境消毒正在进行，市民请勿聚集并配合核酸检测。"
    publish(
        tmp_path,
        in_groups(
            [make_document("a", [text]), make_document("b", [text + "（完）"]), make_document("c", ["流调别的"])], 3
        ),
    )
    result = open_engine(tmp_path).search(SearchRequest("流调", collapse="text"))
    assert (result.total, len(result.hits), result.entries) == (3, 2, 2)
    assert [hit["id"] for hit in open_engine(tmp_path).scan(SearchRequest("流调", collapse="text"), ranked=True)] == [
        hit.id for hit in result.hits
    ]
    assert sorted(hit.duplicates for hit in result.hits) == [0, 1]


def test_copies_of_a_paragraph_among_what_a_search_finds(tmp_path: Path) -> None:
    text = "哈尔滨市卫生健康委员会昨日通报，全市新增本土确诊病例三例，均在隔离点发现，流调溯源、社区排查和环境消毒正在进行，市民请勿聚集并配合核酸检测。"
    publish(
        tmp_path,
        in_groups(
            [
                make_document("a", [text], date="2021-11-06", source="甲报"),
                make_document("b", [text + "（完）"], date="2021-11-05", source="乙报"),
                make_document("c", ["流调别的"]),
            ],
            3,
        ),
    )
    engine = open_engine(tmp_path)
    ids = {hit.doc: hit.id for hit in engine.search(SearchRequest("流调", size=9)).hits}
    copies = engine.copies(SearchRequest("流调"), ids["a"])
    assert [(hit.doc, [hit.text[a:b] for a, b in hit.marks]) for hit in copies] == [("b", ["流调"]), ("a", ["流调"])]
    assert [hit.doc for hit in engine.copies(SearchRequest("流调", source="甲报"), ids["b"])] == ["b", "a"]
    assert [hit.doc for hit in engine.copies(SearchRequest("流调", source="甲报"), ids["a"])] == ["a"]
    assert [hit.doc for hit in engine.copies(SearchRequest("流调"), ids["c"])] == ["c"]
    with pytest.raises(NotFound):
        engine.copies(SearchRequest("流调"), "0" * 16)


def test_the_engine_moves_to_a_new_generation_and_keeps_the_old_while_none_is_whole(tmp_path: Path) -> None:
    with pytest.raises(NoIndex):
        open_engine(tmp_path)
    publish(tmp_path, [[make_document("a", ["流调"])]])
    engine = open_engine(tmp_path)
    assert (engine.search(SearchRequest("流调")).total, engine.info()["generation"]) == (1, 1)
    publish(tmp_path, [[make_document("a", ["流调", "流调"])]])
    assert (engine.search(SearchRequest("流调")).total, engine.info()["generation"]) == (2, 2)
    publish(tmp_path, [[make_document("b", ["溯源"])]])
    assert [hit["doc"] for hit in engine.scan(SearchRequest("*"))] == ["b"]
    assert "fallback" not in engine.info()


@folder_only
def test_an_index_of_other_dictionaries_is_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path, [[make_document("a", ["流调"])]])
    assert EmbeddedEngine(tmp_path).info()["stale"] is False
    monkeypatch.setattr("juanzong.index.store.fingerprint.READING", 0)
    assert EmbeddedEngine(tmp_path).info()["stale"] is True


def test_threads_share_one_engine(engine_of: Any) -> None:
    from concurrent.futures import ThreadPoolExecutor

    engine = engine_of(*(f"流调 {n} 溯源" for n in range(50)))
    queries = ["流调", '"溯源"', "1", "流调 -2", "*"]
    alone = {q: [hit["id"] for hit in engine.scan(SearchRequest(q))] for q in queries}
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda q: (q, [hit["id"] for hit in engine.scan(SearchRequest(q))]), queries * 20))
    assert all(found == alone[q] for q, found in together)


def test_histogram_days_add_up(tmp_path: Path) -> None:
    days = [datetime.date(2021, 11, 3).isoformat(), "2021-11-05", "2021-11-05"]
    publish(tmp_path, [[make_document(f"d{n}", ["流调"], date=day) for n, day in enumerate(days)]])
    result = open_engine(tmp_path).search(SearchRequest("流调", date_from="2021-11", date_to="2021-11"))
    assert len(result.histogram) == 30
    assert {label: count for label, count, _ in result.histogram if count} == {"2021-11-03": 1, "2021-11-05": 2}


@folder_only
def test_an_open_engine_goes_on_answering_when_no_generation_on_disk_is_whole(tmp_path: Path) -> None:
    publish(tmp_path, [[make_document("a", ["流调"])]])
    engine = open_engine(tmp_path)
    assert engine.search(SearchRequest("流调")).total == 1
    publish(tmp_path, [[make_document("b", ["溯源"])]])
    for number in "12":
        (tmp_path / "generations" / number / "s0" / "words.docs.bin").unlink()
    result = engine.search(SearchRequest("流调"))
    assert result.total == 1
    assert "s0/words.docs.bin" in result.index["fallback"]
    publish(tmp_path, [[make_document("b", ["溯源"])]])
    assert "fallback" not in engine.search(SearchRequest("流调")).index


@folder_only
def test_a_damaged_newest_generation_answers_with_the_one_before(tmp_path: Path) -> None:
    publish(tmp_path, [[make_document("a", ["流调"])]])
    publish(tmp_path, [[make_document("a", ["溯源"])]])
    (tmp_path / "generations" / "2" / "s0" / "words.docs.bin").unlink()
    engine = open_engine(tmp_path)
    assert engine.search(SearchRequest("流调")).total == 1
    assert "s0/words.docs.bin" in engine.info()["fallback"]
    (tmp_path / "generations" / "1" / "s0" / "text.bytes.bin").unlink()
    with pytest.raises(DamagedIndex, match=r"words\.docs\.bin"):
        open_engine(tmp_path)
