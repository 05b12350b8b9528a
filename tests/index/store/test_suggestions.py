"""Suggestions as they are written and read: what is in them, how it is found, and that an index goes on without them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.build.editions import rebuild, update
from juanzong.index.store.generations import IndexDirectory
from juanzong.index.store.suggestions import FOLDER, KINDS, Suggestions, open_suggestions, write
from juanzong.index.text.pinyin import readings, syllables
from tests.samples import make_document, make_segments, segmenter

DOCUMENTS = [
    make_document(
        "a",
        ["哈尔滨市公安局通报流调", "流调显示密接", "哈尔滨 GPS 流调"],
        city="哈尔滨市",
        agencies=["哈尔滨市公安局"],
        kinds=["heading"],
    ),
    make_document("b", ["重慶市流调报告", "长春的密接"], city="重庆市", kinds=["heading"]),
]


def made(tmp_path: Path, deleted: tuple[str, ...] = ()) -> Suggestions:
    write(tmp_path / FOLDER, make_segments(tmp_path / "segments", [DOCUMENTS[:1], DOCUMENTS[1:]], deleted), segmenter())
    found = open_suggestions(tmp_path)
    assert found is not None
    return found


def contents(found: Suggestions) -> dict[str, tuple[str, int]]:
    return {
        found.text(entry): (KINDS[int(found.kinds[entry])], int(found.counts[entry])) for entry in range(len(found))
    }


@pytest.mark.parametrize(
    ("word", "typed"),
    [
        ("哈尔滨市公安局", "ha er bin shi gong an ju"),
        ("重庆市", "chong qing shi"),
        ("长春市", "chang chun shi"),
        ("六安市", "lu an shi"),
        ("银行", "yin hang"),
        ("行动", "xing dong"),
        ("绿地", "lv di"),
        ("a1号", "a 1 hao"),
    ],
)
def test_syllables(word: str, typed: str) -> None:
    assert list(syllables(word)) == typed.split()


def test_a_character_has_all_its_readings() -> None:
    assert {"xing", "hang"} <= set(readings("行"))
    assert readings("x") == ()


def test_names_titles_and_words_are_entries_with_their_counts(tmp_path: Path) -> None:
    found = contents(made(tmp_path))
    assert found["哈尔滨市"] == ("city", 3)
    assert found["哈尔滨市公安局"] == ("agency", 3)
    assert found["重慶市流调报告"] == ("title", 1)
    assert found["流调"] == ("term", 4)
    assert "通报" not in found, "a word of one paragraph is no suggestion"
    assert "gps" not in found


def test_what_is_deleted_does_not_count(tmp_path: Path) -> None:
    found = contents(made(tmp_path, deleted=("a",)))
    assert found == {"重庆市": ("city", 2), "重慶市流调报告": ("title", 1)}


@pytest.mark.parametrize(
    ("table", "prefix", "wanted"),
    [
        ("folded", "哈尔", {"哈尔滨市", "哈尔滨市公安局", "哈尔滨", "哈尔滨市公安局通报流调"}),
        ("folded", "公安局", {"哈尔滨市公安局", "哈尔滨市公安局通报流调"}),
        ("folded", "重庆", {"重庆市", "重慶市流调报告"}),
        ("pinyin", "gongan", {"哈尔滨市公安局"}),
        ("initials", "hebsgaj", {"哈尔滨市公安局", "哈尔滨市公安局通报流调"}),
        ("folded", "尔滨", set()),
        ("folded", "哈尔滨市公安局通报流调。", set()),
        ("pinyin", "zzz", set()),
    ],
)
def test_a_table_finds_words_by_their_beginning(tmp_path: Path, table: str, prefix: str, wanted: set[str]) -> None:
    found = made(tmp_path)
    assert (
        wanted >= {found.text(entry) for entry in found.tables[table].find(prefix)[0].tolist()} >= wanted - {"哈尔滨"}
    )


def test_a_table_tells_beginnings_and_whole_names(tmp_path: Path) -> None:
    found = made(tmp_path)
    told = {
        found.text(entry): (bool(first), bool(whole))
        for entry, first, whole in zip(*found.tables["folded"].find("公安局"))
    }
    assert told["哈尔滨市公安局"] == (False, True)
    assert told["哈尔滨市公安局通报流调"] == (False, False)


@pytest.fixture(scope="module")
def of_words(tmp_path_factory: pytest.TempPathFactory) -> Suggestions:
    folder = tmp_path_factory.mktemp("words")
    names = [
        "广州市",
        "广州市公安局",
        "广州市公安局番禺分局",
        "惠州市",
        "惠州",
        "州",
        "广东省卫生健康委员会",
        "𠮷林市a",
        "GPS中心",
    ]
    write(
        folder / FOLDER, make_segments(folder / "segments", [[make_document("d", names, agencies=names)]]), segmenter()
    )
    return Suggestions(folder / FOLDER)


@given(st.text("广州市公安局番禺惠𠮷林agps", min_size=1, max_size=5))
def test_what_bisection_finds_is_what_begins_so(of_words: Suggestions, prefix: str) -> None:
    entries, first, whole = of_words.tables["folded"].find(prefix)
    keys = of_words.tables["folded"].keys().split("\0")[:-1]
    assert {entry for entry, at_first in zip(entries.tolist(), first.tolist()) if at_first} == {
        i for i, key in enumerate(keys) if key.startswith(prefix)
    }
    assert {entry for entry, w, f in zip(entries.tolist(), whole.tolist(), first.tolist()) if w and f} == {
        i for i, key in enumerate(keys) if key == prefix
    }
    assert all(prefix in keys[entry] for entry in entries.tolist())


@pytest.mark.parametrize("harm", ["folder", "file", "size", "bytes", "contents", "format"])
def test_damaged_suggestions_are_none(tmp_path: Path, harm: str) -> None:
    made(tmp_path)
    folder = tmp_path / FOLDER
    victim = folder / "folded.bytes.bin"
    if harm == "folder":
        folder.rename(tmp_path / "gone")
    elif harm == "file":
        victim.unlink()
    elif harm == "size":
        victim.write_bytes(victim.read_bytes()[:-1])
    elif harm == "bytes":
        victim.write_bytes(victim.read_bytes()[:-1] + b"x")
    elif harm == "contents":
        (folder / "contents.json").write_text("{")
    else:
        contents_file = folder / "contents.json"
        contents_file.write_text(contents_file.read_text().replace('"format": 1', '"format": 2'))
    assert open_suggestions(tmp_path) is None


def test_rebuild_and_update_make_them_of_all_segments(tmp_path: Path) -> None:
    corpus, index_dir = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    (corpus / "a.txt").write_text("哈尔滨市公安局通报\n\n市公安局人员赶到现场，开始工作。\n", encoding="utf-8")
    rebuild(index_dir, [corpus], jobs=1)
    (corpus / "b.txt").write_text("徐州市公安局通报\n\n据公安局的消息，结果公布。\n", encoding="utf-8")
    update(index_dir, [corpus], jobs=1)
    generation, segments = IndexDirectory(index_dir).open()
    assert len(segments) == 2
    found = open_suggestions(generation.folder)
    assert found is not None
    assert contents(found)["公安局"] == ("term", 4)
    assert {"哈尔滨市", "徐州市"} <= set(contents(found))
