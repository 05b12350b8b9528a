"""Questions with known answers: made from documents, asked as keywords, judged by document or by paragraph."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import collections
from benchmarks.collections import Collection, headlines, passages, policy
from benchmarks.relevance import main

CITIES = ("哈尔滨", "徐州", "广州", "兰州", "厦门")
THINGS = ("核酸检测", "消防演练", "交通管制", "停水通知", "电影展览")


def documents() -> list[dict[str, str]]:
    return [
        {
            "id": f"d{number}",
            "title": f"{city}发布{thing}的详细安排" if number % 2 else "",
            "text": f"{city}发布{thing}的详细安排\n{thing}在{city}进行。\n居民{thing}须带证件。\n记者{number}报道。",
        }
        for number, (city, thing) in enumerate((city, thing) for city in CITIES for thing in THINGS)
    ]


def test_a_headline_is_taken_out_of_its_article() -> None:
    made = headlines(documents())
    assert len(made.queries) == 12 and len(made.documents) == 25
    texts = dict(made.texts())
    for name, query in made.queries.items():
        assert made.grades[name] == {name: 1}
        assert query not in texts[name]
    assert not any(document["title"] for document in made.documents)


def test_a_passage_is_sought_by_its_own_words_and_one_of_its_article(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collections, "MIDDLING", (1, 20))
    made = passages("passages", documents())
    assert made.queries and made.passages
    for name, query in made.queries.items():
        (sought,) = made.grades[name]
        assert sum(word in sought for word in query.split()) >= 2
    assert {name for name, _ in made.texts()} >= {sought for grades in made.grades.values() for sought in grades}


def test_questions_of_policy_are_answered_by_passages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    questions = tmp_path / "questions.tsv"
    questions.write_text(
        "# head\ndocument\tpassages\tquestion\nd1\t1\t消防怎么办\nlaw\t0 2\t停车多少钱\n", encoding="utf-8"
    )
    monkeypatch.setattr(collections, "POLICY_QUESTIONS", questions)
    monkeypatch.setattr(collections, "POLICY_NEWS", 8)
    monkeypatch.setattr(collections, "PASSAGE", 12)
    law = {
        "id": "law",
        "title": "停车条例",
        "text": "停车收费。\n每时五元。\n夜间免费，节日照收。\n\n本条例施行。",
        "place": "广州",
    }
    made = policy(documents(), [law, {**law, "id": "other"}])
    texts = {document["id"]: document["text"].split("\n") for document in made.documents}
    assert texts["law"] == texts["other"] == ["停车收费。每时五元。", "夜间免费，节日照收。", "本条例施行。"]
    assert made.queries == {"0": "消防怎么办", "1": "停车多少钱"}
    assert made.grades == {"0": {texts["d1"][1]: 1}, "1": {"停车收费。每时五元。": 1, "本条例施行。": 1}}
    assert len(texts) == 3 + 2 and not any("" in lines for lines in texts.values())


def test_keywords_are_the_rarest_in_their_order_and_never_ask() -> None:
    texts = [
        {"id": "a", "text": "哈尔滨市核酸检测"},
        {"id": "b", "text": "徐州市核酸检测"},
        {"id": "c", "text": "核酸检测什么"},
    ]
    made = Collection("c", texts, {"1": "什么是徐州市的核酸检测？", "2": "什么？"}, {"1": {"b": 1}, "2": {"c": 1}})
    assert made.keywords(1).queries == {"1": "徐州市"}
    assert made.keywords(3).queries["1"].split()[0] == "徐州市"
    assert list(made.first(1).queries) == ["1"]


def test_the_table_has_every_form_and_ranking(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "docs.jsonl").write_text(
        '{"id": "a", "text": "哈尔滨市核酸检测安排"}\n{"id": "b", "text": "徐州市消防演练"}\n', encoding="utf-8"
    )
    (folder / "queries.jsonl").write_text('{"qid": "1", "query": "哪里有核酸检测？"}\n', encoding="utf-8")
    (folder / "qrels.tsv").write_text("1\t0\ta\t1\n", encoding="utf-8")
    assert main([str(folder)]) == 0
    rows = [line.split(" | ") for line in capsys.readouterr().out.splitlines()[2:]]
    assert len(rows) == 12
    assert all(row[4] == "1.000" for row in rows), "the only text with the words is the first in every ranking"
