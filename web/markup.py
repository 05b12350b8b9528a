"""Text of the archive made safe to show: escaped first, marked after, with nothing in it that could turn a line around."""
from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

from index.folding import fold

# Bidirectional embeddings, overrides and isolates reorder what stands around them; plain left-to-right and right-to-left marks do not.
_TURNING = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
_PICTURES = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n"}
_HARMLESS = {**_PICTURES, 0x7F: "\u2421", **dict.fromkeys((*range(0x80, 0xA0), *_TURNING, *range(0xD800, 0xE000), 0xFFFE, 0xFFFF), "\ufffd")}

_SAMPLE = 400
_TRADITIONAL_SHARE = 0.06


def visible(text: str) -> str:
    """The text with each control character replaced by one visible character, so that offsets stay as they are."""
    return text.translate(_HARMLESS)


def merged(marks: Iterable[Sequence[int]], length: int) -> list[tuple[int, int]]:
    """The marks in order, within the text, with touching and overlapping ones made one."""
    ranges: list[tuple[int, int]] = []
    for start, end in sorted((max(0, mark[0]), min(length, mark[1])) for mark in marks):
        if start >= end:
            continue
        if ranges and start <= ranges[-1][1]:
            ranges[-1] = (ranges[-1][0], max(end, ranges[-1][1]))
        else:
            ranges.append((start, end))
    return ranges


def marked(text: str, marks: Iterable[Sequence[int]], first: int | None = None) -> Markup:
    """The text as HTML with `<mark>` around each range of code points; numbered `hit-<first>` and on where `first` is given."""
    shown = visible(text)
    pieces: list[Markup] = []
    at = 0
    for number, (start, end) in enumerate(merged(marks, len(text))):
        anchor = Markup("") if first is None else Markup(' id="hit-{}"').format(first + number)
        pieces += [escape(shown[at:start]), Markup("<mark{}>").format(anchor), escape(shown[start:end]), Markup("</mark>")]
        at = end
    return Markup("").join([*pieces, escape(shown[at:])])


def is_traditional(text: str) -> bool:
    """Whether a text is in traditional script, judged by the share of Han characters at its beginning that folding simplifies."""
    han = [character for character in text[:_SAMPLE] if "\u4e00" <= character <= "\u9fff"]
    return bool(han) and sum(character != folded for character, folded in zip(han, map(fold, han), strict=True)) > _TRADITIONAL_SHARE * len(han)
