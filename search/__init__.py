"""A query to matching paragraphs, facets, snippets and explanations."""
from __future__ import annotations

from juanzong.search.engine import Engine, open_engine
from juanzong.search.request import SearchRequest
from juanzong.search.result import DocumentView, SearchResult

__all__ = ["DocumentView", "Engine", "SearchRequest", "SearchResult", "open_engine"]
