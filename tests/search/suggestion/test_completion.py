"""Suggestions while typing: by text, pinyin, initials and mixtures, the likeliest first."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.errors import UsageError
from juanzong.index.store.suggestions import FOLDER, open_suggestions, write
from juanzong.index.text.pinyin import syllables
from juanzong.search import open_engine
from juanzong.search.suggestion.completion import LARGEST, Suggester, fits
from tests.samples import make_document, make_segments, publish, segmenter

CITIES = (
    "哈尔滨市",
    "徐州市",
    "重庆市",
    "长春市",
    "厦门市",
    "六安市",
    "蚌埠市",
    "台州市",
    "丽水市",
    "乐山市",
    "西安市",
    "吕梁市",
    "黑河市",
    "齐齐哈尔市",
    "北京市",
    "延边朝鲜族自治州",
    "香港特别行政区",
)
AGENCIES = ("哈尔滨市公安局", "哈尔滨市公安局松北分局", "黑龙江省卫生健康委员会", "徐州市疾病预防控制中心")


@pytest.fixture(scope="module")
def suggester(tmp_path_factory: pytest.TempPathFactory) -> Suggester:
    folder = tmp_path_factory.mktemp("suggestions")
    documents = [make_document(city, [f"{city}的黑龙江流调，COVID-19", "流调"], city=city) for city in CITIES]
    documents.append(make_document("titled", ["关于做好 流调工作的通知", "正文"], kinds=["heading"], agencies=AGENCIES))
    documents += [make_document(f"more{n}", ["公安"], agencies=["哈尔滨市公安局"]) for n in range(5)]
    write(folder / FOLDER, make_segments(folder / "segments", [documents]), segmenter())
    return Suggester(open_suggestions(folder))


def first(suggester: Suggester, typed: str) -> str | None:
    found = suggester.suggest(typed)
    return found[0].text if found else None


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("haerbin", "哈尔滨市"),
        ("hebsgaj", "哈尔滨市公安局"),
        ("公安局", "哈尔滨市公安局"),
        ("哈爾濱", "哈尔滨市"),
        ("HAERBIN", "哈尔滨市"),
        ("ｈａｅｒ", "哈尔滨市"),
        ("gongan", "公安"),
        ("gaj", "哈尔滨市公安局"),
        ("wsjk", "黑龙江省卫生健康委员会"),
        ("xzs", "徐州市"),
        ("liudiao", "流调"),
        ("ld", "流调"),
        ("hei'long", "黑龙江"),
        ("hei'l", "黑龙江"),
        ("哈er'bin", "哈尔滨市"),
        ("haerbin市", "哈尔滨市"),
        ("heb市公安", "哈尔滨市公安局"),
        ("hebsgongan", "哈尔滨市公安局"),
        ("xi'an", "西安市"),
        ("关于做好流调", "关于做好 流调工作的通知"),
        ("关于做好 流调", "关于做好 流调工作的通知"),
        ("gyzh", "关于做好 流调工作的通知"),
        ("", None),
        ("  ", None),
        ("'", None),
        ("不存在的", None),
        ("qqqqqq", None),
        ("尔滨", None),
        ("covid", None),
    ],
)
def test_what_is_typed_finds(suggester: Suggester, typed: str, wanted: str | None) -> None:
    assert first(suggester, typed) == wanted


@pytest.mark.parametrize("city", CITIES)
def test_every_city_is_found_by_pinyin_initials_and_text(suggester: Suggester, city: str) -> None:
    spelled = syllables(city)
    for typed in (
        "".join(spelled),
        "'".join(spelled),
        "".join(s[0] for s in spelled),
        city,
        city[:2],
        "".join(spelled)[:-1],
    ):
        assert city in [found.text for found in suggester.suggest(typed, LARGEST)], typed


def test_a_suggestion_tells_its_kind_its_count_and_the_query(suggester: Suggester) -> None:
    assert suggester.suggest("流调 haerb")[0].to_dict() == {
        "text": "哈尔滨市",
        "kind": "city",
        "count": 2,
        "q": "流调 哈尔滨市",
    }


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ('流调 "哈尔', '流调 "哈尔滨市'),
        ("流调 -徐州", "流调 -徐州市"),
        ("(流调 OR 徐州", "(流调 OR 徐州市"),
        ("agency:哈尔", "agency:哈尔滨市公安局"),
        ("城市：haerbin", "城市：哈尔滨市"),
        ("流调　徐", "流调　徐州市"),
    ],
)
def test_the_last_unit_of_a_query_is_completed(suggester: Suggester, typed: str, wanted: str) -> None:
    assert suggester.suggest(typed)[0].q == wanted


@pytest.mark.parametrize("typed", ["date:2021", "source:哈尔", "(流调) ", '"流调"'])
def test_where_no_name_is_being_typed_nothing_is_suggested(suggester: Suggester, typed: str) -> None:
    assert suggester.suggest(typed) == []


def test_more_frequent_names_come_first(suggester: Suggester) -> None:
    texts = [found.text for found in suggester.suggest("哈尔滨市公安")]
    assert texts == ["哈尔滨市公安局", "哈尔滨市公安局松北分局"]


def test_limits(suggester: Suggester) -> None:
    assert len(suggester.suggest("h", 3)) == 3
    assert len({found.text for found in suggester.suggest("s", LARGEST)}) == len(suggester.suggest("s", LARGEST))
    for limit in (0, -1, LARGEST + 1):
        with pytest.raises(UsageError, match="limit"):
            suggester.suggest("s", limit)
    with pytest.raises(UsageError, match="shorten"):
        suggester.suggest("s" * 3_000)


@given(st.text("哈尔滨公安局haerbinsgj'\"“：:-() （1\x00\ud800", max_size=12))
def test_anything_may_be_typed(suggester: Suggester, typed: str) -> None:
    for found in suggester.suggest(typed):
        assert found.count > 0 and found.q.endswith(found.text)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("heb", True),
        ("haeb", True),
        ("haerbin", True),
        ("ha'e'b", True),
        ("haerbi", True),
        ("habin", False),
        ("hae'bin", True),
        ("哈e滨", True),
        ("haerbins", False),
        ("h'r", False),
    ],
)
def test_mixtures(typed: str, written: bool) -> None:
    assert fits(typed, "哈尔滨", ["ha", "er", "bin"]) is written


def test_an_engine_without_suggestions_suggests_nothing(tmp_path: Path) -> None:
    publish(tmp_path, [[make_document("d", ["流调", "流调"])]])
    assert open_engine(tmp_path).suggest("流") == []
