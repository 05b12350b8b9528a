"""Every row of the tables of facts read in a text: put another city, letter, body or day in, and the reading changes accordingly."""

from __future__ import annotations

import pytest

from juanzong.index.datafiles import Words, rows
from juanzong.index.facts.agencies.lexicon import lexicon
from juanzong.index.facts.agencies.rules import rule_of, rules
from juanzong.index.facts.annotation import annotate
from juanzong.index.facts.context import ReadingContext
from juanzong.index.facts.places.gazetteer import gazetteer
from juanzong.index.records import Article, Document, Paragraph

LETTERS = [
    (row["letter"], row["city"], row["always"]) for _, row in rows("city_letters.csv", ("letter", "city", "always"))
]
INCIDENTS = [(row["day"], row["year"], row["words"]) for _, row in rows("incidents.csv", ("day", "year", "words"))]
CITIES = ["洛阳市", "泉州市", "遵义市", "延边朝鲜族自治州", "大连市", "桂林市", "襄阳市", "呼伦贝尔市"]


def read(*texts: str) -> list[dict[str, set[str]]]:
    """The values of each paragraph by facet."""
    paragraphs = tuple(Paragraph(str(at), at, "body", text) for at, text in enumerate(texts))
    document = Document("d", "d.txt", "", "utf-8", "text", articles=(Article("a", paragraphs=paragraphs),))
    article = annotate(document, ReadingContext()).articles[0]
    return [
        {facet: set(paragraph.values(facet)) for facet in ("city", "date", "agency")}
        for paragraph in article.paragraphs
    ]


@pytest.mark.parametrize(("letter", "city", "always"), LETTERS)
def test_a_letter_is_its_city(letter: str, city: str, always: str) -> None:
    for verb in "抵离返赴":
        if verb + letter in Words("place_words.yaml").set("no_letter"):
            continue
        own = read(f"{city}召开会议，{city}通报情况。", f"8月5日，专家组{verb}{letter}，随后开展工作。")
        assert own[1]["city"] == {city}, verb
    alone = read(f"8月5日，专家组抵{letter}，随后开展工作。")
    assert alone[0]["city"] == ({city} if always else set())


@pytest.mark.parametrize("city", CITIES)
def test_the_first_character_of_any_own_city(city: str) -> None:
    assert read(f"{city}召开会议，{city}通报情况。", f"专家组昨日抵{city[0]}。")[1]["city"] == {city}


@pytest.mark.parametrize(("day", "year", "words"), INCIDENTS)
def test_an_incident_has_its_year(day: str, year: str, words: str) -> None:
    month, number = map(int, day.split("-"))
    occasion = f"{month}-{number}" in Words("date_words.yaml").set("occasions")
    sign = words.split("|")[0]
    found = read(f"{sign}“{month}·{number}”特别重大事故调查组公布了报告。")[0]["date"]
    assert found == (set() if occasion else {f"{year}-{day}"})
    elsewhere = read(f"某矿“{month}·{number}”事故调查组公布了报告。")[0]["date"]
    assert elsewhere == (set() if occasion else {f"--{day}"})


@pytest.mark.parametrize("city", CITIES)
def test_a_body_is_of_the_city_that_the_text_names(city: str) -> None:
    bodies = {"市教育局": "教育局", "市卫健委": "卫生健康委员会", "市公安局": "公安局", "市应急管理局": "应急管理局"}
    level = {"州": "州"}.get(city[-1], "市")
    for surface, core in bodies.items():
        found = read(f"{city}召开会议，{city}通报情况。", f"{level}{surface[1:]}提醒，雨天减速慢行。")
        assert found[1]["agency"] == {city + core}


def test_offices_of_a_committee_are_its_own_and_not_the_centres() -> None:
    """市委X办 is the city's for every office of the party's committees, whatever body of the state has the same short name."""
    words = lexicon(None)
    offices = sorted(
        {
            surface
            for surface, core in words.cores.items()
            if core.kind == "party" and surface.endswith("办") and len(surface) > 2
        }
    )
    for office in offices:
        found = read("泉州市召开会议，泉州市通报情况。", f"市{office}召开会议。")[1]["agency"]
        assert found and all(value.startswith("中共泉州市委") for value in found), office


@pytest.mark.parametrize("ministry", ["外交部", "国防部", "财政部", "教育部", "商务部"])
def test_a_ministry_needs_no_name_of_its_spokesman(ministry: str) -> None:
    home = read("美国、日本、韩国三国举行会谈。", f"{ministry}发言人在例行记者会上答问，称有关会谈不应针对第三方。")
    assert home[1]["agency"] == {ministry}
    abroad = read("美国、日本、韩国三国举行会谈。", f"韩国{ministry}、日本{ministry}发表声明。")
    assert abroad[1]["agency"] == set()


def test_every_cue_has_a_rule_for_every_level_or_says_so() -> None:
    cues = {cue for cue, _ in rules()}
    for cue in cues - {"central", "department", "bureau", "prefecture_office", "railway", "traffic_office", "branch"}:
        assert all(rule_of(cue, level) for level in ("province", "city", "district", "county", "zone")), cue


@pytest.mark.parametrize("county", ["代县", "新县", "古县", "任县"])
def test_a_county_that_is_a_word(county: str) -> None:
    assert read(f"{county[0]}县长任命书宣读完毕，{county}委班子全部到位。")[0]["city"] == set()
    city = next(unit.city for unit in gazetteer().names[county]["county"] if unit.city)
    assert read(f"{county}人民政府召开会议。")[0]["city"] == {city}


@pytest.mark.parametrize("city", ["重庆市", "武汉市", "沈阳市", "南京市"])
def test_persons_and_stories_are_no_places(city: str) -> None:
    name = city[:-1]
    assert read(f"王{name}的面馆开了十年。")[0]["city"] == set()
    assert read(f"大家都爱吃王{name}家的面。")[0]["city"] == set()
    assert read(f"{name}的面馆开了十年。")[0]["city"] == {city}


def test_three_equal_cities_leave_none() -> None:
    def dominant(*texts: str) -> str | None:
        paragraphs = tuple(Paragraph(str(at), at, "body", text) for at, text in enumerate(texts))
        document = Document("d", "d.txt", "", "utf-8", "text", articles=(Article("a", paragraphs=paragraphs),))
        city = annotate(document, ReadingContext()).articles[0].city
        return city.value if city else None

    assert dominant("安阳市、鹤壁市、濮阳市昨天下雨。") is None
    assert dominant("安阳市昨天下雨。", "安阳市今天放晴。") == "安阳市"
    assert dominant("安阳市昨天下雨。", "鹤壁市昨天下雪。", "濮阳市昨天起雾。") is None
