from __future__ import annotations

import pytest

from juanzong.index.text.analysis import MAX_CHARACTERS
from tests.reading_texts import TEXTS, paragraphs, plain, rows, squeezed, structured


@pytest.mark.parametrize("gap", ["\n", "\n\n", "\r\n\r\n", "\n\n\n"])
@pytest.mark.parametrize("name", TEXTS)
def test_paragraphs_and_kinds_of_clean_text(name: str, gap: str) -> None:
    assert [(p.kind, p.text) for p in paragraphs(plain(name, gap))] == [(kind, text) for _, kind, text in rows(name)]


@pytest.mark.parametrize("name", TEXTS)
def test_the_same_as_html(name: str) -> None:
    html = "<html><body>" + "".join(f"<p>{text}</p>" for _, _, text in rows(name)) + "</body></html>"
    wanted = [(kind, text) for _, kind, text in rows(name)]
    assert [(p.kind, p.text) for p in paragraphs(html, "a.html")] == wanted


def test_a_lone_sentence_after_a_wide_gap_is_a_caption() -> None:
    text = plain("page").replace("快递员王师傅的", "\n\n\n\n工人正在铺设路面。\n\n快递员王师傅的", 1)
    assert ("caption", "工人正在铺设路面。") in [(p.kind, p.text) for p in paragraphs(text)]


def test_a_kicker_ends_in_a_colon_and_a_cry_may_be_a_title() -> None:
    kinds = [
        p.kind
        for p in paragraphs(
            "社区主任刘桂凤：\n\n以“辛苦指数”换取群众“安全指数”\n\n一走进社区就能感受到这里的忙碌氛围。\n\n她就是社区主任刘桂凤。"
        )
    ]
    assert kinds == ["heading", "heading", "body", "body"]
    kinds = [
        p.kind
        for p in paragraphs("“能搭把手一定帮！”\n\n出租车司机李洪奎当起志愿者\n\n11月3日上午，李洪奎正在卡点忙碌着。")
    ]
    assert kinds == ["heading", "heading", "body"]


def test_a_cut_sentence_above_a_signature_is_no_heading() -> None:
    text = "疫情通报\n\n近日，我省发生本土疫情，请市民继续做好防护。\n\n请广大市民群众非必要\n\n哈尔滨市卫健委\n\n2021年11月3日"
    assert [p.kind for p in paragraphs(text)] == ["heading", "body", "body", "byline", "byline"]


def test_a_day_or_a_year_between_empty_lines_stands_by_itself() -> None:
    for head in ("2022年10月8日", "二〇二二年十月八日", "一、2022年", "2022年10月", "（二）2022年"):
        found = paragraphs(
            f"莲藕上市\n\n{head}\n\n凌晨三点，批发市场的灯全亮了，泥还是湿的。\n\n天亮时，人已经散去一半。"
        )
        assert found[1].text == head, found


def test_a_byline_in_a_narrow_column_is_one_paragraph() -> None:
    text = "标题在这里\n\n这是正文的第一段话。\n\n□公宣  \n本报记者  \n王晓\n\n这是另一篇的正文，也是一段话。\n\n这是最后一段。"
    assert [(p.kind, squeezed(p.text)) for p in paragraphs(text)][2] == ("byline", "□公宣本报记者王晓")


def test_lists_of_short_items_are_text_and_numbered_headings_are_not() -> None:
    assert [p.kind for p in paragraphs("分工如下：\n一、张三负责登记\n二、李四负责消毒\n三、王五负责测温")] == [
        "body"
    ] * 4
    assert [
        p.kind
        for p in paragraphs(
            "工作要点\n一、加强领导\n各单位要加强领导，落实责任。\n二、加强宣传\n各单位要加强宣传，营造氛围。"
        )
    ] == ["heading", "heading", "body", "heading", "body"]


def test_labelled_facts_are_text() -> None:
    assert [
        p.kind
        for p in paragraphs(
            "招聘启事\n我单位现招聘工作人员若干名。\n联系电话：0379-65650000\n联系人：王女士\n请有意者与我们联系。"
        )
    ] == ["heading", "body", "body", "body", "body"]


def test_a_very_long_paragraph_is_split_at_a_sentence() -> None:
    text = "这是一句话。" * (MAX_CHARACTERS // 3)
    document = structured(text)
    found = document.articles[0].paragraphs
    assert "".join(p.text for p in found) == text
    assert all(len(p.text) <= MAX_CHARACTERS and p.text.endswith("。") and p.flags == ("split_long",) for p in found)
    assert [problem.code for problem in document.warnings] == ["long_paragraph"]
    assert "".join(p.text for p in paragraphs("无" * (3 * MAX_CHARACTERS))) == "无" * (3 * MAX_CHARACTERS)


@pytest.mark.parametrize("head", ["客人送到家，司机留下了", "桥边的店，开了又关", "水退了，菜还在", "他等了四十分钟"])
@pytest.mark.parametrize(
    "story", ["老周说，那天夜里雨很大，他把客人一直送到楼下才走。", "1998年，这座桥第一次大修，水一直漫到桥面。"]
)
def test_a_heading_that_is_half_a_sentence_stays_apart_across_an_empty_line(head: str, story: str) -> None:
    texts = ["夜里的车", "今年入夏以来，城里的夜班车多了十几辆，坐的人却不多。", head, story]
    assert [paragraph.text for paragraph in paragraphs("\n\n".join(texts))] == texts
