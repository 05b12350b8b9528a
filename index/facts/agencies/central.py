"""Bodies of the whole state and of the party's centre, their departments and branches; ministries of other countries are none of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from juanzong.index.facts.agencies.lexicon import Core, Lexicon
from juanzong.index.facts.agencies.naming import WORDS, with_tail, written
from juanzong.index.facts.agencies.prefix_meanings import PrefixFinder
from juanzong.index.facts.agencies.setting import AgencyHit, Memory
from juanzong.index.text.spans import Spans

NEAR, ABROAD, AHEAD = 30, 18, 40
"""Characters around a ministry in which something shows whose it is, and before it in which a foreign place does."""
SHORT = 4
"""Characters of the short names that central and local bodies share."""
SENT = "驻"
PARK = "国家公园管理局"
CUSTOMS = "海关"


class Central:
    """The central bodies of one paragraph."""

    def __init__(self, text: str, finder: PrefixFinder, memory: Memory, words: Lexicon) -> None:
        self.text, self.finder, self.setting, self.memory, self.words = text, finder, finder.setting, memory, words
        self._foreign_end = 0

    def find(self, start: int, end: int, surface: str, core: Core) -> list[AgencyHit]:
        """The body whose name stands at start..end, with what is named behind it."""
        if self._is_foreign(start, end, surface, core):
            self._foreign_end = end
            return []
        if self._is_torn(start, end, surface, core):
            return []
        value = core.value
        if core.until and self.setting.year and self.setting.year > core.until:
            if not core.then:
                return []
            value = core.then
        whole = AgencyHit(start, end, value, "central", "explicit", 1.0)
        return (
            self._branch(whole)
            or self._region_body(whole)
            or with_tail(self.text, whole, "central", lambda tail, m: _accepts(tail, value))
        )

    def _is_foreign(self, start: int, end: int, surface: str, core: Core) -> bool:
        text, memory, foreign_ends = self.text, self.memory, self.finder.foreign_ends
        ours = self._is_ours(start)
        if 0 < self._foreign_end < start and WORDS.shared.fullmatch(text, self._foreign_end, start):
            # a list goes on: X国国务院、国防部
            return True
        if (
            start in foreign_ends
            or core.guard
            and (WORDS.foreign_letter.search(text, max(0, start - 3), start) or self._of_abroad(start))
        ):
            memory.foreign_bodies.add(surface)
            return True
        if ours:
            memory.own_bodies.add(surface)
            return False
        if not core.guard:
            return False
        if surface in memory.foreign_bodies and surface not in memory.own_bodies:
            return True
        if self.setting.home or not foreign_ends or WORDS.home.search(text, max(0, start - NEAR), end + NEAR):
            return False
        return bool(WORDS.abroad.search(text, max(0, start - ABROAD), end + ABROAD)) or any(
            at in foreign_ends for at in range(start - AHEAD, start)
        )

    def _is_ours(self, start: int) -> bool:
        return (
            self.text[max(0, start - 2) : start] in WORDS.set("of_china")
            or self.text[max(0, start - 7) : start] == "中华人民共和国"
        )

    def _of_abroad(self, start: int) -> bool:
        """Whether a foreign place governs the words before a ministry: X国国会议员、交通部前部长."""
        for at in range(start - 1, max(0, start - 12) - 1, -1):
            if WORDS.clause.match(self.text, at):
                return False
            if at in self.finder.foreign_ends:
                return WORDS.governed.fullmatch(self.text, at, start) is not None
        return False

    def _is_torn(self, start: int, end: int, surface: str, core: Core) -> bool:
        """Whether the characters belong to other words."""
        text = self.text
        left = text[start - 1 : start] if start else ""
        han = bool(left) and "一" <= left <= "龥"
        if core.bare and han and not self._is_ours(start):
            return True
        if surface in WORDS.set("offices") and (
            WORDS.at_work.match(text, end) or han and left not in WORDS.set("before_office")
        ):
            return True
        if (
            surface[-1] in "办委"
            and len(surface) <= SHORT
            and WORDS.local_before.search(text, max(0, start - 2), start)
        ):
            # an office of that name in a place
            return True
        if surface.endswith("部") and (text[end : end + 1] == "门" or core.guard and left == "部"):
            return True
        # each park has an office of its own
        return core.value == PARK and han

    def _branch(self, whole: AgencyHit) -> list[AgencyHit]:
        """The branch of a central body in a place: 国家税务总局 + X市 + 税务局."""
        text, value, end = self.text, whole.value or "", whole.end
        if text[end : end + 1] == SENT and (place := self.finder.by_start.get(end + 1)):
            if m := WORDS.sent_to.match(text, place.end):
                return [
                    AgencyHit(
                        whole.start,
                        m.end(),
                        value + text[end : place.end] + written(m.group()),
                        "branch",
                        "explicit",
                        0.95,
                    )
                ]
            return []
        place, m = self.finder.by_start.get(end), None
        while place and (m := WORDS.branch.match(text, place.end)) is None:
            place = self.finder.by_start.get(place.end)
        if place is None or m is None or m["kind"] == "局" and not value.endswith("监察局"):
            return []
        prefix = self.finder.place(place.end)
        if prefix is None:
            return []
        full = prefix.name if prefix.level in ("city", "district") and m["kind"] == "税务局" else text[end : place.end]
        branch = AgencyHit(whole.start, m.end(), value + full + written(m["kind"]), "branch", "explicit", 0.95)
        return with_tail(text, branch, "special", lambda tail, m: tail == "inspection")

    def _region_body(self, whole: AgencyHit) -> list[AgencyHit]:
        """A department behind the name of the government of a special region."""
        value = whole.value or ""
        if (
            not value.endswith("特别行政区政府")
            or (m := WORDS.region_body.match(self.text, whole.end)) is None
            or WORDS.region_stop.search(m["name"])
        ):
            return []
        listed = self.words.cores.get(value[:2] + m.group())
        return [
            AgencyHit(
                whole.start, m.end(), listed.value if listed else value + m.group(), "department", "explicit", 0.85
            ),
            whole,
        ]


def _accepts(tail: str, value: str) -> bool:
    return tail != "department" or value[:2] != "中共"


def conferences(text: str, finder: PrefixFinder, covered: Spans) -> Iterator[AgencyHit]:
    """政协X省第十一届委员会: the name stands before the place."""
    for m in WORDS.conference.finditer(text):
        place = finder.by_start.get(m.end())
        while place and (inner := finder.by_start.get(place.end)):
            place = inner
        if (
            place
            and (n := WORDS.of_term.match(text, place.end))
            and (prefix := finder.place(place.end))
            and not covered.touch(m.start(), n.end())
        ):
            yield AgencyHit(
                m.start(),
                n.end(),
                f"政协{prefix.name}委员会{'常务委员会' if n['standing'] else ''}",
                "prefix_core",
                prefix.basis,
                prefix.confidence,
            )


def banks(text: str, finder: PrefixFinder) -> Iterator[AgencyHit]:
    """The central bank's branches by its short name: 人行X市分行."""
    for place in finder.places:
        if text[max(0, place.start - 2) : place.start] == "人行" and (m := WORDS.bank.match(text, place.end)):
            yield AgencyHit(
                place.start - 2, m.end(), f"中国人民银行{place.surface}{written(m.group())}", "branch", "explicit", 0.9
            )


