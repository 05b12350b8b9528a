"""Every row of the vocabularies of bodies and places read in a text of some city: the reading is that city's, whatever city it is."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from juanzong.index.datafiles import Words, rows
from juanzong.index.facts.agencies.lexicon import LENDER, Core, lexicon
from juanzong.index.facts.places.gazetteer import gazetteer, streets, unit_of
from tests.index.facts.test_tables import read

CITIES = ("洛阳市", "泉州市", "遵义市", "襄阳市", "绵阳市", "咸阳市")
PROVINCES = ("江西省", "陕西省", "云南省")
BODY_WORDS = Words("body_words.yaml")
LEXICON = lexicon(None)
OVERRIDES = [row for _, row in rows("place_overrides.csv", ("kind", "target", "year", "names"))]


def cores(kind: str) -> list[tuple[str, Core]]:
    return sorted((surface, core) for surface, core in LEXICON.cores.items() if core.kind == kind)


def named(kind: str) -> list[tuple[str, str, str]]:
    """The names of one kind of override with their target and year."""
    return [
        (name, row["target"], row["year"]) for row in OVERRIDES if row["kind"] == kind for name in row["names"].split()
    ]


def said(text: str) -> set[str]:
    """The bodies of a sentence."""
    return read(text)[0]["agency"]


def owners(number: int, core: Core) -> Iterator[str]:
    """A city, or a province where only that has such a body."""
    yield PROVINCES[number % 3] if BODY_WORDS.of_province.search(core.value) else CITIES[number % len(CITIES)]


def test_a_local_body_is_of_whatever_place_stands_before_it() -> None:
    wrong = []
    for number, (surface, core) in enumerate(cores("local")):
        if BODY_WORDS.region_office.fullmatch(core.value) or core.value == "人民法院" or core.until:
            continue
        for owner in owners(number, core):
            own = LEXICON.bodies.get((owner, "市" + surface), owner + core.value)
            if own not in said(f"昨日，记者从{owner}{surface}获悉，这项工作进展顺利。"):
                wrong.append(owner + surface)
    assert not wrong


def test_a_body_of_the_party_is_of_whatever_place_stands_before_it() -> None:
    wrong = [
        surface
        for number, (surface, core) in enumerate(cores("party"))
        if f"中共{CITIES[number % 6]}{core.value}" not in said(f"昨日，{CITIES[number % 6]}{surface}召开会议。")
    ]
    assert not wrong


def test_a_name_that_is_put_together_in_its_own_way_holds_the_place() -> None:
    wrong = []
    for number, (surface, core) in enumerate(cores("special")):
        if core.value in BODY_WORDS.set("of_zone"):
            continue
        # a branch in a district is called after both
        place, inside = ("泉州市丰泽区", "丰泽") if core.value.startswith("{c}") else (next(owners(number, core)),) * 2
        found = said(f"昨日，{place}{surface}发布通报。")
        if not any(inside.removesuffix("市") in value for value in found):
            wrong.append(place + surface)
    assert not wrong


def test_a_central_body_is_read_by_each_of_its_names() -> None:
    wrong = [
        surface
        for surface, core in cores("central")
        if core.until is None
        and surface not in BODY_WORDS.set("offices")
        and core.value not in said(f"昨日，{surface}发布消息。")
        # each park has an office of its own
        and core.value != "国家公园管理局"
    ]
    assert not wrong


def test_a_ministry_with_a_guard_is_no_body_behind_a_foreign_country() -> None:
    wrong = [
        surface
        for surface, core in cores("central")
        if core.guard and core.value in said(f"昨日，韩国{surface}发布消息，日本记者到场。")
    ]
    assert not wrong


@pytest.mark.parametrize("lender", [surface for surface, _ in cores(LENDER)])
def test_a_body_of_another_kind_lends_its_place(lender: str) -> None:
    found = said(f"活动由泉州市丰泽区{lender}、卫生健康局、司法局主办。")
    assert found == {"泉州市丰泽区卫生健康局", "泉州市丰泽区司法局"}


@pytest.mark.parametrize("matter", ["财政经济", "监察和司法", "社会建设", "民族宗教侨务外事", "城乡建设环境保护"])
def test_the_committees_of_a_congress(matter: str) -> None:
    city = random.Random(matter).choice(CITIES)
    assert f"{city}人民代表大会{matter}委员会" in said(f"{city}人大{matter}委员会召开会议。")
    assert f"{city}人民代表大会常务委员会{matter}工作委员会" in said(f"{city}人大常委会{matter}工委召开会议。")


@pytest.mark.parametrize("number", "一二三四五六七八九十")
def test_the_groups_of_a_committee(number: str) -> None:
    assert said(f"云南省委第{number}巡视组进驻。") == {f"中共云南省委第{number}巡视组", "中共云南省委"}


@pytest.mark.parametrize("matter", ["治水", "创建", "湾长", "燃气", "铁路", "普查"])
@pytest.mark.parametrize("city", CITIES)
def test_an_office_in_its_short_form(city: str, matter: str) -> None:
    assert said(f"记者从{city}{matter}办获悉，工作进展顺利。") == {f"{city}{matter}办公室"}


@pytest.mark.parametrize("verb", ["举", "主", "承", "协", "民", "公", "联", "申"])
def test_no_office_is_made_of_a_verb(verb: str) -> None:
    assert said(f"活动在泉州市{verb}办，泉州市少年宫{verb}办。") == set()


@pytest.mark.parametrize("alias", named("alias"))
def test_another_name_of_a_city(alias: tuple[str, str, str]) -> None:
    assert read(f"记者昨天在{alias[0]}采访。")[0]["city"] == {alias[1]}


def test_a_unit_that_is_no_more_lay_in_its_city() -> None:
    wrong = []
    for name, target, year in named("former"):
        city = gazetteer().cities.get(target)
        if city is None or len(gazetteer().known[name][1]) > 1 or name[:-1] in gazetteer().words | gazetteer().homonyms:
            continue
        told = read(f"{int(year) - 1}年5月6日，{name}人民政府召开会议。")[0]
        # one that was merged away stands for itself
        if told["city"] not in ({target}, {name}):
            wrong.append((name, told["city"]))
    assert not wrong


@pytest.mark.parametrize("zone", named("zone"))
def test_a_zone_lies_in_its_city(zone: tuple[str, str, str]) -> None:
    assert read(f"{zone[1]}召开会议。", f"记者昨天在{zone[0]}采访。")[1]["city"] == {zone[1]}


def test_a_street_office_is_called_after_its_district() -> None:
    wrong = []
    generator = random.Random(7)
    for name, areas in generator.sample(sorted(streets().items()), 150):
        unit = unit_of(next(iter(areas.values()))[0])
        if unit is None or unit.level != "county" or not unit.city or not name.endswith("街道"):
            continue
        found = said(f"{unit.city}{unit.name}{name}办事处召开会议。")
        if f"{unit.body_prefix}{name}办事处" not in found:
            wrong.append((unit.name + name, found))
    assert not wrong


def county_cities() -> list[tuple[str, str]]:
    """Some county-level cities with the cities in which they lie."""
    units = {unit.name: unit for unit in gazetteer().units.values()}
    found = [
        (unit.name, unit.city)
        for unit in units.values()
        if unit.level == "county" and unit.name.endswith("市") and unit.city and unit.city != unit.name
    ]
    return random.Random(3).sample(sorted(found), 25)


@pytest.mark.parametrize(("county", "city"), county_cities())
def test_a_list_goes_on_with_the_place_that_it_began_with(county: str, city: str) -> None:
    own = f"{city}召开会议，{city}通报情况。"
    inside = {f"中共{county}委政法委员会", *(county + core for core in ("公安局", "人民检察院", "司法局"))}
    assert read(own, f"{county}委政法委、市公安局、市检察院、市司法局参加。")[1]["agency"] == inside
    outside = {city + core for core in ("公安局", "教育局", "财政局")}
    assert read(own, f"{city}公安局、市教育局、市财政局参加。")[1]["agency"] == outside


@pytest.mark.parametrize("city", CITIES)
def test_a_new_area_is_of_the_city_before_it(city: str) -> None:
    found = read(f"{city[:-1]}滨海新区管委会发布通告。")[0]
    assert found["city"] == {city} and found["agency"] == {f"{city[:-1]}滨海新区管理委员会"}


@pytest.mark.parametrize("name", [name for name, _, _ in named("foreign") if name.endswith(("市", "县", "州"))])
def test_a_place_elsewhere_lends_its_last_character_to_no_body(name: str) -> None:
    found = read("厦门市召开会议，厦门市通报情况。", f"{name}政府、{name}警察局、{name}教育局发布消息。")[1]
    assert not any(value.startswith("厦门市") for value in found["agency"])


@pytest.mark.parametrize("prefecture", [city for city in sorted(gazetteer().cities) if city.endswith("自治州")])
def test_the_committee_of_a_prefecture_in_either_form(prefecture: str) -> None:
    for committee in ("委", "党委"):
        assert f"中共{prefecture}委" in said(f"昨日，{prefecture}{committee}召开会议。")
