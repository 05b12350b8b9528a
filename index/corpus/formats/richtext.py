"""Rich Text Format 1.9.1: the text of a document, in whatever of its three ways of writing Chinese characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from juanzong.index.corpus.contents import Contents, Entry, Opening, Refused
from juanzong.index.corpus.lines import MAX_LINES, Line

_TOKEN = re.compile(
    rb"\\(?:([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|'([0-9a-fA-F]{2})|([^a-zA-Z]))|([{}])|([^\\{}\r\n]+)|[\r\n]+", re.DOTALL
)
_SKIPPED = frozenset(
    (
        b"fonttbl",
        b"colortbl",
        b"stylesheet",
        b"info",
        b"pict",
        b"object",
        b"listtable",
        b"listoverridetable",
        b"revtbl",
        b"rsidtbl",
        b"generator",
        b"themedata",
        b"colorschememapping",
        b"datastore",
        b"latentstyles",
        b"fldinst",
        b"xmlnstbl",
        b"filetbl",
        b"ftnsep",
        b"ftnsepc",
        b"pgdsctbl",
        b"nonshppict",
        b"shpinst",
        b"bkmkstart",
        b"bkmkend",
        b"pntext",
        b"listtext",
    )
)
"""Groups that hold no text. Numbers that the program wrote for lists (`listtext`) are text, and are kept."""
_FURNITURE = frozenset((b"header", b"footer", b"headerl", b"headerr", b"headerf", b"footerl", b"footerr", b"footerf"))
_KEPT = frozenset((b"listtext", b"pntext"))
_CHARSETS = {
    134: "gb18030",
    136: "big5hkscs",
    128: "cp932",
    129: "cp949",
    0: "cp1252",
    1: "cp1252",
    204: "cp1251",
    238: "cp1250",
    2: "cp1252",
}
_CHARACTERS = {
    b"emdash": "—",
    b"endash": "–",
    b"lquote": "‘",
    b"rquote": "’",
    b"ldblquote": "“",
    b"rdblquote": "”",
    b"bullet": "•",
    b"emspace": "\u2003",
    b"enspace": "\u2002",
    b"tab": " ",
    b"line": "\n",
}
_SIGNS = {b"~": " ", b"_": "-", b"\\": "\\", b"{": "{", b"}": "}"}
"""What an escaped character writes; a break that may be made in a word writes nothing."""
_MAX_DEPTH = 1000
_FONT = re.compile(rb"\\f(\d{1,5})\b[^{}\\;]*(?:\\[a-zA-Z]+-?\d*\s?)*?\\fcharset(\d{1,3})")
_PAGE_SUFFIX = re.compile(rb"\\ansicpg(\d{3,5})")


def read(data: bytes, opening: Opening) -> Iterator[Contents | Entry]:
    """The paragraphs, with table rows as lines of cells and pages where the author set breaks."""
    if not data.lstrip()[:5].startswith(b"{\\rtf"):
        raise Refused(
            "unreadable", "The file is no RTF, whatever its name says. Open it in a word processor and save it again."
        )
    page = _PAGE_SUFFIX.search(data[:2000])
    encoding = {b"936": "gb18030", b"950": "big5hkscs", b"932": "cp932"}.get(page[1] if page else b"", "cp1252")
    fonts = {
        int(found[1]): _CHARSETS[int(found[2])]
        for found in _FONT.finditer(data[:400_000])
        if int(found[2]) in _CHARSETS
    }
    yield Contents("rtf", _GroupReader(encoding, fonts).lines(data), encoding=encoding)


@dataclass(slots=True)
class _Group:
    """What holds between two braces. `fallback` characters follow one in Unicode, for readers that know none; `outer` is what was being
    written where the group stands apart from the text around it."""

    encoding: str
    skipped: bool = False
    hidden: bool = False
    fallback: int = 1
    outer: tuple[bytes, list[str], list[str], bool] | None = None


class _GroupReader:
    def __init__(self, encoding: str, fonts: dict[int, str]) -> None:
        self._default, self._fonts = encoding, fonts
        self._lines: list[Line] = []
        self._text: list[str] = []
        self._bytes = bytearray()
        self._cells: list[str] = []
        self._in_table = False
        self._page = 1
        self._notes: list[Line] = []
        self._furniture: dict[str, Line] = {}
        self._target = b""
        self._groups = [_Group(encoding)]
        # whether nothing but a mark stands before the next word in its group
        self._opened = False
        # characters still to leave out, since one in Unicode stood before them
        self._left = 0

    def lines(self, data: bytes) -> list[Line]:
        at = 0
        while (
            (token := _TOKEN.search(data, at)) is not None
            and len(self._groups) <= _MAX_DEPTH
            and len(self._lines) < MAX_LINES
        ):
            at = token.end()
            word, number, code, sign, brace, plain = token.groups()
            if brace == b"{":
                self._begin()
                continue
            if brace:
                self._end()
                continue
            if word:
                self._word(word, int(number) if number else None)
                if word == b"bin" and number:
                    at += max(0, int(number))
            elif code:
                self._code(int(code, 16))
            elif sign:
                self._sign(sign)
            elif plain:
                self._plain(plain)
            self._opened = self._opened and sign == b"*"
        self._paragraph()
        lines = [*self._lines, *self._notes, *self._furniture.values()]
        for number, line in enumerate(lines, 1):
            line.number = number
        return lines

    def _begin(self) -> None:
        self._decode()
        self._groups.append(replace(self._groups[-1], outer=None))
        self._opened, self._left = True, 0

    def _end(self) -> None:
        self._decode()
        if len(self._groups) > 1 and (outer := self._groups.pop().outer) is not None:
            self._paragraph()
            self._target, self._text, self._cells, self._in_table = outer
        self._opened, self._left = False, 0

    def _word(self, word: bytes, number: int | None) -> None:
        """A control word: what it says of its group, or else of the text."""
        group = self._groups[-1]
        if self._opened:
            self._name_group(group, word)
        if word == b"u" and number is not None and not group.skipped:
            self._decode()
            self._put(chr(number % 0x10000))
            self._left = group.fallback
        elif word == b"uc":
            group.fallback = 1 if number is None else number
        elif word == b"f" and number is not None:
            self._decode()
            group.encoding = self._fonts.get(number, self._default)
        elif word in (b"v", b"deleted"):
            self._decode()
            group.hidden = number != 0
        elif word == b"plain":
            self._decode()
            group.hidden = False
        elif not group.skipped:
            self._control(word)

    def _name_group(self, group: _Group, word: bytes) -> None:
        """What the first word of a group makes of it."""
        if word == b"shptxt" or (word in _FURNITURE or word == b"footnote") and not self._groups[-2].skipped:
            # it stands apart from the text in which it is written, whatever the group around it holds
            self._decode()
            group.skipped = False
            group.outer = self._target, self._text, self._cells, self._in_table
            self._target, self._text, self._cells, self._in_table = word, [], [], False
        if word in _SKIPPED and word not in _KEPT:
            group.skipped = True

    def _code(self, code: int) -> None:
        """A byte in the encoding of the group."""
        if self._left:
            self._left -= 1
        elif not self._groups[-1].skipped and not self._groups[-1].hidden:
            self._bytes.append(code)

    def _sign(self, sign: bytes) -> None:
        group = self._groups[-1]
        if sign == b"*" and self._opened:
            group.skipped = True
        elif not group.skipped and not group.hidden:
            self._decode()
            self._put(_SIGNS.get(sign, ""))

    def _plain(self, plain: bytes) -> None:
        if self._left:
            plain, self._left = plain[self._left :], max(0, self._left - len(plain))
        if not self._groups[-1].skipped and not self._groups[-1].hidden:
            self._bytes += plain

    def _control(self, word: bytes) -> None:
        self._decode()
        if word == b"par":
            if self._in_table and self._text:
                self._put(" ")
            else:
                self._paragraph()
        elif word in (b"sect", b"page"):
            self._paragraph()
            self._page += 1
        elif word == b"intbl":
            self._in_table = True
        elif word == b"pard":
            self._in_table = False
        elif word in (b"cell", b"nestcell"):
            self._cells.append(" ".join("".join(self._text).split()))
            self._text = []
        elif word in (b"row", b"nestrow"):
            cells, self._cells = self._cells, []
            while cells and not cells[-1]:
                cells.pop()
            filled = [cell for cell in cells if cell]
            if filled:
                self._add("\t".join(cells) if len(filled) > 1 else filled[0], "table" if len(filled) > 1 else "")
        elif word in _CHARACTERS:
            self._put(_CHARACTERS[word])

    def _put(self, text: str) -> None:
        if text and not self._groups[-1].hidden:
            self._text.append(text)

    def _decode(self) -> None:
        if self._bytes:
            self._text.append(bytes(self._bytes).decode(self._groups[-1].encoding, "replace"))
            self._bytes.clear()

    def _paragraph(self) -> None:
        self._decode()
        # pairs of surrogates come as two characters
        text = "".join(self._text).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        self._text = []
        for piece in text.split("\n"):
            self._add(" ".join(piece.split()), "")

    def _add(self, text: str, role: str) -> None:
        if not text:
            return
        if self._target in _FURNITURE:
            self._furniture.setdefault(text, Line(text, 0, 1, "boilerplate"))
            return
        (self._notes if self._target else self._lines).append(Line(text, 0, 1, role, page=self._page))
