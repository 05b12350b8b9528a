"""Markdown to lines, as people and exporters write it: tags and style sheets among the text, escapes, reference links, list marks of any shape.

Each line of the source stays a line: real files end a paragraph where a line ends as often as with an empty line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from juanzong.index.corpus.lines import ATX, INDENT, MAX_LINES, RULE, SPACE, Line
from juanzong.index.corpus.markup.html import markup_lines
from juanzong.index.corpus.markup.inline import bare, image_in, inline

_SETEXT = re.compile(r"(?:={2,200}|-{2,200})$")
_BULLET = re.compile(r"[-*+][ \t\u3000\xa0]+(?=\S)")
_TASK = re.compile(r"\[[ xX]\][ \t]+")
_QUOTE = re.compile(r"(?:>[ \t]?)+")
_FENCE = re.compile(r"[`~]{3,}[\w+#.-]{0,30}\s*$")
_CELLS = re.compile(r"(?<!\\)\|")
# what note-taking programs write around a quotation and after a paragraph: [!NOTE], ^block
_CALLOUT = re.compile(r"\[![A-Za-z][\w-]{1,20}(?:\|[^\]\n]{0,40})?\][+-]?[ \t]*")
_BLOCK_NAME = re.compile(r"[ \t]\^[A-Za-z0-9-]{3,40}$")
_REMARK = re.compile(r"%%(?=[^%]).{0,5000}?%%", re.DOTALL)
# what site generators put between the lines: {% note %}, {{< figure >}}; attributes: {#id}, {: .class}; blocks of pandoc: :::
_TEMPLATE = re.compile(r"\{%-?\s*\w[^%\n]{0,300}%\}|\{\{[<%][^\n]{0,300}?[>%]\}\}")
_ATTRIBUTES = re.compile(r"[ \t]*\{:?[ \t]?[#.:a-z][^{}\n。，]{0,80}\}$")
_SPAN = re.compile(r"\[([^\[\]\n]{1,300})\]\{[#.][^{}\n]{1,80}\}")
_FENCED_BLOCK = re.compile(r":{3,}[ \t]*(?:\{[^{}\n]{0,100}\}|[\w -]{0,40})$")
_TABLE_RULE = frozenset("|:- \t")
_DEFINITION = re.compile(
    r"[ ]{0,3}\[(?P<label>[^\]^\n][^\]\n]{0,100})\]:[ \t]{1,4}(?:<[^<>\n]{0,2000}>|\S{1,2000})(?:[ \t]+[\"'(][^\n]{0,300})?[ \t]*$",
    re.MULTILINE,
)
_COMMENT = re.compile(r"<!--.{0,20000}?-->", re.DOTALL)
_UNSEEN = re.compile(r"<(style|script|svg|head)\b[^<>]{0,500}>.{0,200000}?</\1\s*>", re.DOTALL | re.IGNORECASE)
# one rule of a style sheet that an exporter left in the text: a selector of ASCII, and declarations between braces
_CSS = re.compile(r"[!-z|~ \t]{0,300}?\{\s*(?:[-\w]{2,40}\s*:\s*[^{};]{1,400};?\s*){1,100}\}")
_CSS_DECLARATION = re.compile(r"[-a-z]{2,40}\s*:\s*[^{};\n]{1,200};")
_AT_RULE = re.compile(r"@[-a-z]{3,30}[^{}\n]{0,200}\{\s*\}")
_BLOCK_TAG = re.compile(
    r"</?(?:p|div|br|center|section|article|h[1-6]|li|ul|ol|blockquote|hr|details|summary|figure|figcaption|header|footer|main)\b[^<>]{0,2000}>",
    re.IGNORECASE,
)
_HEADING_TAG = re.compile(r"<h([1-6])\b", re.IGNORECASE)
_OPENS_BLOCK = re.compile(r"\s{0,8}<(?P<tag>table|ul|ol|dl|pre)\b", re.IGNORECASE)
_CONTENTS = frozenset(("[toc]", "[[toc]]", "[[_toc_]]", "@[toc]", "@[toc](目录)"))
"""Lines that stand for a table of contents."""
_LONGEST_BLOCK = 2000
"""Lines of an element that is read as HTML."""


@dataclass(slots=True)
class _State:
    """What one line leaves to the next."""

    lines: list[Line] = field(default_factory=list)
    labels: frozenset[str] = frozenset()
    gap: int = 0
    image: int = 0


def markdown_lines(text: str, first_line: int = 1) -> list[Line]:
    """The lines of a Markdown text, numbered as in the file."""
    if "<" in text:
        text = _UNSEEN.sub(_emptied, _COMMENT.sub(_emptied, text))
    if "{" in text:
        text = without_styles(text)
    if "{%" in text or "{{" in text:
        text = _TEMPLATE.sub("", text)
    if "%%" in text:
        text = _REMARK.sub(_emptied, text)
    state = _State()
    if "]:" in text:
        state.labels = frozenset(found["label"].lower() for found in _DEFINITION.finditer(text))
        text = _DEFINITION.sub("", text) if state.labels else text
    rows = text.split("\n", MAX_LINES)
    fenced = ""
    at = 0
    while at < len(rows):
        raw = rows[at]
        number = first_line + at
        at += 1
        content = raw.strip(SPACE)
        if fenced or _FENCE.match(content):
            if _FENCE.match(content) and (not fenced or content.startswith(fenced)):
                fenced = "" if fenced else content[:3]
                state.gap += 1
            elif content:
                _add(state, Line(content, number, state.gap))
            continue
        if not content:
            state.gap += 1
            continue
        block = _OPENS_BLOCK.match(raw)
        if block and (end := _end_of_block(rows, at - 1, block["tag"])):
            inside, _, _ = markup_lines("\n".join(rows[at - 1 : end]), number)
            for line in inside:
                line.text = inline(line.text, state.labels)
                _add(state, line)
            at = end
            continue
        if state.lines and not state.gap and _SETEXT.match(content) and _is_underlined(state.lines[-1], content):
            state.lines[-1].role, state.lines[-1].level = "heading", 1 if content[0] == "=" else 2
            continue
        indented = INDENT.match(raw) is not None
        for part in _parts(content):
            line = Line(part, number, state.gap, indented=indented)
            if _read(line, state):
                _add(state, line)
            else:
                state.image = state.image or int(image_in(part))
                state.gap += 1
    return state.lines


def without_styles(text: str) -> str:
    """A text without the rules of a style sheet, line ends kept; the same text where it holds fewer than three declarations."""
    if sum(1 for _, _ in zip(range(3), _CSS_DECLARATION.finditer(text), strict=False)) < 3:
        return text
    return _AT_RULE.sub(_emptied, _CSS.sub(_emptied, text))


def is_markdown(text: str) -> bool:
    """Whether a text with tags in it is Markdown all the same: its headings, lists and links are written so, or most of its lines hold no tag."""
    rows = [row.strip() for row in text[:200_000].split("\n") if row.strip()]
    if not rows or re.match(r"<(?:!doctype|html|head|body)\b", rows[0], re.IGNORECASE):
        return False
    written = sum(
        ATX.match(row) is not None or _BULLET.match(row) is not None or "](" in row or row.startswith(("**", "> "))
        for row in rows
    )
    tagged = sum(row[0] == "<" for row in rows)
    return written > tagged / 4 if written else tagged <= 0.2 * len(rows)


def _emptied(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


def _end_of_block(rows: list[str], start: int, tag: str) -> int:
    """The row after the one that closes an element, or 0 where none does."""
    opening, closing = re.compile(rf"<{tag}\b", re.IGNORECASE), re.compile(rf"</{tag}\s*>", re.IGNORECASE)
    depth = 0
    for at in range(start, min(len(rows), start + _LONGEST_BLOCK)):
        depth += len(opening.findall(rows[at])) - len(closing.findall(rows[at]))
        if depth <= 0:
            return at + 1
    return 0


def _is_underlined(line: Line, rule: str) -> bool:
    if line.role or line.item or len(line.text) > 60:
        return False
    return rule[0] == "=" or line.text[-1] not in "。！？；：，,.;:!?"


def _parts(content: str) -> Iterator[str]:
    """The lines that a line is shown as: tags of blocks and a backslash at its end break it."""
    content = content[:-1] if content.endswith("\\") and not content.endswith("\\\\") else content
    if "<" not in content:
        yield content
        return
    if content.startswith("|") and content.endswith("|"):
        yield _BLOCK_TAG.sub(" ", content)
        return
    level = _HEADING_TAG.search(content)
    for part in _BLOCK_TAG.split(content):
        if stripped := part.strip(SPACE):
            yield (
                "#" * int(level[1]) + " " + stripped
                if level and stripped == bare(stripped).strip() and len(stripped) <= 100
                else stripped
            )


def _read(line: Line, state: _State) -> bool:
    """Read a line's marks in place; False when nothing is left of it."""
    text = line.text
    if (
        RULE.match(text)
        or text.lower() in _CONTENTS
        or text.startswith(":::")
        and _FENCED_BLOCK.match(text)
        or "-" in text
        and "|" in text
        and _TABLE_RULE.issuperset(text)
    ):
        return False
    if quote := _QUOTE.match(text):
        text = text[quote.end() :].lstrip(SPACE)
        if text.startswith("[!") and (callout := _CALLOUT.match(text)):
            text = text[callout.end() :]
    if "{" in text:
        text = _ATTRIBUTES.sub("", _SPAN.sub(r"\1", text))
        if not text.strip():
            return False
    if "^" in text:
        text = _BLOCK_NAME.sub("", text)
    if heading := ATX.match(text):
        line.role, line.level = "heading", len(heading[1])
        text = text[heading.end() :].rstrip("# \t") or text
    elif bullet := _BULLET.match(text):
        text, line.item = text[bullet.end() :], True
        if task := _TASK.match(text):
            text = text[task.end() :]
    if text.startswith("|") and text.endswith("|") and len(text) > 2:
        line.role, text = "table", "\t".join(inline(cell.strip(), state.labels) for cell in _CELLS.split(text[1:-1]))
    if image_in(text):
        line.image = 2
    stripped = text.strip(SPACE)
    line.bold = (
        len(stripped) > 4 and stripped.startswith("**") and stripped.endswith("**") and "**" not in stripped[2:-2]
    )
    line.text = (text if line.role == "table" else inline(text, state.labels)).strip(SPACE)
    return bool(line.text)


def _add(state: _State, line: Line) -> None:
    line.image = line.image or state.image
    if line.gap == 0 and state.gap:
        line.gap = state.gap
    state.image = state.gap = 0
    if line.text:
        state.lines.append(line)
