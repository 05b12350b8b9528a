"""Bodies that a text calls by their kind alone, once it has told of which kind they are: X、Y两局, 省局, X分局, X大队."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from juanzong.index.facts.agencies.chains import BUREAU, police_of
from juanzong.index.facts.agencies.naming import WORDS
from juanzong.index.facts.agencies.prefix_meanings import NamePrefix, PrefixFinder, of_unit
from juanzong.index.facts.agencies.setting import AgencyHit, Memory
from juanzong.index.facts.places.names import county_short_before
from juanzong.index.text.spans import Spans

BRANCH = "分局"
_CONFIDENCE = 0.7
_ENDS = ("局", "厅", "支队", "大队", "法院", "检察院")
"""What such names end with; looked for first, since most paragraphs have none."""


def may_hold(text: str) -> bool:
    """Whether a text has a word that such a body is called by."""
    return any(word in text for word in _ENDS)


def short_names(text: str, finder: PrefixFinder, memory: Memory, hits: Sequence[AgencyHit]) -> list[AgencyHit]:
    """The bodies of one paragraph that are called by their kind alone, outside of those that are found in it already."""
    covered = Spans([hit for hit in hits if hit.value])
    found: list[AgencyHit] = []
    for m in WORDS.kind_alone.finditer(text):
        if covered.touch(m.start("kind"), m.end()):
            continue
        core = _core(m["kind"], m.start(), hits, memory)
        if core is None:
            continue
        if m["level"]:
            prefix = finder.level(m.start("kind"))
            if prefix and not covered.touch(prefix.start, m.end()):
                own = {
                    h.value
                    for h in hits
                    if h.value
                    and h.value.startswith(prefix.name)
                    and h.value.endswith(m["kind"])
                    and "局" not in h.value[len(prefix.name) : -1]
                }
                value = own.pop() if len(own) == 1 else _value(prefix, core, m["kind"])
                found += (
                    [AgencyHit(prefix.start, m.end(), value, "kind_alone", "context", _CONFIDENCE)] if value else []
                )
        else:
            found.extend(_of_several(m.start(), m.end(), core, m["kind"], finder))
    found.extend(_again(text, memory, covered))
    if WORDS.text("fire_detachment") in memory.cores and WORDS.text("traffic_detachment") not in memory.cores:
        found.extend(_brigades(text, covered))
    return found


def branches_listed(text: str, hits: Sequence[AgencyHit]) -> Iterator[AgencyHit]:
    """The branches of a bureau behind the first one of a list: X局Y分局、Z分局."""
    covered = Spans([hit for hit in hits if hit.value])
    for hit in hits:
        parent, bureau, _ = (hit.value or "")[:-1].rpartition("局")
        if not bureau or not text.endswith(BRANCH, hit.start, hit.end) or not (hit.value or "").endswith(BRANCH):
            continue
        end = hit.end
        while m := WORDS.next_branch.match(text, end):
            end = m.end()
            if not covered.touch(m.start("name"), end):
                yield AgencyHit(m.start("name"), end, f"{parent}局{m['name']}", "shared_bureau", "context", _CONFIDENCE)


def remember(hits: Sequence[AgencyHit], memory: Memory) -> None:
    """Keep the kinds of the bodies that a paragraph has named, and the branches by their short names."""
    for hit in hits:
        value = hit.value or ""
        m = WORDS.place_part.match(value)
        if m is None or hit.rule == "kind_alone":
            continue
        core = value[m.end() :]
        if BUREAU in value:
            core = BUREAU
        elif core.endswith(BRANCH):
            parent, bureau, name = value[:-1].rpartition("局")
            if not bureau:
                # X公安分局, which has no parent
                continue
            memory.branches.setdefault(name + "局", set()).add(value)
            within = WORDS.place_part.match(parent)
            core = (parent[within.end() :] if within else parent) + "局"
        elif WORDS.nested.search(core):
            continue
        memory.cores[core] = memory.cores.get(core, 0) + 1


def _core(kind: str, at: int, hits: Sequence[AgencyHit], memory: Memory) -> str | None:
    """The one core of this kind that the article has named, or the one that stands nearest before in the paragraph's own sentence."""
    end = "局" if kind == "厅" else kind
    known = [core for core in memory.cores if core.endswith((end, kind)) and core not in WORDS.set("vague")]
    stems = {core[: -len(end)] for core in known}
    if len(stems) == 1:
        return known[0]
    near = [hit for hit in hits if hit.value and hit.value.endswith((end, kind)) and hit.end <= at]
    for hit in reversed(near):
        value = hit.value or ""
        if (m := WORDS.place_part.match(value)) and "局" not in value[m.end() : -1]:
            return value[m.end() :]
    return None


def _value(prefix: NamePrefix, core: str, kind: str) -> str | None:
    if core == BUREAU:
        return police_of(prefix)
    if prefix.level == "province" and core.endswith("局") and kind == "厅":
        core = core[:-1] + kind
    return None if kind == "厅" and prefix.level != "province" else prefix.name + core


def _of_several(start: int, end: int, core: str, kind: str, finder: PrefixFinder) -> Iterator[AgencyHit]:
    """The bodies of the places right before an offset, two at least."""
    at, found = start, []
    while prefix := finder.of(at, ("place", "county")):
        found.append(prefix)
        if prefix.start < 1 or not WORDS.one_of_several.match(finder.text, prefix.start - 1, prefix.start):
            break
        at = prefix.start - 1
    for prefix in found if len(found) > 1 else ():
        if value := _value(prefix, core, kind):
            yield AgencyHit(prefix.start, end, value, "kind_alone", "context", _CONFIDENCE)


def _again(text: str, memory: Memory, covered: Spans) -> Iterator[AgencyHit]:
    """X分局, of a bureau that is no police, after its full name."""
    for name, values in memory.branches.items():
        start = text.find(name)
        while start >= 0 and len(values) == 1:
            if not covered.touch(start, start + len(name)) and not text.startswith("局", start + len(name)):
                yield AgencyHit(start, start + len(name), next(iter(values)), "taken_up_again", "context", _CONFIDENCE)
            start = text.find(name, start + 1)


def _brigades(text: str, covered: Spans) -> Iterator[AgencyHit]:
    """The fire brigade of a county by the county's short name: X大队."""
    for m in WORDS.brigade_alone.finditer(text):
        found = county_short_before(text, m.start())
        if found is None or covered.touch(found[0], m.end()) or len({unit.name for unit in found[1]}) != 1:
            continue
        if found[0] and WORDS.han.match(text, found[0] - 1):
            continue
        prefix = of_unit(found[1][0], found[0], "context")
        value = prefix.name + WORDS.text("fire_brigade")
        yield AgencyHit(found[0], m.end(), value, "kind_alone", "context", _CONFIDENCE)
