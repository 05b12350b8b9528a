"""Spreadsheets (.xlsx, .xls, .csv): every sheet a part with its name as heading, every row a line with tabs between the cells."""

from __future__ import annotations

import csv
import io
import itertools
import posixpath
import re
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any
from zipfile import ZipFile

from juanzong.index.corpus.contents import Contents, Entry, Opening, Refused
from juanzong.index.corpus.encoding.decoding import decode
from juanzong.index.corpus.lines import Line
from juanzong.index.corpus.packages import attribute, local, open_package, parse, part
from juanzong.index.records import Problem

MAX_ROWS = 200_000
"""Rows of a workbook that are read."""
MAX_COLUMNS = 500
"""Columns of a sheet whose cells keep their places; of those further out the filled ones are read."""
_CHINESE_FORMATS = {
    **dict.fromkeys((27, 36, 50, 52, 57), 'yyyy"年"m"月"'),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), 'm"月"d"日"'),
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
}
"""Formats that a Chinese program writes as a number alone (ECMA-376, 18.8.30, zh-cn); openpyxl takes their days for numbers."""
_DELIMITERS, _SAMPLE = ",\t;|", 20
"""What may part the cells of a text table, the usual first; the rows that tell which it is."""
_NO_DELIMITER = "\x1f"
_NAMED_DELIMITER = re.compile(r"\ufeff?sep=(.)\r?\n", re.IGNORECASE)
"""A first line by which a program is told what parts the cells."""
_FIELD = re.compile(r"y+|m+|d+", re.IGNORECASE)
_LONG = "The table has more than {:,} rows, or {:,} cells far out in a row; the rest was left out. Split it."


def read_xlsx(data: bytes, opening: Opening) -> Iterator[Contents | Entry]:
    """Values as they were last computed; notes on cells and text boxes follow their sheet. Hidden sheets are read too, as they hold what people look for."""
    package = open_package(data)
    for info in package.infolist():
        opening.budget.take(info.file_size)
    import openpyxl
    from openpyxl.styles import numbers

    for code, text in _CHINESE_FORMATS.items():
        numbers.BUILTIN_FORMATS.setdefault(code, text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            sheets = [(sheet.title, _xlsx_rows(sheet, package, opening)) for sheet in book.worksheets]
            yield contents_of("xlsx", sheets, opening)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, SyntaxError) as error:
        raise Refused(
            "unreadable", "The workbook is damaged, or no .xlsx. Open it in an office program and save it again."
        ) from error


def _xlsx_rows(sheet: Any, package: ZipFile, opening: Opening) -> Iterator[list[str]]:
    # what a workbook says of its own size is often wrong
    sheet.reset_dimensions()
    for row in sheet.iter_rows():
        yield [_shown(cell.value, getattr(cell, "number_format", "")) for cell in row]
    yield from ([note] for note in _notes(package, str(getattr(sheet, "_worksheet_path", "")), opening))


def _notes(package: ZipFile, sheet: str, opening: Opening) -> Iterator[str]:
    """What is written on the cells of a sheet, and in the boxes that are drawn upon it. `sheet` is the path of its part."""
    folder, name = posixpath.split(sheet.lstrip("/"))
    links = part(package, posixpath.join(folder, "_rels", f"{name}.rels"), opening.budget)
    for link in parse(links) if links else ():
        kind = (attribute(link, "Type") or "").rpartition("/")[2]
        if kind not in ("comments", "drawing"):
            continue
        target = posixpath.normpath(posixpath.join("/", folder, attribute(link, "Target") or "")).lstrip("/")
        content = part(package, target, opening.budget)
        for element in parse(content).iter() if content else ():
            if local(element) == ("comment" if kind == "comments" else "p"):
                # a reading that stands above characters is none of the text
                texts = (inner for inner in element.iter("{*}t") if local(inner.getparent()) != "rPh")
                yield "".join(text.text or "" for text in texts)


def read_xls(data: bytes, opening: Opening) -> Iterator[Contents | Entry]:
    """Workbooks of Excel 97 to 2003."""
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=data, on_demand=True, logfile=io.StringIO(), formatting_info=True)
        yield contents_of("xls", [(name, _xls_rows(book, name)) for name in book.sheet_names()], opening)
    except Exception as error:  # xlrd raises whatever a damaged file leads it to
        if isinstance(error, (Refused, MemoryError)):
            raise
        raise Refused(
            "unreadable", "The workbook is damaged or protected. Open it in an office program and save it as .xlsx."
        ) from error


def _xls_rows(book: Any, name: str) -> Iterator[list[str]]:
    import xlrd

    sheet = book.sheet_by_name(name)
    for at in range(sheet.nrows):
        values = []
        for cell in sheet.row(at):
            shown = _format_of(book, cell)
            if cell.ctype == xlrd.XL_CELL_DATE:
                try:
                    values.append(_shown(xlrd.xldate_as_datetime(cell.value, book.datemode), shown))
                    continue
                except (ValueError, OverflowError):
                    pass
            values.append(
                ""
                if cell.ctype in (xlrd.XL_CELL_ERROR, xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK)
                else _shown(cell.value, shown)
            )
        yield values
    yield from ([note.text] for _, note in sorted(sheet.cell_note_map.items()))


