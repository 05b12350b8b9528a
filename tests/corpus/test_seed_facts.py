"""Reading the sample corpus finds what a careful reader would."""

from __future__ import annotations

from pathlib import Path

import pytest

from juanzong.index.corpus.files import find_files
from juanzong.index.corpus.pieces import pieces
from juanzong.index.facts.context import ReadingContext
from juanzong.index.facts.dates.notices import bracket
from juanzong.index.reading.pipeline import read_piece
from juanzong.index.records import Article, Document, Paragraph, effective_cities, own_values


@pytest.fixture(scope="module")
def library(seeds: Path) -> dict[str, Document]:
    """Every document by its path, or by its id where a file holds several; read twice, as a build does."""
    parts = [piece for file in find_files([seeds]) for piece in pieces(file)]
    first = [document for piece in parts for document in read_piece(piece)]
    context = ReadingContext(notices=bracket(notice for document in first for notice in document.notices))
    return {
        document.id if document.format == "jsonl" else document.path: document
        for piece in parts
        for document in read_piece(piece, context)
    }


def find(document: Document, words: str) -> tuple[Article, Paragraph]:
    """The first paragraph that holds these words."""
    return next(
        (article, paragraph)
        for article, paragraph in document.paragraphs()
        if words in paragraph.text and paragraph.kind != "boilerplate"
    )


PAPER, XIAMEN = "2021/彭城早报-2021-08-12-A03.txt", "2021/厦门-12345热线九月纪事.txt"
FOSHAN, DIARY, SCAN = "2022/佛山-城市内涝治理通报.html", "2021/社区日记-第33号通告之后.txt", "2023/扫描件-0417.txt"
HONG_KONG, MACAU = "2022/香港報章-重慶縉雲山火.html", "2022/澳門報章-佛山水浸.txt"


@pytest.mark.parametrize(
    ("path", "words", "agencies"),
    [
        (PAPER, "从徐州市疾控中心了解到", {"徐州市疾病预防控制中心"}),
        (PAPER, "8月3日23时40分", {"徐州市云龙区卫生健康委员会"}),
        (PAPER, "泉山区住房和城乡建设局工作人员", {"徐州市泉山区住房和城乡建设局"}),
        (PAPER, "这栋楼建于", {"徐州市泉山区奎山街道办事处"}),
        (PAPER, "黄楼街道的夜市散了大半", {"徐州市公安局鼓楼分局黄楼派出所"}),
        (PAPER, "7月以来，鼓楼分局", {"徐州市公安局鼓楼分局"}),
        (PAPER, "昨日发布提醒", {"徐州市防汛抗旱指挥部办公室"}),
        (XIAMEN, "叶知秋没有挂断", {"厦门市同安区卫生健康局"}),
        (
            XIAMEN,
            "翔安区某冷链仓库",
            {"厦门市市场监督管理局", "厦门市翔安区疾病预防控制中心", "厦门市疾病预防控制中心"},
        ),
        (XIAMEN, "连续执勤九天", {"厦门市公安局同安分局祥平派出所", "厦门市公安局"}),
        ("2021/转载-成都加装电梯.md", "三张表”：意见表", {"成都市成华区住房和城乡建设局"}),
        ("2021/转载-成都加装电梯.md", "挖一次路", {"成都市财政局", "都江堰市住房和城乡建设局"}),
        ("2021/兰州-第31号通告.md", "流调工作由", {"兰州市疾病预防控制中心", "兰州市公安局", "兰州市工业和信息化局"}),
        ("2022/兰州-第36号通告.md", "农贸市场", {"兰州市市场监督管理局", "兰州市商务局"}),
        (DIARY, "对价格", {"兰州市城关区市场监督管理局"}),
        (
            FOSHAN,
            "累计抽排积水",
            {"佛山市水利局", "佛山市住房和城乡建设局", "佛山市公安局交通警察支队", "佛山市消防救援支队"},
        ),
        (FOSHAN, "叫应", {"佛山市应急管理局", "佛山市气象局", "佛山市政务服务数据管理局", "佛山市水利局"}),
        ("2022/哈尔滨-冬春火灾防控.txt", "麻将馆", {"哈尔滨市公安局道里分局安静派出所"}),
        ("2022/哈尔滨-冬春火灾防控.txt", "火墙三问", {"依兰县公安局", "宾县消防救援大队", "五常市应急管理局"}),
        ("2022/微信-济源沁河水位.md", "哨子吹到嘴唇出血", {"济源市防汛抗旱指挥部", "济源市应急管理局"}),
        (HONG_KONG, "夜間執勤警員", {"重庆市公安局北碚区分局"}),
        (HONG_KONG, "生態修復方案", {"重庆市规划和自然资源局"}),
        (MACAU, "昨日傍晚通報", {"佛山市防汛防旱防风指挥部"}),
        ("hrb-0928", "采样前两小时", {"哈尔滨市南岗区卫生健康局", "哈尔滨市公安局南岗分局"}),
        ("jy-0720", "派出的工作组", {"国家防汛抗旱总指挥部", "水利部黄河水利委员会"}),
        ("2023/成都-大运之城的夜班.txt.gz", "最后一次步巡", {"成都市公安局龙泉驿区分局东安湖派出所"}),
        ("2023/厦门-台风杜苏芮提示.txt", "进港避风", {"厦门海事局"}),
        ("2023/上海-电动自行车消防检查通报.txt", "阻车系统", {"上海市静安区临汾路街道办事处"}),
        ("2023/徐州-警情通报.txt", "持木棍殴打", {"徐州市公安局铜山分局汉王派出所"}),
        (SCAN, "阳光图", {"兰州市住房和城乡建设局"}),
        (SCAN, "会走路的影子", {"兰州市城关区住房和城乡建设局"}),
    ],
)
def test_agencies(library: dict[str, Document], path: str, words: str, agencies: set[str]) -> None:
    _, paragraph = find(library[path], words)
    assert agencies <= set(own_values(paragraph, "agency"))


