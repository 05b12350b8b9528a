"""Text files to lines, with the little markup that dumps of web pages hold."""

from __future__ import annotations

import re

from juanzong.index.corpus.lines import MAX_LINES, Line

_SPACE = " \t\u3000\xa0\u2002\u2003\u2009\u200b\ufeff"
_INDENT = re.compile(r"(?:\u3000|  |\t|\xa0\xa0|\u2003| \xa0|\xa0 )")
_PAIRED_STARS = re.compile(r"\*\*(?=[^\s*])([^*\n]{1,500})\*\*")
_ATX = re.compile(r"(#{1,6})[ \t\u3000]+")
_MARKUP_TAG = re.compile(r"<(?:p|div|br|section|td|li|h[1-6]|table|span|article)\b[^<>]{0,2000}>", re.IGNORECASE)
_IMAGE = re.compile(r"!\[([^\]\n]{0,300})\]\([^()\n]{0,2000}\)")
_LINK = re.compile(r"\[([^\]\n]{1,300})\]\((?:https?:|/|#|\.)[^()\n]{0,2000}\)")
_RULE = re.compile(r"(?:[-*_=—─＝~～·.][ \t]?){3,300}$")
_BULLET = re.compile(r"[-*+] +(?=\S)")
_TABLE_RULE = frozenset("|:- \t")


def looks_like_markup(text: str) -> bool:
    """Whether a text file holds HTML: three block tags or more."""
    head = text[:200_000]
    if "<" not in head:
        return False
    return sum(1 for _, _ in zip(range(3), _MARKUP_TAG.finditer(head), strict=False)) == 3


def text_lines(text: str, first_line: int = 1, markdown: bool = False) -> list[Line]:
    """The lines of a plain or Markdown text. `#` headings and lines wholly in `**` are known in both, the rest only in Markdown."""
    lines: list[Line] = []
    gap = image = 0
    for number, raw in enumerate(text.split("\n", MAX_LINES), first_line):
        content = raw.strip(_SPACE)
        if not content:
            gap += 1
            continue
        line = Line(content, number, gap, indented=_INDENT.match(raw) is not None)
        if content[0] in "#*![-_=|>+—─＝~～·." or markdown and ("](" in content or "**" in content):
            if not _marked(line, markdown):
                image = image or int(content.startswith("!["))
                gap += 1
                continue
        elif "**" in content:
            line.text = _PAIRED_STARS.sub(r"\1", content)
        line.image, image = line.image or image, 0
        lines.append(line)
        gap = 0
    return lines


def _marked(line: Line, markdown: bool) -> bool:
    """Read a line's Markdown in place; False when nothing is left of it."""
    text = line.text
    if _RULE.match(text) or markdown and "-" in text and "|" in text and _TABLE_RULE.issuperset(text):
        return False
    heading = _ATX.match(text)
    if heading:
        line.role, line.level = "heading", len(heading[1])
        text = text[heading.end() :].rstrip("# \t") or text
    elif markdown and text.startswith("> "):
        text = text[2:].lstrip("> ")
    bullet = _BULLET.match(text) if markdown else None
    if bullet:
        text, line.item = text[bullet.end() :], True
    if markdown:
        if text.startswith("|") and text.endswith("|") and len(text) > 2:
            line.role, text = "table", "\t".join(cell.strip() for cell in text[1:-1].split("|"))
        image = _IMAGE.search(text)
        if image:
            line.image = 2
            text = _IMAGE.sub(lambda found: found[1], text)
        text = _LINK.sub(r"\1", text)
    elif _IMAGE.fullmatch(text):
        return False
    bare = _PAIRED_STARS.sub(r"\1", text)
    if len(bare) == len(text) - 4 and text.startswith("**") and text.endswith("**"):
        line.bold = True
    line.text = bare.strip(_SPACE)
    return bool(line.text)
