"""Places: names found, names that only look like places, and what ambiguous ones mean."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.facts.places.gazetteer import gazetteer
from juanzong.index.facts.places.meanings import bare_counties, candidates, letters, ours, settle, year_fits
from juanzong.index.facts.places.names import find_places
from juanzong.index.facts.places.votes import Scope, dominant, score


def cities(*texts: str, year: int | None = None, outer: Scope | None = None) -> list[list[str | None]]:
    return [
        [place.unit.city for place in places]
        for places in settle([candidates(text) for text in texts], texts, year, outer)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("哈尔滨市道里区", ["哈尔滨市", "哈尔滨市"]),
        ("哈市冰城", ["哈尔滨市", "哈尔滨市"]),
        ("在昆山和沛县", ["苏州市", "徐州市"]),
        ("湖北省仙桃市", [None, "仙桃市"]),
        ("恩施州、凉山州", ["恩施土家族苗族自治州", "凉山彝族自治州"]),
        ("香港和澳门", ["香港特别行政区", "澳门特别行政区"]),
        ("重庆市城口县", ["重庆市", "重庆市"]),
        ("峨山县", ["玉溪市"]),
        ("济南市中区", ["济南市", "济南市"]),
        ("番禺县", ["广州市"]),
        ("宜春地区行署", ["宜春市"]),
        ("北京卫戍区、上海地区", ["北京市", "上海市"]),
        ("随后昆山警方", ["苏州市"]),
        ("广州这群大学生", ["广州市"]),
        ("在南京上大学", ["南京市"]),
        ("沈阳铁西区上大学", ["沈阳市", "沈阳市"]),
        ("东莞道滘镇、成都东道主", ["东莞市", "成都市"]),
        ("伊犁州委", ["伊犁哈萨克自治州"]),
        ("经芜湖、汉口西上", ["芜湖市", "武汉市"]),
    ],
)
def test_a_name_maps_to_its_city(text: str, expected: list[str | None]) -> None:
    assert cities(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "北京路派出所",
        "上海新村社区",
        "大黄山派出所",
        "绿色新城小区西区",
        "南京大学",
        "青岛啤酒",
        "宁波银行",
        "扩大连锁经营",
        "变成都市圈",
        "出海口",
        "重大连环案",
        "深圳市腾讯计算机系统有限公司",
        "长治久安",
        "纽约的东京街",
        "居民委员会",
        "黄浦江",
        "松江城区",
        "村县级公路",
        "来宾们都到了",
        "和县级市",
        "沁河五龙口站",
        "有人说要大庆祝",
        "打造新乡贤",
        "兰州牛肉面",
        "淮南牛肉汤",
        "朝阳门站",
        "张安阳和李大同",
        "苏州街",
        "广州路派出所",
        "乌海军展开行动",
        "来自徐州大学",
        "天津道15号",
        "重庆道与西康路口",
        "苏州月饼",
        "镇江香醋",
        "汕头牛肉店",
        "杭州人家客栈",
        "汉口路",
        "淮安委[2003]61号",
    ],
)
def test_a_name_that_only_looks_like_a_place_is_none(text: str) -> None:
    assert cities(text) == [[]]


def test_city_companies_are_in_their_city() -> None:
    assert cities("哈尔滨地铁集团") == [["哈尔滨市"]]


def test_a_district_that_several_cities_have_needs_a_hint() -> None:
    assert cities("朝阳区") == [[]]
    assert cities("北京市朝阳区") == [["北京市", "北京市"]]
    assert cities("在长春市召开", "朝阳区和南关区") == [["长春市"], ["长春市", "长春市"]]
    assert cities("江苏省鼓楼区", "南京市") == [[None, "南京市"], ["南京市"]]


def test_a_common_word_needs_its_city_or_province() -> None:
    assert cities("白银价格上涨") == [[]]
    assert cities("甘肃白银") == [[None, "白银市"]]
    assert cities("山城夜景") == [[]]
    assert cities("重庆的山城夜景") == [["重庆市", "重庆市"]]


def test_history_goes_by_the_year_of_the_document() -> None:
    assert cities("莱芜市", year=2015) == [["莱芜市"]]
    assert cities("莱芜市", year=2021) == [["济南市"]]
    assert cities("简阳市", year=2010) == [["资阳市"]]
    assert cities("简阳市", year=2020) == [["成都市"]]
    assert cities("绍兴县、双城市、铜山县") == [["绍兴市", "哈尔滨市", "徐州市"]]
    assert cities("襄樊市") == [["襄阳市"]]
    assert cities("柳州地区", year=1995) == [["来宾市"]]
    assert cities("柳州地区", year=2023) == [["柳州市"]]
    assert year_fits(gazetteer().cities["徐州市"], 1990).name == "徐州市"


def vote(*texts: str) -> Scope:
    scope = Scope()
    for text, places in zip(texts, settle([candidates(text) for text in texts], texts, None)):
        score(places, text, "lead", scope)
    return scope


def test_the_dominant_city() -> None:
    assert dominant(vote("新华社南京3月2日电 苏州和扬州"), None, ["南京市"]) == ("南京市", "context")
    assert dominant(vote("新华社北京3月2日电 国务院办公厅印发通知"), None, ["北京市"]) is None
    assert dominant(vote("没有地名"), None, []) is None
    assert dominant(vote("没有地名"), vote("徐州市徐州市"), []) == ("徐州市", "inherited_page")
    assert dominant(vote("松原、长春、四平多地降雨"), None, ["松原市", "长春市", "四平市"]) is None
    assert dominant(vote("重庆、四川、贵州三地"), None, ["重庆市"]) is None
    assert dominant(vote("他是绵阳人,在峨眉山做工。"), None, ["绵阳市"]) is None
    assert dominant(vote("朔州市、吕梁市、太原市、运城市、晋城市、晋中市都有筛查,吕梁市先行"), None, ["吕梁市"]) is None


def test_implicit_names_of_the_own_city() -> None:
    assert [span[:2] for span in ours("我市防控压力大,抵哈人员48小时", "哈尔滨市")] == [(0, 2)]
    assert letters("我市防控压力大,抵哈人员48小时", "哈尔滨市", ()) == [(9, 10, "哈尔滨市")]
    assert ours("我市", None) == []
    assert ours("全市场", "徐州市") == []


def test_the_whole_city_is_the_one_whose_body_spoke() -> None:
    def read(text: str, *bodies: str) -> str:
        places = settle([candidates(text)], [text], None)[0]
        return ours(text, "常州市", places, {text.find(body) for body in bodies})[0][2]

    assert read("无锡市水利局统计,全市打捞蓝藻", "无锡市水利局") == "无锡市"
    assert read("无锡市统计,全市打捞蓝藻") == "常州市"
    assert read("常州和无锡市水利局统计,全市打捞蓝藻", "无锡市水利局") == "常州市"
    assert read("无锡市水利局统计,我市打捞蓝藻", "无锡市水利局") == "常州市"


def test_words_that_hold_a_name() -> None:
    assert cities("北川县和安县的区划", "沈河区和平区") == [["绵阳市", "绵阳市"], ["沈阳市", "沈阳市"]]
    assert cities("新县城奠基", "国家海洋局北海分局、北海救助局", "昌吉赣客专") == [[], [], []]
    assert cities("一家“北京超市”卖“大连庄园”葡萄", "北京超市里的菜价") == [[], ["北京市"]]


def test_a_common_district_in_a_list_with_another_of_its_city() -> None:
    assert cities("西工区、老城区各设一处") == [["洛阳市", "洛阳市"]]
    assert cities("洛阳市改造老城区") == [["洛阳市"]]


@given(st.text(alphabet="哈尔滨市徐州道里区县省北京朝阳的、。", max_size=40))
def test_hits_are_what_stands_there_and_do_not_overlap(text: str) -> None:
    end = 0
    for hit in find_places(text):
        assert text[hit.start : hit.end] == hit.surface
        assert hit.start >= end
        end = hit.end


def test_a_citys_name_behind_another_city_is_a_quarter_there() -> None:
    assert cities("我住在成都,在成都玉林有家店。") == [["成都市", "成都市"]]
    assert cities("我住在成都,在成都玉林有家店。", "玉林和成都不同。")[0] == ["成都市", "成都市", "玉林市"]
    assert cities("个旧市锡城街道") == [["红河哈尼族彝族自治州"]]


def listed(text: str, names: str) -> list[str | None]:
    """The cities of a text in which the short names may be read where they stand in a list."""
    hits = candidates(text)
    places = settle([hits], [text], None)[0]
    more = bare_counties(text, [(m.start(), m.group()) for m in re.finditer(names, text)], hits, places, (), None)
    return [place.unit.city for place in settle([sorted([*hits, *more])], [text], None)[0]]


def test_short_names_of_prefectures_are_read_in_a_list() -> None:
    """With a place of their province beside them, or counted; 海南 is the prefecture only there."""
    names = "海西|海北|黄南"
    assert listed("从西宁、海西、海北抽调", names) == ["西宁市", "海西蒙古族藏族自治州", "海北藏族自治州"]
    assert listed("黄南、海南两州", names) == ["黄南藏族自治州", "海南藏族自治州"]
    assert listed("海南、广东两省", names) == [None, None]
    assert listed("福州、海西经济区", names) == ["福州市"]


def test_a_county_of_its_own_name_is_read_beside_a_place_of_its_province() -> None:
    assert listed("从同江、黑河抽调", "同江") == ["佳木斯市", "黑河市"]
    assert listed("从同江、徐州抽调", "同江") == ["徐州市"]


def test_counties_are_read_in_a_list_that_is_counted() -> None:
    def read(text: str) -> list[tuple[str, str | None]]:
        shorts = [(m.start(), m.group()) for m in re.finditer("融水|罗城|都安", text)]
        return [(hit.surface, hit.units[0].city) for hit in bare_counties(text, shorts, [], [], (), None)]

    assert read("批准融水、罗城、都安等8个县退出贫困县序列") == [
        ("融水", "柳州市"),
        ("罗城", "河池市"),
        ("都安", "河池市"),
    ]
    assert read("去过融水、罗城、都安的人") == []


def test_a_county_run_by_its_province_and_a_district_of_one_name() -> None:
    assert cities("昌江公安") == [[]]
    assert cities("昌江公安", "景德镇市") == [["景德镇市"], ["景德镇市"]]
    assert cities("海南昌江") == [[None, "昌江黎族自治县"]]


def test_a_document_number_is_of_a_place_that_is_named_besides() -> None:
    assert cities("什邡府公[2024]3号", "什邡市洛水镇") == [["德阳市"], ["德阳市"]]
    assert cities("宁波市", "宁波发[2024]3号") == [["宁波市"], ["宁波市"]]


def test_a_district_behind_another_city_is_none_of_the_lists() -> None:
    assert cities("许昌市东城区") == [["许昌市"]]
    assert cities("北京市东城区") == [["北京市", "北京市"]]


def test_river_names_of_old_prefectures_are_no_cities() -> None:
    assert cities("松花江地区", "松花江涨水") == [["哈尔滨市"], []]


def test_a_common_district_of_the_own_city_with_its_government() -> None:
    own = Scope()
    own.cities["呼和浩特市"] = 100
    assert cities("新城区副区长介绍", outer=own) == [["呼和浩特市"]]
    assert cities("建设新城区", outer=own) == [[]]
    assert cities("新城区副区长介绍") == [[]]


def test_what_a_name_is_given_to_is_no_place() -> None:
    for city in ("长沙", "大理", "徐州", "洛阳"):
        for word in ("名叫", "取名", "艺名叫", "外号"):
            assert cities(f"有个演员{word}{city},来自外地") == [[]], word
        assert len(cities(f"在一座名叫{city}的城市生活")[0]) == 1


def test_a_verb_with_its_result_is_no_place() -> None:
    for words in ("他们要保定收益", "一瓶未开封的可乐", "必须保定供应", "已开封的药品", "如何开化民智"):
        assert cities(words) == [[]], words
    assert cities("驱车前往保定", "在开封看花") == [["保定市"], ["开封市"]]


def test_a_town_behind_its_kind_is_no_county() -> None:
    assert cities("白沙街道") == [[]]
    assert cities("白沙县白沙社区") == [["白沙黎族自治县", "白沙黎族自治县"]]
