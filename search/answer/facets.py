"""Exact counts of facet values over all matches, each facet as if it had no filter of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import repeat
from typing import NamedTuple

import numpy as np

from juanzong.index.periods import days_of, period_label
from juanzong.index.store.facets import FacetColumn
from juanzong.index.store.segment import Segment
from juanzong.index.text.pinyin import collated
from juanzong.index.vectors import Array, counted, nonzero
from juanzong.search.request import FURTHER_FACETS, MAIN_FACETS, SearchRequest

LABELS = {
    "city": "城市",
    "agency": "机构",
    "source": "来源",
    "date": "日期",
    "province": "省份",
    "district": "区县",
    "kind": "类型",
    "format": "格式",
    "path": "文件夹",
}
# this many times fewer matches than there are combinations are counted one by one
FEW = 16
# more than a country has
_PROVINCES = 40


class FacetValue(NamedTuple):
    """A value of a facet and how many matches have it."""

    value: str
    label: str
    count: int  # type: ignore[assignment]
    selected: bool


@dataclass(frozen=True)
class Facet:
    """A facet: `missing` matches have no value, `distinct` values have at least one match."""

    name: str
    label: str
    missing: int
    missing_selected: bool
    values: tuple[FacetValue, ...]
    distinct: int


@dataclass
class Counts:
    """What is counted in every segment, for the facets `names`. `values` holds for each facet the column, the numbers of its values and their totals, a segment each."""

    names: Sequence[str] = MAIN_FACETS
    values: dict[str, list[tuple[FacetColumn, Array, Array]]] = field(default_factory=dict)
    missing: dict[str, int] = field(default_factory=dict)
    periods: dict[int, int] = field(default_factory=dict)
    days: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.values = {name: [] for name in self.names}
        self.missing = dict.fromkeys((*self.names, "date"), 0)

    @classmethod
    def for_request(cls, request: SearchRequest, further: Sequence[str] = ()) -> Counts:
        """Of the facets that every answer has, those that are filtered, and `further` ones."""
        return cls((*MAIN_FACETS, *(name for name in FURTHER_FACETS if name in further or getattr(request, name))))


def count(segment: Segment, docs: Array, masks: dict[str, Array], counts: Counts, by_day: bool) -> None:
    """Adds the counts of one segment's matches (before the facet filters) to `counts`."""
    # facets under the same filters are counted in the same combinations
    known: dict[tuple[bool, tuple[str, ...]], dict[str, tuple[Array, Array, int]]] = {}
    for name in (*counts.names, "date"):
        own = "month" if name == "date" else name
        others = tuple([other for other in masks if other != name])
        beside = own not in segment.together.names
        found = known.get((beside, others))
        if found is None:
            table = segment.further_together if beside else segment.together
            of_docs = table.number if len(docs) == segment.paragraphs else table.number.take(docs)
            found = known[beside, others] = table.counted(*_distinct(_kept(of_docs, masks, others), len(table)))
        values, totals, missing = found[own]
        counts.missing[name] += missing
        if name == "date":
            _count_periods(segment.facets["month"], values, totals, counts)
        elif len(values):
            counts.values[name].append((segment.facets[name], values, totals))
    if by_day:
        _count_days(segment, _kept(docs, masks, [name for name in masks if name != "date"]), counts)


def _kept(values: Array, masks: dict[str, Array], names: Sequence[str]) -> Array:
    """The values that these masks keep."""
    return values[np.logical_and.reduce([masks[name] for name in names])] if names else values


def _distinct(numbers: Array, size: int) -> tuple[Array, Array | None]:
    """The distinct ones of many numbers below `size` and how often each is there (float64, as weights are); few numbers stay as they are, with None."""
    if len(numbers) * FEW < size:
        return numbers, None
    totals = np.bincount(numbers, minlength=size)
    found = nonzero(totals)
    return found, totals.take(found).astype(np.float64)


