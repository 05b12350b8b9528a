"""Spreadsheets (.xlsx, .xls, .csv): every sheet a part with its name as heading, every row a line with tabs between the cells."""

from __future__ import annotations

import csv
import io
import re
import warnings
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any

from juanzong.index.corpus.contents import Contents, Entry, Opening, Refused
from juanzong.index.corpus.encoding.decoding import decode
from juanzong.index.corpus.lines import Line
from juanzong.index.corpus.packages import open_package
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
_FIELD = re.compile(r"y+|m+|d+", re.IGNORECASE)
_LONG = "The table has more than {:,} rows, or {:,} cells far out in a row; the rest was left out. Split it."


def read_xlsx(data: bytes, opening: Opening) -> Iterator[Contents | Entry]:
    """Values as they were last computed; comments follow their sheet. Hidden sheets are read too, as they hold what people look for."""
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
            sheets = [(sheet.title, _xlsx_rows(sheet)) for sheet in book.worksheets]
            yield _contents("xlsx", sheets, opening)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, SyntaxError) as error:
        raise Refused(
            "unreadable", "The workbook is damaged, or no .xlsx. Open it in an office program and save it again."
        ) from error


def _xlsx_rows(sheet: Any) -> Iterator[list[str]]:
    # what a workbook says of its own size is often wrong
    sheet.reset_dimensions()
    for row in sheet.iter_rows():
        yield [_shown(cell.value, getattr(cell, "number_format", "")) for cell in row]


def read_xls(data: bytes, opening: Opening) -> Iterator[Contents | Entry]:
    """Workbooks of Excel 97 to 2003."""
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=data, on_demand=True, logfile=io.StringIO(), formatting_info=False)
        yield _contents("xls", [(name, _xls_rows(book, name)) for name in book.sheet_names()], opening)
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
            if cell.ctype == xlrd.XL_CELL_DATE:
                try:
                    values.append(_shown(xlrd.xldate_as_datetime(cell.value, book.datemode), ""))
                    continue
                except (ValueError, OverflowError):
                    pass
            values.append(
                ""
                if cell.ctype in (xlrd.XL_CELL_ERROR, xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK)
                else _shown(cell.value, "")
            )
        yield values


def read_csv(data: bytes, opening: Opening) -> Iterator[Contents | Entry]:
    """Rows of a text table, parted by commas, semicolons or tabs, whichever stands most in its first lines."""
    decoded = decode(data)
    if decoded.text is None:
        raise Refused("unreadable", "The file is not text, whatever its name says. Save the table as CSV in UTF-8.")
    head = "\n".join(decoded.text.split("\n", 20)[:20])
    delimiter = max(",\t;", key=head.count)
    csv.field_size_limit(1 << 20)
    try:
        contents = _contents(
            "csv", [("", csv.reader(io.StringIO(decoded.text, newline=""), delimiter=delimiter))], opening
        )
    except csv.Error as error:
        raise Refused("unreadable", f"The table cannot be read as CSV ({error}). Save it again.") from error
    contents.encoding = decoded.encoding
    contents.problems += decoded.problems
    yield contents


def _contents(format_: str, sheets: Iterable[tuple[str, Iterable[list[str]]]], opening: Opening) -> Contents:
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
