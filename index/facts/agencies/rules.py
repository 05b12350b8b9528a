"""The tables that say how the names of bodies are made: rules for prefix and core, and what may follow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from juanzong.index.datafiles import rows, wrong
from juanzong.index.facts.agencies.prefixes import ANY, PREFIX_KINDS, PrefixKind
from juanzong.index.records import BASES, Basis

RULES, TAILS = "agency_rules.csv", "agency_tails.csv"
_LEVELS = frozenset("province city district county zone corps".split())
_FIELD = re.compile(r"\{([a-z]+)\}")
_FIELDS = frozenset("p s d city zone core surface ordinal branch party railway traffic".split())


@dataclass(frozen=True, slots=True)
class Rule:
    """How a full name is made from a prefix of some level and a core."""

    rule: str
    prefix: tuple[PrefixKind, ...]
    value: str
    basis: Basis | Literal["prefix"]
    """`prefix` for that of the prefix itself."""
    confidence: float

    def name(self, basis: str) -> str:
        """What a mention says that it was found by."""
        return "context_core" if self.rule == "prefix_core" and basis == "context" else self.rule


@dataclass(frozen=True, slots=True)
class Tail:
    """What may follow the name of a body. `after` are the ends of names that have it, `begins` their beginning."""

    tail: str
    cues: frozenset[str]
    after: tuple[str, ...]
    begins: str
    pattern: str
    unless: str
    value: str
    confidence: float
    alone: bool

    def fits(self, cue: str, value: str) -> bool:
        """Whether a name that was found by a cue may have it."""
        return cue in self.cues and (not self.after or value.endswith(self.after)) and value.startswith(self.begins)


@cache
def rules() -> dict[tuple[str, str], Rule]:
    """Rules by their cue and a level of prefix; `*` is for all levels that have none of their own."""
    found: dict[tuple[str, str], Rule] = {}
    for line, row in rows(RULES, ("rule", "cue", "prefix", "level", "value", "basis", "confidence")):
        written = row["prefix"].split()
        kinds = {"any": ANY, "none": ()}.get(row["prefix"]) or tuple(
            kind for word in written for kind in PREFIX_KINDS if kind == word
        )
        if written not in (["any"], ["none"]) and len(kinds) < len(written):
            raise wrong(RULES, line, f"{row['prefix']} are no kinds of prefix")
        if unknown := set(_FIELD.findall(row["value"])) - _FIELDS:
            raise wrong(RULES, line, f"nothing fills in {', '.join(sorted(unknown))}")
        rule = Rule(
            row["rule"], kinds, row["value"], _basis(line, row["basis"]), _share(RULES, line, row["confidence"])
        )
        for level in row["level"].split():
            if level != "*" and level not in _LEVELS:
                raise wrong(RULES, line, f"{level} is no level")
            if (row["cue"], level) in found:
                raise wrong(RULES, line, f"{row['cue']} has a rule for {level} already")
            found[row["cue"], level] = rule
    return found


def rule_of(cue: str, level: str = "*") -> Rule | None:
    """The rule for a cue after a prefix of some level."""
    return rules().get((cue, level)) or rules().get((cue, "*"))


@cache
def kinds_of(cue: str) -> tuple[PrefixKind, ...]:
    """The kinds of prefix that a cue may have, in the order in which they are tried."""
    return next(rule.prefix for (name, _), rule in rules().items() if name == cue)


@cache
def tails() -> tuple[Tail, ...]:
    """What may follow a name, in the order of the table: the first that fits is taken."""
    return tuple(
        _tail(line, row)
        for line, row in rows(TAILS, ("tail", "cues", "after", "pattern", "unless", "value", "confidence", "alone"))
    )


def _tail(line: int, row: dict[str, str]) -> Tail:
    if row["alone"] not in ("", "yes"):
        raise wrong(TAILS, line, "alone is yes or nothing")
    words = row["after"].split()
    begins = next((word[1:] for word in words if word.startswith("^")), "")
    return Tail(
        row["tail"],
        frozenset(row["cues"].split()),
        tuple(word for word in words if not word.startswith("^")),
        begins,
        row["pattern"],
        row["unless"],
        row["value"],
        _share(TAILS, line, row["confidence"]),
        row["alone"] == "yes",
    )


def _basis(line: int, written: str) -> Basis | Literal["prefix"]:
    if written == "prefix":
        return "prefix"
    found = next((basis for basis in BASES if basis == written), None)
    if found is None:
        raise wrong(RULES, line, f"{written} is no basis")
    return found


def _share(name: str, line: int, written: str) -> float:
    try:
        share = float(written)
    except ValueError:
        share = -1
    if not 0 < share <= 1:
        raise wrong(name, line, f"the confidence {written} is not between 0 and 1")
    return share
