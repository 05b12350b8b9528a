"""Bodies that no lexicon lists: a place, up to sixteen characters, and 局, 委员会, 指挥部 …"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from juanzong.index.datafiles import Words
from juanzong.index.facts.agencies.lexicon import LENDER, Lexicon
from juanzong.index.facts.agencies.prefix_meanings import NamePrefix, PrefixFinder
from juanzong.index.facts.agencies.prefixes import LEVELS
from juanzong.index.facts.agencies.setting import AgencyHit, Memory
from juanzong.index.text.spans import Spans

WORDS = Words("open_words.yaml")
NEW_AREA = "新区"
_ZONE_HINTS = ("区管", "口岸管", "古镇管", "古城管")
REACH, HEADQUARTERS_REACH = 16, 26
"""Characters before the last word of a name that it may have, its place aside."""
OFFICE, COMMITTEE, SHORT_COMMITTEE = "办公室", "管理委员会", "管委会"
SHORT_OFFICE, OFFICE_REACH = "办", 6
"""The short form of an office, and the characters that it may have before it."""


def may_hold(text: str) -> bool:
    """Whether a text has a word that names of this kind end with."""
    return WORDS.suffix.search(text) is not None or WORDS.hint.search(text) is not None


class OpenNames:
    """The bodies of one paragraph that only their last word shows to be some."""

    def __init__(self, text: str, finder: PrefixFinder, words: Lexicon, known: Sequence[AgencyHit]) -> None:
        self.text, self.finder, self.words, self.known = text, finder, words, known

    def find(self) -> list[AgencyHit]:
        """The bodies outside of those that are known. Their cores keep the words of the text."""
        text = self.text
        hits = [*self._border_stations(), *self._parks(), *self._waters(), *self._tribunals()]
        # some seats of county rank are committees by their very name
        hits.extend(
            AgencyHit(place.start, place.end, place.unit.name, "place_name", place.basis, 0.9)
            for place in self.finder.places
            if place.surface.endswith("行政委员会")
        )
        covered = Spans([*self.known, *hits])
        last = -1
        for m in WORDS.suffix.finditer(text):
            if covered.touch(m.start(), m.end()) or last >= m.start():
                continue
            hit = self._at(m, covered)
            if hit:
                hits.append(hit)
                last = m.end()
        if any(word in text for word in _ZONE_HINTS):
            hits.extend(self._own_zones(Spans([*self.known, *hits])))
        if SHORT_COMMITTEE in text:
            hits.extend(self._bare_zones(Spans([*self.known, *hits])))
        return hits

    def _border_stations(self) -> Iterator[AgencyHit]:
        covered = Spans(self.known)
        for m in WORDS.border.finditer(self.text) if "边" in self.text else ():
            place = self.finder.by_end.get(m.end("name"))
            name = place.surface.removesuffix("市") if place else WORDS.left.split(m["name"])[-1]
            start = m.end("name") - len(name)
            if len(name) > 1 and not covered.touch(start, m.end()) and not WORDS.no_border.search(name):
                yield AgencyHit(start, m.end(), f"{name}出入境边防检查站", "border_station", "explicit", 0.8)

    def _parks(self) -> Iterator[AgencyHit]:
        for m in WORDS.park.finditer(self.text) if "国家公园" in self.text else ():
            name = WORDS.left.split(m["name"])[-1]
            if len(name) > 1 and m.end("name") not in self.finder.foreign_ends:
                start = m.end("name") - len(name)
                yield AgencyHit(start, m.end(), self.text[start : m.end()], "open_name", "explicit", 0.8)

    def _waters(self) -> Iterator[AgencyHit]:
        """Bodies that are called after a water or a work that they manage; a place before it is part of the name."""
        text, covered = self.text, Spans(self.known)
        for m in WORDS.water.finditer(text) if WORDS.water_end.search(text) else ():
            name = WORDS.left.split(m["name"])[-1]
            start = m.end("name") - len(name)
            if len(name) <= len(m["kind"]) or covered.touch(start, m.end()) or WORDS.no_body.search(name):
                continue
            inside = start > 0 and WORDS.han.match(text, start - 1) is not None
            prefix = (self.finder.place(start) or self.finder.level(start)) if inside else None
            # X市Y县Z水库: the name begins behind the last place that is written in full
            within = (p for p in self.finder.places if start <= p.start < p.end < m.end("name"))
            inner = next((p for p in within if p.surface[-1] in LEVELS), None)
            if inner:
                prefix, start = self.finder.place(inner.end), inner.end
            if inside and prefix is None and start == m.start("name") or m.end("name") - start <= len(m["kind"]):
                continue
            value = (prefix.name if prefix else "") + text[start : m.end()]
            yield AgencyHit(prefix.start if prefix else start, m.end(), value, "open_name", "explicit", 0.6)

    def _tribunals(self) -> Iterator[AgencyHit]:
        """The tribunals of a county's court in its towns, behind the county itself: X县Y法庭."""
        covered = Spans(self.known)
        for m in WORDS.tribunal.finditer(self.text) if "法庭" in self.text else ():
            for place in self.finder.before(m.start() - 2, m.start() - 5):
                name = self.text[place.end : m.start()]
                prefix = self.finder.place(place.end) if place.unit.level == "county" else None
                if (
                    prefix
                    and WORDS.all_han.fullmatch(name)
                    and not WORDS.no_tribunal.search(name)
                    and not covered.touch(prefix.start, m.end())
                ):
                    yield AgencyHit(
                        prefix.start, m.end(), f"{prefix.name}人民法院{name}{m.group()}", "open_name", prefix.basis, 0.7
                    )
                break

    def _at(self, m: re.Match[str], covered: Spans) -> AgencyHit | None:
        text, suffix = self.text, m.group()
        headquarters = WORDS.headquarters.match(suffix) is not None
        found = self._prefix_before(max(0, m.start() - (HEADQUARTERS_REACH if headquarters else REACH)), m.start())
        if found is None:
            return None
        cut, prefix = found
        body = text[cut : m.start()]
        core = body + suffix
        listed = self.words.cores.get(core)
        if (
            covered.touch(cut, m.end())
            or listed is not None
            and listed.kind == LENDER
            or not self._is_name(body, suffix, prefix, headquarters)
        ):
            return None
        value = self.words.body(prefix, core)
        if value is None:
            if not _is_whole(body, core, suffix, prefix, headquarters):
                return None
            value = self._value(prefix, core, cut)
            if prefix.basis != "context" and WORDS.reserve.search(core):
                value = text[prefix.start : m.end()]
            elif core.startswith(NEW_AREA) and prefix.level == "city" and text[cut - 1] != prefix.name[-1]:
                # a new area of its own is called after its city by the short name
                value = prefix.short + value.removeprefix(prefix.name)
        start = prefix.start
        if free := WORDS.free_trade.search(text, max(0, start - 14), start):
            start, value = free.start(), free.group() + value
        return AgencyHit(start, m.end(), value, "open_name", prefix.basis, 0.6)

    def _is_name(self, body: str, suffix: str, prefix: NamePrefix, headquarters: bool) -> bool:
        """Whether what stands between a place and the last word may belong to a name."""
        if (
            prefix.basis == "context"
            and body[:1] in WORDS.set("torn")
            or body[:1] == "级"
            or body in WORDS.set("no_name")
        ):
            return False
        if suffix == SHORT_OFFICE and not (2 <= len(body) <= OFFICE_REACH and WORDS.all_han.fullmatch(body)):
            return False
        if suffix == OFFICE and not WORDS.of_office.search(body) or body + suffix in WORDS.set("no_core"):
            return False
        said = WORDS.joined_matters.sub(r"\1", body.replace("感染的肺炎", "感染肺炎"))
        if headquarters:
            said = WORDS.works.sub("", said)
        if not WORDS.name.fullmatch(body) or WORDS.no_body.search(said):
            return False
        return headquarters or "、" not in body and body.count("和") <= 1

    def _value(self, prefix: NamePrefix, core: str, cut: int) -> str:
        if core[-1] == SHORT_OFFICE:
            core += OFFICE[1:]
        full = core.removesuffix(SHORT_COMMITTEE) + COMMITTEE if core.endswith(SHORT_COMMITTEE) else core
        short = next((core for core in WORDS.map("zone_cores") if full.endswith(core)), "")
        full = full.removesuffix(short) + WORDS.map("zone_cores").get(short, "")
        if joined := WORDS.joined.match(full):
            # 城管和X局
            full = WORDS.map("written_out")[joined[1]] + full[joined.end(1) :]
        zone = (
            WORDS.zone.search(full.removesuffix(COMMITTEE))
            if full.endswith(COMMITTEE) and (prefix.level == "city" or prefix.name.endswith("市"))
            else None
        )
        if zone is None:
            return prefix.name + full
        # a development zone is called after its city by the short name
        own = self.finder.by_end.get(cut)
        return (own.surface if own and zone.group() in WORDS.set("written_zones") else prefix.short) + full

    def _prefix_before(self, low: int, end: int) -> tuple[int, NamePrefix] | None:
        """The place, or the word for the article's own, that stands nearest before an offset; and where it ends."""
        best: tuple[int, NamePrefix] | None = None
        finder = self.finder
        for place in finder.before(end, low):
            if (
                place.start < end
                and place.form != "weak"
                and not WORDS.helped.search(self.text, max(0, place.start - 4), place.start)
                and (prefix := finder.place(place.end))
            ):
                best = (place.end, prefix)
                break
        for at in range(end - 1, max(low, best[0] if best else low) - 1, -1):
            if self.text[at] in LEVELS and (prefix := finder.level(at + 1) or finder.of(at + 1, ("zone",))):
                return at + 1, prefix
        return best

    def _bare_zones(self, covered: Spans) -> Iterator[AgencyHit]:
        """The committees of zones that are called by a name alone."""
        for m in WORDS.bare_zone.finditer(self.text):
            name = m["name"]
            if not (
                covered.touch(m.start("name"), m.end()) or WORDS.no_zone.search(name) or WORDS.no_body.search(name)
            ):
                yield AgencyHit(m.start("name"), m.end(), name + COMMITTEE, "open_name", "explicit", 0.5)

    def _own_zones(self, covered: Spans) -> Iterator[AgencyHit]:
        """The committees of zones that no place stands before; a zone's name begins where its clause does."""
        text = self.text
        for m in WORDS.own_zone.finditer(text):
            inside = m.start() and WORDS.han.match(text, m.start() - 1)
            name = WORDS.left.split(m["name"])[-1] if inside else WORDS.appointed.sub("", m["name"])
            start = m.end("name") - len(name)
            bad = WORDS.left if m["kind"] == "口岸" else WORDS.no_body
            if (
                len(name) >= 2
                and not covered.touch(start, m.end())
                and not bad.search(name)
                and (start == 0 or start > m.start() or not inside)
            ):
                full = WORDS.map("zone_cores").get(f"{m['kind']}{COMMITTEE}", f"{m['kind']}{COMMITTEE}")
                yield AgencyHit(start, m.end(), name + (m["park"] or full), "open_name", "explicit", 0.5)


