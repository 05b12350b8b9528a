"""What the police call their units, and the chains of them: a bureau, its branch, its station, one behind the other."""

from __future__ import annotations

import re

from juanzong.index.datafiles import Words
from juanzong.index.facts.agencies.naming import made
from juanzong.index.facts.agencies.prefix_meanings import NamePrefix
from juanzong.index.facts.agencies.setting import AgencyHit
from juanzong.index.facts.places.gazetteer import TOWN_KINDS, gazetteer, streets

WORDS = Words("police_words.yaml")
ZONES = Words("prefix_words.yaml")
BUREAU, RAILWAY_OFFICE, STATION, SUB = "公安局", "铁路公安处", "派出所", "分局"


def is_clean(name: str) -> bool:
    """Whether what stands before 分局 or 派出所 is a name; some names hold a character that else ends one."""
    return (
        not WORDS.no_name.search(name)
        or name in gazetteer().short_names
        or any(name + suffix in streets() for suffix in TOWN_KINDS)
    )


def police_of(prefix: NamePrefix) -> str:
    """The police body that a place's 警方 or 公安 means."""
    hit = made("force", prefix, 0)
    return (hit.value if hit else None) or ""


def chain(text: str, base: AgencyHit) -> list[AgencyHit]:
    """A bureau and the bodies named right behind it: branch, brigade, station. Each is put before its parent."""
    hits = [base]
    while (longer := _link(text, base)) is not None:
        hits.insert(0, longer)
        base = longer
        if base.value and base.value.endswith((STATION, "中队")):
            break
    return hits


def _link(text: str, base: AgencyHit) -> AgencyHit | None:
    end, value = base.end, base.value or ""
    if m := WORDS.unit.match(text, end):
        return base._replace(end=m.end(), value=value + WORDS.map("branches")[m["branch"]] + m["kind"])
    for pattern in (WORDS.railway_office, WORDS.sub, WORDS.station, WORDS.team):
        m = pattern.match(text, end)
        if m is None or not _may_link(pattern, value, m["name"]):
            continue
        name = m["name"]
        if m["kind"].endswith(SUB):
            return base._replace(end=m.end(), value=f"{value}{ZONES.map('zone_short').get(name, name)}{SUB}")
        if pattern is WORDS.team:
            short = next((short for short in WORDS.map("branches") if name.startswith(short)), "")
            name = WORDS.map("branches").get(short, "") + name[len(short) :]
        return base._replace(end=m.end(), value=value + name + m["kind"])
    return None


def _may_link(pattern: re.Pattern[str], value: str, name: str) -> bool:
    if pattern is WORDS.railway_office:
        return value.endswith("铁路公安局")
    if (
        pattern is WORDS.sub
        and value.endswith(SUB)
        or pattern is WORDS.team
        and not value.endswith(("支队", "总队", "大队", "局"))
    ):
        return False
    return is_clean(name)
