"""Text of the archive made safe to show: escaped first, marked after, with nothing in it that could turn a line around."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import cache, lru_cache
from html import escape

from markupsafe import Markup

from juanzong.index.text.folding import fold

# Bidirectional embeddings, overrides and isolates reorder what stands around them; plain left-to-right and right-to-left marks do not.
_TURNING = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
_PICTURES = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n"}
_HARMLESS = {
    **_PICTURES,
    0x7F: "\u2421",
    **dict.fromkeys((*range(0x80, 0xA0), *_TURNING, *range(0xD800, 0xE000), 0xFFFE, 0xFFFF), "\ufffd"),
}

# Browsers take “ and ” for Latin quotes that stick to what stands around them; among Han characters a line may break outside of them.
_BREAKS = re.compile("(?<=[\u4e00-\u9fff])(?=\u201c)|(?<=\u201d)(?=[\u4e00-\u9fff])")

_SAMPLE = 400
_SPECIAL = re.compile("[&<>\"']").search
_TAGS = re.compile("[&<>]").search
_TRADITIONAL_SHARE = 0.06


def visible(text: str) -> str:
    """The text with each control character replaced by one visible character, so that offsets stay as they are."""
    # What can be printed has none of them, and is told at once.
    return text if text.isprintable() else text.translate(_HARMLESS)


def made_visible(value: object) -> object:
    """What a template or a sentence is given, with the text that came from anywhere made visible."""
    return value if type(value) is not str or value.isprintable() else value.translate(_HARMLESS)


def escaped(text: str) -> str:
    """`html.escape`, which replaces five times, only where there is something to escape."""
    return escape(text) if _SPECIAL(text) else text


def safe(text: str) -> str:
    """The text ready to stand in HTML, in an element or a quoted attribute: visible and escaped."""
    return escaped(visible(text))


def merged(marks: Iterable[Sequence[int]], length: int) -> list[tuple[int, int]]:
    """The marks in order, within the text, with touching and overlapping ones made one."""
    marks = list(marks)
    if len(marks) == 1 and 0 <= marks[0][0] < marks[0][1] <= length:
        return [(marks[0][0], marks[0][1])]
    ranges: list[tuple[int, int]] = []
    for start, end in sorted((max(0, mark[0]), min(length, mark[1])) for mark in marks):
        if start >= end:
            continue
        if ranges and start <= ranges[-1][1]:
            ranges[-1] = (ranges[-1][0], max(end, ranges[-1][1]))
        else:
            ranges.append((start, end))
    return ranges


def marked(
    text: str, marks: Iterable[Sequence[int]], first: int | None = None, similar: Collection[str] = ()
) -> Markup:
    """The text as HTML with `<mark>` around each range of code points; numbered `hit-<first>` and on where `first` is given.
    What stands at a mark and is among `similar` only looks like what was sought, and is marked so."""
    shown = visible(text)
    pieces = []
    at = 0
    shut = _TAGS(shown) is not None
    for number, (start, end) in enumerate(merged(marks, len(text))):
        anchor = "" if first is None else f' id="hit-{first + number}"'
        if similar and text[start:end] in similar:
            anchor += ' class="similar"'
        before, within = shown[at:start], shown[start:end]
        pieces.append(
            f"{escape(before, False)}<mark{anchor}>{escape(within, False)}</mark>"
            if shut
            else f"{before}<mark{anchor}>{within}</mark>"
        )
        at = end
    pieces.append(escape(shown[at:], False) if shut else shown[at:])
    written = "".join(pieces)
    return Markup(_BREAKS.sub("<wbr>", written) if "\u201c" in written else written)


@cache
def _scripts() -> tuple[frozenset[str], frozenset[str]]:
    """All Han characters of the basic block, and those of them that folding simplifies."""
    han = [chr(code) for code in range(0x4E00, 0xA000)]
    return frozenset(han), frozenset(character for character in han if fold(character) != character)


def is_traditional(text: str) -> bool:
    """Whether a text is in traditional script, judged by the share of such characters among the different Han characters at its beginning."""
    return _is_traditional(text[:_SAMPLE])


@lru_cache(2048)
def _is_traditional(beginning: str) -> bool:
    han, traditional = _scripts()
    # Most texts have none at all.
    found = traditional.intersection(beginning)
    return bool(found) and len(found) > _TRADITIONAL_SHARE * len(han.intersection(beginning))