def _format_of(book: Any, cell: Any) -> str:
    """The format in which a cell is shown; those of a Chinese program are not named in the file."""
    if cell.xf_index is None or cell.xf_index >= len(book.xf_list):
        return ""
    key = book.xf_list[cell.xf_index].format_key
    return _CHINESE_FORMATS.get(key) or getattr(book.format_map.get(key), "format_str", "") or ""


def read_csv(data: bytes, opening: Opening) -> Iterator[Contents | Entry]:
    """Rows of a text table, parted by whatever parts its first rows most evenly."""
    decoded = decode(data)
    if decoded.text is None:
        raise Refused("unreadable", "The file is not text, whatever its name says. Save the table as CSV in UTF-8.")
    csv.field_size_limit(1 << 20)
    named = _NAMED_DELIMITER.match(decoded.text)
    text = decoded.text[named.end() :] if named else decoded.text
    try:
        delimiter = named[1] if named else _delimiter(text, "\t" if opening.name.lower().endswith(".tsv") else ",")
        contents = contents_of("csv", [("", csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))], opening)
    except csv.Error as error:
        raise Refused("unreadable", f"The table cannot be read as CSV ({error}). Save it again.") from error
    contents.encoding = decoded.encoding
    contents.problems += decoded.problems
    yield contents


def _delimiter(text: str, usual: str) -> str:
    """What parts the cells: the sign by which most of the first rows have the same number of cells, then the one that makes most cells.

    Where few rows have any, nothing does."""

    def widths(delimiter: str) -> Counter[int]:
        head = itertools.islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), _SAMPLE)
        return Counter(len(row) for row in head if any(row))

    def evenness(delimiter: str) -> tuple[float, int]:
        found = widths(delimiter)
        rows = found.total()
        parted = [(count, width) for width, count in found.items() if width > 1]
        if 2 * sum(count for count, _ in parted) < rows or not parted:
            return 0.0, 0
        count, width = max(parted)
        return count / rows, width

    best = max(dict.fromkeys((usual, *_DELIMITERS)), key=evenness)
    return best if evenness(best) > (0.0, 0) else _NO_DELIMITER


def contents_of(format_: str, sheets: Iterable[tuple[str, Iterable[list[str]]]], opening: Opening) -> Contents:
    """The rows of sheets as lines, each sheet under its name where there are several."""
    contents = Contents(format_)
    several = len(list(sheets)) > 1 if isinstance(sheets, list) else False
    rows = cut = far = 0
    for name, table in sheets:
        started = False
        for seen, row in enumerate(table, 1):
            if seen % 5000 == 0:
                opening.progress()
            cells = [" ".join(cell.split()) for cell in row]
            if len(cells) > MAX_COLUMNS:
                further = [cell for cell in cells[MAX_COLUMNS:] if cell]
                cut += len(further) > MAX_COLUMNS
                far += bool(further)
                cells[MAX_COLUMNS:] = further[:MAX_COLUMNS]
            while cells and not cells[-1]:
                cells.pop()
            filled = [cell for cell in cells if cell]
            if not filled:
                continue
            if not started and name and several:
                contents.lines.append(Line(name, rows + 1, 1, "heading", 2))
            rows += 1
            started = True
            if len(filled) > 1:
                contents.lines.append(Line("\t".join(cells), rows, 1, "table"))
            else:
                contents.lines.append(Line(filled[0], rows, 1))
            if rows >= MAX_ROWS:
                cut += 1
                break
        if rows >= MAX_ROWS:
            break
    if far:
        message = (
            f"{far:,} rows have cells beyond column {MAX_COLUMNS:,}: they were read, and do not keep their columns."
        )
        contents.problems.append(Problem("far_cells", message))
    if cut:
        contents.problems.append(Problem("too_large", _LONG.format(MAX_ROWS, MAX_COLUMNS)))
    return contents


def _shown(value: object, number_format: str) -> str:
    """A value as a reader of the sheet sees it, near enough to be found: per cent, days, numbers without an empty fraction."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, date) and ("年" in number_format or "月" in number_format):
        return _day_in_words(value, number_format)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d") if value.time() == time() else value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, float):
        if "%" in number_format:
            return f"{value * 100:.{_places(number_format)}f}%"
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.10g}"
    if isinstance(value, int) and "%" in number_format:
        return f"{value * 100}%"
    return str(value)


def _day_in_words(day: date, number_format: str) -> str:
    """A day as a format with 年, 月 and 日 shows it."""
    shown = re.sub(r"\[[^\]]*\]|[;@].*|[\"\\\\]", "", number_format)
    return _FIELD.sub(lambda field: _field(day, field[0].lower()), shown).strip()


def _field(day: date, field: str) -> str:
    number = {"y": day.year, "m": day.month, "d": day.day}[field[0]]
    if field[0] == "y":
        return f"{number % 100:02}" if len(field) < 3 else str(number)
    return f"{number:02}" if len(field) == 2 else str(number)


def _places(number_format: str) -> int:
    """The digits after the point that a format shows."""
    whole, _, rest = number_format.partition("%")[0].partition(".")
    return min(10, rest.count("0"))
