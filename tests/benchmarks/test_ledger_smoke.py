"""The ledger runs end to end on a small corpus, and its brute force can tell a wrong answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import corpus, ledger, relevance
from benchmarks.oracle import differences
from benchmarks.peers import VALUES, Answer
from juanzong.search.request import FACET_LIMIT


def test_generated_text_is_the_same_for_the_same_seed() -> None:
    first = list(corpus.generated(30))
    assert first == list(corpus.generated(30))
    assert sum(document["text"].count("\n") + 1 for document in first) == 30
    assert first != list(corpus.generated(30, seed=1))


def test_a_wrong_count_is_a_difference() -> None:
    right = Answer(2, 2, {"city": {"徐州市": 2}, "agency": {}, "month": {"2021-11": 1}})
    assert differences(right, right) == []
    assert differences(Answer(2, 2, {**right.facets, "city": {"徐州市": 1}}), right) == ["city 徐州市 1 instead of 2"]
    assert differences(Answer(2, 2, {**right.facets, "city": {}}), right) == ["city has 0 values instead of 1"]
    assert differences(Answer(3, 3, right.facets), right) == ["total 3 instead of 2"]


def test_peers_count_as_many_values_as_juanzong_shows() -> None:
    assert VALUES == FACET_LIMIT


def test_the_ledger_agrees_with_brute_force(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    documents = tmp_path / "documents.jsonl"
    documents.write_text(
        "\n".join(json.dumps(document, ensure_ascii=False) for document in corpus.generated(200)), encoding="utf-8"
    )
    figures = tmp_path / "figures.json"
    assert (
        ledger.main(
            [
                "--corpus",
                str(documents),
                "--sizes",
                "200",
                "--engines",
                "juanzong,fts5",
                "--queries",
                "3",
                "--rounds",
                "1",
                "--jobs",
                "1",
                "--work",
                str(tmp_path),
                "--json",
                str(figures),
            ]
        )
        == 0
    )
    result = json.loads(figures.read_text(encoding="utf-8"))["sizes"][0]
    asked = sum(result["engines"]["fts5"]["latency"][kind]["queries"] for kind in result["matches"])
    assert asked >= 15
    for name in ("juanzong", "fts5"):
        assert any(
            line.startswith(f"{name} ") and f"agree on {asked} of {asked} queries" in line
            for line in result["agreement"]
        ), result["agreement"]
    assert "| **mix** |" in capsys.readouterr().out


def test_measures_of_a_ranking() -> None:
    found = relevance.measures(["a", "b", "c"], {"b": 1})
    assert found["MRR@10"] == 0.5
    assert found["recall@10"] == found["recall@100"] == 1.0
    assert found["nDCG@10"] == pytest.approx(0.6309, abs=1e-4)
    assert relevance.measures([], {"b": 1})["nDCG@10"] == 0.0
