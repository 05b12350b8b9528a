"""The numbers of the studies over the sample corpus equal counting by hand, and what is wrong is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.studies import asked, differences, main, measured, subject_of, table
from juanzong.index.build import rebuild
from juanzong.search import Engine, SearchRequest, open_engine

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    rebuild(folder, [SEEDS], jobs=1)
    return folder


@pytest.fixture
def engine(index: Path) -> Iterator[Engine]:
    opened = open_engine(index)
    yield opened
    opened.close()


def test_every_number_equals_counting_by_hand(engine: Engine) -> None:
    hits = list(engine.scan(SearchRequest(q="*")))
    subject = subject_of(hits)
    assert len(subject.words) > 6 and len(set(subject.cities)) == 2
    assert not list(differences(engine, hits, subject))
    # a paragraph that is missing is noticed
    missing = next(number for number, hit in enumerate(hits) if subject.cities[0] in hit["city"])
    assert list(differences(engine, hits[:missing] + hits[missing + 1 :], subject))


def test_every_way_to_ask_is_measured(index: Path, engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    ways = asked(index, engine, subject_of(list(engine.scan(SearchRequest(q="*")))))
    lines = list(table(measured(ways, 1)))
    assert len(lines) == len(ways) + 2 and lines[2].startswith("| search |") and lines[2].endswith("| 1.0 |")
    assert main(["--index", str(index), "--check"]) == 0 and "agrees" in capsys.readouterr().out
