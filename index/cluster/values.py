"""The values of facets that an archive on a cluster has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from juanzong.index.cluster.archive import ClusterArchive, Generation
from juanzong.index.cluster.mapping import FACET_FIELD

Json = dict[str, Any]
FACETS = ("city", "agency", "source", "province", "district", "kind", "format", "path")


def all_values(
    archive: ClusterArchive, generation: Generation, name: str, query: Json | None = None
) -> Iterator[tuple[str, int]]:
    """Every value of a facet and its paragraphs, exact however many there are."""
    after: Json | None = None
    while True:
        composite: Json = {
            "size": 5_000,
            "sources": [{"value": {"terms": {"field": FACET_FIELD.get(name, name)}}}],
            **({"after": after} if after else {}),
        }
        found = archive.connection.search(
            generation.paragraphs,
            {"size": 0, "query": query or {"match_all": {}}, "aggs": {"all": {"composite": composite}}},
        )
        part = found["aggregations"]["all"]
        yield from ((bucket["key"]["value"], bucket["doc_count"]) for bucket in part["buckets"])
        after = part.get("after_key")
        if after is None or not part["buckets"]:
            return
