"""Full names by the table of rules: a prefix and a core become a hit, and what follows it one more."""

from __future__ import annotations

import re
from collections.abc import Callable

from juanzong.index.datafiles import Words
from juanzong.index.facts.agencies.prefix_meanings import NamePrefix
from juanzong.index.facts.agencies.rules import rule_of, tails
from juanzong.index.facts.agencies.setting import AgencyHit

WORDS = Words("body_words.yaml")
ZONES = Words("prefix_words.yaml")
Accepts = Callable[[str, "re.Match[str]"], bool]


def made(cue: str, prefix: NamePrefix, end: int, start: int | None = None, **fields: str) -> AgencyHit | None:
    """The body that a cue after a prefix names; None where no rule is for that level of prefix. `fields` fill in the rule's value."""
    rule = rule_of(cue, prefix.level)
    if rule is None:
        return None
    city = prefix.city or ""
    value = rule.value.format(
        p=prefix.name,
        s=prefix.short,
        city=city,
        zone=zone_of(prefix),
        d=district_of(prefix),
        party=WORDS.text("region_party") if prefix.name.endswith(WORDS.text("region")) else "",
        **fields,
    )
    basis = prefix.basis if rule.basis == "prefix" else rule.basis
    return AgencyHit(
        prefix.start if start is None else start,
        end,
        value,
        rule.name(prefix.basis),
        basis,
        prefix.confidence * rule.confidence,
    )


def district_of(prefix: NamePrefix) -> str:
    """A district or a county as the branches of its city's bureaus are called after it: in short, unless that is one character."""
    return prefix.short if len(prefix.short) > 1 else prefix.name.removeprefix(prefix.city or "")


def zone_of(prefix: NamePrefix) -> str:
    """The name of a zone without its city's; a 新区 that has a name of its own keeps it."""
    city = prefix.city or ""
    name = prefix.name.removeprefix(city).removeprefix(city[:-1])
    return prefix.name if name == WORDS.text("new_area") else ZONES.map("zone_short").get(name, name)


def with_tail(text: str, base: AgencyHit, cue: str, accepts: Accepts) -> list[AgencyHit]:
    """A body and what is named behind it, the longer name first. `accepts` says of a tail whether it may follow here."""
    value = base.value or ""
    for tail in tails():
        if not tail.fits(cue, value) or (m := getattr(WORDS, tail.pattern).match(text, base.end)) is None:
            continue
        named = m.groupdict().get("name")
        if named and tail.unless and getattr(WORDS, tail.unless).search(named) or not accepts(tail.tail, m):
            continue
        longer = AgencyHit(
            base.start,
            m.end(),
            tail.value.format(value=value, tail=written(m.group())),
            base.rule if cue != "central" else tail.tail,
            base.basis,
            base.confidence * tail.confidence,
        )
        return [longer] if tail.alone else [longer, base]
    return [base]


def written(tail: str) -> str:
    """A tail with its last word in full."""
    short = next((end for end in WORDS.map("tail_ends") if tail.endswith(end)), None)
    return tail if short is None else tail[: -len(short)] + WORDS.map("tail_ends")[short]
