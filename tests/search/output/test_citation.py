from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.search.output.citation import Work, bibtex, csl, csl_json, gbt7714, work

HIT: dict[str, Any] = {
    "id": "00ff",
    "title": "冰城速度",
    "source": "哈尔滨新闻网",
    "date": "2021-11-25",
    "date_basis": "dateline",
    "url": "/doc/0a#p-00ff",
}
DAY = date(2024, 1, 2)
BASE = "https://archive.example/"


@pytest.mark.parametrize(
    ("changes", "authors", "base_url", "line"),
    [
        (
            {},
            (),
            BASE,
            "冰城速度[EB/OL]. 哈尔滨新闻网, 2021(2021-11-25)[2024-01-02]. https://archive.example/doc/0a#p-00ff.",
        ),
        ({}, (), "", "冰城速度[EB/OL]. 哈尔滨新闻网, 2021(2021-11-25)."),
        (
            {"source_url": "https://news.example/1"},
            (),
            BASE,
            "冰城速度[EB/OL]. 哈尔滨新闻网, 2021(2021-11-25)[2024-01-02]. https://news.example/1.",
        ),
        ({"source": "哈尔滨日报"}, (), "", "冰城速度[N]. 哈尔滨日报, 2021-11-25."),
        (
            {"source": "《人民日报》"},
            "王一鸣",
            BASE,
            "王一鸣. 冰城速度[N/OL]. 人民日报, 2021-11-25[2024-01-02]. https://archive.example/doc/0a#p-00ff.",
        ),
        ({"source": "哈尔滨日报", "date": "2021-11"}, (), "", "冰城速度[EB/OL]. 哈尔滨日报, 2021(2021-11)."),
        ({"source": "疫情通报"}, (), "", "冰城速度[EB/OL]. 疫情通报, 2021(2021-11-25)."),
        ({"date_basis": "notice_number"}, (), "", "冰城速度[EB/OL]. 哈尔滨新闻网, [2021]."),
        ({"source": None}, (), "", "冰城速度[EB/OL]. (2021-11-25)."),
        ({"source": None, "date": "2021"}, (), "", "冰城速度[EB/OL]. 2021."),
        ({"date": None}, (), "", "冰城速度[EB/OL]. 哈尔滨新闻网."),
        ({"date": "--11-25"}, (), "", "冰城速度[EB/OL]. 哈尔滨新闻网."),
        ({"source": None, "date": None}, (), "", "冰城速度[EB/OL]."),
        (
            {"title": None},
            ("甲", "乙", "丙", "丁"),
            "",
            "甲,乙,丙,等. [题名不详][EB/OL]. 哈尔滨新闻网, 2021(2021-11-25).",
        ),
    ],
)
def test_gbt7714(changes: dict[str, Any], authors: Any, base_url: str, line: str) -> None:
    assert gbt7714(work({**HIT, **changes}, authors=authors, base_url=base_url, accessed=DAY)) == line


def test_bibtex() -> None:
    assert bibtex(work({**HIT, "title": "100%_{} & \\"}, authors=["王一鸣"], base_url=BASE, accessed=DAY)) == (
        "@misc{jz00ff,\n  title = {{100\\%\\_\\{\\} \\& \\textbackslash{}}},\n  author = {{王一鸣}},\n  howpublished = {哈尔滨新闻网},\n  year = {2021},\n"
        "  month = {11},\n  day = {25},\n  url = {https://archive.example/doc/0a#p-00ff},\n  urldate = {2024-01-02},\n  language = {chinese},\n}\n"
    )
    assert bibtex(work({**HIT, "source": "哈尔滨日报"})).startswith("@article{jz00ff,")
    assert "year = {[2021]}" in bibtex(work({**HIT, "date_basis": "latest_event"}))


def test_csl() -> None:
    assert csl(work({**HIT, "source": "哈尔滨日报"}, base_url=BASE, accessed=DAY)) == {
        "id": "jz00ff",
        "type": "article-newspaper",
        "language": "zh-CN",
        "title": "冰城速度",
        "container-title": "哈尔滨日报",
        "issued": {"date-parts": [[2021, 11, 25]]},
        "URL": "https://archive.example/doc/0a#p-00ff",
        "accessed": {"date-parts": [[2024, 1, 2]]},
    }
    assert csl(work({**HIT, "date_basis": "notice_number"}))["issued"] == {"date-parts": [[2021]], "circa": True}
    assert csl(work({"id": "1"})) == {"id": "jz1", "type": "webpage", "language": "zh-CN"}
    assert json.loads(csl_json(work(HIT)))[0]["title"] == "冰城速度"


def test_only_web_addresses_are_cited() -> None:
    assert work({**HIT, "source_url": "javascript:alert(1)"}).url is None
    assert work({**HIT, "url": "javascript:alert(1)"}, base_url=BASE).url is None


@given(
    st.fixed_dictionaries(
        {
            name: st.none() | st.text(max_size=15)
            for name in ("id", "title", "source", "date", "date_basis", "url", "source_url")
        }
    ),
    st.lists(st.text(max_size=4), max_size=4),
)
def test_nothing_is_invented_and_no_line_is_broken(hit: dict[str, Any], authors: list[str]) -> None:
    cited = work(hit, authors=authors)
    assert isinstance(cited, Work)
    assert len(gbt7714(cited).splitlines()) == 1 or "\n" not in gbt7714(cited)
    made = bibtex(cited)
    unescaped = made.replace("\\{", "").replace("\\}", "")
    assert unescaped.count("{") == unescaped.count("}")
    assert ("\n  year = " in made) == bool(cited.date)
    json.loads(csl_json(cited))


def test_the_page_stands_where_the_standard_has_it() -> None:
    paper = Work("a", "一部电梯的九次会", source="彭城早报", date="2022-03-18", pages="1")
    assert gbt7714(paper) == "一部电梯的九次会[N]. 彭城早报, 2022-03-18(1)."
    notice = Work("a", "关于演练的通知", source="兰州市水务局", date="2021-05-10", pages="3-4")
    assert gbt7714(notice) == "关于演练的通知[EB/OL]. 兰州市水务局, 2021: 3-4(2021-05-10)."
