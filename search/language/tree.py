"""The tree that a query becomes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from juanzong.index.text.folding import fold
from juanzong.search.language.tokens import DOUBLE

# what the kinds of paragraphs are called in Chinese
KINDS = {
    "标题": "heading",
    "正文": "body",
    "图注": "caption",
    "署名": "byline",
    "表格": "table",
    "版式文字": "boilerplate",
}


@dataclass(frozen=True)
class Empty:
    """Nothing was asked."""


@dataclass(frozen=True)
class Everything:
    """Every paragraph: the query `*`."""


@dataclass(frozen=True)
class Word:
    """An unquoted unit. Its folded text stands in sequence; Latin letters and digits at its ends end there."""

    text: str


@dataclass(frozen=True)
class Equivalent(Word):
    """Another form of the Word beside it, from a list of synonyms: matched like a Word, but never cut, and it scores less."""


@dataclass(frozen=True)
class Exact:
    """A quoted string. Its folded text stands anywhere, also inside a word of Latin letters."""

    text: str


@dataclass(frozen=True)
class Similar(Exact):
    """A form in which a recogniser may have read the unit beside it (`text` is folded): found anywhere, and scores nothing."""


@dataclass(frozen=True)
class Prefix:
    """A unit that ended in `*` (left out of `text`): like Word, but letters and digits may follow."""

    text: str


@dataclass(frozen=True)
class Dates:
    """Days from `first` to `last`, ordinals, inclusive, None where open. `text` is as it was written."""

    text: str
    first: int | None
    last: int | None


@dataclass(frozen=True)
class Flag:
    """Whether a field shall hold."""

    holds: bool

    @property
    def text(self) -> str:
        return "yes" if self.holds else "no"


@dataclass(frozen=True)
class Field:
    """`title:` with a Word, Exact or Prefix that the title must match; `city:`, `agency:`, `source:` and other facets with one that a value must match
    (see `accepts`); `date:`, `mentioned:` and `added:` with Dates; `first:` with a Flag.
    """

    name: str
    child: Word | Exact | Prefix | Dates | Flag

    def accepts(self, value: str) -> bool:
        """Whether a facet value meets this field: quoted, it is the value (`""` is the bucket without one); unquoted, a city, a province, a
        folder and a format begin with it, and an agency, a source or a district contains it; a kind is named in full. Both sides are folded.
        """
        if isinstance(self.child, (Dates, Flag)):
            return False
        wanted, given = fold(self.child.text), fold(value)
        if self.name == "kind":
            return given == KINDS.get(wanted, wanted)
        if isinstance(self.child, Exact):
            return wanted == given
        if self.name in ("city", "province", "path", "format") or isinstance(self.child, Prefix):
            return given.startswith(wanted)
        return wanted in given


@dataclass(frozen=True)
class And:
    """All children. A Not stands only here, beside at least one child that is no Not (Everything where the query has none)."""

    children: tuple[Node, ...]


@dataclass(frozen=True)
class Or:
    """Any of the children."""

    children: tuple[Node, ...]


@dataclass(frozen=True)
class Not:
    """None of what the child matches."""

    child: Node


Leaf = Word | Exact | Prefix
Node = Empty | Everything | Word | Exact | Prefix | Field | And | Or | Not


def leaves(node: Node, title: bool = False) -> Iterator[tuple[Leaf, bool]]:
    """The units that a match shows, each with whether it speaks of the title. Nothing under Not and no filter value."""
    if isinstance(node, (Word, Exact, Prefix)):
        yield node, title
    elif isinstance(node, (And, Or)):
        for child in node.children:
            yield from leaves(child, title)
    elif isinstance(node, Field) and node.name == "title" and not isinstance(node.child, (Dates, Flag)):
        yield node.child, True


def written(node: Node) -> str:
    """A part of a query in the query language."""
    if isinstance(node, Everything):
        return "*"
    if isinstance(node, Word):
        return node.text
    if isinstance(node, Prefix):
        return node.text + "*"
    if isinstance(node, Exact):
        if not set(DOUBLE) & set(node.text):
            return f'"{node.text}"'
        return f"『{node.text}』" if "」" in node.text else f"「{node.text}」"
    if isinstance(node, Field):
        return f"{node.name}:{node.child.text if isinstance(node.child, (Dates, Flag)) else written(node.child)}"
    if isinstance(node, Not):
        return "-" + written(node.child)
    if isinstance(node, And):
        return "(" + " ".join(map(written, node.children)) + ")"
    if isinstance(node, Or):
        own = [child for child in node.children if not _is_form(child)]
        if len(own) == 1:
            return f"similar:{written(own[0])}"
        return "(" + " OR ".join(map(written, own)) + ")"
    return ""


def _is_form(node: Node) -> bool:
    return isinstance(node.child if isinstance(node, Field) else node, Similar)
