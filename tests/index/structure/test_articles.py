from __future__ import annotations

import random
from itertools import groupby

import pytest

from juanzong.index.reading.pipeline import structure
from juanzong.index.records import Document
from tests.reading_texts import TEXTS, piece_of, plain, rows, squeezed, structured


def articles_of(document: Document) -> dict[str, str]:
    """The article of each text."""
    return {squeezed(paragraph.text): article.id for article, paragraph in document.paragraphs()}


@pytest.mark.parametrize("name", TEXTS)
def test_articles_of_each_text(name: str) -> None:
    found = articles_of(structured(plain(name)))
    groups = [
        {found[squeezed(text)] for _, _, text in group} for _, group in groupby(rows(name), key=lambda row: row[0])
    ]
    assert all(len(group) == 1 for group in groups)
    assert len(set().union(*groups)) == len(groups)


def test_titles_bylines_and_datelines_of_a_page() -> None:
    first, second, third, furniture = structured(plain("page")).articles
    assert (first.title, first.subtitle) == ("我市今年将新建改建农村公路三百公里", "“四好农村路”铺到家门口")
    assert (first.byline, first.dateline, first.source) == ("记者 何志强 通讯员 林芳", "本报讯", None)
    assert (second.title, second.byline, second.dateline) == ("快递员王师傅的三个“没想到”", "本报记者 苏晓芸", None)
    assert (third.title, third.subtitle, third.byline) == (
        "冬季用电谨防“小火亡人”",
        "市消防救援支队发布提醒",
        "记者 吴凯",
    )
    assert furniture.title is None


def test_interleaved_columns_get_their_titles_back() -> None:
    """The headings stand together, as a scan reads them; the second body has none above it."""
    page = rows("page")
    own = {
        number: [text for article, kind, text in page if article == number and kind in ("body", "caption")]
        for number in "123"
    }
    text = "\n\n".join(["我市今年将新建改建农村公路三百公里", "冬季用电谨防“小火亡人”", *own["3"], *own["1"]])
    found = articles_of(structured(text))
    assert found[squeezed("冬季用电谨防“小火亡人”")] == found[squeezed(own["3"][1])]
    assert (
        found[squeezed("我市今年将新建改建农村公路三百公里")]
        == found[squeezed(own["1"][0])]
        == found[squeezed(own["1"][1])]
    )
    assert found[squeezed(own["1"][0])] != found[squeezed(own["3"][0])]


def test_articles_may_stand_in_any_order() -> None:
    parts = ["\n\n".join(text for number, _, text in rows("page") if number == wanted) for wanted in "123"]
    chance = random.Random(1)
    wanted = {squeezed(text): number for number, kind, text in rows("page") if kind == "body"}
    for _ in range(5):
        chance.shuffle(parts)
        found = articles_of(structured("\n\n".join(parts)))
        pairs = {(wanted[text], found[text]) for text in wanted}
        assert len(pairs) == 3


def test_notices_after_each_other_are_articles_and_their_chapters_are_not() -> None:
    text = plain("notice") + "\n\n" + plain("bulletin")
    document = structured(text)
    assert [article.title for article in document.articles] == ["关于加强国庆假期道路交通安全管理的通告", "警情通报"]


def test_a_dateline_with_its_title_on_one_line() -> None:
    document = structured(
        "中新网徐州12月21日电 题:徐州公安护民众安全防线\n作者 朱志庚 王彬\n2021年11月25日晚,徐州市通报一例病例。\n徐州千万民众齐心应对。"
    )
    (article,) = document.articles
    assert (article.title, article.dateline, article.source, article.byline) == (
        "徐州公安护民众安全防线",
        "中新网徐州12月21日电",
        "中新网",
        "作者 朱志庚 王彬",
    )
    assert [p.kind for p in article.paragraphs] == ["heading", "byline", "body", "body"]


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("【来源：东北网】", "东北网"),
        ("来源:洛阳日报 编辑：李明", "洛阳日报"),
        ("2020-02-06 07:46 来源: 央视网", "央视网"),
        ("（来源：《人民日报》）", "人民日报"),
        ("转自：平安洛阳", "平安洛阳"),
        ("来源：新江晚报作者：陆某编辑：苗某", "新江晚报"),
        ("来源：人民网－楚江频道", "人民网"),
        ("来源：中国新闻网", "中新网"),
        ("来源 | 健康新江（ID：jkxj）", "健康新江"),
        ("来源：综合新江日报、新江发布", "新江日报"),
        ("信息来源：新江市水务局 浏览次数：12", "新江市水务局"),
        ("来源：新华社、人民日报", "新华社"),
        ("来源：综合自新江日报", "新江日报"),
        ("来源：新江市水务局办公室", "新江市水务局"),
        ("来源：新京报新媒体", "新京报"),
        ("来源：新江日报社", "新江日报"),
        ("来源：新江县融媒体中心", "新江县融媒体中心"),
        ("来源：公众号“新江生活圈”", "新江生活圈"),
        ("来源：本网综合 新江日报", "新江日报"),
        ("来自：新江日报", "新江日报"),
        ("来源：新江晚报官微", "新江晚报"),
        ("来源：健康新江欢迎使用新江公交APP返回搜狐，查看更多", "健康新江"),
        ("综合来源：新江日报、人民网", "新江日报"),
        ("文章来源于新江晚报 ，作者陆某", "新江晚报"),
        ("来源：中共新江县委宣传部", "中共新江县委宣传部"),
        ("来源：网络", None),
        ("来源：党政办公室", None),
        ("来源：https://example.com/a", None),
    ],
)
def test_sources(line: str, source: str | None) -> None:
    document = structured(
        f"大雨过后\n\n7月1日，市区普降大雨，多处路段积水。\n\n市政部门连夜排水，交通恢复正常。\n\n{line}"
    )
    assert document.articles[0].source == source
    assert document.articles[0].paragraphs[-1].kind == "boilerplate"


