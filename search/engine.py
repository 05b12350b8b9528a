"""The seam: a request goes in, a result comes out. Nothing above this module knows which engine answers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from juanzong.index.cluster.address import is_cluster
from juanzong.search.answer.facets import Facet
from juanzong.search.answer.result import DocumentView, Hit, SearchResult
from juanzong.search.request import FACET_LIMIT, SearchRequest

if TYPE_CHECKING:
    from juanzong.search.answer.explanation import Explanation
    from juanzong.search.study.comparison import CompareRequest, Comparison
    from juanzong.search.study.concordance import Concordance, ConcordanceLine
    from juanzong.search.study.trends import Trend, TrendRequest
    from juanzong.search.suggestion.completion import Suggestion


class Engine(Protocol):
    """Searches one index. An engine serves all threads, and moves to a new generation when one is published."""

    def search(self, request: SearchRequest, values: int = FACET_LIMIT, further: Sequence[str] = ()) -> SearchResult:
        """One page of hits with exact totals and facets, of each facet the first so many values; of the further facets those that are filtered or
        asked for. Raises UsageError for a request that cannot be understood."""

    def scan(self, request: SearchRequest, ranked: bool = False) -> Iterator[dict[str, Any]]:
        """Every hit as `to_dict` shows it, without facets: in id order, or where `ranked` those of all pages in the order of the pages. Raises UsageError."""

    def values(self, request: SearchRequest, name: str) -> Facet:
        """All values of a facet with their counts, as the answer to the request would show the first of them.
        Raises UsageError."""

    def paragraph(self, paragraph_id: str) -> Hit:
        """A paragraph by its id, as a hit without marks. Raises NotFound."""

    def copies(self, request: SearchRequest, paragraph_id: str) -> list[Hit]:
        """A paragraph and those of its near-duplicates that the request finds, the earliest first. Raises UsageError and NotFound."""

    def document(self, document_id: str, q: str = "", mode: str = "all") -> DocumentView:
        """A document with the words of a query marked. Raises NotFound."""

    def trends(self, request: TrendRequest) -> Trend:
        """How often searches find something in each day, month, quarter or year. Raises UsageError."""

    def compare(self, request: CompareRequest) -> Comparison:
        """Two sets of paragraphs side by side. Raises UsageError."""

    def concordance(self, request: SearchRequest) -> Concordance:
        """One page of lines, and the collocates of all of them. Raises UsageError."""

    def concordance_lines(self, request: SearchRequest) -> Iterator[ConcordanceLine]:
        """Every line of a concordance, in the order of the pages. Raises UsageError."""

    def suggest(self, text: str, limit: int = 10) -> list[Suggestion]:
        """What a query that is being typed may become, the likeliest first. Raises UsageError for a limit out of range."""

    def explain(self, request: SearchRequest, paragraph_id: str) -> Explanation:
        """Why a paragraph is found by a request or not. Raises UsageError, or NotFound where there is no such paragraph."""

    def stats(self) -> dict[str, Any]:
        """Counts over the whole index: documents, articles, paragraphs, and how many paragraphs each value and year has."""

    def collections(self) -> list[str]:
        """The top folders of the corpus that have documents, in order; "." for what lies in none."""

    def restricted(self, seen: Collection[str]) -> Engine:
        """An engine that knows these collections alone, and answers as an index that holds no others. Raises UsageError where it cannot."""

    def info(self) -> dict[str, Any]:
        """The `index` part of every answer."""

    def health(self) -> dict[str, Any]:
        """What beside the index itself an answer depends on; empty for a folder. For a cluster: `status` (green, yellow, red), nodes, shards and those
        that are on no node, what it counts, and by how many generations the engine is behind. Raises ClusterUnavailable."""

    def edition(self) -> str:
        """Changes whenever the same request may get another answer: with the generation, and with the curator's synonyms."""

    def warm(self) -> None:
        """Loads what the first answer would load."""

    def inspect(self, pause: float = 0.0) -> None:
        """Looks for damage of the index before somebody asks for what is damaged. A server calls it now and then; `pause` is in seconds, after
        each file."""

    def close(self) -> None:
        """Lets go of the index."""


def open_engine(index: Path | str) -> Engine:
    """The engine for an index: a folder, or the address of an archive on a cluster (`opensearch+https://user@host:9200/archive`).

    Raises NoIndex, or DamagedIndex naming the file; for an address UsageError and ClusterUnavailable, too."""
    if is_cluster(index):
        from juanzong.search.engines.opensearch.engine import ClusterEngine

        return ClusterEngine(str(index))
    from juanzong.search.engines.embedded import EmbeddedEngine

    return EmbeddedEngine(index)
