"""The combinations of facet values that stand together.

Paragraphs have far fewer combinations of city, agency, source and month than they have paragraphs, mostly those of their article. So
counting all facets of many paragraphs is counting one number of each, and then the facets of the combinations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

import numpy as np

from juanzong.index.store.arrays import ArrayReader
from juanzong.index.text.pinyin import collated
from juanzong.index.vectors import Array, counted, diff, narrow, nonzero, runs, starts, unique, unsigned

MOST = 1 << 62
# this many times fewer values than there are numbers for them are counted by sorting
FEW = 16


class Combinations:
    """The combinations of some columns: of each its value in every column, and for each paragraph the number of its own."""

    def __init__(self, columns: Mapping[str, Array]) -> None:
        """Columns of numbers below 2^31, all of one length."""
        paragraphs = len(next(iter(columns.values())))
        changed = np.zeros(paragraphs, bool)
        changed[:1] = True
        for column in columns.values():
            changed[1:] |= column[1:] != column[:-1]
        heads = changed.nonzero()[0]
        keys, key = 1, np.zeros(len(heads), np.int64)
        for column in columns.values():
            values = int(column.max(initial=0)) + 1
            if keys * values > MOST:
                # keys that would outgrow their type are numbered anew
                keys, key = len(heads), np.unique(key, return_inverse=True)[1]
            keys, key = keys * values, key * values + column[heads]
        _, first, own = np.unique(key, return_index=True, return_inverse=True)
        # uint8, uint16 or uint32, one a paragraph
        self.number = narrow(own).repeat(diff(np.append(heads, paragraphs)))
        # int64, one a combination
        self.columns = {name: column[heads[first]].astype(np.int64) for name, column in columns.items()}

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))


class Together:
    """Facets that are counted in one go: the combinations of their sets that paragraphs have, and the values of each combination.

    The values of all facets are numbered through, facet after facet; the last number of each stands for paragraphs without a value."""

    def __init__(self, facets: Mapping[str, FacetColumn]) -> None:
        """Facets that share the numbers of their sets count as one for the combinations."""
        self.names = tuple(facets)
        distinct = {id(facet.sets): facet.sets for facet in facets.values()}
        combinations = Combinations({str(key): sets for key, sets in distinct.items()})
        # unsigned, one a paragraph
        self.number = combinations.number
        own = [combinations.columns[str(id(facet.sets))] for facet in facets.values()]
        # int64: where the values of each facet begin, one more than there are facets
        self.bases = np.cumsum([0, *(len(facet.names) + 1 for facet in facets.values())])
        sizes = [np.maximum(facet.set_sizes, 1).take(sets) for facet, sets in zip(facets.values(), own)]
        of_all = np.zeros(len(combinations), np.int64)
        for size in sizes:
            of_all += size
        # uint32 each: where the values of each combination begin, and how many it has
        self.sizes, begins = of_all.astype(np.uint32), starts(of_all)
        self.starts = unsigned(begins)
        self._values = np.empty(begins[-1], np.uint32)
        at = begins[:-1].copy()
        for facet, sets, count, base in zip(facets.values(), own, sizes, self.bases.tolist()):
            self._values[at] = facet.first_values.take(sets) + base
            further = runs(facet.set_starts.take(sets) + 1, count - 1)
            self._values[runs(at + 1, count - 1)] = facet.set_values[further].astype(np.int64) + base
            at += count

    def __len__(self) -> int:
        """How many combinations there are."""
        return len(self.sizes)

    def counted(self, found: Array, totals: Array | None) -> dict[str, tuple[Array, Array, int]]:
        """For each facet the numbers of its values, ascending, how many paragraphs have each (both int64), and how many have none. `found` are combinations,
        `totals` how many paragraphs have each (float64, as weights are), None for one each."""
        sizes = self.sizes.take(found)
        values = self._values.take(runs(self.starts.take(found), sizes))
        size = int(self.bases[-1])
        if totals is None and len(values) * FEW < size:
            numbers, counts = counted(values)
        else:
            summed = np.bincount(values, None if totals is None else totals.repeat(sizes), size)
            numbers = nonzero(summed)
            counts = summed.take(numbers).astype(np.int64)
        bounds = numbers.searchsorted(self.bases.astype(numbers.dtype)).tolist()
        answer = {}
        for name, first, last, base, end in zip(self.names, bounds, bounds[1:], self._first, self._last):
            missing = 0
            if last > first and numbers[last - 1] == end:
                last -= 1
                missing = int(counts[last])
            answer[name] = numbers[first:last].astype(np.int64) - base, counts[first:last], missing
        return answer

    @cached_property
    def _first(self) -> list[int]:
        return self.bases[:-1].tolist()  # type: ignore[no-any-return]

    @cached_property
    def _last(self) -> list[int]:
        return (self.bases[1:] - 1).tolist()  # type: ignore[no-any-return]


class FacetColumn:
    """A many-valued facet: each paragraph has the number of a set, each set its values, each value its name."""

    def __init__(self, sets: Array, set_starts: Array, set_values: Array, names: Sequence[bytes]) -> None:
        """`sets` are the numbers of the sets (unsigned, one a paragraph), `set_starts` (one more than there are sets) where each begins in `set_values`."""
        self.sets = sets
        self.set_starts = set_starts.astype(np.int64)
        self.set_values = set_values
        self.number_of_sets = len(self.set_starts) - 1
        self.names = names

    @classmethod
    def stored(cls, arrays: ArrayReader, name: str) -> FacetColumn:
        """One that a segment keeps."""
        sets, set_starts, set_values = (arrays[f"{name}.{part}"] for part in ("set", "set_starts", "set_values"))
        return cls(sets, set_starts, set_values, arrays.strings(f"{name}.names"))

    @classmethod
    def of_classes(cls, sets: Array, values: Sequence[Sequence[str]]) -> FacetColumn:
        """One whose sets are given by their values."""
        numbers: dict[str, int] = {}
        own = [[numbers.setdefault(value, len(numbers)) for value in of_set] for of_set in values]
        begins = np.cumsum([0, *map(len, own)])
        return cls(
            sets,
            begins,
            np.array([number for of_set in own for number in of_set], np.uint32),
            [name.encode() for name in numbers],
        )

    def derived(self, value_of: Callable[[str], str | None]) -> FacetColumn:
        """Another facet of the same sets: what each value becomes, where it becomes anything."""
        values = [value_of(label) for label in self.labels]
        ends = self.set_starts.tolist()
        return self.of_classes(
            self.sets,
            [
                list(dict.fromkeys(name for number in self.set_values[first:last].tolist() if (name := values[number])))
                for first, last in zip(ends, ends[1:])
            ],
        )

    @cached_property
    def set_of_value(self) -> Array:
        """For each entry of `set_values` the set that it belongs to (int64)."""
        return np.repeat(np.arange(self.number_of_sets), self.set_sizes)

    @cached_property
    def set_sizes(self) -> Array:
        """How many values each set has (int64)."""
        return diff(self.set_starts)

    @cached_property
    def first_values(self) -> Array:
        """The first value of each set; of an empty one the number of values that there are (int64)."""
        first = np.full(self.number_of_sets, len(self.names))
        some = self.set_sizes > 0
        first[some] = self.set_values[self.set_starts[:-1][some]]
        return first

    @cached_property
    def name_order(self) -> Array:
        """Each name's place among all (int64)."""
        order = np.empty(len(self.names), np.int64)
        order[sorted(range(len(self.names)), key=[collated(label) for label in self.labels].__getitem__)] = np.arange(
            len(self.names)
        )
        return order

    @cached_property
    def number(self) -> dict[str, int]:
        """The number of each name."""
        return {name.decode(): number for number, name in enumerate(self.names)}

    @cached_property
    def labels(self) -> list[str]:
        """Every name, by number."""
        return [name.decode() for name in self.names]

    def values(self, paragraph: int) -> list[str]:
        """The names of a paragraph's values, in code point order, so that they do not depend on what was indexed before."""
        return self.values_of(np.array([paragraph]))[0]

    def values_of(self, docs: Array) -> list[list[str]]:
        """The same for several paragraphs."""
        sets, labels = self.sets[docs], self.labels
        return [
            sorted([labels[value] for value in self.set_values[first : first + size].tolist()]) if size else []
            for first, size in zip(self.set_starts[sets].tolist(), self.set_sizes[sets].tolist())
        ]

    def labels_of(self, live: Array | None) -> list[str]:
        """The names that a paragraph has, of those that count (bool; None where all do)."""
        used = np.bincount(self.sets if live is None else self.sets[live], minlength=self.number_of_sets) > 0
        return [self.labels[number] for number in unique(self.set_values[used[self.set_of_value]]).tolist()]

    def sets_with(self, values: Array, empty: bool) -> Array:
        """Which sets hold any of these values, or nothing where `empty` (bool, one a set)."""
        wanted = np.zeros(len(self.names), bool)
        wanted[values] = True
        found = np.zeros(self.number_of_sets, bool)
        found[self.set_of_value[wanted[self.set_values]]] = True
        if empty:
            found[self.set_sizes == 0] = True
        return found
