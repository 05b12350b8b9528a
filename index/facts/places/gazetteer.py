"""The gazetteer: provinces, prefectures, counties and development areas, with every name that they go by.

The names come from data/places.csv (division codes) and data/place_overrides.csv (aliases, abolished and newer units, words
that only look like places).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from juanzong.index.datafiles import Words, rows, wrong
from juanzong.index.text.folding import fold

WORDS = Words("place_words.yaml")
LONGEST_DISTRICT = 3
"""Characters that a district has behind its city's name, where it is called after it, at most."""
OVERRIDES = "place_overrides.csv"
KINDS = (
    "alias",
    "short",
    "bare",
    "common",
    "named",
    "also",
    "word",
    "homonym",
    "former",
    "moved",
    "newer",
    "zone",
    "foreign",
    "block",
    "weak",
)


_PRECEDENCE = (
    "block",
    "province",
    "full",
    "short",
    "alias",
    "bare",
    "county",
    "zone",
    "weak",
    "foreign",
    "county_short",
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the administration. `city` is the value of the city facet (None for a province), `level` one of province, city, county, zone."""

    name: str
    short: str
    level: str
    city: str | None
    province: str
    code: str
    until: int = 0

    @property
    def body_prefix(self) -> str:
        """What the names of its bodies begin with: a district carries its city, a county and a county-level city do not."""
        city = WORDS.plain_suffix.sub("", self.city or "")
        if city and self.name.startswith(city) and len(self.name) > len(city) + LONGEST_DISTRICT:
            # a zone that has its city's name in its own
            return self.name
        if (
            self.level in ("county", "zone")
            and self.city
            and self.city != self.name
            and self.name.endswith(("区", "新城"))
            and not (
                self.level == "zone"
                and (
                    not self.code
                    and self.name.endswith(("新区", "合作区"))
                    or self.name.startswith((city, self.province[:2]))
                )
            )
        ):
            return self.city + self.name
        return self.name


class Gazetteer:
    """The names and what they may stand for. Built once, by `gazetteer()`."""

    def __init__(self) -> None:
        self.units: dict[str, Unit] = {}
        self.cities: dict[str, Unit] = {}
        self.provinces: dict[str, Unit] = {}
        self.names: dict[str, dict[str, list[Unit]]] = defaultdict(dict)
        self.once: list[tuple[str, Unit]] = []
        self._read_codes()
        self._read_overrides()
        today = set(self.names)
        wordy = self.words | self.homonyms | self.common
        for name, unit in self.once:
            if name not in today and unit.short not in wordy:
                self._add(name, "county", unit)
        self.surfaces = [name for name, forms in self.names.items() if set(forms) - {"county_short"}]
        self.known = {name: self._meaning(name, forms) for name, forms in self.names.items()}
        self.short_names = frozenset(name for name, forms in self.names.items() if "county_short" in forms) - self.words
        self.bare_shorts = self.short_names - set(self.surfaces) - self.common - self.homonyms
        self.longest_short = max(map(len, self.short_names))
        self.dated = {
            *self.renamed,
            *self.moved,
            *(
                unit.name
                for forms in self.names.values()
                for units in forms.values()
                for unit in units
                if unit.until and unit.name.endswith("地区")
            ),
        }

    def _meaning(self, name: str, forms: dict[str, list[Unit]]) -> tuple[str, tuple[Unit, ...]]:
        """The first form of a name with its units. Only a common word (朝阳) may also be the short name of a district."""
        form = min(forms, key=_PRECEDENCE.index)
        units = list(forms[form])
        for other in (
            ("county_short",)
            if form == "short" and name in self.common
            else ("full", "short")
            if form == "province"
            else ()
        ):
            units += forms.get(other, [])
        return form, tuple(dict.fromkeys(units))

    def _add(self, name: str, form: str, unit: Unit | None) -> None:
        # a text is folded before it is searched: a name in traditional script stands there in simplified
        units = self.names[fold(name)].setdefault(form, [])
        if unit and unit not in units:
            units.append(unit)

    def _read_codes(self) -> None:
        for _, row in rows("places.csv", ("code", "name")):
            code, name = row["code"], row["name"]
            if len(code) == 2:
                self._province(code, name)
            elif len(code) == 4:
                self._city(code, name, self.units[code[:2]].name)
            else:
                self._county(code, name)
        for code, name in WORDS.map("regions").items():
            self._province(code, name)

    def _province(self, code: str, name: str) -> None:
        short = WORDS.province_suffix.sub("", name)
        is_city = name in WORDS.set("municipalities") or code in WORDS.map("regions")
        unit = Unit(name, short, "city" if is_city else "province", name if is_city else None, name, code)
        self.units[code] = self.provinces[name] = unit
        if is_city:
            self.cities[name] = unit
        self._add(name, "full" if is_city else "province", unit)
        self._add(short, "short" if is_city else "province", unit)

    def _city(self, code: str, name: str, province: str) -> None:
        unit = Unit(name, _short(name), "city", name, province, code)
        self.units[code] = self.cities[name] = unit
        self._add(name, "full", unit)
        if len(unit.short) > 1 and not name.endswith("州"):
            self._add(unit.short, "short", unit)
        elif name.endswith("自治州") and len(unit.short) > 1:
            # a prefecture without the names of its peoples
            self._add(unit.short + "自治州", "full", unit)

    def _county(self, code: str, name: str) -> None:
        parent = self.units.get(code[:4]) or self.units[code[:2]]
        # a county run by the province stands for itself
        city, alone = parent.city or name, not parent.city
        zone = WORDS.zone_name.search(name)
        if name.endswith("园区") and code[4:] < "70":
            # some districts end like parks; the codes of parks are higher
            zone = None
        unit = Unit(name, _short(name), "zone" if zone else "county", city, parent.province, code)
        self.units[code] = unit
        if zone:
            self._add(name, "zone", unit)
        elif alone:
            self.cities[name] = unit
            self._add(name, "full", unit)
            if len(unit.short) > 1:
                self._add(unit.short, "short", unit)
                if "自治" in name:
                    self._add(unit.short + name[-1], "full", unit)
        else:
            self._add(name, "county", unit)
            if len(unit.short) > 1 and unit.short != name:
                self._add(unit.short, "county_short", unit)
            if name[-1] in "市区" and len(unit.short) > 1:
                # most districts and cities were counties once
                self.once.append(
                    (unit.short + "县", Unit(unit.short + "县", unit.short, "county", city, parent.province, code))
                )
            if "自治" in name and len(unit.short) > 1:
                # X彝族自治县 is written X县 as well
                self._add(unit.short + name[-1], "county", unit)
                self._add(unit.short + "自治" + name[-1], "county", unit)

    def _read_overrides(self) -> None:
        self.common: set[str] = set()
        self.bare: set[str] = set()
        self.words: set[str] = set()
        self.homonyms: set[str] = set()
        self.blocked: set[str] = set()
        self.renamed: dict[str, tuple[str, int]] = {}
        self.moved: dict[str, tuple[str, int]] = {}
        self._lines: dict[tuple[str, str], int] = {}
        for line, row in rows(OVERRIDES, ("kind", "target", "year", "names")):
            kind, target, year, names = row["kind"], row["target"], int(row["year"] or 0), row["names"].split()
            if kind not in KINDS:
                raise wrong(OVERRIDES, line, f"{kind} is no kind; they are {', '.join(KINDS)}")
            self._lines.update(((kind, name), line) for name in names)
            if kind in ("common", "bare", "block", "word", "homonym"):
                {
                    "common": self.common,
                    "bare": self.bare,
                    "block": self.blocked,
                    "word": self.words,
                    "homonym": self.homonyms,
                }[kind].update(names)
            elif kind == "moved":
                self.moved.update((name, (target, year)) for name in names)
            elif kind == "foreign":
                for name in names:
                    self._add(name, "foreign", None)
            else:
                for name in names:
                    self._override(kind, target, year, name)
        for name in self.bare:
            counties = self.names[name].get("county_short", [])
            if len({unit.city for unit in counties}) != 1:
                raise wrong(
                    OVERRIDES,
                    self._lines["bare", name],
                    f"{name} is to stand alone, but belongs to {len(counties)} counties",
                )
            self.names[name]["bare"] = counties
        self.blocked.update(row["word"] for _, row in rows("place_blocks.csv", ("word",)))
        for name in self.blocked:
            self.names[name] = {"block": []}

    def _override(self, kind: str, target: str, year: int, name: str) -> None:
        # a target that is no city of today (a county of a renamed prefecture) keeps its province unknown
        city = self.cities.get(target)
        if kind == "also":
            (form,) = self.names[target] or [""]
            if len(units := self.names[target].get(form, [])) != 1:
                raise wrong(
                    OVERRIDES, self._lines[kind, name], f"there are {len(units)} units that are called {target}"
                )
            self._add(name, form, units[0])
            return
        if kind in ("alias", "short", "weak", "named"):
            if not city:
                raise wrong(OVERRIDES, self._lines[kind, name], f"places.csv has no city {target}")
            self._add(name, "county_short" if kind == "named" else kind, city)
            return
        province = city.province if city else ""
        level = "city" if name.endswith(("地区", "盟")) or name in WORDS.set("former_cities") else "county"
        if kind == "former" and level == "city":
            # a renamed prefecture is today's; one that was merged away was a city of its own as long as it stood
            merged = name in WORDS.set("merged_cities")
            unit = Unit(name, _short(name), "city", name if merged else target, province, "", year)
            if merged:
                self.renamed[name] = (target, year)
            self._add(name, "full", unit)
            # 松花江 and 徽州 are no short names of today's cities
            if (
                len(unit.short) > 1
                and unit.short not in self.names
                and (not name.endswith("地区") or city and unit.short == city.short)
            ):
                self._add(unit.short, "short", unit)
            return
        unit = Unit(name, _short(name), "zone" if kind == "zone" else "county", target, province, "", year)
        self._add(name, "zone" if kind == "zone" else "county", unit)
        if kind != "zone" and len(unit.short) > 1 and unit.short not in self.names:
            self._add(unit.short, "county_short", unit)


def _short(name: str) -> str:
    bare = WORDS.autonomous.sub("", name)
    if bare != name:
        # some counties are called after their people alone
        return bare or WORDS.people_left.sub("", name)
    short = WORDS.plain_suffix.sub("", name)
    # one character is no short name: 新区 is cut off, but not from X新区 with one X
    return short if len(short) > 1 else name[:-1]


@cache
def gazetteer() -> Gazetteer:
    """The one gazetteer of the process."""
    return Gazetteer()


@cache
def streets() -> dict[str, dict[str, tuple[str, ...]]]:
    """Name of a street office or township → code of its prefecture → codes of its counties."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for _, row in rows("streets.csv", ("area", "names")):
        for name in row["names"].split():
            # a township of a people is called without it as well
            for known in {name, WORDS.of_people.sub("", name)} if name[-1] == "乡" and len(name) > 4 else (name,):
                found[fold(known)][row["area"][:4]].append(row["area"])
    return {name: {city: tuple(areas) for city, areas in by_city.items()} for name, by_city in found.items()}


TOWN_KINDS = ("街道", "镇", "乡")
"""How the names of street offices and townships end."""


def towns_of(name: str) -> Iterator[Unit]:
    """The counties that have a street office or township of this name."""
    for areas in streets().get(name, {}).values():
        for area in areas:
            if unit := unit_of(area):
                yield unit


def unit_of(area: str) -> Unit | None:
    """The county of a division code; the prefecture itself where it has no counties."""
    return gazetteer().units.get(area) or gazetteer().units.get(area[:4])
