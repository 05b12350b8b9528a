"""Where a story was taken from: credits (来源：…), mastheads and stamps beside a name, bylines and datelines that carry a medium."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from juanzong.index.corpus.media import Medium, is_own, medium
from juanzong.index.records import Declared
from juanzong.index.structure.bylines import lead_of
from juanzong.index.structure.kinds import Block
from juanzong.index.structure.wording import HAN
from juanzong.index.text.folding import fold

_LABEL = re.compile(
    r"(?:^|[\s\u3000【\[（(|；;，,：:。\d>＞日分秒]|原创|编辑|作者)"
    r"(?P<label>(?:信息|稿件?|文章|新闻|内容|资料|图文|本文|媒体|文字|消息)?(?:来源|出处|稿源)(?:网站|媒体|单位|于|自)?[ \u3000]{0,3}[:：丨|︱/／]|(?:信息)?来源于[ \u3000]|(?:本文)?转载?自[:： \u3000]{0,2}|(?:摘|载|选)自[:： \u3000]{0,2}|原载(?:于)?[:： \u3000]{0,2}|"
    r"(?:发布|发文|制发|公开|供稿|信息提供|报送|撰稿)(?:单位|机构|部门|机关|主体)[ \u3000]{0,2}[:：\t]|(?:微信)?公众号[ \u3000]{0,2}[:：丨|]|供稿[ \u3000]{0,2}[:：])[ \u3000]{0,3}"
)
_HINT = re.compile(
    "来源|出处|稿源|转自|转载自|[摘载选]自|原载|发布单位|(?:发布|发文|制发|公开)(?:机构|机关|主体)|供稿|[机构部门位]{2}[:：]|公众号"
)
_NAME_ENDS = re.compile(
    r"[\t】\]|，,。；;！？\n]|[ \u3000]{2,}|[ \u3000](?=(?:作者|编辑|责编|责任编辑|记者|时间|日期|发布|浏览|阅读|点击|字号|字体|【|\[|\d{4}[-/.年]|责|审核|校对|摄影|图片|分享|原创|访问|打印|关闭|发表|更新|关键词|标签|上传|录入|点 ?击|字 ?号))|"
    r"(?:时间|日期|作者|编辑|责编|责任编辑|流程编辑|记者|浏览(?:次数|量)?|阅读(?:量|次数)?|点击(?:量|次数)?|发布(?:时间|日期)?|发表时间|字号|字体|审核|校对|访问(?:量|次数)?)[:：]"
)
_MORE_NAME = re.compile(r"[（(]")
_ACCOUNT_LABEL = re.compile("公众号")
_DATE = re.compile(
    r"(?:(?:19|20)\d{2}|[一二][〇零○oO0一二三四五六七八九]{3}) ?(?:[-/.] ?\d{1,2} ?[-/.] ?\d{1,2}|年 ?[\d一二三四五六七八九十]{1,3} ?月 ?[\d一二三四五六七八九十]{1,3} ?日)"
)
_SPLIT = re.compile(r"[\s\u3000|｜丨\xa0·]+")
_STAMP_CHAFF = re.compile(
    r"(?:星期|周)[一二三四五六日天]|\d{1,2}[:：]\d{2}(?:[:：]\d{2})?|第?[A-Z]?\d{1,3}版.{0,8}|总第.{1,8}期|第\d+期|原创|首发"
)
_BYLINE = re.compile(
    rf"[（(【\[■□]?(?P<name>[{HAN}A-Za-z0-9+·]{{2,14}}?)(?:全媒体|融媒体?|首席|特约|特派|实习|见习|驻[{HAN}]{{1,4}}|客户端)?(?:记者|评论员|通讯员|编辑部)"
)
_BRIEF = re.compile(rf"(?P<name>[{HAN}A-Za-z0-9+]{{2,12}}?)(?:讯|消息|快讯)(?=[ \u3000：:（(，,])")
_ROUND_UP = re.compile(rf"[【\[](?P<name>[{HAN}]{{2,12}}?)(?:综合|独家|特约|记者)?报道[】\]]")
_REPORTED = re.compile(
    rf"[【\[（(]?据?(?P<name>[{HAN}A-Za-z0-9+·]{{2,20}}?)[ \u3000]?"
    r"(?:\d{4}(?:年|[-/.]\d{1,2}[-/.]))?[ \u3000]?(?:\d{1,2}[ \u3000]?月)?[ \u3000]?\d{1,2}[ \u3000]?日?(?:讯|电|消息|报道)"
)
# how the head of a saved post gives its account: 原创 甲某 X发布 2021-06-18 09:12 Y省
_POST = re.compile(
    rf"(?P<first>原创[ \u3000]{{1,3}})?(?:[{HAN}A-Za-z·]{{2,12}}[ \u3000]{{1,3}})?(?P<account>[{HAN}A-Za-z0-9]{{2,20}})[ \u3000]{{1,3}}"
    rf"(?:19|20)\d{{2}}(?:[-/.]\d{{1,2}}[-/.]\d{{1,2}}|年\d{{1,2}}月\d{{1,2}}日)[ \u3000]{{0,2}}\d{{1,2}}:\d{{2}}(?P<place>[ \u3000]{{1,3}}(?:发表于)?[{HAN}]{{2,3}})?$"
)
_PHOTO = re.compile(rf"(?P<name>[{HAN}]{{2,8}}[社报网])(?:发|记者)")
_LONGEST_STAMP = 70
_LONGEST_CREDIT = 240
_STORY = 30
"""Characters of a paragraph that is the story's own."""
_TOP, _LONGEST_HEAD = 2, 12
"""Blocks at the top of a page that may be its head, and characters of one."""
_LONGEST_SHARE = 6
"""Characters of a name that is no known one and only the beginning of what stands before a day."""
_NEAR, _LEADS = 12, 4
"""Blocks of a page among which its masthead, and of a story among which its dateline stands."""


