"""The start page: what is in the archive, over time, on the map, by city, body and source, and what is new."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from juanzong.index.errors import JuanzongError
from juanzong.search import Engine, SearchRequest, SearchResult
from juanzong.search.address import search_url, toggle
from juanzong.search.study.saved import fresh_since, news, read_saved
from juanzong.web.language import Language
from juanzong.web.settings import IndexPlace, searches_folder
from juanzong.web.views.histogram import drawn, histogram
from juanzong.web.views.links import Link, PageAddresses, Value

_WEEK = 7
_SHOWN = {"city": 20, "agency": 14, "source": 14}


@dataclass(frozen=True, slots=True)
class FrequentValues:
    """The frequent values of a facet as links. `rest` more have a page of their own."""

    name: str
    distinct: int
    shown: Sequence[Value]
    rest: int
    all_url: str


def listings(stats: Mapping[str, Any]) -> list[FrequentValues]:
    found = []
    for name, shown in _SHOWN.items():
        values = stats["facets"].get(name, ())
        listed = [
            Value(entry["value"], entry["count"], url=search_url(toggle(SearchRequest(), name, entry["value"])))
            for entry in values[:shown]
        ]
        found.append(
            FrequentValues(
                name, len(values), listed, len(values) - len(listed), PageAddresses(SearchRequest()).values(name)
            )
        )
    return found


def over_time(found: SearchResult, t: Language) -> Markup | None:
    """When everything happened: `found` is the answer to a search for all of it."""
    drawing = histogram(found.histogram, lambda period: search_url(SearchRequest(date_from=period, date_to=period)))
    return drawn(drawing, t, t.plain("start.years")) if drawing else None


def new_url(engine: Engine, days: int = _WEEK) -> str:
    """What came in within so many days; "" where nothing did, or where the engine does not tell."""
    found = SearchRequest(q="*", sort="added", added=f"{_today() - datetime.timedelta(days=days)}..", size=1)
    try:
        return search_url(found, size=SearchRequest().size) if engine.search(found).total else ""
    except JuanzongError:
        return ""


def _today() -> datetime.date:
    return datetime.datetime.now(datetime.timezone.utc).date()


@dataclass(frozen=True, slots=True)
class SavedView:
    """The saved searches with what they find and what of it is new, and what is wrong with their file."""

    searches: Sequence[tuple[Link, Link | None]]
    problems: Sequence[str]


NONE_SAVED = SavedView((), ())


def saved(place: IndexPlace, engine: Engine, t: Language) -> SavedView:
    """Each saved search as a link with its total, and a link to what came in within a week, if anything did."""
    folder = searches_folder(place)
    if folder is None:
        return NONE_SAVED
    held = read_saved(folder)
    since = _today() - datetime.timedelta(days=_WEEK)
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
