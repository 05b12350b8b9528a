"""What a body's name is read by: the article's own unit at every level, and the bodies that it has named so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from juanzong.index.facts.places.gazetteer import Unit
from juanzong.index.records import Basis


class AgencyHit(NamedTuple):
    """An agency at start..end of the plain text. `value` is None for what looks like one and could not be resolved."""

    start: int
    end: int
    value: str | None
    rule: str
    basis: Basis
    confidence: float


@dataclass(frozen=True, slots=True)
class Setting:
    """What an article says about itself: its city, its province, its counties, its year.

    `own_counties` are the county, the district and the banner that it moves in, by 县, 区, 旗. `own_county_city` is the county-level city
    that 市 means in it. `asides` are cities that it names by the way, beside its own. `home` tells that it is not of foreign affairs.
    """

    city: str | None = None
    province: str | None = None
    own_county_city: Unit | None = None
    counties: Mapping[str, int] = field(default_factory=dict)
    own_counties: Mapping[str, Unit] = field(default_factory=dict)
    county_units: Mapping[str, Unit] = field(default_factory=dict)
    year: int | None = None
    police: bool = False
    several_cities: bool = False
    asides: frozenset[str] = frozenset()
    home: bool = False
    agency_file: str | None = None


@dataclass(slots=True)
class Memory:
    """The bodies that the paragraphs of one article have named so far, for names that take one up again without its place.

    `known` are full names by their core, `stations` and `teams` those of the police by their short names, `towns` by their kind;
    `towns_seen` are those that were named without a body. `cores` are the kinds of bodies with how often they were named, `branches` those
    of bureaus that are no police by their short names.
    """

    known: dict[str, set[str]] = field(default_factory=dict)
    stations: dict[str, str] = field(default_factory=dict)
    teams: dict[str, set[str]] = field(default_factory=dict)
    towns: dict[str, set[str]] = field(default_factory=dict)
    town_parents: dict[str, str] = field(default_factory=dict)
    towns_seen: dict[str, set[str]] = field(default_factory=dict)
    headquarters: set[str] = field(default_factory=set)
    cores: dict[str, int] = field(default_factory=dict)
    branches: dict[str, set[str]] = field(default_factory=dict)
    foreign_bodies: set[str] = field(default_factory=set)
    own_bodies: set[str] = field(default_factory=set)

    def only(self, *cores: str) -> str | None:
        """The one body that was named with any of these cores; None where there are several, or none."""
        values = set().union(*(self.known.get(core, ()) for core in cores))
        return next(iter(values)) if len(values) == 1 else None
