"""Facets that are counted where they are asked for, against brute force: province, district, kind, format, folder; days of coming in; first sight."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juanzong.index import divisions
from juanzong.index.build import publishing, rebuild, update
from juanzong.search import Engine, SearchRequest, open_engine
from juanzong.search.request import FURTHER_FACETS

SAID = (
    "市公安局在这里设立热线，专班随叫随到，一天打出几百通电话，谁先听后问，谁就能把话说完整，这句话在两份报纸上都登过。"
)
FILES = {
    "2021/区报/道里.txt": "道里的夜班\n\n2021年11月3日\n\n哈尔滨市道里区安静街道的民警连夜流调。\n\n松北区也有流调队。\n",
    "2021/徐州.md": f"---\ntitle: 云龙湖\ndate: 2021-11-25\nsource: 彭城日报\n---\n徐州市云龙区的流调队出发。\n\n{SAID}\n\n图：流调队员在云龙湖边。 张三 摄\n",
    "2022/黑河.html": "<html><body><h1>边城来信</h1><p>2022年3月14日</p><p>黑河市公安局连夜流调。</p><table><tr><td>区</td><td>流调</td></tr><tr><td>爱辉区</td><td>3</td></tr></table></body></html>",
    "顶层.txt": f"没有城市的流调笔记\n\n{SAID}\n",
}


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("further")
    write(folder / "corpus", FILES)
    rebuild(folder / "index", [folder / "corpus"], jobs=1)
    yield open_engine(folder / "index")


def by_hand(engine: Engine) -> list[dict[str, set[str]]]:
    """For every shown paragraph its values, worked out from what the other interfaces tell."""
    rows = []
    for hit in engine.scan(SearchRequest("*")):
        document = engine.document(hit["doc"])
        paragraph = next(p for a in document.articles for p in a.paragraphs if p.id == hit["id"])
        folders = document.path.split("/")[:-1]
        named = (
            divisions.district_of(m["value"], m["surface"])
            for m in paragraph.mentions
            if m["facet"] == "city" and m["basis"] == "district"
        )
        rows.append(
            {
                "id": {hit["id"]},
                "city": set(hit["city"]),
                "province": {province for city in hit["city"] if (province := divisions.province_of(city))},
                "district": {name for name in named if name},
                "kind": {hit["kind"]},
                "format": {document.format},
                "path": {"/".join(folders[:depth]) for depth in range(1, len(folders) + 1)},
            }
        )
    return rows


CHOICES = {
    "province": ("黑龙江省", "江苏省", ""),
    "district": ("哈尔滨市道里区", "徐州市云龙区", ""),
    "kind": ("body", "heading", "table"),
    "format": ("markdown", "html"),
    "path": ("2021", "2021/区报", ""),
    "city": ("哈尔滨市", "徐州市", "黑河市", ""),
}
chosen = st.fixed_dictionaries(
    {},
    optional={
        name: st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True) for name, values in CHOICES.items()
    },
)


@given(chosen)
@settings(max_examples=60)
def test_filters_and_disjunctive_counts_equal_brute_force(engine: Engine, chosen: dict[str, list[str]]) -> None:
    rows = by_hand(engine)

    def passes(row: dict[str, set[str]], but: str = "") -> bool:
        return all(
            bool(row[name] & set(wanted)) or ("" in wanted and not row[name])
            for name, wanted in chosen.items()
            if name != but
        )

    request = SearchRequest("*", **chosen)  # type: ignore[arg-type]
    found = engine.search(replace(request, size=100), further=FURTHER_FACETS)
    assert {hit.id for hit in found.hits} == {next(iter(row["id"])) for row in rows if passes(row)}
    for name in ("city", *FURTHER_FACETS):
        counts = Counter(value for row in rows if passes(row, but=name) for value in row[name])
        assert {value.value: value.count for value in found.facets[name].values if value.count} == dict(counts), name
        assert found.facets[name].missing == sum(not row[name] for row in rows if passes(row, but=name))
        assert engine.values(request, name).missing == found.facets[name].missing


@pytest.mark.parametrize(
    ("q", "same"),
    [
        ("province:黑龙江 流调", {"province": "黑龙江省"}),
        ("省份:江苏 流调", {"province": "江苏省"}),
        ("district:道里 流调", {"district": "哈尔滨市道里区"}),
        ('区县:"徐州市云龙区" 流调', {"district": "徐州市云龙区"}),
        ("kind:表格 流调", {"kind": "table"}),
        ("类型:heading 流调", {"kind": "heading"}),
        ("format:html 流调", {"format": "html"}),
        ("path:2021/区报 流调", {"path": "2021/区报"}),
        ("文件夹:2021 流调", {"path": "2021"}),
        ("mentioned:2021-11 流调", {"mentioned": "2021-11"}),
        ('path:"" 流调', {"path": ""}),
    ],
)
def test_the_query_language_says_the_same(engine: Engine, q: str, same: dict[str, Any]) -> None:
    asked, filtered = engine.search(SearchRequest(q, size=100)), engine.search(SearchRequest("流调", size=100, **same))
    assert {hit.id for hit in asked.hits} == {hit.id for hit in filtered.hits} and asked.total == filtered.total
    assert not asked.query.relaxed


def test_kinds_and_formats_exist(engine: Engine) -> None:
    found = {name: {value.value for value in engine.values(SearchRequest("*"), name).values} for name in FURTHER_FACETS}
    assert {"黑龙江省", "江苏省"} == found["province"] and "哈尔滨市道里区" in found["district"]
    assert {"text", "markdown", "html"} == found["format"] and {"2021", "2021/区报", "2022"} == found["path"]


def test_of_those_that_say_the_same_the_first_stays(engine: Engine) -> None:
    said = SearchRequest(f'"{SAID[:20]}"', size=100)
    both, first = engine.search(said), engine.search(replace(said, first=True))
    assert (both.total, first.total, first.hits[0].date) == (2, 1, "2021-11-25")
    assert engine.search(SearchRequest("*", first=True)).total == engine.search(SearchRequest("*")).total - 1
    for q, same in (("first:yes", first), ("首见:是", first), ("-first:no", first)):
        asked = engine.search(replace(said, q=f"{said.q} {q}"))
        assert [hit.id for hit in asked.hits] == [hit.id for hit in same.hits] and not asked.query.relaxed
    later = engine.search(replace(said, q=f"{said.q} first:no"))
    assert {hit.id for hit in later.hits} == {hit.id for hit in both.hits} - {hit.id for hit in first.hits}
    for hit in both.hits:
        found = engine.explain(SearchRequest("first:yes"), hit.id)
        assert found.matches == (hit.id == first.hits[0].id)


# --- coming in ---


def test_the_day_of_coming_in_outlives_updates_and_rebuilds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    days = iter(
        (
            datetime.date(2026, 11, 1),
            datetime.date(2026, 11, 8),
            datetime.date(2026, 11, 20),
            datetime.date(2026, 11, 28),
        )
    )
    monkeypatch.setattr(publishing, "today", lambda: next(days))
    names = list(FILES)
    write(tmp_path / "corpus", {name: FILES[name] for name in names[:2]})
    rebuild(tmp_path / "index", [tmp_path / "corpus"], jobs=1)
    write(tmp_path / "corpus", {names[2]: FILES[names[2]]})
    update(tmp_path / "index", jobs=1)
    write(tmp_path / "corpus", {names[0]: FILES[names[0]] + "\n又添了一段流调。\n"})
    rebuild(tmp_path / "index", [tmp_path / "corpus"], jobs=1)
    write(tmp_path / "corpus", {names[3]: FILES[names[3]]})
    update(tmp_path / "index", jobs=1)
    engine = open_engine(tmp_path / "index")
    added = {hit.path: hit.added for hit in engine.search(SearchRequest("*", size=100)).hits}
    assert added == {names[0]: "2026-11-01", names[1]: "2026-11-01", names[2]: "2026-11-08", names[3]: "2026-11-28"}
    came = [hit.path for hit in engine.search(SearchRequest("*", sort="added", size=100)).hits]
    assert list(dict.fromkeys(came))[:2] == [names[3], names[2]]
    assert {hit.path for hit in engine.search(SearchRequest("*", added="2026-11-02..2026-11-27", size=100)).hits} == {
        names[2]
    }
    assert (
        engine.search(SearchRequest("added:2026-11-08..")).total
        == engine.search(SearchRequest("*", added="2026-11-08..")).total
        > 0
    )
    assert [hit["added"] for hit in engine.scan(SearchRequest("*", sort="added"), ranked=True)] == sorted(
        (added[path] or "" for path in came), reverse=True
    )
