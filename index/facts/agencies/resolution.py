"""The bodies of an article: the candidates of its paragraphs, given their full names by what the article says of itself.

Where two claim the same words, the police go before the lexicon, that before towns, and these before names that no list holds; among
equals the longer one is taken. A body that is named in full may settle what stood without its place further up, hence two rounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain as joined

from juanzong.index.facts.agencies.bodies import Bodies, Cue
from juanzong.index.facts.agencies.candidates import Candidates, candidates
from juanzong.index.facts.agencies.central import (
    Central,
    aviation,
    banks,
    conferences,
    customs_below,
    customs_listed,
    sent_groups,
)
from juanzong.index.facts.agencies.lexicon import REGIONAL, Core, Lexicon, lexicon
from juanzong.index.facts.agencies.naming import WORDS
from juanzong.index.facts.agencies.open_names import OFFICE, OpenNames, headquarters_again
from juanzong.index.facts.agencies.police import Police
from juanzong.index.facts.agencies.prefix_meanings import PrefixFinder
from juanzong.index.facts.agencies.setting import AgencyHit, Memory, Setting
from juanzong.index.facts.agencies.short_names import branches_listed, remember, short_names
from juanzong.index.facts.agencies.short_names import may_hold as may_be_short
from juanzong.index.facts.agencies.stations import station
from juanzong.index.facts.agencies.towns import Towns
from juanzong.index.facts.places.names import Place
from juanzong.index.text.spans import Spans

_GOVERNMENTS = ("人民政府", "行政公署", "专员公署")
_HEADQUARTERS = ("指挥部", "领导小组", "指挥部办公室", "领导小组办公室")


def find_bodies(paragraphs: Sequence[Candidates | None], setting: Setting) -> list[list[AgencyHit]]:
    """The agencies of each paragraph of an article, most specific first where several share a surface, in order of place.

    None stands for a paragraph without candidates. A hit without a value is what looks like a body and could not be resolved.
    """
    memory = Memory()
    found = [_resolved(paragraph, setting, memory) if paragraph else [] for paragraph in paragraphs]
    if memory.known or memory.stations:
        for at, (paragraph, hits) in enumerate(zip(paragraphs, found)):
            if paragraph and any(hit.value is None for hit in hits):
                found[at] = _resolved(paragraph, setting, memory)
    return found


def resolve_name(name: str, places: Sequence[Place], setting: Setting) -> str | None:
    """The canonical form of a name that stands alone (a declared agency, a line of a header table); None where it is not understood."""
    words = lexicon(setting.agency_file)
    found = find_bodies([candidates(name, places, frozenset(), words.automaton.find(name), words)], setting)[0]
    return next((hit.value for hit in found if hit.value and hit.start == 0 and hit.end == len(name)), None)


def _resolved(paragraph: Candidates, setting: Setting, memory: Memory) -> list[AgencyHit]:
    text, words = paragraph.text, lexicon(setting.agency_file)
    finder = PrefixFinder(paragraph.reader, setting)
    hits = _listed(paragraph, finder, memory, words)
    if "政协" in text or "政治协商" in text:
        hits.extend(conferences(text, finder, Spans(hits)))
    hits = _without_governments(hits)
    if "中央第" in text:
        hits.extend(sent_groups(text))
    if "海关" in text:
        hits.extend(customs_listed(text, list(hits), words))
    if "海关所属" in text:
        hits.extend(customs_below(text, Spans(hits)))
    if "人行" in text:
        hits.extend(banks(text, finder))
    if "民航" in text:
        hits.extend(aviation(text, finder))
    hits.extend(Towns(text, finder, memory).find(Spans(hits)))
    opened = OpenNames(text, finder, words, [hit for hit in hits if hit.value]).find()
    over = Spans(opened)
    hits = [hit for hit in hits if hit.value or not over.touch(hit.start, hit.end)] + opened
    if any(word in text for word in _HEADQUARTERS[:2]):
        memory.headquarters.update(
            hit.value.removesuffix(OFFICE) for hit in hits if hit.value and hit.value.endswith(_HEADQUARTERS)
        )
        hits.extend(headquarters_again(text, finder, memory, Spans(hits)))
    if "分局" in text:
        hits.extend(branches_listed(text, list(hits)))
    hits.sort(key=lambda hit: (hit.start, -hit.end))
    _remember(hits, memory)
    remember(hits, memory)
    if may_be_short(text):
        hits.extend(short_names(text, finder, memory, hits))
        hits.sort(key=lambda hit: (hit.start, -hit.end))
    return hits


def _listed(paragraph: Candidates, finder: PrefixFinder, memory: Memory, words: Lexicon) -> list[AgencyHit]:
    """The police and the bodies of the lexicon."""
    text = paragraph.text
    police = Police(text, finder, memory, station).find(list(paragraph.police))
    bodies = Bodies(text, finder, memory, words, police)
    hits = police + list(joined.from_iterable(bodies.police_sharers(hit) for hit in police))
    covered = Spans(hits)
    central = Central(text, finder, memory, words)
    regional = words.regional.get(finder.setting.city or "", {})
    taken = 0
    for cue in paragraph.cores:
        if cue.start < taken or covered.touch(cue.start, cue.start + 1):
            continue
        if cue.core.kind == "none":
            taken = cue.end
            continue
        if (own := regional.get(cue.surface)) and finder.any(cue.start) is None:
            hits.append(AgencyHit(cue.start, cue.end, own.value, "regional", "context", 0.8))
            taken = cue.end
            continue
        if cue.core.kind == REGIONAL:
            continue
        core = _of_year(cue.core, finder.setting, words)
        if of_state := _of_state(cue, paragraph, finder, hits):
            hits.append(of_state)
            taken = cue.end
            continue
        made = central.find(cue.start, cue.end, cue.surface, core) if core.kind == "central" else []
        if core.kind == "central" and not made:
            core = words.below.get(cue.surface, core)
        if core.kind != "central":
            made = bodies.find(cue._replace(core=core))
        if made:
            hits.extend(made)
            taken = max(hit.end for hit in made)
    return hits


def _of_state(cue: Cue, paragraph: Candidates, finder: PrefixFinder, hits: Sequence[AgencyHit]) -> AgencyHit | None:
    """A body that is called like one of a place and stands between two of the state in a list, or goes on such a list: 水利部、国资委、应急管理部."""
    value = WORDS.map("of_state").get(cue.surface)
    text = paragraph.text
    if value is None or not WORDS.shared.match(text, cue.start - 1) or finder.any(cue.at):
        return None
    before = next((hit for hit in reversed(hits) if hit.end == cue.start - 1), None)
    if before is None or before.rule != "central" or WORDS.shared.fullmatch(text, before.end, cue.start) is None:
        return None
    after = next((other for other in paragraph.cores if other.start == cue.end + 1), None)
    goes_on = after is not None and after.core.kind == "central" and WORDS.shared.match(text, cue.end)
    return (
        AgencyHit(cue.start, cue.end, value, "central", "context", 0.8) if goes_on or not finder.setting.city else None
    )


def _of_year(core: Core, setting: Setting, words: Lexicon) -> Core:
    """What a local core stands for in the article's year."""
    if core.kind == "local" and core.then and not (setting.year and setting.year <= (core.until or 0)):
        return words.cores[core.then]
    return core


def _without_governments(hits: list[AgencyHit]) -> list[AgencyHit]:
    """市政府侨办, 地区行署林业局 are one body each, not two."""
    longer = {
        hit.start: hit.end
        for hit in hits
        if hit.value and _GOVERNMENTS[0] not in hit.value and not hit.value.endswith(_GOVERNMENTS[1:])
    }
    return [
        hit
        for hit in hits
        if not (hit.value and hit.value.endswith(_GOVERNMENTS) and longer.get(hit.start, 0) > hit.end)
    ]


def _remember(hits: Sequence[AgencyHit], memory: Memory) -> None:
    for hit in hits:
        if (
            hit.value
            and hit.basis != "context"
            and hit.rule in ("prefix_core", "open_name")
            and (m := WORDS.place_part.match(hit.value))
        ):
            memory.known.setdefault(hit.value[m.end() :], set()).add(hit.value)
