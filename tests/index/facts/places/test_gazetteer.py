"""The gazetteer: every unit has its city, and every name the units that go by it."""

from __future__ import annotations

from juanzong.index.facts.places.gazetteer import gazetteer, streets, unit_of


def units(name: str) -> list[str]:
    return [unit.name for unit in gazetteer().known[name][1]]


def test_every_county_has_a_city_or_stands_alone() -> None:
    units = gazetteer().units.values()
    assert sum(unit.level == "city" for unit in units) > 330
    assert all(unit.city for unit in units if unit.level == "county")


def test_streets_lead_to_their_county() -> None:
    assert streets()["新香坊街道"] == {"2301": ("230110",)}
    county, city = unit_of("230110"), unit_of("441900")
    assert county and county.name == "香坊区"
    # a prefecture without counties
    assert city and city.name == "东莞市"


def test_other_names_of_a_unit() -> None:
    assert units("昆区") == ["昆都仑区"]
    assert units("乌盟") == ["乌兰察布盟"]
    assert units("莆田县") == ["莆田县"]
    assert units("冰城") == ["哈尔滨市"]


def test_names_stand_as_they_do_in_a_folded_text() -> None:
    assert units("干安县") == ["乾安县"]


def test_a_district_carries_its_city_a_county_does_not() -> None:
    assert [gazetteer().known[name][1][0].body_prefix for name in ("铜山区", "沛县", "昆山市")] == [
        "徐州市铜山区",
        "沛县",
        "昆山市",
    ]
