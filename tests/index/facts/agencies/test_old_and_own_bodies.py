"""Bodies of the centre that are no more, police of ports and borders, and offices that somebody is relieved of."""

from __future__ import annotations

import pytest

from tests.index.facts.test_tables import read


@pytest.mark.parametrize(
    "ministry", ["农牧渔业部", "第四机械工业部", "核工业部", "国家物资局", "劳动人事部", "国防科学技术工业委员会"]
)
def test_ministries_of_their_years(ministry: str) -> None:
    assert read(f"1981年，{ministry}在京召开会议。")[0]["agency"] == {ministry}


@pytest.mark.parametrize("department", ["物资部", "能源部", "粮食部"])
def test_departments_of_firms_are_none(department: str) -> None:
    assert not read(f"某集团公司{department}昨日贴出通知。")[0].get("agency")


@pytest.mark.parametrize("city", ["天津", "烟台", "厦门", "湛江"])
def test_the_police_of_a_port_are_called_after_it(city: str) -> None:
    port = f"{city}港公安局"
    assert port in read(f"{port}民警昨日到场。")[0]["agency"]


@pytest.mark.parametrize("city", ["大连市", "崇左市", "保山市"])
def test_the_border_detachment_of_a_city_bureau(city: str) -> None:
    assert f"{city}公安局边境管理支队" in read(f"线索报到{city}公安局边境管理支队。")[0]["agency"]


@pytest.mark.parametrize("county", ["临漳县", "永春县", "绥阳县"])
@pytest.mark.parametrize("verb", ["免去", "撤销", "罢免"])
def test_offices_that_somebody_is_relieved_of(county: str, verb: str) -> None:
    got = read(f"{county}人民代表大会常务委员会名单", f"{verb}：田某的县水利局局长职务；柳某的县人民法院审判员职务。")
    assert got[1]["agency"] == {f"{county}水利局", f"{county}人民法院"}
