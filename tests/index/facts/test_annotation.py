"""All facts of a document together: page, articles, sources, boilerplate, folding, hostile input."""

from __future__ import annotations

from dataclasses import replace

import pytest

from juanzong.index.facts.annotation import annotate
from juanzong.index.facts.context import ReadingContext
from juanzong.index.records import Article, Declared, Document, Paragraph, effective_cities
from tests.annotated import read, values

BULLETIN = [
    ("heading", "徐州警方通报"),
    ("body", "2021年11月25日晚,市公安局铜山分局棠张派出所接到报警。"),
    ("byline", "徐州市公安局"),
    ("byline", "2021年11月26日"),
]


def test_a_bulletin() -> None:
    found = read(BULLETIN)
    article = found.articles[0]
    assert article.city and article.city.value == "徐州市"
    assert (article.published.date, article.published.basis) == ("2021-11-26", "signature")
    assert set(values(found, "agency")) == {"徐州市公安局", "徐州市公安局铜山分局", "徐州市公安局铜山分局棠张派出所"}
    assert all(effective_cities(article, p) == ("徐州市",) for p in article.paragraphs)


def test_a_page_lends_its_city_and_its_latest_day() -> None:
    found = read([("body", "哈尔滨市公安局在哈尔滨市道里区。9月5日。")], [("body", "社区工作人员送菜。8月28日。")])
    assert [a.city and (a.city.value, a.city.basis) for a in found.articles] == [
        ("哈尔滨市", "dominant"),
        ("哈尔滨市", "inherited_page"),
    ]
    assert {a.published.not_before for a in found.articles} == {"--09-05"}


def test_a_city_named_by_the_way_lends_its_name_to_no_later_sentence() -> None:
    opening = [
        ("heading", "鄂州表彰抗洪英模"),
        ("body", "中共鄂州市委、鄂州市人民政府召开大会,鄂州市鄂城区、华容区的代表到场。"),
    ]
    assert (
        values(read([*opening, ("body", "黄石市政府发来贺信。大会给市水利局记功。")]), "agency")[-1] == "鄂州市水利局"
    )
    assert values(read([*opening, ("body", "黄石市政府副秘书长、市水利局局长到会。")]), "agency")[-1] == "黄石市水利局"


def test_a_statute_means_its_own_city() -> None:
    found = read(
        [
            ("heading", "长治市文物保护条例"),
            ("body", "第六条 市、县人民政府设立文物保护委员会。"),
            ("body", "第十五条 跨晋城市、晋中市的遗产,由市人民政府与相关市协商。"),
        ]
    )
    assert "长治市人民政府" in values(found, "agency") and "晋中市人民政府" not in values(found, "agency")


def test_boilerplate_gives_no_mention() -> None:
    assert values(read([("boilerplate", "来源:徐州市公安局 2021年1月1日")]), "agency") == []


def test_declared_city_and_agency() -> None:
    found = read([("body", "市卫健委通报。")], declared=Declared(city=("徐州",), agency=("徐州市卫健委", "某某社")))
    article = found.articles[0]
    assert article.city and (article.city.value, article.city.basis) == ("徐州市", "declared")
    assert [fact.value for fact in article.agencies] == ["徐州市卫生健康委员会", "某某社"]
    assert values(found, "agency") == ["徐州市卫生健康委员会"]


def test_the_issuer_of_a_header_table() -> None:
    article = read([("table", "发文机关:襄阳市政府办公室 发布日期:2019-03-18"), ("body", "通知。")]).articles[0]
    assert [(fact.value, fact.basis) for fact in article.agencies] == [("襄阳市人民政府办公室", "header_table")]


def test_the_local_papers_city() -> None:
    city = read([("body", "我市召开会议,市委书记主持。"), ("boilerplate", "(洛阳日报)")]).articles[0].city
    assert city and (city.value, city.rule) == ("洛阳市", "paper")


def test_width_and_script_do_not_matter() -> None:
    plain = read(BULLETIN)
    wide = read([(kind, text.replace("2021", "２０２１").replace(",", "，")) for kind, text in BULLETIN])
    traditional = read(
        [(kind, text.translate(str.maketrans("铜张报区队发", "銅張報區隊發"))) for kind, text in BULLETIN]
    )
    for facet in ("city", "date", "agency"):
        assert values(plain, facet) == values(wide, facet) == values(traditional, facet)


