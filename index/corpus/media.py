"""Who publishes: media, public bodies and accounts that a page names as its source, under one name each.

A name is known from the list of media (`data/media.csv`, which a curator may extend), or it has the form of a medium (新江晚报), of a public body
(新江市水务局) or, where the page says that it is one, of an account. Whatever has none of these forms is no source.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from juanzong.index.divisions import provinces
from juanzong.index.text.folding import converter

_LIST = Path(__file__).parent.parent / "data" / "media.csv"
_HAN = "\u4e00-\u9fff"
_LETTER = rf"{_HAN}A-Za-z0-9+＋"
_FORM = (
    "日报 晚报 早报 晨报 时报 商报 都市报 快报 导报 周报 青年报 法治报 法制报 工人报 农民报 老年报 晚刊 周刊 月刊 半月刊 画报 旬报 壹报 学报 经济报 教育报 科技报 特区报 报社 "
    "新闻网 新闻门户网 信息网 政府网 资讯网 在线 之声 电视台 广播电台 电台 广播 交通广播 卫视 频率 融媒体中心 融媒体 融媒 全媒体 客户端 新闻 资讯 头条 传媒 通讯社 快讯 论坛 "
    "发布 观察 周末 财经 日报网 晚报网 新媒体 电视 人民广播 杂志 杂志社 报业 数字报 号外 网报 网 报 社 云"
).split()
"""How the name of a medium ends. The last ones need more before them."""
_SHORT_FORMS = (
    "网",
    "报",
    "社",
    "云",
    "电视",
    "快讯",
    "观察",
    "发布",
    "新闻",
    "周末",
    "财经",
    "在线",
    "头条",
    "广播",
    "电台",
    "论坛",
    "资讯",
    "传媒",
    "杂志",
)
_MEDIUM = re.compile(rf"[{_LETTER}·]{{1,12}}?(?:{'|'.join(sorted(_FORM, key=len, reverse=True))})$")
_NO_MEDIUM = re.compile(
    r"^(?:本|该|各|某|多家|有关|相关|上级|官方|外|我|全|一|这|那)|[的了是在从把被将说称着过们]|新闻发布|信息发布|预警发布|(?:联|上|内|外|互联|局域|物联|电|管|渔|铁丝|蜘蛛|关系|人际|路|管)网$|"
    r"(?:举|通|汇|申|填|上|预|警|情|公|喜|捷|简|战|谎|海|板|黑板|手抄|播|(?<!青)年)报$|(?:旅行|合作|出版|供销|信用|通讯|报|茶|结|会|诗|剧|公)社$|公社|合作社|旅行社|出版社|最新|今日新闻|新闻中心$|更多|热点|首页|列表|栏目|中心|正文|详情"
)
_BODY = re.compile(
    rf"[{_HAN}·]{{3,24}}?(?:人民政府|政府办公室|政府办公厅|人民政府办公室|委员会|[局厅署]|人民法院|法院|检察院|公安局|分局|支队|总队|大队|派出所|指挥部|街道办事处|街道|办事处|水务站|管理处|管理所|卫生院|"
    r"(?:县|市|区|省|州|旗)[纪监]?委|(?:宣传|组织|统战|政法)部|人大常委会|政协|总工会|妇联|团委|残联|红十字会|协会|学会|研究院|研究所|大学|学院|医院|博物馆|图书馆|气象台|气象局|监测站|疾控中心|控制中心|"
    r"信息中心|服务中心|管理中心|集团|公司|银行|部|镇|乡|市|县|区|站|委|办)$"
)
_OFFICIAL_ACCOUNT = re.compile(
    rf"[{_HAN}]{{2,6}}(?:消防|公安|交警|网警|卫健|教育|文旅|应急|税务|民政|司法|网信|气象|供电|疾控|检察|法院|检察院|共青团|生态环境|市场监管|人社|医保|纪检监察|政法|组工)|(?:平安|健康|文明|法治|清风|清廉|警网|网信|活力|魅力)[{_HAN}]{{2,6}}"
)
"""How the accounts of public bodies are called: 新江消防, 平安新江."""
_GENERIC_BODY = re.compile(
    r"^(?:党政|局|市|县|区|镇|乡|街道|委|厅|省|院|政府|县政府|市政府|区政府|镇政府|本|该|我)?(?:综合|党政|政府|宣传|信息|新闻|办公|机关|政务|人事|法制|政策|发展|业务)?(?:办公室|办公厅|办|科|处|股|部|室|中心|信息中心|宣传部|新闻中心|部门|站)$|(?:科|股|处室)$"
)
_NOTHING = re.compile(
    r"^(?:本站(?:原创|讯)?|本网(?:站|原创|讯|综合)?|本报(?:讯|原创|综合)?|本刊|本台|原创|网络|互联网|网络整理|来自网络|综合|综合整理|整理|转载|转帖|未知|不详|佚名|其他|其它|无|暂无|匿名|管理员|admin|administrator|"
    r"网友|投稿|网上|作者|编辑|小编|原文|链接|见文中|文中|官网|官方网站|报纸|杂志|媒体|自媒体|公众号|微信|客户端|Unknown|none|null|-|——?)$",
    re.IGNORECASE,
)
_OWN = re.compile(r"^(?:本站|本网|本报|本刊|本台)")
_EDGES = " \t\u3000\xa0《》〈〉“”\"'‘’「」『』【】[]〔〕()（）<>:：|｜丨,，.。;；、/／-－—_·•*~@"
_WRAPPED = re.compile(r"[（(【\[][^（）()【】\[\]]{0,30}[)）】\]]?$")
_LEADS = re.compile(
    r"^(?:综合自|综合|另?据|转自|转载自|摘自|原载(?:于)?|来自|文章来源|信息来源|稿件来源|来源于?|源自|内容来源)(?=.{2,})[:：]?\s*"
)
_CHANNEL_OF = re.compile(
    r"(?:官方)?(?:微信)?(?:公众平台|公众号|订阅号|服务号|视频号|企鹅号|大鱼号|百家号|头条号|搜狐号|网易号|澎湃号|抖音号)$|(?:官方)?(?:微博|微信|客户端|APP|App|app|官网|网站|官方网站|门户网站|官方帐号|官方账号|数字报|电子版|电子报|数字报纸|手机版|移动版|触屏版|手机网|手机报|帐号|账号|网站群)$"
)
# what stands behind a name where a page's parts were joined without a space
_LABELS = re.compile(
    r"(?:责任|流程|网络|值班|新媒体|本文|图片|视觉|执行|见习|实习|文字|栏目)?(?:编辑(?!部)|责编|作者|记者|通讯员|校对|校审|审核|编审|监制|主编|撰文|摄影|评论|举报|收藏|分享|打印|点击|浏览|阅读|字号|字体|小字号|参与互动|我要|跟帖|"
    r"时间|日期|发布时间|发布日期|关注|订阅|点赞|转发|原标题|责校|供稿|朗读|听新闻|扫码|手机看|下载|返回搜狐|返回首页|返回列表|返回顶部|返回)(?:数|量|次数|到|人数)?[:：]?.{0,20}$"
)
_TAIL = re.compile(r"(?:(?:19|20)\d{2}[-/.年]\d{1,2}|\d{1,2}月\d{1,2}日|\d{1,2}:\d{2}).{0,40}$")
# what may follow a known name that is the source of a sentence and not part of a longer name
_AFTER = re.compile(
    r"[\d－\-—–·•|｜丨_/／,，、。;；:：（(\[【“‘《 \u3000]|据|近日|日前|今日|昨日|今天|昨天|讯|电|消息|报道|记者|作者|编辑|评论员|通讯员|特派|驻|综合|独家|原创|网站|官网|客户端|APP|微信|微博|公众|频道|视频|短视频|新媒体|全媒体|融媒|[一二三四五六七八九十]月"
)
_DETAIL = re.compile(
    rf"^[－\-—–·•|｜丨_/／ \u3000]{{1,3}}(?P<detail>[{_LETTER}《》]{{2,12}}?(?:频道|分社|版|号|栏目|专栏|客户端|中心|组|编辑部|融媒体|视频|数字报|网|观点|地方|要闻)|[{_LETTER}]{{2,6}})"
)
# the pages that a medium has for a province: X网广东
_OF_PROVINCE = re.compile(rf"(?P<where>[{_HAN}]{{2,3}}?)(?:新闻|频道|分社|站|网)?$")
_AND = re.compile(r"[、,，&＆/／]|\s{1,4}|和|与")
_LONGEST = 30
_UNIT = re.compile("(?:分局|派出所|大队|支队|总队|中队)$")
_DESK = re.compile(r"(?:办公室|政办|综合办|新闻办|党办|宣传[科处部]|综合[科处]|信息[科处]|宣教[科处]|办公厅)$")
"""The desk of a body that sent its text in: the source is the body."""
_SHORTEST_UNIT = 6
"""Characters of a unit's name that tells whose it is."""
_RAN_IN = 6
"""Characters before a known name that are no part of a longer one."""
_SHORTEST = 3
"""Characters of a known name that is recognised at the beginning of a longer text."""


