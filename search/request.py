"""What is asked of an engine: words, filters, order and page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from juanzong.index.errors import UsageError
from juanzong.index.periods import date_span

MODES = ("all", "any", "exact")
SORTS = ("relevance", "date", "-date")
COLLAPSES = ("", "article", "text")
FACET_FIELDS = ("city", "agency", "source")


@dataclass(frozen=True)
class SearchRequest:
    """One search. `city`, `agency` and `source` take one value or several (any of them may hold); "" stands for the bucket without a value.

    `date_from` and `date_to` are `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, both inclusive; None or "" leaves that side open. Pages count from 1.
    `collapse` shows one hit of each `article`, or of each group of near-duplicates (`text`); totals and facets stay those of all matches.
    Nothing is checked before `validate` or `date_bounds` is called.
    """

    q: str = ""
    city: Sequence[str] = ()
    agency: Sequence[str] = ()
    source: Sequence[str] = ()
    date_from: str | None = None
    date_to: str | None = None
    mode: str = "all"
    sort: str = "relevance"
    page: int = 1
    size: int = 10
    boilerplate: bool = False
    collapse: str = ""

    def __post_init__(self) -> None:
        for name in FACET_FIELDS:
            values = getattr(self, name)
            chosen = (values,) if isinstance(values, str) else tuple(dict.fromkeys(values or ()))
            object.__setattr__(self, name, chosen)
        for name in ("date_from", "date_to"):
            object.__setattr__(self, name, getattr(self, name) or None)
        object.__setattr__(self, "q", self.q or "")

    def validate(self) -> None:
        """Raises UsageError with a sentence about the first parameter that cannot be understood."""
        if self.mode not in MODES:
            raise UsageError(
                f"mode is {_shown(self.mode)}; use one of {', '.join(MODES)}.",
                code="choice",
                args_=("mode", _shown(self.mode), ", ".join(MODES)),
            )
        if self.sort not in SORTS:
            raise UsageError(
                f"sort is {_shown(self.sort)}; use one of {', '.join(SORTS)}.",
                code="choice",
                args_=("sort", _shown(self.sort), ", ".join(SORTS)),
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
