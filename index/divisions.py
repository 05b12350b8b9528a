"""The division codes as a tree: the province of a city, and the district of a city that a text names.

`data/places.csv` has a row a unit: two digits for a province, four for a prefecture, six for a county. A municipality is a province and a city
at once, and a county that is run by its province stands for itself.
"""

from __future__ import annotations

import re
from functools import cache

from juanzong.index.datafiles import Words, rows

# what a district is called without what it is
_SUFFIX = re.compile(r"[市县区旗]$")
WORDS = Words("place_words.yaml")


@cache
def _units() -> dict[str, str]:
    """Names by code."""
    return {row["code"]: row["name"] for _, row in rows("places.csv", ("code", "name"))} | dict(WORDS.map("regions"))


def _city_of(code: str) -> str:
    """The city that a unit of six digits belongs to: its prefecture, its municipality, or itself."""
    units = _units()
    if code[:4] in units:
        return units[code[:4]]
    province = units[code[:2]]
    return province if province.endswith(("市", "特别行政区")) else units[code]


@cache
def _provinces() -> dict[str, str]:
    """The province of each city."""
    units = _units()
    found = {name: units[code[:2]] for code, name in units.items() if len(code) == 4}
    found |= {
        units[code]: units[code] for code in units if len(code) == 2 and units[code].endswith(("市", "特别行政区"))
    }
    found |= {name: units[code[:2]] for code, name in units.items() if len(code) == 6 and _city_of(code) == name}
    return found


def province_of(city: str) -> str | None:
    """The province that a city lies in; a municipality is its own. None for what is no city of today."""
    return _provinces().get(city)


@cache
def _districts() -> dict[str, dict[str, str | None]]:
    """For each city its districts and counties by full and by short name; None where a short name is that of two."""
    found: dict[str, dict[str, str | None]] = {}
    for code, name in _units().items():
        if len(code) != 6 or (city := _city_of(code)) == name:
            continue
        own = found.setdefault(city, {})
        own[name] = name
        short = _SUFFIX.sub("", name)
        if len(short) > 1 and short != name:
            own[short] = name if short not in own else None
    return found


def district_of(city: str, surface: str) -> str | None:
    """A district or county of a city by what a text calls it, as its city and its own name: X市Y区. None where it is none of the city's."""
    own = _districts().get(city)
    if own is None:
        return None
    name = own.get(surface)
    if name is None:
        bare = surface.removeprefix(city).removeprefix(_SUFFIX.sub("", city))
        name = own.get(bare) if bare != surface else None
    return city + name if name else None


def districts_of(city: str) -> tuple[str, ...]:
    """The districts and counties of a city, as `district_of` gives them, in the order of their codes."""
    return tuple(dict.fromkeys(city + name for name in _districts().get(city, {}).values() if name))


def cities_of(province: str) -> tuple[str, ...]:
    """The cities of a province, in the order of their codes."""
    return tuple(city for city, own in _provinces().items() if own == province)


def unit_of(code: str) -> str | None:
    """The name of a unit by its code; None where the codes do not list it."""
    return _units().get(code)


def provinces() -> tuple[str, ...]:
    """All provinces, in the order of their codes."""
    return tuple(name for code, name in _units().items() if len(code) == 2)
