from __future__ import annotations

import csv
import io
import json
from typing import Any

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from juanzong.search.output.export import (
    COLUMNS,
    LINE_COLUMNS,
    WRITERS,
    csv_chunks,
    jsonl_chunks,
    line_chunks,
    markdown_chunks,
)

HIT: dict[str, Any] = {
    "id": "00ff",
    "doc": "0a",
    "article": "0a.1",
    "title": "冰城速度",
    "source": "哈尔滨日报",
    "date": "2021-11-25",
    "date_basis": "dateline",
    "city": ["哈尔滨市", "徐州市"],
    "agency": [],
    "kind": "body",
    "text": "现场流调，\n分秒必争。",
    "marks": [[0, 2]],
    "url": "/doc/0a#p-00ff",
    "pages": [3, 4],
}


def rows(hits: list[dict[str, Any]], base_url: str = "") -> list[list[str]]:
    return list(csv.reader(io.StringIO("".join(csv_chunks(hits, base_url)).removeprefix("\ufeff"), newline="")))


def test_csv() -> None:
    assert next(csv_chunks([])).startswith("\ufeff段落编号,文档编号,标题")
    assert rows([HIT], "https://a.example/x")[1] == [
        "00ff",
        "0a",
        "冰城速度",
        "哈尔滨日报",
        "2021-11-25",
        "dateline",
        "哈尔滨市；徐州市",
        "",
        "body",
        "现场流调，\n分秒必争。",
        "https://a.example/doc/0a#p-00ff",
        "",
        "",
        "3–4",
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", " =1", "\x00=1", "\n@x"])
def test_no_cell_is_a_formula(text: str) -> None:
    cell = rows([{**HIT, "text": text, "city": [text]}])[1]
    assert cell[9].startswith("'") and cell[6].startswith("'")


def test_jsonl() -> None:
    line = next(jsonl_chunks([{**HIT, "title": None, "text": "a\u2028b\x85c\ud800"}]))
    assert list(json.loads(line)) == list(COLUMNS)
    assert (json.loads(line)["title"], json.loads(line)["city"], json.loads(line)["text"]) == (
        None,
        ["哈尔滨市", "徐州市"],
        "a\u2028b\x85c\ud800",
    )
    assert line.endswith("\n") and len(line.splitlines()) == 1 and line.encode("utf-8")


def test_markdown() -> None:
    assert (
        "".join(markdown_chunks([HIT]))
        == "> 现场流调，\n>\n> 分秒必争。\n>\n> —— 《冰城速度》，哈尔滨日报，2021-11-25，[00ff](</doc/0a#p-00ff>)\n\n"
    )
    assert "](" not in "".join(markdown_chunks([{**HIT, "url": "javascript:alert(1)"}]))
    assert "](" not in "".join(markdown_chunks([{**HIT, "url": "//other.example"}]))


@pytest.mark.parametrize(
    "text",
    [
        "# 标题",
        "- 一",
        "1. 一",
        "1) 一",
        "* 一",
        "+ 一",
        "> 引",
        "    代码",
        "---",
        "===",
        "<b>粗</b>",
        "<script>",
        "**粗**",
        "_斜_",
        "`码`",
        "$x$",
        "https://www.a.example/a_b",
        "-1",
        ": 一",
        "[a](b)",
        "![a](b)",
        "a\n---",
        "a\n===",
        "&lt;",
        "\\*",
        "| a | b |\n|---|---|",
        "<https://a.example>",
        "[a]: b",
        "~~~",
    ],
)
def test_no_text_becomes_markup(text: str) -> None:
    made = markdown.markdown(
        "".join(markdown_chunks([{**HIT, "text": text, "title": text, "source": text}])),
        extensions=["tables", "fenced_code"],
    )
    tree = html.fragment_fromstring(made, create_parent="div")
    assert {element.tag for element in tree.iter()} <= {"div", "blockquote", "p", "a"}
    assert len(tree.findall(".//a")) == 1
    assert "".join(text.split()) in "".join("".join(tree.itertext()).split())


@given(
    st.dictionaries(
        st.sampled_from([*COLUMNS, "marks"]),
        st.none() | st.text(max_size=20) | st.lists(st.text(max_size=5), max_size=2),
    )
)
def test_every_writer_takes_every_hit(hit: dict[str, Any]) -> None:
    for name, writer in WRITERS.items():
        made = "".join(writer([hit, hit]))
        made.encode("utf-8")
        if name == "csv":
            assert [len(row) for row in csv.reader(io.StringIO(made, newline=""))] == [len(COLUMNS)] * 3
        if name == "jsonl":
            assert len(made.splitlines()) == 2


def test_writers_stream() -> None:
    def endless() -> Any:
        while True:
            yield HIT

    for writer in WRITERS.values():
        chunks = writer(endless())
        assert [next(chunks) for _ in range(3)]


def test_the_opening_of_an_article_without_a_title_is_marked_as_such() -> None:
    hit = {"id": "1", "title": None, "opening": "泵站昨夜停机", "text": "值班员报修。", "url": "/doc/1"}
    [row] = csv.DictReader(io.StringIO("".join(csv_chunks([hit])).removeprefix("\ufeff"), newline=""))
    assert (row["标题"], row["首句"]) == ("", "泵站昨夜停机")
    assert "〔首句〕泵站昨夜停机" in "".join(markdown_chunks([hit]))
    assert json.loads("".join(jsonl_chunks([hit])))["opening"] == "泵站昨夜停机"
    line = {**dict.fromkeys(LINE_COLUMNS), "id": "1", "opening": "泵站昨夜停机", "url": "/doc/1"}
    assert "[〔首句〕泵站昨夜停机](" in "".join(line_chunks([line], "md", "https://a.example/"))


def test_the_channel_of_a_source_stands_beside_it() -> None:
    hit = {"id": "1", "source": "人民网", "source_detail": "湖北频道", "text": "值班员报修。", "url": "/doc/1"}
    [row] = csv.DictReader(io.StringIO("".join(csv_chunks([hit])).removeprefix("\ufeff"), newline=""))
    assert (row["来源"], row["来源频道"]) == ("人民网", "湖北频道")
    assert "人民网 · 湖北频道" in "".join(markdown_chunks([hit]))
