"""The query language: text becomes a small tree. Nothing is a syntax error; what cannot be an operator is read as text, and a note says so.

    流调 溯源        both                        "现场流调" 「现场流调」    exactly this string
    流调 -核酸       without (also NOT)          流调 OR 溯源, 流调|溯源    either; binds closer than a space
    (a OR b) c       grouping                    cov*                     the beginning of a word
    title:流调  city:徐州  agency:公安局  source:日报  date:2021-11..2022-03       also 标题: 城市: 机构: 来源: 日期:
    similar:已建成                also where a recogniser took characters for others that look alike; also 字形:
    province:江苏  district:道里  kind:表格  format:pdf  path:2021/区报  mentioned:2021-11  added:2026-11..
    first:yes                     the earliest of those that say the same; also 首见:是

Full-width forms of every operator mean the same. Unquoted units keep their inner punctuation (传统+大数据, 11·25, covid-19).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from juanzong.index.periods import date_span
from juanzong.index.text.folding import fold
from juanzong.search.language.lookalikes import forgiving
from juanzong.search.language.tokens import (
    ANY_QUOTE,
    DAYS,
    FACETS,
    FIELDS,
    FLAGS,
    MAX_DEPTH,
    MAX_LENGTH,
    MAX_UNITS,
    SENTENCE,
    SIMILAR,
    STARS,
    YES_OR_NO,
    Note,
    Token,
    clean,
    closing,
    is_punctuation,
    tokens,
)
from juanzong.search.language.tree import (
    And,
    Dates,
    Empty,
    Equivalent,
    Everything,
    Exact,
    Field,
    Flag,
    Leaf,
    Node,
    Not,
    Or,
    Prefix,
    Similar,
    Word,
    leaves,
    written,
)

__all__ = [
    "MAX_DEPTH",
    "MAX_LENGTH",
    "MAX_UNITS",
    "And",
    "Dates",
    "Empty",
    "Equivalent",
    "Everything",
    "Exact",
    "Field",
    "Flag",
    "Leaf",
    "Node",
    "Not",
    "Note",
    "Or",
    "ParsedQuery",
    "Prefix",
    "Similar",
    "Word",
    "leaves",
    "literal",
    "parse",
    "written",
]


@dataclass(frozen=True)
class ParsedQuery:
    """A query as it was understood. `reading` writes the parts that must all hold in the query language itself, normalised."""

    q: str
    root: Node
    reading: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def terms(self) -> tuple[str, ...]:
        """The texts of the positive units, title units included, as they were written."""
        return tuple(dict.fromkeys(leaf.text for leaf, _ in leaves(self.root)))


def parse(q: str) -> ParsedQuery:
    """Reads a query. Raises UsageError only where it is longer than MAX_LENGTH code points."""
    text = clean(q)
    notes: list[Note] = []
    if text.strip("*＊ ") == "" and ("*" in text or "＊" in text):
        root: Node | None = Everything()
    else:
        root = _Parser(tokens(text, notes), notes).parse()
        if root is None:
            words = tuple(Word(unit) for unit in text.split()[:MAX_UNITS] if fold(unit))
            if words:
                notes.append(Note("only_punctuation", (text.strip(),)))
            root = _all(words)
    return _parsed(q, root, notes)


def literal(q: str) -> ParsedQuery:
    """Reads a whole query as one quoted string (mode `exact`); quotes around it are not part of it, and `*` alone matches everything."""
    text = clean(q).strip()
    if text in ("*", "＊"):
        return _parsed(q, Everything(), [])
    if len(text) > 2 and text[0] in ANY_QUOTE and closing(text, 0) == len(text) - 1 and fold(text[1:-1]):
        text = text[1:-1].strip()
    return _parsed(q, Exact(text) if fold(text) else None, [])


def _parsed(q: str, root: Node | None, notes: list[Note]) -> ParsedQuery:
    root = _positive(root) if root is not None else Empty()
    parts = root.children if isinstance(root, And) else () if isinstance(root, Empty) else (root,)
    return ParsedQuery(q, root, tuple(map(written, parts)), tuple(dict.fromkeys(notes)))


class _Parser:
    """Recursive descent over balanced tokens; parentheses are the only recursion."""

    def __init__(self, tokens: list[Token], notes: list[Note]) -> None:
        self.tokens = tokens
        self.notes = notes
        self.at = 0

    def parse(self) -> Node | None:
        return self.group()

    def peek(self) -> str:
        return self.tokens[self.at].kind if self.at < len(self.tokens) else "end"

    def take(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def group(self) -> Node | None:
        """Units up to the closing parenthesis or the end."""
        parts: list[list[Node]] = []
        while self.peek() not in ("end", "close"):
            kind = self.peek()
            if kind == "or":
                self.alternative(parts)
            elif kind == "and":
                token = self.take()
                if not parts or self.peek() in ("end", "close", "or", "and"):
                    parts.extend([word] for word in self.as_text(token.text))
            elif (node := self.operand()) is not None:
                parts.append([node])
        if self.peek() == "close":
            self.take()
        return _all(
            tuple(alternatives[0] if len(alternatives) == 1 else _any(tuple(alternatives)) for alternatives in parts)
        )

    def alternative(self, parts: list[list[Node]]) -> None:
        token = self.take()
        while self.peek() == "or":
            self.take()
        follows = self.peek() not in ("end", "close", "and")
        node = self.operand() if follows else None
        if parts and node is not None:
            parts[-1].append(node)
            return
        parts.extend([word] for word in self.as_text(token.text))
        if node is not None:
            parts.append([node])

    def operand(self) -> Node | None:
        negations = 0
        last = ""
        while self.peek() in ("minus", "not"):
            last = self.take().text
            negations += 1
        if self.peek() in ("end", "close", "or", "and"):
            return next(iter(self.as_text(last)), None)
        node = self.positive()
        if node is None or negations % 2 == 0:
            return node
        return node.child if isinstance(node, Not) else Not(node)

    def positive(self) -> Node | None:
        token = self.take()
        if token.kind == "open":
            return self.group()
        if token.kind == "field":
            return self.field(token.text)
        if token.kind == "quote":
            return Exact(token.text) if fold(token.text) else None
        return self.word(token.text)

    def word(self, text: str) -> Node | None:
        stem = text.rstrip(STARS)
        if stem == "":
            return Everything()
        trimmed = stem.strip(SENTENCE) if stem == text else stem.lstrip(SENTENCE)
        if not fold(trimmed) or is_punctuation(trimmed):
            if fold(text):
                self.notes.append(Note("only_punctuation", (text,)))
            return None
        return Word(trimmed) if stem == text else Prefix(trimmed)

    def field(self, label: str) -> Node | None:
        kind = self.peek()
        name = FIELDS[fold(label)[:-1]]
        node: Node | None = None
        if kind == "quote" and name in FACETS:
            return Field(name, Exact(self.take().text))
        if kind in ("word", "quote", "open"):
            node = self.positive()
        return self.under(label, node) if node is not None else next(iter(self.as_text(label)), None)

    def under(self, label: str, node: Node) -> Node:
        """A field's value, or each unit of its parentheses, with the field's name."""
        name = FIELDS[fold(label)[:-1]]
        if name == SIMILAR:
            return forgiving(node)
        if isinstance(node, (Word, Exact, Prefix)):
            if name in FLAGS:
                return self.flagged(label, node)
            return self.dated(label, node) if name in DAYS else Field(name, node)
        if isinstance(node, And):
            return And(tuple(self.under(label, child) for child in node.children))
        if isinstance(node, Or):
            return Or(tuple(self.under(label, child) for child in node.children))
        if isinstance(node, Not):
            return Not(self.under(label, node.child))
        return node

    def dated(self, label: str, unit: Leaf) -> Node:
        name = FIELDS[fold(label)[:-1]]
        text = unicodedata.normalize("NFKC", unit.text).replace("−", "-")
        lower, dots, upper = text.partition("..")
        try:
            first = date_span(lower)[0] if lower else None
            last = date_span(upper)[1] if upper else None if dots else date_span(lower)[1]
            if (first is None and last is None) or (first is not None and last is not None and first > last):
                raise ValueError(text)
        except ValueError:
            self.notes.append(Note("bad_date", (unit.text,)))
            return Word(label + unit.text)
        return Field(name, Dates(text, first, last))

    def flagged(self, label: str, unit: Leaf) -> Node:
        holds = YES_OR_NO.get(fold(unit.text))
        if holds is None:
            self.notes.append(Note("bad_flag", (unit.text,)))
            return Word(label + unit.text)
        return Field(FIELDS[fold(label)[:-1]], Flag(holds))

    def as_text(self, operator: str) -> list[Node]:
        """An operator that has nothing to work on: its letters are a word, its signs are left out."""
        self.notes.append(Note("operator_as_text", (operator,)))
        text = operator.strip(SENTENCE)
        return [] if is_punctuation(text) else [Word(text)]


def _all(children: tuple[Node, ...]) -> Node | None:
    flat: list[Node] = []
    for child in children:
        flat.extend(child.children if isinstance(child, And) else (child,))
    sought = [child for child in flat if not isinstance(child, (Everything, Not))]
    if sought:
        flat = [child for child in flat if not isinstance(child, Everything)]
    elif any(isinstance(child, Everything) for child in flat):
        flat = [Everything(), *(child for child in flat if isinstance(child, Not))]
    return None if not flat else flat[0] if len(flat) == 1 else And(tuple(flat))


def _any(children: tuple[Node, ...]) -> Node:
    flat: list[Node] = []
    for child in children:
        flat.extend(child.children if isinstance(child, Or) else (child,))
    if any(isinstance(child, Everything) for child in flat):
        return Everything()
    return Or(tuple(flat))


def _positive(node: Node) -> Node:
    """The same query with every Not beside something to subtract from."""
    if isinstance(node, Not):
        return And((Everything(), Not(_positive(node.child))))
    if isinstance(node, Or):
        return Or(tuple(_positive(child) for child in node.children))
    if isinstance(node, And):
        inner = tuple(
            Not(_positive(child.child)) if isinstance(child, Not) else _positive(child) for child in node.children
        )
        return And(inner) if any(not isinstance(child, Not) for child in inner) else And((Everything(), *inner))
    return node