@pytest.mark.parametrize(
    ("path", "words", "dates"),
    [
        (PAPER, "从徐州市疾控中心了解到", ["2021-08-10", "2021-08-03"]),
        (PAPER, "翟山社区7号楼", ["2021-08-09"]),
        (PAPER, "7月以来，鼓楼分局", []),
        (XIAMEN, "叶知秋接起了当天", ["2021-09-20"]),
        (XIAMEN, "第13天", ["2021-09-25"]),
        ("2021/转载-成都加装电梯.md", "双桥子街道的76岁", ["2021-05-24", "2021-05-20"]),
        ("2021/兰州-第31号通告.md", "封闭管理", ["2021-10-26"]),
        (FOSHAN, "泵站双电源改造", ["2022-06-15"]),
        ("2022/哈尔滨-冬春火灾防控.txt", "冒烟", ["2022-01-16"]),
        ("2022/微信-济源沁河水位.md", "洪峰过境", ["2021-07-23"]),
        (HONG_KONG, "前線指揮部", ["2022-08-21", "2022-08-18"]),
        (MACAU, "十一日上午", ["2022-05-11"]),
        ("lz-hotline", "3月1日公布", ["2023-03-01"]),
        ("2023/成都-大运之城的夜班.txt.gz", "316个", ["2023-07-01"]),
        ("2023/徐州-警情通报.txt", "供认不讳", ["2023-03-20"]),
        (SCAN, "特种设备监察处", ["2023-04-12"]),
        ("2023/网格员手记.txt", "两个冬天", []),
    ],
)
def test_dates(library: dict[str, Document], path: str, words: str, dates: list[str]) -> None:
    _, paragraph = find(library[path], words)
    found = own_values(paragraph, "date")
    assert set(dates) <= set(found) and len(found) <= len(dates) + 1  # a range may give its last day too


@pytest.mark.parametrize(
    ("path", "city", "published"),
    [
        (PAPER, "徐州市", "2021-08-12"),
        (XIAMEN, "厦门市", "2021-09-27"),
        ("2021/转载-成都加装电梯.md", "成都市", "2021-05-25"),
        ("2021/兰州-第31号通告.md", "兰州市", "2021-10-26"),
        ("2022/兰州-第36号通告.md", "兰州市", "2022-01-17"),
        (FOSHAN, "佛山市", "2022-05-18"),
        ("2022/哈尔滨-冬春火灾防控.txt", "哈尔滨市", "2022-01-21"),
        ("2022/微信-济源沁河水位.md", "济源市", "2022-07-22"),
        (HONG_KONG, "重庆市", "2022-08-28"),
        (MACAU, "佛山市", "2022-05-14"),
        ("xz-0805", "徐州市", "2021-08-05"),
        ("lz-hotline", "兰州市", "2023-03-01"),
        ("xm-lift", "厦门市", None),
        ("2023/成都-大运之城的夜班.txt.gz", "成都市", "2023-07-27"),
        ("2023/厦门-台风杜苏芮提示.txt", "厦门市", "2023-07-27"),
        ("2023/上海-电动自行车消防检查通报.txt", "上海市", "2023-04-07"),
        ("2023/转载-上海电动自行车通报.html", "上海市", "2023-04-10"),
        ("2023/徐州-警情通报.txt", "徐州市", "2023-03-20"),
        (SCAN, "兰州市", "2023-04-17"),
        ("2023/网格员手记.txt", None, None),
    ],
)
def test_city_and_publication(library: dict[str, Document], path: str, city: str | None, published: str | None) -> None:
    article = max(library[path].articles, key=lambda a: sum(len(p.text) for p in a.paragraphs))
    assert (article.city.value if article.city else None, article.published.date) == (city, published)


