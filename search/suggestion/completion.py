"""Suggestions while typing: names, titles and words that have a word beginning as was typed, by text, pinyin, initials or a mixture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from juanzong.index.errors import UsageError
from juanzong.index.store.suggestions import AGENCY, CITY, KINDS, Suggestions
from juanzong.index.text.analysis import HAN
from juanzong.index.text.folding import fold
from juanzong.index.vectors import Array
from juanzong.search.language.parser import MAX_LENGTH
from juanzong.search.language.tokens import ANY_QUOTE, FIELDS

LARGEST = 50
LONGEST = 40
_AT_FIRST = 2.0
_WHOLE = 3.0
# What was typed as text is likelier meant than what was typed as pinyin, and that likelier than initials.
_LATER = {"folded": 0.0, "pinyin": 0.5, "initials": 1.0}
_MIXED_CANDIDATES = 150
_PAIRED = ("zh", "ch", "sh")
_LETTERS = re.compile("[a-z]+")
_LEADING_HAN = re.compile(f"[{HAN}]+")
_LEADING_LETTERS = re.compile("[a-z]+")
_BREAKS = ANY_QUOTE.union(" \t\u3000()（）|｜")
_KIND_OF_FIELD = {"city": CITY, "agency": AGENCY}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text to search for. `kind` is term, city, agency or title; `count` the paragraphs that have it, for a title the articles.
    `q` is the whole query with what was being typed replaced."""

    text: str
    kind: str
    count: int
    q: str

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


class Suggester:
    """Answers from the suggestions of one generation; without any, with nothing."""

    def __init__(self, suggestions: Suggestions | None) -> None:
        self.suggestions = suggestions

    def suggest(self, text: str, limit: int = 10) -> list[Suggestion]:
        """At most `limit` suggestions for a query as far as it is typed, the likeliest first: for the whole of it, then for its last unit.

        Raises UsageError where the limit is not within 1 … LARGEST or the text is longer than a query may be."""
        if not 1 <= limit <= LARGEST:
            raise UsageError(f"limit is {limit}; use a whole number from 1 to {LARGEST}.")
        if len(text) > MAX_LENGTH:
            raise UsageError(f"The query has {len(text):,} characters; shorten it to {MAX_LENGTH:,} or fewer.")
        if self.suggestions is None:
            return []
        found: dict[str, Suggestion] = {}
        for before, unit, kind in _units(text):
            if len(found) < limit:
                for entry in self._entries(unit, limit, kind):
                    name = self.suggestions.text(entry)
                    found.setdefault(
                        name,
                        Suggestion(
                            name,
                            KINDS[int(self.suggestions.kinds[entry])],
                            int(self.suggestions.counts[entry]),
                            before + name,
                        ),
                    )
        return list(found.values())[:limit]

    def _entries(self, unit: str, limit: int, kind: int | None) -> list[int]:
        typed = fold(unit)
        if not typed or len(typed) > LONGEST:
            return []
        joined = typed.replace("'", "")
        parts = [self._found("folded", typed, kind)]
        if _LETTERS.fullmatch(joined):
            parts += [self._found("pinyin", joined, kind), self._found("initials", joined, kind)]
        entries, scores = (np.concatenate(column) for column in zip(*parts))
        if not len(entries):
            return self._mixed(typed, limit, kind)
        return _best(entries, scores, limit)

    def _found(self, table: str, prefix: str, kind: int | None) -> tuple[Array, Array]:
        """Entries by one way of typing, and what they score."""
        assert self.suggestions is not None
        if not prefix:
            return np.empty(0, np.uint32), np.empty(0, np.float32)
        entries, first, whole = self.suggestions.tables[table].find(prefix)
        if kind is not None:
            kept = self.suggestions.kinds[entries] == kind
            entries, first, whole = entries[kept], first[kept], whole[kept]
        scores = (
            self.suggestions.ranks[entries]
            + np.float32(_AT_FIRST) * first
            + np.float32(_WHOLE) * (first & whole)
            - np.float32(_LATER[table])
        )
        return entries, scores

    def _mixed(self, typed: str, limit: int, kind: int | None) -> list[int]:
        """Entries for syllables, initials and characters in a row, as an input method leaves them: hei'long, 哈er'bin, hebgongan."""
        assert self.suggestions is not None
        if lead := _LEADING_HAN.match(typed):
            entries, scores = self._found("folded", lead.group(), kind)
        elif lead := _LEADING_LETTERS.match(typed):
            for table, prefix in (("pinyin", lead.group()), ("initials", lead.group()), ("initials", lead.group()[:1])):
                entries, scores = self._found(table, prefix, kind)
                if len(entries):
                    break
        else:
            return []
        likely = _best(entries, scores, _MIXED_CANDIDATES)
        return [entry for entry in likely if self._fits(entry, typed)][:limit]

    def _fits(self, entry: int, typed: str) -> bool:
        assert self.suggestions is not None
        characters, spelled = fold(self.suggestions.text(entry)), self.suggestions.syllables(entry)
        return any(
            fits(typed, characters, spelled, begin)
            for begin in range(len(spelled))
            if spelled[begin][:1] == typed[0] or characters[begin] == typed[0]
        )