@pytest.mark.parametrize(
    "text",
    [
        "原标题：泵站夜里停机 值班员抢修到天亮\n\n7月1日，市区普降大雨，多处路段积水。\n\n市政部门连夜排水。",
        "（原标题：泵站夜里停机 值班员抢修到天亮）\n7月1日，市区普降大雨，多处路段积水。\n市政部门连夜排水。",
        "7月1日，市区普降大雨，多处路段积水。\n\n市政部门连夜排水。\n\n原标题：泵站夜里停机 值班员抢修到天亮",
        "原标题：泵站夜里停机 值班员抢修到天亮　　　　　　7月1日，市区普降大雨，多处路段积水。\n\n市政部门连夜排水。",
        "原标题：泵站夜里停机 值班员抢修到天亮【新江网报道 记者 陆某】7月1日，市区普降大雨。\n\n市政部门连夜排水。",
    ],
)
def test_a_repost_without_a_title_has_that_of_its_original(text: str) -> None:
    [article] = structured(text).articles
    assert article.title == "泵站夜里停机 值班员抢修到天亮"
    assert article.title in [p.text for p in article.paragraphs if p.kind == "heading"]


def test_where_the_title_of_an_original_ends_in_its_story_there_is_none() -> None:
    assert structured("原标题：泵站夜里停机记者从市水务局了解到，抢修已经结束。\n\n雨停了。").articles[0].title is None


def test_what_another_medium_reports_is_no_source_below_the_beginning() -> None:
    story = "7月1日，市区普降大雨，多处路段积水，行人纷纷绕道，公交车停在站里等水退去。"
    assert structured(f"大雨过后\n\n{story}\n\n路透社2日报道称，雨还要下三天。\n\n水退了。").articles[0].source is None
    assert structured(f"大雨过后\n\n路透社2日报道，雨还要下三天。\n\n{story}").articles[0].source == "路透社"


def test_front_matter_gives_title_and_source_only_where_the_text_does_not() -> None:
    head = "---\ntitle: 雨后的城市\nauthor: 趣头条\n---\n"
    with_lead = structured(head + "东北网10月3日讯(朱子奇)今天，市区普降大雨。\n\n多处路段积水。").articles[0]
    assert (with_lead.title, with_lead.source) == ("雨后的城市", "东北网")
    assert (with_lead.paragraphs[0].text, with_lead.paragraphs[0].kind, with_lead.paragraphs[0].flags) == (
        "雨后的城市",
        "heading",
        ("declared_title",),
    )
    without = structured(head + "雨後的城市\n\n今天，市区普降大雨。\n\n多处路段积水。").articles[0]
    assert (without.title, without.source, len(without.paragraphs)) == ("雨後的城市", "趣头条", 3)


def test_jsonl_documents_are_single_articles_with_their_title_in_front() -> None:
    lines = '{"id": "x", "title": "两条短讯", "source": "洛阳日报", "text": "本报讯 今天下雨。\\n天晴了\\n本报讯 明天放晴。"}\n{"id": "y", "title": "只有标题", "text": ""}'
    first, second = structure(piece_of(lines, "a.jsonl", lines=True))
    assert len(first.articles) == 1 and first.articles[0].source == "洛阳日报"
    assert [p.text for p in first.articles[0].paragraphs] == [
        "两条短讯",
        "本报讯 今天下雨。",
        "天晴了",
        "本报讯 明天放晴。",
    ]
    assert [p.text for p in second.articles[0].paragraphs] == ["只有标题"]
    assert second.title == "只有标题"


