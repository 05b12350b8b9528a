"""Facets that are counted in one go."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from juanzong.index.store import facets
from juanzong.index.store.facets import FacetColumn, Together

CLASSES = [(), ("甲",), ("乙", "甲"), ("丙",), ("乙", "丙", "丁")]
ROWS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2)), min_size=1, max_size=40)


@pytest.mark.parametrize("few", [0, 1 << 20])
@given(ROWS, st.data())
def test_every_facet_is_counted_as_alone(few: int, rows: list[tuple[int, int]], data: st.DataObject) -> None:
    first = FacetColumn.of_classes(np.array([row[0] for row in rows], np.uint8), CLASSES)
    columns = {
        "first": first,
        "same": first.derived({"甲": "子", "乙": "子"}.get),
        "second": FacetColumn.of_classes(np.array([row[1] for row in rows], np.uint16), [("甲",), (), ("戊",)]),
    }
    table = Together(columns)
    docs = data.draw(st.lists(st.integers(0, len(rows) - 1), max_size=30, unique=True).map(np.array)).astype(np.int64)
    numbers, times = np.unique(table.number.take(docs), return_counts=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(facets, "FEW", few)
        for given_ in ((numbers, times.astype(np.float64)), (table.number.take(docs), None)):
            found = table.counted(*given_)
            for name, column in columns.items():
                values, totals, missing = found[name]
                own = [column.values(doc) for doc in docs.tolist()]
                expected = Counter(value for of_doc in own for value in of_doc)
                assert {column.labels[v]: t for v, t in zip(values.tolist(), totals.tolist())} == expected
                assert missing == sum(not of_doc for of_doc in own)
                assert values.tolist() == sorted(values.tolist())