@dataclass(frozen=True, slots=True)
class Medium:
    """A source under the name that its readers know it by. `detail` is the channel, the app or the desk that was named with it; `kind` is known, form, body or account."""

    name: str
    kind: str
    detail: str = ""


@cache
def _known() -> Mapping[str, str]:
    """The canonical name by every name of a medium in the list, without the spaces and marks that are written in many ways."""
    found: dict[str, str] = {}
    with _LIST.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(line for line in stream if not line.startswith("#")):
            for name in (row["name"], *filter(None, (row["aliases"] or "").split("|"))):
                found.setdefault(_key(name), row["name"])
    return found


def _key(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum() or character in "+＋").replace(
        "＋", "+"
    )


def medium(written: str | None, account: bool = False, declared: bool = False) -> Medium | None:
    """The source that a text names; None where it names none.

    `account` says that the page gives it as the name of an account, `declared` that it stands in a field for the source: then a name of no known form is
    taken as it is written, unless it is a phrase or says nothing (本站, 网络, 原创).
    """
    if not written:
        return None
    text = _bare(written)
    if not text or len(text) > 80:
        return None
    parts = text.split("·") if "·" in text else ()
    found = _of_list(text) or next(filter(None, map(_of_list, parts)), None) or _by_form(text)
    if found or not (account or declared):
        return found
    if (
        _NOTHING.match(text)
        or "://" in text
        or len(text) > _LONGEST
        or re.search(r"[。！？!?；;，]|^[\d\W_]+$", text)
        or declared
        and _GENERIC_BODY.match(text)
    ):
        return None
    if re.fullmatch(r"(?:www\.)?[\w-]+(?:\.[\w-]+)+(?:/\S*)?", text, re.ASCII):
        return None
    whole = " ".join(written.split()).strip(_EDGES)
    if declared and not _LABELS.search(whole) and not _WRAPPED.search(whole):
        # what looks like the role of somebody may be a part of a name that nobody lists
        text = whole
    return Medium(text, "account")


