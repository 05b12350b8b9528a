"""A corpus becomes an index: the same whatever the number of workers, with every document in it, and updated as if rebuilt."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juanzong.index.build import pool, updating
from juanzong.index.build.check import check
from juanzong.index.build.editions import Progress, rebuild, update
from juanzong.index.errors import IndexBusy, JuanzongError, NoIndex, UnreadableInput, UsageError
from juanzong.index.store.generations import IndexDirectory
from juanzong.index.store.segment import Segment

WORDS = ("流调溯源", "核酸检测", "广州市公安局", "哈尔滨市卫生健康委员会", "２０２２年", "GPS 59")


def corpus(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def news(number: int) -> str:
    return f"{WORDS[number % 6]}工作通报第{number}期\n\n" + "".join(
        f"2021年11月{day}日，{WORDS[(number + day) % 6]}正在进行，市民请配合。\n\n" for day in range(1, 4)
    )


def lines(*records: dict[str, Any]) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def opened(index_dir: Path) -> list[Segment]:
    return IndexDirectory(index_dir).open()[1]


def content(index_dir: Path) -> dict[str, Any]:
    """What an index says of each paragraph, whatever its segments."""
    found: dict[str, Any] = {}
    for segment in opened(index_dir):
        for number in range(segment.paragraphs):
            if segment.live is not None and not segment.live[number]:
                continue
            document = segment.document(int(segment.column("document")[number]))
            article = segment.article(int(segment.column("article")[number]))
            key = f"{int(segment.column('id')[number]):016x}"
            assert key not in found
            found[key] = (
                document["id"],
                document["path"],
                segment.text(number),
                segment.kind(number),
                int(segment.column("seq")[number]),
                article["title"],
                article["published"],
                *(sorted(segment.facets[name].values(number)) for name in ("city", "agency", "source")),
                segment.mentions(number),
            )
    return found


def texts(index_dir: Path) -> list[str]:
    return sorted(row[2] for row in content(index_dir).values())


# --- rebuild ---


def test_the_number_of_workers_does_not_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = corpus(
        tmp_path / "corpus",
        {f"{n:02}.txt": news(n) for n in range(30)}
        | {
            "many.jsonl": lines(
                *(
                    {"id": f"j{n}", "title": f"第{n}条", "text": news(n), "date": f"2022-01-{n % 28 + 1:02}"}
                    for n in range(600)
                )
            )
        },
    )
    monkeypatch.setattr(pool, "POOL_WORTHWHILE", 0)
    summaries = [rebuild(tmp_path / f"index{jobs}", [folder], jobs=jobs) for jobs in (1, 2)]
    assert summaries[0].documents == summaries[1].documents == 630
    one, two = (tmp_path / f"index{jobs}" / "generations" / "1" / "s1" for jobs in (1, 2))
    assert {path.name: path.read_bytes() for path in one.iterdir()} == {
        path.name: path.read_bytes() for path in two.iterdir()
    }


def test_the_summary_counts_what_is_there(tmp_path: Path) -> None:
    seen: list[Progress] = []
    summary = rebuild(
        tmp_path / "index",
        [corpus(tmp_path / "corpus", {"a.txt": news(1), "b.txt": news(2)})],
        jobs=1,
        progress=seen.append,
    )
    [segment] = opened(tmp_path / "index")
    assert (summary.generation, summary.documents, summary.paragraphs, summary.articles) == (
        1,
        2,
        segment.paragraphs,
        segment.articles,
    )
    assert summary.values["agency"] == len(
        {value for number in range(segment.paragraphs) for value in segment.facets["agency"].values(number)}
    )
    assert [progress.stage for progress in seen if progress.done == progress.total][-1] == "publish"
    assert all(0 <= progress.done <= progress.total for progress in seen)
    assert json.loads(json.dumps(summary.to_dict()))["documents"] == 2


def test_without_corpora_those_of_the_last_build_are_read(tmp_path: Path) -> None:
    folder = corpus(tmp_path / "corpus", {"a.txt": news(1)})
    rebuild(tmp_path / "index", [folder], jobs=1)
    corpus(folder, {"b.txt": news(2)})
    assert rebuild(tmp_path / "index", jobs=1).documents == 2


@pytest.mark.parametrize("files", [{}, {"a.txt": ""}, {"a.txt": " \n\n"}, {"a.jsonl": "{broken\n"}, {"a.pdf": "x"}])
def test_a_corpus_with_nothing_in_it_leaves_the_index_alone(tmp_path: Path, files: dict[str, str]) -> None:
    rebuild(tmp_path / "index", [corpus(tmp_path / "good", {"a.txt": news(1)})], jobs=1)
    before = texts(tmp_path / "index")
    with pytest.raises(UnreadableInput):
        rebuild(tmp_path / "index", [corpus(tmp_path / "corpus", files)], jobs=1)
    assert texts(tmp_path / "index") == before
    assert not list((tmp_path / "index" / "generations").glob("building-*"))


def test_a_corpus_that_does_not_exist_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="none"):
        rebuild(tmp_path / "index", [tmp_path / "none"], jobs=1)


def test_a_second_build_at_the_same_time_is_refused(tmp_path: Path) -> None:
    folder = corpus(tmp_path / "corpus", {"a.txt": news(1)})
    with IndexDirectory(tmp_path / "index").writing(), pytest.raises(IndexBusy):
        rebuild(tmp_path / "index", [folder], jobs=1)


def test_an_index_that_cannot_be_written_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("a file")
    with pytest.raises(JuanzongError, match="could not be written"):
        rebuild(tmp_path / "index", [corpus(tmp_path / "corpus", {"a.txt": news(1)})], jobs=1)


def test_documents_of_one_id_are_all_kept_under_ids_of_their_own(tmp_path: Path) -> None:
    folder = corpus(
        tmp_path / "corpus",
        {
            "a.jsonl": lines(
                {"id": "1", "title": "甲", "text": "流调甲"},
                {"id": "1", "title": "乙", "text": "流调乙"},
                {"id": "2", "title": "丙", "text": "流调丙"},
            ),
            "b.jsonl": lines({"id": "1", "title": "丁", "text": "流调丁"}),
        },
    )
    summary = rebuild(tmp_path / "index", [folder], jobs=1)
    assert [problem.code for _, problem in summary.warnings] == ["duplicate_id"] * 2
    [segment] = opened(tmp_path / "index")
    assert sorted(segment.document_ids()) == ["1", "1~2", "1~3", "2"]
    assert {"流调甲", "流调乙", "流调丙", "流调丁"} <= set(texts(tmp_path / "index"))
    for name in segment.document_ids():
        assert segment.find_document(name) is not None
    again = rebuild(tmp_path / "again", [folder], jobs=1)
    assert (again.documents, content(tmp_path / "again")) == (4, content(tmp_path / "index"))


def test_years_are_inferred_from_the_notices_of_the_whole_corpus(tmp_path: Path) -> None:
    folder = corpus(
        tmp_path / "corpus",
        {
            "1.txt": "哈尔滨市疫情防控第67号公告\n\n11月5日，哈尔滨市发布第67号公告，要求全员核酸检测。\n",
            "2.txt": "哈尔滨市疫情防控第60号公告\n\n2021年11月1日，哈尔滨市发布第60号公告。\n",
            "3.txt": "哈尔滨市疫情防控第70号公告\n\n2021年11月20日，哈尔滨市发布第70号公告。\n",
        },
    )
    summary = rebuild(tmp_path / "index", [folder], jobs=1)
    assert summary.documents == 3
    found = {
        (m.surface, m.value, m.basis)
        for row in content(tmp_path / "index").values()
        for m in row[-1]
        if m.facet == "date"
    }
    assert ("11月5日", "2021-11-05", "notice_number") in found
    (folder / "2.txt").unlink()
    rebuild(tmp_path / "index", [folder], jobs=1)
    open_years = {
        (m.surface, m.value) for row in content(tmp_path / "index").values() for m in row[-1] if m.facet == "date"
    }
    assert ("11月5日", "--11-05") in open_years


def test_documents_that_are_dated_last_keep_ids_of_their_own(tmp_path: Path) -> None:
    undated = "11月5日，哈尔滨市发布第67号公告。"
    folder = corpus(
        tmp_path / "corpus",
        {
            "a.jsonl": lines(
                {"id": "1", "title": "甲", "text": undated},
                {"id": "1", "title": "乙", "text": "流调"},
                {"id": "1", "title": "丙", "text": undated},
            )
        },
    )
    summary = rebuild(tmp_path / "index", [folder], jobs=1)
    [segment] = opened(tmp_path / "index")
    titles = {document["id"]: document["title"] for document in map(segment.document, range(segment.documents))}
    assert titles == {"1": "乙", "1~2": "甲", "1~3": "丙"}
    assert [problem.code for _, problem in summary.warnings].count("duplicate_id") == 2


def test_a_user_dictionary_comes_along_with_the_index(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("流调溯源 1000 n\n", encoding="utf-8")
    rebuild(
        tmp_path / "index", [corpus(tmp_path / "corpus", {"a.txt": news(0)})], jobs=1, userdict=tmp_path / "words.txt"
    )
    (tmp_path / "words.txt").unlink()
    generation, [segment] = IndexDirectory(tmp_path / "index").open()
    assert segment.fields["words"].vocabulary.find("流调溯源".encode()) >= 0
    assert generation.userdict is not None
    with pytest.raises(UnreadableInput, match="user dictionary"):
        rebuild(tmp_path / "index", jobs=1, userdict=tmp_path / "words.txt")


# --- update ---


def test_an_update_without_an_index_builds_one(tmp_path: Path) -> None:
    folder = corpus(tmp_path / "corpus", {"a.txt": news(1)})
    assert update(tmp_path / "index", [folder], jobs=1).generation == 1


def test_an_update_of_nothing_publishes_nothing(tmp_path: Path) -> None:
    rebuild(tmp_path / "index", [corpus(tmp_path / "corpus", {"a.txt": news(1)})], jobs=1)
    summary = update(tmp_path / "index", jobs=1)
    assert (summary.generation, summary.added, summary.changed, summary.removed) == (1, 0, 0, 0)


def test_an_update_reads_what_changed_and_shares_the_rest(tmp_path: Path) -> None:
    folder = corpus(tmp_path / "corpus", {f"{n}.txt": news(n) for n in range(8)})
    rebuild(tmp_path / "index", [folder], jobs=1)
    corpus(folder, {"1.txt": news(11), "new.txt": news(12)})
    (folder / "2.txt").unlink()
    summary = update(tmp_path / "index", jobs=1)
    assert (summary.added, summary.changed, summary.removed, summary.documents) == (1, 1, 1, 8)
    old, new = (tmp_path / "index" / "generations" / number / "s1" / "text.bytes.bin" for number in "12")
    assert old.samefile(new)
    rebuild(tmp_path / "fresh", [folder], jobs=1)
    assert content(tmp_path / "index") == content(tmp_path / "fresh")


def test_an_update_that_leaves_no_document_leaves_the_index_alone(tmp_path: Path) -> None:
    folder = corpus(tmp_path / "corpus", {"a.txt": news(1)})
    rebuild(tmp_path / "index", [folder], jobs=1)
    (folder / "a.txt").write_text("")
    before = texts(tmp_path / "index")
    with pytest.raises(UnreadableInput):
        update(tmp_path / "index", jobs=1)
    assert texts(tmp_path / "index") == before


FILES = ("a.txt", "b.txt", "c.jsonl", "d.jsonl", "sub.txt")
EDITS = st.lists(
    st.dictionaries(st.sampled_from(FILES), st.none() | st.integers(0, 5), min_size=1), min_size=1, max_size=4
)


def edit(folder: Path, changes: dict[str, int | None]) -> None:
    for name, number in changes.items():
        if number is None:
            (folder / name).unlink(missing_ok=True)
        elif name.endswith(".txt"):
            dated = f"2021年11月{number + 1}日，" if number % 2 else "11月3日，"
            corpus(
                folder,
                {
                    name: f"哈尔滨市第{60 + number}号公告\n\n{dated}哈尔滨市发布第{60 + number}号公告，{WORDS[number]}。\n"
                },
            )
        else:
            corpus(
                folder,
                {
                    name: lines(
                        *(
                            {
                                "id": f"{name[0]}{n}" if number < 5 else "same",
                                "title": f"第{n}条",
                                "text": news(n + number),
                            }
                            for n in range(number % 3 + 1)
                        )
                    )
                },
            )


@given(EDITS)
@settings(max_examples=8)
def test_any_sequence_of_updates_equals_a_rebuild(edits: list[dict[str, int | None]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = corpus(Path(name) / "corpus", {"always.txt": news(3)})
        for changes in edits:
            edit(folder, changes)
            update(Path(name) / "index", [folder], jobs=1)
        rebuild(Path(name) / "fresh", [folder], jobs=1)
        assert content(Path(name) / "index") == content(Path(name) / "fresh")
        counts = [IndexDirectory(Path(name) / each).open()[0].manifest for each in ("index", "fresh")]
        assert counts[0]["counts"] == counts[1]["counts"]
        assert counts[0]["values"] == counts[1]["values"]


def test_many_updates_are_merged_into_one_segment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updating, "MAX_SEGMENTS", 2)
    folder = corpus(tmp_path / "corpus", {"0.txt": news(0)})
    rebuild(tmp_path / "index", [folder], jobs=1)
    sizes = []
    for number in range(1, 5):
        corpus(folder, {f"{number}.txt": news(number)})
        update(tmp_path / "index", jobs=1)
        sizes.append(len(opened(tmp_path / "index")))
    assert sizes == [2, 1, 2, 1]
    rebuild(tmp_path / "fresh", [folder], jobs=1)
    assert content(tmp_path / "index") == content(tmp_path / "fresh")


def test_nothing_is_there_before_the_first_build(tmp_path: Path) -> None:
    with pytest.raises(NoIndex):
        IndexDirectory(tmp_path / "index").open()


def agencies_of(index_dir: Path) -> set[str]:
    return {m.value for row in content(index_dir).values() for m in row[-1] if m.facet == "agency"}


def test_an_edited_agency_file_makes_the_index_stale_until_update_has_read_anew(tmp_path: Path) -> None:
    folder = corpus(tmp_path / "corpus", {"1.txt": "广州市灯塔局发布通知，请市民注意安全。\n"})
    own = tmp_path / "agencies.yaml"
    own.write_text("local:\n  灯塔管理局: [灯塔局]\n", encoding="utf-8")
    index_dir = tmp_path / "index"
    rebuild(index_dir, [folder], jobs=1, agency_file=own)
    assert agencies_of(index_dir) == {"广州市灯塔管理局"}
    assert not check(index_dir).stale
    own.write_text("local:\n  航标管理局: [灯塔局]\n", encoding="utf-8")
    assert check(index_dir).stale
    update(index_dir, jobs=1)
    assert agencies_of(index_dir) == {"广州市航标管理局"}
    assert not check(index_dir).stale


def test_an_agency_file_that_cannot_be_understood_is_told_and_the_index_stays(tmp_path: Path) -> None:
    folder = corpus(tmp_path / "corpus", {"1.txt": news(1)})
    rebuild(tmp_path / "index", [folder], jobs=1)
    own = tmp_path / "agencies.yaml"
    own.write_text("局: [灯塔局]\n", encoding="utf-8")
    with pytest.raises(UsageError, match="sections"):
        rebuild(tmp_path / "index", [folder], jobs=1, agency_file=own)
    assert content(tmp_path / "index")
