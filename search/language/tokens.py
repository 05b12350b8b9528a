"""The signs of the query language: a query becomes a flat run of units and operators."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from juanzong.index.errors import UsageError
from juanzong.index.text.folding import fold

MAX_LENGTH = 2_000
MAX_DEPTH = 20
MAX_UNITS = 64

_OPENERS = {"“": "”", "„": "”", "‟": "”", "«": "»", "「": "」", "『": "』", "﹁": "﹂", "﹃": "﹄", "｢": "｣"}
STRAIGHT = '"＂″'
DOUBLE = STRAIGHT + "“”„‟«»"
ANY_QUOTE = frozenset(DOUBLE).union(_OPENERS, _OPENERS.values())
_OPEN, _CLOSE = "(（", ")）"
_BARS = "|｜"
_MINUS = "-－−"
STARS = "*＊"
# Left out at the ends of an unquoted unit: a sentence's own punctuation is not what is sought.
SENTENCE = "，。、；：？！,;:?!"
FIELDS = {
    **{
        name: name
        for name in (
            "title",
            "city",
            "agency",
            "source",
            "date",
            "province",
            "district",
            "kind",
            "format",
            "path",
            "mentioned",
            "added",
            "first",
            "similar",
        )
    },
    "字形": "similar",
    "标题": "title",
    "城市": "city",
    "机构": "agency",
    "来源": "source",
    "日期": "date",
    "省份": "province",
    "区县": "district",
    "类型": "kind",
    "格式": "format",
    "文件夹": "path",
    "提到": "mentioned",
    "入藏": "added",
    "首见": "first",
}
# the fields that take a day or a span of days, and those that take a value of a facet
DAYS = frozenset(("date", "mentioned", "added"))
# the fields that hold or do not, and how that is written
FLAGS = frozenset(("first",))
YES_OR_NO = {**dict.fromkeys(("yes", "1", "true", "是"), True), **dict.fromkeys(("no", "0", "false", "否"), False)}
# what stands behind it is sought in the text itself
SIMILAR = "similar"
FACETS = frozenset(FIELDS.values()) - DAYS - FLAGS - {"title", SIMILAR}
_FIELD = re.compile(r"([^\W\d_]{2,12})[:：]")
_LEADING = re.compile(rf"[{re.escape(SENTENCE)}]+(?=[^ {re.escape(SENTENCE)}])")
_UNIT = re.compile(rf"[^ {re.escape(''.join(sorted(ANY_QUOTE.union(_OPEN, _CLOSE, _BARS))))}]+")


@dataclass(frozen=True)
class Note:
    """Something about a query that its author may not expect. `args` are the parts of the query that it speaks of.

    Codes: unbalanced_quote, unbalanced_parenthesis, unknown_field, bad_date, bad_flag, operator_as_text, only_punctuation, too_many_units, too_deep,
    widened (a word and its synonyms).
    """

    code: str
    args: tuple[str, ...] = ()


@dataclass(frozen=True)
class Token:
    """kind is one of word, quote, open, close, or, and, not, minus, field."""

    kind: str
    text: str


def clean(q: str) -> str:
    """The query with plain spaces and without control and formatting characters. Raises UsageError where it is too long."""
    if len(q) > MAX_LENGTH:
        raise UsageError(
            f"The query has {len(q):,} characters; shorten it to {MAX_LENGTH:,} or fewer.",
            code="long",
            args_=(f"{len(q):,}", f"{MAX_LENGTH:,}"),
        )
    if q.isprintable():
        return q
    kept = []
    for c in q:
        if c.isspace():
            kept.append(" ")
        elif (category := unicodedata.category(c)) not in ("Cc", "Cf"):
            kept.append("\N{REPLACEMENT CHARACTER}" if category == "Cs" else c)
    return "".join(kept)


def is_punctuation(text: str) -> bool:
    """Whether a text has only punctuation and signs such as + | ~, so that nobody seeks it for itself."""
    folded = fold(text)
    return not folded[:1].isalnum() and all(
        unicodedata.category(c)[0] == "P" or unicodedata.category(c) in ("Sm", "Sk") for c in folded
    )


def tokens(text: str, notes: list[Note]) -> list[Token]:
    """The tokens of a cleaned query, at most MAX_UNITS units, every parenthesis with its partner; what was left out is noted."""
    return _balanced(_limited(list(_read(text, notes)), notes), notes)


def _read(text: str, notes: list[Note]) -> Iterator[Token]:
    at, length, units = 0, len(text), 0
    while at < length:
        c = text[at]
        # Past the limit nothing is kept, so no partner is looked for either: that keeps hostile input cheap.
        if c == " " or (units > MAX_UNITS and c in ANY_QUOTE):
            at += 1
        elif c in SENTENCE and (punctuation := _LEADING.match(text, at)):
            at = punctuation.end()
        elif c in ANY_QUOTE:
            end = closing(text, at)
            if end < 0:
                notes.append(Note("unbalanced_quote", (c,)))
                at += 1
            else:
                units += 1
                yield Token("quote", text[at + 1 : end].strip())
                at = end + 1
        elif c in _OPEN or c in _CLOSE:
            yield Token("open" if c in _OPEN else "close", c)
            at += 1
        elif c in _BARS:
            yield Token("or", "|")
            at += 1
        elif c in _MINUS and at + 1 < length and text[at + 1] not in _MINUS + " " + _CLOSE + _BARS:
            # Right after a quote or a parenthesis it joins, as in "一警一医"-机制, and is left out.
            if at == 0 or text[at - 1] not in ANY_QUOTE.union(_CLOSE):
                yield Token("minus", c)
            at += 1
        elif (field := _FIELD.match(text, at)) and fold(field[1]) in FIELDS:
            yield Token("field", field[0])
            at = field.end()
        else:
            found = _UNIT.match(text, at)
            assert found
            unit, end = found[0], found.end()
            kind = {"OR": "or", "AND": "and", "NOT": "not"}.get(
                unicodedata.normalize("NFKC", unit.strip(SENTENCE)), "word"
            )
            if field and field[1].isascii() and end > field.end() and not unit[field.end() - at :].startswith("//"):
                notes.append(Note("unknown_field", (field[1],)))
            units += kind == "word"
            if kind == "word" and _is_sign(unit[0]):
                # ㎡ and ℃ stand right behind a number, where no word begins
                kind, unit = "quote", unit.rstrip(SENTENCE)
            yield Token(kind, unit)
            at = end


def _is_sign(character: str) -> bool:
    """Whether a character is a sign that folds to letters or digits: ㎡, ℃, ①, Ⅳ."""
    if character.isascii() or unicodedata.category(character) not in ("So", "No", "Nl", "Lo", "Lu", "Ll", "Sm"):
        return False
    folded = fold(character)
    wide = "\uff10" <= character <= "\uff5a"
    return not wide and folded.isascii() and folded[:1].isalnum() or character in "℃℉℅№"


def closing(text: str, at: int) -> int:
    """The offset of the quote that closes the one at `at`: its partner, past inner pairs of the same kind, else the nearest of its own
    family (straight and curly are one), else any; -1 where there is none.
    """
    opener = text[at]
    partner = _OPENERS.get(opener)
    family = DOUBLE if opener in DOUBLE else (partner or opener)
    inner = 0
    nearest = nearest_of_family = -1
    for i in range(at + 1, len(text)):
        c = text[i]
        if c not in ANY_QUOTE:
            continue
        if c == partner or (partner is None and (c in STRAIGHT or c in "”»")):
            if not inner or c in STRAIGHT:
                return i
            inner -= 1
        elif c == opener or (partner is None and c in "“„‟«"):
            inner += 1
        if nearest < 0:
            nearest = i
        if nearest_of_family < 0 and c in family:
            nearest_of_family = i
    return nearest if nearest_of_family < 0 else nearest_of_family


def _limited(found: list[Token], notes: list[Note]) -> list[Token]:
    if len(found) <= MAX_UNITS:
        return found
    units = [i for i, token in enumerate(found) if token.kind in ("word", "quote")]
    if len(units) <= MAX_UNITS:
        return found
    notes.append(Note("too_many_units", (str(MAX_UNITS),)))
    cut = units[MAX_UNITS - 1] + 1
    return found[:cut] + [token for token in found[cut:] if token.kind in ("open", "close")]


def _balanced(found: list[Token], notes: list[Note]) -> list[Token]:
    """The tokens without the parentheses that have no partner or lie deeper than MAX_DEPTH."""
    dropped: set[int] = set()
    opened: list[int] = []
    for i, token in enumerate(found):
        if token.kind == "open":
            opened.append(i)
        elif token.kind == "close":
            if not opened:
                dropped.add(i)
                notes.append(Note("unbalanced_parenthesis", (token.text,)))
            else:
                partner = opened.pop()
                if len(opened) >= MAX_DEPTH:
                    dropped |= {partner, i}
                    notes.append(Note("too_deep", (str(MAX_DEPTH),)))
    if opened:
        notes.append(Note("unbalanced_parenthesis", (found[opened[-1]].text,)))
        dropped.update(opened)
    return [token for i, token in enumerate(found) if i not in dropped]