def _is_whole(body: str, core: str, suffix: str, prefix: NamePrefix, headquarters: bool) -> bool:
    """Whether a name says enough to be one body's."""
    if not body or core in WORDS.set("too_plain") or len(body) < 2 and not headquarters:
        return False
    if suffix in WORDS.set("of_city") and prefix.level not in ("city", "province"):
        return False
    return suffix != "厅" or prefix.level == "province"


def headquarters_again(text: str, finder: PrefixFinder, memory: Memory, covered: Spans) -> Iterator[AgencyHit]:
    """指挥部办公室 of the one headquarters that the article has named; 市指挥部 of the one that it has named of that city."""
    for m in WORDS.own_headquarters.finditer(text):
        prefix = finder.level(m.start("body"))
        values = [
            value
            for value in memory.headquarters
            if prefix and value.startswith(prefix.name) and m["body"].removesuffix(OFFICE) in value
        ]
        if prefix and len(values) == 1 and not covered.touch(prefix.start, m.end()):
            yield AgencyHit(prefix.start, m.end(), values[0] + (m["office"] or ""), "taken_up_again", "context", 0.7)
    if len(memory.headquarters) != 1:
        return
    value = next(iter(memory.headquarters))
    for m in WORDS.headquarters_again.finditer(text):
        if m["body"] in value and not covered.touch(m.start(), m.end()):
            yield AgencyHit(m.start(), m.end(), value + (m["office"] or ""), "taken_up_again", "context", 0.7)