def aviation(text: str, finder: PrefixFinder) -> Iterator[AgencyHit]:
    """The authorities of civil aviation in the provinces: 民航X监管局."""
    for place in finder.places:
        if text[max(0, place.start - 2) : place.start] == "民航" and (m := WORDS.aviation.match(text, place.end)):
            value = f"中国民用航空{place.surface}安全监督管理局"
            yield AgencyHit(place.start - 2, m.end(), value, "branch", "explicit", 0.9)


def sent_groups(text: str) -> Iterator[AgencyHit]:
    """The groups that the centre sends out, by number."""
    for m in WORDS.sent.finditer(text):
        yield AgencyHit(m.start(), m.end(), m.group().replace("环保督察", "环境保护督察"), "central", "explicit", 1.0)


def customs_listed(text: str, hits: Sequence[AgencyHit], words: Lexicon) -> Iterator[AgencyHit]:
    """The customs houses of a list before one: 甲、乙、丙海关."""
    for hit in hits:
        if not hit.value or not text.endswith(CUSTOMS, hit.start, hit.end) or not hit.value.endswith(CUSTOMS):
            continue
        at = hit.start
        while m := WORDS.listed_name.search(text, max(0, at - 5), at):
            name = next(
                (name for start in range(len(m["name"]) - 1) if (name := m["name"][start:]) + CUSTOMS in words.cores),
                None,
            )
            if name is None:
                break
            at = m.end("name") - len(name)
            value = words.cores[name + CUSTOMS].value
            yield AgencyHit(at, hit.end, value, "shared_core", "context", 0.7)
        if (m := WORDS.next_customs.match(text, hit.end)) and not any(
            other.start <= m.start("name") < other.end or other.start < m.end() <= other.end for other in hits
        ):
            yield AgencyHit(m.start("name"), m.end(), m["name"], "open_name", "context", 0.6)


def customs_below(text: str, covered: Spans) -> Iterator[AgencyHit]:
    """X海关所属Y海关: Y's, wherever it is."""
    for m in WORDS.under_customs.finditer(text):
        if not covered.touch(m.end() - 2, m.end()):
            yield AgencyHit(m.start(), m.end(), m.group(), "prefix_core", "explicit", 0.9)
