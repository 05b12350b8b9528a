"""Rich Text Format 1.9.1: the text of a document, in whatever of its three ways of writing Chinese characters."""

from __future__ import annotations

import re
from collections.abc import Iterator

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


class _GroupReader:
    def __init__(self, encoding: str, fonts: dict[int, str]) -> None:
        self._default, self._fonts = encoding, fonts
        self._lines: list[Line] = []
        self._text: list[str] = []
        self._bytes = bytearray()
        self._encoding = encoding
        self._cells: list[str] = []
        self._in_table = False
        self._page = 1
        self._notes: list[Line] = []
        self._furniture: dict[str, Line] = {}
        self._target = b""

    def lines(self, data: bytes) -> list[Line]:
        stack: list[tuple[bool, int, str, bool, tuple[bytes, list[str], list[str], bool] | None]] = []
        skip = hidden = False
        unicode_skip, left = 1, 0
        opened = False
        at = 0
        while (token := _TOKEN.search(data, at)) is not None:
            at = token.end()
            word, number, code, sign, brace, plain = token.groups()
            if brace == b"{":
                self._decode()
                if len(stack) > 1000:
                    break
                stack.append((skip, unicode_skip, self._encoding, hidden, None))
                opened, left = True, 0
                continue
            if brace == b"}":
                self._decode()
                if stack:
                    skip, unicode_skip, self._encoding, hidden, outer = stack.pop()
                    if outer is not None:
                        self._paragraph()
                        self._target, self._text, self._cells, self._in_table = outer
                opened, left = False, 0
                continue
            if word:
                if opened and (not stack[-1][0] and (word in _FURNITURE or word == b"footnote") or word == b"shptxt"):
                    # it stands apart from the text in which it is written, whatever the group around it holds
                    self._decode()
                    skip = False
                    stack[-1] = (*stack[-1][:4], (self._target, self._text, self._cells, self._in_table))
                    self._target, self._text, self._cells, self._in_table = word, [], [], False
                if opened and word in _SKIPPED and word not in _KEPT:
                    skip = True
                if word == b"bin" and number:
                    at += max(0, int(number))
                    continue
                if not skip and word == b"u" and number:
                    self._decode()
                    value = int(number)
                    self._put(chr(value % 0x10000), hidden)
                    left = unicode_skip
                elif word == b"uc":
                    unicode_skip = int(number or 1)
                elif word == b"f" and number:
                    self._decode()
                    self._encoding = self._fonts.get(int(number), self._default)
                elif word in (b"v", b"deleted"):
                    self._decode()
                    hidden = number != b"0"
                elif word == b"plain":
                    self._decode()
                    hidden = False
                elif not skip:
                    self._control(word, hidden)
            elif code:
                if left:
                    left -= 1
                elif not skip and not hidden:
                    self._bytes.append(int(code, 16))
            elif sign:
                if sign == b"*" and opened:
                    skip = True
                elif not skip and not hidden:
                    self._decode()
                    self._put(
                        {b"~": " ", b"_": "-", b"-": ""}.get(sign, sign.decode("latin-1") if sign in b"\\{}" else ""),
                        hidden,
                    )
            elif plain:
                if left:
                    plain, left = plain[left:], max(0, left - len(plain))
                if not skip and not hidden:
                    self._bytes += plain
            opened = opened and sign == b"*"
            if len(self._lines) >= MAX_LINES:
                break
        self._paragraph()
        lines = [*self._lines, *self._notes, *self._furniture.values()]
        for number, line in enumerate(lines, 1):
            line.number = number
        return lines

    def _control(self, word: bytes, hidden: bool) -> None:
        self._decode()
        if word == b"par":
            if self._in_table and self._cells is not None and self._text:
                self._put(" ", hidden)
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
            self._put(_CHARACTERS[word], hidden)

    def _put(self, text: str, hidden: bool) -> None:
        if text and not hidden:
            self._text.append(text)

    def _decode(self) -> None:
        if self._bytes:
            self._text.append(bytes(self._bytes).decode(self._encoding, "replace"))
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
