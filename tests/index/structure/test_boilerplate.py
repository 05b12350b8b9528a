from __future__ import annotations

import pytest

from juanzong.index.structure.boilerplate import is_boilerplate, is_page_label, opens_disclaimer
from tests.reading_texts import paragraphs


@pytest.mark.parametrize(
    "text",
    [
        "责任编辑: 卢贝",
        "【来源：东北网】",
        "来源：洛阳日报",
        "版权归原作者所有，向原创者致敬",
        "相关新闻",
        "点击蓝字关注我们",
        "长按识别二维码，关注雅安公安",
        "编辑：王小雨",
        "编辑丨王小雨",
        "审核：张建国",
        "2020-02-06 07:46 来源: 央视网 编辑：李明",
        "发布时间：2021-11-03 10:00",
        "阅读原文",
        "— END —",
        "上一篇：无",
        "【打印】",
        "首页 > 新闻 > 本地",
        "首页 › 市井",
        "2021-11-04 星期四",
        "11-04 07:46",
        "《 新江晚报 》（ 2021年11月04日 13 版）",
        "第3版",
        "2021年11月4日 星期四",
        "原标题：某地发大水",
        "凡本网注明“来源：某某网”的所有作品，版权均属于某某网。",
        "未经授权不得转载。",
    ],
)
def test_boilerplate(text: str) -> None:
    assert is_boilerplate(text)


@pytest.mark.parametrize(
    "text",
    [
        "关注民生实事",
        "《养犬管理条例》（2020年5月1日施行）",
        "2016-2017",
        "来源于生活的故事打动了人。",
        "未经许可，任何单位不得占用城市绿地。",
        "2021年11月3日，市公安局召开会议。",
        "编辑部的故事",
        "点击量突破一亿的背后",
        "扫码骑行更方便，市民点赞新变化，有关部门称将继续推广。",
        "阅读量达三百万",
        "著作权人认为他人侵犯其权利的，可以依照侵权责任的规定提起诉讼；人民法院受理后，被告以版权所有为由抗辩的，应当对其主张承担举证责任，逾期不举证的，承担不利后果。并且",
    ],
)
def test_text_is_no_boilerplate(text: str) -> None:
    assert not is_boilerplate(text)


def test_after_a_disclaimer_the_rest_of_the_page_is_legal_text() -> None:
    assert (
        opens_disclaimer("神州普法网版权及免责声明:")
        and opens_disclaimer("相关新闻")
        and not opens_disclaimer("关于网站的声明不实，公安机关已经介入。")
    )
    story = ["大雨过后", "7月1日，市区普降大雨，多处路段积水。", "市政部门连夜排水，交通已经恢复。"]
    tail = ["本站声明", "版权声明：", "1. 用户自行承担使用的风险。", "2. 联系邮箱：a@example.org"]
    kinds = [p.kind for p in paragraphs("\n".join(story + tail[1:]))]
    assert kinds == ["heading", "body", "body", "boilerplate", "boilerplate", "boilerplate"]


def test_running_heads_and_their_pinyin() -> None:
    assert is_page_label("防疫·攻坚") and not is_page_label("习近平·关心百姓生活")
    found = paragraphs("大雨过后\n\n7月1日，市区普降大雨，多处路段积水。\n\n防疫·前行\n\nFang Yi Qian Xing")
    assert [p.kind for p in found] == ["heading", "body", "boilerplate", "boilerplate"]


@pytest.mark.parametrize(
    "text",
    [
        "首页 > 新闻中心 > 本地",
        "您现在的位置: 台海网 >> 新闻 >> 正文",
        "www.example.org 来源: 央视新闻客户端",
        "原创 石榴籽 2022-07-22 21:05",
        "↓↓↓往期推荐↓↓↓",
        "濠江晚报　二○二二年五月十四日　星期六",
        "第A09版:福州新闻",
        "Powered By Example",
    ],
)
def test_furniture_of_sites_and_papers(text: str) -> None:
    assert is_boilerplate(text)


def test_a_credit_with_its_name_on_the_next_line_is_one_paragraph() -> None:
    found = paragraphs(
        "大雨过后\n7月1日，市区普降大雨，多处路段积水。\n来源:\n钱江晚报\n作者:\n夏凡 余婷婷\n编辑:\n施袭森"
    )
    assert [(p.kind, p.text) for p in found[2:]] == [
        ("boilerplate", "来源:钱江晚报"),
        ("byline", "作者:夏凡 余婷婷"),
        ("boilerplate", "编辑:施袭森"),
    ]
    assert [join.rule for join in found[2].joins] == ["label"]


@pytest.mark.parametrize("text", ["阅读 1203", "赞 21 分享 推荐 写留言", "在看", "分享 收藏 点赞", "微信 微博 QQ空间"])
def test_buttons_are_boilerplate(text: str) -> None:
    assert is_boilerplate(text)


@pytest.mark.parametrize("text", ["评论", "阅读是一种习惯", "分享会", "推荐 12 本好书", "大 中 小学校"])
def test_words_of_buttons_in_a_text_are_none(text: str) -> None:
    assert not is_boilerplate(text)


def test_signs_of_less_and_more_are_no_trail() -> None:
    assert not is_boilerplate("水位<3米，流量>5，若a<b则停。<T>型")
    assert is_boilerplate("首页 > 新闻 > 正文")
