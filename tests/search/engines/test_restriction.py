"""An engine that knows some collections alone answers as an index that holds no others."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from juanzong.index.build.editions import rebuild, update
from juanzong.index.errors import DamagedIndex, NotFound
from juanzong.index.store.collections import ROOT, collection_of
from juanzong.index.store.generations import VIEWS
from juanzong.search.engines import embedded, holdings
from juanzong.search.engines.embedded import EmbeddedEngine
from juanzong.search.execution.matching import match
from juanzong.search.execution.snapshot import Snapshot
from juanzong.search.request import FACET_FIELDS, SearchRequest
from juanzong.search.study.comparison import CompareRequest
from juanzong.search.study.trends import TrendRequest

COLLECTIONS = ("区报", "市报", "内参", ROOT)
CITIES = ("徐州市", "哈尔滨市", "黑河市", "广州市")
WORDS = ("流调", "专班", "消防", "演练", "电梯", "加装", "登记", "公告", "热线", "供暖", "检修", "巡查", "松北", "道里")
REPORT = "{city}{word}工作组昨日对全市{other}情况进行了集中检查，要求各单位在本月底以前完成{word}整改，并把{other}结果向社会公布。"
QUERIES = (
    "流调",
    "专班 消防",
    '"电梯加装"',
    "流* OR 供暖",
    "-消防 登记",
    "*",
    "电体",
    "xiaofang",
    "公",
    "巡查 不在这里",
)


def write(folder: Path, seed: int) -> list[Path]:
    """Documents in four collections. Some say the same as others, in the same collection and across."""
    chance = random.Random(seed)
    made = []
    reports = [
        REPORT.format(city=chance.choice(CITIES), word=chance.choice(WORDS), other=chance.choice(WORDS))
        for _ in range(4)
    ]
    for number in range(24):
        collection = chance.choice(COLLECTIONS)
        words = [chance.choice(WORDS) for _ in range(chance.randint(3, 9))]
        own = f"独{chr(0x4E00 + chance.randrange(3000))}{chr(0x4E00 + chance.randrange(3000))}"
        text = (
            f"---\ntitle: {words[0]}{words[1]}第{number}期\ndate: 2022-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}\n"
            f"source: {chance.choice(('晨报', '晚报', '简报'))}\n---\n{chance.choice(CITIES)}{''.join(words)}，{own}。\n\n"
            f"{chance.choice(reports)}{chance.choice(('', own))}\n\n{chance.choice(CITIES)}公安局{chance.choice(words)}。\n"
        )
        path = folder / ("" if collection == ROOT else collection) / f"第{number}篇.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        made.append(path)
    return made


def settled(answer: Any) -> Any:
    """An answer without what tells one generation from another."""
    if isinstance(answer, dict):
        return {
            name: settled(value)
            for name, value in answer.items()
            if name not in ("took_ms", "generation", "built_at", "sources", "seconds", "bytes", "added")
        }
    return [settled(value) for value in answer] if isinstance(answer, (list, tuple)) else answer


def said(ask: Callable[..., Any], *given: Any, **named: Any) -> Any:
    try:
        found = ask(*given, **named)
    except NotFound as error:
        return str(error)
    if isinstance(found, (list, Iterator)):
        return [settled(one if isinstance(one, dict) else one.to_dict()) for one in found]
    return settled(found.to_dict() if hasattr(found, "to_dict") else found)


def everything(engine: EmbeddedEngine, paragraphs: list[str], documents: list[str]) -> dict[str, Any]:
    """What an engine says, by every way of asking it."""
    found: dict[str, Any] = {
        "stats": said(engine.stats),
        "info": said(engine.info),
        "collections": engine.collections(),
    }
    for q in QUERIES:
        request = SearchRequest(q=q, size=40)
        for name, asked in (
            ("plain", request),
            ("any", replace(request, mode="any")),
            ("dated", replace(request, sort="-date")),
            ("first", replace(request, first=True)),
            ("text", replace(request, collapse="text")),
            ("filtered", replace(request, city=("徐州市",), path=("内参",))),
        ):
            found[f"search {name} {q}"] = said(engine.search, asked, further=FACET_FIELDS)
        found[f"scan {q}"] = said(engine.scan, request)
        found[f"ranked {q}"] = said(engine.scan, request, True)
        found[f"suggest {q}"] = [(one.text, one.kind, one.count) for one in engine.suggest(q, 50)]
        for name in FACET_FIELDS:
            found[f"values {name} {q}"] = [(v.value, v.count) for v in engine.values(request, name).values]
        found[f"trends {q}"] = said(engine.trends, TrendRequest(request, queries=(q,), by="city"))
        found[f"compare {q}"] = said(engine.compare, CompareRequest(request, "city", "徐州市", "哈尔滨市"))
        found[f"concordance {q}"] = said(engine.concordance, replace(request, view="kwic"))
        found[f"whole concordance {q}"] = said(engine.concordance_lines, replace(request, view="kwic"))
        for place, one in enumerate(paragraphs):
            if place % 5 == 0:
                found[f"explain {one} {q}"] = said(engine.explain, request, one)
                found[f"copies {one} {q}"] = said(engine.copies, request, one)
    for typed in ("流", "xf", "dian'ti", "独", "gong", "第"):
        found[f"suggest {typed}"] = [(one.text, one.kind, one.count) for one in engine.suggest(typed, 50)]
    for one in paragraphs:
        found[f"paragraph {one}"] = said(engine.paragraph, one)
    for one in documents:
        found[f"document {one}"] = said(engine.document, one, "流调")
    return found


def same(engine: EmbeddedEngine, lacking: EmbeddedEngine, whole: EmbeddedEngine) -> None:
    hits = list(whole.scan(SearchRequest(q="*", boilerplate=True)))
    asked = [hit["id"] for hit in hits], sorted({hit["doc"] for hit in hits})
    seen, alone = everything(engine, *asked), everything(lacking, *asked)
    assert [name for name in alone if seen[name] != alone[name]] == []
    assert seen == alone


@settings(max_examples=4, phases=(Phase.explicit, Phase.generate))
@given(st.integers(0, 1 << 30), st.sets(st.sampled_from(COLLECTIONS), min_size=1, max_size=3))
def test_a_restricted_engine_answers_as_an_index_that_lacks_the_rest(
    tmp_path_factory: pytest.TempPathFactory, seed: int, seen: set[str]
) -> None:
    folder = tmp_path_factory.mktemp("archive")
    corpus, part = folder / "whole", folder / "part"
    corpus.mkdir()
    part.mkdir()
    paths = write(corpus, seed)
    # an update leaves several segments, and documents that no longer count
    later = paths[-6:]
    drafts = {path: path.read_text("utf-8") for path in later}
    for path in later:
        path.write_text("原先的内容，后来不见了，流调。\n", "utf-8")
    rebuild(folder / "i", [corpus], jobs=1)
    for path, text in drafts.items():
        path.write_text(text, "utf-8")
    update(folder / "i", jobs=1)
    for path in paths:
        relative = path.relative_to(corpus)
        if collection_of(relative.as_posix()) in seen:
            (part / relative).parent.mkdir(parents=True, exist_ok=True)
            (part / relative).write_bytes(path.read_bytes())
    assume(any(part.iterdir()))
    rebuild(folder / "p", [part], jobs=1)
    whole = EmbeddedEngine(folder / "i")
    same(whole.restricted(seen), EmbeddedEngine(folder / "p"), whole)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept")
    (folder / "corpus").mkdir()
    write(folder / "corpus", 1)
    rebuild(folder / "i", [folder / "corpus"], jobs=1)
    return folder / "i"


def test_what_is_derived_is_made_once_and_goes_with_its_generation(index: Path) -> None:
    EmbeddedEngine(index).restricted({"区报"}).search(SearchRequest(q="流调"))
    [made] = index.glob(f"{VIEWS}/*-*")
    before = made.stat().st_ino
    EmbeddedEngine(index).restricted({"区报"}).search(SearchRequest(q="流调"))
    assert made.stat().st_ino == before
    for _ in range(2):
        rebuild(index, jobs=1)
    assert not made.exists()


def test_an_engine_follows_publications(index: Path) -> None:
    engine = EmbeddedEngine(index).restricted({"区报"})
    before = engine.info()["generation"]
    rebuild(index, jobs=1)
    engine.inspect()
    assert engine.info()["generation"] == before + 1
    assert {collection_of(hit.path) for hit in engine.search(SearchRequest(q="*", size=99)).hits} == {"区报"}


def test_the_generation_before_answers_while_the_newest_is_derived(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a server inspects its engines no reader waits; but damage, or files that are gone, are never a reason to answer from what is older."""
    engine = EmbeddedEngine(index).restricted({"区报"})
    asked = SearchRequest(q="流调")
    engine.inspect()
    before = engine.info()["generation"]
    rebuild(index, jobs=1)
    derived: list[int] = []
    within = Snapshot.within

    def counting(snapshot: Snapshot, *given: Any) -> Snapshot:
        derived.append(snapshot.generation.number)
        return within(snapshot, *given)

    monkeypatch.setattr(Snapshot, "within", counting)
    assert engine.search(asked).index["generation"] == before and not derived
    engine.inspect()
    assert engine.search(asked).index["generation"] == before + 1 and derived == [before + 1]
    rebuild(index, jobs=1)
    tries = iter([True])

    def damaged(*given: Any) -> Any:
        if next(tries, False):
            raise DamagedIndex("a block is wrong")
        return match(*given)

    monkeypatch.setattr(embedded, "match", damaged)
    assert engine.search(asked).index["generation"] == before + 2, "who met damage is told by the newest"
    assert "fallback" not in engine.info(), "which is not blamed for it"
    engine.inspect()
    rebuild(index, jobs=1)
    monkeypatch.setattr(holdings, "faults", lambda: 1)
    assert engine.search(asked).index["generation"] == before + 3
    # nobody inspects any more
    monkeypatch.setattr(holdings, "_PATIENCE", 0.0)
    engine.inspect()
    rebuild(index, jobs=1)
    assert engine.search(asked).index["generation"] == before + 4


def test_a_derived_file_that_is_damaged_is_made_anew(index: Path) -> None:
    asked = SearchRequest(q="流调", collapse="text")
    expected = settled(EmbeddedEngine(index).restricted({"市报"}).search(asked).to_dict())
    for path in index.glob(f"{VIEWS}/*-*/duplicates/*.bin"):
        path.write_bytes(path.read_bytes()[:-1])
    assert settled(EmbeddedEngine(index).restricted({"市报"}).search(asked).to_dict()) == expected


def test_an_index_that_may_only_be_read_is_seen_in_parts(
    index: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "no")

    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    rebuild(index, jobs=1)
    with monkeypatch.context() as patch:
        patch.setattr("juanzong.index.store.collections._locked", refused)
        engine = EmbeddedEngine(index).restricted({"内参"})
        assert engine.search(SearchRequest(q="*")).total
        assert list(tmp_path.iterdir())
    del engine
    assert not list(tmp_path.iterdir())
