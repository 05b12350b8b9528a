"""Names that lend a part to the next: bureaus to stations, counted places to one bureau, towns to their district, cities to branches."""

from __future__ import annotations

import random

import pytest

from juanzong.index.datafiles import Words
from juanzong.index.facts.agencies.lexicon import lexicon
from juanzong.index.facts.places.gazetteer import gazetteer, streets, towns_of
from tests.index.facts.test_tables import read

DISTRICTS = [
    unit
    for _, unit in sorted(gazetteer().units.items())
    if unit.level == "county" and unit.name.endswith("区") and unit.city
]
BODY_WORDS = Words("body_words.yaml")
PREFECTURES = [name for name in sorted(gazetteer().cities) if name.endswith("自治州")]
CUSTOMS = sorted(
    surface[:-2]
    for surface, core in lexicon().cores.items()
    if core.kind == "central" and core.value == surface and surface.endswith("海关") and 4 <= len(surface) <= 5
)


@pytest.mark.parametrize("seed", range(8))
def test_a_station_in_a_list_is_of_the_bureau_before_it(seed: int) -> None:
    unit = random.Random(seed).choice(DISTRICTS)
    got = read(f"{unit.city}{unit.name}杏林坊派出所、栖霞坞派出所民警赶到。")[0]["agency"]
    bureaus = {value.removesuffix("杏林坊派出所") for value in got if value.endswith("杏林坊派出所")}
    assert len(bureaus) == 1 and bureaus.pop() + "栖霞坞派出所" in got


@pytest.mark.parametrize("seed", range(6))
def test_counted_places_share_one_bureau_of_the_police(seed: int) -> None:
    one, other = random.Random(seed).sample(PREFECTURES, 2)
    assert read(f"{one}、{other}两州公安局联合行动。")[0]["agency"] == {one + "公安局", other + "公安局"}


@pytest.mark.parametrize("seed", range(6))
def test_customs_houses_in_a_list(seed: int) -> None:
    names = random.Random(seed).sample(CUSTOMS, 3)
    assert read(f"海关总署组织{'、'.join(names)}海关开展行动。")[0]["agency"] >= {name + "海关" for name in names}


@pytest.mark.parametrize("seed", range(8))
def test_a_city_and_not_a_county_elsewhere_has_a_branch(seed: int) -> None:
    chance = random.Random(seed)
    county = chance.choice(
        [unit for unit in gazetteer().units.values() if unit.name.endswith("县") and len(unit.short) == 2]
    )
    city = chance.choice(
        [unit for unit in gazetteer().cities.values() if unit.name.endswith("市") and unit.province != county.province]
    )
    got = read(f"{city.name}{county.short}公安分局破获一起案件。")[0]
    assert got == {"city": {city.name}, "date": set(), "agency": {f"{city.name}公安局{county.short}分局"}}


@pytest.mark.parametrize("city", ["东莞市", "中山市"])
def test_a_city_without_districts_has_branches_in_its_towns(city: str) -> None:
    towns = sorted(
        name for name in streets() if name.endswith("镇") and [unit.name for unit in towns_of(name)] == [city]
    )
    for town in random.Random(city).sample(towns, 4):
        got = read(f"{city}{town[:-1]}警方接到报警。")[0]["agency"]
        assert got == {f"{city}公安局{town[:-1]}分局"}


def test_a_district_by_the_one_town_that_is_named() -> None:
    for town in ("庄行镇", "奉城镇", "南翔镇", "朱泾镇"):
        (unit,) = [unit for unit in towns_of(town) if unit.city == "上海市"]
        assert f"上海市{unit.name}体育局" in read(f"上海{town}举行比赛，由区体育局主办。")[0]["agency"]
    assert read("上海庄行镇、南翔镇举行比赛，由区体育局主办。")[0]["agency"] == set()


def test_a_town_is_no_county_of_its_name() -> None:
    assert read("江门市蓬江区白沙街道办连夜安置住户，白沙派出所协助。")[0] == {
        "city": {"江门市"},
        "date": set(),
        "agency": {"江门市蓬江区白沙街道办事处", "江门市公安局蓬江分局白沙派出所"},
    }


