"""What is asked of an engine: words, filters, order and page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from juanzong.index.errors import UsageError
from juanzong.index.periods import date_span

MODES = ("all", "any", "exact", "forgiving")
SORTS = ("relevance", "date", "-date", "added")
# orders of lines, which only a concordance has
LINE_SORTS = ("left", "right", "place")
VIEWS = ("", "kwic")
COLLAPSES = ("", "article", "text")
# facets that every answer counts, and those that are counted where they are asked for
MAIN_FACETS = ("city", "agency", "source")
FURTHER_FACETS = ("province", "district", "kind", "format", "path")
FACET_FIELDS = (*MAIN_FACETS, *FURTHER_FACETS)
# filters that are one span of days
SPAN_FIELDS = ("mentioned", "added")


FACET_LIMIT = 100
"""Values of a facet that an answer has, unless more are asked for."""
MAX_COPIES = 200
"""Near-duplicates of a paragraph that are listed."""


@dataclass(frozen=True)
class SearchRequest:
    """One search. `city`, `agency`, `source` and the further facets take one value or several (any of them may hold); "" stands for the bucket
    without a value. A `district` is given with its city (哈尔滨市道里区), a `path` is a folder of the corpus, with all that lies below it.

    `date_from` and `date_to` are `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, both inclusive; None or "" leaves that side open. Pages count from 1.
    `added` are the days, written like `mentioned`, on which a document first came into the index; `first` leaves only the earliest of paragraphs that
    say the same, `fresh` only what came in after the first generation of the index. The order `added` is that of coming in, the latest first.
    `mentioned` is a day, month or year that the paragraph itself names, or a span of them (`2021-03..2021-08`, either side may be open). `view` is how
    hits are shown: as paragraphs, or each on a line of its own (`kwic`), which has orders of its own.
    `collapse` shows one hit of each `article`, or of each group of near-duplicates (`text`); totals and facets stay those of all matches.
    Nothing is checked before `validate` or `date_bounds` is called.
    """

    q: str = ""
    city: Sequence[str] = ()
    agency: Sequence[str] = ()
    source: Sequence[str] = ()
    province: Sequence[str] = ()
    district: Sequence[str] = ()
    kind: Sequence[str] = ()
    format: Sequence[str] = ()
    path: Sequence[str] = ()
    date_from: str | None = None
    date_to: str | None = None
    mode: str = "all"
    sort: str = "relevance"
    page: int = 1
    size: int = 10
    boilerplate: bool = False
    collapse: str = ""
    view: str = ""
    mentioned: str = ""
    added: str = ""
    first: bool = False
    fresh: bool = False

    def __post_init__(self) -> None:
        own = self.__dict__
        for name in FACET_FIELDS:
            values = own[name]
            if type(values) is not tuple or len(values) > 1:
                own[name] = (values,) if isinstance(values, str) else tuple(dict.fromkeys(values or ()))
        own["date_from"], own["date_to"] = self.date_from or None, self.date_to or None
        own["q"] = self.q or ""

    def changed(self, **changes: Any) -> SearchRequest:
        """The same with other values, as `dataclasses.replace` gives it at five times the price."""
        other = object.__new__(SearchRequest)
        other.__dict__.update(self.__dict__, **changes)
        other.__post_init__()
        return other

    def validate(self) -> None:
        """Raises UsageError with a sentence about the first parameter that cannot be understood."""
        if self.mode not in MODES:
            raise UsageError(
                f"mode is {_shown(self.mode)}; use one of {', '.join(MODES)}.",
                code="choice",
                args_=("mode", _shown(self.mode), ", ".join(MODES)),
            )
        if self.view not in VIEWS:
            raise UsageError(
                f"view is {_shown(self.view)}; use kwic, or leave it out.",
                code="choice",
                args_=("view", _shown(self.view), "kwic"),
            )
        sorts = (*SORTS, *LINE_SORTS) if self.view == "kwic" else SORTS
        if self.sort not in sorts:
            raise UsageError(
                f"sort is {_shown(self.sort)}; use one of {', '.join(sorts)}.",
                code="choice",
                args_=("sort", _shown(self.sort), ", ".join(sorts)),
            )
        if self.collapse not in COLLAPSES:
            raise UsageError(
                f"collapse is {_shown(self.collapse)}; use article (one hit an article) or text (one hit of those that say the same).",
                code="collapse",
                args_=(_shown(self.collapse),),
            )
        for name in ("page", "size"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise UsageError(
                    f"{name} is {_shown(value)}; use a whole number from 1 up.",
                    code="number",
                    args_=(name, _shown(value)),
                )
        for name in FACET_FIELDS:
            if not all(isinstance(value, str) for value in getattr(self, name)):
                raise UsageError(f"{name} holds something that is no text; give its values as text.")
        self.date_bounds()
        for name in SPAN_FIELDS:
            self.span_bounds(name)

    def span_bounds(self, name: str) -> tuple[int | None, int | None]:
        """The first and the last day of one of SPAN_FIELDS, as `date_bounds` gives them. Raises UsageError for what is no date."""
        return days_between(name, getattr(self, name))

    def date_bounds(self) -> tuple[int | None, int | None]:
        """The first and the last day asked for, as ordinals; None where that side is open. Raises UsageError for a date that is none."""
        first = _bound("from", self.date_from)
        last = _bound("to", self.date_to)
        bounds = first and first[0], last and last[1]
        if bounds[0] is not None and bounds[1] is not None and bounds[0] > bounds[1]:
            raise UsageError(
                f"from ({self.date_from}) lies after to ({self.date_to}); swap the two dates.",
                code="swapped",
                args_=(self.date_from, self.date_to),
            )
        return bounds


def days_between(name: str, text: str) -> tuple[int | None, int | None]:
    """The days of `A` or `A..B`, where A and B are partial dates and one of them may be left out. Raises UsageError, which says where it was written."""
    if not text:
        return None, None
    first, dots, last = text.partition("..")
    begin, end = _bound(name, first), _bound(name, last if dots else first)
    if begin is None and end is None:
        raise UsageError(
            f"{name} is {_shown(text)}, which is no date; use YYYY, YYYY-MM or YYYY-MM-DD, such as 2021-11-25.",
            code="date",
            args_=(name, _shown(text)),
        )
    if begin is not None and end is not None and begin[0] > end[1]:
        raise UsageError(
            f"{name} begins ({first}) after it ends ({last}); swap the two dates.",
            code="span_swapped",
            args_=(name, first, last),
        )
    return begin and begin[0], end and end[1]


def _bound(name: str, text: str | None) -> tuple[int, int] | None:
    if not text:
        return None
    try:
        return date_span(text)
    except (ValueError, TypeError):
        raise UsageError(
            f"{name} is {_shown(text)}, which is no date; use YYYY, YYYY-MM or YYYY-MM-DD, such as 2021-11-25.",
            code="date",
            args_=(name, _shown(text)),
        ) from None


def _shown(value: object) -> str:
    text = str(value)
    return f'"{text[:40]}…"' if len(text) > 40 else f'"{text}"'
