"""How many paragraphs have a term, looked up in the dictionaries of the shards.

A search a term and field costs a millisecond of a processor on every shard. The server tells the same of a text that is no paragraph, all its terms at
once (`_mtermvectors` of an artificial document, one a shard): of each the paragraphs of one shard that have it. It counts those that were removed
and not yet forgotten, so that it is asked only where there are none.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cached_property
from itertools import count
from typing import Any

from juanzong.index.cluster.connection import COPIES, Connection, PartUnavailable
from juanzong.index.cluster.mapping import LONGEST_TOKEN

Json = dict[str, Any]
# the terms of one text
AT_ONCE = 1_000


class Dictionary:
    """The terms of one index of so many shards, which never changes."""

    def __init__(self, connection: Connection, index: str, shards: int) -> None:
        self._connection, self._index, self._shards = connection, index, shards

    @cached_property
    def _routings(self) -> list[str]:
        """For each shard a key that would lie there. Raises PartUnavailable where one is away."""
        found: dict[int, str] = {}
        for number in count():
            if len(found) == self._shards:
                break
            [copies] = self._connection.call("GET", f"/{self._index}/_search_shards", routing=number)["shards"]
            if not copies:
                raise PartUnavailable(f"A part of the archive at {self._connection.address} cannot be reached.")
            found.setdefault(copies[0]["shard"], str(number))
        return list(found.values())

    def frequencies(self, terms: Sequence[tuple[str, str]]) -> list[int] | None:
        """How many paragraphs have each term, given with its field; None where the server cannot tell, because a shard is away or a term is no
        token of a text that spaces part. Raises ClusterUnavailable."""
        if any(text.split() != [text] for _, text in terms):
            return None
        found: Counter[tuple[str, str]] = Counter()
        try:
            routings = self._routings
        except PartUnavailable:
            return None
        for first in range(0, len(terms), AT_ONCE):
            texts: defaultdict[str, list[str]] = defaultdict(list)
            for field, text in terms[first : first + AT_ONCE]:
                texts[field].append(text[:LONGEST_TOKEN])
            asked = {
                "_index": self._index,
                "doc": {field: " ".join(own) for field, own in texts.items()},
                "per_field_analyzer": dict.fromkeys(texts, "tokens"),
                "term_statistics": True,
                **dict.fromkeys(("field_statistics", "positions", "offsets", "payloads"), False),
            }
            self._connection.limit.require()
            answer = self._connection.call(
                "POST",
                "/_mtermvectors",
                {"docs": [{**asked, "routing": routing} for routing in routings]},
                preference=COPIES,
            )
            for of_shard in answer["docs"]:
                if "error" in of_shard:
                    return None
                for field, own in of_shard["term_vectors"].items():
                    found.update({(field, text): told.get("doc_freq", 0) for text, told in own["terms"].items()})
        return [found[field, text[:LONGEST_TOKEN]] for field, text in terms]