@pytest.mark.parametrize("body", ["党委", "纪委", "人大"])
@pytest.mark.parametrize("town", ["甘霖镇", "长乐镇", "黄泽镇"])
def test_a_towns_committee_is_taken_up_again(town: str, body: str) -> None:
    got = read(f"嵊州市{town}人民政府发布通知。", f"镇{body}负责人说，工作已经展开。")[1]["agency"]
    named = {
        "党委": f"中共嵊州市{town}委员会",
        "纪委": f"中共嵊州市{town}纪律检查委员会",
        "人大": f"嵊州市{town}人民代表大会",
    }
    assert got == {named[body]}


@pytest.mark.parametrize("county", ["南漳县", "寿县", "惠水县"])
def test_a_tribunal_of_a_countys_court(county: str) -> None:
    assert f"{county}人民法院柳河法庭" in read(f"{county}柳河法庭开庭审理。")[0]["agency"]
    assert read(f"{county}流动法庭走进村庄。")[0]["agency"] == set()


def test_a_branch_without_a_parent_is_not_found_everywhere() -> None:
    document = read("温泉县公安分局通报。", "今天晴。")
    assert document[1]["agency"] == set()


OF_STATE = sorted(BODY_WORDS.map("of_state").items())


@pytest.mark.parametrize(("surface", "value"), OF_STATE)
def test_a_body_of_the_state_in_a_list_of_such(surface: str, value: str) -> None:
    assert value in read(f"水利部、{surface}、应急管理部等部委联合发文。")[0]["agency"]
    assert value in read(f"洛阳市消息：水利部、{surface}、应急管理部等部委联合发文。")[0]["agency"]
    assert value not in read(f"洛阳市水利局、{surface}、应急管理局联合发文。")[0]["agency"]


@pytest.mark.parametrize("county", ["勉县", "南漳县", "寿县"])
def test_the_justice_office_of_a_town(county: str) -> None:
    town = next(
        name for name in sorted(streets()) if name.endswith("镇") and [u.name for u in towns_of(name)] == [county]
    )
    got = read(f"{county}{town}司法所开展调解。")[0]["agency"]
    assert got == {f"{county}司法局{town[:-1]}司法所"}


@pytest.mark.parametrize("city", ["常州市", "思茅区", "海北藏族自治州"])
def test_the_committee_of_politics_and_law_without_its_party(city: str) -> None:
    full = "普洱市思茅区" if city == "思茅区" else city
    assert read(f"{full}政法委召开会议。")[0]["agency"] == {f"中共{full}委政法委员会"}


def test_a_department_of_education_and_culture_is_no_ministry() -> None:
    assert "教育部" not in read("澳门中联办文化教育部副部长出席。")[0]["agency"]


@pytest.mark.parametrize("bureau", ["生态环境局", "自然资源和规划局", "公安局"])
@pytest.mark.parametrize(
    ("city", "one", "other"), [("宝鸡市", "渭滨", "金台"), ("乌海市", "海勃湾", "海南"), ("荆州市", "沙市", "荆州")]
)
def test_branches_in_a_list_are_of_one_bureau(bureau: str, city: str, one: str, other: str) -> None:
    got = read(f"{city}{bureau}{one}分局、{other}分局联合检查。")[0]["agency"]
    assert {f"{city}{bureau}{one}分局", f"{city}{bureau}{other}分局"} <= got


def test_towns_that_are_counted_have_a_government_each() -> None:
    got = read("淄博市博山区石马镇、池上镇两镇政府签署协议。")[0]["agency"]
    assert got == {"淄博市博山区石马镇人民政府", "淄博市博山区池上镇人民政府"}


@pytest.mark.parametrize("region", ["阿里地区", "阿拉善盟", "喀什地区"])
def test_the_office_of_an_articles_own_prefecture(region: str) -> None:
    got = read(f"{region}召开会议，{region}通报情况。", "行署专员出席。")[1]["agency"]
    assert got == {f"{region}行政公署"}
    assert read("洛阳市召开会议，洛阳市通报情况。", "行署专员出席。")[1]["agency"] == set()


def test_an_office_of_justice_by_its_towns_bare_name() -> None:
    got = read("晋江市人民法院磁灶法庭、磁灶司法所组成调解组。", "晋江市的司法所都开门了。")
    assert "晋江市司法局磁灶司法所" in got[0]["agency"]
    assert got[1]["agency"] == set()
