from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.structure.seams.rules import CLOSERS, OPENERS, cuts_token, joint, unclosed
from tests.reading_texts import paragraphs


@pytest.mark.parametrize(
    ("upper", "lower", "rule"),
    [
        ("当前,我市外防输入压力持续加大,", "本土病例持续增长,防控处在关键时期。", "goes_on"),
        ("接到报警后民警立即赶到现场", "，将伤者送往医院。", "closing_mark"),
        ("民警们充分运用“传统", "+大数据”等多种手段,推动工作开展。", "open_bracket"),
        ("各项工作稳步推进。社区要尽全力保障群众就医等需", "求,主动做好服务对接。", "open_sentence"),
        ("坚决守好东大门和运输线,压实主体责任,对人员密集的实际情况道外区强化了", "三个环节管控。", "open_clause"),
        ("企业已实现了对冷", "链进口食品的追溯，产品可以查到来源。", "word"),
        ("民警自9月", "5日起在这里执勤，每天工作十二小时。", "number"),
        ("本报讯(记者 王丹)每天定时", "对小区进行全面消杀,确保无遗漏。", "open_lead"),
    ],
)
def test_a_cut_paragraph_is_joined_with_its_reason(upper: str, lower: str, rule: str) -> None:
    (paragraph,) = paragraphs(f"{upper}\n\n{lower}")[:1]
    assert paragraph.text == upper + lower
    (join,) = paragraph.joins
    assert (join.rule, join.offset) == (rule, len(upper))
    assert 0.5 <= join.confidence <= 1
    assert paragraph.source_lines == (1, 3)


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        ("规范辖区经营秩序 守好东大门", "道外区全力做好重点行业防疫和服务保障工作"),
        ("封控小区的“守护者”", "在各封控小区，派出所民警积极配合社区工作。"),
        ("一、全力以赴保障接听", "为应对激增的来电量，热线及时调整班次。"),
        ("现将有关事项通告如下：", "一、自即日起禁止货车通行。"),
        ("他来了。", "又走了。"),
        ("洪水来了", "本报讯（记者 王晓）7月1日，市区普降大雨。"),
        ("第一章 总则", "第一条 为了规范管理，制定本条例。"),
        ("## 标题一", "正文，继续。"),
        ("序号1　单位：沙河镇　问题：台账缺页　整改：已补齐", "序号2　单位：柳林镇　问题：库存不符　整改：已核销"),
        ("案例三：一家小店的欠账，两年没有人提起", "案例四：渡口的旧船，谁来拖走"),
        ("邻居说，隔壁院里的几家也是这样。读者 田某", "记者昨日随两个部门的同志到厂，厂长讲了经过。"),
    ],
)
def test_headings_and_paragraphs_stay_apart(upper: str, lower: str) -> None:
    assert len(paragraphs(f"{upper}\n\n{lower}\n\n这是最后的一段文字。")) == 3


def test_latin_words_are_joined_with_a_space_and_han_characters_without() -> None:
    assert joint("the end", "of it") == " "
    assert joint("一", "二") == joint("a", "二") == joint("一", "a") == ""
    assert joint("end,", "of") == " "


def test_numbers_are_joined_without_a_space() -> None:
    assert joint("共有20", "23人") == joint("共有3.", "5万人") == joint("G", "7") == ""
    (paragraph, *_) = paragraphs("民警于2023年3月19日\n\n21时12分在现场处置，没有人员受伤。")
    assert paragraph.text.startswith("民警于2023年3月19日21时12分")
    (paragraph, *_) = paragraphs("水位比昨天涨了0.\n\n15米，仍低于警戒线。")
    assert paragraph.text.startswith("水位比昨天涨了0.15米")


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        ("2月21日07:30—08:", "10在米粉店用餐，随后回家。"),
        ("新华社昆明11月27", "日电 矿井下的救援仍在继续。"),
        ("法院作出的(2", "019)民初112号判决已经生效。"),
        ("水位比昨天涨了0.", "15米，仍低于警戒线。"),
        ("管制时间为12月23日至", "2020年1月18日，请绕行。"),
        ("供暖期是11月1日至次年", "3月31日，热费不变。"),
        ("2015年10月10日11时", "44分，一家小店的门前起了火。"),
        ("2024年4月16日08:", "30 雨停了，路面的积水退去。"),
    ],
)
def test_a_number_is_never_cut(upper: str, lower: str) -> None:
    (paragraph, *_) = paragraphs(f"{upper}\n\n{lower}")
    assert paragraph.text == upper + lower


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        ("编号2021", "日前，市防办发出通知，要求各地巡查堤防。"),
        ("名单（共3", "10人受到表彰，其余人员名单另行公布。"),
        ("安排如下:", "10时30分在市政府门前集合出发。"),
    ],
)
def test_what_only_looks_like_a_cut_number_stays_apart(upper: str, lower: str) -> None:
    assert not cuts_token(upper, lower)