def test_shuffled_paragraphs_of_one_article_stay_together() -> None:
    chance = random.Random(4)
    for name in ("bulletin", "law", "speech", "post"):
        texts = [text for _, kind, text in rows(name) if kind in ("body", "caption")]
        for _ in range(5):
            chance.shuffle(texts)
            assert len(set(articles_of(structured("\n\n".join([rows(name)[0][2], *texts]))).values())) == 1


def test_shuffled_paragraphs_of_a_page_lose_their_article_but_no_text() -> None:
    """Position decides; without it at least a third of the pairs are still told apart or kept together. That loss is known."""
    chance = random.Random(4)
    page = [(number, text) for number, kind, text in rows("page") if kind == "body"]
    right = total = 0
    for _ in range(10):
        chance.shuffle(page)
        found = articles_of(structured("\n\n".join(text for _, text in page)))
        assert len(found) == len(page)
        for number, text in page:
            for other, second in page:
                total += 1
                right += (number == other) == (found[squeezed(text)] == found[squeezed(second)])
    assert right >= total / 3


def test_what_is_no_source_is_kept_for_a_curator() -> None:
    document = structured("大雨过后\n\n7月1日，市区普降大雨，多处路段积水。\n\n来源：党政办公室")
    assert document.unresolved_sources == ("党政办公室",)


@pytest.mark.parametrize("body", ["本报讯（记者 周某）", "新华社新江5月6日电（记者 周某）"])
def test_a_declared_title_is_a_paragraph_of_a_document_with_several_articles(body: str) -> None:
    story = "保洁员每天清晨六点出门，沿着河走上两个来回。"
    text = f"---\ntitle: 河上的清晨\n---\n# 河长制\n\n{body}{story}\n\n# 水价\n\n{body}水价听证会周三召开。"
    document = structured(text, "a.md")
    assert [p.text for _, p in document.paragraphs()][0] == "河上的清晨"
    assert [article.title for article in document.articles] == ["河上的清晨", "河长制", "水价"]
    untitled = structured(f"---\ntitle: 河上的清晨\n---\n{story}\n\n**提醒**\n\n{body}到了汛期，要看水位。", "a.md")
    assert untitled.articles[0].title == "河上的清晨"
    assert untitled.articles[0].paragraphs[0].text == "河上的清晨"


@pytest.mark.parametrize("head", ["新江晚报\n\n", "新江晚报\n2021年6月18日　星期五　A03　要闻\n\n"])
def test_the_head_of_a_paper_is_its_source_and_not_a_title(head: str) -> None:
    [article] = structured(
        f"{head}夜修的人\n\n本报讯（记者 周某）泵站夜里停机，值班员马上报修。\n\n清晨水位回落。"
    ).articles
    assert (article.title, article.source) == ("夜修的人", "新江晚报")


@pytest.mark.parametrize(
    ("lead", "source"),
    [
        ("中新经纬7月24日电（周某）", "中新经纬"),
        ("【环球时报综合报道】", "环球时报"),
        ("孩子们在操场上活动深圳新闻网2023年8月16日讯（记者 周某）", "深圳新闻网"),
        ("周某某与陆某某夫妇网友爆料7月25日报道　", None),
        ("据新江市政府新闻处1日消息，", None),
        ("另据环球时报7月25日报道，", None),
        ("据新华社客户端消息，", None),
        ("据新华社新江7月25日电　", "新华社"),
        ("新江现场深圳新闻网2023年8月16日讯（记者 周某）", "深圳新闻网"),
        ("四川在线记者 周某7月25日，", "四川在线"),
        ("记者 周某7月25日从四川在线获悉，", None),
        ("中新网广东新闻8月9日电（周某）", "中新网"),
    ],
)
def test_the_medium_of_a_lead(lead: str, source: str | None) -> None:
    document = structured(
        f"夜修的人\n\n{lead}泵站夜里停机，值班员马上报修，厂家派人连夜赶到。\n\n清晨两台机组都恢复了。"
    )
    assert document.articles[0].source == source


@pytest.mark.parametrize(
    ("credit", "source", "detail"),
    [
        ("人民网－湖北频道", "人民网", "湖北频道"),
        ("新江晚报微信公众号", "新江晚报", "微信公众号"),
        ("新江晚报", "新江晚报", None),
    ],
)
def test_the_channel_of_a_source_is_kept(credit: str, source: str, detail: str | None) -> None:
    [article] = structured(f"夜修的人\n\n来源：{credit}\n\n泵站夜里停机，值班员马上报修，厂家派人连夜赶到。").articles
    assert (article.source, article.source_detail) == (source, detail)
