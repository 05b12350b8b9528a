"""The lexicon of agencies, read from data/agencies.yaml and, merged over it, from a curator's own file."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from juanzong.index.datafiles import Words
from juanzong.index.errors import UsageError
from juanzong.index.text.automaton import Automaton, Keyword

if TYPE_CHECKING:
    from juanzong.index.facts.agencies.prefix_meanings import NamePrefix

WORDS = Words("body_words.yaml")
SECTIONS = ("central", "local", "party", "special", "bodies", "lenders", "generic")
LENDER, REGIONAL = "lender", "regional"
MOST_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class Core:
    """What a surface stands for. `kind` is central, local, party, special, regional or lender; `value` a full name, a core, or a pattern for a prefix.

    After the year `until` it stands for `then`, or for nothing. Where the year is not known, a local one stands for `then`.
    """

    kind: str
    value: str
    guard: bool = False
    bare: bool = False
    second: str | None = None
    until: int | None = None
    then: str | None = None


@dataclass(frozen=True)
class Lexicon:
    """Surfaces and their meanings, with an automaton over the surfaces.

    `below` are those of central ones behind a place: X省港澳办. `regional` are the departments of the special regions by what they are
    called there, without the region's name, by region.
    """

    cores: Mapping[str, Core]
    below: Mapping[str, Core]
    regional: Mapping[str, Mapping[str, Core]]
    bodies: Mapping[tuple[str, str], str]
    generic: frozenset[str]
    automaton: Automaton

    def body(self, prefix: NamePrefix, surface: str) -> str | None:
        """What a city of its own calls by a surface: 市房管局; for its districts and counties, 区房管局."""
        name = self.bodies.get((prefix.name, "市" + surface))
        if name is None and prefix.level in ("district", "county") and prefix.city:
            name = self.bodies.get((prefix.city, prefix.name[-1] + surface), "").replace("{p}", prefix.name)
        return name or None


def _load(text: bytes, origin: str) -> dict[str, Any]:
    import yaml

    if len(text) > MOST_BYTES:
        raise UsageError(
            f"{origin} is larger than {MOST_BYTES // 1_000_000} MB; an agency file is a short list, so give one that is."
        )
    try:
        data = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        raise UsageError(
            f"{origin} is not valid YAML ({str(error).splitlines()[0]}); mend it or leave it out."
        ) from error
    if data is None:
        return {}
    if not isinstance(data, dict) or set(data) - set(SECTIONS):
        raise UsageError(
            f"{origin} must hold the sections {', '.join(SECTIONS)} and no others; the shipped agencies.yaml shows how."
        )
    return data


def _entries(section: Any, origin: str) -> dict[str, dict[str, Any]]:
    entries: dict[str, dict[str, Any]] = {}
    if not isinstance(section, dict):
        raise UsageError(
            f"A section of {origin} is no mapping of full names to other names; the shipped agencies.yaml shows how."
        )
    for name, entry in section.items():
        entry = {"names": entry} if isinstance(entry, list) or entry is None else entry
        if not isinstance(entry, dict) or not all(isinstance(n, str) and n for n in entry.get("names") or []):
            raise UsageError(
                f"The entry {name} of {origin} must be a list of other names, or a mapping with names: […]."
            )
        entries[str(name)] = entry
    return entries


def lexicon(own_file: str | None = None) -> Lexicon:
    """The shipped lexicon with a curator's file merged over it, as it is now. Raises UsageError for a file that cannot be read or understood."""
    return _merged(own_file, _stamp(own_file))


def _stamp(own_file: str | None) -> tuple[int, int] | None:
    try:
        found = os.stat(own_file) if own_file else None
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size) if found else None


@lru_cache(maxsize=4)
def _merged(own_file: str | None, stamp: tuple[int, int] | None) -> Lexicon:
    sources = [((resources.files("juanzong.index") / "data" / "agencies.yaml").read_bytes(), "agencies.yaml")]
    if own_file:
        try:
            sources.append((Path(own_file).read_bytes(), own_file))
        except OSError as error:
            raise UsageError(
                f"The agency file {own_file} cannot be read ({error.strerror}); give the path of a YAML file."
            ) from error
    cores: dict[str, Core] = {}
    below: dict[str, Core] = {}
    regional: dict[str, dict[str, Core]] = {region: {} for region in WORDS.map("special_regions").values()}
    bodies: dict[tuple[str, str], str] = {}
    generic: set[str] = set()
    for text, origin in sources:
        data = _load(text, origin)
        for kind in ("local", "party", "special", "central"):
            for value, entry in _entries(data.get(kind) or {}, origin).items():
                core = Core(
                    kind,
                    str(entry.get("value", value)),
                    bool(entry.get("guard")),
                    bool(entry.get("bare")),
                    entry.get("second"),
                    entry.get("until"),
                    entry.get("then"),
                )
                for surface in map(_plain, (value, *(entry.get("names") or []))):
                    if kind == "central" and surface in cores and cores[surface].kind != kind:
                        below[surface] = cores[surface]
                    cores[surface] = core
                if kind == "central" and value[:2] in WORDS.map("special_regions") and value[2:3] != "特":
                    for surface in _of_region(value[:2], value[2:]):
                        cores.setdefault(surface, core)
                if kind == "central" and (region := WORDS.map("special_regions").get(value[:2])):
                    names = (value, *(entry.get("names") or []))
                    regional[region].update(
                        (name[2:], core)
                        for name in names
                        if name[:2] == value[:2] and name[2] != "特" and name[2:] not in WORDS.set("no_region_body")
                    )
        for body in data.get("bodies") or []:
            if not isinstance(body, dict) or not {"name", "place", "surfaces"} <= set(body):
                raise UsageError(f"A body in {origin} needs a name, a place and surfaces.")
            bodies.update({(str(body["place"]), str(surface)): str(body["name"]) for surface in body["surfaces"]})
        for surface in data.get("lenders") or []:
            cores.setdefault(str(surface), Core(LENDER, str(surface)))
        generic.update(str(surface) for surface in data.get("generic") or [])
    for own in regional.values():
        for surface in own:
            cores.setdefault(surface, Core(REGIONAL, surface))
    automaton = Automaton(
        (surface, Keyword(len(surface), surface)) for surface in [*cores, *sorted(generic - set(cores))]
    )
    return Lexicon(cores, below, regional, bodies, frozenset(generic), automaton)


def _of_region(short: str, name: str) -> Iterator[str]:
    """The longer names of a department of a special region: X特区运输署, X特别行政区政府运输署."""
    for region in (short, short + "特区", WORDS.map("special_regions")[short]):
        yield from (region + name, f"{region}政府{name}")


def _plain(surface: str) -> str:
    from juanzong.index.text.plain import Plain

    return Plain(surface).text
