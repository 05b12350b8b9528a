"""Exact counts of facet values over all matches, each facet as if it had no filter of its own."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import repeat
from typing import NamedTuple

import numpy as np

from index.arrays import Array, counted, runs
from index.collation import collated
from index.dating import days_of, period_label
from index.segment import FacetColumn, Segment
from search.nodes import in_span
from search.request import FACET_FIELDS, SearchRequest

LABELS = {"city": "城市", "agency": "机构", "source": "来源", "date": "日期"}


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
    """What is counted in every segment. `values` holds for each facet the column, the numbers of its values and their totals, a segment each."""

    values: dict[str, list[tuple[FacetColumn, Array, Array]]] = field(default_factory=lambda: {name: [] for name in FACET_FIELDS})
    missing: dict[str, int] = field(default_factory=lambda: dict.fromkeys((*FACET_FIELDS, "date"), 0))
    periods: dict[int, int] = field(default_factory=dict)
    days: dict[int, int] = field(default_factory=dict)


class Filters:
    """The filters of a request over one segment: which of some matches each of them keeps."""

    def __init__(self, request: SearchRequest, segment: Segment) -> None:
        self.segment = segment
        self.bounds = request.date_bounds()
        self.chosen: dict[str, Array] = {}
        for name in FACET_FIELDS:
            wanted: Sequence[str] = getattr(request, name)
            if wanted:
                facet = segment.facets[name]
                numbers = np.array([facet.number[value] for value in wanted if value in facet.number], np.int64)
                self.chosen[name] = facet.sets_with(numbers, "" in wanted)

    def masks(self, docs: Array) -> dict[str, Array]:
        """For each filter that is set, which of these paragraphs it keeps (bool)."""
        masks = {name: sets[self.segment.facets[name].sets[docs]] for name, sets in self.chosen.items()}
        if self.bounds != (None, None):
            masks["date"] = in_span(self.segment.column("first_day")[docs], self.segment.column("last_day")[docs], *self.bounds)
        return masks


def count(segment: Segment, docs: Array, masks: dict[str, Array], counts: Counts, by_day: bool) -> None:
    """Adds the counts of one segment's matches (before the facet filters) to `counts`."""
    for name in (*FACET_FIELDS, "date"):
        others = [mask for other, mask in masks.items() if other != name]
        chosen = docs
        if others:
            kept = others[0]
            for mask in others[1:]:
                kept = kept & mask
            chosen = docs[kept]
        if name == "date":
            _count_dates(segment, chosen, counts, by_day)
        else:
            _count_values(segment, name, chosen, counts)


def _count_values(segment: Segment, name: str, docs: Array, counts: Counts) -> None:
    facet = segment.facets[name]
    if not len(docs) or not facet.number_of_sets:
        return
    sets = facet.sets if len(docs) == segment.paragraphs else facet.sets.take(docs)
    if len(docs) * 8 < facet.number_of_sets:
        sizes = facet.set_sizes[sets]
        counts.missing[name] += len(docs) - int(np.count_nonzero(sizes))
        found, totals = counted(facet.set_values[runs(facet.set_starts[sets], sizes)])
    else:
        of_set = np.bincount(sets, minlength=facet.number_of_sets)
        counts.missing[name] += int(of_set[facet.set_sizes == 0].sum())
        of_value = np.bincount(facet.set_values, weights=of_set[facet.set_of_value], minlength=len(facet.names))
        found = of_value.nonzero()[0]
        totals = of_value[found].astype(np.int64)
    counts.values[name].append((facet, found, totals))


def totals_of(parts: Sequence[tuple[FacetColumn, Array, Array]]) -> dict[str, int]:
    """The totals of all values by name."""
    summed: dict[str, int] = {}
    for facet, numbers, totals in parts:
        for number, total in zip(numbers.tolist(), totals.tolist()):
            label = facet.labels[number]
            summed[label] = summed.get(label, 0) + total
    return summed


def _leading(parts: Sequence[tuple[FacetColumn, Array, Array]], limit: int, chosen: Sequence[str]) -> tuple[list[str], list[int], int]:
    """The most frequent values in order, the chosen ones among them in any case, their totals, and how many values there are."""
    if len(parts) == 1:
        facet, numbers, totals = parts[0]
        distinct = len(numbers)
        own = {value: int(totals[numbers == facet.number.get(value, -1)].sum()) for value in chosen}
        order = facet.name_order[numbers] - totals * len(facet.labels)
        if distinct > limit:
            kept = np.argpartition(order, limit)[:limit]
            order, numbers, totals = order[kept], numbers[kept], totals[kept]
        first = order.argsort()
        values = [facet.labels[number] for number in numbers[first].tolist()]
        of_value = totals[first].tolist()
    else:
        own = totals_of(parts)
        distinct = len(own)
        leading = sorted(own.items(), key=lambda item: (-item[1], collated(item[0])))[:limit]
        values, of_value = [value for value, _ in leading], [total for _, total in leading]
    for value in chosen:
        if value and value not in values:
            values.append(value)
            of_value.append(own.get(value, 0))
    return values, of_value, distinct


def _count_dates(segment: Segment, docs: Array, counts: Counts, by_day: bool) -> None:
    distinct, numbers = segment.periods
    totals = np.bincount(numbers if len(docs) == segment.paragraphs else numbers.take(docs), minlength=len(distinct))
    for period, total in zip(distinct.tolist(), totals.tolist()):
        if not period:
            counts.missing["date"] += total
        elif total:
            counts.periods[period] = counts.periods.get(period, 0) + total
    if by_day:
        first, last = segment.column("first_day")[docs], segment.column("last_day")[docs]
        days, of_day = counted(first[(first == last) & (first > 0)])
        for day, total in zip(days.tolist(), of_day.tolist()):
            counts.days[day] = counts.days.get(day, 0) + total


def facets(counts: Counts, request: SearchRequest, limit: int) -> dict[str, Facet]:
    """The facets as the answer shows them: at most `limit` values, most frequent first, then by name, chosen ones always."""
    found = {}
    for name in FACET_FIELDS:
        chosen: Sequence[str] = getattr(request, name)
        values, totals, distinct = _leading(counts.values[name], limit, chosen)
        selected = [value in chosen for value in values] if chosen else repeat(False)
        found[name] = Facet(name, LABELS[name], counts.missing[name], "" in chosen, _values(values, totals, selected), distinct)
    first, last = request.date_bounds()
    periods = sorted(counts.periods)
    months = list(map(period_label, periods))
    selected = repeat(False) if first is last is None else [in_dates(month, first, last) for month in months]
    found["date"] = Facet("date", LABELS["date"], counts.missing["date"], False, _values(months, map(counts.periods.__getitem__, periods), selected), len(months))
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
