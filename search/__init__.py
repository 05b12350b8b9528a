"""A query to matching paragraphs, facets, snippets and explanations."""

from __future__ import annotations

from juanzong.search.answer.result import DocumentView, SearchResult
from juanzong.search.engine import Engine, open_engine
from juanzong.search.request import SearchRequest

__all__ = ["DocumentView", "Engine", "SearchRequest", "SearchResult", "open_engine"]
