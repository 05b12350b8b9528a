"""Batches: the same for any number of workers, split where a segment would grow too large."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest

from juanzong.index.build import worker
from juanzong.index.build.worker import Batch, batches, process, renamed, single
from juanzong.index.corpus.files import SourceFile, find_files
from juanzong.index.corpus.pieces import pieces
from juanzong.index.facts.context import ReadingContext
from juanzong.index.reading.pipeline import read_piece
from juanzong.index.store.segment import Segment


def corpus(folder: Path, texts: dict[str, str]) -> list[SourceFile]:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return find_files([folder])


def batch_of(tmp_path: Path, texts: dict[str, str]) -> Batch:
    files = corpus(tmp_path / "corpus", texts)
    [group] = batches(files)
    (tmp_path / "build").mkdir()
    return Batch(0, group, ReadingContext(), tmp_path / "build", None)


def test_groups_keep_the_order_of_the_corpus_and_are_cut_by_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = corpus(tmp_path / "corpus", {f"{n}.txt": "流调" * n for n in range(1, 8)})
    monkeypatch.setattr(worker, "BATCH_BYTES", 40)
    groups = list(batches(files))
    assert [piece.file.relative for group in groups for piece in group] == [f"{n}.txt" for n in range(1, 8)]
    assert len(groups) > 2
    assert all(len(group) == 1 or sum(len(piece.data) for piece in group) <= 40 for group in groups)
    monkeypatch.setattr(worker, "BATCH_PIECES", 1)
    assert len(list(batches(files))) == 7


def test_a_batch_and_its_result_go_to_another_process(tmp_path: Path) -> None:
    batch = batch_of(tmp_path, {"a.txt": "流调报告\n\n正文一段在此。\n"})
    result = process(pickle.loads(pickle.dumps(batch)))
    assert pickle.loads(pickle.dumps(result)).segments == ["part-000000-000"]
    assert [name for name, *_ in result.ids] == Segment(tmp_path / "build" / "part-000000-000").document_ids()


def test_a_batch_makes_as_many_segments_as_its_text_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "SEGMENT_CHARACTERS", 30)
    result = process(
        batch_of(tmp_path, {f"{n}.txt": f"第{n}篇：流调溯源工作正在进行之中，请配合。\n" for n in range(4)})
    )
    assert len(result.segments) == 4
    assert sum(Segment(tmp_path / "build" / name).documents for name in result.segments) == 4


def test_unreadable_documents_are_reported_and_left_out(tmp_path: Path) -> None:
    result = process(
        batch_of(
            tmp_path,
            {
                "a.jsonl": '{"id": "1", "title": "一", "text": "流调"}\n{broken\n{"id": "2", "title": "二", "text": "溯源"}\n'
            },
        )
    )
    assert [problem.line for _, problem in result.warnings if problem.code == "jsonl"] == [2]
    assert sum(Segment(tmp_path / "build" / name).documents for name in result.segments) == 2


def test_one_line_of_a_jsonl_piece_stands_alone(tmp_path: Path) -> None:
    lines = [json.dumps({"id": str(n), "title": f"第{n}", "text": "流调"}, ensure_ascii=False) for n in range(1, 5)]
    [file] = corpus(tmp_path / "corpus", {"a.jsonl": "\n".join(lines)})
    [piece] = pieces(file)
    [document] = read_piece(single(piece, piece.file.relative, 3))
    assert (document.id, document.line) == ("3", 3)


def test_a_renamed_document_has_new_ids_throughout_and_says_so(tmp_path: Path) -> None:
    [file] = corpus(tmp_path / "corpus", {"a.jsonl": '{"id": "1", "title": "一", "text": "流调\\n流调"}'})
    [piece] = pieces(file)
    [document] = read_piece(piece)
    other = renamed(document, "1~2")
    assert other.id == "1~2"
    assert [p.text for _, p in other.paragraphs()] == [p.text for _, p in document.paragraphs()]
    ids = [p.id for d in (document, other) for _, p in d.paragraphs()]
    assert len(set(ids)) == len(ids)
    assert {a.id for a in other.articles}.isdisjoint(a.id for a in document.articles)
    assert [problem.code for problem in other.warnings] == ["duplicate_id"]


def test_documents_without_years_wait_for_the_whole_corpus(tmp_path: Path) -> None:
    text = "哈尔滨市疫情防控第67号公告\n\n11月5日，哈尔滨市发布第67号公告，要求全员核酸检测。\n"
    batch = batch_of(tmp_path, {"a.txt": text})
    result = process(batch)
    assert [piece.file.relative for piece in result.deferred] == ["a.txt"]
    assert result.segments == []
    assert result.notices
    final = process(Batch(1, tuple(result.deferred), batch.context, batch.folder, None, final=True))
    assert (len(final.segments), final.deferred) == (1, [])
