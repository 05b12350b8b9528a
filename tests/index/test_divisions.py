from __future__ import annotations

import pytest

from juanzong.index import divisions
from juanzong.index.facts.places.gazetteer import gazetteer


def test_every_city_of_the_gazetteer_lies_where_the_gazetteer_says() -> None:
    for name, unit in gazetteer().cities.items():
        if unit.code:
            assert divisions.province_of(name) == unit.province, name


@pytest.mark.parametrize(
    ("city", "surface", "district"),
    [
        ("哈尔滨市", "道里区", "哈尔滨市道里区"),
        ("哈尔滨市", "道里", "哈尔滨市道里区"),
        ("哈尔滨市", "哈尔滨市松北区", "哈尔滨市松北区"),
        ("哈尔滨市", "哈尔滨松北", "哈尔滨市松北区"),
        ("哈尔滨市", "依兰县", "哈尔滨市依兰县"),
        ("上海市", "浦东新区", "上海市浦东新区"),
        ("徐州市", "道里区", None),
        ("济源市", "济源市", None),
        ("佛山市", "全市", None),
        ("没有这座城市", "道里区", None),
    ],
)
def test_districts(city: str, surface: str, district: str | None) -> None:
    assert divisions.district_of(city, surface) == district


def test_the_tree() -> None:
    assert len(divisions.provinces()) == 33 or len(divisions.provinces()) == 34
    assert "徐州市" in divisions.cities_of("江苏省") and divisions.cities_of("北京市") == ("北京市",)
    assert "济源市" in divisions.cities_of("河南省")
    assert "哈尔滨市道里区" in divisions.districts_of("哈尔滨市") and divisions.districts_of("济源市") == ()
