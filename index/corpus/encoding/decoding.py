"""Bytes to text: byte order mark, then strict UTF-8, then what the page declares, then the legacy encodings ranked by how common the characters are that they give."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from juanzong.index.corpus.encoding.commonness import SAMPLE, commonness
from juanzong.index.corpus.encoding.mojibake import resynchronised, undone
from juanzong.index.records import Problem

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LEGACY = ("gb18030", "big5hkscs", "utf-16-le", "utf-16-be")
_BINARY = (
    b"%PDF-",
    b"PK\x03\x04",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"\x7fELF",
    b"\x1f\x8b",
    b"SQLite format 3",
    b"\xd0\xcf\x11\xe0",
    b"7z\xbc\xaf",
    b"Rar!",
    b"RIFF",
    b"MZ\x90",
    b"\x00\x00\x00\x18ftyp",
    b"\x00\x00\x00 ftyp",
    b"BM\x36",
    b"OggS",
    b"ID3",
)
_NEWLINES = re.compile(r"\r\n?|[\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")
_ODD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_HEAD = 4096
"""Bytes in which a page declares its encoding."""
_DECLARATION = re.compile(
    rb"<(?:meta|\?xml)\b[^>]{0,400}?(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_-]{3,20})", re.IGNORECASE
)
# the names that pages use, and the widest encoding that reads all of what was written under them
_DECLARED = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "cp936": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
}
# a high byte with the one after it: whatever is not ASCII in UTF-8, GB 18030 and Big5
_WIDE_BYTES = re.compile(rb"(?:[\x80-\xff][\x30-\xff]?)+")
# two Han characters or marks of Han text in UTF-8
_UTF8_HAN = re.compile(rb"(?:[\xe3-\xe9][\x80-\xbf]{2}|\xef[\xbc\xbd][\x80-\xbf]){2}")
# whole characters, or the euro sign of CP936 between them; one or the other matches, so that a long run is gone through once
_EURO = re.compile(rb"((?:[\x81-\xfe][\x30-\xfe])+)|\x80")
# Han characters in HZ: seven bits between tilde and brace
_HZ = re.compile(rb"~\{(?:[\x21-\x77][\x21-\x7e]){1,400}~\}")
_TWO_BYTES_ONLY = re.compile("[\u0800-\U0010ffff]")
_HIGH_BYTES = re.compile(rb"[\x80-\xff]+")
_HAN = re.compile("[\u4e00-\u9fff]")
_FEWEST_HZ = 12
"""Bytes in HZ by which a text is known to be written so."""
_SURE_CHANCE = 0.65
_SURE_UNITS = 0.3
"""How common its characters must be for a text to be taken for UTF-16 without a mark."""
_SURE_LINE = 0.45
"""How common the characters of one line must be for it to be read in another encoding than the rest."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text with plain newlines and no control characters. `text` is None where the bytes are no text."""

    text: str | None
    encoding: str
    problems: tuple[Problem, ...] = ()


def clean(text: str) -> str:
    """A text from elsewhere (JSON strings) with plain newlines and without control characters."""
    if text.isascii() and text.isprintable():
        return text
    return _NEWLINES.sub("\n", _SURROGATES.sub("\ufffd", _CONTROLS.sub("", text))) if _ODD.search(text) else text


def decode(data: bytes) -> Decoded:
    """The text of a document's bytes, with the name of the encoding and what was odd about it.

    The whole file decides. A character that the end of the data cuts in two is dropped with a problem (`cut_character`). Where no byte order
    mark, no valid UTF-8 and no declaration of the page tell the encoding, the choice is reported (`guessed_encoding`), and so are lines in
    another encoding than the rest. A damaged byte costs one character, U+FFFD; text that was decoded wrongly before it was saved is
    restored where that is certain; both are reported (`mojibake`). Data that is no text at all gives text None (`unreadable`).
    """
    if data.startswith(_BINARY):
        return _binary()
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text, cut = _tolerant(data, encoding)
            return _restored(text, cut, encoding)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.start >= len(data) - 3 and (error.start or len(data) < 2):
            return _restored(data[: error.start].decode("utf-8"), True, "utf-8")
        return _guess(data)
    if len(text) == len(data) and b"~{" in data and (from_hz := _of_hz(data)) is not None:
        return _finish(from_hz, False, "hz", (_guessed("hz"),))
    return _guess(data) if len(text) < len(data) and _is_chance(text, data) else _restored(text, False, "utf-8")