def test_newspaper_page_falls_into_its_articles(library: dict[str, Document]) -> None:
    document = library[PAPER]
    searched = ("流调不是简单地打电话", "邵长河", "庞玉兰", "采光顾虑", "韩立春天不亮", "昨日发布提醒", "把时间抢回来")
    story = {words: find(document, words)[0].id for words in searched}
    assert story["流调不是简单地打电话"] == story["邵长河"] == story["把时间抢回来"]
    assert story["庞玉兰"] == story["采光顾虑"]
    assert len(set(story.values())) == 4


@pytest.mark.parametrize(
    "words", ["陪着他一起想，从一张小票", "一小时到场、四小时初报", "最难的不是钱，而是一楼住户的采光顾虑"]
)
def test_column_breaks_are_mended(library: dict[str, Document], words: str) -> None:
    assert find(library[PAPER], words)[1].joins


def test_fixed_width_lines_are_mended(library: dict[str, Document]) -> None:
    for words in (
        "厨房就暗了；装在南面，卧室就吵了",
        "二百一十四户人，七成是退休职工。七里河区西湖街道办事处",
        "炼油工程师成国栋，他按了七楼",
    ):
        assert words in find(library[SCAN], words)[1].text


def test_no_city_is_made_up(library: dict[str, Document]) -> None:
    found = {
        value
        for document in library.values()
        for _, paragraph in document.paragraphs()
        for value in own_values(paragraph, "city")
    }
    assert found == {
        "徐州市",
        "成都市",
        "厦门市",
        "兰州市",
        "佛山市",
        "哈尔滨市",
        "济源市",
        "重庆市",
        "上海市",
        "澳门特别行政区",
    }


def test_reprint_names_other_cities(library: dict[str, Document]) -> None:
    article, paragraph = find(library["2021/转载-成都加装电梯.md"], "玻璃井道方案")
    assert set(own_values(paragraph, "city")) == {"徐州市", "厦门市"}
    assert set(effective_cities(article, paragraph)) == {"徐州市", "厦门市", "成都市"}


@pytest.mark.parametrize(
    ("words", "date"), [("11月29日", "2021-11-29"), ("12月2日", "2021-12-02"), ("12月6日", "2021-12-06")]
)
def test_year_comes_from_the_numbered_notices(library: dict[str, Document], words: str, date: str) -> None:
    _, paragraph = find(library[DIARY], words)
    assert own_values(paragraph, "date") == (date,)
    assert {mention.basis for mention in paragraph.mentions if mention.facet == "date"} == {"notice_number"}


def test_sidecar_overrides(library: dict[str, Document]) -> None:
    article, _ = find(library[SCAN], "阳光图")
    assert article.city and article.city.basis == "sidecar"
    assert (article.source, article.published.basis) == ("金城日日新", "sidecar")


def test_bulletin_names_its_issuer(library: dict[str, Document]) -> None:
    article, _ = find(library[FOSHAN], "累计抽排积水")
    assert "佛山市人民政府办公室" in {fact.value for fact in article.agencies}


def test_captions_and_tails_are_told_apart(library: dict[str, Document]) -> None:
    kinds = {paragraph.text[:8]: paragraph.kind for _, paragraph in library[XIAMEN].paragraphs()}
    assert (
        kinds["同安区流调专班在"] == "caption"
        and kinds["鹭岛观察网版权及"] == "boilerplate"
        and kinds["作者 唐棣 施友"] == "byline"
    )


def test_document_without_a_place_has_no_facts(library: dict[str, Document]) -> None:
    assert all(
        not own_values(paragraph, facet)
        for _, paragraph in library["2023/网格员手记.txt"].paragraphs()
        for facet in ("city", "date", "agency")
    )


def test_every_document_is_read(library: dict[str, Document]) -> None:
    # texts that hold one document, the lines of four that hold many, and what is printed, scanned, packed or hangs on a mail
    assert len(library) == 51 - 4 - 1 + 8 + 78 + 12 + 5 + 1
    assert {warning.code for document in library.values() for warning in document.warnings} <= {"guessed_encoding"}