def fits(typed: str, characters: str, spelled: list[str], begin: int = 0) -> bool:
    """Whether what was typed writes these characters from `begin` on: each as itself, by its syllable, or by the beginning of that."""
    pending = [(0, begin)]
    seen: set[tuple[int, int]] = set()
    while pending:
        state = pending.pop()
        if state in seen:
            continue
        seen.add(state)
        at, place = state
        if at == len(typed):
            return True
        if typed[at] == "'":
            pending.append((at + 1, place))
        elif place < len(spelled):
            pending.extend(
                (at + length, place + 1) for length in _lengths(typed, at, characters[place], spelled[place])
            )
    return False


def _lengths(typed: str, at: int, character: str, syllable: str) -> Iterator[int]:
    """How much of what was typed at `at` can stand for a character."""
    if typed[at] == character:
        yield 1
    common = 0
    while common < len(syllable) and at + common < len(typed) and typed[at + common] == syllable[common]:
        common += 1
    ended = at + common == len(typed) or typed[at + common] == "'"
    for length in range(1, common + 1):
        if length in (1, len(syllable)) or syllable[:length] in _PAIRED or (ended and length == common):
            yield length


def _best(entries: Array, scores: Array, limit: int) -> list[int]:
    """The entries of the highest scores, each once, the highest first; of equals the one that comes first in the index."""
    order = np.lexsort((entries, -scores)) if len(entries) <= 4 * limit else _leading(entries, scores, 4 * limit)
    best = dict.fromkeys(entries[order].tolist())
    if len(best) < limit and len(order) < len(entries):
        best = dict.fromkeys(entries[np.lexsort((entries, -scores))].tolist())
    return list(best)[:limit]


def _leading(entries: Array, scores: Array, wanted: int) -> Array:
    """The places of the highest scores in order, all of those that equal the last among them."""
    least = np.partition(scores, len(scores) - wanted)[len(scores) - wanted]
    places = np.flatnonzero(scores >= least)
    ordered: Array = places[np.lexsort((entries[places], -scores[places]))]
    return ordered


def _units(text: str) -> Iterator[tuple[str, str, int | None]]:
    """The readings of what is being typed: what stands before it, itself, and the kind that its field asks for."""
    stripped = text.lstrip()
    if (
        not set(stripped) & _BREAKS - set(" \t\u3000")
        and not stripped.startswith("-")
        and ":" not in stripped
        and "：" not in stripped
    ):
        yield "", stripped, None
        if not set(stripped.rstrip()) & _BREAKS:
            return
    at = len(text)
    while at and text[at - 1] not in _BREAKS:
        at -= 1
    unit = text[at:]
    if unit.startswith(("-", "－")):
        unit = unit[1:]
    kind: int | None = None
    label, colon, value = unit.replace("：", ":").partition(":")
    if colon and fold(label) in FIELDS:
        field = FIELDS[fold(label)]
        if field not in _KIND_OF_FIELD and field != "title":
            return
        kind, unit = _KIND_OF_FIELD.get(field), value
    if unit.strip():
        yield text[: len(text) - len(unit)], unit, kind