def _of_hz(data: bytes) -> str | None:
    """The text of bytes in HZ, as mail and news groups had it; None where they are plain ASCII with tildes."""
    if sum(map(len, _HZ.findall(data[:SAMPLE]))) < _FEWEST_HZ:
        return None
    text = _HZ.sub(lambda run: run[0].decode("hz", "replace").encode(), data).decode("utf-8", "replace")
    text = text.replace("~~", "~").replace("~\n", "")
    return text if commonness(_wide(text)) >= _SURE_LINE else None


def _is_chance(text: str, data: bytes) -> bool:
    """Whether bytes are valid UTF-8 only by chance: no character of it is Han or punctuation of Han text, and in GB 18030 they are."""
    if len(data) > SAMPLE or _TWO_BYTES_ONLY.search(text):
        return False
    try:
        other = data.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return commonness(_wide(other)) >= _SURE_CHANCE and not undone(text).lines


def _binary() -> Decoded:
    return Decoded(
        None,
        "binary",
        (Problem("unreadable", "The file is not text. Remove it from the folder, or save its text as UTF-8."),),
    )


def _tolerant(data: bytes, encoding: str) -> tuple[str, bool]:
    """Decode, dropping a character that the end cuts; damaged bytes become U+FFFD."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    text = decoder.decode(data, False)
    return text, bool(decoder.getstate()[0])


def _guess(data: bytes) -> Decoded:
    if max(map(len, _HIGH_BYTES.findall(data))) == 1 and b"\0" not in data:
        # accents between the letters of a Western language
        return _finish(data.decode("cp1252", "replace"), False, "cp1252", (_guessed("cp1252"),))
    declared = _declaration(data)
    # single bytes between ASCII tell no encoding; where all is high, the head is a sample of everything
    wide = b"\n".join(_spread(_WIDE_BYTES.findall(data)))
    candidates = []
    for rank, encoding in enumerate(("utf-8", *_LEGACY)):
        of_units = encoding.startswith("utf-16")
        if of_units and (len(data) < 4 or b"\n" in data and b"\0" not in data):
            continue
        try:
            text, _ = _tolerant(
                data[:SAMPLE] if of_units else _EURO.sub(rb"\1", wide) if encoding == "gb18030" else wide, encoding
            )
        except (UnicodeError, ValueError):
            continue
        if of_units and commonness(text) < _SURE_UNITS:
            continue
        damage = text.count("\ufffd") / max(1, len(text))
        score = (
            commonness(text)
            - 8 * min(damage, 0.2)
            - 0.02 * rank
            - (0.2 if encoding == "utf-8" and damage > 0.02 else 0)
        )
        candidates.append((score + (0.2 if encoding == declared else 0), -rank, encoding))
    score, _, encoding = max(candidates)
    if encoding != "utf-8" and b"\0" not in data and _mostly_utf8(data):
        score, encoding = _SURE_LINE, "utf-8"
    if score < -0.5:
        return _binary()
    if encoding.startswith("utf-16"):
        text, cut = _tolerant(data, encoding)
        mixed = 0
    else:
        text, cut, mixed = _by_lines(data, encoding)
    problems: tuple[Problem, ...] = ()
    if encoding not in ("utf-8", declared):
        problems = (_guessed(encoding),)
    if mixed:
        problems += (
            Problem(
                "guessed_encoding",
                f"Lines of the file are in another encoding than the rest (line {mixed} is the first). Save it as UTF-8.",
            ),
        )
    return _finish(text, cut, encoding, problems, doubtful=score < 0.3 and encoding != declared and not mixed)


def _guessed(encoding: str) -> Problem:
    return Problem("guessed_encoding", f"The encoding was taken to be {encoding}. Save the file as UTF-8 to be sure.")


def _declaration(data: bytes) -> str | None:
    found = _DECLARATION.search(data, 0, _HEAD)
    return _DECLARED.get(found[1].decode("ascii").lower()) if found else None


def _spread(runs: list[bytes]) -> list[bytes]:
    """A sample of all runs, evenly from the whole file."""
    size = sum(map(len, runs))
    return runs if size <= SAMPLE else runs[:: -(-size // SAMPLE)] if len(runs) > 1 else [runs[0][:SAMPLE]]


def _by_lines(data: bytes, encoding: str) -> tuple[str, bool, int]:
    """The text of the data, whether its end cuts a character, and the first line that is in another encoding than the rest, or 0."""
    try:
        whole = data.decode(encoding)
        if encoding == "utf-8" or not _UTF8_HAN.search(data):
            return whole, False, 0
    except UnicodeDecodeError:
        pass
    lines = data.split(b"\n")
    texts = []
    cut, mixed = False, 0
    for number, line in enumerate(lines, 1):
        try:
            text = line.decode(encoding)
            if encoding != "utf-8" and (other := _as_utf8(line, text)) is not None:
                mixed = mixed or number
                text = other
        except UnicodeDecodeError:
            other = _other(line, encoding)
            if other is not None:
                mixed = mixed or number
                text = other
            else:
                text, cut = _tolerant(line, encoding) if number == len(lines) else ("", False)
                if not cut or "\ufffd" in text:
                    text, cut = (
                        line.decode("utf-8", "replace") if encoding == "utf-8" else resynchronised(line, encoding),
                        False,
                    )
        texts.append(text)
    return "\n".join(texts), cut, mixed


def _mostly_utf8(data: bytes) -> bool:
    """Whether the lines that hold Han characters as UTF-8 are at least a third of all that is not ASCII: other lines do not outvote them."""
    if not _UTF8_HAN.search(data):
        return False
    inside = outside = 0
    for line in data[:SAMPLE].split(b"\n"):
        high = sum(map(len, _HIGH_BYTES.findall(line)))
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            outside += high
        else:
            inside += high
    return inside > 0 and inside * 2 >= outside


def _as_utf8(line: bytes, text: str) -> str | None:
    """A line of another encoding in UTF-8, where it is that by its bytes and reads more common so."""
    if not _UTF8_HAN.search(line):
        return None
    try:
        other = line.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return other if commonness(_wide(other)) > commonness(_wide(text)) else None


def _wide(text: str) -> str:
    return "".join(character for character in text if character > "\x7f")


def _other(line: bytes, encoding: str) -> str | None:
    """A line in the encoding that it is in by itself, where the file's does not read it."""
    for other in ("gb18030", "big5hkscs") if encoding == "utf-8" else ("utf-8",):
        try:
            text = line.decode(other)
        except UnicodeDecodeError:
            continue
        if _HAN.search(text) and commonness(_wide(text)) >= _SURE_LINE:
            return text
    return None