def _count_periods(months: FacetColumn, numbers: Array, totals: Array, counts: Counts) -> None:
    """Adds the totals of some months."""
    for number, total in zip(numbers.tolist(), totals.tolist()):
        period = int(months.labels[number])
        counts.periods[period] = counts.periods.get(period, 0) + total


def _count_days(segment: Segment, docs: Array, counts: Counts) -> None:
    first, last = segment.column("first_day")[docs], segment.column("last_day")[docs]
    days, of_day = counted(first[(first == last) & (first > 0)])
    for day, total in zip(days.tolist(), of_day.tolist()):
        counts.days[day] = counts.days.get(day, 0) + total


def totals_of(parts: Sequence[tuple[FacetColumn, Array, Array]]) -> dict[str, int]:
    """The totals of all values by name."""
    summed: dict[str, int] = {}
    for facet, numbers, totals in parts:
        for number, total in zip(numbers.tolist(), totals.tolist()):
            label = facet.labels[number]
            summed[label] = summed.get(label, 0) + total
    return summed


def _leading(
    parts: Sequence[tuple[FacetColumn, Array, Array]], limit: int, chosen: Sequence[str]
) -> tuple[list[str], list[int], int]:
    """The most frequent values in order, the chosen ones among them in any case, their totals, and how many values there are."""
    if len(parts) == 1:
        facet, numbers, totals = parts[0]
        distinct = len(numbers)
        own = {value: int(totals[numbers == facet.number.get(value, -1)].sum()) for value in chosen}
        values, of_value = _first(facet, numbers, totals, limit)
    else:
        own = totals_of(parts)
        distinct = len(own)
        ordered = sorted(own.items(), key=lambda item: (-item[1], collated(item[0])))[:limit]
        values, of_value = [value for value, _ in ordered], [total for _, total in ordered]
    for value in chosen:
        if value and value not in values:
            values.append(value)
            of_value.append(own.get(value, 0))
    return values, of_value, distinct


def _first(facet: FacetColumn, numbers: Array, totals: Array, limit: int) -> tuple[list[str], list[int]]:
    """The most frequent values of a segment, then by name, and their totals."""
    order = facet.name_order[numbers] - totals * len(facet.labels)
    if len(numbers) > limit:
        kept = np.argpartition(order, limit)[:limit]
        order, numbers, totals = order[kept], numbers[kept], totals[kept]
    first = order.argsort()
    return [facet.labels[number] for number in numbers[first].tolist()], totals[first].tolist()


def facets(counts: Counts, request: SearchRequest, limit: int) -> dict[str, Facet]:
    """The facets as the answer shows them: at most `limit` values, most frequent first, then by name, chosen ones always."""
    found = {}
    for name in counts.names:
        chosen: Sequence[str] = getattr(request, name)
        # provinces are few, and a map shows all of them
        most = max(limit, _PROVINCES) if name == "province" else limit
        values, totals, distinct = _leading(counts.values[name], most, chosen)
        selected = [value in chosen for value in values] if chosen else repeat(False)
        found[name] = Facet(
            name, LABELS[name], counts.missing[name], "" in chosen, _values(values, totals, selected), distinct
        )
    first, last = request.date_bounds()
    periods = sorted(counts.periods)
    months = list(map(period_label, periods))
    selected = repeat(False) if first is last is None else [in_dates(month, first, last) for month in months]
    found["date"] = Facet(
        "date",
        LABELS["date"],
        counts.missing["date"],
        False,
        _values(months, map(counts.periods.__getitem__, periods), selected),
        len(months),
    )
    return found


def _values(names: Iterable[str], totals: Iterable[int], selected: Iterable[bool]) -> tuple[FacetValue, ...]:
    names = list(names)
    # as FacetValue._make does, but without a call in Python for each of some hundred values
    return tuple(map(partial(tuple.__new__, FacetValue), zip(names, names, totals, selected)))


def in_dates(label: str, first: int | None, last: int | None) -> bool:
    """Whether a period meets the chosen days; no period does where none are chosen."""
    if first is None and last is None:
        return False
    begin, end = days_of(label)
    return (first is None or end >= first) and (last is None or begin <= last)
