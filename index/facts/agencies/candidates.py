"""Where bodies may be named in a paragraph: what its text and its places show, before anything is known of its article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from juanzong.index.facts.agencies import open_names, police, short_names
from juanzong.index.facts.agencies.bodies import Cue
from juanzong.index.facts.agencies.lexicon import Core, Lexicon
from juanzong.index.facts.agencies.naming import WORDS
from juanzong.index.facts.agencies.prefixes import PrefixReader
from juanzong.index.facts.places.names import Place, leftmost_longest
from juanzong.index.text.automaton import Found

OFFICE_END = "公室"
"""What makes a short form that ends with 办 the full one."""
_TERM_FIRST = frozenset("人政委纪")


@dataclass(frozen=True, slots=True)
class Candidates:
    """The candidates of one paragraph: the anchors of the police (start, end, cue), and the cores of the lexicon from left to right."""

    text: str
    reader: PrefixReader
    police: tuple[tuple[int, int, str], ...]
    cores: tuple[Cue, ...]


def candidates(
    text: str, places: Sequence[Place], foreign_ends: frozenset[int], found: Sequence[Found], words: Lexicon
) -> Candidates | None:
    """The candidates of a paragraph; None where no body can be named. `found` is what an automaton over the lexicon yielded for the text."""
    if not (
        found
        or "委" in text
        or "人行" in text
        or "中央第" in text
        or police.may_hold(text)
        or open_names.may_hold(text)
        or open_names.WORDS.town.search(text)
        or short_names.may_hold(text)
        and WORDS.kind_alone.search(text)
    ):
        return None
    spans = list(leftmost_longest(found))
    if "委" in text:
        spans.extend((m.start(), m.end(), m.group()) for m in WORDS.party_head.finditer(text))
    if "公安" in text:
        # 省教育厅、公安厅: the second shares the first one's place
        spans.extend((m.start(), m.end(), m.group()) for m in WORDS.police_listed.finditer(text))
    spans.sort(key=lambda span: (span[0], -span[1]))
    cues = tuple([cue for start, end, surface in spans if (cue := _cue(text, start, end, surface, words))])
    return Candidates(text, PrefixReader(text, places, foreign_ends), tuple(police.anchors(text)), cues)


def _cue(text: str, start: int, end: int, surface: str, words: Lexicon) -> Cue | None:
    if surface[-1] == "委" and WORDS.entrusted.match(text, end):
        return None
    core = (
        Core("local", surface)
        if surface in WORDS.set("police_cores")
        else words.cores.get(surface) or (Core("party", surface) if surface[0] == "委" else None)
    )
    if core is None:
        # a word that is never a body, but hides shorter ones
        return Cue(start, end, start, surface, Core("none", surface))
    at, ordinal = start, ""
    if surface[-1] == "办" and text.startswith(OFFICE_END, end):
        end += len(OFFICE_END)
    if core.kind != "central":
        if m := WORDS.ordinal.search(text, max(0, start - 2), start):
            at, ordinal = m.start(), m.group()
        elif (
            core.kind == "local"
            and core.value not in WORDS.set("vague")
            and (m := WORDS.government.search(text, max(0, start - 4), start))
        ):
            at = m.start()
        if surface[0] == "委" and WORDS.region_committee.search(text, max(0, at - 4), at):
            at -= 1
        if at == start and surface[0] in _TERM_FIRST and (m := WORDS.term.search(text, max(0, start - 5), start)):
            at = m.start()
    return Cue(start, end, at, surface, core, ordinal)
