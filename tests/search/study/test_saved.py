"""Saved searches: what is written is read, what is broken is told with its line, and news is what came in."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from juanzong.index.build import publishing, rebuild, update
from juanzong.index.errors import UsageError
from juanzong.search import SearchRequest, open_engine
from juanzong.search.study.saved import NAME, SavedSearch, news, read_saved, save
from juanzong.web.app import create_app
from juanzong.web.cli import commands
from tests.trees import page, select, texts


def test_what_is_saved_is_read(tmp_path: Path) -> None:
    asked = SearchRequest('"加装 电梯" -消防', city=("徐州市", ""), date_from="2021", mode="all", boilerplate=True)
    save(tmp_path, "徐州: 电梯 #1", asked)
    save(tmp_path, "全部", SearchRequest("*", added="2026-11.."))
    held = read_saved(tmp_path)
    assert (
        held.searches
        == (SavedSearch("徐州: 电梯 #1", asked), SavedSearch("全部", SearchRequest("*", added="2026-11..")))
        and not held.problems
    )
    with pytest.raises(UsageError, match="全部"):
        save(tmp_path, "全部", SearchRequest("电梯"))


@pytest.mark.parametrize(
    ("text", "line", "left"),
    [
        ("- name: 好\n  q: 电梯\n- name: 坏\n  colour: red\n", 3, 1),
        ("- name: 好\n  q: 电梯\n- q: 没有名字\n", 3, 1),
        ("- name: 好\n  q: 电梯\n- 只是字\n", 3, 1),
        ("- name: 好\n  q: 电梯\n- name: 坏\n  from: 2021-13\n", 3, 1),
        ("- name: 好\n  q: 电梯\n- name: 好\n  q: 又一个\n", 3, 1),
        ("- name: 好\n  q: {a: b}\n", 1, 0),
        ("name: 好\nq: 电梯\n", 1, 0),
        ("- name: 好\n  q: [电梯\n", 2, 0),
        ("- name: 好\n  q: 电梯\n- name: [坏\n  q: 楼\n- name: 又一个\n  q: 消防\n", 4, 2),
        ("# 一\n- name: 坏\n\tq: 电梯\n- name: 好\n  q: 消防\n", 3, 1),
        ("- !!python/object:os.system {}\n", 1, 0),
    ],
)
def test_what_is_broken_is_told_with_its_line_and_stops_nothing(
    tmp_path: Path, text: str, line: int, left: int
) -> None:
    (tmp_path / NAME).write_text(text, encoding="utf-8")
    held = read_saved(tmp_path)
    assert len(held.searches) == left and len(held.problems) == 1 and f"line {line}:" in held.problems[0]
    with pytest.raises(UsageError, match=NAME):
        save(tmp_path, "新", SearchRequest("电梯"))


def test_no_file_and_an_empty_file_are_no_searches(tmp_path: Path) -> None:
    assert read_saved(tmp_path).searches == () == read_saved(tmp_path).problems
    (tmp_path / NAME).write_bytes(b"\xff\xfe\x00")
    assert read_saved(tmp_path).problems
    (tmp_path / NAME).write_text("", encoding="utf-8")
    assert read_saved(tmp_path).searches == () == read_saved(tmp_path).problems


def test_news_is_what_came_in_and_not_what_was_there_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    today = datetime.datetime.now(datetime.timezone.utc).date()
    days = iter([today - datetime.timedelta(days=1), today])
    monkeypatch.setattr(publishing, "today", lambda: next(days))
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    (corpus / "旧.txt").write_text("徐州的电梯\n\n徐州市泉山区的老楼加装电梯。\n", encoding="utf-8")
    rebuild(index, [corpus], jobs=1)
    save(index, "电梯", SearchRequest("加装电梯"))
    save(index, "消防", SearchRequest("消防"))
    assert [
        entry.fresh
        for entry in news(open_engine(index), read_saved(index).searches, today - datetime.timedelta(days=7))
    ] == [0, 0]
    (corpus / "新.txt").write_text("又一部电梯\n\n徐州市云龙区又加装电梯一部。\n", encoding="utf-8")
    update(index, jobs=1)
    engine = open_engine(index)
    found = list(news(engine, read_saved(index).searches, today - datetime.timedelta(days=7)))
    assert [(entry.total, entry.fresh) for entry in found] == [(2, 1), (0, 0)] and found[0].hits[0].path == "新.txt"
    assert engine.search(SearchRequest("加装电梯", fresh=True)).total == 1
    told = CliRunner().invoke(commands, ["--index", str(index), "news", "--format", "json"])
    assert told.exit_code == 0 and [entry["new"] for entry in json.loads(told.stdout)["searches"]] == [1, 0]
    written = CliRunner().invoke(commands, ["--index", str(index), "news", "--output", str(tmp_path / "mail.md")])
    assert written.exit_code == 0 and "又加装电梯一部" in (tmp_path / "mail.md").read_text("utf-8")
    assert isinstance(
        CliRunner().invoke(commands, ["--index", str(index), "news", "--since", "gestern"]).exception, UsageError
    )
    client = create_app(index).test_client()
    tree = page(client, "/")
    assert texts(tree, ".saved li a")[0] == "电梯"
    fresh = select(tree, ".saved small a")[0].get("href")
    assert len(select(page(client, fresh), ".hits article")) == 1
    feed = client.get("/feed.atom?q=加装电梯&sort=added").get_data(as_text=True)
    assert feed.count("<entry>") == 1
