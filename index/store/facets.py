"""The combinations of facet values that stand together.

Paragraphs have far fewer combinations of city, agency, source and month than they have paragraphs, mostly those of their article. So
counting all facets of many paragraphs is counting one number of each, and then the facets of the combinations.
"""
from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from juanzong.index.store.arrays import Array, diff, narrow

MOST = 1 << 62


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
