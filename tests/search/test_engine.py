"""Documents, statistics, copies and generations through the engine."""

from __future__ import annotations

import datetime
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.errors import DamagedIndex, NoIndex, NotFound, UsageError
from juanzong.search import SearchRequest
from juanzong.search.engines.embedded import EmbeddedEngine
from tests.contract import await_publication, examples, folder_only, open_engine, publish
from tests.samples import in_groups, make_document
from tests.search.drawn import Spec, engine_for, specs


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
    await_publication()
    assert (engine.search(SearchRequest("流调")).total, engine.info()["generation"]) == (2, 2)
    publish(tmp_path, [[make_document("b", ["溯源"])]])
    await_publication()
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