@cache
def _platforms() -> frozenset[str]:
    with _LIST.open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(line for line in stream if not line.startswith("#"))
        return frozenset(row["name"] for row in rows if row["kind"] == "platform")


def is_platform(name: str) -> bool:
    """Whether a name is that of a platform under which accounts publish: as the name of a site it tells no source."""
    return _known().get(_key(name)) in _platforms()


def is_own(written: str) -> bool:
    """Whether a text names the very site or paper that it stands in: 本网, 本报."""
    return _OWN.match(written.strip(_EDGES)) is not None


def _bare(written: str) -> str:
    text = " ".join(written.split()).strip(_EDGES)
    text = _LEADS.sub("", text).strip(_EDGES) or text
    for _ in range(3):
        before = text
        text = _TAIL.sub("", text).rstrip(_EDGES)
        if _key(text) not in _known():
            if (label := _LABELS.search(text)) and label.start() >= 2:
                text = text[: label.start()].rstrip(_EDGES)
            if (wrapped := _WRAPPED.search(text)) and wrapped.start() >= 2:
                text = text[: wrapped.start()].rstrip(_EDGES)
        if text == before:
            break
    return text


def _of_list(text: str) -> Medium | None:
    known = _known()
    key = _key(text)
    if whole := known.get(key) or known.get(key.removesuffix("社")):
        return Medium(whole, "known")
    for end in range(min(len(text) - 1, 16), _SHORTEST - 1, -1):
        name = known.get(_key(text[:end]))
        if name is None or text[end - 1] in _EDGES:
            continue
        if (own := _OF_PROVINCE.match(text, end)) and any(
            province.startswith(own["where"]) for province in provinces()
        ):
            return Medium(name, "known", own[0])
        if _AFTER.match(text, end):
            detail = _DETAIL.match(text[end:])
            return Medium(name, "known", detail["detail"] if detail else "")
    return None


