"""Rows of tables: cells between tabs, names with telephone numbers, and the header table of an official bulletin."""

from __future__ import annotations

import re

from juanzong.index.structure.wording import HAN

HEADER_LABELS = tuple(
    """
    索引号 信息索引 统一编号 文件编号 发文字号 发文文号 文号 发文机关 发文机构 发布机构 发布单位 制发机关 公开机构 签发人
    成文日期 发文日期 印发日期 发布日期 发布时间 生成日期 公开日期 公开时间 生效日期 施行日期 废止日期
    主题分类 信息分类 体裁分类 组配分类 公文种类 所属主题 服务对象 主题词 公开方式 公开范围 公开形式 有效性 时效性 效力状态
    信息名称 信息来源 名称 标题 内容概述 关键词""".split()
)
"""The labels of header tables (发文机关 and 成文日期 tell agency and date), as the open-government rules of ministries and cities name them."""
_WEAK_LABELS = ("标题", "名称", "关键词", "信息来源", "文号", "内容概述")
_LABEL = "|".join("[ \u3000]{0,4}".join(label) for label in HEADER_LABELS)
_CELL = re.compile(rf"[【\[]?(?P<label>{_LABEL})[】\]]?[ \u3000]{{0,3}}(?:[:：]|\t|(?<=[】\]])|$)")
_NEXT_CELL = re.compile(rf"[ \u3000\t]{{1,20}}(?=[【\[]?(?:{_LABEL})[】\]]?[ \u3000]{{0,3}}[:：])")
_NAME_PHONE = re.compile(
    rf"(?!.{{0,12}}(?:电话|热线|手机|传真|邮编|微信|QQ))[{HAN}（）()A-Za-z]{{2,30}}[ \u3000\t:：]{{1,10}}[\d０-９(（][\d０-９()（）、，, /—-]{{5,60}}$"
)
_SPACES = " \t\u3000\xa0"


def header_row(text: str, beside: bool = False) -> str | None:
    """A row of an official bulletin's header table as tab-separated cells, each label followed by its value; None for other lines.

    `beside` says that a row of such a table stands beside this line: then labels count that ordinary text has too (标题, 名称).
    """
    text = text.lstrip("•·●◆■ ")
    first = _CELL.match(text) if len(text) <= 300 else None
    if not first or "".join(first["label"].split()) in _WEAK_LABELS and not beside:
        return None
    parts = []
    for part in _NEXT_CELL.split(text):
        cell = _CELL.match(part)
        label = "".join(cell["label"].split()) if cell else ""
        parts.append(
            "\t".join(filter(None, (label, part[cell.end() :].strip(_SPACES)))) if cell else part.strip(_SPACES)
        )
    return "\t".join(parts)


def lacks_value(row: str) -> bool:
    """Whether a header table ends with a label whose value must stand on the next line."""
    last = row.rsplit("\n", 1)[-1].rsplit("\t", 1)[-1]
    return last in HEADER_LABELS


def is_row(text: str) -> bool:
    """Whether a line is a row of a table: cells between tabs, or a name with its telephone number."""
    if "\t" in text and len(text) <= 2000:
        cells = [cell for cell in text.split("\t") if cell.strip(_SPACES)]
        return len(cells) >= 2 and max(map(len, cells)) <= 300
    return (
        len(text) <= 90
        and (text[-1].isdecimal() or text[-1] in "()（）、，, /—-")
        and _NAME_PHONE.match(text) is not None
    )
