"""What is known around a name before it is read, and what a found agency is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from juanzong.index.facts.places.gazetteer import Unit


class AgencyHit(NamedTuple):
    """An agency at start..end of the plain text. `value` is None for what looks like one and could not be resolved."""

    start: int
    end: int
    value: str | None
    rule: str
    basis: str
    confidence: float


@dataclass(slots=True)
class Setting:
    """What an article says about itself: its city, its province, its counties, its year, and what was named before.

    `own_counties` are the county, the district and the banner that it moves in, by 县, 区, 旗. `asides` are cities that it names by the way,
    beside its own.
    """

    city: str | None = None
    province: str | None = None
    own_county_city: Unit | None = None
    counties: Counter[str] = field(default_factory=Counter)
    own_counties: dict[str, Unit] = field(default_factory=dict)
    county_units: dict[str, Unit] = field(default_factory=dict)
    year: int | None = None
    police: bool = False
    several_cities: bool = False
    asides: frozenset[str] = frozenset()
    home: bool = False
    agency_file: str | None = None
    known: dict[str, set[str]] = field(default_factory=dict)
    stations: dict[str, str] = field(default_factory=dict)
    foreign_bodies: set[str] = field(default_factory=set)
    own_bodies: set[str] = field(default_factory=set)
    towns: dict[str, set[str]] = field(default_factory=dict)
    town_parents: dict[str, str] = field(default_factory=dict)
    headquarters: set[str] = field(default_factory=set)
    teams: dict[str, set[str]] = field(default_factory=dict)
