"""Hits as files: CSV for spreadsheets, JSON lines for programs, Markdown quotations for texts. All are streamed."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urljoin

COLUMNS = {
    "id": "段落编号",
    "doc": "文档编号",
    "title": "标题",
    "source": "来源",
    "date": "日期",
    "date_basis": "日期依据",
    "city": "城市",
    "agency": "机构",
    "kind": "类型",
    "text": "正文",
    "url": "链接",
    "opening": "首句",
    "source_detail": "来源频道",
    "pages": "页码",
}
"""The columns of an export; `opening` is how an article without a title begins."""
LINE_COLUMNS = {
    "left": "左",
    "hit": "命中",
    "right": "右",
    "date": "日期",
    "city": "城市",
    "title": "标题",
    "source": "来源",
    "id": "段落编号",
    "url": "链接",
    "opening": "首句",
    "source_detail": "来源频道",
}
FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
}

# Spreadsheets run a cell that begins like this, some of them also in its full-width form or after white space.
_FORMULA = re.compile(r"[\s\x00-\x1f]*[=+\-@＝＋－＠]|[\t\r]")
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_MARKUP = re.compile(r"[\\`*_\[\]#{}!]")
# Not every reader of Markdown takes a backslash before these.
_ENTITIES = {ord(c): f"&#{ord(c)};" for c in "<>&~|$"}
_LIST = re.compile(r"[-+]|\d{1,9}(?=[.)])")
_BREAKS = re.compile(r"[\r\n\x0b\x0c\x85\u2028\u2029]+")


def csv_chunks(hits: Iterable[Mapping[str, Any]], base_url: str = "") -> Iterator[str]:
    """A UTF-8 CSV file with a byte order mark (encode as plain UTF-8) and a Chinese header row; several values are joined by "；".

    A cell that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    yield "\ufeff" + _row(COLUMNS.values())
    for hit in hits:
        yield _row(_harmless(_cell(value)) for value in _columns(hit, base_url).values())


def jsonl_chunks(hits: Iterable[Mapping[str, Any]], base_url: str = "") -> Iterator[str]:
    """One JSON object a line with the keys of COLUMNS; `city` and `agency` are lists, what is unknown is null."""
    for hit in hits:
        yield _json_line(_columns(hit, base_url))


def markdown_chunks(hits: Iterable[Mapping[str, Any]], base_url: str = "") -> Iterator[str]:
    """Each hit as a quotation followed by a line with its title (else the opening of its article, marked as such), source, date and link. Nothing in a text can become markup."""
    for hit in hits:
        values = _columns(hit, base_url)
        lines = [_escaped(line.strip()) for line in _BREAKS.split(_cell(values["text"])) if line.strip()]
        title = _cell(values["title"])
        opening = _cell(values["opening"])
        about = [f"《{_inline(title)}》"] if title else [f"〔首句〕{_inline(opening)}"] if opening else []
        source = " · ".join(_cell(values[name]) for name in ("source", "source_detail") if values[name])
        about += [_inline(value) for value in (source, _cell(values["date"])) if value]
        url = _cell(values["url"])
        if _is_web(url):
            about.append(f"[{_inline(_cell(values['id']))}](<{_link(url)}>)")
        else:
            about.append(_inline(_cell(values["id"])))
        yield "> " + "\n>\n> ".join(lines) + "\n>\n> —— " + "，".join(about) + "\n\n"


def table_chunks(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Any table as such a CSV file."""
    yield "\ufeff" + _row(header)
    for row in rows:
        yield _row(_harmless(_cell(value)) for value in row)


WRITERS = {"csv": csv_chunks, "jsonl": jsonl_chunks, "md": markdown_chunks}


def line_chunks(lines: Iterable[Mapping[str, Any]], form: str, base_url: str = "") -> Iterator[str]:
    """Lines of a concordance in one of the forms of WRITERS, with the keys of LINE_COLUMNS; Markdown is a table."""
    rows: Iterator[dict[str, Any]] = (
        {
            **{name: line.get(name) for name in LINE_COLUMNS},
            "url": urljoin(base_url, str(line["url"])) if base_url else str(line["url"]),
        }
        for line in lines
    )
    if form == "csv":
        yield from table_chunks(LINE_COLUMNS.values(), (row.values() for row in rows))
    elif form == "jsonl":
        yield from (_json_line(row) for row in rows)
    else:
        names = ("left", "hit", "right", "date", "title")
        yield "| " + " | ".join(LINE_COLUMNS[name] for name in names) + " |\n| ---: | :---: | --- | --- | --- |\n"
        for row in rows:
            cells = [_inline(_cell(row[name])) for name in names[:-1]]
            opening = f"〔首句〕{_cell(row['opening'])}" if row["opening"] else ""
            title = _inline(_cell(row["title"] or opening or row["id"]))
            cells.append(f"[{title}](<{_link(row['url'])}>)" if _is_web(row["url"]) else title)
            yield "| " + " | ".join(cells) + " |\n"


def _json_line(record: Mapping[str, Any]) -> str:
    # These two end a line for some readers of lines, and lone surrogates cannot be encoded.
    line = json.dumps(record, ensure_ascii=False)
    return re.sub("[\x85\u2028\u2029\ud800-\udfff]", lambda m: f"\\u{ord(m[0]):04x}", line) + "\n"


def _columns(hit: Mapping[str, Any], base_url: str) -> dict[str, Any]:
    values = {name: hit.get(name) for name in COLUMNS}
    values["pages"] = shown_pages(hit.get("pages") or ())
    if base_url and values["url"]:
        values["url"] = urljoin(base_url, str(values["url"]))
    return values


def shown_pages(pages: Sequence[int]) -> str | None:
    """The first and last page as they are said: 3, or 3–4."""
    return "–".join(map(str, dict.fromkeys(pages))) or None


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return "；".join(map(_cell, value))
    return _UNSAFE.sub("", str(value))


def _harmless(cell: str) -> str:
    return "'" + cell if _FORMULA.match(cell) else cell


def _row(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(list(cells))
    return line.getvalue()


def _escaped(text: str) -> str:
    """One line of text that Markdown shows as it is; addresses in it do not become links either."""
    start = _LIST.match(text)
    text = _MARKUP.sub(r"\\\g<0>", text.translate(_ENTITIES).replace("&#", "\0")).replace("\0", "&#")
    if start:
        text = start[0] + "\\" + text[start.end() :] if start[0].isdigit() else "\\" + text
    if text[:1] in ("=", ":"):
        text = f"&#{ord(text[0])};{text[1:]}"
    return re.sub(r"(?i)\bwww\.", lambda m: m[0][:3] + "\\.", text.replace("://", "&#58;//"))


def _inline(text: str) -> str:
    return _escaped(" ".join(text.split()))


def _is_web(url: str) -> bool:
    return url.startswith(("http://", "https://")) or (url.startswith("/") and not url.startswith("//"))


def _link(url: str) -> str:
    return re.sub(r"[\s<>\\]", lambda m: f"%{ord(m[0]):02X}" if m[0].isascii() else "", url)