def _by_form(text: str) -> Medium | None:
    if len(text) > 40 or _NOTHING.match(text):
        return None
    first = next((part for part in _AND.split(text) if len(part) >= 2), text) if len(text) > 8 or " " in text else text
    for name in dict.fromkeys((text, first)):
        channel = _CHANNEL_OF.search(name)
        bare = name[: channel.start()].strip(_EDGES) if channel and channel.start() >= 2 else name
        if channel and (listed := _known().get(_key(bare))):
            return Medium(listed, "known", channel[0])
        desk = _DESK.search(bare)
        if desk and _BODY.fullmatch(bare[: desk.start()]) and len(bare) - len(desk[0]) >= _SHORTEST_UNIT:
            return Medium(bare[: desk.start()], "body", desk[0])
        if inner := _known_at_end(bare):
            return Medium(inner, "known")
        if _is_medium(bare):
            return Medium(bare, "form", channel[0] if channel and bare != name else "")
        if (
            _BODY.fullmatch(bare)
            and not (len(bare) < _SHORTEST_UNIT and _UNIT.search(bare))
            and not _GENERIC_BODY.search(bare)
            and not _NO_MEDIUM.search(bare[:2])
        ):
            return Medium(bare, "body", channel[0] if channel and bare != name else "")
        if _OFFICIAL_ACCOUNT.fullmatch(bare):
            return Medium(bare, "account", channel[0] if channel and bare != name else "")
        if (
            channel
            and bare != name
            and 2 <= len(bare) <= 16
            and not re.search(r"[，。；！？]", bare)
            and not _NOTHING.match(bare)
        ):
            return Medium(bare, "account", channel[0])
        for mark in "－—–-·|｜丨_":
            head, _, tail = name.partition(mark)
            if tail and _is_medium(head.strip(_EDGES)) and len(tail) <= 16:
                return Medium(head.strip(_EDGES), "form", tail.strip(_EDGES))
    return None


def _known_at_end(name: str) -> str | None:
    """The known medium at the end of words that ran into its name: X摄人民网."""
    for start in range(2, len(name) - _SHORTEST + 1):
        if start < _RAN_IN and name[start - 1] not in "摄图":
            continue
        if known := _known().get(_key(name[start:])):
            return known
    return None


def _is_medium(name: str) -> bool:
    name = converter().convert(name)
    if not 3 <= len(name) <= 16 or _NO_MEDIUM.search(name.replace("在线", "") or name) or not _MEDIUM.fullmatch(name):
        return False
    short = next((form for form in _SHORT_FORMS if name.endswith(form)), "")
    return len(name) - len(short) >= 2