def test_transplanted_to_another_city() -> None:
    harbin = [("body", "哈尔滨市卫健委通报,道里区疾控中心、市公安局道里分局参加。11月2日0-24时,全市新增2例。")]
    chengdu = [(kind, text.replace("哈尔滨", "成都").replace("道里", "武侯")) for kind, text in harbin]
    moved = [
        value.replace("哈尔滨", "成都").replace("道里", "武侯")
        for facet in ("city", "date", "agency")
        for value in values(read(harbin), facet)
    ]
    assert moved == [value for facet in ("city", "date", "agency") for value in values(read(chengdu), facet)]


@pytest.mark.parametrize(
    "unit",
    [
        "徐",
        "1",
        "年",
        "月",
        "日",
        "市",
        "区",
        "局",
        " ",
        "a",
        "(",
        "。",
        "、",
        "分局",
        "1月",
        "11月1日",
        "徐州市",
        "公安局",
        "派出所",
        "委",
        "民国",
        "第",
        "1、",
        "会",
        "·",
        "年1",
        "\u200b",
        "铜山公安",
        "5号下午，",
        "2021年3月5日，“11·25”专案，",
    ],
)
def test_hostile_input_ends(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    found = read([("body", text)])
    for _, p in found.paragraphs():
        assert all(p.text[m.start : m.end] == m.surface for m in p.mentions)


def test_reading_again_changes_nothing() -> None:
    once = read(BULLETIN)
    bare = replace(
        once,
        articles=tuple(
            replace(a, paragraphs=tuple(replace(p, mentions=()) for p in a.paragraphs)) for a in once.articles
        ),
    )
    assert annotate(bare, ReadingContext()) == once


def test_bare_short_names_of_counties() -> None:
    named = read([("body", "龙港市公安局发布。"), ("body", "龙港人注意。"), ("body", "去苍南、平阳的司机请绕行。")])
    assert [list(p.values("city")) for _, p in named.paragraphs()] == [["温州市"]] * 3
    assert values(read([("body", "山西孝义一煤窑透水。")]), "city") == ["吕梁市"]
    assert values(read([("body", "他去过孝义,也去过苍南。")]), "city") == [], "nothing tells that these are the places"
    assert values(read([("body", "徐州市铜山区启动乡村振兴。"), ("body", "和平、友谊、振兴的道路。")]), "city") == [
        "徐州市"
    ]


def test_a_declared_date_or_city_that_is_none_is_reported() -> None:
    document = Document(
        "d",
        "d.jsonl",
        "",
        "utf-8",
        "jsonl",
        line=7,
        declared=Declared(date="2021-02-30", city=("徐州市", "无此市")),
        articles=(Article("d.a", paragraphs=(Paragraph("0" * 16, 0, "body", "当日天气晴好。"),)),),
    )
    read = annotate(document, ReadingContext())
    assert [(problem.code, problem.line) for problem in read.warnings] == [("date", 7), ("city", 7)]
    assert read.articles[0].city is not None and read.articles[0].city.value == "徐州市"


DIARY = [
    ("body", "县防汛抗旱指挥部今天开会。"),
    ("body", "县物资局从桐城市调来编织袋,宿松县也来了人。"),
    ("body", "湖北嘉鱼县溃口。下午县水利局封了渡口。"),
    ("body", "雷池乡政府送来门板。"),
]


def test_bodies_of_the_county_that_an_article_moves_in() -> None:
    own = ["望江县防汛抗旱指挥部", "望江县物资局", "望江县水利局", "望江县雷池乡人民政府"]
    assert values(read([("heading", "1998年抗洪日记(望江县)"), *DIARY]), "agency") == own
    assert values(read([("body", "1998年,望江县雨。"), ("body", "望江县又雨。"), *DIARY[:1]]), "agency") == own[:1]
    # where two counties are equal, neither is meant
    assert values(read([("heading", "望江县、宿松县抗洪日记"), *DIARY[:1]]), "agency") == []


def test_a_banner_and_a_district_of_the_title() -> None:
    assert values(
        read(
            [
                ("heading", "乌审旗修路记"),
                ("body", "鄂尔多斯市的准格尔旗、达拉特旗也来人。"),
                ("body", "旗交通运输局验收。"),
            ]
        ),
        "agency",
    ) == ["乌审旗交通运输局"]
    assert values(
        read([("heading", "成都市郫都区的四天"), ("body", "武侯区、锦江区送来菜。"), ("body", "区卫健局致歉。")]),
        "agency",
    ) == ["成都市郫都区卫生健康局"]
