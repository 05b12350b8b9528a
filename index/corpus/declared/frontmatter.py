"""Front matter: the YAML, JSON or simplest TOML at the head of a document, of which every scalar stays the text that was written."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from juanzong.index.corpus.declared.declarations import by_lines, declared_by
from juanzong.index.corpus.declared.yamltext import YamlError, flat, read_yaml
from juanzong.index.records import Declared, Problem

MAX_FRONT_MATTER = 64 << 10
"""Characters."""
_OPENING = re.compile(r"[ \t\n]*(?P<rule>---|\+\+\+)[ \t]*\n")
_CLOSING = {
    "---": re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE),
    "+++": re.compile(r"^\+\+\+[ \t]*$", re.MULTILINE),
}
_KEY = {
    "---": re.compile(r"^[^\s#-][^\n:]{0,100}:(?:\s|$)", re.MULTILINE),
    "+++": re.compile(r"^[\w.-]{1,60}[ \t]*=", re.MULTILINE),
}
_OBJECT = re.compile(r"[ \t\n]*(?:;;;[ \t]*\n)?(?=[ \t]*[{\"])")
_OBJECT_RULE = re.compile(r"^;;;[ \t]*$", re.MULTILINE)
_PERCENT = re.compile(r"[ \t\n]*(?:%[ \t]*[^\n]{0,300}(?:\n|\Z)){1,3}")
_TITLE = re.compile(r"^(?:title|标题)[ \t]*:[ \t]+(?P<value>[^\s\"'|>&!{][^\n]*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """`body` is the text after the front matter, whose first line is line `first_line` of the text that was given."""

    body: str
    first_line: int = 1
    values: Mapping[str, str] = field(default_factory=dict)
    declared: Declared = Declared()
    problems: tuple[Problem, ...] = ()


def split_front_matter(text: str) -> FrontMatter:
    """Cut the front matter off a text. Blank lines may stand before it; what does not parse stays part of the text, with a problem.

    A rule of dashes that merely opens a text is not taken for front matter: a key must follow, and a closing line.
    """
    opening = _OPENING.match(text)
    if not opening:
        return _of_other_kinds(text)
    rule = opening["rule"]
    closing = _CLOSING[rule].search(text, opening.end(), opening.end() + MAX_FRONT_MATTER)
    inside = text[opening.end() : closing.start() if closing else opening.end() + MAX_FRONT_MATTER]
    if not _KEY[rule].search(inside):
        return FrontMatter(text)
    start = text.count("\n", 0, opening.end())
    if not closing:
        return _unread(
            text,
            f"The front matter is not closed within {MAX_FRONT_MATTER >> 10} KB. End it with a line of three dashes.",
            start,
        )
    problems: tuple[Problem, ...] = ()
    try:
        values = read_yaml(inside) if rule == "---" else by_lines(inside)
    except YamlError as error:
        values = by_lines(inside)
        line = start + error.line
        if values is None:
            message = f"The front matter does not parse: {error}. Mend its YAML; until then it is read as text."
            return _unread(text, message, line)
        message = f"The front matter does not parse: {error}. Its lines were read one by one; mend its YAML to be sure."
        problems = (Problem("front_matter", message, line),)
    if not isinstance(values, dict):
        return _unread(text, "The front matter is not a list of keys and values. Write `key: value` lines.", start)
    if title := _TITLE.search(inside):
        # a title stands as it was written: [泵站] is no list, and # 3 no remark
        values = {**values, "title" if "title" in values else "标题": title["value"].strip()}
    body = text[closing.end() + 1 :]
    return FrontMatter(
        body,
        text.count("\n", 0, closing.end()) + 2,
        {str(key): flat(value) for key, value in values.items()},
        declared_by(values),
        problems,
    )


def _unread(text: str, message: str, line: int) -> FrontMatter:
    return FrontMatter(text, problems=(Problem("front_matter", message, line),))


def _of_other_kinds(text: str) -> FrontMatter:
    """Front matter as JSON, bare or between lines of three semicolons, and the title block of pandoc: title, authors, date after per cent signs."""
    head = text[:MAX_FRONT_MATTER]
    values: object = None
    end = 0
    if (block := _PERCENT.match(head)) and head.lstrip().startswith("% "):
        rows = [row[1:].strip() for row in block[0].strip().split("\n")]
        values, end = dict(zip(("title", "author", "date"), rows)), block.end()
    elif (opening := _OBJECT.match(head)) and (";;;" in opening[0] or head.lstrip().startswith("{")):
        start = opening.end()
        try:
            if ";;;" in opening[0]:
                closing = _OBJECT_RULE.search(head, start)
                inside = head[start : closing.start()].strip() if closing else ""
                values, end = (
                    json.loads(inside if inside.startswith("{") else "{" + inside + "}"),
                    closing.end() if closing else 0,
                )
            else:
                values, end = json.JSONDecoder().raw_decode(head, start)
        except (ValueError, RecursionError):
            return FrontMatter(text)
    declared = declared_by(values) if isinstance(values, dict) else Declared()
    if (
        not isinstance(values, dict)
        or not (declared.title or declared.date)
        or "text" in values
        or not text[end:].strip()
    ):
        return FrontMatter(text)
    return FrontMatter(
        text[end:].removeprefix("\n"),
        text.count("\n", 0, end) + 1 + text[end:].startswith("\n"),
        {str(key): flat(value) for key, value in values.items()},
        declared,
    )
