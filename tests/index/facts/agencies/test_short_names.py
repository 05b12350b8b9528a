"""Bodies that a text calls by their kind alone: whatever the places and the kind are, the reading follows them."""

from __future__ import annotations

import pytest

from juanzong.index.datafiles import Words
from juanzong.index.facts.agencies.lexicon import lexicon
from tests.index.facts.test_tables import read

KINDS = ("市场监督管理局", "水利局", "林业局", "教育局", "应急管理局")
PAIRS = (("临漳县", "魏县"), ("永春县", "德化县"), ("绥阳县", "湄潭县"), ("保康县", "南漳县"))
BODY_WORDS = Words("body_words.yaml")
REGIONS = sorted(
    (region, surface, core.value)
    for region, own in lexicon().regional.items()
    for surface, core in own.items()
    if core.until is None
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_two_bureaus_are_of_the_kind_that_was_named(kind: str, one: str, other: str) -> None:
    got = read(f"{one}{kind}发布通告。", f"昨日，{one}、{other}两局联合开展检查，结果送{other}有关单位。")
    assert got[1]["agency"] == {one + kind, other + kind}


@pytest.mark.parametrize("kind", KINDS)
def test_the_bureau_of_the_province_is_of_the_kind_that_was_named(kind: str) -> None:
    got = read(f"漯河市{kind}通报四起案例。", "漯河市有关情况已报告，省局责令限期整改。")
    assert got[1]["agency"] == {f"河南省{kind}"}


def test_where_two_kinds_were_named_none_is_chosen() -> None:
    got = read("漯河市水利局、漯河市教育局通报情况。", "漯河市有关情况已报告，省局责令限期整改。")
    assert got[1]["agency"] == set()


@pytest.mark.parametrize("kind", ["生态环境局", "自然资源和规划局"])
@pytest.mark.parametrize(("city", "county"), [("商洛市", "柞水"), ("宝鸡市", "眉县"), ("渭南市", "大荔")])
def test_a_branch_is_taken_up_again(kind: str, city: str, county: str) -> None:
    got = read(f"{city}{kind}{county}分局开展督察。", f"如有异议，请向{county}分局反映。")
    assert got[1]["agency"] == {f"{city}{kind}{county}分局"}


@pytest.mark.parametrize(
    ("city", "county", "short"), [("丽水市", "缙云县", "缙云"), ("黔南布依族苗族自治州", "龙里县", "龙里")]
)
def test_a_fire_brigade_by_its_county(city: str, county: str, short: str) -> None:
    got = read(f"{city}消防救援支队通报火情。", f"3日，{short}大队到场扑救。")
    assert got[1]["agency"] == {f"{county}消防救援大队"}


@pytest.mark.parametrize("word", ["市局面临的困难", "两局比赛打平", "县局长", "三厅堂", "两地法院路"])
def test_what_only_looks_like_one(word: str) -> None:
    assert read("漯河市水利局通报情况。", f"说到{word}，大家都有同感。")[1]["agency"] == set()


def test_every_department_of_a_region_is_read_without_the_region() -> None:
    wrong = [
        surface
        for region, surface, value in REGIONS
        if value not in read(f"{region}政府公布安排。", f"{surface}表示，安排维持不变。")[1]["agency"]
    ]
    assert not wrong


@pytest.mark.parametrize(
    "surface",
    # some names are of one region wherever they stand
    sorted({surface for _, surface, _ in REGIONS if lexicon().cores[surface].kind != "central"})[::7],
)
def test_elsewhere_they_are_none_of_the_regions(surface: str) -> None:
    got = read("洛阳市召开会议，洛阳市通报情况。", f"{surface}表示，安排维持不变。")[1]["agency"]
    assert not {value for value in got if value[:2] in ("香港", "澳门")}


@pytest.mark.parametrize("letter", sorted(BODY_WORDS.map("provinces")))
@pytest.mark.parametrize("other", ["赣", "鄂"])
def test_provinces_by_their_letters(letter: str, other: str) -> None:
    provinces = BODY_WORDS.map("provinces")
    if letter != other and provinces[letter].endswith("省"):
        got = read(f"昨日，{letter}{other}两省水利厅会商。")[0]["agency"]
        assert got == {f"{provinces[letter]}水利厅", f"{provinces[other]}水利厅"}


@pytest.mark.parametrize(("city", "number"), [("六安市", "两"), ("宜春市", "两"), ("保定市", "两")])
def test_those_places_that_the_sentence_has_named(city: str, number: str) -> None:
    counties = {"六安市": "金寨县、霍山县", "宜春市": "奉新县、靖安县", "保定市": "阜平县、唐县"}[city]
    got = read(f"{counties}的车辆凭{number}地交通运输局的证明通行。")[0]["agency"]
    assert got == {f"{county}交通运输局" for county in counties.split("、")}
