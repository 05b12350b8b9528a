from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from juanzong.index.corpus import lines, plaintext
from juanzong.index.corpus.markup import html
from juanzong.index.structure import articles, boilerplate, bylines, kinds, paragraphs, tables, wording
from juanzong.index.structure.bylines import is_byline, lead_names, lead_of, tail_names
from juanzong.index.structure.seams import columns, judge, rules
from juanzong.index.structure.seams.rules import unclosed
from juanzong.index.structure.wording import is_agency_line, is_caption, is_closed, is_document_number, is_signature

MODULES = (
    articles,
    boilerplate,
    bylines,
    lines,
    plaintext,
    wording,
    html,
    kinds,
    paragraphs,
    tables,
    columns,
    judge,
    rules,
)


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("他来了。", True),
        ("他说：“来了。”", True),
        ("真的吗？）", True),
        ("（完）", False),
        ("来源：", False),
        ("今天", False),
        ("It ends.", True),
        ("以及；", True),
        ("……", True),
    ],
)
def test_closed(text: str, closed: bool) -> None:
    assert is_closed(text) is closed


@pytest.mark.parametrize(
    ("text", "dateline", "medium"),
    [
        ("本报讯（记者 王晓）今天", "本报讯", "本报"),
        ("新华社北京3月2日电（记者 李明）", "新华社北京3月2日电", "新华社"),
        ("中新网徐州12月21日电 题:疫情", "中新网徐州12月21日电", "中新网"),
        ("东北网10月3日讯(朱子奇", "东北网10月3日讯", "东北网"),
        ("央视网消息：近日", "央视网消息", "央视网"),
        ("洛阳日报讯 记者", "洛阳日报讯", "洛阳日报"),
        ("人民网北京2021年3月2日电 （记者", "人民网北京2021年3月2日电", "人民网"),
        ("新华社北京、上海3月2日综合消息：", "新华社北京、上海3月2日综合消息", "新华社"),
    ],
)
def test_datelines(text: str, dateline: str, medium: str) -> None:
    lead = lead_of(text)
    assert lead is not None and lead[0] == dateline and lead["medium"] == medium


@pytest.mark.parametrize(
    "text", ["市公安局接到报警电话", "本报通讯员", "通讯录", "社区的电费", "他接到电 话", "网络的消息"]
)
def test_what_is_no_dateline(text: str) -> None:
    lead = lead_of(text)
    assert lead is None


def test_reporters_after_a_dateline_and_at_the_end() -> None:
    for text, names in (
        ("本报讯（记者 王晓）在", "记者 王晓"),
        ("本报讯(赵璐 记者 王晓)在", "赵璐 记者 王晓"),
        ("【本报讯】（记者李明）", "记者李明"),
        ("本报讯 记者 王晓 通讯员 李明 报道", "记者 王晓 通讯员 李明"),
        ("新华社北京3月2日电（王晓、李明）", "王晓、李明"),
        ("本报讯（下同）今天", None),
    ):
        lead = lead_of(text)
        assert lead is not None and lead_names(text, lead.end()) == names
    assert tail_names("活动取得圆满成功。（记者 王晓 通讯员 李明）") == "记者 王晓 通讯员 李明"
    assert tail_names("活动取得圆满成功。（完）") is None


@pytest.mark.parametrize(
    "text",
    [
        "■本报记者 梁可心 李玥",
        "□公宣 本报记者 王晓",
        "作者 朱志庚 王彬",
        "（记者 王晓 通讯员 李明）",
        "文/张三 图/李四",
        "新华社记者 王晓",
        "记者王晓",
        "本报记者 阿里·吐尔逊",
    ],
)
def test_bylines(text: str) -> None:
    assert is_byline(text)


@pytest.mark.parametrize(
    "text",
    [
        "记者从市公安局获悉",
        "记者手记",
        "记者调查",
        "科普工作者",
        "第五章  科普工作者",
        "作者简介",
        "本报讯(记者 王晓)每天定时",
        "记者 王晓说：“好。”",
        "市公安局",
    ],
)
def test_what_is_no_byline(text: str) -> None:
    assert not is_byline(text)


def test_signatures() -> None:
    for text in (
        "2021年11月3日",
        "二〇二一年十一月三日",
        "哈尔滨市卫健委 2021年11月3日",
        "市公安局　2021年11月3日",
        "国办发〔2021〕5号",
        "（2021年3月2日）",
    ):
        assert is_signature(text), text
    for text in ("2021年11月3日，市公安局", "11月3日", "2021年", "在2021年11月3日"):
        assert not is_signature(text), text
    assert is_document_number("国办发〔2021〕5号") and not is_document_number("第67号公告")
    assert is_agency_line("洛阳市公安局涧西分局") and is_agency_line("市公安局 市交通运输局")
    assert not is_agency_line("市公安局召开会议") and not is_agency_line("请广大市民群众非必要")


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        ("民警在执勤。 徐州警方供图", True),
        ("施工现场。本报记者 刘玉玺摄", True),
        ("图为救援现场", True),
        ("图1：流程", True),
        ("▲演练现场", True),
        ("救援现场（资料图片）", True),
        ("民警用大数据核查信息。 图片由警方提供", True),
        ("企业为居民提供", False),
        ("他参加了拍摄", False),
        ("图书馆开放", False),
        ("一。二。三。摄", False),
    ],
)
def test_captions(text: str, caption: bool) -> None:
    assert is_caption(text) is caption


def expressions() -> Iterator[tuple[str, re.Pattern[str]]]:
    for module in MODULES:
        yield from (
            (f"{module.__name__}.{name}", value)
            for name, value in vars(module).items()
            if isinstance(value, re.Pattern)
        )


HOSTILE = {
    "digits": "1" * 100_000,
    "Han": "中" * 100_000,
    "ones": "一" * 100_000,
    "spaces": " " * 100_000,
    "wide spaces": "\u3000" * 100_000,
    "stars": "*" * 100_000,
    "brackets": "（" * 100_000,
    "square": "【" * 100_000,
    "quotes": "“" * 100_000,
    "commas": "，" * 100_000,
    "stops": "。" * 100_000,
    "letters": "a" * 100_000,
    "markup": "<p" * 50_000,
    "links": "[a](" * 25_000,
    "images": "![" * 50_000,
    "bodies": "市局" * 50_000,
    "tabs": "\t" * 100_000,
    "dates": "2021年" * 20_000,
    "reporters": "记者 王" * 25_000,
    "labels": "发文机关 " * 20_000,
    "news": "本报讯" * 33_000,
    "newlines": "\n" * 100_000,
    "colons": "：" * 100_000,
    "dashes": "-" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_every_expression_is_linear(name: str) -> None:
    """Without a clock: a search that backtracks over so much would never end."""
    text = HOSTILE[name]
    for _, pattern in expressions():
        pattern.match(text)
        pattern.search(text[:20_000] + "x")


KINDS: tuple[Callable[[str], object], ...] = (
    is_closed,
    lead_of,
    is_byline,
    is_signature,
    is_agency_line,
    is_caption,
    tail_names,
    tables.is_row,
    tables.header_row,
    boilerplate.is_boilerplate,
    boilerplate.opens_disclaimer,
    boilerplate.is_page_label,
    boilerplate.is_latin,
    unclosed,
)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("size", [40, 60, 120, 300, 100_000])
def test_every_question_is_answered_on_hostile_lines(name: str, size: int) -> None:
    text = HOSTILE[name][:size].strip() or "x"
    for kind in KINDS:
        kind(text)
