"""Plain text to lines, with the little markup that dumps of web pages hold."""

from __future__ import annotations

import re

from juanzong.index.corpus.lines import ATX, INDENT, MAX_LINES, RULE, SPACE, Line

_PAIRED_STARS = re.compile(r"\*\*(?=[^\s*])([^*\n]{1,500})\*\*")
_MARKUP_TAG = re.compile(r"<(?:p|div|br|section|td|li|h[1-6]|table|span|article)\b[^<>]{0,2000}>", re.IGNORECASE)
_TAG = re.compile(r"<[A-Za-z/!?][^<>]{0,20000}>")
_IMAGE = re.compile(r"!\[([^\]\n]{0,300})\]\([^()\n]{0,2000}\)")


def holds_tags(text: str) -> bool:
    """Whether a text holds any tag: a file without one is plain text, whatever its name says."""
    return "<" in text and _TAG.search(text[:200_000]) is not None


def looks_like_markup(text: str) -> bool:
    """Whether a text file holds HTML: three block tags or more."""
    head = text[:200_000]
    if "<" not in head:
        return False
    return sum(1 for _, _ in zip(range(3), _MARKUP_TAG.finditer(head), strict=False)) == 3


def text_lines(text: str, first_line: int = 1) -> list[Line]:
    """The lines of a plain text. `#` headings, pictures and lines wholly in `**` are known, as dumps of pages have them."""
    lines: list[Line] = []
    gap = image = 0
    for number, raw in enumerate(text.split("\n", MAX_LINES), first_line):
        content = raw.strip(SPACE)
        if not content:
            gap += 1
            continue
        line = Line(content, number, gap, indented=INDENT.match(raw) is not None)
        if content[0] in "#*![-_=|>+—─＝~～·.":
            if not _marked(line):
                image = image or int(content.startswith("!["))
                gap += 1
                continue
        elif "**" in content:
            line.text = _PAIRED_STARS.sub(r"\1", content)
        line.image, image = line.image or image, 0
        lines.append(line)
        gap = 0
    return lines


def _marked(line: Line) -> bool:
    """Read a line's marks in place; False when nothing is left of it."""
    text = line.text
    if RULE.match(text) or _IMAGE.fullmatch(text):
        return False
    if heading := ATX.match(text):
        line.role, line.level = "heading", len(heading[1])
        text = text[heading.end() :].rstrip("# \t") or text
    bare = _PAIRED_STARS.sub(r"\1", text)
    if len(bare) == len(text) - 4 and text.startswith("**") and text.endswith("**"):
        line.bold = True
    line.text = bare.strip(SPACE)
    return bool(line.text)