def _restored(text: str, cut: bool, encoding: str) -> Decoded:
    repair = undone(text)
    problems: tuple[Problem, ...] = ()
    if repair.lines or repair.lossy:
        what = (
            "was restored"
            if not repair.lossy
            else "was restored as far as possible"
            if repair.lines
            else "cannot be restored"
        )
        problems = (
            Problem(
                "mojibake",
                f"Text of the document had been decoded wrongly before it was saved, and {what}. Fetch it again if you can.",
                repair.first,
            ),
        )
    return _finish(repair.text, cut, encoding, problems)


def _finish(text: str, cut: bool, encoding: str, problems: tuple[Problem, ...], doubtful: bool = False) -> Decoded:
    if cut:
        problems += (
            Problem(
                "cut_character",
                "The file ends in the middle of a character. Fetch it again if its end matters.",
                text.count("\n") + 1,
            ),
        )
    damaged = text.count("\ufffd")
    if text.isascii() and not _CONTROLS.search(text):
        return Decoded(
            _NEWLINES.sub("\n", text) if "\r" in text or "\x0b" in text or "\x0c" in text else text, encoding, problems
        )
    clean, controls = _CONTROLS.subn("", text)
    if controls > 3 and controls > len(text) * 0.02:
        return _binary()
    clean = _NEWLINES.sub("\n", clean)
    if (damaged or doubtful) and not any(problem.code == "mojibake" for problem in problems):
        line = clean.count("\n", 0, max(0, clean.find("\ufffd"))) + 1
        problems += (
            Problem("mojibake", "Characters of the document are damaged. Fetch it again, or save it as UTF-8.", line),
        )
    return Decoded(clean, encoding, problems)
