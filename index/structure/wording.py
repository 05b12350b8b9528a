"""What the wording of one line says about it. Every expression is anchored or bounded, so that each is linear on any input."""

from __future__ import annotations

import re

HAN = "\u4e00-\u9fff"
_MARKS = "”’\"'』」)）]】》〉＞>*"
_CLOSERS = re.escape(_MARKS)
_MAY_CLOSE = frozenset(_MARKS + "!?….;")
_CLOSED = re.compile(
    rf"[。！？!?…；;][{_CLOSERS}]{{0,4}}$|[.][{_CLOSERS}]{{0,3}}$|[。！？][”’]?[ \u3000]?[（(][^（）()。]{{2,20}}[）)]$"
)

_DIGIT = "0-9０-９〇○零一二三四五六七八九十OＯo"
_FULL_DATE = rf"[{_DIGIT}]{{4}} ?年 ?[{_DIGIT}]{{1,3}} ?月 ?[{_DIGIT}]{{1,3}} ?日"
_DATE_LINE = re.compile(rf"[(（]?{_FULL_DATE}(?: ?\d{{1,2}} ?[时:：](?:\d{{1,2}}分?)?)?[)）]?$")
_BODY_SUFFIX = (
    r"(?:[局厅部院署台站处科队室组委会社团庭]|委员会|办公室|政府|中心|指挥部|检察院|法院|集团|公司|大学|学院|学校|协会|学会|领导小组|工作组|"
    r"派出所|支队|大队|总队|银行|党委|纪委|监委|党组|工会|团委|妇联|街道|社区|物业)"
)
_AGENCY = re.compile(rf"[{HAN}（）()·—-]{{2,30}}{_BODY_SUFFIX}$")
_AGENCY_AND_DATE = re.compile(rf"[{HAN}（）()· \u3000]{{2,40}}{_BODY_SUFFIX}[ \t\u3000]{{1,8}}{_FULL_DATE}$")
_DOCUMENT_NUMBER = re.compile(rf"[{HAN}A-Za-z]{{1,14}} ?[〔\[［(（【] ?\d{{4}} ?[〕\]］)）】] ?第? ?\d{{1,5}} ?号$")

_CAPTION_END = re.compile(
    rf"(?:[{HAN}]{{2,4}}[ \u3000]?(?<!拍)摄(?:影报道|影)?|供图|(?:图片?|照片|视频|资料)(?:均|系|由)?[^，。]{{0,16}}提供|"
    r"[（(](?:资料)?图(?:片|源)?[^（()）]{0,20}[)）]|资料图片?|视频截图|网络截图|图/[^，。]{2,16})[)）]?$"
)
# one of these stands in whatever `_CAPTION_END` finds
_CAPTION_HINT = re.compile("[摄图供]")
_CAPTION_START = re.compile(
    r"图为|图中|图[一二三四五六七八九十\d①-⑩]{1,2}[:：、. \u3000]|图[:：]|[▲△↑↓]|资料图|[上下左右]图(?:为|[:：])|配图[:：]|"
    r"[（(]图[一二三四五六七八九十\d][)）]"
)

_ONES = "一二三四五六七八九十"
_ITEM_BEGINS = rf"{_ONES}百\d（(第其①-⑳㈠-㈩⑴-⑽■□◆●▲◎★☆○◇▪▶►•·※➤✦✅A-Z【\[附问答说备注—–-"
ITEM = re.compile(
    rf"(?=[{_ITEM_BEGINS}])(?:"
    + "|".join(
        (
            rf"[{_ONES}百]{{1,4}}[、.．]",
            r"0\d[ \u3000]",
            # the row of a table whose columns spaces of full width set apart
            rf"\d{{1,3}}\u3000{{1,4}}(?=[{HAN}])",
            rf"[（(][{_ONES}百\d]{{1,4}}[)）]",
            rf"第[{_ONES}百千零〇\d]{{1,6}}[条章节编款项部篇讲](?:[ \u3000：:、]|(?![的规之]))",
            rf"[{_ONES}]{{1,2}}是",
            rf"其[{_ONES}][，,是：:]",
            r"\d{1,3}[、.．)）](?!\d)",
            "[①-⑳㈠-㈩⑴-⑽]",
            r"[■□◆●▲◎★☆○◇▪▶►•·※➤✦✅]",
            rf"[A-Z][.、．:：] ?(?=[{HAN}])",
            r"[【\[][^】\]]{1,20}[】\]]",
            r"附件?[ \u3000]?\d{0,2}[:：]",
            "(?:[问答]|说明|备注|附注|注)[:：]",
            r"[QA]\d?[:：]",
            rf"[—–-]{{2}}(?=[{HAN}“])",
        )
    )
    + ")"
)
"""How an item of a list, a clause or a numbered heading begins."""
CHAPTER = re.compile(
    rf"第[{_ONES}百零〇\d]{{1,5}}(?:[章节编篇](?![的规之、])|部分(?:[ \u3000：:、]|$))|[{_ONES}]{{1,3}}、|[（(][{_ONES}]{{1,3}}[)）]|0\d[ \u3000]"
)
"""How a heading begins that parts one text, not one story from the next."""
GENRE = re.compile(
    r"(?:通报|通告|公告|通知|提醒|提示|倡议书|公示|启事|声明|公开信|函|令|决定|批复|悬赏|预警|指南|问答|答记者问|告知书|一封信|意见|须知)[）)》]?$"
)
"""How the title of a notice ends."""


def is_closed(text: str) -> bool:
    """Whether a line ends as a sentence does."""
    last = text[-1]
    return last in "。！？；" or last in _MAY_CLOSE and _CLOSED.search(text, max(0, len(text) - 25)) is not None


def is_colon(text: str) -> bool:
    """Whether a line ends by announcing what follows."""
    return text[-1] in ":："


def is_signature(text: str) -> bool:
    """Whether a line is a full date, a body with its date, or the number of an official document."""
    return (
        len(text) <= 70
        and (text[-1] in "日号时分)）:：" or text[-1].isdecimal())
        and (_DATE_LINE.match(text) or _AGENCY_AND_DATE.match(text) or _DOCUMENT_NUMBER.match(text)) is not None
    )


def is_document_number(text: str) -> bool:
    """Whether a line is the number of an official document: 国办发〔2021〕5号."""
    return len(text) <= 40 and _DOCUMENT_NUMBER.match(text) is not None


def is_agency_line(text: str) -> bool:
    """Whether a line is nothing but the names of bodies, as below a notice."""
    return len(text) <= 60 and all(_AGENCY.match(name) for name in text.replace("、", " ").split())


def is_caption(text: str) -> bool:
    """Whether a line says that it describes a picture."""
    if len(text) > 160 or text.count("。") > 2:
        return False
    return (
        _CAPTION_START.match(text) or _CAPTION_HINT.search(text) and _CAPTION_END.search(text, max(0, len(text) - 40))
    ) is not None


def begins_caption(text: str) -> bool:
    """Whether a line begins as a caption does."""
    return _CAPTION_START.match(text) is not None
