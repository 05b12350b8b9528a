"""A corpus becomes an archive on a cluster: the same as in a folder, in one go, in parts, and updated."""

from __future__ import annotations

import json
import multiprocessing
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from juanzong.index import build
from juanzong.index.cluster import editions
from juanzong.index.cluster.address import parse_address
from juanzong.index.cluster.archive import ClusterArchive, sign_of_life
from juanzong.index.corpus.shares import Share
from juanzong.index.errors import DamagedIndex, IndexBusy, NoIndex, UnreadableInput, UsageError
from juanzong.search import SearchRequest, open_engine
from tests.clusters import archive, ask, remove, required

pytestmark = pytest.mark.cluster
LONG = "　　各区县人民政府，市直各有关单位：为做好二〇二二年防汛抗旱工作，现将有关事项通知如下，请结合实际认真贯彻落实，重大情况及时报告。"


@pytest.fixture
def address() -> Iterator[str]:
    with archive() as made:
        yield made


def corpus(folder: Path) -> Path:
    """Articles, reprints, a series of notices of which one is dated by the others, two documents of one id."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(12):
        month, day = number % 9 + 1, number + 10
        (folder / f"通报{number:02}.md").write_text(
            f"# 广州市卫健委工作通报第{number}期\n\n发布时间：2021-0{month}-{day}\n\n{LONG if number % 3 == 0 else '流调溯源正在进行。'}\n\n新增{number}例 GPS {number}\n",
            encoding="utf-8",
        )
    for number, line in (
        (21, "2022年1月3日，发布第21号通告。"),
        (22, "1月5日，发布第22号通告，此前第21号通告废止。"),
        (23, "2022年1月9日，发布第23号通告。"),
    ):
        (folder / f"通告{number}.txt").write_text(
            f"徐州市疫情防控通告\n\n{line}\n\n请市民朋友们配合核酸检测工作。\n", encoding="utf-8"
        )
    records = [
        {
            "id": "同一编号",
            "title": f"第{number}篇",
            "text": f"核酸检测点调整，这是第{number}个文件。",
            "date": f"2022-0{number + 1}-05",
        }
        for number in range(3)
    ]
    for name in "ab":
        (folder / f"{name}.jsonl").write_text(
            "".join(
                json.dumps({**record, "text": record["text"] + name}, ensure_ascii=False) + "\n" for record in records
            ),
            encoding="utf-8",
        )
    with zipfile.ZipFile(folder / "旧卷.zip", "w") as packed:
        # a notice that those outside date, and an id that is taken there
        packed.writestr("通告/24.txt", "徐州市疫情防控通告\n\n1月6日，发布第22号通告之二。\n\n请市民朋友们配合。\n")
        packed.writestr(
            "c.jsonl", json.dumps({"id": "同一编号", "title": "又一篇", "text": "压缩包里的文件。"}, ensure_ascii=False)
        )
    return folder


def answers(index: Path | str) -> list[dict[str, Any]]:
    """What an engine says of everything, and of some words in order; without what two builds of one corpus may differ in."""
    engine = open_engine(index)
    found = []
    for request in (
        SearchRequest("*", size=500, boilerplate=True),
        SearchRequest("核酸 检测 通告", mode="any", size=50),
        SearchRequest("流调", collapse="text"),
    ):
        answer = engine.search(request, 10_000).to_dict()
        found.append({name: value for name, value in answer.items() if name not in ("took_ms", "index")})
    found.append(
        {
            "suggested": [
                suggestion.to_dict()
                for text in ("广", "liu", "核酸", "title:第")
                for suggestion in engine.suggest(text, 50)
            ]
        }
    )
    engine.close()
    return found


def differing(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> list[Any]:
    """The first things that differ, for a message that can be read."""
    return [(key, a[key], b[key]) for a, b in zip(one, other, strict=True) for key in a if a[key] != b[key]][:2]


def indices(address: str) -> set[str]:
    name = parse_address(address).name
    listed = ask(required(), f"/_cat/indices/{name}-*?format=json&h=index")
    return {index["index"] for index in listed}


def test_a_build_gives_what_a_folder_gives(tmp_path: Path, address: str) -> None:
    folder = corpus(tmp_path / "corpus")
    local, summary = build.rebuild(tmp_path / "index", [folder]), editions.rebuild(address, [folder])
    for name in ("documents", "articles", "paragraphs", "values", "corpora"):
        assert getattr(summary, name) == getattr(local, name)
    assert differing(answers(tmp_path / "index"), answers(address)) == []


def _part(address: str, folder: Path, text: str) -> None:
    editions.rebuild(address, [folder], part=Share.parse(text))


def test_parts_read_by_several_processes_give_what_one_build_gives(tmp_path: Path, address: str) -> None:
    folder = corpus(tmp_path / "corpus")
    build.rebuild(tmp_path / "index", [folder])
    context = multiprocessing.get_context("spawn")
    machines = [context.Process(target=_part, args=(address, folder, f"{number}/2")) for number in (1, 2)]
    for machine in machines:
        machine.start()
    for machine in machines:
        machine.join(120)
        assert machine.exitcode == 0
    with pytest.raises(NoIndex):
        open_engine(address)
    editions.rebuild(address, publish=True)
    assert differing(answers(tmp_path / "index"), answers(address)) == []


def test_nothing_is_published_before_all_parts_are_there_and_one_can_be_sent_again(
    tmp_path: Path, address: str
) -> None:
    folder = corpus(tmp_path / "corpus")
    with pytest.raises(UsageError, match="no parts"):
        editions.rebuild(address, publish=True)
    _part(address, folder, "2/3")
    with pytest.raises(UsageError, match="Part 1, 3 of 3"):
        editions.rebuild(address, publish=True)
    with pytest.raises(IndexBusy, match="number of parts"):
        _part(address, folder, "1/2")
    for text in ("1/3", "3/3", "2/3"):
        _part(address, folder, text)
    editions.rebuild(address, publish=True)
    build.rebuild(tmp_path / "index", [folder])
    assert differing(answers(tmp_path / "index"), answers(address)) == []


@pytest.mark.parametrize("text", ["0/2", "3/2", "1", "a/b", "1/9999", ""])
def test_a_part_that_is_none_gets_a_sentence(text: str) -> None:
    with pytest.raises(UsageError, match="3/16"):
        Share.parse(text)


def test_parts_share_out_every_path_once() -> None:
    paths = [f"{number}.md" for number in range(500)]
    parts = [Share(number, 7) for number in range(1, 8)]
    assert [sum(part.has(path) for part in parts) for path in paths] == [1] * 500
    assert min(sum(part.has(path) for path in paths) for part in parts) > 30


def test_an_update_gives_what_a_rebuild_gives(tmp_path: Path, address: str) -> None:
    folder = corpus(tmp_path / "corpus")
    for name in "ab":
        # documents of one id are told apart by all of them together, which only a rebuild sees
        (folder / f"{name}.jsonl").unlink()
    editions.rebuild(address, [folder])
    before = open_engine(address)
    for change in range(2):
        (folder / "通报03.md").unlink(missing_ok=True)
        (folder / "通报04.md").write_text(f"# 新的题目{change}\n\n{LONG}\n\n哈尔滨市公安局发布。\n", encoding="utf-8")
        (folder / f"新{change}.txt").write_text("惠州市通告\n\n2022年1月4日，发布第22号通告。\n", encoding="utf-8")
        summary = editions.update(address)
        assert (summary.added, summary.changed, summary.removed) == (1, 1, 1 - change)
        build.rebuild(tmp_path / f"index-{change}", [folder])
        assert differing(answers(tmp_path / f"index-{change}"), answers(address)) == []
    assert editions.update(address).generation == summary.generation
    assert len(indices(address)) == 8, "the generation before stays, older ones go"
    before.close()


def test_an_open_engine_moves_on_and_what_is_searched_meanwhile_is_whole(tmp_path: Path, address: str) -> None:
    folder = corpus(tmp_path / "corpus")
    first = editions.rebuild(address, [folder])
    engine = open_engine(address)
    (folder / "又.txt").write_text("流调溯源又一篇。", encoding="utf-8")
    editions.update(address)
    seen = set()
    for _ in range(200):
        result = engine.search(SearchRequest("流调"))
        seen.add((result.index["generation"], result.total))
        if result.index["generation"] > first.generation:
            break
    assert {generation for generation, _ in seen} == {first.generation, first.generation + 1} or seen == {
        (first.generation + 1, max(seen)[1])
    }
    assert len(seen) <= 2


def test_a_corpus_without_documents_leaves_the_archive_alone(tmp_path: Path, address: str) -> None:
    folder = corpus(tmp_path / "corpus")
    editions.rebuild(address, [folder])
    before = answers(address)
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "a.txt").write_text("", encoding="utf-8")
    with pytest.raises(UnreadableInput):
        editions.rebuild(address, [empty])
    with pytest.raises(UnreadableInput):
        editions.rebuild(address, [tmp_path / "nowhere"])
    assert answers(address) == before


def test_a_second_build_is_refused_and_what_a_dead_one_left_is_removed(tmp_path: Path, address: str) -> None:
    folder = corpus(tmp_path / "corpus")
    held = ClusterArchive(parse_address(address))
    held.create(1, {"builder": {**sign_of_life(), "host": "another-machine"}})
    with pytest.raises(IndexBusy, match="another-machine"):
        editions.rebuild(address, [folder])
    held.remove([1])
    held.create(1, {"builder": {**sign_of_life(), "host": "another-machine", "seen": 0.0}})
    assert editions.rebuild(address, [folder]).generation == 1


def test_an_alias_on_two_indices_is_never_searched_and_mended_by_a_build(tmp_path: Path, address: str) -> None:
    folder, cluster = corpus(tmp_path / "corpus"), required()
    first, name = editions.rebuild(address, [folder]), parse_address(address).name
    editions.update(address, [folder / "a.jsonl"])
    ask(cluster, "/_aliases", "POST", {"actions": [{"add": {"index": f"{name}-{first.generation:06}", "alias": name}}]})
    with pytest.raises(DamagedIndex, match="several indices"):
        open_engine(address)


def test_an_index_of_somebody_else_is_not_taken_for_an_archive(address: str) -> None:
    cluster, name = required(), parse_address(address).name
    ask(cluster, f"/{name}-other", "PUT", {"aliases": {name: {}}})
    with pytest.raises(DamagedIndex, match="did not build"):
        open_engine(address)
    remove(cluster, name)
    with pytest.raises(NoIndex, match="rebuild"):
        open_engine(address)


def test_a_user_dictionary_comes_along_with_the_archive(tmp_path: Path, address: str) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.txt").write_text("现场流调溯源组到达。", encoding="utf-8")
    (tmp_path / "words.txt").write_text("流调溯源组 1000 n\n", encoding="utf-8")
    editions.rebuild(address, [folder], userdict=tmp_path / "words.txt")
    engine = open_engine(address)
    [hit] = engine.search(SearchRequest("流调溯源组")).hits
    assert "流调溯源组" in engine.explain(SearchRequest("流调溯源组"), hit.id).words
    assert not engine.info()["stale"]
