"""Automatic numbers of Word paragraphs: 第一条, （二）, 3.1; a program draws them, the text does not hold them."""

from __future__ import annotations

import re
from typing import Any

from juanzong.index.corpus.packages import attribute, local

_DIGITS, _UNITS = "〇一二三四五六七八九", ("", "十", "百", "千")
_HEAVENLY, _EARTHLY = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_PLACE = re.compile(r"%([1-9])")
_LEVELS = 9


def counting(number: int, zero: str = "零") -> str:
    """A number in Chinese as it is counted: 十一, 一百零三. Beyond 9999 its digits are named."""
    if not 0 < number < 10_000:
        return "".join(_DIGITS[int(digit)] for digit in str(abs(number)))
    text, gap = "", False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if not digit:
            gap = bool(text)
            continue
        text += (
            (zero if gap else "") + ("" if digit == 1 and power == 1 and not text else _DIGITS[digit]) + _UNITS[power]
        )
        gap = False
    return text


def written(number: int, form: str) -> str | None:
    """A number in a form of ECMA-376 part 1, 17.18.59; None for bullets and forms that give no character."""
    if form in ("bullet", "none"):
        return None
    if form in (
        "chineseCounting",
        "chineseCountingThousand",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
        "japaneseCounting",
        "ideographDigital",
    ):
        return counting(number)
    if form == "chineseLegalSimplified":
        return counting(number).translate(str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟"))
    if form == "ideographTraditional":
        return _HEAVENLY[(number - 1) % 10]
    if form == "ideographZodiac":
        return _EARTHLY[(number - 1) % 12]
    if form in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if form == "decimalEnclosedParen" and 1 <= number <= 20:
        return chr(0x2474 + number - 1)
    if form == "decimalFullWidth":
        return str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    if form in ("upperLetter", "lowerLetter"):
        letter = chr(ord("A") + (number - 1) % 26)
        return letter if form == "upperLetter" else letter.lower()
    if form in ("upperRoman", "lowerRoman"):
        return _roman(number) if form == "upperRoman" else _roman(number).lower()
    if form == "decimalZero":
        return f"{number:02}"
    return str(number)


def _roman(number: int) -> str:
    text = ""
    for value, sign in (
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ):
        count, number = divmod(number, value)
        text += sign * min(count, 20)
    return text


class Numbering:
    """The counters of a document's lists, from its part `numbering.xml`."""

    def __init__(self, root: Any) -> None:
        self._levels: dict[str, dict[int, tuple[int, str, str]]] = {}
        self._lists: dict[str, tuple[str, dict[int, int]]] = {}
        self._counts: dict[str, list[int | None]] = {}
        for element in root if root is not None else ():
            if local(element) == "abstractNum":
                self._levels[attribute(element, "abstractNumId") or ""] = dict(
                    map(_level, (child for child in element if local(child) == "lvl"))
                )
            elif local(element) == "num":
                abstract = next((attribute(child, "val") for child in element if local(child) == "abstractNumId"), None)
                starts = {}
                for child in element:
                    if local(child) == "lvlOverride":
                        start = next(
                            (attribute(inner, "val") for inner in child if local(inner) == "startOverride"), None
                        )
                        if start and start.isdigit():
                            starts[int(attribute(child, "ilvl") or 0)] = int(start[:6])
                self._lists[attribute(element, "numId") or ""] = (abstract or "", starts)

    def next(self, numbered: Any) -> str:
        """The number of a paragraph with the properties `numPr`, with a space where it needs one; "" where it has none."""
        if numbered is None:
            return ""
        values = {local(child): attribute(child, "val") for child in numbered}
        key, depth = values.get("numId") or "", values.get("ilvl") or "0"
        if key not in self._lists or not depth.isdigit() or int(depth) >= _LEVELS:
            return ""
        abstract, starts = self._lists[key]
        levels, at = self._levels.get(abstract, {}), int(depth)
        if at not in levels:
            return ""
        counts = self._counts.setdefault(key if starts else abstract, [None] * _LEVELS)
        held = counts[at]
        counts[at] = starts.get(at, levels[at][0]) if held is None else held + 1
        counts[at + 1 :] = [None] * (_LEVELS - at - 1)

        def place(found: re.Match[str]) -> str:
            level = int(found[1]) - 1
            start, form, _ = levels.get(level, (1, "decimal", ""))
            count = counts[level] if level < _LEVELS else None
            return written(start if count is None else count, form) or ""

        if written(1, levels[at][1]) is None:
            return ""
        text = _PLACE.sub(place, levels[at][2])
        return text + (" " if text and (text[-1].isalnum() or text[-1] in ".)") else "")


def _level(element: Any) -> tuple[int, tuple[int, str, str]]:
    values = {local(child): attribute(child, "val") for child in element}
    start = values.get("start") or "1"
    at = attribute(element, "ilvl") or "0"
    return int(at) if at.isdigit() else 0, (
        int(start[:6]) if start.isdigit() else 1,
        values.get("numFmt") or "decimal",
        values.get("lvlText") or "",
    )
