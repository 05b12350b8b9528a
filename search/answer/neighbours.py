"""What stands beside the hits of a page: further matches in their articles, and near-duplicates among the matches."""

from __future__ import annotations

import numpy as np

from juanzong.index.store.segment import Segment
from juanzong.index.vectors import Array
from juanzong.search.execution.snapshot import Snapshot


def others_in_article(segment: Segment, docs: Array, hits: Array) -> list[int]:
    """For each hit (a paragraph of `docs`) how many further matches stand in its article."""
    articles, bounds = segment.column("article"), segment.arrays["document.starts"]
    documents = segment.column("document")[hits].astype(np.int64)
    # an article's paragraphs need not stand in a row, but they stand in its document
    first, last = docs.searchsorted(bounds[documents]), docs.searchsorted(bounds[documents + 1])
    return [
        int(np.count_nonzero(articles[docs[a:b]] == own)) - 1 if b - a > 1 else 0
        for a, b, own in zip(first.tolist(), last.tolist(), articles[hits].tolist())
    ]


def duplicates(snapshot: Snapshot, found: dict[str, Array], segment: Segment, hits: Array) -> list[int]:
    """For each hit how many further matches, in any segment, are near-duplicates of it."""
    groups = snapshot.groups[segment.name].of(hits)
    if not groups.any():
        return [0] * len(hits)
    return [
        sum(_among(docs, snapshot.groups[name].members(group)) for name, docs in found.items()) - 1 if group else 0
        for group in groups.tolist()
    ]


def _among(docs: Array, few: Array) -> int:
    """How many of a few paragraphs are among many (ascending)."""
    if not len(docs):
        return 0
    places = np.minimum(docs.searchsorted(few), len(docs) - 1)
    return int(np.count_nonzero(docs[places] == few))


def distinct_articles(segment: Segment, docs: Array) -> int:
    """In how many articles these paragraphs (ascending) stand."""
    if not len(docs):
        return 0
    articles = segment.column("article").take(docs)
    changed = np.ones(len(articles), bool)
    np.not_equal(articles[1:], articles[:-1], out=changed[1:])
    if segment.articles_in_order:
        return int(np.count_nonzero(changed))
    seen = np.zeros(segment.articles, bool)
    seen[articles[changed]] = True
    return int(np.count_nonzero(seen))
