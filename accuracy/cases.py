"""The truth set: sample texts with what a careful reader finds in each paragraph."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "truth"
NOT_YET_READ: tuple[str, ...] = ("untouched",)
"""Splits whose first figures are still to be written into README; they hold no floor."""
SPLITS = ("tuning", "held_out", "fresh", "new", "blind", "later", "wide", "unread", "unopened", "sealed", "untouched")
_PLURALS = {"city": "cities", "date": "dates", "agency": "agencies"}
_PARAGRAPH_KEYS = {"text", *_PLURALS.values(), *(f"optional_{plural}" for plural in _PLURALS.values())}
_CASE_KEYS = {"id", "kind", "split", "city", "published", "name", "front_matter", "paragraphs"}


@dataclass(frozen=True, slots=True)
class Expected:
    """A paragraph and the values it must give.

    `wanted[facet]` holds one tuple of acceptable spellings for each value; `tolerated[facet]` are values that count neither way.
    """

    text: str
    wanted: dict[str, tuple[tuple[str, ...], ...]]
    tolerated: dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Case:
    """One sample text. `cities` are the acceptable dominant cities; empty where the text names none.

    `published` is the ISO day of publication where the text or the file's name tells it; None where it does not: then it is not scored.
    """

    id: str
    kind: str
    split: str
    name: str
    cities: tuple[str, ...]
    paragraphs: tuple[Expected, ...]
    front_matter: dict[str, Any] = field(default_factory=dict)
    published: str | None = None

    def source(self, blocks: Sequence[str], gap: str = "\n") -> str:
        """The text of a file that holds these blocks of lines, `gap` between them."""
        head = f"---\n{yaml.safe_dump(self.front_matter, allow_unicode=True)}---\n" if self.front_matter else ""
        return head + gap.join(blocks) + "\n"


def load(folder: Path = FOLDER) -> list[Case]:
    """Every case of a folder of truth files, in the order of their names. Raises ValueError with the case that is malformed."""
    return [
        _case(raw) for path in sorted(folder.glob("*.yaml")) for raw in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def looked_at() -> list[Case]:
    """The cases whose misses may be looked at, which hold the regressions: all but those of a split that no rule has read yet."""
    return [case for case in load() if case.split not in NOT_YET_READ]


def rewraps(paragraphs: Sequence[str]) -> Iterator[tuple[str, list[str], str]]:
    """The damage that scans do: (name, blocks, gap between blocks) for each way to break lines.

    Fixed widths break every line that is longer, counted in characters or, as a typesetter does, in columns (a digit is half a
    character wide); spaced, with blank lines between the paragraphs. Cuts break a paragraph once, with a blank line, as a column break
    does; pieces are lines of 8 to 36 characters.
    """
    for width in (18, 24, 40):
        yield f"width {width}", ["\n".join(t[i : i + width] for i in range(0, len(t), width)) for t in paragraphs], "\n"
    yield "columns 48", ["\n".join(_columns(t, 48)) for t in paragraphs], "\n"
    generator = random.Random("".join(paragraphs))
    yield "cut after 14-18", [_cut(t, generator.randint(14, 18)) for t in paragraphs], "\n\n"
    yield "cut anywhere", [_cut(t, generator.randint(12, max(12, len(t) - 8))) for t in paragraphs], "\n\n"
    yield "cut in pieces", ["\n\n".join(_pieces(t, generator)) for t in paragraphs], "\n\n"
    yield "width 24, spaced", ["\n".join(t[i : i + 24] for i in range(0, len(t), 24)) for t in paragraphs], "\n\n"


def _columns(text: str, width: int) -> list[str]:
    lines, used = [""], 0
    for character in text:
        wide = 2 if unicodedata.east_asian_width(character) in "WFA" else 1
        if used + wide > width:
            lines.append("")
            used = 0
        lines[-1] += character
        used += wide
    return lines


def _cut(text: str, at: int) -> str:
    while at < len(text) and text[at - 1] in "。！？；：":  # a break there is the end of a paragraph to any reader
        at += 1
    return f"{text[:at]}\n\n{text[at:]}" if len(text) >= 30 and at < len(text) else text


def _pieces(text: str, generator: random.Random) -> Iterator[str]:
    start = 0
    while len(text) >= 30 and len(text) - start > 12:
        end = start + generator.randint(8, 36)
        while end < len(text) and text[end - 1] in "。！？；：":
            end += 1
        if end > len(text) - 3:
            break
        yield text[start:end]
        start = end
    yield text[start:]


def _case(raw: dict[str, Any]) -> Case:
    name = str(raw.get("id"))
    if unknown := set(raw) - _CASE_KEYS:
        raise ValueError(f"case {name}: remove the unknown keys {sorted(unknown)}")
    if "city" not in raw or raw.get("split") not in SPLITS or not raw.get("paragraphs"):
        raise ValueError(
            f"case {name}: give city (null where there is none), split ({' or '.join(SPLITS)}) and paragraphs"
        )
    return Case(
        name,
        str(raw["kind"]),
        raw["split"],
        raw.get("name", f"{name}.txt"),
        _spellings(raw["city"]) if raw["city"] else (),
        tuple(_expected(name, paragraph) for paragraph in raw["paragraphs"]),
        raw.get("front_matter", {}),
        str(raw["published"]) if "published" in raw else None,
    )


def _expected(name: str, raw: dict[str, Any]) -> Expected:
    if unknown := set(raw) - _PARAGRAPH_KEYS:
        raise ValueError(
            f"case {name}: remove the unknown keys {sorted(unknown)} from the paragraph {str(raw.get('text'))[:12]}…"
        )
    return Expected(
        str(raw["text"]),
        {facet: tuple(map(_spellings, raw.get(plural, ()))) for facet, plural in _PLURALS.items()},
        {
            facet: frozenset(s for value in raw.get(f"optional_{plural}", ()) for s in _spellings(value))
            for facet, plural in _PLURALS.items()
        },
    )


def _spellings(value: object) -> tuple[str, ...]:
    return tuple(str(value).split("|"))
