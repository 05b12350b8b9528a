"""Bytes to text: byte order mark, then strict UTF-8, then the legacy encodings ranked by how common the characters are that they give."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cache

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
_SAMPLE = 1 << 16
_NEWLINES = re.compile(r"\r\n?|[\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")
_ODD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_PINYIN = re.compile(r"(?<=[\u3400-\u9fff])\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]{1,7}\)")
_FREQUENT = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起"
    "看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美"
    "相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神"
    "总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式"
    "色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运笔局委省县镇警案疫病防控罪法院检察"
    "這個們來為國時會對說後發經過種還學樣現動當沒開進與實長機點業將間問應戰體見話東聲員論處義認條氣題變總電數報結務場計資統區隊決術確傳師觀讓識帶導爭運縣鎮"
    "，。、：；？！“”（）《》「」『』—…　０１２３４５６７８９"
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text with plain newlines and no control characters. `text` is None where the bytes are no text."""

    text: str | None
    encoding: str
    problems: tuple[Problem, ...] = ()


@cache
def _common() -> tuple[frozenset[str], frozenset[str]]:
    """The characters that every Chinese text is full of, and the ordinary ones: first planes of GB 2312 and Big5, ASCII, punctuation."""
    plane = {bytes((high, low)).decode("gb2312", "ignore") for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF)}
    plane |= {
        bytes((high, low)).decode("big5", "ignore")
        for high in range(0xA4, 0xC7)
        for low in (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    }
    ascii_letters = {chr(code) for code in range(0x20, 0x7F)} | {"\n", "\t", "\r"}
    return frozenset(_FREQUENT), frozenset("".join(plane)) | ascii_letters | frozenset(_FREQUENT)


def clean(text: str) -> str:
    """A text from elsewhere (JSON strings) with plain newlines and without control characters."""
    if text.isascii() and text.isprintable():
        return text
    return _NEWLINES.sub("\n", _SURROGATES.sub("\ufffd", _CONTROLS.sub("", text))) if _ODD.search(text) else text


def without_pinyin(text: str) -> tuple[str, int]:
    """A text without the pinyin that some sites put in brackets after every few characters, 發(fā)現, and how often it stood there."""
    if "(" not in text:
        return text, 0
    found = len(_PINYIN.findall(text))
    return (_PINYIN.sub("", text), found) if found >= 5 else (text, 0)


def commonness(text: str) -> float:
    """How much a text looks like Chinese or English: between 0 and 1, about .6 and more for real text."""
    if not text:
        return 0.0
    frequent, ordinary = _common()
    sample = text[:_SAMPLE]
    wide = [character for character in sample if character > "\x7f"]
    share = sum(character in ordinary for character in sample) / len(sample)
    return share * (
        0.5 + 0.5 * min(1.0, 2.5 * sum(character in frequent for character in wide) / len(wide)) if wide else 0.9
    )


def decode(data: bytes) -> Decoded:
    """The text of a document's bytes, with the name of the encoding and what was odd about it.

    A character that the end of the data cuts in two is dropped with a problem (`cut_character`). Where no byte order mark and no
    valid UTF-8 tell the encoding, the choice is reported (`guessed_encoding`). Damaged bytes become U+FFFD (`mojibake`).
    Data that is no text at all gives text None (`unreadable`).
    """
    if data.startswith(_BINARY):
        return _binary()
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _finish(*_tolerant(data, encoding), encoding, ())
    try:
        return _finish(data.decode("utf-8"), False, "utf-8", ())
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.start >= len(data) - 3 and (error.start or len(data) < 2):
            return _finish(data[: error.start].decode("utf-8"), True, "utf-8", ())
    return _guess(data)


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
    candidates = []
    for rank, encoding in enumerate(("utf-8", *_LEGACY)):
        if encoding.startswith("utf-16") and len(data) < 4:
            continue
        try:
            text, cut = _tolerant(data[:_SAMPLE], encoding)
        except (UnicodeError, ValueError):
            continue
        damage = text.count("\ufffd") / max(1, len(text))
        candidates.append(
            (
                commonness(text) - 8 * damage - 0.02 * rank - (0.2 if encoding == "utf-8" and damage > 0.02 else 0),
                -rank,
                encoding,
            )
        )
    score, _, encoding = max(candidates)
    text, cut = _tolerant(data, encoding)
    if score < 0:
        return _binary()
    problems: tuple[Problem, ...] = ()
    if encoding != "utf-8":
        problems = (
            Problem("guessed_encoding", f"The encoding was taken to be {encoding}. Save the file as UTF-8 to be sure."),
        )
    return _finish(text, cut, encoding, problems, doubtful=score < 0.35)


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
    if damaged > len(text) * 0.001 or doubtful:
        line = clean.count("\n", 0, max(0, clean.find("\ufffd"))) + 1
        problems += (
            Problem("mojibake", "Characters of the document are damaged. Fetch it again, or save it as UTF-8.", line),
        )
    return Decoded(clean, encoding, problems)
