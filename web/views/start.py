"""The start page: what is in the archive, by year, city, body and source, and examples made of what it holds."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from juanzong.search import Engine, SearchRequest
from juanzong.search.address import search_url, toggle
from juanzong.search.study.saved import fresh_since, news, read_saved
from juanzong.web.language import Language
from juanzong.web.views.histogram import drawn, histogram
from juanzong.web.views.links import Addresses, Link, Value

_WEEK = 7
_SHOWN = {"city": 20, "agency": 14, "source": 14}
_WORDS = ("公告", "通报", "公安", "记者", "工作")


@dataclass(frozen=True, slots=True)
class Listing:
    """The frequent values of a facet as links. `rest` more have a page of their own."""

    name: str
    distinct: int
    shown: Sequence[Value]
    rest: int
    all_url: str


@dataclass(frozen=True, slots=True)
class Example:
    query: str
    url: str
    says: str


def _values(stats: Mapping[str, Any], facet: str) -> list[str]:
    return [str(entry["value"]) for entry in stats["facets"].get(facet, ())]


def listings(stats: Mapping[str, Any]) -> list[Listing]:
    found = []
    for name, shown in _SHOWN.items():
        values = stats["facets"].get(name, ())
        listed = [
            Value(entry["value"], entry["count"], url=search_url(toggle(SearchRequest(), name, entry["value"])))
            for entry in values[:shown]
        ]
        found.append(
            Listing(name, len(values), listed, len(values) - len(listed), Addresses(SearchRequest()).values(name))
        )
    return found


def years(stats: Mapping[str, Any], t: Language) -> Markup | None:
    counts = [(str(entry["value"]), int(entry["count"]), False) for entry in stats["facets"].get("year", ())]
    found = histogram(counts, lambda year: search_url(SearchRequest(date_from=year, date_to=year)))
    return drawn(found, t, t.plain("start.years")) if found else None


def examples(stats: Mapping[str, Any], t: Language, finds: Callable[[str], bool]) -> list[Example]:
    """Queries that show the language and, as `finds` tells, find something here."""
    cities, agencies, found_years = _values(stats, "city"), _values(stats, "agency"), _values(stats, "year")
    asked = [(f'"{agencies[0]}"', "exact")] if agencies else []
    if cities:
        bare = cities[0].removesuffix("市")
        asked += [*((f"{bare} {word}", "both") for word in _WORDS), (f"city:{bare}", "city")]
    if len(cities) > 1:
        asked.append((f"{cities[0].removesuffix('市')} OR {cities[1].removesuffix('市')}", "either"))
    if found_years:
        # a stray year to come, or one long gone, is no example
        counts = {int(entry["value"]): int(entry["count"]) for entry in stats["facets"]["year"]}
        asked.append((f"date:{max(counts, key=lambda year: (counts[year], year))}", "date"))
    shown: dict[str, Example] = {}
    for query, kind in asked:
        if kind not in shown and finds(query):
            shown[kind] = Example(query, search_url(SearchRequest(q=query)), t.plain(f"example.{kind}"))
    return list(shown.values())


@dataclass(frozen=True, slots=True)
class SavedView:
    """The saved searches with what they find and what of it is new, and what is wrong with their file."""

    searches: Sequence[tuple[Link, Link | None]]
    problems: Sequence[str]


def saved(index_dir: object, engine: Engine, t: Language) -> SavedView:
    """Each saved search as a link with its total, and a link to what came in within a week, if anything did."""
    if not isinstance(index_dir, Path):
        return SavedView((), ())
    held = read_saved(index_dir)
    since = datetime.datetime.now(datetime.timezone.utc).date() - datetime.timedelta(days=_WEEK)
    shown: list[tuple[Link, Link | None]] = []
    for entry in news(engine, held.searches, since, 0):
        fresh = fresh_since(entry.saved.request, since)
        said = t.plain("saved.new", n=entry.fresh, count=t.number(entry.fresh))
        shown.append(
            (
                Link(search_url(entry.saved.request), entry.saved.name, total=entry.total),
                Link(search_url(fresh), said) if entry.fresh else None,
            )
        )
    return SavedView(shown, held.problems)
