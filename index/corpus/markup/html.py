"""HTML to lines: block elements and line breaks make lines; headings, captions, tables and navigation keep their role."""

from __future__ import annotations

import re

from lxml import etree

from juanzong.index.corpus.lines import Line
from juanzong.index.corpus.markup.buttons import heads_list, is_buttons, is_column
from juanzong.index.corpus.markup.elements import DROPPED
from juanzong.index.corpus.markup.headline import headline
from juanzong.index.corpus.markup.metadata import metadata_of
from juanzong.index.corpus.markup.walker import Walker
from juanzong.index.records import Declared, Problem

_CROWDED = re.compile(r"<([A-Za-z][A-Za-z0-9]{0,20})\b[^<>]{60000,}(?:>|\Z)")
_DECLARATION = re.compile(r"<\?xml[^>]{0,200}\?>", re.IGNORECASE)
_STAMP = re.compile(r"(?=.*\d)[\d\s:：/.年月日时分秒-]{4,30}")
"""A line that holds nothing but the hour, whatever its element says."""
_TWICE = re.compile(r"&amp;(nbsp|[lr][ds]quo|[mn]dash|hellip|middot|bull|quot|#\d{2,6});")
"""A reference that was escaped once too often."""
_LITTLE = 60
"""Characters of a page that holds nothing without its scripts."""
_LONGEST_LINK = 60


def markup_lines(text: str, first_line: int = 1) -> tuple[list[Line], Declared, tuple[Problem, ...]]:
    """The lines of an HTML text, what its head declares, and problems. Never raises; nesting beyond the parser's limit (256) is cut."""
    parser = etree.HTMLParser(remove_comments=True, remove_pis=True, recover=True, no_network=True)
    declaration = _DECLARATION.match(text)
    text = text[declaration.end() :] if declaration else text
    # The parser compares every attribute of a tag with all others.
    text = _TWICE.sub(r"&\1;", _CROWDED.sub(r"<\1>", text))
    try:
        root = etree.fromstring(text, parser)
    except (etree.XMLSyntaxError, ValueError, AssertionError):
        root = None
    if root is None:
        return [], Declared(), ()
    problems: tuple[Problem, ...] = ()
    if any("xcessive depth" in entry.message or "nodes depth" in entry.message for entry in parser.error_log):
        problems = (
            Problem(
                "too_large", "The page is nested too deeply; what lies deeper was left out. Save its text instead."
            ),
        )
    element = root.find(".//title")
    titled = "".join(element.itertext()) if element is not None else ""
    walker = Walker(first_line, titled)
    walker.walk(root)
    if _size(walker) < _LITTLE and root.find(".//noscript") is not None:
        # what a script would show is told to those who run none
        unscripted = Walker(first_line, titled, DROPPED - {"noscript"})
        unscripted.walk(root)
        walker = unscripted if _size(unscripted) >= _LITTLE else walker
    page = metadata_of(root)
    title, site = headline(
        page, walker.headings, [line.text for line in walker.lines if line.role not in ("link", "boilerplate")]
    )
    for line in walker.lines:
        if line.role == "heading" and _STAMP.fullmatch(line.text):
            line.role = ""
    lines = _without_buttons(_without_navigation(_without_lists(walker.lines)), title)
    return (
        lines,
        Declared(
            title,
            page.date,
            source=page.account or page.source,
            author=page.author,
            url=page.url,
            site=site,
            updated=page.updated,
        ),
        problems,
    )


def _size(walker: Walker) -> int:
    return sum(len(line.text) for line in walker.lines)


def _without_buttons(lines: list[Line], title: str | None) -> list[Line]:
    """Buttons and names of columns that are no links: words known as such; above the title any run of short words."""
    at_title = next((at for at, line in enumerate(lines) if line.text == title), 0) if title else 0
    run: list[Line] = []
    for at, line in enumerate([*lines, Line("", 0)]):
        short = (
            line.text
            and not line.role
            and len(line.text) <= 8
            and line.text[-1] not in "。！？：:；"
            and not any(character.isdigit() for character in line.text)
        )
        if short and at != at_title:
            run.append(line)
            continue
        known = [item for item in run if is_column(item.text)]
        if len(run) >= 3 and (len(known) >= 2 or at <= at_title):
            for item in run:
                item.role = "boilerplate"
        run = []
    for line in lines:
        if not line.role and len(line.text) <= 40 and line.text != title and is_buttons(line.text):
            line.role = "boilerplate"
    return lines


def _without_lists(lines: list[Line]) -> list[Line]:
    """Lists of other stories below their heads: links and items."""
    for at, head in enumerate(lines):
        if not heads_list(head.text):
            continue
        end = at + 1
        while (
            end < len(lines)
            and (lines[end].item or lines[end].role == "link")
            and len(lines[end].text) <= _LONGEST_LINK
        ):
            end += 1
        for line in lines[at:end] if end > at + 1 else ():
            line.role = "boilerplate"
    return lines


def _without_navigation(lines: list[Line]) -> list[Line]:
    """Three links in a row, each a line of its own, are navigation."""
    start = 0
    for end in range(len(lines) + 1):
        if end < len(lines) and lines[end].role == "link":
            continue
        for line in lines[start:end]:
            line.role = "boilerplate" if end - start >= 3 else ""
        start = end + 1
    return lines