def credited(text: str) -> Iterator[tuple[str, Medium | None, bool]]:
    """What a line of credits names: the surface, the source where it is one, and whether it is the page's own house (本网)."""
    if len(text) > _LONGEST_CREDIT or not _HINT.search(text) or "凡本" in text[:12]:
        return
    for label in _LABEL.finditer(text):
        rest = text[label.end() : label.end() + 60].lstrip("\t")
        end = _NAME_ENDS.search(rest)
        written = rest[: end.start()] if end else rest
        written = written.strip(" \u3000:：")
        if not written:
            continue
        found = medium(written, account=_ACCOUNT_LABEL.search(label["label"]) is not None)
        if found is None and (inner := _MORE_NAME.search(written)) and inner.start() >= 2:
            # an account with its number in brackets
            found = medium(
                written[: inner.start()], account="ID" in written or "微信" in written or "公众号" in written
            )
        yield written[:30], found, is_own(written)


def stamped(text: str) -> Medium | None:
    """The medium whose name stands beside a full date, in a masthead or in the line below a title."""
    if len(text) > _LONGEST_STAMP or not _DATE.search(text) or re.search("[。；！？]", text):
        return None
    post = _POST.match(text)
    if post and (post["first"] or post["place"]):
        return medium(post["account"], account=True)
    rest = _STAMP_CHAFF.sub(" ", _DATE.sub(" ", text))
    for part in _SPLIT.split(rest):
        part = part.strip("（）()【】[],，:：")
        if 2 <= len(part) <= 16 and (found := medium(part)) and found.kind != "body":
            return found
    return None


def of_reporters(text: str) -> Medium | None:
    """The medium whose reporters a byline names: 新江晚报记者."""
    named = _BYLINE.match(text) or _PHOTO.match(text)
    return medium(named["name"]) if named and not is_own(named["name"]) else None


