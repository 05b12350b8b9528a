"""Synonyms: an unquoted word is also found by its other forms, and nothing else is ever widened."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from juanzong.index.text.folding import fold
from juanzong.search import Engine, SearchRequest
from juanzong.search.language.parser import Note, parse
from juanzong.search.language.synonyms import LONGEST_FORM, NAME, SHIPPED, Synonyms, read, synonyms_for
from tests.contract import open_engine, publish
from tests.samples import make_document

LIST = read(
    [
        "卫健委 = 卫生健康委员会  # 机构\n核酸 = 核酸检测\n新冠 ＝ COVID-19 = 2019-nCoV\n次密接 = 密接的密接\n密接 = 密切接触者\n"
    ]
)


@pytest.mark.parametrize(
    ("word", "others"),
    [
        ("卫健委", ("卫生健康委员会",)),
        ("卫生健康委员会", ("卫健委",)),
        ("衛健委", ("卫生健康委员会",)),
        ("徐州市卫健委", ("徐州市卫生健康委员会",)),
        ("核酸", ()),
        ("核酸检测", ("核酸",)),
        ("covid-19", ("新冠", "2019-nCoV")),
        ("次密接", ("密接的密接",)),
        ("卫健委通报", ()),
        ("哪一个大城市里面的卫健委", ()),
        ("八个字的市和区的卫健委", ("八个字的市和区的卫生健康委员会",)),
        ("流调", ()),
        ("", ()),
    ],
)
def test_other_forms_of_a_word(word: str, others: tuple[str, ...]) -> None:
    assert LIST.of(word) == others


def test_what_is_widened_and_what_is_not() -> None:
    q = '卫健委 "卫健委" -卫健委 title:卫健委 agency:卫健委 卫健委* (流调 OR 核酸检测)'
    widened = LIST.widen(parse(q))
    assert widened.reading == (
        "(卫健委 OR 卫生健康委员会)",
        '"卫健委"',
        "-卫健委",
        "title:卫健委",
        "agency:卫健委",
        "卫健委*",
        "(流调 OR 核酸检测 OR 核酸)",
    )
    assert widened.notes == (Note("widened", ("卫健委", "卫生健康委员会")), Note("widened", ("核酸检测", "核酸")))


@pytest.mark.parametrize("q", ['"卫健委"', "流调 溯源", "", "*", "-卫健委"])
def test_a_query_without_a_listed_word_is_the_same(q: str) -> None:
    parsed = parse(q)
    assert LIST.widen(parsed) is parsed
    assert Synonyms({}).widen(parsed) is parsed


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# 卫健委 = x",
        "卫健委",
        "= =",
        "，= 。".replace("，", "").replace("。", ""),
        f"卫健委 = {'长' * (LONGEST_FORM + 1)}",
        "\x00 = \x00",
    ],
)
def test_lines_without_a_meaning_are_passed_over(text: str) -> None:
    assert read([text]).others == {}


def test_a_single_form_takes_a_meaning_away() -> None:
    assert read(["流调 = 流行病学调查", "流调 ="]).of("流调") == ()
    assert read(["流调 = 流行病学调查", "流调 ="]).of("流行病学调查") == ()
    assert read(["流调 = 流行病学调查", "流调 ="] + ["流调 = 调查"]).of("流调") == ("调查",)
    assert read(["甲 = 乙", "甲 = 丙"]).of("甲") == ("乙", "丙")


def test_the_shipped_list_is_well_formed() -> None:
    lines = [line.partition("#")[0].strip() for line in SHIPPED.read_text("utf-8").splitlines()]
    forms = [[form.strip() for form in line.split("=")] for line in lines if line]
    assert all(len(line) > 1 and all(1 < len(form) <= LONGEST_FORM for form in line) for line in forms)
    flat = [fold(form) for line in forms for form in line]
    assert len(flat) == len(set(flat)), "a form has one meaning"


# --- in searches ---

TEXTS = (
    "市卫健委通报情况",
    "卫生健康委员会公布数据",
    "核酸结果公布",
    "核酸检测点",
    "无关段落",
    "卫生工作与健康知识",
    "COVIDs-19",
    "COVID-19 通报",
)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    publish(tmp_path, [[make_document("d", TEXTS)]])
    return open_engine(tmp_path)


def found(engine: Engine, q: str, mode: str = "all") -> set[str]:
    result = engine.search(SearchRequest(q=q, mode=mode, size=50))
    assert all(hit.marks for hit in result.hits)
    return {hit.text for hit in result.hits}


def test_an_unquoted_word_is_found_by_its_other_forms_and_marked(engine: Engine) -> None:
    result = engine.search(SearchRequest(q="卫健委"))
    assert {hit.text[start:end] for hit in result.hits for start, end in hit.marks} == {"卫健委", "卫生健康委员会"}
    assert result.query.terms == ("卫健委",)
    assert result.query.reading == ("(卫健委 OR 卫生健康委员会)",)
    assert result.query.notes == (Note("widened", ("卫健委", "卫生健康委员会")),)


@pytest.mark.parametrize(
    ("q", "mode", "wanted"),
    [
        ('"卫健委"', "all", {TEXTS[0]}),
        ("卫健委", "exact", {TEXTS[0]}),
        ("核酸检测", "all", {TEXTS[2], TEXTS[3]}),
        ('"核酸检测"', "all", {TEXTS[3]}),
        ("卫健委 -卫生健康委员会", "all", {TEXTS[0]}),
        ("卫健委 公布", "all", {TEXTS[1]}),
    ],
)
def test_searches(engine: Engine, q: str, mode: str, wanted: set[str]) -> None:
    assert found(engine, q, mode) == wanted


def test_other_forms_are_not_cut_where_any_word_is_enough(engine: Engine) -> None:
    assert TEXTS[5] not in found(engine, "卫健委", "any")
    assert found(engine, "卫健委", "any") >= {TEXTS[1]}


def test_the_word_itself_comes_before_its_other_forms(engine: Engine) -> None:
    hits = engine.search(SearchRequest(q="核酸检测")).hits
    assert [hit.text for hit in hits] == [TEXTS[3], TEXTS[2]]


def test_a_word_whose_other_form_stands_is_not_unmatched(tmp_path: Path) -> None:
    publish(tmp_path, [[make_document("d", ["流行病学调查", "别的"])]])
    result = open_engine(tmp_path).search(SearchRequest(q="流调 没有"))
    assert result.query.relaxed and result.query.unmatched == ("没有",)


def test_a_curators_list_counts_at_once_and_in_addition(engine: Engine, tmp_path: Path) -> None:
    own = tmp_path / NAME
    before = engine.edition()
    own.write_text("新冠 = COVID-19\n卫健委 = 卫生知识\n", encoding="utf-8")
    assert engine.edition() != before
    assert found(engine, "新冠") == {TEXTS[7]}, "letters and digits of another form end where it ends"
    assert synonyms_for(tmp_path).of("卫健委") == ("卫生健康委员会", "卫生知识")
    own.write_text("卫健委 =\n", encoding="utf-8")
    os.utime(own, ns=(1, 1))
    assert found(engine, "卫健委") == {TEXTS[0]}
    own.unlink()
    assert found(engine, "卫健委") == {TEXTS[0], TEXTS[1]}


def test_a_list_of_garbage_is_no_error(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"\xff\xfe\x00= \x80 = =\n" * 50)
    assert found(engine, "核酸") == {TEXTS[2], TEXTS[3]}
    (tmp_path / NAME).unlink()
    (tmp_path / NAME).mkdir()
    assert found(engine, "核酸") == {TEXTS[2], TEXTS[3]}
