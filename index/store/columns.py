"""The columns of a segment: their names, dtypes and defaults."""

from __future__ import annotations

from typing import Any

import numpy as np

from juanzong.index.records import FACETS, KINDS

SETS = ("city", "agency", "source", "flags", "district", "format")
NAMES = (*SETS, "date", "rule", "basis", "file")
FACET_NUMBERS: dict[str, int] = {facet: number for number, facet in enumerate(FACETS)}
KIND_NUMBERS = {kind: number for number, kind in enumerate(KINDS)}
# The widest types of the columns; those that are NARROWED take the narrowest type that holds their values.
PARAGRAPH = {
    "id": np.uint64,
    "document": np.uint32,
    "article": np.uint32,
    "seq": np.uint32,
    "kind": np.uint8,
    "first_line": np.uint32,
    "last_line": np.uint32,
    "first_day": np.int32,
    "last_day": np.int32,
    "period": np.uint16,
    "title": np.uint8,
    "first_page": np.uint32,
    "last_page": np.uint32,
}
MENTION = {
    "facet": np.uint8,
    "value": np.uint32,
    "start": np.uint16,
    "end": np.uint16,
    "rule": np.uint16,
    "basis": np.uint16,
    "confidence": np.uint8,
}
JOIN = {"offset": np.uint16, "rule": np.uint16, "confidence": np.uint8}
BOX = {
    "offset": np.uint16,
    "page": np.uint32,
    "left": np.uint16,
    "top": np.uint16,
    "right": np.uint16,
    "bottom": np.uint16,
}
NARROWED = frozenset(
    (
        "first_page",
        "last_page",
        "page",
        "document",
        "article",
        "seq",
        "first_line",
        "last_line",
        "value",
        "rule",
        "basis",
        "offset",
    )
)
# What a record leaves out is this.
DOCUMENT_DEFAULTS: dict[str, Any] = {
    "line": 0,
    "encoding": "",
    "format": "",
    "front_matter": {},
    "title": None,
    "url": None,
    "source": None,
    "unresolved": [],
    "warnings": [],
    "container": None,
    "pages": 0,
    "pages_about": False,
    "unread": [],
}
ARTICLE_DEFAULTS: dict[str, Any] = {
    "title": None,
    "kicker": [],
    "subtitle": None,
    "byline": None,
    "dateline": None,
    "source": None,
    "published": {},
    "city": None,
    "agencies": [],
}