def test_a_line_that_begins_with_a_comma_goes_on_with_a_disclaimer() -> None:
    (paragraph, *_) = paragraphs("免责声明：本文转载自其他媒体\n\n，不代表本站立场。如涉及版权，请与本站联系。")
    assert (paragraph.kind, paragraph.text) == (
        "boilerplate",
        "免责声明：本文转载自其他媒体，不代表本站立场。如涉及版权，请与本站联系。",
    )


@pytest.mark.parametrize("title", ["在这座城的老档案里翻到的一张卡", "我们县的集，一年只有两次赶"])
def test_a_first_line_above_whole_paragraphs_is_a_title(title: str) -> None:
    texts = [
        "三月一次，九月一次，县城东头的河滩上，卖筐的、卖镰的、卖糖人的，一眼望不到头，天黑了也不散。",
        "报告卡的抬头是“市卫生防疫站”，填报日期已经看不清了，老档案员说，那时候全市只有一台打字机。",
    ]
    assert [paragraph.text for paragraph in paragraphs("\n\n".join([title, *texts]))] == [title, *texts]


def test_one_break_among_whole_paragraphs_needs_more_than_a_guess() -> None:
    whole = "\n".join(
        ["街上的槐树比房子还要老，夏天的时候树荫能盖住半条街，老人们就在树荫底下下棋，一下就是一个下午，谁也不着急。"]
        * 4
    )
    assert (
        paragraphs(f"朝阳里的一条小街\n小街不长，从东头走到西头，一共三百二十步。\n{whole}")[0].text
        == "朝阳里的一条小街"
    )


@given(st.text(alphabet="（）“”《》()甲", max_size=60))
def test_unclosed_marks_close_the_text(text: str) -> None:
    closing = dict(zip(OPENERS, CLOSERS, strict=True))
    marks = unclosed(text)
    assert unclosed(text + "".join(closing[mark] for mark in reversed(marks))) == ""


@given(st.lists(st.text(alphabet="市公安局，。“”（）0a 一、", min_size=1, max_size=30), max_size=30))
def test_no_character_is_lost_or_invented(lines: list[str]) -> None:
    text = "\n".join(lines)
    joined = "".join(p.text for p in paragraphs(text))
    # a running head is put aside from between the lines that it parts
    assert sorted("".join(joined.split())) == sorted("".join(text.split()))


def test_a_join_in_doubt_keeps_its_place() -> None:
    paragraph = paragraphs(
        "入汛以来，各站轮流检修。\n\n水务局说，今年各站的检修\n\n比往年提前了半个月。\n\n居民可以在网上查看水位。"
    )[1]
    assert [(join.offset, join.confidence < 1) for join in paragraph.joins] == [(12, True)]


@pytest.mark.parametrize(
    "stamp",
    [
        "2023-12-29 16:30:05　来源：珠城发布　责编：梁某",
        "来源：江城日报 发布时间：2019-09-03 14:20:08 浏览次数：536",
        "新闻热线：0415-2861234 邮箱见版头",
    ],
)
@pytest.mark.parametrize("at", [1, 13, 15, 18])
def test_a_stamp_is_never_cut_within_a_number_or_a_credit(stamp: str, at: int) -> None:
    cut = f"{stamp[:at]}\n\n{stamp[at:]}"
    if cuts_token(stamp[:at], stamp[at:]):
        assert [
            paragraph.text for paragraph in paragraphs(f"{cut}\n\n元旦假期，口岸延长开放两小时，市民可以提前预约。")
        ][0] == stamp


def test_a_stamp_does_not_go_on_from_the_title() -> None:
    lines = [
        "一部旧电梯的二十七个月",
        "2014-09-26 06:40 来源：江城晨报",
        "前天，一幢二十层的老公房装上了新电梯，居民们放了一挂鞭炮。",
    ]
    assert [paragraph.text for paragraph in paragraphs("\n".join(lines))] == lines


def test_a_line_that_opens_with_a_day_is_no_heading() -> None:
    (_, paragraph) = paragraphs("江上一夜\n\n13日14时，市水文局发布\n\n蓝色预警，下游各县随后转移群众，没有人员伤亡。")
    assert paragraph.text.startswith("13日14时，市水文局发布蓝色预警")


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_break_within_heavy_brackets_is_none(gap: str) -> None:
    text = f"昨夜泵站停机两台，【值班{gap}电话】写在门上，报修很快。\n\n清晨两台都恢复了。"
    assert [paragraph.text for paragraph in paragraphs(text)][0] == "昨夜泵站停机两台，【值班电话】写在门上，报修很快。"