def of_lead(text: str) -> Medium | None:
    """The medium of the dateline that opens a story."""
    head = text[:60]
    lead = lead_of(head)
    if lead:
        if is_own(lead["medium"]):
            return None
        found = medium(lead["medium"]) or medium(lead["medium"] + lead["where"])
        # what goes on in the same word is no place: X新闻处, X新闻与商业频道
        return None if found and found.kind != "known" and lead["where"][:1] in tuple("处与和频部局司官发") else found
    if (round_up := _ROUND_UP.match(head)) and (found := medium(round_up["name"])) and found.kind == "known":
        return found
    if (brief := _BRIEF.match(head)) and (found := medium(brief["name"])) and found.kind == "known":
        return found
    told = _REPORTED.match(head)
    if not told or is_own(told["name"]):
        return None
    # a place may stand between the medium and the day
    name = told["name"]
    return next(
        (
            found
            for end in range(len(name), 1, -1)
            if (found := medium(name[:end])) and (found.kind == "known" or end == len(name) or end <= _LONGEST_SHARE)
        ),
        None,
    )


def source_of(
    members: Sequence[Block], page: Sequence[Block], declared: Declared, single: bool, title: str | None = None
) -> tuple[str | None, list[str]]:
    """The source of an article, and the names in its credits that are none.

    A credit goes first (of a single record, the field for it), then what the page declares, the dateline, the reporters, and at last the paper or
    the site that the article stands in. `page` are all blocks of the document; `title` is that of the article, which is no head of a paper.
    """
    given = medium(declared.source, declared=True)
    house = medium(declared.site) or _masthead(page, title)
    named, own, unresolved = None, False, []
    for block in members:
        for surface, found, is_house in credited(block.plain) if _may_credit(block) else ():
            if found is None and not is_house and 2 <= len(surface) <= 20 and "://" not in surface:
                unresolved.append(surface)
            named, own = named or found, own or is_house
    if single and given:
        named = given
    found = named or (house if own else None) or given or _told(members) or medium(declared.author) or house
    return (_as_written(members, found.name) if found else None), unresolved


def _may_credit(block: Block) -> bool:
    return (
        block.kind in ("boilerplate", "byline", "table")
        or len(block.plain) <= 80
        and block.kind in ("heading", "body", "caption")
    )


def _told(members: Sequence[Block]) -> Medium | None:
    """The medium that the first lines of a story name: in its dateline, beside its date, before its reporters."""
    head = len(members)
    stories = 0
    for number, block in enumerate(members):
        stories += block.kind == "body" and len(block.plain) > _STORY
        if stories > 1:
            head = number
            break
    for number, block in enumerate(members):
        if (block.lead or number < _LEADS and block.kind == "body") and (found := of_lead(block.plain)):
            return found
    for block in members[: min(head, _NEAR)]:
        if block.kind != "caption" and (found := stamped(block.plain)):
            return found
    return next(
        (found for block in members if block.kind in ("byline", "caption") and (found := of_reporters(block.plain))),
        None,
    )


def _masthead(page: Sequence[Block], title: str | None) -> Medium | None:
    """The paper whose name and date open a page."""
    for block in page[:_NEAR]:
        if block.kind == "body" and len(block.plain) > _STORY:
            break
        if block.kind != "body" and (found := stamped(block.plain)):
            return found
    return next((found for block in page[:_TOP] if block.text != title and (found := named_alone(block.plain))), None)


def named_alone(text: str) -> Medium | None:
    """The medium whose name is all of a line, as a paper's head is."""
    found = medium(text) if 3 <= len(text) <= _LONGEST_HEAD else None
    return found if found and found.kind in ("known", "form") and fold(text) == fold(found.name) else None


def _as_written(members: Sequence[Block], name: str) -> str:
    """A name in the script of the text that gives it."""
    for block in members:
        if block.plain is not block.text and name in block.plain:
            return block.as_written(name) or name
    return name
